"""What real pages do to the words and numbers of a table: each damage takes a cell and a draw.

Sources: portals.md 2.4 (labels as seen) and 2.5 (cells as seen). A damage never changes what a
person reads; a zero that becomes blank or a stroke is no longer stated.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.parsers import forms

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from tests.reading.filled import Cell, Row, Table

_UNITS = {code: unit for _, unit, _, code in forms.STATISTICS if code}
# What a note is about, the count that it speaks of (a part is less than its whole), its words.
_NOTES = (
    (r"disclosure\.(rules|normative).*(issued|made)", 16, "（其中修订 16 件）"),
    (r"disclosure\.(rules|normative).*(repealed|in_force|total)", 29, "(含自然失效29件)"),
    (r"requests\.(?!new|carried)|remedies|review|litigation", 2, "（含上年结转2件）"),
    (r"proactive|disclosure\.(rules|normative|permits|penalties|coercion)", 0, "（不含涉密）"),
)
STROKES = ("-", "—", "/", "——", "－")
_RETYPED = (
    ("一、本年新收政府信息公开申请数量", "一、本年新收政府信息公开申请数量 "),
    ("二、上年结转政府信息公开申请数量", "二、上年结转政府信息公开数量"),
    ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
    ("1.属于国家秘密", "1、属于国家秘密"),
    ("8.属于行政查询事项", "8、属于行政查询事项"),
    ("行政规范性文件", "规范性文件"),
    ("本年处理决定数量", "本年处理绝对数量"),
    ("未经复议直接起诉", "未经复议直接诉讼"),
    ("复议后起诉", "复议后诉讼"),
    ("第二十条第", "第二十条"),
    ("危及“三安全一稳定”", '危及"三安全一稳定"'),
    ("其他方式公开政府信息数", "其它方式公开政府信息数"),
    ("主要负责同志参加", "主要负责人参加"),
    ("对外公开总数量", "对外公开总数"),
)


def _sound(cell: Cell, draw: random.Random) -> Cell:
    del draw
    return cell


def _blank(cell: Cell, draw: random.Random) -> Cell:
    del draw
    return replace(cell, text="") if _is_zero(cell) else cell


def _stroke(cell: Cell, draw: random.Random) -> Cell:
    return replace(cell, text=draw.choice(STROKES)) if _is_zero(cell) else cell


def _full_width(cell: Cell, draw: random.Random) -> Cell:
    del draw
    wide = {48 + d: 0xFF10 + d for d in range(10)}
    return replace(cell, text=cell.text.translate(wide)) if cell.role == "data" else cell


def _unit(cell: Cell, draw: random.Random) -> Cell:
    if cell.role != "data" or cell.metric.endswith(".change"):
        return cell
    if cell.metric.endswith((".amount", "fees.collected", ".budget")):
        yuan = f"{float(cell.text) * 10000:.0f}元"
        return replace(cell, text=draw.choice((cell.text + "万元", yuan)))
    items = cell.metric.endswith(("prior_items", ".items"))
    unit = _UNITS.get(cell.metric, "项" if items else "件")
    return replace(cell, text=cell.text + draw.choice(("", "", " ")) + unit)


def _note(cell: Cell, draw: random.Random) -> Cell:
    if cell.role != "data" or _is_zero(cell) or draw.random() < 0.7:
        return cell
    notes = [
        words
        for about, part, words in _NOTES
        if re.match(about, cell.metric) and float(cell.text) > part
    ]
    change = cell.metric.endswith(".change")
    return replace(cell, text=cell.text + draw.choice(notes)) if notes and not change else cell


def _commas(cell: Cell, draw: random.Random) -> Cell:
    del draw
    whole = cell.role == "data" and cell.text.isdigit()
    return replace(cell, text=f"{int(cell.text):,}") if whole else cell


def _signs(cell: Cell, draw: random.Random) -> Cell:
    if cell.role != "data" or not cell.metric.endswith(".change"):
        return cell
    number = int(cell.text)
    written = ("+{}", "增{}", "增加{}", "{}") if number > 0 else ("-{}", "减{}", "减少{}", "－{}")
    return replace(cell, text=draw.choice(written).format(abs(number)) if number else "0")


def _torn(cell: Cell, draw: random.Random) -> Cell:
    """Put a space into a label, where a span or a line ended."""
    if cell.role == "data" or len(cell.text) < 4:
        return cell
    at = draw.randint(3, len(cell.text) - 1)
    return replace(cell, text=f"{cell.text[:at]} {cell.text[at:]}")


def _spread(cell: Cell, draw: random.Random) -> Cell:
    """Spread short labels as typesetters do: 总 计, 自 然 人."""
    del draw
    words = cell.role in {"label", "header"} and not cell.text[:1].isdigit()
    short = words and len(cell.text) <= 4
    return replace(cell, text=" ".join(cell.text)) if short else cell


def _retyped(cell: Cell, draw: random.Random) -> Cell:
    del draw
    if cell.role == "data":
        return cell
    text = cell.text
    for official, seen in _RETYPED:
        text = text.replace(official, seen)
    return replace(cell, text=text)


def _is_zero(cell: Cell) -> bool:
    return cell.role == "data" and float(cell.text or 1) == 0


DAMAGES: dict[str, Callable[[Cell, random.Random], Cell]] = {
    "sound": _sound,
    "blanks": _blank,
    "strokes": _stroke,
    "full-width": _full_width,
    "units": _unit,
    "notes": _note,
    "commas": _commas,
    "signs": _signs,
    "torn": _torn,
    "spread": _spread,
    "retyped": _retyped,
}
#: A zero of these is not stated any more.
UNSTATED = frozenset({"blanks", "strokes"})


def damaged(tables: Sequence[Table], damage: str, draw: random.Random) -> tuple[Table, ...]:
    """Return the tables with every cell gone through one damage."""
    change = DAMAGES[damage]

    def row_of(row: Row) -> Row:
        return tuple(change(cell, draw) for cell in row)

    return tuple(tuple(row_of(row) for row in table) for table in tables)
