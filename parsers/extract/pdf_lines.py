"""Put the glyphs of a PDF page together: to lines, lines to paragraphs, wrapped cells to labels.

A PDF holds placed glyphs only: spaces, lines and paragraphs are told by distance. Lengths are in
points, y grows downwards (pdfplumber's way). No word is changed, a glyph without a character
becomes U+FFFD. Sources: the two PDFs of the reference corpus and the layouts of portals.md 2.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: What pdfplumber tells of a glyph: "text", "x0", "x1", "top", "bottom", "size" and more.
Char = dict[str, Any]

# Justified lines spread characters by up to half an em; columns stand an em or more apart.
_GAP_WIDE = 1.0
# The space of a Latin font is a quarter of an em; kerning stays below a fifth.
_GAP_LATIN = 0.2
_NO_CHARACTER = re.compile(r"\(cid:\d+\)")
_FIRST_WIDE = "\u2e80"
# Half of a line's height: digits of another font sit up to 2 points off in lines of 10 to 16.
_SAME_LINE = 0.5


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line: its text, where it stands on which page, and its largest glyph's size."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    page: int = 0


def lines_of(chars: Sequence[Char], page: int = 0) -> list[TextLine]:
    """Return the lines that `chars` make up, from top to bottom."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (_middle(c), c["x0"])):
        if rows and _on_line(rows[-1], char):
            rows[-1].append(char)
        else:
            rows.append([char])
    lines = (_line(row, page) for row in rows)
    return [line for line in lines if line.text]


def _middle(char: Char) -> float:
    return float(char["top"] + char["bottom"]) / 2


def _on_line(row: list[Char], char: Char) -> bool:
    height = min(row[-1]["bottom"] - row[-1]["top"], char["bottom"] - char["top"])
    near = sum(_middle(other) for other in row) / len(row)
    return bool(_middle(char) - near <= max(height * _SAME_LINE, 1.0))


def _line(row: list[Char], page: int) -> TextLine:
    row = sorted(row, key=lambda c: c["x0"])
    inked = [char for char in row if char["text"].strip()] or row
    return TextLine(
        _write(row),
        inked[0]["x0"],
        max(char["x1"] for char in inked),
        min(char["top"] for char in inked),
        max(char["bottom"] for char in inked),
        max(char["size"] for char in inked),
        page,
    )


def _write(row: list[Char]) -> str:
    parts: list[str] = []
    before: Char | None = None
    spaced = False
    for char in row:
        if not char["text"].strip():
            spaced = True
            continue
        if before is not None and _apart(before, char, spaced=spaced):
            parts.append(" ")
        parts.append(_NO_CHARACTER.sub("\ufffd", char["text"]))
        before, spaced = char, False
    return " ".join("".join(parts).split())


def _apart(before: Char, char: Char, *, spaced: bool) -> bool:
    gap = (char["x0"] - before["x1"]) / max(before["size"], char["size"], 1.0)
    if _is_wide(before["text"]) or _is_wide(char["text"]):
        return bool(gap > _GAP_WIDE)
    return spaced or bool(gap > _GAP_LATIN)


def _is_wide(text: str) -> bool:
    return text >= _FIRST_WIDE or text in "“”‘’…—·"


def join_wrapped(lines: Sequence[str]) -> str:
    """Return the lines of one cell or paragraph as one text, no space added between Han characters.

    A number that is too long for its cell is wrapped between digits, so digits join as well.

    >>> join_wrapped(["三", "、", "本年度"]), join_wrapped(["96171.", "6"])
    ('三、本年度', '96171.6')
    """
    text = ""
    for line in lines:
        if text and text[-1].isascii() and line[:1].isascii() and not _is_cut_number(text, line):
            text += " "
        text += line
    return text


def _is_cut_number(text: str, line: str) -> bool:
    return bool(re.fullmatch(r"[+-]?[\d.,]+", text) and re.fullmatch(r"[\d.,]+", line))


# ---- paragraphs ----

#: Numerals of headings, with the four radicals that browsers print in their place (portals.md 2.4).
NUMERALS = "一二三四五六七八九十⼀⼆⼋⼗"
_HEADING = re.compile(rf"[{NUMERALS}]{{1,3}}、|[（(][{NUMERALS}]{{1,3}}[）)]")
# A table without rules: figures in columns behind a label. Prose has no two figures side by side.
_ROW = re.compile(r"(?: [+-]?[\d.,]++){2}$")
# Chinese paragraphs open two ems in; hanging punctuation and a last full line end an em off.
_INDENT, _SHORT = 1.0, 1.5
# Lines of a paragraph are one pitch apart; a pitch and a half is a blank line or another block.
_NEW_BLOCK = 1.6
_OTHER_SIZE = 1.15


def paragraphs_of(lines: Sequence[TextLine]) -> Iterator[str]:
    """Yield the paragraphs of lines that follow one another, over page breaks, too.

    A line opens a paragraph where it is indented, follows a line that ended short, stands apart,
    is set larger or smaller, opens as a heading does, or is a row of figures or follows one.
    """
    if not lines:
        return
    left, right, pitch = _margins(lines)
    open_lines: list[TextLine] = []
    for line in lines:
        if open_lines and _opens(open_lines, line, (left, right, pitch)):
            yield join_wrapped([each.text for each in open_lines])
            open_lines = []
        open_lines.append(line)
    yield join_wrapped([each.text for each in open_lines])


def _margins(lines: Sequence[TextLine]) -> tuple[float, float, float]:
    """Return the left and right margin of the text, and the usual distance of two lines."""
    left = min(line.x0 for line in lines)
    right = max(line.x1 for line in lines)
    steps = [b.top - a.top for a, b in pairwise(lines) if a.page == b.page]
    return left, right, median(steps) if steps else 0.0


def _opens(before: Sequence[TextLine], line: TextLine, margins: tuple[float, float, float]) -> bool:
    left, right, pitch = margins
    last = before[-1]
    if last.x1 < right - _SHORT * last.size or _HEADING.match(line.text):
        return True
    if line.x0 > left + _INDENT * line.size or _ROW.search(line.text) or _ROW.search(last.text):
        return True
    if max(line.size, last.size) > _OTHER_SIZE * min(line.size, last.size):
        return True
    return line.page == last.page and line.top - last.top > pitch * _NEW_BLOCK
