"""Try the identities of the vocabulary on a report's facts; report a break, never repair it.

Rules and their names are in `metrics.toml` under [checks]; `carry.year_to_year` needs two reports
and is not tried here. Real reports break them: Hongze 2023 states 10+1+0+0 reviews and a total of
0. A blank cell is absent, not zero; but an identity that holds on what is stated has passed
(Shanghai 2019 leaves its zeros blank), and one that no filling of the blanks could mend has failed.
Only where the blanks decide is it not applicable.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from parsers.items import Check
from parsers.numbers import figures_in, fold_width
from parsers.vocabulary import parts_of, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from parsers.items import Fact, Report


_COLUMNS = tuple(vocabulary()["table"]["requests"]["columns"])
_ROWS = tuple(vocabulary()["table"]["requests"]["rows"])
_OUTER_ROWS = ("new", "carried_in", "total", "carried_out")
#: The codes of the applications' table, a row's by its columns.
_CELLS = {row: [f"requests.{row}.{column}" for column in _COLUMNS] for row in _ROWS}
_OUTER = frozenset(code for row in _OUTER_ROWS for code in _CELLS[row])
_BALANCES = [
    (column, [_CELLS["new"][n], _CELLS["carried_in"][n]],
     [_CELLS["total"][n], _CELLS["carried_out"][n]])
    for n, column in enumerate(_COLUMNS)
]  # fmt: skip
_REMEDIES = tuple(vocabulary()["table"]["remedies"]["rows"])
_OUTCOMES = tuple(vocabulary()["table"]["remedies"]["columns"])
# 件, 起 and 宗 count cases alike, 条 and 件 pieces of information.
_CASES = frozenset({"", "件", "起", "宗", "例", "条", "篇", "份", "次", "场", "期"})
_AMONG = re.compile(r"[,:;(。 ]?其中")
_NESTED = re.compile(r"其中|包括|具体|分别|(?<!包)含")
_SENTENCE = re.compile(r"[。!?]")
# The longest sentence of the seeds has 365 characters; each of many facts may have such a list.
_LONGEST_LIST = 2000
_LISTED = re.compile(r"[,;、]")


def check_report(report: Report) -> Report:
    """Return `report` with its `checks` filled, in the order of the rules, rows and columns."""
    own = [fact for fact in report.facts if fact.scope == "organ"]
    amounts = {fact.metric: fact.value for fact in reversed(own)}
    report.checks = [
        *_requests(amounts),
        *_remedies(amounts),
        *_statistics(own),
        *_prose(own, report.text),
    ]
    return report


def _requests(amounts: Mapping[str, float]) -> Iterator[Check]:
    if _OUTER.isdisjoint(amounts):
        return
    for column, left, right in _BALANCES:
        yield _identity("requests.balance", column, left, right, amounts)
    rows = _rows_in(amounts)
    for row in rows:
        *parts, total = _CELLS[row]
        yield _identity("requests.columns", row, parts, [total], amounts)
    results = [_CELLS[row] for row in rows if row not in _OUTER_ROWS]
    for n, column in enumerate(_COLUMNS):
        parts = [cells[n] for cells in results]
        yield _identity("requests.results", column, parts, [_CELLS["total"][n]], amounts)


def _rows_in(amounts: Mapping[str, float]) -> list[str]:
    """Return the rows of the applications table that have any cell, in the form's order."""
    return [row for row, cells in _CELLS.items() if not amounts.keys().isdisjoint(cells)]


def _remedies(amounts: Mapping[str, float]) -> Iterator[Check]:
    for row in _REMEDIES:
        parts = [f"remedies.{row}.{outcome}" for outcome in _OUTCOMES[:-1]]
        total = f"remedies.{row}.total"
        if any(metric in amounts for metric in (*parts, total)):
            yield _identity("remedies.rows", row, parts, [total], amounts)


def _statistics(own: Sequence[Fact]) -> Iterator[Check]:
    amounts = {f.metric: f.value for f in reversed(own) if f.method == "table"}
    for whole, parts in parts_of().items():
        if any(part in amounts for part in parts) and whole in amounts:
            yield _identity("statistics.parts", whole, list(parts), [whole], amounts)


