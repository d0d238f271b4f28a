"""Find runs of anchors in texts: short pieces side by side of which many hold spider pools' words.

Bars part them, or commas and blanks. Bars alone never decide: the tables of seed 003 have fifteen a
line. Where a sentence ends among the pieces, or one beside them tells what was seized, there is no
run. All texts are parted at once: to part forty thousand one by one takes longer than all else.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate, chain, compress, count, pairwise
from typing import TYPE_CHECKING, Any

from parsers.cleaning.brands import naming_brands
from parsers.cleaning.farm_words import has_farm_word, holding_farm_words, words
from parsers.cleaning.joined import PART
from parsers.patterns import bounded, holding, linear

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator

# Anchors are parted by bars, or stand in a row. A comma parts the items of sentences, too.
_BAR = r"\s{0,4}[|｜丨┃]\s{0,4}"
_GAP = r"\s{0,4}[|｜丨┃,，、_\s]\s{0,4}"
BARS = bounded(f"({_BAR})")
# What parts the pieces of a text, the same of joined texts, and what a text must hold to be parted
# so, and otherwise than by what comes before it.
_PARTINGS = tuple(
    (bounded(each), bounded(f"({each}|{PART})"), bounded(sign))
    for each, sign in ((_BAR, r"[|｜丨┃]"), (_GAP, r"[,，、_\s]"))
)
SENTENCE = bounded(r"[。；;！？]|\d{4}年|局$|政府$|办公室$|委员会$")
ENFORCEMENT = bounded(
    r"查处|打击|取缔|整治|侦破|破获|抓获|捣毁|收缴|案件|诈骗|违法|公益金|专项行动"
)
# A sentence that names what was seized says so within it.
_NEAR = 60

# Seed 001's farm has 41 anchors; the shortest honest row of neighbours read had 5 and no such word.
MIN_ANCHORS = 8
# Among seed 001's anchors three of four hold a word of the lexicon; honest rows hold none.
MIN_SHARE = 0.3
MIN_HITS = 4
# Five are a run where three of five hold one.
MIN_DENSE, _MOST = 5, 0.6
# Anchors of spider pools have 4 to 25 characters; a paragraph of a report has more.
_LONGEST_ANCHOR = 40

#: Where a run stands in its text.
Span = tuple[int, int]


def is_anchor(piece: str) -> bool:
    """Whether a piece of a text is short and holds a word that spider pools sell."""
    return len(piece) <= _LONGEST_ANCHOR and has_farm_word(piece)


def runs_in(texts: list[str]) -> dict[str, Span]:
    """Return the run of anchors in each of `texts` that holds one."""
    found: dict[str, Span | None] = {}
    rest = _with_enough_words(texts)
    for alone, joined, sign in _PARTINGS:
        rest = [text for text in rest if text not in found]
        some = [text for text in rest if sign.search(text)]
        some = [text for text in some if len(text) <= _LONG or not _is_prose(text, alone)]
        found |= _runs(some, joined) if some else {}
    return {text: run for text, run in found.items() if run}


def _runs(texts: list[str], parting: re.Pattern[str]) -> dict[str, Span | None]:
    """Return the run in each of `texts` that holds one: None where what was seized is told of."""
    whole = PART.join(texts)
    if whole.count(PART) >= len(texts):  # one holds U+FFFF itself: no pattern asks for it
        whole = PART.join([text.replace(PART, "\ufffe") for text in texts])
    parts = parting.split(whole)
    pieces = [*map(str.strip, parts[::2])]
    anchors = bytes(map(_anchors_among(pieces).__contains__, pieces))
    starts = [0, *compress(count(1), map(PART.__eq__, parts[1::2])), len(pieces)]
    there = [
        (text, span, run)
        for text, span in zip(texts, pairwise(starts), strict=True)
        if (run := _run(pieces, anchors, *span))
    ]
    if not there:
        return {}
    brands = _brands_beside(pieces, there)
    ends = [*accumulate(map(len, parts), initial=0)]
    found: dict[str, Span | None] = {}
    for text, (start, stop), run in there:
        first = _last_brand(pieces, range(run[0] - 1, start - 1, -1), run[0], brands)
        last = _last_brand(pieces, range(run[1] + 1, stop), run[1], brands)
        begin, end = ends[2 * first] - ends[2 * start], ends[2 * last + 1] - ends[2 * start]
        told = ENFORCEMENT.search(text, max(0, begin - _NEAR), end + _NEAR)
        found[text] = None if told else (begin, end)
    return found


def _run(pieces: list[str], anchors: bytes, start: int, stop: int) -> Span | None:
    """Return the first and the last anchor of the run in a text: its pieces have these numbers."""
    hits = anchors.count(1, start, stop)
    if hits < MIN_HITS:
        return None
    first, last = anchors.find(1, start, stop), anchors.rfind(1, start, stop)
    run = [*filter(None, pieces[first : last + 1])]
    dense = len(run) >= MIN_DENSE and hits >= len(run) * _MOST
    if not dense and (len(run) < MIN_ANCHORS or hits < len(run) * MIN_SHARE):
        return None
    return None if any(map(SENTENCE.search, run)) else (first, last)


def _brands_beside(pieces: list[str], found: list[tuple[str, Span, Span]]) -> set[str]:
    """Return those of the pieces beside runs that are brands, from all of their texts and runs."""
    beside = dict.fromkeys(
        chain.from_iterable(
            chain(pieces[start:first], pieces[last + 1 : stop])
            for _, (start, stop), (first, last) in found
        )
    )
    return naming_brands([piece for piece in beside if 0 < len(piece) <= _LONGEST_ANCHOR])


def _last_brand(pieces: list[str], way: Iterable[int], at: int, brands: set[str]) -> int:
    """Return how far from a run on only brands stand beside it: farms sell these."""
    for n in way:
        if pieces[n]:
            if pieces[n] not in brands or SENTENCE.search(pieces[n]):
                break
            at = n
    return at


def _anchors_among(pieces: list[str]) -> set[str]:
    """Return those of the pieces that are anchors."""
    return holding_farm_words()([p for p in dict.fromkeys(pieces) if 0 < len(p) <= _LONGEST_ANCHOR])


def _with_enough_words(texts: list[str]) -> list[str]:
    """Return those of `texts` that have as many words as a run, wherever they stand."""
    of_a_line = [text for text in texts if "\n" not in text]
    enough = _many_words()(of_a_line)
    if len(of_a_line) < len(texts):
        enough.update(text for text in texts if "\n" in text and _enough_words().search(text))
    return [text for text in texts if text in enough]


@cache
def _many_words() -> Callable[[list[str]], set[str]]:
    """Return what tells the texts of one line that hold as many words as a run."""
    return holding(_as_many(), ignore_case=True)


@cache
def _enough_words() -> Any:
    """Return what finds as many in a text of several lines."""
    return linear(f"(?s:{_as_many()})", ignore_case=True)


def _as_many() -> str:
    return ".*?".join([f"(?:{words().pattern})"] * MIN_HITS)


# Below so many characters parting a text costs less than to look for a sentence's end first.
_LONG = 2000
# Those signs of a sentence that do not ask for a piece's end.
_WITHIN = bounded(r"[。；;！？]|\d{4}年")


def _is_prose(text: str, parting: re.Pattern[str]) -> bool:
    """Whether a sentence ends between two anchors, or there are none: told from a few pieces."""
    first = next(_anchors_from(text, 0, parting), None)
    sign = _WITHIN.search(text, first) if first is not None else None
    if first is None or sign is None:
        return first is None
    # What is left of a piece is none: the next one begins behind the next parting.
    goes_on = parting.search(text, sign.end())
    return goes_on is not None and bool(next(_anchors_from(text, goes_on.end(), parting), None))


def _anchors_from(text: str, at: int, parting: re.Pattern[str]) -> Iterator[int]:
    """Yield where each anchor ends among the pieces from `at` on, in order."""
    for found in parting.finditer(text, at):
        if is_anchor(text[at : found.start()].strip()):
            yield found.start()
        at = found.end()
    if is_anchor(text[at:].strip()):
        yield len(text)
