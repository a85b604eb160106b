"""The journal of a drill that went well, for tests that let one thing of it go otherwise."""

from typing import Any

from drillbook.model.journal import Entry

SECOND_NS = 1_000_000_000
Told = tuple[float, str, dict[str, Any]]

FACTS: dict[str, Any] = {
    "drill": "postgresql-killed",
    "runbook": "runbooks/database.md",
    "alert": "PostgreSQLDown",
    "option": "start-the-server",
    "control": "stays-broken",
    "invariants": ["acknowledged-is-readable", "none-twice"],
    "compression": 1,
    "objectives": {"detect": 120.0, "recover": 300.0},
    "loses": {"text": "nothing", "count": 0, "last_s": None},
    "hashes": {"runbook": "ab", "rule": "cd"},
}
PACING = {"scrape_s": 15.0, "evaluation_s": 15.0, "group_wait_s": 10.0, "group_interval_s": 10.0}
DETECTION = {
    "minimum_s": 60.0,
    "maximum_s": 101.0,
    "full_minimum_s": 60.0,
    "full_maximum_s": 101.0,
}
COUNTED = {
    "acknowledged": 900,
    "readable": 900,
    "lost": 0,
    "lost_at_ns": [],
    "twice": 0,
    "failures": 40,
}


def true(because: str = "it is so") -> dict[str, Any]:
    """The body of an observation that holds."""
    return {"truth": "true", "because": because}


def alert(phase_begin_s: float) -> dict[str, Any]:
    """An alert that became active, fired and was notified."""
    return {
        **true("PostgreSQLDown was notified"),
        "active_at_ns": int((phase_begin_s + 20) * SECOND_NS),
        "fired_at_ns": int((phase_begin_s + 80) * SECOND_NS),
        "notified_at_ns": int((phase_begin_s + 90) * SECOND_NS),
    }


def passed() -> list[Told]:
    """(second, kind, body) of every entry, in order."""
    return [
        (0, "drill-started", dict(FACTS)),
        (0, "phase-began", {"phase": "lab up"}),
        (1, "activity-began", {"phase": "lab up", "text": "starting", "expected_s": None}),
        (9, "activity-ended", {"phase": "lab up", "began": 3}),
        (9, "lab-up", {"phase": "lab up", "pacing": PACING, "full_pacing": PACING,
                       "detection": DETECTION}),
        (10, "steady", {"phase": "lab up", **true()}),
        (10, "phase-ended", {"phase": "lab up"}),
        (10, "phase-began", {"phase": "control"}),
        (10, "fault-intended", {"phase": "control"}),
        (11, "fault-effective", {"phase": "control", **true(), "intended_at_ns": 10 * SECOND_NS}),
        (101, "alert", {"phase": "control", **alert(10)}),
        (121, "control-held", {"phase": "control", **true("it stayed broken for 20 s")}),
        (121, "phase-ended", {"phase": "control"}),
        (122, "fault-reverted", {"phase": "steady again", **true()}),
        (140, "steady", {"phase": "steady again", **true()}),
        (140, "phase-began", {"phase": "drill"}),
        (140, "fault-intended", {"phase": "drill"}),
        (140.5, "fault-injected", {"phase": "drill"}),
        (141, "fault-effective", {"phase": "drill", **true(), "intended_at_ns": 140 * SECOND_NS}),
        (231, "alert", {"phase": "drill", **alert(140)}),
        (231, "impact", {"phase": "drill", "at_ns": int(141.2 * SECOND_NS)}),
        (250, "responded", {
            "phase": "drill", "runbook": "runbooks/database.md", "matched_by": "runbook_url",
            "match": "its runbook_url names it", "state": "recovered", "run": "r",
            "because": "recovered after Start the server", "option": "start-the-server",
            "options_tried": [], "acked_at_ns": 231 * SECOND_NS,
            "diagnosed_at_ns": 233 * SECOND_NS, "mitigated_at_ns": 236 * SECOND_NS,
            "resolved_at_ns": 248 * SECOND_NS,
        }),
        (250, "phase-ended", {"phase": "drill"}),
        (256, "stayed", {"phase": "aftermath", **true("served for 5 s")}),
        (257, "counted", {"phase": "aftermath", **COUNTED}),
        (258, "fault-reverted", {"phase": "lab down", **true()}),
        (259, "lab-down", {"phase": "lab down", "left": []}),
        (260, "drill-ended", {"phase": "lab down"}),
    ]  # fmt: skip


def entries(told: list[Told], stream: str = "drill/d") -> list[Entry]:
    """The entries of what was told."""
    return [
        Entry(
            stream=stream,
            seq=number,
            kind=kind,
            at_ns=int(at_s * SECOND_NS),
            body=body,
            previous="",
            hash="",
        )
        for number, (at_s, kind, body) in enumerate(told, start=1)
    ]


def changed(kind: str, *, phase: str | None = None, **fields: Any) -> list[Told]:
    """The good story, where the entries of this kind (in this phase) have other fields."""
    return with_fields(passed(), kind, phase=phase, **fields)


def with_fields(
    told: list[Told], kind: str, *, phase: str | None = None, **fields: Any
) -> list[Told]:
    """The story, where the entries of this kind (in this phase) have other fields."""
    return [
        (at_s, each, {**body, **fields})
        if each == kind and phase in (None, body.get("phase"))
        else (at_s, each, body)
        for at_s, each, body in told
    ]


def cut_before(kind: str, *, phase: str | None = None, why: str | None = None) -> list[Told]:
    """The good story up to this entry; `why` it was abandoned there, else the tool died."""
    told: list[Told] = []
    for at_s, each, body in passed():
        if each == kind and phase in (None, body.get("phase")):
            break
        told.append((at_s, each, body))
    if why is not None:
        told.append((at_s, "abandoned", {"phase": phase, "because": why}))
        told += [each for each in passed() if each[2].get("phase") == "lab down"]
    return told
