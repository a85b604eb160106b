"""What waits for approval over real HTTP: shown whole, and decided by who may."""

import pytest

from drillbook.model.people import Caller
from drillbook.verbs.people.ask import Wish, ask_for_run
from drillbook.verbs.serving.work import Hand, perform
from flagsite import flag_book, give_tokens, make_site

BOOK = "flags/runbooks/flag.md"
TWO = '[[policy]]\nrisks = ["destructive"]\napprovals = 2\napprovers = ["dba"]\nexpires = "1h"\n'


@pytest.fixture
def site(tmp_path):
    """A drastic runbook, for which two of the role dba are needed."""
    book = flag_book("destructive", attributes="")
    return give_tokens(make_site(tmp_path / "site", more=TWO, flag=book))


@pytest.fixture
def waiting(house):
    """A run of Alice that waits; what performs its jobs; its name."""
    alice = Caller(name="alice", roles=frozenset({"oncall"}), token="a")
    run = ask_for_run(house.shop, alice, Wish(book=BOOK))
    hand = Hand(shop=house.shop, name="test")

    def work():
        for status in house.engine.jobs():
            house.engine.withdraw(status.job.key)
            perform(hand, status.job)

    work()
    return run, work


def the_one(client, **query):
    [found] = client.get("/api/v1/approvals", params=query).json()["approvals"]
    return found


def decide(client, run, found, decision="approve"):
    body = {"hash": found["hash"], "decision": decision}
    return client.post(f"/api/v1/runs/{run}/approvals", json=body)


def test_what_an_approver_sees(as_person, waiting, site):
    """Exactly what would run, why, what it risks, and who asks for it."""
    run, _ = waiting
    found = the_one(as_person("bob"))
    assert (run, "Raise the flag", "destructive", "nothing", 2) == (
        found["run"],
        found["option"],
        found["risk"],
        found["loses"],
        found["needed"],
    )
    assert (["alice"], ["dba"], [], 3600.0) == (
        found["requesters"],
        found["roles"],
        found["approved_by"],
        found["expires_s"],
    )
    [step] = found["steps"]
    assert 'touch "$POLES/$POLE"' in step["command"]
    assert str(site.poles) in step["values"].values()
    assert ({"kind": "local"}, "", "") == (step["settings"], step["cwd"], step["interpreter"])
    assert "unhealthy" == found["checks"]["flag-up"]["status"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("alice", "alice asked for this run, and nobody approves their own"),
        ("guest", "guest has none of the roles that may approve it: dba"),
    ],
)
def test_who_may_not_is_told_why_before_and_after(as_person, waiting, site, name, why):
    """It is no secret what waits; it is not theirs to let it run."""
    run, _ = waiting
    client = as_person(name)
    found = the_one(client)
    assert (False, why) == (found["yours"], found["because"])
    assert [] == client.get("/api/v1/approvals?mine=true").json()["approvals"]
    refused = decide(client, run, found)
    assert (403, why) == (refused.status_code, refused.json()["error"]["message"])
    assert [] == site.raised()


def test_two_others_are_needed_and_one_of_them_twice_is_one(as_person, house, waiting, site):
    """Each approval is journaled with what its giver saw; the second lets it run."""
    run, work = waiting
    bob, carol = as_person("bob"), as_person("carol")
    first = decide(bob, run, the_one(bob, mine=True))
    assert first.json()["expires_at_ns"] > house.place.clock.now_ns()
    decide(bob, run, the_one(bob))
    work()
    found = the_one(bob)
    assert (["bob"], False, "you have approved it") == (
        found["approved_by"],
        found["yours"],
        found["because"],
    )
    assert [] == site.raised()
    assert 200 == decide(carol, run, the_one(carol, mine=True)).status_code
    work()
    assert ["north-1"] == site.raised()
    approved = [e for e in house.place.journal.entries(f"run/{run}") if e.kind == "approved"]
    assert {"bob", "carol"} == {entry.body["by"] for entry in approved}
    assert b"Raise the flag" in house.place.journal.blob(approved[0].body["seen"])
    assert {"approvals": []} == bob.get("/api/v1/approvals").json()


def test_a_decision_about_something_else_is_none(as_person, waiting, site):
    """A hash that is not what waits, or no hash at all."""
    run, work = waiting
    bob = as_person("bob")
    other = decide(bob, run, {"hash": "0" * 64})
    assert (409, True) == (
        other.status_code,
        "not what you saw" in other.json()["error"]["message"],
    )
    assert 422 == decide(bob, run, {"hash": "x"}).status_code
    assert 422 == decide(bob, run, the_one(bob), decision="perhaps").status_code
    work()
    assert [] == site.raised()


def test_whoever_asked_may_refuse(as_person, waiting, site):
    """To leave an Option is never dangerous; the run escalates, as no other is left."""
    run, work = waiting
    alice = as_person("alice")
    done = decide(alice, run, the_one(alice), decision="refuse")
    assert (200, None) == (done.status_code, done.json()["expires_at_ns"])
    work()
    assert "escalated" == alice.get(f"/api/v1/runs/{run}").json()["state"]
    assert [] == site.raised()
