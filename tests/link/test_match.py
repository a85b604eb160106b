"""Alert + Pack → the Runbook to follow, or why there is none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.link.match import QUOTED_CHARACTERS_MAX, Match, match
from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.incident import MatchedBy
from drillbook.model.pack import Pack
from drillbook.model.place import Place
from drillbook.model.runbook import Kind, Runbook

BASE = "https://runbooks.example/erpgo"


def runbook(path: str, anchor: str = "", alerts: tuple[str, ...] = ()) -> Runbook:
    """A runbook with nothing but its address and its alerts."""
    return Runbook(place=Place(path=path), path=path, anchor=anchor, title=path, alerts=alerts)


DATABASE = runbook("runbooks/database-connectivity.md", alerts=("PostgreSQLDown",))
CACHE = runbook("runbooks/cache.md", alerts=("RedisDown", "Claimed twice"))
QUEUE = runbook("runbooks/queue.md", alerts=("Claimed twice",))
LAG = runbook("runbooks/many.md", "replica-lag", alerts=("ReplicaLag",))
SLOTS = runbook("runbooks/many.md", "slots-full")
OVERVIEW = runbook("runbooks/deep/README.md")
SPACED = runbook("runbooks/disk full.md")
OTHER = runbook("other/cache.md")

PACK = Pack(
    name="erpgo",
    folder="packs/erpgo",
    runbooks=(DATABASE, CACHE, QUEUE, LAG, SLOTS, OVERVIEW, SPACED, OTHER),
    runbook_urls={
        f"{BASE}/": "runbooks",
        f"{BASE}/special": "other",
        "https://wiki.example:8443/page": "runbooks/many.md",
        "not a url": "runbooks",
        "https://up.example/": "../runbooks",
    },
)


def alert(url: str | None = None, name: str = "Nobody") -> Alert:
    """A firing alert with that runbook_url."""
    annotations = {} if url is None else {"runbook_url": url}
    return Alert(name=name, status=AlertStatus.FIRING, annotations=annotations)


def found(url: str) -> Runbook | None:
    """What the URL alone leads to."""
    answer = match(alert(url), PACK)
    expected = MatchedBy.NOTHING if answer.runbook is None else MatchedBy.RUNBOOK_URL
    assert expected == answer.matched_by
    return answer.runbook


@pytest.mark.parametrize(
    "ending", ["", ".md", ".html", "/", ".md?plain=1", "#diagnosis", ".md#L10", "?q=/../x", ".MD"]
)
def test_a_url_leads_to_its_file_however_it_is_published(ending: str) -> None:
    """Extension, trailing slash, query and a section's fragment do not matter."""
    assert DATABASE == found(f"{BASE}/database-connectivity{ending}")


@pytest.mark.parametrize(
    "url",
    [
        "http://runbooks.example/erpgo/cache.md",
        "HTTPS://RUNBOOKS.Example/erpgo/cache.md",
        "https://runbooks.example:443/erpgo/cache.md",
        "https://runbooks.example./erpgo/cache.md",
        "https://runbooks.example//erpgo/./cache.md",
        "  https://runbooks.example/erpgo/cache.md\n",
        "https://runbooks.example/%65rpgo/c%61che.md",
    ],
)
def test_spellings_of_one_address_are_equal(url: str) -> None:
    """Scheme, case of the host, default port, empty segments and percent-codes are one."""
    assert CACHE == found(url)


@pytest.mark.parametrize(
    "url",
    [
        f"{BASE}/../erpgo/cache.md",
        f"{BASE}/%2e%2e/runbooks/cache.md",
        f"{BASE}/x/..%2fcache.md",
        f"{BASE}/x%2fcache.md",
        f"{BASE}\\cache.md",
        f"{BASE}/cache.md%00",
        f"{BASE}/cache\u202e.md",
        f"{BASE}/%252e%252e/cache.md",
        f"{BASE}x/cache.md",
        f"{BASE}:8080/cache.md",
        "https://runbooks.example:99999/erpgo/cache.md",
        "https://runbooks.example@evil.example/erpgo/cache.md",
        "https://[::1/erpgo/cache.md",
        "ftp://runbooks.example/erpgo/cache.md",
        "file:///runbooks/cache.md",
        "javascript:alert(1)",
        "runbooks/cache.md",
        "https://runbooks.example/",
        "https://up.example/cache.md",
        f"{BASE}/" + "a/" * 2000 + "cache.md",
        f"{BASE}/runbooks/cache.md",
        "not a url/cache.md",
    ],
)
def test_hostile_and_foreign_addresses_lead_nowhere(url: str) -> None:
    """Nothing outside the prefixes' folders can be named, by whatever spelling."""
    assert None is found(url)


def test_the_longest_prefix_wins() -> None:
    """A folder of its own inside another prefix is not looked for in the outer one."""
    assert OTHER == found(f"{BASE}/special/cache.md")
    assert None is found(f"{BASE}/special/queue.md")


