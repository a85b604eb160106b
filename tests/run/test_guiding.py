"""What an engineer who knows nothing is told before a step, in the runbook's own words."""

from dataclasses import replace

import pytest

from drillbook.model.run import Answer, Asked, Part, Policy, RunState, StepResult
from drillbook.plan.bind import Surroundings, bind
from drillbook.read.markdown.runbook import read_runbooks
from drillbook.run.actions.registry import ACTIONS
from drillbook.run.asking import ALWAYS, question_of
from drillbook.run.guiding import WHY_CHARACTERS_MAX, guide_of, why
from drillbook.run.progress import Progress

TEXT = """\
# The queue is full

## Diagnosis

### Does the broker answer?
The broker listens on port 5672.
A silent one has usually lost its disk.

```sh { name=answers timeout=5s }
queuectl ping
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.

How long the queue is says how urgent it is.

```sh { name=length timeout=5s }
queuectl length
```
**Healthy:** number is below 1000.

## Resolution

### Drop the oldest
Ask the shop first.

**When:** `length` is unhealthy.
**Risk:** destructive. Orders are lost.
**Loses:** at most 10 writes.
```sh { name=drop timeout=5s }
queuectl drop --head 10
```
**Expect:** output contains `dropped`.

## Verification
```sh { name=short timeout=5s }
queuectl length
```
**Recovered:** number is below 1000, within 60 s.
"""
GUIDED = Policy(is_guided=True)


def bound(text=TEXT):
    (book,), _ = read_runbooks(text, "queue.md")
    return bind(book, Surroundings(languages=frozenset(ACTIONS), actions=ACTIONS))


PLAN = bound()
CHECK = Progress(state=RunState.GUIDING, part=Part.CHECK, asked=3)
OPTION = replace(CHECK, part=Part.OPTION, option="drop-the-oldest")
VERIFICATION = replace(OPTION, part=Part.VERIFICATION)


def test_why_is_the_text_between_the_heading_and_the_step():
    """Of the second step, what stands behind the first one; sentences are told elsewhere."""
    first, second = (each.step for each in PLAN.runbook.checks)
    expected = "The broker listens on port 5672.\nA silent one has usually lost its disk."
    assert expected == why(PLAN.runbook, first)
    assert "How long the queue is says how urgent it is." == why(PLAN.runbook, second)


def test_a_step_without_text_before_it_has_no_why():
    """Nothing is taken from another section."""
    assert "" == why(PLAN.runbook, PLAN.runbook.verification[0].step)


def test_a_why_of_a_book_is_cut():
    """A screen of a terminal has to do."""
    long = bound(TEXT.replace("port 5672", "port " + "5" * 5_000))
    assert WHY_CHARACTERS_MAX == len(why(long.runbook, long.runbook.checks[0].step))


def test_what_healthy_looks_like_is_the_sentence_itself():
    """With its label, of each part."""
    assert ("Healthy: exit code is 0", "Unhealthy: exit code is 1") == tuple(
        each.rstrip(".") for each in guide_of(PLAN, CHECK).healthy
    )
    assert "Expect: output contains `dropped`" == guide_of(PLAN, OPTION).healthy[0].rstrip(".")
    (recovered,) = guide_of(PLAN, VERIFICATION).healthy
    assert recovered.startswith("Recovered: number is below 1000")


def test_it_says_where_one_stands_and_what_came_before():
    """The second of two Checks, after the first."""
    guide = guide_of(PLAN, replace(CHECK, index=1, previous="`answers` healthy: exit code 0"))
    assert (2, 2, "`answers` healthy: exit code 0", "Does the broker answer?") == (
        guide.number, guide.count, guide.previous, guide.title,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("progress", "choices"),
    [
        (CHECK, (Answer.YES, Answer.SKIP)),
        (replace(CHECK, index=1), (Answer.YES, Answer.SKIP, Answer.RETRY)),
        (OPTION, (Answer.YES, Answer.NO, Answer.SKIP)),
        (
            replace(OPTION, part_result=StepResult.NOT_MET),
            (Answer.YES, Answer.SKIP, Answer.RETRY),
        ),
        (VERIFICATION, (Answer.YES, Answer.SKIP)),
    ],
)
def test_what_may_be_answered(progress, choices):
    """What makes sense there, and what one may always do."""
    question = question_of(PLAN, GUIDED, progress)
    assert (*choices, *ALWAYS) == question.choices
    assert (Asked.GUIDED, 3) == (question.kind, question.seq)


def test_a_lost_step_may_be_handed_over_but_not_skipped():
    """Whether it happened must be said before all else."""
    lost = replace(OPTION, state=RunState.WAITING, because="its guardian was killed")
    assert (
        Answer.HAPPENED,
        Answer.AGAIN,
        Answer.NOTE,
        Answer.HAND_OVER,
        Answer.STOP,
    ) == question_of(PLAN, GUIDED, lost).choices
    plain = question_of(PLAN, Policy(), lost)
    assert (Answer.HAPPENED, Answer.AGAIN, Answer.STOP) == plain.choices
    assert "it had written nothing" in plain.detail
