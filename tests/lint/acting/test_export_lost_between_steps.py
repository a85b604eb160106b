"""Documents → what `export-lost-between-steps` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.export_lost_between_steps import LINT


@pytest.mark.parametrize(
    "setting",
    [
        "POD=$(a)",
        "export POD=a",
        "declare POD=a",
        "readonly POD=a",
        "read -r POD < a",
        "true; POD=a",
    ],
)
def test_a_variable_of_another_step_is_flagged(setting):
    """Each step is a process of its own."""
    text = runbook(check=setting, option='kubectl delete pod "$POD"')
    (finding,) = findings_of(LINT, text)
    assert 'set in the step "look"' in finding.message
    assert finding.help.startswith("add exports=POD ")


@pytest.mark.parametrize("use", ["$POD", "${POD}", '"$POD"', "a$POD/b"])
def test_every_use_of_it_is_found(use):
    """The first one of a step is underlined."""
    text = runbook(check="POD=a", option=f"echo {use} {use}")
    assert [use.strip('"').removeprefix("a").removesuffix("/b")] == marked(LINT, text)


@pytest.mark.parametrize(
    ("check", "option"),
    [
        ("POD=a", "ls"),
        ("POD=a", "POD=b; echo $POD"),
        ("POD=a", "for POD in a b; do echo $POD; done"),
        ("POD=a", "echo $PODS ${POD_NAME}"),
        ("POD=a; echo $POD", "ls"),
        ("POD=a run", "echo $OTHER"),
        ("ls", "echo $POD"),
        ("POD=a", "while read -r POD; do echo $POD; done < a"),
    ],
)
def test_a_variable_of_ones_own_is_fine(check, option):
    """Or one that nobody uses."""
    assert [] == findings_of(LINT, runbook(check=check, option=option))


def test_what_a_step_exports_is_seen():
    """By all that come later."""
    text = runbook(check="POD=a", option="echo $POD")
    assert [] == findings_of(LINT, text.replace("name=look", "name=look exports=POD"))


def test_an_input_is_seen():
    """It is in the environment of every step."""
    text = runbook(check="POD=$POD.x", option="echo $POD")
    assert [] == findings_of(LINT, text.replace("owner: team", "owner: team\ninputs:\n  pod: {}"))


def test_a_capture_is_seen():
    """As an input is."""
    text = runbook(check="POD=a\necho 3", option="echo $POD")
    text = text.replace(
        "exit code is 0.\n\n## Res", "exit code is 0.\n**Capture:** `pod` is number.\n\n## Res"
    )
    assert [] == findings_of(LINT, text)


def test_plain_markdown_is_typed_into_one_shell():
    """There the variable is still set."""
    assert [] == findings_of(LINT, plain("POD=a\n```\n\n```bash\necho $POD"))
