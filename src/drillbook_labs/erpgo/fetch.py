"""A loopback URL → status and body, within a time limit; no proxy, no redirect."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

BODY_BYTES_MAX = 16_000_000


class UnreachableError(Exception):
    """No answer came in time; the message says what was asked and what came instead."""


class NotUnderstoodError(Exception):
    """An answer came that is not what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered."""

    status: int
    body: bytes

    def json(self) -> object:
        """Read the body as JSON. Raises NotUnderstoodError."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise NotUnderstoodError(f"not JSON but {self.body[:80]!r}") from error


def fetch(url: str, *, timeout_s: float, send: Mapping[str, str] | None = None) -> Reply:
    """GET the URL, or POST `send` as JSON. Raises UnreachableError."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=timeout_s)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    body = None if send is None else json.dumps(send)
    headers = {} if body is None else {"Content-Type": "application/json"}
    try:
        connection.request("GET" if body is None else "POST", target, body, headers)
        response = connection.getresponse()
        return Reply(status=response.status, body=response.read(BODY_BYTES_MAX))
    except (OSError, http.client.HTTPException) as error:
        raise UnreachableError(f"{url}: {str(error) or type(error).__name__}") from error
    finally:
        connection.close()
