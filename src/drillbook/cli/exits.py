"""How a command ends: its exit codes, and the errors that are one line for the user.

Imported at every start, so it imports nothing else of ours until an error was raised.
"""

from importlib import import_module

PASSED = 0
FINDINGS = 1
USAGE = 2
FAULT_OF_OURS = 3
UNKNOWN = 4
INTERRUPTED = 130

_KNOWN = {
    "drillbook.model.journal": "JournalError",
    "drillbook.model.lab": "LabError",
    "drillbook.report.write": "ReportError",
    "drillbook.verbs.drill": "CannotDrillError",
    "drillbook.verbs.locks": "HeldError",
    "drillbook.verbs.resume": "CannotResumeError",
    "drillbook.verbs.run": "NotRunnableError",
    "drillbook.verbs.workplace": "SetupError",
}


def known_errors() -> tuple[type[BaseException], ...]:
    """Errors whose text says place, cause and cure."""
    return tuple(getattr(import_module(module), name) for module, name in _KNOWN.items())
