"""Read the outline of a report: its headings, as numbered as printed, and the span under each.

Known numberings, outermost first: 第一部分, 一、 Ⅰ、, (一) ㈠, 1. 1、 ⒈, 1.1 (1) ⑴, ①. Reports
restart, skip or repeat them and may use 1、 at the top (portals.md 2.4), so a level says which kind
of number a heading bears, not how deep it lies; numbers stay as printed. Tables hold no headings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.items import Section
from parsers.numbers import UNITS
from parsers.shown import once

if TYPE_CHECKING:
    from parsers.layout import Layout, Line

_NUMERAL = "一二三四五六七八九十百零〇壹贰叁肆伍陆柒捌玖拾"
# Behind a number without a mark only a short title of plain words: 一 概述, 1 总体情况.
_BARE_TITLE = r"(?=\s+[一-鿿]{2,20}$)"
_COUNTED = rf"(?!\s*(?:\d|[万亿余多年月日时]|{UNITS}))"
_NUMBER = re.compile(
    rf"(?P<l1>第[{_NUMERAL}\d]{{1,3}}(?:部分|章|节))"
    rf"|(?P<l2>[{_NUMERAL}]{{1,3}}\s?[、.．,，﹒]|[Ⅰ-Ⅻ]{{1,2}}\s?[、.．]|[{_NUMERAL}]{{1,3}}{_BARE_TITLE})"
    rf"|(?P<l3>[㈠-㈩]|[(（]\s?[{_NUMERAL}]{{1,3}}\s?[)）][、.．]?)"
    rf"|(?P<l5>\d{{1,2}}(?:\.\d{{1,2}}){{1,2}}{_COUNTED}(?=\s?[一-鿿]{{2}})"
    r"|[(（]?\s?\d{1,2}\s?[)）][、.．]?|[⑴-⒇])"
    rf"|(?P<l4>\d{{1,2}}\s?(?:[、．﹒]|\.(?!\s?\d))|[⒈-⒛]|\d{{1,2}}{_COUNTED}{_BARE_TITLE})"
    r"|(?P<l6>[①-⑳])"
)
# With one of these each number begins; most lines do not.
_OPENS = re.compile(rf"[\s第{_NUMERAL}Ⅰ-Ⅻ㈠-㈩(（\d⑴-⒇⒈-⒛①-⑳]")
_SENTENCE_END = re.compile(r"[。；;！!?？]")
_COLON = re.compile(r"[:：](?![^（(]{0,60}[)）])")

# A heading is a line of its own, or the first sentence of a numbered paragraph; the longest
# statutory heading (四、因政府信息公开工作被申请行政复议、提起行政诉讼情况) has 30 characters.
MAX_TITLE = 60


@once
def outline(layout: Layout) -> list[Section]:
    """Return the numbered headings in reading order.

    `start` is where the heading begins, `end` where the next heading of the same or an outer
    level begins (or the text ends). A numbered paragraph whose first sentence is too long for a
    heading is none.
    """
    found = [section for line in layout.lines if (section := _heading(line)) is not None]
    _close_spans(found, len(layout.text))
    return found


def _heading(line: Line) -> Section | None:
    bare = line.text.lstrip("　 ")
    if not _OPENS.match(bare) or bare.isdecimal():  # a cell's number has no title
        return None
    number = _NUMBER.match(line.text, len(line.text) - len(bare))
    if number is None:
        return None
    title = _title(line.text[number.end() :])
    if not title:
        return None
    level = int((number.lastgroup or "l0")[1:])
    return Section(level, number.group().strip(), title, line.start, line.end)


def _title(rest: str) -> str:
    """Return the heading's words, "" where what follows the number is an ordinary sentence."""
    rest = rest.strip()
    stop = _SENTENCE_END.search(rest)
    if stop and stop.group() in "；;":  # an item of a list that runs on
        return ""
    title = rest[: stop.start()] if stop else rest
    colon = _COLON.search(title)
    if colon and colon.start() > 1:
        title = title[: colon.start()]
    return title if len(title) <= MAX_TITLE else ""


def _close_spans(sections: list[Section], end: int) -> None:
    """Let each section end where the next one that is not inside it begins."""
    begins: dict[int, int] = {}  # the next heading, by level
    for section in reversed(sections):
        outside = (start for level, start in begins.items() if level <= section.level)
        section.end = min(outside, default=end)
        begins[section.level] = section.start
