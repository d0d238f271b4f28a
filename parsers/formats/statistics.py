"""Read the statistics table (政府信息公开情况统计表) that reports of 2014-2018 carry.

Rows are label | unit | value, with numbered and 其中 sub-rows; forms with a numbering column, with
two halves side by side, or with one cell a line were met. A label's value is the first number
behind it in its row. Outcomes of review and litigation bear the same words: the total above them
tells which they are. Source: 国办 form of 2014 (metrics.toml, era "s").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.figures import Reading, is_figure
from parsers.numbers import cell_value, is_blank_cell
from parsers.vocabulary import code_of, fold, metrics

if TYPE_CHECKING:
    from parsers.layout import Span
    from parsers.tables import Grid, Row

# A transposed table of remedies has two of the form's labels, the shortest excerpt seen has five.
MIN_LABELS = 4

_UNITS = frozenset({"条", "件", "次", "篇", "个", "人", "万元", "元", "人次", "份"})


def read_statistics(grid: Grid) -> list[Reading]:
    """Return what one table states in page order; a label's first value counts.

    A table with fewer than `MIN_LABELS` of the form's labels is another table.
    """
    rows = [_pairs(row) for row in grid.rows]
    if len({pair[0] for row in rows for pair in row}) < MIN_LABELS:
        return []
    found: dict[str, Reading] = {}
    remedy: str | None = None
    for row in rows:
        for name, label, value, unit in row:
            code, remedy = _under_remedy(name, remedy)
            if code not in metrics() or code in found or value is None:
                continue
            if is_figure(code, value):
                found[code] = Reading(code, value, label.text, unit == "元")
    return list(found.values())


def _under_remedy(code: str, remedy: str | None) -> tuple[str, str | None]:
    """Return the full code of an outcome under the remedy above it, and the remedy in force."""
    if ">" in code:
        return f"{remedy}.{code.partition('>')[2]}", remedy
    group = code.partition(".")[0]
    return code, group if group in {"review", "litigation"} else remedy


def _pairs(row: Row) -> list[tuple[str, Span, Span | None, str]]:
    """Return (code, label, value, unit) of each known label in a row, in order."""
    pairs: list[tuple[str, Span, Span | None, str]] = []
    for cell in row:
        code = code_of(_words(cell.text), "statistics")
        if code is not None:
            pairs.append((code, cell, None, ""))
        elif pairs and pairs[-1][2] is None:
            code, label, _, unit = pairs[-1]
            if cell.text in _UNITS:
                pairs[-1] = (code, label, None, cell.text)
            elif cell_value(cell.text) is not None and not is_blank_cell(cell.text):
                pairs[-1] = (code, label, cell, unit)
    return pairs


def _words(label: str) -> str:
    """Return the folded label without its note in brackets and without 其中."""
    return fold(label).removeprefix("其中")
