"""A file that is named by the present moment twice: the second time it is another file."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

# A name with the time in it: what stands before and behind `$(date …)` is the name.
_NAME = re.compile(
    r"(?P<before>[\w./~{}$-]{2,120})(?P<date>\$\(date(?P<format>[^()`\n]{0,80})\)|`date(?P<other>[^()`\n]{0,80})`)"
    r"(?P<behind>[\w./-]{0,60})"
)
_READS = re.compile(
    r"(?:^|[\s;|&(])(?:pg_restore|restore|psql|mysql|gunzip|zcat|unzip|cat|source|sqlite3|"
    r"tar\s+-?\w{0,6}x\w{0,6}|kubectl\s+(?:apply|create))\s[^\n]{0,200}$"
)
# These read what is not their last word.
_COPIES = re.compile(r"(?:^|[\s;|&(])(?:cp|mv|rsync|scp|aws\s+s3\s+cp|gsutil\s+cp)\s[^\n]{0,200}$")
_WRITES = re.compile(r"(?:>|\s-o|--output[= ]|--file=|\s-w|of=)\s*[\"']?$")
# These look at what a schedule has made.
_LOOKS = re.compile(r"(?:^|\s)(?:describe|get|list|show|ls|stat|head|tail|grep|zgrep|test)\s")
# Another day than this one is counted from it: yesterday has its name all day.
_OTHER_DAY = re.compile(r"\s-(?:d|-date|v)")
_MOMENT = re.compile(r"%[HMSsNTX]|%\+|^\s*$")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    made: dict[str, Act] = {}
    for act in acts_of(document):
        if not act.is_shell or "date" not in act.words:
            continue
        for found in _NAME.finditer(act.text):
            name = found["before"].rsplit("=", 1)[-1] + "*" + found["behind"]
            line = act.text[act.text.rfind("\n", 0, found.start()) + 1 : found.start()]
            if "#" in line or _OTHER_DAY.search(found["date"]):
                continue
            if name in made and _is_read(act, found) and _changes(made[name], act, found):
                yield Flaw(
                    place=act.place_at(document, found.start(), found.end()),
                    message="the date is evaluated again here, so this names a file that was never "
                    "made",
                    help="keep the name when the file is made (export BACKUP=…), and use it here",
                )
            if not _is_looked_at(line):
                made.setdefault(name, act)


def _is_looked_at(line: str) -> bool:
    return ">" not in line and _LOOKS.search(line) is not None


def _is_read(act: Act, found: re.Match[str]) -> bool:
    """Whether the command takes the file rather than makes it."""
    line = act.text[act.text.rfind("\n", 0, found.start()) + 1 : found.start()]
    if _WRITES.search(line):
        return False
    if line.rstrip("\"' ").endswith("<") or _READS.search(line):
        return True
    rest = act.text[found.end() :].split("\n", 1)[0].strip("\"' ")
    return bool(rest) and rest[0] not in "#;&|>" and _COPIES.search(line) is not None


def _changes(made: Act, act: Act, found: re.Match[str]) -> bool:
    """A day's name is the same in one script; in another block, another day may have come."""
    written = found["format"] if found["format"] is not None else found["other"]
    return made is not act or _MOMENT.search(written or "") is not None


LINT = DocumentLint(
    name="date-evaluated-again",
    summary="a restore from a file whose name is made of the present moment again",
    severity=Severity.ERROR,
    check=_check,
)
