"""Two Conditions → in which worlds each holds, tried on every state that either speaks of."""

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

from drillbook.model.sentence import (
    And,
    CaptureCompares,
    CheckIs,
    CheckStatus,
    Comparison,
    Formula,
    Not,
    Or,
)

# Seven Checks, or five and some captured values; nobody reads longer conditions.
WORLDS_MAX = 2_500
Value = CheckStatus | float | str
World = Mapping[str, Value]


def outcomes(first: Formula, second: Formula) -> frozenset[tuple[bool, bool]]:
    """Which of the two hold, in every world; nothing where there are too many worlds to try."""
    values: dict[str, dict[Value, None]] = {}
    for atom in (*atoms_of(first), *atoms_of(second)):
        values.setdefault(_key(atom), {}).update(dict.fromkeys(_values(atom)))
    if prod(len(some) for some in values.values()) > WORLDS_MAX:
        return frozenset()
    worlds = (dict(zip(values, world, strict=True)) for world in product(*values.values()))
    return frozenset((holds(first, w) is True, holds(second, w) is True) for w in worlds)


def atoms_of(formula: Formula) -> Iterator[CheckIs | CaptureCompares]:
    """The comparisons of a formula, in the order of the text."""
    match formula:
        case And(items=items) | Or(items=items):
            for item in items:
                yield from atoms_of(item)
        case Not(item=item):
            yield from atoms_of(item)
        case _:
            yield formula


def holds(formula: Formula, world: World) -> bool | None:
    """None where it is unknown: no Option is chosen then."""
    match formula:
        case And(items=items):
            return _all(holds(item, world) for item in items)
        case Or(items=items):
            said = _all(_opposite(holds(item, world)) for item in items)
            return _opposite(said)
        case Not(item=item):
            return _opposite(holds(item, world))
        case CheckIs(status=status):
            found = world[_key(formula)]
            is_open = found is CheckStatus.UNKNOWN and status is not CheckStatus.UNKNOWN
            return None if is_open else found is status
        case CaptureCompares(comparison=comparison, bound=bound):
            return _compares(world[_key(formula)], comparison, bound)


def _all(said: Iterator[bool | None]) -> bool | None:
    found = set(said)
    return False if False in found else None if None in found else True


def _opposite(said: bool | None) -> bool | None:
    return None if said is None else not said


def _compares(value: Value, comparison: Comparison, bound: float | str) -> bool | None:
    if isinstance(bound, str) or not isinstance(value, int | float):
        return value == bound if isinstance(value, type(bound)) else None
    match comparison:
        case Comparison.BELOW:
            return value < bound
        case Comparison.ABOVE:
            return value > bound
        case Comparison.AT_MOST:
            return value <= bound
        case Comparison.AT_LEAST:
            return value >= bound
        case Comparison.IS:
            return value == bound


def _key(atom: CheckIs | CaptureCompares) -> str:
    """Checks and captures may have the same names."""
    return f"check {atom.check}" if isinstance(atom, CheckIs) else f"capture {atom.capture}"


def _values(atom: CheckIs | CaptureCompares) -> tuple[Value, ...]:
    """Numbers on either side of a bound, and on it; a text, and one that nobody compares with."""
    if isinstance(atom, CheckIs):
        return tuple(CheckStatus)
    if isinstance(atom.bound, str):
        return (atom.bound, "")
    return (atom.bound - 0.25, atom.bound, atom.bound + 0.25)
