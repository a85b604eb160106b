"""Plan → Run: asks what is next, journals the intent, acts, journals the outcome.

The journal is the only memory: where the run stands is folded from its entries, so a run that
was killed anywhere goes on from there. What a crash left between an intent and its outcome is
settled by `drillbook.run.settling`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drillbook.model.attempt import AttemptOrder, Ending, OnOutput, Outcome, Supervisor
from drillbook.model.clock import Clock
from drillbook.model.journal import Entry, Fact, Follow, Journal, Watch
from drillbook.model.plan import Plan
from drillbook.model.run import Part, Policy, Question, Reply, Run
from drillbook.model.runbook import Step
from drillbook.model.settings import Limits
from drillbook.run.crash import crash_point
from drillbook.run.following import Act, Ask, Done, Perform, Record, next_act
from drillbook.run.guard.mask import mask, secret_forms
from drillbook.run.ordering import Surroundings, order_of
from drillbook.run.polling import EVERY_S_DEFAULT
from drillbook.run.progress import Progress, fold, part_of, replay
from drillbook.run.state import ENDS
from drillbook.run.telling import outcome_body

COMMAND_CHARACTERS_MAX = 2_000
# What a person is shown of a lost step's output before they decide.
EVIDENCE_CHARACTERS_MAX = 2_000
# A step whose guardian dies each time (a machine without memory) must not be tried for ever.
ABANDONED_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What a run acts with, and who is told.

    `folder` holds the attempts' traces. `ask` puts a question to a person and waits.
    `watch` is called with every entry, `on_output` with output as it comes.
    """

    journal: Journal
    clock: Clock
    supervisor: Supervisor
    folder: Path
    ask: Callable[[Question], Reply]
    watch: Watch
    on_output: OnOutput
    masks: tuple[str, ...] = field(default=(), repr=False)
    limits: Limits = field(default_factory=Limits)


