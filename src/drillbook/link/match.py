"""Alert + Pack → the Runbook to follow, or why there is none.

Everything in an alert is hostile text. A URL only chooses among the runbooks of the pack that is
already read; nothing is ever fetched, and no path outside the pack can be named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drillbook.link.address import ANNOTATION, FOLDER_PAGES, address_of, bare, segments_of, stem_of
from drillbook.model.alert import Alert
from drillbook.model.incident import MatchedBy
from drillbook.model.pack import Pack
from drillbook.model.runbook import Kind, Runbook

QUOTED_CHARACTERS_MAX = 120
_BY_NAME = "and a procedure is started by its name, never by an alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The runbook to follow and how it was found; `because` is a sentence for people."""

    runbook: Runbook | None
    matched_by: MatchedBy
    because: str


def match(alert: Alert, pack: Pack) -> Match:
    """Find the runbook of an alert: by its runbook_url, else by the runbooks' alerts lists.

    Never raises over what the alert or the pack says.
    """
    url = alert.annotations.get(ANNOTATION, "").strip()
    found, why_not = _by_url(url, pack)
    if found is not None and found.kind is Kind.PROCEDURE:
        because = f"the alert's {ANNOTATION} names {_named(found)}, {_BY_NAME}"
        return Match(runbook=None, matched_by=MatchedBy.NOTHING, because=because)
    if found is not None:
        because = f"the alert's {ANNOTATION} {_quoted(url)} names {_named(found)}"
        return Match(runbook=found, matched_by=MatchedBy.RUNBOOK_URL, because=because)
    return _by_alerts_list(alert.name, pack, why_not)


def _by_alerts_list(name: str, pack: Pack, why_not: str) -> Match:
    claiming = [runbook for runbook in pack.runbooks if name in runbook.alerts]
    if len(claiming) == 1 and claiming[0].kind is Kind.PROCEDURE:
        because = f"{why_not}; {_named(claiming[0])} lists the alert, {_BY_NAME}"
        return Match(runbook=None, matched_by=MatchedBy.NOTHING, because=because)
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
    address = address_of(url)
    if address is None:
        return None, f"the {ANNOTATION} {_quoted(url)} is no address of a runbook"
    stem = stem_of(address, pack.runbook_urls)
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


def _in_file(stem: tuple[str, ...], runbooks: Iterable[Runbook]) -> tuple[Runbook, ...]:
    """The runbooks of the file with that stem, else of the folder's own page.

    Where no file is called so exactly, one whose name differs by capitals alone: sites publish
    their pages in small letters.
    """
    stems = [(runbook, bare(segments_of(runbook.path) or ())) for runbook in runbooks]
    found = tuple(runbook for runbook, other in stems if other and other == stem)
    found = found or tuple(
        runbook
        for runbook, other in stems
        if other and other[:-1] == stem and other[-1].casefold() in FOLDER_PAGES
    )
    if found:
        return found
    small = [runbook for runbook, other in stems if other and _small(other) == _small(stem)]
    return tuple(small) if len({runbook.path for runbook in small}) == 1 else ()


def _small(segments: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(segment.casefold() for segment in segments)


def _named(runbook: Runbook) -> str:
    return f"{runbook.path}#{runbook.anchor}" if runbook.anchor else runbook.path


def _quoted(text: str) -> str:
    """Hostile text, bounded, and without anything that a terminal would act upon."""
    shown = "".join(char if char.isprintable() else "?" for char in text[:QUOTED_CHARACTERS_MAX])
    return f'"{shown}…"' if len(text) > QUOTED_CHARACTERS_MAX else f'"{shown}"'
