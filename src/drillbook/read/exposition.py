"""What an exporter writes (Prometheus text format, OpenMetrics) → the metrics that it exports.

Values and times are passed over. The text is hostile: each line is read once, and what is kept is
bounded; of a label with too many values none is kept, so that nothing is said of it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from drillbook.model.finding import Finding, Severity
from drillbook.model.library import Exposition, Metric
from drillbook.model.place import Place
from drillbook.read.sentences.wording import quote

TEXT_BYTES_MAX = 50_000_000
LINE_CHARS_MAX = 10_000
METRICS_MAX = 50_000
LABELS_MAX = 64
LABEL_VALUES_MAX = 2_000

_TYPES = frozenset(
    ("counter", "gauge", "histogram", "summary", "untyped", "unknown", "info", "stateset",
     "gaugehistogram")
)  # fmt: skip
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r'\s*(?:([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*)?"((?:[^"\\\n]|\\.)*)"\s*(,?)')
_VALUE = re.compile(r"\s*(?:[-+]?(?:[0-9.][0-9.eE+-]*|0x[0-9a-fA-F.p+-]+|inf(?:inity)?)|nan)\b",
                    re.IGNORECASE)  # fmt: skip
# What a sample's name adds to that of its family.
_SUFFIXES = ("_total", "_created", "_bucket", "_sum", "_count", "_gsum", "_gcount", "_info")
_ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n"}
_ESCAPED = re.compile(r"\\.")


def read_exposition(text: str, path: str) -> tuple[Exposition, tuple[Finding, ...]]:
    """One Finding for all lines that are no samples, at the first of them."""
    reader = _Reader()
    flawed: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not reader.take(line):
            flawed.append(number)
    findings = (_flaw(path, flawed, text),) if flawed else ()
    return Exposition(source=path, metrics=reader.metrics()), findings


def merged(expositions: Iterable[Exposition]) -> Exposition | None:
    """All that any of them has; None where there is none. Whole as soon as one of them is."""
    several = list(expositions)
    if len(several) < 2:
        return several[0] if several else None
    found: dict[str, Metric] = {}
    for name, metric in (pair for each in several for pair in each.metrics.items()):
        found[name] = _joined(found[name], metric) if name in found else metric
    return Exposition(
        source=", ".join(each.source for each in several),
        metrics=found,
        is_whole=any(each.is_whole for each in several),
    )


def _joined(one: Metric, other: Metric) -> Metric:
    labels = dict(one.labels)
    for label, values in other.labels.items():
        labels[label] = labels.get(label, frozenset()) | values
    type_ = one.type if one.type != "unknown" else other.type
    return Metric(name=one.name, type=type_, labels=labels)


def _flaw(path: str, flawed: list[int], text: str) -> Finding:
    line = text.split("\n")[flawed[0] - 1]
    more = f", and {len(flawed) - 1} more lines are not either" if len(flawed) > 1 else ""
    return Finding(
        place=Place(path=path, line=flawed[0]),
        lint="exposition-line-not-understood",
        message=f'"{quote(line)}" is no sample of a metric{more}',
        help="save what the exporter answers at /metrics, as text",
        severity=Severity.WARNING,
    )


class _Reader:
    """What the lines so far have said."""

    def __init__(self) -> None:
        self._types: dict[str, str] = {}
        self._labels: dict[str, dict[str, set[str]]] = {}

    def take(self, line: str) -> bool:
        """Whether the line is of the format."""
        line = line.strip(" \t\r")
        if not line:
            return True
        if len(line) > LINE_CHARS_MAX:
            return False
        if line.startswith("#"):
            self._comment(line)
            return True
        return self._sample(line)

    def _comment(self, line: str) -> None:
        words = line.split(maxsplit=3)
        if len(words) == 4 and words[1] == "TYPE" and len(self._types) < METRICS_MAX:
            kind = words[3].strip().lower()
            self._types[words[2].strip('"')] = kind if kind in _TYPES else "unknown"

    def _sample(self, line: str) -> bool:
        named = _NAME.match(line)
        name, rest = (named[0], line[named.end() :]) if named else ("", line)
        pairs: list[tuple[str, str]] = []
        rest = rest.lstrip()
        if rest.startswith("{"):
            inside = _labels_in(rest)
            if inside is None:
                return False
            pairs, end = inside
            rest = rest[end:]
        # A name that is no word stands in the braces, without a label.
        name = name or next((value for label, value in pairs if not label), "")
        if not name or _VALUE.match(rest) is None:
            return False
        self._keep(name, [pair for pair in pairs if pair[0]])
        return True

    def _keep(self, name: str, pairs: list[tuple[str, str]]) -> None:
        if name not in self._labels and len(self._labels) >= METRICS_MAX:
            return
        labels = self._labels.setdefault(name, defaultdict(set))
        for label, value in pairs[:LABELS_MAX]:
            if label in labels or len(labels) < LABELS_MAX:
                values = labels[label]
                if len(values) <= LABEL_VALUES_MAX:
                    values.add(value)

    def metrics(self) -> dict[str, Metric]:
        """By the names of the samples; of a family without samples, by its own."""
        found = {
            name: Metric(name=name, type=self._type_of(name), labels=dict(_bounded(labels)))
            for name, labels in self._labels.items()
        }
        families = {family for name in self._labels for family in _families(name)}
        for name, kind in self._types.items():
            if name not in families:
                found.setdefault(name, Metric(name=name, type=kind))
        return found

    def _type_of(self, name: str) -> str:
        return next(
            (self._types[each] for each in _families(name) if each in self._types), "unknown"
        )


def _families(name: str) -> Iterator[str]:
    """What the sample's family may be called."""
    yield name
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            yield name[: -len(suffix)]


def _labels_in(text: str) -> tuple[list[tuple[str, str]], int] | None:
    """The pairs between the braces and where they end; a name alone has an empty label."""
    pairs: list[tuple[str, str]] = []
    position = 1
    while position < len(text):
        if text[position] == "}":
            return pairs, position + 1
        match = _LABEL.match(text, position)
        if match is None:
            # Only spaces may stand between the last comma and the brace.
            rest = text[position:].lstrip()
            return (pairs, len(text) - len(rest) + 1) if rest.startswith("}") else None
        pairs.append((match[1] or "", _unescaped(match[2])))
        position = match.end()
        if not match[3] and text[position : position + 1] != "}":
            return None
    return None


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[0], match[0]), value)


def _bounded(labels: dict[str, set[str]]) -> Iterator[tuple[str, frozenset[str]]]:
    for label, values in labels.items():
        if len(values) <= LABEL_VALUES_MAX:
            yield label, frozenset(values)
