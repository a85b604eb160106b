"""A runbook's name + settings → its Plan, with everything that reading and binding found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place
from drillbook.model.plan import Plan
from drillbook.model.runbook import Runbook
from drillbook.model.settings import Limits, Settings
from drillbook.model.target import Target
from drillbook.plan.bind import Surroundings, bind
from drillbook.read.markdown.runbook import read_runbook_file, read_runbooks
from drillbook.run.actions.registry import ACTIONS
from drillbook.run.transports.registry import TRANSPORTS
from drillbook.verbs.running.environment import base_env


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to plan: `path` may end in `#anchor`; `given` are inputs by name."""

    path: str
    given: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def plan_file(
    wanted: Wanted, settings: Settings, secrets: Mapping[str, str]
) -> tuple[Plan | None, tuple[Finding, ...], str]:
    """The plan (None where there is no such runbook), all Findings, and the file's text."""
    name, _, anchor = wanted.path.partition("#")
    runbooks, findings = read_runbook_file(Path(name))
    runbook, missing = choose(runbooks, name, anchor, findings)
    if runbook is None:
        return None, (*findings, *missing), ""
    around = surroundings(settings.targets, settings.limits, secrets, wanted.given, wanted.labels)
    plan = bind(runbook, around, concerning(runbook, runbooks, findings))
    return plan, plan.findings, Path(name).read_text(encoding="utf-8", errors="replace")


def plan_text(
    text: str, wanted: Wanted, settings: Settings, secrets: Mapping[str, str]
) -> Plan | None:
    """The plan of a runbook whose text is at hand, as `resume` has it from the journal."""
    name, _, anchor = wanted.path.partition("#")
    runbooks, findings = read_runbooks(text, name)
    runbook, _ = choose(runbooks, name, anchor, findings)
    if runbook is None:
        return None
    around = surroundings(settings.targets, settings.limits, secrets, wanted.given, wanted.labels)
    return bind(runbook, around, concerning(runbook, runbooks, findings))


def surroundings(
    targets: Mapping[str, Target],
    limits: Limits,
    secrets: Mapping[str, str],
    given: Mapping[str, str],
    labels: Mapping[str, str],
) -> Surroundings:
    """What a runbook is bound to on this machine."""
    return Surroundings(
        targets=targets,
        labels=labels,
        given=given,
        secrets=secrets,
        limits=limits,
        languages=frozenset(ACTIONS),
        actions=ACTIONS,
        transports=TRANSPORTS,
        base_env=base_env(),
    )


def choose(
    runbooks: tuple[Runbook, ...], name: str, anchor: str, findings: tuple[Finding, ...]
) -> tuple[Runbook | None, tuple[Finding, ...]]:
    """The runbook that is meant in a file, or the Finding that says which there are."""
    if not anchor and len(runbooks) == 1:
        return runbooks[0], ()
    for runbook in runbooks:
        if runbook.anchor == anchor and anchor:
            return runbook, ()
    if any(finding.severity is Severity.ERROR for finding in findings) and not runbooks:
        return None, ()
    anchors = ", ".join(f"#{runbook.anchor}" for runbook in runbooks if runbook.anchor)
    return None, (
        Finding(
            place=Place(path=name),
            lint="no-such-runbook",
            message=f"{name} has no runbook {f'#{anchor}' if anchor else 'without an anchor'}",
            help=f"name one of: {anchors}" if anchors else "leave the #anchor away",
        ),
    )


def concerning(
    runbook: Runbook, runbooks: Iterable[Runbook], findings: Iterable[Finding]
) -> tuple[Finding, ...]:
    """The Findings of this runbook and of its file's front matter.

    `runbooks` are those read along with it: what stands in a sibling section is not this one's.
    """
    siblings = [each.place for each in runbooks if each.path == runbook.path and each != runbook]
    return tuple(
        finding
        for finding in findings
        if finding.place.path == runbook.place.path
        and not any(each.line <= finding.place.line <= each.end_line for each in siblings)
    )
