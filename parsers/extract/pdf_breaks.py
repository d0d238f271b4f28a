"""Sew together the parts of a table that lie on pages that follow one another.

A break falls between rows, or through a row, and through the labels that are merged over many
rows: a label's characters then stand on either side (（四）无/法提供), a row's figures on one.
Nothing is dropped but a head that is printed again. Source: the two PDFs of the reference corpus,
and breaks at every place of the official form (tests).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.extract.drawn import Drawn
from parsers.extract.pdf_lines import NUMERALS, join_wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.extract.drawn import DrawnTable

_SAME_LEFT, _SAME_WIDTH = 12.0, 0.06
_ENUMERATED = re.compile(rf"[（(]?[{NUMERALS}\d]+[）)、.．]|[①-⑳]")
_FIGURE = re.compile(r"[+-]?[\d.,]+%?")
# Two cells are the same column's where they share nearly all of their width.
_SAME_COLUMN = 0.8


def goes_on(table: DrawnTable, following: DrawnTable) -> bool:
    """Whether `following`, first on its page, can go on with `table`, last on the page before."""
    width, other = _width(table), _width(following)
    beside = abs(table.box[0] - following.box[0]) <= _SAME_LEFT
    return beside and abs(width - other) <= _SAME_WIDTH * width


def _width(table: DrawnTable) -> float:
    return table.box[2] - table.box[0]


def sew(table: DrawnTable, following: DrawnTable) -> None:
    """Append the rows of `following`; a row or a label that the page break cut is one again."""
    _scale(following, _width(table) / _width(following))
    rows = following.rows[_repeated(table.rows, following.rows) :]
    pairs = [(cell, _above(cell, table.foot)) for cell in rows[0]]
    joined = _join_groups(pairs)
    pairs = pairs[len(joined) :]
    if _is_cut_row(pairs):
        # The rest of a row is no row of its own: what is merged over it spans one less.
        for above in joined.values():
            above.rowspan -= 1
        joined |= _join_row(pairs)
        rows = rows[1:]
    else:
        rows = [[cell for cell, _ in pairs], *rows[1:]]
    table.rows += rows
    table.box = following.box
    table.foot = [joined.get(cell, cell) for cell in following.foot]


def _scale(table: DrawnTable, factor: float) -> None:
    """Bring a part to the width of the part before it: programs fit each page by itself."""
    for row in table.rows:
        for cell in row:
            cell.left, cell.right = cell.left * factor, cell.right * factor


def _repeated(rows: list[list[Drawn]], following: list[list[Drawn]]) -> int:
    """Return how many rows at the top of a page repeat the table's head."""
    count = 0
    for row, again in zip(rows, following, strict=False):
        words = [cell.text for cell in row]
        if words != [cell.text for cell in again] or any(map(_FIGURE.fullmatch, words)):
            break
        count += any(words)
    return count if count < len(following) else 0


def _above(cell: Drawn, foot: Sequence[Drawn]) -> Drawn | None:
    """Return the cell at the foot of the page before that stands in the same column."""
    for other in foot:
        common = min(cell.right, other.right) - max(cell.left, other.left)
        if common >= _SAME_COLUMN * max(cell.right - cell.left, other.right - other.left):
            return other
    return None


# A cell that is first on its page, and what stands in its column at the foot of the page before.
Pairs = list[tuple[Drawn, Drawn | None]]


def _join_groups(pairs: Pairs) -> dict[Drawn, Drawn]:
    """Join the labels of groups that go on over the break: those before the row's own label.

    Return which cell went into which.
    """
    joined: dict[Drawn, Drawn] = {}
    for cell, above in pairs[: _labels(pairs) - 1]:
        if above is None or (cell.text and above.text and not _is_torn(cell, above)):
            break
        _join(above, cell, cell.rowspan)
        joined[cell] = above
    return joined


def _labels(pairs: Pairs) -> int:
    """Return how many cells stand before the first figure, in a blank form before the blanks."""
    texts = [(cell.text, above.text if above else "") for cell, above in pairs]
    for n, pair in enumerate(texts):
        if any(map(_FIGURE.fullmatch, pair)):
            return n
    return max((n for n, pair in enumerate(texts, 1) if any(pair)), default=0)


def _is_cut_row(pairs: Pairs) -> bool:
    """Whether a page's first row is the rest of the last row of the page before.

    Then each cell has its text on one side of the break, but for a label that was cut within.
    """
    return all(
        above is not None and (not cell.text or not above.text or _is_torn(cell, above))
        for cell, above in pairs
    )


def _is_torn(cell: Drawn, above: Drawn) -> bool:
    """Whether a label ends in `cell`: it fills its cell above, and no new number begins here."""
    figures = _FIGURE.fullmatch(cell.text) or _FIGURE.fullmatch(above.text)
    return above.full and not figures and not _ENUMERATED.match(cell.text)


def _join_row(pairs: Pairs) -> dict[Drawn, Drawn]:
    joined: dict[Drawn, Drawn] = {}
    for cell, above in pairs:
        if above is not None:
            _join(above, cell, cell.rowspan - 1)
            joined[cell] = above
    return joined


def _join(above: Drawn, cell: Drawn, rows: int) -> None:
    above.text = join_wrapped([text for text in (above.text, cell.text) if text])
    above.rowspan += rows
    above.full = cell.full
