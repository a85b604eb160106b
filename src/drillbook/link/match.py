"""Alert + Pack → the Runbook to follow, or why there is none.

Everything in an alert is hostile text. A URL only chooses among the runbooks of the pack that is
already read; nothing is ever fetched, and no path outside the pack can be named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from drillbook.model.alert import Alert
from drillbook.model.incident import MatchedBy
from drillbook.model.pack import Pack
from drillbook.model.runbook import Runbook

ANNOTATION = "runbook_url"
URL_CHARACTERS_MAX = 2048
QUOTED_CHARACTERS_MAX = 120
_EXTENSIONS = (".markdown", ".md", ".html", ".htm")
# What a web server or a code host shows for a folder.
_FOLDER_PAGES = ("index", "readme")
_DEFAULT_PORTS = (None, 80, 443)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The runbook to follow and how it was found; `because` is a sentence for people."""

    runbook: Runbook | None
    matched_by: MatchedBy
    because: str


@dataclass(frozen=True, slots=True)
class _Address:
    """A URL as it is compared: no scheme, no query, folded host, decoded path."""

    host: str
    port: int | None
    segments: tuple[str, ...]
    anchor: str


def match(alert: Alert, pack: Pack) -> Match:
    """Find the runbook of an alert: by its runbook_url, else by the runbooks' alerts lists.

    Never raises over what the alert or the pack says.
    """
    url = alert.annotations.get(ANNOTATION, "").strip()
    found, why_not = _by_url(url, pack)
    if found is not None:
        because = f"the alert's {ANNOTATION} {_quoted(url)} names {_named(found)}"
        return Match(runbook=found, matched_by=MatchedBy.RUNBOOK_URL, because=because)
    return _by_alerts_list(alert.name, pack, why_not)


def _by_alerts_list(name: str, pack: Pack, why_not: str) -> Match:
    claiming = [runbook for runbook in pack.runbooks if name in runbook.alerts]
    if len(claiming) == 1:
        because = f"{why_not}; {_named(claiming[0])} alone lists the alert {_quoted(name)}"
        return Match(runbook=claiming[0], matched_by=MatchedBy.ALERTS_LIST, because=because)
    if claiming:
        names = " and ".join(_named(runbook) for runbook in claiming)
        reason = f"the alert {_quoted(name)} is listed by {names}: leave it in one of them"
    else:
        reason = f"no runbook of the pack {pack.name} lists the alert {_quoted(name)}"
    return Match(runbook=None, matched_by=MatchedBy.NOTHING, because=f"{why_not}; {reason}")


def _by_url(url: str, pack: Pack) -> tuple[Runbook | None, str]:
    """The runbook that the URL names, or None and why not."""
    if not url:
        return None, f"the alert has no {ANNOTATION}"
    address = _address(url)
    if address is None:
        return None, f"the {ANNOTATION} {_quoted(url)} is no address of a runbook"
    stem = _stem(address, pack.runbook_urls)
    if stem is None:
        return None, f"no runbook_urls prefix of the pack fits {_quoted(url)}"
    return _of_file(_in_file(stem, pack.runbooks), address.anchor, url)


def _of_file(found: Sequence[Runbook], anchor: str, url: str) -> tuple[Runbook | None, str]:
    """Choose among the runbooks of one file by the URL's fragment."""
    if not found:
        return None, f"the pack has no runbook at {_quoted(url)}"
    exact = [runbook for runbook in found if runbook.anchor.casefold() == anchor.casefold()]
    if len(exact) == 1:
        return exact[0], ""
    if len(found) == 1 and (not anchor or not found[0].anchor):
        # A fragment may also point at a section inside a runbook that is a whole file.
        return found[0], ""
    return None, f"{_quoted(url)} does not say which runbook of {found[0].path} is meant"


def _address(url: str) -> _Address | None:
    """The URL in comparable form, or None where it is refused."""
    if len(url) > URL_CHARACTERS_MAX or any(not char.isprintable() for char in url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    segments = _segments(parts.path)
    if not _is_web(parts) or not host or segments is None:
        return None
    return _Address(
        host=host.rstrip(".").casefold(),
        port=None if port in _DEFAULT_PORTS else port,
        segments=segments,
        anchor=unquote(parts.fragment),
    )


def _is_web(parts: SplitResult) -> bool:
    return parts.scheme in {"http", "https"}


def _segments(path: str) -> tuple[str, ...] | None:
    """The decoded parts of a path, or None where one could leave its folder.

    Decoded once and only after the split, so that `%2f` and `%252e` stay what they are.
    """
    decoded = [unquote(segment) for segment in path.split("/")]
    if any(_is_refused(segment) for segment in decoded):
        return None
    return tuple(segment for segment in decoded if segment not in {"", "."})


def _is_refused(segment: str) -> bool:
    return segment == ".." or "/" in segment or "\\" in segment or not segment.isprintable()


def _stem(address: _Address, runbook_urls: Mapping[str, str]) -> tuple[str, ...] | None:
    """The path inside the pack, without extension, that the longest fitting prefix gives."""
    best: tuple[int, str] | None = None
    for prefix, folder in sorted(runbook_urls.items()):
        other = _address(prefix)
        if other is not None and _fits(other, address):
            length = len(other.segments)
            best = (length, folder) if best is None or length > best[0] else best
    if best is None:
        return None
    inside = _segments(best[1])
    return None if inside is None else _bare((*inside, *address.segments[best[0] :]))


def _fits(prefix: _Address, address: _Address) -> bool:
    """Whole segments are compared, so that `…/erp` is no prefix of `…/erpgo`."""
    length = len(prefix.segments)
    return (prefix.host, prefix.port, prefix.segments) == (
        address.host,
        address.port,
        address.segments[:length],
    )


def _bare(segments: tuple[str, ...]) -> tuple[str, ...]:
    """The path without the last segment's extension: a page may be published as HTML."""
    if not segments:
        return segments
    last = segments[-1]
    for extension in _EXTENSIONS:
        if last.casefold().endswith(extension) and len(last) > len(extension):
            return (*segments[:-1], last[: -len(extension)])
    return segments


def _in_file(stem: tuple[str, ...], runbooks: Iterable[Runbook]) -> tuple[Runbook, ...]:
    """The runbooks of the file with that stem, else of the folder's own page."""
    stems = [(runbook, _bare(_segments(runbook.path) or ())) for runbook in runbooks]
    found = tuple(runbook for runbook, other in stems if other and other == stem)
    return found or tuple(
        runbook
        for runbook, other in stems
        if other and other[:-1] == stem and other[-1].casefold() in _FOLDER_PAGES
    )


def _named(runbook: Runbook) -> str:
    return f"{runbook.path}#{runbook.anchor}" if runbook.anchor else runbook.path


def _quoted(text: str) -> str:
    """Hostile text, bounded, and without anything that a terminal would act upon."""
    shown = "".join(char if char.isprintable() else "?" for char in text[:QUOTED_CHARACTERS_MAX])
    return f'"{shown}…"' if len(text) > QUOTED_CHARACTERS_MAX else f'"{shown}"'
