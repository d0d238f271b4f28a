"""Small plots of an organ's figures over the years, as numbers that a template draws as SVG. Pure.

A year without a figure parts the line; a year that breaks with the one before is marked. Every axis
begins at zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: The figures that are drawn, in this order: names of `crawler.feeds.headlines`.
DRAWN = ("received", "granted", "refused", "review", "litigation", "proactive")
WIDTH, HEIGHT = 340, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 50, 14, 14, 24
#: Years that can be written below one another without touching.
_MOST_TICKS = 7


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of a year: where it is drawn, and the report that states it."""

    x: float
    y: float
    year: int
    value: float
    report_id: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A headline figure over the years; `lines` join points of years on end."""

    name: str
    points: list[Point]
    lines: list[str]
    breaks: list[tuple[float, int]]
    ticks: list[tuple[float, int]]
    most: float
    base: float = HEIGHT - _BOTTOM
    top: float = _TOP
    left: float = _LEFT
    right: float = WIDTH - _RIGHT


def plots(panel: Sequence[Mapping[str, Any]], breaks: Iterable[int]) -> list[Plot]:
    """Return the plots of an organ from its rows of the panel, by year.

    `breaks` are the years that break with the one before. Rows without a year's figure are gaps.
    """
    if not panel:
        return []
    first, last = panel[0]["year"], panel[-1]["year"]
    marked = sorted(set(breaks))
    return [_plot(name, panel, first, last, marked) for name in DRAWN]


def _plot(
    name: str, panel: Sequence[Mapping[str, Any]], first: int, last: int, breaks: list[int]
) -> Plot:
    stated = [row for row in panel if row[name] is not None]
    most = max((row[name] for row in stated), default=0) or 1
    width = WIDTH - _LEFT - _RIGHT

    def across(year: float) -> float:
        return round(_LEFT + width * ((year - first) / (last - first) if last > first else 0.5), 1)

    height = HEIGHT - _TOP - _BOTTOM
    points = [
        Point(
            across(row["year"]), round(_TOP + height * (1 - max(row[name], 0) / most), 1),
            row["year"], row[name], row["report_id"],
        )
        for row in stated
    ]  # fmt: skip
    step = -(-(last - first + 1) // _MOST_TICKS)
    return Plot(
        name,
        points,
        _lines(points),
        [(across(year - 0.5), year) for year in breaks if first < year <= last],
        [(across(year), year) for year in range(first, last + 1, step)],
        most,
    )


def _lines(points: list[Point]) -> list[str]:
    """Return SVG's points of each run of years on end that is longer than one."""
    runs = groupby(enumerate(points), key=lambda pair: pair[1].year - pair[0])
    joined = [[point for _, point in run] for _, run in runs]
    return [" ".join(f"{each.x},{each.y}" for each in run) for run in joined if len(run) > 1]
