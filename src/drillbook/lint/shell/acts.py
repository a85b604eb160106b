"""A document → its Acts: what each fence would do if it were followed, and where it stands."""

import re
from dataclasses import dataclass

from drillbook.lint.texts.said import whole_text
from drillbook.model.document import Block, Document, Fence, Heading, Prose
from drillbook.model.place import Place
from drillbook.model.runbook import Check, Option, Step, Verification

_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_ADVISED_AGAINST = re.compile(
    r"\b(?:never|don['\u2019]?t|do not|avoid|wrong|bad|forbidden|must not|instead of|dangerous"
    r"|not recommended|anti-?pattern|discouraged|incorrect)\b|[\u274c\u2717\U0001f6ab]",
    re.IGNORECASE,
)
SHELLS = frozenset(("sh", "bash", "shell", "console", "zsh"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One fence. `text` keeps the fence's lines: what is not run is blank in it.

    `words` are those of the text in small letters, by which a lint knows that there is nothing to
    read. `role` is that of the section, `heading` the nearest title above, `said` the paragraph
    right before. `step` is None where the format does not run the fence; `owner` is what the step
    is of.
    """

    fence: Fence
    text: str
    words: frozenset[str]
    role: str | None = None
    section: str = ""
    heading: str = ""
    said: str = ""
    step: Step | None = None
    owner: Check | Option | Verification | None = None
    is_undo: bool = False

    @property
    def is_shell(self) -> bool:
        """Whether the text is a script of a shell."""
        language = self.fence.language
        return language in SHELLS or (not language and bool(self.text))

    def line_at(self, offset: int) -> int:
        """The line of the document on which this character of the text stands."""
        return self.fence.content_line + self.text.count("\n", 0, offset)

    def place_at(self, document: Document, start: int, end: int) -> Place:
        """The place of a stretch of the text, up to the end of its first line."""
        said = self.text[start:end].split("\n", 1)[0].rstrip("\\ \t;|&")
        return document.place_of(said, self.line_at(start))


# Every lint of this room asks of the same document, one after the other.
_acts_kept: list[tuple[Document, tuple[Act, ...]]] = []


def acts_of(document: Document) -> tuple[Act, ...]:
    """In the order of the document."""
    if _acts_kept and _acts_kept[0][0] is document:
        return _acts_kept[0][1]
    acts = tuple(_acts(document)) if any(isinstance(b, Fence) for b in document.blocks) else ()
    _acts_kept[:] = [(document, acts)]
    return acts


def text_of(document: Document) -> str:
    """All its lines as one text."""
    return whole_text(document)


def is_meant_to_run(document: Document) -> bool:
    """Whether its steps use our format: a front matter alone may be of another tool."""
    if not document.is_adopted:
        return False
    for book in document.runbooks:
        if any(check.healthy or check.unhealthy for check in book.checks):
            return True
        if any(one.recovered for one in book.verification):
            return True
        if any(option.when or option.risk_place for option in book.options):
            return True
    return any(act.step and (act.step.is_named or act.step.timeout_s) for act in acts_of(document))


def is_advised_against(act: Act, start: int) -> bool:
    """Whether the title, the sentence or the comment above, or behind it, says not to do this."""
    line_start = act.text.rfind("\n", 0, start) + 1
    line_end = act.text.find("\n", start)
    above = act.text[:line_start].rstrip().rsplit("\n", 1)[-1].strip()
    comment = above if above.startswith(("#", "--", "//")) else ""
    behind = act.text[start : line_end if line_end >= 0 else len(act.text)].partition("#")[2]
    return any(_ADVISED_AGAINST.search(said) for said in (act.heading, act.said, comment, behind))


def _acts(document: Document) -> list[Act]:
    sections = {
        section.place.line: section for book in document.runbooks for section in book.sections
    }
    owners = _owners(document)
    acts: list[Act] = []
    role, title, heading, before = None, "", "", None
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = block.title
            if section := sections.get(block.line):
                role, title = section.role, section.title
            elif block.level <= 2:
                role, title = None, ""
        elif isinstance(block, Fence):
            step, owner, is_undo = owners.get(block.line, (None, None, False))
            text = _acting_text(block)
            acts.append(
                Act(
                    fence=block,
                    text=text,
                    words=frozenset(_WORD.findall(text.casefold())),
                    role=role,
                    section=title,
                    heading=heading,
                    said=_said(before),
                    step=step,
                    owner=owner,
                    is_undo=is_undo,
                )
            )
        before = block
    return acts


def _said(before: Block | None) -> str:
    return before.text if isinstance(before, Prose) else ""


Owner = tuple[Step, Check | Option | Verification, bool]


def _owners(document: Document) -> dict[int, Owner]:
    owners: dict[int, Owner] = {}
    for book in document.runbooks:
        for check in book.checks:
            owners[check.step.place.line] = (check.step, check, False)
        for verification in book.verification:
            owners[verification.step.place.line] = (verification.step, verification, False)
        for option in book.options:
            owners |= {step.place.line: (step, option, False) for step in option.steps}
            owners |= {step.place.line: (step, option, True) for step in option.undo}
    return owners


def _acting_text(fence: Fence) -> str:
    """A console's prompted lines, with the others blank; a script as it is."""
    lines = fence.content.split("\n")
    first = next((line.strip() for line in lines if line.strip()), "")
    language = fence.language
    if language == "console" or (first.startswith("$ ") and (not language or language in SHELLS)):
        return "\n".join(_prompted(lines))
    return fence.content if language else ""


def _prompted(lines: list[str]) -> list[str]:
    kept: list[str] = []
    is_continued = False
    for line in lines:
        stripped = line.strip()
        if is_continued:
            kept.append(line.rstrip())
        else:
            kept.append(stripped[2:] if stripped.startswith("$ ") else "")
        is_continued = kept[-1].endswith("\\")
    return kept
