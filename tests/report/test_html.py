"""The page: whole in itself, every foreign text escaped."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.journal import Entry
from drillbook.model.verdict import PhaseSpan, Ruling, Verdict, VerdictState
from drillbook.report.environment import environment_rows
from drillbook.report.html import Link, index_html, verdict_html
from drillbook.report.steps import StepRow, step_rows

VerdictOf = Callable[[str], Verdict]
EntriesOf = Callable[[str], tuple[Entry, ...]]
Page = Callable[[str], "Reader"]
STORIES = Path(__file__).parent / "stories"
NAMES = ["passed", "failed", "unknown", "hostile"]
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
VOID = {"meta", "rect", "line", "circle"}
TAGS = set(
    "html head meta title style body header h1 h2 h3 p section ul ol li span b svg g rect line "
    "circle text dl dt dd pre code div".split()
)


class Reader(HTMLParser):
    """Reads a page as a browser would: tags, attributes, visible text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = page
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and self.open and self.open[-1] != "style":
            self.texts.append(words)


@pytest.fixture
def page(verdict_of: VerdictOf, entries_of: EntriesOf) -> Page:
    """The page of the story of that name, read."""

    def read(name: str) -> Reader:
        entries = entries_of(name)
        steps = step_rows(entries, lambda _: None)
        return Reader(verdict_html(verdict_of(name), steps, environment_rows(entries)))

    return read


@pytest.mark.parametrize("name", ["passed", "failed", "unknown"])
def test_stories(tell: Callable[[Path], Any], page: Page, name: str) -> None:
    """Everything that a reader of the page can read, in order."""
    tell(STORIES / f"{name}.txt").expect("page", "\n".join(page(name).texts))


@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_closed_and_ours(page: Page, name: str) -> None:
    """No foreign text makes an element; scripts, images and links cannot occur."""
    reader = page(name)
    assert [] == reader.open
    assert set() == {tag for tag, _ in reader.tags} - TAGS


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fetched_or_run(page: Page, name: str) -> None:
    """The policy forbids it, and no attribute would ask for it."""
    reader = page(name)
    policies = [
        attributes["content"]
        for tag, attributes in reader.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    expected = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert (policies[0] or "").startswith(expected)
    names = {name for _, attributes in reader.tags for name in attributes}
    assert set() == {name for name in names if name.startswith("on") or name in {"src", "href"}}
    assert [] == re.findall(r"url\(|@import|https?://", reader.source)


def test_hostile_text_is_shown_as_text(page: Page) -> None:
    """Markup and template marks are read, not obeyed; controls are replaced."""
    reader = page("hostile")
    assert any("<script>alert(1)</script>" in text and "{{ 7*7 }}" in text for text in reader.texts)
    assert [] == re.findall(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", reader.source
    )


def test_every_moment_has_a_mark_and_every_phase_a_bar(page: Page) -> None:
    """Nine moments, nine phases, four steps; and a ground each for control and drill."""
    tags = page("passed").tags
    looks = [(attributes.get("class") or "").split() for _, attributes in tags]
    assert 9 == sum("mark" in look for look in looks)
    assert 9 + 4 == sum("bar" in look for look in looks)
    assert [["band", "control"], ["band", "drill"]] == [look for look in looks if "band" in look]


def test_labels_of_a_picture_stand_in_rows_of_their_own(page: Page) -> None:
    """No two labels share a line, so none can cover another at any width."""
    pictures = re.findall(r"<svg.*?</svg>", page("passed").source, flags=re.DOTALL)
    for picture in pictures:
        tops = re.findall(r'<text class="(?:beside|upon)"[^>]* y="(\d+)"', picture)
        assert len(set(tops)) == len(tops)


def test_what_did_not_happen_is_said(page: Page) -> None:
    """A missing moment is named, never left to be guessed."""
    texts = " ".join(page("unknown").texts)
    assert "Did not happen: impact, alert active, alert fired, notified" in texts
    assert "control · never ended" in texts
    assert "No step ran." in texts


def test_both_schemes_narrow_screens_and_paper_are_provided_for(page: Page) -> None:
    """The style has a dark scheme, a narrow layout and one for printing."""
    source = page("passed").source
    for rule in ("prefers-color-scheme: dark", "max-width: 30rem", "@media print"):
        assert rule in source
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in source


@given(ANY_TEXT, ANY_TEXT)
def test_no_text_at_all_gets_out_of_its_place(one: str, other: str) -> None:
    """The elements of a page are the same whatever its names, sentences and outputs say."""
    assert elements("plain", "text") == elements(one or "-", other or "-")


def elements(one: str, other: str) -> list[str]:
    """The elements of a page with these texts everywhere that a text may stand."""
    verdict = Verdict(
        drill=one,
        runbook=other,
        stream=one,
        state=VerdictState.FAILED,
        rulings=(Ruling(name=one, state=VerdictState.FAILED, because=other),),
        durations_s={"detect": 1.0},
        phases=(PhaseSpan(name=f"phase {one}", begin_ns=0, end_ns=5),),
        counts={one: 1},
        hashes={one: other},
    )
    step = StepRow(
        stream=one,
        step=one,
        part=other,
        option=one,
        poll=1,
        begin_ns=1,
        end_ns=2,
        on=one,
        command=other,
        because=one,
        output=other,
    )
    return [tag for tag, _ in Reader(verdict_html(verdict, [step], [(one, other)])).tags]


def test_the_index_links_and_escapes() -> None:
    """Each drill with its state and a link to its page."""
    links = [
        Link(drill="a<b>", runbook="r.md", state="passed", href="a.html"),
        Link(drill="c", runbook="s.md", state="unknown", href='"><script>'),
    ]
    reader = Reader(index_html(links))
    hrefs = [attributes["href"] for tag, attributes in reader.tags if tag == "a"]
    assert ["a.html", '"><script>'] == hrefs
    assert "a<b>" in reader.texts
    assert "script" not in {tag for tag, _ in reader.tags}
