"""`drillbook token`: made, kept, listed and revoked at a terminal and in a script."""

import json
import re

import pytest

from terminal import Terminal, run_in_terminal

TEAM = """
[people.ada]
roles = ["admin"]
[people.bob]
roles = ["dba"]
"""
TEXT = re.compile(r"dbk_[0-9a-f]{10}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def team(tmp_path):
    """A folder with two people, and a home in it."""
    (tmp_path / "drillbook.toml").write_text(TEAM)
    return {"XDG_CONFIG_HOME": str(tmp_path / "home")}


def test_from_the_first_token_to_somebody_elses(team, drillbook, tmp_path):
    """The admin's first, kept; then one for a colleague, made in the admin's name."""
    made = drillbook("token", "create", "ada", "--note", "a laptop", **team)
    assert (0, 1) == (made.returncode, len(made.stdout.splitlines()))
    assert "This is shown once. It lets ada in until 2" in made.stderr
    used = drillbook("token", "use", given=made.stdout, **team)
    kept = tmp_path / "home" / "drillbook" / "token"
    assert f"you are ada here from now on; the token is kept in {kept}\n" == used.stdout
    assert 0o600 == kept.stat().st_mode & 0o777
    of_bob = drillbook("token", "create", "bob", "--format", "json", **team)
    assert TEXT.fullmatch(json.loads(of_bob.stdout)["token"])
    listed = drillbook("token", "list", **team)
    assert 2 == len(listed.stdout.splitlines())
    assert re.search(
        r"^[0-9a-f]{10}  ada  until .* \(first token\)  \(a laptop\)$", listed.stdout, re.MULTILINE
    )
    assert re.search(r"^[0-9a-f]{10}  bob  until .* by ada$", listed.stdout, re.MULTILINE)


def test_nothing_shows_a_token_again(team, drillbook):
    """Not the list, not the journal, not an error."""
    text = drillbook("token", "create", "ada", **team).stdout.strip()
    secret, env = text.split("_", 2)[2], {**team, "DRILLBOOK_TOKEN": text}
    for arguments in (
        ("token", "list"),
        ("token", "list", "--format", "json"),
        ("journal", "show", f"token/{text.split('_')[1]}"),
        ("token", "revoke", text.split("_")[1]),
        ("token", "create", "bob"),
    ):
        shown = drillbook(*arguments, **env)
        assert secret not in shown.stdout + shown.stderr


def test_revoked(team, drillbook):
    """It lets nobody in any more, and the list says by whom."""
    text = drillbook("token", "create", "ada", **team).stdout.strip()
    name, env = text.split("_")[1], {**team, "DRILLBOOK_TOKEN": text}
    revoked = drillbook("token", "revoke", name, **env)
    assert f"token {name} of ada lets nobody in any more\n" == revoked.stdout
    assert f"{name}  ada  revoked by ada" in drillbook("token", "list", **team).stdout
    again = drillbook("token", "revoke", name, **env)
    assert 2 == again.returncode
    assert f"drillbook: token {name} of ada was revoked by ada; have a new one" in again.stderr


def test_list_as_json(team, drillbook, tmp_path):
    """What is secret is not among the keys."""
    assert [] == json.loads(drillbook("token", "list", "--format", "json", **team).stdout)
    drillbook("token", "create", "ada", "--expires", "1d", **team)
    (token,) = json.loads(drillbook("token", "list", "--format", "json", **team).stdout)
    assert (True, "ada", None) == (token["valid"], token["person"], token["revoked_by"])
    assert 86_400 == round((token["expires_at_ns"] - token["created_at_ns"]) / 1e9)
    (tmp_path / "drillbook.toml").write_text("[people.bob]\nroles = ['admin']\n")
    (token,) = json.loads(drillbook("token", "list", "--format", "json", **team).stdout)
    assert not token["valid"]
    assert "  ada  of nobody in drillbook.toml" in drillbook("token", "list", **team).stdout


def test_typed_unseen(team, drillbook, tmp_path):
    """At a terminal the token is asked for and not shown."""
    text = drillbook("token", "create", "ada", **team).stdout.strip()
    terminal = Terminal(folder=tmp_path, env=team)
    screen = run_in_terminal(["token", "use"], [("token: ", f"{text}\n".encode())], terminal)
    assert 0 == screen.code
    assert "you are ada here from now on" in screen.text
    assert text not in screen.text


@pytest.mark.parametrize(
    ("arguments", "given", "told"),
    [
        (("token", "create", "bob"), "", "the first token is an admin's: `drillbook token create"),
        (("token", "create", "zoe"), "", "drillbook.toml names no zoe (it names ada, bob)"),
        (("token", "create", "a\x1bb"), "", "nothing in the journal has unprintable characters"),
        (("token", "create", "ada", "--expires", "367d"), "", "'367d' is no time from 1s to 366d"),
        (("token", "create", "ada", "--expires", "soon"), "", "'soon' is no time from 1s to 366d"),
        (("token", "create", "ada", "--note", "n" * 201), "", "longer than 200 characters"),
        (("token", "use"), "", "what was given as a token is none"),
        (("token", "use"), "hunter2\n", "what was given as a token is none"),
        (("token", "revoke", "00"), "", "a token must say who you are"),
    ],
)
def test_bad_input_is_one_line(arguments, given, told, team, drillbook):
    """With the cure, exit code 2, and never what was typed as a secret."""
    result = drillbook(*arguments, given=given, **team)
    assert 2 == result.returncode
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stderr


def test_a_file_that_others_can_read_is_refused(team, drillbook, tmp_path):
    """Before anything is done in the name of whoever put it there."""
    text = drillbook("token", "create", "ada", **team).stdout
    drillbook("token", "use", given=text, **team)
    (tmp_path / "home" / "drillbook" / "token").chmod(0o644)
    result = drillbook("token", "create", "bob", **team)
    assert 2 == result.returncode
    assert "can be read by others; `chmod 600` it" in result.stderr


def test_without_people(drillbook):
    """The line says what has to be added first."""
    result = drillbook("token", "create", "ada")
    assert "names no ada (it names nobody yet); add [people.ada] to it" in result.stderr
    assert "there is no token yet" in drillbook("token", "list").stderr


@pytest.mark.parametrize("name", ["create", "list", "revoke", "use"])
def test_help_has_examples(name, drillbook):
    """Each of the four shows how it is used."""
    result = drillbook("token", name, "--help")
    assert 0 == result.returncode
    assert f"drillbook token {name}" in result.stdout.split("Examples:")[1]
