"""Pack + a drill of it → Verdict: the lab, the fault and the ordinary `respond` path, wired."""

import os
import platform
import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from drillbook import __version__
from drillbook.drill.compress import compress_rules
from drillbook.drill.detection import detection_range
from drillbook.drill.faults.registry import FAULTS
from drillbook.drill.inbox import Inbox
from drillbook.drill.judging import judge
from drillbook.drill.recorder import Recorder
from drillbook.drill.script import Ranges, Stage, play
from drillbook.incident.intake import Intake, IntakeAnswer, IntakeState
from drillbook.incident.records import fold_incident
from drillbook.model.alert import Alert
from drillbook.model.drill import Drill
from drillbook.model.journal import Entry, JournalError
from drillbook.model.lab import LabKind, LabOrder, LabView
from drillbook.model.pack import Pack
from drillbook.model.rule import Rule
from drillbook.model.run import Answer, Policy, Question, Reply, RunState
from drillbook.model.runbook import Runbook
from drillbook.model.verdict import Verdict
from drillbook.read.alerts import read_alerts
from drillbook.read.rules import read_rules
from drillbook.verbs.covering.proofs import hashes_of, lab_hash
from drillbook.verbs.respond import Duty, Response, respond
from drillbook.verbs.running.executing import Company
from drillbook.verbs.running.locks import held
from drillbook.verbs.running.names import new_name
from drillbook.verbs.running.workplace import Workplace

LITERAL = "literal operator"
LISTED_MAX = 100
NAME_CHARACTERS_MAX = 200

Entries = tuple[Entry, ...]
Thing = TypeVar("Thing")


