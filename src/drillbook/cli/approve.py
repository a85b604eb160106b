"""`drillbook approve`: see exactly what a run wants to do, and approve or refuse it."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from drillbook.cli.approvers import request_lines
from drillbook.cli.exits import FINDINGS, PASSED, UnusableError
from drillbook.cli.keys import forget_typed, is_terminal, read_line
from drillbook.cli.naming import run_argument, run_name
from drillbook.cli.options import format_option, settings_of, settings_option
from drillbook.cli.voice import say
from drillbook.model.people import Caller
from drillbook.report.plain import plain
from drillbook.verbs.approve import Waiting, approve, refuse, refuse_unfit, what_waits
from drillbook.verbs.people.identity import caller_at_terminal
from drillbook.verbs.running.workplace import Workplace, open_workplace
from drillbook.verbs.serving.wake import wake_run


@click.command("approve")
@run_argument
@click.option("--refuse", "refuses", is_flag=True, help="Refuse it: the run leaves this Option.")
@click.option("--because", default="", help="Why, for whoever reads the timeline.")
@click.option("--yes", is_flag=True, help="Do not ask; needs --hash.")
@click.option("--hash", "digest", help="The hash of what was reviewed: of nothing else.")
@click.option("--show", is_flag=True, help="Show what waits, and say nothing to it.")
@settings_option
@format_option("text", "json")
def command(
    run: str,
    refuses: bool,
    because: str,
    yes: bool,
    digest: str | None,
    show: bool,
    config: Path | None,
    form: str,
) -> int:
    """Show exactly what RUN wants to do, and approve or refuse that, and nothing else.

    What is approved is bound by its hash to every command, target and value that is shown; it
    expires. Whoever asked for the run, or went on with it, cannot approve it.

    \b
    Examples:
      drillbook approve 20261121-103045-7f3a
      drillbook approve 20261121-103045-7f3a --refuse --because "the backup is from May"
      drillbook approve 20261121-103045-7f3a --show --format json | jq -r .hash
      drillbook approve 20261121-103045-7f3a --yes --hash "$HASH"
    """
    if yes and not (digest or refuses):
        raise click.UsageError("--yes needs --hash: the hash of what was reviewed")
    name = run_name(run)
    with open_workplace(settings_of(config), tell=say) as place:
        caller = caller_at_terminal(place)
        seen = what_waits(place, name)
        _refuse_other(seen, digest)
        _show(seen, form)
        if show:
            return PASSED
        if not refuses:
            refuse_unfit(place, caller, seen)
        if not (yes or _agrees(refuses=refuses)):
            say("nothing was said to the run")
            return FINDINGS
        return _spoken(place, caller, seen, because if refuses else None)


def _spoken(place: Workplace, caller: Caller, seen: Waiting, because: str | None) -> int:
    """Approve it, or refuse it where there is a `because`; and have the run go on."""
    if because is None:
        approve(place, seen.run, caller, seen)
    else:
        refuse(place, seen.run, caller, seen, because)
    is_awake = wake_run(place, seen.run)
    word = "approved" if because is None else "refused"
    left = seen.request.approvals - len(seen.counted | {caller.name})
    if because is None and left > 0:
        click.echo(f"approved by {plain(caller.name)}; {left} more must approve it", err=True)
        return PASSED
    who = plain(", ".join(sorted(seen.request.requesters)))
    how = f"if nobody waits there any more, {who} goes on by `drillbook resume {seen.run}`"
    then = "its runner goes on with it" if is_awake else f"the terminal that waits goes on; {how}"
    click.echo(f"{word} by {plain(caller.name)}: {then}", err=True)
    return PASSED


def _refuse_other(seen: Waiting, digest: str | None) -> None:
    if digest is not None and digest != seen.request.hash:
        raise UnusableError(
            f"what waits in run {seen.run} has the hash {seen.request.hash} and not the one of "
            "--hash; look at it again with --show"
        )


def _show(seen: Waiting, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(_body(seen), indent=2))
        return
    checks = {name: f"{check.status}: {check.because}" for name, check in seen.checks.items()}
    for line in request_lines(seen.run, seen.request, checks, sorted(seen.counted)):
        click.echo(line)


def _body(seen: Waiting) -> dict[str, object]:
    request = seen.request
    return {
        "run": seen.run,
        "hash": request.hash,
        "runbook": seen.runbook,
        "option": request.option,
        "title": request.title,
        "risk": request.risk.value,
        "loses": request.loses,
        "because": request.because,
        "requesters": sorted(request.requesters),
        "approvals": request.approvals,
        "roles": sorted(request.roles),
        "approved_by": sorted(seen.counted),
        "expires_s": request.expires_s,
        "checks": {name: asdict(check) for name, check in seen.checks.items()},
        "steps": [asdict(step) for step in request.steps],
    }


def _agrees(*, refuses: bool) -> bool:
    """Whether the person says yes, in full; nothing but a terminal can be asked."""
    if not is_terminal():
        raise UnusableError(
            "nobody can be asked here: give --yes with the --hash of what was reviewed, or come "
            "to a terminal (over ssh: `ssh -t`)"
        )
    forget_typed()
    question = "Refuse it?" if refuses else "Approve exactly this?"
    click.echo(f"\n{question} Type yes, or anything else to leave it: ", nl=False, err=True)
    return (read_line() or "").strip().lower() == "yes"
