"""Set tables upright that were laid down: applicants or outcomes beside, what is counted above.

Two forms are known: rows and columns of a statutory table changed places, and the fifteen numbers
of the remedies table one below another, grouped by remedy. A table that is neither stays as it is.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from parsers.layout import Span
from parsers.patterns import linear
from parsers.tables import Grid, Row
from parsers.vocabulary import code_of, fold, labels_of

if TYPE_CHECKING:
    from collections.abc import Sequence

# Applicants and outcomes that must stand beside; a form has seven and five.
MIN_APPLICANTS = 5
MIN_OUTCOMES = 4
MIN_RESULTS = 5
MIN_REMEDIES = 2

_OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def may_be_turned(words: str) -> bool:
    """Whether a table of these folded cells names an applicant or an outcome."""
    return _named().search(words) is not None


@cache
def _named() -> Any:
    return linear("|".join(sorted({*_OUTCOMES, *labels_of(("requests", "columns"))})))


def upright(grid: Grid) -> Grid:
    """Return the table with labels beside and columns above, as the official form has them."""
    if grid.loose or len(grid.rows) < MIN_OUTCOMES or not all(grid.rows):
        return grid
    beside = [fold(row[0].text) for row in grid.rows]
    applicants = sum(code_of(words, "requests", "columns") is not None for words in beside)
    outcomes = sum(words in _OUTCOMES for words in beside)
    if applicants >= MIN_APPLICANTS and _above(grid, "requests") >= MIN_RESULTS:
        return Grid(_turned(grid.rows))
    if outcomes >= MIN_OUTCOMES and _above(grid, "remedies") >= MIN_REMEDIES:
        return Grid(_turned(grid.rows))
    return Grid(_regrouped(grid.rows)) if _is_list_of_outcomes(grid.rows) else grid


def _above(grid: Grid, table: str) -> int:
    """Return how many rows of a statutory table the first row names."""
    names = (code_of(fold(cell.text), table, "rows") for cell in grid.rows[0])
    return sum(name is not None for name in names)


def _turned(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return rows as columns; rows of another width than the first are notes and left out."""
    even = [row for row in rows if len(row) == len(rows[0])]
    return tuple(zip(*even, strict=True))


def _is_list_of_outcomes(rows: Sequence[Row]) -> bool:
    named = [fold(row[-2].text) for row in rows if len(row) > 1]
    return sum(words in _OUTCOMES for words in named) >= MIN_REMEDIES * MIN_OUTCOMES


def _regrouped(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return a row a remedy from rows of one number each, below a row of the outcomes' names."""
    header: list[Span] = [Span("", rows[0][0].start, rows[0][0].start)]
    groups: list[list[Span]] = []
    for row in rows:
        if len(row) < MIN_REMEDIES or fold(row[-2].text) not in _OUTCOMES:
            continue
        label = next((c for c in row[:-2] if code_of(fold(c.text), "remedies", "rows")), None)
        if label is not None:
            groups.append([label])
        if groups:
            groups[-1].append(row[-1])
        if len(groups) == 1:
            header.append(row[-2])
    whole = [tuple(group) for group in groups if len(group) == len(_OUTCOMES) + 1]
    return (tuple(header), *whole) if len(whole) == len(groups) else tuple(rows)
