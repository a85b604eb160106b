"""The Markdown of a file → its Runbooks and Findings. Nothing here raises over what they wrote."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from drillbook.model.document import Block, Document, Fence, Heading
from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place
from drillbook.model.runbook import Kind, Objectives, Runbook, Section
from drillbook.read.file import read_text
from drillbook.read.markdown.acting import acting_hash
from drillbook.read.markdown.blocks import read_blocks, size_flaw, text_lines
from drillbook.read.markdown.citizen import (
    anchors_of,
    is_adopted_by,
    is_runbook_by,
    prose_lines,
)
from drillbook.read.markdown.front_matter import FrontMatter, front_matter_lines, read_front_matter
from drillbook.read.markdown.links import links_on
from drillbook.read.markdown.outline import RunbookText, Stretch, runbook_texts
from drillbook.read.markdown.references import check_references
from drillbook.read.markdown.sections import SectionReader
from drillbook.read.markdown.steps import StepReader
from drillbook.read.markdown.synonyms import DIAGNOSIS, RESOLUTION, VERIFICATION
from drillbook.read.sentences.wording import nearest_first, quote

Runbooks = tuple[tuple[Runbook, ...], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class _File:
    """What all runbooks of one file share."""

    path: str
    lines: list[str]
    source_hash: str
    front: FrontMatter


def read_runbook_file(path: Path, shown_as: str | None = None) -> Runbooks:
    """`shown_as` is the path in nouns and Findings; the file's own where it is None."""
    text, flaws = read_text(path, shown_as)
    if text is None:
        return (), flaws
    return read_runbooks(text, shown_as if shown_as is not None else str(path))


def read_runbooks(text: str, path: str) -> Runbooks:
    """One Runbook, or several where the file holds several; none from an unbearable text."""
    document = read_document(text, path)
    return document.runbooks, document.findings


def read_document(text: str, path: str) -> Document:
    """The whole file, with its runbooks; without anything of it where the text is unbearable."""
    lines = text_lines(text)
    too_large = size_flaw(lines)
    if too_large is not None:
        cure = "split it into several files"
        place = Place(path=path)
        flaw = Finding(place=place, lint="file-too-large", message=too_large, help=cure)
        return Document(path=path, lines=(), findings=(flaw,))
    front, flaws = read_front_matter(lines, path)
    source_hash = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    file = _File(path, lines, source_hash, front)
    front_lines = front_matter_lines(lines)
    blocks = read_blocks(lines, skipped=front_lines)
    findings = [*flaws, *_unclosed_fences(blocks, lines, path)]
    is_procedure = front.kind is Kind.PROCEDURE
    texts = runbook_texts(blocks, front.runbooks, is_procedure=is_procedure)
    findings += _unknown_anchors(file, texts)
    runbooks = tuple(_runbook(file, one, findings) for one in texts)
    is_adopted = is_adopted_by(front, blocks)
    return Document(
        path=path,
        lines=tuple(lines),
        front_lines=front_lines,
        blocks=tuple(blocks),
        links=tuple(links_on(prose_lines(blocks), lines, path)),
        anchors=anchors_of(blocks, lines),
        runbooks=runbooks,
        is_runbook=is_adopted or is_runbook_by(path, runbooks),
        is_adopted=is_adopted,
        findings=tuple(findings),
    )


def _unclosed_fences(blocks: list[Block], lines: list[str], path: str) -> list[Finding]:
    return [
        Finding(
            place=Place(path=path, line=block.line, column=block.column),
            lint="unclosed-fence",
            message="the fence that begins here is never closed, so all below is part of it"
            if not any(line.strip() for line in lines[block.end_line - 1 :])
            else "the fence that begins here is never closed, so all up to the end of the list "
            "or quote is part of it",
            help="close it by a line of as many backticks, indented as the first",
        )
        for block in blocks
        if isinstance(block, Fence) and not block.is_closed
    ]


def _unknown_anchors(file: _File, texts: list[RunbookText]) -> list[Finding]:
    anchors = [text.anchor for text in texts]
    return [
        Finding(
            place=front.place,
            lint="runbook-names-no-section",
            message=f'no second-level section has the anchor "{quote(anchor)}"',
            help=f"there are: {', '.join(nearest_first(anchor, anchors)) or 'none'}",
        )
        for anchor, front in (file.front.runbooks or {}).items()
        if anchor not in anchors
    ]


