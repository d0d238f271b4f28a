"""Tell a page's script and write it in simplified characters.

Two kinds of pages are in Traditional script: genuine ones (wiki mirrors) and copies that were
converted so that no two are alike. OpenCC's t2s (its C++ build; the Python one is forty times
slower) converts both; `data/slips.tsv` mends what a mechanical simplified-to-Traditional conversion
left wrong. A simplified page is never converted: 著, 乾, 瞭 and 於 are right in it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import opencc

from parsers.data import pairs
from parsers.patterns import bounded

if TYPE_CHECKING:
    import re

    from parsers.cleaning.flat import Flat
    from parsers.cleaning.joined import Told
    from parsers.items import Cut, Script

# A third of the characters of a Traditional text differ from simplified; a simplified report that
# quotes a Traditional name stays below a hundredth.
MIN_SHARE = 0.08
# A lone Traditional block (a title) on a simplified page: share and number of such characters.
MIN_BLOCK_SHARE = 0.12
MIN_BLOCK_CHARACTERS = 4

_HAN = bounded(r"[\u3400-\u9fff]{1,400}+")


def simplify(page: Flat, *, glossed: bool) -> tuple[Flat, Script]:
    """Return `page` in simplified characters, and the script that it came in.

    `glossed` says that pinyin was cut from it: then it is obfuscated, and converted throughout.
    """
    if not glossed and _share(page.body) < MIN_SHARE:
        return _simplify_blocks(page), "simplified"
    if glossed and not _is_traditional(page):
        return page, "obfuscated"
    page, _ = page.rewrite(_simplified, _perhaps_changing())
    return page, "obfuscated" if glossed else "traditional"


def _is_traditional(page: Flat) -> bool:
    """Whether a block or a cell holds what only Traditional text uses."""
    search = _traditional().search
    texts, _ = page.concerned(_perhaps_changing())
    return any(search(page.texts[n]) for n in texts if n >= page.first)


def _simplified(whole: str) -> tuple[str, list[Told]]:
    """Return joined texts in simplified characters: no word goes over a text's end."""
    return to_simplified(whole), []


def to_simplified(text: str) -> str:
    """Return Traditional `text` in simplified characters.

    >>> to_simplified("隨著網絡的發展，沿著《著作權法》")
    '随着网络的发展，沿着《著作权法》'
    """
    text = _converter().convert(text)
    if _slip().search(text):
        for slip, right in _slips():
            text = slip.sub(right, text)
    return text


def _simplify_blocks(page: Flat) -> Flat:
    """Return a simplified page with its lone Traditional paragraphs converted, no link."""
    there, _ = page.concerned(_traditional())
    cells = page.shape.are_cells if there else b""
    paragraphs = (n for n in there if n >= page.first and not cells[n])
    return page.change(_simplify_lone, paragraphs, ())[0]


def _simplify_lone(text: str) -> tuple[str, list[Cut]]:
    count = len(_traditional().findall(text))
    alone = count >= MIN_BLOCK_CHARACTERS and _share(text) >= MIN_BLOCK_SHARE
    return (to_simplified(text) if alone else text), []


def _share(text: str) -> float:
    traditional = len(_traditional().findall(text))
    return traditional / sum(map(len, _HAN.findall(text))) if traditional else 0.0


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _slips() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((bounded(slip), right) for slip, right in pairs("slips.tsv"))


@cache
def _slip() -> re.Pattern[str]:
    return bounded("|".join(slip for slip, _ in pairs("slips.tsv")))


@cache
def _perhaps_changing() -> re.Pattern[str]:
    """Match what conversion or a slip can change, and a slip's first letter with anything behind.

    A set alone is sought in half the time, and nearly nothing of a simplified text is in it.
    """
    letters = {letter for letter, other in _conversions() if letter != other}
    return bounded(f"[{''.join(sorted(letters.union(slip[0] for slip, _ in pairs('slips.tsv'))))}]")


@cache
def _conversions() -> tuple[tuple[str, str], ...]:
    """Return every letter with what OpenCC makes of it alone."""
    every = [chr(code) for code in range(0x3400, 0x9FA6)]
    return tuple(zip(every, _converter().convert("\n".join(every)).split("\n"), strict=True))


@cache
def _traditional() -> re.Pattern[str]:
    """Match what only Traditional text uses: OpenCC changes it, GB 2312 lacks it."""
    letters = (
        letter
        for letter, other in _conversions()
        if letter != other and letter >= "\u4e00" and not _in_gb2312(letter)
    )
    return bounded(f"[{''.join(letters)}]")


def is_traditional_anywhere(text: str) -> bool:
    """Whether `text` holds a letter that only Traditional text uses."""
    return _traditional().search(text) is not None


def needle() -> str:
    """Return what RE2 needs to see on a page before it can be in Traditional script."""
    return _traditional().pattern


def _in_gb2312(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
