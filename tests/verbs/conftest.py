"""A workplace in the test's own folder: real settings, journal, supervisor and runbook files."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drillbook.model.plan import Plan
from drillbook.model.run import Answer, Policy, Reply, Run
from drillbook.model.sentence import Risk
from drillbook.model.settings import Settings
from drillbook.verbs.plan import Wanted, plan_file
from drillbook.verbs.run import Occasion, start_run
from drillbook.verbs.running.executing import Company
from drillbook.verbs.running.workplace import Workplace, open_workplace

POLICY = Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset())


@dataclass
class Desk:
    """Where a test works: its folder, what is configured, and what was heard and asked."""

    folder: Path
    settings: Settings
    answer: Answer = Answer.STOP
    heard: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    @property
    def company(self) -> Company:
        return Company(
            ask=lambda _: Reply(answer=self.answer, by="a person"),
            watch=lambda entry: self.kinds.append(entry.kind),
            on_output=self.heard.append,
            name="a person",
        )

    def write(self, text: str, name: str = "runbook.md") -> Path:
        """A runbook file."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def plan(self, place: Workplace, path: Path, **given: str) -> tuple[Plan, str]:
        """The plan of a runbook file, whatever its Findings, and the file's text."""
        wanted = Wanted(path=str(path), given=given)
        plan, findings, source = plan_file(wanted, self.settings, place.secrets)
        assert plan is not None, findings
        return plan, source

    def run(self, place: Workplace, path: Path, **given: str) -> Run:
        """Start a run of a runbook file and follow it to its end."""
        plan, source = self.plan(place, path, **given)
        occasion = Occasion(given=given, source=source)
        return start_run(place, plan, POLICY, self.company, occasion)

    def stored(self) -> bytes:
        """Every byte of every file of the state folder: database, its log, ledger, traces."""
        files = sorted(path for path in self.settings.state.rglob("*") if path.is_file())
        return b"".join(path.read_bytes() for path in files)


@pytest.fixture
def desk(tmp_path) -> Desk:
    """A folder with settings that name no target and no secret."""
    return Desk(tmp_path, Settings(folder=tmp_path, state=tmp_path / "state"))


@pytest.fixture
def place(desk):
    """The workplace of these settings."""
    with open_workplace(desk.settings) as place:
        yield place
