"""A Recovered that does not say how long it has to hold."""

import pytest

from drillbook.lint.document.recovery_without_duration import LINT
from told import FRONT, severities, told


def verified(sentence: str, front: str = FRONT) -> str:
    """A verification with this sentence."""
    return f"{front}# It\n\n## Verification\n```sh {{ name=see }}\ntrue\n```\n{sentence}\n"


def test_the_sentence_is_underlined():
    """One good answer between two bad ones fulfils it."""
    text = verified("**Recovered:** exit code is 0.")
    assert ["11: exit code is 0"] == told(LINT, text)
    assert ["note"] == severities(LINT, text)


@pytest.mark.parametrize("said", ["for 10 s", "for 1 m, within 5 m"])
def test_a_duration_is_enough(said):
    """How long is the author's to know."""
    assert [] == told(LINT, verified(f"**Recovered:** exit code is 0, {said}."))


def test_within_alone_says_only_by_when():
    """It may be bad again right after."""
    text = verified("**Recovered:** exit code is 0, within 60 s.")
    assert ["11: exit code is 0, within 60 s"] == told(LINT, text)


def test_a_procedure_is_not_asked():
    """What it verifies does not come and go."""
    front = FRONT.replace("---\n", "---\nkind: procedure\n", 1)
    assert [] == told(LINT, verified("**Recovered:** exit code is 0.", front))


def test_no_sentence_at_all_is_another_lints():
    """Nothing that could be held."""
    assert [] == told(LINT, verified("Words."))
