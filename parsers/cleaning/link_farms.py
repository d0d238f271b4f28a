"""Cut link farms: the run of foreign anchors that spider-pool software hangs below a page.

Proofs, each enough: a kit's signature (`data/farm_signatures.txt`, seed 001); a run of short
anchors of which many hold farm words; a list of links that words, hosts or strangeness prove to be
one (`link_lists`). Bars alone never decide: the tables of seed 003 have fifteen a line, and footers
list honest neighbours. Links to newspapers and neighbours (友情链接) are boilerplate and stay.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from itertools import chain, compress
from re import IGNORECASE
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.anchor_runs import (
    ENFORCEMENT,
    MIN_HITS,
    MIN_SHARE,
    SENTENCE,
    Span,
    barred,
    blanks_before,
    is_anchor,
    runs_in,
)
from parsers.cleaning.farm_words import holding_farm_words, last_word, words
from parsers.cleaning.lines import places
from parsers.cleaning.link_lists import Verdict, cut_list, verdicts
from parsers.cleaning.links import Links
from parsers.data import lines
from parsers.items import Block, Cut, Link
from parsers.patterns import bounded, holding, screened

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from parsers.cleaning.flat import Flat

# The signs of a sentence in a text that is not parted: an end of a piece may be one.
_SIGN = bounded(r"[。；;！？]|\d{4}年|(?:局|政府|办公室|委员会)(?!\s{0,4}[^\s|｜丨┃])")


def cut_link_farms(page: Flat) -> tuple[Flat, list[Cut]]:
    """Return the page without its link farms, and each farm's text, in page order.

    A block that is nothing but farm goes; of a block that ends in one, the rest stays. After a
    kit's signature that stands alone, the blocks of anchors that follow belong to the farm.
    """
    seen = _Seen.of(page)
    blocks, words, told = seen.blocks, seen.words, seen.told
    whole, listed, worth = seen.whole, seen.listed, seen.worth
    cuts: list[Cut] = []
    parts: dict[int, Block | str | None] = {}
    kept: Block | str | None
    signed, number = False, -1
    while (number := number + 1 if signed else worth[bisect_right(worth, number)]) < len(blocks):
        text, block = words[number], blocks[number]
        if number in whole:
            cuts.append(Cut("link_farm", text, "removed", whole[number]))
            parts[number], signed = None, False
            continue
        if number in listed or block.rows:
            kept, farms = _part_special(page, seen, number, signed=signed)
        elif text in told:
            kept, farms = _part(block, text, told[text], signed=signed)
        else:
            signed = signed and not text
            continue
        if farms:
            cuts += farms
            signed = farms[-1].rule in _SIGNED
        elif text or block.rows:
            signed = False
        if kept is block and number in seen.strays:
            kept, strays = _without_strays(seen, number)
            cuts += strays
        if kept is not block:
            parts[number] = kept
    return (page.with_blocks(parts) if parts else page), cuts


_Farms = tuple[Cut, ...]
#: What stays of a text, and the farms in it; None where there is none.
_Told = tuple[str, _Farms] | None


class _Seen(NamedTuple):
    """What one look at all blocks tells: `listed` are lists of links that are farms, by number.

    `words` are the texts of the `blocks`, `told` those with a farm's word or signature, and the
    farm in each: no rule has work on another. `whole` are those of `listed` that go as they are,
    and why. `strays` are paragraphs with links that sell and lead to throwaway hosts. `sold` are
    the cells with a farm's words, by number, of tables that can be farms. `worth` are the blocks
    that can be or hold a farm, in order, and the end.
    """

    blocks: tuple[Block, ...]
    words: list[str]
    links: Links
    listed: dict[int, Verdict]
    whole: dict[int, str]
    strays: set[int]
    sold: list[int]
    worth: list[int]
    told: dict[str, _Told]

    @staticmethod
    def of(page: Flat) -> _Seen:
        """Look at what is new: a block that the last look left is left again."""
        blocks, words = page.blocks, page.words
        links = Links.of(page)
        listed = verdicts(page, links)
        look = _new(page, listed)
        texts = words if len(look) == len(words) else [words[n] for n in look]
        told = _told(page, texts)
        sold = _sold(page, told) if page.tabled else []
        worth = {*listed, *compress(look, map(told.get, texts)), *_selling(page, sold)}
        stray = {*compress(links.owners, links.stray)}
        strays = {n for n in stray.intersection(look) if words[n] in told} if stray else stray
        worth |= strays
        whole = {n: why.rule for n, why in listed.items() if why.sure and links.are_foreign(n)}
        numbers = [*sorted(worth), len(blocks)]
        return _Seen(blocks, words, links, listed, whole, strays, sold, numbers, told)


def _new(page: Flat, listed: Iterable[int]) -> Sequence[int]:
    """Return the blocks whose text or links the last look did not see, but lists, in order.

    What is a list is no paragraph that was looked at: it may be one when it is no list any more.
    """
    texts = page.memory.new(cut_link_farms, page.texts)
    if not page.links:
        return page.blocks_with(texts)
    look = page.blocks_with(texts, page.memory.new(Link, page.links))
    starts = page.shape.link_starts
    again = (range(starts[n], starts[n + 1]) for n in sorted(listed))
    page.memory.learn(Link, page.links, [], [*chain.from_iterable(again)])
    return sorted(set(look).difference(listed)) if listed else look


def _told(page: Flat, texts: list[str]) -> dict[str, _Told]:
    """Return what is told of `texts` and of all before them."""
    told: dict[str, _Told] = page.memory.made(_told)
    suspects = [text for text in dict.fromkeys(screened(_suspects, texts)) if text not in told]
    signed = {text: farm for text in screened(_kits(), suspects) if (farm := _signed(text))}
    told |= dict.fromkeys(suspects) | signed
    rest = [text for text in suspects if text not in signed] if signed else suspects
    told |= {text: _parted(text, run, _RUN) for text, run in runs_in(rest).items()}
    return told


def _suspects(texts: list[str]) -> set[str]:
    """Return the texts that no rule of a block can pass over: with a word or signature.

    An anchor after a signed farm holds a word, too.
    """
    return holding_farm_words()(texts) | _kits()(texts)


@cache
def _kits() -> Callable[[list[str]], set[str]]:
    """Return what tells the texts that a kit signed: to look for one in 5 MB takes `re` 0.3 s."""
    return holding("|".join(lines("farm_signatures.txt")), ignore_case=True)


_KIT = "kit signature"
_FOLLOWS = "anchor after a signed farm"
_RUN = "run of anchors with spam words"
_SIGNED = frozenset({_KIT, _FOLLOWS})


def _part_special(
    page: Flat, seen: _Seen, number: int, *, signed: bool
) -> tuple[Block | None, _Farms]:
    """Return what stays of a list or a table and its farm; `signed`: one ended just before it."""
    block = seen.blocks[number]
    if verdict := seen.listed.get(number):
        block_now = page.paragraph(number)
        kept, farm = cut_list(block_now, verdict, seen.links.of_block(number, seen.links.foreign))
        return block if kept is block_now else kept, (farm,) if farm else ()
    cells = page.cells(number)
    first, last = (bisect_left(seen.sold, at) for at in page.shape.starts[number : number + 2])
    farm = _farm_of_cells(cells, last - first, signed=signed)
    return (None, (farm,)) if farm else (block, ())


def _part(
    block: Block, text: str, told: _Told, *, signed: bool
) -> tuple[Block | str | None, _Farms]:
    """Return the same of a paragraph of this text: what it says still, where it had no links."""
    if signed and (not told or told[1][0].rule != _KIT) and is_anchor(text):
        told = told if _PROSE.search(text) else _parted(text, (0, len(text)), _FOLLOWS)
    if not told:
        return block, ()
    rest, farms = told
    if rest and block.links:
        return Block(rest, (), (), block.tag, block.hidden, block.main), farms
    return rest or None, farms


def _signed(text: str) -> _Told:
    """Return the farms that kits signed in a text, None where there is none.

    Honest words may part dozens of them: one that each round cuts alone never comes to an end.
    """
    sign = _signature().search(text)
    if sign is None:
        return None
    if not _SIGN.search(text, sign.end()):
        return _parted(text, (sign.start(), len(text)), _KIT)
    bars, last = barred(text), last_word().search(text, sign.end())
    behind, at = last.end() if last else 0, 0
    left: list[str] = []
    farms: list[Cut] = []
    while sign:
        left.append(text[at : sign.start()].rstrip())
        at = _end_of_farm(text, bars, sign.end(), behind)
        farms.append(_farm(text[sign.start() : at], _KIT))
        sign = _signature().search(text, at)
    return f"{''.join(left)}{text[at:]}".strip(), tuple(farms)


def _parted(text: str, farm: Span, rule: str) -> tuple[str, _Farms]:
    start, end = farm
    rest = f"{text[:start].rstrip()}{text[end:]}".strip()
    return rest, (_farm(text[start:end], rule),)


def _farm(text: str, rule: str) -> Cut:
    return Cut("link_farm", text.strip(), "removed", rule)


def _without_strays(seen: _Seen, number: int) -> tuple[Block, list[Cut]]:
    """Return a paragraph without the links within it that sell and lead to throwaway hosts."""
    block, text = seen.blocks[number], seen.words[number]
    cuts: list[Cut] = []
    if len(block.links) > _MOST_LINKS or ENFORCEMENT.search(text):
        return block, cuts
    cheap, said = seen.links.of_block(number, seen.links.cheap), seen.links.said_in(number)
    strays = [n for n, each in enumerate(said) if cheap[n] and is_anchor(each)]
    found = places([said[n] for n in strays], text)
    if len(found) < len(strays):  # a look at what is left would find more
        return block, cuts
    left, at, gone = "", 0, set[int]()
    for start, n in sorted(zip(found, strays, strict=True)):
        if start >= at:
            left += text[at:start]
            at = start + len(said[n])
            gone.add(n)
    if not gone:
        return block, cuts
    cuts += [Cut("link_farm", said[n], "removed", _STRAY) for n in sorted(gone)]
    kept = [Link(link.url, said[n]) for n, link in enumerate(block.links) if n not in gone]
    left = f"{left}{text[at:]}".strip()
    return Block(left, (), tuple(kept), block.tag, block.hidden, block.main), cuts


# A paragraph has a few links; to look for each of thousands takes time as their square.
_MOST_LINKS = 100
_STRAY = "spam words on a throwaway host"


_PROSE = bounded(r"[。，；、]")


def _farm_of_cells(cells: list[str], hits: int, *, signed: bool) -> Cut | None:
    """Return a table as a farm, None where it is none: so many of its cells hold a farm's words."""
    count = len(cells) - cells.count("")
    if hits < (MIN_HITS if not signed else 1) or hits < count * MIN_SHARE:
        return None
    quote = " | ".join(filter(None, cells))
    return Cut("link_farm", quote, "removed", "table of anchors with spam words")


