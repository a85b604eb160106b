"""A Document → each of its runbooks by itself: its steps, and what they and the text lack. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from drillbook.model.coverage import Lack, StepCover, Studied
from drillbook.model.document import Document
from drillbook.model.finding import Finding
from drillbook.model.lint import Rung
from drillbook.model.run import Part
from drillbook.model.runbook import Kind, Runbook, Step

LANGUAGE = "language"
TIME_LIMIT = "time limit"
EXPECTATION = "expectation"
# So many are named; the rest is counted.
NAMED_MAX = 3
FLAWS_MAX = 5
_WORD = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*")
_CURES = {
    LANGUAGE: "write them in a language that is run, or mark them excludeFromRunAll=true",
    TIME_LIMIT: "write timeout=30s behind their names",
    EXPECTATION: "write **Healthy:**, **Expect:** or **Recovered:** below them",
}
_SAID = {
    LANGUAGE: "no language that is run",
    TIME_LIMIT: "no time limit",
    EXPECTATION: "no expectation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """A Finding that keeps a runbook from a rung."""

    rung: Rung
    finding: Finding


def study(
    document: Document,
    runbook: Runbook,
    *,
    languages: frozenset[str],
    alerts: frozenset[str],
    barriers: Iterable[Barrier] = (),
) -> Studied:
    """`alerts` are the names of all that there are, `barriers` what is wrong in this runbook."""
    steps = tuple(_steps(runbook, languages))
    name = f"{runbook.path}#{runbook.anchor}" if runbook.anchor else runbook.path
    return Studied(
        name=name,
        path=runbook.path,
        anchor=runbook.anchor,
        title=runbook.title,
        place=runbook.place,
        kind=runbook.kind,
        severity=runbook.severity or "",
        owner=runbook.owner or "",
        service=runbook.service or "",
        acting_hash=runbook.acting_hash,
        source_hash=runbook.source_hash,
        listed=runbook.alerts,
        named=_named(document, runbook, alerts),
        steps=steps,
        lacks=tuple(_lacks(runbook, steps, list(barriers))),
    )


def _steps(runbook: Runbook, languages: frozenset[str]) -> Iterator[StepCover]:
    """Every step that Drillbook itself would run; those for people alone are theirs."""
    for check in runbook.checks:
        is_said = check.healthy is not None or check.unhealthy is not None
        yield _step(check.step, Part.CHECK, languages, is_said=is_said)
    for option in runbook.options:
        for step in option.steps:
            if not step.is_excluded:
                # Of a step that was named for us, silence means: exit code is 0.
                is_said = step.expect is not None or step.is_named
                yield _step(step, Part.OPTION, languages, is_said=is_said)
    for verification in runbook.verification:
        is_said = verification.recovered is not None
        yield _step(verification.step, Part.VERIFICATION, languages, is_said=is_said)


def _step(step: Step, part: Part, languages: frozenset[str], *, is_said: bool) -> StepCover:
    has = {
        LANGUAGE: step.language in languages,
        TIME_LIMIT: step.timeout_s is not None,
        EXPECTATION: is_said,
    }
    return StepCover(
        name=step.name,
        part=part,
        language=step.language,
        place=step.place,
        lacks=tuple(what for what, is_there in has.items() if not is_there),
    )


def _named(document: Document, runbook: Runbook, alerts: frozenset[str]) -> frozenset[str]:
    """The alerts of whose names one is a word of the runbook, of its title or of its file."""
    place = runbook.place
    lines: Sequence[str] = document.lines
    if runbook.anchor and place.end_line:
        lines = document.lines[place.line - 1 : place.end_line]
    words = set(_WORD.findall("\n".join(lines)))
    words |= {runbook.title, PurePosixPath(runbook.path).stem, *runbook.alerts}
    return alerts & words


def _lacks(
    runbook: Runbook, steps: Sequence[StepCover], barriers: Sequence[Barrier]
) -> Iterator[Lack]:
    if not any(section.role for section in runbook.sections):
        cure = "call its parts Diagnosis, Resolution and Verification; see `drillbook lint`"
        yield Lack(rung=Rung.READABLE, because="no section of a runbook is found", cure=cure)
    for rung in (Rung.READABLE, Rung.LINKED):
        yield from _flaws(rung, barriers)
    yield from _step_lacks(runbook, steps)
    yield from _flaws(Rung.RUNNABLE, barriers)


def _flaws(rung: Rung, barriers: Sequence[Barrier]) -> Iterator[Lack]:
    found = [each.finding for each in barriers if each.rung is rung]
    for each in found[:FLAWS_MAX]:
        line = f"line {each.place.line}"
        yield Lack(rung=rung, because=each.message, cure=each.help, detail=line)
    if len(found) > FLAWS_MAX:
        more = f"{len(found) - FLAWS_MAX} of them"
        cure = "`drillbook lint RUNBOOK` lists them"
        yield Lack(rung=rung, because="there are more errors", cure=cure, detail=more)


def _step_lacks(runbook: Runbook, steps: Sequence[StepCover]) -> Iterator[Lack]:
    if not steps:
        cure = "write a fence such as ```sh { name=… timeout=5s } below Diagnosis or Resolution"
        yield Lack(rung=Rung.RUNNABLE, because="it has no step", cure=cure)
    for what, said in _SAID.items():
        lacking = [step.name for step in steps if what in step.lacks]
        if lacking:
            cure = f"{_CURES[what]}; look with `drillbook plan RUNBOOK`"
            detail = f"{len(lacking)} of {len(steps)}, {_some(lacking)}"
            because = f"steps have {said}"
            yield Lack(rung=Rung.RUNNABLE, because=because, cure=cure, detail=detail)
    if steps and runbook.kind is Kind.ALERT and not runbook.verification:
        cure = "add a step below Verification, with **Recovered:**"
        yield Lack(rung=Rung.RUNNABLE, because="nothing says when it has recovered", cure=cure)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED_MAX} more" if len(names) > NAMED_MAX else ""
    return ", ".join(names[:NAMED_MAX]) + more
