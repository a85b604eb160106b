"""The YAML of drills."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.drill import Control, ControlKind, FaultUse, LabUse, Setting
from drillbook.model.finding import Severity
from drillbook.model.sentence import Risk
from drillbook.read.drill import read_drill

DRILL = """name: broker-killed
runbook: runbooks/queue.md
alert: QueueStuck
labels: {service: shop, shard: 7}
lab: shop
fault: {kind: kill, process: broker, timeout: 30s, args: [a, 5], hard: true, times: 2}
option: start-the-broker
control: {expect: stays-broken, hold: 1m}
stays: 7s
risk: none
operator: literal
invariants: [acknowledged-is-readable, none-twice]
"""


def test_drill() -> None:
    """Every key arrives, durations in seconds, the keys of others as settings."""
    drill, findings = read_drill(DRILL, "d.yaml")
    assert () == findings
    assert drill is not None
    assert ("broker-killed", "runbooks/queue.md", "QueueStuck", "start-the-broker") == (
        drill.name,
        drill.runbook,
        drill.alert,
        drill.option,
    )
    assert {"service": "shop", "shard": "7"} == drill.labels
    assert LabUse(name="shop") == drill.lab
    settings: dict[str, Setting] = {
        "process": "broker",
        "args": ("a", "5"),
        "hard": True,
        "times": 2,
    }
    assert FaultUse(kind="kill", settings=settings, timeout_s=30) == drill.fault
    assert Control(hold_s=60) == drill.control
    assert (7, Risk.NONE, "literal") == (drill.stays_s, drill.risk, drill.operator)
    assert ("acknowledged-is-readable", "none-twice") == drill.invariants
    assert 64 == len(drill.source_hash)


def changed(before: str, after: str) -> str:
    """The drill with one line changed."""
    assert before in DRILL
    return DRILL.replace(before, after)


def test_defaults() -> None:
    """What a drill does not say is disruptive at most, and watched for five seconds."""
    text = "name: a\nrunbook: b\nalert: c\nlab: d\nfault: {kind: e}\noption: f\n"
    text += "invariants: [g]\n"
    drill, findings = read_drill(text, "d.yaml")
    assert () == findings
    assert drill is not None
    assert (Control(), Risk.DISRUPTIVE, 5, 20, {}) == (
        drill.control,
        drill.risk,
        drill.stays_s,
        drill.fault.timeout_s,
        drill.labels,
    )


@pytest.mark.parametrize(
    ("said", "control"),
    [
        ("stays-broken", Control()),
        ("{hold: 5s}", Control(hold_s=5)),
        ("{heals-within: 30s}", Control(kind=ControlKind.HEALS_WITHIN, heals_within_s=30)),
        (
            "{expect: heals-within, heals-within: 30s}",
            Control(kind=ControlKind.HEALS_WITHIN, heals_within_s=30),
        ),
    ],
)
def test_control(said: str, control: Control) -> None:
    """A word, or a mapping; healing has its time."""
    drill, findings = read_drill(changed("{expect: stays-broken, hold: 1m}", said), "d.yaml")
    assert () == findings
    assert drill is not None
    assert control == drill.control


def test_lab_with_settings() -> None:
    """A lab may have settings of its own."""
    drill, _ = read_drill(changed("lab: shop", "lab: {name: shop, without: [psql]}"), "d.yaml")
    assert drill is not None
    assert LabUse(name="shop", settings={"without": ("psql",)}) == drill.lab


@pytest.mark.parametrize(
    ("text", "lint"),
    [
        ("", "drill-not-a-mapping"),
        ("- a\n", "drill-not-a-mapping"),
        ("a: [", "yaml-not-readable"),
        (changed("alert: QueueStuck\n", ""), "missing-key"),
        (changed("kind: kill, ", ""), "missing-key"),
        (changed("lab: shop", "lab: {without: x}"), "missing-key"),
        (changed("lab: shop", "lab: [shop]"), "value-of-wrong-kind"),
        (changed("stays: 7s", "stays: long"), "value-of-wrong-kind"),
        (changed("risk: none", "risk: high"), "value-of-wrong-kind"),
        (changed("operator: literal", "operator: cat"), "value-of-wrong-kind"),
        (changed("args: [a, 5]", "args: {b: c}"), "value-of-wrong-kind"),
        (changed("invariants: [", "invariants: [[x], "), "value-of-wrong-kind"),
        (changed("{expect: stays-broken, hold: 1m}", "heals-within"), "value-of-wrong-kind"),
        (changed("{expect: stays-broken,", "{expect: heals-within,"), "contradictory-control"),
        (changed("hold: 1m}", "holds: 1m}"), "unknown-key"),
        (changed("stays: 7s", "stay: 7s"), "unknown-key"),
        (changed("risk: none", "risk: none\nrisk: none"), "duplicate-yaml-key"),
        (changed("{service: shop, shard: 7}", "erp-api"), "value-of-wrong-kind"),
        (changed("shard: 7", "shard: [7]"), "value-of-wrong-kind"),
    ],
)
def test_flaw(text: str, lint: str) -> None:
    """Each flaw is one Finding with its line."""
    _, (finding,) = read_drill(text, "d.yaml")
    assert lint == finding.lint
    assert finding.place.line <= text.count("\n") + 1


NAMED = "invariants: [acknowledged-is-readable, none-twice]"


@pytest.mark.parametrize(
    ("text", "lint", "line", "cure"),
    [
        (changed(NAMED, "invariants: []"), "drill-without-invariants", 12, f"add {NAMED}"),
        (changed(NAMED, "invariants:"), "drill-without-invariants", 12, f"add {NAMED}"),
        (changed(f"{NAMED}\n", ""), "drill-without-invariants", 1, f"add {NAMED}"),
        (changed("stays: 7s", "stays: 0s"), "drill-without-stays", 9, "write stays: 5s, or longer"),
        (
            changed("hold: 1m", "hold: 0s"),
            "control-without-hold",
            8,
            "write a hold as long as the recovery takes: {expect: stays-broken, hold: 20s}",
        ),
    ],
)
def test_a_drill_that_shows_little_is_warned_of(text: str, lint: str, line: int, cure: str) -> None:
    """It is a drill all the same; one Finding with its line says what it leaves open."""
    drill, (finding,) = read_drill(text, "d.yaml")
    assert drill is not None
    assert (lint, Severity.WARNING) == (finding.lint, finding.severity)
    assert (line, cure) == (finding.place.line, finding.help)


def test_unknown_key_shows_the_nearest() -> None:
    """Whoever slipped sees what was meant."""
    _, (finding, _) = read_drill(changed("invariants:", "invariant:"), "d.yaml")
    assert (12, 'write "invariants"') == (finding.place.line, finding.help)


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(
                [*DRILL.splitlines(), "lab: {", "fault:", "  kind: x", "- a", "control: {hold: x}"]
            )
        ).map("\n".join),
    )
)
def test_no_text_raises(text: str) -> None:
    """Whatever the text: a Drill, or a Finding that says why there is none."""
    drill, findings = read_drill(text, "d.yaml")
    assert drill is not None or findings
