"""A Document → what its text says of an alert's rule: thresholds, how long, how often.

Only where it clearly speaks of one alert, and in words that define it. A sentence with two figures
of one kind says neither.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from drillbook.lint.texts.figures import NUMBER, Figure, figures_in, may_hold_figure
from drillbook.model.document import Document, Fence, Heading, Prose
from drillbook.model.library import Claim, ClaimKind, Named

PARAGRAPH_CHARS_MAX = 5_000
NAME_CHARS_MAX = 100

_NAME = re.compile(r"\b[A-Za-z][A-Za-z0-9_]*[a-z0-9][A-Z][A-Za-z0-9_]*")
_NAMED = re.compile(
    r"\**Alerts?(?: [Nn]ame)?\**:\**\s*`?(?P<name>[A-Za-z][A-Za-z0-9_]*)`?\s*$", re.MULTILINE
)
_LABELLED = re.compile(
    r"[\s|*-]*\**(?:Description|Trigger(?:s|ed)?|Condition|Threshold|Alert condition|Expression"
    r"|Fires when|Meaning|Duration)\**:",
    re.IGNORECASE,
)
_DEFINING = re.compile(
    r"\b(?:alerts?|alerting|fires?|fired|firing|triggers?|triggered)\b", re.IGNORECASE
)
# How fast a budget is used up is looked at over windows, which are no waiting time.
_BURNING = re.compile(r"\b(?:burn|budget)", re.IGNORECASE)
_DEFINING_TITLES = frozenset(("meaning", "description", "alert description", "summary", "overview"))
_DEFINING_ROLES = frozenset((None, "symptoms"))
_DEFINING_COLUMNS = ("threshold", "condition", "trigger", "expression", "expr", "fires", "meaning")
_FOR_COLUMNS = frozenset(("for", "duration", "for duration", "pending"))
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n(?=\s*(?:\*\*|[-*] |\|))")
_RULE_LINE = re.compile(
    r"[\s-]*(?P<key>alert|expr|for):\s*[\"']?(?P<value>[^\"'\n]{1,1000}?)[\"']?\s*$"
)
_LAST_COMPARISON = re.compile(rf"(?:[<>]=?|==)\s*(?P<number>{NUMBER})\s*$")


@dataclass(slots=True)
class _Scope:
    """Of which alert the text speaks here, and up to a heading of which level."""

    alert: str = ""
    level: int = 7
    section: Heading | None = None
    role: str | None = None


def claims_of(document: Document) -> Iterator[Claim]:
    """In the order of the text."""
    roles = {s.place.line: s.role for runbook in document.runbooks for s in runbook.sections}
    owners = _owners(document)
    scope = _Scope(alert=owners.get(0, ""))
    for block in document.blocks:
        if isinstance(block, Heading):
            scope = _at_heading(block, scope, roles, owners)
        elif isinstance(block, Fence):
            if "alert:" in block.content and block.language in ("yaml", "yml"):
                yield from _of_rule_text(document, block)
        elif len(block.text) <= PARAGRAPH_CHARS_MAX:
            named = _NAMED.search(block.text) if "lert" in block.text else None
            if named is not None and is_alert_name(named["name"]):
                level = scope.section.level if scope.section else 7
                scope = replace(scope, alert=named["name"], level=level)
            yield from _of_prose(document, block, scope)


def named_in(document: Document) -> Iterator[Named]:
    """The alerts that lines of their own name, as those to which the text below belongs."""
    for block in document.blocks:
        if isinstance(block, Prose) and "lert" in block.text:
            for match in _NAMED.finditer(block.text[:PARAGRAPH_CHARS_MAX]):
                if is_alert_name(match["name"]):
                    line = block.line + block.text.count("\n", 0, match.start())
                    place = document.place_of(match["name"], line)
                    yield Named(alert=match["name"], place=place)


def is_alert_name(word: str) -> bool:
    """Whether the word looks as alerts are called, such as `DiskFull` or `etcdNoLeader`."""
    return len(word) <= NAME_CHARS_MAX and _NAME.fullmatch(word) is not None


def names_in(text: str) -> list[str]:
    """The words that look as alerts are called, each once."""
    return list(dict.fromkeys(_NAME.findall(text)))


def _owners(document: Document) -> dict[int, str]:
    """The only alert of a runbook's list, by the line of its heading; 0 for a whole file."""
    return {
        runbook.place.line if runbook.anchor else 0: runbook.alerts[0]
        for runbook in document.runbooks
        if len(runbook.alerts) == 1
    }


