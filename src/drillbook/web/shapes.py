"""What every shape of the API has in common, and the shape of errors."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

RUN = "20261121-103045-7f3a"
BOOK = "erpgo/runbooks/database-connectivity.md"
HASH = "5f2b7c0e9d1a4e8f8f6a3c2b1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e"
INPUTS_MAX = 100
NAME_CHARACTERS_MAX = 1_000
TEXT_CHARACTERS_MAX = 4_000

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARACTERS_MAX)]
Text = Annotated[str, StringConstraints(max_length=TEXT_CHARACTERS_MAX)]
Values = Annotated[dict[Name, str], Field(max_length=INPUTS_MAX)]


class Asked(BaseModel):
    """What is sent to us: a key that nothing reads is a flaw."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Said(BaseModel):
    """What we send."""

    model_config = ConfigDict(extra="forbid")


def example(**fields: Any) -> ConfigDict:
    """The configuration of a shape that is shown with this example."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Error(Said):
    """What was wrong, and what to do."""

    message: str
    cure: str


class ErrorAnswer(Said):
    """The one shape of every error."""

    model_config = example(
        error={
            "message": "no configured pack has a runbook of this name",
            "cure": f"there are {BOOK}",
        }
    )
    error: Error
