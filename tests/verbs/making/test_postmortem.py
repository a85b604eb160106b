"""A new post-mortem holds facts and questions, and lints clean."""

from dataclasses import replace
from datetime import date

import pytest

from drillbook.read.markdown.runbook import read_document
from drillbook.verbs.making.files import CannotCreateError, write_new
from drillbook.verbs.making.postmortem import SaidPostmortem, new_postmortem
from fresh import TODAY, complaints

SAID = SaidPostmortem(name="orders-down", today=TODAY, owner="ops")


def test_it_lints_clean_and_is_no_runbook(tmp_path):
    """What is over is read, not followed."""
    made = new_postmortem(tmp_path, SAID)
    write_new(tmp_path, {made.path: made.text})
    assert "postmortems/orders-down.md" == made.path
    assert [] == complaints(tmp_path)
    assert not read_document(made.text, made.path).is_runbook


def test_facts_are_told_and_the_runbook_is_linked(tmp_path):
    """The link counts from the page."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks/a b.md").write_text("# A\n")
    said = replace(SAID, service="shop", runbook="runbooks/a b.md", day="2026-11-01", title="X_")
    made = new_postmortem(tmp_path, said)
    assert "- Service: shop." in made.text
    assert "- Day: 2026-11-01." in made.text
    assert "(<../runbooks/a b.md>)" in made.text
    write_new(tmp_path, {made.path: made.text})
    assert [] == [each for each in complaints(tmp_path) if "orders-down" in each]


def test_a_timeline_is_a_table_in_which_nothing_acts(tmp_path):
    """Bars, markup and line ends stay within their cell."""
    moments = (("10:00:00", "a | b **c**\n# d"), ("10:00:01", "x"))
    made = new_postmortem(tmp_path, replace(SAID, timeline=moments))
    assert r"| 10:00:00 | a \| b \*\*c\*\* # d |" in made.text
    assert "| 10:00:01 | x |" in made.text


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"day": "yesterday"}, "--date 'yesterday' is no day"),
        ({"runbook": "no.md"}, "there is no such runbook"),
        ({"name": "../x"}, "cannot be the name of a post-mortem"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(tmp_path, change, because):
    """With the cure."""
    with pytest.raises(CannotCreateError) as caught:
        new_postmortem(tmp_path, replace(SAID, **change))
    assert because in str(caught.value)


def test_an_owner_is_asked_for_where_nobody_says_one(tmp_path, monkeypatch):
    """Or it is whoever git says, which is told."""
    monkeypatch.setattr("drillbook.verbs.making.postmortem.owner_of", lambda *_: None)
    with pytest.raises(CannotCreateError, match="--owner TEAM"):
        new_postmortem(tmp_path, replace(SAID, owner=""))
    monkeypatch.setattr("drillbook.verbs.making.postmortem.owner_of", lambda *_: ("ada", "git"))
    made = new_postmortem(tmp_path, replace(SAID, owner=""))
    assert ("- Owner: ada." in made.text, ("owner ada: from git; --owner says another",)) == (
        True,
        made.notes,
    )


def test_today_is_the_day_where_none_is_said(tmp_path):
    """It comes in as an argument."""
    made = new_postmortem(tmp_path, replace(SAID, today=date(2027, 1, 2)))
    assert "2027-01-02" in made.text
