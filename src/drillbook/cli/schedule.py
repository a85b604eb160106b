"""`drillbook schedule`: what is done at cron times: listed, done now, paused and resumed."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from drillbook.cli.exits import PASSED, UnusableError
from drillbook.cli.options import format_option, named, settings_of, settings_option
from drillbook.cli.voice import say
from drillbook.engine.open import open_engine
from drillbook.engine.ticks import due_after
from drillbook.model.engine import Engine
from drillbook.model.settings import Schedule, Settings
from drillbook.report.plain import plain
from drillbook.verbs.people.identity import caller_at_terminal
from drillbook.verbs.running.secrets import masker
from drillbook.verbs.running.workplace import Workplace, open_workplace
from drillbook.verbs.schedules import (
    Standing,
    check_schedules,
    pause,
    request_tick,
    resume,
    standing,
)

NEXT_DEFAULT = 5
NEXT_MAX = 1_000


@click.group("schedule")
def command() -> None:
    """Look after what servers do at cron times: drills, and the Checks of runbooks.

    They stand as [[schedules]] in drillbook.toml; `drillbook serve` does them.

    \b
    Examples:
      drillbook schedule list
      drillbook schedule run nightly-checks
      drillbook schedule pause nightly-checks
    """


@command.command("list", short_help="List all schedules, and what came of them.")
@settings_option
@format_option("text", "json")
def list_schedules(config: Path | None, form: str) -> int:
    """List all schedules: when each is done next, when it was done last, and what came of it.

    \b
    Examples:
      drillbook schedule list
      drillbook schedule list --format json | jq '.[] | select(.paused)'
    """
    with _opened(config) as (settings, place):
        found = [standing(place, schedule) for schedule in settings.schedules]
    if form == "json":
        click.echo(json.dumps([_body(each) for each in found], indent=2))
        return PASSED
    for each in found:
        click.echo(_line(each))
    if not found:
        click.echo("there is no schedule; add [[schedules]] to drillbook.toml", err=True)
    return PASSED


@command.command("next", short_help="Print the next times of a schedule, or of all.")
@click.argument("name", required=False, callback=named)
@click.option(
    "--count",
    type=click.IntRange(1, NEXT_MAX),
    default=NEXT_DEFAULT,
    show_default=True,
    help="How many times of each.",
)
@settings_option
def upcoming(name: str | None, count: int, config: Path | None) -> int:
    """Print the next times of the schedule NAME, or of all, in the schedule's own time zone.

    A time that the clock skips when it is set is done once, when the gap ends; one that the clock
    shows twice is done once, at the first.

    \b
    Examples:
      drillbook schedule next nightly-checks --count 10
    """
    with _opened(config) as (settings, place):
        chosen = [_found(settings, name)] if name else list(settings.schedules)
        now_ns = place.clock.now_ns()
    for schedule in chosen:
        for due_ns in islice(due_after(schedule.cron, schedule.timezone, now_ns), count):
            click.echo(f"{plain(schedule.name)}  {_at(due_ns, schedule)}")
    return PASSED


@command.command("run", short_help="Have a schedule done now.")
@click.argument("name", callback=named)
@settings_option
def run(name: str, config: Path | None) -> int:
    """Have the schedule NAME done now by a server, also where it is paused.

    \b
    Examples:
      drillbook schedule run nightly-checks
    """
    with _opened(config) as (settings, place):
        schedule = _found(settings, name)
        caller = caller_at_terminal(place)
        with closing(_engine(place)) as engine:
            request_tick(place, engine, schedule, caller.name)
            is_served = any(not worker.is_dead for worker in engine.workers())
    click.echo(f"{plain(name)} is done as soon as a server takes it")
    if not is_served:
        click.echo("no server works now; `drillbook serve` starts one", err=True)
    return PASSED


@command.command("pause", short_help="Do nothing at a schedule's times until it is resumed.")
@click.argument("name", callback=named)
@settings_option
def pause_schedule(name: str, config: Path | None) -> int:
    """Do nothing at the times of the schedule NAME until it is resumed, on all servers.

    What is being done already goes on.

    \b
    Examples:
      drillbook schedule pause nightly-checks
    """
    with _opened(config) as (settings, place):
        schedule, caller = _found(settings, name), caller_at_terminal(place)
        is_new = pause(place, schedule, caller.name)
    click.echo(f"{plain(name)} is paused" if is_new else f"{plain(name)} was paused already")
    return PASSED


@command.command("resume", short_help="Do a paused schedule's times again.")
@click.argument("name", callback=named)
@settings_option
def resume_schedule(name: str, config: Path | None) -> int:
    """Do the times of the schedule NAME again; those that passed meanwhile are not made up for.

    \b
    Examples:
      drillbook schedule resume nightly-checks
    """
    with _opened(config) as (settings, place):
        schedule, caller = _found(settings, name), caller_at_terminal(place)
        is_new = resume(place, schedule, caller.name)
        found = standing(place, schedule)
    due = "" if found.next_ns is None else f"; it is done next at {_at(found.next_ns, schedule)}"
    click.echo(f"{plain(name)} {'is resumed' if is_new else 'was not paused'}{due}")
    return PASSED


@contextmanager
def _opened(config: Path | None) -> Iterator[tuple[Settings, Workplace]]:
    settings = settings_of(config)
    with open_workplace(settings, tell=say) as place:
        check_schedules(settings.schedules, place.clock.now_ns())
        yield settings, place


def _engine(place: Workplace) -> Engine:
    return open_engine(
        place.settings, clock=place.clock, secrets=place.secrets, mask=masker(place.masks)
    )


def _found(settings: Settings, name: str) -> Schedule:
    for schedule in settings.schedules:
        if schedule.name == name:
            return schedule
    known = ", ".join(schedule.name for schedule in settings.schedules) or "none"
    raise UnusableError(f"no schedule is called {name}; drillbook.toml has {known}")


def _line(found: Standing) -> str:
    schedule = found.schedule
    said = [plain(schedule.name), plain(f"{schedule.cron} ({schedule.timezone})")]
    if found.is_paused:
        said.append(f"paused by {plain(found.by)}")
    elif found.next_ns is not None:
        said.append(f"next {_at(found.next_ns, schedule)}")
    if found.last_ns is not None:
        said.append(f"last {_at(found.last_ns, schedule)}: {plain(found.because or 'at work')}")
    if found.missed:
        said.append(f"{found.missed} missed before it")
    return "  ".join(said)


def _body(found: Standing) -> dict[str, Any]:
    schedule = found.schedule
    return {
        "name": schedule.name,
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "drill": str(schedule.drill) if schedule.drill else None,
        "checks": schedule.checks,
        "paused": found.is_paused,
        "paused_by": found.by or None,
        "next_ns": found.next_ns,
        "last_ns": found.last_ns,
        "run": found.run or None,
        "because": found.because,
        "missed": found.missed,
    }


def _at(at_ns: int, schedule: Schedule) -> str:
    """In the schedule's own time zone."""
    at = datetime.fromtimestamp(at_ns // 10**9, tz=UTC).astimezone(ZoneInfo(schedule.timezone))
    return at.isoformat(sep=" ", timespec="minutes")
