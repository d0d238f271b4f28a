"""Make facts of figures: the value in the vocabulary's unit, with its span of the text.

Shared by the readers of tables and of prose. A fact's evidence is at most `MAX_EVIDENCE`
characters long and always holds the number itself.
"""

from __future__ import annotations

from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from parsers.items import Fact
from parsers.numbers import cell_value
from parsers.vocabulary import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parsers.layout import Span

MAX_EVIDENCE = 120


class Reading(NamedTuple):
    """That a table's cell states a metric, beside a label.

    `in_yuan` says that the header or the unit column counts in 元 where the vocabulary has 万元; a
    unit inside the cell wins over it.
    """

    metric: str
    cell: Span
    label: str
    in_yuan: bool = False


_YUAN_IN_WAN = Decimal(10000)


def is_figure(metric: str, cell: Span) -> bool:
    """Whether a cell states a number that `metric` may count; a blank one states nothing."""
    return cell_value(cell.text, unit_of(metric)) is not None


def cell_fact(metric: str, cell: Span, label: str, *, in_yuan: bool = False) -> Fact | None:
    """Return the fact that a table cell states, None where it is blank or no number."""
    unit = unit_of(metric)
    value = cell_value(cell.text, unit)
    if value is None:
        return None
    if in_yuan and unit == "万元" and "元" not in cell.text:
        value = float(Decimal(str(value)) / _YUAN_IN_WAN)
    end = min(cell.end, cell.start + MAX_EVIDENCE)
    return Fact(metric, value, unit, "organ", label, "table", cell.start, end)


def in_unit(value: Decimal, written: str, wanted: str) -> float:
    """Return `value` counted in the vocabulary's unit `wanted`; only money is converted.

    >>> in_unit(Decimal(1200), "元", "万元")
    0.12
    """
    if wanted == "万元" and written in {"元", ""}:
        return float(value / _YUAN_IN_WAN)
    if wanted == "万元" and written == "亿元":
        return float(value * _YUAN_IN_WAN)
    return float(value)


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts sorted by where they stand, then by metric."""
    return sorted(facts, key=_PLACE)


_PLACE = attrgetter("start", "metric", "end")
