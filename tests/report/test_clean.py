"""Text from outside is made harmless and stays readable."""

import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.report.clean import bounded, clean, one_line

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain äöü ✓ 漢字 🎉", "plain äöü ✓ 漢字 🎉"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("from windows\r\n", "from windows\n"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\x9b31m", "\ufffd31m"),
        ("over\rwritten", "over\ufffdwritten"),
        ("exe\u202egnp", "exe\ufffdgnp"),
        ("\udcff \x00 \uffff", "\ufffd \ufffd \ufffd"),
    ],
)
def test_only_what_does_harm_is_replaced(text: str, expected: str) -> None:
    """Letters of all languages stay; what a terminal obeys or what misleads does not."""
    assert expected == clean(text)


@given(ANY_TEXT)
def test_no_control_character_is_left(text: str) -> None:
    """Nothing but tab and line feed is left of the controls, and it can be encoded."""
    cleaned = clean(text)
    controls = {sign for sign in cleaned if unicodedata.category(sign) in {"Cc", "Cs"}}
    assert set() == controls - {"\t", "\n"}
    assert cleaned == cleaned.encode().decode()


@given(ANY_TEXT)
def test_every_cleaned_text_can_stand_in_xml(text: str) -> None:
    """A parser reads back what was written."""
    element = ET.Element("a")
    element.text = clean(text)
    assert (clean(text) or None) == ET.fromstring(ET.tostring(element)).text


@given(ANY_TEXT)
def test_one_line_is_one_line(text: str) -> None:
    """No text breaks out of its line."""
    assert len(one_line(text).splitlines()) <= 1


def test_a_long_text_keeps_head_and_tail() -> None:
    """What was left out is said where it was."""
    assert "aaaaa\n… 90 characters left out …\nbbbbb" == bounded("a" * 50 + "b" * 50, 10)
    assert "short" == bounded("short", 10)
