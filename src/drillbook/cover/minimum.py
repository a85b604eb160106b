"""`linked=100%` → what is asked for at least; figures → one line for each that is missed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from drillbook.cover.figures import NAMES
from drillbook.model.coverage import Figure

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?)\s*%?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """A figure that must be at least `percent`, from 0 to 100."""

    name: str
    percent: float


class NoMinimumError(Exception):
    """What was written is no minimum; one line says why, and the cure."""


def read_minimum(text: str) -> Minimum:
    """`linked=100%`; the sign may be left out. Raises NoMinimumError."""
    name, equals, share = (part.strip() for part in text.partition("="))
    if not equals:
        raise NoMinimumError(f"{text!r} is no minimum; write one such as linked=100%")
    if name not in NAMES:
        near = get_close_matches(name[:50], NAMES, n=1)
        cure = f"did you mean {near[0]}?" if near else f"there are {', '.join(NAMES)}"
        raise NoMinimumError(f"no figure is called {name!r}; {cure}")
    found = _PERCENT.fullmatch(share)
    if found is None or float(found[1]) > 100:
        raise NoMinimumError(f"{share!r} is no share from 0% to 100%; write {name}=80%")
    return Minimum(name=name, percent=float(found[1]))


def missed(figures: Iterable[Figure], minima: Iterable[Minimum]) -> Iterator[str]:
    """One line for each; where there is nothing to count, nothing is reached."""
    by_name: Mapping[str, Figure] = {figure.name: figure for figure in figures}
    for minimum in minima:
        figure = by_name[minimum.name]
        wanted = f"{minimum.percent:g} % are asked for"
        if figure.share is None:
            yield f"{figure.name}: {figure.nothing}, and {wanted}"
        # Counted in whole things: 2 of 3 is no 66.67 %, and 1999 of 2000 is no 100 %.
        elif figure.count * 100 < minimum.percent * figure.total:
            there = f"{figure.percent} ({figure.count} of {figure.total})"
            yield f"{figure.name}: {there}, and {wanted}"
