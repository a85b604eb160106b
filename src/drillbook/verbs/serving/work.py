"""A Job → what there is to do about it, done.

A job only says that something may have to be done. What is looked up in the journal, so a job
that comes twice, or late, does no harm.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

from drillbook.model.clock import SystemClock
from drillbook.model.engine import Job, NoSlotError
from drillbook.model.journal import Entry, FencedError, Journal, JournalError
from drillbook.model.run import Question, Reply, UnansweredError
from drillbook.verbs import schedules
from drillbook.verbs.running.executing import Company
from drillbook.verbs.running.locks import HeldError
from drillbook.verbs.running.resources import ResourceHeldError
from drillbook.verbs.running.seat import refuse_seated
from drillbook.verbs.runs import standing
from drillbook.verbs.serve import Shop
from drillbook.verbs.serving.alert import RESPOND
from drillbook.verbs.serving.request import KIND as RUN
from drillbook.verbs.serving.request import take_run
from drillbook.verbs.serving.responding import respond_to
from drillbook.verbs.serving.ticking import do_tick
from drillbook.verbs.serving.troubles import Troubles

# A run that another one keeps from going on looks again at this pace.
PUT_OFF_S = 2.0
RUNNER = "a runner"
GOES_ON = "somebody who goes on with it"


class UnknownJobError(Exception):
    """The job is of a kind that this version does not know; it is kept as failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who performs jobs; `name` stands in the journal, `stop` is set when it is to end.

    `troubles` hears what keeps a run from going on.
    """

    shop: Shop
    name: str
    config: Path | None = None
    stop: Event = field(default_factory=Event)
    troubles: Troubles = field(default_factory=lambda: Troubles(SystemClock()))


def perform(hand: Hand, job: Job) -> None:
    """Do what the job is about. What it raises is kept with the job, and shown."""
    if job.kind not in KINDS:
        raise UnknownJobError(f"the kind {job.kind!r} is of another version; upgrade this one")
    KINDS[job.kind](hand, job)


def is_to_be_gone_on_with(run: str, entries: Iterable[Entry]) -> bool:
    """Whether a worker has something to do about this run: it waits for no person."""
    found = standing(run, entries)
    waits = found.waits_for
    is_ready = not waits or waits == RUNNER or waits.startswith(GOES_ON)
    return found.ended_at_ns is None and is_ready


def _run(hand: Hand, job: Job) -> None:
    """Follow a run to its end, or to where it waits for a person: then this job ends."""
    place, name = hand.shop.place, job.args["run"]
    company = Company(
        ask=_nobody_here,
        watch=lambda _entry: None,
        on_output=lambda _text: None,
        name=f"worker {hand.name}",
    )
    try:
        refuse_seated(hand.shop.engine, name)
        _refuse_elsewhere(place.journal, name, job)
        run = take_run(place, name, company)
    except (ResourceHeldError, HeldError, NoSlotError):
        # Somebody else has what it needs: later it may go.
        _put_off(hand, job)
    except JournalError as error:
        # The store was away, and later it may go; or it may never, which somebody must hear.
        hand.troubles.met(name, str(error))
        _put_off(hand, job)
    except FencedError:
        return  # another machine has it now
    else:
        hand.troubles.over(name)
        is_left = hand.stop.is_set() and run.ended_at_ns is None
        if is_left and is_to_be_gone_on_with(name, place.journal.entries(f"run/{name}")):
            _put_off(hand, job, within_s=0.0)


def _refuse_elsewhere(journal: Journal, name: str, job: Job) -> None:
    """Raise UnknownJobError where the run was asked for at another site than the job's.

    Whoever may put jobs cannot have a run done on targets that nobody meant.
    """
    first = next(iter(journal.entries(f"run/{name}")), None)
    site = str(first.body.get("site", job.site)) if first else job.site
    if site != job.site:
        raise UnknownJobError(
            f"run {name} was asked for at the site {site} and this job is of {job.site}; "
            "look who put it there"
        )


def _respond(hand: Hand, job: Job) -> None:
    respond_to(hand.shop, job.args["incident"])


def _tick(hand: Hand, job: Job) -> None:
    tick_ns = int(job.args["tick_ns"])
    do_tick(hand.shop, job.args["schedule"], tick_ns, config=hand.config, stop=hand.stop)


KINDS: dict[str, Callable[[Hand, Job], None]] = {
    RUN: _run,
    RESPOND: _respond,
    schedules.KIND: _tick,
}


def _put_off(hand: Hand, job: Job, *, within_s: float = PUT_OFF_S) -> None:
    """The same job once more, behind this one."""
    due_at_ns = hand.shop.place.clock.now_ns() + int(within_s * 1e9) if within_s else 0
    hand.shop.engine.submit(replace(job, due_at_ns=due_at_ns))


def _nobody_here(_: Question) -> Reply:
    """A worker can ask nobody: whoever is asked answers by the journal, and has it gone on with."""
    raise UnansweredError
