"""Which metrics there are, and who loads the rules that ask for them."""

import pytest

from drillbook.lint.metrics.exported import asked_of, fits_any, is_exported, loads, top_of
from drillbook.model.library import Library, ScrapeConfig
from drillbook.model.rule import RuleFile
from drillbook.read.exposition import read_exposition
from lint_trees import library_of, of_rule


def test_every_selector_is_asked_for() -> None:
    """Of alerts and of recording rules, with whose it is."""
    text = "groups:\n- name: g\n  rules:\n  - {record: r, expr: c}\n"
    library = library_of({"a.yaml": of_rule("a > b"), "b.yaml": text})
    asked = [(each.what, each.selector.name, each.file.path) for each in asked_of(library)]
    assert [
        ("DiskFull", "a", "a.yaml"),
        ("DiskFull", "b", "a.yaml"),
        ("r", "c", "b.yaml"),
    ] == asked


@pytest.mark.parametrize(
    ("config", "pattern", "path", "expected"),
    [
        ("p.yml", "rules/*.yml", "rules/a.yml", True),
        ("etc/p.yml", "./rules/a.yml", "etc/rules/a.yml", True),
        ("etc/prom/p.yml", "../rules/a.yml", "etc/rules/a.yml", True),
        ("etc/p.yml", "rules/a.yml", "rules/a.yml", False),
        ("etc/p.yml", "/etc/prometheus/a.yml", "anywhere/a.yml", True),
        ("etc/p.yml", "/etc/prometheus/a.yml", "anywhere/b.yml", False),
    ],
)
def test_patterns_count_from_the_configuration(
    config: str, pattern: str, path: str, expected: bool
) -> None:
    """An absolute one is a path of a container: its name is compared."""
    one = ScrapeConfig(path=config, rule_files=(pattern,))
    assert expected is loads(one, RuleFile(path=path))


@pytest.mark.parametrize(
    ("pattern", "expected"), [("a|b", True), ("a.+", False), ("(", None), ("a" * 2_000, None)]
)
def test_patterns_fit_whole(pattern: str, expected: bool | None) -> None:
    """What is none says nothing."""
    assert expected is fits_any(pattern, frozenset(("a", "c")))


def test_without_an_exposition_everything_is_exported() -> None:
    """Nobody said what there is."""
    assert is_exported("x", Library())
    exposition = read_exposition("# TYPE h histogram\n", "m")[0]
    assert is_exported("h_bucket", Library(exposition=exposition))
    assert not is_exported("x", Library(exposition=exposition))


def test_the_top_of_a_path_is_its_first_folder() -> None:
    """A file at the root has none."""
    assert ("a", "") == (top_of("a/b/c"), top_of("c"))
