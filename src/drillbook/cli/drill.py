"""`drillbook drill`: break a lab for real and prove that the runbook recovers it."""

import json
import math
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import click

from drillbook.cli.exits import PASSED, UNKNOWN, UnusableError
from drillbook.cli.findings import show_findings
from drillbook.cli.narrator import Narrator
from drillbook.cli.options import format_option, settings_of, settings_option
from drillbook.cli.results import OF_VERDICT
from drillbook.cli.voice import say
from drillbook.model.drill import Drill
from drillbook.model.finding import Severity
from drillbook.model.journal import Entry
from drillbook.model.pack import Pack
from drillbook.model.settings import ProofSettings
from drillbook.model.verdict import Verdict, VerdictState
from drillbook.read.pack import read_pack
from drillbook.report.json import verdict_json
from drillbook.report.junit import verdict_junit
from drillbook.report.plain import plain
from drillbook.report.terminal import verdict_lines
from drillbook.report.write import write_report
from drillbook.verbs.covering.proofs import CannotProveError, check_key, keep_proof
from drillbook.verbs.drill import LITERAL, cast, nobody, play_drill
from drillbook.verbs.running.executing import Company
from drillbook.verbs.running.revert import cut_off, revert_drill
from drillbook.verbs.running.workplace import Workplace, open_workplace
from drillbook_labs.registry import LABS

Keep = Callable[[Verdict, Sequence[Entry]], None]


def _a_number(_ctx: click.Context, _param: click.Parameter, value: float) -> float:
    """`nan` is in every range."""
    if math.isnan(value):
        raise click.BadParameter("it is not a number from 1 to 1000")
    return value


@click.command("drill")
@click.argument("pack", required=False, type=click.Path(path_type=Path))
@click.option("--only", multiple=True, metavar="NAME", help="Play only this drill; repeatable.")
@click.option(
    "--compressed",
    type=click.FloatRange(min=1, max=1000),
    default=1.0,
    metavar="N",
    callback=_a_number,
    help="Divide every duration of the rules, and the lab's intervals, by N.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write a page, JSON and JUnit XML for each drill here.",
)
@click.option("--no-proof", is_flag=True, help="Write no proof of a passed drill into the pack.")
@click.option("--revert", is_flag=True, help="Clean up after drills that were cut off.")
@click.option("--list", "only_list", is_flag=True, help="List the pack's drills and play none.")
@settings_option
@format_option("text", "json", "junit")
def command(
    pack: Path | None,
    only: tuple[str, ...],
    compressed: float,
    report: Path | None,
    no_proof: bool,
    revert: bool,
    only_list: bool,
    config: Path | None,
    form: str,
) -> int:
    """Play the drills of PACK: each starts its lab, breaks it, and follows the runbook.

    One that passes leaves its proof in the pack, as proofs/NAME.json.
    Ctrl-C and SIGTERM end the drill in order: the fault is reverted, the lab taken down, exit 130.

    \b
    Examples:
      drillbook drill packs/erpgo --compressed 10 --report build/report
      drillbook drill packs/erpgo --only postgresql-killed
      drillbook drill --revert
    """
    signal.signal(signal.SIGTERM, _end_in_order)
    if revert:
        with open_workplace(settings_of(config), tell=say) as place:
            return _revert(place, form)
    if pack is None:
        raise click.UsageError("name a pack, or give --revert")
    known = _pack(pack)
    drills = _chosen(known, only)
    if only_list:
        _list(drills, form)
        return PASSED
    if report is not None:
        _make_ready(report)
    settings = settings_of(config)
    if not no_proof:
        check_key(settings.proofs)
    with open_workplace(settings, tell=say) as place:
        _warn_of_cut_off(place)
        keep = None if no_proof else _keeper(known, settings.proofs)
        codes = [_play(place, known, drill, compressed, report, form, keep) for drill in drills]
    return max(codes, key=_gravity)


def _end_in_order(_signal: int, _frame: FrameType | None) -> None:
    """SIGTERM as Ctrl-C: who ends a drill, a CI job say, must not leave its lab running."""
    raise KeyboardInterrupt


