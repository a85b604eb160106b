"""Many files → the Row of each, by several processes."""

import os
import signal
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from drillbook.lint.keeping.kept import Row
from drillbook.lint.registry import LINTS
from drillbook.read.settings import default_settings
from drillbook.read.tree import FileKind, Found
from drillbook.verbs.lint import manner_of
from drillbook.verbs.linting import work as lint_work
from drillbook.verbs.linting.work import CHUNK, Task, worked

COUNT = 4 * CHUNK + 3
OURS = os.getpid()


def children() -> set[str]:
    """The processes that this one has begun; other tests of it may have begun some."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}


@pytest.fixture
def manner(tmp_path):
    lints = tuple(lint for lint in LINTS if not lint.asks_outside)
    return manner_of(tmp_path, date(2026, 11, 21), default_settings(tmp_path), lints)


@pytest.fixture
def tasks(tmp_path) -> list[Task]:
    """So many small runbooks, each with a text of its own."""
    made = []
    for number in range(COUNT):
        text = f"# Trouble {number}\n\n## Diagnosis\n```sh\ndf {number}\n"
        (tmp_path / f"{number}.md").write_text(text)
        made.append(Task(Found(path=f"{number}.md", kind=FileKind.DOCUMENT)))
    return made


@pytest.fixture
def two(monkeypatch):
    """Two processes, however few files and cores there are."""
    monkeypatch.setattr(lint_work, "_processes", lambda _count: 2)


def in_the_other(monkeypatch, act) -> None:
    """Have the other process do something else at its third file."""
    really = lint_work._done

    def done(task, manner):
        if os.getpid() != os.getppid() and os.getpid() != OURS and task.found.path == "3.md":
            act()
        return really(task, manner)

    monkeypatch.setattr(lint_work, "_done", done)


def slowly(monkeypatch) -> None:
    """Let this process wait until the other has begun, so that both have something to do."""
    really = lint_work._next

    def after_a_while(chunks, count):
        if os.getpid() == OURS:
            time.sleep(0.05)
        return really(chunks, count)

    monkeypatch.setattr(lint_work, "_next", after_a_while)


def test_two_processes_say_what_one_says(tasks, manner, two, monkeypatch):
    """Each file once, in whatever order."""
    alone = {n: lint_work._done(task, manner) for n, task in enumerate(tasks)}
    slowly(monkeypatch)
    done = list(worked(tasks, manner))
    assert list(range(COUNT)) == sorted(number for number, _ in done)
    for number, row in done:
        assert isinstance(row, Row)
        expected = alone[number]
        assert isinstance(expected, Row)
        assert (expected.loud, expected.quiet, expected.known) == (row.loud, row.quiet, row.known)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda: os._exit(7), id="ends"),
        pytest.param(lambda: os.kill(os.getpid(), signal.SIGKILL), id="is killed"),
        pytest.param(lambda: 1 / 0, id="has a bug"),
    ],
)
def test_what_another_process_did_not_hand_over_is_done_here(
    tasks, manner, two, monkeypatch, act, capfd
):
    """Whyever it ended, nothing is lost, done twice or said by it."""
    slowly(monkeypatch)
    in_the_other(monkeypatch, act)
    done = sorted(number for number, _ in worked(tasks, manner))
    assert list(range(COUNT)) == done
    assert ("", "") == tuple(capfd.readouterr())


def test_a_process_that_says_nothing_is_not_waited_for(tasks, manner, two, monkeypatch):
    """It is stopped, and its files are done here."""
    monkeypatch.setattr(lint_work, "PATIENCE_S", 0.5)
    slowly(monkeypatch)
    in_the_other(monkeypatch, lambda: time.sleep(600))
    assert list(range(COUNT)) == sorted(number for number, _ in worked(tasks, manner))


def test_who_stops_listening_leaves_no_process(tasks, manner, two):
    """As on Ctrl-C."""
    before = children()
    results = worked(tasks, manner)
    next(results)
    assert before != children()
    results.close()
    assert before == children()


def test_a_text_that_is_known_is_not_looked_at(tasks, manner):
    """Its stamp alone comes back."""
    (_, row), *_ = worked(tasks[:1], manner)
    assert isinstance(row, Row)
    ((number, stamp),) = worked([Task(tasks[0].found, row.hash)], manner)
    assert 0 == number
    assert isinstance(stamp, str)


@pytest.mark.parametrize(
    ("tasks", "cores", "threads", "expected"),
    [
        (200, 2, 1, 1),
        (201, 2, 1, 2),
        (10_000, 64, 1, lint_work.PROCESSES_MAX),
        (10_000, 1, 1, 1),
        (10_000, 2, 3, 1),
    ],
)
def test_how_many_processes(monkeypatch, tasks, cores, threads, expected):
    """As many as cores, up to a bound; one for few files, or where threads are about."""
    monkeypatch.setattr(lint_work.os, "cpu_count", lambda: cores)
    monkeypatch.setattr(threading, "active_count", lambda: threads)
    assert expected == lint_work._processes(tasks)


def test_more_files_than_the_pipe_has_room_for(monkeypatch, tasks, manner, two):
    """Those that no process takes are done here."""
    really = lint_work._chunks

    def few(count):
        return really(min(count, CHUNK))

    monkeypatch.setattr(lint_work, "_chunks", few)
    assert list(range(COUNT)) == sorted(number for number, _ in worked(tasks, manner))
