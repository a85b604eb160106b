"""A guided run's Question + a width → the screen that explains one step.

For an engineer who has never seen the system, on any terminal: no colours, no moving lines,
nothing wider than the terminal, the exact command always.
"""

import re
from textwrap import wrap

from drillbook.cli.guided_keys import ALL
from drillbook.model.run import Guide, Part, Question, RequestedStep
from drillbook.model.sentence import Risk
from drillbook.report.plain import plain

WIDTH_MAX = 80
WIDTH_MIN = 40
# A screen has 24 rows; the keys below need up to five of them.
ROWS = 19
COMMAND_LINES_MAX = 6
WHY_LINES_MIN = 2
LABEL = 8

PARTS = {
    Part.CHECK: "Diagnosis",
    Part.OPTION: "Resolution",
    Part.VERIFICATION: "Verification",
    Part.UNDO: "Undo",
}
_DOES = {
    Part.CHECK: "It looks at the system and changes nothing.",
    Part.OPTION: "It changes the system, to resolve the trouble.",
    Part.VERIFICATION: "It looks whether the system has recovered, and changes nothing.",
    Part.UNDO: "It takes back what this stage has changed.",
}
_GATE = "It looks whether the procedure may begin, and changes nothing."
_STAGE = "It changes the system: it is part of this stage."
_RISKS = {
    Risk.NONE: "none: nobody notices.",
    Risk.DISRUPTIVE: "disruptive: people who use the system notice it.",
    Risk.DESTRUCTIVE: "destructive: what it takes away does not come back.",
}
# Told with the labels of this screen.
_TOLD_ELSEWHERE = re.compile(r"\s*\*\*(?:When|Risk|Loses):")


def screen(question: Question, width: int) -> list[str]:
    """Where we are, what it does, why, the exact command, what healthy looks like."""
    guide = question.guide
    if guide is None:
        return [*_paragraph(question.text, width), *_indented(question.detail, width)]
    head = f"Step {guide.number} of {guide.count}, {_part(guide)}"
    lines = ["", "-" * width, *_paragraph(f"{head}: {guide.title}", width), "-" * width]
    if guide.failed:
        return [*lines, *_paragraph(question.text, width), *_labelled("As", guide.failed, width)]
    return lines + _body(question, guide, width, ROWS - len(lines))


def _body(question: Question, guide: Guide, width: int, rows: int) -> list[str]:
    """All of the step that fits into so many rows: its reasons are cut first, then its command."""
    above = [
        *_labelled("Before", guide.previous, width),
        *_labelled("Does", _does(guide), width),
        *_labelled("As", guide.held_up, width),
        *_option_lines(guide, width),
    ]
    where = _labelled("Where", _where(guide.step), width)
    below = _labelled("With", _values(guide.step), width)
    for sentence in guide.healthy:
        below += _paragraph(sentence, width, " " * LABEL)
    why = _labelled("Why", _why(guide), width)
    command = _shown_command(question, width)
    room = max(rows - len([*above, *where, *command, *below]), WHY_LINES_MIN)
    return [*above, *_cut(why, room), *where, *command, *below]


def whole_command(question: Question, width: int) -> list[str]:
    """The command without a cut."""
    return ["", *_indented(question.detail, width), ""]


def _option_lines(guide: Guide, width: int) -> list[str]:
    """Why the runbook takes this way, and what it does to users."""
    if guide.part not in (Part.OPTION, Part.UNDO) or guide.risk is None:
        return []
    # The runbook's own words begin with the risk's name, which stands here already.
    words = " ".join(guide.risk_text.split()).removeprefix(guide.risk.value).lstrip(" .,;:")
    risk = f"{_RISKS[guide.risk]} {words}".strip()
    loses = " ".join(guide.loses.split())
    return [
        *_labelled("When", guide.when if guide.part is Part.OPTION else "", width),
        *_labelled("Risk", risk, width),
        *_labelled("Loses", loses, width),
    ]


def _part(guide: Guide) -> str:
    """Where in the runbook we are: a procedure has gates and stages."""
    if guide.is_gate:
        return "Gate"
    stage = f"Stage {guide.stage} of {guide.stages}"
    if guide.part is Part.UNDO:
        return f"Undo of {stage}"
    return stage if guide.stage else PARTS[guide.part]


def _does(guide: Guide) -> str:
    if guide.is_gate:
        return _GATE
    return _STAGE if guide.stage and guide.part is Part.OPTION else _DOES[guide.part]


def _why(guide: Guide) -> str:
    lines = (line for line in guide.why.splitlines() if not _TOLD_ELSEWHERE.match(line))
    return " ".join(" ".join(lines).split())


def _cut(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[: most - 1], f"{' ' * LABEL}..."]


def _where(step: RequestedStep | None) -> str:
    if step is None:
        return ""
    kind = step.settings.get("kind", "local")
    if kind == "local":
        where = "this machine" if step.target == "local" else f"this machine, for {step.target}"
    else:
        host = step.settings.get("host") or step.settings.get("name") or ""
        where = f"{step.target} ({' '.join(word for word in (kind, host) if word)})"
    folder = f", in the folder {step.cwd}" if step.cwd else ""
    by = f" read by {step.interpreter}" if step.interpreter else ""
    return f"{where}{folder}, in {step.language}{by}, for at most {step.timeout_s:g} s"


def _values(step: RequestedStep | None) -> str:
    """Only those that the command speaks of: nobody reads a list of all."""
    if step is None:
        return ""
    used = {
        name.upper(): value
        for name, value in step.values.items()
        if f"${name.upper()}" in step.command
        or f"${{{name.upper()}" in step.command
        or f":{name.lower()}" in step.command
    }
    return ", ".join(f"{name}={value}" for name, value in sorted(used.items()))


def _shown_command(question: Question, width: int) -> list[str]:
    lines = _indented(question.detail, width)
    if len(lines) > COMMAND_LINES_MAX:
        left = len(lines) - (COMMAND_LINES_MAX - 1)
        more = f"    ... {left} more lines: [{ALL.letter}] shows them"
        lines = [*lines[: COMMAND_LINES_MAX - 1], more]
    return ["", *lines, ""]


def is_cut(question: Question, width: int) -> bool:
    """Whether the screen shows only the beginning of the command."""
    has_command = question.guide is None or not question.guide.failed
    return has_command and len(_indented(question.detail, width)) > COMMAND_LINES_MAX


def _indented(text: str, width: int) -> list[str]:
    """The text as it is, cut into lines that fit; what a line goes on with stands deeper."""
    lines = []
    for line in plain(text).rstrip("\n").expandtabs().split("\n"):
        lines += wrap(
            line,
            width,
            initial_indent="    ",
            subsequent_indent="        ",
            replace_whitespace=False,
            break_on_hyphens=False,
        ) or [""]
    return lines


def _labelled(label: str, text: str, width: int) -> list[str]:
    return _paragraph(f"{label + ':':{LABEL}}{text}", width, " " * LABEL) if text else []


def _paragraph(text: str, width: int, indent: str = "") -> list[str]:
    return wrap(plain(text), width, subsequent_indent=indent) or [""]


def fitting(columns: int) -> int:
    """The width to write for: never wider than the terminal, never too wide to read."""
    return max(min(columns, WIDTH_MAX), WIDTH_MIN) - 1
