"""What a step of a whole run costs, with journal and supervisor, beside `bash -c` alone."""

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.figures import Figure, median, timed_ms
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import Entry
from drillbook.model.place import Place
from drillbook.model.run import Answer, Policy, Reply, RunState
from drillbook.model.runbook import Check, Option, Runbook, Step, Verification
from drillbook.model.sentence import (
    CheckIs,
    CheckStatus,
    Condition,
    ExitCodeIs,
    Expectation,
    Risk,
)
from drillbook.plan.bind import Surroundings, bind
from drillbook.run.executor import Executor
from drillbook.run.hands import Hands
from drillbook.run.supervisor import StepSupervisor

HERE = Place(path="bench.md")
ENV = {"PATH": os.environ["PATH"]}
COMMAND = "true"
STEPS = 20
WARM_UP = 3


@dataclass
class Watch:
    """Told of every entry: after each step that finished, it runs the peer, and times both."""

    ours_ms: list[float] = field(default_factory=list)
    peer_ms: list[float] = field(default_factory=list)
    began: float = 0.0

    def __call__(self, entry: Entry) -> None:
        if entry.kind != "step-finished":
            return
        assert entry.body["ending"] == "exited", entry.body
        if self.began:
            self.ours_ms.append((time.perf_counter() - self.began) * 1000)
            self.peer_ms.append(timed_ms(_bash))
        self.began = time.perf_counter()


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Runs of 20 steps, until enough steps were timed."""
    watch = Watch()
    for number in range(3 if is_quick else 15):
        watch.began = 0.0
        _run(folder / str(number), watch)
    ours, peer = median(watch.ours_ms[WARM_UP:]), median(watch.peer_ms[WARM_UP:])
    return [
        Figure(
            what="a step of a whole run, intent and outcome on disk",
            unit="ms",
            ours=ours,
            peer=peer,
            peer_name="`bash -c` by subprocess",
            samples=len(watch.ours_ms) - WARM_UP,
            aim=f"under 3 ms over bash; {ours - peer:.2f} ms over",
        )
    ]


def _bash() -> None:
    subprocess.run(["bash", "-c", COMMAND], env=ENV, check=True)


def _run(folder: Path, watch: Callable[[Entry], None]) -> None:
    journal = SqliteJournal(folder / "journal.db", clock=SystemClock())
    supervisor = StepSupervisor()
    hands = Hands(
        journal=journal,
        clock=SystemClock(),
        supervisor=supervisor,
        folder=folder / "attempts",
        ask=lambda _: Reply(answer=Answer.STOP, by="nobody"),
        watch=watch,
        on_output=lambda _: None,
    )
    try:
        began = journal.append("run/bench", "run-started", {})
        plan = bind(_runbook(), Surroundings(base_env=ENV))
        policy = Policy(asks=frozenset())
        run = Executor(plan, policy, "run/bench", hands, holder=began.seq).go()
        assert run.state is RunState.RECOVERED, run
    finally:
        supervisor.close()
        journal.close()


def _runbook() -> Runbook:
    def expect(code: int) -> Expectation:
        return Expectation(place=HERE, text="…", terms=(ExitCodeIs(codes=(code,)),))

    def step(name: str, command: str = COMMAND) -> Step:
        return Step(place=HERE, name=name, language="sh", command=command, timeout_s=60.0)

    broken = Check(
        place=HERE, title="…", step=step("broken", "exit 1"), healthy=expect(0), unhealthy=expect(1)
    )
    when = CheckIs(check="broken", status=CheckStatus.UNHEALTHY)
    option = Option(
        place=HERE,
        title="…",
        anchor="mend",
        when=Condition(place=HERE, text="…", formula=when),
        risk=Risk.NONE,
        steps=tuple(step(f"step-{number}") for number in range(STEPS)),
    )
    return Runbook(
        place=HERE,
        path="bench.md",
        anchor="",
        title="A bench",
        checks=(broken,),
        options=(option,),
        verification=(Verification(place=HERE, step=step("verify"), recovered=expect(0)),),
    )
