"""`[targets.NAME]` → Target: where steps run, and the settings that inputs read."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from drillbook.model.engine import SITE
from drillbook.model.target import Target
from drillbook.read.configured.strict import EnvironmentName
from drillbook.read.sentences.wording import quote

KINDS = ("local", "ssh", "container", "kubernetes")
CONCURRENCY_MAX = 10_000


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f'the kind "{quote(kind)}" is none; write one of {", ".join(KINDS)}')
    return kind


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError("it holds a NUL, which no variable and no folder can")
    return text


Text = Annotated[str, AfterValidator(_text)]


class TargetTable(BaseModel):
    """Keys of others are the target's settings, which inputs read."""

    model_config = ConfigDict(strict=True, extra="allow")

    kind: Annotated[str, AfterValidator(_kind)] = "local"
    path: list[Text] = []
    cwd: Text | None = None
    drillable: bool = False
    concurrency: int = Field(default=0, ge=0, le=CONCURRENCY_MAX)
    site: str = SITE
    env: dict[EnvironmentName, Text] = {}
    __pydantic_extra__: dict[str, str | int | float | bool]

    def noun(self, name: str) -> Target:
        """The Target of that name."""
        return Target(
            name=name,
            kind=self.kind,
            settings=_texts(self.model_extra or {}),
            env=self.env,
            path=tuple(self.path),
            cwd=self.cwd,
            drillable=self.drillable,
            concurrency=self.concurrency,
            site=self.site,
        )


def _texts(values: Mapping[str, object]) -> Mapping[str, str]:
    """Values as TOML writes them: true, not True."""
    return {key: str(v).lower() if isinstance(v, bool) else str(v) for key, v in values.items()}
