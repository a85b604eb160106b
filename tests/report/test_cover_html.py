"""The page of a coverage: whole in itself, every foreign text escaped."""

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from covers import drill, rule, step, studied
from drillbook.cover.matrix import Facts, coverage_of
from drillbook.model.coverage import Coverage, Lack, Tally
from drillbook.model.finding import Finding
from drillbook.model.library import Lead, LeadKind
from drillbook.model.lint import Rung
from drillbook.model.place import Place
from drillbook.report.cover_html import coverage_html

URL = "https://runbooks.example.org/a"
VOID = {"meta", "rect"}
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), min_size=1, max_size=40)


class Reader(HTMLParser):
    """Reads a page as a browser would: tags, attributes, visible text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style" and data.strip():
            self.texts.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def coverage(one: str = "look", other: str = "a team") -> Coverage:
    """Everything that a page can show, with these texts wherever one may stand."""
    lacking = Lack(rung=Rung.RUNNABLE, because=f"lacks {one}", cure=other, detail=one)
    books = [
        studied(
            title=one,
            owner=other,
            severity=one,
            named=frozenset({one}),
            steps=(step(one, lacks=("time limit",)), step("other", language=other)),
        ),
        studied("b.md", lacks=(lacking,), named=frozenset({one})),
        studied(f"c{one}.md", lacks=(lacking,), named=frozenset({one})),
    ]
    place = Place(path=one, line=3)
    facts = Facts(
        studied=books,
        rules=[rule(one, URL, severity=other), rule(other)],
        leads={URL: Lead(kind=LeadKind.FILE, path="a.md")},
        drills=[drill(one, fresh=True), drill(other)],
        tallies={"a.md": {one: Tally(as_said=2, otherwise=1, unknown=1)}},
        runs=3,
        unread=[Finding(place=place, lint="l", message=one, help=other)],
    )
    return coverage_of(facts)


def test_a_page_says_all_of_it():
    """Figures with definitions, what to do, alerts, runbooks, steps, drills, what was not read."""
    reader = Reader(coverage_html(coverage()))
    assert [] == reader.open
    for words in (
        "alerts with a runbook 50 % 1 of 2",
        "What the next rung needs",
        "did what it says in 2 of 3 runs, 1 unknown",
        "check, sh; no time limit",
        "proven at full length on 2026-11-21: detected in 79.0 s, recovered in 95.0 s; unsigned",
        "it has no runbook_url, and no runbook lists it",
        "look:3 look; a team",
        "documentation coverage: alerting rules whose runbook is there, of all alerting rules",
        "3 runs of the journal were counted.",
    ):
        assert words in reader.text


def test_nothing_is_fetched_or_run():
    """No address, no script, no handler; the policy forbids them too."""
    page = coverage_html(coverage())
    names = set(Reader(page).attributes)
    assert set() == {name for name in names if name.startswith("on") or name in {"src", "href"}}
    assert "default-src 'none'" in page
    assert [] == re.findall(r"url\(|@import|https?://", page)


@given(ANY_TEXT, ANY_TEXT)
def test_no_text_at_all_gets_out_of_its_place(one, other):
    """The elements of a page are the same whatever its texts say."""
    plain = Reader(coverage_html(coverage("xy", "yx"))).tags
    one, other = one + "x", other + "y"
    assert plain == Reader(coverage_html(coverage(one, other))).tags


def test_nothing_at_all_is_a_page_too():
    """It says what is missing."""
    text = Reader(coverage_html(coverage_of(Facts()))).text
    assert "No alerting rule was found." in text
    assert "No runbook was found." in text
    assert "%" not in text
