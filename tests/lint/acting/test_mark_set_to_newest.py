"""A watermark that is set to the newest row."""

import pytest

from drillbook.lint.acting.mark_set_to_newest import LINT
from told import PLAIN, told

SET = "UPDATE export_watermarks SET last_at = {} WHERE name = 'orders';"


def resolving(*blocks: str) -> str:
    """A runbook that runs these blocks, the first from line 16 on."""
    fences = "".join(f"```sql\n{block}\n```\n" for block in blocks)
    return f"{PLAIN}\n## Resolution\n{fences}"


@pytest.mark.parametrize(
    "newest",
    [
        "(SELECT max(event_time) FROM orders)",
        "(select MAX( o.created_at ) from shop.orders)",
        "(SELECT max(sequence_number) AS n FROM orders)",
    ],
)
def test_the_statement_is_underlined(newest):
    """All that was not copied before counts as copied."""
    assert ["17: UPDATE export_watermarks"] == told(LINT, resolving(SET.format(newest)))


def test_the_newest_row_may_have_been_asked_for_before():
    """In a block under the same heading, from where it is typed in."""
    asked = "SELECT max(event_time) FROM orders;"
    text = resolving(asked, SET.format("'TIME FROM ABOVE'"))
    assert ["20: UPDATE export_watermarks"] == told(LINT, text)


@pytest.mark.parametrize(
    "newest",
    [
        "(SELECT max(event_time) FROM cold.orders)",
        "(SELECT max(event_time) FROM orders_archive)",
        "'2026-11-21 10:00:00'",
        "(SELECT min(event_time) FROM orders)",
    ],
)
def test_what_the_copy_holds_is_what_the_mark_should_be(newest):
    """And a moment that somebody chose was chosen."""
    assert [] == told(LINT, resolving(SET.format(newest)))


def test_other_tables_have_newest_rows_too():
    """Only a mark says how far a copy has come."""
    assert [] == told(LINT, resolving("UPDATE totals SET at = (SELECT max(at_time) FROM orders);"))
