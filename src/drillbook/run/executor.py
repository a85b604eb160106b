"""Plan → Run: asks what is next, journals the intent, acts, journals the outcome.

The journal is the only memory: where the run stands is folded from its entries, so a run that
was killed anywhere goes on from there. What a crash left between an intent and its outcome is
settled by `drillbook.run.settling`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from drillbook.model.attempt import AttemptOrder, Ending, LeftError, Outcome
from drillbook.model.engine import SLOT_WITHIN_S, NoSlotError
from drillbook.model.journal import Entry, Fact, MovedError
from drillbook.model.plan import Plan
from drillbook.model.run import Part, Policy, Question, Run
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.run.acts import Act, Ask, Done, Perform, Record
from drillbook.run.crash import crash_point
from drillbook.run.folding import fold
from drillbook.run.following import next_act
from drillbook.run.guard.mask import mask, secret_forms
from drillbook.run.hands import Hands
from drillbook.run.ordering import Surroundings, order_of, prepare
from drillbook.run.polling import EVERY_S_DEFAULT
from drillbook.run.progress import Progress, called
from drillbook.run.replying import take_in
from drillbook.run.state import ENDS
from drillbook.run.story import Story
from drillbook.run.telling import outcome_body
from drillbook.run.traces import mark_of

COMMAND_CHARACTERS_MAX = 2_000
# What a person is shown of a lost step's output before they decide.
EVIDENCE_CHARACTERS_MAX = 2_000
# A step whose guardian dies each time (a machine without memory) must not be tried for ever.
ABANDONED_MAX = 5
# How long a wish that the run stops may go unheard between two polls.
LOOK_S = 0.5
SLOT_LOOK_S = 2.0
STOPPED = "a person stopped it"


class Executor:
    """One run of one plan in one stream, by the process that took it with entry `holder`.

    `request_stop` and `leave` may be called from any thread; all else from the one that goes.
    """

    def __init__(
        self, plan: Plan, policy: Policy, stream: str, hands: Hands, *, holder: int
    ) -> None:
        self.plan = plan
        self.policy = policy
        self.stream = stream
        self.hands = hands
        # One process lives on one machine and in one boot: asked once, not for every intent.
        self.origin = hands.supervisor.origin()
        self.story = Story(plan, stream, hands.journal, holder=holder, watch=hands.watch)
        self._secret_forms = secret_forms(hands.masks)
        # The last attempt whose intent this process has made.
        self.announced = 0
        self._turn = Lock()
        self._at_work: Path | None = None
        self._stop = ""
        self._leaves = False

    @property
    def progress(self) -> Progress:
        """Where the run stands."""
        return self.story.progress

    def go(self) -> Run:
        """Go on until the run has ended. Raises what the journal or the supervisor raises.

        A KeyboardInterrupt ends the step that runs, is journaled as `stopped`, and ends the run.
        Raises UnansweredError where it waits for a person who is not here, LeftError after
        `leave`, FencedError where another process has taken the run over: then it is open.
        """
        self.hands.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while not isinstance(act := self._next_act(), Done):
            try:
                self._do(act)
            except MovedError:
                self.story.catch_up()
            except KeyboardInterrupt:
                self.stop(STOPPED)
        self.hands.journal.anchor(self.stream)
        return run_of(self.stream, self.progress)

    def request_stop(self, by: str, because: str = "") -> None:
        """Have the step that runs end with its whole tree, and then the run; does not wait.

        Nothing is done to a run that another process has taken over: raises FencedError.
        """
        self.story.refuse_fenced()
        with self._turn:
            self._stop = self._stop or f"{by} stopped it{f': {because}' if because else ''}"
            if self._at_work is not None:
                self.hands.supervisor.cancel(self._at_work)

    def leave(self) -> None:
        """Stop waiting: the step goes on under its guardian, the run stays open."""
        with self._turn:
            self._leaves = True
            if self._at_work is not None:
                self.hands.supervisor.leave(self._at_work)

    def order(self, step: Step, attempt: int) -> AttemptOrder:
        """What the supervisor is to start for this attempt."""
        where = Surroundings(
            folder=self.folder_of(attempt), masks=self.hands.masks, limits=self.hands.limits
        )
        return order_of(self.plan.steps[step.name], self.progress.captures, where)

    def folder_of(self, attempt: int) -> Path:
        """Where the attempt's lock, output and exit lie."""
        return self.hands.folder / str(attempt)

    def outcome_of(self, step: Step, attempt: int, wait: Callable[[], Outcome]) -> Outcome:
        """What `wait` says came of the attempt, in a slot of its target, while it can be stopped.

        Raises LeftError where the executor was told to leave.
        """
        with ExitStack() as stack:
            self._take_slot(self.plan.steps[step.name].target, stack)
            with self._working(self.folder_of(attempt)):
                return wait()

    def conclude(self, step: Step, attempt: int, outcome: Outcome) -> None:
        """Journal what came of an attempt, or, where nobody saw its end, that it is lost.

        A lost step that may be repeated (a Check, a Verification, an idempotent one) is
        abandoned, and so performed again; any other waits for a person.
        """
        if self._stop and outcome.ending is Ending.CANCELLED:
            self._cancelled(outcome)
            return
        if outcome.ending is not Ending.LOST:
            self._finish(step, attempt, outcome)
            return
        observes = self.progress.part in (Part.CHECK, Part.VERIFICATION)
        if not (observes or step.is_idempotent):
            self._lose("step-lost", step, attempt, outcome)
        elif self.progress.abandoned < ABANDONED_MAX:
            self._lose("step-abandoned", step, attempt, outcome)
        else:
            self._finish(step, attempt, outcome)

    def stop(self, because: str) -> None:
        """End the step that runs, journal that a person stopped the run, and end it."""
        self.story.reload()
        if self.progress.state in ENDS:
            return
        intent = self.progress.open
        if intent is not None:
            folder = self.folder_of(int(intent["attempt"]))
            self.hands.supervisor.cancel(folder)
            self._cancelled(self.hands.supervisor.attach(folder, self.hands.on_output))
        self.story.record("stopped", {"because": because})

    def _next_act(self) -> Act:
        if self._leaves:
            raise LeftError
        if self._stop and self.progress.state not in ENDS:
            return Record(kind="stopped", body={"because": self._stop})
        return next_act(self.plan, self.policy, self.progress, self.hands.clock.now_ns())

    def _take_slot(self, target: Target, stack: ExitStack) -> None:
        """One of the target's, where it has so many; a wish to stop or to leave ends the wait.

        Raises NoSlotError after SLOT_WITHIN_S.
        """
        left_s = SLOT_WITHIN_S
        while target.concurrency and not (self._stop or self._leaves):
            name = f"target/{target.site}/{target.name}"
            slot = self.hands.slot(name, target.concurrency, within_s=SLOT_LOOK_S)
            try:
                stack.enter_context(slot)
            except NoSlotError:
                left_s -= SLOT_LOOK_S
                if left_s <= 0:
                    raise
            else:
                return

    @contextmanager
    def _working(self, folder: Path) -> Iterator[None]:
        """While the attempt runs, other threads may have it end or be left."""
        with self._turn:
            if self._leaves:
                raise LeftError
            self._at_work = folder
            if self._stop:
                self.hands.supervisor.cancel(folder)
        try:
            yield
        finally:
            with self._turn:
                self._at_work = None

    def _cancelled(self, outcome: Outcome) -> None:
        intent = self.progress.open or {}
        self.story.record("step-cancelled", {**intent, "because": outcome.because or "stopped"})

    def _finish(self, step: Step, attempt: int, outcome: Outcome) -> None:
        body = outcome_body(self.plan, self.progress, step, outcome, self.hands.journal.put_blob)
        self.story.record_all(("step-finished", {"attempt": attempt, **body}), self._next_intent)

    def _next_intent(self, entry: Entry) -> Fact | None:
        """The intent that comes at once after an outcome, to go to the disk together with it.

        Half of what a step costs is the disk. None where something must come in between, a
        wait or a question: the outcome is not to wait for it. Nor where somebody has said
        something meanwhile.
        """
        if entry.kind != "step-finished" or entry.seq != self.story.seq + 1:
            return None
        if self._stop or self._leaves:
            return None
        progress = fold(self.plan, self.progress, entry)
        act = next_act(self.plan, self.policy, progress, entry.at_ns)
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
        self.story.record(kind, body)

    def _do(self, act: Act) -> None:
        match act:
            case Perform():
                self._perform(act.step)
            case Record():
                self.story.decide(act.kind, act.body)
            case Ask():
                self._ask(act.question)

    def _ask(self, question: Question) -> None:
        """Put the question to whoever is here, and journal what they say."""
        name = self.stream.removeprefix("run/")
        take_in(self.story, question, self.hands.ask(replace(question, run=name)))

    def _perform(self, step: Step) -> None:
        if self.progress.open is None or self.progress.attempt != self.announced:
            waited_s = self._wait_for_next_poll(step)
            if self._stop or self._leaves:
                return
            self.story.decide(*self._announce(step, self.progress, waited_s=waited_s))
        attempt = self.progress.attempt
        crash_point("executor-after-intent", attempt)
        prepare(self.plan.steps[step.name])
        outcome = self.outcome_of(step, attempt, lambda: self._performed(step, attempt))
        crash_point("executor-after-act", attempt)
        self.conclude(step, attempt, outcome)
        crash_point("executor-after-outcome", attempt)

    def _performed(self, step: Step, attempt: int) -> Outcome:
        order = self.order(step, attempt)
        return self.hands.supervisor.perform(order, self.hands.on_output)

    def _intent(
        self, step: Step, progress: Progress, attempt: int, waited_s: float
    ) -> dict[str, Any]:
        planned = self.plan.steps[step.name]
        return {
            "step": step.name,
            "part": progress.part.value,
            **called(self.plan, progress.part),
            "option": progress.option,
            "round": progress.round,
            "attempt": attempt,
            "poll": progress.window.polls + 1,
            "command": self._masked(step.command)[:COMMAND_CHARACTERS_MAX],
            "on": planned.target.name,
            "timeout_s": planned.timeout_s,
            "host": self.origin.host,
            "boot_id": self.origin.boot_id,
            "folder": mark_of(self.folder_of(attempt)),
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
        self._sleep(wait_s)
        return wait_s

    def _sleep(self, wait_s: float) -> None:
        """In small pieces: who has the run stop need not wait for the next poll."""
        while wait_s > 0 and not (self._stop or self._leaves):
            self.hands.clock.sleep(min(wait_s, LOOK_S))
            wait_s -= LOOK_S


def run_of(stream: str, progress: Progress) -> Run:
    """The run as its journal tells it."""
    return Run(
        id=stream.removeprefix("run/"),
        state=progress.state,
        because=progress.because,
        checks=dict(progress.checks),
        option=progress.option,
        would_choose=progress.would_choose,
        options_tried=progress.tried,
        diagnosed_at_ns=progress.diagnosed_at_ns,
        recovered_at_ns=progress.recovered_at_ns,
        ended_at_ns=progress.ended_at_ns,
        undone=progress.undone,
    )
