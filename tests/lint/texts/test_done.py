"""Where a document claims to be complete."""

from drillbook.lint.texts.done import Box, Claim, claims_of, open_boxes
from drillbook.model.document import Document
from drillbook.read.markdown.runbook import read_document


def read(text: str) -> Document:
    """A report."""
    return read_document(text, "docs/report.md")


def test_a_title_reaches_to_the_next_of_its_level():
    """Deeper ones are part of it."""
    document = read("# It\n\n## A ✅\nx\n### B\ny\n## C\nz\n")
    assert [Claim("A ✅", 3, 4, 7)] == list(claims_of(document))


def test_the_title_of_the_document_is_about_all_of_it():
    """Its criteria, not its checklists."""
    document = read("# It - COMPLETE\n\n## A\nx\n")
    assert [Claim("It - COMPLETE", 1, 2, 6, is_of_all=True)] == list(claims_of(document))


def test_a_status_at_the_head_is_about_all_of_it():
    """Its line is kept."""
    document = read("# It\n\nOwner: Ann\n**Status:** Complete\n\n## A\nStatus: Complete\n")
    assert [Claim("**Status:** Complete", 4, 1, 9, is_of_all=True)] == list(claims_of(document))


def test_a_box_knows_whether_it_is_a_criterion():
    """By any title above it."""
    text = "# It\n## Tasks\n### One\n- [ ] a\n- [x] b\n## Words\n- [ ] c\n- [ ] d (optional)\n"
    assert [Box(4, True), Box(7, False)] == open_boxes(read(text))


def test_a_title_that_is_optional_frees_all_its_boxes():
    """Nobody has to tick them."""
    assert [] == open_boxes(read("# It\n## Tasks (optional)\n- [ ] a\n### More\n- [ ] b\n"))
