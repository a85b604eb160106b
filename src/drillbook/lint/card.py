"""A Document → its Card: what the rest of the tree has to know of it."""

import re
from collections.abc import Mapping

from drillbook.lint.texts.claims import claims_of, named_in
from drillbook.lint.texts.columns import columns_of
from drillbook.lint.texts.named_files import named_files
from drillbook.lint.texts.references import references_of
from drillbook.lint.texts.used import used_of
from drillbook.model.document import Document
from drillbook.model.library import Card, Reference, RunbookCard
from drillbook.model.place import Place
from drillbook.model.runbook import Runbook


def card_of(document: Document) -> Card:
    """Small and without the text, so that it can be kept for every file of a tree."""
    return Card(
        path=document.path,
        is_runbook=document.is_runbook,
        is_adopted=document.is_adopted,
        anchors=document.anchors,
        runbooks=tuple(_runbook_card(document, runbook) for runbook in document.runbooks),
        references=_references(document),
        claims=tuple(claims_of(document)) if document.is_runbook else (),
        named=tuple(named_in(document)) if document.is_runbook else (),
    )


def _references(document: Document) -> tuple[Reference, ...]:
    found = tuple(references_of(document))
    return (*found, *named_files(document), *used_of(document, found), *columns_of(document))


def _runbook_card(document: Document, runbook: Runbook) -> RunbookCard:
    return RunbookCard(
        place=runbook.place,
        path=runbook.path,
        anchor=runbook.anchor,
        title=runbook.title,
        kind=runbook.kind.value,
        severity=runbook.severity or "",
        owner=runbook.owner or "",
        service=runbook.service or "",
        alerts=_alert_places(document, runbook),
        options=tuple(option.anchor for option in runbook.options),
        detect_s=runbook.objectives.detect_s,
        detect_place=runbook.objectives.place,
    )


def _alert_places(document: Document, runbook: Runbook) -> Mapping[str, Place]:
    """Where each name of the list `alerts` stands in the front matter."""
    first = _first_line(document, runbook.anchor)
    return {name: _alert_place(document, name, first) for name in runbook.alerts}


def _first_line(document: Document, anchor: str) -> int:
    """The line from which on the front matter speaks of this runbook."""
    if not anchor:
        return 1
    front = document.lines[: document.front_lines]
    keys = (f"{anchor}:", f'"{anchor}":', f"'{anchor}':")
    return next((n for n, line in enumerate(front, 1) if line.strip().startswith(keys)), 1)


def _alert_place(document: Document, name: str, first: int) -> Place:
    word = re.compile(rf"(?<![\w:]){re.escape(name)}(?![\w:])")
    for number in range(first, document.front_lines + 1):
        found = word.search(document.lines[number - 1])
        if found is not None:
            return Place(
                path=document.path,
                line=number,
                column=found.start() + 1,
                end_line=number,
                end_column=found.end() + 1,
            )
    return Place(path=document.path, line=first)
