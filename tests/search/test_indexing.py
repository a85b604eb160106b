"""Indexing: what changed is taken out and in, and nothing of the rest is touched."""

import random
from contextlib import closing

from drillbook.search.cache import open_cache
from drillbook.search.indexing import AT_ONCE, Kept, files_kept, keep_files, replace_entries
from drillbook.search.postings import postings_of
from drillbook.search.ranking import count_of
from drillbook.search.rows import PROSE, TITLE, Entry, Row


def entry(path, *words):
    rows = [Row(line=1, section="", kind=TITLE, text=path, terms=("same",))]
    rows.append(Row(line=2, section="", kind=PROSE, text=" ".join(words), terms=words))
    return Entry(path=path, anchor="", title=path, rows=tuple(rows))


def having(connection, term):
    """The paths of the runbooks that have the term."""
    numbers = postings_of(connection, term).ids
    rows = dict(connection.execute("SELECT id, path FROM entry").fetchall())
    return sorted(rows[number] for number in numbers)


def test_files_are_kept_as_they_are_now():
    """What is gone is forgotten, what did not change is not written."""
    with closing(open_cache(None)) as connection:
        old = {"a": Kept(stamp="1 1", hash="x"), "b": Kept(stamp="1 1", hash="y")}
        keep_files(connection, {}, old)
        assert old == files_kept(connection)
        new = {"b": Kept(stamp="2 2", hash="z", key="k", kept="[]"), "c": old["a"]}
        keep_files(connection, old, new)
        assert new == files_kept(connection)


def test_runbooks_come_change_and_go():
    """Each term leads to those that have it now."""
    with closing(open_cache(None)) as connection:
        texts = {"a": ["disk"], "b": ["disk", "lag"]}
        replace_entries(connection, (), texts, lambda path: [entry(path, *texts[path])])
        assert (["a", "b"], ["b"]) == (having(connection, "disk"), having(connection, "lag"))
        texts["b"] = ["pod"]
        replace_entries(connection, ["a"], ["b"], lambda path: [entry(path, *texts[path])])
        assert ([], ["b"]) == (having(connection, "disk"), having(connection, "pod"))
        assert (["b"], 1) == (having(connection, "same"), count_of(connection))


def test_a_file_may_hold_several_or_none():
    """An empty file is no runbook."""
    with closing(open_cache(None)) as connection:
        found = {"a": [entry("a", "x"), entry("a", "y")], "b": []}
        replace_entries(connection, (), found, found.__getitem__)
        assert (2, ["a"]) == (count_of(connection), having(connection, "y"))


def test_more_than_are_taken_in_at_once_are_all_there():
    """Numbers are given once, and those that are free again."""
    with closing(open_cache(None)) as connection:
        paths = [str(number) for number in range(AT_ONCE + 7)]
        replace_entries(connection, (), paths, lambda path: [entry(path, "x")])
        replace_entries(connection, paths[:3], paths[5:8], lambda path: [entry(path, "y")])
        assert len(paths) - 3 == count_of(connection) == len(having(connection, "same"))
        (highest,) = connection.execute("SELECT max(id) FROM entry").fetchone()
        assert highest < len(paths)


def test_any_course_of_changes_ends_as_a_fresh_index():
    """Whatever was there before."""
    draw = random.Random(7)
    words = "disk pod lag node slot".split()
    now: dict[str, list[str]] = {}

    def entries(path):
        return [entry(path, *now[path])]

    with closing(open_cache(None)) as kept, closing(open_cache(None)) as fresh:
        for _ in range(30):
            changed = {draw.choice("abcdef"): draw.sample(words, 2)}
            gone = [path for path in draw.sample("abcdef", 1) if path not in changed]
            for path in gone:
                now.pop(path, None)
            now.update(changed)
            replace_entries(kept, gone, changed, entries)
        replace_entries(fresh, (), now, entries)
        for word in (*words, "same"):
            assert having(fresh, word) == having(kept, word)
