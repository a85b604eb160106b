"""A command that asks for a day which was today when it was written."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import acts_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung

_DATE = (
    r"20[12][0-9]-[01][0-9]-[0-3][0-9]"
    r"(?:[T ][0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?Z?)?"
)
# Where a day bounds what is asked for.
_BOUND = re.compile(
    r"(?:--(?:since|until|since-time|start-time|end-time|after|before|from|to|start|end)[= ]\s?"
    r"[\"']?|"
    r"[\"'](?:since|until|from|to|start|end|after|before|start_?[tT]ime|end_?[tT]ime)[\"']"
    r"\s?:\s?[\"']|"
    r"[?&](?:since|until|from|to|start|end|after|before)=|"
    r"(?:<|>|<=|>=|\bBETWEEN|\bAND)\s?')"
    rf"({_DATE})"
)
_YEARS = ("2018-", "2019-", "2020-", "2021-", "2022-", "2023-", "2024-", "2025-", "2026-", "2027-")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for act in acts_of(document):
        if not (act.is_shell or act.fence.language in ("sql", "http")):
            continue
        if not any(year in act.text for year in _YEARS):
            continue
        for found in _BOUND.finditer(act.text):
            yield Flaw(
                place=act.place_at(document, found.start(1), found.end(1)),
                message=f'"{found[1]}" was written for one day; whoever follows this asks for that '
                "day again",
                help="declare an input for it, or count from now (date -d '1 hour ago')",
            )
            break


LINT = DocumentLint(
    name="date-in-command",
    summary="a command that is bounded by a day of the past",
    rung=Rung.RUNNABLE,
    check=_check,
)
