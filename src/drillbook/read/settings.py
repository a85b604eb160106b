"""The text of `drillbook.toml` → the Settings, or None, and a Finding for each flaw of it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic import model_validator as check_whole

from drillbook.model.finding import Finding
from drillbook.model.place import Place
from drillbook.model.settings import Limits, Secret, Settings
from drillbook.model.target import Target
from drillbook.read.environment import is_refused_variable, is_variable_name
from drillbook.read.file import read_text
from drillbook.read.sentences.duration import read_duration
from drillbook.read.sentences.wording import quote, slip_of

FILE_BYTES_MAX = 256_000
STATE_FOLDER = ".drillbook"
OUTPUT_BYTES_MAX = 16 << 20


def _environment_name(name: str) -> str:
    if not is_variable_name(name):
        raise ValueError("it is no name of an environment variable")
    if is_refused_variable(name):
        raise ValueError("it changes how programs are found or loaded")
    return name


def _duration(text: str) -> str:
    if not read_duration(text):
        raise ValueError('it is no duration; write one such as "300s"')
    return text


def _local(kind: str) -> str:
    if kind != "local":
        raise ValueError(f'the kind "{quote(kind)}" is not supported yet; write "local"')
    return kind


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Target(BaseModel):
    """Keys of others are the target's settings, which inputs read."""

    model_config = ConfigDict(strict=True, extra="allow")

    kind: Annotated[str, AfterValidator(_local)] = "local"
    path: list[str] = []
    cwd: str | None = None
    drillable: bool = False
    env: dict[Annotated[str, AfterValidator(_environment_name)], str] = {}
    __pydantic_extra__: dict[str, str | int | float | bool]


class _Secret(_Strict):
    name: str = Field(min_length=1)
    env: str | None = None
    file: str | None = None

    @check_whole(mode="after")
    def _says_where(self) -> "_Secret":
        if (self.env is None) == (self.file is None):
            raise ValueError("it needs either env or file")
        return self


class _Limits(_Strict):
    step_timeout: Annotated[str, AfterValidator(_duration)] = "300s"
    output_head_bytes: int = Field(default=65_536, ge=0, le=OUTPUT_BYTES_MAX)
    output_tail_bytes: int = Field(default=65_536, ge=0, le=OUTPUT_BYTES_MAX)


class _Settings(_Strict):
    state: str = STATE_FOLDER
    packs: list[str] = []
    targets: dict[str, _Target] = {}
    secrets: list[_Secret] = []
    limits: _Limits = Field(default_factory=_Limits)


_KNOWN = {
    (): tuple(_Settings.model_fields),
    ("limits",): tuple(_Limits.model_fields),
    ("secrets",): tuple(_Secret.model_fields),
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
        return None, tuple(_flaws(error, place))
    return _settings(said, path.parent), ()


def _not_toml(place: Place, cause: str) -> Finding:
    return Finding(
        place=place,
        lint="settings-not-toml",
        message=f"the settings cannot be read as TOML: {quote(cause)}",
        help='correct it at this place; texts need quotes, as in state = ".drillbook"',
    )


def _flaws(error: ValidationError, place: Place) -> list[Finding]:
    return [
        Finding(
            place=place,
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
    return quote(str(flaw["msg"]).removeprefix("Value error, "))


def _cure(loc: tuple[int | str, ...], kind: str) -> str:
    if kind != "extra_forbidden":
        return "correct this value"
    known = _KNOWN.get(tuple(s for s in loc[:-1] if isinstance(s, str)), ())
    meant = slip_of(str(loc[-1]), known)
    return f'write "{meant}"' if meant else f"remove it; known are {', '.join(known)}"


def _settings(said: _Settings, folder: Path) -> Settings:
    return Settings(
        folder=folder,
        state=folder / said.state,
        packs=tuple(folder / pack for pack in said.packs),
        targets={name: _target(name, target) for name, target in said.targets.items()},
        secrets=tuple(Secret(name=s.name, env=s.env, file=s.file) for s in said.secrets),
        limits=Limits(
            step_timeout_s=read_duration(said.limits.step_timeout) or Limits().step_timeout_s,
            output_head_bytes=said.limits.output_head_bytes,
            output_tail_bytes=said.limits.output_tail_bytes,
        ),
    )


def _target(name: str, said: _Target) -> Target:
    return Target(
        name=name,
        kind=said.kind,
        settings=_texts(said.model_extra or {}),
        env=said.env,
        path=tuple(said.path),
        cwd=said.cwd,
        drillable=said.drillable,
    )


def _texts(values: Mapping[str, object]) -> Mapping[str, str]:
    """Values as TOML writes them: true, not True."""
    return {key: str(v).lower() if isinstance(v, bool) else str(v) for key, v in values.items()}
