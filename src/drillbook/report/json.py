"""Verdict → one JSON document, as `docs/reference/verdict.schema.json` describes it."""

import json
from collections.abc import Mapping
from dataclasses import fields

from drillbook.model.verdict import Detection, PhaseSpan, Times, Verdict
from drillbook.report.clean import clean
from drillbook.report.times import finite, utc

# Grows with every change that a reader must know of.
SCHEMA_VERSION = 1

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def verdict_json(verdict: Verdict) -> str:
    """Keys in one order, durations in seconds, moments as ISO 8601 beside their nanoseconds."""
    document: dict[str, Json] = {
        "schema_version": SCHEMA_VERSION,
        "drill": clean(verdict.drill),
        "runbook": clean(verdict.runbook),
        "stream": clean(verdict.stream),
        "state": verdict.state.value,
        "rulings": [
            {
                "name": clean(ruling.name),
                "state": ruling.state.value,
                "because": clean(ruling.because),
            }
            for ruling in verdict.rulings
        ],
        "times": _times(verdict.times),
        "durations_s": _numbers(verdict.durations_s),
        "objectives_s": _numbers(verdict.objectives_s),
        "detection": _detection(verdict.detection),
        "compression": finite(verdict.compression),
        "phases": [_phase(phase) for phase in verdict.phases],
        "counts": _numbers(verdict.counts),
        "overhead_s": finite(verdict.overhead_s),
        "total_s": finite(verdict.total_s),
        "hashes": {clean(name): clean(digest) for name, digest in sorted(verdict.hashes.items())},
    }
    return json.dumps(document, allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def _times(times: Times) -> dict[str, Json]:
    return {field.name: _moment(getattr(times, field.name)) for field in fields(Times)}


def _moment(at_ns: int | None) -> Json:
    return None if at_ns is None else {"ns": at_ns, "utc": utc(at_ns)}


def _phase(phase: PhaseSpan) -> Json:
    return {
        "name": clean(phase.name),
        "begin": _moment(phase.begin_ns),
        "end": _moment(phase.end_ns),
    }


def _detection(detection: Detection | None) -> Json:
    if detection is None:
        return None
    return {field.name: finite(getattr(detection, field.name)) for field in fields(Detection)}


def _numbers(numbers: Mapping[str, float | None]) -> dict[str, Json]:
    return {clean(name): finite(number) for name, number in sorted(numbers.items())}
