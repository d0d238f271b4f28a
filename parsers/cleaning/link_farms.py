"""Cut link farms: the run of foreign anchors that spider-pool software hangs below a page.

Two proofs, either is enough: the kit's signature (主站蜘蛛池模板, seed 001), or a line of many
short anchors of which many hold words of `data/farm_words.txt`. Bars alone never decide: the
tables of seed 003 have fifteen a line, and footers list honest neighbours. Knows nothing of
betting brands inside sentences (see `brands`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from parsers.cleaning.rewrite import everything
from parsers.data import lines
from parsers.items import Block, Cut, Document

if TYPE_CHECKING:
    from collections.abc import Iterator

# How the kits sign or introduce what they append.
_SIGNATURE = re.compile(
    r"(?:(?:主站蜘蛛池(?:模板)?|蜘蛛池(?:模板|程序|出租)"
    r"|感[謝谢]您[訪访][問问]我[們们]的[網网]站.{0,4}您可能[還还][對对]以下[資资]源感[興兴]趣)\s*[:：]?\s*)+"
)
# Anchors are parted by bars, or stand in a row. A comma parts the items of sentences, too.
_BARS = re.compile(r"\s*[|｜丨┃]\s*")
_GAPS = re.compile(r"\s*[|｜丨┃,，、\s]\s*")
_SENTENCE = re.compile(r"[。；;！？]|\d{4}年|局$|政府$|办公室$|委员会$")

# Seed 001's farm has 41 anchors; the shortest honest row of neighbours read had 5 and no such word.
MIN_ANCHORS = 8
# Among seed 001's anchors three of four hold a word of the lexicon; honest rows hold none.
MIN_SHARE = 0.3
MIN_HITS = 4


def cut_link_farms(document: Document) -> tuple[Document, list[Cut]]:
    """Return `document` without its link farms, and each farm's text, in page order.

    A block that is nothing but farm goes; of a block that ends in one, the rest stays. After a
    kit's signature that stands alone, the blocks of anchors that follow belong to the farm.
    """
    whole = everything(document).lower()
    if not any(word in whole for word in _hints()):
        return document, []
    cuts: list[Cut] = []
    blocks: list[Block] = []
    signed = False
    for block in document.blocks:
        kept, farm = _part(block, signed=signed)
        if farm:
            cuts.append(farm)
            signed = True
        elif block.text or block.rows:
            signed = False
        if kept is not None:
            blocks.append(kept)
    return (replace(document, blocks=tuple(blocks)), cuts) if cuts else (document, [])


def _part(block: Block, *, signed: bool) -> tuple[Block | None, Cut | None]:
    """Return what stays of `block` and its farm; `signed` says that a farm ended just before it."""
    if block.is_table:
        return _part_table(block, signed=signed)
    text = block.text
    signature = _SIGNATURE.search(text)
    if signature:
        start, end, rule = signature.start(), _end_of_farm(text, signature.end()), "kit signature"
    elif signed and 0 < len(text) <= _LONGEST_ANCHOR and has_farm_word(text):
        start, end, rule = 0, len(text), "anchor after a signed farm"
    elif (run := _run_of_anchors(text)) is not None:
        start, end, rule = *run, "run of anchors with spam words"
    else:
        return block, None
    rest = f"{text[:start].rstrip()}{text[end:]}".strip()
    farm = Cut("link_farm", text[start:end].strip(), "removed", rule)
    return (replace(block, text=rest, links=()) if rest else None), farm


# Anchors of spider pools have 4 to 25 characters; a paragraph of a report has more.
_LONGEST_ANCHOR = 40


def _part_table(block: Block, *, signed: bool) -> tuple[Block | None, Cut | None]:
    cells = [cell.text for row in block.rows for cell in row if cell.text]
    hits = sum(map(has_farm_word, cells))
    enough = MIN_HITS if not signed else 1
    if hits < enough or hits < len(cells) * MIN_SHARE:
        return block, None
    return None, Cut("link_farm", " | ".join(cells), "removed", "table of anchors with spam words")


def _end_of_farm(text: str, start: int) -> int:
    """Return where the farm that is signed before `start` ends: honest words may follow it."""
    pieces = list(_pieces(text, start, _BARS))
    last = max((n for n, (_, _, piece) in enumerate(pieces) if has_farm_word(piece)), default=-1)
    for begin, _, piece in pieces[last + 1 :]:
        if _SENTENCE.search(piece):
            return begin
    return len(text)


def _run_of_anchors(text: str) -> tuple[int, int] | None:
    """Return the span of a farm that no kit signed, None where there is none."""
    if not _words().search(text):
        return None
    for parting in (_BARS, _GAPS):
        pieces = list(_pieces(text, 0, parting))
        hits = [n for n, (_, _, piece) in enumerate(pieces) if _is_anchor(piece)]
        if len(hits) < MIN_HITS:
            continue
        first, last = hits[0], hits[-1]
        run = pieces[first : last + 1]
        prose = any(_SENTENCE.search(piece) for _, _, piece in run)
        if len(run) >= MIN_ANCHORS and len(hits) >= len(run) * MIN_SHARE and not prose:
            return pieces[first][0], pieces[last][1]
    return None


def _is_anchor(piece: str) -> bool:
    return len(piece) <= _LONGEST_ANCHOR and has_farm_word(piece)


def _pieces(text: str, start: int, parting: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of the pieces that `parting` leaves, empty ones aside."""
    at = start
    for bar in (*parting.finditer(text, start), None):
        end = bar.start() if bar else len(text)
        if text[at:end].strip():
            yield at, end, text[at:end].strip()
        at = bar.end() if bar else len(text)


def has_farm_word(text: str) -> bool:
    """Whether `text` holds a word that spider pools sell."""
    return _words().search(text) is not None


def count_farm_words(text: str) -> int:
    """Return how many different words of spider pools `text` holds."""
    return len(set(_words().findall(text)))


@cache
def _hints() -> tuple[str, ...]:
    """Return words of which one stands on every page with a farm, in lower case."""
    return ("蜘蛛池", *(word.lower() for word in lines("farm_words.txt")), "感興趣", "感兴趣")


@cache
def _words() -> re.Pattern[str]:
    words = sorted(lines("farm_words.txt"), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