class CannotDrillError(Exception):
    """Why a drill cannot be played at all; the message says the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Casting:
    """A drill with everything that it names, found."""

    pack: Pack
    drill: Drill
    runbook: Runbook
    rule: Rule
    compressed_rule: Rule
    rule_files: Mapping[str, str]
    lab: LabKind
    compression: float


def cast(pack: Pack, drill: Drill, labs: Mapping[str, LabKind], *, compression: float) -> Casting:
    """Find all that the drill names. Raises CannotDrillError where something is not there."""
    runbook = _found({_name_of(each): each for each in pack.runbooks}, drill.runbook, "runbook")
    rule = _found({each.name: each for each in pack.rules}, drill.alert, "alert")
    lab = _found(labs, drill.lab.name, "lab")
    _found(FAULTS, drill.fault.kind, "fault")
    _found({option.anchor: option for option in runbook.options}, drill.option, "Option")
    flaws = FAULTS[drill.fault.kind].check(drill.fault.settings, drill.place)
    if flaws:
        raise CannotDrillError(f"{flaws[0].message}; {flaws[0].help}")
    if drill.operator != "literal":
        raise CannotDrillError(f"operator `{drill.operator}` is not known; use: literal")
    files = {path: compress_rules(text, compression).text for path, text in pack.rule_files.items()}
    compressed = {each.name: each for path in files for each in read_rules(files[path], path)[0]}
    return Casting(
        pack=pack,
        drill=drill,
        runbook=runbook,
        rule=rule,
        compressed_rule=compressed[rule.name],
        rule_files=files,
        lab=lab,
        compression=compression,
    )


def play_drill(place: Workplace, casting: Casting, company: Company) -> tuple[Verdict, Entries]:
    """Play the drill to its end and judge it; the entries of drill and run come along."""
    name = new_name(place.clock)
    folder = Path(tempfile.mkdtemp(prefix="drillbook-"))
    try:
        _play_in(folder, name, place, casting, company)
    finally:
        # Empty where nothing was ever put into it; else it is what --revert finds the lab by.
        with suppress(OSError):
            folder.rmdir()
    return judge_again(place, name)


def _play_in(folder: Path, name: str, place: Workplace, casting: Casting, company: Company) -> None:
    stream = f"drill/{name}"
    inbox = Inbox()
    recorder = Recorder(place.journal, stream, company.watch)
    token = secrets.token_urlsafe(24)
    with (
        held(place.settings.state / "drills", name, "drill"),
        Intake(_accept(recorder, inbox), token) as intake,
    ):
        order = LabOrder(
            folder=folder,
            rule_files=casting.rule_files,
            hook_url=intake.url,
            hook_token=token,
            compression=casting.compression,
            settings=casting.drill.lab.settings,
        )
        stage = Stage(
            drill=casting.drill,
            lab=casting.lab.make(),
            order=order,
            fault=FAULTS[casting.drill.fault.kind],
            alerts=lambda view: _connected(inbox, view),
            respond=_responder(place, casting, company),
            ranges=lambda view: _ranges(casting, view),
            recorder=recorder,
            clock=place.clock,
            facts=_facts(casting, folder),
            environment=_environment(),
        )
        try:
            play(stage)
        finally:
            # Reached only when the lab is down; a person who stops that leaves it to --revert.
            if _has_ended(place, stream):
                shutil.rmtree(folder, ignore_errors=True)
                place.journal.anchor(stream)


def _has_ended(place: Workplace, stream: str) -> bool:
    return any(entry.kind == "drill-ended" for entry in place.journal.entries(stream))


def judge_again(place: Workplace, name: str) -> tuple[Verdict, Entries]:
    """Judge a drill that is in the journal.

    Raises CannotDrillError where there is none, or where its entries are not those that were
    written.
    """
    drill = place.journal.entries(f"drill/{name}")
    if not drill:
        raise CannotDrillError(f"there is no drill {name}; `drillbook judge` lists what there is")
    runs = [entry.body["run"] for entry in drill if entry.kind == "responded"]
    run = place.journal.entries(f"run/{runs[-1]}") if runs and runs[-1] else ()
    told = [f"drill/{name}", *(f"run/{each}" for each in runs if each)]
    # Only what it is judged by: the time must not grow with all that the journal holds.
    flaw = next((flaw for stream in told for flaw in place.journal.verify(stream)), None)
    if flaw:
        raise CannotDrillError(
            f"entry {flaw.seq} of {flaw.stream} is not what was written "
            f"({flaw.because}), so the drill proves nothing; see `drillbook journal verify`"
        )
    return judge(drill, run), (*drill, *run)


def _name_of(runbook: Runbook) -> str:
    return f"{runbook.path}#{runbook.anchor}" if runbook.anchor else runbook.path


def _found(there: Mapping[str, Thing], name: str, what: str) -> Thing:
    if name in there:
        return there[name]
    raise CannotDrillError(
        f"the drill names the {what} `{name}`, which is not there; "
        f"there {'are' if len(there) != 1 else 'is'}: {', '.join(there) or 'none'}"
    )


def _accept(recorder: Recorder, inbox: Inbox) -> Callable[[bytes], IntakeAnswer]:
    """Alerts are journaled, then kept, then answered: an answer means that nothing is lost."""

    def accept(body: bytes) -> IntakeAnswer:
        alerts, findings = read_alerts(body, "alertmanager")
        try:
            if not alerts:
                flaws = [finding.message[:NAME_CHARACTERS_MAX] for finding in findings[:5]]
                recorder.tell("webhook-refused", {"flaws": flaws})
                return IntakeAnswer(state=IntakeState.MALFORMED)
            entry = recorder.tell("webhook", _webhook(recorder, body, alerts))
        except JournalError:
            # What was not journaled did not come in: the sender is to try again.
            return IntakeAnswer(state=IntakeState.REFUSED)
        is_kept = inbox.put(alerts, entry.at_ns)
        return IntakeAnswer(state=IntakeState.ACCEPTED if is_kept else IntakeState.REFUSED)

    return accept


def _webhook(recorder: Recorder, body: bytes, alerts: tuple[Alert, ...]) -> dict[str, Any]:
    """The body whole as a blob; in the entry, whose size is bounded, the first alerts in short."""
    return {
        "body": recorder.journal.put_blob(body),
        "count": len(alerts),
        "alerts": [
            {
                "name": each.name[:NAME_CHARACTERS_MAX],
                "status": each.status.value,
                "starts_at_ns": each.starts_at_ns,
            }
            for each in alerts[:LISTED_MAX]
        ],
    }


def _connected(inbox: Inbox, view: LabView) -> Inbox:
    inbox.connect(view.prometheus_url)
    return inbox


def _responder(
    place: Workplace, casting: Casting, company: Company
) -> Callable[[Alert, LabView], Mapping[str, Any]]:
    """The ordinary respond path, with the lab's targets and an operator who asks nobody."""
    duty_policy = Policy(allowed=casting.drill.risk, asks=frozenset(), waives_approvals=True)

    def follow(alert: Alert, view: LabView) -> Mapping[str, Any]:
        targets = {target.name: target for target in view.targets}
        duty = Duty(pack=casting.pack, targets=targets, policy=duty_policy, is_drill=True)
        response = respond(place, alert, duty, company)
        if response.run is not None and response.run.state is RunState.CANCELLED:
            # A run ends so only by Ctrl-C, as its operator asks nobody: the drill ends with it.
            raise KeyboardInterrupt
        return _responded(place, response)

    return follow


