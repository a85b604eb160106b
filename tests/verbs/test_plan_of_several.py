"""A runbook's name and the settings become its plan, or the Finding that says why not."""

from pathlib import Path
from typing import Any

import pytest

from drillbook.model.finding import Finding, Severity
from drillbook.model.plan import Plan
from drillbook.model.settings import Limits, Settings
from drillbook.model.target import Target
from drillbook.verbs.plan import Wanted, plan_file, plan_text

ONE = """# A
## Diagnosis
```sh {{ name=look timeout=5s {} }}
echo "{}"
```
**Healthy:** exit code is 0.
"""
INPUTS = "---\ninputs:\n  host: {from: label.instance, pattern: '[a-z]+'}\n---\n"
SEVERAL = """# All
## First
### Diagnosis
```sh { name=one }
echo $NOBODY
```
### Resolution
## Second
### Diagnosis
```sh { name=two timeout=5s }
true
```
### Resolution
"""


def planned(
    folder: Path, text: str, anchor: str = "", **around: Any
) -> tuple[Plan | None, tuple[Finding, ...], str]:
    """The plan of a runbook file with this text."""
    path = folder / "a.md"
    path.write_text(text, encoding="utf-8")
    settings = Settings(
        folder=folder,
        state=folder / "state",
        targets={"db": Target(name="db", settings={"host": "h"})},
        limits=Limits(step_timeout_s=7),
    )
    wanted = Wanted(path=f"{path}{anchor}", **around)
    return plan_file(wanted, settings, {})


def lints(findings: tuple[Finding, ...]) -> list[str]:
    """What was found, but for the harmless."""
    return [finding.lint for finding in findings if finding.severity is Severity.ERROR]


def test_a_plan_holds_every_step_and_the_files_text(tmp_path: Path) -> None:
    """What will run is what was read."""
    text = ONE.format("on=db", "x")
    plan, findings, source = planned(tmp_path, text)
    assert plan is not None
    assert ([], text) == (lints(findings), source)
    assert {"look": ("db", 5)} == {
        name: (one.target.name, one.timeout_s) for name, one in plan.steps.items()
    }


def test_a_step_without_a_limit_has_that_of_the_settings(tmp_path: Path) -> None:
    """No step runs without end."""
    plan, _, _ = planned(tmp_path, ONE.format("", "x").replace("timeout=5s", ""))
    assert plan is not None
    assert 7 == plan.steps["look"].timeout_s


@pytest.mark.parametrize(
    ("around", "value"),
    [
        ({"labels": {"instance": "alpha"}}, "alpha"),
        ({"given": {"host": "beta"}}, "beta"),
        ({"labels": {"instance": "alpha"}, "given": {"host": "beta"}}, "beta"),
    ],
)
def test_inputs_come_from_the_alert_or_from_who_starts_it(
    tmp_path: Path, around: dict[str, Any], value: str
) -> None:
    """What is given by name wins."""
    plan, findings, _ = planned(tmp_path, INPUTS + ONE.format("", "$HOST"), **around)
    assert plan is not None
    assert ([], {"host": value}) == (lints(findings), dict(plan.values))
    assert value == plan.steps["look"].env["HOST"]


@pytest.mark.parametrize("label", ["", "UPPER", "a b", "a;reboot", "a\n", "$(id)", "a" * 10_000])
def test_a_label_that_does_not_match_stops_the_plan(tmp_path: Path, label: str) -> None:
    """Hostile text in an alert never reaches a step."""
    around: dict[str, Any] = {"labels": {"instance": label}}
    plan, findings, _ = planned(tmp_path, INPUTS + ONE.format("", "$HOST"), **around)
    assert plan is not None
    assert ["input-value-refused"] == lints(findings)[:1]
    assert label not in plan.steps["look"].env.values() or label == ""


def test_an_anchor_chooses_among_several(tmp_path: Path) -> None:
    """And what is wrong with the others stops it not."""
    plan, findings, _ = planned(tmp_path, SEVERAL, "#second")
    assert plan is not None
    assert (["two"], []) == (list(plan.steps), lints(findings))


def test_the_flaws_of_the_chosen_one_are_its_own(tmp_path: Path) -> None:
    """The first runbook uses what nothing gives a value."""
    _, findings, _ = planned(tmp_path, SEVERAL, "#first")
    assert ["variable-without-value"] == lints(findings)


@pytest.mark.parametrize("anchor", ["", "#third", "#First", "#"])
def test_a_name_that_means_none_of_several_lists_them(tmp_path: Path, anchor: str) -> None:
    """Nothing is chosen by chance."""
    plan, findings, source = planned(tmp_path, SEVERAL, anchor)
    assert (None, "") == (plan, source)
    (missing,) = [finding for finding in findings if finding.lint == "no-such-runbook"]
    assert "name one of: #first, #second" == missing.help


def test_an_anchor_of_a_file_of_one_means_nothing(tmp_path: Path) -> None:
    """It is told to leave the anchor away."""
    plan, findings, _ = planned(tmp_path, ONE.format("", "x"), "#diagnosis")
    assert plan is None
    assert "leave the #anchor away" == findings[-1].help


@pytest.mark.parametrize("text", ["", "\n" * 100, "only prose", "\ufeff", "---\n---\n"])
def test_a_file_without_steps_has_an_empty_plan(tmp_path: Path, text: str) -> None:
    """It is a citizen all the same: readable, and nothing runs."""
    plan, _, _ = planned(tmp_path, text)
    assert plan is not None
    assert {} == plan.steps


def test_a_file_that_is_away_is_one_finding(tmp_path: Path) -> None:
    """Without a second one that says it has no runbook."""
    settings = Settings(folder=tmp_path, state=tmp_path)
    for name in ("away.md", "away.md#x", str(tmp_path)):
        plan, findings, source = plan_file(Wanted(path=name), settings, {})
        assert (None, "", 1) == (plan, source, len(findings))


def test_the_text_of_a_journal_makes_the_same_plan(tmp_path: Path) -> None:
    """`resume` goes on with what was started, though the file may have changed since."""
    text = INPUTS + ONE.format("", "$HOST")
    around: dict[str, Any] = {"given": {"host": "alpha"}}
    first, _, source = planned(tmp_path, text, **around)
    settings = Settings(
        folder=tmp_path,
        state=tmp_path / "state",
        targets={"db": Target(name="db", settings={"host": "h"})},
        limits=Limits(step_timeout_s=7),
    )
    wanted = Wanted(path=str(tmp_path / "a.md"), given={"host": "alpha"})
    (tmp_path / "a.md").write_text("# Changed\n")
    again = plan_text(source, wanted, settings, {})
    assert first is not None
    assert again is not None
    assert (first.hash, first.steps.keys()) == (again.hash, again.steps.keys())


@pytest.mark.parametrize("anchor", ["#gone", "#"])
def test_a_text_that_lost_its_runbook_has_no_plan(tmp_path: Path, anchor: str) -> None:
    """None, and no guess."""
    settings = Settings(folder=tmp_path, state=tmp_path)
    assert None is plan_text(SEVERAL, Wanted(path=f"a.md{anchor}"), settings, {})
