"""The commands that give secrets → what each prints, run at once and bounded, never by a shell."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from drillbook.model.settings import Secret

COMMANDS_AT_ONCE_MAX = 8
# A person who sees nothing for so long is told what is waited for.
SILENT_S_MAX = 2.0
_STDERR_BYTES_MAX = 4_096
_READ_BYTES = 65_536
# What was written before the end stands in the pipe: so many reads empty it.
_DRAINS_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command said: `because` is empty where it ended well.

    `stderr` is the end of its standard error, `is_long` whether it wrote more than was asked for.
    """

    stdout: bytes = b""
    stderr: bytes = b""
    because: str = ""
    is_long: bool = False


def run_commands(
    secrets: Iterable[Secret],
    folder: Path,
    *,
    timeout_s: float,
    bytes_max: int,
    tell: Callable[[str], None],
) -> Mapping[str, Said]:
    """Run the command of each secret in `folder`, several at once; what each said, by name.

    `tell` hears of those that are waited for over SILENT_S_MAX. Raises nothing.
    """
    wanted = tuple(secrets)
    if not wanted:
        return {}
    with ThreadPoolExecutor(min(len(wanted), COMMANDS_AT_ONCE_MAX)) as pool:
        begun = {
            each.name: pool.submit(
                _run, each.command, folder, timeout_s=timeout_s, bytes_max=bytes_max
            )
            for each in wanted
        }
        until_s = time.monotonic() + SILENT_S_MAX
        for each in wanted:
            with suppress(TimeoutError):
                begun[each.name].result(max(until_s - time.monotonic(), 0.0))
        slow = [name for name, future in begun.items() if not future.done()]
        if slow:
            tell(f"waiting up to {timeout_s:g} s for the commands of {', '.join(slow)}")
        return {name: future.result() for name, future in begun.items()}


def _run(command: tuple[str, ...], folder: Path, *, timeout_s: float, bytes_max: int) -> Said:
    try:
        # In a session of its own: it has no terminal to ask at, and is ended with all it started.
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        return Said(because=f"cannot be started: {why}")
    with process:
        try:
            return _Reading(process, bytes_max).follow(timeout_s)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


class _Reading:
    """One command from its start to its end."""

    def __init__(self, process: subprocess.Popen[bytes], bytes_max: int) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._bytes_max = bytes_max
        self._out, self._err = process.stdout.fileno(), process.stderr.fileno()
        self._kept = {self._out: bytearray(), self._err: bytearray()}

    def follow(self, timeout_s: float) -> Said:
        until_s = time.monotonic() + timeout_s
        ended = os.pidfd_open(self._process.pid)
        try:
            with selectors.DefaultSelector() as selector:
                for file in (self._out, self._err):
                    os.set_blocking(file, False)
                    selector.register(file, selectors.EVENT_READ)
                selector.register(ended, selectors.EVENT_READ)
                while not self._is_long and (left_s := until_s - time.monotonic()) > 0:
                    files = [key.fd for key, _ in selector.select(left_s)]
                    for file in files:
                        if file != ended and not self._read(file):
                            selector.unregister(file)
                    # A child that goes on may hold the pipe: the command's own end counts.
                    if ended in files:
                        return self._ended()
        finally:
            os.close(ended)
        because = "" if self._is_long else f"did not end within {timeout_s:g} s"
        return self._said(because)

    @property
    def _is_long(self) -> bool:
        return len(self._kept[self._out]) > self._bytes_max

    def _ended(self) -> Said:
        for file in (self._out, self._err):
            for _ in range(_DRAINS_MAX):
                if self._is_long or not self._read(file):
                    break
        code = self._process.wait()
        if code < 0:
            return self._said(f"was ended by signal {-code}")
        return self._said(f"ended with exit code {code}" if code else "")

    def _said(self, because: str) -> Said:
        return Said(
            stdout=bytes(self._kept[self._out]),
            stderr=bytes(self._kept[self._err]),
            because=because,
            is_long=self._is_long,
        )

    def _read(self, file: int) -> bool:
        """Keep what is there; False at the end, or where nothing is there now."""
        try:
            data = os.read(file, _READ_BYTES)
        except BlockingIOError:
            return False
        self._kept[file] += data
        if file == self._err:
            del self._kept[file][:-_STDERR_BYTES_MAX]
        return bool(data)
