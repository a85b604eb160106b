"""A claim where boxes are not ticked."""

import pytest

from drillbook.lint.document.claim_above_unticked_boxes import LINT
from told import findings, severities, told

PATH = "docs/story.md"
OPEN = "\n## Acceptance criteria\n- [x] One\n- [ ] Two\n- [ ] Three\n"


@pytest.mark.parametrize(
    "claim",
    [
        "**Status:** COMPLETE",
        "Status: ✅ Complete",
        "**Gate:** PASS",
        "- **Overall status**: done",
        "Status: 100 %",
        "Status: Ready for Done",
    ],
)
def test_a_status_of_the_document_is_about_its_criteria(claim):
    """It is underlined as it stands."""
    (found,) = findings(LINT, f"# It\n\n{claim}\n{OPEN}", path=PATH)
    assert (3, "2 boxes are not ticked, the first on line 7") == (
        found.place.line,
        found.message.removeprefix("this says it is done, but "),
    )
    assert ["warning"] == severities(LINT, f"# It\n\n{claim}\n{OPEN}", path=PATH)


@pytest.mark.parametrize(
    "claim",
    [
        "**Status:** In progress",
        "**Status:** Not complete",
        "**Status:** complete but for the drills",
        "**Status:** Done when all boxes are ticked",
        "**Status:** partially complete",
        "The status: completed runs are listed below if any",
        "We will be done soon.",
    ],
)
def test_a_status_that_leaves_something_open_is_honest(claim):
    """So are its boxes."""
    assert [] == told(LINT, f"# It\n\n{claim}\n{OPEN}", path=PATH)


def test_a_status_section_says_it_in_one_line():
    """Wherever it stands."""
    text = f"# It\n{OPEN}\n## Recommended Status\nReady for Done\n"
    assert ["9: Ready for Done"] == told(LINT, text, path=PATH)


def test_a_status_of_some_part_further_down_is_not_that_of_the_document():
    """It may be one of a service."""
    assert [] == told(LINT, f"# It\n{OPEN}\n## Words\nStatus: complete\n", path=PATH)


@pytest.mark.parametrize("title", ["Drills ✅", "Drills: PASSED", "Drills - Complete", "DONE"])
def test_a_title_is_about_the_boxes_below_it(title):
    """Whatever they are for."""
    text = f"# It\n\n## {title}\n- [ ] One\n\n## More\n- [ ] Two\n"
    (found,) = findings(LINT, text, path=PATH)
    assert (3, "one box is not ticked, on line 4" in found.message) == (found.place.line, True)


def test_boxes_for_whoever_follows_the_document_stay_open():
    """A checklist is ticked on another copy."""
    text = "# It\n\n**Status:** Complete\n\n## Before you begin\n- [ ] Look at the backup\n"
    assert [] == told(LINT, text, path=PATH)
    assert [] == told(LINT, "# It ✅\n\n## Next steps\n- [ ] Tell everyone\n", path=PATH)


@pytest.mark.parametrize("why", ["(optional)", "SKIPPED", "deferred", "~~gone~~", "n/a"])
def test_a_box_that_need_not_be_ticked_does_not_count(why):
    """It says so itself."""
    text = f"# It\n\nStatus: complete\n\n## Tasks\n- [ ] One {why}\n"
    assert [] == told(LINT, text, path=PATH)


def test_ticked_boxes_are_no_flaw():
    """That is what the claim says."""
    text = "# It\n\nStatus: complete\n\n## Tasks\n- [x] One\n- [X] Two\n"
    assert [] == told(LINT, text, path=PATH)


def test_a_long_row_of_marks_takes_no_time():
    """The time grows with the length alone."""
    title = "✅" * 50_000
    text = f"# {title}x\n\nStatus{':' * 50_000}x\n\n## Tasks\n- [ ] One\n"
    assert [] == told(LINT, text, path=PATH)
