"""Values of other tools' files are asked for without a question whether they are there."""

from drillbook.convert.source import LINT, entry, keys, leftover, listed, said, texts
from drillbook.model.finding import Severity
from drillbook.model.place import Place
from sources import source_of

(VALUE,) = source_of("a: 1\nb: [x, 2, [y], {z: 1}]\nc: {d: e}\nf:\ng: ''\n").values


def test_what_is_there_is_given():
    """Scalars as they are written."""
    assert ("1", "e") == (said(VALUE, "a"), said(entry(VALUE, "c"), "d"))
    assert (("x", "2"), ("1",)) == (texts(entry(VALUE, "b")), texts(entry(VALUE, "a")))
    assert (4, ["d"]) == (len(listed(entry(VALUE, "b"))), list(keys(entry(VALUE, "c"))))


def test_what_is_not_there_is_nothing():
    """Neither a missing key, nor an empty one, nor a value of another kind."""
    assert ("", "", "") == (said(VALUE, "b"), said(VALUE, "nope"), said(None, "a"))
    assert (None, None) == (entry(VALUE, "f"), entry(entry(VALUE, "a"), "b"))
    assert ((), (), {}) == (texts(entry(VALUE, "c")), listed(VALUE), keys(entry(VALUE, "b")))
    assert () == texts(None)


def test_what_is_left_out_is_a_warning_with_its_place():
    """It stops nothing."""
    found = leftover(Place(path="a", line=2), "m", "h")
    assert (LINT, Severity.WARNING, 2, "h") == (
        found.lint,
        found.severity,
        found.place.line,
        found.help,
    )
