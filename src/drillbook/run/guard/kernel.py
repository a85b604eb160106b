"""Process ids → what only the kernel can tell or do: orphans adopted, trees.

Part of the guardian: the standard library only, and only cheap modules of it.
"""

# pathlib would double the start-up time of the fork server.
# ruff: noqa: PTH208
import ctypes
import os

_PR_SET_CHILD_SUBREAPER = 36
_M_ARENA_MAX = -8
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.prctl.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)


def adopt_orphans() -> None:
    """Make this process the parent of every descendant whose own parent ends.

    Raises OSError where the kernel refuses.
    """
    if _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def keep_one_heap() -> None:
    """Have the threads of this process share one heap: one each would cost pages each.

    Where the C library knows no such switch, nothing changes.
    """
    if hasattr(_LIBC, "mallopt"):
        _LIBC.mallopt(_M_ARENA_MAX, 1)


def descendants(pid: int) -> list[int]:
    """Every process below `pid`, parents before children."""
    found = {pid: None}  # a dict keeps the order
    waiting = [pid]
    for parent in waiting:
        fresh = [child for child in children(parent) if child not in found]
        found.update(dict.fromkeys(fresh))
        waiting.extend(fresh)
    return waiting[1:]


def children(pid: int) -> list[int]:
    """The children of all threads of a process; none where it is gone."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            found.extend(map(int, _read(f"/proc/{pid}/task/{thread}/children").split()))
    except (FileNotFoundError, ProcessLookupError):
        return found
    return found


def session(pid: int) -> int:
    """The session of a process, 0 where it is gone or only a zombie is left."""
    try:
        state, _parent, _group, number = _stat(pid)[:4]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if state in (b"Z", b"X") else int(number)


def _stat(pid: int) -> list[bytes]:
    # The name stands in brackets and may hold brackets and blanks itself: cut after the last.
    return _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()


def command(pid: int) -> bytes:
    """What a process was started as, whole; its short name where that is hidden.

    To be masked before it is cut: half of a secret is not found any more.
    """
    try:
        words = _read(f"/proc/{pid}/cmdline").rstrip(b"\0").replace(b"\0", b" ")
        return words or _read(f"/proc/{pid}/comm").strip()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def environment(pid: int) -> bytes:
    """The environment a process was started with; empty where it is gone or not ours."""
    try:
        return _read(f"/proc/{pid}/environ")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""


def processes() -> list[int]:
    """Every process of this machine that can be seen."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def send(pid: int, number: int) -> bool:
    """Send a signal; False where the process is gone or belongs to somebody else."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _read(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while part := os.read(file, 65_536):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(file)
