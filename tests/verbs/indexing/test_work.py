"""Indexing by several processes: nothing is lost, whatever becomes of them."""

import os
import threading

import pytest

from drillbook.search.indexing import made_of
from drillbook.search.rows import PROSE, Entry, Row
from drillbook.verbs.indexing.work import ALONE_MAX, made

MANY = [f"{number}.md" for number in range(ALONE_MAX + 60)]


def entries(path):
    """One for each document, two for the tenth, none for the first."""
    number = int(path.removesuffix(".md"))
    row = Row(line=1, section="", kind=PROSE, text=path, terms=("disk", f"d{number}"))
    entry = Entry(path=path, anchor="", title=path, rows=(row,))
    return [entry] * (0 if number == 0 else 2 if number == 9 else 1)


def expected(paths):
    return [[made_of(entry) for entry in entries(path)] for path in paths]


@pytest.mark.parametrize("count", [0, 1, ALONE_MAX, len(MANY)])
def test_each_document_is_made_once_and_in_its_order(count):
    """By one process or several."""
    assert expected(MANY[:count]) == list(made(MANY[:count], entries))


def test_a_process_that_is_stopped_loses_nothing():
    """What it did not hand over is done by this one."""
    own = os.getpid()

    def read(path):
        if path == "120.md" and os.getpid() != own:
            os._exit(9)
        return entries(path)

    assert expected(MANY) == list(made(MANY, read))


def test_many_are_read_by_others():
    """So that all cores work."""
    if (os.cpu_count() or 1) == 1:
        pytest.skip("one core")
    own = os.getpid()

    def read(path):
        row = Row(line=1, section="", kind=PROSE, text=str(os.getpid()), terms=("disk",))
        return [Entry(path=path, anchor="", title=str(os.getpid()), rows=(row,))]

    readers = {one.title for file in made(MANY, read) for one in file}
    assert str(own) not in readers


def test_beside_threads_nothing_is_forked():
    """A lock that a thread holds would never be let go."""
    end = threading.Event()
    thread = threading.Thread(target=end.wait, args=(30,))
    thread.start()
    try:
        own = os.getpid()
        seen = set()

        def read(path):
            seen.add(os.getpid())
            return entries(path)

        assert expected(MANY) == list(made(MANY, read))
        assert {own} == seen
    finally:
        end.set()
        thread.join()
