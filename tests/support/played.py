"""A run on paper: how each step comes out is said beforehand, the rest follows by itself."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from drillbook.model.journal import Entry
from drillbook.model.plan import Plan
from drillbook.model.run import Policy
from drillbook.model.runbook import Step
from drillbook.model.sentence import Risk
from drillbook.run.acts import Ask, Done, Perform
from drillbook.run.folding import fold
from drillbook.run.following import next_act
from drillbook.run.progress import Progress

NEVER_ASKS = Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset())
SECOND = 1_000_000_000


class Told:
    """Plays a run on paper: `results` say how each step comes out, the rest follows by itself."""

    def __init__(
        self,
        a_plan: Plan,
        results: dict[str, list[str]],
        policy: Policy = NEVER_ASKS,
        answers: Iterable[Any] = (),
    ) -> None:
        self.plan, self.results, self.policy = a_plan, results, policy
        self.answers = list(answers)
        self.entries: list[Entry] = []
        self.progress = Progress()
        self.performed: list[str] = []
        self.tell("run-started", {})

    def tell(self, kind: str, body: Mapping[str, Any]) -> None:
        """One more entry, a second after the last."""
        at_ns = len(self.entries) * SECOND
        entry = Entry(
            stream="run/x", seq=len(self.entries) + 1, kind=kind, at_ns=at_ns, body=body,
            previous="", hash="",
        )  # fmt: skip
        self.entries.append(entry)
        self.progress = fold(self.plan, self.progress, entry)

    def play(self, acts_max: int = 500) -> Self:
        """Do what comes next until the run is done."""
        for _ in range(acts_max):
            act = next_act(self.plan, self.policy, self.progress, len(self.entries) * SECOND)
            if isinstance(act, Done):
                return self
            if isinstance(act, Perform):
                self.perform(act.step)
            elif isinstance(act, Ask):
                self.tell("answered", {"answer": self.answers.pop(0).value, "by": "me"})
            else:
                self.tell(act.kind, act.body)
        raise AssertionError("the run never ended")

    def perform(self, a_step: Step) -> None:
        """One attempt, which comes out as `results` say: in order, the last for ever."""
        self.performed.append(a_step.name)
        queue = self.results.setdefault(a_step.name, ["met"])
        result = queue.pop(0) if len(queue) > 1 else queue[0]
        attempt = self.progress.attempt + 1
        self.tell("step-started", {"step": a_step.name, "attempt": attempt})
        at_ns = len(self.entries) * SECOND
        status = {"met": "healthy", "not met": "unhealthy"}.get(result, "unknown")
        self.tell(
            "step-finished",
            {
                "step": a_step.name, "attempt": attempt, "result": result, "status": status,
                "because": result, "started_at_ns": at_ns, "ended_at_ns": at_ns, "captures": {},
            },
        )  # fmt: skip
