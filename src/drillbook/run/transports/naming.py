"""A target's settings that name something over there → what is wrong with the names.

A name becomes an argument of `docker` or `kubectl`: what could be taken for an option, or for
anything but a name, is refused before a plan is run.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from drillbook.model.finding import Finding
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.run.actions.flaw import flaw

_SHOWN_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True)
class Naming:
    """A setting, what it may look like, what it is, and an example of it."""

    key: str
    pattern: re.Pattern[str]
    what: str
    example: str


def misnamed(step: Step, target: Target, namings: Iterable[Naming]) -> Iterable[Finding]:
    """An ERROR for each setting that is there and is no such name."""
    for naming in namings:
        value = target.settings.get(naming.key)
        if value is None or naming.pattern.fullmatch(value):
            continue
        yield flaw(
            step,
            "target-setting-no-name",
            f"target `{target.name}`: {naming.key} = {_shown(value)} is not {naming.what}",
            f'write {naming.key} = "{naming.example}", say, in [targets.{target.name}]',
        )


def unnamed(step: Step, target: Target, key: str, example: str) -> Finding:
    """An ERROR: without this setting nobody knows where the step is to run."""
    return flaw(
        step,
        f"target-without-{key}",
        f"target `{target.name}` is of kind {target.kind} and does not say which {key}",
        f'add {key} = "{example}", say, to [targets.{target.name}] in drillbook.toml',
    )


def _shown(value: str) -> str:
    """As Python writes it: without control characters, and not endless."""
    text = value if len(value) <= _SHOWN_CHARACTERS_MAX else f"{value[:_SHOWN_CHARACTERS_MAX]}…"
    return repr(text)
