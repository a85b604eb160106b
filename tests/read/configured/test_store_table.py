"""`[store]` → the Store: a PostgreSQL without a password in its url, and how long it is asked."""

from pathlib import Path

import pytest

from drillbook.model.settings import Store
from drillbook.read.settings import read_settings


def read(folder: Path, text: str) -> tuple[Store | None, list[str]]:
    """The Store, and what is wrong with it."""
    path = folder / "drillbook.toml"
    path.write_text(text, encoding="utf-8")
    settings, findings = read_settings(path)
    store = settings.store if settings else None
    return store, [f"{finding.message}; {finding.help}" for finding in findings]


def test_without_a_table_it_is_sqlite(tmp_path: Path) -> None:
    """No url; the times have their defaults."""
    assert (Store(url="", password_secret="", timeout_s=15.0, retry_s=60.0), []) == read(
        tmp_path, ""
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me@db.example:5432/journal",
        "postgresql+psycopg://me@db/journal?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "postgresql:///journal?host=/run/postgresql",
        "postgresql://me@[::1]/journal?options=-csearch_path%3Dblue",
    ],
)
def test_a_postgresql_is_named_by_its_url(tmp_path: Path, url: str) -> None:
    """Times are durations."""
    text = f'[store]\nurl = "{url}"\npassword_secret = "s"\ntimeout = "2s"\nretry = "5m"\n'
    expected = Store(url=url, password_secret="s", timeout_s=2.0, retry_s=300.0)
    assert (expected, []) == read(tmp_path, text)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hush-hush@db/journal",
        "postgresql://me@db/journal?password=hush-hush",
        "postgresql://:hush-hush@db/journal",
    ],
)
def test_a_password_in_the_url_is_refused_and_not_shown(tmp_path: Path, url: str) -> None:
    """The cure is a secret."""
    store, (flaw,) = read(tmp_path, f'[store]\nurl = "{url}"\n')
    assert None is store
    assert "store.url: it holds a password; put that into a secret" in flaw
    assert "hush" not in flaw


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me@db/journal",
        "sqlite:///journal.db",
        "postgresql://me@db",
        "postgresql://me@db/",
        "db.example",
        "postgresql://[::1/journal",
        "http://db/journal",
    ],
)
def test_another_url_is_refused_with_the_form(tmp_path: Path, url: str) -> None:
    """One line, whatever it was."""
    store, (flaw,) = read(tmp_path, f'[store]\nurl = "{url}"\n')
    assert None is store
    assert flaw.startswith("store.url: ")
    assert "write postgresql://USER@HOST/DATABASE; correct" in flaw


def test_a_time_without_a_unit_is_refused(tmp_path: Path) -> None:
    """Nobody guesses seconds or minutes."""
    store, (flaw,) = read(tmp_path, '[store]\nretry = "60"\n')
    assert (None, True) == (store, flaw.startswith("store.retry: it is no duration"))
