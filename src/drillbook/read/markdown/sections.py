"""The sections of a runbook → its Checks, Options and Verification, and Findings.

A sentence applies to the step before it, up to the next step or heading; When, Risk, Loses
and Undo apply to their Option.
"""

from dataclasses import dataclass, field, replace

from drillbook.model.document import Block, Fence, Heading
from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place
from drillbook.model.runbook import Check, Option, Step, Verification
from drillbook.model.sentence import Capture, Condition, Expectation, Loses, Risk
from drillbook.read.markdown.anchors import slug
from drillbook.read.markdown.labels import Label, labels_of
from drillbook.read.markdown.outline import Stretch, parts
from drillbook.read.markdown.steps import StepReader
from drillbook.read.markdown.synonyms import DIAGNOSIS, RESOLUTION, VERIFICATION
from drillbook.read.sentences.sentence import (
    read_capture,
    read_condition,
    read_expectation,
    read_loses,
    read_risk,
)
from drillbook.read.sentences.wording import quote

UNDO_TITLES = ("undo", "rollback", "roll back", "revert", "how to undo")
STEP_LABELS = {
    DIAGNOSIS: ("Healthy", "Unhealthy", "Capture"),
    RESOLUTION: ("Expect", "Capture"),
    VERIFICATION: ("Recovered", "Capture"),
}
OPTION_LABELS = ("When", "Risk", "Loses", "Undo")


@dataclass(slots=True)
class StepText:
    """A step and what the sentences after it say."""

    step: Step
    title: str
    is_undo: bool = False
    said: dict[str, Expectation | None] = field(default_factory=dict)
    captures: list[Capture] = field(default_factory=list)

    def finished(self) -> Step:
        return replace(self.step, expect=self.said.get("Expect"), captures=tuple(self.captures))


@dataclass(slots=True)
class OptionText:
    """What the sentences say of an Option."""

    labels: set[str] = field(default_factory=set)
    when: Condition | None = None
    risk: Risk | None = None
    risk_place: Place | None = None
    risk_text: str = ""
    loses: Loses | None = None
    undo_text: str = ""


