"""Stage → the whole script of a drill, played on a small real system."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drillbook.drill.alerting import Received
from drillbook.drill.faults.registry import FAULTS
from drillbook.drill.judging import judge
from drillbook.drill.prometheus import AlertView
from drillbook.drill.recorder import Recorder
from drillbook.drill.script import Ranges, Stage, play
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.clock import SystemClock
from drillbook.model.drill import Control, ControlKind, Drill, FaultUse, LabUse
from drillbook.model.journal import Entry, JournalError
from drillbook.model.lab import LabError, LabView
from drillbook.model.place import Place
from drillbook.model.truth import Truth
from drillbook.model.verdict import Verdict, VerdictState
from small_lab import SYSTEM, SmallLab, order_for, small_facts

FASTER = 50.0
ALERT = "PostgreSQLDown"
DRILL = Drill(
    place=Place(path="drills/d.yaml"),
    name="postgresql-killed",
    runbook="runbooks/database.md",
    alert=ALERT,
    lab=LabUse(name="small"),
    fault=FaultUse(kind="kill", settings={"process": SYSTEM}),
    option="start-the-server",
    control=Control(hold_s=5.0),
)
FOUND = {"runbook": DRILL.runbook, "matched_by": "runbook_url", "match": "it names it", "run": None}


class FastClock(SystemClock):
    """The machine's clock for the record; durations pass `FASTER` times as fast."""

    def monotonic_s(self) -> float:
        return time.monotonic() * FASTER

    def sleep(self, duration_s: float) -> None:
        time.sleep(duration_s / FASTER)


class Watcher:
    """An AlertSource that looks at the system itself: one alert for each process that died."""

    def __init__(self, lab: SmallLab) -> None:
        self._lab = lab
        self._alerts: list[Received] = []
        self._dead: set[str] = set()

    def received(self) -> tuple[Received, ...]:
        process = (self._lab.folder / "pid").read_text(encoding="ascii")
        if process not in self._dead and not self._lab.accepts(SYSTEM):
            self._dead.add(process)
            now_ns = time.time_ns()
            alert = Alert(name=ALERT, status=AlertStatus.FIRING, starts_at_ns=now_ns)
            self._alerts.append(Received(alert=alert, at_ns=now_ns))
        return tuple(self._alerts)

    def ask(self, name: str, labels: Mapping[str, str]) -> AlertView | None:
        assert (ALERT, DRILL.labels) == (name, labels)
        return None


class Deaf(Watcher):
    """An AlertSource to which nothing is ever said."""

    def received(self) -> tuple[Received, ...]:
        return ()


class Theatre:
    """A small lab, a journal, and the stage that a drill plays on."""

    def __init__(self, folder: Path) -> None:
        self.lab = SmallLab()
        self.journal = SqliteJournal(folder / "journal.db", clock=SystemClock())
        recorder = Recorder(self.journal, "drill/d", lambda _: None)
        self.stage = Stage(
            drill=DRILL,
            lab=self.lab,
            order=order_for(folder / "lab"),
            fault=FAULTS["kill"],
            alerts=lambda _: Watcher(self.lab),
            respond=self.respond,
            ranges=lambda _: Ranges(minimum_s=0, maximum_s=9, full_minimum_s=0, full_maximum_s=9),
            recorder=recorder,
            clock=FastClock(),
            facts=small_facts(folder / "lab"),
        )

    def change(self, **fields: Any) -> None:
        """Play on another stage."""
        self.stage = replace(self.stage, **fields)

    def respond(self, alert: Alert, _: LabView) -> Mapping[str, Any]:
        """What an operator does who starts the server."""
        assert ALERT == alert.name
        began_ns = time.time_ns()
        self.lab.start(SYSTEM, timeout_s=20)
        return {
            **dict.fromkeys(("acked_at_ns", "diagnosed_at_ns"), began_ns),
            **dict.fromkeys(("mitigated_at_ns", "resolved_at_ns"), time.time_ns()),
            **FOUND,
            "state": "recovered",
            "because": "started",
            "option": DRILL.option,
        }

    def play(self) -> tuple[Entry, ...]:
        """Play, and answer what the journal holds."""
        play(self.stage)
        return self.entries()

    def entries(self) -> tuple[Entry, ...]:
        """What the journal holds."""
        return tuple(self.journal.entries("drill/d"))

    def verdict(self) -> Verdict:
        """What it comes to."""
        return judge(self.entries())


