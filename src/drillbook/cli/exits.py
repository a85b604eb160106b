"""How a command ends: its exit codes, and the errors that are one line for the user."""

from importlib import import_module

from drillbook.model.journal import JournalError
from drillbook.model.lab import LabError
from drillbook.model.verdict import VerdictState

PASSED = 0
FINDINGS = 1
USAGE = 2
FAULT_OF_OURS = 3
UNKNOWN = 4
INTERRUPTED = 130

OF_VERDICT = {
    VerdictState.PASSED: PASSED,
    VerdictState.FAILED: FINDINGS,
    VerdictState.UNKNOWN: UNKNOWN,
}

_KNOWN = {
    "drillbook.verbs.workplace": "SetupError",
    "drillbook.verbs.locks": "HeldError",
    "drillbook.verbs.resume": "CannotResumeError",
    "drillbook.verbs.run": "NotRunnableError",
    "drillbook.verbs.drill": "CannotDrillError",
}


def known_errors() -> tuple[type[BaseException], ...]:
    """Errors whose text says place, cause and cure; asked for only when one was raised."""
    verbs = [getattr(import_module(module), name) for module, name in _KNOWN.items()]
    return (JournalError, LabError, *verbs)
