"""The Markdown of a file → its Document without steps and sentences: enough to be found by.

Reading those takes most of the time, and a search asks for no more than the lines of a runbook,
what they are called, and which alerts lead to it.
"""

from pathlib import PurePath

from drillbook.model.document import Document, Heading
from drillbook.model.place import Place
from drillbook.model.runbook import Kind, Runbook, Section
from drillbook.read.markdown.blocks import read_blocks, size_flaw, text_lines
from drillbook.read.markdown.citizen import is_adopted_by, is_runbook_by
from drillbook.read.markdown.front_matter import FrontMatter, front_matter_lines, read_front_matter
from drillbook.read.markdown.outline import RunbookText, Stretch, runbook_texts


def skim_document(text: str, path: str) -> Document:
    """As `read_document`, with no findings, links, anchors, checks, options or verification.

    Its sections have no text. Nothing of an unbearable text.
    """
    lines = text_lines(text)
    if size_flaw(lines) is not None:
        return Document(path=path, lines=())
    front, _ = read_front_matter(lines, path)
    front_lines = front_matter_lines(lines)
    blocks = read_blocks(lines, skipped=front_lines)
    is_procedure = front.kind is Kind.PROCEDURE
    texts = runbook_texts(blocks, front.runbooks, is_procedure=is_procedure)
    runbooks = tuple(_runbook(each, front, path) for each in texts)
    is_adopted = is_adopted_by(front, blocks)
    return Document(
        path=path,
        lines=tuple(lines),
        front_lines=front_lines,
        blocks=tuple(blocks),
        runbooks=runbooks,
        is_runbook=is_adopted or is_runbook_by(path, runbooks),
        is_adopted=is_adopted,
    )


def _runbook(text: RunbookText, front: FrontMatter, path: str) -> Runbook:
    own = front if front.runbooks is None else front.runbooks.get(text.anchor)
    is_procedure = (own.kind if own and own.kind else front.kind) is Kind.PROCEDURE
    for section in text.sections:
        section.is_procedure = is_procedure
    return Runbook(
        place=_place(path, text.heading),
        path=path,
        anchor=text.anchor,
        title=text.heading.title if text.heading else PurePath(path).stem,
        alerts=own.alerts if own else (),
        sections=tuple(
            _section(path, each.heading, each) for each in text.sections if each.heading
        ),
    )


def _section(path: str, heading: Heading, section: Stretch) -> Section:
    return Section(
        place=_place(path, heading),
        title=heading.title,
        anchor=heading.anchor,
        role=section.role,
        text="",
    )


def _place(path: str, heading: Heading | None) -> Place:
    if heading is None:
        return Place(path=path)
    return Place(path=path, line=heading.line, column=heading.column)
