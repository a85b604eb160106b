"""A post-mortem holds facts, and questions where nobody knows the answer yet."""

from drillbook.convert.postmortem import SECTIONS, KnownIncident, postmortem
from drillbook.read.markdown.runbook import read_document

KNOWN = KnownIncident(title="Orders *down*", owner="ops", day="2026-11-21")


def test_every_section_says_what_it_is_for():
    """None is empty, and none is one of a runbook that would be followed."""
    text = postmortem(KNOWN)
    for title, question in SECTIONS.items():
        assert f"## {title}\n\n{question}\n" in text
    assert text.startswith("# Post-mortem: Orders \\*down\\*\n")
    assert not read_document(text, "postmortems/a.md").is_runbook


def test_only_facts_are_told():
    """What is not known is not mentioned."""
    text = postmortem(KNOWN)
    assert "- Owner: ops." in text
    assert "Service" not in text
    assert "runbook:" not in text
    assert "| UTC |" not in text
