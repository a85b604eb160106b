"""Settings that commands come upon, and those that they are given."""

import os

import pytest

from drillbook.cli.exits import UnusableError
from drillbook.cli.options import nearest_settings, settings_of

COMMAND = '[[secrets]]\nname = "x"\ncommand = ["touch", "ran"]\n'


@pytest.fixture
def config(tmp_path, monkeypatch):
    """A settings file with the command of a secret, two folders above of here."""
    path = tmp_path / "drillbook.toml"
    path.write_text(COMMAND, encoding="utf-8")
    here = tmp_path / "a" / "b"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    return path


def test_the_nearest_upwards_is_read(config):
    """One's own, and one that nobody else may write."""
    config.chmod(0o664)
    assert config == nearest_settings(config.parent / "a" / "b")
    assert ("touch", "ran") == settings_of(None).secrets[0].command


def test_one_that_everybody_may_write_is_refused_unless_it_is_named(config):
    """Whoever may write it has a program of theirs run by whoever works below it."""
    config.chmod(0o666)
    with pytest.raises(UnusableError, match="others than you could have written it") as caught:
        settings_of(None)
    assert "name it by --config if you trust it" in str(caught.value)
    assert "x" == settings_of(config).secrets[0].name


def test_one_of_another_user_is_refused_unless_it_is_named(config, monkeypatch):
    """In /tmp, anybody may put one above the folders of others."""
    owner = config.stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    if owner == 0:
        os.chown(config, 4_711, -1)
    with pytest.raises(UnusableError, match="others than you"):
        settings_of(None)
    assert "x" == settings_of(config).secrets[0].name


def test_a_secret_that_is_only_read_is_one_too(config):
    """As the password of a store, it would be sent to wherever the file says that the store is."""
    config.write_text('[[secrets]]\nname = "x"\nfile = "/etc/hostname"\n', encoding="utf-8")
    config.chmod(0o666)
    with pytest.raises(UnusableError, match="names secrets, and others than you"):
        settings_of(None)


def test_one_without_secrets_is_read(config):
    """It runs nothing by itself, and has nothing to send."""
    config.write_text('state = "kept"\n', encoding="utf-8")
    config.chmod(0o666)
    assert "kept" == settings_of(None).state.name
