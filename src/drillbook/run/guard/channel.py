"""What comes back from a program that carries a step → noise, the step's output, how it ended.

Part of the guardian: the standard library only, and only cheap modules of it. What stands
before `begin` is of the way (a login's greeting, a warning of ssh) and no output of the step.
The marks hold a word that came by standard input and that nothing over there can print.
"""

_NOISE_BYTES_MAX = 16_384
_TRAILER_BYTES_MAX = 1_048_576


class Channel:
    """Takes the stream of one attempt apart.

    `is_ready`: over there all is prepared, and the step may be begun. `refusal` is why it
    cannot be. `is_over`: `records` are complete.
    """

    def __init__(self, mark: str) -> None:
        self.is_ready = False
        self.is_over = False
        self.refusal = b""
        self.noise = b""
        self.records: list[bytes] = []
        self._begin = f"{mark} begin\n".encode()
        self._cannot = f"{mark} cannot ".encode()
        self._end = f"{mark} end\0".encode()
        self._over = f"{mark} over".encode()
        self._held = b""
        self._trailer: bytes | None = None

    @property
    def is_told(self) -> bool:
        """Whether nothing more is to come."""
        return self.is_over or bool(self.refusal)

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; give out those that are the step's output."""
        if self.is_told:
            return b""
        if not self.is_ready:
            data = self._before(data)
        if self._trailer is None and data:
            return self._during(data)
        self._after(data)
        return b""

    def finish(self) -> bytes:
        """Give out what was held back: the stream has ended."""
        held, self._held = self._held, b""
        return held

    def _before(self, data: bytes) -> bytes:
        noise, begin, rest = (self.noise + data).partition(self._begin)
        self.is_ready = bool(begin)
        before, cannot, why = noise.partition(self._cannot)
        if cannot and b"\n" in why:
            self.refusal, noise = why.partition(b"\n")[0], before
        self.noise = noise[-_NOISE_BYTES_MAX:]
        return rest

    def _during(self, data: bytes) -> bytes:
        output, end, trailer = (self._held + data).partition(self._end)
        if end:
            self._held = b""
            self._trailer = b""
            self._after(trailer)
            return output
        held = _beginning_of(self._end, output)
        self._held = output[len(output) - held :]
        return output[: len(output) - held]

    def _after(self, data: bytes) -> None:
        if self._trailer is None or len(self._trailer) > _TRAILER_BYTES_MAX:
            return
        self._trailer += data
        told, over, _ = self._trailer.partition(self._over)
        if over:
            self.is_over = True
            self.records = told.split(b"\0")[:-1]


def _beginning_of(word: bytes, data: bytes) -> int:
    """How many of the last bytes may be the beginning of the word."""
    for count in range(min(len(word) - 1, len(data)), 0, -1):
        if data.endswith(word[:count]):
            return count
    return 0
