"""Fill the official forms with drawn numbers: tables of cells, and the value of every metric.

A table is rows of cells as the official form draws them (国办公开办函〔2019〕60号,
〔2021〕30号; the statistics form of 2014). Numbers are drawn so that the form's identities hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tests.parsers import forms

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

Role = Literal["label", "header", "data", "unit"]


@dataclass(frozen=True)
class Cell:
    """A cell of a form: `metric` names what a data cell states."""

    text: str
    role: Role = "label"
    metric: str = ""
    colspan: int = 1
    rowspan: int = 1


Row = tuple[Cell, ...]
Table = tuple[Row, ...]


def values_of(tables: Sequence[Table]) -> dict[str, float]:
    """Return what the tables' data cells state, as written plainly."""
    return {
        cell.metric: float(cell.text)
        for table in tables
        for row in table
        for cell in row
        if cell.role == "data"
    }


def tables_2021(draw: random.Random) -> tuple[Table, ...]:
    """Return T2, T3 and T4 of the edition since 2021."""
    return _disclosure_2021(draw), requests(draw, forms.REQUEST_ROWS_2021), remedies(draw)


def tables_2019(draw: random.Random) -> tuple[Table, ...]:
    """Return T2, T3 and T4 of the edition of 2019-2020."""
    return _disclosure_2019(draw), requests(draw, forms.REQUEST_ROWS_2019), remedies(draw)


def _disclosure_2021(draw: random.Random) -> Table:
    three = ("issued", "repealed", "in_force")
    titles = ("本年制发件数", "本年废止件数", "现行有效件数")
    return (
        *_block("（一）", titles, 4),
        _line(draw, "规章", "rules", three),
        _line(draw, "行政规范性文件", "normative_documents", three),
        *_block("（五）", ("本年处理决定数量",), 4),
        _line(draw, "行政许可", "permits", ("decisions",), 4),
        *_block("（六）", ("本年处理决定数量",), 4),
        _line(draw, "行政处罚", "penalties", ("decisions",), 4),
        _line(draw, "行政强制", "coercion", ("decisions",), 4),
        *_block("（八）", ("本年收费金额（单位：万元）",), 4),
        _line(draw, "行政事业性收费", "fees", ("amount",), 4),
    )


def _disclosure_2019(draw: random.Random) -> Table:
    three = ("prior_items", "change", "decisions")
    titles = ("上一年项目数量", "本年增/减", "处理决定数量")
    made = ("made", "disclosed", "total")
    return (
        *_block("（一）", ("本年新制作数量", "本年新公开数量", "对外公开总数量"), 4),
        _line(draw, "规章", "rules", made),
        _line(draw, "规范性文件", "normative_documents", made),
        *_block("（五）", titles, 4),
        _line(draw, "行政许可", "permits", three),
        _line(draw, "其他对外管理服务事项", "other_services", three),
        *_block("（六）", titles, 4),
        _line(draw, "行政处罚", "penalties", three),
        _line(draw, "行政强制", "coercion", three),
        *_block("（八）", titles[:2], 4),
        _line(draw, "行政事业性收费", "fees", three[:2], 4),
        *_block("（九）", ("采购项目数量", "采购总金额"), 4),
        _line(draw, "政府集中采购", "procurement", ("items", "amount"), 4),
    )


def _block(item: str, titles: Sequence[str], width: int) -> tuple[Row, Row]:
    headers = tuple(Cell(title, "header") for title in titles)
    return (
        (Cell(f"第二十条第{item}项", colspan=width),),
        (Cell("信息内容", "header"), *_widened(headers, width - 1)),
    )


def _line(draw: random.Random, label: str, row: str, columns: Sequence[str], width: int = 4) -> Row:
    cells = []
    for column in columns:
        number = draw.randint(-20, 30) if column == "change" else draw.randint(0, 4000)
        text = f"{number / 100:g}" if column == "amount" else str(number)
        cells.append(Cell(text, "data", f"disclosure.{row}.{column}"))
    return (Cell(label), *_widened(tuple(cells), width - 1))


