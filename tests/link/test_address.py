"""The form in which URLs are compared."""

import pytest

from drillbook.link.address import Address, address_of, bare, segments_of, stem_of


def test_an_address_has_no_scheme_and_no_default_port() -> None:
    """Over http and https, with and without a dot at the end, name the same."""
    expected = Address("acme.dev", None, ("a b", "c"), "d")
    for url in ("https://ACME.dev/a%20b/c#d", "http://acme.dev.:80/a%20b//./c?x=1#d"):
        assert expected == address_of(url)


@pytest.mark.parametrize(
    "url", ["", "acme.dev/a", "ftp://acme.dev/a", "https:///a", "https://a.dev/%2e%2e/b",
            "https://a.dev/a%2fb", "https://[x/a", "https://a.dev/" + "a" * 2100, "https://a\n.dev"]
)  # fmt: skip
def test_what_could_leave_its_folder_is_no_address(url: str) -> None:
    """Refused, not corrected."""
    assert address_of(url) is None


def test_the_longest_prefix_gives_the_stem() -> None:
    """Whole segments are compared."""
    address = address_of("https://a.dev/x/y/z.html")
    assert address is not None
    prefixes = {"https://a.dev": "all", "https://a.dev/x": "few", "https://a.dev/x/yy": "none"}
    assert ("few", "y", "z") == stem_of(address, prefixes)
    assert stem_of(address, {"https://b.dev": "all"}) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a/b.md", ("a", "b")), ("a/.md", ("a", ".md")), ("a/b.yaml", ("a", "b.yaml")), ("", ())],
)
def test_extensions_of_pages_do_not_count(path: str, expected: tuple[str, ...]) -> None:
    """A page may be published as HTML."""
    assert expected == bare(segments_of(path) or ())
