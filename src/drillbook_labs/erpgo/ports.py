"""Names → free loopback ports, held until the server that is to have one starts."""

import random
import socket
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from drillbook.model.lab import LabError

EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST = 10_000
ATTEMPTS_MAX = 200


def first_ephemeral() -> int:
    """Answer the lowest port that the kernel gives to outgoing connections."""
    try:
        return int(EPHEMERAL_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768


def _bind_any() -> socket.socket:
    """Bind a port below the ephemeral range, or any free one where that range leaves no room.

    Below it, because a server that is down for a while would else lose its port to somebody's
    outgoing connection, and a client that keeps asking for that port may connect to itself.
    """
    highest = first_ephemeral() - 1
    for _ in range(ATTEMPTS_MAX):
        candidate = random.randint(LOWEST, highest) if highest > LOWEST else 0  # noqa: S311
        held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            held.bind(("127.0.0.1", candidate))
        except OSError:
            held.close()
        else:
            return held
    raise LabError(f"no free loopback port in {ATTEMPTS_MAX} attempts; stop what listens there")


class Reservation:
    """Ports by name; each stays bound, so that nobody else gets it, until it is released."""

    def __init__(self, names: Iterable[str]) -> None:
        self._held: dict[str, socket.socket] = {}
        try:
            for name in names:
                self._held[name] = _bind_any()
        except LabError:
            self.release_all()
            raise
        self.ports = {name: int(held.getsockname()[1]) for name, held in self._held.items()}

    def release(self, name: str) -> None:
        """Free one port; the server that is to have it must be started at once."""
        self._held.pop(name).close()

    def release_all(self) -> None:
        """Free whatever is still held."""
        for name in list(self._held):
            self.release(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release_all()
