"""A Library → where each runbook_url of its rules leads; nothing is ever fetched.

A prefix of `runbook_urls` decides where there is one. Else the end of a URL's path is looked for
among the documents, and where several URLs agree on where a site's folder lies, the tree is taken
to be the site's: then what is missing there is missing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from drillbook.link.address import (
    ANNOTATION,
    FOLDER_PAGES,
    Address,
    address_of,
    bare,
    segments_of,
    stem_of,
)
from drillbook.model.library import Card, Lead, LeadKind, Library

# So many URLs must be found below one folder before another one is said to be missing there.
AGREEING_MIN = 3
SUFFIX_SEGMENTS_MAX = 8
_EXTENSIONS = (".md", ".markdown", ".html", "")
_CODE_HOSTS = ("github.", "gitlab.", "bitbucket.", "codeberg.", "gitea.")
# Anchors that a browser or a code host understands by itself.
_OWN_ANCHORS = (":~:", "L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9")

_Segments = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Site:
    """A folder of a web site, and the folder of the tree that is taken to be its source."""

    host: str
    port: int | None
    segments: _Segments
    folder: _Segments


def leads_of(library: Library) -> Mapping[str, Lead]:
    """By the URL as the rules write it."""
    urls = {
        url: None
        for file in library.rule_files
        for rule in file.rules
        if (url := rule.annotations.get(ANNOTATION, "").strip())
    }
    atlas = Atlas(library, urls)
    return {url: atlas.lead(url) for url in urls}


def is_templated(url: str) -> bool:
    """Whether it is completed only when the alert fires."""
    return "{{" in url


class Atlas:
    """Where the documents of a tree lie, and which sites they are the source of."""

    def __init__(self, library: Library, urls: Iterable[str]) -> None:
        self._library = library
        self._cards: dict[_Segments, Card] = {}
        self._small: dict[_Segments, Card] = {}
        self._by_end: dict[_Segments, set[_Segments]] = defaultdict(set)
        for card in library.cards:
            stem = bare(segments_of(card.path) or ())
            if stem:
                self._add(stem, card)
        self._folders = {stem[:-1] for stem in self._small}
        self._parents = {folder[:-1] for folder in self._folders if folder}
        addresses = (address_of(url) for url in urls if not is_templated(url))
        self._sites = self._agreed(address for address in addresses if address is not None)

    def _add(self, stem: _Segments, card: Card) -> None:
        self._cards[stem] = card
        small = _small(stem)
        self._small.setdefault(small, card)
        ends = [small, small[:-1]] if small[-1] in FOLDER_PAGES else [small]
        for end in ends:
            for length in range(1, min(len(end), SUFFIX_SEGMENTS_MAX) + 1):
                self._by_end[end[-length:]].add(stem)

    def lead(self, url: str) -> Lead:
        """Where the URL leads."""
        if is_templated(url):
            return Lead(kind=LeadKind.TEMPLATED)
        address = address_of(url)
        if address is None:
            return Lead(kind=LeadKind.NO_ADDRESS)
        stem = stem_of(address, self._library.runbook_urls)
        return self._at(stem, address) if stem is not None else self._supposed(address)

    def _supposed(self, address: Address) -> Lead:
        """Where an address leads that no prefix of `runbook_urls` fits."""
        found, length = self._found_by_end(address)
        if found is not None and length > 1:
            return _of_card(self._cards[found], address.anchor)
        for site in self._sites:
            if self._covers(site, address):
                return self._at(_below(site, address), address)
        if found is not None:
            # By the name of the file alone: enough to follow it, not to judge its anchor.
            return Lead(kind=LeadKind.FILE, path=self._cards[found].path)
        return Lead(kind=LeadKind.ELSEWHERE, prefix=_prefix(address))

    def _at(self, stem: _Segments, address: Address) -> Lead:
        """Of a stem that must be there."""
        card = self._card(stem)
        if card is not None:
            return _of_card(card, address.anchor)
        path = "/".join(stem)
        for extension in _EXTENSIONS:
            if path and self._library.has_file(path + extension):
                return Lead(kind=LeadKind.FILE, path=path + extension, anchor=address.anchor)
        return Lead(kind=LeadKind.NO_FILE, path=path)

    def _card(self, stem: _Segments) -> Card | None:
        pages = [stem, *((*stem, page) for page in FOLDER_PAGES)]
        exact = next((self._cards[page] for page in pages if page in self._cards), None)
        return exact or next(
            (self._small[_small(page)] for page in pages if _small(page) in self._small), None
        )

    def _found_by_end(self, address: Address) -> tuple[_Segments | None, int]:
        """The one document whose path ends as the URL's does, and on how many segments."""
        wanted = _small(bare(address.segments))
        for length in range(min(len(wanted), SUFFIX_SEGMENTS_MAX), 0, -1):
            found = self._by_end.get(wanted[-length:], set())
            if len(found) == 1 and wanted[-1] not in FOLDER_PAGES:
                return next(iter(found)), length
            if found:
                return None, 0
        return None, 0

    def _agreed(self, addresses: Iterable[Address]) -> tuple[_Site, ...]:
        """The sites below which so many different documents were found, most first."""
        found: dict[_Site, set[_Segments]] = defaultdict(set)
        for address in addresses:
            stem, length = self._found_by_end(address)
            if stem is not None and length > 1:
                above, folder = address.segments[:-length], stem[: len(stem) - length]
                found[_Site(address.host, address.port, above, folder)].add(stem)
        agreed = [site for site, stems in found.items() if len(stems) >= AGREEING_MIN]
        return tuple(sorted(agreed, key=lambda site: (-len(found[site]), site.segments)))

    def _covers(self, site: _Site, address: Address) -> bool:
        """Whether the URL names a page of a folder of the site that the tree has."""
        length = len(site.segments)
        begins = (site.host, site.port, site.segments)
        if begins != (address.host, address.port, address.segments[:length]):
            return False
        folder = _small(_below(site, address)[:-1])
        depth = len(folder) - len(site.folder)
        return (depth > 0 and folder in self._folders) or (
            # A folder that is missing among its neighbours.
            depth > 1 and folder[:-1] in self._parents
        )


def _below(site: _Site, address: Address) -> _Segments:
    return bare((*site.folder, *address.segments[len(site.segments) :]))


def _of_card(card: Card, anchor: str) -> Lead:
    known = {each.casefold() for each in card.anchors}
    is_there = not anchor or anchor.startswith(_OWN_ANCHORS) or anchor.casefold() in known
    kind = LeadKind.FILE if is_there else LeadKind.NO_ANCHOR
    return Lead(kind=kind, path=card.path, anchor=anchor)


def _prefix(address: Address) -> str:
    """What a setting would name: the host, and on a code host the repository."""
    host = address.host if address.port is None else f"{address.host}:{address.port}"
    is_shared = any(part in host for part in _CODE_HOSTS)
    return "/".join(("https:/", host, *(address.segments[:2] if is_shared else ())))


def _small(segments: _Segments) -> _Segments:
    return tuple(segment.casefold() for segment in segments)
