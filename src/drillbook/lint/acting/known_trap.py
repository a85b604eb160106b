"""A command that looks right and does something else: the table of lint/shell/traps."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of, is_advised_against, text_of
from drillbook.lint.shell.calls import calls_of
from drillbook.lint.shell.queries import queries_of, statements_of
from drillbook.lint.shell.traps import TRAPS, Kind, Trap
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

CALL_CHARS_MAX = 2_000
_COMMENT = re.compile(r"^\s*(?:#|//)(.*)$", re.MULTILINE)
_HINTS = frozenset(hint for trap in TRAPS for hint in trap.hints)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    acts = acts_of(document)
    for index, act in enumerate(acts):
        if _HINTS.isdisjoint(act.words):
            continue
        later = "\n".join(one.text for one in acts[index:] if one.heading == act.heading)
        found: set[int] = set()
        for trap in TRAPS:
            if not act.words.isdisjoint(trap.hints) and _holds_around(trap, act, later, document):
                # The first row that fits a command is the one to tell.
                for start, end in _matches(trap, act):
                    if start not in found and not is_advised_against(act, start):
                        found.add(start)
                        yield Flaw(
                            place=act.place_at(document, start, end),
                            message=trap.cause,
                            help=trap.cure,
                            severity=trap.severity,
                        )


def _holds_around(trap: Trap, act: Act, later: str, document: Document) -> bool:
    if trap.also and not trap.also.search(later):
        return False
    if trap.unless and trap.unless.search(later):
        return False
    if trap.told and not trap.told.search(_told(act)):
        return False
    if trap.document and not trap.document.search(text_of(document)):
        return False
    return not (trap.unless_document and trap.unless_document.search(text_of(document)))


def _told(act: Act) -> str:
    comments = _COMMENT.findall(act.text)
    return "\n".join((act.heading, act.said, *comments))


def _matches(trap: Trap, act: Act) -> Iterator[tuple[int, int]]:
    if trap.kind is Kind.TEXT:
        for found in trap.pattern.finditer(act.text):
            yield found.span()
    elif trap.kind is Kind.STATEMENT:
        yield from _statements(trap, act)
    elif act.is_shell:
        for call in calls_of(act.text):
            said = " ".join((call.program, *call.texts))
            if len(said) <= CALL_CHARS_MAX and trap.pattern.fullmatch(said):
                yield call.start, call.end


def _statements(trap: Trap, act: Act) -> Iterator[tuple[int, int]]:
    for query in queries_of(act):
        for statement, at in statements_of(query):
            if found := trap.pattern.search(statement):
                start = query.start + at + found.start()
                # A query in quotes begins behind them.
                start = act.text.find(found[0], max(query.start, start - 1))
                start = start if 0 <= start < query.end else query.start
                yield start, min(start + len(found[0].rstrip("( ")), query.end)


LINT = DocumentLint(
    name="known-trap",
    summary="a command that looks right and does something else",
    check=_check,
)
