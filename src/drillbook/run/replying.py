"""A Question + what the person here replied → the run's story."""

from typing import Any

from drillbook.model.run import Answer, Part, Question, Reply, UnansweredError
from drillbook.run.story import Story

_COUNTS_AS = {
    Part.CHECK: "unknown",
    Part.OPTION: "done by hand",
    Part.VERIFICATION: "unknown",
    Part.UNDO: "done by hand",
}


def take_in(story: Story, question: Question, reply: Reply) -> None:
    """Journal what they said. Raises UnansweredError where the run waits on for somebody."""
    if reply.answer is Answer.LOOK_AGAIN:
        story.catch_up()
    elif reply.answer is Answer.NOTE:
        story.record("noted", {"about": question.about, "by": reply.by, "text": reply.text})
    elif reply.answer is Answer.HAND_OVER:
        body = {"about": question.about, "by": reply.by, "to": reply.to, "text": reply.text}
        story.record("handed-over", body)
        raise UnansweredError
    elif reply.answer in (*question.choices, Answer.NOBODY):
        story.record("answered", _answer(question, reply, story.progress.part))
    else:
        # Who says what was not asked has not answered; asking again might go on for ever.
        raise UnansweredError


def _answer(question: Question, reply: Reply, part: Part) -> dict[str, Any]:
    said = {"text": reply.text, "token": reply.token}
    if reply.answer is Answer.SKIP:
        said["counts_as"] = _COUNTS_AS[part]
    return {
        "question": question.seq,
        "about": question.about,
        "answer": reply.answer.value,
        "by": reply.by,
        **{name: value for name, value in said.items() if value},
    }
