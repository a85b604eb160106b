"""Runs that are asked for with a key, on a real journal and a real engine: one for each key."""

import threading
from dataclasses import replace

import pytest

from drillbook.model.people import Caller
from drillbook.verbs.people.ask import CLAIMED, Wish, ask_for_run
from drillbook.verbs.serve import open_shop
from flagsite import flag_book, make_site

ALICE = Caller(name="alice", roles=frozenset({"admin", "oncall"}), token="a")
WISH = Wish(book="flags/runbooks/flag.md")
AT_ONCE = 8


@pytest.fixture
def settings(tmp_path):
    return make_site(tmp_path / "site", flag=flag_book()).settings


@pytest.fixture
def shop(settings):
    with open_shop(settings) as shop:
        yield shop


@pytest.fixture
def _like_digits(monkeypatch):
    """Chance gives the same digits to every name, as it does to two of a busy second."""
    monkeypatch.setattr("drillbook.verbs.running.names.secrets.token_hex", lambda _: "aaaa")


def keyed(number):
    return replace(WISH, key=f"key-{number}", given={"pole": f"pole-{number}"})


@pytest.mark.usefixtures("_like_digits")
def test_every_key_has_a_run_of_its_own(shop):
    """Two that were promised one name were one run: the second was never done, and said to be."""
    runs = [ask_for_run(shop, ALICE, keyed(number)) for number in range(20)]
    assert 20 == len(set(runs))
    asked = [shop.place.journal.entries(f"run/{run}")[0].body["given"] for run in runs]
    assert [keyed(number).given for number in range(20)] == asked
    assert {f"run/{run}" for run in runs} == {status.job.key for status in shop.engine.jobs()}


@pytest.mark.usefixtures("_like_digits")
def test_a_run_without_a_key_takes_nobodys_name(shop):
    """Nor does one with a key take its."""
    runs = [ask_for_run(shop, ALICE, wish) for wish in (keyed(1), WISH, keyed(2))]
    assert 3 == len(set(runs))


def test_servers_that_hear_the_same_key_at_once_request_one_run(settings):
    """Whoever is faster; all of them say its name."""
    names, barrier = [], threading.Barrier(AT_ONCE)

    def ask():
        with open_shop(settings) as shop:
            barrier.wait(30)
            names.append(ask_for_run(shop, ALICE, keyed(1)))

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (AT_ONCE, 1) == (len(names), len(set(names)))
    with open_shop(settings) as shop:
        assert [f"run/{names[0]}"] == list(shop.place.journal.streams("run/"))
        assert 1 == len(shop.place.journal.entries(f"run/{names[0]}"))


def test_what_was_promised_before_a_crash_is_requested_by_that_name(shop, tmp_path):
    """The promise is on disk before the run: whoever sends the key again gets just that one."""
    run = ask_for_run(shop, ALICE, keyed(1))
    [stream] = shop.place.journal.streams("request/")
    [promise] = shop.place.journal.entries(stream)
    with open_shop(make_site(tmp_path / "cut-off", flag=flag_book()).settings) as cut_off:
        journal = cut_off.place.journal
        journal.append(stream, CLAIMED, promise.body)
        assert [] == list(journal.streams("run/"))
        assert run == ask_for_run(cut_off, ALICE, keyed(1))
        assert [f"run/{run}"] == list(journal.streams("run/"))
