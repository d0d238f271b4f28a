"""Show what cleaning does to a page, text by text, so that a person can judge a rule.

Runs the same steps as `clean` and sets each changed text beside what became of it. A finding says
what it quotes, not where that stood: it is told of the texts that hold its quote. Pure: it writes
nothing and knows no colours; `crawler/clean_report.py` shows it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from operator import ne
from typing import TYPE_CHECKING

from parsers.cleaning import changes, is_doubt
from parsers.cleaning.pieces import doubted, pieces, shortened
from parsers.cleaning.placing import SCRIPT, Changed, Placing
from parsers.cleaning.quoted import Allowance, Quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from parsers.cleaning import Change
    from parsers.cleaning.flat import Flat
    from parsers.cleaning.pieces import Piece
    from parsers.items import Cut, Document, KnownOrgan

__all__ = ["Row", "explain"]

# A step of a farm may change a hundred thousand texts: nobody reads on after so many rows. What
# only another script changes, all texts of a page mostly, needs no judging.
_MOST_ROWS = 1000
_FEW_ROWS = {"script": 3}
# A farm has a hundred thousand findings: they are sought as far as so many characters go, of which
# each step of each round has a half of what is left. That takes a second at worst.
_MOST_SOUGHT = 200_000_000
# The longest name of a meta that is told whole: a page may make it megabytes, and each row says it.
_LONGEST_NAME = 40
# What is left of the allowance when doubts are no longer sought from the page's beginning.
_FOR_FIRSTS = 0.2
# So many texts are looked through for one in which a doubted word stands alone.
_MOST_LOOKED = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One changed or doubted text: where it stands, the findings in it, and what it became.

    `before` and `after` are the text in pieces; a text that is gone has no `after`, and of one that
    is doubted they hold what stands near. A row of place "page" is a finding that no text holds
    alone, as of a table that is cut whole. What a step has beyond its rows is one row more for each
    round, with neither piece and a finding of each rule that has no row.

    `count` is how many changed texts and doubts a row stands for: none where the texts have rows of
    their own, and of doubts that were not sought. `sought` says that all findings of the step were
    sought in the text.
    """

    step: str
    place: str
    findings: tuple[Cut, ...]
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    count: int = 1
    sought: bool = True


def explain(document: Document, known: KnownOrgan | None) -> list[Row]:
    """Return what each step changes or flags in `document`, in the order of the steps.

    Of a step that has thousands of rows the first thousand, and how many more; which findings are
    in which is not sought to the end on a page of megabytes. Time is linear in the page's length.
    """
    teller = _Teller()
    return [row for change in changes(document, known) for row in teller.rows(change)]


