"""One key, one answer; and what is asked for beside it."""

import pytest

from asked import guided
from drillbook.cli.guided_keys import ALL, KEYS, KEYS_FAILED, answer_of, key_lines, reply_of
from drillbook.model.people import Caller
from drillbook.model.run import Answer, Reply

ADA = Caller(name="ada", token="0123456789")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("r", Answer.YES),
        (" R \n", Answer.YES),
        ("run", Answer.YES),
        ("run it", Answer.YES),
        ("s", Answer.SKIP),
        ("p", Answer.RETRY),
        ("previous", Answer.RETRY),
        ("l", Answer.NO),
        ("n", Answer.NOTE),
        ("e", Answer.ESCALATE),
        ("hand over", Answer.HAND_OVER),
        ("q", Answer.STOP),
        ("", None),
        ("y", None),
        ("?", None),
        ("rr", None),
        ("rm -rf /", None),
    ],
)
def test_key(typed, expected):
    """A letter or its word; Enter alone, or anything else, is no answer."""
    assert expected == answer_of(typed, guided())


def test_after_a_failure():
    """`r` runs it again, `g` goes on."""
    failed = guided(failed="exit code is 1")
    assert (Answer.RETRY, Answer.YES) == (answer_of("r", failed), answer_of("g", failed))
    assert answer_of("p", failed) is None


@pytest.mark.parametrize("keys", [KEYS, KEYS_FAILED], ids=["before", "failed"])
def test_no_two_keys_are_alike(keys):
    """Neither their letters nor the first words of their names."""
    letters = [key.letter for key in keys.values()] + [ALL.letter]
    words = [key.word.partition(" ")[0] for key in keys.values()] + [ALL.word.partition(" ")[0]]
    assert sorted(set(letters)) == sorted(letters)
    assert len(set(words)) == len(words)


def test_only_what_can_be_answered_has_a_key():
    """A question that knows no RETRY offers none, and takes none."""
    question = guided()
    fewer = type(question)(
        about="a", text="b", detail="c", choices=(Answer.YES, Answer.STOP), guide=question.guide
    )
    assert ["", "[r] run it   [q] quit   [?] help"] == key_lines(fewer, 79)
    assert answer_of("p", fewer) is None


def said(answer: Answer, *lines: str) -> tuple[Reply | None, list[str]]:
    """The reply, and what was asked for it."""
    typed, prompts = iter(lines), []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return next(typed)

    return reply_of(answer, ADA, ask), prompts


@pytest.mark.parametrize("answer", [Answer.YES, Answer.NO, Answer.RETRY, Answer.STOP])
def test_most_keys_need_nothing_more(answer):
    """Whose answer it is, and by which token."""
    assert (Reply(answer=answer, by="ada", token="0123456789"), []) == said(answer)


@pytest.mark.parametrize("answer", [Answer.NOTE, Answer.ESCALATE, Answer.SKIP])
def test_own_words(answer):
    """A note, why they skip, what others should know."""
    reply, (_,) = said(answer, "the disk is new")
    assert Reply(answer=answer, by="ada", token="0123456789", text="the disk is new") == reply


@pytest.mark.parametrize("answer", [Answer.NOTE, Answer.SKIP])
def test_nothing_written_is_thinking_again(answer):
    """No empty note is kept, and nothing is skipped without a reason."""
    assert said(answer, "")[0] is None


def test_escalating_needs_no_words():
    """Who needs help has them in a hurry."""
    reply, _ = said(Answer.ESCALATE, "")
    assert reply is not None
    assert (Answer.ESCALATE, "") == (reply.answer, reply.text)


def test_hand_over():
    """To somebody, or to whoever takes it."""
    reply, (prompt,) = said(Answer.HAND_OVER, "bob")
    assert reply is not None
    assert ("bob", "To whom (empty: whoever takes it): ") == (reply.to, prompt)
    nobody, _ = said(Answer.HAND_OVER, "")
    assert nobody is not None
    assert "" == nobody.to


def test_hand_over_to_somebody_who_is_there():
    """Where there are people, a name that none of them has is asked for again."""
    typed = iter(["bbo", "bob"])
    reply = reply_of(Answer.HAND_OVER, ADA, lambda _: next(typed), {"ada", "bob"})
    assert reply is not None
    assert "bob" == reply.to