def _runbook(file: _File, text: RunbookText, findings: list[Finding]) -> Runbook:
    fences = [block for block in text.blocks if isinstance(block, Fence)]
    steps = StepReader(file.path, fences, findings, file.lines)
    front = _front_of(file.front, text.anchor)
    is_procedure = front.kind is Kind.PROCEDURE
    reader = SectionReader(file.path, file.lines, steps, findings, is_procedure=is_procedure)
    sections = [replace(section, is_procedure=is_procedure) for section in text.sections]

    def of_role(role: str) -> list[Stretch]:
        return [section for section in sections if section.role == role]

    runbook = Runbook(
        place=_runbook_place(file, text),
        path=file.path,
        anchor=text.anchor,
        title=text.heading.title if text.heading else PurePath(file.path).stem,
        kind=front.kind or Kind.ALERT,
        severity=front.severity,
        service=front.service,
        owner=front.owner,
        alerts=front.alerts,
        objectives=front.objectives,
        inputs=front.inputs,
        escalation=front.escalation,
        locks=front.locks,
        reviewed=front.reviewed,
        sections=_sections(file, replace(text, sections=sections)),
        checks=tuple(check for one in of_role(DIAGNOSIS) for check in reader.checks(one)),
        options=tuple(option for one in of_role(RESOLUTION) for option in reader.options(one)),
        verification=tuple(v for one in of_role(VERIFICATION) for v in reader.verification(one)),
        source_hash=file.source_hash,
        extra=front.extra,
    )
    steps.flag_unread()
    findings += check_references(runbook)
    findings += _no_sections(runbook)
    return replace(runbook, acting_hash=acting_hash(runbook))


def _front_of(front: FrontMatter, anchor: str) -> FrontMatter:
    """The runbook's own front matter, completed by what the file says of all its runbooks."""
    if front.runbooks is None:
        return front
    own = front.runbooks.get(anchor) or FrontMatter(front.place)
    return replace(
        own,
        kind=own.kind or front.kind,
        severity=own.severity or front.severity,
        service=own.service or front.service,
        owner=own.owner or front.owner,
        objectives=own.objectives if own.objectives != Objectives() else front.objectives,
        inputs=own.inputs or front.inputs,
        escalation=own.escalation or front.escalation,
        locks=own.locks or front.locks,
        reviewed=own.reviewed or front.reviewed,
    )


def _place(path: str, heading: Heading | None) -> Place:
    return (
        Place(path=path, line=heading.line, column=heading.column) if heading else Place(path=path)
    )


def _runbook_place(file: _File, text: RunbookText) -> Place:
    """In a file of several, up to its last line: what stands there is told of it alone."""
    place = _place(file.path, text.heading)
    return replace(place, end_line=_end_line(file, text)) if text.anchor else place


def _sections(file: _File, text: RunbookText) -> tuple[Section, ...]:
    """Each section's text goes up to the next one, or to the end of its runbook."""
    headings = [section.heading for section in text.sections if section.heading]
    ends = [*(heading.line - 1 for heading in headings[1:]), _end_line(file, text)]
    return tuple(
        Section(
            place=_place(file.path, heading),
            title=heading.title,
            anchor=heading.anchor,
            role=section.role,
            text="\n".join(file.lines[heading.end_line - 1 : end]).strip("\n"),
        )
        for section, heading, end in zip(text.sections, headings, ends, strict=False)
    )


def _end_line(file: _File, text: RunbookText) -> int:
    """The last line of the runbook: a file's, or that of the last block in its section."""
    if not text.anchor or not text.blocks:
        return len(file.lines)
    last = text.blocks[-1]
    if isinstance(last, Heading | Fence):
        return last.end_line - 1
    return last.line + last.text.count("\n")


def _no_sections(runbook: Runbook) -> tuple[Finding, ...]:
    if any(section.role for section in runbook.sections):
        return ()
    return (
        Finding(
            place=runbook.place,
            lint="runbook-without-sections",
            message="no title is one that a runbook's sections have",
            help='call its parts "Diagnosis", "Resolution" and "Verification"',
            severity=Severity.NOTE,
        ),
    )
