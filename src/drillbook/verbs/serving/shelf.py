"""Settings → the runbooks that may be started from afar: those of the configured packs, by name.

A name from outside only ever chooses among what was read from the packs' folders; it is never
made into a path.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from drillbook.model.clock import Clock
from drillbook.model.pack import Pack
from drillbook.model.runbook import Runbook
from drillbook.model.settings import Settings
from drillbook.read.pack import read_pack
from drillbook.verbs.running.secrets import SetupError

# How soon a runbook that was added to a pack can be asked for.
LOOK_AGAIN_S = 5.0
NAMED_MAX = 10


class UnknownRunbookError(Exception):
    """No configured pack has such a runbook; one line says so, and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A runbook of a pack. `name` is PACK/PATH, with #ANCHOR in a file of several."""

    name: str
    pack: Pack
    runbook: Runbook

    @property
    def file(self) -> Path:
        """Where its text lies."""
        return Path(self.pack.folder) / self.runbook.path

    @property
    def path(self) -> str:
        """The file and the anchor, as `plan` wants them."""
        anchor = f"#{self.runbook.anchor}" if self.runbook.anchor else ""
        return f"{self.file}{anchor}"


class Shelf:
    """The packs as they were read. Raises SetupError where two have one name, or one is none."""

    def __init__(self, settings: Settings, *, clock: Clock) -> None:
        self._folders = settings.packs
        self._clock = clock
        self._turn = threading.Lock()
        self._read_at_s = clock.monotonic_s()
        self.packs = _packs(settings)
        self._books = _books(self.packs)

    def books(self) -> tuple[Book, ...]:
        """All runbooks, in the order of their packs."""
        return tuple(self._books.values())

    def find(self, name: str) -> Book:
        """The runbook of this name. Raises UnknownRunbookError."""
        book = self._books.get(name) or self._look_again().get(name)
        if book is None:
            raise UnknownRunbookError(
                f"no configured pack has a runbook of this name; there are {self._some()}"
            )
        if not _is_inside(book.file, Path(book.pack.folder)):
            raise UnknownRunbookError(
                f"{book.name} leads out of its pack by now; put the file itself there"
            )
        return book

    def pack(self, name: str) -> Pack | None:
        """The pack of this name, or None."""
        return next((pack for pack in self.packs if pack.name == name), None)

    def _look_again(self) -> Mapping[str, Book]:
        """The packs read anew, but not for every wrong name that comes along."""
        with self._turn:
            now_s = self._clock.monotonic_s()
            if now_s - self._read_at_s >= LOOK_AGAIN_S:
                self.packs = tuple(read_pack(folder) for folder in self._folders)
                self._books = _books(self.packs)
                self._read_at_s = self._clock.monotonic_s()
            return self._books

    def _some(self) -> str:
        names = list(self._books)
        more = f" and {len(names) - NAMED_MAX} more" if len(names) > NAMED_MAX else ""
        return f"{', '.join(names[:NAMED_MAX]) or 'none'}{more}"


def _packs(settings: Settings) -> tuple[Pack, ...]:
    for folder in settings.packs:
        if not folder.is_dir():
            raise SetupError(f"{folder}: there is no such pack; correct `packs` in drillbook.toml")
    packs = tuple(read_pack(folder) for folder in settings.packs)
    names = [pack.name for pack in packs]
    for pack in packs:
        if names.count(pack.name) > 1:
            raise SetupError(
                f"two packs are called {pack.name!r}, so a runbook of theirs has no name; "
                "give one of them another `name` in its pack.yaml"
            )
    return packs


def _books(packs: tuple[Pack, ...]) -> dict[str, Book]:
    return {book.name: book for pack in packs for book in _books_of(pack)}


def _books_of(pack: Pack) -> Iterator[Book]:
    for runbook in pack.runbooks:
        yield Book(name=name_of(pack, runbook), pack=pack, runbook=runbook)


def name_of(pack: Pack, runbook: Runbook) -> str:
    """How a runbook is called from afar."""
    anchor = f"#{runbook.anchor}" if runbook.anchor else ""
    return f"{pack.name}/{runbook.path}{anchor}"


def _is_inside(file: Path, folder: Path) -> bool:
    """Also where somebody put a link there since the pack was read."""
    inside = os.path.realpath(folder)
    return os.path.commonpath([inside, os.path.realpath(file)]) == inside
