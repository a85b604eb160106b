"""Parts become the Markdown of a runbook that the reader understands."""

from drillbook.convert.page import Heading, Sentences, StepPart, Words, page
from drillbook.read.markdown.runbook import read_document

PARTS = (
    Words(text="Some words."),
    Heading(title="Diagnosis"),
    StepPart(
        language="sh",
        command="true",
        attributes={"name": "a", "timeout": "5s"},
        said={"Healthy": "exit code is 0.", "Unhealthy": "exit code is 1."},
    ),
    Heading(title="Resolution"),
    Heading(title="Mend it", level=3),
    Sentences(said={"When": "`a` is unhealthy.", "Risk": "none.", "Loses": "nothing."}),
    StepPart(language="sh", command="mend", attributes={"name": "b", "timeout": "5s"}),
)


def test_what_was_put_in_is_read_again():
    """Front matter, checks, options and sentences."""
    front = {
        "owner": "platform",
        "alerts": ("A", "B c"),
        "objectives": {"detect": "2m", "recover": "5m"},
        "inputs": {"host": {"from": "label.host", "choices": ("a", "b"), "secret": True}},
        "severity": "",
    }
    document = read_document(page(front, "Title", PARTS), "a.md")
    assert () == document.findings
    (runbook,) = document.runbooks
    assert ("Title", "platform", ("A", "B c"), None) == (
        runbook.title,
        runbook.owner,
        runbook.alerts,
        runbook.severity,
    )
    assert (120.0, 300.0) == (runbook.objectives.detect_s, runbook.objectives.recover_s)
    (given,) = runbook.inputs
    assert ("host", "label.host", ("a", "b"), True) == (
        given.name,
        given.source,
        given.choices,
        given.is_secret,
    )
    (check,) = runbook.checks
    assert (5.0, "true") == (check.step.timeout_s, check.step.command)
    assert check.healthy is not None
    assert check.unhealthy is not None
    (option,) = runbook.options
    assert ("none", ["b"]) == (option.risk.value, [step.name for step in option.steps])


def test_without_anything_to_say_there_is_no_front_matter():
    """Keys without a value are left out."""
    assert "# T\n\n## A\n" == page({"owner": "", "alerts": ()}, "T", [Heading(title="A")])


def test_a_fence_without_attributes_has_no_braces():
    """As for what is shown and not run."""
    assert "# T\n\n```text\na\n```\n" == page({}, "T", [StepPart(language="text", command="a")])
