"""Find runs of anchors in texts: short pieces side by side of which many hold spider pools' words.

Bars part them, or commas and blanks. Bars alone never decide: the tables of seed 003 have fifteen a
line. Where a sentence ends among the pieces, or one beside them tells what was seized, there is no
run. All texts are parted at once: to part forty thousand one by one takes longer than all else.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate, chain, compress, repeat
from typing import TYPE_CHECKING, Any

from parsers.cleaning.brands import naming_brands
from parsers.cleaning.farm_words import has_farm_word, holding_farm_words, words
from parsers.cleaning.joined import PART
from parsers.patterns import bounded, holding, linear, screened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Anchors are parted by bars, or stand in a row. A comma parts the items of sentences, too.
_BARS = "｜丨┃"
# All that `\s` and `strip` take for blank: the last is the ideographic one.
_WHITE = "".join(filter(str.isspace, map(chr, range(0x3001))))
_GAPS = f"{_BARS},，、_{_WHITE}"
# So many blanks beside a bar are the bar's.
_BLANKS = 4
SENTENCE = bounded(r"[。；;！？]|\d{4}年|局$|政府$|办公室$|委员会$")
_ENFORCEMENT = "查处|打击|取缔|整治|侦破|破获|抓获|捣毁|收缴|案件|诈骗|违法|公益金|专项行动"
ENFORCEMENT = bounded(_ENFORCEMENT)
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
# A text, where its pieces begin and end among those of all, and the first and last of its run.
_Found = tuple[str, Span, Span]


def is_anchor(piece: str) -> bool:
    """Whether a piece of a text is short and holds a word that spider pools sell."""
    return len(piece) <= _LONGEST_ANCHOR and has_farm_word(piece)


def runs_in(texts: list[str]) -> dict[str, Span]:
    """Return the run of anchors in each of `texts` that holds one."""
    found: dict[str, Span | None] = {}
    rest = _with_enough_words(texts)
    for signs in (_BARS, _GAPS):
        found |= _runs([text for text in rest if text not in found], signs)
    return {text: run for text, run in found.items() if run}


def _runs(texts: list[str], signs: Iterable[str]) -> dict[str, Span | None]:
    """Return the run in each of `texts` that holds one: None where what was seized is told of."""
    some = _with_enough_bars(texts, signs)
    if not some:
        return {}
    parts = f"|{PART}|".join(some.values()).split("|")
    pieces = [*map(str.strip, parts)]
    there = _without_sentences(pieces, _with_enough_anchors(pieces, [*some]))
    if not there:
        return {}
    told = _enforcing()([text for text, _, _ in there])
    ends = [*accumulate(map(len, parts), initial=0)]
    found: dict[str, Span | None] = {}
    for text, (start, _), (first, last) in _with_brands(pieces, there):
        at = ends[start] + start
        begin, end = ends[first] + first - at, ends[last + 1] + last - at
        if parts[first] != pieces[first] or parts[last] != pieces[last]:
            begin += blanks_before(parts[first])
            end -= min(_BLANKS, len(parts[last]) - len(parts[last].rstrip()))
        seized = text in told and ENFORCEMENT.search(text, max(0, begin - _NEAR), end + _NEAR)
        found[text] = None if seized else (begin, end)
    return found


def _with_enough_bars(texts: list[str], signs: Iterable[str]) -> dict[str, str]:
    """Return those of `texts` that as many of `signs` part as a run, with bars in their places."""
    whole = PART.join(texts)
    if whole.count(PART) >= len(texts):  # one holds U+FFFF itself: no pattern asks for it
        whole = PART.join([text.replace(PART, "\ufffe") for text in texts])
    whole = barred(whole, signs)
    if whole.count("|") < MIN_HITS - 1:
        return {}
    return {
        text: bars
        for text, bars in zip(texts, whole.split(PART), strict=True)
        if bars.count("|") >= MIN_HITS - 1 and not (len(bars) > _LONG and _is_prose(bars))
    }


def barred(text: str, signs: Iterable[str] = _BARS) -> str:
    """Return a text with one bar in the place of each of these signs.

    To split it by one letter takes a tenth of what a pattern takes.
    """
    for sign in signs:
        text = text.replace(sign, "|")
    return text


def blanks_before(piece: str) -> int:
    """Return how many of the blanks before a piece belong to the bar there."""
    return min(_BLANKS, len(piece) - len(piece.lstrip()))


# Each round asks again of a line that is a page of its own: 5 MB of pieces take 0.15 s.
_LONG, _HEAD = 20_000, 2_000


def _is_prose(bars: str) -> bool:
    """Whether a sentence ends between two anchors at the beginning of a text."""
    pieces = [*map(str.strip, bars[:_HEAD].split("|")[:-1])]
    anchors = [n for n, piece in enumerate(pieces) if is_anchor(piece)]
    within = pieces[anchors[0] : anchors[-1]] if anchors else ()
    return any(map(SENTENCE.search, within))


def _with_enough_anchors(pieces: list[str], texts: list[str]) -> list[_Found]:
    """Return those of `texts` among whose pieces stand enough anchors, near enough each other."""
    kinds = dict.fromkeys(_anchors_among(pieces), _ANCHOR) | {"": _NONE, PART: _PARTS}
    told = bytes(map(kinds.get, pieces, repeat(0))).split(bytes([_PARTS]))
    runs = {each: _run(each) for each in set(told)}
    found, at = [], 0
    for text, each in zip(texts, told, strict=True):
        if run := runs[each]:
            found.append((text, (at, at + len(each)), (at + run[0], at + run[1])))
        at += len(each) + 1
    return found


# What is told of a piece, in a byte: `PART` is one that parts the texts.
_ANCHOR, _BRAND, _NONE, _PARTS = 1, 1, 2, 3


def _run(kinds: bytes) -> Span | None:
    """Return the first and the last anchor among the pieces of a text, if they are a run."""
    hits = kinds.count(_ANCHOR)
    if hits < MIN_HITS:
        return None
    first, last = kinds.find(_ANCHOR), kinds.rfind(_ANCHOR)
    length = last + 1 - first - kinds.count(_NONE, first, last)
    dense = length >= MIN_DENSE and hits >= length * _MOST
    if not dense and (length < MIN_ANCHORS or hits < length * MIN_SHARE):
        return None
    return first, last


def _without_sentences(pieces: list[str], found: list[_Found]) -> list[_Found]:
    """Return those of the runs in which no sentence ends."""
    within = (pieces[first : last + 1] for _, _, (first, last) in found)
    ended = {*filter(SENTENCE.search, dict.fromkeys(chain.from_iterable(within)))}
    if not ended:
        return found
    return [each for each in found if ended.isdisjoint(pieces[each[2][0] : each[2][1] + 1])]


def _with_brands(pieces: list[str], found: list[_Found]) -> list[_Found]:
    """Return the runs with the brands that alone stand beside them: farms sell these, too."""
    brands = _brands_beside(pieces, found)
    if not brands:
        return found
    kinds = dict.fromkeys(brands, _BRAND) | {"": _NONE}
    told = bytes(map(kinds.get, pieces, repeat(0)))
    wider = []
    for text, (start, stop), (first, last) in found:
        begin = told.rfind(0, start, first) + 1 or start
        end = told.find(0, last + 1, stop)
        left = told.find(_BRAND, begin, first)
        right = told.rfind(_BRAND, last + 1, end if end >= 0 else stop)
        run = left if left >= 0 else first, max(last, right)
        wider.append((text, (start, stop), run))
    return wider


def _brands_beside(pieces: list[str], found: list[_Found]) -> set[str]:
    """Return those of the pieces beside runs that are brands, from all of their texts and runs."""
    beside = bytearray(len(pieces))
    for _, (start, stop), (first, last) in found:
        beside[start:stop] = b"\1" * (stop - start)
        beside[first : last + 1] = bytes(last + 1 - first)
    each = dict.fromkeys(compress(pieces, beside))
    short = [piece for piece in each if 0 < len(piece) <= _LONGEST_ANCHOR]
    return naming_brands([piece for piece in short if not SENTENCE.search(piece)])


def _anchors_among(pieces: list[str]) -> set[str]:
    """Return those of the pieces that are anchors."""
    return holding_farm_words()([p for p in dict.fromkeys(pieces) if 0 < len(p) <= _LONGEST_ANCHOR])


def _with_enough_words(texts: list[str]) -> list[str]:
    """Return those of `texts` that have as many words as a run, wherever they stand."""
    of_a_line = [text for text in texts if "\n" not in text]
    enough = {*screened(_many_words(), of_a_line)}
    if len(of_a_line) < len(texts):
        enough.update(text for text in texts if "\n" in text and _enough_words().search(text))
    return [text for text in texts if text in enough]


@cache
def _enforcing() -> Callable[[list[str]], set[str]]:
    """Return what tells the texts that name what was seized."""
    return holding(_ENFORCEMENT)


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
