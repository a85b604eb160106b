"""The name of a format → the module that converts it; in the order in which they are guessed."""

from typing import Protocol

from drillbook.convert.formats import markdown, rundeck, runme, ssm
from drillbook.convert.source import Converted, Source


class Format(Protocol):
    """A module below `formats`."""

    def may_be(self, source: Source, /) -> bool:
        """Whether the content is of this format."""

    def convert(self, source: Source, /) -> Converted:
        """The files that come of it, and what they do not say."""


FORMATS: dict[str, Format] = {
    "rundeck": rundeck,
    "ssm": ssm,
    "runme": runme,
    "markdown": markdown,
}
