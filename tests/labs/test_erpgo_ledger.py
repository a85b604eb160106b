"""What the writer noted is counted as it was, and a torn line is no acknowledgement."""

from pathlib import Path

import pytest

from drillbook.model.lab import LabError
from drillbook_labs.erpgo.ledger import (
    ACKNOWLEDGED,
    REFUSED,
    SENT,
    Ledger,
    first_refusal_ns,
    tally,
)


def write(path: Path, *events: tuple[str, str, int]) -> None:
    """Note events as the writer does: event, reference, when the attempt began."""
    with Ledger(path) as ledger:
        for event, reference, began_ns in events:
            ledger.note(event, reference, began_ns=began_ns, why="503" if event == REFUSED else "")


def test_only_what_was_acknowledged_counts(tmp_path: Path) -> None:
    """An order that was sent and refused is counted as a refusal only."""
    log = tmp_path / "writer.jsonl"
    write(log, (SENT, "a", 1), (ACKNOWLEDGED, "a", 1), (SENT, "b", 2), (REFUSED, "b", 2))
    counted = tally(log)
    assert ["a"] == list(counted.acknowledged_at_ns)
    assert 1 == counted.refused


def test_an_order_that_was_sent_again_counts_once(tmp_path: Path) -> None:
    """The same reference refused twice and then acknowledged is one order."""
    log = tmp_path / "writer.jsonl"
    write(log, (REFUSED, "a", 1), (REFUSED, "a", 2), (ACKNOWLEDGED, "a", 3))
    counted = tally(log)
    assert (["a"], 2) == (list(counted.acknowledged_at_ns), counted.refused)


def test_a_line_that_was_cut_off_was_never_written(tmp_path: Path) -> None:
    """The writer was killed within its last line: that one does not count."""
    log = tmp_path / "writer.jsonl"
    write(log, (ACKNOWLEDGED, "a", 1), (ACKNOWLEDGED, "b", 2))
    log.write_bytes(log.read_bytes()[:-1])
    assert ["a"] == list(tally(log).acknowledged_at_ns)


def test_a_log_goes_on_after_a_restart(tmp_path: Path) -> None:
    """A second writer appends; nothing of the first is lost."""
    log = tmp_path / "writer.jsonl"
    write(log, (ACKNOWLEDGED, "a", 1))
    write(log, (ACKNOWLEDGED, "b", 2))
    assert ["a", "b"] == list(tally(log).acknowledged_at_ns)


def test_no_log_counts_nothing(tmp_path: Path) -> None:
    """A client that was never started has acknowledged nothing and was never refused."""
    log = tmp_path / "writer.jsonl"
    assert {} == tally(log).acknowledged_at_ns
    assert first_refusal_ns(log, since_ns=0) is None


def test_the_first_refusal_is_the_first_that_began_then(tmp_path: Path) -> None:
    """Refusals that began before the moment asked about do not count."""
    log = tmp_path / "writer.jsonl"
    write(log, (REFUSED, "a", 10), (ACKNOWLEDGED, "a", 15), (REFUSED, "b", 20), (REFUSED, "b", 30))
    assert [10, 20, 20, 30, None] == [
        first_refusal_ns(log, since_ns=since_ns) for since_ns in (0, 11, 20, 21, 31)
    ]


@pytest.mark.parametrize(
    "line",
    [
        b'{"event": "acknowledged", no JSON\n',
        b'{"event": "acknowledged", "reference": "a", "at_ns": "noon"}\n',
    ],
)
def test_a_damaged_log_is_an_error_and_not_a_count(tmp_path: Path, line: bytes) -> None:
    """What cannot be read is never counted as nothing lost."""
    log = tmp_path / "writer.jsonl"
    log.write_bytes(line)
    with pytest.raises(LabError):
        tally(log)
