"""A contact that reaches nobody."""

import pytest

from drillbook.lint.document.contact_not_usable import LINT
from told import PLAIN, findings, told


def contacts(text: str, title: str = "Contacts") -> str:
    """A runbook with these contacts from line 16 on."""
    return f"{PLAIN}\n## {title}\n{text}\n"


@pytest.mark.parametrize(
    "said",
    [
        "storage@example.com",
        "on-call@yourcompany.com",
        "dba@ops.example.org",
        "555-0100",
        "+1-555-0123",
        "+1 (212) 555-0199",
        "X" * 3 + "-" + "X" * 4,
        "+1-xxx-xxx-xxxx",
        "[phone number]",
        "<name>",
        "[Your name here]",
    ],
)
def test_what_nobody_answers_is_underlined(said):
    """A number of films, an address of examples, a name that was never filled in."""
    assert [f"16: {said}"] == told(LINT, contacts(f"Storage: {said}"))


@pytest.mark.parametrize(
    "said",
    [
        "storage@orders.test",
        "+49 30 5550100",
        "error 555-12",
        "10.555-0100-3",
        "[name](people.md)",
        "me@example.company.test",
        "in the 555 3000 range",
    ],
)
def test_what_somebody_may_answer_is_fine(said):
    """Numbers and names of other shapes."""
    assert [] == told(LINT, contacts(f"Storage: {said}"))


TABLE = "| Role | Name | Phone |\n|---|---|---|\n"


@pytest.mark.parametrize("row", ["| Storage | | |", "| Storage | - | — |", "Storage | | ? |"])
def test_a_row_without_anybody_is_underlined(row):
    """Only its first cell says something."""
    assert [f"18: {row}"] == told(LINT, contacts(f"{TABLE}{row}"))
    assert 'nobody is named for "Storage"' == findings(LINT, contacts(f"{TABLE}{row}"))[0].message


@pytest.mark.parametrize(
    "table",
    [
        f"{TABLE}| Storage | Ann | |",
        f"{TABLE}| **Storage** | | |",
        "| Error | Count |\n|---|---|\n| Timeout | |",
        f"{TABLE}| | | |",
    ],
)
def test_other_rows_are_fine(table):
    """One way to reach them is enough; a row in bold is a title; other tables are no contacts."""
    assert [] == told(LINT, contacts(table))


@pytest.mark.parametrize("title", ["Escalation path", "On-call", "Emergency", "Who to ask: phone"])
def test_any_title_of_contacts_counts(title):
    """And all below it, down to the next of its level."""
    text = contacts("### Storage\n555-0100\n\n## Words\n555-0101 of contacts", title)
    assert ["17: 555-0100"] == told(LINT, text)


def test_numbers_elsewhere_are_no_contacts():
    """An address in a command is another lint's."""
    assert [] == told(LINT, contacts("Contact: 555-0100", "Diagnosis of numbers"))


def test_a_long_word_takes_no_time():
    """The time grows with the length alone."""
    assert [] == told(LINT, contacts("a" * 200_000 + " " + "a." * 100_000))
