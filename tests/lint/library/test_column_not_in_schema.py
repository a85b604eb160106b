"""A query that names a column which its table does not have."""

import pytest

from drillbook.lint.library.column_not_in_schema import LINT
from drillbook.model.lint import Flaw
from lint_trees import told

BOOK = (
    "# Export\n\n## Diagnosis\nSee `db/marks.sql`.\n\n```sql\n{}\n```\n\n## Resolution\nStart it.\n"
)
MARKS = "CREATE TABLE marks (name text, last_event_time timestamptz);"


def flaws(query: str, **files: str) -> list[Flaw]:
    """What is told of a runbook with this query, beside the schema of `marks`."""
    tree = {"runbooks/export.md": BOOK.format(query), "db/marks.sql": MARKS} | files
    return told(LINT, tree, text_of=tree.get)


def test_the_column_is_underlined_and_the_nearest_one_said():
    """Or some of those that there are."""
    (near,) = flaws("SELECT last_event_tme FROM marks")
    assert "the table marks has no column last_event_tme, so the query fails" == near.message
    assert "did you mean last_event_time?" == near.help
    assert (7, 8, 22) == (near.place.line, near.place.column, near.place.end_column)
    (far,) = flaws("SELECT id FROM marks")
    assert "it has last_event_time, name" == far.help


@pytest.mark.parametrize(
    "query",
    [
        "SELECT name, last_event_time FROM marks",
        "SELECT NAME FROM shop.marks",
        "SELECT id FROM others",
        "UPDATE marks SET name = 'x'",
    ],
)
def test_what_is_there_or_nobody_knows_is_fine(query):
    """A table without a schema may have any column."""
    assert [] == flaws(query)


def test_a_column_is_told_once():
    """However often it is asked for."""
    assert 1 == len(flaws("SELECT id FROM marks; SELECT id FROM marks"))


def test_a_schema_that_no_document_names_is_not_looked_for():
    """There may be older ones."""
    book = BOOK.format("SELECT id FROM marks").replace("See `db/marks.sql`.", "Look.")
    assert [] == flaws("", **{"runbooks/export.md": book})
