"""Which of the four report templates a report follows, and the facts that it states.

`statistics` is the 2014-2018 table, `tables_2019` and `tables_2021` are the three statutory tables
in their two editions, all else is `narrative`. The template is told by labels, never by the year:
formats lag by years (portals.md 2.4). A blank form gives no facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.figures import in_order
from parsers.formats.agreement import disagreements
from parsers.formats.forms import (
    LONGEST_FORMS,
    MIN_STATISTICS_LABELS,
    MOST_FORMS,
    facts_in,
    forms_in,
    labels_in,
    length_of,
)
from parsers.formats.narrative import read_prose
from parsers.memo import Memo
from parsers.vocabulary import code_of, may_state, words_of

if TYPE_CHECKING:
    from parsers.formats.forms import Form
    from parsers.items import Fact, Template
    from parsers.layout import Layout

# T3 has 23 or more rows; a page that only speaks of the tables names one or two.
MIN_REQUEST_ROWS = 5

_EDITION_2019 = frozenset({"made", "disclosed", "total", "prior_items", "change", "items"})
_EDITION_2021 = frozenset({"issued", "repealed", "in_force"})
# 时效：现行有效 of a box of metadata is no header; among headers it is one that was cut short.
_VALID = "现行有效"
_ROWS_SINCE_2021 = frozenset({"other.not_amended", "other.fee_unpaid"})


def template_of(layout: Layout) -> Template:
    """Return the template that the labels of `layout` speak for.

    Where headers of both editions stand in one report, the more frequent decide; where none
    stands, the rows that came in 2021 do.
    """
    return _templates[forms_in(layout)]


def _template(forms: tuple[Form, ...]) -> Template:
    if not may_state(words_of(text for form in forms for row in form for text in row)):
        return "narrative"
    labels = labels_in(forms)
    columns = [code_of(label, "disclosure", "columns") for label in labels]
    rows = {code_of(label, "requests", "rows") for label in labels} - {None}
    old = sum(column in _EDITION_2019 for column in columns)
    new = sum(column in _EDITION_2021 for column in columns)
    if new == 1 and _VALID in labels and not any(_is_disclosed(label) for label in labels):
        new = 0
    if old or new or len(rows) >= MIN_REQUEST_ROWS:
        return _edition(old, new, recent=bool(rows & _ROWS_SINCE_2021))
    known = {code_of(label, "statistics") for label in labels} - {None}
    return "statistics" if len(known) >= MIN_STATISTICS_LABELS else "narrative"


def _is_disclosed(label: str) -> bool:
    return code_of(label, "disclosure", "rows") is not None


_templates: Memo[tuple[Form, ...], Template] = Memo(
    _template, length_of, longest=LONGEST_FORMS, most=MOST_FORMS
)


def _edition(old: int, new: int, *, recent: bool) -> Template:
    if old == new:
        return "tables_2021" if recent else "tables_2019"
    return "tables_2019" if old > new else "tables_2021"


def read_facts(
    layout: Layout, template: Template, year: int | None
) -> tuple[list[Fact], list[str]]:
    """Return the report's facts sorted by (start, metric), and what could not be read.

    Tables are read whatever the template says, since reports mix forms; a figure that a table
    gives is not read from prose again, but where both state it and differ, a warning says so.
    """
    facts: dict[str, Fact] = {}
    warnings: list[str] = []
    for stated, unread in facts_in(layout, template):
        warnings += unread
        for fact in stated:
            facts.setdefault(fact.metric, fact)
    told = in_order(read_prose(layout, year))
    warnings += disagreements(facts, told)
    prose = [fact for fact in told if fact.metric not in facts]
    return in_order([*facts.values(), *prose]), list(dict.fromkeys(warnings))
