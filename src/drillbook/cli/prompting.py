"""A plan whose inputs lack values + the person at the terminal → the values that they type."""

from collections.abc import Mapping

import click

from drillbook.cli.keys import forget_typed, read_hidden, read_line
from drillbook.model.plan import Plan
from drillbook.model.runbook import Input, InputType
from drillbook.plan.inputs import reason_against
from drillbook.report.plain import plain

_TYPES = {
    InputType.TEXT: "",
    InputType.INTEGER: "an integer",
    InputType.NUMBER: "a number",
    InputType.BOOLEAN: "true or false",
    InputType.DURATION: "a duration such as 30s",
    InputType.URL: "a URL",
    InputType.HOST: "a host name or address",
}
_WORDS = {"y": "true", "yes": "true", "n": "false", "no": "false"}


def ask_inputs(plan: Plan, given: Mapping[str, str], *, bytes_max: int) -> dict[str, str]:
    """What was given, and what the person says of each input that has no value yet.

    An answer that the input cannot have is asked for again, with the reason. Raises
    KeyboardInterrupt at Ctrl-C and EOFError at the end of input: nothing has begun then.
    """
    values = dict(given)
    missing = missing_inputs(plan, given)
    if missing:
        click.echo(f"{plain(plan.runbook.title)} needs to know:", err=True)
        forget_typed()
    for item in missing:
        values[item.name] = _ask(item, bytes_max)
    return values


def missing_inputs(plan: Plan, given: Mapping[str, str]) -> list[Input]:
    """The inputs that have no value; one whose given value is refused is not among them."""
    return [
        item
        for item in plan.runbook.inputs
        if item.name not in plan.values and item.name not in given
    ]


def _ask(item: Input, bytes_max: int) -> str:
    is_hidden = item.is_secret or (item.source or "").startswith("secret.")
    click.echo(f"\n{plain(item.prompt or f'A value for `{item.name}`')}", err=True)
    for number, choice in enumerate(item.choices, start=1):
        click.echo(f"  {number}  {plain(choice)}", err=True)
    while True:
        click.echo(f"{item.name}{_hint(item, is_hidden=is_hidden)}: ", nl=False, err=True)
        typed = read_hidden() if is_hidden else read_line() or ""
        if is_hidden:
            click.echo(err=True)
        value = _meant(item, typed.rstrip("\r\n"))
        reason = reason_against(item, value, bytes_max=bytes_max) if value else "it is empty"
        if not reason:
            return value
        click.echo(f"  that will not do: {plain(reason)}", err=True)


def _hint(item: Input, *, is_hidden: bool) -> str:
    """What is expected, as far as the prompt's own words need not say it."""
    if item.choices:
        return f" (1 to {len(item.choices)}, or the word)"
    said = [_TYPES[item.type]] if _TYPES[item.type] else []
    said += ["not shown"] if is_hidden else []
    return f" ({', '.join(said)})" if said else ""


def _meant(item: Input, typed: str) -> str:
    """A choice may be given by its number; yes and no are words for true and false."""
    word = typed.strip()
    if item.choices and word not in item.choices and word.isdecimal():
        number = int(word)
        return item.choices[number - 1] if 1 <= number <= len(item.choices) else typed
    if item.type is InputType.BOOLEAN:
        return _WORDS.get(word.lower(), word)
    return typed if item.type is InputType.TEXT else word
