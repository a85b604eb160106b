"""A kill of every process whose name or command line fits a word."""

from collections.abc import Iterator

from drillbook.lint.shell.acts import acts_of, is_advised_against
from drillbook.lint.shell.calls import calls_of
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

# What narrows a kill down to processes that are known.
_NARROW = frozenset(("-P", "-F", "-s", "-g", "--parent", "--pidfile", "-0", "-l"))
_HARMLESS = (
    "-HUP",
    "-SIGHUP",
    "-USR1",
    "-USR2",
    "-SIGUSR1",
    "-SIGUSR2",
    "-1",
    "-STOP",
    "-CONT",
    "-0",
)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for act in acts_of(document):
        if not act.is_shell or act.words.isdisjoint(("pkill", "killall")):
            continue
        for call in calls_of(act.text):
            if call.program not in ("pkill", "killall") or not call.texts:
                continue
            if _NARROW & set(call.texts) or any(text in _HARMLESS for text in call.texts):
                continue
            if is_advised_against(act, call.start):
                continue
            if call.program == "pkill" and not {"-f", "--full"} & set(call.texts):
                continue
            yield Flaw(
                place=act.place_at(document, call.start, call.end),
                message="this ends every process that the word fits, also an editor that shows its "
                "name",
                help="stop the service by its manager, or name the process by its PID file",
            )


LINT = DocumentLint(
    name="killed-by-name",
    summary="a kill of every process that a word fits",
    severity=Severity.NOTE,
    check=_check,
)
