"""Try `carry.year_to_year`: what an organ carried out of a year is what it carried into the next.

The one identity of the vocabulary that needs two reports. It works on items as a feed holds them,
in whatever order; a break is reported with both sides, never repaired. Two captures of a year that
state different numbers are both tried, since neither is known to be the right one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from parsers.items import Check
from parsers.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

RULE = "carry.year_to_year"

Organ = tuple[str, str]
Sides = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Carried:
    """The check of two reports of one organ, `earlier` and `later` being their capture ids."""

    organ: str
    year: int
    earlier: str
    later: str
    check: Check


def carried_over(items: Iterable[Mapping[str, Any]]) -> Iterator[Carried]:
    """Yield the checks of all pairs of neighbouring years, by organ, year, capture and column.

    `year` is the earlier one. Items without organ, year or table of applications are passed over;
    of captures that state the same numbers for a year, the first by id stands for all.
    """
    years: dict[Organ, dict[int, dict[tuple[Sides, ...], str]]] = {}
    for item in items:
        organ, year, sides = _organ_of(item), item["year"], _sides_of(item)
        if organ is None or year is None or all(side == (None, None) for side in sides):
            continue
        captures = years.setdefault(organ, {}).setdefault(year, {})
        captures[sides] = min(captures.get(sides, item["capture_id"]), item["capture_id"])
    for organ in sorted(years):
        for year in sorted(years[organ]):
            before = _in_order(years[organ][year])
            after = _in_order(years[organ].get(year + 1, {}))
            for (earlier, out), (later, into) in product(before, after):
                for _, check in handed_on(year, out, into):
                    yield Carried(organ[1], year, earlier, later, check)


def _in_order(captures: Mapping[tuple[Sides, ...], str]) -> list[tuple[str, tuple[Sides, ...]]]:
    return sorted((capture, sides) for sides, capture in captures.items())


def _organ_of(item: Mapping[str, Any]) -> Organ | None:
    """Return what tells an organ from all others (its id, else its division), and its name."""
    agency = item["agency"]
    if item["kind"] != "annual_report" or not agency["name"]:
        return None
    return agency["id"] or agency["region_code"] or "", agency["name"]


def _sides_of(item: Mapping[str, Any]) -> tuple[Sides, ...]:
    """Return (carried in, carried out) of each column, None for what a report leaves blank."""
    stated = {
        fact["metric"]: fact["value"]
        for fact in reversed(item["facts"])
        if fact["scope"] == "organ"
    }
    return sides_of(stated)


def sides_of(stated: Mapping[str, float]) -> tuple[Sides, ...]:
    """Return (carried in, carried out) of each column of what a report states, by metric."""
    return tuple(
        (stated.get(f"requests.carried_in.{column}"), stated.get(f"requests.carried_out.{column}"))
        for column in columns()
    )


def columns() -> tuple[str, ...]:
    """Return the columns of the applications table, by their codes."""
    return tuple(vocabulary()["table"]["requests"]["columns"])


def handed_on(
    year: int, before: tuple[Sides, ...], after: tuple[Sides, ...]
) -> Iterator[tuple[str, Check]]:
    """Yield (column, check) for the sides of `year` and those of the year after it."""
    for column, (_, out), (into, _) in zip(columns(), before, after, strict=True):
        where = f"{year}-{year + 1}.{column}"
        if out is None or into is None:
            yield column, Check(RULE, where, "not_applicable", f"{_said(out)} = {_said(into)}")
        elif out == into:
            yield column, Check(RULE, where, "pass")
        else:
            yield column, Check(RULE, where, "fail", f"{_said(out)} = {_said(into)}")


def _said(value: float | None) -> str:
    return "_" if value is None else f"{value:g}"