def _identity(
    rule: str,
    where: str,
    left: Sequence[str],
    right: Sequence[str],
    amounts: Mapping[str, float],
) -> Check:
    """Try that the metrics of both sides sum to the same."""
    get = amounts.get
    sides = list(map(get, left)), list(map(get, right))
    status = _status(*sides)
    if status == "pass":
        return Check(rule, where, status)
    return Check(rule, where, status, " = ".join(map(_side, sides)))


def _status(
    left: Sequence[float | None], right: Sequence[float | None]
) -> Literal["pass", "fail", "not_applicable"]:
    """Compare the sums of both sides, None being a blank; counts are exact as floats."""
    stated = [[each for each in side if each is not None] for side in (left, right)]
    if not all(stated):
        return "not_applicable"
    first, second = map(sum, stated)
    if first == second:
        return "pass"
    # A blank on the smaller side could hold the difference; counts are never negative.
    return "not_applicable" if None in (left if first < second else right) else "fail"


def _side(amounts: Sequence[float | None]) -> str:
    """Return a side as it is stated, blanks as _: 10+1+_+0."""
    return "+".join(
        "_" if amount is None else f"{Decimal(str(amount)).normalize():f}" for amount in amounts
    )


def _prose(own: Sequence[Fact], text: str) -> Iterator[Check]:
    """Try each figure behind which its sentence lists parts with 其中."""
    for fact in own:
        if fact.method != "prose" or not fact.value:
            continue
        line_end = text.find("\n", fact.end, fact.end + _LONGEST_LIST)
        behind = text[fact.end : line_end if line_end >= 0 else fact.end + _LONGEST_LIST]
        parts = _listed_parts(fold_width(behind))
        if parts:
            yield _sum_check(fact, parts)


def _sum_check(fact: Fact, parts: Sequence[Decimal]) -> Check:
    """Compare a whole with its parts; a single part or a rounded whole decides nothing."""
    whole = Decimal(str(fact.value))
    stated = "+".join(f"{part.normalize():f}" for part in parts)
    detail = f"{stated} = {whole.normalize():f}"
    # Behind the last part the sentence may go on: 46件,其中网络30件,信函16件,办结46件.
    if whole in list(accumulate(parts))[1:]:
        return Check("prose.parts", fact.metric, "pass")
    vague = len(parts) == 1 or fact.qualifier != "exact"
    return Check("prose.parts", fact.metric, "not_applicable" if vague else "fail", detail)


def _listed_parts(text: str) -> list[Decimal]:
    """Return the figures that follow 其中, with which `text` begins, to the end of its list.

    The list ends with the sentence, at parts of parts (包括), and at a figure of other things.
    """
    among = _AMONG.match(text)
    if among is None:
        return []
    stop = _SENTENCE.search(text, among.end())
    listed = text[among.end() : stop.start() if stop else len(text)]
    if "(" in among.group():
        listed = _before_the_bracket(listed)
    listed = _NESTED.split(listed, maxsplit=1)[0]
    parts: list[Decimal] = []
    unit: str | None = None
    clause = 0
    for figure in figures_in(listed):
        unit = figure.unit if unit is None else unit
        for mark in _CLAUSE.finditer(listed, clause, figure.start):
            clause = mark.end()
        if (
            _OF_OTHER_YEARS.search(listed, clause, figure.start)
            or figure.unit != unit
            or figure.unit not in _CASES
            or not _ends_item(listed, figure.end)
        ):
            break
        parts.append(figure.value)
    return parts


def _before_the_bracket(listed: str) -> str:
    """Return what stands before the bracket that closes a list: 网上19宗,信函2宗),上年结转1宗."""
    depth = 1
    for mark in _BRACKET.finditer(listed):
        depth += 1 if mark.group() == "(" else -1
        if depth == 0:
            return listed[: mark.start()]
    return listed


_BRACKET = re.compile(r"[()]")


_CLAUSE = re.compile(r"[,;:、]")
_OF_OTHER_YEARS = re.compile(r"历年|累计|上年|去年|同期|以来")


def _ends_item(listed: str, at: int) -> bool:
    return at >= len(listed) or bool(_LISTED.match(listed, at))
