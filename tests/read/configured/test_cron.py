"""Cron expressions as users write them: taken as cron would, or refused with the cure."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.read.configured.cron import FORM, checked
from drillbook.read.settings import read_settings

SCHEDULE = """
[[schedules]]
name = "nightly"
cron = "{cron}"
timezone = "{timezone}"
drill = "packs/erpgo"
"""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30 4 * * 1", "30 4 * * 1"),
        ("  */15   8-18  * *  mon-fri ", "*/15 8-18 * * mon-fri"),
        ("0 0 1,15 JAN,jul *", "0 0 1,15 JAN,jul *"),
        ("0 3 L * *", "0 3 L * *"),
        ("0 0 29 2 *", "0 0 29 2 *"),
        ("0 0 * * 7", "0 0 * * 7"),
        ("@daily", "@daily"),
    ],
)
def test_what_cron_knows_is_taken(written, meant):
    """In one form."""
    assert meant == checked(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "it has 0 of 5 fields"),
        ("30 4 * *", "it has 4 of 5 fields"),
        ("0 30 4 * * 1", "it has 6 of 5 fields"),
        ("@reboot", "it has 1 of 5 fields"),
        ("60 4 * * *", "one of its fields is out of range"),
        ("* 24 * * *", "one of its fields is out of range"),
        ("* * 0 * *", "one of its fields is out of range"),
        ("*/0 * * * *", "one of its fields is out of range"),
        ("5-1-3 * * * *", "one of its fields is out of range"),
        ("R R * * *", 'its field "R" is none that cron knows'),
        ("H * * * *", 'its field "H" is none that cron knows'),
        ("* * * mon *", 'its field "mon" is none that cron knows'),
        ("* * * * jan", 'its field "jan" is none that cron knows'),
        ("* * * * 1#2", 'its field "1#2" is none that cron knows'),
        ("$(x) * * * *", 'its field "$(x)" is none that cron knows'),
        ("* * * * \u0661", "it is no cron expression"),
        ("1," * 200 + "1 * * * *", "it is no cron expression"),
    ],
)
def test_what_cron_does_not_know_is_refused_with_the_cure(written, said):
    """In one line, which shows how it is written."""
    with pytest.raises(ValueError, match=f"^{re.escape(said)}; {re.escape(FORM)}$"):
        checked(written)


def test_a_time_that_never_comes_is_refused():
    """The thirty-first of February, say."""
    with pytest.raises(ValueError, match="no such time ever comes; correct the day or the month"):
        checked("0 0 31 2 *")


@given(st.text(max_size=40) | st.text("0123456789*/,-@lLmonjan \t\n", max_size=40))
def test_whatever_is_written_is_taken_or_refused(written):
    """Nothing a user wrote raises anything else; what is taken is taken again as it is."""
    with suppress(ValueError):
        meant = checked(written)
        assert meant == checked(meant)


@pytest.mark.parametrize(
    ("cron", "timezone", "said"),
    [
        ("30 4 * *", "UTC", f"schedules[0].cron: it has 4 of 5 fields; {FORM}"),
        (
            "30 4 * * 1",
            "Mars/Olympus",
            'schedules[0].timezone: it is no time zone; write one such as "Europe/Berlin"',
        ),
    ],
)
def test_the_settings_say_where_it_stands(tmp_path, cron, timezone, said):
    """A Finding with the key."""
    path = tmp_path / "drillbook.toml"
    path.write_text(SCHEDULE.format(cron=cron, timezone=timezone), encoding="utf-8")
    found, (flaw,) = read_settings(path)
    assert (None, "bad-setting", said) == (found, flaw.lint, flaw.message)


def test_a_schedule_arrives(tmp_path):
    """With its expression in one form; its drill counts from the file's folder."""
    path = tmp_path / "drillbook.toml"
    path.write_text(SCHEDULE.format(cron=" 30 4  * * 1", timezone="Asia/Tokyo"), encoding="utf-8")
    found, findings = read_settings(path)
    assert () == findings
    (schedule,) = found.schedules
    assert ("nightly", "30 4 * * 1", "Asia/Tokyo") == (
        schedule.name,
        schedule.cron,
        schedule.timezone,
    )
    assert tmp_path / "packs/erpgo" == schedule.drill
