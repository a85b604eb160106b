"""Drills that were cut off → their faults reverted and their labs taken down."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from drillbook.drill.faults.registry import FAULTS
from drillbook.drill.recorder import Recorder
from drillbook.drill.script import clean_up
from drillbook.model.drill import Drill, FaultUse, LabUse
from drillbook.model.journal import Entry, Watch
from drillbook.model.lab import LabError, LabKind
from drillbook.model.place import Place
from drillbook.verbs.running.locks import held, is_held
from drillbook.verbs.running.workplace import Workplace

Thing = TypeVar("Thing")


def cut_off(place: Workplace) -> tuple[Entry, ...]:
    """The first entries of drills that have neither ended nor are being played."""
    return tuple(_cut_off(place))


def revert_drill(
    place: Workplace, beginning: Entry, labs: Mapping[str, LabKind], watch: Watch
) -> list[str]:
    """Revert one drill's fault and take its lab down; the answer names what was left.

    Raises LabError where this version does not know the drill's lab or fault, HeldError while
    another process plays or reverts it.
    """
    body = beginning.body
    kind = _known(labs, body["lab"]["name"], "lab", beginning)
    fault = _known(FAULTS, body["fault"]["kind"], "fault", beginning)
    recorder = Recorder(place.journal, beginning.stream, watch)
    with held(place.settings.state / "drills", _name_of(beginning.stream), "drill"):
        clean_up(kind.reopen(Path(body["folder"])), fault, _drill_of(body), recorder)
        recorder.tell("interrupted", {"because": "the drill was cut off and cleaned up later"})
        recorder.tell("drill-ended", {})
        shutil.rmtree(body["folder"], ignore_errors=True)
        place.journal.anchor(beginning.stream)
    down = [entry for entry in place.journal.entries(beginning.stream) if entry.kind == "lab-down"]
    return [str(each) for each in down[-1].body["left"]]


def _known(there: Mapping[str, Thing], name: str, what: str, beginning: Entry) -> Thing:
    if name in there:
        return there[name]
    raise LabError(
        f"{beginning.stream} was played with the {what} `{name}`, which this version does not "
        f"have; revert it with the version that played it, or clean up {beginning.body['folder']}"
    )


def _name_of(stream: str) -> str:
    return stream.removeprefix("drill/")


def _cut_off(place: Workplace) -> Iterator[Entry]:
    for stream in place.journal.streams("drill/"):
        entries = place.journal.entries(stream)
        has_ended = any(entry.kind == "drill-ended" for entry in entries)
        folder = place.settings.state / "drills"
        if entries and not has_ended and not is_held(folder, _name_of(stream)):
            yield entries[0]


def _drill_of(body: Mapping[str, Any]) -> Drill:
    """As much of the drill as reverting needs."""
    return Drill(
        place=Place(path=str(body["drill"])),
        name=body["drill"],
        runbook=body["runbook"],
        alert=body["alert"],
        lab=LabUse(name=body["lab"]["name"]),
        fault=FaultUse(
            kind=body["fault"]["kind"],
            settings={
                name: tuple(value) if isinstance(value, list) else value
                for name, value in body["fault"]["settings"].items()
            },
            timeout_s=body["fault"]["timeout_s"],
        ),
        option=body["option"],
    )
