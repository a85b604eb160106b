"""What a user says of a new runbook, an alert's rule, and the repository → its text.

What nobody says is asked for, all of it at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from drillbook.convert.runbook import Known, KnownProcedure, alert_runbook, procedure
from drillbook.convert.text import spoken
from drillbook.drill.detection import detection_range
from drillbook.model.lab import Pacing
from drillbook.model.rule import Rule
from drillbook.model.settings import Settings
from drillbook.read.environment import is_refused_variable, is_variable_name
from drillbook.read.file import read_text
from drillbook.read.owners import owner_of
from drillbook.read.rules import read_rule_file
from drillbook.read.scrape import read_scrape_config
from drillbook.read.sentences.duration import read_duration
from drillbook.verbs.making.files import CannotCreateError, path_of, shelf

# What Prometheus does where its configuration says nothing.
PROMETHEUS_INTERVAL_S = 60.0
# Nobody promises a time to the second.
ROUNDED_TO_S = 5
ALERTS_LISTED_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the user says; empty where they say nothing. `from_alert` is RULES:ALERT.

    Durations are as the format writes them. `gate`, `command`, `risk` and `loses` are a
    procedure's.
    """

    name: str
    title: str = ""
    kind: str = "alert"
    owner: str = ""
    severity: str = ""
    service: str = ""
    alerts: tuple[str, ...] = ()
    detect: str = ""
    recover: str = ""
    escalation: tuple[str, ...] = ()
    check: str = ""
    from_alert: str = ""
    target: str = ""
    gate: str = ""
    command: str = ""
    risk: str = ""
    loses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The text for a path; `notes` say of what is in it where it comes from."""

    path: str
    text: str
    notes: tuple[str, ...] = ()


def new_runbook(root: Path, said: Said, settings: Settings) -> Made:
    """Nothing is written. Raises CannotCreateError."""
    folder = shelf(root, settings, "runbooks", settings.lint.runbooks)
    path = path_of(said.name, "runbook", folder, ".md")
    notes: list[str] = []
    owner = said.owner or _owner(root, path, notes)
    if said.kind == "procedure":
        return Made(path=path, text=_procedure(said, path, owner), notes=tuple(notes))
    rule = _rule(root, said.from_alert) if said.from_alert else None
    severity = said.severity or (rule.labels.get("severity", "") if rule else "")
    detect = said.detect or (_detect(rule, settings, notes) if rule else "")
    _ask_for_missing(
        {
            "--owner TEAM": owner,
            "--alert NAME (which leads here; else --kind procedure)": "".join(said.alerts)
            or said.from_alert,
            "--severity WORD": severity,
            "--detect DURATION (from the fault to the alert)": detect,
            "--recover DURATION (from the fault to the recovery)": said.recover,
            "--check COMMAND (ends with 0 where all is well), or --from-alert RULES:ALERT":
                said.check or said.from_alert,
        }
    )  # fmt: skip
    _refuse_wrong(said)
    known = Known(
        title=said.title or (rule.name if rule else spoken(Path(path).stem)),
        owner=owner,
        severity=severity,
        service=said.service or (rule.labels.get("service", "") if rule else ""),
        alerts=tuple(dict.fromkeys((*((rule.name,) if rule else ()), *said.alerts))),
        detect=detect,
        recover=said.recover,
        escalation=said.escalation,
        check=said.check,
        rule=rule,
        target=_target(said, settings, notes) if rule else "",
        is_input=lambda name: is_variable_name(name) and not is_refused_variable(name),
    )
    return Made(path=path, text=alert_runbook(known), notes=tuple(notes))


def _procedure(said: Said, path: str, owner: str) -> str:
    _ask_for_missing(
        {
            "--owner TEAM": owner,
            "--gate COMMAND (ends with 0 where it may begin)": said.gate,
            "--do COMMAND": said.command,
            "--check COMMAND (ends with 0 once it is done)": said.check,
            "--risk none|disruptive|destructive": said.risk,
            "--loses WHAT (such as nothing)": said.loses,
        }
    )
    known = KnownProcedure(
        title=said.title or spoken(Path(path).stem),
        owner=owner,
        gate=said.gate,
        command=said.command,
        verify=said.check,
        risk=said.risk,
        loses=said.loses,
        service=said.service,
        escalation=said.escalation,
    )
    return procedure(known)


def _ask_for_missing(given: Mapping[str, str]) -> None:
    missing = [option for option, value in given.items() if not value.strip()]
    if missing:
        raise CannotCreateError(f"nothing says what only you can know: give {'; '.join(missing)}")


def _refuse_wrong(said: Said) -> None:
    for option, text in (("--detect", said.detect), ("--recover", said.recover)):
        if text and not read_duration(text):
            raise CannotCreateError(
                f"{option} {ascii(text)[:40]} is no duration; write one such as 90s, 5m or 1h30m"
            )


def _owner(root: Path, path: str, notes: list[str]) -> str:
    found = owner_of(root, path)
    if found is None:
        return ""
    notes.append(f"owner {found[0]}: from {found[1]}; --owner says another")
    return found[0]


def _rule(root: Path, said: str) -> Rule:
    """The rule that RULES:ALERT names. Raises CannotCreateError."""
    path, _, name = said.rpartition(":")
    if not path or not name:
        raise CannotCreateError(
            f"--from-alert {ascii(said)[:80]} names no alert; write FILE:ALERT, "
            "such as rules/disk.yaml:DiskFull"
        )
    text, flaws = read_text(root / path, path)
    if text is None:
        raise CannotCreateError(f"{path}: {flaws[0].message}; {flaws[0].help}")
    rules = read_rule_file(text, path)[0].rules
    found = [rule for rule in rules if rule.name == name]
    if not found:
        names = ", ".join(sorted({rule.name for rule in rules})[:ALERTS_LISTED_MAX]) or "none"
        raise CannotCreateError(f"{path} defines no alert {ascii(name)[:80]}; it defines {names}")
    return found[0]


def _detect(rule: Rule, settings: Settings, notes: list[str]) -> str:
    """The longest that scraping, evaluation and `for` may take, and how it was computed."""
    scrape_s, evaluation_s, source = _intervals(settings)
    pacing = Pacing(
        scrape_s=scrape_s, evaluation_s=evaluation_s, group_wait_s=0.0, group_interval_s=0.0
    )
    most_s = detection_range(rule, pacing)[1]
    detect = duration_text(most_s)
    evaluated_s = rule.interval_s if rule.interval_s is not None else evaluation_s
    notes.append(
        f"detect {detect}: for {duration_text(rule.for_s)}, scraped every "
        f"{duration_text(scrape_s)}, evaluated every {duration_text(evaluated_s)} ({source})"
    )
    return detect


def _intervals(settings: Settings) -> tuple[float, float, str]:
    """Of the first configuration that `[lint] scrape` names and that can be read."""
    for glob in settings.lint.scrape:
        for path in sorted(settings.folder.glob(glob)):
            text, _ = read_text(path)
            found, _ = read_scrape_config(text, str(path)) if text is not None else (None, ())
            if found is not None:
                scrape_s = found.scrape_s or PROMETHEUS_INTERVAL_S
                return scrape_s, found.evaluation_s or PROMETHEUS_INTERVAL_S, path.name
    return PROMETHEUS_INTERVAL_S, PROMETHEUS_INTERVAL_S, "as Prometheus does by default"


def duration_text(seconds: float) -> str:
    """In hours, minutes and whole steps of five seconds, upwards."""
    rounded = ceil(seconds / ROUNDED_TO_S) * ROUNDED_TO_S
    hours, rest = divmod(rounded, 3600)
    minutes, left = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "m"), (left, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def _target(said: Said, settings: Settings, notes: list[str]) -> str:
    """The Prometheus that the Check asks. Raises CannotCreateError where settings know another."""
    name = said.target or "prometheus"
    if settings.targets and name not in settings.targets:
        known = ", ".join(sorted(settings.targets)[:ALERTS_LISTED_MAX])
        raise CannotCreateError(
            f'drillbook.toml has no target "{name}" to ask the alert\'s expression of; add '
            f"[targets.{name}] with its url, or name one by --target: {known}"
        )
    if not settings.targets:
        notes.append(f'before it can run: [targets.{name}] url = "http://…" in drillbook.toml')
    return name
