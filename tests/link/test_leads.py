"""Where the runbook_urls of rules lead."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.link.leads import leads_of
from drillbook.model.library import Card, Lead, LeadKind, Library
from drillbook.model.place import Place
from drillbook.model.rule import Rule, RuleFile

SITE = "https://wiki.acme.dev/books"


def library(
    urls: Iterable[str], paths: Iterable[str], prefixes: Mapping[str, str] | None = None
) -> Library:
    place = Place(path="rules.yaml")
    rules = tuple(
        Rule(
            place=place, name="A", group="g", expr="x", expr_place=place,
            annotations={"runbook_url": url},
        )
        for url in urls
    )  # fmt: skip
    cards = [Card(path=path, anchors=("disk-full", "Disk-Slow")) for path in paths]
    return Library(
        cards=tuple(cards),
        rule_files=(RuleFile(path="rules.yaml", rules=rules),),
        has_file=lambda path: path == "docs/index.html",
        runbook_urls=prefixes or {},
    )


def lead(url: str, paths: Iterable[str], prefixes: Mapping[str, str] | None = None) -> Lead:
    return leads_of(library([url], paths, prefixes))[url]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (f"{SITE}/disk/full.md", "docs/disk/full.md"),
        (f"{SITE}/disk/full", "docs/disk/full.md"),
        (f"{SITE}/disk/full.html", "docs/disk/full.md"),
        (f"{SITE}/disk/FULL/", "docs/disk/full.md"),
        (f"{SITE}/net", "docs/net/README.md"),
        (f"{SITE}/index", "docs/index.html"),
    ],
)
def test_a_prefix_of_the_settings_leads_into_its_folder(url: str, path: str) -> None:
    """Without an extension, published as HTML, in small letters, as a folder's own page."""
    found = lead(url, ["docs/disk/full.md", "docs/net/README.md"], {SITE: "docs"})
    assert (LeadKind.FILE, path) == (found.kind, found.path)


def test_below_a_known_prefix_what_is_missing_is_missing() -> None:
    """One URL suffices: the settings say where the files are."""
    found = lead(f"{SITE}/disk/gone", ["docs/disk/full.md"], {SITE: "docs"})
    assert Lead(kind=LeadKind.NO_FILE, path="docs/disk/gone") == found


@pytest.mark.parametrize(
    ("anchor", "kind"),
    [
        ("disk-full", LeadKind.FILE),
        ("DISK-FULL", LeadKind.FILE),
        ("disk-slow", LeadKind.FILE),
        ("disk-gone", LeadKind.NO_ANCHOR),
        ("L12", LeadKind.FILE),
        (":~:text=x", LeadKind.FILE),
    ],
)
def test_an_anchor_must_be_in_the_file(anchor: str, kind: LeadKind) -> None:
    """Whatever its capitals; lines and highlights are the browser's own."""
    found = lead(f"{SITE}/full#{anchor}", ["docs/full.md"], {SITE: "docs"})
    assert (kind, anchor) == (found.kind, found.anchor)


def test_without_a_prefix_the_end_of_the_path_is_looked_for() -> None:
    """Two segments in common name the document."""
    url = "https://github.com/YOUR_ORG/erp/blob/main/docs/ops/RUNBOOKS.md#disk-full"
    found = lead(url, ["docs/ops/RUNBOOKS.md", "docs/dev/RUNBOOKS.md"])
    assert (LeadKind.FILE, "docs/ops/RUNBOOKS.md") == (found.kind, found.path)


def test_the_name_of_the_file_alone_leads_but_is_no_judge() -> None:
    """It may be a copy: its anchors are not held against the URL."""
    found = lead("https://docs.acme.dev/full#other", ["notes/full.md"])
    assert Lead(kind=LeadKind.FILE, path="notes/full.md") == found


def test_two_documents_of_one_name_are_no_answer() -> None:
    """Nothing is guessed."""
    found = lead("https://docs.acme.dev/full", ["a/full.md", "b/full.md"])
    assert LeadKind.ELSEWHERE is found.kind


def test_where_several_urls_agree_what_is_missing_is_missing() -> None:
    """The tree is taken to be the site's source; its unknown folders are judged too."""
    paths = ["books/disk/full.md", "books/disk/slow.md", "books/net/down.md"]
    urls = [f"{SITE}/disk/full", f"{SITE}/disk/slow", f"{SITE}/net/down"]
    gone = [f"{SITE}/disk/gone", f"{SITE}/grid/down"]
    leads = leads_of(library([*urls, *gone], paths))
    assert [LeadKind.FILE] * 3 == [leads[url].kind for url in urls]
    assert ["books/disk/gone", "books/grid/down"] == [leads[url].path for url in gone]
    assert {LeadKind.NO_FILE} == {leads[url].kind for url in gone}


@pytest.mark.parametrize(
    "url",
    ["https://wiki.acme.dev/team/members", "https://other.dev/books/disk/gone"],
)
def test_other_places_of_an_agreed_site_are_elsewhere(url: str) -> None:
    """Another folder of the wiki, or another host, is not in this tree."""
    paths = ["books/disk/full.md", "books/disk/slow.md", "books/net/down.md"]
    urls = [f"{SITE}/disk/full", f"{SITE}/disk/slow", f"{SITE}/net/down"]
    assert LeadKind.ELSEWHERE is leads_of(library([*urls, url], paths))[url].kind


def test_an_address_that_leads_elsewhere_names_what_to_configure() -> None:
    """The host; on a code host the repository."""
    assert "https://wiki.acme.dev" == lead("https://wiki.acme.dev/a/b", []).prefix
    assert "https://wiki.acme.dev:8443" == lead("https://wiki.acme.dev:8443/a", []).prefix
    assert "https://github.com/acme/ops" == lead("http://github.com/acme/ops/blob/x.md", []).prefix


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://x.dev/{{ $labels.alertname }}", LeadKind.TEMPLATED),
        ("docs/full.md", LeadKind.NO_ADDRESS),
        ("https://x.dev/../full", LeadKind.NO_ADDRESS),
        ("javascript:alert(1)", LeadKind.NO_ADDRESS),
    ],
)
def test_what_cannot_be_followed_says_why(url: str, kind: LeadKind) -> None:
    """Templates are completed when the alert fires; the rest is no web address."""
    assert kind is lead(url, ["docs/full.md"]).kind


def test_rules_without_a_url_have_no_lead() -> None:
    """An empty annotation is none."""
    assert {} == leads_of(library([" "], []))


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4))
def test_no_url_and_no_path_raises(url: str, paths: list[str]) -> None:
    """Both are hostile text."""
    for lead_ in leads_of(library([url, f"{SITE}/{url}"], [f"{p}.md" for p in paths])).values():
        assert lead_.kind in LeadKind
