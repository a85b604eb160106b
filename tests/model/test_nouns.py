"""The nouns: frozen, slotted, keyword-only, typed, described, and of the standard library only."""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import sys
import typing
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from drillbook import model
from drillbook.model.clock import Clock, SystemClock
from drillbook.model.place import Place
from drillbook.model.run import Policy
from drillbook.model.runbook import Step
from drillbook.model.sentence import CheckIs, CheckStatus, Not, Risk

MODULES = [
    importlib.import_module(f"{model.__name__}.{found.name}")
    for found in pkgutil.iter_modules(model.__path__)
]


def own_classes(module: ModuleType) -> Iterator[type]:
    """The classes that the module itself defines."""
    for _, found in inspect.getmembers(module, inspect.isclass):
        if found.__module__ == module.__name__:
            yield found


CLASSES = [found for module in MODULES for found in own_classes(module)]
NOUNS = [found for found in CLASSES if is_dataclass(found)]
ENUMS = [found for found in CLASSES if issubclass(found, Enum)]
PROTOCOLS = [found for found in CLASSES if getattr(found, "_is_protocol", False)]


def required(noun: type) -> dict[str, Any]:
    """A value for each field without a default, of no meaning."""
    return {
        field.name: f"a {field.name}"
        for field in fields(noun)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }


def by_name(found: type) -> str:
    """How a class is called in a test's name."""
    return found.__name__


def test_there_is_nothing_but_nouns_words_and_interfaces() -> None:
    """No class with behaviour of its own, but for the machine's clock; errors are but names."""
    others = set(CLASSES) - set(NOUNS) - set(ENUMS) - set(PROTOCOLS)
    errors = {found for found in others if issubclass(found, Exception)}
    assert {SystemClock} == others - errors
    assert all(found.__name__.endswith("Error") for found in errors)
    assert all(set(vars(found)) <= {"__module__", "__doc__", "__weakref__"} for found in errors)


@pytest.mark.parametrize("noun", NOUNS, ids=by_name)
def test_a_noun_is_frozen_slotted_and_made_by_keyword(noun: Any) -> None:
    """What one room hands to another is changed by none, and read without counting arguments."""
    parameters = noun.__dataclass_params__
    assert parameters.frozen
    assert not hasattr(noun(**required(noun)), "__dict__")
    assert all(field.kw_only for field in fields(noun))


@pytest.mark.parametrize("noun", NOUNS, ids=by_name)
def test_no_field_can_be_set_and_none_added(noun: Any) -> None:
    """Neither by intent nor by a misspelt name."""
    made = noun(**required(noun))
    for name in [field.name for field in fields(noun)]:
        with pytest.raises(FrozenInstanceError):
            setattr(made, name, None)
    with pytest.raises((FrozenInstanceError, TypeError, AttributeError)):
        made.misspelt = 1


@pytest.mark.parametrize("noun", NOUNS, ids=by_name)
def test_equal_parts_make_equal_nouns(noun: Any) -> None:
    """Nouns are compared by what they say; any other part makes another noun."""
    made = noun(**required(noun))
    assert made == replace(made)
    for field in fields(noun):
        assert made != replace(made, **{field.name: object()}), f"{field.name} does not count"


@pytest.mark.parametrize("noun", NOUNS, ids=by_name)
def test_no_field_is_of_a_kind_that_can_be_changed(noun: type) -> None:
    """Tuples and read-only mappings; a list, dict or set inside would thaw the noun."""
    for name, kind in typing.get_type_hints(noun).items():
        shown = str(kind)
        assert not any(word in shown for word in ("list[", "dict[", " set[", "bytearray")), name


@pytest.mark.parametrize("noun", NOUNS, ids=by_name)
def test_every_field_has_a_type(noun: type) -> None:
    """And none that says nothing, but for the JSON that a journal keeps."""
    hints = typing.get_type_hints(noun)
    assert {field.name for field in fields(noun)} == hints.keys()
    anything = {name for name, kind in hints.items() if kind in (Any, object)}
    assert set() == anything


@pytest.mark.parametrize("noun", NOUNS, ids=by_name)
def test_a_time_or_size_has_its_unit_in_its_name(noun: type) -> None:
    """Nobody multiplies seconds by nanoseconds."""
    units = ("_s", "_ns", "_at", "_bytes")
    for name, kind in typing.get_type_hints(noun).items():
        words = name.split("_")
        is_number = kind in (int, float, int | None, float | None)
        if is_number and {"timeout", "grace", "interval", "hold", "started", "ended"} & set(words):
            assert name.endswith(units), name


@pytest.mark.parametrize("found", CLASSES, ids=by_name)
def test_every_class_is_described(found: type) -> None:
    """By words of its own, not by the signature that dataclasses put there."""
    text = found.__dict__.get("__doc__") or ""
    assert text.strip()
    assert not text.startswith(f"{found.__name__}(")


@pytest.mark.parametrize("words", ENUMS, ids=by_name)
def test_the_words_of_an_enum_are_kept_in_journals(words: type[Enum]) -> None:
    """Each is a text, small, of its own, and leads back to its member."""
    values = [member.value for member in words]
    assert sorted(set(values)) == sorted(values)
    assert len(words.__members__) == len(values), "a second name for one word"
    assert all(isinstance(value, str) and value == value.strip() for value in values)
    assert [words(value) for value in values] == list(words)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_noun_needs_nothing_but_the_standard_library(module: ModuleType) -> None:
    """And other nouns."""
    assert module.__file__ is not None
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module))
    strangers = {
        name
        for name in imported
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith("drillbook.model.")
    }
    assert set() == strangers


# ---- nouns that are keys ----


def test_places_sort_in_the_order_of_the_text() -> None:
    """Findings are listed by file, line and column."""
    places = [
        Place(path="b.md", line=1),
        Place(path="a.md", line=10),
        Place(path="a.md", line=9, column=2),
        Place(path="a.md", line=9),
    ]
    assert places[::-1] == sorted(places)


def test_what_is_used_as_a_key_has_a_hash_of_what_it_says() -> None:
    """Two that say the same are one key; risks and answers stand in frozen sets."""
    assert 1 == len({Place(path="a", line=2), Place(path="a", line=2)})
    leaf = CheckIs(check="a", status=CheckStatus.HEALTHY)
    assert {Not(item=leaf)} == {Not(item=CheckIs(check="a", status=CheckStatus.HEALTHY))}
    assert Policy().asks == frozenset({Risk.DESTRUCTIVE, Risk.DISRUPTIVE})
    step = Step(place=Place(path="a"), name="s", language="sh", command="true")
    assert {step: 1}[replace(step)] == 1


def test_silence_is_the_careful_choice() -> None:
    """What nobody set asks first, may not be repeated, and is limited by nothing it invented."""
    step = Step(place=Place(path="a"), name="s", language="sh", command="true")
    assert (False, 0, None, None) == (step.is_idempotent, step.retry, step.timeout_s, step.on)
    assert Policy().asks == {Risk.DISRUPTIVE, Risk.DESTRUCTIVE}


def test_the_machines_clock_is_a_clock() -> None:
    """Wall time in nanoseconds since 1970, monotonic time that never goes back."""
    clock: Clock = SystemClock()
    year_2020_ns = 1_577_836_800 * 10**9
    assert clock.now_ns() > year_2020_ns
    earlier_s = clock.monotonic_s()
    clock.sleep(0.001)
    assert clock.monotonic_s() - earlier_s >= 0.001
