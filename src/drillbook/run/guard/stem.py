"""One step's program → its process, held by the least that can hold its whole tree.

Part of the guardian, where one guardian sees to many steps: a stem per step adopts whatever the
step leaves behind, so that no process of one step is ever taken for another's. A thousand of
them must fit: only modules written in C are imported, and nothing that can be done before the
fork, or by the guardian, is done behind it.
"""

import _ctypes
import _signal  # type: ignore[import-not-found]
import _socket
import fcntl
import gc
import posix
import sys

# The numbers below are those of Linux; the module `signal` would double what a stem takes.
_SIGHUP, _SIGINT, _SIGKILL, _SIGUSR1, _SIGTERM, _SIGCHLD = 1, 2, 9, 10, 15, 17
_DEFAULT, _IGNORED = 0, 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_GET_DUMPABLE = 3
_ENOENT = 2
_DRY_RUNS = 20
_AT_ONCE_MAX = 64

LENGTH_BYTES = 8
_FILES_BYTES = 64
_READ_BYTES = 4096
# What a stem says: its kind in a byte, and a number. After the last the socket ends.
NUMBER_BYTES = 8
IS_STEM = b"s"  # its own id
IS_SPAWNED = b"p"  # the id of the step's first process
NO_FOLDER = b"c"  # the error's number: the working directory cannot be entered
NO_SPAWN = b"x"  # the error's number
HAS_ENDED = b"e"  # the status of the first process
IS_CHILDLESS = b"."


_PRCTL = _ctypes.dlsym(_ctypes.dlopen(None, 2), "prctl")  # type: ignore[arg-type]


def serve(control_fd: int) -> None:
    """Fork as many stems as each message has bytes, until the other end of `control_fd` closes.

    The first message brings the socket at which the stems stand by: each takes one message of
    it, with the socket of its guardian. So nothing is done between a fork and the next one, and
    they share more.
    """
    control = _socket.socket(-1, -1, -1, control_fd)
    posix.chdir("/")
    for _ in range(_DRY_RUNS):
        _run_dry()
    # Who ends us all at a shutdown asks the guardian too, and that ends the step in order.
    for number in (_SIGHUP, _SIGINT, _SIGUSR1, _SIGTERM, _SIGCHLD):
        _signal.signal(number, _IGNORED)
    gc.disable()  # a stem makes no garbage that would need it
    gc.freeze()
    _message, files = _received(control, 1)
    if files:
        entrance = _socket.socket(-1, -1, -1, files[0])
        while message := control.recv(_AT_ONCE_MAX):
            for _ in message:
                if posix.fork() == 0:
                    control.close()
                    _stand_by(entrance)
    posix._exit(0)  # noqa: SLF001


def _stand_by(entrance: _socket.socket) -> None:
    try:
        posix.setsid()
        _message, files = _received(entrance, 1)
        entrance.close()
        if files:
            _hold(files[0])
    finally:
        posix._exit(0)  # noqa: SLF001


def _run_dry() -> None:
    """Do what a stem does, with a program that is nowhere.

    What the interpreter writes down when it first does a thing is shared by all stems then.
    """
    above, below = _socket.socketpair()
    leash, leash_end = posix.pipe()
    fields = [b"/", b"9", b"1", b"2", b"/dev/null/x", b"/dev/null/x", b"/dev/null/y", b"A=b"]
    request = b"\0".join(fields)
    files = (posix.dup(leash_end), posix.dup(leash_end))
    part = b"".join(file.to_bytes(4, sys.byteorder) for file in files)
    sent = [len(request).to_bytes(LENGTH_BYTES, "big") + request]
    above.sendmsg(sent, [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, part)])
    _fasten(leash_end, 0)
    _say(below, (IS_SPAWNED, 0))
    _hold(posix.dup(below.fileno()), _PR_GET_DUMPABLE)
    _bury(below, 0)
    for file in (leash, leash_end, *files):
        posix.close(file)
    above.close()
    below.close()


def _hold(guardian_fd: int, process_control: int = _PR_SET_CHILD_SUBREAPER) -> None:
    """Start what the guardian wants started, and bury all of its tree."""
    _signal.signal(_SIGCHLD, _DEFAULT)
    if _ctypes.call_function(_PRCTL, (process_control, 1, 0, 0, 0)) < 0:
        return
    guardian = _socket.socket(-1, -1, -1, guardian_fd)
    _say(guardian, (IS_STEM, posix.getpid()))
    data, files = _received(guardian, _READ_BYTES)
    while len(data) < LENGTH_BYTES or len(data) < LENGTH_BYTES + _length(data):
        more = guardian.recv(_READ_BYTES)
        if not more:
            return
        data += more
    pid = _start(guardian, data[LENGTH_BYTES:].split(b"\0"), files)
    del data
    if pid:
        _bury(guardian, pid)


