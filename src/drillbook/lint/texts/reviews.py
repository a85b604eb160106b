"""A Document → what it says of when it was looked at last, and when it is to be next."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from drillbook.lint.texts.said import prose_of, says_any, whole_text, words_of
from drillbook.model.document import Document
from drillbook.model.place import Place
from drillbook.model.runbook import Kind, Runbook

_HINTS = words_of("reviewed review updated verified tested")
_EXACT = ("reviewed", "last review", "last-review", "next review", "review date", "last updated",
    "last-updated", "last verified", "last tested")  # fmt: skip
_LINE = re.compile(
    r"[\W_]{0,8}(?P<what>last[ -](?:reviewed|review|updated|verified|tested)|reviewed|review date|"
    r"next[ -]review)(?: date| on| due)?\W{0,4}:\W{0,6}(?P<date>[^|<(\n]{1,30})",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_FORMS = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
    re.compile(rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b"),
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[. -]{{1,2}}{_MONTH},?[ -](?P<year>\d{{4}})\b"),
    re.compile(rf"{_MONTH},? (?P<year>\d{{4}})\b"),
)


@dataclass(frozen=True, slots=True)
class Review:
    """`date` is None where the text is none. `is_next`: it is the day by which it is due.

    `kind` is that of the runbook. `is_ours` where the front matter says it.
    """

    place: Place
    text: str
    date: date | None
    kind: Kind
    is_next: bool = False
    is_ours: bool = False


def reviews_of(document: Document) -> Iterator[Review]:
    """What the front matter and the lines of the text say."""
    for runbook in document.runbooks:
        if runbook.reviewed is not None:
            text = runbook.reviewed.strip()
            place = _place(document, runbook)
            yield Review(place, text, date_in(text), runbook.kind, is_ours=True)
    if says_any(document, _HINTS):
        text = whole_text(document).lower()
        if any(each in text for each in _EXACT):
            yield from _in_lines(document)


def _place(document: Document, runbook: Runbook) -> Place:
    for number, line in enumerate(document.lines[: document.front_lines], start=1):
        if "reviewed" in line and (runbook.reviewed or "") in line:
            return document.place_of(runbook.reviewed or "", number)
    return document.place_of("", runbook.place.line)


def _in_lines(document: Document) -> Iterator[Review]:
    """Only those with a date that is understood: prose may mean something else by the words."""
    kind = document.runbooks[0].kind if document.runbooks else Kind.ALERT
    for number, line in prose_of(document):
        found = _LINE.match(line)
        said = date_in(found["date"].strip()) if found else None
        if found and said:
            place = document.place_of(found["date"].strip(" *_"), number)
            is_next = found["what"].lower().startswith("next")
            yield Review(place, found["date"].strip(" *_"), said, kind, is_next)


def date_in(text: str) -> date | None:
    """The day that the text begins with; of a month alone its last. 3/4/2025 is two days."""
    for form in _FORMS:
        found = form.match(text.lower())
        if found:
            said = found.groupdict()
            month = int(said["number"]) if "number" in said else _MONTHS.index(said["month"]) + 1
            return _day(int(said["year"]), month, int(said.get("day") or 0))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if day else date(year, month, 28)
    except ValueError:
        return None
