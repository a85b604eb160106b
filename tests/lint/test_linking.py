"""Which alert leads to which runbook."""

import pytest

from drillbook.lint.linking import by_alert, links_of, rank_of, rules_of, severity_of
from lint_rules import rule_of
from lint_trees import book, library_of, of_rule, rules, url

SEVERAL = "# Disks\n\n" + "".join(
    f"## {name}\n### Diagnosis\n### Resolution\n\n" for name in ("Full", "Slow")
)


def test_a_url_leads_before_a_list() -> None:
    """The alert itself says where to go."""
    files = {
        "r.yaml": rules(of_rule(more=url("disk")), of_rule(name="DiskSlow")),
        "runbooks/disk.md": book("owner: x"),
        "runbooks/old.md": book("alerts: [DiskFull, DiskSlow]"),
    }
    links = [(link.rule.name, link.card.path, link.by_url) for link in links_of(library_of(files))]
    expected = [("DiskFull", "runbooks/disk.md", True), ("DiskSlow", "runbooks/old.md", False)]
    assert expected == links


def test_an_anchor_chooses_among_the_runbooks_of_a_file() -> None:
    """Without one, a file of several is no answer."""
    files = {
        "r.yaml": rules(of_rule(more=url("disks#slow")), of_rule(name="X", more=url("disks"))),
        "runbooks/disks.md": SEVERAL,
    }
    assert ["slow"] == [link.card.anchor for link in links_of(library_of(files))]


def test_two_runbooks_that_list_an_alert_are_no_answer() -> None:
    """Nor is a URL that leads nowhere."""
    twice = {f"runbooks/{n}.md": book("alerts: [DiskFull]") for n in "ab"}
    library = library_of(twice | {"r.yaml": of_rule(more=url("gone"))})
    assert [] == list(links_of(library))
    assert 2 == len(by_alert(library)["DiskFull"])
    assert ["DiskFull"] == [rule.name for rule in rules_of(library)]


@pytest.mark.parametrize(
    ("word", "rank"), [("critical", 0), ("Page", 0), ("warn", 1), ("info", 2), ("blue", None)]
)
def test_severities_are_ranked(word: str, rank: int | None) -> None:
    """Words of other scales are not."""
    assert rank == rank_of(word)


def test_a_template_is_no_severity() -> None:
    """It is known only when the alert fires."""
    assert "" == severity_of(rule_of("a > 1", more="labels:\n  severity: '{{ $labels.s }}'\n"))
    assert "page" == severity_of(rule_of("a > 1", more="labels:\n  severity: Page\n"))