def _keeper(pack: Pack, settings: ProofSettings) -> Keep:
    """Who keeps proofs of what passed; where that cannot be, it has passed all the same."""

    def keep(verdict: Verdict, entries: Sequence[Entry]) -> None:
        try:
            kept = keep_proof(Path(pack.folder), verdict, entries, settings)
        except CannotProveError as error:
            say(f"no proof was written: {error}")
        else:
            stays = " stays: it is of full length, and fresh" if kept.is_older else ""
            say(f"proof: {kept.file}{stays}")

    return keep


def _play(
    place: Workplace,
    pack: Pack,
    drill: Drill,
    compression: float,
    report: Path | None,
    form: str,
    keep: Keep | None,
) -> int:
    casting = cast(pack, drill, LABS, compression=compression)
    with Narrator(pack.runbooks) as narrator:
        company = Company(ask=nobody, watch=narrator.watch, on_output=narrator.output, name=LITERAL)
        verdict, entries = play_drill(place, casting, company)
    show_verdict(verdict, form)
    if keep is not None and verdict.state is VerdictState.PASSED:
        keep(verdict, entries)
    if report is not None:
        files = write_report(report, verdict, entries, place.journal.blob)
        click.echo(f"report: {', '.join(str(file) for file in files)}", err=True)
    return OF_VERDICT[verdict.state]


def show_verdict(verdict: Verdict, form: str) -> None:
    """Print a verdict on standard output."""
    if form == "json":
        click.echo(verdict_json(verdict))
    elif form == "junit":
        click.echo(verdict_junit(verdict))
    else:
        width = min(shutil.get_terminal_size().columns, 100)
        click.echo("\n".join(verdict_lines(verdict, width=width)))


def _list(drills: list[Drill], form: str) -> None:
    if form == "json":
        rows = [
            {"name": drill.name, "runbook": drill.runbook, "alert": drill.alert} for drill in drills
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    for drill in drills:
        click.echo(f"{plain(drill.name)}  {plain(drill.runbook)}  {plain(drill.alert)}")


def _make_ready(report: Path) -> None:
    """A folder that cannot be written is said now, and not when the drill is over."""
    report.mkdir(parents=True, exist_ok=True)
    if not os.access(report, os.W_OK | os.X_OK):
        raise UnusableError(f"{report}: Permission denied; name a folder that you can write to")


def _pack(folder: Path) -> Pack:
    pack = read_pack(folder)
    show_findings((each for each in pack.findings if each.severity is not Severity.NOTE), folder)
    if any(each.severity is Severity.ERROR for each in pack.findings):
        raise UnusableError(f"{folder} cannot be drilled as it stands; correct what is said above")
    return pack


def _chosen(pack: Pack, only: tuple[str, ...]) -> list[Drill]:
    names = [drill.name for drill in pack.drills]
    for name in only:
        if name not in names:
            known = ", ".join(names) or "none"
            raise click.BadParameter(
                f"{name!r}: the pack's drills are {known}", param_hint="--only"
            )
    chosen = [drill for drill in pack.drills if not only or drill.name in only]
    if not chosen:
        raise UnusableError(f"{pack.folder} has no drill; add one under its drills/")
    return chosen


def _revert(place: Workplace, form: str) -> int:
    beginnings = cut_off(place)
    if not beginnings:
        click.echo("nothing to clean up: no drill was cut off", err=True)
    left = []
    for beginning in beginnings:
        with Narrator() as narrator:
            try:
                left += revert_drill(place, beginning, LABS, narrator.watch)
            except KeyError as error:
                raise UnusableError(
                    f"{beginning.stream} names {error}, which this version of Drillbook has not; "
                    "clean up with the version that played it"
                ) from error
        click.echo(f"{beginning.stream} cleaned up", err=form != "text")
    for each in left:
        click.echo(f"left behind: {plain(each)}", err=True)
    return UNKNOWN if left else PASSED


def _warn_of_cut_off(place: Workplace) -> None:
    for beginning in cut_off(place):
        click.echo(
            f"{beginning.stream} was cut off and its lab may still be up; "
            "clean up with `drillbook drill --revert`",
            err=True,
        )


def _gravity(code: int) -> int:
    """Failed is graver than unknown, unknown than passed."""
    return [PASSED, UNKNOWN, 1].index(code)
