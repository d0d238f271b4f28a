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
from parsers.formats.years import clause_start
from parsers.numbers import Figure, figures_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.formats.statements import Statement
    from parsers.formats.wording import Wording
    from parsers.formats.years import Times

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


@dataclass(slots=True, eq=False)
class Place:
    """A figure in its statement: the words `left` of it end at `at`, those to its `right` begin.

    `at` is the figure's start, but where its words are another's. It is the n-th of `figures`;
    `wordings` count in its unit and have their words beside it, in order of trial.
    """

    statement: Statement
    figure: Figure
    left: str
    right: str
    at: int
    figures: Sequence[Figure]
    n: int
    wordings: Sequence[Wording]
    hopes: Hopes

    @property
    def later(self) -> Sequence[Figure]:
        """The figures of the statement behind this one, be they of this year or not."""
        return self.figures[self.n + 1 :]

    @property
    def following(self) -> Figure | None:
        """The next figure of the statement."""
        return self.figures[self.n + 1] if self.n + 1 < len(self.figures) else None


def places(statement: Statement, times: Times) -> Iterator[Place]:
    """Yield the figures that may be the year's and state anything, left to right."""
    figures = list(figures_in(statement.text))
    if not figures:
        return
    hopes = Hopes(statement.text)
    known: dict[int, bool] = {}

    def is_passed_over(n: int) -> bool:
        if n not in known:
            floor = figures[n - 1].end if n else 0
            counts = times.may_count(figures[n], floor) and not _of_years(statement, figures[n])
            known[n] = not counts
        return known[n]

    text = statement.text
    for n, figure in enumerate(figures):
        words = n
        if n and _OF_THIS_YEAR.fullmatch(text, figures[n - 1].end, figure.start):
            words -= is_passed_over(n - 1)
        left, at = _before(text, figures, words, figure.unit)
        right = text[figure.end : figure.end + _REACH_RIGHT]
        wordings = hopes.beside(figure.unit, left, right)
        # Whether it is the year's is asked of those alone that may state something.
        if (wordings or hopes.without) and not is_passed_over(n):
            yield Place(statement, figure, left, right, at, figures, n, wordings, hopes)


def _of_years(statement: Statement, figure: Figure) -> bool:
    """Whether a figure is of many years: 累计发布900条, of which the year's are given next."""
    text = statement.text
    if _OF_THIS_YEAR.match(text, figure.end) is None:
        return False
    if text.find("累计", clause_start(text, figure.start), figure.start) >= 0:
        return True
    return _TO_NOW.search(text, 0, figure.start) is not None


def _before(text: str, figures: Sequence[Figure], words: int, unit: str) -> tuple[str, int]:
    """Return the words before figure `words` that one counting in `unit` has, and their end."""
    floor, at = (figures[words - 1].end if words else 0), figures[words].start
    issues = words and figures[words - 1].unit == "期" and unit in PIECES
    if issues and _IN_ALL.fullmatch(text, floor, at):
        floor, at = (figures[words - 2].end if words > 1 else 0), figures[words - 1].start
    return text[max(floor, at - _REACH) : at], at
