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


@pytest.mark.parametrize(
    ("is_adopted", "sentence"),
    [
        (True, "**Healthy:** number is below 95."),
        (True, "**Capture:** `lag` is number."),
        (True, "**Loses:** nothing."),
        (False, "**Healthy**: all pods Running"),
        (True, "**When:** `disk-used` is unhealthy."),
        (True, "**When:** not (`disk-used` is healthy)."),
        (True, "**Risk:** disruptive. Clients reconnect."),
        (True, "**Expect:** exit code is 0."),
        (False, "**When:** after business hours"),
        (False, "**Risk:** Medium"),
        (False, "**Risk**: None"),
        (False, "**Expect:** some minutes of silence"),
        (False, "**Undo:** see above"),
    ],
)
def test_words_that_any_text_has_in_bold_adopt_nothing(is_adopted: bool, sentence: str) -> None:
    """Only what follows them says whether the sentence is ours."""
    text = f"# It\n\n## Resolution\n\n{sentence}\n"
    assert is_adopted is read_document(text, "runbooks/disk.md").is_adopted


@pytest.mark.parametrize(
    ("is_adopted", "front"),
    [
        (True, "alerts: [DiskFull]"),
        (True, "kind: procedure"),
        (True, "owner: storage\nseverity: critical"),
        (True, "owner: storage\ntitle: Disk\nobjectives: {detect: 2m}"),
        (True, "runbooks: {disk: {owner: storage}}"),
        (False, "owner: storage"),
        (False, "owner: storage\nseverity: critical\nservice: disks\ntags: [runbook]"),
        (False, "severity: high\ntitle: Disk"),
        (False, "title: Disk\nweight: 20"),
    ],
)
def test_front_matter_adopts_by_what_only_we_have(is_adopted: bool, front: str) -> None:
    """An owner, a severity and a service stand in that of many others."""
    text = f"---\n{front}\n---\n# It\n\n## Diagnosis\n\nLook.\n"
    assert is_adopted is read_document(text, "runbooks/disk.md").is_adopted
