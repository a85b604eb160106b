"""A Journal → the same Journal, where no secret gets past `mask` into a body or a blob."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from drillbook.model.journal import Entry, Fact, Flaw, Follow, Journal


class MaskedJournal:
    """Masks every string before it is stored; names of streams and kinds are our own words.

    `mask` takes a text and gives it back without the secrets. It must be callable from any
    thread.
    """

    def __init__(self, journal: Journal, mask: Callable[[str], str]) -> None:
        self._journal = journal
        self._mask = mask

    def append(
        self,
        stream: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        holder: int | None = None,
        if_head: int | None = None,
    ) -> Entry:
        masked = masked_mapping(body, self._mask)
        return self._journal.append(stream, kind, masked, holder=holder, if_head=if_head)

    def append_all(
        self,
        stream: str,
        fact: Fact,
        follow: Follow,
        *,
        holder: int | None = None,
        if_head: int | None = None,
    ) -> Sequence[Entry]:
        """What `follow` is told is masked already, and what it says is masked too."""
        kind, body = fact

        def masked_follow(entry: Entry) -> Fact | None:
            following = follow(entry)
            return following and (following[0], masked_mapping(following[1], self._mask))

        masked = (kind, masked_mapping(body, self._mask))
        return self._journal.append_all(
            stream, masked, masked_follow, holder=holder, if_head=if_head
        )

    def entries(self, stream: str, *, after: int = 0) -> Sequence[Entry]:
        return self._journal.entries(stream, after=after)

    def head(self, stream: str) -> Entry | None:
        return self._journal.head(stream)

    def unended(self, prefix: str, end: str) -> Sequence[str]:
        return self._journal.unended(prefix, end)

    def streams(self, prefix: str = "") -> Sequence[str]:
        return self._journal.streams(prefix)

    def last_streams(self, prefix: str, count: int, *, before: str = "") -> Sequence[str]:
        return self._journal.last_streams(prefix, count, before=before)

    def anchor(self, stream: str) -> None:
        self._journal.anchor(stream)

    def put_blob(self, data: bytes) -> str:
        """The answer is the SHA-256 of the masked bytes, which are the ones that are kept."""
        text = data.decode("utf-8", "surrogateescape")
        return self._journal.put_blob(self._mask(text).encode("utf-8", "surrogateescape"))

    def blob(self, digest: str) -> bytes | None:
        return self._journal.blob(digest)

    def verify(self, stream: str | None = None) -> Iterator[Flaw]:
        return self._journal.verify(stream)

    def close(self) -> None:
        self._journal.close()


def masked_mapping(body: Mapping[str, Any], mask: Callable[[str], str]) -> dict[str, Any]:
    """Keys and values masked; keys that masking made the same are told apart by a number."""
    result: dict[str, Any] = {}
    for key, value in body.items():
        name = mask(key) if isinstance(key, str) else key
        result[_free(name, result)] = masked_value(value, mask)
    return result


def masked_value(value: object, mask: Callable[[str], str]) -> object:
    """The same value with every string in it masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return masked_mapping(value, mask)
    if isinstance(value, list | tuple):
        return [masked_value(item, mask) for item in value]
    return value


def _free(name: str, taken: Mapping[str, Any]) -> str:
    count, free = 1, name
    while free in taken:
        count += 1
        free = f"{name} ({count})"
    return free
