"""A step without a name of its own."""

import pytest

from drillbook.lint.document.step_without_name import LINT
from drillbook.model.finding import Fix
from drillbook.read.markdown.runbook import read_document
from told import FRONT, PATH, findings, severities, told


def check(fence: str, title: str = "How full is it?") -> str:
    """A check with this first line of its fence."""
    return f"{FRONT}# It\n\n## Diagnosis\n### {title}\n{fence}\ndf\n```\n"


def fixed(text: str, fix: Fix | None) -> str:
    """The text after the cure."""
    assert fix is not None
    lines = text.split("\n")
    line, at = lines[fix.place.line - 1], fix.place.column - 1
    assert (fix.place.line, fix.place.column) == (fix.place.end_line, fix.place.end_column)
    lines[fix.place.line - 1] = line[:at] + fix.text + line[at:]
    return "\n".join(lines)


def test_the_fence_is_underlined():
    """A When that names it finds nothing once the heading is worded better."""
    assert ["9: ```sh"] == told(LINT, check("```sh"))
    assert "write ```sh { name=how-full-is-it }" == findings(LINT, check("```sh"))[0].help


def test_a_named_step_is_fine():
    """Whatever it is called."""
    assert [] == told(LINT, check("```sh { name=x }"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("```sh", "```sh { name=how-full-is-it }"),
        ("```sh  ", "```sh { name=how-full-is-it }  "),
        ("   ```bash", "   ```bash { name=how-full-is-it }"),
        ("```sh { timeout=5s }", "```sh { name=how-full-is-it timeout=5s }"),
        ("```sh {timeout=5s}", "```sh { name=how-full-is-it timeout=5s}"),
    ],
)
def test_the_fix_gives_it_the_name_that_it_has_today(before, after):
    """So that every sentence that names it still does."""
    text = check(before)
    (found,) = findings(LINT, text)
    assert after in fixed(text, found.fix).split("\n")
    (runbook,) = read_document(fixed(text, found.fix), PATH).runbooks
    assert ("how-full-is-it", True) == (
        runbook.checks[0].step.name,
        runbook.checks[0].step.is_named,
    )


def test_a_name_that_a_fence_cannot_say_is_not_put_there():
    """Letters of other scripts are no simple value."""
    (found,) = findings(LINT, check("```sh", "Wie voll ist die Größe?"))
    assert found.fix is None


def test_a_fence_with_words_behind_its_language_is_left_as_it_is():
    """What they mean is not ours to say."""
    (found,) = findings(LINT, check("```sh title=disk"))
    assert found.fix is None


def test_a_step_that_is_no_check_is_worth_a_note():
    """No sentence speaks of it."""
    text = f"{FRONT}# It\n\n## Resolution\n### Start\n```sh\ntrue\n```\n"
    assert ["note"] == severities(LINT, text)
    assert ["warning"] == severities(LINT, check("```sh"))


def test_plain_markdown_is_told_once_and_left_as_it_is():
    """All its steps lack it."""
    plain = "# It\n\n## Diagnosis\n" + "```sh\ndf\n```\nWords.\n" * 3
    (found,) = findings(LINT, plain)
    assert (4, None, "note") == (found.place.line, found.fix, found.severity.value)
