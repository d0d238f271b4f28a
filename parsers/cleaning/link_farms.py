"""Cut link farms: the run of foreign anchors that spider-pool software hangs below a page.

Proofs, each enough: a kit's signature (`data/farm_signatures.txt`, seed 001); a run of short
anchors of which many hold farm words; a list of links that words, hosts or strangeness prove to be
one (`link_lists`). Bars alone never decide: the tables of seed 003 have fifteen a line, and footers
list honest neighbours. Links to newspapers and neighbours (友情链接) are boilerplate and stay.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from functools import cache
from itertools import accumulate, chain, compress
from re import IGNORECASE
from typing import TYPE_CHECKING, Any, NamedTuple

from parsers.cleaning.brands import has_brand
from parsers.cleaning.farm_words import has_farm_word, words
from parsers.cleaning.link_lists import Links, Verdict, cut_list, is_whole, verdicts
from parsers.data import lines
from parsers.items import Block, Cut, Link
from parsers.patterns import bounded, holding, linear, screened

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from parsers.cleaning.flat import Flat

# Anchors are parted by bars, or stand in a row. A comma parts the items of sentences, too.
_BARS = bounded(r"(\s{0,4}[|｜丨┃]\s{0,4})")
_GAPS = bounded(r"(\s{0,4}[|｜丨┃,，、_\s]\s{0,4})")
_SENTENCE = bounded(r"[。；;！？]|\d{4}年|局$|政府$|办公室$|委员会$")
# The same without the ends of pieces.
_SIGN = bounded(r"[。；;！？]|\d{4}年|局|政府|办公室|委员会")
_ENFORCEMENT = bounded(
    r"查处|打击|取缔|整治|侦破|破获|抓获|捣毁|收缴|案件|诈骗|违法|公益金|专项行动"
)

# Seed 001's farm has 41 anchors; the shortest honest row of neighbours read had 5 and no such word.
MIN_ANCHORS = 8
# Among seed 001's anchors three of four hold a word of the lexicon; honest rows hold none.
MIN_SHARE = 0.3
MIN_HITS = 4
# Five are a run where three of five hold one.
MIN_DENSE, _MOST = 5, 0.6


def cut_link_farms(page: Flat) -> tuple[Flat, list[Cut]]:
    """Return the page without its link farms, and each farm's text, in page order.

    A block that is nothing but farm goes; of a block that ends in one, the rest stays. After a
    kit's signature that stands alone, the blocks of anchors that follow belong to the farm.
    """
    seen = _Seen.of(page)
    blocks, words, told = seen.blocks, seen.words, seen.told
    special, worth = seen.special, seen.worth
    cuts: list[Cut] = []
    parts: dict[int, Block | None] = {}
    signed, number = False, -1
    while (number := number + 1 if signed else worth[bisect_right(worth, number)]) < len(blocks):
        text = words[number]
        if text not in told and number not in special:
            signed = signed and not text
            continue
        block = blocks[number]
        if block.links and not block.rows and number not in seen.whole:
            block = page.paragraph(number)
        if number in special:
            kept, farm = _part_special(page, seen, block, number, signed=signed)
        else:
            kept, farm = _part(block, text, told[text], signed=signed)
        if farm:
            cuts.append(farm)
            signed = farm.rule in _SIGNED
        elif text or block.rows:
            signed = False
        if kept is block and block.links and number not in special:
            kept, strays = _without_strays(block, seen.cheap(page, number))
            cuts += strays
        if kept is not block:
            parts[number] = kept
    return (page.with_blocks(parts) if parts else page), cuts


_Span = tuple[int, int]
#: What stays of a text, and the farm in it; None where there is none.
_Told = tuple[str, Cut] | None


class _Seen(NamedTuple):
    """What one look at all blocks tells: `listed` are lists of links that are farms, by number.

    `words` are the texts of the `blocks`, `told` those with a farm's word or signature, and the
    farm in each: no rule has work on another. `whole` are those of `listed` that go as they are,
    `special` are lists and tables. `worth` are the
    numbers of the blocks that can be or hold a farm, in order, and the end.
    """

    blocks: tuple[Block, ...]
    words: list[str]
    listed: dict[int, Verdict]
    whole: set[int]
    special: set[int]
    links: Links | None
    worth: list[int]
    told: dict[str, _Told]

    @staticmethod
    def of(page: Flat) -> _Seen:
        """Look at what is new: a block that the last look left is left again."""
        blocks = page.blocks
        links = Links.of(page) if page.links else None
        listed = verdicts(page, links) if links else {}
        look = _new(page, listed)
        words = page.words
        texts = words if len(look) == len(words) else [words[n] for n in look]
        told = _told(page, texts)
        farms = {text for text, farm in told.items() if farm}
        worth = {*listed, *compress(look, map(farms.__contains__, texts))}
        if page.links:
            worth.update(
                n for n, text in zip(look, texts, strict=True) if text in told and blocks[n].links
            )
        tables = {n for n, block in enumerate(blocks) if block.rows} if page.tabled else set()
        worth |= tables.intersection(look)
        special = tables.union(listed)
        whole = {n for n, verdict in listed.items() if is_whole(blocks[n], verdict)}
        numbers = [*sorted(worth), len(blocks)]
        return _Seen(blocks, words, listed, whole, special, links, numbers, told)

    def cheap(self, page: Flat, number: int) -> list[bool]:
        """Return which links of the block of that number lead to throwaway hosts."""
        start, end = page.link_starts[number : number + 2]
        return self.links.cheap[start:end] if self.links else []


def _new(page: Flat, listed: Iterable[int]) -> Sequence[int]:
    """Return the blocks whose text or links the last look did not see, but lists, in order.

    What is a list is no paragraph that was looked at: it may be one when it is no list any more.
    """
    texts = page.memory.new(cut_link_farms, page.texts)
    if not page.links:
        return page.blocks_with(texts)
    look = page.blocks_with(texts, page.memory.new(Link, page.links))
    starts = page.link_starts
    again = (range(starts[n], starts[n + 1]) for n in sorted(listed))
    page.memory.learn(Link, page.links, [], [*chain.from_iterable(again)])
    return sorted(set(look).difference(listed)) if listed else look


def _told(page: Flat, texts: list[str]) -> dict[str, _Told]:
    """Return what is told of `texts` and of all before them."""
    told = page.memory.made(_farm_in)
    new = list(dict.fromkeys(texts))
    if told:
        new = [text for text in new if text not in told]
    suspects = set(screened(_suspects(), new))
    signed = _kits()(list(suspects))
    told |= dict.fromkeys(_without_runs(suspects - signed))
    told |= {text: _farm_in(text, signed=text in signed) for text in suspects.difference(told)}
    return told


@cache
def _suspects() -> Callable[[list[str]], set[str]]:
    """Return what tells the texts that no rule of a block can pass over: with a word or signature.

    An anchor after a signed farm holds a word, too.
    """
    return holding(needle(), ignore_case=True)


@cache
def _kits() -> Callable[[list[str]], set[str]]:
    """Return what tells the texts that a kit signed: to look for one in 5 MB takes `re` 0.3 s."""
    return holding("|".join(lines("farm_signatures.txt")), ignore_case=True)


_KIT = "kit signature"
_FOLLOWS = "anchor after a signed farm"
_SIGNED = frozenset({_KIT, _FOLLOWS})


def _part_special(
    page: Flat, seen: _Seen, block: Block, number: int, *, signed: bool
) -> tuple[Block | None, Cut | None]:
    """Return what stays of a list or a table and its farm; `signed`: one ended just before it."""
    if number in seen.whole:
        rule = seen.listed[number].rule
        return None, Cut("link_farm", seen.words[number], "removed", rule)
    if verdict := seen.listed.get(number):
        return cut_list(block, verdict)
    farm = _farm_of_cells(page.cells(number), signed=signed)
    return None if farm else block, farm


def _part(block: Block, text: str, told: _Told, *, signed: bool) -> tuple[Block | None, Cut | None]:
    """Return the same of a paragraph of this text."""
    if signed and (not told or told[1].rule != _KIT) and _is_anchor(text):
        told = told if _PROSE.search(text) else _parted(text, (0, len(text)), _FOLLOWS)
    if not told:
        return block, None
    rest, farm = told
    kept = Block(rest, block.rows, (), block.tag, block.hidden, block.main) if rest else None
    return kept, farm


def _farm_in(text: str, *, signed: bool) -> _Told:
    """Return the farm in a text; `signed` says that a kit may have signed it.

    One of a line that no kit signed has enough words for a farm.
    """
    signature = _signature().search(text) if signed else None
    if signature:
        return _parted(text, (signature.start(), _end_of_farm(text, signature.end())), _KIT)
    if (signed or "\n" in text) and _enough_words().search(text) is None:
        return None
    run = _run_of_anchors(text)
    return _parted(text, run, "run of anchors with spam words") if run else None


def _parted(text: str, farm: _Span, rule: str) -> tuple[str, Cut]:
    start, end = farm
    rest = f"{text[:start].rstrip()}{text[end:]}".strip()
    return rest, Cut("link_farm", text[start:end].strip(), "removed", rule)


def _without_strays(block: Block, cheap: list[bool]) -> tuple[Block, list[Cut]]:
    """Return a paragraph without the links within it that sell and lead to `cheap` hosts."""
    text = block.text
    cuts: list[Cut] = []
    if True not in cheap or len(block.links) > _MOST_LINKS or _ENFORCEMENT.search(text):
        return block, cuts
    kept: list[Link] = []
    for link, is_cheap in zip(block.links, cheap, strict=True):
        if not (is_cheap and _is_anchor(link.text) and link.text in text):
            kept.append(link)
            continue
        text = text.replace(link.text, "", 1)
        cuts.append(Cut("link_farm", link.text, "removed", _STRAY))
    if not cuts:
        return block, cuts
    return replace(block, text=text.strip(), links=tuple(kept)), cuts


# A paragraph has a few links; to look for each of thousands takes time as their square.
_MOST_LINKS = 100
_STRAY = "spam words on a throwaway host"


_PROSE = bounded(r"[。，；、]")
# Anchors of spider pools have 4 to 25 characters; a paragraph of a report has more.
_LONGEST_ANCHOR = 40


def _farm_of_cells(texts: list[str], *, signed: bool) -> Cut | None:
    """Return a table as a farm, None where it is none."""
    cells = [text for text in texts if text]
    enough = MIN_HITS if not signed else 1
    most = len(words().findall("\n".join(cells)))
    hits = sum(map(has_farm_word, cells)) if most >= max(enough, len(cells) * MIN_SHARE) else 0
    if hits < enough or hits < len(cells) * MIN_SHARE:
        return None
    return Cut("link_farm", " | ".join(cells), "removed", "table of anchors with spam words")


def _end_of_farm(text: str, start: int) -> int:
    """Return where the farm that is signed before `start` ends: honest words may follow it."""
    if not _SIGN.search(text, start):
        return len(text)
    pieces = _pieces(text, start, _BARS)
    last = len(pieces)
    while last and not has_farm_word(pieces[last - 1][2]):
        last -= 1
    for begin, _, piece in pieces[last:]:
        if _SENTENCE.search(piece):
            return begin
    return len(text)


def _run_of_anchors(text: str) -> _Span | None:
    """Return the span of a farm that no kit signed, None where there is none."""
    for parting in (_BARS, _GAPS):
        if len(text) > _LONG and _is_prose(text, parting):
            continue
        pieces = _pieces(text, 0, parting)
        hits = [n for n, (_, _, piece) in enumerate(pieces) if _is_anchor(piece)]
        if len(hits) < MIN_HITS:
            continue
        first, last = hits[0], hits[-1]
        run = pieces[first : last + 1]
        dense = len(hits) >= len(run) * _MOST
        prose = any(_SENTENCE.search(piece) for _, _, piece in run)
        long = len(run) >= MIN_ANCHORS or (len(run) >= MIN_DENSE and dense)
        if long and len(hits) >= len(run) * MIN_SHARE and not prose:
            start, end = _with_brands(pieces, first, last)
            told = _ENFORCEMENT.search(text, max(0, start - _NEAR), end + _NEAR)
            return None if told else (start, end)
    return None


def _without_runs(texts: set[str]) -> set[str]:
    """Return those of `texts` that have a line alone, and in it fewer words than a farm."""
    of_a_line = [text for text in texts if "\n" not in text]
    return set(of_a_line).difference(_many_words()(of_a_line))


@cache
def _enough_words() -> Any:
    """Return what finds as many words as a farm has at least: they lie within what is parted."""
    return linear(f"(?s:{_as_many()})", ignore_case=True)


@cache
def _many_words() -> Callable[[list[str]], set[str]]:
    """Return what tells the texts of one line that hold as many."""
    return holding(_as_many(), ignore_case=True)


def _as_many() -> str:
    return ".*?".join([f"(?:{words().pattern})"] * MIN_HITS)


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
        if _is_anchor(text[at : found.start()].strip()):
            yield found.start()
        at = found.end()
    if _is_anchor(text[at:].strip()):
        yield len(text)


# Those signs of a sentence that do not ask for a piece's end.
_WITHIN = bounded(r"[。；;！？]|\d{4}年")

# Below so many characters parting a text costs less than to look for a sentence's end first.
_LONG = 2000


def _with_brands(pieces: list[tuple[int, int, str]], first: int, last: int) -> tuple[int, int]:
    """Return the span of a run with the brands right before and behind it: farms sell these."""
    while first > 0 and _is_brand(pieces[first - 1][2]):
        first -= 1
    while last + 1 < len(pieces) and _is_brand(pieces[last + 1][2]):
        last += 1
    return pieces[first][0], pieces[last][1]


def _is_brand(piece: str) -> bool:
    return len(piece) <= _LONGEST_ANCHOR and has_brand(piece) and not _SENTENCE.search(piece)


# A sentence that names what was seized says so within it.
_NEAR = 60


def _is_anchor(piece: str) -> bool:
    return len(piece) <= _LONGEST_ANCHOR and has_farm_word(piece)


def _pieces(text: str, start: int, parting: re.Pattern[str]) -> list[tuple[int, int, str]]:
    """Return start, end and text of the pieces that `parting` leaves, empty ones aside."""
    parts = parting.split(text[start:])
    ends = list(accumulate(map(len, parts), initial=start))
    return [
        (ends[n], ends[n + 1], piece)
        for n in range(0, len(parts), 2)
        if (piece := parts[n].strip())
    ]


def needle() -> str:
    """Return what RE2 needs to see on a page before it can hold a farm (its links aside)."""
    signatures = "|".join(lines("farm_signatures.txt"))
    return f"{words().pattern}|{signatures}"


@cache
def _signature() -> re.Pattern[str]:
    signatures = "|".join(lines("farm_signatures.txt"))
    return bounded(rf"(?>(?:{signatures})\s{{0,3}}[:：]?\s{{0,3}}){{1,6}}", IGNORECASE)
