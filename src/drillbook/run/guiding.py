"""The next step + the runbook's own text → what an engineer who knows nothing is told of it."""

import re

from drillbook.model.plan import Plan
from drillbook.model.run import Guide, Part, RequestedStep
from drillbook.model.runbook import Check, Option, Runbook, Section, Step
from drillbook.model.sentence import Expectation
from drillbook.run.approving import shown
from drillbook.run.progress import (
    Progress,
    checks_of,
    expectation_of,
    is_procedure,
    option_of,
    options_of,
    steps_of,
)

WHY_CHARACTERS_MAX = 1_500
_HEADING = re.compile(r" {0,3}#{1,6} ")
_FENCE = re.compile(r"\s*(?:```|~~~)")
# The sentences of a step are shown as what healthy looks like, not as why it is done.
_OWN_LABEL = re.compile(r"\s*\*\*(?:Healthy|Unhealthy|Expect|Recovered|Capture):")


def guide_of(plan: Plan, progress: Progress) -> Guide:
    """What is told of the step that stands next."""
    steps = steps_of(plan, progress)
    step = steps[progress.index]
    acts = progress.part in (Part.OPTION, Part.UNDO)
    option = option_of(plan, progress) if acts else None
    stage = _stage_of(plan, option)
    return Guide(
        part=progress.part,
        title=_title(plan, progress),
        why=why(plan.runbook, step),
        healthy=_healthy(plan, progress),
        previous=progress.previous,
        number=progress.index + 1,
        count=len(steps),
        is_gate=is_procedure(plan) and progress.part is Part.CHECK,
        stage=stage,
        stages=len(options_of(plan)) if stage else 0,
        held_up=progress.failure if progress.part is Part.UNDO else "",
        step=RequestedStep(**shown(plan, step.name, progress.captures)),
        when=option.when.text if option and option.when else "",
        risk=option.risk if option else None,
        risk_text=option.risk_text if option else "",
        loses=option.loses.text if option and option.loses else "",
        failed=progress.because if progress.part_result is not None else "",
    )


def why(runbook: Runbook, step: Step) -> str:
    """The text between the step and what stands before it: a heading, or another step."""
    section = _section_of(runbook, step)
    if section is None:
        return ""
    found: list[str] = []
    for line in reversed(_lines_before(section, step)):
        if _HEADING.match(line) or _FENCE.match(line):
            break
        if not _OWN_LABEL.match(line):
            found.append(line.strip())
    return "\n".join(reversed(found)).strip()[:WHY_CHARACTERS_MAX]


def _section_of(runbook: Runbook, step: Step) -> Section | None:
    """The last section that begins before the step."""
    before = [each for each in runbook.sections if each.place.line <= step.place.line]
    return max(before, key=lambda each: each.place.line, default=None)


def _lines_before(section: Section, step: Step) -> list[str]:
    """The section's lines above the step's fence; none where it is not found in the text."""
    lines = section.text.splitlines()
    wanted = step.command.strip().splitlines()
    if not wanted:
        return []
    for number, line in enumerate(lines):
        if _FENCE.match(line) and _holds(lines[number + 1 :], wanted):
            return lines[:number]
    return []


def _holds(lines: list[str], wanted: list[str]) -> bool:
    return [line.strip() for line in lines[: len(wanted)]] == [line.strip() for line in wanted]


def _title(plan: Plan, progress: Progress) -> str:
    if progress.part is Part.CHECK:
        return _check(plan, progress).title
    if progress.part in (Part.OPTION, Part.UNDO):
        return option_of(plan, progress).title
    return "Has it succeeded?" if is_procedure(plan) else "Has it recovered?"


def _stage_of(plan: Plan, option: Option | None) -> int:
    """Which stage of a procedure it is, from 1; 0 for what is none."""
    if option is None or not is_procedure(plan):
        return 0
    return options_of(plan).index(option) + 1


def _healthy(plan: Plan, progress: Progress) -> tuple[str, ...]:
    """The sentences, each with its label, in the runbook's words."""
    if progress.part is Part.CHECK:
        check = _check(plan, progress)
        said = (("Healthy", check.healthy), ("Unhealthy", check.unhealthy))
        return tuple(_sentence(label, each) for label, each in said if each is not None)
    label = "Recovered" if progress.part is Part.VERIFICATION else "Expect"
    return (_sentence(label, expectation_of(plan, progress)),)


def _check(plan: Plan, progress: Progress) -> Check:
    return checks_of(plan)[progress.index]


def _sentence(label: str, expectation: Expectation | None) -> str:
    return f"{label}: {expectation.text if expectation else 'exit code is 0'}"
