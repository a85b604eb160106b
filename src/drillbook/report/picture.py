"""Spans and moments → the geometry of a timeline picture. Pure.

Places across are per cent of the picture's width and letters keep their size, so the same
picture is readable on a telephone and on a wide screen. Each item has a row of its own, which
is why no two labels can ever overlap.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from drillbook.report.times import between_ns

ROW_PX = 22
AXIS_PX = 24
TICKS_MAX = 5
# What took no time to speak of must still be seen.
WIDTH_MIN = 0.6
LABEL_CHARACTERS_MAX = 34
_STEPS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is to be drawn: a bar from `begin_ns` to `end_ns`, or a mark where they are one.

    `look` names its colour in the style sheet.
    """

    label: str
    look: str
    begin_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a label stands: `at` per cent, shifted by pixels, upon its bar or beside it."""

    at: float
    anchor: str
    shift_px: int
    is_upon: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An item in its place; `left` and `width` are per cent, `top_px` pixels."""

    label: str
    look: str
    is_mark: bool
    top_px: int
    left: float
    width: float
    text: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the axis and its label."""

    label: str
    at: float
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A stretch of the background that tells the control from the drill."""

    look: str
    left: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything that the template draws; `height_px` includes the axis."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]
    height_px: int


@dataclass(frozen=True, slots=True)
class _Scale:
    begin_ns: int
    end_ns: int

    def at(self, moment_ns: int) -> float:
        """Where in the picture a moment lies, in per cent."""
        share = (moment_ns - self.begin_ns) / (self.end_ns - self.begin_ns)
        return round(100 * min(max(share, 0.0), 1.0), 2)


def draw(items: Sequence[Item], bands: Sequence[Item] = ()) -> Picture | None:
    """The picture of all items, each in its row, or None where there is none."""
    if not items:
        return None
    begin_ns = min(item.begin_ns for item in items)
    end_ns = max(item.end_ns for item in items)
    scale = _Scale(begin_ns, max(end_ns, begin_ns + 1))
    rows = tuple(_row(item, number, scale) for number, item in enumerate(items))
    return Picture(
        rows=rows,
        ticks=_ticks(scale),
        bands=tuple(_band(band, scale) for band in bands),
        height_px=AXIS_PX + ROW_PX * len(rows) + 4,
    )


def _row(item: Item, number: int, scale: _Scale) -> Row:
    left, right = scale.at(item.begin_ns), scale.at(item.end_ns)
    is_mark = item.begin_ns == item.end_ns
    label = item.label
    if len(label) > LABEL_CHARACTERS_MAX:
        label = f"{label[: LABEL_CHARACTERS_MAX - 1]}…"
    return Row(
        label=label,
        look=item.look,
        is_mark=is_mark,
        top_px=AXIS_PX + ROW_PX * number,
        left=left,
        width=max(round(right - left, 2), WIDTH_MIN),
        text=_label_place(left, right),
    )


def _label_place(left: float, right: float) -> Place:
    """Beside the bar where there is more room, or upon a bar that leaves no room beside it."""
    room_left, room_right, room_upon = left, 100 - right, right - left
    if room_right >= max(room_left, room_upon):
        return Place(at=right, anchor="start", shift_px=9)
    if room_left >= room_upon:
        return Place(at=left, anchor="end", shift_px=-9)
    return Place(at=left, anchor="start", shift_px=6, is_upon=True)


def _ticks(scale: _Scale) -> tuple[Tick, ...]:
    total_s = between_ns(scale.begin_ns, scale.end_ns)
    # Beyond the last round step, whole hours.
    hours = math.ceil(total_s / TICKS_MAX / 3_600)
    step_s = next((step for step in _STEPS_S if total_s / step <= TICKS_MAX), hours * 3_600)
    count = int(total_s // step_s)
    ticks = []
    for number in range(count + 1):
        at = round(100 * number * step_s / total_s, 2)
        anchor = "start" if number == 0 else "end" if at > 94 else "middle"
        ticks.append(Tick(label=f"{number * step_s} s", at=at, anchor=anchor))
    return tuple(ticks)


def _band(band: Item, scale: _Scale) -> Band:
    left, right = scale.at(band.begin_ns), scale.at(band.end_ns)
    return Band(look=band.look, left=left, width=round(right - left, 2))
