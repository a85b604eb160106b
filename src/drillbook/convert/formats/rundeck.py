"""The jobs of a Rundeck export, YAML or JSON → a procedure for each."""

import re
from collections.abc import Iterator

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
from drillbook.convert.text import one_line, slug
from drillbook.model.finding import Finding

REFERENCE = re.compile(
    r"\$\{(?:unquoted)?option\.([\w.-]+)(?:\.value)?\}|@(?:unquoted)?option\.([\w.-]+)@"
)
# What only Rundeck knows while it runs.
_CONTEXT = re.compile(
    r"\$\{(?:job|node|globals|data|export|step|config|file)\.[^}\s]*\}"
    r"|@(?:job|node|globals|data|export|step|config|file)\.[\w.:-]+@"
    r"|\$\{?RD_(?!OPTION_)[A-Z]+_"
)
ENVIRONMENT = re.compile(r"\$\{?RD_OPTION_([A-Z0-9_]+)\}?")
_MEANT = {
    "schedule": "when it is started", "schedules": "when it is started",
    "notification": "whom it tells", "nodefilters": "on which nodes it runs",
    "retry": "that it is tried again", "timeout": "how long the whole job may take",
    "orchestrator": "the order of its nodes", "plugins": "its plugins",
    "nodesSelectedByDefault": "", "multipleExecutions": "", "notifyAvgDurationThreshold": "",
}  # fmt: skip
_CURES = {
    "schedule": "ask for it at cron times with [[schedules]] of drillbook.toml",
    "schedules": "ask for it at cron times with [[schedules]] of drillbook.toml",
    "nodefilters": "name a target at each step, as on=NAME",
    "timeout": "give each step a timeout of its own",
    "retry": "write retry=N and idempotent=yes at steps that may be repeated",
}
_SHELLS = ("sh", "bash", "/bin/sh", "/bin/bash", "/usr/bin/bash", "/usr/bin/env bash", "sudo bash")
_PYTHONS = ("python", "python3", "/usr/bin/python3", "/usr/bin/env python3")


def may_be(source: Source) -> bool:
    """Whether it is a list of jobs, each with a sequence."""
    jobs = _jobs(source)
    return bool(jobs) and all(keys(entry(job, "sequence")) for job in jobs)


def _jobs(source: Source) -> list[Value]:
    return [job for document in source.values for job in listed(document)]


def convert(source: Source) -> Converted:
    """One file for each job, called after it."""
    leftovers: list[Finding] = []
    files: dict[str, str] = {}
    for number, value in enumerate(_jobs(source), 1):
        name = said(value, "name") or f"Job {number}"
        leftovers += _unsaid(value, one_line(name))
        job = Job(
            name=name,
            place=value.place,
            reference=REFERENCE,
            environment=ENVIRONMENT,
            description=said(value, "description"),
            service=said(value, "group"),
            inputs=tuple(_inputs(value, leftovers)),
            steps=tuple(_steps(value, leftovers)),
        )
        file = slug(name, f"job-{number}")
        while f"{file}.md" in files:
            file += "-2"
        files[f"{file}.md"] = job_page(job, source, leftovers)
    return Converted(files=files, leftovers=tuple(leftovers))


def _unsaid(job: Value, name: str) -> Iterator[Finding]:
    for key, what in _MEANT.items():
        if what and entry(job, key) is not None:
            cure = _CURES.get(key, "say it in the runbook's own words")
            place = job.key_places.get(key, job.place)
            yield leftover(place, f'the job "{name}" says {what}, which no runbook does', cure)
    sequence = entry(job, "sequence")
    if said(sequence, "keepgoing").lower() == "true" and sequence is not None:
        message = f'the job "{name}" goes on after a step that failed; an Option ends with it'
        yield leftover(sequence.place, message, "make two Options of it, or end such steps with 0")


def _inputs(job: Value, leftovers: list[Finding]) -> Iterator[JobInput]:
    """Newer exports list them, older ones have them by name."""
    options = entry(job, "options")
    named = [(said(each, "name"), each) for each in listed(options)] or list(keys(options).items())
    for name, option in named:
        if not name:
            leftovers.append(leftover(option.place, "an option has no name", "give it one"))
            continue
        secret = said(option, "secure") == "true" or said(option, "storagePath") != ""
        for key in ("valuesUrl", "storagePath", "multivalued"):
            if entry(option, key) is not None and said(option, key) != "false":
                message = f'the option "{one_line(name)}" has {key}, which no input has'
                leftovers.append(leftover(option.place, message, "say where its value comes from"))
        is_closed = said(option, "enforced") == "true"
        default = entry(option, "value")
        yield JobInput(
            name=name,
            place=option.place,
            default=default.text if default is not None else _none_needed(option),
            choices=texts(entry(option, "values")) if is_closed else (),
            pattern=said(option, "regex"),
            prompt=said(option, "label") or said(option, "description"),
            is_secret=secret,
        )


def _none_needed(option: Value) -> str | None:
    """What is not required is empty where nobody gives it."""
    return None if said(option, "required") == "true" else ""


def _steps(job: Value, leftovers: list[Finding]) -> Iterator[JobStep]:
    for step in listed(entry(entry(job, "sequence"), "commands")):
        if entry(step, "errorhandler") is not None:
            message = "a step says what to do when it fails, which only an Option can"
            leftovers.append(leftover(step.place, message, "make it an Option with a When"))
        yield _step(step, leftovers)


def _step(step: Value, leftovers: list[Finding]) -> JobStep:
    title = said(step, "description")
    command = said(step, "exec") or said(step, "script")
    language = _language(step)
    uses_own = _CONTEXT.search(command) is not None
    if command and language and not uses_own:
        given = said(step, "args")
        if given:
            message = f'the arguments "{one_line(given)}" of a script are not carried over'
            leftovers.append(leftover(step.place, message, "write them as variables into the step"))
            language = ""
        title = title or _first_words(command)
        return JobStep(place=step.place, title=title, command=command, language=language)
    cause = _cause(step, uses_own)
    cure = "write what it does as a step of the runbook"
    leftovers.append(leftover(step.place, f"{cause}, so it is shown and not run", cure))
    shown = command or _shown(step)
    return JobStep(place=step.place, title=title, command=shown, language="")


def _first_words(command: str) -> str:
    """Its first line that does something."""
    lines = (line.strip() for line in command.split("\n"))
    return one_line(next((line for line in lines if line and not line.startswith("#")), ""))


def _language(step: Value) -> str:
    if said(step, "exec"):
        return "sh"
    interpreter = said(step, "scriptInterpreter").strip()
    script = said(step, "script")
    first = script.split("\n", 1)[0]
    asked = interpreter or (first[2:].strip() if first.startswith("#!") else "sh")
    if asked in _PYTHONS:
        return "python"
    return "sh" if asked in _SHELLS else ""


def _cause(step: Value, uses_own: bool) -> str:
    if uses_own:
        return "a step asks for what only Rundeck knows while it runs"
    job = entry(step, "jobref")
    if job is not None:
        return f'a step is the job "{one_line(said(job, "name"))}"'
    if said(step, "scriptInterpreter") or said(step, "script"):
        return "a script is for an interpreter that no fence has"
    kinds = [key for key in ("scriptfile", "scripturl", "type") if said(step, key)]
    what = f"{kinds[0]} {one_line(said(step, kinds[0]))}" if kinds else "no command of ours"
    return f"a step is {what}"


def _shown(step: Value) -> str:
    lines = [f"{key}: {value.text}" for key, value in keys(step).items() if value.text]
    return "\n".join(lines) or "no command"
