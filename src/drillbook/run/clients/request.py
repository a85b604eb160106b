"""The text of an HTTP step → its request line, headers and body; with values, what is sent.

The text is taken apart before any value is put in, and each value is written in the way of its
place: percent-encoded in the path and query, escaped in a JSON string, encoded in a form. So a
value never adds a segment, a header or a field.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from drillbook.run.clients.variables import Piece, Variable, names_in, pieces_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
VALUE_BYTES_MAX = 65_536

_METHOD = re.compile(r"[A-Z]{1,20}")
_HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}):[ \t]*(.*)")
_ABSOLUTE = re.compile(r"(https?://[^/?#]*)(.*)", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null")
_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"')
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# What decides where a message ends, and whom the connection serves, is ours.
_REFUSED_HEADERS = frozenset(
    "connection content-length expect keep-alive te trailer transfer-encoding upgrade".split()
)
_REFUSED_BEGINNING = "proxy-"
OVERRIDES = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})
_LITERAL_SAFE = "!$%&'()*+,/:;=?@[]~-._"


class RequestTextError(Exception):
    """The text is no request; the message says what is wrong."""


class ValueRefused(Exception):  # noqa: N818 -- what a value is, not an error of ours
    """A value cannot stand at its place; the message says which and why."""


class Request(NamedTuple):
    """A request as it is written. `base` is `$NAME`, `http://host`, or empty: the target's."""

    method: str
    base: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def content_type(self) -> str:
        """The media type in small letters, empty where no header names one."""
        named = (value for name, value in self.headers if name.lower() == "content-type")
        return next(named, "").partition(";")[0].strip().lower()


class Filled(NamedTuple):
    """A request with its values; `base` is a URL, empty for the target's."""

    method: str
    base: str
    path: str
    headers: tuple[tuple[str, bytes], ...]
    body: bytes | None


Values = Callable[[str], str]


def request_of(text: str) -> Request:
    """Take the text apart. Raises RequestTextError."""
    if "\0" in text:
        raise RequestTextError("it holds a NUL character")
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    method, base, path = _request_line(lines[0])
    end = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    headers = tuple(_header(line) for line in lines[1:end])
    request = Request(method, base, path, headers, "\n".join(lines[end + 1 :]))
    _refuse_what_no_value_could_stand_in(request)
    return request


def variables_of(request: Request) -> tuple[str, ...]:
    """The names of all variables of the request."""
    texts = (request.base, request.path, *(value for _, value in request.headers), request.body)
    return tuple(name for text in texts for name in names_in(text))


def filled(request: Request, values: Values) -> Filled:
    """The request as it is sent. Raises ValueRefused, and whatever `values` raises."""
    return Filled(
        method=request.method,
        base=_joined(request.base, lambda each: values(each.name)),
        path=_filled_path(request.path, values),
        headers=tuple((name, _filled_header(name, text, values)) for name, text in request.headers),
        body=_filled_body(request, values) if request.body else None,
    )


def _request_line(line: str) -> tuple[str, str, str]:
    words = line.split()
    if len(words) == 3 and words[2] in ("HTTP/1.0", "HTTP/1.1"):
        words.pop()
    if len(words) != 2 or not _METHOD.fullmatch(words[0]):
        raise RequestTextError("its first line is not `METHOD URL`, such as `GET $API_URL/health`")
    method, target = words
    if method in ("CONNECT", "TRACE"):
        raise RequestTextError(f"{method} is not supported")
    base, path = _target(target)
    if "#" in path:
        raise RequestTextError("the URL has a `#`, which no server is ever sent")
    if path and path[0] not in "/?":
        raise RequestTextError(f"`/` is missing behind `{base}`")
    return method, base, path if path.startswith("/") else f"/{path}"


def _target(target: str) -> tuple[str, str]:
    if target.startswith("/"):
        return "", target
    pieces = pieces_of(target)
    if len(pieces) > 1 and pieces[0] == "" and isinstance(pieces[1], Variable):
        return target[: pieces[1].end], target[pieces[1].end :]
    found = _ABSOLUTE.fullmatch(target)
    if found is None:
        raise RequestTextError("the URL begins with none of `http://`, `https://`, `$NAME`, `/`")
    if names_in(found[1]):
        raise RequestTextError(
            "a variable stands in the host; make the whole beginning one, as in `$API_URL/health`"
        )
    if "@" in found[1]:
        raise RequestTextError("the URL holds a user; send an Authorization header")
    return found[1], found[2]


