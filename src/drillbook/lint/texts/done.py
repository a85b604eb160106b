"""A Document → where it claims to be complete, how far each claim reaches, and its open boxes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drillbook.model.document import Document, Heading, Prose

_DONE = r"(?:complete|completed|done|passed|pass|finished|ready for done|100 ?%)(?!\w)"
_STATUS = re.compile(
    r"\W{0,12}(?:overall |gate |current )?(?:status|gate|result|verdict)\W{0,6}:\W{0,12}" + _DONE,
    re.IGNORECASE,
)
_STATUS_TITLE = re.compile(r"\W*(?:\w+ ){0,2}status\W*", re.IGNORECASE)
_BARE = re.compile(r"\W{0,12}" + _DONE, re.IGNORECASE)
_TITLE = re.compile(
    r"(?:^|[^\w])(?:COMPLETED?|Completed?|DONE|PASS(?:ED)?)[\W\d]{0,20}$|✅\W{0,20}$"
)
_NOT = re.compile(
    r"\bnot\b|\bnever\b|\bun\w|incomplete|partial|mostly|almost|except|\bbut\b|pending|remain|"
    r"in progress|to be|when|until|\bif\b|\bof\b",
    re.IGNORECASE,
)
# Boxes below such a title say what has to be done before the document, or its work, is complete.
# Boxes elsewhere are for whoever follows the document.
_CRITERIA = re.compile(
    r"acceptance|criteria|definition of done|\b(?:sub)?tasks?\b|deliverables|requirements",
    re.IGNORECASE,
)
_NOT_NEEDED = re.compile(
    r"optional|skip|deferred|postponed|n/a|won.t|later|future|not (?:needed|required)|~~",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """`text` stands on `line`. It reaches from `start` to before `end`; all, with `is_of_all`."""

    text: str
    line: int
    start: int
    end: int
    is_of_all: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """An unticked box; `is_criterion`: its section says what has to be done."""

    line: int
    is_criterion: bool


def claims_of(document: Document) -> Iterator[Claim]:
    """Titles that say so of what stands below them, and a status of the whole document."""
    last = len(document.lines) + 1
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    head_end = next((h.line for h in headings if h.level >= 2), last)
    for number, heading in enumerate(headings):
        if _TITLE.search(heading.title) and not _NOT.search(heading.title):
            end = next((h.line for h in headings[number + 1 :] if h.level <= heading.level), last)
            is_of_all = heading.level == 1 and number == 0
            yield Claim(heading.title, heading.line, heading.end_line, end, is_of_all)
    title = ""
    for block in document.blocks:
        if isinstance(block, Heading):
            title = block.title
        elif isinstance(block, Prose) and (said := _status(block, title, head_end)):
            yield Claim(said[0], said[1], 1, last, is_of_all=True)


def _status(block: Prose, title: str, head_end: int) -> tuple[str, int] | None:
    """The line of a paragraph that says it of the document: at its head, or under a "Status"."""
    is_status = _STATUS_TITLE.fullmatch(title) is not None
    if block.line > head_end and not is_status:
        return None
    for number, line in enumerate(block.text.split("\n"), start=block.line):
        found = _STATUS.match(line) or (_BARE.match(line) if is_status else None)
        if found and not _NOT.search(line):
            return line.strip(), number
    return None


def open_boxes(document: Document) -> list[Box]:
    """Without those that say themselves that they need not be ticked."""
    found: list[Box] = []
    trail: dict[int, str] = {}
    for block in document.blocks:
        if isinstance(block, Heading):
            trail = {level: t for level, t in trail.items() if level < block.level}
            trail[block.level] = block.title
        elif isinstance(block, Prose) and block.text.startswith("[ ]"):
            text = " ".join((*trail.values(), block.text))
            if not _NOT_NEEDED.search(text):
                is_criterion = any(_CRITERIA.search(title) for title in trail.values())
                found.append(Box(block.line, is_criterion))
    return found
