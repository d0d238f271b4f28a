"""Know what a table states by its form: the same labels in the same places, whatever the numbers.

Which cell states which metric follows from a table's labels and blanks, and from where it has
numbers, not from these. The statutory tables that a portal draws are of a few forms, so each form
is read once; for a page of a known form its numbers alone are taken. Never looks at a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from parsers.figures import cell_fact
from parsers.formats.statistics import MIN_LABELS, read_statistics
from parsers.formats.statutory import read_statutory
from parsers.formats.turned import may_be_turned, upright
from parsers.layout import Span
from parsers.memo import Memo
from parsers.numbers import MAX_DIGITS
from parsers.shown import once
from parsers.tables import Grid, grids
from parsers.vocabulary import fold, may_state, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.figures import Reading
    from parsers.items import Fact, Template
    from parsers.layout import Layout

# Prose names a handful of these labels; the shortest real statistics table seen has 20.
MIN_STATISTICS_LABELS = 8

#: The length of what is kept, by `length_of`, and of all that a memo keeps. The tables of a report
#: together are 4,100 long at most (171 pages of every layout, the applications' table 3,600 of it),
#: so that the 2.1 million characters of a memo are the different tables of some 500 reports. They
#: take 4 MB as prose and some 17 MB at worst, as short cells each of which is another.
LONGEST_FORMS, MOST_FORMS = 30_000, 1 << 21

#: The cells of a table, `_NUMBER` in place of each plain number.
Form = tuple[tuple[str, ...], ...]
_NUMBER = "1"


class Stated(NamedTuple):
    """What a form states: `places` are numbers of cells, counted row by row; see `Reading`."""

    metric: str
    place: int
    label: str
    in_yuan: bool


class Read(NamedTuple):
    """What is read from a table of a form, in page order, and what could not be read."""

    stated: tuple[Stated, ...]
    warnings: tuple[str, ...]


def forms_in(layout: Layout) -> tuple[Form, ...]:
    """Return the forms of all tables, drawn or written as lines."""
    return tuple([form for _, form in _formed(layout)])


def labels_in(forms: Iterable[Form]) -> set[str]:
    """Return the folded labels of tables of some forms; numbers are none."""
    texts = {text for form in forms for row in form for text in row}
    return {folded for text in texts if not text.isdigit() and (folded := fold(text))}


def facts_in(layout: Layout, template: Template) -> Iterator[tuple[list[Fact], tuple[str, ...]]]:
    """Yield the facts of each table in page order, and what could not be read of it."""
    formed = _formed(layout)
    reads = [_reads[form, grid.loose, template, MIN_LABELS] for grid, form in formed]
    heads = _heads(formed, reads) if template == "statistics" else set()
    for (grid, form), whole in zip(formed, reads, strict=True):
        alike = not whole.stated and not grid.loose and form[0] in heads
        read = _reads[form, grid.loose, template, 1] if alike else whole
        cells = [cell for row in grid.rows for cell in row] if read.stated else []
        facts = [
            cell_fact(metric, cells[place], label, in_yuan=in_yuan)
            for metric, place, label, in_yuan in read.stated
        ]
        yield [fact for fact in facts if fact is not None], read.warnings


def _heads(formed: Iterable[tuple[Grid, Form]], reads: Iterable[Read]) -> set[tuple[str, ...]]:
    """Return how the tables begin that state figures: of a form in nine parts, some have one row.

    A header is of several cells and bears no number.
    """
    heads = (form[0] for (_, form), read in zip(formed, reads, strict=True) if read.stated)
    return {head for head in heads if len(head) > 1 and _NUMBER not in head}


@once
def _formed(layout: Layout) -> list[tuple[Grid, Form]]:
    """Return each table with its form."""
    known = _shown
    return [
        (grid, tuple([tuple([known[cell.text] for cell in row]) for row in grid.rows]))
        for grid in grids(layout)
    ]


def _masked(text: str) -> str:
    """Return what of a cell may decide how its table is read: of a plain number, that it is one."""
    if len(text) > MAX_DIGITS or not text.isascii():
        return text
    whole, point, part = text.partition(".")
    plain = whole.isdigit() and (part.isdigit() or not point)
    return _NUMBER if plain else text


_shown: Memo[str, str] = Memo(_masked)


def length_of(forms: Iterable[Form]) -> int:
    """Return how long forms are: their characters, and 8 for each cell, row and table."""
    return sum(
        _APIECE + sum(_APIECE + sum(len(text) + _APIECE for text in row) for row in form)
        for form in forms
    )


#: What a cell, a row or a table counts besides its text: the bytes that lead to it.
_APIECE = 8


def _read(key: tuple[Form, bool, Template, int]) -> Read:
    form, loose, template, least = key
    words = words_of(text for row in form for text in row)
    if not may_state(words):
        return Read((), ())
    numbers = iter(range(sum(map(len, form))))
    rows = tuple(tuple(Span(text, n, n) for text in row for n in (next(numbers),)) for row in form)
    grid = Grid(rows, loose)
    if may_be_turned(words):
        grid = upright(grid)
    counted = read_statistics(grid, least)
    statutory: list[Reading] = []
    warnings: list[str] = []
    if len(counted) < MIN_STATISTICS_LABELS:
        statutory, warnings = read_statutory(grid, template)
    stated = (
        Stated(read.metric, read.cell.start, read.label, read.in_yuan)
        for read in (*statutory, *counted)
    )
    return Read(tuple(stated), tuple(warnings))


_reads: Memo[tuple[Form, bool, Template, int], Read] = Memo(
    _read, lambda key: length_of(key[:1]), longest=LONGEST_FORMS, most=MOST_FORMS
)
