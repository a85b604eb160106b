"""A run's entries → its trace."""

from drillbook.model.journal import Entry
from drillbook.report.spans import SPANS_MAX, SpanStatus, spans_of

SECOND = 1_000_000_000
BEGINNING = {
    "runbook": "runbooks/flag.md",
    "anchor": "",
    "title": "The flag is down",
    "operator": "alice",
    "incident": "20261121-103045-7f3a",
    "is_drill": False,
}


class Story:
    """Entries of one run, a second apart."""

    def __init__(self):
        self.entries = []

    def tell(self, kind, **body):
        seq = len(self.entries) + 1
        self.entries.append(
            Entry(
                stream="run/r1",
                seq=seq,
                kind=kind,
                at_ns=seq * SECOND,
                body=body,
                previous="",
                hash=f"h{seq}",
            )
        )
        return self

    def step(self, name, result="met", *, part="option", turn=1, **more):
        intent = {"step": name, "part": part, "option": "mend", "round": turn, "on": "db"}
        self.tell("step-started", **intent)
        at_ns = self.entries[-1].at_ns
        times = {"started_at_ns": at_ns + 1, "ended_at_ns": at_ns + 5}
        return self.tell(
            "step-finished", **{**intent, "result": result, "because": "so", **times, **more}
        )

    def end(self, state="recovered"):
        return self.tell("run-ended", state=state, because="it stayed so")


def begun():
    return (
        Story().tell("run-requested", runbook="runbooks/flag.md").tell("run-started", **BEGINNING)
    )


def test_a_run_is_a_span_from_the_request_to_the_end():
    """With what it was, whom it served, and how it ended."""
    [run] = spans_of(begun().end().entries)
    assert ("run The flag is down", None) == (run.name, run.parent)
    assert (1 * SECOND, 3 * SECOND, SpanStatus.OK) == (run.start_ns, run.end_ns, run.status)
    assert {
        "drillbook.run": "r1",
        "drillbook.runbook": "runbooks/flag.md",
        "drillbook.incident": "20261121-103045-7f3a",
        "drillbook.operator": "alice",
        "drillbook.state": "recovered",
        "drillbook.because": "it stayed so",
    } == run.attributes


def test_a_run_that_has_not_ended_has_no_trace():
    """Neither has one that never began."""
    assert () == spans_of(begun().step("a").entries)
    assert () == spans_of([])


def test_each_step_is_a_child_with_target_and_result():
    """In order, with the times that the machine it ran on gave."""
    story = begun()
    story.step("look", "not met", part="check", status="unhealthy", exit_code=1)
    story.step("mend", exit_code=0).end()
    run, look, mend = spans_of(story.entries)
    assert ["step look", "step mend"] == [look.name, mend.name]
    assert {run.trace_id} == {look.trace_id, mend.trace_id}
    assert {run.span_id} == {look.parent, mend.parent}
    assert (3 * SECOND + 1, 3 * SECOND + 5) == (look.start_ns, look.end_ns)
    assert ("db", "met", 0, 1) == tuple(
        mend.attributes[f"drillbook.{name}"]
        for name in ("target", "result", "exit_code", "attempts")
    )
    assert "unhealthy" == look.attributes["drillbook.check"]


def test_a_check_that_finds_something_has_not_failed():
    """A step that was not met has; one that says nothing is no success."""
    story = begun()
    story.step("look", "not met", part="check", status="unhealthy")
    story.step("stare", "unknown", part="check", status="unknown")
    story.step("mend", "not met").end("escalated")
    run, *children = spans_of(story.entries)
    assert [SpanStatus.OK, SpanStatus.ERROR, SpanStatus.ERROR] == [each.status for each in children]
    assert SpanStatus.ERROR is run.status


def test_attempts_of_a_step_are_counted_in_one_span():
    """From the beginning of the first to the end of the last, with the last one's result."""
    story = begun()
    for result in ("not met", "not met", "met"):
        story.step("poll", result, part="verification")
    story.end()
    _, poll = spans_of(story.entries)
    assert (3, "met") == (
        poll.attributes["drillbook.attempts"],
        poll.attributes["drillbook.result"],
    )
    assert (3 * SECOND + 1, 7 * SECOND + 5) == (poll.start_ns, poll.end_ns)


def test_the_same_step_in_another_round_is_another_span():
    """Checks that are asked again have their own."""
    story = begun().step("look", part="check").step("look", part="check", turn=2).end()
    _, first, second = spans_of(story.entries)
    assert first.span_id != second.span_id
    assert 1 == first.attributes["drillbook.attempts"]


def test_an_outcome_and_the_next_intent_in_one_commit():
    """The outcome comes first in the journal, and belongs to the intent before it."""
    story = begun().tell("step-started", step="a").tell("step-finished", step="a", result="met")
    story.tell("step-started", step="b").tell("step-lost", step="b", because="nobody saw").end()
    _, first, second = spans_of(story.entries)
    assert ("step a", "step b") == (first.name, second.name)
    assert ("lost", SpanStatus.ERROR) == (second.attributes["drillbook.result"], second.status)


def test_waits_for_people_are_spans():
    """So that a trace shows where the time went; approvals and notes do not end the wait."""
    story = begun().tell("approval-asked", option="mend").tell("approved", by="bob")
    story.tell("approved", by="carol").step("mend")
    story.tell("asked", step="next").tell("answered", answer="yes").end()
    _, approval, step, answer = spans_of(story.entries)
    assert ("wait for approval", 3 * SECOND, 6 * SECOND) == (
        approval.name,
        approval.start_ns,
        approval.end_ns,
    )
    assert ("step mend", "wait for an answer") == (step.name, answer.name)
    assert (8 * SECOND, 9 * SECOND) == (answer.start_ns, answer.end_ns)


def test_the_same_entries_give_the_same_trace():
    """Sent twice, it is one."""
    story = begun().step("a").end()
    assert spans_of(story.entries) == spans_of(list(story.entries))


def test_ids_have_the_size_that_a_trace_wants():
    """16 bytes and 8, none of them zero, none twice."""
    story = begun()
    for number in range(50):
        story.step(f"s{number}")
    spans = spans_of(story.end().entries)
    assert 51 == len({span.span_id for span in spans})
    assert all(0 < span.span_id < 1 << 64 for span in spans)
    assert 0 < spans[0].trace_id < 1 << 128


def test_a_trace_is_bounded():
    """A run of 10,000 polled rounds is not 10,000 spans."""
    story = begun()
    for number in range(SPANS_MAX + 10):
        story.step("look", part="check", turn=number)
    assert SPANS_MAX + 1 == len(spans_of(story.end().entries))


def test_bodies_that_lack_everything_raise_nothing():
    """An old journal may hold less."""
    story = Story()
    for kind in ("step-finished", "step-started", "step-finished", "asked", "run-ended"):
        story.tell(kind)
    run, step, wait = spans_of(story.entries)
    assert ("run", "step ", "wait for an answer") == (run.name, step.name, wait.name)
    assert SpanStatus.UNSET is run.status
