"""Where something stands in a text that a user wrote."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A stretch of one file; lines and columns count from 1, the end column is exclusive.

    `end_line` and `end_column` are 0 where only the beginning is known.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0
