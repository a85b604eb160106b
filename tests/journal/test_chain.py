"""Values → their one text, entries → their hash."""

import enum
import hashlib
import json
import math
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.journal.chain import (
    BODY_BYTES_MAX,
    DEPTH_MAX,
    Link,
    body_text,
    canonical,
    link_hash,
    name_text,
)
from drillbook.model.journal import JournalError

LINK = Link(previous="0" * 64, stream="run/1", seq=1, kind="started", at_ns=7, body='{"a":1}')

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class Colour(enum.StrEnum):
    RED = "red"


def test_canonical_text_is_sorted_without_blanks_and_ascii() -> None:
    """Keys are sorted, nothing is spaced, and everything beyond ASCII is escaped."""
    assert '{"a":[1,2.5,null,true],"\\u00e4":"\\u2713"}' == canonical(
        {"ä": "✓", "a": (1, 2.5, None, True)}
    )


def test_canonical_does_not_depend_on_the_order_of_keys() -> None:
    """Two mappings that are equal have the same text."""
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})


def test_an_integer_and_a_float_are_told_apart() -> None:
    """1 and 1.0 are different facts to the chain."""
    assert ["1", "1.0"] == [canonical(1), canonical(1.0)]


def test_true_and_one_are_told_apart() -> None:
    """A boolean is not taken for the integer that Python thinks it is."""
    assert ["true", "1"] == [canonical(True), canonical(1)]


def test_subclasses_are_kept_as_the_plain_value() -> None:
    """An Enum of strings and a read-only mapping are kept as what JSON knows."""
    assert '{"colour":"red"}' == canonical(MappingProxyType({"colour": Colour.RED}))


def test_a_lone_surrogate_survives() -> None:
    """What surrogateescape made of a program's output comes back the same."""
    assert "\udcff" == json.loads(canonical("\udcff"))


@given(json_values)
def test_canonical_reads_back_the_same(value: object) -> None:
    """Every JSON value is read back as it was, and has the same text again."""
    text = canonical(value)
    assert value == json.loads(text)
    assert text == canonical(json.loads(text))


@given(json_values, json_values)
def test_different_texts_for_different_values(one: object, other: object) -> None:
    """Values with the same text are equal, so no alteration can hide behind a text."""
    if canonical(one) == canonical(other):
        assert one == other


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": math.nan}, "body.a is nan"),
        ({"a": [math.inf]}, "body.a[] is inf"),
        ({"a": {1: "b"}}, "body.a has the key 1"),
        ({"a": {None: "b"}}, "body.a has the key None"),
        ({"a": 2**63}, "over 64 bits"),
        ({"a": b"bytes"}, "type bytes"),
        ({"a": {"x"}}, "type set"),
        ({"a": object()}, "type object"),
    ],
)
def test_what_is_no_json_is_refused_by_its_place(value: dict[str, object], words: str) -> None:
    """The message names where in the body the unfit value stands."""
    with pytest.raises(JournalError, match=words.replace("[", r"\[").replace("]", r"\]")):
        body_text(value)


def test_a_value_nested_too_deep_is_refused() -> None:
    """A list within a list without end is a line of text, not a recursion error."""
    value: list[object] = []
    for _ in range(DEPTH_MAX + 1):
        value = [value]
    with pytest.raises(JournalError, match="nested deeper"):
        canonical(value)


def test_a_body_of_the_limit_is_kept_and_one_byte_more_is_not() -> None:
    """Over a million bytes the message says to use a blob."""
    frame = len('{"a":""}')
    assert BODY_BYTES_MAX == len(body_text({"a": "x" * (BODY_BYTES_MAX - frame)}))
    with pytest.raises(JournalError, match="put_blob"):
        body_text({"a": "x" * (BODY_BYTES_MAX - frame + 1)})


def test_the_hash_is_over_the_previous_hash_and_the_canonical_fields() -> None:
    """Anybody can recompute the hash from the documented form."""
    fields = {"stream": "run/1", "seq": 1, "kind": "started", "at_ns": 7, "body": {"a": 1}}
    text = "0" * 64 + canonical(fields)
    assert hashlib.sha256(text.encode()).hexdigest() == link_hash(LINK)


@pytest.mark.parametrize(
    "other",
    [
        Link(previous="1" * 64, stream="run/1", seq=1, kind="started", at_ns=7, body='{"a":1}'),
        Link(previous="0" * 64, stream="run/2", seq=1, kind="started", at_ns=7, body='{"a":1}'),
        Link(previous="0" * 64, stream="run/1", seq=2, kind="started", at_ns=7, body='{"a":1}'),
        Link(previous="0" * 64, stream="run/1", seq=1, kind="stopped", at_ns=7, body='{"a":1}'),
        Link(previous="0" * 64, stream="run/1", seq=1, kind="started", at_ns=8, body='{"a":1}'),
        Link(previous="0" * 64, stream="run/1", seq=1, kind="started", at_ns=7, body='{"a":2}'),
    ],
)
def test_every_field_is_in_the_hash(other: Link) -> None:
    """A change of any one field changes the hash."""
    assert link_hash(LINK) != link_hash(other)


@pytest.mark.parametrize("name", ["", "x" * 257, "a\nb", "a\0b", "\udcff"])
def test_unfit_names_are_refused(name: str) -> None:
    """A name that could break a line, or that is empty or endless, is refused."""
    with pytest.raises(JournalError, match="cannot be the name of a stream"):
        name_text("stream", name)


def test_a_name_of_a_runbook_is_fit() -> None:
    """Slashes, anchors and letters of any language may stand in a name."""
    assert "drill/übung#1" == name_text("stream", "drill/übung#1")
