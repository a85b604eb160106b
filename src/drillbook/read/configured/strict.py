"""What every table of `drillbook.toml` has in common: its keys are known, its texts are checked."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from drillbook.read.environment import is_refused_variable, is_variable_name
from drillbook.read.sentences.duration import read_duration


class Strict(BaseModel):
    """A table in which a key that nothing reads is a flaw."""

    model_config = ConfigDict(strict=True, extra="forbid")


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


def seconds(text: str) -> float:
    """The seconds of a duration that was checked already."""
    return read_duration(text) or 0.0


EnvironmentName = Annotated[str, AfterValidator(_environment_name)]
Duration = Annotated[str, AfterValidator(_duration)]
