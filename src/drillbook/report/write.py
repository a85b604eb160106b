"""Verdict + entries → its files in a folder: a page for people, JSON and JUnit XML for machines."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from drillbook.model.journal import Entry
from drillbook.model.verdict import Verdict, VerdictState
from drillbook.report.environment import environment_rows
from drillbook.report.html import Link, index_html, verdict_html
from drillbook.report.json import verdict_json
from drillbook.report.junit import verdict_junit
from drillbook.report.steps import Blob, step_rows

NAME_CHARACTERS_MAX = 100
INDEX = "index.html"
# A verdict's own JSON is a few thousand bytes; a larger file beside it is not ours to read.
JSON_BYTES_MAX = 1_000_000


class ReportError(Exception):
    """The report cannot be written; one line says what, why and the cure."""


def write_report(
    folder: Path, verdict: Verdict, entries: Sequence[Entry], blob: Blob
) -> tuple[Path, ...]:
    """Write `<drill>.html`, `.json`, `.xml`, and `index.html` where there are several drills.

    Each file is written whole or not at all. The answer names the files that were written.
    Raises ReportError where one cannot be.
    """
    name = file_name(verdict.drill)
    page = verdict_html(verdict, step_rows(entries, blob), environment_rows(entries))
    texts = {
        f"{name}.html": page,
        f"{name}.json": verdict_json(verdict),
        f"{name}.xml": verdict_junit(verdict),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [write_whole(folder / file, text) for file, text in texts.items()]
        links = sorted(_links(folder), key=lambda link: link.drill)
        if len(links) > 1:
            written.append(write_whole(folder / INDEX, index_html(links)))
    except OSError as error:
        raise ReportError(
            f"{folder}: the report cannot be written: {error.strerror}; "
            "name a folder that can be written and has room"
        ) from error
    return tuple(written)


def file_name(drill: str) -> str:
    """The drill's name as a file's; where a letter had to go, a hash keeps two drills apart."""
    name = re.sub(r"[^A-Za-z0-9._-]", "-", drill).lstrip(".-")[:NAME_CHARACTERS_MAX]
    if name and name == drill and name != "index":
        return name
    digest = hashlib.sha256(drill.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name}-{digest}" if name else f"drill-{digest}"


def write_whole(path: Path, text: str) -> Path:
    """Write it, or leave what is there: a reader never sees half a file. Raises OSError.

    It is written beside its place, brought to the disk, then renamed.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".report-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def _links(folder: Path) -> Iterator[Link]:
    """The drills whose JSON and page lie in the folder; other people's files are passed by."""
    for path in folder.glob("*.json"):
        page = path.with_suffix(".html")
        link = _link(path, page.name) if page.is_file() else None
        if link:
            yield link


def _link(path: Path, href: str) -> Link | None:
    if path.stat().st_size > JSON_BYTES_MAX:
        return None
    try:
        document = json.loads(path.read_bytes())
        drill, runbook, state = (document[key] for key in ("drill", "runbook", "state"))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_ours = isinstance(drill, str) and isinstance(runbook, str)
    if not is_ours or state not in {each.value for each in VerdictState}:
        return None
    return Link(drill=drill, runbook=runbook, state=state, href=href)
