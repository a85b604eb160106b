"""A tick of a schedule → its Checks requested, or its drill played, once."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Event

from drillbook.model.journal import MovedError
from drillbook.model.people import Caller
from drillbook.model.settings import Schedule
from drillbook.verbs.plan import Wanted
from drillbook.verbs.running.hiding import NotRunnableError
from drillbook.verbs.schedules import Claim, claim_tick, end_tick, submit_tick
from drillbook.verbs.serve import Shop
from drillbook.verbs.serving.request import Requested, request_run
from drillbook.verbs.serving.responding import CHECKS_ONLY

LOOK_S = 0.5
# A drill that is told to stop reverts its fault and takes its lab down first.
DRILL_ENDS_S = 120.0
ENDINGS = {0: "the drill passed", 1: "the drill failed", 4: "the drill's verdict is unknown"}


def do_tick(shop: Shop, name: str, tick_ns: int, *, config: Path | None, stop: Event) -> None:
    """Do what the schedule is for, unless that was done, and submit its next tick."""
    schedule = next((each for each in shop.place.settings.schedules if each.name == name), None)
    if schedule is None:
        return  # it was taken out of the settings
    claim = claim_tick(shop.place, schedule, tick_ns)
    if claim is not None:
        because = (
            _request_checks(shop, schedule, claim)
            if schedule.checks
            else _drill(shop, schedule, claim, config, stop)
        )
        end_tick(shop.place, schedule, because)
    submit_tick(shop.place, shop.engine, schedule)


def _request_checks(shop: Shop, schedule: Schedule, claim: Claim) -> str:
    if shop.place.journal.head(f"run/{claim.run}") is not None:
        return f"run {claim.run} was requested"
    path = schedule.checks or ""
    try:
        source = Path(path.partition("#")[0]).read_text(encoding="utf-8", errors="replace")
        requested = Requested(
            wanted=Wanted(path=path, given=schedule.inputs),
            source=source,
            caller=Caller(name=f"schedule {schedule.name}"),
            policy=CHECKS_ONLY,
            site=shop.place.settings.server.site,
            name=claim.run,
        )
        request_run(shop.place, shop.engine, requested)
    except OSError as error:
        return f"{path} cannot be read ({error.strerror}); correct `checks` in drillbook.toml"
    except NotRunnableError as error:
        return str(error)
    except MovedError:
        pass  # another worker has requested it in this moment
    return f"run {claim.run} was requested"


def _drill(shop: Shop, schedule: Schedule, claim: Claim, config: Path | None, stop: Event) -> str:
    """Play the drill in a process of its own, as somebody in a terminal would."""
    if claim.was_begun:
        return "it was cut off; `drillbook drill --revert` cleans up after it"
    argv = [sys.executable, "-m", "drillbook", "drill", str(schedule.drill)]
    named = ["--config", str(config.resolve())] if config else []
    with subprocess.Popen(
        [*argv, *named],
        cwd=shop.place.settings.folder,
        env=os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        code = _ended(process, stop)
    return ENDINGS.get(code, f"the drill could not be played (exit code {code})")


def _ended(process: "subprocess.Popen[bytes]", stop: Event) -> int:
    while not stop.wait(LOOK_S):
        if (code := process.poll()) is not None:
            return code
    process.terminate()
    try:
        return process.wait(DRILL_ENDS_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
