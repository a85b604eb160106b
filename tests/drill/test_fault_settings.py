"""A fault's settings → what is missing, unknown or of a wrong form."""

import pytest

from drillbook.drill.faults.registry import FAULTS
from drillbook.drill.faults.settings import text
from drillbook.model.drill import Setting
from drillbook.model.lab import LabError
from drillbook.model.place import Place

HERE = Place(path="drills/db.yml", line=7)
FOUR = {"inject": "a", "is_effective": "b", "revert": "c", "is_reverted": "d"}


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("kill", {"process": "postgresql"}),
        ("kill", {"process": "postgresql", "signal": "TERM"}),
        ("pause", {"process": "postgresql"}),
        ("commands", {"on": "orders-db", **FOUR}),
    ],
)
def test_right_settings_have_no_findings(kind: str, settings: dict[str, Setting]) -> None:
    """What each kind needs is enough."""
    assert () == FAULTS[kind].check(settings, HERE)


@pytest.mark.parametrize(
    ("kind", "settings", "lint", "cure"),
    [
        ("kill", {}, "fault-setting-missing", "add process to the fault"),
        ("kill", {"process": 5}, "fault-setting-mistyped", 'write process as a text: process: "…"'),
        (
            "kill",
            {"process": " "},
            "fault-setting-mistyped",
            'write process as a text: process: "…"',
        ),
        ("kill", {"process": "p", "signal": "TREM"}, "fault-setting-mistyped", "write TERM"),
        ("kill", {"process": "p", "signl": "TERM"}, "fault-setting-unknown", "write signal"),
        ("pause", {"process": "p", "zzz": True}, "fault-setting-unknown", "write one of: process"),
        ("commands", FOUR, "fault-setting-missing", "add on to the fault"),
        ("commands", {"on": "x", **FOUR, "revert": ("a", "b")}, "fault-setting-mistyped", "revert"),
    ],
)
def test_each_flaw_has_its_place_and_its_cure(
    kind: str, settings: dict[str, Setting], lint: str, cure: str
) -> None:
    """One flaw is one Finding, with the nearest word that would have been understood."""
    (finding,) = FAULTS[kind].check(settings, HERE)
    assert (HERE, lint) == (finding.place, finding.lint)
    assert cure in finding.help


def test_all_flaws_are_told_at_once() -> None:
    """Nobody mends a drill one message at a time."""
    lints = [finding.lint for finding in FAULTS["commands"].check({"injekt": "a"}, HERE)]
    assert ["fault-setting-unknown"] + 5 * ["fault-setting-missing"] == lints


def test_a_drill_that_is_run_in_spite_of_its_findings_hears_it_again() -> None:
    """A setting that is not there is an error of the lab, not a crash."""
    with pytest.raises(LabError, match="no setting process"):
        text({}, "process")
