"""The ends of runbook_urls and of paths say which beginning means which folder."""

import pytest

from drillbook.link.prefixes import BARE_NAMES_MIN, PREFIXES_MAX, prefixes_of
from drillbook.model.library import Card, Library
from drillbook.model.place import Place
from drillbook.model.rule import Rule, RuleFile


def library(paths, urls):
    place = Place(path="rules.yaml")
    rules = tuple(
        Rule(
            place=place,
            name=f"A{number}",
            group="g",
            expr="up == 0",
            expr_place=place,
            annotations={"runbook_url": url},
        )
        for number, url in enumerate(urls)
    )
    return Library(
        cards=tuple(Card(path=path) for path in paths),
        rule_files=(RuleFile(path="rules.yaml", rules=rules),),
        has_file=paths.__contains__,
    )


def found(paths, urls):
    return [(p.url, p.folder, p.found, p.total) for p in prefixes_of(library(paths, urls))]


def test_the_longest_common_end_says_the_prefix():
    """Capitals and endings aside; what leads nowhere is counted too."""
    paths = ["docs/ops/disk/DiskFull.md", "docs/ops/node/NodeDown.md", "docs/README.md"]
    urls = [
        "https://wiki.example.org/ops/disk/diskfull",
        "https://wiki.example.org/ops/node/NodeDown.html",
        "https://wiki.example.org/ops/node/gone",
    ]
    assert [("https://wiki.example.org/ops/", "docs/ops", 2, 3)] == found(paths, urls)


def test_a_branch_of_a_code_host_is_part_of_the_prefix():
    """And so is the folder that all pages share."""
    urls = ["https://code.example/acme/books/blob/main/runbooks/a.md"]
    expected = [("https://code.example/acme/books/blob/main/runbooks/", "runbooks", 1, 1)]
    assert expected == found(["runbooks/a.md"], urls)


def test_bare_names_count_only_together():
    """One page of the same name is no reason; three are."""
    urls = [f"https://wiki.example.org/x/{name}" for name in "abc"]
    assert [] == found(["runbooks/a.md", "runbooks/b.md"], urls[:2])
    paths = [f"runbooks/{name}.md" for name in "abc"]
    assert [("https://wiki.example.org/x/", "runbooks", 3, 3)] == found(paths, urls)
    assert BARE_NAMES_MIN == 3


def test_two_sites_have_two_prefixes():
    """The most telling first."""
    paths = ["one/x/a.md", "one/x/b.md", "two/y/c.md"]
    urls = ["https://s2/y/c", "https://s1/x/a", "https://s1/x/b"]
    assert [("https://s1/x/", "one/x", 2, 2), ("https://s2/y/", "two/y", 1, 1)] == found(
        paths, urls
    )


def test_a_name_that_stands_twice_says_nothing():
    """Nobody can say which one is meant."""
    assert [] == found(["one/a.md", "two/a.md"], ["https://s/a"])


@pytest.mark.parametrize(
    "url",
    [
        "https://s/{{ $labels.x }}/a",
        "javascript:alert(1)",
        "https://s/../../x/a",
        "https://s/%2e%2e/x/a",
        "",
        "https://[::1/x/a",
        "https://s/x/README",
        "x/a.md",
    ],
)
def test_what_is_no_address_of_a_page_says_nothing(url):
    """And nothing of it raises."""
    assert [] == found(["x/a.md", "x/README.md"], [url])


def test_letters_that_a_url_must_escape_are_escaped():
    """So that the setting is an address again; a name and a password are left out."""
    urls = ["https://me:secret@s:8443/a%20b/x/c"]
    assert [("https://s:8443/a%20b/x/", "docs/x", 1, 1)] == found(["docs/x/c.md"], urls)


def test_the_same_tree_gives_the_same_prefixes_and_not_too_many():
    """Whatever the order of rules and files."""
    paths = [f"d{number}/x/p{number}.md" for number in range(50)]
    urls = [f"https://s{number}/x/p{number}" for number in range(50)]
    first = found(paths, urls)
    assert PREFIXES_MAX == len(first)
    assert first == found(paths[::-1], urls[::-1])


def test_what_else_a_site_holds_is_not_claimed():
    """Another team's pages of the same wiki lie elsewhere, and no lint may miss them here."""
    paths = ["docs/ops/disk/a.md", "docs/ops/node/b.md"]
    urls = [f"https://w/{path}" for path in ("ops/disk/a", "ops/node/b", "sales/x", "sales/y/z")]
    assert [("https://w/ops/", "docs/ops", 2, 2)] == found(paths, urls)


def test_where_pages_share_no_folder_the_whole_site_is_meant():
    """The root of the tree is a folder as well."""
    paths = ["disk/a.md", "node/b.md"]
    urls = ["https://w/disk/a", "https://w/node/b"]
    assert [("https://w/", ".", 2, 2)] == found(paths, urls)
