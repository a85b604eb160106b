"""The options and networks that a document uses."""

import pytest

from drillbook.lint.texts.references import references_of
from drillbook.lint.texts.used import USED_MAX, used_of
from drillbook.read.markdown.runbook import read_document
from told import PLAIN


def used(line: str, language: str = "sh", path: str = "runbooks/disk.md") -> list[tuple[str, str]]:
    """Kind and target of each."""
    document = read_document(f"{PLAIN}```{language}\n{line}\n```\n", path)
    return [(one.kind.value, one.target) for one in used_of(document, references_of(document))]


def test_each_option_of_a_script_is_a_reference():
    """With the path of its script, and its own place."""
    document = read_document(f"{PLAIN}```sh\n./bin/fix.sh --all --days=7\n```\n", "runbooks/a.md")
    all_, days = used_of(document, references_of(document))
    assert ("./bin/fix.sh --all", "./bin/fix.sh --days") == (all_.target, days.target)
    assert (15, 14, 19) == (all_.place.line, all_.place.column, all_.place.end_column)


@pytest.mark.parametrize(
    "line",
    [
        "./bin/fix.sh -a now",
        "./bin/fix.sh | grep --count x",
        "./bin/fix.sh # with --all",
        "kubectl get pods --all-namespaces",
        "./bin/fix.sh all--days",
    ],
)
def test_options_of_others_are_none(line):
    """Of the next command, or of a program that is not the tree's."""
    assert [] == used(line)


@pytest.mark.parametrize(
    ("line", "network"),
    [
        ("docker network connect shop-net orders", "shop-net"),
        ("docker network disconnect --force shop-net orders", "shop-net"),
        ("docker run --rm --network shop-net curl", "shop-net"),
        ("docker run --net=shop_net curl", "shop_net"),
        ("podman network inspect shop-net", "shop-net"),
    ],
)
def test_a_network_is_a_reference(line, network):
    """However it is named."""
    assert [("network", network)] == used(line)


@pytest.mark.parametrize(
    "line",
    ["docker network ls", "docker network create shop-net", "docker network connect $NET orders"],
)
def test_what_names_none_that_must_be_there_is_none(line):
    """A network that is made here, and a variable."""
    assert [] == used(line)


def test_only_what_is_followed_in_trouble_is_looked_at():
    """And only in a shell."""
    assert [] == used("docker network connect shop-net orders", "text")
    assert [] == used("docker network connect shop-net orders", path="README.md")


def test_what_is_used_is_bounded():
    """A hostile text fills no memory."""
    assert USED_MAX == len(used("docker network rm a\n" * (USED_MAX + 5)))
