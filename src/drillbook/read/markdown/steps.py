"""A fence → a Step with a name of its own, or None where the fence is not run."""

from collections.abc import Sequence
from dataclasses import replace

from drillbook.model.document import Fence
from drillbook.model.finding import Finding, Fix, Severity
from drillbook.model.place import Place
from drillbook.model.runbook import Step
from drillbook.read.markdown.commands import (
    RUNNABLE,
    SHELLS,
    SHOWN,
    Command,
    placeholder_in,
    read_command,
)
from drillbook.read.markdown.fence import FenceInfo, read_info
from drillbook.read.sentences.wording import quote, slip_of

LANGUAGE_CHARS_MAX = 12


class StepReader:
    """Reads the fences of one runbook; knows which names are given and which are taken."""

    def __init__(
        self,
        path: str,
        fences: list[Fence],
        findings: list[Finding],
        lines: Sequence[str] = (),
    ) -> None:
        """`lines` are those of the whole file; without them places are those of fences."""
        self._path = path
        self._lines = lines
        self._findings = findings
        self._places = {
            fence.line: Place(path=path, line=fence.line, column=fence.column) for fence in fences
        }
        self._infos = {
            fence.line: read_info(fence.info, self.place(fence), self._info_column(fence))
            for fence in fences
        }
        self._given = {info.name for info, _ in self._infos.values() if info.name}
        self._taken: dict[str, Place] = {}
        self._counts: dict[str, int] = {}
        self._read_lines: set[int] = set()

    def place(self, fence: Fence) -> Place:
        return self._places[fence.line]

    def _info_column(self, fence: Fence) -> int:
        """Where the info begins; 0 where the line does not show it as it is."""
        line = self._lines[fence.line - 1] if fence.line <= len(self._lines) else ""
        mark = line[fence.column - 1 : fence.column]
        behind = line[fence.column - 1 :].lstrip(mark) if mark else ""
        info = fence.info.strip()
        is_as_it_is = bool(info) and behind.strip() == info
        return line.rindex(info) + 1 if is_as_it_is else 0

    def _place_of(self, text: str, fence: Fence) -> Place:
        """Where the text stands in the fence; the fence's own place where it is not found."""
        end = min(fence.end_line - 1, len(self._lines))
        for number in range(fence.content_line, end + 1):
            start = self._lines[number - 1].find(text)
            if start >= 0:
                return Place(
                    path=self._path,
                    line=number,
                    column=start + 1,
                    end_line=number,
                    end_column=start + 1 + len(text),
                )
        return self.place(fence)

    def read(self, fence: Fence, slug: str) -> Step | None:
        """`slug` names the step where its fence does not."""
        info, flaws = self._infos[fence.line]
        self._read_lines.add(fence.line)
        if info.language not in RUNNABLE:
            self._findings += self._slip_of_language(info.language, fence)
            return None
        command = read_command(info.language, fence.content)
        if not command.text:
            return None
        self._findings += flaws
        self._flag_command(command, info.language, fence)
        return self._step(fence, info, command, slug)

    def _step(self, fence: Fence, info: FenceInfo, command: Command, slug: str) -> Step:
        return Step(
            place=self.place(fence),
            name=self._name(info, slug, self.place(fence)),
            language=info.language,
            command=command.text,
            command_line=fence.content_line + command.line,
            is_named=info.name is not None,
            timeout_s=info.timeout_s,
            on=info.on,
            is_idempotent=info.is_idempotent,
            approve=info.approve,
            retry=info.retry,
            every_s=info.every_s,
            cwd=info.cwd,
            interpreter=info.interpreter,
            is_background=info.background,
            is_interactive=info.interactive,
            is_excluded=info.is_excluded,
            tags=info.tags,
            exports=info.exports,
        )

    def _name(self, info: FenceInfo, slug: str, place: Place) -> str:
        if info.name is None:
            return self._made_name(slug or "step", place)
        first = self._taken.setdefault(info.name, place)
        if first is not place:
            message = (
                f'two steps are named "{quote(info.name)}": here and at {first.path}:{first.line}'
            )
            self._flag(place, "duplicate-step-name", message, "give one of them another name")
        return info.name

    def _made_name(self, slug: str, place: Place) -> str:
        name = slug
        while name in self._taken or name in self._given:
            self._counts[slug] = self._counts.get(slug, 1) + 1
            name = f"{slug}-{self._counts[slug]}"
        self._taken[name] = place
        return name

    def flag_unread(self) -> None:
        """A fence with a name that stands where nothing is run was surely meant to be run."""
        for line, (info, _) in self._infos.items():
            if info.name is not None and line not in self._read_lines:
                message = f'the step "{quote(info.name)}" stands in no section that is run'
                cure = "move it to the Diagnosis, Resolution or Verification"
                place = Place(path=self._path, line=line)
                self._flag(place, "step-outside-sections", message, cure, Severity.WARNING)

    def _slip_of_language(self, language: str, fence: Fence) -> tuple[Finding, ...]:
        if not language or language in SHOWN or len(language) > LANGUAGE_CHARS_MAX:
            return ()
        meant = slip_of(language, RUNNABLE)
        if meant is None:
            return ()
        return (
            Finding(
                place=self.place(fence),
                lint="unknown-fence-language",
                message=f'the fence\'s language "{quote(language)}" is none that runs, '
                "so this is no step",
                help=f'write "{meant}" if it is to run, "text" if not',
                severity=Severity.NOTE,
            ),
        )

    def _flag_command(self, command: Command, language: str, fence: Fence) -> None:
        if command.has_prompts and language != "console":
            self._findings.append(self._prompts(language, fence))
        placeholder = placeholder_in(command.text) if language in SHELLS else None
        if placeholder is not None:
            message = f'"{quote(placeholder)}" stands for a value, but bash reads it as files'
            cure = 'declare an input in the front matter and write it as "$NAME"'
            place = self._place_of(placeholder, fence)
            self._flag(place, "placeholder-in-command", message, cure, Severity.WARNING)

    def _prompts(self, language: str, fence: Fence) -> Finding:
        """Called console, the block runs the same, and everybody sees what is run of it."""
        place, column = self.place(fence), self._info_column(fence)
        word = replace(place, column=column, end_line=place.line, end_column=column + len(language))
        return Finding(
            place=place,
            lint="prompt-in-command",
            message="the block has prompts, so only the lines that begin with one are run",
            help='remove the "$ ", or call the block console',
            severity=Severity.NOTE,
            fix=Fix(place=word, text="console") if column else None,
        )

    def _flag(
        self,
        place: Place,
        lint: str,
        message: str,
        cure: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        self._findings.append(
            Finding(place=place, lint=lint, message=message, help=cure, severity=severity)
        )
