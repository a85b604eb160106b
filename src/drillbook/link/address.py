"""A runbook_url → what it names, in a form that can be compared; nothing is ever fetched."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

ANNOTATION = "runbook_url"
URL_CHARACTERS_MAX = 2048
# What a web server or a code host shows for a folder.
FOLDER_PAGES = ("index", "readme")
_EXTENSIONS = (".markdown", ".md", ".html", ".htm")
_DEFAULT_PORTS = (None, 80, 443)


@dataclass(frozen=True, slots=True)
class Address:
    """A URL as it is compared: no scheme, no query, folded host, decoded path."""

    host: str
    port: int | None
    segments: tuple[str, ...]
    anchor: str


def address_of(url: str) -> Address | None:
    """The URL in comparable form, or None where it is refused."""
    if len(url) > URL_CHARACTERS_MAX or any(not char.isprintable() for char in url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    segments = segments_of(parts.path)
    if not _is_web(parts) or not host or segments is None:
        return None
    return Address(
        host=host.rstrip(".").casefold(),
        port=None if port in _DEFAULT_PORTS else port,
        segments=segments,
        anchor=unquote(parts.fragment),
    )


def _is_web(parts: SplitResult) -> bool:
    return parts.scheme in {"http", "https"}


def segments_of(path: str) -> tuple[str, ...] | None:
    """The decoded parts of a path, or None where one could leave its folder.

    Decoded once and only after the split, so that `%2f` and `%252e` stay what they are.
    """
    decoded = [unquote(segment) for segment in path.split("/")]
    if any(_is_refused(segment) for segment in decoded):
        return None
    return tuple(segment for segment in decoded if segment not in {"", "."})


def _is_refused(segment: str) -> bool:
    return segment == ".." or "/" in segment or "\\" in segment or not segment.isprintable()


def stem_of(address: Address, runbook_urls: Mapping[str, str]) -> tuple[str, ...] | None:
    """The path inside the tree, without extension, that the longest fitting prefix gives."""
    best: tuple[int, str] | None = None
    for prefix, folder in sorted(runbook_urls.items()):
        other = address_of(prefix)
        if other is not None and _fits(other, address):
            length = len(other.segments)
            best = (length, folder) if best is None or length > best[0] else best
    if best is None:
        return None
    inside = segments_of(best[1])
    return None if inside is None else bare((*inside, *address.segments[best[0] :]))


def _fits(prefix: Address, address: Address) -> bool:
    """Whole segments are compared, so that `…/erp` is no prefix of `…/erpgo`."""
    length = len(prefix.segments)
    return (prefix.host, prefix.port, prefix.segments) == (
        address.host,
        address.port,
        address.segments[:length],
    )


def bare(segments: tuple[str, ...]) -> tuple[str, ...]:
    """The path without the last segment's extension: a page may be published as HTML."""
    if not segments:
        return segments
    last = segments[-1]
    for extension in _EXTENSIONS:
        if last.casefold().endswith(extension) and len(last) > len(extension):
            return (*segments[:-1], last[: -len(extension)])
    return segments
