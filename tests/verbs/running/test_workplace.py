"""Settings become a workplace: journal, supervisor and secrets, or one line that says why not."""

from dataclasses import replace

import pytest

from drillbook.model.journal import JournalError
from drillbook.model.settings import Secret
from drillbook.verbs.running.workplace import open_workplace


def test_a_secret_shows_in_no_representation(desk, tmp_path):
    """A workplace in a traceback or a log line tells nothing."""
    (tmp_path / "password").write_text("corr3ct-h0rse")
    with open_workplace(
        replace(desk.settings, secrets=(Secret(name="db_password", file="password"),))
    ) as place:
        assert "corr3ct" not in repr(place)
        assert ("corr3ct-h0rse",) == place.masks


def test_an_unusable_journal_is_one_line(desk):
    """The state folder's place is taken by a file."""
    desk.settings.state.write_text("")
    with pytest.raises(JournalError) as refusal:
        open_workplace(desk.settings)
    assert 1 == len(str(refusal.value).splitlines())


def test_a_workplace_closes_what_it_opened(desk):
    """The journal is closed, and so refuses."""
    with open_workplace(desk.settings) as place:
        place.journal.append("run/x", "note", {})
    with pytest.raises(JournalError):
        place.journal.append("run/x", "note", {})


def test_the_callers_own_token_is_masked(desk, monkeypatch):
    """Whatever a step makes of it, the journal does not hold it; nor does what a step writes."""
    monkeypatch.setenv("DRILLBOOK_TOKEN", "dbk_0123456789_secret")
    with open_workplace(desk.settings) as place:
        place.journal.append("run/x", "note", {"text": "it is dbk_0123456789_secret"})
        assert "dbk_0123456789_secret" in place.masks
    assert b"dbk_0123456789_secret" not in desk.stored()


def test_a_token_that_others_can_read_stops_no_reading(desk, monkeypatch, tmp_path):
    """What it is not used for it cannot spoil."""
    monkeypatch.delenv("DRILLBOOK_TOKEN", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "drillbook").mkdir()
    (tmp_path / "drillbook" / "token").write_text("dbk_x")
    (tmp_path / "drillbook" / "token").chmod(0o644)
    with open_workplace(desk.settings) as place:
        assert () == place.masks
