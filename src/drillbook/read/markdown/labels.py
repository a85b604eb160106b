"""The text of a paragraph → its labelled sentences (`**Healthy:** exit code is 0.`) with places."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from drillbook.model.document import Prose
from drillbook.model.place import Place
from drillbook.read.sentences.tokens import SENTENCE_CHARS_MAX

LABELS = (
    "Healthy",
    "Unhealthy",
    "Expect",
    "Recovered",
    "Capture",
    "When",
    "Risk",
    "Loses",
    "Undo",
)
LABEL = re.compile(
    rf"(?:\*\*|__)[ \t]*({'|'.join(LABELS)})[ \t]*(?::[ \t]*(?:\*\*|__)|(?:\*\*|__)[ \t]*:)",
    re.IGNORECASE,
)
_TICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Label:
    """`name` is in capitals as in LABELS; `text` is all up to the next label."""

    name: str
    text: str
    place: Place


def labels_of(prose: Prose, lines: list[str], path: str) -> list[Label]:
    """In the order of the text; what stands in backticks is no label."""
    matches = list(LABEL.finditer(prose.text)) if _is_bold(prose.text) else []
    if not matches:
        return []
    spans = _code_spans(prose.text)
    matches = [match for match in matches if not _is_inside(match.start(), spans)]
    ends = [*(match.start() for match in matches[1:]), len(prose.text)]
    places = _Places(prose, lines, path)
    return [
        Label(
            name=match[1].capitalize(),
            text=prose.text[match.end() : end],
            place=places.between(match.start(), _end_of_words(prose.text, match.end(), end)),
        )
        for match, end in zip(matches, ends, strict=False)
    ]


# Any text may have these words in bold: only what follows says whether the sentence is ours.
_EXPECTATION = re.compile(r"\s*(?:exit code|output|number) is\b", re.IGNORECASE)
_OURS = {
    "healthy": _EXPECTATION,
    "unhealthy": _EXPECTATION,
    "recovered": _EXPECTATION,
    "expect": _EXPECTATION,
    "capture": re.compile(r"\s*`[^`\n]{1,80}`\s+is\b"),
    "when": re.compile(r"\s*(?:not\s|\()*\s*`[^`\n]{1,80}`\s+is\b"),
    "risk": re.compile(r"\s*(?:none|disruptive|destructive)\b"),
    "loses": re.compile(r"\s*(?:nothing|at most|the last)\b", re.IGNORECASE),
}


def has_label(text: str) -> bool:
    """Whether a sentence that is surely ours stands in it; one in backticks is only shown."""
    if not _is_bold(text) or not LABEL.search(text):
        return False
    spans = _code_spans(text)
    return any(
        _is_ours(match, text) and not _is_inside(match.start(), spans)
        for match in LABEL.finditer(text)
    )


def _is_bold(text: str) -> bool:
    """Whether anything in it may be; cheaper than to look for a label at every character."""
    return "**" in text or "__" in text


def _is_ours(match: re.Match[str], text: str) -> bool:
    form = _OURS.get(match[1].lower())
    return form is not None and form.match(text, match.end()) is not None


def _end_of_words(text: str, start: int, end: int) -> int:
    return start + len(text[start : min(end, start + SENTENCE_CHARS_MAX)].rstrip())


def _code_spans(text: str) -> list[tuple[int, int]]:
    """Where backticks enclose something, as CommonMark pairs them; in linear time."""
    runs = [(run.start(), run.end()) for run in _TICKS.finditer(text)]
    later: dict[int, list[int]] = {}
    for index in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[index][1] - runs[index][0], []).append(index)
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(runs):
        start, end = runs[index]
        same = later[end - start]
        while same and same[-1] <= index:
            same.pop()
        if same:
            index = same[-1]
            spans.append((start, runs[index][1]))
        index += 1
    return spans


def _is_inside(offset: int, spans: list[tuple[int, int]]) -> bool:
    before = bisect_right(spans, (offset, offset)) - 1
    return before >= 0 and offset < spans[before][1]


class _Places:
    """Offsets into a paragraph → places in the file, whose lines may be indented or quoted."""

    def __init__(self, prose: Prose, lines: list[str], path: str) -> None:
        self._path = path
        self._first_line = prose.line
        self._lines = lines
        self._parts = prose.text.split("\n")
        self._starts = [0]
        for part in self._parts:
            self._starts.append(self._starts[-1] + len(part) + 1)
        self._shifts: dict[int, int] = {}

    def _position(self, offset: int) -> tuple[int, int]:
        row = min(bisect_right(self._starts, offset) - 1, len(self._parts) - 1)
        line = min(self._first_line + row, len(self._lines))
        if row not in self._shifts:
            self._shifts[row] = max(self._lines[line - 1].find(self._parts[row]), 0)
        column = offset - self._starts[row] + self._shifts[row] + 1
        return line, min(column, len(self._lines[line - 1]) + 1)

    def between(self, start: int, end: int) -> Place:
        line, column = self._position(start)
        end_line, end_column = self._position(end)
        return Place(
            path=self._path, line=line, column=column, end_line=end_line, end_column=end_column
        )