class Executor:
    """One run of one plan in one stream."""

    def __init__(self, plan: Plan, policy: Policy, stream: str, hands: Hands) -> None:
        self.plan = plan
        self.policy = policy
        self.stream = stream
        self.hands = hands
        # One process lives on one machine and in one boot: asked once, not for every intent.
        self.origin = hands.supervisor.origin()
        self.progress = replay(plan, tuple(hands.journal.entries(stream)))
        self._secret_forms = secret_forms(hands.masks)
        # The last attempt whose intent this process has made.
        self.announced = 0

    def go(self) -> Run:
        """Go on until the run has ended. Raises what the journal or the supervisor raises.

        A KeyboardInterrupt ends the step that runs, is journaled as `stopped`, and ends the run.
        """
        self.hands.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while not isinstance(act := next_act(self.plan, self.policy, self.progress), Done):
            try:
                self._do(act)
            except KeyboardInterrupt:
                self.stop()
        self.hands.journal.anchor(self.stream)
        return run_of(self.stream, self.progress)

    def record(self, kind: str, body: Mapping[str, Any]) -> None:
        """Journal a fact, tell the watcher, and stand where it leads."""
        self._record_all((kind, body), lambda _: None)

    def order(self, step: Step, attempt: int) -> AttemptOrder:
        """What the supervisor is to start for this attempt."""
        where = Surroundings(
            folder=self.folder_of(attempt), masks=self.hands.masks, limits=self.hands.limits
        )
        return order_of(self.plan.steps[step.name], self.progress.captures, where)

    def folder_of(self, attempt: int) -> Path:
        """Where the attempt's lock, output and exit lie."""
        return self.hands.folder / str(attempt)

    def conclude(self, step: Step, attempt: int, outcome: Outcome) -> None:
        """Journal what came of an attempt, or, where nobody saw its end, that it is lost.

        A lost step that may be repeated (a Check, a Verification, an idempotent one) is
        abandoned, and so performed again; any other waits for a person.
        """
        if outcome.ending is not Ending.LOST:
            self._finish(step, attempt, outcome)
            return
        observes = part_of(self.progress) is not Part.OPTION
        if not (observes or step.is_idempotent):
            self._lose("step-lost", step, attempt, outcome)
        elif self.progress.abandoned < ABANDONED_MAX:
            self._lose("step-abandoned", step, attempt, outcome)
        else:
            self._finish(step, attempt, outcome)

    def stop(self) -> None:
        """End the step that runs, journal that a person stopped the run, and end it."""
        entries = self.hands.journal.entries(self.stream)
        self.progress = replay(self.plan, tuple(entries))
        if self.progress.state in ENDS:
            return
        intent = self.progress.open
        if intent is not None:
            folder = self.folder_of(int(intent["attempt"]))
            self.hands.supervisor.cancel(folder)
            outcome = self.hands.supervisor.attach(folder, self.hands.on_output)
            self.record("step-cancelled", {**intent, "because": outcome.because or "stopped"})
        self.record("stopped", {"because": "a person stopped it"})

    def _finish(self, step: Step, attempt: int, outcome: Outcome) -> None:
        body = outcome_body(self.plan, self.progress, step, outcome, self.hands.journal.put_blob)
        self._record_all(("step-finished", {"attempt": attempt, **body}), self._next_intent)

    def _record_all(self, fact: Fact, follow: Follow) -> None:
        """Journal a fact with what follows from it, then tell of them."""
        crash_point("executor-before-record")
        entries = self.hands.journal.append_all(self.stream, fact, follow)
        crash_point("executor-after-record")
        for entry in entries:
            self.progress = fold(self.plan, self.progress, entry)
        for entry in entries:
            self.hands.watch(entry)

    def _next_intent(self, entry: Entry) -> Fact | None:
        """The intent that comes at once after an outcome, to go to the disk together with it.

        Half of what a step costs is the disk. None where something must come in between, a
        wait or a question: the outcome is not to wait for it.
        """
        if entry.kind != "step-finished":
            return None
        progress = fold(self.plan, self.progress, entry)
        act = next_act(self.plan, self.policy, progress)
        if not isinstance(act, Perform) or progress.window.polls:
            return None
        with suppress(OSError):  # then the outcome is kept, and the next turn says what is wrong
            return self._announce(act.step, progress, waited_s=0.0)
        return None

    def _announce(self, step: Step, progress: Progress, *, waited_s: float) -> Fact:
        """The intent of the next attempt, whose folder is there from now on.

        Made before the intent: if it is gone afterwards, its traces were taken away, and an
        attempt without traces must not look like one that never began.
        """
        attempt = progress.attempt + 1
        self.folder_of(attempt).mkdir(mode=0o700, parents=True, exist_ok=True)
        crash_point("executor-before-intent", attempt)
        self.announced = attempt
        return "step-started", self._intent(step, progress, attempt, waited_s)

    def _lose(self, kind: str, step: Step, attempt: int, outcome: Outcome) -> None:
        """Journal that the end is not known, after ending whatever the attempt left running."""
        ended = self.hands.supervisor.end_remains(self.folder_of(attempt))
        remains = f"; {ended} processes of it were ended" if ended else ""
        body = {
            "step": step.name,
            "attempt": attempt,
            "because": f"`{step.name}` was begun and {outcome.because}{remains}",
            "output": outcome.output[-EVIDENCE_CHARACTERS_MAX:],
        }
        self.record(kind, body)

    def _do(self, act: Act) -> None:
        match act:
            case Perform():
                self._perform(act.step)
            case Record():
                self.record(act.kind, act.body)
            case Ask():
                reply = self.hands.ask(act.question)
                body = {
                    "about": act.question.about,
                    "answer": reply.answer.value,
                    "by": reply.by,
                }
                self.record("answered", body)

    def _perform(self, step: Step) -> None:
        if self.progress.open is None or self.progress.attempt != self.announced:
            waited_s = self._wait_for_next_poll(step)
            self.record(*self._announce(step, self.progress, waited_s=waited_s))
        attempt = self.progress.attempt
        crash_point("executor-after-intent", attempt)
        outcome = self.hands.supervisor.perform(self.order(step, attempt), self.hands.on_output)
        crash_point("executor-after-act", attempt)
        self.conclude(step, attempt, outcome)
        crash_point("executor-after-outcome", attempt)

    def _intent(
        self, step: Step, progress: Progress, attempt: int, waited_s: float
    ) -> dict[str, Any]:
        planned = self.plan.steps[step.name]
        return {
            "step": step.name,
            "part": part_of(progress).value,
            "option": progress.option,
            "round": progress.round,
            "attempt": attempt,
            "poll": progress.window.polls + 1,
            "command": self._masked(step.command)[:COMMAND_CHARACTERS_MAX],
            "on": planned.target.name,
            "timeout_s": planned.timeout_s,
            "host": self.origin.host,
            "boot_id": self.origin.boot_id,
            "epoch": progress.epoch,
            "waited_s": round(waited_s, 6),
        }

    def _masked(self, text: str) -> str:
        """Before it is cut: the journal does not know half of a secret."""
        if not self._secret_forms:
            return text
        data = text.encode("utf-8", "surrogateescape")
        return mask(data, self._secret_forms).decode("utf-8", "surrogateescape")

    def _wait_for_next_poll(self, step: Step) -> float:
        """Sleep until the next poll of this step is due; how long that was, in seconds."""
        window = self.progress.window
        if not window.polls:
            return 0.0
        every_s = step.every_s or EVERY_S_DEFAULT
        since_s = (self.hands.clock.now_ns() - window.last_ended_ns) / 1e9
        # A wall clock that was set back must not make us wait for it to come round again.
        wait_s = min(max(every_s - since_s, 0.0), every_s)
        self.hands.clock.sleep(wait_s)
        return wait_s


def run_of(stream: str, progress: Progress) -> Run:
    """The run as its journal tells it."""
    return Run(
        id=stream.removeprefix("run/"),
        state=progress.state,
        because=progress.because,
        checks=dict(progress.checks),
        option=progress.option,
        options_tried=progress.tried,
        diagnosed_at_ns=progress.diagnosed_at_ns,
        recovered_at_ns=progress.recovered_at_ns,
        ended_at_ns=progress.ended_at_ns,
    )
