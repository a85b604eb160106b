"""A token's text + the journal + the people of `drillbook.toml` → the Caller, or why there is none.

A token is `dbk_ID_SECRET`. The journal keeps the SHA-256 of its secret in the stream `token/ID`:
`token-created` {person, sha256, expires_at_ns, by, note}, `token-revoked` {by}.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from drillbook.model.journal import Entry, Journal, MovedError
from drillbook.model.people import Caller, Person

STREAM = "token/"
CREATED, REVOKED = "token-created", "token-revoked"
ID_BYTES = 5
SECRET_BYTES = 32
EXPIRES_S_DEFAULT = 90 * 86_400.0
EXPIRES_S_MAX = 366 * 86_400.0
# A text longer than this is no token: it is not even looked at.
TEXT_CHARS_MAX = 200

_SHAPE = re.compile(r"dbk_([0-9a-f]{10})_([A-Za-z0-9_-]{43})")
_NONE = "0" * 64


class IdentityError(Exception):
    """Who asks is not known, or may not ask for this; one line says why, and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What the journal says of a token; times in nanoseconds since the Unix epoch."""

    id: str
    person: str
    created_at_ns: int
    expires_at_ns: int
    by: str
    note: str = ""
    revoked_by: str | None = None

    def is_valid(self, people: Mapping[str, Person], now_ns: int) -> bool:
        """Whether it would still let its person in."""
        is_open = self.revoked_by is None and now_ns < self.expires_at_ns
        return is_open and self.person in people


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """Whose token is made, for how many seconds from now, by whom, and what for."""

    person: str
    by: str
    lasts_s: float = EXPIRES_S_DEFAULT
    note: str = ""


def create(journal: Journal, wanted: NewToken, now_ns: int) -> tuple[Token, str]:
    """Journal a new token; what it is, and its text, which nobody can ever be shown again."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    body = {
        "person": wanted.person,
        "sha256": _digest(secret),
        "expires_at_ns": now_ns + int(wanted.lasts_s * 1e9),
        "by": wanted.by,
        "note": wanted.note,
    }
    while True:
        name = secrets.token_hex(ID_BYTES)
        try:
            entry = journal.append(f"{STREAM}{name}", CREATED, body, if_head=0)
        except MovedError:
            # Another token has this name already.
            continue
        return _token(name, (entry,)), f"dbk_{name}_{secret}"


def verify(journal: Journal, people: Mapping[str, Person], text: str, now_ns: int) -> Caller:
    """Whose token this is. Raises IdentityError, which never repeats the text."""
    shape = _SHAPE.fullmatch(text.strip()) if len(text) <= TEXT_CHARS_MAX else None
    if shape is None:
        raise IdentityError(
            "what was given as a token is none: one reads dbk_…; "
            "have one made with `drillbook token create NAME`"
        )
    name, secret = shape.groups()
    entries = journal.entries(f"{STREAM}{name}")
    kept = str(entries[0].body["sha256"]) if entries else _NONE
    if not hmac.compare_digest(_digest(secret), kept):
        raise IdentityError(
            "this token is not known to this journal; look whether --config names the right "
            "installation, or have one made with `drillbook token create NAME`"
        )
    token = _token(name, entries)
    if not token.is_valid(people, now_ns):
        raise IdentityError(_refusal(token, people))
    return Caller(name=token.person, roles=people[token.person].roles, token=token.id)


def find(journal: Journal, name: str) -> Token | None:
    """The token of this id, None where there is none."""
    entries = journal.entries(f"{STREAM}{name}")
    return _token(name, entries) if entries else None


def every(journal: Journal) -> list[Token]:
    """All tokens that were ever made, oldest first."""
    names = [stream.removeprefix(STREAM) for stream in journal.streams(STREAM)]
    return [token for token in (find(journal, name) for name in names) if token]


def revoke(journal: Journal, name: str, by: str) -> None:
    """Let the token let nobody in from now on; one that was revoked stays so."""
    if journal.entries(f"{STREAM}{name}"):
        journal.append(f"{STREAM}{name}", REVOKED, {"by": by})


def _token(name: str, entries: Any) -> Token:
    body = entries[0].body
    return Token(
        id=name,
        person=str(body["person"]),
        created_at_ns=entries[0].at_ns,
        expires_at_ns=int(body["expires_at_ns"]),
        by=str(body["by"]),
        note=str(body["note"]),
        revoked_by=_revoker(entries),
    )


def _revoker(entries: Any) -> str | None:
    found: list[Entry] = [entry for entry in entries if entry.kind == REVOKED]
    return str(found[0].body["by"]) if found else None


def _refusal(token: Token, people: Mapping[str, Person]) -> str:
    cure = f"have a new one made with `drillbook token create {token.person}`"
    if token.revoked_by is not None:
        return f"token {token.id} of {token.person} was revoked by {token.revoked_by}; {cure}"
    if token.person not in people:
        return (
            f"token {token.id} is of {token.person}, whom drillbook.toml does not name any more; "
            f"add [people.{token.person}], or use a token of somebody who is there"
        )
    at = datetime.fromtimestamp(token.expires_at_ns / 1e9, tz=UTC)
    return f"token {token.id} of {token.person} expired at {at:%Y-%m-%d %H:%M} UTC; {cure}"


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
