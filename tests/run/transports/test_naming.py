"""What a target's settings may be called, before they become arguments of a program."""

import re
from pathlib import Path

import pytest

from drillbook.model.target import Target
from drillbook.run.transports import container, kubernetes
from drillbook.run.transports.naming import Naming, misnamed, unnamed
from nouns import step

POD = Naming("pod", re.compile("[a-z]+"), "a pod's name", "orders")


def on(**settings: str) -> Target:
    return Target(name="orders", kind="kubernetes", settings=settings)


def test_a_setting_that_is_a_name_is_no_finding():
    """What matches as a whole is let through."""
    assert [] == list(misnamed(step("look"), on(pod="orders"), (POD,)))


def test_a_setting_that_is_not_there_is_no_finding():
    """Whether it must be there is another question."""
    assert [] == list(misnamed(step("look"), on(), (POD,)))


@pytest.mark.parametrize("value", ["", "-i", "a b", "orders\n", "--help", "é", "a\0"])
def test_a_setting_matches_as_a_whole_or_is_refused(value):
    """An option, a blank, a line's end, nothing at all: none is a name."""
    (finding,) = misnamed(step("look"), on(pod=value), (POD,))
    assert "target-setting-no-name" == finding.lint
    assert f"target `orders`: pod = {value!r} is not a pod's name" == finding.message
    assert 'write pod = "orders", say, in [targets.orders]' == finding.help


def test_a_long_value_is_shown_by_its_beginning():
    """One line stays one line."""
    (finding,) = misnamed(step("look"), on(pod="A" * 10_000), (POD,))
    assert len(finding.message) < 200
    assert "A…'" in finding.message


def test_a_target_without_its_place_says_what_to_write():
    """Kind and setting are named, with an example."""
    finding = unnamed(step("look"), on(), "pod", "deploy/orders")
    assert "target-without-pod" == finding.lint
    assert "target `orders` is of kind kubernetes and does not say which pod" == finding.message
    assert 'add pod = "deploy/orders", say, to [targets.orders] in drillbook.toml' == finding.help


@pytest.mark.parametrize(
    ("kind", "namings"), [("container", container.NAMINGS), ("kubernetes", kubernetes.NAMINGS)]
)
def test_every_setting_has_its_row_in_the_reference(kind, namings):
    """And the reference tells of no other."""
    text = (Path(__file__).parents[3] / "docs/reference/targets.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## `{kind}`\n")[2].partition("\n## ")[0]
    table = section.partition("| setting |")[2].partition("\n\n")[0]
    assert sorted(each.key for each in namings) == sorted(
        re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    )


@pytest.mark.parametrize(
    ("module", "namings"), [(container, container.NAMINGS), (kubernetes, kubernetes.NAMINGS)]
)
def test_every_example_is_such_a_name(module, namings):
    """What a Finding tells to write is let through."""
    kind = module.__name__.rpartition(".")[2]
    for naming in namings:
        target = Target(name="x", kind=kind, settings={naming.key: naming.example})
        assert [] == list(misnamed(step("look"), target, namings))
