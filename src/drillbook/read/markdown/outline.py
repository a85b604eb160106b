"""The blocks of a file → its runbooks, each with its sections, each with its parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from drillbook.model.document import Block, Heading
from drillbook.read.markdown.synonyms import CORE_ROLES, role_of

LEVELS = (1, 2, 3, 4)
# The usual level first: a file's title may well be one of the synonyms.
USUAL_LEVELS = (2, 3, 1, 4)


@dataclass(slots=True)
class Stretch:
    """A heading and all blocks up to the next heading of its level; no heading: those before.

    `is_procedure`: its title is read as one of a procedure.
    """

    heading: Heading | None
    blocks: list[Block] = field(default_factory=list)
    is_procedure: bool = False

    @property
    def role(self) -> str | None:
        if self.heading is None:
            return None
        return role_of(self.heading.title, is_procedure=self.is_procedure)


def stretches(blocks: Iterable[Block], level: int) -> list[Stretch]:
    """Cut at the headings of this level and above; the first has no heading."""
    found = [Stretch(None)]
    for block in blocks:
        if isinstance(block, Heading) and block.level <= level:
            found.append(Stretch(block))
        else:
            found[-1].blocks.append(block)
    return found


@dataclass(frozen=True, slots=True)
class RunbookText:
    """The blocks of one runbook; `heading` and `anchor` are those of its own section, if any."""

    heading: Heading | None
    anchor: str
    sections: list[Stretch]
    blocks: list[Block]


def runbook_texts(
    blocks: list[Block], declared: Mapping[str, object] | None, *, is_procedure: bool = False
) -> list[RunbookText]:
    """One for the file, or one for each second-level section of a file of several.

    `declared` are the anchors that the front matter gives under `runbooks`. `is_procedure`: the
    file says so of all that it holds.
    """
    level = section_level(blocks, is_procedure=is_procedure)
    if declared is not None:
        return [
            text
            for text in _several(blocks)
            if text.anchor in declared or any(section.role for section in text.sections)
        ]
    several = _several(blocks) if level == 3 else []
    holding = [text for text in several if any(s.role in CORE_ROLES for s in text.sections)]
    if len(holding) >= 2:
        return holding
    title = next((b for b in blocks if isinstance(b, Heading) and b.level < level), None)
    sections = [s for s in stretches(blocks, level) if s.heading and s.heading.level == level]
    return [RunbookText(heading=title, anchor="", sections=sections, blocks=blocks)]


def _several(blocks: list[Block]) -> list[RunbookText]:
    return [
        RunbookText(
            heading=one.heading,
            anchor=one.heading.anchor,
            sections=[s for s in stretches(one.blocks, 3) if s.heading],
            blocks=one.blocks,
        )
        for one in stretches(blocks, 2)
        if one.heading is not None and one.heading.level == 2
    ]


def section_level(blocks: list[Block], *, is_procedure: bool = False) -> int:
    """The level whose headings are sections: the highest that has two of the main roles."""
    roles: dict[int, set[str]] = {level: set() for level in LEVELS}
    for block in blocks:
        if isinstance(block, Heading) and block.level in roles:
            role = role_of(block.title, is_procedure=is_procedure)
            if role in CORE_ROLES:
                roles[block.level].add(role)
    for level in LEVELS:
        if len(roles[level]) >= 2:
            return level
    return next((level for level in USUAL_LEVELS if roles[level]), 2)


def parts(section: Stretch) -> list[Stretch]:
    """A section cut at its highest headings; the first part has none."""
    levels = [block.level for block in section.blocks if isinstance(block, Heading)]
    return stretches(section.blocks, min(levels, default=6))
