"""What a terminal is shown of text from outside."""

import pytest

from drillbook.report.plain import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\rb", "a\\rb"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("a\u200bb\ufeffc\u00add", "a\\u200bb\\ufeffc\\xadd"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("a\u3164b\uffa0c\u115fd\u2800e", "a\\u3164b\\uffa0c\\u115fd\\u2800e"),
        ("\ue000", "\\ue000"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_is_obeyed_or_not_seen_is_shown(text, expected):
    """Nothing moves the cursor, turns a line around, ends one, or hides between two letters."""
    assert expected == plain(text)


@pytest.mark.parametrize("text", ["", "a\n\tb", "ä ß 漢字 שלום 👍", "$X | grep 'a' # ~`"])
def test_what_can_be_read_stays_as_it_is(text):
    """In any script."""
    assert text == plain(text)
