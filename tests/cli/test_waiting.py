"""How long a terminal waits for others."""

import click
import pytest

from drillbook.cli import waiting
from drillbook.cli.waiting import waiting_s


@pytest.mark.parametrize(
    ("text", "expected"), [("10m", 600.0), ("90s", 90.0), ("0", 0.0), ("0s", 0.0), ("1h", 3_600.0)]
)
def test_what_is_said(text, expected):
    """A duration, in seconds."""
    assert expected == waiting_s(text)


@pytest.mark.parametrize(("is_terminal", "expected"), [(True, 3_600.0), (False, 0.0)])
def test_what_is_not_said(is_terminal, expected, monkeypatch):
    """An hour where somebody sits, and not at all where nobody does."""
    monkeypatch.setattr(waiting, "is_terminal", lambda: is_terminal)
    assert expected == waiting_s(None)


@pytest.mark.parametrize("text", ["soon", "", "10", "-1s", "99999999d"])
def test_what_is_no_duration(text):
    """One line that names the option."""
    with pytest.raises(click.BadParameter, match="is no duration such as 10m"):
        waiting_s(text)