@pytest.fixture
def theatre(tmp_path: Path) -> Iterator[Theatre]:
    """A theatre, and no lab when its curtain falls."""
    opened = Theatre(tmp_path)
    yield opened
    opened.journal.close()
    assert not (tmp_path / "lab").exists()


def bodies(entries: tuple[Entry, ...], kind: str) -> list[Mapping[str, Any]]:
    """The bodies of all entries of this kind."""
    return [entry.body for entry in entries if entry.kind == kind]


def observed(entries: tuple[Entry, ...], kind: str) -> tuple[str, str]:
    """What the last entry of this kind says, and why."""
    body = bodies(entries, kind)[-1]
    return body["truth"], body["because"]


def state_of(verdict: Verdict, name: str) -> VerdictState:
    """The state of the ruling of that name."""
    return next(each.state for each in verdict.rulings if each.name == name)


def test_all_phases_are_played_in_their_order(theatre: Theatre) -> None:
    """Every phase begins and ends, every fact is told in its phase, and the drill passes."""
    # Two seconds of the machine: longer than the recovery takes, as the judge asks.
    theatre.change(drill=replace(DRILL, control=Control(hold_s=2 * FASTER)))
    told = theatre.play()
    phases = ["lab up", "control", "steady again", "drill", "aftermath", "lab down"]
    assert phases == [span.name for span in theatre.verdict().phases]
    assert all(span.end_ns is not None for span in theatre.verdict().phases)
    facts = [
        (entry.body["phase"], entry.kind)
        for entry in told
        if not entry.kind.startswith(("phase-", "activity-", "impact"))
    ]
    fault = ["fault-intended", "fault-injected", "fault-effective", "alert"]
    assert [
        ("", "drill-started"),
        ("", "environment"),
        *[("lab up", kind) for kind in ("lab-ordered", "lab-up", "steady")],
        *[("control", kind) for kind in (*fault, "control-held")],
        *[("steady again", kind) for kind in ("fault-reverted", "steady")],
        *[("drill", kind) for kind in (*fault, "responding", "responded")],
        *[("aftermath", kind) for kind in ("stayed", "counted")],
        *[("lab down", kind) for kind in ("fault-reverted", "lab-down", "drill-ended")],
    ] == facts
    assert (VerdictState.PASSED, ()) == (theatre.verdict().state, tuple(not_passed(theatre)))


def not_passed(theatre: Theatre) -> list[str]:
    """The rulings that are not passed."""
    rulings = theatre.verdict().rulings
    return [each.because for each in rulings if each.state is not VerdictState.PASSED]


def test_the_first_refused_write_after_the_fault_is_its_impact(theatre: Theatre) -> None:
    """Where the alert is quicker than the users, it is asked again after the response."""

    def when_felt(alert: Alert, view: LabView) -> Mapping[str, Any]:
        theatre.lab.sleeping_users.clear()
        while theatre.lab.first_failure_ns(since_ns=0) is None:
            time.sleep(0.01)
        return theatre.respond(alert, view)

    theatre.lab.sleeping_users.set()
    theatre.change(respond=when_felt)
    told = theatre.play()
    meant_ns = [entry.at_ns for entry in told if entry.kind == "fault-intended"][-1]
    responded_ns = next(entry.at_ns for entry in told if entry.kind == "responded")
    *early, late = [body["at_ns"] for body in bodies(told, "impact")]
    assert [None, None] == early
    assert meant_ns <= late <= responded_ns
    assert late == theatre.verdict().times.impact_at


