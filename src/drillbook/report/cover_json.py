"""A Coverage → one JSON document, with the definition of every figure."""

import json

from drillbook.model.coverage import (
    AlertCover,
    Coverage,
    DrillCover,
    Figure,
    RunbookCover,
    StepCover,
    Tally,
)
from drillbook.model.place import Place
from drillbook.model.proof import Weighed
from drillbook.report.clean import clean
from drillbook.report.json import Json
from drillbook.report.times import finite, utc

# Grows with every change that a reader must know of.
SCHEMA_VERSION = 1


def coverage_json(coverage: Coverage) -> str:
    """Keys in one order, durations in seconds, moments as ISO 8601, shares from 0 to 1."""
    document: dict[str, Json] = {
        "schema_version": SCHEMA_VERSION,
        "figures": {figure.name: _figure(figure) for figure in coverage.figures},
        "definitions": {figure.name: figure.definition for figure in coverage.figures},
        "alerts": [_alert(alert) for alert in coverage.alerts],
        "runbooks": [_runbook(runbook) for runbook in coverage.runbooks],
        "unread": [
            {**_place(flaw.place), "message": clean(flaw.message), "help": clean(flaw.help)}
            for flaw in coverage.unread
        ],
        "notes": [clean(note) for note in coverage.notes],
        "runs": coverage.runs,
    }
    return json.dumps(document, allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def _figure(figure: Figure) -> Json:
    return {
        "count": figure.count,
        "total": figure.total,
        "share": figure.share,
        "percent": figure.percent if figure.total else None,
        "unknown": figure.apart,
        "by_severity": {
            clean(name): {"count": count, "total": total}
            for name, (count, total) in figure.parts.items()
        },
    }


def _alert(alert: AlertCover) -> Json:
    return {
        "name": clean(alert.name),
        "severity": clean(alert.severity),
        **_place(alert.place),
        "runbook": clean(alert.runbook) or None,
        "leads_back": alert.leads_back,
        "because": clean(alert.because),
    }


def _runbook(runbook: RunbookCover) -> Json:
    studied = runbook.studied
    return {
        "name": clean(studied.name),
        "title": clean(studied.title),
        "kind": studied.kind.value,
        "severity": clean(studied.severity),
        "owner": clean(studied.owner),
        "service": clean(studied.service),
        **_place(studied.place),
        "rung": runbook.rung.value if runbook.rung else None,
        "lacks": [
            {"rung": lack.rung.value, "because": clean(lack.sentence), "cure": clean(lack.cure)}
            for lack in runbook.lacks
        ],
        "alerts": [clean(alert) for alert in runbook.alerts],
        "steps": [_step(step) for step in runbook.steps],
        "drills": [_drill(drill) for drill in runbook.drills],
    }


def _step(step: StepCover) -> Json:
    return {
        "name": clean(step.name),
        "part": step.part.value,
        "language": clean(step.language),
        "line": step.place.line,
        "lacks": list(step.lacks),
        "ran": _tally(step.tally),
    }


def _tally(tally: Tally) -> Json:
    return {"as_said": tally.as_said, "otherwise": tally.otherwise, "unknown": tally.unknown}


def _drill(drill: DrillCover) -> Json:
    return {
        "name": clean(drill.name),
        "pack": clean(drill.pack),
        "option": clean(drill.option),
        "is_proven": drill.is_proven,
        "because": clean(drill.because),
        "proof": _proof(drill.weighed) if drill.weighed else None,
        "last_verdict": drill.last.value if drill.last else None,
        "last_at": utc(drill.last_at_ns) if drill.last else None,
    }


def _proof(weighed: Weighed) -> Json:
    proof = weighed.proof
    return {
        "path": clean(proof.place.path),
        "is_fresh": weighed.is_fresh,
        "drilled_at": utc(proof.drilled_at_ns),
        "compression": finite(proof.compression),
        "detect_s": finite(proof.detect_s),
        "recover_s": finite(proof.recover_s),
        "full_detect_s": finite(proof.full_detect_s),
        "full_recover_s": finite(proof.full_recover_s),
        "signature": weighed.sealed.seal.value,
        "signed_by": clean(weighed.sealed.by) or None,
        "version": clean(proof.version),
        "stream": clean(proof.stream),
    }


def _place(place: Place) -> dict[str, Json]:
    return {"path": clean(place.path), "line": place.line}
