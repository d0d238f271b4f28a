"""Cut the words of a farm that stand before or behind a page's titles, phrase by phrase.

Titles are the page title and the headings. One that says nothing else is left whole: it stands for
no report. All of a page's titles are looked at as one text, as other rules look at texts.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from parsers.cleaning.farm_words import holding_farm_words
from parsers.cleaning.joined import PART
from parsers.items import Cut
from parsers.patterns import bounded, screened

if TYPE_CHECKING:
    from parsers.cleaning.flat import Flat
    from parsers.cleaning.joined import Told

_MARKS = " -_|｜—–,，、"
_GAPS = bounded(rf"(\s{{0,4}}[-_|｜—–,，、\s]\s{{0,4}}[-_|｜—–,，、]?\s{{0,4}}|{PART})")


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
    parts = _GAPS.split(whole)
    phrases, gaps = parts[::2], [*parts[1::2], ""]
    farms = holding_farm_words()([*dict.fromkeys(phrases)])
    numbers = [*accumulate(map(PART.__eq__, gaps[:-1]), initial=0)]
    honest = {n for n, each in zip(numbers, phrases, strict=True) if each and each not in farms}
    told = [
        (n, Cut("meta_injection", phrase, "removed", "farm words in a title"))
        for n, phrase in zip(numbers, phrases, strict=True)
        if phrase in farms and n in honest
    ]
    left = [
        ("" if phrase in farms else phrase) + (gap if phrase not in farms or gap == PART else "")
        for phrase, gap in zip(phrases, gaps, strict=True)
    ]
    cut = {n for n, _ in told}
    titles = enumerate(zip(whole.split(PART), "".join(left).split(PART), strict=True))
    return PART.join([now.strip(_MARKS) if n in cut else was for n, (was, now) in titles]), told