def nobody(_: Question) -> Reply:
    """The literal operator asks nobody: what only a person can say ends the run as unknown."""
    return Reply(answer=Answer.NOBODY, by=LITERAL)


def _responded(place: Workplace, response: Response) -> dict[str, Any]:
    """The body of the entry `responded`: all that the judge must know of the response."""
    run, runbook = response.run, response.match.runbook
    incident = fold_incident(place.journal.entries(f"incident/{response.incident}"))
    flaw = response.flaws[0].message if response.flaws else response.match.because
    return {
        "incident": response.incident,
        "run": run.id if run else None,
        "runbook": _name_of(runbook) if runbook else None,
        "matched_by": response.match.matched_by.value,
        "match": response.match.because,
        "state": run.state.value if run else "not started",
        "because": run.because if run else flaw,
        "option": run.option if run else None,
        "options_tried": list(run.options_tried) if run else [],
        "acked_at_ns": incident.acknowledged_at_ns if incident else None,
        "diagnosed_at_ns": run.diagnosed_at_ns if run else None,
        "mitigated_at_ns": run.recovered_at_ns if run else None,
        "resolved_at_ns": incident.resolved_at_ns if incident else None,
    }


def _ranges(casting: Casting, view: LabView) -> Ranges:
    minimum_s, maximum_s = detection_range(casting.compressed_rule, view.pacing)
    full_minimum_s, full_maximum_s = detection_range(casting.rule, view.full_pacing)
    return Ranges(
        minimum_s=minimum_s,
        maximum_s=maximum_s,
        full_minimum_s=full_minimum_s,
        full_maximum_s=full_maximum_s,
    )


def _facts(casting: Casting, folder: Path) -> dict[str, Any]:
    """The body of the entry `drill-started`."""
    drill, runbook = casting.drill, casting.runbook
    option = next(each for each in runbook.options if each.anchor == drill.option)
    loses = option.loses
    return {
        "drill": drill.name,
        "pack": casting.pack.name,
        "runbook": drill.runbook,
        "alert": drill.alert,
        "labels": dict(drill.labels),
        "option": drill.option,
        "lab": {"name": drill.lab.name, "settings": dict(drill.lab.settings)},
        "folder": str(folder),
        "fault": asdict(drill.fault),
        "control": drill.control.kind.value,
        "hold_s": drill.control.hold_s,
        "heals_within_s": drill.control.heals_within_s,
        "invariants": list(drill.invariants),
        "operator": drill.operator,
        "risk": drill.risk.value,
        "compression": casting.compression,
        "objectives": {
            "detect": runbook.objectives.detect_s,
            "recover": runbook.objectives.recover_s,
        },
        "loses": {"text": loses.text, "count": loses.count, "last_s": loses.last_s}
        if loses
        else None,
        "hashes": hashes_of(runbook.acting_hash, casting.rule, drill, lab_hash(casting.lab)),
    }


def _environment() -> dict[str, str]:
    """Where the drill was played, for whoever reads its report."""
    return {
        "drillbook": __version__,
        "python": platform.python_version(),
        "machine": f"{platform.platform()}, {os.cpu_count()} cores",
    }