def _header(line: str) -> tuple[str, str]:
    found = _HEADER.fullmatch(line)
    if found is None:
        raise RequestTextError(f"`{line[:40]}` is no header; a blank line ends the headers")
    name, value = found[1], found[2].rstrip()
    if name.lower() in _REFUSED_HEADERS or name.lower().startswith(_REFUSED_BEGINNING):
        raise RequestTextError(f"the header {name} is ours to send")
    if _CONTROL.search(value):
        raise RequestTextError(f"the header {name} holds a control character")
    return name, value


def _refuse_what_no_value_could_stand_in(request: Request) -> None:
    literal = "".join(each for each in pieces_of(request.path) if isinstance(each, str))
    if _has_dot_segment(request.path):
        raise RequestTextError("the path holds `.` or `..` as a segment")
    if not literal.isprintable():
        raise RequestTextError("the path holds a character that cannot be seen")
    if any(n.lower() == "content-type" and names_in(value) for n, value in request.headers):
        raise RequestTextError("the Content-Type holds a variable")
    if names_in(request.body) and _writer(request.content_type) is None:
        raise RequestTextError(
            "a variable stands in a body of which nothing says how values are written; add a "
            "Content-Type: application/json, application/x-www-form-urlencoded or text/plain"
        )


def _has_dot_segment(path: str) -> bool:
    segments = path.partition("?")[0].split("/")
    return any(unquote(segment) in (".", "..") for segment in segments)


def _joined(text: str, written: Callable[[Variable], str]) -> str:
    return "".join(
        written(each) if isinstance(each, Variable) else each for each in pieces_of(text)
    )


def _filled_path(text: str, values: Values) -> str:
    query_at = text.find("?") if "?" in text else len(text)

    def encoded(variable: Variable) -> str:
        value = _bounded(variable, values)
        if not value and variable.at < query_at:
            # Without it another thing would be asked for: `/orders/` in place of `/orders/7`.
            raise ValueRefused(f"${variable.name} is empty, and stands in the path")
        return quote(value, safe="")

    path = "".join(
        encoded(each) if isinstance(each, Variable) else quote(each, safe=_LITERAL_SAFE)
        for each in pieces_of(text)
    )
    if _has_dot_segment(path):
        raise ValueRefused("with its values, the path holds `.` or `..` as a segment")
    return path


def _filled_header(name: str, text: str, values: Values) -> bytes:
    value = _joined(text, lambda each: _bounded(each, values))
    if _CONTROL.search(value):
        raise ValueRefused(f"with its value, the header {name} holds a control character")
    return value.encode()


def _bounded(variable: Variable, values: Values) -> str:
    value = values(variable.name)
    if len(value.encode()) > VALUE_BYTES_MAX:
        raise ValueRefused(f"${variable.name} is longer than {VALUE_BYTES_MAX} bytes")
    return value


def _filled_body(request: Request, values: Values) -> bytes:
    writer = _writer(request.content_type) or _written_plainly
    return "".join(writer(pieces_of(request.body), values)).encode()


def _writer(content_type: str) -> Callable[[tuple[Piece, ...], Values], Iterator[str]] | None:
    if content_type == "application/json" or content_type.endswith("+json"):
        return _written_in_json
    return {
        "application/x-www-form-urlencoded": _written_in_form,
        "text/plain": _written_plainly,
    }.get(content_type)


def _written_plainly(pieces: tuple[Piece, ...], values: Values) -> Iterator[str]:
    for piece in pieces:
        yield piece if isinstance(piece, str) else _bounded(piece, values)


def _written_in_form(pieces: tuple[Piece, ...], values: Values) -> Iterator[str]:
    for piece in pieces:
        yield piece if isinstance(piece, str) else quote(_bounded(piece, values), safe="")


def _written_in_json(pieces: tuple[Piece, ...], values: Values) -> Iterator[str]:
    """Inside of quotes any text, escaped; outside only what is no more than one number."""
    is_quoted = False
    backslashes = 0
    for piece in pieces:
        if isinstance(piece, str):
            is_quoted ^= len(_QUOTE.findall(piece)) % 2 == 1
            yield piece
            backslashes = len(piece) - len(piece.rstrip("\\"))
            continue
        value = _bounded(piece, values)
        if backslashes % 2:
            raise ValueRefused(f"a backslash stands before ${piece.name}")
        if is_quoted:
            yield json.dumps(value)[1:-1]
        elif _NUMBER.fullmatch(value):
            yield value
        else:
            raise ValueRefused(f"${piece.name} is no number, and stands outside of quotes")
