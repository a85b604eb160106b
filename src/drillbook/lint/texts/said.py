"""A Document → the words that it says, where they stand, and its sections and steps by role."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from drillbook.model.document import Document, Fence, Heading, Prose
from drillbook.model.lint import Flaw
from drillbook.model.place import Place
from drillbook.model.runbook import Runbook, Section, Step

DIAGNOSIS = "diagnosis"
RESOLUTION = "resolution"
VERIFICATION = "verification"
SYMPTOMS = "symptoms"
ESCALATION = "escalation"
# The roles that a runbook is followed by.
FOLLOWED = (DIAGNOSIS, RESOLUTION, VERIFICATION)

_SPAN = re.compile(r"(?<!`)(`+)(?!`)[^`]*\1(?!`)")


# ASCII in small letters and figures stay, what is beyond ASCII too; all else parts words.
_PARTED = bytes(
    ord(chr(code).lower()) if code > 127 or chr(code).isalnum() else 32 for code in range(128)
) + bytes(range(128, 256))


# Every lint asks of the same document, one after the other.
_words_kept: list[tuple[Document, frozenset[bytes]]] = []
_text_kept: list[tuple[Document, str]] = []


def _words(document: Document) -> frozenset[bytes]:
    if _words_kept and _words_kept[0][0] is document:
        return _words_kept[0][1]
    said = whole_text(document)
    if "drillbook:" in said:
        # A comment that names a lint says nothing of what the lint asks for.
        said = "\n".join(line for line in document.lines if "drillbook:" not in line)
    text = said.encode("utf-8", "surrogatepass")
    words = frozenset(text.translate(_PARTED).split())
    _words_kept[:] = [(document, words)]
    return words


def whole_text(document: Document) -> str:
    """All lines as one text."""
    if _text_kept and _text_kept[0][0] is document:
        return _text_kept[0][1]
    text = "\n".join(document.lines)
    _text_kept[:] = [(document, text)]
    return text


def words_of(text: str) -> frozenset[bytes]:
    """The words of a list, as `says_any` wants them."""
    return frozenset(text.encode().split())


def says_any(document: Document, words: frozenset[bytes]) -> bool:
    """Whether any of the words, in any case, stands anywhere in the document.

    Reading a document once is dear; this is asked first by lints that seldom find anything.
    """
    return not words.isdisjoint(_words(document))


def section_of(runbook: Runbook, role: str) -> Section | None:
    """The first section of this role."""
    return next((section for section in runbook.sections if section.role == role), None)


def has_sections(runbook: Runbook) -> bool:
    """Whether any title was understood; without one, that alone is the flaw."""
    return any(section.role for section in runbook.sections)


def is_all_understood(runbook: Runbook) -> bool:
    """Whether every section has a role, so that none may be a missing one by another name."""
    return all(section.role for section in runbook.sections)


def heading_place(document: Document, place: Place) -> Place:
    """The whole line, so that it can be underlined; the first line of a text without headings."""
    return document.place_of("", place.line)


def steps_of(runbook: Runbook) -> Iterator[Step]:
    """Everything that the runbook runs, in the order of the text within each section."""
    yield from (check.step for check in runbook.checks)
    for option in runbook.options:
        yield from option.steps
        yield from option.undo
    yield from (one.step for one in runbook.verification)


def prose_of(document: Document) -> Iterator[tuple[int, str]]:
    """The lines of prose and of headings by number; what stands in backticks is blanked."""
    for block in document.blocks:
        if isinstance(block, Prose):
            text = without_code(block.text)
            if "\n" in text:
                yield from enumerate(text.split("\n"), start=block.line)
            else:
                yield block.line, text
        elif isinstance(block, Heading):
            yield block.line, without_code(block.title)


def without_code(text: str) -> str:
    """As long as the text, with blanks where code stands."""
    return _SPAN.sub(lambda span: re.sub(r"[^\n]", " ", span[0]), text) if "`" in text else text


def without_comments(text: str) -> str:
    """What is seen of a text in HTML; a comment that never ends hides the rest."""
    seen: list[str] = []
    while "<!--" in text:
        before, _, text = text.partition("<!--")
        seen.append(before)
        text = text.partition("-->")[2]
    return "".join((*seen, text))


def fence_lines(fence: Fence) -> Iterator[tuple[int, str]]:
    """The lines of the content by number."""
    yield from enumerate(fence.content.split("\n"), start=fence.content_line)


def is_sentence_broken(document: Document, step: Step) -> bool:
    """Whether a sentence of the step was not understood: that is told by itself already."""
    first = step.place.line
    ends = (b.line for b in document.blocks if not isinstance(b, Prose) and b.line > first)
    end = next(ends, len(document.lines) + 1)
    return any(
        finding.lint == "sentence-outside-grammar" and first < finding.place.line < end
        for finding in document.findings
    )


def once_in_plain(document: Document, flaws: Iterable[Flaw]) -> Iterator[Flaw]:
    """What every step of plain Markdown lacks is said once, of the first."""
    yield from flaws if document.is_adopted else islice(flaws, 1)
