"""`[lint]` → LintSettings: what is looked at, which lints are heard, and how loudly."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from drillbook.model.finding import Severity
from drillbook.model.lint import LintSettings, Snooze
from drillbook.read.configured.strict import Strict
from drillbook.read.sentences.wording import quote, slip_of

SEVERITIES = tuple(severity.value for severity in Severity)
DAYS_MAX = 36_500
GLOB_CHARS_MAX = 1_000


def _severity(word: str) -> str:
    if word not in SEVERITIES:
        meant = slip_of(word, SEVERITIES)
        cure = f'write "{meant}"' if meant else f"there are {', '.join(SEVERITIES)}"
        raise ValueError(f'"{quote(word)}" is no severity; {cure}')
    return word


def _glob(glob: str) -> str:
    """Nothing above the folder of the settings is looked for."""
    if not glob.strip() or len(glob) > GLOB_CHARS_MAX or "\0" in glob:
        raise ValueError('it is no glob; write one such as "docs/runbooks/**/*.md"')
    if glob.startswith("/") or ".." in glob.split("/"):
        raise ValueError('it leads out of this folder; write one such as "docs/**/*.md"')
    return glob


SeverityName = Annotated[str, AfterValidator(_severity)]
Glob = Annotated[str, AfterValidator(_glob)]
Days = Annotated[int, Field(ge=0, le=DAYS_MAX)]


class SnoozeTable(Strict):
    """A lint that is not heard before a date."""

    lint: str
    until: date
    paths: Glob = "**"

    def noun(self) -> Snooze:
        """The Snooze."""
        return Snooze(lint=self.lint, until=self.until, paths=self.paths)


class LintTable(Strict):
    """All that a team decides about its lints."""

    runbooks: list[Glob] = []
    rules: list[Glob] = []
    exclude: list[Glob] = []
    enable: list[str] = []
    disable: list[str] = []
    severity: dict[str, SeverityName] = {}
    snooze: list[SnoozeTable] = []
    review_days: dict[str, Days] = {}
    runbook_urls: dict[str, str] = {}
    scrape: list[Glob] = []
    metrics: list[Glob] = []
    fail_on: SeverityName = Severity.ERROR.value

    def noun(self) -> LintSettings:
        """The LintSettings; kinds of documents that are not named keep their `review_days`."""
        return LintSettings(
            runbooks=tuple(self.runbooks),
            rules=tuple(self.rules),
            exclude=tuple(self.exclude),
            enable=tuple(self.enable),
            disable=tuple(self.disable),
            severity={name: Severity(word) for name, word in self.severity.items()},
            snooze=tuple(table.noun() for table in self.snooze),
            review_days={**LintSettings().review_days, **self.review_days},
            runbook_urls=self.runbook_urls,
            scrape=tuple(self.scrape),
            metrics=tuple(self.metrics),
            fail_on=Severity(self.fail_on),
        )
