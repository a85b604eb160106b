"""Every fix that an example of a page has: it cures, and brings nothing new."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.lint.mending.fixing import fixed
from drillbook.model.finding import Finding
from drillbook.read.markdown.runbook import read_document
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


PIECES = st.sampled_from(
    [
        "---\n",
        "Owner: a\n",
        "OWNER: b\r\n",
        "severity: low\n",
        "# Disk\n",
        "## Diagnosis\n\n",
        "## Resolution\r\n\r\n",
        "```sh { name=a name=a }\n",
        "```sh { Timeout=5s timeout='5s'\n",
        '~~~bash {timeout="5s" On=x}\r\n',
        "  ````shell { name=a\n",
        "$ df\n",
        "df\n",
        "```\n",
        "  ````\n",
        "~~~\r\n",
        "- x\n\n",
        "\ufeff",
        "\u2028 \x0c",
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_whatever_is_read_mending_comes_to_an_end(text):
    """Each round leaves fewer flaws, until none is left that is mechanical; lines stay lines."""
    lines = text.count("\n")
    while fixable := [each for each in read_document(text, "a.md").findings if each.fix]:
        result = fixed(text, fixable)
        assert result.done
        before = len(read_document(text, "a.md").findings)
        assert len(read_document(result.text, "a.md").findings) < before
        text = result.text
    assert lines == text.count("\n")