def _at_heading(
    heading: Heading, scope: _Scope, roles: dict[int, str | None], owners: dict[int, str]
) -> _Scope:
    alert, level = scope.alert, scope.level
    if heading.level <= level < 7:
        alert, level = owners.get(0, ""), 7
    names = names_in(heading.title)
    if heading.line in owners:
        alert, level = owners[heading.line], heading.level
    elif len(names) == 1 and len(heading.title.split()) <= 3:
        alert, level = names[0], heading.level
    role = roles.get(heading.line)
    if role is None and scope.section is not None and heading.level > scope.section.level:
        role = scope.role
    return _Scope(alert=alert, level=level, section=heading, role=role)


def _of_prose(document: Document, prose: Prose, scope: _Scope) -> Iterator[Claim]:
    if not may_hold_figure(prose.text):
        return
    if prose.text.startswith("|"):
        yield from _of_table(document, prose)
        return
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(prose.text)), len(prose.text)]:
        sentence, line = prose.text[start:end], prose.line + prose.text.count("\n", 0, start)
        start = end
        alert = _alert_of(sentence, scope) if may_hold_figure(sentence) else ""
        if alert and _is_defining(sentence, alert, scope):
            yield from _of_sentence(document, sentence, line, alert)


def _alert_of(sentence: str, scope: _Scope) -> str:
    """The one alert that the sentence names, else that of its surroundings."""
    quoted = [name for name in names_in(sentence) if f"`{name}`" in sentence]
    if len(quoted) > 1:
        return ""
    return quoted[0] if quoted else scope.alert


def _is_defining(sentence: str, alert: str, scope: _Scope) -> bool:
    if _LABELLED.match(sentence):
        return _BURNING.search(sentence) is None
    if scope.role not in _DEFINING_ROLES or _BURNING.search(sentence):
        return False
    title = scope.section.title.strip(" :").casefold() if scope.section else ""
    return title in _DEFINING_TITLES or bool(_DEFINING.search(sentence)) or alert in sentence


def _of_table(document: Document, prose: Prose) -> Iterator[Claim]:
    """A row that names one alert, in the columns whose titles define."""
    rows = prose.text.split("\n")
    titles = [cell.strip(" *`").casefold() for cell in rows[0].split("|")]
    for offset, row in enumerate(rows[2:], 2):
        names = names_in(row)
        if len(names) != 1:
            continue
        for title, cell in zip(titles, row.split("|"), strict=False):
            if title in _FOR_COLUMNS:
                yield from _of_sentence(
                    document, f"for {cell.strip(' `')}", prose.line + offset, names[0]
                )
            elif any(word in title for word in _DEFINING_COLUMNS):
                yield from _of_sentence(document, cell, prose.line + offset, names[0])


def _of_sentence(document: Document, sentence: str, line: int, alert: str) -> Iterator[Claim]:
    for figure in figures_in(sentence):
        yield _claim(document, figure, alert, line + sentence.count("\n", 0, figure.start))


def _claim(document: Document, figure: Figure, alert: str, line: int) -> Claim:
    return Claim(
        place=document.place_of(figure.text, line),
        alert=alert,
        kind=figure.kind,
        value=figure.value,
        text=figure.text,
        is_percent=figure.is_percent,
        per_s=figure.per_s,
    )


def _of_rule_text(document: Document, fence: Fence) -> Iterator[Claim]:
    """A rule that is quoted as YAML: how it ends its expression, and its `for`."""
    alert = ""
    for number, line in enumerate(fence.content.split("\n"), fence.content_line):
        match = _RULE_LINE.match(line)
        if match is None:
            continue
        if match["key"] == "alert":
            alert = match["value"] if is_alert_name(match["value"]) else ""
        elif alert and match["key"] == "for":
            for figure in figures_in(f"for {match['value']}"):
                claim = _claim(document, figure, alert, number)
                yield replace(claim, place=document.place_of(match["value"], number))
        elif alert:
            said = _LAST_COMPARISON.search(match["value"])
            if said is not None:
                yield Claim(
                    place=document.place_of(said[0].strip(), number),
                    alert=alert,
                    kind=ClaimKind.THRESHOLD,
                    value=float(said["number"]),
                    text=said[0].strip(),
                )
