"""Inputs that are asked for: what is taken, what is asked again and why, what is never shown."""

from dataclasses import replace

import pytest

from drillbook.cli import prompting
from drillbook.cli.prompting import ask_inputs, missing_inputs
from drillbook.model.runbook import Input, InputType
from drillbook.plan.inputs import VALUE_BYTES_MAX
from nouns import HERE, plan, runbook

NAME = Input(place=HERE, name="name")


@pytest.fixture
def typing(monkeypatch):
    """The lines that somebody types, seen or unseen; what was read unseen is noted."""
    hidden: list[str] = []

    def type_in(*lines: str) -> list[str]:
        typed = iter(f"{line}\n" for line in lines)
        monkeypatch.setattr(prompting, "forget_typed", lambda: None)
        monkeypatch.setattr(prompting, "read_line", lambda: next(typed))

        def unseen():
            hidden.append("unseen")
            return next(typed)

        monkeypatch.setattr(prompting, "read_hidden", unseen)
        return hidden

    return type_in


def asked(*items: Input, **given: str) -> dict[str, str]:
    bound = plan(runbook(inputs=items), given=given)
    return ask_inputs(bound, given, bytes_max=VALUE_BYTES_MAX)


def test_what_is_known_is_not_asked(typing, capsys):
    """Neither what was given, nor what has a default: the terminal stays silent."""
    typing()
    default = replace(NAME, name="other", default="x")
    assert {"name": "v"} == asked(NAME, default, name="v")
    assert ("", "") == capsys.readouterr()


def test_a_refused_value_is_no_missing_one():
    """What was given wrongly is told as a Finding, and not asked for."""
    item = replace(NAME, choices=("a", "b"))
    given = {"name": "c"}
    assert [] == missing_inputs(plan(runbook(inputs=(item,)), given=given), given)
    assert [item] == missing_inputs(plan(runbook(inputs=(item,))), {})


def test_text_is_taken_as_it_was_typed(typing, capsys):
    """Without its line end, and in the runbook's own words if it has any."""
    typing(" a b ")
    assert {"name": " a b "} == asked(replace(NAME, prompt="What is it called?"))
    told = capsys.readouterr().err
    assert "A runbook needs to know:\n\nWhat is it called?\nname: " == told


@pytest.mark.parametrize(
    ("lines", "expected", "told"),
    [
        (("2",), "large", []),
        (("small",), "small", []),
        (("0", "3", "medium", "large"), "large", ["it is none of small, large"] * 3),
        (("", "1"), "small", ["it is empty"]),
        (("9" * 4_000, "1"), "small", ["it is none of small, large"]),
    ],
)
def test_choices(lines, expected, told, typing, capsys):
    """By number or by word; anything else is asked again."""
    typing(*lines)
    assert {"name": expected} == asked(replace(NAME, choices=("small", "large")))
    shown = capsys.readouterr().err
    assert "  1  small\n  2  large\nname (1 to 2, or the word): " in shown
    reasons = [line for line in shown.splitlines() if "that will not do" in line]
    assert told == [reason.partition("that will not do: ")[2] for reason in reasons]


def test_a_choice_that_is_a_number_is_that_number(typing):
    """`3` among 1, 3 and 5 is the value, not the third."""
    typing("3")
    assert {"name": "3"} == asked(replace(NAME, choices=("1", "3", "5")))


@pytest.mark.parametrize(
    ("kind", "lines", "expected", "reason"),
    [
        (InputType.INTEGER, ("x", " 12 "), "12", "it is no integer such as 42"),
        (InputType.BOOLEAN, ("perhaps", "Yes"), "true", "it is neither true nor false"),
        (InputType.BOOLEAN, ("", "n"), "false", "it is empty"),
        (InputType.DURATION, ("soon", "30s"), "30s", "it is no duration such as 30s or 1h30m"),
        (InputType.HOST, ("a:b:c", "db-1"), "db-1", "it is no host name or address"),
    ],
)
def test_types(kind, lines, expected, reason, typing, capsys):
    """What the type refuses is asked again with the reason."""
    typing(*lines)
    assert {"name": expected} == asked(replace(NAME, type=kind))
    assert f"  that will not do: {reason}" in capsys.readouterr().err


def test_pattern(typing, capsys):
    """It matches whole."""
    typing("db-1; reboot", "db-1")
    assert {"name": "db-1"} == asked(replace(NAME, pattern="[a-z0-9-]+"))
    assert "it does not match `[a-z0-9-]+`" in capsys.readouterr().err


@pytest.mark.parametrize(
    "item", [replace(NAME, is_secret=True), replace(NAME, source="secret.away")]
)
def test_a_secret_is_typed_unseen(item, typing, capsys):
    """And is not in what is shown, also not where it is refused."""
    hidden = typing("hunter2 ", "hunter2")
    assert {"name": "hunter2"} == asked(replace(item, pattern="[a-z0-9]+"))
    assert ["unseen"] * 2 == hidden
    told = capsys.readouterr().err
    assert "name (not shown): " in told
    assert "hunter2" not in told


def test_several_are_asked_in_the_order_of_the_text(typing):
    """Those that lack a value, and no others."""
    typing("one", "three")
    items = [replace(NAME, name=name) for name in ("a", "b", "c")]
    assert {"a": "one", "b": "two", "c": "three"} == asked(*items, b="two")


def test_hostile_words_are_shown_and_not_obeyed(typing, capsys):
    """A prompt or a choice cannot clear the terminal."""
    typing("1")
    asked(replace(NAME, prompt="\x1b[2J", choices=("\x1b[31mx",)))
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert "\\x1b[2J" in told


def test_the_end_of_input_is_no_value(typing):
    """Nothing is made up for what nobody typed."""
    typing()
    with pytest.raises((EOFError, StopIteration)):
        asked(NAME)
