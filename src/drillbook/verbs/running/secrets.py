"""Settings → the configured secrets' values, and what takes them out of a text."""

import os
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path

from drillbook.model.settings import Secret, Settings
from drillbook.run.guard.mask import mask, secret_forms
from drillbook.verbs.running.secret_commands import Said, run_commands

SECRET_CHARACTERS_MAX = 65_536
# A character of UTF-8 has at most so many bytes.
_CHARACTER_BYTES_MAX = 4
STDERR_CHARACTERS_MAX = 300

# A command may ask a person or a card: it is run once in a process, however many runs there are.
_KNOWN: dict[tuple[Path, tuple[str, ...]], str] = {}
_LOCK = threading.Lock()


class SetupError(Exception):
    """Something configured is not there; the message says what, where, and the cure."""


def silent(_line: str) -> None:
    """Tell nobody."""


def secrets_of(
    settings: Settings,
    *,
    names: Collection[str] | None = None,
    tell: Callable[[str], None] = silent,
) -> dict[str, str]:
    """The configured secrets by name, all or these. Raises SetupError where one is not there.

    `tell` hears in one line of commands that take more than a moment.
    """
    if names is not None:
        some = tuple(secret for secret in settings.secrets if secret.name in names)
        settings = replace(settings, secrets=some)
    plain = [secret for secret in settings.secrets if not secret.command]
    values = {each.name: _bounded(each, _plain_value(each, settings.folder)) for each in plain}
    with _LOCK:
        values |= _commanded(settings, values.values(), tell)
    return {secret.name: values[secret.name] for secret in settings.secrets}


def forget_commands() -> None:
    """Have the commands run again when next asked for: what they gave may have changed."""
    with _LOCK:
        _KNOWN.clear()


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


def _commanded(
    settings: Settings, others: Iterable[str], tell: Callable[[str], None]
) -> dict[str, str]:
    """The secrets that commands give, each command run once in this process."""
    secrets = [secret for secret in settings.secrets if secret.command]
    fresh = {each.command: each for each in secrets if _key(settings, each) not in _KNOWN}
    said = run_commands(
        fresh.values(),
        settings.folder,
        timeout_s=settings.limits.secret_timeout_s,
        bytes_max=SECRET_CHARACTERS_MAX * _CHARACTER_BYTES_MAX,
        tell=tell,
    )
    hide = masker([*others, *(_decoded(each.stdout) for each in said.values())])
    for secret in fresh.values():
        _KNOWN[_key(settings, secret)] = _value_said(secret, said[secret.name], hide)
    return {secret.name: _KNOWN[_key(settings, secret)] for secret in secrets}


def _key(settings: Settings, secret: Secret) -> tuple[Path, tuple[str, ...]]:
    return settings.folder, secret.command


def _value_said(secret: Secret, said: Said, hide: Callable[[str], str]) -> str:
    if said.because:
        words = " ".join(hide(said.stderr.decode("utf-8", "replace")).split())
        shown = f": {words[-STDERR_CHARACTERS_MAX:]}" if words else ""
        raise SetupError(
            f"secret `{secret.name}`: its command `{secret.command[0]}` {said.because}{shown}; "
            "run it yourself as it stands in drillbook.toml, without a terminal"
        )
    if said.is_long:
        raise _too_long(secret)
    try:
        return _bounded(secret, said.stdout.decode("utf-8").rstrip("\n"))
    except UnicodeDecodeError as error:
        raise SetupError(
            f"secret `{secret.name}`: what its command `{secret.command[0]}` prints is no text "
            "in UTF-8; encode it, as by base64"
        ) from error


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").rstrip("\n")


def _plain_value(secret: Secret, folder: Path) -> str:
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


def _bounded(secret: Secret, value: str) -> str:
    if not value:
        raise SetupError(
            f"secret `{secret.name}`: its value is empty; set it, or take it out of drillbook.toml"
        )
    if len(value) > SECRET_CHARACTERS_MAX:
        raise _too_long(secret)
    return value


def _too_long(secret: Secret) -> SetupError:
    return SetupError(
        f"secret `{secret.name}`: its value is longer than {SECRET_CHARACTERS_MAX} characters; "
        "correct `env`, `file` or `command` in drillbook.toml"
    )
