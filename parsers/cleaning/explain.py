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

from parsers.cleaning import changes
from parsers.cleaning.pieces import Piece, doubted, pieces
from parsers.cleaning.quoted import FILLING, Quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from parsers.cleaning import Change
    from parsers.cleaning.flat import Flat
    from parsers.items import Cut, Document, KnownOrgan

__all__ = ["Row", "explain"]

# A step of a farm may change a hundred thousand texts: nobody reads on after so many rows. What
# only another script changes, all texts of a page mostly, needs no judging.
_MOST_ROWS = 1000
_FEW_ROWS = {"script": 3}
# A farm has a hundred thousand findings: so many are sought as go through so many characters, which
# takes 0.3 s at worst, and each is told of so few texts that there are a hundred thousand in all.
_MOST_SOUGHT = 200_000_000
_MOST_TOLD = 100_000
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
    their own.
    """

    step: str
    place: str
    findings: tuple[Cut, ...]
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    count: int = 1


def explain(document: Document, known: KnownOrgan | None) -> list[Row]:
    """Return what each step changes or flags in `document`, in the order of the steps.

    Of a step that has thousands of rows at most a thousand, fewer on a page of megabytes, and how
    many more. Time is linear in the page's length.
    """
    teller = _Teller()
    return [row for change in changes(document, known) for row in teller.rows(change)]


class _Teller:
    """Tells of a page's changes in their order; what it told of each step, it remembers."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._doubts: set[_Doubt] = set()

    def rows(self, change: Change) -> list[Row]:
        """Return the rows of a change: of changed texts, of doubts, of what else was found."""
        room = max(0, _FEW_ROWS.get(change.step, _MOST_ROWS) - self._rows[change.step])
        telling = _Telling(change, room)
        telling.of_texts()
        telling.of_doubts(self._doubts)
        telling.of_lone()
        telling.of_the_rest()
        self._rows[change.step] += len(telling.rows)
        return telling.rows


class _Telling:
    """The rows of one change, `room` and one at most, and which of its findings have none yet."""

    def __init__(self, change: Change, room: int) -> None:
        self.rows: list[Row] = []
        self._change = change
        self._room = room
        self._untold = _distinct(change.cuts)
        # Without a row: how many changed texts, which doubts that stand in the page, and which
        # findings were not sought in all that may hold them.
        self._left = 0
        self._standing: set[int] = set()
        self._unsought: set[int] = set()

    def of_texts(self) -> None:
        """Tell of the texts that changed."""
        changed = _changed(self._change.was, self._change.made)
        shown = _shown(changed, self._untold, self._room)
        self._left = len(changed) - len(shown)
        if shown:
            sought = self._sought(self._untold, (was for _, was, _ in shown))
            self._add(_of_texts(self._change, shown, sought))

    def of_doubts(self, known: set[_Doubt]) -> None:
        """Tell of what is flagged and stands, once on a page: `known` are those of other rounds."""
        self._untold = [cut for cut in self._untold if _doubt(cut) not in known]
        flagged = [cut for cut in _distinct(self._change.cuts) if cut.action == "flagged"]
        new = [cut for cut in flagged if _doubt(cut) not in known]
        known.update(map(_doubt, new))
        if new:
            page = Quoted((*self._change.made.texts, *self._change.made.scripts))
            places = _where_alone(page, self._sought(new, page.texts))
            self._standing = {id(cut) for cut, _, _ in places}
            self._add(_of_doubts(self._change, page, places))

    def of_lone(self) -> None:
        """Tell of findings that no text holds alone, as of a table that was cut whole."""
        if not self._left:
            lone = [cut for cut in self._untold if id(cut) not in self._unsought]
            self._add(_lone(self._change, cut) for cut in lone)

    def of_the_rest(self) -> None:
        """Tell how many have no row, with a finding of each rule."""
        if not self._left and not self._untold:
            return
        ids = {id(cut) for cut in self._untold}
        doubts = len(ids & self._standing)
        # Where texts have no row, what was sought and has none, either, was found in those.
        others = len((ids & self._unsought if self._left else ids) - self._standing)
        counts = ((self._left, "text"), (doubts, "doubt"), (others, "finding"))
        self.rows.append(_rest(self._change, counts, self._untold))

    def _sought(self, findings: list[Cut], texts: Iterable[str]) -> list[Cut]:
        """Return as many of the findings as may be sought in such texts."""
        most = _most_sought(texts)
        self._unsought.update(map(id, findings[most:]))
        return findings[:most]

    def _add(self, rows: Iterable[Row]) -> None:
        """Add as many of these rows as there is room for."""
        added = [*islice(rows, self._room - len(self.rows))]
        told = {id(cut) for row in added for cut in row.findings}
        self._untold = [cut for cut in self._untold if id(cut) not in told]
        self.rows += added


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
#: A text that changed: its number, -1 for a script, what it was and what it is.
_Changed = tuple[int, str, str]
_SCRIPT = -1


def _changed(was: Flat, made: Flat) -> list[_Changed]:
    """Return the texts of a page that are others now, "" where one is gone, in order."""
    if made is was:
        return []
    now = made.texts.became(was.texts)
    changed = [(n, *pair) for n, pair in enumerate(zip(was.texts, now, strict=True)) if ne(*pair)]
    if made.scripts is not was.scripts:
        left = Counter(was.scripts) - Counter(made.scripts)
        changed += [(_SCRIPT, script, "") for script in left.elements()]
    return changed


