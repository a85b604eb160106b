"""The entries of a drill's run → one row for each step, its polls folded together. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from drillbook.model.journal import Entry, JournalError
from drillbook.report.clean import bounded

OUTPUT_CHARACTERS_MAX = 8_000
COMMAND_CHARACTERS_MAX = 2_000
# A report of more rows helps nobody; a drill's run has a dozen.
ROWS_MAX = 500

Blob = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A step as it ended: of its `polls`, the last one's result and output are shown.

    `meaning` is a Check's healthy or unhealthy, else the same as `result`.
    `begin_ns` is that of the first poll, `end_ns` that of the last, None while it is open.
    """

    stream: str
    step: str
    part: str
    option: str
    poll: int
    begin_ns: int
    end_ns: int | None = None
    polls: int = 1
    on: str = ""
    command: str = ""
    result: str = "unknown"
    meaning: str = "unknown"
    because: str = "no outcome was journaled"
    ending: str = ""
    output: str = ""
    output_bytes: int = 0


def step_rows(entries: Iterable[Entry], blob: Blob) -> tuple[StepRow, ...]:
    """Rows in the order in which the steps began; of more than 500 the first 500."""
    rows: list[StepRow] = []
    for entry in entries:
        if entry.kind == "step-started":
            rows = _with_started(rows, _started(entry))
        elif entry.kind == "step-finished" and rows:
            rows[-1] = _finished(rows[-1], entry.body, blob)
    return tuple(rows[:ROWS_MAX])


def _started(entry: Entry) -> StepRow:
    body = entry.body
    return StepRow(
        stream=entry.stream,
        step=_text(body, "step"),
        part=_text(body, "part"),
        option=_text(body, "option"),
        poll=_integer(body, "poll") or 1,
        begin_ns=entry.at_ns,
        on=_text(body, "on"),
        command=bounded(_text(body, "command"), COMMAND_CHARACTERS_MAX),
    )


def _with_started(rows: list[StepRow], row: StepRow) -> list[StepRow]:
    """A further poll of the same step goes on with its row, anything else begins a new one."""
    if not rows or not _is_next_poll(rows[-1], row):
        return [*rows, row]
    first = rows[-1]
    return [*rows[:-1], replace(row, begin_ns=first.begin_ns, polls=first.polls + 1)]


def _is_next_poll(last: StepRow, row: StepRow) -> bool:
    same = ("stream", "step", "part", "option")
    return row.poll > last.poll and all(getattr(row, it) == getattr(last, it) for it in same)


def _finished(row: StepRow, body: Mapping[str, Any], blob: Blob) -> StepRow:
    begin_ns = _integer(body, "started_at_ns") if row.polls == 1 else None
    return replace(
        row,
        begin_ns=begin_ns or row.begin_ns,
        end_ns=_integer(body, "ended_at_ns") or row.begin_ns,
        result=_text(body, "result") or "unknown",
        meaning=_text(body, "status") or _text(body, "result") or "unknown",
        because=_text(body, "because"),
        ending=_ending(body),
        output=bounded(_output(body, blob), OUTPUT_CHARACTERS_MAX),
        output_bytes=_integer(body, "output_bytes") or 0,
    )


def _ending(body: Mapping[str, Any]) -> str:
    code, signal = _integer(body, "exit_code"), _integer(body, "signal")
    if code is not None:
        return f"exit code {code}"
    return f"signal {signal}" if signal is not None else _text(body, "ending")


def _output(body: Mapping[str, Any], blob: Blob) -> str:
    """The whole output where its blob is still there, else what the entry holds."""
    digest = _text(body, "output_blob")
    if not digest:
        return _text(body, "output")
    try:
        data = blob(digest)
    except JournalError as error:
        return str(error)
    return _text(body, "output") if data is None else data.decode("utf-8", "replace")


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _integer(body: Mapping[str, Any], name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) else None