def _widened(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    """Let the last cell take the columns that are left."""
    return (*cells[:-1], replace(cells[-1], colspan=width - len(cells) + 1))


def requests(draw: random.Random, rows: Sequence[tuple[str, tuple[str, ...]]]) -> Table:
    """Return T3: the header's three rows, then a row a label, merged as the form has them."""
    numbers = _balanced(draw, [code for code, _ in rows])
    body: list[Row] = []
    for n, (code, labels) in enumerate(rows):
        cells = [
            Cell(
                text, rowspan=_height(rows, n, depth, labels), colspan=_breadth(code, labels, depth)
            )
            for depth, text in enumerate(labels)
        ]
        data = [
            Cell(str(number), "data", f"requests.{code}.{column}")
            for column, number in zip(forms.APPLICANTS, numbers[code], strict=True)
        ]
        body.append((*cells, *data))
    return (
        (
            Cell(
                "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
                "header",
                colspan=3,
                rowspan=3,
            ),
            Cell("申请人情况", "header", colspan=7),
        ),
        (
            Cell("自然人", "header", rowspan=2),
            Cell("法人或其他组织", "header", colspan=5),
            Cell("总计", "header", rowspan=2),
        ),
        tuple(
            Cell(title, "header")
            for title in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
        ),
        *body,
    )


_OUTER = ("new", "carried_in", "carried_out")


def _breadth(code: str, labels: tuple[str, ...], depth: int) -> int:
    """Return a label's columns: three for the outer rows, two for a result without rows below."""
    if code in _OUTER:
        return 3
    is_last = depth == len(labels) - 1
    return 2 if is_last and labels[-1].startswith("（") else 1


def _height(
    rows: Sequence[tuple[str, tuple[str, ...]]], n: int, depth: int, labels: tuple[str, ...]
) -> int:
    """Return a label's rows: those that follow without a label of its rank."""
    if depth == len(labels) - 1:
        return 1
    if labels[depth].startswith("三、"):
        return sum(code not in _OUTER for code, _ in rows)
    group = rows[n][0].partition(".")[0]
    return sum(code.partition(".")[0] == group and "." in code for code, _ in rows)


def _balanced(draw: random.Random, codes: Sequence[str]) -> dict[str, list[int]]:
    """Draw each row's seven numbers so that rows and columns sum as the form says."""
    results = [code for code in codes if code not in {*_OUTER, "total"}]
    columns: dict[str, list[int]] = {code: [] for code in codes}
    for k in range(len(forms.APPLICANTS) - 1):
        most = 40 if k == 0 else 6
        drawn = {code: draw.choice((0, 0, 0, draw.randint(0, most))) for code in results}
        total, left, came = sum(drawn.values()), draw.randint(0, 5), draw.randint(0, 5)
        came = min(came, total + left)
        drawn |= {"total": total, "carried_out": left, "carried_in": came}
        drawn["new"] = total + left - came
        for code in codes:
            columns[code].append(drawn[code])
    return {code: [*numbers, sum(numbers)] for code, numbers in columns.items()}


OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
_OUTCOME_CODES = ("upheld", "corrected", "other", "pending", "total")
REMEDIES = ("review", "litigation_direct", "litigation_after_review")


def remedies(draw: random.Random) -> Table:
    """Return T4: three header rows, and a row of fifteen numbers."""
    data: list[Cell] = []
    for remedy in REMEDIES:
        parts = [draw.choice((0, draw.randint(0, 12))) for _ in _OUTCOME_CODES[:-1]]
        data += [
            Cell(str(number), "data", f"remedies.{remedy}.{code}")
            for code, number in zip(_OUTCOME_CODES, [*parts, sum(parts)], strict=True)
        ]
    names = tuple(Cell(name, "header", rowspan=2) for name in OUTCOMES)
    low = tuple(Cell(name, "header") for name in OUTCOMES)
    return (
        (
            Cell("行政复议", "header", colspan=5),
            Cell("行政诉讼", "header", colspan=10),
        ),
        (
            *names,
            Cell("未经复议直接起诉", "header", colspan=5),
            Cell("复议后起诉", "header", colspan=5),
        ),
        (*low, *low),
        tuple(data),
    )


def statistics(draw: random.Random) -> tuple[Table, ...]:
    """Return the statistics form of 2014: label, unit, number; groups sum to their whole."""
    amounts = _summed(draw)
    rows: list[Row] = [
        (Cell("统计指标", "header"), Cell("单位", "header"), Cell("统计数", "header")),
    ]
    for label, unit, _, code in forms.STATISTICS:
        if code is None:
            rows.append((Cell(label), Cell("——", "unit"), Cell("——", "unit")))
            continue
        number = amounts[code]
        text = f"{number / 100:g}" if unit == "万元" else str(number)
        rows.append((Cell(label), Cell(unit, "unit"), Cell(text, "data", code)))
    return (tuple(rows),)


def _summed(draw: random.Random) -> dict[str, int]:
    from parsers.vocabulary import parts_of  # noqa: PLC0415

    codes = [code for *_, code in forms.STATISTICS if code]
    amounts = {code: draw.choice((0, draw.randint(0, 30), draw.randint(0, 5000))) for code in codes}
    wholes = parts_of()
    for _ in range(2):  # refused is a whole, and a part of answered
        for whole, parts in wholes.items():
            if whole in amounts:
                amounts[whole] = sum(amounts[part] for part in parts if part in amounts)
    return amounts
