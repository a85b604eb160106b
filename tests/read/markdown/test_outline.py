"""Which headings of a file are runbooks, which are sections, which are parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.document import Heading, Prose
from drillbook.read.markdown.blocks import read_blocks, text_lines
from drillbook.read.markdown.outline import (
    RunbookText,
    Stretch,
    parts,
    runbook_texts,
    section_level,
    stretches,
)

LINES = ("# A", "## Diagnosis", "## Notes", "### Resolution", "### Verify", "#### A", "words", "")


def texts(text: str, declared: dict[str, object] | None = None) -> list[RunbookText]:
    """The runbooks of a text."""
    return runbook_texts(read_blocks(text_lines(text)), declared)


def titles(found: list[Stretch]) -> list[str | None]:
    """What each stretch begins with."""
    return [one.heading.title if one.heading else None for one in found]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("## Diagnosis\n## Resolution", 2),
        ("# Diagnosis\n# Resolution", 1),
        ("# T\n### Diagnosis\n### Resolution", 3),
        ("#### Diagnosis\n#### Resolution", 4),
        ("# Summary\n## Diagnosis\n## Resolution", 2),
        ("# Summary\n## Diagnosis", 2),
        ("### Diagnosis", 3),
        ("# Diagnosis", 1),
        ("##### Diagnosis\n##### Resolution", 2),
        ("## Diagnosis\n## Investigation", 2),
        ("## See also\n## Escalation\n### Diagnosis\n### Resolution", 3),
        ("## Diagnosis\n### Diagnosis\n### Resolution", 3),
        ("nothing at all", 2),
        ("", 2),
    ],
)
def test_sections_are_the_highest_level_with_two_of_the_main_roles(text: str, level: int) -> None:
    """A title that is a synonym by chance does not make its level the one of the sections."""
    assert level == section_level(read_blocks(text_lines(text)))


def test_a_file_is_one_runbook_under_its_first_title() -> None:
    """Headings above the sections give the title, headings below belong to the sections."""
    (one,) = texts("# Title\nwords\n## Diagnosis\n### Why\n## Resolution\n")
    assert one.heading is not None
    assert ("Title", "") == (one.heading.title, one.anchor)
    assert ["Diagnosis", "Resolution"] == titles(one.sections)
    assert ["Why"] == [
        block.title for block in one.sections[0].blocks if isinstance(block, Heading)
    ]


def test_a_file_without_a_title_has_none() -> None:
    """The first section's title is not taken for the runbook's."""
    (one,) = texts("## Diagnosis\n## Resolution\n")
    assert one.heading is None


def test_a_second_title_ends_the_sections_before_it() -> None:
    """What stands under another first-level heading is no part of the last section."""
    (one,) = texts("# A\n## Diagnosis\n## Resolution\nmine\n# B\nnot mine\n")
    assert [Prose(text="mine", line=4)] == one.sections[1].blocks


SEVERAL = """# Runbooks
## One
### Diagnosis
### Resolution
## Contacts
### Escalation
## Two
### Symptoms
### Fix
"""


def test_a_file_of_several_is_seen_without_being_told() -> None:
    """Each second-level section that holds main roles is a runbook; contacts are none."""
    assert ["one", "two"] == [one.anchor for one in texts(SEVERAL)]


def test_declared_anchors_are_runbooks_even_without_sections() -> None:
    """The front matter's word counts; what has sections of its own is one as well."""
    declared: dict[str, object] = {"empty": {}, "missing": {}}
    found = texts(SEVERAL + "## Empty\nwords\n## Other\nwords\n", declared)
    assert ["one", "contacts", "two", "empty"] == [one.anchor for one in found]


def test_one_holder_alone_does_not_make_a_file_of_several() -> None:
    """Third-level sections under a single heading are those of the file."""
    (one,) = texts("# T\n## Steps\n### Diagnosis\n### Resolution\n## Links\nwords\n")
    assert ("", ["Diagnosis", "Resolution"]) == (one.anchor, titles(one.sections))


def test_two_runbooks_with_one_title_have_two_anchors() -> None:
    """Whoever links to the second does not come to the first."""
    text = "## Down\n### Diagnosis\n### Fix\n## Down\n### Diagnosis\n### Fix\n"
    assert ["down", "down-1"] == [one.anchor for one in texts(text)]


def test_parts_are_cut_at_the_highest_heading_there_is() -> None:
    """Options may stand at any level below their section, but all at the same."""
    blocks = read_blocks(text_lines("words\n##### A\na\n##### B\n###### b\n"))
    assert [None, "A", "B"] == titles(parts(Stretch(None, blocks)))


def test_a_section_without_headings_is_one_part() -> None:
    """All of it stands before the first heading."""
    blocks = read_blocks(text_lines("one\n\ntwo\n"))
    (only,) = parts(Stretch(None, blocks))
    assert (None, blocks) == (only.heading, only.blocks)


@given(st.lists(st.sampled_from(LINES), max_size=30), st.integers(1, 6))
def test_cutting_loses_no_block_and_keeps_their_order(lines: list[str], level: int) -> None:
    """What a stretch holds, with its heading before it, is the file again."""
    blocks = read_blocks(lines)
    again = []
    for stretch in stretches(blocks, level):
        again += [stretch.heading, *stretch.blocks] if stretch.heading else stretch.blocks
    assert blocks == again


@given(st.lists(st.sampled_from(LINES), max_size=40), st.booleans())
def test_no_file_puts_one_section_into_two_runbooks(lines: list[str], is_declared: bool) -> None:
    """However the headings stand: sections are told apart by their lines."""
    found = runbook_texts(read_blocks(lines), {"a": {}} if is_declared else None)
    places = [section.heading.line for one in found for section in one.sections if section.heading]
    assert sorted(set(places)) == places
