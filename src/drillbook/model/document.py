"""One Markdown file as it was read: its lines and what stands in them, each with its place."""

from dataclasses import dataclass
from functools import lru_cache

from drillbook.model.finding import Finding
from drillbook.model.place import Place
from drillbook.model.runbook import Runbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Lines and columns count from 1; `end_line` is the line after."""

    level: int
    title: str
    anchor: str
    line: int
    column: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """One fenced block, run or not; `info` is all that stands behind the backticks.

    `content` is without the indentation of a list that the fence may stand in.
    """

    info: str
    content: str
    line: int
    column: int
    end_line: int
    is_closed: bool

    @property
    def content_line(self) -> int:
        """Where the content begins."""
        return self.line + 1

    @property
    def language(self) -> str:
        """The first word of `info`, in small letters."""
        return _language_of(self.info)


@lru_cache(maxsize=1_000)
def _language_of(info: str) -> str:
    return info.split(maxsplit=1)[0].split("{", maxsplit=1)[0].casefold() if info.strip() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """One paragraph, also of a list item or a quote, without their marks; `line` is its first."""

    text: str
    line: int


Block = Heading | Fence | Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in prose. `target` is as written: an address, a path, `#anchor`; may be empty."""

    place: Place
    target: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`lines` are as the Markdown parser counts them; `blocks` stand in their order.

    `is_runbook`: something in it says that it is to be followed in trouble; other Markdown is read
    for its links alone. `is_adopted`: it uses something of our format (a key of the front matter,
    a brace group, a labelled sentence), so that it wants to be run. `findings` are of reading.
    `front_lines` is how many lines the front matter takes, 0 where there is none.
    """

    path: str
    lines: tuple[str, ...]
    front_lines: int = 0
    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()
    anchors: tuple[str, ...] = ()
    runbooks: tuple[Runbook, ...] = ()
    is_runbook: bool = True
    is_adopted: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def fences(self) -> tuple[Fence, ...]:
        """The fenced blocks."""
        return tuple(block for block in self.blocks if isinstance(block, Fence))

    def place_of(self, text: str, line: int) -> Place:
        """The exact place of `text` on this line; the whole line where it does not stand there."""
        said = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        start = said.find(text) if text else -1
        if start < 0:
            start, text = len(said) - len(said.lstrip()), said.strip()
        return Place(
            path=self.path,
            line=line,
            column=start + 1,
            end_line=line,
            end_column=start + 1 + len(text),
        )
