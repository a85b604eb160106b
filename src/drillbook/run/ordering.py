"""A planned step + the values captured so far → what the supervisor is to start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.model.action import Transport
from drillbook.model.attempt import AttemptOrder
from drillbook.model.plan import PlannedStep
from drillbook.model.settings import Limits
from drillbook.run.actions.registry import ACTIONS
from drillbook.run.transports.registry import TRANSPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where an attempt leaves its traces, what is masked in them, and how much is kept."""

    folder: Path
    masks: tuple[str, ...] = field(default=(), repr=False)
    limits: Limits = field(default_factory=Limits)


def order_of(
    planned: PlannedStep, captures: Mapping[str, str], where: Surroundings
) -> AttemptOrder:
    """The order of one attempt; a capture `lag` is the variable LAG."""
    captured = {name.upper(): value for name, value in captures.items()}
    step = planned.step
    values = {**planned.env, **captured}
    transport = transport_of(planned)
    if transport is None:
        start = ACTIONS[step.language].start(planned)
        env, cwd = {**values, **start.env}, step.cwd or planned.target.cwd
    else:
        start = transport.carry(planned, values, where.limits.step_grace_s)
        env, cwd = {**planned.carrier_env, **start.env}, None
    return AttemptOrder(
        folder=where.folder,
        argv=start.argv,
        env=env,
        timeout_s=planned.timeout_s,
        grace_s=where.limits.step_grace_s,
        cwd=cwd,
        masks=where.masks,
        head_bytes=where.limits.output_head_bytes,
        tail_bytes=where.limits.output_tail_bytes,
        is_background=step.is_background,
        stdin=start.stdin,
        mark=start.mark,
        exports=step.exports,
    )


def prepare(planned: PlannedStep) -> None:
    """Make ready what the steps of its target share: a connection. Bounded; raises nothing."""
    transport = transport_of(planned)
    if transport is not None:
        transport.prepare(planned.target)


def transport_of(planned: PlannedStep) -> Transport | None:
    """The way by which the step travels; None where it is run here."""
    if not ACTIONS[planned.step.language].TRAVELS:
        return None
    return TRANSPORTS.get(planned.target.kind)
