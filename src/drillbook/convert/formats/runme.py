"""A notebook of Runme → the same in our format: its fences keep their names and what we know."""

import re
from collections.abc import Iterator

from drillbook.convert.formats.markdown import converted
from drillbook.convert.source import Converted, Source, leftover
from drillbook.convert.text import one_line
from drillbook.model.finding import Finding
from drillbook.model.place import Place

_CELL = re.compile(
    r"\{\s*\"(?:id|name|interactive|background|cwd|tag|category)\"\s*:"
    r"|\{.{0,500}\b(?:interactive|closeTerminalOnSuccess|excludeFromRunAll|promptEnv|mimeType)="
)
_KEY = re.compile(r"([A-Za-z_][\w-]*):\s*(.*)")
_SHELLS = ("sh", "bash", "zsh", "/bin/sh", "/bin/bash")


def may_be(source: Source) -> bool:
    """Whether its front matter or one of its fences is Runme's."""
    if not source.path.endswith((".md", ".markdown", ".mdx")):
        return False
    front = source.document.lines[: source.document.front_lines]
    return any(line.startswith("runme:") for line in front) or any(
        _CELL.search(fence.info[:2_000]) for fence in source.document.fences
    )


def convert(source: Source) -> Converted:
    """One file, of the same name."""
    leftovers: list[Finding] = []
    own = list(_own(source, leftovers))
    done = converted(source, own)
    return Converted(files=done.files, leftovers=(*leftovers, *done.leftovers))


def _own(source: Source, leftovers: list[Finding]) -> Iterator[str]:
    """The lines of the front matter that are not Runme's own."""
    is_theirs = False
    count = source.document.front_lines
    for number, line in enumerate(source.document.lines[1 : max(count - 1, 1)], 2):
        found = _KEY.match(line)
        if found:
            is_theirs = found[1] in ("runme", "shell", "cwd", "skipPrompts", "terminalRows")
            if found[1] == "cwd" or (found[1] == "shell" and found[2] not in _SHELLS):
                place = Place(path=source.path, line=number)
                message = f"all steps have {one_line(line)}, and a runbook says it of none"
                cure = "write cwd= or interpreter= at each fence"
                leftovers.append(leftover(place, message, cure))
        if not is_theirs:
            yield line
