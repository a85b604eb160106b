"""A network that the compose file does not make."""

import pytest

from drillbook.lint.library.network_not_in_compose import LINT
from lint_trees import told

BOOK = "# Orders\n\n## Diagnosis\n\n```sh\ndocker network connect {} orders\n```\n\n## Resolution\n"
COMPOSE = (
    "services:\n  orders:\n    networks:\n      - net\nnetworks:\n  shop-net:\n    driver: bridge\n"
    "  other:\n    name: outside\n    external: true\nvolumes:\n  data: {}\n"
)


def said(network: str, compose: str = COMPOSE, path: str = "compose.yaml") -> list[str]:
    """What is told of a runbook that names this network."""
    files = {"runbooks/orders.md": BOOK.format(network), path: compose}
    return [flaw.message for flaw in told(LINT, files, text_of=files.get)]


@pytest.mark.parametrize("network", ["shop-network", "shop", "driver", "data", "orders"])
def test_a_network_that_nothing_makes_is_flagged(network):
    """With those that there are."""
    (message,) = said(network)
    assert f"makes no network {network}, but other, outside, shop-net" in message


@pytest.mark.parametrize("network", ["shop-net", "project_shop-net", "outside", "bridge", "host"])
def test_a_network_that_is_made_is_fine(network):
    """By its key, its name, with the project's name before it, or by the daemon."""
    assert [] == said(network)


def test_without_a_compose_file_that_says_so_nobody_knows():
    """Its networks may be made by hand."""
    assert [] == said("shop-network", "services:\n  orders:\n    image: a\n")
    assert [] == said("shop-network", path="deploy/other.yaml")


def test_the_nearest_compose_file_counts():
    """One beside the runbook, before one of the root."""
    assert [] == said("near", "networks:\n  near: {}\n", "runbooks/docker-compose.yml")
