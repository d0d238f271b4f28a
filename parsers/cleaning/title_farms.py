"""Cut the words of a farm that stand before or behind a page's titles, phrase by phrase.

Titles are the page title and the headings. One that says nothing else is left whole: it stands for
no report. All of a page's titles are looked at as one text, as other rules look at texts.
"""

from __future__ import annotations

from itertools import accumulate, compress
from typing import TYPE_CHECKING

from parsers.cleaning.farm_words import holding_farm_words, lines_with_farm_words
from parsers.cleaning.joined import PART
from parsers.items import Cut
from parsers.patterns import bounded, screened

if TYPE_CHECKING:
    from parsers.cleaning.flat import Flat
    from parsers.cleaning.joined import Told

_MARK = "-_|｜—–,，、"
# Blanks and a mark, or blanks alone, and one mark more; all begin with one of the same letters, at
# which `re` looks first.
_GAPS = bounded(
    rf"([{_MARK}\s{PART}]"
    rf"(?:(?<={PART})|(?:(?<=\s)\s{{0,3}}[{_MARK}\s])?\s{{0,4}}[{_MARK}]?\s{{0,4}}))"
)


def cut_title_words(page: Flat) -> tuple[Flat, list[Cut]]:
    """Return the page without farm words before or behind its titles, and the words."""
    numbers = [0, *page.headings]
    sold: dict[str, bool] = page.memory.made(cut_title_words)
    new = [title for title in dict.fromkeys(page.those(numbers, ())) if title not in sold]
    sold |= dict.fromkeys(new, False)
    sold |= dict.fromkeys(screened(holding_farm_words(), new), True)
    numbers = [n for n in numbers if sold[page.texts[n]]]
    if not numbers:
        return page, []
    return page.put(*page.made(_without_farm_words, numbers, []), numbers, [])


def _without_farm_words(whole: str) -> tuple[str, list[Told]]:
    """Return joined titles without the phrases that hold farm words, beside others, and these."""
    parts = [*_GAPS.split(whole), ""]
    phrases, gaps = parts[::2], parts[1::2]
    numbers = [*accumulate(map(PART.__eq__, gaps[:-1]), initial=0)]
    farms = lines_with_farm_words()("\n".join(phrases))  # a gap is wherever a blank is
    honest = bytearray(map(bool, phrases))
    for at in farms:
        honest[at] = 0
    others = {*compress(numbers, honest)}
    told: list[Told] = []
    titles = whole.split(PART)
    for at in farms:
        if numbers[at] in others:
            told.append((numbers[at], _cut(phrases[at])))
            parts[2 * at] = ""
            if gaps[at] != PART:
                parts[2 * at + 1] = ""
    left = "".join(parts).split(PART)
    for n, _ in told:
        titles[n] = left[n].strip(f" {_MARK}")
    return PART.join(titles), told


def _cut(phrase: str) -> Cut:
    return Cut("meta_injection", phrase, "removed", "farm words in a title")
