"""Verdicts and entries out of the `given` part of a story."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drillbook.model.journal import Entry
from drillbook.model.verdict import Detection, PhaseSpan, Ruling, Times, Verdict, VerdictState

STORIES = Path(__file__).parent / "stories"
# 2026-11-21T10:00:00Z: the moments of a story count in seconds from here.
BEGINNING_NS = 1_795_255_200_000_000_000

VerdictOf = Callable[[str], Verdict]
EntriesOf = Callable[[str], tuple[Entry, ...]]


def at_ns(seconds: float | None) -> int | None:
    """A story's moment in nanoseconds since the Unix epoch."""
    return None if seconds is None else BEGINNING_NS + round(seconds * 1_000_000_000)


def read_verdict(fields: dict[str, Any]) -> Verdict:
    """The Verdict that a story's JSON describes."""
    fields = dict(fields)
    detection = fields.pop("detection", None)
    times = {name: at_ns(second) for name, second in fields.pop("times", {}).items()}
    return Verdict(
        state=VerdictState(fields.pop("state")),
        rulings=tuple(
            Ruling(name=name, state=VerdictState(state), because=because)
            for name, state, because in fields.pop("rulings")
        ),
        times=Times(**times),
        detection=Detection(**detection) if detection else None,
        phases=tuple(
            PhaseSpan(name=name, begin_ns=at_ns(begin) or 0, end_ns=at_ns(end))
            for name, begin, end in fields.pop("phases", [])
        ),
        **fields,
    )


def read_entries(rows: list[dict[str, Any]]) -> tuple[Entry, ...]:
    """The entries of a run; `start` and `end` in a body become its times."""
    return tuple(read_entry(seq, row) for seq, row in enumerate(rows, 1))


def read_entry(seq: int, row: dict[str, Any]) -> Entry:
    """One entry; its hashes are of no interest to a report."""
    body = dict(row["body"])
    for word in ("started_at", "ended_at"):
        if word in body:
            body[f"{word}_ns"] = at_ns(body.pop(word))
    stream = row.get("stream", "run/1")
    moment = at_ns(row["at"]) or 0
    return Entry(
        stream=stream, seq=seq, kind=row["kind"], at_ns=moment, body=body, previous="", hash=""
    )


@pytest.fixture
def verdict_of() -> VerdictOf:
    """The Verdict of the story of that name."""
    return lambda name: read_verdict(given(name)["verdict"])


@pytest.fixture
def entries_of() -> EntriesOf:
    """The entries of the story of that name."""
    return lambda name: read_entries(given(name).get("entries", []))


def given(name: str) -> dict[str, Any]:
    """What the story of that name begins with."""
    text = (STORIES / f"{name}.txt").read_text(encoding="utf-8")
    part = text.split("=== given\n")[1].split("\n=== ")[0]
    fields: dict[str, Any] = json.loads(part)
    return fields
