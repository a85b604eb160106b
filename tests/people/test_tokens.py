"""Tokens: made once, known by a hash, refused with one clear line."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.people import Caller, Person
from drillbook.people import tokens
from drillbook.people.tokens import IdentityError, NewToken

PEOPLE = {
    "ada": Person(name="ada", roles=frozenset({"oncall"})),
    "bob": Person(name="bob"),
}
DAY_NS = 86_400 * 1_000_000_000
NOW_NS = 20_000 * DAY_NS
ADAS = NewToken(person="ada", by="bob", note="laptop")


@pytest.fixture
def journal(tmp_path):
    """A journal on disk."""
    journal = SqliteJournal(tmp_path / "journal.db", clock=SystemClock())
    yield journal
    journal.close()


def refusal(journal, text: str, people=PEOPLE, now_ns: int = NOW_NS) -> str:
    with pytest.raises(IdentityError) as caught:
        tokens.verify(journal, people, text, now_ns)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_token_lets_its_person_in(journal):
    """Name and roles are those of the settings, and it is known by which token."""
    token, text = tokens.create(journal, ADAS, NOW_NS)
    caller = tokens.verify(journal, PEOPLE, text, NOW_NS)
    assert Caller(name="ada", roles=frozenset({"oncall"}), token=token.id) == caller
    assert caller == tokens.verify(journal, PEOPLE, f"  {text}\n", NOW_NS)


def test_roles_are_those_of_today(journal):
    """What drillbook.toml says now counts, not what it said when the token was made."""
    _, text = tokens.create(journal, ADAS, NOW_NS)
    now = {"ada": Person(name="ada", roles=frozenset({"lead"}))}
    assert frozenset({"lead"}) == tokens.verify(journal, now, text, NOW_NS).roles


def test_the_secret_is_nowhere(journal, tmp_path):
    """Its hash is kept, the text is not: not in the journal, not in any file of it."""
    _, text = tokens.create(journal, ADAS, NOW_NS)
    secret = text.split("_", 2)[2]
    assert len(secret) * 6 >= 256
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in stored
    entry = journal.entries(f"token/{text.split('_')[1]}")[0]
    assert {"person", "sha256", "expires_at_ns", "by", "note"} == set(entry.body)
    assert secret not in json.dumps(dict(entry.body))


def test_no_two_are_alike(journal):
    """Ids and secrets are made by chance."""
    texts = [tokens.create(journal, ADAS, NOW_NS)[1] for _ in range(20)]
    assert 20 == len({text.split("_")[1] for text in texts})
    assert 20 == len({text.split("_", 2)[2] for text in texts})


def test_a_taken_id_is_tried_again(journal, monkeypatch):
    """Chance that gives the same id twice makes no second owner of a token."""
    ids = iter(["00000000aa", "00000000aa", "00000000bb"])
    first = tokens.create(journal, ADAS, NOW_NS)[0]
    monkeypatch.setattr(tokens.secrets, "token_hex", lambda _: next(ids))
    second, third = (tokens.create(journal, ADAS, NOW_NS)[0] for _ in range(2))
    assert ["00000000aa", "00000000bb"] == [second.id, third.id]
    assert first.id not in (second.id, third.id)


def test_revoked(journal):
    """Who revoked it is said; a second time changes nothing."""
    token, text = tokens.create(journal, ADAS, NOW_NS)
    tokens.revoke(journal, token.id, "bob")
    tokens.revoke(journal, token.id, "eve")
    assert (
        f"token {token.id} of ada was revoked by bob; "
        "have a new one made with `drillbook token create ada`"
    ) == refusal(journal, text)
    assert replace(token, revoked_by="bob") == tokens.find(journal, token.id)


def test_expired(journal):
    """It lasts up to its last moment and not beyond."""
    token, text = tokens.create(journal, replace(ADAS, lasts_s=86_400), NOW_NS)
    assert "ada" == tokens.verify(journal, PEOPLE, text, NOW_NS + DAY_NS - 1).name
    assert (
        f"token {token.id} of ada expired at 2024-10-05 00:00 UTC; "
        "have a new one made with `drillbook token create ada`"
    ) == refusal(journal, text, now_ns=NOW_NS + DAY_NS)


def test_a_person_who_left_is_let_in_no_more(journal):
    """Taken out of drillbook.toml, nothing else has to be done."""
    token, text = tokens.create(journal, ADAS, NOW_NS)
    assert (
        f"token {token.id} is of ada, whom drillbook.toml does not name any more; "
        "add [people.ada], or use a token of somebody who is there"
    ) == refusal(journal, text, people={"bob": PEOPLE["bob"]})


def test_a_wrong_secret_and_an_unknown_id_look_the_same(journal):
    """Nobody learns which ids there are; an altered or revoked one says no more."""
    token, text = tokens.create(journal, ADAS, NOW_NS)
    other = tokens.create(journal, ADAS, NOW_NS)[1]
    wrong = f"dbk_{token.id}_{other.split('_', 2)[2]}"
    unknown = f"dbk_{'0' * 10}_{text.split('_', 2)[2]}"
    tokens.revoke(journal, token.id, "bob")
    assert refusal(journal, wrong) == refusal(journal, unknown)
    assert "not known to this journal" in refusal(journal, wrong)
    assert token.id not in refusal(journal, wrong)


@pytest.mark.parametrize(
    "text", ["", "dbk_", "dbk_0123456789_short", "dbk_0123456789_" + "a" * 44, "x" * 100_000]
)
def test_what_is_no_token_is_not_repeated(journal, text):
    """A password pasted by mistake does not come to stand in a log."""
    told = refusal(journal, text)
    assert "what was given as a token is none" in told
    assert not text or text == "dbk_" or text not in told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_no_text_lets_anybody_in(journal, text):
    """Whatever is shown: an IdentityError, and nothing else."""
    refusal(journal, text)
    refusal(journal, f"dbk_0123456789_{text}")


def test_every_token_in_order(journal):
    """Oldest first, with its person, its maker and what for."""
    first = tokens.create(journal, ADAS, NOW_NS)[0]
    second = tokens.create(journal, NewToken(person="bob", by="bob"), NOW_NS)[0]
    assert [first, second] == tokens.every(journal)
    assert ("ada", "bob", "laptop") == (first.person, first.by, first.note)
    assert tokens.EXPIRES_S_DEFAULT == (first.expires_at_ns - NOW_NS) / 1e9
    assert tokens.find(journal, "nobody's") is None


def test_revoking_what_is_not_there_writes_nothing(journal):
    """A stream that begins with a revocation would be no token."""
    tokens.revoke(journal, "0000000000", "bob")
    assert () == tuple(journal.streams())


def test_the_shape_of_a_token(journal):
    """It can be recognised, by people and by scanners for leaked secrets."""
    text = tokens.create(journal, ADAS, NOW_NS)[1]
    assert re.fullmatch(r"dbk_[0-9a-f]{10}_[A-Za-z0-9_-]{43}", text)


def test_valid_is_open_in_time_and_known(journal):
    """What a list shows beside each token."""
    token = tokens.create(journal, ADAS, NOW_NS)[0]
    assert token.is_valid(PEOPLE, NOW_NS)
    assert not token.is_valid({}, NOW_NS)
    assert not token.is_valid(PEOPLE, token.expires_at_ns)
    assert not replace(token, revoked_by="bob").is_valid(PEOPLE, NOW_NS)
