"""Journal entries of a drill → Verdict. Pure: an old drill can be judged again."""

from collections.abc import Sequence
from itertools import pairwise

from drillbook.drill.overhead import overhead_s
from drillbook.drill.rulings import INVARIANTS, RULINGS
from drillbook.drill.story import Story
from drillbook.drill.times import detection, durations_s, objectives_s, times
from drillbook.model.journal import Entry
from drillbook.model.verdict import Ruling, Verdict, VerdictState

_WORST_FIRST = (VerdictState.FAILED, VerdictState.UNKNOWN, VerdictState.PASSED)
_COUNTS = ("acknowledged", "readable", "lost", "twice", "failures")


def judge(drill: Sequence[Entry], run: Sequence[Entry] = ()) -> Verdict:
    """The Verdict on a drill's entries; `run` are those of the run that it responded with.

    The worst ruling decides: failed, then unknown. Raises ValueError where `drill` does not
    begin with `drill-started`.
    """
    if not drill or drill[0].kind != "drill-started":
        raise ValueError("these entries are not a drill's: they do not begin with drill-started")
    story = Story(drill)
    rulings = _rulings(story)
    facts = story.facts
    counted = story.body("counted")
    return Verdict(
        drill=facts["drill"],
        runbook=facts["runbook"],
        stream=drill[0].stream,
        state=worst([ruling.state for ruling in rulings]),
        rulings=rulings,
        times=times(story),
        durations_s=durations_s(story),
        objectives_s=objectives_s(story),
        detection=detection(story),
        compression=facts["compression"],
        phases=story.phases(),
        counts={name: counted[name] for name in _COUNTS if name in counted},
        overhead_s=overhead_s(drill, run),
        total_s=(drill[-1].at_ns - drill[0].at_ns) / 1e9,
        hashes=facts["hashes"],
    )


def worst(states: Sequence[VerdictState]) -> VerdictState:
    """Failed before unknown before passed; nothing ruled is unknown."""
    for state in _WORST_FIRST:
        if state in states:
            return state
    return VerdictState.UNKNOWN


def _rulings(story: Story) -> tuple[Ruling, ...]:
    rulings = [rule(story) for rule in RULINGS]
    for name in story.facts["invariants"]:
        if name in INVARIANTS:
            rulings.append(INVARIANTS[name](story))
        else:
            known = ", ".join(INVARIANTS)
            because = f"nobody counts it; known are {known}"
            rulings.append(Ruling(name=name, state=VerdictState.UNKNOWN, because=because))
    if not story.facts["invariants"]:
        because = "nothing was counted: add invariants: [acknowledged-is-readable, none-twice]"
        rulings.append(Ruling(name="nothing is lost", state=VerdictState.UNKNOWN, because=because))
    if story.last("drill-ended") is None or story.last("interrupted") is not None:
        because = story.why_not()
        state = VerdictState.UNKNOWN
        rulings.append(Ruling(name="the drill ran to its end", state=state, because=because))
    if _was_set_back(story.entries):
        # A recovery that took less than no time is within every objective.
        because = "entries are older than those before them, so no time of this drill can be told"
        rulings.append(Ruling(name="the clock", state=VerdictState.UNKNOWN, because=because))
    return tuple(rulings)


def _was_set_back(entries: Sequence[Entry]) -> bool:
    return any(later.at_ns < earlier.at_ns for earlier, later in pairwise(entries))
