"""Cut pinyin glossed into a text: 關(guān) → 關, 文(wen)章(zhang) → 文章.

Copied sites on foreign domains add it so that no two copies are alike (seeds 001 and 003). A gloss
is a Mandarin syllable in lower case in brackets (round, square, 【】) after a character: with tone
mark, or where the character is read so. The page must have three, or be Traditional, too: (PM10),
(GDP), 局域网(lan), (试行) and the one honest 亳(bó)州 stay. Readings: `data/readings.tsv`.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from parsers.cleaning.joined import numbered
from parsers.cleaning.script import is_traditional_anywhere
from parsers.data import pairs
from parsers.items import Cut
from parsers.patterns import bounded

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from parsers.cleaning.flat import Flat
    from parsers.cleaning.joined import Told

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếềêĀÁǍÀĒÉĚÈŌÓǑÒ"
_LETTERS = rf"[a-zü:ɡɑ{_TONED}\u0300-\u030c]{{1,8}}"
_HAN = r"[\u3400-\u9fff]"
# From the bracket on, which few places of a text have; a blank before it belongs to the gloss.
_GLOSS = bounded(
    rf"[(（\[【](?:(?<={_HAN}.)|(?<={_HAN}\s.))\s?(?P<syllable>{_LETTERS})\s?[)）\]】]"
)

#: What RE2 needs to see on a page before anything here can be cut.
NEEDLE = rf"\p{{Han}}\s?[(（\[【]\s?[a-zü:ɡɑ{_TONED}\x{{300}}-\x{{30c}}]{{1,8}}\s?[)）\]】]"
_LOOKALIKES = str.maketrans({"ɡ": "g", "ɑ": "a", ":": ""})
_TONES = frozenset("\u0300\u0301\u0304\u030c\u0302")

# Glosses are believed from here on: one (e) or (a) may number a clause, 亳(bó)州 is an honest help.
MIN_GLOSSES = 3


def cut_pinyin(page: Flat) -> tuple[Flat, list[Cut]]:
    """Return `page` without glosses, and each of them as it stood."""
    if not _has_glosses(page):
        return page, []
    return page.rewrite(cut_glosses, _GLOSS)


def _has_glosses(page: Flat) -> bool:
    """Whether a page was glossed: thrice, or once where it is in Traditional script, too."""
    texts, links = page.concerned(_GLOSS)
    count = 0
    toned = False
    for gloss in _glosses(page, texts, links):
        syllable = gloss["syllable"]
        toned = toned or bool(_is_toned(syllable) and _syllable(syllable))
        count += _is_gloss(gloss.string[_start(gloss) - 1], syllable)
        if count >= MIN_GLOSSES:
            return True
    return toned and is_traditional_anywhere(page.whole)


def _glosses(page: Flat, texts: list[int], links: list[int]) -> Iterator[re.Match[str]]:
    """Yield what looks like a gloss in these texts, then in links that their blocks do not hold."""
    yield from _GLOSS.finditer("\n".join(page.those(texts, ())))
    if links:
        yield from _GLOSS.finditer("\n".join(page.lines[len(page.texts) :]))


def cut_glosses(whole: str) -> tuple[str, list[Told]]:
    """Return joined texts without glosses, on a page that has them.

    >>> cut_glosses("相關(guān)的可吸入颗粒物(PM10)")[0]
    '相關的可吸入颗粒物(PM10)'
    """
    counts: dict[tuple[int, str], int] = {}
    parts: list[str] = []
    at = 0
    for n, found in numbered(whole, _GLOSS.finditer(whole)):
        start, (gloss, syllable) = _start(found), found.group(0, "syllable")
        if _is_gloss(whole[start - 1], syllable):
            counts[n, gloss] = counts.get((n, gloss), 0) + 1
            parts.append(whole[at:start])
            at = found.end()
    return "".join((*parts, whole[at:])) if parts else whole, [
        (n, _cut("pinyin_annotation", gloss, "removed", "syllable in brackets", None, count))
        for (n, gloss), count in counts.items()
    ]


# Few glosses there are, and a page has thousands of each.
_cut = lru_cache(maxsize=4096)(Cut)


def _start(gloss: re.Match[str]) -> int:
    """Return where a gloss begins: with the blank before its bracket."""
    return gloss.start() - gloss.string[gloss.start() - 1].isspace()


@lru_cache(maxsize=8192)
def _is_gloss(before: str, syllable: str) -> bool:
    return bool(_is_toned(syllable) and _syllable(syllable)) or _is_reading(before, syllable)


@lru_cache(maxsize=8192)
def _is_toned(syllable: str) -> bool:
    if syllable.isascii():
        return False
    return any(mark in _TONES for mark in unicodedata.normalize("NFD", syllable))


@lru_cache(maxsize=8192)
def _syllable(written: str) -> str | None:
    """Return the syllable without its tone (v for ü), None where Mandarin has no such syllable."""
    if written.isascii():
        plain = written.replace(":", "").lower()
        return plain if plain in _readings() else None
    decomposed = unicodedata.normalize("NFD", written.translate(_LOOKALIKES).lower())
    plain = "".join(mark for mark in decomposed if mark not in _TONES)
    plain = plain.replace("u\u0308", "v")
    return plain if plain in _readings() else None


def _is_reading(character: str, written: str) -> bool:
    syllable = _syllable(written)
    if syllable is None:
        return False
    readings = _readings()
    # Copies write lu, lü and lv alike for 绿.
    return character in readings[syllable] or character in readings.get(
        syllable.replace("u", "v"), frozenset()
    )


def syllables_of(letter: str) -> frozenset[str]:
    """Return the syllables that a character is read as, without tones; none where unknown."""
    return _sounds().get(letter, frozenset())


@cache
def _sounds() -> dict[str, frozenset[str]]:
    sounds: dict[str, set[str]] = {}
    for syllable, letters in _readings().items():
        for letter in letters:
            sounds.setdefault(letter, set()).add(syllable)
    return {letter: frozenset(each) for letter, each in sounds.items()}


@cache
def _readings() -> dict[str, frozenset[str]]:
    return {syllable: frozenset(letters) for syllable, letters in pairs("readings.tsv")}
