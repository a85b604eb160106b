"""rate() or increase() over a gauge: it may fall, and each fall counts as a restart."""

import re
from collections.abc import Iterator

from drillbook.lint.metrics.exported import Asked, asked_of
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

_COUNTING = frozenset(("rate", "irate", "increase"))
# Only what can be nothing else by its name.
_GAUGE = re.compile(
    r"_(?:size|usage|free|avail|available|used|limit|capacity|resident_memory|heap|rss)_bytes$"
    r"|(?:^|_)(?:ratio|percent|percentage|utilization|celsius|timestamp_seconds|queue_length|queue_size"
    r"|queue_depth|replicas|temperature|info|connections_active|active_connections)$"
)


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for asked in asked_of(library):
        function = next((each for each in asked.selector.around[-1:] if each in _COUNTING), "")
        because = _because(asked, library) if function and asked.selector.range_s else ""
        if because:
            name = asked.selector.name
            yield Flaw(
                place=asked.place,
                message=f"{function}({name}) is of a gauge{because}: each fall counts as a restart",
                help=f"write deriv({name}[…]), or delta({name}[…])",
            )


def _because(asked: Asked, library: Library) -> str:
    metrics = library.exposition.metrics if library.exposition else {}
    metric = metrics.get(asked.selector.name)
    if metric is not None and metric.type != "unknown":
        return ", as its TYPE says" if metric.type == "gauge" else ""
    return ", by its name" if _GAUGE.search(asked.selector.name) else ""


LINT = LibraryLint(
    name="rate-over-gauge",
    summary="rate() or increase() over a gauge",
    rung=Rung.PROVEN,
    check=_check,
)
