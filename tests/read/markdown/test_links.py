"""Links on lines of prose, and anchors of HTML tags."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.read.markdown.links import LINE_CHARS_MAX, LINKS_MAX, html_anchors, links_on


def targets(*lines: str) -> list[str]:
    return [link.target for link in links_on(range(1, len(lines) + 1), list(lines), "a.md")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[a](b.md)", ["b.md"]),
        ("[a](b.md#c) and [d](#e)", ["b.md#c", "#e"]),
        ("![picture](x.png)", ["x.png"]),
        ("[a](<b c.md>)", ["b c.md"]),
        ('[a](b.md "title")', ["b.md"]),
        ("[a](b.md 'title')", ["b.md"]),
        ("[a](x(y).md)", ["x(y).md"]),
        ("[a]()", [""]),
        ("[a]( b.md )", ["b.md"]),
        ("[a]: b.md", ["b.md"]),
        ('  [a]: <b c.md> "title"', ["b c.md"]),
        ("[a][b]", []),
        ("[a] (b.md)", []),
        ("[^1]: a note", []),
        ("`[a](b.md)`", []),
        ("``[a](b.md) ` ``", []),
        ("`code` [a](b.md) `code`", ["b.md"]),
        ("no link", []),
        ("", []),
    ],
)
def test_links(line, expected):
    """Inline links, definitions, pictures; nothing in backticks."""
    assert expected == targets(line)


def test_the_place_is_that_of_the_target():
    """It can be underlined."""
    (link,) = links_on([2], ["", "see [the `plan`](docs/plan.md)"], "a.md")
    place = link.place
    assert (2, 18, 30) == (place.line, place.column, place.end_column)
    assert "the `plan" == link.text


def test_columns_stay_behind_backticks():
    """What is in them is as long as it was."""
    (link,) = links_on([1], ["`ab` [c](d)"], "a.md")
    assert 10 == link.place.column


def test_only_the_lines_that_are_asked_for():
    """Numbers beyond the file are none."""
    assert [] == list(links_on([2, 9], ["[a](b)", "text"], "a.md"))


def test_bounds():
    """A line or a file beyond all measure is not looked at."""
    assert [] == targets("x" * LINE_CHARS_MAX + "[a](b)")
    assert LINKS_MAX == len(targets(*["[a](b) [c](d)"] * LINKS_MAX))


def test_anchors_in_braces():
    """Generators of sites read them, each in a form of its own."""
    lines = ["# A {#a}", "{: #b .c }", "## D { #d-1 .x }", "{{#if x}}", "${#list}", "# {.y}"]
    assert ["a", "b", "d-1"] == list(html_anchors(lines))


def test_html_anchors():
    """`id` and `name` of any tag."""
    lines = ['<a name="x"></a>', "<h2 class=z id='y'>", "<a href=b id=c>", "id = 5", "<b> name"]
    assert ["x", "y", "c"] == list(html_anchors(lines))


@given(st.text(alphabet="[]()<>`\"' ab:!#", max_size=300))
def test_any_line(line):
    """Nothing raises, and every place is on the line."""
    for link in links_on([1], [line], "a.md"):
        place = link.place
        assert link.target == line[place.column - 1 : place.end_column - 1]


@pytest.mark.parametrize("piece", ["[", "[](", "[a](<", "(", "`", "[a](b(", "<a id=", "]("])
def test_a_hostile_line_takes_no_time(piece):
    """The time grows with the line, not with its square or worse."""
    began = time.process_time()
    line = (piece * LINE_CHARS_MAX)[:LINE_CHARS_MAX]
    targets(*[line] * 3)
    list(html_anchors([line] * 3))
    assert 20 > time.process_time() - began
