"""A drill in which all is as it should be: command line, report and journal agree on it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook.incident.records import fold_incident
from drillbook.model.incident import IncidentState
from drillbook.read.pack import read_pack
from packs import DRILL, CommandLine, scratch_folder, short_pack

pytestmark = pytest.mark.lab

IN_ORDER = (
    "fault_at",
    "alert_active_at",
    "alert_fired_at",
    "notified_at",
    "acked_at",
    "diagnosed_at",
    "mitigated_at",
    "resolved_at",
)


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """All that a lab leaves while it runs; nothing of it may be there, and run, at the end."""
    with scratch_folder(monkeypatch) as folder:
        yield folder


def test_a_drill_that_passes_says_so_everywhere(tmp_path: Path, scratch: Path) -> None:
    """Exit code, verdict, times, incident, report and journal agree that it passed."""
    # The control run must last longer than the recovery takes.
    pack = short_pack(tmp_path / "pack").swap(DRILL, "hold: 3s", "hold: 10s")
    command = CommandLine(tmp_path, scratch)
    asked = ("--compressed", "10", "--report", "report", "--format", "json")
    done = command.run("drill", str(pack.folder), *asked)
    assert 0 == done.returncode, done.stderr
    verdict = json.loads(done.stdout)
    assert "passed" == verdict["state"]
    assert {"passed"} == {ruling["state"] for ruling in verdict["rulings"]}
    assert {".html", ".json", ".xml"} == {file.suffix for file in (tmp_path / "report").iterdir()}

    times = {name: moment["ns"] for name, moment in verdict["times"].items()}
    in_order = [times[name] for name in IN_ORDER]
    assert sorted(in_order) == in_order
    # The writer may be refused before it is confirmed that the fault is effective.
    assert times["impact_at"] < times["notified_at"]
    detection = verdict["detection"]
    from_injection_s = verdict["durations_s"]["detect_from_injection"]
    assert detection["minimum_s"] <= from_injection_s
    assert detection["measured_s"] <= detection["maximum_s"]
    assert 0 <= verdict["overhead_s"] < 2

    incident = fold_incident(command.entries("incident/"))
    assert incident is not None
    assert (IncidentState.RESOLVED, True) == (incident.state, incident.is_drill)
    assert [*incident.runs] == [command.entries("run/")[0].stream.removeprefix("run/")]

    [proof] = read_pack(pack.folder).proofs
    drilled = command.entries("drill/")
    assert ("postgresql-killed", 10.0) == (proof.drill, proof.compression)
    assert (drilled[-1].seq, drilled[-1].hash) == (proof.head_seq, proof.head_hash)
    assert verdict["hashes"] == proof.hashes
    covered = command.run("cover", str(pack.folder), "--min", "proven=100%", "--min", "accuracy=1")
    assert 0 == covered.returncode, covered.stderr
    assert "proven compressed 10x on " in covered.stdout

    name = command.entries("drill/")[0].stream
    again = command.run("judge", name, "--format", "json")
    assert (0, verdict) == (again.returncode, json.loads(again.stdout))
    assert 0 == command.run("journal", "verify").returncode
