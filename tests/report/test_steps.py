"""The entries of a run as rows."""

from collections.abc import Callable

import pytest

from drillbook.model.journal import Entry, JournalError
from drillbook.report.steps import OUTPUT_CHARACTERS_MAX, ROWS_MAX, step_rows

EntriesOf = Callable[[str], tuple[Entry, ...]]


def started(body: dict[str, object], *, at_ns: int = 0, stream: str = "run/1") -> Entry:
    """A step's intent."""
    return Entry(
        stream=stream, seq=1, kind="step-started", at_ns=at_ns, body=body, previous="", hash=""
    )


def finished(body: dict[str, object]) -> Entry:
    """A step's outcome."""
    return Entry(
        stream="run/1", seq=2, kind="step-finished", at_ns=0, body=body, previous="", hash=""
    )


def nothing(_: str) -> None:
    """A store in which every blob was erased."""


def test_polls_are_folded_into_one_row(entries_of: EntriesOf) -> None:
    """Three polls of one verification are one row, from the first to the last."""
    rows = step_rows(entries_of("passed"), nothing)
    assert ["server-ready", "disk-used", "start-server", "orders-accepted"] == [
        row.step for row in rows
    ]
    last = rows[-1]
    assert (3, "met", "exit code is 0, since 11.1 s") == (last.polls, last.result, last.because)
    assert last.end_ns is not None
    assert 12_100_000_000 == last.end_ns - last.begin_ns


def test_a_check_says_healthy_or_unhealthy(entries_of: EntriesOf) -> None:
    """A diagnosis is told in its own words."""
    rows = step_rows(entries_of("passed"), nothing)
    assert ["unhealthy", "healthy", "met", "met"] == [row.meaning for row in rows]


def test_a_retry_is_a_row_of_its_own() -> None:
    """Only a further poll goes on with a row; a first poll begins one."""
    entries = [started({"step": "a", "poll": poll}) for poll in (1, 2, 1, 2, 3)]
    assert [2, 3] == [row.polls for row in step_rows(entries, nothing)]


@pytest.mark.parametrize("name", ["step", "part", "option"])
def test_another_step_is_never_folded(name: str) -> None:
    """A poll goes on with its own step only."""
    same: dict[str, object] = {"step": "a", "part": "b", "option": "c"}
    entries = [
        started({"poll": 1, **same}),
        started({"poll": 2, **same, name: "other"}),
    ]
    assert 2 == len(step_rows(entries, nothing))


def test_another_run_is_never_folded() -> None:
    """A poll goes on with its own run only."""
    entries = [started({"step": "a", "poll": n}, stream=f"run/{n}") for n in (1, 2)]
    assert 2 == len(step_rows(entries, nothing))


def test_a_step_without_an_outcome_is_unknown() -> None:
    """A crash in the middle of a step is not taken for success."""
    (row,) = step_rows([started({"step": "a"}, at_ns=5)], nothing)
    assert ("unknown", "no outcome was journaled", None) == (row.result, row.because, row.end_ns)


def test_the_whole_output_comes_from_its_blob() -> None:
    """Where the entry holds a part, the blob holds all; once erased, the part is shown."""
    entries = [
        started({"step": "a"}),
        finished({"output": "part", "output_blob": "digest"}),
    ]
    assert "whole \ufffd" == step_rows(entries, lambda _: b"whole \xff")[0].output
    assert "part" == step_rows(entries, nothing)[0].output


def test_an_altered_blob_is_said_to_be() -> None:
    """A report is written even where the journal was altered, and says so."""

    def altered(_: str) -> bytes:
        raise JournalError("the blob was altered")

    entries = [started({}), finished({"output_blob": "digest"})]
    assert "the blob was altered" == step_rows(entries, altered)[0].output


def test_outputs_and_rows_are_bounded() -> None:
    """A page does not grow with what a step printed, nor with how many there were."""
    entries = [started({}), finished({"output": "x" * 1_000_000})]
    (row,) = step_rows(entries, nothing)
    assert len(row.output) < OUTPUT_CHARACTERS_MAX + 100
    many = [started({"step": str(n)}) for n in range(ROWS_MAX + 10)]
    assert ROWS_MAX == len(step_rows(many, nothing))


def test_bodies_of_wrong_types_are_borne(entries_of: EntriesOf) -> None:
    """Nothing that stands in a body raises."""
    last = step_rows(entries_of("hostile"), nothing)[-1]
    assert ("", 1, "unknown", "") == (last.step, last.poll, last.result, last.output)


def test_an_outcome_without_its_step_is_passed_by() -> None:
    """A stream that begins in the middle makes no row of nothing."""
    assert () == step_rows([finished({"result": "met"})], nothing)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"exit_code": 7, "ending": "exited"}, "exit code 7"),
        ({"exit_code": None, "signal": 9, "ending": "signalled"}, "signal 9"),
        ({"ending": "timed-out"}, "timed-out"),
    ],
)
def test_how_a_step_ended(body: dict[str, object], expected: str) -> None:
    """The exit code, the signal, or the word for it."""
    entries = [started({}), finished(body)]
    assert expected == step_rows(entries, nothing)[0].ending
