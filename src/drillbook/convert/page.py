"""Front matter, a title and parts → the Markdown of a runbook.

Texts of parts are Markdown already; whoever makes them uses `convert.text` for what is not ours.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from drillbook.convert.text import fence, scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Of level 2 or below."""

    title: str
    level: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One or more paragraphs."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """Labelled sentences that stand together, by their labels."""

    said: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPart:
    """One fenced block with the sentences that speak of it."""

    language: str
    command: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


Part = Heading | Words | Sentences | StepPart


def page(front: Mapping[str, object], title: str, parts: Iterable[Part]) -> str:
    """The whole file."""
    head = [line for key, value in front.items() if value for line in _entry(key, value)]
    blocks = [f"# {title}", *(_block(part) for part in parts)]
    matter = "\n".join(["---", *head, "---", ""]) if head else ""
    return matter + "\n\n".join(blocks) + "\n"


def _entry(key: str, value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield f"{key}: {scalar(value)}"
    elif isinstance(value, Mapping):
        yield from _mapping(key, value)
    elif isinstance(value, Sequence):
        plain = [scalar(each) for each in value]
        yield f"{key}: [{', '.join(plain)}]"


def _mapping(key: str, value: Mapping[str, object]) -> Iterator[str]:
    if all(isinstance(each, str) for each in value.values()):
        yield f"{key}: {_flow(value)}"
        return
    yield f"{key}:"
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            yield f"  {name}: {_flow(inner)}"


def _flow(value: Mapping[str, object]) -> str:
    """A value in brackets is a list of texts."""
    return "{" + ", ".join(f"{key}: {_inner(each)}" for key, each in value.items()) + "}"


def _inner(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return scalar(value)
    each = value if isinstance(value, Sequence) else ()
    return f"[{', '.join(scalar(str(one)) for one in each)}]"


def _block(part: Part) -> str:
    if isinstance(part, Heading):
        return f"{'#' * part.level} {part.title}"
    if isinstance(part, Words):
        return part.text
    if isinstance(part, Sentences):
        return "\n".join(f"**{label}:** {text}" for label, text in part.said.items())
    given = "".join(f" {key}={value}" for key, value in part.attributes.items())
    block = fence(f"{part.language} {{{given} }}" if given else part.language, part.command)
    said = " ".join(f"**{label}:** {text}" for label, text in part.said.items())
    return f"{block}\n{said}" if said else block
