"""Where a user's own token is kept, and when what is kept is not taken."""

import os

import pytest

from drillbook.people.tokens import IdentityError
from drillbook.verbs.people.own_token import (
    READ_BYTES_MAX,
    VARIABLE,
    keep_token,
    own_token,
    own_token_at_most,
    token_file,
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of the test's own, and no token."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def names_in(folder):
    return [path.name for path in folder.iterdir()]


def test_none():
    """No variable, no file: no token, and no error."""
    assert own_token() is None


def test_kept_and_found(home):
    """The file is the user's alone, and so is its folder."""
    path = keep_token("dbk_x\n")
    assert home / "config" / "drillbook" / "token" == path
    assert (0o600, 0o700) == (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777)
    assert "dbk_x" == own_token()


def test_kept_anew():
    """The file is replaced whole, nothing is left beside it."""
    path = keep_token("one")
    keep_token("two")
    assert ("two", ["token"]) == (own_token(), names_in(path.parent))


def test_variable_goes_first(monkeypatch):
    """Set, it is the token; empty, it is none."""
    keep_token("of the file")
    monkeypatch.setenv(VARIABLE, " of the variable ")
    assert "of the variable" == own_token()
    monkeypatch.setenv(VARIABLE, "")
    assert "of the file" == own_token()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_what_others_can_read_is_refused(mode):
    """A token that others can read says nothing of who asks."""
    path = keep_token("dbk_x")
    path.chmod(mode)
    with pytest.raises(IdentityError, match="can be read by others; `chmod 600` it") as caught:
        own_token()
    assert "dbk_x" not in str(caught.value)
    assert own_token_at_most() is None


def test_a_file_of_somebody_else_is_refused(monkeypatch):
    """Whoever put it there is not who sits here."""
    keep_token("dbk_x")
    monkeypatch.setattr(os, "getuid", lambda: 12_345)
    with pytest.raises(IdentityError, match="belongs to somebody else"):
        own_token()


def test_what_is_no_file_is_one_line():
    """A folder in its place is told with the cure."""
    token_file().mkdir(parents=True)
    with pytest.raises(IdentityError, match=f"make it readable to you, or set {VARIABLE}"):
        own_token()


def test_a_file_where_the_folder_should_be_is_no_token(home):
    """Then there is none."""
    (home / "config").write_text("")
    assert own_token() is None


def test_a_large_file_is_not_read_whole():
    """Nor is what is no ASCII an error."""
    path = keep_token("x")
    path.write_bytes(b"\xff" * 1_000_000)
    assert READ_BYTES_MAX == len(own_token() or "")


def test_empty_file_is_no_token():
    """As if it were not there."""
    keep_token("")
    assert own_token() is None


@pytest.mark.parametrize("said", ["", "relative/folder"])
def test_without_a_config_home(said, home, monkeypatch):
    """Then it is .config of the user's home; a relative path is none, as XDG says."""
    monkeypatch.setenv("XDG_CONFIG_HOME", said)
    monkeypatch.setenv("HOME", str(home))
    assert home / ".config" / "drillbook" / "token" == token_file()


def test_a_full_or_locked_place_leaves_nothing_behind(monkeypatch, home):
    """What was begun is taken away, and the error is the machine's own."""
    keep_token("old")

    def refused(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", refused)
    with pytest.raises(OSError, match="No space left"):
        keep_token("new")
    assert ["token"] == names_in(home / "config" / "drillbook")
    assert "old" == own_token()
