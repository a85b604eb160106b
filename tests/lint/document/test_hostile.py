"""Whatever a text holds, the lints of documents say something sensible of it, or nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.lint.ask import of_document
from drillbook.lint.card import card_of
from drillbook.lint.registry import LINTS
from drillbook.model.lint import Circumstances, DocumentLint
from drillbook.read.markdown.runbook import read_document
from told import PATH

AROUND = Circumstances(today=date(2026, 11, 21))
OURS = [lint for lint in LINTS if isinstance(lint, DocumentLint)]
# What the lints look for, and what texts are made of.
PIECES = st.sampled_from(
    [
        "# It\n", "## Symptoms\n", "## Diagnosis\n", "### Option 1\n", "### Option 2\n",
        "## Resolution\n", "## Verification\n", "## Escalation\n", "## Contacts\n", "## Status\n",
        "```sh { name=a timeout=5s }\ndf\n```\n", "```sh\nrm -rf /data <dir> YOUR_ORG\n```\n",
        "```sql\nUPDATE t_watermark SET a = (SELECT max(a_time) FROM t)\n```\n", "```\n", "~~~",
        "```python\nfrom a.b import c\n```\n", "**Healthy:** exit code is 0.\n", "**When:** `a` is",
        " unhealthy.\n", "**Risk:** destructive.\n", "**Loses:** nothing.\n", "**Recovered:** x\n",
        "---\n", "owner: a\n", "severity: critcal\n", "escalation: []\n", "reviewed: 2020-13-01\n",
        "kind: procedure\n", "- [ ] box\n", "- [x] box\n", "Status: Complete ✅\n", "TBD\n",
        "| a | Contact |\n|---|---|\n| b | |\n", "| Not Started |\n", "Next review: 2020-01-01\n",
        "[x](#it)\n", "[x](https://example.com)\n", "555-0100\n", "<!--", "-->", "`", "\0", "\r\n",
        "\ufeff", "\ud800", " ", "\t", "> ", "- ", "1. ", "{{TEAM}}", "[Your team]", "é́", "\n",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=60).map("".join))
def test_no_text_raises_and_every_place_is_in_it(text: str) -> None:
    """Also of texts that no editor would write."""
    document = read_document(text, PATH)
    for found in of_document(document, OURS, AROUND):
        place = found.place
        assert PATH == place.path
        assert 1 <= place.line <= len(document.lines)
        line = document.lines[place.line - 1]
        assert 1 <= place.column <= place.end_column <= len(line) + 1
        assert "\n" not in found.message + found.help
        assert found.message
        assert found.help


@given(st.lists(PIECES, max_size=40).map("".join))
def test_what_others_have_to_know_of_a_text_can_always_be_said(text: str) -> None:
    """Its references stand in it."""
    document = read_document(text, "runbooks/disk.md")
    for reference in card_of(document).references:
        assert 1 <= reference.place.line <= len(document.lines)
        assert reference.target or reference.kind


@given(st.lists(PIECES, max_size=40).map("".join))
def test_the_same_text_is_told_the_same(text: str) -> None:
    """What is kept of one time holds for the next."""
    document = read_document(text, PATH)
    first = list(of_document(document, OURS, AROUND))
    assert first == list(of_document(read_document(text, PATH), OURS, AROUND))


UNITS = (
    "a@", "555-", "[name ", "your-name-", "`", "<!--", "✅", "Status:::", "[ ] ", "| ", "# ",
    "last reviewed: ", "max(a_time) ", "docker network rm -f ", "`a/b/", "- - - ", "from a.b.c.",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_a_hundred_thousand_times_is_read_to_its_end(unit: str) -> None:
    """The time grows with the length alone: this ends, and says where."""
    many = (unit * 100_000)[:100_000]
    text = (
        f"# It\n\n## Contacts\n{many}\n\n## Diagnosis\n```sh\n{many}\n```\n## Resolution\n{many}\n"
    )
    document = read_document(text, PATH)
    for found in of_document(document, OURS, AROUND):
        assert 1 <= found.place.line <= len(document.lines)
