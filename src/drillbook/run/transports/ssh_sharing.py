"""Options of ssh → one connection that the steps of a target share, kept by ssh itself.

The connection is no part of any step: it is begun beside them, in a session of its own, holds
none of our files, and ends by itself when it was not used for a minute.
"""

import fcntl
import hashlib
import os
import socket
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

UNUSED_S = 60
# Of one process: a host that could not be reached is not tried again at each step.
TRY_AGAIN_S = 30.0
_LOOK_EVERY_S = 0.05
_SOCKET_CHARACTERS_MAX = 80
# What ssh needs of the caller's environment: who they are, and how their keys are reached.
_PASSED_ON = (
    "HOME", "USER", "LOGNAME", "PATH", "LANG", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "KRB5CCNAME",
)  # fmt: skip

_failed_at_s: dict[str, float] = {}


def socket_for(options: tuple[str, ...], host: str) -> str:
    """Where the shared connection to the host is reached; empty where none can be."""
    folder = _private_folder()
    if folder is None:
        return ""
    told = "\0".join((*options, "--", host, *_caller().values()))
    return str(folder / hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:20])


def share(options: tuple[str, ...], host: str, *, within_s: float) -> None:
    """Begin the connection if it is not there. Raises nothing: then each step makes its own."""
    name = socket_for(options, host)
    if not name or _has_failed(name) or _answers(name):
        return
    with suppress(OSError):
        lock = os.open(f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # One begins it; the others wait, and find it there, or that it cannot be had.
            is_ours = _take(lock, within_s)
            if not is_ours or _has_failed(name) or _answers(name):
                return
            if not _begin(name, options, host, within_s):
                _failed_at_s[name] = time.monotonic()
        finally:
            os.close(lock)


def _has_failed(name: str) -> bool:
    return time.monotonic() - _failed_at_s.get(name, -TRY_AGAIN_S) < TRY_AGAIN_S


def _take(lock: int, within_s: float) -> bool:
    """Lock the file; False where somebody else has it for all that time."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK_EVERY_S)
        else:
            return True
    return False


def _begin(name: str, options: tuple[str, ...], host: str, within_s: float) -> bool:
    """Run a program that does nothing over there; ssh keeps its connection when it has ended."""
    Path(name).unlink(missing_ok=True)  # nobody answers there
    kept = ("-o", "ControlMaster=yes", "-o", f"ControlPersist={UNUSED_S}", "-S", name)
    process = subprocess.Popen(
        ("ssh", *options, *kept, "--", host, "true"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        env=_caller(),
    )
    try:
        return process.wait(within_s) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


def _answers(name: str) -> bool:
    """Whether somebody listens there."""
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(1.0)
        try:
            one.connect(name)
        except OSError:
            return False
    return True


def _caller() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def _private_folder() -> Path | None:
    """A folder that is ours alone and has a short name, made if it is not there."""
    for above in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108
        if not above or len(above) > _SOCKET_CHARACTERS_MAX - 40:
            continue
        folder = Path(above) / f"drillbook-{os.getuid()}"
        with suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            found = folder.lstat()
            is_ours = found.st_uid == os.getuid() and not found.st_mode & 0o077
            if stat.S_ISDIR(found.st_mode) and is_ours:
                return folder
    return None
