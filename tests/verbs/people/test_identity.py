"""Who sits at a terminal, and who may make, see and take back which tokens."""

from dataclasses import replace

import pytest

from drillbook.model.people import Caller, Person
from drillbook.people.tokens import IdentityError, NewToken
from drillbook.verbs.people import identity
from drillbook.verbs.people.own_token import VARIABLE, own_token
from drillbook.verbs.running.workplace import open_workplace

PEOPLE = {
    "ada": Person(name="ada", roles=frozenset({"admin", "oncall"})),
    "bob": Person(name="bob", roles=frozenset({"dba"})),
    "eve": Person(name="eve"),
}


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def team(desk):
    """A workplace of a team of three."""
    with open_workplace(replace(desk.settings, people=PEOPLE)) as place:
        yield place


def make(place, person: str) -> str:
    """The text of a new token of this person, made as whoever sits here."""
    return identity.create_token(place, NewToken(person=person, by=""))[1]


def refused(call, *arguments) -> str:
    with pytest.raises(IdentityError) as caught:
        call(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_without_people_the_systems_user_is_the_caller(place, monkeypatch):
    """Not whom the environment names; a token in it is not asked for."""
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv(VARIABLE, "dbk_nonsense")
    caller = identity.caller_at_terminal(place)
    assert Caller(name=identity.system_user()) == caller
    assert "somebody-else" != caller.name


def test_with_people_a_token_is_needed(team):
    """The line says how one comes by it."""
    told = refused(identity.caller_at_terminal, team)
    assert "keep yours with `drillbook token use`, or set DRILLBOOK_TOKEN" in told


def test_the_first_token_is_an_admins_and_needs_none(team):
    """Its maker is the system's user, and the journal says that it was the first."""
    token, text = identity.create_token(team, NewToken(person="ada", by="whoever"))
    assert f"{identity.system_user()} (first token)" == token.by
    assert PEOPLE["ada"].roles == identity.caller_from_token(team, text).roles


def test_nobody_elses_first_token_is_free(team):
    """Whoever is no admin cannot begin; afterwards an admin's is not free either."""
    first = "the first token is an admin's: `drillbook token create ada`"
    assert first == refused(make, team, "bob")
    make(team, "ada")
    assert "a token must say who you are" in refused(make, team, "ada")


def test_an_admin_whose_token_expired_begins_anew(team, monkeypatch):
    """The last admin is not locked out, with the old token still at hand or not."""
    wanted = NewToken(person="ada", by="", lasts_s=0.0)
    monkeypatch.setenv(VARIABLE, identity.create_token(team, wanted)[1])
    assert "ada" == identity.caller_from_token(team, make(team, "ada")).name


def test_an_admin_makes_tokens_for_all(team, monkeypatch):
    """And the journal has who made them."""
    monkeypatch.setenv(VARIABLE, make(team, "ada"))
    token, text = identity.create_token(team, NewToken(person="bob", by="x", note="n"))
    assert ("bob", "ada", "n") == (token.person, token.by, token.note)
    assert Caller(name="bob", roles=frozenset({"dba"}), token=token.id) == (
        identity.caller_from_token(team, text)
    )


def test_others_make_their_own_alone(team, monkeypatch):
    """A token made for somebody else could approve in their name."""
    monkeypatch.setenv(VARIABLE, make(team, "ada"))
    monkeypatch.setenv(VARIABLE, make(team, "bob"))
    assert "bob" == identity.caller_from_token(team, make(team, "bob")).name
    assert "bob may not make a token for eve: ask ada" == refused(make, team, "eve")
    assert "bob may not make a token for ada: ask ada" == refused(make, team, "ada")


def test_who_is_not_in_the_settings_gets_none(team, place):
    """The line says who is there, and how one is added."""
    assert (
        "drillbook.toml names no zoe (it names ada, bob, eve); add [people.zoe] to it"
    ) == refused(make, team, "zoe")
    assert "(it names nobody yet)" in refused(make, place, "zoe")


def test_a_team_without_an_admin_is_told(desk):
    """Otherwise nobody would know what is missing."""
    settings = replace(desk.settings, people={"bob": PEOPLE["bob"], "eve": PEOPLE["eve"]})
    with open_workplace(settings) as place:
        token, text = identity.tokens.create(place.journal, NewToken(person="bob", by=""), 0)
        assert (
            'the first token is an admin\'s: nobody has the role "admin"; '
            "give it to somebody in drillbook.toml"
        ) == refused(make, place, "bob")
        assert place.clock.now_ns() > token.expires_at_ns
        assert "expired" in refused(identity.caller_from_token, place, text)


def test_revoking(team, monkeypatch):
    """One's own, or any as admin; what was taken back lets nobody in."""
    monkeypatch.setenv(VARIABLE, make(team, "ada"))
    of_bob, of_eve = make(team, "bob"), make(team, "eve")
    id_of_eve = of_eve.split("_")[1]
    monkeypatch.setenv(VARIABLE, of_bob)
    assert f"token {id_of_eve} is of eve; ask ada" == refused(
        identity.revoke_token, team, id_of_eve
    )
    assert "eve" == identity.caller_from_token(team, of_eve).name
    identity.revoke_token(team, of_bob.split("_")[1])
    assert "was revoked by bob" in refused(identity.caller_at_terminal, team)


def test_revoking_what_is_not_there(team, monkeypatch):
    """One line, with where to look."""
    monkeypatch.setenv(VARIABLE, make(team, "ada"))
    assert "there is no token 00; `drillbook token list` lists what there is" == refused(
        identity.revoke_token, team, "00"
    )


def test_use_keeps_what_holds(team):
    """And nothing else: a token that lets nobody in is not kept."""
    text = make(team, "ada")
    caller, path = identity.use_token(team, f"{text}\n")
    assert ("ada", text) == (caller.name, own_token())
    assert path.endswith("drillbook/token")
    assert "ada" == identity.caller_at_terminal(team).name
    assert "is none" in refused(identity.use_token, team, "dbk_wrong")
    assert text == own_token()


def test_every_token_is_listed(team, monkeypatch):
    """Oldest first, whoever made them."""
    monkeypatch.setenv(VARIABLE, make(team, "ada"))
    make(team, "bob")
    assert ["ada", "bob"] == [token.person for token in identity.every_token(team)]


def test_a_token_is_not_in_the_state_folder(team, desk):
    """No file of the journal holds what would let somebody in."""
    text = make(team, "ada")
    assert text.split("_", 2)[2].encode() not in desk.stored()


def test_a_webhooks_token_is_nobodys_at_a_terminal(desk, monkeypatch):
    """It lies in another system's configuration: who reads it there approves nothing here."""
    people = {**PEOPLE, "pager": Person(name="pager", roles=frozenset({"webhook"}))}
    with open_workplace(replace(desk.settings, people=people)) as place:
        monkeypatch.setenv(VARIABLE, make(place, "ada"))
        monkeypatch.setenv(VARIABLE, make(place, "pager"))
        told = refused(identity.caller_at_terminal, place)
        assert "the token of pager is a webhook's and opens /hooks alone" in told
        assert told == refused(make, place, "pager")
