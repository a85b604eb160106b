"""A document of AWS Systems Manager, Command (2.2) or Automation (0.3) → a procedure."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from drillbook.convert.job import Job, JobInput, JobStep, job_page
from drillbook.convert.source import (
    Converted,
    Source,
    Value,
    entry,
    keys,
    leftover,
    listed,
    said,
    texts,
)
from drillbook.convert.text import one_line, slug, spoken
from drillbook.model.finding import Finding

REFERENCE = re.compile(r"\{\{\s*(?:ssm:)?([\w.:/-]+)\s*\}\}")
VERSIONS = ("2.2", "0.3")
_TYPES = {"String": "", "Integer": "integer", "Boolean": "boolean"}
_SHELL_DOCUMENTS = ("AWS-RunShellScript", "AWS-RunRemoteScript")
_SLEEP = re.compile(r"PT(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?")
# Keys of a step that change what is run next, or how.
_FLOW = {
    "nextStep": "which step comes next", "isEnd": "that it ends here",
    "onCancel": "what to do when it is cancelled", "precondition": "where it runs at all",
    "outputs": "what it hands on", "maxAttempts": "that it is tried again",
}  # fmt: skip
_GOES_ON = ("Continue", "continue")


def may_be(source: Source) -> bool:
    """Whether it has a schema version and steps."""
    return any(
        said(document, "schemaVersion") and listed(entry(document, "mainSteps"))
        for document in source.values
    )


def convert(source: Source) -> Converted:
    """One file, called after the source."""
    leftovers: list[Finding] = []
    files: dict[str, str] = {}
    name = PurePosixPath(source.path).stem
    for number, document in enumerate(source.values, 1):
        version = said(document, "schemaVersion")
        if version not in VERSIONS:
            message = f'a document of schema "{one_line(version)}" is not carried over'
            leftovers.append(
                leftover(document.place, message, f"versions are {' and '.join(VERSIONS)}")
            )
            continue
        leftovers += _unsaid(document)
        job = Job(
            name=spoken(name),
            place=document.place,
            reference=REFERENCE,
            description=said(document, "description"),
            inputs=tuple(_inputs(document, leftovers)),
            steps=tuple(_steps(document, leftovers)),
        )
        file = slug(spoken(name), "document") + (f"-{number}" if number > 1 else "")
        files[f"{file}.md"] = job_page(job, source, leftovers)
    return Converted(files=files, leftovers=tuple(leftovers))


def _unsaid(document: Value) -> Iterator[Finding]:
    for key, what in (("assumeRole", "as whom it runs"), ("outputs", "what it gives back")):
        if entry(document, key) is not None:
            message = f"the document says {what}, which no runbook does"
            place = document.key_places.get(key, document.place)
            yield leftover(place, message, "give its steps a target that does it")


def _inputs(document: Value, leftovers: list[Finding]) -> Iterator[JobInput]:
    for name, parameter in keys(entry(document, "parameters")).items():
        kind = said(parameter, "type")
        if kind not in _TYPES:
            message = f'the parameter "{one_line(name)}" is a {one_line(kind)}; it becomes a text'
            leftovers.append(leftover(parameter.place, message, "give it as one text"))
        default = entry(parameter, "default")
        is_text = default is not None and default.items is None and default.entries is None
        yield JobInput(
            name=name,
            place=parameter.place,
            default=default.text if default is not None and is_text else None,
            choices=texts(entry(parameter, "allowedValues")),
            pattern=said(parameter, "allowedPattern"),
            prompt=said(parameter, "description"),
            type=_TYPES.get(kind, ""),
        )


def _steps(document: Value, leftovers: list[Finding]) -> Iterator[JobStep]:
    steps = listed(entry(document, "mainSteps"))
    approvals = 0
    for number, step in enumerate(steps):
        if said(step, "action") == "aws:approve":
            approvals = _approvals(step)
            continue
        after = steps[number + 1] if number + 1 < len(steps) else None
        leftovers += _flow(step, after)
        made = _step(step, leftovers, approvals)
        approvals = 0
        yield made
    if approvals:
        message = "an approval at the end has no step that it could hold up"
        leftovers.append(leftover(steps[-1].place, message, "write it into the Escalation"))


def _approvals(step: Value) -> int:
    count = said(entry(step, "inputs"), "MinRequiredApprovals")
    return min(max(int(count), 1), 100) if count.isdecimal() and len(count) < 4 else 1


def _flow(step: Value, after: Value | None) -> Iterator[Finding]:
    name = one_line(said(step, "name"))
    for key, what in _FLOW.items():
        is_next = key == "nextStep" and after is not None and said(step, key) == said(after, "name")
        is_last = key == "isEnd" and (after is None or said(step, key) == "false")
        if entry(step, key) is not None and not is_next and not is_last:
            message = f'the step "{name}" says {what}; steps of an Option come one after the other'
            yield leftover(step.key_places.get(key, step.place), message, "make Options of it")
    failure = said(step, "onFailure")
    if failure and failure not in ("Abort", "exit"):
        message = f'the step "{name}" says {one_line(failure)} on failure; an Option ends with it'
        yield leftover(step.key_places["onFailure"], message, "make an Option with a When of it")


def _step(step: Value, leftovers: list[Finding], approvals: int) -> JobStep:
    action, inputs = said(step, "action"), entry(step, "inputs")
    title = said(step, "name")
    attributes = {"approve": str(approvals)} if approvals else {}
    seconds = said(inputs, "timeoutSeconds") or said(step, "timeoutSeconds")
    if seconds.isdecimal() and 0 < int(seconds[:6]) <= 86_400:
        attributes["timeout"] = f"{int(seconds[:6])}s"
    command = _command(action, inputs, step, leftovers)
    if command is not None:
        return JobStep(
            place=step.place, title=spoken(title), command=command, attributes=attributes
        )
    message = f"the action {one_line(action) or 'without a name'} has no step of ours"
    cure = "write what it does as a step, with the aws program for instance"
    leftovers.append(leftover(step.place, f"{message}, so it is shown and not run", cure))
    shown = "\n".join(_shown(step, 0)) or action
    return JobStep(
        place=step.place,
        title=spoken(title),
        command=shown,
        language="",
        attributes=attributes,
    )


def _command(
    action: str, inputs: Value | None, step: Value, leftovers: list[Finding]
) -> str | None:
    """What a shell runs for it; None where no shell does."""
    if action == "aws:runShellScript":
        return "\n".join(texts(entry(inputs, "runCommand"))) or None
    if action == "aws:sleep":
        found = _SLEEP.fullmatch(said(inputs, "Duration"))
        parts = [int(part or 0) for part in found.groups()] if found else []
        return f"sleep {parts[0] * 3600 + parts[1] * 60 + parts[2]}" if parts else None
    if action == "aws:runCommand" and said(inputs, "DocumentName") in _SHELL_DOCUMENTS[:1]:
        for key in ("InstanceIds", "Targets"):
            if entry(inputs, key) is not None:
                message = f'the step "{one_line(said(step, "name"))}" names instances by {key}'
                cure = "name a target at the step, as on=NAME"
                leftovers.append(leftover(step.place, message, cure))
        parameters = entry(inputs, "Parameters")
        return "\n".join(texts(entry(parameters, "commands"))) or None
    return None


def _shown(value: Value, depth: int) -> Iterator[str]:
    """The step as it stands in the source, for people to read."""
    indent = "  " * depth
    for key, inner in keys(value).items():
        if inner.entries is None and inner.items is None:
            yield from (f"{indent}{key}: {line}" for line in inner.text.split("\n")[:50])
        elif depth < 8:
            yield f"{indent}{key}:"
            yield from _shown(inner, depth + 1)
    for item in listed(value):
        if item.entries is None and item.items is None:
            yield f"{indent}- {item.text}"
        elif depth < 8:
            yield f"{indent}-"
            yield from _shown(item, depth + 1)
