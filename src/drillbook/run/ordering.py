"""A planned step + the values captured so far → what the supervisor is to start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.model.attempt import AttemptOrder
from drillbook.model.plan import PlannedStep
from drillbook.model.settings import Limits
from drillbook.run.actions.registry import ACTIONS


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
    start = ACTIONS[step.language].start(planned)
    return AttemptOrder(
        folder=where.folder,
        argv=start.argv,
        env={**planned.env, **captured, **start.env},
        timeout_s=planned.timeout_s,
        grace_s=where.limits.step_grace_s,
        cwd=step.cwd or planned.target.cwd,
        masks=where.masks,
        head_bytes=where.limits.output_head_bytes,
        tail_bytes=where.limits.output_tail_bytes,
        is_background=step.is_background,
    )
