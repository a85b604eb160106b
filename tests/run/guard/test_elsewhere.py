"""A step that a program carries elsewhere: what its words mean, and what its silence does."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook.model.attempt import AttemptOrder, Ending, Outcome
from drillbook.run.supervisor import StepSupervisor

MARK = "drillbook-00112233445566778899aabbccddeeff"
BEGIN = f"printf '{MARK} begin\\n'; read -r frame; read -r go; "


@pytest.fixture
def supervisor() -> Iterator[StepSupervisor]:
    """A supervisor that is closed at the end."""
    one = StepSupervisor()
    yield one
    one.close()


def carried(folder: Path, carrier: str, *, timeout_s: float = 60.0, **more) -> AttemptOrder:
    """The order of a step whose carrier is this script; it is given a frame of one line."""
    return AttemptOrder(
        folder=folder / "attempt",
        argv=("bash", "-c", carrier),
        env={"PATH": os.environ["PATH"]},
        timeout_s=timeout_s,
        stdin=b"frame\n",
        mark=MARK,
        **more,
    )


def silently(_text: str) -> None:
    """Show nothing."""


def told(output: str, *records: str) -> str:
    """A script that writes this output and these records behind it."""
    ends = "".join(f"{record}\\0" for record in records)
    return f"printf '{output}'; printf '{MARK} end\\0{ends}{MARK} over'; "


def test_what_is_told_is_what_happened(supervisor, tmp_path):
    """Whatever the carrier's own exit code; its words before and behind are nobody's."""
    records = ("exit 3", "missing pg_isready", "export A=1=2", "survivor 7 sleep 9")
    carrier = f"echo hello; {BEGIN}{told('out', *records)} echo bye; exit 77"
    shown: list[str] = []
    outcome = supervisor.perform(carried(tmp_path, carrier, exports=("A", "B")), shown.append)
    assert (Ending.EXITED, 3, "out", "out") == (
        outcome.ending,
        outcome.exit_code,
        outcome.output,
        "".join(shown),
    )
    assert (("pg_isready",), {"A": "1=2"}, ("7 sleep 9",)) == (
        outcome.missing,
        outcome.exports,
        outcome.survivors,
    )


def test_a_signal_over_there_is_one_here(supervisor, tmp_path):
    """And no exit code."""
    outcome = supervisor.perform(carried(tmp_path, BEGIN + told("", "signal 15")), silently)
    assert (Ending.SIGNALLED, None, 15) == (outcome.ending, outcome.exit_code, outcome.signal)


def test_it_is_told_to_go_only_when_it_is_ready(supervisor, tmp_path):
    """The frame first; then nothing until all is ready over there."""
    carrier = (
        "read -r frame; read -rt 0.3 early && exit 9; "
        f"printf '{MARK} begin\\n'; read -r go; {told('$frame-$go', 'exit 0')}"
    ).replace("printf '$frame-$go'", 'printf %s "$frame-$early-$go"')
    outcome = supervisor.perform(carried(tmp_path, carrier), silently)
    assert (0, "frame--go") == (outcome.exit_code, outcome.output)


@pytest.mark.parametrize(
    ("carrier", "because", "output"),
    [
        ("echo no such host >&2; exit 255", "it did not begin: no such host", "no such host\n"),
        ("exit 0", "it did not begin: the way ended at once", ""),
        (
            f"echo hi; printf '{MARK} cannot it has no bash\\n'; sleep 60",
            "it could not begin over there: it has no bash",
            "hi\n",
        ),
    ],
)
def test_what_did_not_begin_was_not_started(supervisor, tmp_path, carrier, because, output):
    """What the carrier said is the reason, and all there is to see."""
    outcome = supervisor.perform(carried(tmp_path, carrier), silently)
    assert (Ending.NOT_STARTED, because, output) == (
        outcome.ending,
        outcome.because,
        outcome.output,
    )


@pytest.mark.parametrize(
    "rest",
    [
        "echo half; exit 0",
        "echo half; exit 255",
        "echo half; kill -9 $$",
        f"echo half; printf '{MARK} end\\0exit 0\\0'; exit 0",
        f"echo half; printf '{MARK} end\\0{MARK} over'",
        f"echo half; printf '{MARK} end\\0exit soon\\0{MARK} over'",
    ],
)
def test_what_began_and_did_not_tell_its_end_is_lost(supervisor, tmp_path, rest):
    """No exit code is made up from the carrier's own."""
    outcome = supervisor.perform(carried(tmp_path, BEGIN + rest), silently)
    assert (Ending.LOST, None, "half\n") == (outcome.ending, outcome.exit_code, outcome.output)
    assert outcome.because


def test_at_its_time_limit_its_input_ends_and_it_tells_the_rest(supervisor, tmp_path):
    """So its end over there is known, and what it had found out by then."""
    carrier = f"{BEGIN}echo begun; read -r more; {told('ended', 'signal 9', 'missing x')}"
    outcome = supervisor.perform(carried(tmp_path, carrier, timeout_s=0.5), silently)
    assert (Ending.TIMED_OUT, None, None) == (outcome.ending, outcome.exit_code, outcome.signal)
    assert ("begun\nended", ("x",)) == (outcome.output, outcome.missing)
    assert "its time limit of 0.5 s was reached" == outcome.because


def test_a_carrier_that_breaks_when_it_is_asked_to_end_leaves_it_open(supervisor, tmp_path):
    """Whether anything of it runs on over there nobody can say."""
    carrier = f"{BEGIN}read -r more; exit 255"
    outcome = supervisor.perform(carried(tmp_path, carrier, timeout_s=0.5), silently)
    assert Ending.TIMED_OUT is outcome.ending
    assert "whether its processes over there have ended is not known" in outcome.because


def test_it_can_be_cancelled(supervisor, tmp_path):
    """In the same way."""
    carrier = f"{BEGIN}touch {tmp_path}/begun; read -r more; {told('', 'signal 15')}"
    order = carried(tmp_path, carrier)
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(supervisor.perform(order, silently)))
    thread.start()
    deadline_s = time.monotonic() + 60.0
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    assert supervisor.cancel(order.folder)
    thread.join()
    assert [(Ending.CANCELLED, "it was cancelled")] == [
        (outcome.ending, outcome.because) for outcome in outcomes
    ]


def test_a_carrier_that_stays_is_ended(supervisor, tmp_path):
    """All is told: it may not keep the guardian, whatever it ignores."""
    carrier = f"trap '' TERM; {BEGIN}{told('x', 'exit 0')} echo $$ >{tmp_path}/pid; sleep 300"
    began_s = time.monotonic()
    outcome = supervisor.perform(carried(tmp_path, carrier, grace_s=0.2), silently)
    assert 0 == outcome.exit_code
    assert time.monotonic() - began_s < 60.0
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def test_a_flood_goes_through(supervisor, tmp_path):
    """Its mark is found wherever the pieces end."""
    carrier = f"{BEGIN}head -c 20000000 /dev/zero | tr '\\0' d; {told('last', 'exit 0')}"
    outcome = supervisor.perform(carried(tmp_path, carrier), silently)
    assert (0, 20_000_004, True) == (outcome.exit_code, outcome.output_bytes, outcome.is_cut)
    assert outcome.output.endswith("ddlast")