def test_a_lab_that_does_not_come_up_is_taken_down(theatre: Theatre) -> None:
    """No fault is reverted that nobody meant to inject; the lab's own words are the reason."""
    theatre.lab.trouble["up"] = "initdb failed: no room"
    told = theatre.play()
    assert ["initdb failed: no room"] == [body["because"] for body in bodies(told, "abandoned")]
    assert ([], [[]]) == (
        bodies(told, "fault-reverted"),
        [body["left"] for body in bodies(told, "lab-down")],
    )
    assert "drill-ended" == told[-1].kind
    assert VerdictState.UNKNOWN is theatre.verdict().state


def test_a_lab_that_is_never_steady_is_not_broken(theatre: Theatre) -> None:
    """What was broken before proves nothing, and nothing is injected into it."""
    theatre.lab.trouble["steady"] = "Prometheus has not scraped yet"
    told = theatre.play()
    assert ("unknown", "Prometheus has not scraped yet") == observed(told, "steady")
    assert [] == bodies(told, "fault-intended")
    assert VerdictState.UNKNOWN is theatre.verdict().state


def test_a_fault_that_cannot_be_injected_is_reverted_all_the_same(theatre: Theatre) -> None:
    """The intent stands in the journal; a revert that fails as well is told, and the lab goes."""
    theatre.lab.trouble["pid"] = "supervisord does not answer"
    told = theatre.play()
    assert [] == bodies(told, "fault-injected")
    assert ("false", "supervisord does not answer") == observed(told, "fault-reverted")
    assert [[]] == [body["left"] for body in bodies(told, "lab-down")]
    assert VerdictState.UNKNOWN is theatre.verdict().state


def test_a_fault_without_effect_ends_the_drill(theatre: Theatre) -> None:
    """Nobody waits for an alert of a fault that is not there."""
    commands = {"inject": "true", "is_effective": "exit 1", "revert": "true", "is_reverted": "true"}
    fault = FaultUse(kind="commands", settings={"on": SYSTEM, **commands}, timeout_s=2)
    theatre.change(drill=replace(DRILL, fault=fault), fault=FAULTS["commands"])
    told = theatre.play()
    assert ("false", "the fault's command is_effective ended with 1") == observed(
        told, "fault-effective"
    )
    assert [] == bodies(told, "alert")
    assert ["true"] == [body["truth"] for body in bodies(told, "fault-reverted")]
    assert VerdictState.UNKNOWN is theatre.verdict().state


def test_an_alert_that_never_comes_fails_the_drill(theatre: Theatre) -> None:
    """The wait for it has an end, and the fault does not outlive it."""
    theatre.change(alerts=lambda _: Deaf(theatre.lab))
    told = theatre.play()
    truth, because = observed(told, "alert")
    assert "false" == truth
    assert because.endswith("Prometheus says that it is inactive")
    assert ["true"] == [body["truth"] for body in bodies(told, "fault-reverted")]
    assert VerdictState.FAILED is theatre.verdict().state


def test_an_alert_without_the_drill_s_labels_is_not_its_own(theatre: Theatre) -> None:
    """An alert of that name, but of another service, fired: for this drill none did."""

    class Anyone(Watcher):
        def ask(self, name: str, labels: Mapping[str, str]) -> AlertView | None:
            assert (ALERT, {"service": "erp-api"}) == (name, labels)
            return None

    theatre.change(
        drill=replace(DRILL, labels={"service": "erp-api"}), alerts=lambda _: Anyone(theatre.lab)
    )
    assert "false" == observed(theatre.play(), "alert")[0]
    assert VerdictState.FAILED is theatre.verdict().state


def test_a_response_that_breaks_off_leaves_nothing_broken(theatre: Theatre) -> None:
    """The fault of the drill phase is reverted, the lab taken down, the reason kept."""

    def breaks_off(*_: object) -> Mapping[str, Any]:
        raise LabError("the target has gone")

    theatre.change(respond=breaks_off)
    told = theatre.play()
    assert ["the target has gone"] == [body["because"] for body in bodies(told, "abandoned")]
    assert ("lab down", "true") == tuple(
        bodies(told, "fault-reverted")[-1][key] for key in ("phase", "truth")
    )
    assert VerdictState.UNKNOWN is theatre.verdict().state


