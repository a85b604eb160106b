"""Settings → what every verb works with: journal, supervisor, clock, secrets, and folders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from drillbook.journal.masked import MaskedJournal
from drillbook.journal.open import open_journal
from drillbook.model.attempt import Supervisor
from drillbook.model.clock import Clock, SystemClock
from drillbook.model.journal import Journal
from drillbook.model.settings import Settings
from drillbook.run.supervisor import StepSupervisor
from drillbook.verbs.secrets import masker, secrets_of, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What a verb works with. `secrets` are values by name, never to be shown."""

    settings: Settings
    journal: Journal
    supervisor: Supervisor
    clock: Clock
    secrets: Mapping[str, str] = field(repr=False)

    @property
    def masks(self) -> tuple[str, ...]:
        """Every secret value."""
        return tuple(value for value in self.secrets.values() if value)

    def attempts(self, run: str) -> Path:
        """Where the traces of a run's attempts lie."""
        return self.settings.state / "attempts" / run

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.supervisor.close()
        self.journal.close()


def open_workplace(
    settings: Settings, *, clock: Clock | None = None, tell: Callable[[str], None] = silent
) -> Workplace:
    """Open the journal and read the secrets; `tell` hears where these take long.

    Raises SetupError where a secret is not there, JournalError where the journal cannot be used.
    """
    clock = clock or SystemClock()
    secrets = secrets_of(settings, tell=tell)
    journal = open_journal(settings, clock=clock, secrets=secrets)
    return Workplace(
        settings=settings,
        journal=MaskedJournal(journal, masker(secrets.values())),
        supervisor=StepSupervisor(),
        clock=clock,
        secrets=secrets,
    )