class SectionReader:
    """Reads the sections of one runbook one after the other; Findings gather on the way."""

    def __init__(
        self,
        path: str,
        lines: list[str],
        steps: StepReader,
        findings: list[Finding],
        *,
        is_procedure: bool = False,
    ) -> None:
        self._path = path
        self._lines = lines
        self._steps = steps
        self._findings = findings
        self._is_procedure = is_procedure

    def checks(self, section: Stretch) -> list[Check]:
        return [
            Check(
                place=text.step.place,
                title=text.title,
                step=text.finished(),
                healthy=text.said.get("Healthy"),
                unhealthy=text.said.get("Unhealthy"),
            )
            for text in self._walk(section, section.blocks, DIAGNOSIS, OptionText())
        ]

    def verification(self, section: Stretch) -> list[Verification]:
        texts = self._walk(section, section.blocks, VERIFICATION, OptionText())
        return [
            Verification(
                place=text.step.place, step=text.finished(), recovered=text.said.get("Recovered")
            )
            for text in texts
        ]

    def options(self, section: Stretch) -> list[Option]:
        """The parts under the section's headings; fences before the first are one of their own."""
        preface, *headed = parts(section)
        assert section.heading is not None, "only sections with a title have a role"
        has_fences = any(isinstance(block, Fence) for block in preface.blocks)
        first = [self._option(section, section.heading, preface.blocks)] if has_fences else []
        found = first + [
            self._option(part, part.heading, part.blocks) for part in headed if part.heading
        ]
        return [
            option for option in found if option.steps or option.anchor != section.heading.anchor
        ]

    def _option(self, part: Stretch, heading: Heading, blocks: list[Block]) -> Option:
        said = OptionText()
        steps = self._walk(part, blocks, RESOLUTION, said)
        place = Place(path=self._path, line=heading.line, column=heading.column)
        option = Option(
            place=place,
            title=heading.title,
            anchor=heading.anchor,
            when=said.when,
            risk=said.risk or Risk.DESTRUCTIVE,
            risk_place=said.risk_place,
            risk_text=said.risk_text,
            loses=said.loses,
            undo_text=said.undo_text,
            steps=tuple(text.finished() for text in steps if not text.is_undo),
            undo=tuple(text.finished() for text in steps if text.is_undo),
        )
        self._flag_missing(option, said)
        return option

    def _flag_missing(self, option: Option, said: OptionText) -> None:
        if not option.steps:
            return
        title = quote(option.title)
        if "When" not in said.labels and not self._is_procedure:
            message = f'the option "{title}" does not say when it applies, so it is never chosen'
            cure = "add **When:** and a condition, such as `check` is unhealthy."
            self._flag(option.place, "option-without-when", message, cure)
        if "Risk" not in said.labels:
            message = f'the option "{title}" does not say its risk, so it counts as destructive'
            cure = "add **Risk:** none, disruptive or destructive."
            self._flag(option.place, "option-without-risk", message, cure)

    def _walk(
        self, part: Stretch, blocks: list[Block], role: str, option: OptionText
    ) -> list[StepText]:
        """The steps among the blocks, each with its sentences."""
        texts: list[StepText] = []
        heading = part.heading
        current: StepText | None = None
        # The level of the heading under which everything undoes; 0 where a sentence said so,
        # which no heading inside the Option takes back.
        undo_level: int | None = None
        for block in blocks:
            if isinstance(block, Heading):
                heading, current = block, None
                if undo_level is not None and block.level <= undo_level:
                    undo_level = None
                if undo_level is None and block.title.strip(" :").casefold() in UNDO_TITLES:
                    undo_level = block.level
            elif isinstance(block, Fence):
                title = heading.title if heading else ""
                step = self._steps.read(block, slug(title))
                if step is not None:
                    current = StepText(step, title, undo_level is not None)
                    texts.append(current)
            else:
                for label in labels_of(block, self._lines, self._path):
                    undo_level = 0 if label.name == "Undo" else undo_level
                    self._apply(label, role, current, option)
        return texts

    def _apply(self, label: Label, role: str, current: StepText | None, option: OptionText) -> None:
        if role == RESOLUTION and label.name in OPTION_LABELS:
            self._apply_to_option(label, option)
        elif label.name not in STEP_LABELS[role]:
            labels = [*STEP_LABELS[role], *(OPTION_LABELS if role == RESOLUTION else ())]
            message = f'a "{label.name}" in a {role} section is read by nothing'
            cure = f"labels of this section are {', '.join(labels)}"
            self._flag(label.place, "sentence-out-of-place", message, cure)
        elif current is None:
            message = f'a "{label.name}" stands before any step that it could speak of'
            cure = "put it below the block that it speaks of"
            self._flag(label.place, "sentence-without-step", message, cure)
        elif label.name == "Capture":
            capture, flaws = read_capture(label.text, label.place)
            self._findings += flaws
            current.captures += [capture] if capture else []
        else:
            self._apply_expectation(label, current)

    def _apply_expectation(self, label: Label, current: StepText) -> None:
        expectation, flaws = read_expectation(label.text, label.place)
        self._findings += flaws
        if label.name in current.said:
            self._flag_twice(label)
            return
        current.said[label.name] = expectation

    def _apply_to_option(self, label: Label, option: OptionText) -> None:
        if label.name in option.labels:
            self._flag_twice(label)
            return
        option.labels.add(label.name)
        flaws: tuple[Finding, ...] = ()
        if label.name == "When":
            option.when, flaws = read_condition(label.text, label.place)
        elif label.name == "Risk":
            option.risk, flaws = read_risk(label.text, label.place)
            option.risk_place, option.risk_text = label.place, label.text.strip()
        elif label.name == "Loses":
            option.loses, flaws = read_loses(label.text, label.place)
        else:
            option.undo_text = label.text.strip()
        self._findings += flaws

    def _flag_twice(self, label: Label) -> None:
        message = f'a second "{label.name}" where one counts'
        cure = 'join the two with "and"'
        self._flag(label.place, "duplicate-sentence", message, cure, Severity.ERROR)

    def _flag(
        self,
        place: Place,
        lint: str,
        message: str,
        cure: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        self._findings.append(
            Finding(place=place, lint=lint, message=message, help=cure, severity=severity)
        )
