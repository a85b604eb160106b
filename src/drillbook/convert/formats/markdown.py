"""A Markdown file with commands in it → the same with names, inputs and sections of ours."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from drillbook.convert.attributes import attributes_of
from drillbook.convert.edited import edited, front_lines
from drillbook.convert.source import Converted, Source
from drillbook.convert.text import slug
from drillbook.model.document import Fence
from drillbook.model.finding import Finding


def may_be(source: Source) -> bool:
    """Whether its name says so."""
    return source.path.endswith((".md", ".markdown"))


def convert(source: Source) -> Converted:
    """One file, of the same name."""
    return converted(source, None)


def converted(source: Source, own: list[str] | None) -> Converted:
    """`own` is what stays of the source's front matter; all of it where it is None."""

    def attributes(fence: Fence, leftovers: list[Finding]) -> Mapping[str, str]:
        return attributes_of(fence, source.path, leftovers)

    made = edited(source, attributes)
    count = source.document.front_lines
    kept = own if own is not None else list(source.document.lines[1 : max(count - 1, 1)])
    body = "\n".join(made.lines[count:]).strip("\n")
    front = "".join(f"{line}\n" for line in front_lines(made, source, kept))
    name = PurePosixPath(source.path).stem
    return Converted(
        files={f"{slug(name, 'runbook')}.md": f"{front}{body}\n"}, leftovers=tuple(made.leftovers)
    )
