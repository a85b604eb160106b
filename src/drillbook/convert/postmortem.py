"""What is known of an incident that is over → the page on which the rest is written down."""

from collections.abc import Iterable
from dataclasses import dataclass

from drillbook.convert.text import inline

# Each section with the question that it answers.
SECTIONS = {
    "Impact": "Who could not do what, from when to when, and what was lost.",
    "Cause": "What led to it, down to what could be changed; of people, only what they could see.",
    "What went well": "What made it shorter or milder than it could have been.",
    "What went badly": "What made it longer or worse, the runbook and its alert included.",
    "What we change": "Each change with one owner and a day; runbook and drill change with it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIncident:
    """`day` is ISO 8601. `timeline` are moments with what happened, both as shown to people."""

    title: str
    owner: str
    day: str
    service: str = ""
    runbook: str = ""
    timeline: tuple[tuple[str, str], ...] = ()


def postmortem(known: KnownIncident) -> str:
    """The text of the page; it holds questions where nobody knows the answer yet."""
    # No front matter: its keys are a runbook's, and this is to be read, not followed.
    facts = [f"Owner: {inline(known.owner)}.", f"Day: {inline(known.day)}."]
    facts += [f"Service: {inline(known.service)}."] if known.service else []
    facts += [f"The runbook: [{known.runbook}](<{known.runbook}>)."] if known.runbook else []
    blocks = [
        f"# Post-mortem: {inline(known.title)}",
        "\n".join(f"- {fact}" for fact in facts),
        "## Timeline",
        _timeline(known.timeline),
    ]
    for title, question in SECTIONS.items():
        blocks += [f"## {title}", question]
    return "\n\n".join(blocks) + "\n"


def _timeline(timeline: Iterable[tuple[str, str]]) -> str:
    rows = [f"| {inline(at)} | {_cell(what)} |" for at, what in timeline]
    if not rows:
        return "When it began, was noticed, was understood, was mended, and who did what; in UTC."
    return "\n".join(["| UTC | what happened |", "|---|---|", *rows])


def _cell(text: str) -> str:
    return inline(text).replace("|", "\\|")
