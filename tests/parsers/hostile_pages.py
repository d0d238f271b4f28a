"""Make pages of HTML that are slow to read where a reader holds one part of a page against another.

A shape by name gives the HTML of a report with some of what one reader or another looks at: as many
headings, titles, links, claims or figures as make so many bytes. What is slow to clean: `hostile`.
"""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REPORT = (
    "<h1>廊坊市2014年政府信息公开年报</h1>"
    "<p>2014年主动公开政府信息1234条，收到申请46件，行政复议2件。</p>"
)
# Two marks that Unicode wants in another order.
MARKS = "\u0300\u0316"
HEADER = "<tr><td>信息内容</td>{}</tr>"


def page(shape: str, size: int) -> str:
    """Return the HTML of a shape, of `size` bytes or a little more."""
    return f"<html><head><meta charset='utf-8'></head><body>{SHAPES[shape](size)}</body></html>"


def _repeated(size: int, piece: Callable[[int], str], around: str = "{}") -> str:
    """Return a report and as many pieces, each by its number, as make `size` bytes."""
    pieces: list[str] = []
    for n in count():
        if size <= 0:
            break
        pieces.append(piece(n))
        size -= len(pieces[-1].encode())
    return REPORT + around.replace("{}", "".join(pieces))


def _letter(n: int) -> str:
    return chr(0x4E00 + n * 7919 % 20_000)


def _header_and_rows(size: int) -> str:
    """Return a table with as many columns in its header as it has rows of a known label."""
    half = size // 2
    header = HEADER.format("<td>甲</td>" * (half // 12))
    rows = "<tr><td>行政许可</td><td>1</td></tr>" * (half // 38)
    return f"{REPORT}<table>{header}{rows}</table>"


def _in_script(size: int) -> str:
    """Return an article that a script has, with a title of dates on several lines."""
    told = {"title": f"{'日期:' * (size // 7)}\n甲", "content": "<p>一、概述</p>"}
    return f"<script>var _CONFIG={{DETAIL:{json.dumps(told, ensure_ascii=False)}}}</script>"


SHAPES: dict[str, Callable[[int], str]] = {
    "headings": lambda size: _repeated(size, lambda n: f"<p>1、甲{n}</p>"),
    "rows that are lines": lambda size: _repeated(
        size, lambda n: f"<p>（三）不予公开 {n}</p><p>行政许可 {n} 2</p><p>规章 1</p>"
    ),
    "rows of links that are titles": lambda size: _repeated(
        size,
        lambda n: (
            f"<tr><td><a href=/{n}>{_letter(n)}局2014年政府信息公开年报</a></td><td>1</td></tr>"
        ),
        "<table>{}</table>",
    ),
    "titles above a block of links": lambda size: _repeated(
        size, lambda n: f"<a href=/{n}>甲{n}</a> 乙2014年政府信息公开年报<br>", "<div>{}</div>"
    ),
    "links of one block": lambda size: _repeated(
        size, lambda n: f"<a href=/{n}>甲{_letter(n)}</a> ", "<div>{}</div>"
    ),
    "offices that state the page": lambda size: _repeated(
        size, lambda n: f"<p>来源：廊坊市{_letter(n)}区人民政府办公室</p>"
    ),
    "figures of one sentence": lambda size: _repeated(
        size, lambda n: f"公开信息{n % 97 + 1}条,", "<p>{}</p>"
    ),
    "parts of one figure": lambda size: _repeated(
        size, lambda n: f"甲{n % 97 + 1}件、", "<p>2014年受理申请9999件，其中{}</p>"
    ),
    "words of one link": lambda size: f"{REPORT}<p><a href=/a>{'甲' * (size // 3)}</a></p>",
    "endings of one link": lambda size: f"{REPORT}<p><a href=/a>{'.pdfx' * (size // 5)}</a></p>",
    "numberings of one cell": lambda size: (
        f"{REPORT}<table><tr><td>{'1.' * (size // 2)}</td><td>1</td></tr></table>"
    ),
    "marks of one letter": lambda size: (
        f"{REPORT}<table><tr><td>a{MARKS * (size // 4)}</td><td>1</td></tr></table>"
    ),
    "columns and rows": _header_and_rows,
    "title in a script": _in_script,
    "options": lambda size: f"{REPORT}<select>{'<option>甲' * (size // 11)}</select>",
    "end tags of nothing": lambda size: f"{REPORT}{'</h1><rtc>甲' * (size // 13)}",
    "items of two lists": lambda size: f"{REPORT}{'<li>甲<dt>' * (size // 11)}",
    "scripts in a formula": lambda size: f"{REPORT}<math>{'<script>' * (size // 8)}",
    "bodies": lambda size: "".join(f"<body a{n}>" for n in range(size // 12)) + REPORT,
}
