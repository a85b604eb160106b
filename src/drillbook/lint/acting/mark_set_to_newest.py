"""A mark of how far a copy has come, set by hand to the newest row that there is."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of
from drillbook.lint.texts.said import says_any, words_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

_HINTS = words_of("watermark watermarks checkpoint checkpoints bookmark bookmarks highwater")
_SET = re.compile(
    r"\b(?:update|insert\s{1,9}into|replace\s{1,9}into|merge\s{1,9}into)\s{1,9}"
    r"[\w.\"`]{0,80}(?:watermark|high_?water|checkpoint|bookmark)\w{0,40}",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\bmax\s{0,9}\(\s{0,9}[\w.]{0,40}(?:time|timestamp|_ts|_at|seq|sequence|offset|date|\bid)\w{0,20}"
    r"\s{0,9}\)[^;]{0,80}?\bfrom\s{1,9}[\"`]?(?P<table>[\w.]{1,80})",
    re.IGNORECASE,
)
# Of the copy itself the newest row is what the mark should be.
_COPY = re.compile(
    r"cold|iceberg|archive|target|dest|sink|copy|lake|warehouse|replica", re.IGNORECASE
)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    if not says_any(document, _HINTS):
        return
    acts = acts_of(document)
    for number, act in enumerate(acts):
        for found in _SET.finditer(act.text):
            if _asks_for_newest(acts[: number + 1], act.heading):
                yield Flaw(
                    place=act.place_at(document, *found.span()),
                    message="what was not copied before the newest row is skipped for good once "
                    "the mark is set to it",
                    help="set the mark to the newest row that the copy itself holds",
                )
                return


def _asks_for_newest(acts: tuple[Act, ...], heading: str) -> bool:
    """In the same block, or in one before it under the same heading."""
    tables = (
        found["table"]
        for act in acts
        if act.heading == heading
        for found in _NEWEST.finditer(act.text)
    )
    return any(not _COPY.search(table) for table in tables)


LINT = DocumentLint(
    name="mark-set-to-newest",
    summary="a watermark that is set to the newest row, whether it was copied or not",
    check=_check,
)
