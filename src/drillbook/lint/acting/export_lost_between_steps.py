"""A variable that one step sets and another one uses: each step is a process of its own."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of, is_meant_to_run
from drillbook.lint.shell.shell_text import read_shell
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Runbook

_NAME = re.compile(r"([A-Za-z_]\w*)\+?=")
_READ = re.compile(r"\bread\s+(?:-\w+\s+)*([A-Za-z_]\w*)|\bfor\s+([A-Za-z_]\w*)\s+in\b")
_SETTERS = ("export", "declare", "local", "readonly", "typeset")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    if not is_meant_to_run(document):
        return
    for book in document.runbooks:
        yield from _of_runbook(document, book)


def _of_runbook(document: Document, book: Runbook) -> Iterator[Flaw]:
    known = {one.name.upper() for one in book.inputs}
    set_in: dict[str, str] = {}
    last = book.place.end_line or len(document.lines)
    for act in acts_of(document):
        step = act.step
        if step is None or not act.is_shell or not book.place.line <= act.fence.line <= last:
            continue
        known |= {name.upper() for name in step.exports}
        known |= {capture.name.upper() for capture in step.captures}
        own = _set_by(act)
        for name, setter in set_in.items():
            if name in own or name in known or setter == step.name:
                continue
            if found := re.search(rf"\$(?:{name}\b|\{{{name}\}})", act.text):
                yield Flaw(
                    place=act.place_at(document, found.start(), found.end()),
                    message=f'"{name}" is set in the step "{setter}", and each step is a process '
                    "of its own",
                    help=f"add exports={name.upper()} to that step's fence, or set it here",
                )
                break
        set_in |= dict.fromkeys(own, step.name)


def _set_by(act: Act) -> set[str]:
    names = {name for found in _READ.findall(act.text) for name in found if name}
    if "=" not in act.text:
        return names
    for command in read_shell(act.text):
        words = command.assigned
        if command.words and command.words[0].text in _SETTERS:
            words = (*words, *command.words[1:])
        elif command.words:
            continue
        names |= {found[1] for word in words if (found := _NAME.match(word.text))}
    return names


LINT = DocumentLint(
    name="export-lost-between-steps",
    summary="a variable that is set in one step and used in another",
    severity=Severity.ERROR,
    rung=Rung.RUNNABLE,
    check=_check,
)
