"""A folder → a run of small steps in it, begun or gone on with: the process that storms kill.

Each step appends one line to the ledger: its name, its attempt and when. The person who is
asked looks at the ledger: a line is there, so it happened; none is, so it may be done again.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from shlex import quote

from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import Entry
from drillbook.model.plan import Plan
from drillbook.model.run import Answer, Policy, Question, Reply
from drillbook.model.runbook import Kind, Runbook, Step
from drillbook.model.sentence import Risk
from drillbook.model.settings import Settings
from drillbook.run.supervisor import StepSupervisor
from drillbook.verbs.run import Occasion, resume_run, start_run, unfinished
from drillbook.verbs.running.executing import Ask, Company
from drillbook.verbs.running.workplace import Workplace
from nouns import check, is_unhealthy, option, plan, runbook, step, verification

# Every process of the supervisor carries it, so that a storm finds its own and no others.
MARKER = "DRILLBOOK_STORM"
POLICY = Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What a run is made of; `answer` is a person who does not look and always says this.

    A step sleeps up to `pause_s_max` before and after its line, or exactly `pauses_s`. `crash_at`
    is a crash point; guardians die there once only, or each time where `crash_always`.
    `is_procedure`: each step is a stage with its Undo, and the Verification does not hold.
    """

    folder: Path
    steps: int = 20
    seed: int = 0
    first_is_idempotent: bool = True
    pause_s_max: float = 0.06
    pauses_s: tuple[float, float] | None = None
    crash_at: str | None = None
    crash_always: bool = False
    answer: Answer | None = None
    is_procedure: bool = False


def weather_plan(weather: Weather) -> Plan:
    """A runbook with one Option of many steps; every second step may be repeated."""
    random = Random(weather.seed)
    steps = tuple(_step(weather, number, random) for number in range(1, weather.steps + 1))
    if weather.is_procedure:
        return plan(_procedure(weather, steps, random))
    return plan(
        runbook(
            checks=(check("broken", "exit 1"),),
            options=(option("mend", *steps, when=is_unhealthy("broken")),),
            verifications=(verification(),),
        )
    )


def _procedure(weather: Weather, steps: tuple[Step, ...], random: Random) -> Runbook:
    """A stage for each step; what undoes `step-01` is `step-01-undo`."""
    stages = tuple(
        replace(
            option(each.name, each, risk=Risk.DISRUPTIVE),
            undo=(_step(weather, number, random, "-undo"),),
        )
        for number, each in enumerate(steps, start=1)
    )
    book = runbook(checks=(check("gate"),), options=stages, verifications=(verification("exit 1"),))
    return replace(book, kind=Kind.PROCEDURE)


def ledger(folder: Path) -> list[tuple[str, int, float]]:
    """Step, attempt and time (seconds since the epoch) of every line, in the order written."""
    path = folder / "ledger"
    if not path.exists():
        return []
    lines = (line.split() for line in path.read_text().splitlines())
    return [(name, int(attempt), float(at)) for name, attempt, at in lines]


def heard(folder: Path) -> Path:
    """What the tool was shown of its steps' output, over all its lives."""
    return folder / "heard"


def live(weather: Weather) -> None:
    """Be the tool: begin the run, or go on with it, up to its end. Runs in its own process."""
    os.environ[MARKER] = str(weather.folder)
    if weather.crash_at is not None:
        os.environ["DRILLBOOK_CRASH_AT"] = weather.crash_at
        if not weather.crash_always:
            os.environ["DRILLBOOK_CRASH_ONCE"] = str(weather.folder / "crashed")
    settings = Settings(folder=weather.folder, state=weather.folder)
    journal = SqliteJournal(weather.folder / "journal.db", clock=SystemClock())
    with Workplace(
        settings=settings,
        journal=journal,
        supervisor=StepSupervisor(),
        clock=SystemClock(),
        secrets={},
    ) as place:
        _follow(place, weather)


def _follow(place: Workplace, weather: Weather) -> None:
    def hear(text: str) -> None:
        with heard(weather.folder).open("a", encoding="utf-8") as file:
            file.write(text)

    company = Company(ask=_person(weather), watch=_unseen, on_output=hear, name="storm")
    begun = unfinished(place)
    if begun:
        name = begun[0].stream.removeprefix("run/")
        resume_run(place, name, weather_plan(weather), POLICY, company)
    elif not place.journal.streams("run/"):
        start_run(place, weather_plan(weather), POLICY, company, Occasion())


def _step(weather: Weather, number: int, random: Random, suffix: str = "") -> Step:
    name = f"step-{number:02}{suffix}"
    drawn = [random.choice((0.0, random.uniform(0, weather.pause_s_max))) for _ in range(2)]
    sleeps = weather.pauses_s or drawn
    before, after = (f"sleep {sleep_s:.3f}" if sleep_s else ":" for sleep_s in sleeps)
    command = (
        f'echo {name} speaks\nattempt="${{DRILLBOOK_ATTEMPT:-}}"\n{before}\n'
        f'echo "{name} ${{attempt##*/}} $EPOCHREALTIME" >> {quote(str(weather.folder))}/ledger\n'
        f"{after}\n"
    )
    is_idempotent = (number % 2 == 1) is weather.first_is_idempotent
    return step(name, command, is_idempotent=is_idempotent)


def _person(weather: Weather) -> Ask:
    def answer(question: Question) -> Reply:
        if weather.answer is not None:
            return Reply(answer=weather.answer, by="a person who does not look")
        if Answer.YES in question.choices:
            return Reply(answer=Answer.YES, by="a person with evidence")
        happened = any(name == question.about for name, _, _ in ledger(weather.folder))
        said = Answer.HAPPENED if happened else Answer.AGAIN
        return Reply(answer=said, by="a person with evidence")

    return answer


def _unseen(_: Entry) -> None:
    """Nobody watches."""
