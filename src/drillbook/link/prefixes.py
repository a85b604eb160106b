"""A Library → which beginning of its rules' runbook_urls stands for which folder, as it seems.

The ends of the URLs are compared with the paths of the documents, and what most of them agree on
is tried first; nothing is ever fetched.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from drillbook.link.address import ANNOTATION, FOLDER_PAGES, Address, address_of, bare, segments_of
from drillbook.link.leads import is_templated, leads_of
from drillbook.model.library import LeadKind, Library

SUFFIX_SEGMENTS_MAX = 8
# More are not written into a settings file that people read.
PREFIXES_MAX = 20
TRIED_MAX = 60
# So many documents must be found below a folder by their bare names.
BARE_NAMES_MIN = 3

_Segments = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """`url` stands for `folder`; of the `total` URLs that begin so, `found` lead to a document."""

    url: str
    folder: str
    found: int
    total: int


@dataclass(frozen=True, slots=True)
class _Guess:
    prefix: str
    folder: str
    length: int


def prefixes_of(library: Library) -> tuple[Prefix, ...]:
    """Those that make URLs lead somewhere, the most telling first; deterministic."""
    urls = _urls(library)
    chosen: dict[str, str] = {}
    open_urls = set(urls)
    for guess in _guesses(library, urls):
        if guess.prefix in chosen or len(chosen) == PREFIXES_MAX:
            continue
        found = _found(library, {guess.prefix: guess.folder}, open_urls)
        if len(found) >= (1 if guess.length > 1 else BARE_NAMES_MIN):
            prefix, folder = _narrowed(library, guess, found)
            chosen[prefix] = folder
            open_urls -= found
    return tuple(_counted(library, chosen, urls))


def _urls(library: Library) -> tuple[str, ...]:
    said = (
        rule.annotations.get(ANNOTATION, "").strip()
        for file in library.rule_files
        for rule in file.rules
    )
    return tuple(sorted({url for url in said if url and not is_templated(url)}))


def _guesses(library: Library, urls: Iterable[str]) -> list[_Guess]:
    """The most agreed on first; of equals the longer tail, which is the surer."""
    ends = _ends(library)
    counted: Counter[_Guess] = Counter()
    for url in urls:
        address = address_of(url)
        if address is not None:
            counted.update(_guess(url, address, ends))
    order = sorted(counted, key=lambda g: (-counted[g], -g.length, g.prefix, g.folder))
    return order[:TRIED_MAX]


def _ends(library: Library) -> Mapping[_Segments, list[_Segments]]:
    """The documents by the ends of their paths, in small letters as sites publish them."""
    ends: dict[_Segments, list[_Segments]] = {}
    for card in library.cards:
        stem = bare(segments_of(card.path) or ())
        small = tuple(part.casefold() for part in stem)
        for length in range(1, min(len(stem), SUFFIX_SEGMENTS_MAX) + 1):
            ends.setdefault(small[-length:], []).append(stem)
    return ends


def _guess(
    url: str, address: Address, ends: Mapping[_Segments, list[_Segments]]
) -> Iterator[_Guess]:
    """By the longest end that one document alone has."""
    stem = bare(address.segments)
    wanted = tuple(part.casefold() for part in stem)
    if not wanted or wanted[-1] in FOLDER_PAGES:
        return
    for length in range(min(len(wanted), SUFFIX_SEGMENTS_MAX), 0, -1):
        found = ends.get(wanted[-length:], [])
        if len(found) == 1:
            above = found[0][: len(found[0]) - length]
            prefix = _prefix(url, address.segments[: len(stem) - length])
            yield _Guess(prefix, "/".join(above) or ".", length)
        if found:
            return


def _prefix(url: str, segments: _Segments) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return "/".join((f"{parts.scheme}://{host}", *(quote(part) for part in segments), ""))


def _found(library: Library, urls: Mapping[str, str], wanted: set[str]) -> set[str]:
    """The wanted URLs that begin so and, with these prefixes, lead to a document."""
    begun = {url for url in wanted if _begins(url, urls)}
    if not begun:
        return set()
    leads = leads_of(replace(library, runbook_urls=urls))
    return {url for url in begun if leads[url].kind in (LeadKind.FILE, LeadKind.NO_ANCHOR)}


def _narrowed(library: Library, guess: _Guess, found: set[str]) -> tuple[str, str]:
    """With the folders that all of them share: what else the site holds may lie elsewhere."""
    leads = leads_of(replace(library, runbook_urls={guess.prefix: guess.folder}))
    above = () if guess.folder == "." else segments_of(guess.folder) or ()
    begin = address_of(guess.prefix)
    pages, folders = [], []
    for url in sorted(found):
        address = address_of(url)
        if address is not None and begin is not None:
            pages.append(address.segments[len(begin.segments) : -1])
            folders.append((segments_of(leads[url].path) or ())[len(above) : -1])
    shared = min(len(_shared(pages)), len(_shared(folders)))
    if not shared:
        return guess.prefix, guess.folder
    prefix = guess.prefix + "".join(f"{quote(part)}/" for part in pages[0][:shared])
    return prefix, "/".join((*above, *folders[0][:shared]))


def _shared(paths: list[_Segments]) -> _Segments:
    """What all of them begin with."""
    shared = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return tuple(shared)


def _begins(url: str, prefixes: Iterable[str]) -> bool:
    address = address_of(url)
    return address is not None and any(
        other is not None
        and (other.host, other.port) == (address.host, address.port)
        and address.segments[: len(other.segments)] == other.segments
        for other in map(address_of, prefixes)
    )


def _counted(library: Library, chosen: Mapping[str, str], urls: Iterable[str]) -> Iterator[Prefix]:
    for url, folder in chosen.items():
        begun = {each for each in urls if _begins(each, (url,))}
        found = _found(library, chosen, begun)
        yield Prefix(url=url, folder=folder, found=len(found), total=len(begun))