def test_a_person_who_stops_the_drill_gets_the_lab_taken_down(theatre: Theatre) -> None:
    """Ctrl-C goes through, but only after the fault is reverted and the lab is gone."""

    def stopped(*_: object) -> Mapping[str, Any]:
        raise KeyboardInterrupt

    theatre.change(respond=stopped)
    with pytest.raises(KeyboardInterrupt):
        theatre.play()
    told = theatre.entries()
    assert ["a person stopped the drill"] == [b["because"] for b in bodies(told, "interrupted")]
    assert ("true", "drill-ended") == (observed(told, "fault-reverted")[0], told[-1].kind)
    assert VerdictState.UNKNOWN is theatre.verdict().state


def after(looks: int, act: Callable[[], None]) -> Callable[[], None]:
    """Do `act` once, before the look of that number."""
    left = [looks]

    def before_look() -> None:
        left[0] -= 1
        if left[0] == 0:
            act()

    return before_look


def test_a_system_that_heals_by_itself_gives_the_runbook_no_credit(theatre: Theatre) -> None:
    """Where nobody acted and it serves again, the drill ends as failed."""
    heal = after(2, lambda: theatre.lab.start(SYSTEM, timeout_s=20))
    theatre.lab.before_look = heal
    told = theatre.play()
    assert ("false", "it healed by itself") == observed(told, "control-held")
    assert [] == bodies(told, "responded")
    assert VerdictState.FAILED is theatre.verdict().state


def test_a_look_that_nobody_could_take_may_have_missed_the_healing(theatre: Theatre) -> None:
    """One unseen moment among many broken ones: whether it stayed broken is not known."""

    def blind() -> None:
        theatre.lab.trouble["serves"] = "out of files"
        theatre.lab.before_look = sees_again

    def sees_again() -> None:
        del theatre.lab.trouble["serves"]
        theatre.lab.before_look = lambda: None

    theatre.lab.before_look = after(2, blind)
    told = theatre.play()
    assert ("unknown", "out of files") == observed(told, "control-held")
    assert [] == bodies(told, "responded")
    assert VerdictState.UNKNOWN is state_of(theatre.verdict(), "control: it stayed broken")
    assert VerdictState.UNKNOWN is theatre.verdict().state


@pytest.mark.parametrize(("heals", "truth"), [(True, "true"), (False, "false")])
def test_a_system_that_heals_by_design_must_do_so(
    theatre: Theatre, heals: bool, truth: str
) -> None:
    """`heals-within` is held to its time, asks for no alert, and the drill goes on."""
    control = Control(kind=ControlKind.HEALS_WITHIN, heals_within_s=20.0)
    facts = {**theatre.stage.facts, "control": "heals-within"}
    theatre.change(drill=replace(DRILL, control=control), facts=facts)
    if heals:
        theatre.lab.before_look = after(2, lambda: theatre.lab.start(SYSTEM, timeout_s=20))
    told = theatre.play()
    assert truth == observed(told, "control-held")[0]
    assert ["drill"] == [body["phase"] for body in bodies(told, "alert")]
    state = state_of(theatre.verdict(), "control: it heals by itself")
    assert {"true": VerdictState.PASSED, "false": VerdictState.FAILED}[truth] is state


def in_the_aftermath(theatre: Theatre, act: Callable[[], None]) -> None:
    """Do this after the operator left, before the second look at whether users are served."""

    def respond(alert: Alert, view: LabView) -> Mapping[str, Any]:
        theatre.lab.before_look = after(2, act)
        return theatre.respond(alert, view)

    theatre.change(respond=respond)


def test_one_break_in_the_aftermath_is_enough(theatre: Theatre) -> None:
    """A recovery that does not last is none, also where it breaks after the verification."""
    in_the_aftermath(theatre, theatre.lab.kill)
    assert ("false", "it is silent") == observed(theatre.play(), "stayed")
    assert VerdictState.FAILED is state_of(theatre.verdict(), "it stayed recovered")


