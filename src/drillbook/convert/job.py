"""A job of another tool, as far as it was understood → a runbook of kind procedure.

Another tool's job says what to run, and never when it may be, what it risks or what it loses:
that is said to be unsaid, and nothing is made up.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from drillbook.convert.page import Heading, Part, Sentences, StepPart, Words, page
from drillbook.convert.references import filled
from drillbook.convert.source import Source, leftover
from drillbook.convert.text import inline, one_line, slug, words
from drillbook.model.finding import Finding
from drillbook.model.place import Place

UNSAID_RISK = "destructive. Not said by the source: look at the steps before you lower it."
# A question is one line of a terminal.
PROMPT_CHARS_MAX = 200
_NO_NAME = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobInput:
    """A value that the job is given. `name` is the other tool's."""

    name: str
    place: Place
    default: str | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    prompt: str = ""
    type: str = ""
    is_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStep:
    """`language` is one that runs, or empty for what nobody can run here."""

    place: Place
    title: str
    command: str
    language: str = "sh"
    attributes: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """All that was understood of one job; `reference` finds its inputs in commands.

    `environment` finds variables by which the other tool's shell has them, its name in group 1.
    """

    name: str
    place: Place
    reference: re.Pattern[str]
    environment: re.Pattern[str] | None = None
    description: str = ""
    service: str = ""
    inputs: tuple[JobInput, ...] = ()
    steps: tuple[JobStep, ...] = ()


def job_page(job: Job, source: Source, leftovers: list[Finding]) -> str:
    """The text of its runbook; what could not be carried over is added to `leftovers`."""
    variables = _variables(job, source)
    job = replace(job, steps=tuple(_with_variables(step, job, variables) for step in job.steps))
    parts = list(_parts(job, variables.get, leftovers))
    front: dict[str, object] = {
        "kind": "procedure",
        "service": one_line(job.service),
        "owner": source.owner,
        "inputs": {
            variables[one.name].lower(): _input(one, source, leftovers) for one in job.inputs
        },
    }
    return page(front, inline(job.name), parts)


def _with_variables(step: JobStep, job: Job, variables: Mapping[str, str]) -> JobStep:
    """With our names of the variables that the other tool sets; they stand where they stood."""
    if job.environment is None or step.language != "sh":
        return step
    theirs = {_NO_NAME.sub("_", name).upper(): variable for name, variable in variables.items()}

    def ours(found: re.Match[str]) -> str:
        return f"${{{theirs[found[1]]}}}" if found[1] in theirs else found[0]

    return replace(step, command=job.environment.sub(ours, step.command))


def _variables(job: Job, source: Source) -> dict[str, str]:
    """By the other tool's name; in capitals, each once."""
    found: dict[str, str] = {}
    for one in job.inputs:
        plain = _NO_NAME.sub("_", one.name).strip("_").lower() or "input"
        plain = plain if source.may_be_input(plain) else f"input_{plain}"
        name, count = plain, 1
        while name.upper() in found.values():
            count += 1
            name = f"{plain}_{count}"
        found[one.name] = name.upper()
    return found


def _input(one: JobInput, source: Source, leftovers: list[Finding]) -> dict[str, object]:
    said: dict[str, object] = {"type": one.type} if one.type else {}
    if one.pattern and source.may_be_pattern(one.pattern):
        said["pattern"] = one.pattern
    elif one.pattern:
        message = f'the pattern of "{one_line(one.name)}" is no RE2 pattern'
        leftovers.append(leftover(one.place, message, "write one without looking around"))
    if one.choices:
        said["choices"] = one.choices
    if one.default is not None and not one.is_secret:
        said["default"] = one.default
    if one.is_secret:
        said["secret"] = True
    prompt = one_line(one.prompt, PROMPT_CHARS_MAX)
    return {**said, "prompt": prompt} if prompt else said


def _parts(
    job: Job, variable: Callable[[str], str | None], leftovers: list[Finding]
) -> Iterator[Part]:
    if job.description.strip():
        yield Words(text=words(job.description))
    yield Heading(title="Procedure")
    yield Heading(title=inline(job.name), level=3)
    yield Sentences(said={"Risk": UNSAID_RISK})
    names: set[str] = set()
    for number, step in enumerate(job.steps, 1):
        title = one_line(step.title) or f"Step {number}"
        yield Heading(title=inline(title), level=4)
        if step.words.strip():
            yield Words(text=words(step.words))
        name = _unused(slug(title, f"step-{number}"), names)
        part = _step(step, job, name, variable, leftovers)
        if "approve" in step.attributes and "approve" not in part.attributes:
            message = f"the step {name} waits for an approval, and is shown and not run"
            leftovers.append(
                leftover(step.place, message, "write approve=1 at the step it becomes")
            )
        yield part


def _unused(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken."""
    said, count = name, 1
    while said in taken:
        count += 1
        said = f"{name}-{count}"
    taken.add(said)
    return said


def _step(
    step: JobStep,
    job: Job,
    name: str,
    variable: Callable[[str], str | None],
    leftovers: list[Finding],
) -> StepPart:
    if step.language != "sh":
        is_plain = bool(step.language) and not job.reference.search(step.command)
        if step.language and not is_plain:
            leftovers.append(_not_filled(step, name))
        language = step.language if is_plain else "text"
        return StepPart(
            language=language,
            command=step.command,
            attributes={"name": name, **step.attributes} if is_plain else {},
        )
    script = filled(step.command, job.reference, variable)
    if script.text is None:
        leftovers.append(_not_filled(step, name))
        return StepPart(language="text", command=step.command)
    # Both tools go on when a command ends with 0, and only then.
    return StepPart(
        language="sh",
        command=script.text,
        attributes={"name": name, **step.attributes},
        said={"Expect": "exit code is 0."},
    )


def _not_filled(step: JobStep, name: str) -> Finding:
    return leftover(
        step.place,
        f"the step {name} puts a value where it would be read as commands or as a query, "
        "so it is shown and not run",
        'write it with the variable in double quotes, as in "$NAME", outside of other languages',
    )
