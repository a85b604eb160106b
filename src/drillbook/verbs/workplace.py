"""Settings → what every verb works with: journal, supervisor, clock, secrets, and folders."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from drillbook.journal.masked import MaskedJournal
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.attempt import Supervisor
from drillbook.model.clock import Clock, SystemClock
from drillbook.model.journal import Journal
from drillbook.model.settings import Secret, Settings
from drillbook.run.guard_mask import mask, secret_forms
from drillbook.run.supervisor import StepSupervisor

# What a step gets of the caller's environment: who they are and how they reach their systems.
# Everything else that a step uses stands in its text, as an input, or in its target.
PASSED_ON = (
    "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "SSH_AUTH_SOCK", "KUBECONFIG",
    "XDG_RUNTIME_DIR", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip
PATH_DEFAULT = "/usr/local/bin:/usr/bin:/bin"
SECRET_CHARACTERS_MAX = 65_536


class SetupError(Exception):
    """Something configured is not there; the message says what, where, and the cure."""


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


def open_workplace(settings: Settings, *, clock: Clock | None = None) -> Workplace:
    """Open the journal and read the secrets.

    Raises SetupError where a secret is not there, JournalError where the journal cannot be used.
    """
    clock = clock or SystemClock()
    secrets = secrets_of(settings)
    journal = SqliteJournal(settings.state / "journal.db", clock=clock)
    return Workplace(
        settings=settings,
        journal=MaskedJournal(journal, masker(secrets.values())),
        supervisor=StepSupervisor(),
        clock=clock,
        secrets=secrets,
    )


def secrets_of(settings: Settings) -> dict[str, str]:
    """The configured secrets by name. Raises SetupError where one is not there."""
    return {
        secret.name: _bounded(secret.name, _secret_value(secret, settings.folder))
        for secret in settings.secrets
    }


def base_env() -> dict[str, str]:
    """What every step's environment begins with."""
    env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {"LANG": "C.UTF-8", "TERM": "dumb", "PATH": PATH_DEFAULT, **env, **_own_path()}


def _own_path() -> dict[str, str]:
    path = os.environ.get("PATH")
    return {"PATH": path} if path else {}


def masker(secrets: Iterable[str]) -> Callable[[str], str]:
    """What takes the secrets, and their percent-encoded forms, out of a text."""
    forms = secret_forms(secret for secret in secrets if secret)

    def masked(text: str) -> str:
        if not forms:
            return text
        return mask(text.encode("utf-8", "surrogateescape"), forms).decode(
            "utf-8", "surrogateescape"
        )

    return masked


def _secret_value(secret: Secret, folder: Path) -> str:
    if secret.env is not None:
        if secret.env not in os.environ:
            raise SetupError(
                f"secret `{secret.name}`: the environment variable {secret.env} is not set; "
                f"set it, or take the secret out of drillbook.toml"
            )
        return os.environ[secret.env]
    path = folder / (secret.file or "")
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(SECRET_CHARACTERS_MAX + 1).rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"secret `{secret.name}`: {path} cannot be read ({error}); "
            "correct `file` in drillbook.toml, or the file's permissions"
        ) from error


def _bounded(name: str, value: str) -> str:
    if not value:
        raise SetupError(
            f"secret `{name}`: its value is empty; set it, or take it out of drillbook.toml"
        )
    if len(value) > SECRET_CHARACTERS_MAX:
        raise SetupError(
            f"secret `{name}`: its value is longer than {SECRET_CHARACTERS_MAX} characters; "
            "correct `env` or `file` in drillbook.toml"
        )
    return value
