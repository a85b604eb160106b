"""Secrets + a stream of bytes → the same stream with every secret replaced, however it is cut.

Part of the guardian: the standard library only, and only cheap modules of it.
"""

from collections.abc import Iterable

STARS = b"***"
_LINE_CHARS_MIN = 6
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def secret_forms(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """The byte strings to mask: each secret, its longer lines, and their percent-encodings."""
    forms: set[bytes] = set()
    for secret in secrets:
        lines = (line for line in secret.splitlines() if len(line) >= _LINE_CHARS_MIN)
        for text in (secret, *lines):
            forms.update(_encodings(text.encode("utf-8", "surrogateescape")))
    forms.discard(b"")
    return tuple(sorted(forms))


def _encodings(plain: bytes) -> tuple[bytes, ...]:
    whole = _percent_encoded(plain, b"", "%%%02X")
    path = _percent_encoded(plain, b"/", "%%%02X")
    form = whole.replace(b"%20", b"+")
    lower = _percent_encoded(plain, b"", "%%%02x")
    return (plain, whole, path, form, lower, lower.replace(b"%20", b"+"))


def _percent_encoded(plain: bytes, safe: bytes, pattern: str) -> bytes:
    return b"".join(
        bytes((byte,)) if byte in _UNRESERVED or byte in safe else (pattern % byte).encode()
        for byte in plain
    )


def mask(text: bytes, forms: tuple[bytes, ...]) -> bytes:
    """A whole text with every secret replaced."""
    masker = Masker(forms)
    return masker.feed(text) + masker.finish()


class Masker:
    """Replaces each run of bytes that belong to any occurrence of any secret by three stars.

    Occurrences that overlap count, so no remainder of one secret shows beside another. What
    may be the beginning of a secret is held back until the next bytes decide it: never more
    than the longest secret.
    """

    def __init__(self, forms: tuple[bytes, ...]) -> None:
        self._forms = forms
        self._rest = b""
        self._covered = 0  # so many bytes at the beginning of the rest belong to a secret
        self._is_inside = False  # the last byte given out belonged to a secret

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of the stream, give out those that are decided."""
        if not self._forms:
            return data
        data = self._rest + data
        return self._give(data, _decided(data, self._forms))

    def finish(self) -> bytes:
        """Give out what was held back: the stream has ended."""
        return self._give(self._rest, len(self._rest))

    def _give(self, data: bytes, end: int) -> bytes:
        parts: list[bytes] = []
        at = 0
        for begin, until in self._covers(data, end):
            parts.append(data[at:begin])
            if begin > 0 or not self._is_inside:
                parts.append(STARS)
            at = until
        parts.append(data[at:end])
        if end > 0:
            self._is_inside = at >= end
        self._rest = data[end:]
        self._covered = max(0, at - end)
        return b"".join(parts)

    def _covers(self, data: bytes, end: int) -> list[tuple[int, int]]:
        """The runs that secrets cover, of those that begin before `end`, merged and in order."""
        found = [(0, self._covered)] if self._covered else []
        for form in self._forms:
            at = data.find(form)
            while -1 < at < end:
                found.append((at, at + len(form)))
                at = data.find(form, at + 1)
        merged: list[tuple[int, int]] = []
        for begin, until in sorted(found):
            if merged and begin <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
            else:
                merged.append((begin, until))
        return merged


def _decided(data: bytes, forms: tuple[bytes, ...]) -> int:
    """How many bytes cannot belong to a secret that only the next bytes would complete."""
    decided = len(data)
    for form in forms:
        at = data.find(form[:1], max(0, len(data) - len(form) + 1))
        while -1 < at < decided and not form.startswith(data[at:]):
            at = data.find(form[:1], at + 1)
        if at != -1:
            decided = min(decided, at)
    return decided
