"""`drillbook token`: who may do what from which terminal: tokens made, listed, used, revoked."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from drillbook.cli.exits import PASSED, UnusableError
from drillbook.cli.options import format_option, named, settings_of, settings_option
from drillbook.people.tokens import EXPIRES_S_DEFAULT, EXPIRES_S_MAX, NewToken, Token
from drillbook.read.sentences.duration import read_duration
from drillbook.report.plain import plain
from drillbook.verbs.people.identity import create_token, every_token, revoke_token, use_token
from drillbook.verbs.running.workplace import Workplace, open_workplace

NOTE_CHARACTERS_MAX = 200
TEXT_CHARACTERS_MAX = 4_096


@click.group("token")
def command() -> None:
    """Make, list, use and revoke tokens: they say who asks, at a terminal and over the network.

    Needed where drillbook.toml has [people.NAME]. Whoever has the role "admin" makes tokens for
    others; the first admin's needs no other token.

    \b
    Examples:
      drillbook token create ada
      drillbook token use
      drillbook token list
    """


@command.command("create", short_help="Make a token and print it, this once.")
@click.argument("name", callback=named)
@click.option(
    "--expires",
    default=f"{EXPIRES_S_DEFAULT / 86_400:g}d",
    show_default=True,
    metavar="DURATION",
    help="How long it lets its person in, at most 366d.",
)
@click.option("--note", default="", help="What it is for, such as the machine it is kept on.")
@settings_option
@format_option("text", "json")
def create(name: str, expires: str, note: str, config: Path | None, form: str) -> int:
    """Make a token for NAME, one of [people.NAME] in drillbook.toml, and print it, this once.

    The journal keeps only its hash: what is lost is lost, and a new one is made.

    \b
    Examples:
      drillbook token create ada --note "ada's laptop"
      drillbook token create ci --expires 30d --format json | jq -r .token
    """
    wanted = NewToken(person=name, by="", lasts_s=_lasting(expires), note=_bounded(note))
    with open_workplace(settings_of(config)) as place:
        token, text = create_token(place, wanted)
    if form == "json":
        click.echo(json.dumps({**_body(token, is_valid=True), "token": text}, indent=2))
        return PASSED
    click.echo(text)
    click.echo(
        f"This is shown once. It lets {plain(token.person)} in until {_day(token.expires_at_ns)}; "
        "keep it with `drillbook token use`.",
        err=True,
    )
    return PASSED


@command.command("list", short_help="List all tokens, without what is secret of them.")
@settings_option
@format_option("text", "json")
def list_tokens(config: Path | None, form: str) -> int:
    """List all tokens that were ever made, oldest first; what is secret is nowhere.

    \b
    Examples:
      drillbook token list
      drillbook token list --format json | jq '.[] | select(.valid)'
    """
    with open_workplace(settings_of(config)) as place:
        tokens = every_token(place)
        lines = [_line(place, token) for token in tokens]
        bodies = [_body(token, is_valid=_is_valid(place, token)) for token in tokens]
    if form == "json":
        click.echo(json.dumps(bodies, indent=2))
        return PASSED
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo("there is no token yet; `drillbook token create NAME` makes one", err=True)
    return PASSED


@command.command("revoke", short_help="Let a token let nobody in from now on.")
@click.argument("token", callback=named)
@settings_option
def revoke(token: str, config: Path | None) -> int:
    """Take back TOKEN, named by its id as `drillbook token list` shows it.

    One's own, or, as admin, anybody's. It lets nobody in from now on, on any machine.

    \b
    Examples:
      drillbook token revoke 3f9a0c21d7
    """
    with open_workplace(settings_of(config)) as place:
        taken = revoke_token(place, token)
    click.echo(f"token {taken.id} of {plain(taken.person)} lets nobody in any more")
    return PASSED


@command.command("use", short_help="Keep a token in your own settings, for this terminal.")
@settings_option
def use(config: Path | None) -> int:
    """Keep a token, typed or pasted unseen or read from standard input, for your commands.

    It is written to drillbook/token in your settings folder ($XDG_CONFIG_HOME, else ~/.config),
    readable to you alone. The variable DRILLBOOK_TOKEN goes before it.

    \b
    Examples:
      drillbook token use
      drillbook token create ada | drillbook token use
    """
    settings = settings_of(config)
    text = _secretly()
    with open_workplace(settings) as place:
        caller, path = use_token(place, text)
    click.echo(f"you are {plain(caller.name)} here from now on; the token is kept in {plain(path)}")
    return PASSED


def _secretly() -> str:
    """What is typed or piped: never an argument, which everybody on the machine could see."""
    try:
        if sys.stdin is not None and sys.stdin.isatty():
            said: str = click.prompt("token", hide_input=True, err=True)
            return said
        return (sys.stdin.readline(TEXT_CHARACTERS_MAX) if sys.stdin else "").strip()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise UnusableError("no token could be read; type it, or pipe it in") from error


def _lasting(text: str) -> float:
    lasts_s = read_duration(text)
    if not lasts_s or lasts_s > EXPIRES_S_MAX:
        raise click.BadParameter(
            f"{text!r} is no time from 1s to {EXPIRES_S_MAX / 86_400:g}d, such as 90d",
            param_hint="--expires",
        )
    return lasts_s


def _bounded(note: str) -> str:
    if len(note) > NOTE_CHARACTERS_MAX:
        raise click.BadParameter(
            f"it is longer than {NOTE_CHARACTERS_MAX} characters", param_hint="--note"
        )
    return note


def _line(place: Workplace, token: Token) -> str:
    said = f"{token.id}  {plain(token.person)}  {_standing(place, token)}"
    note = f"  ({plain(token.note)})" if token.note else ""
    return f"{said}  made {_day(token.created_at_ns)} by {plain(token.by)}{note}"


def _standing(place: Workplace, token: Token) -> str:
    if token.revoked_by is not None:
        return f"revoked by {plain(token.revoked_by)}"
    if token.person not in place.settings.people:
        return "of nobody in drillbook.toml"
    word = "until" if _is_valid(place, token) else "expired"
    return f"{word} {_day(token.expires_at_ns)}"


def _is_valid(place: Workplace, token: Token) -> bool:
    return token.is_valid(place.settings.people, place.clock.now_ns())


def _day(at_ns: int) -> str:
    return f"{datetime.fromtimestamp(at_ns / 1e9, tz=UTC):%Y-%m-%d}"


def _body(token: Token, *, is_valid: bool) -> dict[str, object]:
    return {
        "id": token.id,
        "person": token.person,
        "valid": is_valid,
        "created_at_ns": token.created_at_ns,
        "expires_at_ns": token.expires_at_ns,
        "by": token.by,
        "note": token.note,
        "revoked_by": token.revoked_by,
    }
