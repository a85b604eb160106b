"""Files that exporters wrote, or a Prometheus → the metrics that rules are held against."""

import json
import os
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from drillbook.lint.metrics.promql import selectors
from drillbook.model.finding import Finding
from drillbook.model.library import Exposition, Metric
from drillbook.model.rule import Record, Rule
from drillbook.model.settings import Settings
from drillbook.read.exposition import TEXT_BYTES_MAX, merged, read_exposition
from drillbook.read.file import read_text
from drillbook.read.rules import read_rule_file
from drillbook.read.tree import FileKind, files_of
from drillbook.run.clients.ending import StepError
from drillbook.run.clients.wire import Answer, Base, base_of, exchange
from drillbook.verbs.linting.tree import tree_of

REQUEST_S_MAX = 10.0
ALL_S_MAX = 60.0
# So many metrics are looked at closely: their types, their labels.
METRICS_ASKED_MAX = 300
SERIES_MAX = 1_000
NAMES_MAX = 50_000
# What was exported an hour ago counts as exported.
LOOK_BACK_S = 3_600

_PATHS_MAX = 100
_SUFFIXES = ("_bucket", "_sum", "_count", "_total")


class ExportingError(Exception):
    """A Prometheus that does not answer, or is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A Prometheus, the time, and the metrics that are to be looked at closely."""

    url: str
    now_s: float
    used: Sequence[str] = ()
    token: str = field(default="", repr=False)


def exposition_of_files(
    settings: Settings, root: Path
) -> tuple[Exposition | None, tuple[Finding, ...]]:
    """All that the globs `lint.metrics` fit, as one; None where they fit nothing."""
    paths = sorted({each for glob in settings.lint.metrics for each in settings.folder.glob(glob)})
    found: list[Exposition] = []
    findings: list[Finding] = []
    for path in paths[:_PATHS_MAX]:
        exposition, flaws = exposition_of_file(path, os.path.relpath(path, root))
        findings += flaws
        found += [exposition] if exposition is not None else []
    return merged(found), tuple(findings)


def exposition_of_file(path: Path, shown: str) -> tuple[Exposition | None, tuple[Finding, ...]]:
    """One file; None where it cannot be read."""
    text, flaws = read_text(path, shown, limit_bytes=TEXT_BYTES_MAX)
    return read_exposition(text, shown) if text is not None else (None, flaws)


def exposition_of_prometheus(asking: Asking) -> Exposition:
    """All names that it has, and of those that are used their types and labels.

    Raises ExportingError where it does not answer, or is no Prometheus.
    """
    said: list[Exposition | ExportingError] = []

    def gather() -> None:
        try:
            said.append(_gathered(asking))
        except ExportingError as error:
            said.append(error)

    # A thread, for a server that sends a byte now and then ends no time-out of a connection.
    thread = threading.Thread(target=gather, name="exporting", daemon=True)
    thread.start()
    thread.join(ALL_S_MAX)
    if not said:
        raise ExportingError(f"{asking.url} did not answer within {ALL_S_MAX:g} s")
    if isinstance(said[0], ExportingError):
        raise said[0]
    return said[0]


def _gathered(asking: Asking) -> Exposition:
    base = base_of(asking.url)
    if base is None:
        raise ExportingError(f"{asking.url} is no http://HOST:PORT, with a path at most")
    since = {"start": f"{asking.now_s - LOOK_BACK_S:.0f}"}
    names = _asked(base, asking, "/label/__name__/values", since | {"limit": str(NAMES_MAX)})
    known = frozenset(name for name in _list(names) if isinstance(name, str))
    metrics = {name: Metric(name=name) for name in known}
    for name in [each for each in dict.fromkeys(asking.used) if each in known][:METRICS_ASKED_MAX]:
        metrics[name] = Metric(
            name=name, type=_type(base, asking, name), labels=_labels(base, asking, name, since)
        )
    return Exposition(source=asking.url, metrics=metrics, is_whole=len(known) < NAMES_MAX)


def used_in(root: Path, paths: tuple[str, ...], settings: Settings) -> tuple[str, ...]:
    """The metrics that the rules of the tree ask for, each once."""
    names: dict[str, None] = {}
    for found in files_of(tree_of(root, paths, settings)):
        text = read_text(root / found.path)[0] if found.kind is FileKind.YAML else None
        file = read_rule_file(text or "", found.path)[0] if text and "groups" in text else None
        every: list[Rule | Record] = [*file.rules, *file.records] if file else []
        for one in every:
            names |= dict.fromkeys(each.name for each in selectors(one.expr) if each.name)
    return tuple(names)


def _type(base: Base, asking: Asking, name: str) -> str:
    """As the exporter's TYPE line says it; Prometheus knows it by the family's name."""
    families = (name.removesuffix(suffix) for suffix in _SUFFIXES)
    for each in dict.fromkeys((name, *families)):
        said = _asked(base, asking, "/metadata", {"metric": each, "limit": "1"})
        kinds = said.get(each) if isinstance(said, dict) else None
        if kinds and isinstance(kinds, list) and isinstance(kinds[0], dict):
            return str(kinds[0].get("type", "unknown"))
    return "unknown"


def _labels(
    base: Base, asking: Asking, name: str, since: Mapping[str, str]
) -> Mapping[str, frozenset[str]]:
    """None of it where there are more series than are looked at: then nothing is said of them."""
    match = {"match[]": f"{{__name__={json.dumps(name)}}}"}
    series = _list(_asked(base, asking, "/series", {**since, **match, "limit": str(SERIES_MAX)}))
    if len(series) >= SERIES_MAX:
        return {}
    labels: dict[str, set[str]] = defaultdict(set)
    for one in series:
        for label, value in one.items() if isinstance(one, dict) else ():
            labels[str(label)].add(str(value))
    labels.pop("__name__", None)
    return {label: frozenset(values) for label, values in labels.items()}


def _list(data: Any) -> list[Any]:
    return data if isinstance(data, list) else []


def _asked(base: Base, asking: Asking, path: str, query: Mapping[str, str]) -> Any:
    """What stands under `data`. Raises ExportingError."""
    headers: Iterable[tuple[str, bytes]] = (("User-Agent", b"drillbook"), ("Connection", b"close"))
    if asking.token:
        headers = (*headers, ("Authorization", b"Bearer " + asking.token.encode()))
    whole = f"{base.path}/api/v1{path}?{urlencode(query)}"
    try:
        answer = exchange(base, "GET", whole, tuple(headers), b"", timeout_s=REQUEST_S_MAX)
    except StepError as error:
        raise ExportingError(f"{asking.url} does not answer: {error.because}") from error
    return _data(answer, asking.url)


def _data(answer: Answer, url: str) -> Any:
    try:
        said = json.loads(answer.body)
        if answer.is_cut:
            raise ExportingError(f"{url} answers more than is read")
        if said["status"] == "success":
            return said["data"]
        because = f"{said.get('errorType')}: {said.get('error')}"
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"what answers at {url} is no Prometheus: HTTP {answer.status}"
        raise ExportingError(message) from error
    raise ExportingError(f"{url} refuses: {because}")
