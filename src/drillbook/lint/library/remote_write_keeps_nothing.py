"""A remote write that keeps only metrics of which there are none."""

from collections.abc import Iterator

from drillbook.lint.metrics.exported import asked_of, fits_any, is_made_by_prometheus, recorded
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

# Fewer names say too little of what there is.
KNOWN_MIN = 3


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    asked = {each.selector.name for each in asked_of(library) if each.selector.name}
    exported = set(library.exposition.metrics) if library.exposition else set()
    names = asked | exported | recorded(library)
    known = frozenset(name for name in names if not is_made_by_prometheus(name))
    if len(known) < KNOWN_MIN:
        return
    for config in library.scrape_configs:
        for keep in config.keeps:
            if fits_any(keep.pattern, known) is False:
                yield Flaw(
                    place=keep.place,
                    message=f'remote write keeps "{keep.pattern}" alone, and none of the '
                    f"{len(known)} metrics of rules and exporters here is called so",
                    help=f"correct the pattern; there is {min(known)}, for example",
                )


LINT = LibraryLint(
    name="remote-write-keeps-nothing",
    summary="a remote write that keeps only metrics of which there are none",
    rung=Rung.PROVEN,
    check=_check,
)
