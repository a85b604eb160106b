"""Which action runs a fence of which language. To add one: a module with `argv`, a line here."""

from collections.abc import Callable

from drillbook.model.runbook import Step
from drillbook.run.actions import python, shell

Action = Callable[[Step], tuple[str, ...]]

ACTIONS: dict[str, Action] = {
    "sh": shell.argv,
    "bash": shell.argv,
    "shell": shell.argv,
    "console": shell.argv,
    "python": python.argv,
}
