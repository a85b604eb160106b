"""The text of a rule file and its rules → the comments that stand at each rule."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from drillbook.model.place import Place
from drillbook.model.rule import Comment, Rule

COMMENT_CHARS_MAX = 500
_COMMENT = re.compile(r"[ \t]*#+[ \t]*(?P<said>\S.*)")
# A rule, or a part of one, that was commented out says nothing of the next.
_OUT_OF_USE = re.compile(r"-?[ \t]*[\w-]+[ \t]*:(?:[ \t]|$)|-[ \t]")


def with_comments(rules: Sequence[Rule], text: str) -> tuple[Rule, ...]:
    """Those directly above a rule, on lines of their own in it, and behind its expression."""
    if "#" not in text or not rules:
        return tuple(rules)
    lines = text.split("\n")
    places = sorted({rule.place.line for rule in rules})
    after = dict(zip(places, [*places[1:], len(lines) + 1], strict=True))
    comments = (tuple(_at(rule, lines, after[rule.place.line])) for rule in rules)
    return tuple(
        replace(rule, comments=said) if said else rule
        for rule, said in zip(rules, comments, strict=True)
    )


def _at(rule: Rule, lines: Sequence[str], end: int) -> Iterator[Comment]:
    line = rule.place.line
    above = line
    while above > 1 and _COMMENT.fullmatch(lines[above - 2]):
        above -= 1
    # What stands directly above the next rule is that one's.
    while end - 1 > line and (_COMMENT.fullmatch(lines[end - 2]) or not lines[end - 2].strip()):
        end -= 1
    numbers = [*range(above, line), *range(line + 1, end)]
    yield from _of_lines(rule.place.path, lines, numbers)
    yield from _behind(rule, lines)


def _of_lines(path: str, lines: Sequence[str], numbers: Iterable[int]) -> Iterator[Comment]:
    for number in numbers:
        match = _COMMENT.fullmatch(lines[number - 1][:COMMENT_CHARS_MAX])
        if match is not None and not _OUT_OF_USE.match(match["said"]):
            yield _comment(path, number, match.start("said") + 1, match["said"])


def _behind(rule: Rule, lines: Sequence[str]) -> Iterator[Comment]:
    """On the line on which the expression ends, where it is known where."""
    place = rule.expr_place
    rest = lines[place.line - 1][place.end_column - 1 :] if place.end_column else ""
    before, mark, said = rest[:COMMENT_CHARS_MAX].partition(" #")
    if mark and not before.strip(" \t\"'") and said.strip():
        column = place.end_column + len(before) + len(mark) + len(said) - len(said.lstrip())
        yield _comment(place.path, place.line, column, said.strip())


def _comment(path: str, line: int, column: int, said: str) -> Comment:
    said = said.rstrip()
    place = Place(path=path, line=line, column=column, end_line=line, end_column=column + len(said))
    return Comment(text=said, place=place)
