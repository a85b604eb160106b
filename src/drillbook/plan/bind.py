"""Runbook + values + targets → Plan: what exactly would run, or Findings why it cannot.

Values never become command text: an input `api_url` is the environment variable `API_URL` of
every step, and nothing else of it reaches the shell.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from drillbook.model.action import Action, Transport
from drillbook.model.finding import Finding
from drillbook.model.plan import Plan, PlannedStep
from drillbook.model.runbook import Kind, Runbook, Step
from drillbook.model.sentence import Expectation
from drillbook.model.settings import Limits
from drillbook.model.target import Target
from drillbook.plan.acting import action_flaws, secret_env, transport_flaws, travels
from drillbook.plan.flaws import SHELLS, runbook_flaws, step_flaws
from drillbook.plan.inputs import Binding, bind_inputs

LOCAL = Target(name="local")
# What a login over there gives a step; all else it is given by its target and its inputs.
THERE = frozenset(("HOME", "PATH", "USER", "LOGNAME", "LANG", "TERM"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All that a runbook is bound to.

    `labels` are the alert's, `given` what a person gave by name, `secrets` the configured
    values by name, `languages` those that are run, `actions` what is asked about the steps of a
    language, `transports` by which a step travels to a target of which kind, `base_env` what
    every step gets that runs here.
    """

    targets: Mapping[str, Target] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    limits: Limits = field(default_factory=Limits)
    languages: frozenset[str] = SHELLS
    actions: Mapping[str, Action] = field(default_factory=dict)
    transports: Mapping[str, Transport] = field(default_factory=dict)
    base_env: Mapping[str, str] = field(default_factory=dict)


def bind(runbook: Runbook, around: Surroundings, findings: tuple[Finding, ...] = ()) -> Plan:
    """The plan of the runbook; `findings` are what reading it found and come first."""
    binding = bind_inputs(
        runbook,
        around.targets,
        around.labels,
        around.given,
        around.secrets,
        bytes_max=around.limits.input_bytes_max,
    )
    inputs = frozenset(item.name.upper() for item in runbook.inputs)
    taken = frozenset(name.upper() for name in captures_of(runbook))
    found = [*findings, *binding.findings, *runbook_flaws(runbook)]
    steps = {}
    for step, expectations, observes in steps_of(runbook):
        target = _target_of(step, around)
        base = THERE if travels(around.actions.get(step.language), target) else around.base_env
        known = inputs | taken | frozenset(target.env) | frozenset(base)
        found.extend(
            step_flaws(
                step,
                targets=around.targets,
                languages=around.languages,
                known_variables=known,
                expectations=expectations,
                observes=observes,
            )
        )
        found.extend(_action_flaws(step, target, around, known, observes=observes))
        steps[step.name] = _planned(step, target, around, binding, observes=observes)
    digest = _hash(runbook, binding, steps)
    return Plan(
        runbook=runbook, values=binding.shown, steps=steps, findings=tuple(found), hash=digest
    )


def steps_of(runbook: Runbook) -> Iterator[tuple[Step, tuple[Expectation, ...], bool]]:
    """Every step that could run, its sentences, and whether it only observes; in text order."""
    for check in runbook.checks:
        yield check.step, _given(check.healthy, check.unhealthy), True
    for option in runbook.options:
        for step in option.steps:
            if not step.is_excluded:
                yield step, _given(step.expect), False
        # Nothing runs the Undo of an alert's runbook, and the hash of its plan leaves it out.
        for step in option.undo if runbook.kind is Kind.PROCEDURE else ():
            if not step.is_excluded:
                yield step, _given(step.expect), False
    for verification in runbook.verification:
        yield verification.step, _given(verification.recovered), True


def captures_of(runbook: Runbook) -> tuple[str, ...]:
    """The names of all that the runbook's steps capture or export."""
    return tuple(
        name
        for step, _, _ in steps_of(runbook)
        for name in (*(capture.name for capture in step.captures), *step.exports)
    )


def _target_of(step: Step, around: Surroundings) -> Target:
    """The step's target; one that is not known is shown by its name, and never run on."""
    if step.on is None:
        return LOCAL
    return around.targets.get(step.on, Target(name=step.on))


def _action_flaws(
    step: Step, target: Target, around: Surroundings, known: frozenset[str], *, observes: bool
) -> Iterator[Finding]:
    """What its language says; of a target that is not known nothing can be said."""
    action = around.actions.get(step.language)
    if action is not None and (step.on is None or step.on in around.targets):
        yield from action_flaws(
            action, step, target, known=known, secrets=around.secrets, observes=observes
        )
        if travels(action, target):
            yield from transport_flaws(around.transports, step, target)


def _given(*expectations: Expectation | None) -> tuple[Expectation, ...]:
    return tuple(each for each in expectations if each is not None)


def _planned(
    step: Step, target: Target, around: Surroundings, binding: Binding, *, observes: bool
) -> PlannedStep:
    action = around.actions.get(step.language)
    own = secret_env(action, target, around.secrets)
    # Who we are and where our programs lie says nothing of another machine.
    here, there = (around.base_env, {}) if not travels(action, target) else ({}, around.base_env)
    env = {**here, **target.env, **binding.env, **own}
    if target.path:
        env["PATH"] = ":".join(target.path)
    return PlannedStep(
        step=step,
        target=target,
        timeout_s=step.timeout_s or around.limits.step_timeout_s,
        env=env,
        secret_names=binding.secret_names,
        observes=observes,
        carrier_env=there,
    )


def _hash(runbook: Runbook, binding: Binding, steps: Mapping[str, PlannedStep]) -> str:
    """SHA-256 of all that decides what happens; secrets count by their names alone.

    The caller's own environment is left out: a run that goes on in another terminal has another
    ssh agent and is the same run.
    """
    acting = {
        "runbook": runbook.acting_hash,
        "values": dict(binding.shown),
        "steps": {
            name: {
                "target": planned.target.name,
                "kind": planned.target.kind,
                "cwd": planned.target.cwd,
                "timeout_s": planned.timeout_s,
                "env": dict(planned.target.env),
                "path": list(planned.target.path),
                "settings": dict(planned.target.settings),
            }
            for name, planned in steps.items()
        },
    }
    return hashlib.sha256(json.dumps(acting, sort_keys=True).encode()).hexdigest()
