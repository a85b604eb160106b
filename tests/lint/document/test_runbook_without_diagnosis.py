"""A runbook without a diagnosis."""

from drillbook.lint.document.runbook_without_diagnosis import LINT
from told import FRONT, WHOLE, severities, told

WITHOUT = "# It\n\n## Symptoms\nWrites fail.\n\n## Resolution\nDelete.\n"


def test_the_whole_title_of_the_runbook_is_underlined():
    """There is no place where a missing section would stand."""
    assert ["5: # It"] == told(LINT, FRONT + WITHOUT)


def test_a_diagnosis_by_any_of_its_names_is_one():
    """The synonyms of public runbooks."""
    assert [] == told(LINT, WHOLE)
    assert [] == told(LINT, WHOLE.replace("Diagnosis", "Investigation Steps"))


def test_a_procedure_needs_none():
    """It is started by name, when somebody has decided."""
    assert [] == told(LINT, "---\nkind: procedure\n---\n" + WITHOUT)


def test_plain_markdown_is_told_in_a_note():
    """It never said that it wants to be run."""
    assert ["note"] == severities(LINT, WITHOUT)
    assert ["warning"] == severities(LINT, FRONT + WITHOUT)


def test_a_title_that_is_not_understood_may_be_the_diagnosis():
    """In plain Markdown only; a file that uses our format has to use its words."""
    text = WITHOUT.replace("## Resolution", "## What the logs say\nLook.\n\n## Resolution")
    assert [] == told(LINT, text)
    assert ["5: # It"] == told(LINT, FRONT + text)


def test_without_any_section_that_alone_is_the_flaw():
    """`runbook-without-sections` says it."""
    assert [] == told(LINT, FRONT + "# It\n\n## Words\nMore.\n")


def test_each_runbook_of_a_file_is_asked():
    """The second one lacks it."""
    first = "## One\n### Diagnosis\nLook.\n### Resolution\nAct.\n"
    second = "## Two\n### Symptoms\nIt fails.\n### Resolution\nAct.\n"
    assert ["10: ## Two"] == told(LINT, FRONT + first + second)