class _Teller:
    """Tells of a page's changes in their order; what it told of each step, it remembers."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._doubts: set[_Doubt] = set()
        self._left = _MOST_SOUGHT

    def rows(self, change: Change) -> list[Row]:
        """Return the rows of a change: of changed texts, of doubts, of what else was found."""
        room = max(0, _FEW_ROWS.get(change.step, _MOST_ROWS) - self._rows[change.step])
        allowance = Allowance(self._left // 2)
        given = allowance.left
        telling = _Telling(change, room, allowance)
        telling.of_texts()
        telling.of_doubts(self._doubts)
        telling.of_lone()
        telling.of_the_rest()
        self._left = max(0, self._left - (given - allowance.left))
        self._rows[change.step] += len(telling.rows)
        return telling.rows


class _Telling:
    """The rows of one change, `room` and one at most, and which of its findings have none yet."""

    def __init__(self, change: Change, room: int, allowance: Allowance) -> None:
        self.rows: list[Row] = []
        self._change = change
        self._room = room
        self._allowance = allowance
        self._findings = _distinct(change.cuts)
        self._untold = self._findings
        # Without a row: how many changed texts, and which doubts that stand in the page. What was
        # not sought: findings in the texts shown, doubts in the page.
        self._left = 0
        self._standing: set[int] = set()
        self._unsought: set[int] = set()
        self._unsought_doubts: set[int] = set()

    def of_texts(self) -> None:
        """Tell of the texts that changed: of the first ones."""
        changed = _changed(self._change.was, self._change.made)
        shown = changed[: self._room]
        self._left = len(changed) - len(shown)
        if not shown:
            self._unsought = _ids(self._findings) if changed else set()
            return
        placing = Placing(shown, self._findings, self._allowance)
        self._unsought = placing.unsought
        place = _places(self._change.was)
        self._add(
            Row(
                self._change.step,
                place(number),
                tuple(found),
                *pieces(was, stands),
                sought=placing.is_whole,
            )
            for (number, was, stands), found in zip(shown, placing.placed(), strict=True)
        )

    def of_doubts(self, known: set[_Doubt]) -> None:
        """Tell of what is flagged and stands, once on a page: `known` are those of other rounds."""
        self._untold = [cut for cut in self._untold if _doubt(cut) not in known]
        doubts = [cut for cut in self._findings if is_doubt(cut) and _doubt(cut) not in known]
        known.update(map(_doubt, doubts))
        if not doubts:
            return
        made = self._change.made
        page = Quoted((*made.texts, *made.scripts), self._allowance)
        places = []
        for cut in doubts:
            if self._allowance.has(0):
                places += _where_alone(page, cut, first=self._allowance.has(_FOR_FIRSTS))
            else:
                self._unsought_doubts.add(id(cut))
        self._standing = _ids(cut for cut, _, _ in places)
        self._add(_of_doubts(self._change, page, places))

    def of_lone(self) -> None:
        """Tell of findings that no text holds alone, as of a table that was cut whole."""
        if not self._left:
            unsought = self._unsought | self._unsought_doubts
            lone = [cut for cut in self._untold if id(cut) not in unsought]
            self._add(_lone(self._change, cut) for cut in lone)

    def of_the_rest(self) -> None:
        """Tell how many have no row, with a finding of each rule."""
        if not self._left and not self._untold:
            return
        ids = _ids(self._untold)
        standing = ids & self._standing
        # Where texts have no row, all that has none, either, was found in those, but for doubts.
        others = (ids & self._unsought_doubts if self._left else ids) - standing
        counts = ((self._left, "text"), (len(standing), "doubt"), (len(others), "finding"))
        self.rows.append(_rest(self._change, counts, self._untold))

    def _add(self, rows: Iterable[Row]) -> None:
        """Add as many of these rows as there is room for."""
        added = [*islice(rows, self._room - len(self.rows))]
        told = _ids(cut for row in added for cut in row.findings)
        self._untold = [cut for cut in self._untold if id(cut) not in told]
        self.rows += added


def _ids(cuts: Iterable[Cut]) -> set[int]:
    return set(map(id, cuts))


def _distinct(cuts: Iterable[Cut]) -> list[Cut]:
    """Return the findings, each once however often it was found, in order."""
    found: dict[tuple[str | None, ...], Cut] = {}
    for cut in cuts:
        found.setdefault((cut.kind, cut.quote, cut.action, cut.rule, cut.replacement), cut)
    return [*found.values()]


def _doubt(cut: Cut) -> _Doubt:
    """Return what a finding is known by in other rounds, where it is a doubt."""
    return cut.action, cut.kind, cut.rule, cut.quote


#: An action, a kind, a rule and a quote.
_Doubt = tuple[str, str, str, str]


def _changed(was: Flat, made: Flat) -> list[Changed]:
    """Return the texts of a page that are others now, "" where one is gone, in order."""
    if made is was:
        return []
    now = made.texts.became(was.texts)
    changed = [(n, *pair) for n, pair in enumerate(zip(was.texts, now, strict=True)) if ne(*pair)]
    if made.scripts is not was.scripts:
        left = Counter(was.scripts) - Counter(made.scripts)
        changed += [(SCRIPT, script, "") for script in left.elements()]
    return changed


def _places(page: Flat) -> Callable[[int], str]:
    """Return what tells where the text of a number stands."""
    heads = ["title", *(f"meta {shortened(name, _LONGEST_NAME)}" for name, _ in page.meta)]

    def place(number: int) -> str:
        if number == SCRIPT:
            return "script"
        if number < page.first:
            return heads[number]
        (owner,) = page.shape.owners([number])
        block = page.blocks[owner]
        if block.rows:
            return "cell"
        return f"hidden {block.tag}" if page.shape.is_hidden(owner) else block.tag

    return place


def _where_alone(page: Quoted, cut: Cut, *, first: bool) -> list[tuple[Cut, int, int]]:
    """Return a doubt that stands in a page, the number of the text, and where it begins.

    That is where no word goes on around it, or the `first` place, or else any.
    """
    if first:
        found = [*islice(page.holders(cut.quote), _MOST_LOOKED)]
    else:
        found = [place for place in (page.next_holder(cut.quote),) if place]
    alone = (at for at in found if not _goes_on(page.texts[at[0]], at[1], len(cut.quote)))
    return [(cut, *place) for place in islice(alone, 1)] or [(cut, *place) for place in found[:1]]


def _of_doubts(
    change: Change, page: Quoted, places: Iterable[tuple[Cut, int, int]]
) -> Iterator[Row]:
    """Yield a row for each finding that is only told: flagged, and left as it stands."""
    place, first_script = _places(change.made), len(change.made.texts)
    for cut, number, start in places:
        parts = doubted(page.texts[number], start, len(cut.quote))
        where = place(number if number < first_script else SCRIPT)
        yield Row(change.step, where, (cut,), parts, parts)


def _goes_on(text: str, start: int, length: int) -> bool:
    """Whether a Latin word or a number goes on before or behind so many characters of a text."""
    ends = (text[max(0, start - 1) : start + 1], text[start + length - 1 : start + length + 1])
    return any(len(end) > 1 and end.isascii() and end.isalnum() for end in ends)


def _lone(change: Change, cut: Cut) -> Row:
    """Return the row of a finding that no text holds alone."""
    if is_doubt(cut):
        doubt = (("doubt", cut.quote),)
        return Row(change.step, "page", (cut,), doubt, doubt)
    return Row(change.step, "page", (cut,), (("cut", cut.quote),), (), 0)


def _rest(change: Change, counts: Sequence[tuple[int, str]], findings: list[Cut]) -> Row:
    """Return the row that stands for so many texts, doubts and findings, with one of each rule."""
    rules = {(cut.kind, cut.action, cut.rule): cut for cut in findings}
    more = [f"{count:,} more {noun}{'s' * (count > 1)}" for count, noun in counts if count]
    place = " and ".join(more)
    if len(rules) > 1:
        place = f"among {place}"
    concerned = sum(count for count, noun in counts if noun != "finding")
    return Row(change.step, place, (*rules.values(),), (), (), concerned)
