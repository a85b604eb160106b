"""What was found becomes settings that the reader takes without a word."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.convert.settings import NEXT, KnownTree, settings_file
from drillbook.read.settings import read_settings


def test_everything_is_read_as_it_was_found(tmp_path):
    """Packs, globs and prefixes; long lists stand on lines of their own."""
    runbooks = tuple(f"services/service-{n}/runbooks/**/*.md" for n in range(5))
    known = KnownTree(
        runbooks=runbooks,
        rules=("rules/*.yaml",),
        exclude=("**/README.md",),
        scrape=("prometheus.yml",),
        packs=("packs/a",),
        runbook_urls={"https://wiki.example.org/": "docs"},
    )
    text = settings_file(known)
    path = tmp_path / "drillbook.toml"
    path.write_text(text)
    settings, findings = read_settings(path)
    assert () == findings
    assert (tmp_path / "packs/a",) == settings.packs
    lint = settings.lint
    assert (runbooks, ("rules/*.yaml",), ("**/README.md",), ("prometheus.yml",)) == (
        lint.runbooks,
        lint.rules,
        lint.exclude,
        lint.scrape,
    )
    assert {"https://wiki.example.org/": "docs"} == lint.runbook_urls
    assert all(len(line) <= 100 for line in text.splitlines())


def test_the_tables_for_later_are_read_as_well(tmp_path):
    """Whoever takes the # away has settings that work."""
    path = tmp_path / "drillbook.toml"
    path.write_text(re.sub(r"^# ?(?=\[|\w+ = )", "", NEXT, flags=re.MULTILINE))
    settings, findings = read_settings(path)
    assert () == findings
    assert ({"prometheus", "orders-db"}, {"ada"}) == (set(settings.targets), set(settings.people))


def test_an_empty_tree_has_an_empty_table():
    """It is TOML all the same."""
    assert {"lint": {}} == tomllib.loads(settings_file(KnownTree()))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_name_is_a_text_of_toml(name):
    """Quotes, backslashes and what cannot be seen."""
    known = KnownTree(runbooks=(name,), runbook_urls={"https://x/" + name: name})
    read = tomllib.loads(settings_file(known))
    assert ([name], name) == (
        read["lint"]["runbooks"],
        read["lint"]["runbook_urls"]["https://x/" + name],
    )


@pytest.mark.parametrize("key", ["packs", "runbooks", "runbook_urls", "scrape"])
def test_what_was_not_found_is_not_mentioned(key):
    """An empty list would look as if somebody had decided it."""
    text = settings_file(KnownTree(rules=("a.yaml",)))
    assert not re.search(rf"^\W*{key}\b", text.replace(NEXT, ""), re.MULTILINE)
