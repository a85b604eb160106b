"""Few globs fit the files that are wanted, and what else they fit is excluded by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.convert.globs import GLOBS_MAX, globs_of
from drillbook.read.tree import fits


def test_a_folder_of_runbooks_is_named_as_a_whole():
    """Also what lies deeper."""
    files = {"docs/runbooks/a.md": True, "docs/runbooks/x/b.md": True, "docs/notes.md": False}
    found = globs_of(files)
    assert (("docs/runbooks/**/*.md",), ()) == (found.wanted, found.excluded)


def test_what_a_whole_folder_holds_besides_is_excluded():
    """By its name; a name that several have, or a folder of nothing else, stands for all."""
    files = {f"books/{n}/a{n}.md": True for n in range(12)}
    files |= {"books/1/README.md": False, "books/2/README.md": False}
    files |= {"books/images/x.md": False, "books/note.md": False}
    found = globs_of(files)
    assert ("books/**/*.md",) == found.wanted
    assert ("**/README.md", "books/images", "books/note.md") == found.excluded


def test_a_lone_runbook_is_named_by_itself():
    """Neither its folder nor the root is taken for one of runbooks."""
    files = {"README.md": False, "docs/a.md": False, "docs/disk.md": True, "x.md": True}
    found = globs_of(files)
    assert ({"docs/disk.md", "x.md"}, ()) == (set(found.wanted), found.excluded)


def test_each_ending_has_its_glob():
    """`.yml` and `.yaml` lie side by side."""
    found = globs_of({"rules/a.yml": True, "rules/b.yaml": True})
    assert ("rules/**/*.yaml", "rules/**/*.yml") == found.wanted


def test_nothing_wanted_is_no_glob():
    """As in an empty folder."""
    assert ((), (), 0) == (
        globs_of({}).wanted,
        globs_of({"a.md": False}).wanted,
        globs_of({}).left_out,
    )


def test_many_folders_are_named_by_what_they_are_called():
    """As in a tree of many services; those of no common name are counted."""
    files = {f"services/s{n}/runbooks/a.md": True for n in range(200)}
    files |= {f"services/s{n}/docs/{m}.md": False for n in range(200) for m in range(5)}
    files |= {"services/s1/docs/one.md": True}
    found = globs_of(files)
    assert (("**/runbooks/*.md",), 1) == (found.wanted, found.left_out)


@pytest.mark.parametrize("name", ["a*b", "a?b", "a\nb", "a\x1bb", "a\udcffb"])
def test_what_no_glob_can_say_is_any_character(name):
    """A glob of such a name fits the name."""
    found = globs_of({f"x/{name}.md": True})
    assert ("x/a?b.md",) == found.wanted
    assert found.wanted[0].isprintable()


def test_a_name_of_endless_length_is_left_away():
    """Settings take no glob that long."""
    assert () == globs_of({"/".join(["a" * 200] * 8) + ".md": True}).wanted


FOLDER = st.sampled_from(["", "a/", "b/", "a/c/", "a/c/d/", "b/runbooks/", "x y/"])
PATHS = st.tuples(FOLDER, st.sampled_from("pqrs"), st.sampled_from([".md", ".markdown"]))
FILES = st.dictionaries(PATHS.map("".join), st.booleans(), max_size=30)


@given(FILES)
def test_globs_fit_all_that_is_wanted_and_nothing_else(files):
    """In any tree that is small enough; and they are the same every time."""
    found = globs_of(files)
    for path, is_wanted in files.items():
        is_meant = fits(path, found.wanted) and not fits(path, found.excluded)
        assert is_wanted is is_meant, (path, found)
    assert found == globs_of(dict(reversed(files.items())))
    assert len(found.wanted) <= GLOBS_MAX
