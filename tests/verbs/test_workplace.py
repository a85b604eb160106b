"""Settings become a workplace: journal, supervisor and secrets, or one line that says why not."""

from dataclasses import replace

import pytest

from drillbook.model.journal import JournalError
from drillbook.model.settings import Secret
from drillbook.verbs.workplace import (
    PATH_DEFAULT,
    SECRET_CHARACTERS_MAX,
    SetupError,
    base_env,
    masker,
    open_workplace,
    secrets_of,
)


def with_secret(desk, **where):
    return replace(desk.settings, secrets=(Secret(name="db_password", **where),))


def refusal_of(settings):
    """The one line with which these settings are refused."""
    with pytest.raises(SetupError) as refusal:
        open_workplace(settings)
    (line,) = str(refusal.value).splitlines()
    return line


def test_a_secret_comes_from_the_environment(desk, monkeypatch):
    """`env` names a variable of the caller."""
    monkeypatch.setenv("DB_PASSWORD", "corr3ct-h0rse")
    assert {"db_password": "corr3ct-h0rse"} == secrets_of(with_secret(desk, env="DB_PASSWORD"))


def test_a_secret_comes_from_a_file_beside_the_settings(desk, tmp_path):
    """A relative path counts from the settings' folder; the last line end is no part of it."""
    (tmp_path / "password").write_text("corr3ct-h0rse\n")
    assert {"db_password": "corr3ct-h0rse"} == secrets_of(with_secret(desk, file="password"))
    absolute = with_secret(desk, file=str(tmp_path / "password"))
    assert {"db_password": "corr3ct-h0rse"} == secrets_of(absolute)


def test_a_missing_variable_is_one_line(desk, monkeypatch):
    """Which secret, which variable, and the cure."""
    monkeypatch.delenv("DB_PASSWORD", raising=False)
    line = refusal_of(with_secret(desk, env="DB_PASSWORD"))
    assert "secret `db_password`: the environment variable DB_PASSWORD is not set" in line
    assert "set it, or take the secret out of drillbook.toml" in line


@pytest.mark.parametrize(
    "write",
    [
        lambda _: None,
        lambda path: path.mkdir(),
        lambda path: path.write_bytes(b"\xff\xfe\x00secret"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(desk, tmp_path, write):
    """Missing, a folder, or no text."""
    write(tmp_path / "password")
    line = refusal_of(with_secret(desk, file="password"))
    assert f"secret `db_password`: {tmp_path}/password cannot be read" in line
    assert "correct `file` in drillbook.toml" in line


def test_an_empty_secret_is_refused(desk, tmp_path):
    """A file that was never filled must not pass as a password."""
    (tmp_path / "password").write_text("\n")
    assert "its value is empty" in refusal_of(with_secret(desk, file="password"))


def test_an_endless_secret_is_refused_and_never_cut(desk, tmp_path):
    """Half a secret would be neither right nor masked."""
    (tmp_path / "password").write_text("x" * (SECRET_CHARACTERS_MAX + 1))
    line = refusal_of(with_secret(desk, file="password"))
    assert f"longer than {SECRET_CHARACTERS_MAX} characters" in line
    assert len(line) < 200
    (tmp_path / "password").write_text("x" * SECRET_CHARACTERS_MAX)
    assert SECRET_CHARACTERS_MAX == len(
        secrets_of(with_secret(desk, file="password"))["db_password"]
    )


def test_a_secret_shows_in_no_representation(desk, tmp_path):
    """A workplace in a traceback or a log line tells nothing."""
    (tmp_path / "password").write_text("corr3ct-h0rse")
    with open_workplace(with_secret(desk, file="password")) as place:
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


def test_steps_get_a_short_list_of_the_callers_environment(monkeypatch):
    """What changes how programs load, and every secret of the caller, stays outside."""
    monkeypatch.setenv("LD_PRELOAD", "/tmp/evil.so")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    monkeypatch.setenv("HOME", "/var/somebody")
    env = base_env()
    assert {"LD_PRELOAD", "AWS_SECRET_ACCESS_KEY"}.isdisjoint(env)
    assert ("/var/somebody", "dumb") == (env["HOME"], env["TERM"])
    monkeypatch.delenv("PATH")
    assert PATH_DEFAULT == base_env()["PATH"]


def test_a_mask_takes_out_every_form_of_every_secret():
    """Plain and percent-encoded, beside each other, and where one is part of another."""
    hide = masker(["p@ss w0rd", "p@ss w0rd-2", ""])
    assert "a=*** b=*** c=***!" == hide("a=p@ss w0rd b=p%40ss%20w0rd c=p%40ss+w0rd-2!")
    assert "untouched \udcff" == hide("untouched \udcff")
    assert "as it is" == masker([])("as it is")
