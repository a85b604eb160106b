"""Rules, leads and runbooks → who leads where, and why somebody leads nowhere."""

import pytest

from covers import rule, studied
from drillbook.cover.linking import linked
from drillbook.model.library import Lead, LeadKind

URL = "https://runbooks.example.org/a"
BOOK = studied("runbooks/a.md", named=frozenset({"ADown"}))


def one(rule_, leads, *runbooks):
    """The only alert."""
    [found] = linked([rule_], leads, runbooks)
    return found


def test_by_its_runbook_url():
    """The file that the URL leads to, which names the alert."""
    found = one(rule(url=URL), {URL: Lead(kind=LeadKind.FILE, path="runbooks/a.md")}, BOOK)
    assert ("runbooks/a.md", True, "") == (found.runbook, found.leads_back, found.because)
    assert ("ADown", "critical") == (found.name, found.severity)


def test_a_runbook_that_does_not_name_the_alert_does_not_lead_back():
    """It is found all the same."""
    found = one(rule("BDown", URL), {URL: Lead(kind=LeadKind.FILE, path="runbooks/a.md")}, BOOK)
    assert ("runbooks/a.md", False) == (found.runbook, found.leads_back)


def test_by_the_lists_of_the_runbooks_where_no_url_leads_anywhere():
    """As a response would find it."""
    listing = studied("runbooks/b.md", listed=("ADown",), named=frozenset({"ADown"}))
    gone = {URL: Lead(kind=LeadKind.NO_FILE, path="runbooks/gone")}
    assert "runbooks/b.md" == one(rule(), {}, BOOK, listing).runbook
    assert "runbooks/b.md" == one(rule(url=URL), gone, BOOK, listing).runbook


def test_of_a_file_of_several_by_the_anchor():
    """Whatever its capitals; without one, nobody knows which is meant."""
    books = [studied("all.md#disk-full"), studied("all.md#node-down")]
    lead = Lead(kind=LeadKind.FILE, path="all.md", anchor="Node-Down")
    assert "all.md#node-down" == one(rule(url=URL), {URL: lead}, *books).runbook
    blind = one(rule(url=URL), {URL: Lead(kind=LeadKind.FILE, path="all.md")}, *books)
    expected = "its runbook_url does not say which runbook of the file is meant"
    assert ("", expected) == (blind.runbook, blind.because)


@pytest.mark.parametrize(
    ("kind", "because"),
    [
        (LeadKind.NO_FILE, "its runbook_url names a file that is not there"),
        (LeadKind.TEMPLATED, "its runbook_url is complete only when it fires"),
        (LeadKind.NO_ADDRESS, "its runbook_url is no address"),
    ],
)
def test_why_an_alert_leads_nowhere(kind, because):
    """In one sentence for each way to fail."""
    assert because == one(rule(url=URL), {URL: Lead(kind=kind)}, BOOK).because


def test_a_file_that_was_not_read_is_no_runbook():
    """It is there, but excluded, or no Markdown."""
    found = one(rule(url=URL), {URL: Lead(kind=LeadKind.FILE, path="docs/a.html")}, BOOK)
    expected = "its runbook_url names a file that was not read as a runbook"
    assert ("", expected) == (found.runbook, found.because)


def test_an_alert_without_anything_and_one_that_two_list():
    """What is missing, or what is too much."""
    assert "it has no runbook_url, and no runbook lists it" == one(rule(), {}, BOOK).because
    both = [studied(f"{name}.md", listed=("ADown",)) for name in "ab"]
    assert "2 runbooks list it, and it names none of them" == one(rule(), {}, *both).because
