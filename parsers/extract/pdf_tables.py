"""See the ruled tables of a PDF page.

Only drawn lines rule a table: word processors also paint white or coloured boxes behind text, and
those are none. Lines of the frame that are missing at a page break are closed. Cells come as an
HTML table would hold them: each in the row where it begins, with its spans. Source: the two PDFs of
the reference corpus (（四）无/法提供 torn, vertical labels, first lines missing), portals.md 2.4.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pdfplumber.table import (
    cells_to_tables,
    edges_to_intersections,
    intersections_to_cells,
    merge_edges,
)
from pdfplumber.utils.geometry import filter_edges

from parsers.extract.drawn import TOUCH, Box, Drawn, DrawnTable, nearest, stops_of
from parsers.extract.pdf_lines import join_wrapped, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pdfplumber.page import Page as PdfPage

    from parsers.extract.pdf_lines import Char

# Rules are 0.5 to 1.5 points thick; the thinnest box painted behind a text was 20 points high.
_THIN = 2.5
# Grey above this is paper: white boxes are painted behind cells.
_PAPER = 0.95


def tables_on(page: PdfPage, chars: Sequence[Char]) -> list[DrawnTable]:
    """Return the ruled tables of two columns or more, from top to bottom."""
    return tables_of(_rules(page), chars)


def tables_of(rules: Sequence[Box], chars: Sequence[Char]) -> list[DrawnTable]:
    """Return the tables that `rules` (middle lines, each upright or level) draw around `chars`."""
    tables = [_table(cells, chars) for cells in cells_of(rules)]
    return sorted((t for t in tables if t.columns > 1), key=lambda table: table.box[1])


def cells_of(rules: Sequence[Box]) -> list[list[Box]]:
    """Return the cells of each table that `rules` draw."""
    rules = [*rules, *_closed(rules)]
    upright = [rule for rule in rules if _is_upright(rule)]
    if len(upright) < 2 or len(rules) - len(upright) < 2:  # noqa: PLR2004 (two each way: a cell)
        return []
    edges = merge_edges([_edge(rule) for rule in rules], TOUCH, TOUCH, TOUCH, TOUCH)
    crossings = edges_to_intersections(filter_edges(edges, min_length=TOUCH), TOUCH, TOUCH)
    found = cells_to_tables(intersections_to_cells(crossings))
    return [[_box(cell) for cell in cells] for cells in found]


def _box(cell: Sequence[float]) -> Box:
    return (cell[0], cell[1], cell[2], cell[3])


# ---- rules ----


def _rules(page: PdfPage) -> list[Box]:
    """Return what is drawn as a line: strokes, thin filled boxes, the sides of stroked boxes.

    Neighbouring cells draw their common side twice; each line is given once.
    """
    rules: list[Box] = []
    for line in page.lines:
        if _has_ink(line, "stroking_color"):
            rules += as_rule((line["x0"], line["top"], line["x1"], line["bottom"]))
    for rect in page.rects:
        box = (rect["x0"], rect["top"], rect["x1"], rect["bottom"])
        if rect["stroke"] and _has_ink(rect, "stroking_color"):
            rules += as_rule(box) or sides_of(box)
        elif rect["fill"] and _has_ink(rect, "non_stroking_color"):
            rules += as_rule(box)
    for path in page.curves:
        if path["stroke"] and _has_ink(path, "stroking_color"):
            rules += legs_of(path["pts"])
    return list(dict.fromkeys(_rounded(rule) for rule in rules))


def legs_of(points: Sequence[tuple[float, float]]) -> list[Box]:
    """Return the level and upright legs of a path: some programs draw a frame in one stroke."""
    legs: list[Box] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        legs += as_rule((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    return legs


def _rounded(rule: Box) -> Box:
    x0, top, x1, bottom = (round(value, 1) for value in rule)
    return (x0, top, x1, bottom)


def _has_ink(drawn: dict[str, Any], key: str) -> bool:
    """Whether a line or box is not painted in the colour of paper; CMYK is white at 0."""
    colour = drawn.get(key)
    if colour is None:
        return True
    parts = colour if isinstance(colour, (list, tuple)) else (colour,)
    if not all(isinstance(part, (int, float)) for part in parts):
        return True
    if len(parts) == 4:  # noqa: PLR2004 (CMYK)
        return any(part > 1 - _PAPER for part in parts)
    return any(part < _PAPER for part in parts)


def as_rule(box: Box) -> list[Box]:
    """Return the middle line of a thin box, nothing of one that is not thin."""
    x0, top, x1, bottom = box
    if bottom - top <= _THIN < x1 - x0:
        return [(x0, (top + bottom) / 2, x1, (top + bottom) / 2)]
    if x1 - x0 <= _THIN < bottom - top:
        return [((x0 + x1) / 2, top, (x0 + x1) / 2, bottom)]
    return []


def sides_of(box: Box) -> list[Box]:
    """Return the four sides of a box."""
    x0, top, x1, bottom = box
    return [
        (x0, top, x1, top),
        (x0, bottom, x1, bottom),
        (x0, top, x0, bottom),
        (x1, top, x1, bottom),
    ]


def _is_upright(rule: Box) -> bool:
    return rule[3] - rule[1] > rule[2] - rule[0]


def _edge(rule: Box) -> dict[str, Any]:
    x0, top, x1, bottom = rule
    return {
        "object_type": "line",
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": "v" if _is_upright(rule) else "h",
    }


def _closed(rules: Sequence[Box]) -> list[Box]:
    """Return the four sides of each group of crossing rules: frames are open at page breaks."""
    sides: list[Box] = []
    for group in groups_of(rules):
        upright = sum(_is_upright(rule) for rule in group)
        if min(upright, len(group) - upright) >= 2:  # noqa: PLR2004 (fewer are underlines)
            sides += sides_of(_hull(group))
    return sides


def _hull(boxes: Iterable[Box]) -> Box:
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return (min(x0s), min(tops), max(x1s), max(bottoms))


# A drawing with more lines than this is a map or a chart: 60 rows of 15 cells have 1,800.
_MAX_RULES = 2000


def groups_of(rules: Sequence[Box]) -> list[list[Box]]:
    """Return the rules by groups that touch one another."""
    if len(rules) > _MAX_RULES:
        return []
    groups: list[list[Box]] = []
    for rule in rules:
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        merged = [rule]
        for group in touching:
            merged += group
            groups.remove(group)
        groups.append(merged)
    return groups


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] <= other[2] + TOUCH
        and other[0] <= one[2] + TOUCH
        and one[1] <= other[3] + TOUCH
        and other[1] <= one[3] + TOUCH
    )


# ---- cells ----


def _table(boxes: list[Box], chars: Sequence[Char]) -> DrawnTable:
    hull = _hull(boxes)
    ys = stops_of(y for box in boxes for y in (box[1], box[3]))
    rows: list[list[Drawn]] = [[] for _ in ys[1:]]
    foot: list[Drawn] = []
    inside = _within(chars, hull)
    for box in sorted(boxes):
        top, bottom = nearest(ys, box[1]), nearest(ys, box[3])
        text, full = _text_in(inside, box)
        cell = Drawn(text, box[0] - hull[0], box[2] - hull[0], bottom - top, full)
        rows[top].append(cell)
        if bottom == len(rows):
            foot.append(cell)
    return DrawnTable(rows, hull, foot)


def _within(chars: Iterable[Char], box: Box) -> list[Char]:
    return [char for char in chars if is_inside(char, box)]


def is_inside(char: Char, box: Box) -> bool:
    """Whether the middle of a glyph lies in `box`."""
    x = (char["x0"] + char["x1"]) / 2
    y = (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


# A cell's padding is up to 5 points each side; a line may end two characters
# early, since a comma begins none.
_ROOM = 2.2
_PADDING = 5.0


def _text_in(chars: Sequence[Char], box: Box) -> tuple[str, bool]:
    lines = lines_of(_within(chars, box))
    if not lines:
        return "", False
    last = lines[-1]
    room = (box[2] - box[0]) - (last.x1 - last.x0) - 2 * _PADDING
    return join_wrapped([line.text for line in lines]), room < _ROOM * last.size
