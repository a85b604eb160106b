"""The environment or the user's own file → the token of whoever sits at this terminal."""

import os
from pathlib import Path

from drillbook.people.tokens import IdentityError

VARIABLE = "DRILLBOOK_TOKEN"
MODE = 0o600
READ_BYTES_MAX = 4_096
_OTHERS = 0o077


def own_token() -> str | None:
    """The token's text: of the variable, else of the file; None where there is neither.

    Raises IdentityError where the file is not the user's alone, or cannot be read.
    """
    if given := os.environ.get(VARIABLE, "").strip():
        return given
    path = token_file()
    try:
        with path.open("rb") as file:
            _refuse_shared(path, os.fstat(file.fileno()))
            return file.read(READ_BYTES_MAX).decode("ascii", "replace").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise IdentityError(
            f"{path}: {error.strerror}; make it readable to you, or set {VARIABLE}"
        ) from error


def own_token_at_most() -> str | None:
    """The same where what is wrong with the file does not matter: to mask it, not to use it."""
    try:
        return own_token()
    except IdentityError:
        return None


def keep_token(text: str) -> Path:
    """Write the file, for the user alone; where it is. One that is there is replaced whole."""
    path = token_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{text.strip()}\n")
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return path


def token_file() -> Path:
    """`drillbook/token` in the folder where the user's settings are."""
    # A relative path there is to be ignored, says the XDG specification.
    said = os.environ.get("XDG_CONFIG_HOME", "")
    home = Path(said) if said.startswith("/") else Path.home() / ".config"
    return home / "drillbook" / "token"


def _refuse_shared(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.getuid():
        raise IdentityError(f"{path} belongs to somebody else; remove it, or set {VARIABLE}")
    if status.st_mode & _OTHERS:
        raise IdentityError(
            f"{path} can be read by others; `chmod 600` it, and revoke the token if somebody "
            "may have seen it"
        )