def test_a_fragment_chooses_among_the_runbooks_of_one_file() -> None:
    """The anchor names the runbook; without one, nothing is guessed."""
    assert LAG == found(f"{BASE}/many.md#replica-lag")
    assert SLOTS == found("https://wiki.example:8443/page#Slots-Full")
    assert None is found(f"{BASE}/many.md")
    assert None is found(f"{BASE}/many.md#elsewhere")
    assert "does not say which" in match(alert(f"{BASE}/many.md"), PACK).because


def test_a_folder_leads_to_its_own_page() -> None:
    """README and index stand for their folder, and a name may hold coded spaces."""
    assert OVERVIEW == found(f"{BASE}/deep/")
    assert OVERVIEW == found(f"{BASE}/deep/README.md")
    assert SPACED == found(f"{BASE}/disk%20full")


def test_the_url_goes_before_the_alerts_list() -> None:
    """An alert that says where to look is sent there, whatever else lists its name."""
    answer = match(alert(f"{BASE}/cache.md", name="PostgreSQLDown"), PACK)
    expected = Match(
        runbook=CACHE,
        matched_by=MatchedBy.RUNBOOK_URL,
        because=f'the alert\'s runbook_url "{BASE}/cache.md" names runbooks/cache.md',
    )
    assert expected == answer


@pytest.mark.parametrize("url", [None, "", "https://gone.example/db.md", f"{BASE}/gone.md"])
def test_the_one_runbook_that_lists_the_alert_is_next(url: str | None) -> None:
    """Where the URL leads nowhere, the alerts lists decide, and the sentence says both."""
    answer = match(alert(url, name="PostgreSQLDown"), PACK)
    assert (DATABASE, MatchedBy.ALERTS_LIST) == (answer.runbook, answer.matched_by)
    assert (url or "has no runbook_url") in answer.because


def test_two_claims_are_no_match_and_both_are_named() -> None:
    """Which of two runbooks is meant is a person's decision."""
    answer = match(alert(name="Claimed twice"), PACK)
    assert (None, MatchedBy.NOTHING) == (answer.runbook, answer.matched_by)
    assert "runbooks/cache.md and runbooks/queue.md" in answer.because


def test_no_claim_is_said_with_the_pack() -> None:
    """An alert that nothing lists is named together with the pack that was searched."""
    answer = match(alert(name="Nobody"), PACK)
    assert MatchedBy.NOTHING == answer.matched_by
    assert 'no runbook of the pack erpgo lists the alert "Nobody"' in answer.because


def test_hostile_text_is_shown_bounded_and_without_controls() -> None:
    """What goes to a terminal holds no escape sequence and no endless name."""
    answer = match(alert("\x1b[2J" + "x" * 100_000, name="\x1b]0;owned\x07" * 1000), PACK)
    assert answer.because.isprintable()
    assert len(answer.because) < 4 * QUOTED_CHARACTERS_MAX


PIECES = st.sampled_from(
    [
        "https://",
        "runbooks.example",
        "/",
        "erpgo",
        "cache",
        ".md",
        "..",
        "%2e",
        "%2F",
        "%",
        "#",
        "?",
        "@",
        "[",
        "]",
        ":",
        "\\",
        "\x00",
        "é",
        "�",
        "many",
    ]
)


@given(url=st.lists(PIECES).map("".join) | st.text(), name=st.text())
def test_no_alert_raises_and_only_the_packs_runbooks_are_chosen(url: str, name: str) -> None:
    """Whatever the text, the answer is a runbook of the pack or none, with a sentence."""
    answer = match(alert(url, name=name), PACK)
    assert answer.runbook is None or answer.runbook in PACK.runbooks
    assert (answer.runbook is None) == (answer.matched_by is MatchedBy.NOTHING)
    assert answer.because.isprintable()


@given(prefix=st.lists(PIECES).map("".join), folder=st.lists(PIECES).map("".join))
def test_no_prefix_of_a_pack_raises(prefix: str, folder: str) -> None:
    """A prefix or folder that makes no sense fits nothing."""
    pack = Pack(name="p", folder="p", runbooks=(CACHE,), runbook_urls={prefix: folder})
    assert match(alert(f"{BASE}/cache.md"), pack).runbook in (None, CACHE)


def test_a_page_published_in_small_letters_is_found() -> None:
    """Sites fold the names of their pages; only where one file alone is meant."""
    full, slow, small = runbook("a/DiskFull.md"), runbook("a/DiskSlow.md"), runbook("a/diskslow.md")
    pack = replace(PACK, runbooks=(full, slow), runbook_urls={BASE: "a"})
    assert full == match(alert(f"{BASE}/diskfull"), pack).runbook
    both = replace(pack, runbooks=(slow, small))
    assert small == match(alert(f"{BASE}/diskslow"), both).runbook
    assert match(alert(f"{BASE}/DISKSLOW"), both).runbook is None


def test_no_alert_starts_a_procedure() -> None:
    """Neither by its runbook_url nor by the procedure's own list; why is said."""
    pack = replace(PACK, runbooks=(replace(DATABASE, kind=Kind.PROCEDURE),))
    for each in (alert(f"{BASE}/database-connectivity"), alert(name="PostgreSQLDown")):
        answer = match(each, pack)
        assert (None, MatchedBy.NOTHING) == (answer.runbook, answer.matched_by)
        assert "a procedure is started by its name, never by an alert" in answer.because
