"""What became of linting a tree: what is heard, what is not and why, and what was looked at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from drillbook.model.finding import Finding, Severity
from drillbook.model.lint import Lint


class Silence(Enum):
    """Why a Finding is not heard."""

    COMMENT = "comment"
    SNOOZE = "snooze"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """`findings` are heard, in the order of their places; `silenced` are not, each with why.

    `fingerprints` know a Finding again after its line has moved. `paths` are all files that were
    looked at. `notes_hidden` counts the notes that nobody asked for, `baseline_gone` what the
    baseline still holds and the tree does not. Findings of `fail_on` or graver fail; none where it
    is None.
    """

    findings: tuple[Finding, ...] = ()
    silenced: Mapping[Finding, Silence] = field(default_factory=dict)
    fingerprints: Mapping[Finding, str] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    notes_hidden: int = 0
    baseline_gone: int = 0
    fail_on: Severity | None = Severity.ERROR

    @property
    def failing(self) -> tuple[Finding, ...]:
        """Those for which the exit code is not 0."""
        if self.fail_on is None:
            return ()
        worst = self.fail_on
        return tuple(each for each in self.findings if each.severity.is_at_least(worst))


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What a form of output may know beside the Findings.

    `line_of` says what stands on a line of a file, without its end; empty where nobody can say.
    `width` is in columns of a terminal. `version` is Drillbook's own.
    """

    lints: Mapping[str, Lint] = field(default_factory=dict)
    line_of: Callable[[str, int], str] = lambda _path, _line: ""
    width: int = 80
    has_colour: bool = False
    version: str = ""
