"""How a command ends: its exit codes, and the errors that are one line for the user.

Imported at every start, so it imports nothing else of ours until an error was raised.
"""

import errno
from importlib import import_module
from typing import IO, Any

import click

from drillbook.report.plain import plain

PASSED = 0
FINDINGS = 1
USAGE = 2
FAULT_OF_OURS = 3
UNKNOWN = 4
INTERRUPTED = 130

_KNOWN = {
    "drillbook.lint.keeping.baseline": "BaselineError",
    "drillbook.lint.mending.writing": "NotWrittenError",
    "drillbook.model.engine": "EngineError NoSlotError",
    "drillbook.model.journal": "JournalError FencedError",
    "drillbook.model.lab": "LabError",
    "drillbook.people.tokens": "IdentityError",
    "drillbook.read.changes": "ChangesError",
    "drillbook.report.write": "ReportError",
    "drillbook.verbs.answer": "CannotAnswerError",
    "drillbook.verbs.approve": "CannotApproveError",
    "drillbook.verbs.cancel": "CannotCancelError",
    "drillbook.verbs.drill": "CannotDrillError",
    "drillbook.verbs.running.locks": "HeldError",
    "drillbook.verbs.making.files": "CannotCreateError",
    "drillbook.verbs.note": "CannotNoteError",
    "drillbook.verbs.people.policy": "NotPermittedError",
    "drillbook.verbs.covering.proofs": "CannotProveError",
    "drillbook.verbs.running.resources": "ResourceHeldError",
    "drillbook.verbs.resume": "CannotResumeError",
    "drillbook.verbs.running.hiding": "NotRunnableError",
    "drillbook.verbs.running.secrets": "SetupError",
}

_WRITABLE = "make it writable to you, or name another folder"
_ROOM = "make room on that disk"
_OTHER = "name another path"
# What the machine refuses, and no program can prevent.
_CURES = {
    errno.EACCES: _WRITABLE,
    errno.EPERM: _WRITABLE,
    errno.EROFS: _WRITABLE,
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EIO: "look after that disk or terminal",
    errno.ENOTDIR: _OTHER,
    errno.EISDIR: _OTHER,
    errno.EEXIST: _OTHER,
    errno.ELOOP: _OTHER,
    errno.ENAMETOOLONG: _OTHER,
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENFILE: "end some programs: the machine has no more files to open",
}


class UnusableError(click.ClickException):
    """What a command was given is no slip in its options, but cannot be used as it stands."""

    exit_code = USAGE

    def show(self, file: IO[Any] | None = None) -> None:
        """One line on standard error, without the usage."""
        click.echo(f"drillbook: {plain(self.message)}", file=file, err=True)


def known_errors() -> tuple[type[BaseException], ...]:
    """Errors whose text says place, cause and cure."""
    return tuple(
        getattr(import_module(module), name)
        for module, names in _KNOWN.items()
        for name in names.split()
    )


def trouble_of(error: OSError) -> str | None:
    """One line for what the machine refused; None where it may as well be a bug of ours."""
    cure = _CURES.get(error.errno or 0)
    if cure is None:
        return None
    return f"{error.filename or 'the output'}: {error.strerror}; {cure}"
