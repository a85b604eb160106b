"""What is silenced, by what, and what there is to say of comments that silence nothing."""

from datetime import date
from fnmatch import fnmatch

from drillbook.lint.silence import Silencers, silence, unknown_names
from drillbook.model.finding import Finding
from drillbook.model.inspected import Mark
from drillbook.model.lint import LibraryLint, ReadingLint, Snooze
from drillbook.model.linted import Silence
from drillbook.model.place import Place

TODAY = date(2026, 11, 21)
LATER, EARLIER = date(2026, 12, 31), date(2026, 11, 21)
LINTS = (
    ReadingLint(name="a-b", summary="a"),
    LibraryLint(name="l-b", summary="a", check=lambda _library, _around: ()),
)


def finding(line: int = 3, path: str = "a.md", lint: str = "a-b") -> Finding:
    return Finding(place=Place(path=path, line=line), lint=lint, message="m", help="h")


def mark(line: int = 2, next_line: int = 3, names: tuple[str, ...] = ("a-b",), **more) -> Mark:
    return Mark(place=Place(path="a.md", line=line), names=names, next_line=next_line, **more)


def after(*findings: Finding, marks: tuple[Mark, ...] = (), snoozes: tuple[Snooze, ...] = ()):
    silencers = Silencers(marks=marks, snoozes=snoozes, today=TODAY, fits=fnmatch)
    return silence(findings, silencers, LINTS)


def test_nothing_is_silenced_without_a_comment():
    """Everything is heard."""
    done = after(finding())
    assert ([finding()], {}, []) == (done.heard, done.silenced, done.of_marks)


def test_a_comment_silences_its_own_line_and_the_next():
    """And no other."""
    done = after(finding(2), finding(3), finding(4), marks=(mark(),))
    assert [finding(4)] == done.heard
    assert {finding(2): Silence.COMMENT, finding(3): Silence.COMMENT} == done.silenced


def test_a_comment_silences_only_what_it_names():
    """And only in its own file."""
    other, elsewhere = finding(lint="c-d"), finding(path="b.md")
    done = after(finding(), other, elsewhere, marks=(mark(),))
    assert [other, elsewhere] == done.heard


def test_a_comment_for_the_whole_file():
    """Silences on every line."""
    done = after(finding(70), marks=(mark(is_of_file=True),))
    assert [] == done.heard


def test_a_snooze_holds_until_its_day():
    """On the day itself it is heard again, and says so."""
    done = after(finding(), marks=(mark(until=LATER),))
    assert {finding(): Silence.SNOOZE} == done.silenced
    done = after(finding(), marks=(mark(until=EARLIER),))
    assert [finding()] == done.heard
    assert ["snooze-passed"] == [each.lint for each in done.of_marks]


def test_a_snooze_of_the_settings():
    """In the files that it fits, until its day."""
    snooze = Snooze(lint="a-b", until=LATER, paths="a*")
    done = after(finding(), finding(path="b.md"), snoozes=(snooze,))
    assert ([finding(path="b.md")], {finding(): Silence.SNOOZE}) == (done.heard, done.silenced)
    done = after(finding(), snoozes=(Snooze(lint="a-b", until=EARLIER),))
    assert [finding()] == done.heard
    assert [("snooze-passed", "drillbook.toml")] == [
        (each.lint, each.place.path) for each in done.of_marks
    ]


def test_a_comment_that_silences_nothing_is_needless():
    """One for each name that silences nothing."""
    done = after(finding(), marks=(mark(names=("a-b",)), mark(9, 10)))
    assert [("needless-ignore", 9)] == [(each.lint, each.place.line) for each in done.of_marks]


def test_a_comment_for_a_lint_that_was_not_asked_may_be_needed():
    """The same holds for what other files decide."""
    done = after(marks=(mark(names=("not-asked", "l-b")),))
    assert [] == done.of_marks


def test_names_that_are_no_lints():
    """They silence nothing, whatever their author thinks."""
    (found,) = unknown_names([mark(names=("a-b", "a-bb"))], {"a-b"})
    assert ("unknown-lint", 2, "write a-b") == (found.lint, found.place.line, found.help)
