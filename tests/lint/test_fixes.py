"""Every fix that an example of a page has: it cures, and brings nothing new."""

import re
from collections import Counter
from pathlib import Path

import pytest

from drillbook.lint.fixing import fixed
from drillbook.model.finding import Finding
from lint_pages import Example, examples, lint_folder, linted, pages

FLAGGED = [
    pytest.param(each, id=f"{name}-{each.line}")
    for name, text in pages().items()
    for each in examples(name, text)
    if each.is_flagged and not each.odd
]
TABLE = (Path(__file__).parents[2] / "docs" / "reference" / "lint-output.md").read_text("utf-8")
FIXABLE = set(re.findall(r"^\| \[`([a-z-]+)`\]", TABLE, re.MULTILINE))


def mended(findings: tuple[Finding, ...], files: dict[str, str], root: Path) -> list[Finding]:
    """Write what can be mended; what was done."""
    done: list[Finding] = []
    for path, text in files.items():
        result = fixed(text, [each for each in findings if each.place.path == path and each.fix])
        (root / path).write_text(result.text, encoding="utf-8")
        done += result.done
    return done


@pytest.mark.parametrize("example", FLAGGED)
def test_a_fix_cures_and_brings_nothing_new(example: Example, tmp_path):
    """Of the lints that were mended fewer Findings are left, of the others no more than before."""
    before = linted(example, tmp_path).findings
    done = Counter(each.lint for each in mended(before, example.files, tmp_path))
    after = Counter(each.lint for each in lint_folder(tmp_path, enable=(example.name,)).findings)
    assert after <= Counter(each.lint for each in before) - done
    assert done.keys() <= FIXABLE


def test_the_table_of_fixes_holds_no_other(tmp_path):
    """Each lint of the table has an example that is mended."""
    found = set()
    for number, example in enumerate(each.values[0] for each in FLAGGED):
        if example.name in FIXABLE:
            findings = linted(example, tmp_path / str(number)).findings
            found |= {each.lint for each in findings if each.fix}
    assert FIXABLE == found & FIXABLE