def _selling(page: Flat, sold: list[int]) -> Iterator[int]:
    """Yield the tables that can be farms with no signature before them."""
    starts = page.shape.starts
    for n in page.shape.large(MIN_HITS) if sold else ():
        first = bisect_left(sold, starts[n])
        if bisect_left(sold, starts[n + 1], first) - first >= MIN_HITS:
            yield n


def _sold(page: Flat, told: dict[str, _Told]) -> list[int]:
    """Return the numbers of the cells that hold a farm's words, in order.

    Of tables with as many cells as make a farm alone, or of every one, where a farm is signed: it
    may end before it.
    """
    every = any(farm and farm[1][0].rule == _KIT for farm in told.values())
    tables = page.tables if every else page.shape.large(MIN_HITS)
    if not tables:
        return []
    asked = bytearray(len(page.blocks))
    for n in tables:
        asked[n] = 1
    are_asked = bytes(page.first) + page.shape.of_each(bytes(asked))

    def look(numbers: Sequence[int]) -> Iterable[int]:
        cells = [*compress(numbers, map(are_asked.__getitem__, numbers))]
        texts = page.those(cells, ())
        sold = holding_farm_words()(texts)
        return compress(cells, map(sold.__contains__, texts)) if sold else ()

    return page.memory.told((_sold, every), page.texts, look)


def _end_of_farm(text: str, bars: str, start: int, behind: int) -> int:
    """Return where the farm that is signed before `start` ends: honest words may follow it.

    They stand behind the last word of the text that pools sell, which ends at `behind`.
    """
    at = start if behind <= start else bars.find("|", behind) + 1 or len(text)
    while sign := _SIGN.search(text, at):
        begin = max(at, bars.rfind("|", at, sign.start()) + 1)
        at = bars.find("|", sign.end()) + 1 or len(text) + 1
        piece = text[begin : at - 1]
        if SENTENCE.search(piece.strip()):
            return begin + blanks_before(piece) if begin > start else begin
    return len(text)


def needle() -> str:
    """Return what RE2 needs to see on a page before it can hold a farm (its links aside)."""
    signatures = "|".join(lines("farm_signatures.txt"))
    return f"{words().pattern}|{signatures}"


@cache
def _signature() -> re.Pattern[str]:
    signatures = "|".join(lines("farm_signatures.txt"))
    return bounded(rf"(?>(?:{signatures})\s{{0,3}}[:：]?\s{{0,3}}){{1,6}}", IGNORECASE)
