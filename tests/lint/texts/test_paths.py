"""What a path of a document means in the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.lint.texts.paths import ancestors, is_plain, is_there, joined, parts_of, resolved
from drillbook.model.library import Library

TREE = Library(has_file=lambda path: path in {"docs", "docs/a.md", "docs/s/README.md", "x.sh"})


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("a.md#b", ("a.md", "b")),
        ("a%20b.md?raw=1#c%20d", ("a b.md", "c d")),
        ("#b", ("", "b")),
        ("", ("", "")),
    ],
)
def test_a_target_has_a_path_and_an_anchor(target: str, expected: tuple[str, str]) -> None:
    """Decoded, without the query."""
    assert expected == parts_of(target)


@pytest.mark.parametrize(
    ("folder", "path", "expected"),
    [("a/b", "../c.md", "a/c.md"), ("", "./c.md", "c.md"), ("a", "../../c", ""), ("a", ".", "a")],
)
def test_paths_are_joined_inside_the_tree(folder: str, path: str, expected: str) -> None:
    """What leaves it is nothing."""
    assert expected == joined(folder, path)


def test_ancestors_end_at_the_root() -> None:
    """The nearest first."""
    assert ["a/b", "a", ""] == list(ancestors("a/b/c.md"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.md", True),
        ("@/a.md", None),
        ("@site/docs/b.md", None),
        ("s", True),
        ("../docs/a", True),
        ("../a.md", True),
        ("b.md", False),
        ("a.html", True),
        ("b", None),
        ("v1.2", None),
        ("x.go:12", None),
        ("www.acme.dev/b.md", None),
        ("acme.com/b.md", None),
        ("../src/b.md", None),
        ("/a.md", None),
        ("../../a.md", None),
        ("{{ x }}.md", None),
        ("", None),
    ],
)
def test_a_link_is_there_missing_or_unknown(path: str, expected: bool | None) -> None:
    """Pages of a site count from one level deeper; a top folder that is missing was not taken."""
    assert expected is is_there(path, "docs/z.md", TREE)


def test_only_plain_paths_are_asked_for() -> None:
    """No template, no pattern, nothing endless."""
    assert is_plain("a b/c.md")
    for path in ("", "a*", "a$b", "a\0b", "<a>", "a\\b", "a" * 2_000):
        assert not is_plain(path)
        assert [] == resolved(path, "docs/z.md")


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_path_raises_or_leaves_the_tree(path: str, of: str) -> None:
    """Both are hostile."""
    assert all(".." not in each.split("/") for each in resolved(path, of))
