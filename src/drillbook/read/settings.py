"""The text of `drillbook.toml` → the Settings, or None, and a Finding for each flaw of it."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from drillbook.model.finding import Finding
from drillbook.model.place import Place
from drillbook.model.settings import Settings
from drillbook.read.configured.limits import LimitsTable
from drillbook.read.configured.lint import LintTable, SnoozeTable
from drillbook.read.configured.people import Name, PersonTable, PolicyTable, people_findings
from drillbook.read.configured.placing import placed, placed_by
from drillbook.read.configured.proofs import ProofsTable
from drillbook.read.configured.secrets import SecretTable
from drillbook.read.configured.serving import (
    ScheduleTable,
    ServerTable,
    StoreTable,
    TracingTable,
)
from drillbook.read.configured.strict import Strict
from drillbook.read.configured.targets import TargetTable
from drillbook.read.file import read_text
from drillbook.read.sentences.wording import quote, slip_of

FILE_BYTES_MAX = 256_000
# Stands for a name that the user gave.
ANY = "*"
STATE_FOLDER = ".drillbook"
# What the library says in Python's words, in those of the file.
_SAID = {
    "dict_type": "it should be a table",
    "model_type": "it should be a table",
    "list_type": "it should be a list",
    "string_type": "it should be a text in quotes",
    "int_type": "it should be a whole number",
    "bool_type": "it should be true or false",
    "missing": "it is required",
}


class _Settings(Strict):
    state: str = STATE_FOLDER
    packs: list[str] = []
    targets: dict[str, TargetTable] = {}
    secrets: list[SecretTable] = []
    limits: LimitsTable = Field(default_factory=LimitsTable)
    store: StoreTable = Field(default_factory=StoreTable)
    server: ServerTable = Field(default_factory=ServerTable)
    people: dict[Name, PersonTable] = {}
    policy: list[PolicyTable] = []
    schedules: list[ScheduleTable] = []
    tracing: TracingTable = Field(default_factory=TracingTable)
    proofs: ProofsTable = Field(default_factory=ProofsTable)
    lint: LintTable = Field(default_factory=LintTable)


_KNOWN: dict[tuple[str, ...], tuple[str, ...]] = {
    (): tuple(_Settings.model_fields),
    ("limits",): tuple(LimitsTable.model_fields),
    ("secrets",): tuple(SecretTable.model_fields),
    ("store",): tuple(StoreTable.model_fields),
    ("server",): tuple(ServerTable.model_fields),
    ("people", ANY): tuple(PersonTable.model_fields),
    ("policy",): tuple(PolicyTable.model_fields),
    ("schedules",): tuple(ScheduleTable.model_fields),
    ("tracing",): tuple(TracingTable.model_fields),
    ("proofs",): tuple(ProofsTable.model_fields),
    ("lint",): tuple(LintTable.model_fields),
    ("lint", "snooze"): tuple(SnoozeTable.model_fields),
}


def default_settings(folder: Path) -> Settings:
    """What holds where there is no file: no packs, no targets, the state below the folder."""
    return Settings(folder=folder, state=folder / STATE_FOLDER)


def read_settings(path: Path) -> tuple[Settings | None, tuple[Finding, ...]]:
    """Paths in the file count from the folder that it lies in."""
    text, flaws = read_text(path, limit_bytes=FILE_BYTES_MAX)
    if text is None:
        return None, flaws
    place = Place(path=str(path))
    try:
        said = _Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return None, (_not_toml(place, str(error)),)
    except RecursionError:
        return None, (_not_toml(place, "it is nested too deeply"),)
    except ValidationError as error:
        return None, tuple(_flaws(error, place, text))
    settings = _settings(said, path.parent)
    return settings, tuple(people_findings(settings.people, settings.policy, place))


def _not_toml(place: Place, cause: str) -> Finding:
    return Finding(
        place=placed_by(place, cause),
        lint="settings-not-toml",
        message=f"the settings cannot be read as TOML: {quote(cause)}",
        help='correct it at this place; texts need quotes, as in state = ".drillbook"',
    )


def _flaws(error: ValidationError, place: Place, text: str) -> list[Finding]:
    return [
        Finding(
            place=placed(place, text, flaw["loc"]),
            lint="bad-setting",
            message=f"{_key_path(flaw['loc'])}: {_cause(flaw)}",
            help=_cure(flaw["loc"], flaw["type"]),
        )
        for flaw in error.errors(include_url=False, include_input=False)
    ]


def _key_path(loc: tuple[int | str, ...]) -> str:
    steps = (f"[{s}]" if isinstance(s, int) else f".{quote(s)}" for s in loc if s != "[key]")
    return "".join(steps).removeprefix(".") or "the file"


def _cause(flaw: Any) -> str:
    if flaw["type"] == "extra_forbidden":
        return "nothing reads this key"
    said = _SAID.get(flaw["type"]) or str(flaw["msg"]).removeprefix("Value error, ")
    return quote(said)


def _cure(loc: tuple[int | str, ...], kind: str) -> str:
    if kind != "extra_forbidden":
        return "correct this value"
    path = tuple(s for s in loc[:-1] if isinstance(s, str))
    known = _KNOWN.get(path) or _KNOWN.get((*path[:1], ANY), ())
    meant = slip_of(str(loc[-1]), known)
    return f'write "{meant}"' if meant else f"remove it; known are {', '.join(known)}"


def _settings(said: _Settings, folder: Path) -> Settings:
    return Settings(
        folder=folder,
        state=folder / said.state,
        packs=tuple(folder / pack for pack in said.packs),
        targets={name: table.noun(name) for name, table in said.targets.items()},
        secrets=tuple(table.noun() for table in said.secrets),
        limits=said.limits.noun(),
        store=said.store.noun(),
        server=said.server.noun(folder),
        people={name: table.noun(name) for name, table in said.people.items()},
        policy=tuple(table.noun() for table in said.policy),
        schedules=tuple(table.noun(folder) for table in said.schedules),
        tracing_endpoint=said.tracing.endpoint,
        proofs=said.proofs.noun(folder),
        lint=said.lint.noun(),
    )
