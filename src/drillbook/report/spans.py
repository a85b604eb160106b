"""The entries of a run that has ended → its trace: a span for the run, and one for each part of it.

Pure, and the same however often it is asked: ids are made of the journal's own hashes, so that
a trace that is sent twice is one trace. Secrets are masked in the journal already.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import groupby, islice

from drillbook.model.journal import Entry
from drillbook.model.run import RunState, StepResult

SPANS_MAX = 2_000
WORDS_MAX = 1_000

Attribute = str | int | bool

_ENDS = ("step-finished", "step-abandoned", "step-lost", "step-cancelled")
# A wait for people begins with one of these and ends with any entry that is not among the others.
_WAITS = {"asked": "wait for an answer", "approval-asked": "wait for approval"}
_MEANWHILE = frozenset({"approved", "noted", "run-resumed"})


class SpanStatus(Enum):
    """What a span says of its outcome; UNSET where nothing is known."""

    UNSET = "unset"
    OK = "ok"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Times in nanoseconds since the Unix epoch; `parent` is None for the run itself."""

    trace_id: int
    span_id: int
    parent: int | None
    name: str
    start_ns: int
    end_ns: int
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    status: SpanStatus = SpanStatus.UNSET
    because: str = ""


def spans_of(entries: Sequence[Entry]) -> tuple[Span, ...]:
    """The run's span first, then its children in order; none where the run has not ended."""
    if _end(entries) is None:
        return ()
    run = _run_span(entries)
    children = sorted(
        (*_steps(run, entries), *_waits(run, entries)), key=lambda each: each.start_ns
    )
    return (run, *islice(children, SPANS_MAX))


def _end(entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in reversed(entries) if entry.kind == "run-ended"), None)


def _run_span(entries: Sequence[Entry]) -> Span:
    first, end = entries[0], _end(entries) or entries[-1]
    started = next((entry for entry in entries if entry.kind == "run-started"), first)
    state = str(end.body.get("state", ""))
    return Span(
        trace_id=_number(first, "trace", 16),
        span_id=_number(first, "run", 8),
        parent=None,
        name=f"run {_text(started, 'title') or _text(started, 'runbook')}".strip(),
        start_ns=first.at_ns,
        end_ns=max(end.at_ns, first.at_ns),
        attributes=_kept(
            {
                "drillbook.run": first.stream.removeprefix("run/"),
                "drillbook.runbook": _text(started, "runbook"),
                "drillbook.anchor": _text(started, "anchor"),
                "drillbook.incident": _text(started, "incident"),
                "drillbook.is_drill": started.body.get("is_drill") is True,
                "drillbook.operator": _text(started, "operator"),
                "drillbook.state": state,
                "drillbook.because": _text(end, "because"),
            }
        ),
        status=_status_of_state(state),
        because=_text(end, "because"),
    )


def _steps(run: Span, entries: Sequence[Entry]) -> Iterator[Span]:
    """A span for each step of each round; its attempts and polls are counted in it."""
    for _, attempts in groupby(_attempts(entries), key=_place_of):
        spans = [_step_span(run, intent, outcome) for intent, outcome in attempts]
        counted = {**spans[-1].attributes, "drillbook.attempts": len(spans)}
        first = spans[0]
        yield replace(spans[-1], span_id=first.span_id, start_ns=first.start_ns, attributes=counted)


def _attempts(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Each intent with its outcome."""
    intent: Entry | None = None
    for entry in entries:
        # An outcome and the next intent are one commit: the outcome comes first.
        if entry.kind in _ENDS and intent is not None:
            yield intent, entry
        if entry.kind in (*_ENDS, "step-started"):
            intent = entry if entry.kind == "step-started" else None


def _place_of(attempt: tuple[Entry, Entry]) -> tuple[object, ...]:
    return tuple(attempt[0].body.get(name) for name in ("round", "part", "option", "step"))


def _step_span(run: Span, intent: Entry, outcome: Entry) -> Span:
    """One attempt."""
    result = _text(outcome, "result") or outcome.kind.removeprefix("step-")
    start_ns = _time(outcome, "started_at_ns", intent.at_ns)
    return Span(
        trace_id=run.trace_id,
        span_id=_number(intent, "step", 8),
        parent=run.span_id,
        name=f"step {_text(intent, 'step')}",
        start_ns=start_ns,
        end_ns=max(_time(outcome, "ended_at_ns", outcome.at_ns), start_ns),
        attributes=_kept(
            {
                "drillbook.step": _text(intent, "step"),
                "drillbook.part": _text(intent, "part"),
                "drillbook.option": _text(intent, "option"),
                "drillbook.target": _text(intent, "on"),
                "drillbook.host": _text(intent, "host"),
                "drillbook.result": result,
                "drillbook.check": _text(outcome, "status"),
                "drillbook.because": _text(outcome, "because"),
                "drillbook.exit_code": outcome.body.get("exit_code"),
            }
        ),
        status=_status_of_result(result, is_check=bool(_text(outcome, "status"))),
        because=_text(outcome, "because"),
    )


def _waits(run: Span, entries: Sequence[Entry]) -> Iterator[Span]:
    begin: Entry | None = None
    for entry in entries:
        if begin is not None and entry.kind not in _MEANWHILE:
            yield Span(
                trace_id=run.trace_id,
                span_id=_number(begin, "wait", 8),
                parent=run.span_id,
                name=_WAITS[begin.kind],
                start_ns=begin.at_ns,
                end_ns=max(entry.at_ns, begin.at_ns),
                attributes=_kept(
                    {
                        "drillbook.step": _text(begin, "step"),
                        "drillbook.option": _text(begin, "option"),
                    }
                ),
            )
            begin = None
        if entry.kind in _WAITS:
            begin = entry


def _status_of_state(state: str) -> SpanStatus:
    if state in (RunState.RECOVERED.value, RunState.SUCCEEDED.value):
        return SpanStatus.OK
    return SpanStatus.ERROR if state in {each.value for each in RunState} else SpanStatus.UNSET


def _status_of_result(result: str, *, is_check: bool) -> SpanStatus:
    """An unhealthy Check has done its work; what is unknown is no success."""
    if result == StepResult.MET.value or (is_check and result == StepResult.NOT_MET.value):
        return SpanStatus.OK
    return SpanStatus.ERROR


def _number(entry: Entry, what: str, size: int) -> int:
    """An id of so many bytes, never 0, which would be none."""
    text = f"{entry.stream}\0{entry.seq}\0{entry.hash}\0{what}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size], "big") or 1


def _kept(said: Mapping[str, object]) -> dict[str, Attribute]:
    """Without what says nothing; an exit code of 0 says something."""
    return {
        name: value
        for name, value in said.items()
        if isinstance(value, str | int) and value != "" and value is not False
    }


def _text(entry: Entry, key: str) -> str:
    value = entry.body.get(key)
    return value[:WORDS_MAX] if isinstance(value, str) else ""


def _time(entry: Entry, key: str, default: int) -> int:
    value = entry.body.get(key)
    return value if isinstance(value, int) and value > 0 else default
