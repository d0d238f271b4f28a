"""A report's figures as they are read: the three statutory tables as tables, the others as lists.

Labels are the vocabulary's (`parsers/metrics.toml`); which cells an identity rests on follows from
its rule. Pure: rows of the store in, what a template draws out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from crawler.stores.metrics import labels
from parsers.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Rows of the table of requests that its column's balance is about.
_BALANCE = ("new", "carried_in", "total", "carried_out")
_NO_RESULTS = ("new", "carried_in", "carried_out")


@dataclass(slots=True)
class Figure:
    """A figure of a report: what was read, what counts now, where it stands, what it breaks."""

    metric: str
    label: str
    value: float | None
    unit: str | None
    method: str
    scope: str
    qualifier: str
    position: int | None
    corrected_by: str | None = None
    parsed: float | None = None
    matched: str = ""
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grid:
    """A statutory table: its columns (code, label), its rows (label, the figure of each column)."""

    name: str
    columns: list[tuple[str, str]]
    rows: list[tuple[str, str, list[Figure | None]]]


def figures(
    facts: Iterable[Mapping[str, Any]],
    corrected: Mapping[str, Mapping[str, Any]],
    checks: Iterable[Mapping[str, Any]],
) -> list[Figure]:
    """Return a report's figures in their order, people's corrections laid over the organ's own.

    A figure that only a correction states comes last. `checks` are those that fail.
    """
    broken = _broken(checks)
    known = labels()
    found = []
    for fact in facts:
        figure = Figure(
            fact["metric"], known.get(fact["metric"], fact["metric"]), fact["value"], fact["unit"],
            fact["method"], fact["scope"], fact["qualifier"], fact["position"],
            matched=fact["label"], parsed=fact["value"], broken=broken(fact["metric"]),
        )  # fmt: skip
        if figure.scope == "organ" and figure.metric in corrected:
            correction = corrected[figure.metric]
            figure.value, figure.corrected_by = correction["new_value"], correction["who"]
        found.append(figure)
    stated = {figure.metric for figure in found if figure.scope == "organ"}
    for metric, correction in corrected.items():
        if metric not in stated:
            found.append(
                Figure(metric, known.get(metric, metric), correction["new_value"], None,
                       "correction", "organ", "exact", None, corrected_by=correction["who"])
            )  # fmt: skip
    return found


def grids(found: Sequence[Figure]) -> list[Grid]:
    """Return the statutory tables that a report states, with the rows and columns that it fills."""
    cells: dict[str, Figure] = {}
    for figure in found:
        if figure.scope == "organ" and figure.method in ("table", "correction"):
            cells.setdefault(figure.metric, figure)
    drawn = (_grid(name, entry, cells) for name, entry in vocabulary()["table"].items())
    return [grid for grid in drawn if grid.rows]


def _grid(name: str, entry: Mapping[str, Any], cells: Mapping[str, Figure]) -> Grid:
    columns = {
        code: label
        for group, listed in entry.items()
        if group.startswith("columns")
        for code, label in listed.items()
    }
    rows = [
        (code, label)
        for code, label in entry["rows"].items()
        if any(f"{name}.{code}.{column}" in cells for column in columns)
    ]
    filled = [
        (code, label)
        for code, label in columns.items()
        if any(f"{name}.{row}.{code}" in cells for row, _ in rows)
    ]
    return Grid(
        name,
        filled,
        [
            (
                row,
                label.partition(" (")[0],
                [cells.get(f"{name}.{row}.{code}") for code, _ in filled],
            )
            for row, label in rows
        ],
    )


def lists(found: Sequence[Figure]) -> list[tuple[str, list[Figure]]]:
    """Return the figures that stand in no statutory table, by the first part of their code."""
    tables = tuple(
        f"{name}.{row}." for name, entry in vocabulary()["table"].items() for row in entry["rows"]
    )
    others = [
        figure
        for figure in found
        if not (figure.metric.startswith(tables) and figure.scope == "organ"
                and figure.method in ("table", "correction"))
    ]  # fmt: skip
    kept = sorted(others, key=lambda figure: figure.metric.partition(".")[0])
    return [
        (name, list(same))
        for name, same in groupby(kept, key=lambda figure: figure.metric.partition(".")[0])
    ]


def _broken(checks: Iterable[Mapping[str, Any]]) -> Any:
    """Return the function that gives the broken identities of a metric, in words."""
    failed = [(check["rule"], check["where"], check["detail"] or "") for check in checks]

    def of(metric: str) -> list[str]:
        return [
            f"{rule}: {detail}" for rule, where, detail in failed if _rests(rule, where, metric)
        ]

    return of


def _rests(rule: str, where: str, metric: str) -> bool:
    """Whether an identity rests on a figure.

    >>> _rests("requests.balance", "total", "requests.new.total")
    True
    >>> _rests("requests.columns", "new", "requests.new.total")
    True
    >>> _rests("requests.columns", "new", "requests.granted.total")
    False
    """
    table, _, rest = metric.partition(".")
    row, _, column = rest.rpartition(".")
    if rule == "requests.balance":
        return table == "requests" and column == where and row in _BALANCE
    if rule == "requests.results":
        return table == "requests" and column == where and bool(row) and row not in _NO_RESULTS
    if rule in ("requests.columns", "remedies.rows"):
        return table == rule.partition(".")[0] and row == where
    return metric == where
