"""A runbook without a resolution."""

from drillbook.lint.document.runbook_without_resolution import LINT
from told import FRONT, WHOLE, severities, told

WITHOUT = "# It\n\n## Symptoms\nWrites fail.\n\n## Diagnosis\nLook.\n"


def test_the_title_of_the_runbook_is_underlined():
    """Whoever follows it ends with a diagnosis."""
    assert ["5: # It"] == told(LINT, FRONT + WITHOUT)


def test_a_resolution_by_any_of_its_names_is_one():
    """The synonyms of public runbooks."""
    assert [] == told(LINT, WHOLE)
    assert [] == told(LINT, WHOLE.replace("## Resolution", "## Mitigation Steps"))


def test_a_procedure_needs_one_as_well():
    """Its steps are those of its resolution."""
    assert ["4: # It"] == told(LINT, "---\nkind: procedure\n---\n" + WITHOUT)


def test_plain_markdown_is_told_in_a_note():
    """It never said that it wants to be run."""
    assert ["note"] == severities(LINT, WITHOUT)


def test_a_title_that_is_not_understood_may_be_the_resolution():
    """In plain Markdown only."""
    text = WITHOUT + "\n## Bring it back\nStart it.\n"
    assert [] == told(LINT, text)
    assert ["5: # It"] == told(LINT, FRONT + text)


def test_without_any_section_that_alone_is_the_flaw():
    """`runbook-without-sections` says it."""
    assert [] == told(LINT, FRONT + "# It\n\n## Words\nMore.\n")
