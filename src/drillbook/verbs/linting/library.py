"""Files that were looked at → the Library, and what the lints say of it as a whole."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from drillbook.link.leads import leads_of
from drillbook.lint.ask import of_library
from drillbook.model.finding import Finding
from drillbook.model.inspected import Inspected
from drillbook.model.library import Exposition, Library
from drillbook.read.drill_names import missing_names
from drillbook.read.tree import whole_path
from drillbook.verbs.linting.inspect import Manner

HasFile = Callable[[str], bool]
# No script that people read is longer.
TEXT_BYTES_MAX = 200_000


class Looking:
    """What is there, remembering what was asked: the answers hold while these do.

    Of a text that was asked for, its hash is remembered; "" where there was none.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.asked: dict[str, bool | str] = {}

    def has_file(self, path: str) -> bool:
        """Whether the path, from the root, is a file or a folder."""
        if path not in self.asked:
            self.asked[path] = _is_there(whole_path(self._root, path))
        return bool(self.asked[path])

    def text_of(self, path: str) -> str | None:
        """The text of a file, from the root; None where it is none, or too long."""
        text = _text_at(whole_path(self._root, path))
        self.asked[f"{path}{_TEXT}"] = _hash_of(text)
        return text

    def is_still(self, asked: dict[str, bool | str]) -> bool:
        """Whether all these answers are the same today."""
        return all(self._now(path, said) == said for path, said in asked.items())

    def _now(self, path: str, said: bool | str) -> bool | str:
        whole = whole_path(self._root, path.removesuffix(_TEXT))
        return _hash_of(_text_at(whole)) if isinstance(said, str) else _is_there(whole)


# No path that is asked for ends so.
_TEXT = "\n"


def _text_at(path: str) -> str | None:
    """Of a file alone: what never ends, such as a pipe, is not read."""
    try:
        if not os.path.isfile(path):  # noqa: PTH113 - as for the others
            return None
        with open(path, "rb") as file:  # noqa: PTH123 - as for the others
            data = file.read(TEXT_BYTES_MAX + 1)
        return data.decode() if len(data) <= TEXT_BYTES_MAX else None
    except (OSError, ValueError):
        return None


def _hash_of(text: str | None) -> str:
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


def _is_there(path: str) -> bool:
    try:
        os.stat(path)  # noqa: PTH116 - thousands of times
    except (OSError, ValueError):
        return False
    return True


def of_all(
    files: Sequence[Inspected], manner: Manner, looking: Looking, exposition: Exposition | None
) -> Iterator[Finding]:
    """What one file says of another that is not so."""
    yield from _of_drills(files)
    library = library_of(files, manner, looking.has_file, exposition)
    library = replace(library, text_of=looking.text_of)
    yield from of_library(library, manner.lints, manner.around)


def library_of(
    files: Iterable[Inspected],
    manner: Manner,
    has_file: HasFile,
    exposition: Exposition | None = None,
) -> Library:
    """All that was looked at, with where the runbook_urls of its rules lead."""
    files = tuple(files)
    here = Path(os.path.relpath(manner.folder, manner.root)).as_posix()
    said = manner.around.settings.runbook_urls
    urls = {url: _joined(here, path) for url, path in said.items()}
    for part in (file.pack for file in files if file.pack):
        urls |= {url: _joined(part.folder, path) for url, path in part.runbook_urls.items()}
    configs = tuple(file.scrape_config for file in files if file.scrape_config is not None)
    library = Library(
        cards=tuple(file.card for file in files if file.card is not None),
        rule_files=tuple(file.rule_file for file in files if file.rule_file is not None),
        has_file=has_file,
        exposition=exposition,
        jobs=frozenset().union(*(each.jobs for each in configs)) if configs else None,
        scrape_configs=configs,
        runbook_urls=urls,
    )
    return replace(library, leads=leads_of(library))


def _joined(folder: str, path: str) -> str:
    return os.path.normpath(f"{folder}/{path}")


def _of_drills(files: Sequence[Inspected]) -> Iterator[Finding]:
    """What the drills of whole packs name, and these do not have."""
    for part in (file.pack for file in files if file.pack and file.pack.is_whole):
        inside = "" if part.folder == "." else f"{part.folder}/"
        drills = [f.drill for f in files if f.drill and f.path.startswith(f"{inside}drills/")]
        if drills:
            options = dict(_options(files, inside))
            yield from missing_names(drills, options, _alerts(files, inside))


def _alerts(files: Iterable[Inspected], inside: str) -> Iterator[str]:
    for file in files:
        if file.rule_file and file.path.startswith(f"{inside}rules/"):
            yield from (rule.name for rule in file.rule_file.rules)


def _options(files: Iterable[Inspected], inside: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The Options of each runbook, by the name that a drill of the pack has for it."""
    for file in files:
        if file.card and file.path.startswith(f"{inside}runbooks/"):
            for runbook in file.card.runbooks:
                path = file.path.removeprefix(inside)
                yield f"{path}#{runbook.anchor}" if runbook.anchor else path, runbook.options
