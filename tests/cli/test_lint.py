"""`drillbook lint`: what it looks at, what it lists and explains, how it ends."""

import json
import tomllib
from pathlib import Path

import pytest

from drillbook.lint.registry import BY_NAME, LINTS
from drillbook.read.markdown.runbook import read_document
from drillbook.read.marks import marks_of_document, marks_of_yaml
from drillbook.read.settings import read_settings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "lint.md"
OWNERLESS = """\
---
alerts: [DiskFull]
---
# Disk is full

## Diagnosis
Look.
"""
ONLY = ("--only", "runbook-without-owner")


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    path = tmp_path / "docs" / "disk.md"
    path.parent.mkdir()
    path.write_text(OWNERLESS)
    return path


def test_a_warning_is_shown_and_does_not_fail(inside, disk):
    """Unless it is wanted so."""
    ended = inside("lint", *ONLY)
    assert (0, True) == (ended.code, "docs/disk.md\n  4:" in ended.out)
    assert 1 == inside("lint", *ONLY, "--fail-on", "warning").code
    assert 0 == inside("lint", *ONLY, "--fail-on", "never").code
    assert 0 == inside("lint", *ONLY, "--fail-on", "error").code


def test_settings_make_it_fail(inside, disk, tmp_path):
    """By their severities, or from a severity on."""
    settings = tmp_path / "drillbook.toml"
    settings.write_text('[lint]\nfail_on = "warning"\n')
    assert 1 == inside("lint", *ONLY).code
    settings.write_text('[lint]\nseverity = { runbook-without-owner = "error" }\n')
    assert 1 == inside("lint", *ONLY).code
    settings.write_text('[lint]\ndisable = ["runbook-without-owner"]\n')
    assert "runbook-without-owner" not in inside("lint").out


def test_paths_are_shown_as_they_count_from_here(inside, disk, tmp_path):
    """However they were named."""
    for path in ("docs/disk.md", "./docs/../docs/disk.md", str(disk), "docs", str(tmp_path)):
        assert inside("lint", *ONLY, path).out.startswith("docs/disk.md\n"), path


def test_paths_elsewhere_are_shown_as_they_were_named(inside, disk, tmp_path, monkeypatch):
    """So that they can be opened."""
    (tmp_path / "here").mkdir()
    run = inside
    run("lint", *ONLY)
    monkeypatch.chdir(tmp_path / "here")
    assert run("lint", *ONLY, str(disk)).out.startswith(f"{disk}\n")
    assert run("lint", *ONLY, "../docs").out.startswith("../docs/disk.md\n")


def test_nothing_found_is_said(inside, tmp_path):
    """And that nothing was there to look at."""
    ended = inside("lint")
    assert (0, "nothing found in 0 files\n") == (ended.code, ended.out)
    assert ended.err.startswith("drillbook: there was no file to look at; name folders, or")


def test_what_was_found_is_kept_below_the_state(inside, disk, tmp_path):
    """Unless it is not wanted."""
    inside("lint", "--no-cache")
    assert not (tmp_path / ".drillbook").exists()
    first = inside("lint", *ONLY)
    assert list((tmp_path / ".drillbook" / "lint").glob("*.db"))
    assert first == inside("lint", *ONLY)


def test_a_name_that_is_no_lint(inside):
    """The nearest one is named."""
    for option in ("--only", "--enable", "--disable", "--explain"):
        ended = inside("lint", option, "runbook-without-ownr")
        assert 2 == ended.code
        assert "did you mean runbook-without-owner?" in ended.err
    assert "--list" in inside("lint", "--only", "zzzz").err


def test_all_lints_are_listed(inside):
    """Name, severity, rung and summary."""
    lines = inside("lint", "--list").out.splitlines()
    assert sorted(BY_NAME) == [line.split()[0] for line in lines]
    assert all(BY_NAME[line.split()[0]].summary in line for line in lines)
    rows = json.loads(inside("lint", "--list", "--format", "json").out)
    assert len(LINTS) == len(rows)
    row = next(each for each in rows if each["name"] == "unclosed-fence")
    assert ("error", "readable", True) == (row["severity"], row["rung"], row["is_on"])


def test_a_lint_is_explained(inside):
    """By its page."""
    ended = inside("lint", "--explain", "unclosed-fence")
    page = (ROOT / "docs" / "lints" / "unclosed-fence.md").read_text()
    assert (0, page) == (ended.code, ended.out)


def test_no_other_program_is_asked_where_that_is_not_wanted(inside, tmp_path):
    """Whether it is installed or not."""
    text = "```sh { name=x timeout=5s }\nif true; then\n```"
    (tmp_path / "a.md").write_text(OWNERLESS.replace("Look.", text))
    assert "shell-does-not-parse" in inside("lint").out
    assert "shell-does-not-parse" not in inside("lint", "--no-outside").out


def fences(language: str) -> list[str]:
    document = read_document(PAGE.read_text(), "lint.md")
    return [fence.content for fence in document.fences if fence.language == language]


def test_the_settings_of_the_page_are_read(tmp_path):
    """All its tables together."""
    text = "\n".join(fences("toml"))
    assert tomllib.loads(text)
    (tmp_path / "drillbook.toml").write_text(text)
    assert () == read_settings(tmp_path / "drillbook.toml")[1]


def test_the_comments_of_the_page_are_understood():
    """And name lints that there are."""
    marks = [*marks_of_document(read_document(fences("markdown")[0], "a.md"))[0]]
    marks += marks_of_yaml(fences("yaml")[0], "r.yaml")[0]
    assert 2 == len(marks)
    assert {name for mark in marks for name in mark.names} <= BY_NAME.keys()


def test_the_commands_of_the_page_name_lints_that_there_are(inside):
    """Each `--explain` shows a page."""
    for line in "\n".join(fences("sh")).splitlines():
        _, _, name = line.partition("--explain ")
        assert not name or 0 == inside("lint", "--explain", name).code
