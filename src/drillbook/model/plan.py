"""What would run: every step of a runbook with the values and the target it would have."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drillbook.model.finding import Finding
from drillbook.model.runbook import Runbook, Step
from drillbook.model.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step with its target and environment; `secret_names` are variables with masked values.

    `observes`: a Check or a Verification, which must change nothing. `carrier_env` is what a
    program that carries the step to another machine is given; empty where the step runs here.
    """

    step: Step
    target: Target
    timeout_s: float
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_names: tuple[str, ...] = ()
    observes: bool = False
    carrier_env: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A runbook bound to its values. `steps` by name holds every step that could run.

    `values` are the inputs as they were bound, secrets masked. With an ERROR among
    `findings` a plan is shown and never run.
    """

    runbook: Runbook
    values: Mapping[str, str]
    steps: Mapping[str, PlannedStep]
    findings: tuple[Finding, ...] = ()
    hash: str = ""
