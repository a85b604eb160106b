"""What the rest of the tree has to know of a file."""

import pytest

from drillbook.read.markdown.runbook import read_document


@pytest.mark.parametrize(
    ("is_runbook", "path", "titles"),
    [
        pytest.param(True, "ops/disk.md", "Symptoms,Resolution", id="two telling sections"),
        pytest.param(True, "ops/disk.md", "Meaning,Mitigation", id="their synonyms"),
        pytest.param(True, "runbooks/disk.md", "Overview", id="the folder says runbook"),
        pytest.param(True, "alerts/Disk.md", "Troubleshooting", id="the folder says alert"),
        pytest.param(False, "docs/build.md", "Overview,Troubleshooting", id="any manual"),
        pytest.param(False, "docs/build.md", "Symptoms,Impact", id="two titles of one role"),
        pytest.param(False, "runbooks/README.md", "Overview", id="a folder's own page"),
        pytest.param(False, "post-mortems/1.md", "Impact,Root Cause,Resolution", id="a report"),
        pytest.param(True, "alerts/TemplateValidatorDown.md", "Meaning", id="about a template"),
        pytest.param(False, "runbooks/_index.md", "Overview", id="a list of others"),
        pytest.param(False, "runbooks/template.md", "Symptoms,Resolution", id="to be filled in"),
        pytest.param(False, "runbooks/words.md", "Words,References", id="nothing to follow"),
        pytest.param(False, "docs/alerts.md", "Overview", id="about alerts, beside no others"),
        pytest.param(False, "design/alerting.md", "Overview,Solution", id="a design"),
    ],
)
def test_what_makes_markdown_a_runbook(is_runbook: bool, path: str, titles: str) -> None:
    """Titles that any manual has are none that say it."""
    text = "# It\n\n" + "\n\n".join(f"## {title}\n\nWords." for title in titles.split(","))
    assert is_runbook is read_document(text, path).is_runbook


def test_a_report_that_uses_our_format_is_a_runbook() -> None:
    """Who writes a condition wants it to be evaluated, whatever the file is called."""
    text = "# It\n\n## Words\n\n**Healthy:** exit code is 0.\n"
    assert read_document(text, "post-mortems/1.md").is_runbook


def test_a_sentence_in_backticks_is_only_shown():
    """A page about the format wants nothing to be run."""
    shown = "# It\n\n## Words\n\nAdd `**Healthy:**` below it.\n"
    assert not read_document(shown, "docs/format.md").is_adopted
    assert read_document(shown + "\n**Healthy:** exit code is 0.\n", "docs/format.md").is_adopted
