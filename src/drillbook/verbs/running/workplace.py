"""Settings → what every verb works with: journal, supervisor, clock, secrets, and folders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from drillbook.engine.open import SLOTS_FOLDER
from drillbook.engine.slots import FileSlots
from drillbook.journal.masked import MaskedJournal
from drillbook.journal.open import open_journal
from drillbook.model.attempt import Supervisor
from drillbook.model.clock import Clock, SystemClock
from drillbook.model.journal import Journal
from drillbook.model.settings import Settings
from drillbook.run.hands import Slot, unlimited
from drillbook.run.supervisor import StepSupervisor
from drillbook.verbs.people.attendance import Attendance
from drillbook.verbs.people.own_token import own_token_at_most
from drillbook.verbs.running.secrets import masker, secrets_of, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What a verb works with. `secrets` are values by name, never to be shown.

    `slot` counts the steps that run on a target at once; `attendance` hears who wishes that a
    run of this process stops.
    """

    settings: Settings
    journal: Journal
    supervisor: Supervisor
    clock: Clock
    secrets: Mapping[str, str] = field(repr=False)
    slot: Slot = unlimited
    attendance: Attendance | None = None

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
        if self.attendance is not None:
            self.attendance.close()
        self.supervisor.close()
        self.journal.close()


def open_workplace(
    settings: Settings,
    *,
    clock: Clock | None = None,
    tell: Callable[[str], None] = silent,
    reads_only: bool = False,
) -> Workplace:
    """Open the journal and read the secrets; `tell` hears where these take long.

    Whoever `reads_only` what is journaled, where secrets are masked already, needs none but
    the store's own password: the others are neither asked for nor have to be there.
    Raises SetupError where a secret is not there, JournalError where the journal cannot be used.
    """
    clock = clock or SystemClock()
    wanted = {settings.store.password_secret} if reads_only else None
    secrets = secrets_of(settings, names=wanted, tell=tell)
    journal = open_journal(settings, clock=clock, secrets=secrets)
    secrets |= _own_token()
    masked = MaskedJournal(journal, masker(secrets.values()))
    return Workplace(
        settings=settings,
        journal=masked,
        supervisor=StepSupervisor(),
        clock=clock,
        secrets=secrets,
        slot=FileSlots(settings.state / SLOTS_FOLDER, clock=clock).slot,
        attendance=Attendance(masked),
    )


def _own_token() -> dict[str, str]:
    """The token of whoever sits here, masked as a secret is; no runbook can name it."""
    token = own_token_at_most()
    return {"the caller's own token": token} if token else {}
