"""The story of a drill → one Ruling for each thing that had to be so.

Failed: the runbook, its alert or its rule did not do what they say. Unknown: nothing is proven
either way, because the lab, the fault or the drill itself did not do its part. A ruling module
of its own would be each function here; RULINGS is their order and their registry.
"""

from collections.abc import Callable

from drillbook.drill.story import Story
from drillbook.drill.times import detection, durations_s, objectives_s, times
from drillbook.model.truth import Truth
from drillbook.model.verdict import Ruling, VerdictState

PASSED, FAILED, UNKNOWN = VerdictState.PASSED, VerdictState.FAILED, VerdictState.UNKNOWN
CONTROL, DRILL = "control", "drill"


def _of(name: str, story: Story, kind: str, phase: str | None, *, no: VerdictState) -> Ruling:
    """The ruling that an observation comes to; `no` is what FALSE means."""
    body = story.body(kind, phase)
    if not body:
        return Ruling(name=name, state=UNKNOWN, because=f"not reached: {story.why_not()}")
    states = {Truth.TRUE.value: PASSED, Truth.FALSE.value: no, Truth.UNKNOWN.value: UNKNOWN}
    return Ruling(name=name, state=states[body["truth"]], because=str(body["because"]))


def lab_was_steady(story: Story) -> Ruling:
    """Before anything was broken, everything served."""
    return _of("the lab was steady before", story, "steady", "lab up", no=UNKNOWN)


def control_fault(story: Story) -> Ruling:
    """A fault that does nothing proves nothing."""
    return _of("control: the fault was effective", story, "fault-effective", CONTROL, no=UNKNOWN)


def control_alert(story: Story) -> Ruling:
    """The alert fires also when nobody acts."""
    name = "control: the alert fired"
    if story.facts["control"] == "heals-within":
        return Ruling(name=name, state=PASSED, because="not asked: the system heals by design")
    return _of(name, story, "alert", CONTROL, no=FAILED)


def control_held(story: Story) -> Ruling:
    """A system that heals by itself gives the runbook no credit."""
    heals = story.facts["control"] == "heals-within"
    name = "control: it heals by itself" if heals else "control: it stayed broken"
    return _of(name, story, "control-held", CONTROL, no=FAILED)


def control_outlasted(story: Story) -> Ruling:
    """Nobody acted for as long as the recovery took: else it may have healed by itself by then."""
    name = "control: it was watched for long enough"
    if story.facts["control"] == "heals-within":
        return Ruling(name=name, state=PASSED, because="not asked: the system heals by design")
    broken, held = story.last("fault-effective", CONTROL), story.last("control-held", CONTROL)
    took_s = durations_s(story)["recover"]
    if broken is None or held is None or took_s is None:
        return Ruling(name=name, state=UNKNOWN, because=f"not reached: {story.why_not()}")
    watched_s = (held.at_ns - broken.at_ns) / 1e9
    because = f"nobody acted for {watched_s:.1f} s, the recovery began after {took_s:.1f} s"
    if took_s > watched_s:
        because += ": set a longer `hold` in the drill's control"
    return Ruling(name=name, state=PASSED if took_s <= watched_s else UNKNOWN, because=because)


def steady_again(story: Story) -> Ruling:
    """Between control and drill, the fault was gone and the alert as well."""
    return _of("the lab was steady again", story, "steady", "steady again", no=UNKNOWN)


def drill_fault(story: Story) -> Ruling:
    """A fault that does nothing proves nothing."""
    return _of("the fault was effective", story, "fault-effective", DRILL, no=UNKNOWN)


def alert_fired(story: Story) -> Ruling:
    """The alert fired, and not before arithmetic allows: then it was not this fault's."""
    ruling = _of("the alert fired", story, "alert", DRILL, no=FAILED)
    detected_s = durations_s(story).get("detect_from_injection")
    made_of = detection(story)
    if ruling.state is not PASSED:
        return ruling
    if detected_s is None or made_of is None:
        because = "how long detection took is not known"
        return Ruling(name=ruling.name, state=UNKNOWN, because=because)
    least_s = made_of.minimum_s
    if detected_s < least_s:
        because = f"it fired after {detected_s:.1f} s, before the {least_s:.1f} s that it takes"
        return Ruling(name=ruling.name, state=UNKNOWN, because=because)
    because = f"{ruling.because} ({story.facts['alert']} after {detected_s:.1f} s)"
    return Ruling(name=ruling.name, state=PASSED, because=because)


def alert_led_to_runbook(story: Story) -> Ruling:
    """The alert's own runbook_url chose the runbook, out of all there are."""
    name = "the alert led to the runbook"
    body = story.body("responded", DRILL)
    if not body:
        return Ruling(name=name, state=UNKNOWN, because=f"not reached: {story.why_not()}")
    is_it = body["runbook"] == story.facts["runbook"] and body["matched_by"] == "runbook_url"
    return Ruling(name=name, state=PASSED if is_it else FAILED, because=str(body["match"]))


