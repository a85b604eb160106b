"""Plain Markdown keeps its lines; fences get names, placeholders and variables become inputs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.convert.formats import markdown
from drillbook.model.finding import Severity
from drillbook.read.markdown.runbook import read_document
from sources import only, sample, source_of, steps_of


def converted(text, owner="ops"):
    return only(markdown.convert(source_of(text, "a page.md", owner)))


def test_a_page_with_sections_keeps_them():
    """Also fences in lists; what bash cannot fill in stays and is said."""
    runbook, text, leftovers = only(markdown.convert(sample("plain.md")))
    (check,) = runbook.checks
    assert "diagnosis" == check.step.name
    assert 'queuectl --host "${QUEUE_HOST}" depth "$QUEUE"' in check.step.command
    assert "   ```bash { name=diagnosis }" in text
    assert ["queue_host", "tag"] == [one.name for one in runbook.inputs]
    assert any("QUEUE is set in another fence" in message for message in leftovers)
    assert any("<queue-host> stays where it is" in message for message in leftovers)


def test_a_page_without_sections_becomes_a_procedure():
    """From the first step's heading on, its headings two levels below."""
    runbook, text, _ = converted(
        "# Deploy it\n\nWords.\n\nBefore\n------\n\n```sh\na\n```\n\n## After\n\n```sh\nb\n```\n"
    )
    assert ("procedure", "Deploy it") == (runbook.kind.value, runbook.title)
    (option,) = runbook.options
    assert ["before", "after"] == [step.name for step in option.steps]
    assert "#### Before\n\n\n```sh" in text
    assert "#### After" in text
    assert text.index("Words.") < text.index("## Procedure")


@pytest.mark.parametrize(
    ("fence", "first"),
    [
        ("```sh\n$ ls\nx\n```", "```console { name=t }"),
        ("```zsh\nls\n```", "```sh { name=t }"),
        ("~~~bash\nls\n~~~", "~~~bash { name=t }"),
        ("```sh title=x {timeout=5s}\nls\n```", "```sh { name=t timeout=5s }"),
        ("```sql\nSELECT 1\n```", "```sql { name=t }"),
        ("```go\nx\n```", "```go"),
        ("```\nx\n```", "```"),
        ("```sh\n```", "```sh"),
    ],
)
def test_only_fences_that_run_are_touched(fence, first):
    """And of them only the line with the ticks."""
    _, text, _ = converted(f"# T\n\n{fence}\n")
    assert first in text.splitlines()


def test_front_matter_that_is_there_stays():
    """Keys that it has are not written twice."""
    page = "---\nowner: me\ntags: [a]\ninputs:\n  x: {}\n---\n# T\n\n```sh\nls $Y <zone>\n```\n"
    runbook, text, leftovers = converted(page)
    assert ("me", 1) == (runbook.owner, text.count("owner:"))
    assert "tags: [a]" in text
    assert any("the inputs zone, y are not added" in message for message in leftovers)


def test_nothing_to_run_is_said():
    """The page is the same page."""
    _, text, leftovers = converted("# T\n\nWords.\n", owner="")
    assert "# T\n\nWords.\n" == text
    assert ["nothing in it can be run: no fence has a language that runs"] == leftovers


def test_steps_of_one_heading_have_names_of_their_own():
    """Also where the author named two alike."""
    runbook, _, _ = converted("# T\n\n```sh\na\n```\n\n```sh\nb\n```\n\n```sh {name=t}\nc\n```\n")
    assert ["t", "t-2", "t-3"] == list(steps_of(runbook))


PAGE_LINES = (
    "# A", "## B", "### C", "words", "```sh", "```", "  ```bash", "~~~", "ls <a-b> $C", "", "---",
    "===", "- x", "> y", "**Risk:** none.", "<!-- z -->", "\t```sh { name=q", "$ ls",
    "## Diagnosis",
)  # fmt: skip
LINES = st.lists(st.sampled_from(PAGE_LINES), max_size=25)


@given(LINES)
def test_any_page_converts_without_new_errors_of_reading(lines):
    """What it brings is at most what the page had; the same page gives the same."""
    text = "\n".join(lines)
    source = source_of(text, "a.md")
    done = markdown.convert(source)
    assert done.files == markdown.convert(source).files
    (made,) = done.files.values()
    before = {f.lint for f in source.document.findings if f.severity is Severity.ERROR}
    after = {f.lint for f in read_document(made, "a.md").findings if f.severity is Severity.ERROR}
    assert after <= before | {"sentence-out-of-place", "duplicate-sentence"}
