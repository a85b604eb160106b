"""An escalation that names nobody."""

import pytest

from drillbook.lint.document.escalation_to_nobody import LINT
from told import PLAIN, WHOLE, findings, told


def escalating(text: str) -> str:
    """A runbook with this escalation."""
    return f"{PLAIN}\n## Escalation\n{text}\n"


@pytest.mark.parametrize(
    "text",
    ["", "<!-- who? -->", "If nothing helps after half an hour, escalate.", "critical: at once"],
)
def test_conditions_alone_reach_nobody(text):
    """Its title is underlined."""
    assert ["15: ## Escalation"] == told(LINT, escalating(text))
    assert '"Escalation" names nobody to ask' == findings(LINT, escalating(text))[0].message


@pytest.mark.parametrize(
    "text",
    [
        "After half an hour the storage team.",
        "Page the on-call.",
        "#incidents",
        "storage@orders.test",
        "[Who to ask](people.md)",
        "Open a ticket.",
        "0160 123456",
        "After ten minutes, Alice Smith.",
        "- Alice",
        "| Alice | Bob |",
        " ".join(["word"] * 80),
    ],
)
def test_anybody_who_may_be_named_counts(text):
    """Also in ways that we do not know."""
    assert [] == told(LINT, escalating(text))


@pytest.mark.parametrize("empty", ["[]", "", "null", "~", "''", "[ ]  # later"])
def test_an_empty_key_is_underlined(empty):
    """Somebody meant to write something."""
    text = WHOLE.replace("---\n# ", f"escalation: {empty}\n---\n# ")
    assert [f"4: escalation: {empty}".rstrip()] == told(LINT, text)


@pytest.mark.parametrize("entries", ["[storage]", "\n  - storage", "\n- storage", "storage"])
def test_a_key_with_an_entry_is_fine(entries):
    """In any form of YAML."""
    assert [] == told(LINT, WHOLE.replace("---\n# ", f"escalation: {entries}\n---\n# "))


def test_a_key_answers_for_the_section():
    """The section then only says when."""
    text = WHOLE.replace("---\n# ", "escalation: [storage]\n---\n# ")
    assert [] == told(LINT, f"{text}\n## Escalation\nAt once.\n")


def test_a_runbook_without_any_escalation_is_fine():
    """Its alert may say who is asked."""
    assert [] == told(LINT, WHOLE)