def option_recovered(story: Story) -> Ruling:
    """The Option that the drill names recovered it, and no other."""
    wanted = story.facts["option"]
    name = f"the Option `{wanted}` recovered it"
    body = story.body("responded", DRILL)
    if not body:
        return Ruling(name=name, state=UNKNOWN, because=f"not reached: {story.why_not()}")
    # A person who stopped the operator has proven nothing against the runbook.
    if body["state"] in ("unknown", "cancelled"):
        return Ruling(name=name, state=UNKNOWN, because=str(body["because"]))
    if body["state"] != "recovered":
        because = f"the operator ended {body['state']}: {body['because']}"
        return Ruling(name=name, state=FAILED, because=because)
    if body["option"] != wanted:
        because = f"`{body['option']}` recovered it instead"
        return Ruling(name=name, state=FAILED, because=because)
    return Ruling(name=name, state=PASSED, because=str(body["because"]))


def stayed_recovered(story: Story) -> Ruling:
    """Users were served for a while after the operator had left, where they were before."""
    name = "it stayed recovered"
    body = story.body("responded", DRILL)
    if body and body["state"] != "recovered":
        # What never recovered cannot break again; that it did not is the Option's ruling.
        return Ruling(name=name, state=UNKNOWN, because=f"it had not recovered: {body['because']}")
    return _of(name, story, "stayed", None, no=FAILED)


def detected_in_time(story: Story) -> Ruling:
    """The alert fires within the runbook's objective, at full length."""
    return _in_time(story, "detect", "detected within its objective")


def recovered_in_time(story: Story) -> Ruling:
    """The sustained recovery begins within the runbook's objective, at full length."""
    return _in_time(story, "recover", "recovered within its objective")


def _in_time(story: Story, what: str, name: str) -> Ruling:
    objective_s = objectives_s(story).get(what)
    took_s = durations_s(story).get(f"{what}_at_full_length")
    if objective_s is None:
        why = f"the runbook promises no time: add objectives: {{{what}: …}} to its front matter"
        return Ruling(name=name, state=UNKNOWN, because=why)
    if took_s is None:
        return Ruling(name=name, state=UNKNOWN, because=f"not reached: {story.why_not()}")
    measured = "" if story.facts["compression"] == 1 else ", computed for full length"
    because = f"{took_s:.1f} s of {objective_s:g} s{measured}"
    state = PASSED if took_s <= objective_s else FAILED
    return Ruling(name=name, state=state, because=because)


def nothing_lost(story: Story) -> Ruling:
    """Beyond what the Option says it Loses, what was acknowledged can be read."""
    name = "acknowledged is readable"
    count = story.body("counted")
    if not count:
        return Ruling(name=name, state=UNKNOWN, because=f"not counted: {story.why_not()}")
    excused = _excused(story, count["lost_at_ns"])
    lost = count["lost"] - excused
    because = f"{count['acknowledged']} acknowledged, {count['readable']} of them readable"
    if count["acknowledged"] == 0:
        return Ruling(name=name, state=UNKNOWN, because="the client wrote nothing")
    if excused:
        because += f", {excused} excused by what the Option Loses"
    return Ruling(name=name, state=FAILED if lost > 0 else PASSED, because=because)


def _excused(story: Story, lost_at_ns: list[int]) -> int:
    """How many of the lost writes the Option's Loses allows for."""
    loses = story.facts.get("loses") or {}
    if loses.get("count") is not None:
        return min(len(lost_at_ns), int(loses["count"]))
    injected = story.last("fault-injected", DRILL)
    if loses.get("last_s") is None or injected is None:
        return 0
    since_ns = injected.at_ns - int(loses["last_s"] * 1e9)
    # What is acknowledged after the recovery is no longer the Option's to lose.
    until_ns = times(story).mitigated_at or since_ns
    return sum(1 for at_ns in lost_at_ns if since_ns <= at_ns < until_ns)


def none_twice(story: Story) -> Ruling:
    """No write is stored more than once."""
    count = story.body("counted")
    name = "none twice"
    if not count:
        return Ruling(name=name, state=UNKNOWN, because=f"not counted: {story.why_not()}")
    if count["acknowledged"] == 0:
        return Ruling(name=name, state=UNKNOWN, because="the client wrote nothing")
    state = FAILED if count["twice"] else PASSED
    return Ruling(name=name, state=state, because=f"{count['twice']} stored more than once")


def cleaned_up(story: Story) -> Ruling:
    """The fault is gone and the lab left nothing behind."""
    name = "nothing was left behind"
    down = story.last("lab-down")
    if down is None:
        why = "the drill was cut off; clean up with `drillbook drill --revert`"
        return Ruling(name=name, state=UNKNOWN, because=why)
    left = down.body["left"]
    intended, reverted = story.last("fault-intended"), story.last("fault-reverted")
    is_told = reverted is not None and (intended is None or reverted.seq > intended.seq)
    if left or (intended is not None and not is_told):
        because = ", ".join(left) or "nothing says that the fault was reverted"
        return Ruling(name=name, state=UNKNOWN, because=because)
    if reverted is not None and reverted.body["truth"] != Truth.TRUE.value:
        return Ruling(name=name, state=UNKNOWN, because=str(reverted.body["because"]))
    return Ruling(name=name, state=PASSED, because="the fault is reverted, the lab is down")


RULINGS: tuple[Callable[[Story], Ruling], ...] = (
    lab_was_steady,
    control_fault,
    control_alert,
    control_held,
    control_outlasted,
    steady_again,
    drill_fault,
    alert_fired,
    alert_led_to_runbook,
    option_recovered,
    stayed_recovered,
    detected_in_time,
    recovered_in_time,
    cleaned_up,
)

INVARIANTS: dict[str, Callable[[Story], Ruling]] = {
    "acknowledged-is-readable": nothing_lost,
    "none-twice": none_twice,
}
