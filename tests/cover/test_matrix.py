"""All that is known → the matrix."""

from covers import drill, rule, step, studied
from drillbook.cover.matrix import Facts, coverage_of
from drillbook.model.coverage import Tally
from drillbook.model.library import Lead, LeadKind
from drillbook.model.lint import Rung

URL = "https://runbooks.example.org/a"
BOOK = studied(named=frozenset({"ADown"}), steps=(step("look"), step("act")))


def test_rules_runbooks_steps_and_drills_are_put_together():
    """Each runbook with its alerts, its drills, and how its steps did."""
    facts = Facts(
        studied=[BOOK, studied("b.md")],
        rules=[rule(url=URL), rule("BDown")],
        leads={URL: Lead(kind=LeadKind.FILE, path="a.md")},
        drills=[drill(fresh=True)],
        tallies={"a.md": {"look": Tally(as_said=2), "gone": Tally(otherwise=9)}},
        runs=2,
    )
    coverage = coverage_of(facts)
    first, second = coverage.runbooks
    assert (Rung.PROVEN, Rung.READABLE) == (first.rung, second.rung)
    assert (("ADown",), ["a-killed"]) == (first.alerts, [each.name for each in first.drills])
    assert [Tally(as_said=2), Tally()] == [each.tally for each in first.steps]
    assert ["a.md", ""] == [alert.runbook for alert in coverage.alerts]
    assert (2, ()) == (coverage.runs, coverage.notes)


def test_an_alert_that_two_rules_have_leads_once():
    """As warning and as critical it is one name."""
    rules = [rule(url=URL), rule(url=URL, severity="warning")]
    leads = {URL: Lead(kind=LeadKind.FILE, path="a.md")}
    coverage = coverage_of(Facts(studied=[BOOK], rules=rules, leads=leads))
    assert (2, ("ADown",)) == (len(coverage.alerts), coverage.runbooks[0].alerts)


def test_what_a_reader_would_take_for_a_result_is_said():
    """No rules, no runbooks, and a drill of something that is not there."""
    notes = coverage_of(Facts()).notes
    assert ["no alerting rule was found", "no runbook was found"] == [
        note.split(",")[0].split(";")[0] for note in notes
    ]
    facts = Facts(studied=[studied("b.md")], rules=[rule()], drills=[drill()])
    assert ("drill a-killed names a.md, which is not there",) == coverage_of(facts).notes
