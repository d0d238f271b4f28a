"""Read the outline of a report: its headings, as numbered as printed, and the span under each.

Known numberings, outermost first: 第一部分, 一、, (一), 1. 1、, (1) 1), ①. Reports restart, skip
or repeat them and may use 1、 at the top (portals.md 2.4), so a level says which kind of number a
heading bears, not how deep it lies; numbers are kept as printed. Tables hold no headings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.items import Section

if TYPE_CHECKING:
    from parsers.layout import Layout, Line

_NUMERAL = "一二三四五六七八九十百零〇"
_LEVELS = (
    (1, re.compile(rf"第[{_NUMERAL}\d]{{1,3}}(?:部分|章|节)")),
    (2, re.compile(rf"[{_NUMERAL}]{{1,3}}\s?[、.．,，﹒]")),
    (3, re.compile(r"[㈠-㈩]")),
    (3, re.compile(rf"[(（]\s?[{_NUMERAL}]{{1,3}}\s?[)）][、.．]?")),
    (4, re.compile(r"\d{1,2}\s?(?:[、．﹒]|\.(?!\d))")),
    (5, re.compile(r"[(（]?\d{1,2}[)）][、.．]?")),
    (6, re.compile(r"[①-⑳]")),
)
_SENTENCE_END = re.compile(r"[。；;!！?？]")

# A heading is a line of its own, or the first sentence of a numbered paragraph; the longest
# statutory heading (四、因政府信息公开工作被申请行政复议、提起行政诉讼情况) has 30 characters.
MAX_TITLE = 60


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
    lead = len(line.text) - len(line.text.lstrip("　 "))
    for level, pattern in _LEVELS:
        number = pattern.match(line.text, lead)
        if number is None:
            continue
        title = _title(line.text[number.end() :])
        if not title:
            return None
        return Section(level, number.group().strip(), title, line.start, line.end)
    return None


def _title(rest: str) -> str:
    """Return the heading's words, "" where what follows the number is an ordinary sentence."""
    rest = rest.strip()
    stop = _SENTENCE_END.search(rest)
    title = rest[: stop.start()] if stop else rest
    colon = re.search(r"[:：]", title)
    if colon and colon.start() > 1:
        title = title[: colon.start()]
    return title if len(title) <= MAX_TITLE else ""


def _close_spans(sections: list[Section], end: int) -> None:
    """Let each section end where the next one that is not inside it begins."""
    for n, section in enumerate(sections):
        after = (s.start for s in sections[n + 1 :] if s.level <= section.level)
        section.end = next(after, end)
