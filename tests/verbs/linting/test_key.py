"""The key of all that Findings depend on beside the files."""

from dataclasses import replace
from datetime import date

import pytest

from drillbook.lint.outside.program import path_of
from drillbook.model.lint import Circumstances, LintSettings, ReadingLint
from drillbook.model.target import Target
from drillbook.verbs.linting.inspect import Manner
from drillbook.verbs.linting.key import key_of

TODAY, TOMORROW = date(2026, 11, 21), date(2026, 11, 22)
LINT = ReadingLint(name="a-b", summary="a")


@pytest.fixture
def manner(tmp_path):
    around = Circumstances(today=TODAY)
    return Manner(root=tmp_path, lints=(LINT,), around=around, folder=tmp_path)


def test_the_same_manner_has_the_same_key(manner):
    """From one process to the next."""
    assert key_of(manner) == key_of(replace(manner))


def test_whatever_changes_findings_changes_the_key(manner, tmp_path):
    """Lints, settings, targets, folders."""
    around = Circumstances(today=TODAY, settings=LintSettings(enable=("x",)))
    others = [
        replace(manner, lints=()),
        replace(manner, around=around),
        replace(manner, targets={"db": Target(name="db")}),
        replace(manner, root=tmp_path / "x"),
        replace(manner, folder=tmp_path / "x"),
    ]
    assert 6 == len({key_of(each) for each in (manner, *others)})


def test_a_target_counts_by_the_names_of_its_variables(manner):
    """Their values are nobody's business here."""
    keys = {
        key_of(replace(manner, targets={"db": Target(name="db", env={"PGPASSWORD": value})}))
        for value in ("one", "two")
    }
    assert 1 == len(keys)


def test_today_counts_where_a_lint_asks_for_it(manner):
    """Else what was found yesterday holds."""
    tomorrow = replace(manner, around=Circumstances(today=TOMORROW))
    assert key_of(manner) == key_of(tomorrow)
    dated = (replace(LINT, uses_today=True),)
    assert key_of(replace(manner, lints=dated)) != key_of(replace(tomorrow, lints=dated))


def test_a_program_that_was_installed_meanwhile_is_asked(manner, tmp_path, monkeypatch):
    """Where a lint asks one; what was found without it holds no longer."""
    asking = replace(manner, lints=(replace(LINT, asks_outside=True),))
    bins = [tmp_path / "without", tmp_path / "with"]
    for folder in bins:
        folder.mkdir()
    program = bins[1] / "shellcheck"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    keys = []
    for folder in bins:
        monkeypatch.setenv("PATH", str(folder))
        path_of.cache_clear()
        keys += [key_of(manner), key_of(asking)]
    path_of.cache_clear()
    assert keys[0] == keys[2]
    assert keys[1] != keys[3]
