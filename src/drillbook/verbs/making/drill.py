"""What a user says of a new drill, and its pack → its text; every name in it is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.convert.pack import KnownDrill, drill_file
from drillbook.drill.faults.registry import FAULTS
from drillbook.drill.rulings import INVARIANTS
from drillbook.model.pack import Pack
from drillbook.model.runbook import Runbook
from drillbook.model.settings import Settings
from drillbook.read.drill import read_drill
from drillbook.read.pack import read_pack
from drillbook.read.sentences.wording import quote
from drillbook.verbs.making.files import CannotCreateError, name_of
from drillbook.verbs.making.runbook import Made

LISTED_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidDrill:
    """What the user says; empty where they say nothing. `settings` are the fault's."""

    name: str
    labs: tuple[str, ...]
    pack: str = ""
    runbook: str = ""
    alert: str = ""
    option: str = ""
    lab: str = ""
    fault: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    hold: str = "30s"


def new_drill(root: Path, said: SaidDrill, settings: Settings) -> Made:
    """Nothing is written. Raises CannotCreateError."""
    name = name_of(said.name, "drill").replace(" ", "-")
    folder = _pack(root, said.pack, settings)
    pack = read_pack(root / folder)
    runbook = _runbook(pack, said.runbook)
    options = [option.anchor for option in runbook.options if option.steps]
    known = KnownDrill(
        name=name,
        runbook=f"{runbook.path}#{runbook.anchor}" if runbook.anchor else runbook.path,
        alert=_one(said.alert, _alerts(pack, runbook), "alert", "which this pack's rules define"),
        lab=_one(said.lab, said.labs, "lab", "that can be started"),
        fault=_one(said.fault, FAULTS, "fault", "that can be made"),
        option=_one(said.option, options, "option", "of this runbook with steps"),
        settings=said.settings,
        hold=said.hold,
        risk=next(o.risk.value for o in runbook.options if o.anchor in (said.option, *options)),
        invariants=tuple(INVARIANTS),
    )
    path = f"{folder}/drills/{name}.yaml"
    text = drill_file(known)
    flaws = read_drill(text, path)[1]
    if flaws:
        raise CannotCreateError(f"the drill cannot be so: {flaws[0].message}; {flaws[0].help}")
    return Made(path=path, text=text)


def _pack(root: Path, said: str, settings: Settings) -> str:
    """The folder as said, else the only pack of the settings."""
    if said:
        return said
    if len(settings.packs) == 1 and settings.packs[0].is_relative_to(root):
        return settings.packs[0].relative_to(root).as_posix()
    raise CannotCreateError(
        "a drill lies in a pack: name its folder by --pack, or make one with drillbook new pack"
    )


def _runbook(pack: Pack, said: str) -> Runbook:
    broken = [flaw for flaw in pack.findings if flaw.lint in _NO_PACK]
    if broken:
        raise CannotCreateError(f"{pack.folder}: {broken[0].message}; {broken[0].help}")
    names = {
        f"{each.path}#{each.anchor}" if each.anchor else each.path: each for each in pack.runbooks
    }
    return names[_one(said, names, "runbook", "of this pack")]


_NO_PACK = frozenset(("pack-not-found", "pack-without-pack-file"))


def _alerts(pack: Pack, runbook: Runbook) -> list[str]:
    """Those that lead to the runbook, else all."""
    names = {rule.name: None for rule in pack.rules}
    own = [name for name in runbook.alerts if name in names]
    return own or list(names)


def _one(said: str, known: Iterable[str], what: str, which: str) -> str:
    """What was said where it is known; where nothing was, the only one that there is."""
    names = list(known)
    if said in names:
        return said
    if not said and len(names) == 1:
        return names[0]
    if not names:
        raise CannotCreateError(f"there is no {what} {which}; write one first")
    listed = ", ".join(quote(name) for name in names[:LISTED_MAX])
    cause = f'there is no {what} "{quote(said)}"' if said else f"say which {what} is meant"
    raise CannotCreateError(f"{cause}; --{what} is one of: {listed}")
