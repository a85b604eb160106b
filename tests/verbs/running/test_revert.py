"""Drills that were cut off by `kill -9`, and by Ctrl-C → nothing left, and no passed Verdict."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drillbook.drill.recorder import Recorder
from drillbook.model.lab import LabError
from drillbook.read.settings import default_settings
from drillbook.verbs.running.locks import HeldError, held
from drillbook.verbs.running.revert import cut_off, revert_drill
from drillbook.verbs.running.workplace import Workplace, open_workplace
from packs import DRILL, GENEROUS_S, CommandLine, processes_of, scratch_folder, short_pack
from small_lab import SMALL_LABS, SmallLab, small_facts, started

NOTHING = "nothing to clean up: no drill was cut off\n"


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """All that a lab leaves while it runs; nothing of it may be there, and run, at the end."""
    with scratch_folder(monkeypatch) as folder:
        yield folder


@pytest.fixture
def command(tmp_path: Path, scratch: Path) -> CommandLine:
    """The command line in a folder that holds a short pack, whose control run lasts."""
    short_pack(tmp_path / "pack").swap(DRILL, "hold: 3s", "hold: 10m")
    return CommandLine(tmp_path, scratch)


def wait_for(what: Callable[[], bool], drill: subprocess.Popen[str]) -> None:
    """Wait until it is so, while the drill goes on."""
    until_s = time.monotonic() + GENEROUS_S
    while not what():
        assert drill.poll() is None, drill.communicate()[0]
        assert time.monotonic() < until_s
        time.sleep(0.1)


def kinds(command: CommandLine, prefix: str = "drill/") -> list[str]:
    """The kinds of the entries of all such streams, in order."""
    return [entry.kind for entry in command.entries(prefix)]


@pytest.mark.lab
def test_a_drill_that_was_killed_is_reverted_by_another_process(
    command: CommandLine, scratch: Path
) -> None:
    """Not while it is played; after `kill -9` once, with everything gone and nothing passed."""
    drill = command.start("drill", "pack", "--compressed", "10")
    wait_for(lambda: "fault-effective" in kinds(command), drill)
    too_early = command.run("drill", "--revert")
    assert (0, "", NOTHING) == (too_early.returncode, too_early.stdout, too_early.stderr)
    assert (None, True) == (drill.poll(), len(processes_of(scratch)) > 5)

    drill.send_signal(signal.SIGKILL)
    drill.communicate(timeout=GENEROUS_S)
    assert len(processes_of(scratch)) > 4, "the lab outlives the process that started it"
    done = command.run("drill", "--revert")
    stream = command.entries("drill/")[0].stream
    assert (0, f"{stream} cleaned up\n") == (done.returncode, done.stdout), done.stderr
    assert ([], []) == (processes_of(scratch), list(scratch.iterdir()))
    assert ["lab-down", "interrupted", "drill-ended"] == [
        kind for kind in kinds(command)[-5:] if not kind.startswith(("phase", "activity"))
    ]
    assert ["true"] == [
        entry.body["truth"] for entry in command.entries("drill/") if entry.kind == "fault-reverted"
    ]
    assert 4 == command.run("judge", stream).returncode
    again = command.run("drill", "--revert")
    assert (0, "", NOTHING) == (again.returncode, again.stdout, again.stderr)


@pytest.mark.lab
@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_the_runbook_is_followed_ends_the_drill_in_order(
    command: CommandLine, tmp_path: Path, order: signal.Signals
) -> None:
    """The run is stopped, the lab is taken down, and the drill is neither passed nor failed."""
    pack = tmp_path / "pack" / DRILL
    pack.write_text(pack.read_text(encoding="utf-8").replace("hold: 10m", "hold: 1s"))
    drill = command.start("drill", "pack", "--compressed", "10")
    wait_for(lambda: "step-started" in kinds(command, "run/"), drill)
    drill.send_signal(order)
    said, _ = drill.communicate(timeout=GENEROUS_S)
    assert 130 == drill.returncode, said
    told = kinds(command)
    assert ["interrupted", "lab-down", "drill-ended"] == [
        kind for kind in told if kind in {"interrupted", "lab-down", "drill-ended", "responded"}
    ]
    assert "cancelled" == command.entries("run/")[-1].body["state"]
    assert 4 == command.run("judge", command.entries("drill/")[0].stream).returncode
    assert NOTHING == command.run("drill", "--revert").stderr


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A workplace in an empty folder."""
    with open_workplace(default_settings(tmp_path)) as opened:
        yield opened


def begun(place: Workplace, folder: Path, **facts: object) -> None:
    """A drill of the small lab that was started and not heard of again."""
    folder.mkdir(parents=True, exist_ok=True)
    recorder = Recorder(place.journal, "drill/d", lambda _: None)
    recorder.tell("drill-started", {**small_facts(folder), **facts})


def test_a_drill_that_ended_was_not_cut_off(place: Workplace, tmp_path: Path) -> None:
    """Only what began and did not end is there to clean up."""
    assert () == cut_off(place)
    begun(place, tmp_path / "lab")
    assert ["drill/d"] == [entry.stream for entry in cut_off(place)]
    place.journal.append("drill/d", "drill-ended", {})
    assert () == cut_off(place)


def test_a_drill_in_another_hand_is_left_alone(place: Workplace, tmp_path: Path) -> None:
    """Neither listed nor reverted while somebody holds it, be it by reverting it as well."""
    begun(place, tmp_path / "lab")
    [beginning] = cut_off(place)
    with held(place.settings.state / "drills", "d", "drill"):
        assert () == cut_off(place)
        with pytest.raises(HeldError, match="drill d is in another process's hands"):
            revert_drill(place, beginning, SMALL_LABS, lambda _: None)
    assert (tmp_path / "lab").is_dir()


@pytest.mark.parametrize("what", ["lab", "fault"])
def test_a_drill_of_another_version_is_told_of_in_one_line(
    place: Workplace, tmp_path: Path, what: str
) -> None:
    """A lab or a fault that this version does not have is named, with the folder to clean up."""
    facts = small_facts(tmp_path / "lab")
    begun(place, tmp_path / "lab", **{what: {**facts[what], "name": "moon", "kind": "moon"}})
    [beginning] = cut_off(place)
    with pytest.raises(LabError, match=f"drill/d was played with the {what} `moon`"):
        revert_drill(place, beginning, SMALL_LABS, lambda _: None)
    assert ["drill/d"] == [entry.stream for entry in cut_off(place)]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[SmallLab]:
    """A small lab that is up, and down when the test ends."""
    up = started(tmp_path / "lab")
    yield up
    up.down()


def test_a_fault_that_was_meant_is_reverted_and_what_is_left_is_named(
    place: Workplace, lab: SmallLab
) -> None:
    """The intent alone is reason enough to revert: the crash may have come just after the act."""
    begun(place, lab.folder)
    place.journal.append("drill/d", "fault-intended", {"phase": "control"})
    lab.kill()
    [beginning] = cut_off(place)
    assert [] == revert_drill(place, beginning, SMALL_LABS, lambda _: None)
    told = [entry.kind for entry in place.journal.entries("drill/d")]
    assert ["fault-reverted", "lab-down", "interrupted", "drill-ended"] == [
        kind for kind in told[2:] if not kind.startswith(("phase", "activity"))
    ]
    assert not lab.folder.exists()
