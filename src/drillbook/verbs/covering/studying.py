"""Files of Markdown → what each says by itself of its runbooks, on all processors."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context

from drillbook.cover.study import Barrier, study
from drillbook.lint.ask import as_adopted, of_document
from drillbook.lint.registry import BY_NAME
from drillbook.lint.silence import Silencers, silence
from drillbook.model.coverage import Studied
from drillbook.model.document import Document
from drillbook.model.finding import Finding, Severity
from drillbook.model.lint import Lint, Rung
from drillbook.model.runbook import Runbook
from drillbook.read.file import read_text
from drillbook.read.markdown.runbook import read_document
from drillbook.read.marks import marks_of_document
from drillbook.read.tree import Found, fits
from drillbook.run.actions.registry import ACTIONS
from drillbook.verbs.linting.inspect import Manner
from drillbook.verbs.linting.would_run import would_not_run
from drillbook.verbs.plan import concerning

# Below so many files a second process costs more than it saves.
ALONE_MAX = 100
CHUNK = 25
WORKERS_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StudiedFile:
    """One file of Markdown; `flaws` say why nothing of it could be read."""

    path: str
    anchors: tuple[str, ...] = ()
    is_runbook: bool = False
    runbooks: tuple[Studied, ...] = ()
    flaws: tuple[Finding, ...] = ()


def study_files(
    files: Sequence[Found],
    manner: Manner,
    tell: Callable[[int], None],
    *,
    alerts: frozenset[str],
    shelves: tuple[str, ...] = (),
) -> Iterator[StudiedFile]:
    """In the order of the files; `tell` hears how many are done.

    `shelves` are what paths begin with that can only be runbooks, as in a pack.
    """
    one = partial(study_file, manner=manner, alerts=alerts, shelves=shelves)
    for done, studied in enumerate(_mapped(one, files), 1):
        tell(done)
        yield studied


def _mapped(one: Callable[[Found], StudiedFile], files: Sequence[Found]) -> Iterator[StudiedFile]:
    workers = min(os.cpu_count() or 1, WORKERS_MAX)
    # A fork takes all that is loaded along, but of threads only their locks.
    if len(files) <= ALONE_MAX or workers == 1 or threading.active_count() > 1:
        yield from map(one, files)
        return
    pool = ProcessPoolExecutor(workers, get_context("fork"), _leave_interrupts)
    done = 0
    try:
        for studied in pool.map(one, files, chunksize=CHUNK):
            done += 1
            yield studied
    except BrokenProcessPool:
        # Somebody killed one of them, for want of memory say: slower is better than nothing.
        yield from map(one, files[done:])
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl-C is the first process's: it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def study_file(
    found: Found, *, manner: Manner, alerts: frozenset[str], shelves: tuple[str, ...] = ()
) -> StudiedFile:
    """Whatever the file holds, this raises nothing over it."""
    text, flaws = read_text(manner.root / found.path, found.path)
    if text is None:
        return StudiedFile(path=found.path, flaws=flaws)
    document = read_document(text, found.path)
    is_meant = manner.is_meant(found, manner.around.settings.runbooks)
    if is_meant or found.path.startswith(shelves):
        document = replace(document, is_runbook=True)
    return StudiedFile(
        path=found.path,
        anchors=document.anchors,
        is_runbook=document.is_runbook,
        runbooks=tuple(_studied(document, manner, alerts)),
        flaws=() if document.lines else document.findings,
    )


def _studied(document: Document, manner: Manner, alerts: frozenset[str]) -> Iterator[Studied]:
    flaws = list(_flaws(document, manner)) if document.is_runbook else []
    for runbook in document.runbooks:
        own = concerning(runbook, document.runbooks, flaws)
        yield study(
            document,
            runbook,
            languages=frozenset(ACTIONS),
            alerts=alerts,
            barriers=[barrier for each in own if (barrier := _barrier(each))],
        )


def _flaws(document: Document, manner: Manner) -> Iterator[Finding]:
    """The errors of reading, of a plan and of the lints that nobody has silenced."""
    said = [
        *(as_adopted(each, BY_NAME.get(each.lint), document) for each in document.findings),
        *of_document(document, _deciding(document, manner.lints), manner.around),
        *(flaw for each in _wanting_to_run(document) for flaw in would_not_run(each, {})),
    ]
    marks, _ = marks_of_document(document)
    silencers = Silencers(
        marks=marks,
        snoozes=manner.around.settings.snooze,
        today=manner.around.today,
        fits=lambda path, glob: fits(manner.whole(path), (f"{manner.folder}/{glob}",)),
    )
    for each in silence(said, silencers, manner.lints).heard:
        if each.severity is Severity.ERROR:
            yield each


def _deciding(document: Document, lints: Sequence[Lint]) -> list[Lint]:
    """Those that can keep it from a rung; without adoption, what is about running is a note."""
    rungs = {Rung.READABLE, Rung.RUNNABLE} if document.is_adopted else {Rung.READABLE}
    return [lint for lint in lints if lint.rung in rungs]


def _wanting_to_run(document: Document) -> tuple[Runbook, ...]:
    """Of what never heard of us, a plan would say what the steps lack in other words."""
    return document.runbooks if document.is_adopted else ()


def _barrier(finding: Finding) -> Barrier | None:
    """What leads where is found out by linking."""
    lint = BY_NAME.get(finding.lint)
    rung = lint.rung if lint else Rung.RUNNABLE
    return Barrier(rung=rung, finding=finding) if rung is not Rung.LINKED else None
