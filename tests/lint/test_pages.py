"""Every lint has a page, every page a lint, and every example of a page is as it says."""

import re

import pytest

from drillbook.lint.registry import BY_NAME
from drillbook.model.finding import Severity
from lint_pages import Example, examples, linted, of_lint, pages

PAGES = pages()
ALL = [(name, each) for name, text in PAGES.items() for each in examples(name, text)]
EXAMPLES = [
    pytest.param(each, id=f"{name}-{'flagged' if each.is_flagged else 'fine'}-{each.line}")
    for name, each in ALL
]
FLAGGED = [pytest.param(each, id=f"{name}-{each.line}") for name, each in ALL if each.is_flagged]


def test_every_lint_has_a_page_and_every_page_a_lint():
    """The names are the same."""
    assert sorted(BY_NAME) == sorted(PAGES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_as_its_page_says(example: Example, tmp_path):
    """What stands below `Flagged` is flagged by the lint of the page; below `Fine` it is not."""
    found = linted(example, tmp_path)
    said = of_lint(found, example.name)
    assert example.is_flagged is bool(said), found.findings


@pytest.mark.parametrize("name", sorted(BY_NAME.keys() & PAGES.keys()))
def test_a_page_says_what_its_lint_does(name):
    """Title, severity and rung are the lint's own; there is an example of both kinds."""
    lint, text = BY_NAME[name], PAGES[name]
    said = re.search(r"^Severity: (\w+)\. Keeps a runbook from being: (\w+)\.", text, re.MULTILINE)
    assert text.startswith(f"# {name}\n")
    assert said is not None, "the page lacks its line `Severity: …`"
    assert (lint.severity.value, lint.rung.value) == (said[1], said[2])
    assert {True, False} == {each.is_flagged for each in examples(name, text)}


@pytest.mark.parametrize("example", FLAGGED)
def test_a_finding_says_place_cause_and_cure(example: Example, tmp_path):
    """The place is in the text, message and help are one line each, without a full stop."""
    for finding in of_lint(linted(example, tmp_path), example.name):
        lines = example.files.get(finding.place.path, "").splitlines() or [""]
        assert 1 <= finding.place.line <= len(lines) + 1
        assert finding.place.column >= 1
        assert finding.message
        assert finding.help
        assert "\n" not in finding.message + finding.help
        assert not finding.message.endswith(".")
        assert finding.severity in Severity


def test_a_block_without_a_path_or_a_known_language_is_a_slip():
    """A page whose example would be passed over in silence fails."""
    with pytest.raises(ValueError, match="the block of line 3 has no path"):
        examples("x", "## Flagged\n\n```text\nup 1\n```\n")


def test_named_blocks_are_one_tree():
    """Blocks with a path belong together; the others are trees of their own."""
    text = (
        "## Flagged\n`a.md`:\n```markdown\n# A\n```\n`b.md`:\n```markdown\n# B\n```\n"
        "## Fine\n```markdown\n# C\n```\n```toml\n[lint]\n```\n"
    )
    flagged, fine = examples("x", text)
    assert {"a.md": "# A\n", "b.md": "# B\n"} == flagged.files
    assert {"runbooks/example.md": "# C\n", "drillbook.toml": "[lint]\n"} == fine.files
    assert (True, False) == (flagged.is_flagged, fine.is_flagged)
