"""A drill's entries answer the questions of its judge."""

from drillbook.drill.story import Story
from drillbook.model.verdict import PhaseSpan
from stories import SECOND_NS, cut_before, entries, passed

STORY = Story(entries(passed()))


def test_the_last_of_a_kind_counts():
    """What was looked at again replaces what was seen before."""
    assert "steady again" == STORY.body("steady")["phase"]
    assert 140 * SECOND_NS == STORY.last("steady").at_ns


def test_a_phase_is_asked_for_its_own_fact():
    """The control's fault is not the drill's."""
    at_s = [
        STORY.last("fault-effective", phase).at_ns / SECOND_NS for phase in ("control", "drill")
    ]
    assert [11, 141] == at_s


def test_what_never_happened_is_nothing():
    """Neither an entry nor a body; a phase that there is not has no fact either."""
    assert None is STORY.last("dreamed")
    assert {} == STORY.body("dreamed")
    assert None is STORY.last("steady", "drill")


def test_an_empty_journal_has_no_facts():
    """It is asked everything without raising."""
    story = Story([])
    assert ({}, (), "the drill was cut off") == (story.facts, story.phases(), story.why_not())


def test_why_something_was_not_reached_is_said_in_the_drills_own_words():
    """Abandoned, interrupted, cut off, or simply not looked at."""
    reasons = [
        Story(entries(cut_before("alert", phase="drill", why="the lab fell over"))).why_not(),
        Story(entries([*passed(), (300, "interrupted", {"because": "ctrl-c"})])).why_not(),
        Story(entries(cut_before("alert", phase="drill"))).why_not(),
        STORY.why_not(),
    ]
    assert [
        "the lab fell over",
        "ctrl-c",
        "the drill was cut off",
        "it was not looked at",
    ] == reasons


def test_what_was_abandoned_outweighs_that_it_was_then_interrupted():
    """The first cause is the one that explains the rest."""
    told = [
        *passed(),
        (300, "abandoned", {"because": "the fault did nothing"}),
        (301, "interrupted", {"because": "ctrl-c"}),
    ]
    assert "the fault did nothing" == Story(entries(told)).why_not()


def test_phases_have_their_beginning_and_end():
    """In their order, in nanoseconds."""
    assert (
        PhaseSpan(name="lab up", begin_ns=0, end_ns=10 * SECOND_NS),
        PhaseSpan(name="control", begin_ns=10 * SECOND_NS, end_ns=121 * SECOND_NS),
        PhaseSpan(name="drill", begin_ns=140 * SECOND_NS, end_ns=250 * SECOND_NS),
    ) == STORY.phases()


def test_a_phase_in_which_the_tool_died_never_ended():
    """Its end is not invented."""
    phases = Story(entries(cut_before("alert", phase="drill"))).phases()
    assert ("drill", None) == (phases[-1].name, phases[-1].end_ns)


def test_an_end_without_a_beginning_is_no_phase():
    """A doctored journal adds nothing to the picture."""
    assert () == Story(entries([(1, "phase-ended", {"phase": "drill"})])).phases()
