"""A Markdown file that others wrote → the same file in our format; its own lines stay as they are.

What is changed: the words behind the ticks of a fence that runs, placeholders that become inputs,
and, where no section says what is done, a heading `Procedure` over all of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from drillbook.convert.job import UNSAID_RISK
from drillbook.convert.references import filled
from drillbook.convert.source import Source, leftover
from drillbook.convert.text import inline, scalar, slug
from drillbook.model.document import Fence, Heading
from drillbook.model.finding import Finding
from drillbook.model.place import Place

SHELLS = ("sh", "bash", "shell", "zsh")
RUNS = (*SHELLS, "console", "sql", "promql", "http", "python")
HEADING_LEVEL_MAX = 6
_PLACEHOLDER = re.compile(r"(?<![<\w])<([A-Za-z][A-Za-z0-9_-]{1,40})>")
_TICKS = re.compile(r"(.*?(?:`{3,}|~{3,}))[^`]*$")
_SET = re.compile(
    r"(?:^|[\s;&|(])(?:export\s+|declare\s+(?:-\w+\s+)*|local\s+)?([A-Z_][A-Z0-9_]*)="
)
_NAME_VALUE = re.compile(r"[A-Za-z0-9_.,:/@+-]+")


@dataclass(slots=True)
class Edited:
    """The lines, with what is in front of them; `inputs` by their names, each with its prompt."""

    lines: list[str]
    inputs: dict[str, str] = field(default_factory=dict)
    leftovers: list[Finding] = field(default_factory=list)
    is_procedure: bool = False


Attributes = Callable[[Fence, list[Finding]], Mapping[str, str]]


def edited(source: Source, attributes_of: Attributes) -> Edited:
    """`attributes_of` says what a fence has in our words."""
    document = source.document
    made = Edited(lines=list(document.lines))
    fences = [fence for fence in document.fences if _runs(fence)]
    is_acting = any(
        runbook.checks or runbook.options or runbook.verification for runbook in document.runbooks
    )
    names: set[str] = set()
    for fence in fences:
        _edit(fence, source, made, names, attributes_of)
    _ask_for_variables(fences, source, made)
    if fences and not is_acting:
        made.is_procedure = True
        _put_below_a_procedure(source, made, fences[0])
    if not fences:
        place = Place(path=source.path)
        message = "nothing in it can be run: no fence has a language that runs"
        made.leftovers.append(leftover(place, message, "call its fences sh, sql, promql or http"))
    return made


def _runs(fence: Fence) -> bool:
    return fence.is_closed and fence.language in RUNS and bool(fence.content.strip())


def _edit(
    fence: Fence, source: Source, made: Edited, names: set[str], attributes_of: Attributes
) -> None:
    """The info of one fence, and the placeholders in it."""
    given = dict(attributes_of(fence, made.leftovers))
    name = given.pop("name", "") or slug(_heading_of(fence, source), "step")
    name, count = slug(name, "step") if not _NAME_VALUE.fullmatch(name) else name, 1
    base = name
    while name in names:
        count += 1
        name = f"{base}-{count}"
    names.add(name)
    language = _language(fence)
    pairs = " ".join(f"{key}={value}" for key, value in {"name": name, **given}.items())
    ticks = _TICKS.match(made.lines[fence.line - 1])
    if ticks:
        made.lines[fence.line - 1] = f"{ticks[1]}{language} {{ {pairs} }}"
    if "<" in fence.content and fence.language in (*SHELLS, "console"):
        _fill(fence, language, source, made)


def _language(fence: Fence) -> str:
    if fence.language not in SHELLS:
        return fence.language
    first = next(line.strip() for line in fence.content.split("\n") if line.strip())
    # Only what stands behind a prompt is to be typed; the rest is what it answered.
    return (
        "console" if first.startswith("$ ") else "sh" if fence.language == "zsh" else fence.language
    )


def _heading_of(fence: Fence, source: Source) -> str:
    above = [
        block.title
        for block in source.document.blocks
        if isinstance(block, Heading) and block.line < fence.line
    ]
    return above[-1] if above else ""


def _fill(fence: Fence, language: str, source: Source, made: Edited) -> None:
    """`<namespace>` becomes the input `namespace`, where bash can put it in."""
    found = filled(fence.content, _PLACEHOLDER, lambda name: _variable(name, source))
    if not found.names:
        return
    place = source.document.place_of(f"<{found.names[0]}>", _line_of(fence, found.names[0]))
    lines = found.text.split("\n") if found.text is not None else []
    held = made.lines[fence.line : fence.line + len(fence.content.rstrip("\n").split("\n"))]
    if language == "console" or not lines or len(lines) < len(held):
        message = f"<{found.names[0]}> stays where it is, and bash takes it for a redirection"
        cure = 'write "$NAME" in its place, and an input of that name'
        made.leftovers.append(leftover(place, message, cure))
        return
    for number, (old, new) in enumerate(zip(held, lines, strict=False), fence.line):
        indent = old[: len(old) - len(old.lstrip())]
        made.lines[number] = new if new.startswith(indent) else indent + new.lstrip()
    for name in found.names:
        made.inputs[str(_variable(name, source)).lower()] = name


def _line_of(fence: Fence, name: str) -> int:
    before = fence.content.partition(f"<{name}>")[0]
    return fence.content_line + before.count("\n")


def _variable(name: str, source: Source) -> str | None:
    plain = re.sub(r"[^a-z0-9_]", "_", name.lower())
    return plain.upper() if source.may_be_input(plain) else None


def _ask_for_variables(fences: list[Fence], source: Source, made: Edited) -> None:
    """A variable that nothing sets becomes an input; one that another fence sets is said."""
    shells = [fence for fence in fences if fence.language in SHELLS]
    setters = {name for fence in shells for name in _SET.findall(fence.content)}
    for fence in shells:
        for name in sorted(source.variables_of(fence.content)):
            place = source.document.place_of("", fence.line)
            if name in setters:
                message = f"{name} is set in another fence, and each step has a shell of its own"
                cure = f"write exports={name} at the fence that sets it"
                made.leftovers.append(leftover(place, message, cure))
            elif name == name.upper() and source.may_be_input(name.lower()):
                made.inputs.setdefault(name.lower(), name)
            else:
                message = f"nothing says where the variable {name} comes from"
                cure = "make it an input, whose variable is in capitals"
                made.leftovers.append(leftover(place, message, cure))


def _put_below_a_procedure(source: Source, made: Edited, first: Fence) -> None:
    """From the heading of the first step on, all is one Option, its headings two levels below."""
    headings = [
        block for block in source.document.blocks
        if isinstance(block, Heading) and block.column == 1
    ]  # fmt: skip
    above = [each for each in headings if each.line < first.line and each.level > 1]
    begin = (above[-1].line if above else first.line) - 1
    for heading in headings:
        if heading.line > begin:
            level = min(heading.level + 2, HEADING_LEVEL_MAX)
            made.lines[heading.line - 1] = f"{'#' * level} {_raw(made.lines, heading)}"
            for number in range(heading.line, heading.end_line - 1):
                made.lines[number] = ""
    title = next((each.title for each in headings if each.level == 1), "") or "All of it"
    made.lines[begin:begin] = [
        "## Procedure", "", f"### {inline(title)}", "", f"**Risk:** {UNSAID_RISK}", "",
    ]  # fmt: skip


def _raw(lines: list[str], heading: Heading) -> str:
    """The title as it was written."""
    return re.sub(r"^ {0,3}#{1,6}[ \t]*", "", lines[heading.line - 1]).strip()


def front_lines(made: Edited, source: Source, own: list[str]) -> Iterator[str]:
    """The front matter: `own` lines of the source, and what it does not say already."""
    known = {line.partition(":")[0] for line in own if re.match(r"[A-Za-z_]+:", line)}
    more = []
    if made.is_procedure and "kind" not in known:
        more.append("kind: procedure")
    if source.owner and "owner" not in known:
        more.append(f"owner: {scalar(source.owner)}")
    if made.inputs and "inputs" not in known:
        more.append("inputs:")
        more += [f"  {name}: {{prompt: {scalar(prompt)}}}" for name, prompt in made.inputs.items()]
    elif made.inputs:
        place = Place(path=source.path)
        message = f"the inputs {', '.join(made.inputs)} are not added to those of the front matter"
        made.leftovers.append(leftover(place, message, "add them there"))
    if own or more:
        yield from ("---", *own, *more, "---")
