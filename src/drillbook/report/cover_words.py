"""A Coverage → the words and groups that every form of it says alike. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from drillbook.model.coverage import AlertCover, Coverage, DrillCover, Figure, RunbookCover
from drillbook.model.lint import Rung
from drillbook.model.proof import Seal, Weighed
from drillbook.model.runbook import Kind
from drillbook.report.times import seconds, utc

FULL = "●"
EMPTY = "○"
PASSED_BY = "-"
RUNGS: tuple[Rung, ...] = tuple(Rung)
NO_RUNG = "not readable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """What several runbooks lack for the same next rung, and the cure.

    `runbooks` are their names, each with the details of just that one.
    """

    rung: Rung
    because: str
    cure: str
    runbooks: tuple[tuple[str, str], ...]


def _height(rung: Rung | None) -> int:
    """How many rungs are reached, 0 to 4."""
    return RUNGS.index(rung) + 1 if rung is not None else 0


def looks(runbook: RunbookCover) -> tuple[str, ...]:
    """How each rung looks, from below. A procedure passes one by: no alert leads to it."""
    reached = _height(runbook.rung)
    found = [FULL if number < reached else EMPTY for number in range(len(RUNGS))]
    if runbook.studied.kind is Kind.PROCEDURE:
        found[RUNGS.index(Rung.LINKED)] = PASSED_BY
    return tuple(found)


def ladder(runbook: RunbookCover) -> str:
    """`●●○○`: linked; `●-●○`: a procedure that is runnable."""
    return "".join(looks(runbook))


def standing(runbook: RunbookCover) -> str:
    """The rung in a word; how a proven one was proven."""
    if runbook.rung is None:
        return NO_RUNG
    if runbook.rung is not Rung.PROVEN:
        return str(runbook.rung.value)
    return f"proven {lengths(runbook.compressions)}"


def lengths(compressions: Iterable[float]) -> str:
    """`at full length`, `compressed 10x`, or both."""
    said = sorted(set(compressions))
    return " and ".join("at full length" if n == 1 else f"compressed {n:g}x" for n in said)


def to_do(coverage: Coverage) -> tuple[ToDo, ...]:
    """Grouped by what is lacking, the rung that is next to reach first, then the most."""
    found: dict[tuple[Rung, str, str], list[tuple[str, str]]] = {}
    for runbook in coverage.runbooks:
        for lack in runbook.lacks:
            key = (lack.rung, lack.because, lack.cure)
            found.setdefault(key, []).append((runbook.studied.name, lack.detail))
    groups = [
        ToDo(rung=rung, because=because, cure=cure, runbooks=tuple(dict.fromkeys(names)))
        for (rung, because, cure), names in found.items()
    ]
    return tuple(sorted(groups, key=lambda each: (RUNGS.index(each.rung), -len(each.runbooks))))


def drill_words(drill: DrillCover) -> str:
    """What a drill proves now, or why it does not; and what the journal knows that differs."""
    said = proof_words(drill.weighed) if drill.weighed and drill.is_proven else drill.because
    is_told = drill.weighed is not None and drill.last is not None and drill.last.value != "passed"
    is_later = is_told and drill.weighed and drill.last_at_ns > drill.weighed.proof.drilled_at_ns
    return (
        f"{said}; but its last verdict is {drill.last.value}" if is_later and drill.last else said
    )


def proof_words(weighed: Weighed) -> str:
    """How, how quickly and when it was proven, and who vouches for it."""
    proof, sealed = weighed.proof, weighed.sealed
    length = lengths((proof.compression,))
    times = f"detected in {seconds(proof.detect_s)}, recovered in {seconds(proof.recover_s)}"
    if proof.compression != 1:
        full = seconds(proof.full_detect_s), seconds(proof.full_recover_s)
        times += f" ({full[0]} and {full[1]} at full length)"
    vouched = f"signed by {sealed.by}" if sealed.seal is Seal.SIGNED else sealed.seal.value
    return f"proven {length} on {day(proof.drilled_at_ns)}: {times}; {vouched}"


def day(at_ns: int) -> str:
    """`2026-11-21`, in UTC."""
    return utc(at_ns)[:10]


def alert_words(alert: AlertCover) -> str:
    """Where an alert leads, or why nowhere."""
    if not alert.runbook:
        return alert.because
    return alert.runbook if alert.leads_back else f"{alert.runbook} (which does not name it)"


def alert_cure(coverage: Coverage) -> str:
    """How the alerts without a runbook get one; empty where all have."""
    lacking = sum(not alert.runbook for alert in coverage.alerts)
    if not lacking:
        return ""
    begin = "begin one with `drillbook new runbook NAME --from-alert RULES:ALERT`"
    return f"{counted(lacking, 'alert')} without a runbook: {begin}, or mend the runbook_url"


def figure_words(figure: Figure) -> str:
    """`145 of 263`, and what is listed apart; or that there is nothing to count."""
    if not figure.total:
        return figure.nothing
    apart = f", {figure.apart} unknown" if figure.apart else ""
    return f"{figure.count} of {figure.total}{apart}"


def counted(count: int, word: str) -> str:
    """`1 alert`, `2 alerts`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
