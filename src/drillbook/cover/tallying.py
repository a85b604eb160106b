"""The entries of a run → how often each of its steps did what the runbook says. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from drillbook.model.coverage import Tally
from drillbook.model.journal import Entry
from drillbook.model.run import Part, StepResult
from drillbook.model.sentence import CheckStatus

AS_SAID = Tally(as_said=1)
OTHERWISE = Tally(otherwise=1)
UNKNOWN = Tally(unknown=1)

# Part, Option, round and step: beginning the same again is a poll, or another try.
_Turn = tuple[str, str, str, str]


def tally_of(entries: Iterable[Entry]) -> Mapping[str, Tally]:
    """By the step's name. Of a step that is polled or tried again, the last outcome counts.

    A Check did what it says if it told healthy from unhealthy, whichever it was. A step of an
    Option or a Verification did if its expectation was met. What was lost is unknown.
    """
    total: dict[str, Tally] = {}
    open_turn: _Turn | None = None
    last = UNKNOWN
    for entry in entries:
        if entry.kind == "step-started":
            turn = _turn(entry.body)
            if open_turn is not None and turn != open_turn:
                _add(total, open_turn, last)
            open_turn, last = turn, UNKNOWN
        elif entry.kind == "step-finished" and open_turn is not None:
            last = _outcome(entry.body)
    if open_turn is not None:
        _add(total, open_turn, last)
    return total


def _turn(body: Mapping[str, Any]) -> _Turn:
    part, option, round_, step = (str(body.get(k)) for k in ("part", "option", "round", "step"))
    return part, option, round_, step


def _add(total: dict[str, Tally], turn: _Turn, outcome: Tally) -> None:
    total[turn[-1]] = total.get(turn[-1], Tally()) + outcome


def _outcome(body: Mapping[str, Any]) -> Tally:
    if body.get("part") == Part.CHECK.value:
        is_told = body.get("status") in (CheckStatus.HEALTHY.value, CheckStatus.UNHEALTHY.value)
        return AS_SAID if is_told else UNKNOWN
    by_result = {StepResult.MET.value: AS_SAID, StepResult.NOT_MET.value: OTHERWISE}
    return by_result.get(str(body.get("result")), UNKNOWN)
