"""Read the statistics table (政府信息公开情况统计表) that reports of 2014-2018 carry.

Rows are label | unit | value, with numbered and 其中 sub-rows; forms with a numbering column, with
two halves side by side, or with one cell a line were met. A label's value is the first number
behind it in its row. Outcomes of review and litigation bear the same words: the total above them
tells which they are. Source: 国办 form of 2014 (metrics.toml, era "s").
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from parsers.figures import Reading, is_figure
from parsers.numbers import cell_value, is_blank_cell
from parsers.tables import has_number
from parsers.vocabulary import code_of, fold, metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.layout import Span
    from parsers.tables import Grid, Row

# A transposed table of remedies has two of the form's labels, the shortest excerpt seen has five.
MIN_LABELS = 4

_UNITS = frozenset({"条", "件", "次", "篇", "个", "人", "万元", "元", "人次", "份"})


#: Code, label, value and unit.
Pair = tuple[str, "Span", "Span | None", str]


def read_statistics(grid: Grid, least: int = MIN_LABELS) -> list[Reading]:
    """Return what one table states in page order; a label's first value counts.

    A table with fewer than `least` of the form's labels is another table.
    """
    rows = [_pairs(row) for row in grid.rows]
    columns, width = _asides(grid.rows, rows) if _labels_in(rows) >= least else (set(), 0)
    if columns:
        rows = [_pairs(row) for row in _without(columns, grid.rows, width)]
    if _labels_in(rows) < least:
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


def _labels_in(rows: Sequence[Sequence[Pair]]) -> int:
    return len({pair[0] for row in rows for pair in row})


def _asides(rows: Sequence[Row], paired: Sequence[Sequence[Pair]]) -> tuple[set[int], int]:
    """Return the columns whose header says that they hold other numbers, and the header's width.

    The forms of 2008-2013 have a column of codes and one of sums since 2008 (portals.md 2.3). What
    is summed is the year's own where no other column is for numbers: 累计数, 1-12月累计.
    """
    above = (row for row, _ in takewhile(lambda each: not each[1], zip(rows, paired, strict=True)))
    header = next((row for row in above if _is_header(row)), ())
    names = [fold(cell.text) for cell in header]
    codes = {n for n, name in enumerate(names) if _CODES.fullmatch(name)}
    others = codes | _of_other_years(names) | _of_parts(names)
    stating = any(n not in others and not _NAMING.search(name) for n, name in enumerate(names))
    return others if stating else codes, len(header)


def _of_other_years(names: Sequence[str]) -> set[int]:
    """Return the columns of sums and of other years; of years named, the last is the report's."""
    years = {n: found[1] for n, name in enumerate(names) if (found := _YEAR.fullmatch(name))}
    last = max(years.values(), default="")
    earlier = {n for n, year in years.items() if year < last}
    return earlier | {n for n, name in enumerate(names) if _OTHERS.search(name)}


def _of_parts(names: Sequence[str]) -> set[int]:
    """Return the columns of the parts of a sum that has its own: 县本级, 乡镇 beside 合计."""
    if sum(map(_is_sum, names)) != 1:
        return set()
    return {n for n, name in enumerate(names) if not (_is_sum(name) or _NAMING.search(name))}


def _is_sum(name: str) -> bool:
    return _SUM.fullmatch(name) is not None


_SUM = re.compile(r"合计|总计|全[省市县区州旗](?:合计|总计)|(?:合计|总计)(?:数量?)")


def _without(columns: set[int], rows: Sequence[Row], width: int) -> list[Row]:
    """Return the rows without some columns; a row of another width keeps its own."""
    return [
        tuple(cell for n, cell in enumerate(row) if n not in columns) if len(row) == width else row
        for row in rows
    ]


def _is_header(row: Row) -> bool:
    """Whether a row heads a column of codes, of other years or of sums, and states no number."""
    names = [fold(cell.text) for cell in row]
    named = _of_other_years(names) or _of_parts(names) or any(map(_CODES.fullmatch, names))
    return bool(named) and len(row) >= _COLUMNS and not has_number(row)


# A label, a number, and one column more.
_COLUMNS = 3
_NAMING = re.compile(r"^$|指标|名称|项目|内容|事项|类别|单位")
_CODES = re.compile(r"(?:指标)?(?:代码|序号|编号|编码|行次)")
_YEAR = re.compile(r"(20\d\d)年度?(?:数量?|统计数)?")
_OTHERS = re.compile(
    r"(?<!本年)(?<!全年)(?<!当年)(?<!年度)累计|历年|^(?:上年|上一年|去年)|同期|同比|^比上年|增减"
)


def _under_remedy(code: str, remedy: str | None) -> tuple[str, str | None]:
    """Return the full code of an outcome under the remedy above it, and the remedy in force."""
    if ">" in code:
        return f"{remedy}.{code.partition('>')[2]}", remedy
    group = code.partition(".")[0]
    return code, group if group in {"review", "litigation"} else remedy


def _pairs(row: Row) -> list[Pair]:
    """Return (code, label, value, unit) of each known label in a row, in order."""
    pairs: list[Pair] = []
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
    words = fold(label).removeprefix("其中")
    return "" if _IN_PART.search(words) else words


# A part of what the label goes on to name, and two ways under one number.
_IN_PART = re.compile(r"全文电子化|信函传真|传真信函")
