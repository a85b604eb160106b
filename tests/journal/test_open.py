"""Settings → the store that they name, or one line that says what is missing."""

import sys
from contextlib import closing
from pathlib import Path

import pytest

from drillbook.journal.open import open_journal, password_of, postgresql
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import JournalError
from drillbook.model.settings import Settings, Store


def there(folder: Path, url: str = "", password_secret: str = "") -> Settings:
    """Settings with that store."""
    store = Store(url=url, password_secret=password_secret)
    return Settings(folder=folder, state=folder / "state", store=store)


def test_without_a_url_it_is_sqlite_below_state(tmp_path: Path) -> None:
    """Where it has always been."""
    with closing(open_journal(there(tmp_path), clock=SystemClock(), secrets={})) as journal:
        assert isinstance(journal, SqliteJournal)
        journal.append("run/1", "k", {})
    assert (tmp_path / "state/journal.db").is_file()


def test_the_password_is_the_value_of_the_secret(tmp_path: Path) -> None:
    """None is needed where none is named."""
    settings = there(tmp_path, url="postgresql://h/d", password_secret="store")
    assert "hush" == password_of(settings, {"store": "hush", "other": "x"})
    assert "" == password_of(there(tmp_path), {"store": "hush"})


def test_a_secret_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """With where to add it."""
    with pytest.raises(JournalError, match=r"names 'store', and no secret .* \[\[secrets\]\]"):
        password_of(there(tmp_path, password_secret="store"), {})


def test_a_driver_that_is_not_installed_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cure is what to install."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for name in [name for name in sys.modules if name.startswith("drillbook.journal.postgresql")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(JournalError, match=r"psycopg is not installed .* drillbook\[postgresql\]"):
        postgresql()