def test_an_aftermath_that_nobody_could_see_proves_nothing(theatre: Theatre) -> None:
    """A lab that cannot look has not seen the system recovered."""
    in_the_aftermath(theatre, lambda: theatre.lab.trouble.update(serves="out of files"))
    assert ("unknown", "out of files") == observed(theatre.play(), "stayed")
    assert VerdictState.UNKNOWN is theatre.verdict().state


def test_what_did_not_recover_is_not_said_to_have_broken_again(theatre: Theatre) -> None:
    """An operator who knows nothing leaves a broken system: unknown, not failed."""

    def knows_nothing(*_: object) -> Mapping[str, Any]:
        return {**FOUND, "state": "unknown", "because": "no Check said anything", "option": None}

    theatre.change(respond=knows_nothing)
    assert "false" == observed(theatre.play(), "stayed")[0]
    assert VerdictState.UNKNOWN is state_of(theatre.verdict(), "it stayed recovered")
    assert VerdictState.UNKNOWN is theatre.verdict().state


def test_what_cannot_be_counted_is_unknown(theatre: Theatre) -> None:
    """Without a count nobody knows whether something was lost."""
    theatre.lab.trouble["stop_client"] = "the orders cannot be read back"
    told = theatre.play()
    assert [] == bodies(told, "counted")
    verdict = theatre.verdict()
    assert VerdictState.UNKNOWN is state_of(verdict, "acknowledged is readable")
    assert VerdictState.UNKNOWN is verdict.state


def test_a_lost_write_is_counted(theatre: Theatre) -> None:
    """An acknowledged order that is gone from the file fails the drill."""

    def loses(alert: Alert, view: LabView) -> Mapping[str, Any]:
        orders = theatre.lab.folder / "orders"
        first, *others = orders.read_text(encoding="ascii").split()
        orders.write_text("".join(f"{order}\n" for order in others), encoding="ascii")
        assert first
        return theatre.respond(alert, view)

    theatre.change(respond=loses)
    assert [1] == [body["lost"] for body in bodies(theatre.play(), "counted")]
    assert VerdictState.FAILED is state_of(theatre.verdict(), "acknowledged is readable")


def test_a_lab_that_cannot_be_taken_down_is_named(theatre: Theatre) -> None:
    """What the lab says of it is what was left behind, and the verdict is unknown."""
    theatre.lab.trouble["down"] = "process 7 does not end"
    told = theatre.play()
    assert [["process 7 does not end"]] == [body["left"] for body in bodies(told, "lab-down")]
    assert Truth.TRUE.value == observed(told, "fault-reverted")[0]
    assert VerdictState.UNKNOWN is theatre.verdict().state


@pytest.mark.parametrize("when", ["lab-up", "fault-injected", "phase-ended"])
def test_a_journal_that_breaks_in_mid_drill_leaves_no_lab(
    theatre: Theatre, tmp_path: Path, when: str
) -> None:
    """Nothing can be told any more, and still the lab goes; the journal's own error is raised."""

    def breaks(entry: Entry) -> None:
        if entry.kind == when:
            theatre.journal.close()

    theatre.change(recorder=Recorder(theatre.journal, "drill/d", breaks))
    with pytest.raises(JournalError):
        theatre.play()
    assert not (tmp_path / "lab").exists()
    journal = SqliteJournal(tmp_path / "journal.db", clock=SystemClock())
    kinds = [entry.kind for entry in journal.entries("drill/d")]
    journal.close()
    assert (when, 0) == (kinds[-1], kinds.count("drill-ended"))


def test_a_person_who_stops_the_reverting_gets_the_lab_taken_down(
    theatre: Theatre, tmp_path: Path
) -> None:
    """A second Ctrl-C, while the fault is being reverted, still ends every process of the lab."""

    def stops(entry: Entry) -> None:
        if entry.body.get("text") == "reverting the fault: kill":
            raise KeyboardInterrupt

    theatre.change(recorder=Recorder(theatre.journal, "drill/d", stops))
    with pytest.raises(KeyboardInterrupt):
        theatre.play()
    assert not (tmp_path / "lab").exists()
