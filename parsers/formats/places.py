"""Find the figures of a statement that may be this year's, each with the words beside it.

The words of a figure are its own but twice: behind a count of issues (推送80期300条) they are those
before the issues, and for a year's share of a total of many years (累计900条,其中2014年80条) they
are the total's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.formats.hopes import Hopes
from parsers.formats.wording import PIECES
from parsers.formats.years import clause_start, may_count
from parsers.numbers import Figure, figures_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.formats.statements import Statement
    from parsers.formats.wording import Wording

# The longest label with its filler seen is 41 characters; patterns run over no more than this.
_REACH = 60
_REACH_RIGHT = 40

_IN_ALL = re.compile(r"[,、]?共?(?:近|约|超过|逾)?")
# Behind a total of many years: 累计发布微博900条,其中2014年发布80条.
_OF_THIS_YEAR = re.compile(
    r"(?:[,(]?其中[:,]?|[,;])(?:\d{4}年度?|今年|本年度?|当年)"
    r"(?:共|新增|主动|发布|公开|收到|受理|办结|推送|为|有|了){0,3}"
)
_TO_NOW = re.compile(r"截[至止]到?目前|迄今")


@dataclass(frozen=True, slots=True)
class Place:
    """A figure in its statement: the words `left` of it end at `at`, those to its `right` begin.

    `at` is the figure's start, but where its words are another's. `later` are the figures behind.
    """

    statement: Statement
    figure: Figure
    left: str
    right: str
    at: int
    later: Sequence[Figure]
    hopes: Hopes

    @property
    def following(self) -> Figure | None:
        """The next figure of the statement, be it of this year or not."""
        return self.later[0] if self.later else None

    def worth_trying(self) -> Iterator[Wording]:
        """Return the wordings that count in the figure's unit and whose words stand beside it."""
        return self.hopes.beside(self.figure.unit, self.left, self.right)


def places(statement: Statement, year: int | None) -> Iterator[Place]:
    """Yield the figures that may be the year's, left to right."""
    figures = list(figures_in(statement.text))
    if not figures:
        return
    hopes = Hopes(statement.text)
    passed_over: int | None = None
    for n, figure in enumerate(figures):
        floor = figures[n - 1].end if n else 0
        if not may_count(statement.text, figure, floor, year) or _of_years(statement, figure):
            passed_over = n
            continue
        words = n
        if passed_over == n - 1 and _OF_THIS_YEAR.fullmatch(statement.text, floor, figure.start):
            words = passed_over
        yield _place(statement, figures, n, words, hopes)


def _of_years(statement: Statement, figure: Figure) -> bool:
    """Whether a figure is of many years: 累计发布900条, of which the year's are given next."""
    clause = clause_start(statement.text, figure.start)
    grown = statement.text.find("累计", clause, figure.start) >= 0
    grown = grown or _TO_NOW.search(statement.text, 0, figure.start) is not None
    return grown and _OF_THIS_YEAR.match(statement.text, figure.end) is not None


def _place(
    statement: Statement, figures: Sequence[Figure], n: int, words: int, hopes: Hopes
) -> Place:
    """Return the place of figure `n`, whose words are those of figure `words`."""
    figure = figures[n]
    floor, at = (figures[words - 1].end if words else 0), figures[words].start
    issues = words and figures[words - 1].unit == "期" and figure.unit in PIECES
    if issues and _IN_ALL.fullmatch(statement.text, floor, at):
        floor, at = (figures[words - 2].end if words > 1 else 0), figures[words - 1].start
    left = statement.text[max(floor, at - _REACH) : at]
    right = statement.text[figure.end : figure.end + _REACH_RIGHT]
    return Place(statement, figure, left, right, at, figures[n + 1 :], hopes)