def _shown(changed: list[_Changed], findings: list[Cut], room: int) -> list[_Changed]:
    """Return which of these texts have a row: the first ones.

    Where there are more findings than can be sought in all, only such as hold one that can be.
    """
    texts = [was for _, was, _ in changed]
    most = _most_sought(texts)
    if len(changed) <= room or len(findings) <= most:
        return changed[:room]
    page = Quoted(texts)
    firsts = (next(page.holders(cut.quote), None) for cut in findings[:most])
    holding = sorted({first[0] for first in firsts if first})
    return [changed[number] for number in holding[:room]]


def _most_sought(texts: Iterable[str]) -> int:
    """Return how many findings may be sought in such texts."""
    return _MOST_SOUGHT // (FILLING + sum(map(len, texts)))


def _of_texts(change: Change, shown: Sequence[_Changed], sought: list[Cut]) -> Iterator[Row]:
    """Yield a row for each of these texts with the findings told of it."""
    place, findings = _places(change.was), _placed(shown, sought)
    for (number, was, stands), found in zip(shown, findings, strict=True):
        yield Row(change.step, place(number), tuple(found), *pieces(was, stands))


def _placed(shown: Sequence[_Changed], sought: list[Cut]) -> list[list[Cut]]:
    """Return for each of these texts the findings whose quote it held, in order.

    What was restored is told where its replacement stands now, and what was removed of the same
    words is told elsewhere, or where they stood twice: if there is such a text.
    """
    before = Quoted(was for _, was, _ in shown)
    after = Quoted(stands for _, _, stands in shown)
    most = max(1, _MOST_TOLD // max(1, len(sought)))
    restored: dict[str, set[int]] = {}
    told: dict[int, list[int]] = {}
    for cut in sorted(sought, key=lambda cut: cut.action != "restored"):
        held = dict(islice(before.holders(cut.quote), most))
        if cut.action == "restored":
            now = dict(islice(after.holders(cut.replacement or ""), most))
            fitting = [number for number in held if number in now]
            restored.setdefault(cut.quote, set()).update(fitting)
        else:
            put_back = restored.get(cut.quote, ())
            fitting = [
                number
                for number, start in held.items()
                if number not in put_back or before.repeats(cut.quote, number, start)
            ]
        told[id(cut)] = fitting or [*held]
    placed: list[list[Cut]] = [[] for _ in shown]
    for cut in sought:
        for number in told[id(cut)]:
            placed[number].append(cut)
    return placed


def _places(page: Flat) -> Callable[[int], str]:
    """Return what tells where the text of a number stands."""
    heads = ["title", *(f"meta {name}" for name, _ in page.meta)]

    def place(number: int) -> str:
        if number == _SCRIPT:
            return "script"
        if number < page.first:
            return heads[number]
        (owner,) = page.shape.owners([number])
        block = page.blocks[owner]
        if block.rows:
            return "cell"
        return f"hidden {block.tag}" if page.shape.is_hidden(owner) else block.tag

    return place


def _where_alone(page: Quoted, doubts: Iterable[Cut]) -> list[tuple[Cut, int, int]]:
    """Return each of these that stands in a page, the number of the text, and where it begins.

    That is where no word goes on around it, or the first place.
    """
    found: list[tuple[Cut, int, int]] = []
    for cut in doubts:
        places = [(cut, *place) for place in islice(page.holders(cut.quote), _MOST_LOOKED)]
        alone = (at for at in places if not _goes_on(page.texts[at[1]], at[2], len(cut.quote)))
        found += [*islice(alone, 1)] or places[:1]
    return found


def _of_doubts(
    change: Change, page: Quoted, places: Iterable[tuple[Cut, int, int]]
) -> Iterator[Row]:
    """Yield a row for each finding that is only told: flagged, and left as it stands."""
    place, first_script = _places(change.made), len(change.made.texts)
    for cut, number, start in places:
        parts = doubted(page.texts[number], start, len(cut.quote))
        where = place(number if number < first_script else _SCRIPT)
        yield Row(change.step, where, (cut,), parts, parts)


def _goes_on(text: str, start: int, length: int) -> bool:
    """Whether a Latin word or a number goes on before or behind so many characters of a text."""
    ends = (text[max(0, start - 1) : start + 1], text[start + length - 1 : start + length + 1])
    return any(len(end) > 1 and end.isascii() and end.isalnum() for end in ends)


def _lone(change: Change, cut: Cut) -> Row:
    """Return the row of a finding that no text holds alone."""
    flagged = cut.action == "flagged"
    parts = (("doubt" if flagged else "cut", cut.quote),)
    return Row(change.step, "page", (cut,), parts, (), int(flagged))


def _rest(change: Change, counts: Sequence[tuple[int, str]], findings: list[Cut]) -> Row:
    """Return the row that stands for so many texts, doubts and findings, with one of each rule."""
    rules = {(cut.kind, cut.action, cut.rule): cut for cut in findings}
    more = [f"{count:,} more {noun}{'s' * (count > 1)}" for count, noun in counts if count]
    place = " and ".join(more)
    if len(rules) > 1:
        place = f"among {place}"
    concerned = sum(count for count, noun in counts if noun != "finding")
    return Row(change.step, place, (*rules.values(),), (), (), concerned)
