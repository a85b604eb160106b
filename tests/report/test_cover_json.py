"""The document is what its schema says, whatever the texts are."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covers import drill, rule, step, studied
from drillbook.cover.matrix import Facts, coverage_of
from drillbook.model.coverage import Lack, Tally
from drillbook.model.finding import Finding
from drillbook.model.library import Lead, LeadKind
from drillbook.model.lint import Rung
from drillbook.model.place import Place
from drillbook.model.proof import Seal, Sealed
from drillbook.model.verdict import VerdictState
from drillbook.report.cover_json import SCHEMA_VERSION, coverage_json

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/reference/coverage.schema.json").read_text("utf-8")
)
URL = "https://runbooks.example.org/a"
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)


def facts(one: str = "look", other: str = "a team") -> Facts:
    """Something of everything, with these texts wherever one may stand."""
    lacking = Lack(rung=Rung.RUNNABLE, because=one, cure=other)
    sealed = Sealed(seal=Seal.SIGNED, by=other)
    return Facts(
        studied=[
            studied(title=one, owner=other, named=frozenset({one}), steps=(step(one),)),
            studied("b.md", lacks=(lacking,), steps=(step(other, lacks=("time limit",)),)),
        ],
        rules=[rule(one, URL, severity=other), rule(other)],
        leads={URL: Lead(kind=LeadKind.FILE, path="a.md")},
        drills=[
            drill(one, fresh=True, sealed=sealed, last=VerdictState.FAILED, last_at_ns=1),
            drill(other, fresh=False, because=one),
            drill("third"),
        ],
        tallies={"a.md": {one: Tally(as_said=2, otherwise=1, unknown=1)}},
        runs=4,
        unread=[Finding(place=Place(path=one), lint="l", message=one, help=other)],
    )


def read(given_facts: Facts) -> Any:
    """The document, as it is read again."""
    return json.loads(coverage_json(coverage_of(given_facts)))


@pytest.mark.parametrize("given_facts", [facts(), Facts()], ids=["of everything", "of nothing"])
def test_it_is_what_the_schema_says(given_facts):
    """Every key is known, none is missing."""
    document = read(given_facts)
    jsonschema.validate(document, SCHEMA)
    assert SCHEMA_VERSION == document["schema_version"]
    assert SCHEMA_VERSION == SCHEMA["properties"]["schema_version"]["const"]


@given(ANY_TEXT, ANY_TEXT)
def test_no_text_breaks_it(one, other):
    """Halves of characters, controls, nothing at all."""
    jsonschema.validate(read(facts(one or "-", other or "-")), SCHEMA)


def test_what_is_proven_by_whom_and_what_came_after():
    """A signed proof, and a verdict that the journal knows of."""
    first, second, third = read(facts())["runbooks"][0]["drills"]
    assert ("signed", "a team", "failed") == (
        first["proof"]["signature"],
        first["proof"]["signed_by"],
        first["last_verdict"],
    )
    assert (False, "its proof does not count: look") == (second["is_proven"], second["because"])
    assert (None, None, "it has not passed yet") == (
        third["proof"],
        third["last_at"],
        third["because"],
    )


def test_what_is_unknown_is_listed_apart():
    """Two of three; one of which nothing is known."""
    accuracy = read(facts())["figures"]["accuracy"]
    assert (2, 3, 1, "66.6 %") == tuple(
        accuracy[key] for key in ("count", "total", "unknown", "percent")
    )
    assert [{"as_said": 2, "otherwise": 1, "unknown": 1}] == [
        each["ran"] for each in read(facts())["runbooks"][0]["steps"]
    ]
