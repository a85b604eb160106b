"""Where in a `drillbook.toml` a key stands."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.place import Place
from drillbook.read.configured.placing import placed, placed_by

TOML = """\
state = "kept"   # 1

[limits]
step_timeout = "1s"

[people.ada]
roles = ["admin"]
[people."bob b"]
roles = ["oncall"]

[[secrets]]
name = "one"
env = "ONE"

[[secrets]]
name = "two"

[targets]
web.env.A = "1"
"""
WHERE = Place(path="drillbook.toml")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("state",), 1),
        (("limits",), 3),
        (("limits", "step_timeout"), 4),
        (("limits", "nothing"), 3),
        (("people", "ada", "roles"), 7),
        (("people", "ada", "roles", 0), 7),
        (("people", "bob b", "roles"), 9),
        (("secrets", 0, "env"), 13),
        (("secrets", 1), 15),
        (("secrets", 1, "name"), 16),
        (("secrets", 1, "file"), 15),
        (("targets", "web", "env", "A"), 19),
        (("targets", "web", "[key]"), 19),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_the_line_of_a_key(path, line):
    """The key's own line, else that of the table which it is missing from or wrong in."""
    assert Place(path="drillbook.toml", line=line, column=1) == placed(WHERE, TOML, path)


def test_windows_line_ends_count_once():
    """The line is the one that an editor shows."""
    assert 4 == placed(WHERE, TOML.replace("\n", "\r\n"), ("limits", "step_timeout")).line


def test_the_place_that_the_parser_names():
    """Line and column of the parser's own words, where it says them."""
    with pytest.raises(tomllib.TOMLDecodeError) as error:
        tomllib.loads("state = 'a'\n  x\n")
    assert (2, 4) == (
        placed_by(WHERE, str(error.value)).line,
        placed_by(WHERE, str(error.value)).column,
    )
    assert WHERE == placed_by(WHERE, "it ends (at end of document)")


@given(st.text(max_size=300), st.lists(st.integers(0, 3) | st.text(max_size=5), max_size=4))
def test_any_text_has_a_place_for_any_path(text, path):
    """Nothing is raised, and the line is one of the text."""
    found = placed(WHERE, text, tuple(path))
    assert 1 <= found.line <= text.count("\n") + 1
