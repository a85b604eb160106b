"""What a user says of an incident that is over, and the journal's timeline → its page."""

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from drillbook.convert.postmortem import KnownIncident, postmortem
from drillbook.convert.text import spoken
from drillbook.read.owners import owner_of
from drillbook.verbs.making.files import CannotCreateError, path_of
from drillbook.verbs.making.runbook import Made

FOLDER = "postmortems"
_SAFE_LINK = re.compile(r"[A-Za-z0-9._/ -]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPostmortem:
    """What the user says; empty where they say nothing. `today` is the day where none is said."""

    name: str
    today: date
    title: str = ""
    owner: str = ""
    day: str = ""
    service: str = ""
    runbook: str = ""
    timeline: tuple[tuple[str, str], ...] = ()


def new_postmortem(root: Path, said: SaidPostmortem) -> Made:
    """Nothing is written. Raises CannotCreateError."""
    path = path_of(said.name, "post-mortem", FOLDER, ".md")
    notes: list[str] = []
    owner = said.owner
    if not owner:
        found = owner_of(root, path)
        if found is None:
            raise CannotCreateError("nothing says who owns it: give --owner TEAM")
        owner = found[0]
        notes.append(f"owner {owner}: from {found[1]}; --owner says another")
    known = KnownIncident(
        title=said.title or spoken(Path(path).stem),
        owner=owner,
        day=_day(said),
        service=said.service,
        runbook=_link(root, path, said.runbook) if said.runbook else "",
        timeline=said.timeline,
    )
    return Made(path=path, text=postmortem(known), notes=tuple(notes))


def _day(said: SaidPostmortem) -> str:
    if not said.day:
        return said.today.isoformat()
    try:
        return date.fromisoformat(said.day).isoformat()
    except ValueError as error:
        raise CannotCreateError(
            f"--date {ascii(said.day)[:40]} is no day; write one such as 2026-11-21"
        ) from error


def _link(root: Path, path: str, runbook: str) -> str:
    """The way from the page to the runbook."""
    if not (root / runbook).is_file() or not _SAFE_LINK.fullmatch(runbook):
        raise CannotCreateError(f"{ascii(runbook)[:80]}: there is no such runbook; check the path")
    return PurePosixPath(os.path.relpath(runbook, Path(path).parent)).as_posix()
