"""Documents of Systems Manager become procedures; what only AWS can do is said."""

import pytest

from drillbook.convert.formats import ssm
from drillbook.model.runbook import InputType, Kind
from sources import only, sample, source_of, steps_of

HEAD = "schemaVersion: '{}'\nparameters:\n  Folder: {{type: String}}\nmainSteps:\n"


def converted(steps, version="0.3", more=""):
    return only(ssm.convert(source_of(HEAD.format(version) + steps + more, "clean-up.yaml")))


def shell(command, **more):
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    inputs = f"inputs: {{runCommand: [{command}]}}"
    return f"  - {{name: a, action: 'aws:runShellScript', {inputs}{extra}}}\n"


def test_parameters_are_inputs():
    """With types, choices, patterns and questions."""
    runbook, _, leftovers = only(ssm.convert(sample("automation.yaml")))
    assert Kind.PROCEDURE is runbook.kind
    inputs = {one.name: one for one in runbook.inputs}
    assert ("^i-[0-9a-f]{8,17}$", "The instance") == (
        inputs["instanceid"].pattern,
        inputs["instanceid"].prompt,
    )
    assert (InputType.INTEGER, "3") == (inputs["count"].type, inputs["count"].default)
    assert (("soft", "hard"), "soft") == (inputs["mode"].choices, inputs["mode"].default)
    assert any('"Tags" is a StringList' in message for message in leftovers)


def test_a_command_document_in_json():
    """With tabs, as people indent it, and its own time limit."""
    runbook, text, leftovers = only(ssm.convert(sample("command.json")))
    step = steps_of(runbook)["clean"]
    assert 60.0 == step.timeout_s
    assert "set -e\nfind \"${FOLDER}\" -name '*.tmp' -delete" == step.command
    assert ("/tmp", 2) == (runbook.inputs[0].default, len(leftovers))
    assert "Remove-Item {{ folder }}" in text


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("'ls {{ Folder }}'", 'ls "${FOLDER}"'),
        ("'ls {{Folder}}', 'true'", 'ls "${FOLDER}"\ntrue'),
        ("'ls \"{{ Folder }}/x\"'", 'ls "${FOLDER}/x"'),
    ],
)
def test_references_become_variables(command, expected):
    """In both kinds of documents."""
    for version in ("2.2", "0.3"):
        runbook, _, leftovers = converted(shell(command), version)
        assert ([expected], []) == ([s.command for s in steps_of(runbook).values()], leftovers)


@pytest.mark.parametrize(
    "command", ["'ls {{ global:DATE }}'", "'ls {{ other.Output }}'", "'eval {{ Folder }}'"]
)
def test_what_only_aws_knows_is_shown(command):
    """And what would become a command."""
    runbook, text, leftovers = converted(shell(command))
    assert ({}, 1) == (steps_of(runbook), len(leftovers))
    assert "```text" in text


def test_sleeping_is_a_step_and_approving_an_attribute():
    """Of the step that waits for it."""
    steps = (
        "  - {name: ok, action: 'aws:approve', inputs: {MinRequiredApprovals: 2}}\n"
        "  - {name: nap, action: 'aws:sleep', inputs: {Duration: PT1H1M5S}}\n"
    )
    runbook, _, leftovers = converted(steps)
    (step,) = steps_of(runbook).values()
    assert ("sleep 3665", 2, []) == (step.command, step.approve, leftovers)


def test_an_approval_is_never_lost_in_silence():
    """Where its step cannot be run, or there is none."""
    approve = "  - {name: ok, action: 'aws:approve'}\n"
    assert any("an approval at the end" in m for m in converted(shell("a") + approve)[2])
    _, _, leftovers = converted(approve + "  - {name: x, action: 'aws:pause'}\n")
    assert any("waits for an approval" in message for message in leftovers)


@pytest.mark.parametrize(
    ("steps", "because"),
    [
        (shell("a", onFailure="Continue"), "says Continue on failure"),
        (shell("a", onFailure="'step:b'"), "says step:b on failure"),
        (shell("a", nextStep="z"), "which step comes next"),
        (shell("a", isEnd="true") + shell("b"), "that it ends here"),
        (shell("a", maxAttempts="3"), "that it is tried again"),
        (shell("a", outputs="[x]"), "what it hands on"),
        (shell("a", precondition="{x: y}"), "where it runs at all"),
        ("  - {name: b, action: 'aws:executeAwsApi', inputs: {Api: X}}\n", "aws:executeAwsApi has"),
        ("  - {name: b, action: 'aws:sleep', inputs: {Timestamp: x}}\n", "aws:sleep has"),
        ("  - {name: b}\n", "without a name has no step"),
    ],
)
def test_another_order_of_steps_is_said(steps, because):
    """Steps of an Option come one after the other, and a failed one ends it."""
    _, _, leftovers = converted(steps)
    assert any(because in message for message in leftovers), leftovers


def test_what_is_as_ours_is_not_worth_a_word():
    """Abort on failure, the next step by its name, the end at the end."""
    first = shell("a", onFailure="Abort", nextStep="b").replace("name: a", "name: x")
    last = shell("c", isEnd="true").replace("name: a", "name: b")
    runbook, _, leftovers = converted(first + last)
    assert (["x", "b"], []) == (list(steps_of(runbook)), leftovers)


def test_a_role_and_another_schema_are_said():
    """The first has no place in a runbook, the second is not known."""
    assert any("as whom it runs" in m for m in converted(shell("a"), more="assumeRole: x\n")[2])
    done = ssm.convert(source_of(HEAD.format("1.2") + shell("a"), "x.yaml"))
    assert ({}, 1) == (done.files, len(done.leftovers))


@pytest.mark.parametrize("text", ["", "a: b", "mainSteps: [a]", "schemaVersion: '0.3'", "- x"])
def test_other_yaml_is_none_of_it(text):
    """Nor does it raise."""
    assert not ssm.may_be(source_of(text))
