"""A Library → which metrics there are, which expressions ask for them, who loads the rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import re2

from drillbook.lint.metrics.promql import Selector, selectors
from drillbook.model.library import Library, ScrapeConfig
from drillbook.model.place import Place
from drillbook.model.rule import Record, Rule, RuleFile

PATTERN_CHARS_MAX = 1_000
# What Prometheus makes by itself.
_OWN = frozenset(("up", "ALERTS", "ALERTS_FOR_STATE"))
_OWN_BEGINNING = "scrape_"
_HISTOGRAM_SUFFIXES = ("_bucket", "_sum", "_count")
# Labels that Prometheus adds to what an exporter says.
TARGET_LABELS = frozenset(
    ("job", "instance", "namespace", "pod", "container", "node", "cluster", "service", "endpoint",
     "environment", "env", "region", "zone", "host", "prometheus", "replica", "team", "tenant")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One selector of an expression, of an alert or of a recording rule; `what` names it."""

    selector: Selector
    what: str
    place: Place
    file: RuleFile


def asked_of(library: Library) -> Iterator[Asked]:
    """Every selector of every rule."""
    for file in library.rule_files:
        every: list[Rule | Record] = [*file.rules, *file.records]
        for one in every:
            for selector in selectors(one.expr):
                yield Asked(selector, one.name, one.expr_place, file)


def recorded(library: Library) -> frozenset[str]:
    """What recording rules make."""
    return frozenset(record.name for file in library.rule_files for record in file.records)


def is_made_by_prometheus(name: str) -> bool:
    """Such as `up`."""
    return name in _OWN or name.startswith(_OWN_BEGINNING)


def is_exported(name: str, library: Library) -> bool:
    """Whether the exposition has it, also as a part of a histogram that is kept whole."""
    if library.exposition is None:
        return True
    metrics = library.exposition.metrics
    if name in metrics:
        return True
    whole = next((name[: -len(s)] for s in _HISTOGRAM_SUFFIXES if name.endswith(s)), "")
    return whole in metrics and metrics[whole].type in ("histogram", "summary")


def loads(config: ScrapeConfig, file: RuleFile) -> bool:
    """Whether the configuration names the file.

    An absolute path is one inside the container that it is mounted into: names are compared.
    """
    folder = PurePosixPath(config.path).parent
    for pattern in config.rule_files:
        if PurePosixPath(pattern).is_absolute():
            if fnmatchcase(PurePosixPath(file.path).name, PurePosixPath(pattern).name):
                return True
        elif fnmatchcase(file.path, _inside(str(folder), pattern)):
            return True
    return False


def _inside(folder: str, pattern: str) -> str:
    parts = [] if folder == "." else folder.split("/")
    for part in pattern.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def top_of(path: str) -> str:
    """The first folder of a path; empty for a file at the root."""
    return path.partition("/")[0] if "/" in path else ""


def fits_any(pattern: str, words: frozenset[str]) -> bool | None:
    """Whether a pattern fits one of the words whole; None where it is none."""
    if len(pattern) > PATTERN_CHARS_MAX:
        return None
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error:
        return None
    return any(compiled.fullmatch(word) is not None for word in words)
