"""Settings → the configured secrets' values, and what takes them out of a text."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from drillbook.model.settings import Secret, Settings
from drillbook.run.guard.mask import mask, secret_forms

SECRET_CHARACTERS_MAX = 65_536


class SetupError(Exception):
    """Something configured is not there; the message says what, where, and the cure."""


def secrets_of(settings: Settings) -> dict[str, str]:
    """The configured secrets by name. Raises SetupError where one is not there."""
    return {
        secret.name: _bounded(secret.name, _secret_value(secret, settings.folder))
        for secret in settings.secrets
    }


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