def _length(data: bytes) -> int:
    return int.from_bytes(data[:LENGTH_BYTES], "big")


def _start(guardian: _socket.socket, fields: list[bytes], files: list[int]) -> int:
    """The step's first process, 0 where it cannot be; the guardian is told."""
    output, leash_end, *input_end = files
    cwd, leash, argv_count, paths_count = fields[:4]
    argv = fields[4 : 4 + int(argv_count)]
    rest = fields[4 + int(argv_count) :]
    paths, variables = rest[: int(paths_count)], rest[int(paths_count) :]
    env = {name: value for name, _, value in (each.partition(b"=") for each in variables)}
    actions: list[tuple[object, ...]] = [
        (posix.POSIX_SPAWN_DUP2, input_end[0], 0)
        if input_end
        else (posix.POSIX_SPAWN_OPEN, 0, b"/dev/null", posix.O_RDONLY, 0),
        (posix.POSIX_SPAWN_DUP2, output, 1),
        (posix.POSIX_SPAWN_DUP2, output, 2),
        (posix.POSIX_SPAWN_DUP2, leash_end, int(leash)),
    ]
    try:
        if cwd:
            posix.chdir(cwd)
    except OSError as error:
        _say(guardian, (NO_FOLDER, error.errno or 0))
        return 0
    pid, number = _spawned(paths, argv, env, actions)
    posix.chdir("/")
    if pid:
        _fasten(leash_end, pid)
        _say(guardian, (IS_SPAWNED, pid))
    else:
        _say(guardian, (NO_SPAWN, number))
    for file in files:
        posix.close(file)
    return pid


def _spawned(
    paths: list[bytes],
    argv: list[bytes],
    env: dict[bytes, bytes],
    actions: list[tuple[object, ...]],
) -> tuple[int, int]:
    """The process, or 0 and the number of the error that says most."""
    number = _ENOENT
    for path in paths:
        if path != argv[0] and not posix.access(path, posix.F_OK):
            continue  # costs less than a spawn that fails
        try:
            pid = posix.posix_spawn(
                path,
                argv,
                env,
                file_actions=actions,
                setsid=True,
                setsigmask=(),
                setsigdef=SIGNALS_RESET,
            )
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError as error:
            number = error.errno or 0
        except OSError as error:
            return 0, error.errno or 0
        else:
            return pid, 0
    return 0, number


# SIGPIPE, SIGXFSZ, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGCHLD: see `step.py`.
SIGNALS_RESET = (13, 25, 1, 2, 3, 15, 10, 17)


def _fasten(leash_end: int, pid: int) -> None:
    """As in `step.py`: the kernel kills `pid` when the guardian's end of the leash goes."""
    fcntl.fcntl(leash_end, fcntl.F_SETOWN, pid)
    fcntl.fcntl(leash_end, fcntl.F_SETSIG, _SIGKILL)
    fcntl.fcntl(leash_end, fcntl.F_SETFL, posix.O_WRONLY | fcntl.FASYNC)
    try:
        posix.write(leash_end, b".")
    except BrokenPipeError:  # the guardian went before the leash was fast
        posix.kill(pid, _SIGKILL)


def _bury(guardian: _socket.socket, leader: int) -> None:
    """Wait for every process of the tree; the guardian is told of the first one's end."""
    news: list[tuple[bytes, int]] = []
    while True:
        try:
            pid, status = posix.waitpid(-1, posix.WNOHANG if news else 0)
        except ChildProcessError:
            _say(guardian, *news, (IS_CHILDLESS, 0))
            return
        if pid == leader:
            news.append((HAS_ENDED, status))
        elif pid == 0:
            _say(guardian, *news)
            news.clear()


def _say(guardian: _socket.socket, *news: tuple[bytes, int]) -> None:
    text = b"".join(kind + number.to_bytes(NUMBER_BYTES, "big") for kind, number in news)
    try:
        guardian.sendall(text)
    except OSError:
        return  # it is gone, and its leash has killed the first process


def _received(sender: _socket.socket, count: int) -> tuple[bytes, list[int]]:
    data, parts, _flags, _address = sender.recvmsg(count, _FILES_BYTES, _socket.MSG_CMSG_CLOEXEC)
    files = parts[0][2] if parts else b""
    each = [files[at : at + 4] for at in range(0, len(files), 4)]
    return data, [int.from_bytes(file, sys.byteorder) for file in each]
