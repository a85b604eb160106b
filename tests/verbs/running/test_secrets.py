"""Configured secrets: found or refused in one line, and taken out of texts."""

from dataclasses import replace

import pytest

from drillbook.model.settings import Secret
from drillbook.verbs.running.secrets import SECRET_CHARACTERS_MAX, SetupError, masker, secrets_of
from drillbook.verbs.running.workplace import open_workplace


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


def test_a_mask_takes_out_every_form_of_every_secret():
    """Plain and percent-encoded, beside each other, and where one is part of another."""
    hide = masker(["p@ss w0rd", "p@ss w0rd-2", ""])
    assert "a=*** b=*** c=***!" == hide("a=p@ss w0rd b=p%40ss%20w0rd c=p%40ss+w0rd-2!")
    assert "untouched \udcff" == hide("untouched \udcff")
    assert "as it is" == masker([])("as it is")
