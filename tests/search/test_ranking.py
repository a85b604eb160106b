"""Ranking: the runbook that fits comes first, with the line that says so."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.read.markdown.runbook import read_document
from drillbook.search.cache import open_cache
from drillbook.search.entries import Pointer, entries_of
from drillbook.search.indexing import replace_entries
from drillbook.search.question import ask
from drillbook.search.ranking import BEGINNING_CHARS_MIN, count_of, ranked

RUNBOOKS = {
    "db/connections.md": """# PostgreSQLTooManyConnections

## Symptoms
New sessions are refused: `FATAL: sorry, too many clients already`.

## Diagnosis
```sh
psql -c 'select count(*) from pg_stat_activity'
```
""",
    "db/disk.md": """# PostgreSQL fills its disk

## Symptoms
The data volume of the database is nearly full.

## Resolution
Remove replication slots that nobody reads.
""",
    "queue/lag.md": """# Consumers lag behind

## Symptoms
Messages wait for minutes in the queue before anybody reads them.

## Diagnosis
Ask each consumer group for its offset.
""",
    "web/errors.md": """# The API answers 503

## Symptoms
Users see "service unavailable"; the disk is not the trouble.
""",
}


@pytest.fixture(scope="module")
def index():
    """Those runbooks, with a rule that leads to the one about the queue."""
    connection = open_cache(None)
    pointer = Pointer(alert="BacklogGrowing", text="The backlog of {{ $labels.topic }} grows")

    def entries(path):
        document = read_document(RUNBOOKS[path], path)
        return entries_of(document, [pointer] if path.startswith("queue") else [])

    replace_entries(connection, (), RUNBOOKS, entries)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("said", "path", "line"),
    [
        ("PostgreSQLTooManyConnections", "db/connections.md", 1),
        ("too many clients", "db/connections.md", 4),
        (
            "2026-01-01 12:00:00 UTC [312] FATAL:  sorry, too many clients already",
            "db/connections.md",
            4,
        ),
        ("database volume almost full", "db/disk.md", 4),
        ("slots", "db/disk.md", 7),
        ("consumer offsets", "queue/lag.md", 7),
        ("503", "web/errors.md", 1),
        ("pg_stat_activity", "db/connections.md", 8),
    ],
)
def test_the_runbook_and_the_line_that_fit_come_first(index, said, path, line):
    """By symptom, alert, error code, log line or the name of a table."""
    hit = ranked(ask(said), index, 5)[0]
    assert (path, line) == (hit.path, hit.line)


def test_the_hit_says_why(index):
    """Its section, the line as it stands, and the words that it has, the rarest first."""
    hit = ranked(ask("the database volume is full"), index, 5)[0]
    assert ("PostgreSQL fills its disk", "Symptoms") == (hit.title, hit.section)
    assert "The data volume of the database is nearly full." == hit.snippet
    assert {"volume", "full", "database"} == set(hit.words)


def test_an_alert_finds_the_runbook_that_its_rule_leads_to(index):
    """Also where the runbook itself never names it."""
    hit = ranked(ask("BacklogGrowing"), index, 5)[0]
    assert ("queue/lag.md", "BacklogGrowing") == (hit.path, hit.alert)


def test_a_cut_word_finds_what_begins_so(index):
    """As at the edge of a screen; very short ones say too little."""
    assert "db/connections.md" == ranked(ask("postgresqltoom"), index, 5)[0].path
    assert [] == ranked(ask("postgresqltoom"[: BEGINNING_CHARS_MIN - 1] + "qz"), index, 5)


def test_words_of_one_family_find_each_other(index):
    """Whatever their endings; shown is what was asked."""
    hit = ranked(ask("replicating"), index, 5)[0]
    assert ("db/disk.md", ("replicating",)) == (hit.path, hit.words)
    assert [] == ranked(ask("serval"), index, 5)


def test_an_abbreviation_finds_what_it_means(index):
    """ENOSPC is a full disk."""
    assert "db/disk.md" == ranked(ask("ENOSPC"), index, 1)[0].path


def test_only_so_many_are_shown_the_best_first(index):
    """And what hardly fits is not."""
    hits = ranked(ask("disk database queue"), index, 2)
    assert 2 == len(hits)
    assert hits[0].score >= hits[1].score
    assert 4 == count_of(index)


def test_words_that_no_runbook_has_find_nothing(index):
    """Rather than anything."""
    assert [] == ranked(ask("zeppelin hangar"), index, 5)


def test_the_same_question_has_the_same_answer(index):
    """Whatever was asked before."""
    first = ranked(ask("disk"), index, 5)
    ranked(ask("queue"), index, 5)
    assert first == ranked(ask("disk"), index, 5)


def test_an_empty_index_finds_nothing():
    """And that is no error."""
    with closing(open_cache(None)) as empty:
        assert [] == ranked(ask("disk"), empty, 5)


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_no_bytes_raise(data):
    """Whatever is pasted; scores are numbers above nothing."""
    with closing(open_cache(None)) as connection:
        replace_entries(
            connection,
            (),
            ["db/disk.md"],
            lambda path: entries_of(read_document(RUNBOOKS[path], path)),
        )
        for hit in ranked(ask(data.decode("utf-8", "surrogateescape")), connection, 3):
            assert hit.score > 0 < hit.line


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE posting SET entries = x'00'",
        "UPDATE entry SET rows = 'x'",
        "DELETE FROM entry",
        "DROP TABLE posting",
    ],
)
def test_a_damaged_index_is_told(damage):
    """By errors that the caller knows, never by a wrong answer."""
    with closing(open_cache(None)) as connection:
        replace_entries(
            connection,
            (),
            ["db/disk.md"],
            lambda path: entries_of(read_document(RUNBOOKS[path], path)),
        )
        connection.execute(damage)
        with pytest.raises((ValueError, IndexError, sqlite3.Error)):
            ranked(ask("full disk"), connection, 3)
