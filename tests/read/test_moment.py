"""Times as the webhook writes them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.read.moment import read_moment_ns

NS = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01.5Z", 1_500_000_000),
        ("1970-01-01t00:00:00.000000001z", 1),
        ("1970-01-01T00:00:00.1234567899Z", 123_456_789),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1969-12-31T23:30:00-00:30", 0),
        ("2016-12-31T23:59:60Z", 1_483_228_800 * NS),
        ("1969-12-31T23:59:59Z", -NS),
        ("1970-01-01", None),
        ("1970-01-01T00:00:00", None),
        ("1970-13-01T00:00:00Z", None),
        ("1970-01-01T25:00:00Z", None),
        ("1970-01-01T00:00:00+99:00", None),
        ("0000-01-01T00:00:00Z", None),
        ("", None),
    ],
)
def test_moment(text: str, ns: int | None) -> None:
    """RFC 3339 to the nanosecond; anything else is none."""
    assert ns == read_moment_ns(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_is_read(moment: datetime) -> None:
    """What the standard library writes is read exactly."""
    whole = int(moment.replace(microsecond=0).timestamp()) * NS
    assert whole + moment.microsecond * 1_000 == read_moment_ns(moment.isoformat())


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    """A number or none."""
    assert isinstance(read_moment_ns(text), int | None)
