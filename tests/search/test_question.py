"""Questions: what is new in every line of a log is taken out, what it says stays."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.search.question import (
    CHARS_MAX,
    EARLY,
    FRAME,
    TERMS_MAX,
    ask,
    weight_of,
    without_noise,
)
from drillbook.search.words import terms

NOISE = [
    "2026-01-31T12:00:00.123Z",
    "2026-01-31 12:00:00,123",
    "31/Jan/2026:12:00:00 +0000",
    "12:00:01.5",
    "5b1a0e0e-3d2e-4b0c-9f5c-0a6f4de0a111",
    "0xc000123abc",
    "8e9e05c52164694d",
    "10.128.2.15:8080",
    "10.0.0.0/16",
    "https://metrics.example/api/v1/push?x=1",
    "/var/lib/pgsql/15/data",
    "/usr/lib/python3.11/site-packages/app/worker.py:120",
    "server.go:1120",
    "250ms",
    "97%",
    "1.5GiB",
    "868ddd4b45",
    "{{ $labels.instance }}",
]


@pytest.mark.parametrize("noise", NOISE)
def test_noise_leaves_no_term(noise):
    """Alone it is nothing to look for."""
    assert {} == ask(noise).weights


@pytest.mark.parametrize("noise", NOISE)
def test_noise_does_not_take_the_words_along(noise):
    """The same words are asked for with it and without it."""
    said = "connection refused by the primary database"
    assert ask(said).weights == ask(f"{said} {noise}").weights
    assert ask(said).weights == ask(f"{noise} {said}").weights


def test_a_line_of_words_is_taken_as_it_is():
    """Nothing in it could be noise."""
    assert "the disk is full" == without_noise("the disk is full")


def test_the_words_of_a_log_line_outweigh_its_furniture():
    """Levels, callers and times of a log say nothing of the trouble."""
    found = ask(
        'level=error ts=2026-01-31T12:00:00Z caller=a.go:1 msg="replication slot lost"'
    ).weights
    assert min(found[term] for term in terms("replication slot")) > max(
        found[term] for term in terms("level msg caller ts")
    )


def test_frames_of_a_stack_trace_weigh_little():
    """What was thrown decides, not where."""
    trace = (
        "java.sql.SQLTransientConnectionException: pool exhausted\n"
        "\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)\n"
        "\tat org.example.Shop.buy(Shop.java:12)\n"
    )
    found = ask(trace).weights
    (pool, exhausted), (shop,) = terms("pool exhausted"), terms("shop")
    assert found[pool] > found[exhausted] > 3 * found[shop]
    assert found[shop] <= FRAME * (1 + EARLY)


def test_python_and_go_frames_weigh_little_too():
    """Each language shows them in its way."""
    for frame in ('  File "a.py", line 3, in checkout', "goroutine 12 [running checkout]:"):
        assert ask(frame).weights["checkout"] <= FRAME * (1 + EARLY)


def test_what_is_said_first_weighs_more():
    """It is what the sentence is about; what comes late is nearly as it was."""
    found = ask("kubelet " + "disk pool lag slot " * 8 + "vacuum").weights
    assert 1 + EARLY == found["kubelet"] > found["disk"] > found["pool"] > 1
    assert 1.3 > found["vacuum"] > 1


@pytest.mark.parametrize(("word", "base"), [("unready", "ready"), ("Unhealthy", "healthy")])
def test_what_is_not_so_is_asked_for_as_what_it_is(word, base):
    """A runbook says "not ready"; a word as `unit` has no such other side."""
    found = ask(word).weights
    assert found[terms(word)[0]] == found[terms(base)[0]]
    assert 1 == len(ask("unit").weights)


def test_an_abbreviation_asks_for_what_it_means_too():
    """But less than for itself."""
    found = ask("OOMKilled").weights
    assert 0 < found[terms("memory")[0]] < found["oomkilled"]


def test_what_was_written_is_kept_for_showing():
    """A stem is never shown."""
    assert "Filesystems" == ask("Filesystems").words[terms("filesystem")[0]]


def test_common_words_and_numbers_weigh_little():
    """They may help, and never decide."""
    assert weight_of(terms("cluster")[0]) == weight_of("503") < weight_of("inode")


def test_a_long_text_is_bounded():
    """A pasted file is asked for by its beginning."""
    text = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(100_000))
    found = ask(text)
    assert len(found.order) <= TERMS_MAX
    assert len(found.weights) <= 4 * TERMS_MAX


@pytest.mark.parametrize(
    "piece",
    ["/a", "a.", "0x", "1:", "::", "{{", "}}", "a-1", "-", "\\a", "1.1", "aA1", "\x1b[", "://"],
)
def test_hostile_lines_take_no_time(piece):
    """No pattern goes back and forth over a line; the bound is far above what it takes."""
    begin = time.monotonic()
    ask(piece * (CHARS_MAX // len(piece)))
    assert time.monotonic() - begin < 20


@given(st.binary(max_size=400))
def test_no_bytes_raise(data):
    """Whatever comes by a pipe."""
    ask(data.decode("utf-8", "replace"))
    ask(data.decode("utf-8", "surrogateescape"))
    ask(data.decode("latin-1"))
