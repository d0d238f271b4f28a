"""Cut pinyin glossed into a text: 關(guān) → 關, 文(wen)章(zhang) → 文章.

Copied sites on foreign domains add it so that no two copies are alike (seeds 001 and 003). A gloss
is a Mandarin syllable in lower case in brackets (round, square, 【】) after a character: with tone
mark, or where the character is read so. The page must have three, or be Traditional, too: (PM10),
(GDP), 局域网(lan), (试行) and the one honest 亳(bó)州 stay. Readings: `data/readings.tsv`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache, lru_cache
from itertools import accumulate, chain, repeat
from typing import TYPE_CHECKING

from parsers.cleaning.joined import PART, of_one
from parsers.cleaning.script import is_traditional_anywhere
from parsers.data import pairs
from parsers.items import Cut
from parsers.patterns import bounded

if TYPE_CHECKING:
    from parsers.cleaning.flat import Flat
    from parsers.cleaning.joined import Told

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếềêĀÁǍÀĒÉĚÈŌÓǑÒ"
_LETTERS = rf"[a-zü:ɡɑ{_TONED}\u0300-\u030c]{{1,8}}"
_HAN = r"[\u3400-\u9fff]"
# From the bracket on, which few places of a text have; a blank before it belongs to the gloss.
_GLOSS = bounded(rf"([(（\[【](?:(?<={_HAN}.)|(?<={_HAN}\s.))\s?({_LETTERS})\s?[)）\]】])")

#: What RE2 needs to see on a page before anything here can be cut.
NEEDLE = rf"\p{{Han}}\s?[(（\[【]\s?[a-zü:ɡɑ{_TONED}\x{{300}}-\x{{30c}}]{{1,8}}\s?[)）\]】]"
_LOOKALIKES = str.maketrans({"ɡ": "g", "ɑ": "a", ":": ""})
_TONES = frozenset("\u0300\u0301\u0304\u030c\u0302")

# Glosses are believed from here on: one (e) or (a) may number a clause, 亳(bó)州 is an honest help.
MIN_GLOSSES = 3


def cut_pinyin(page: Flat) -> tuple[Flat, list[Cut]]:
    """Return `page` without glosses, and each of them as it stood."""
    texts, links = page.concerned(_GLOSS)
    made, told = page.made(cut_glosses, texts, links)
    glosses = [cut for n, cut in told if n < len(texts)]
    if links:
        glosses += of_one(cut_glosses, PART.join(page.lines[len(page.texts) :]))[1]
    return page.put(made, told, texts, links) if _are_believed(glosses, page) else (page, [])


def _are_believed(glosses: list[Cut], page: Flat) -> bool:
    """Whether a page was glossed: thrice, or once where it is in Traditional script, too."""
    if sum(gloss.count for gloss in glosses) >= MIN_GLOSSES:
        return True
    toned = any(not _TONES.isdisjoint(_decomposed(gloss.quote)) for gloss in glosses)
    return toned and is_traditional_anywhere(page.whole)


def cut_glosses(whole: str) -> tuple[str, list[Told]]:
    """Return joined texts without glosses, on a page that has them.

    >>> cut_glosses("相關(guān)的可吸入颗粒物(PM10)")[0]
    '相關的可吸入颗粒物(PM10)'
    """
    parts = _GLOSS.split(whole)
    if len(parts) == 1:
        return whole, []
    bare, quotes, syllables = parts[::3], parts[1::3], parts[2::3]
    readers = _readers([*dict.fromkeys(syllables)])
    found = [
        n for n, each in enumerate(syllables) if each in readers and _reads(bare[n], readers[each])
    ]
    if not found:
        return whole, []
    numbers = [*accumulate(map(str.count, bare, repeat(PART)))]
    counts = Counter((numbers[n], quotes[n]) for n in found)
    for n in found:
        bare[n], quotes[n] = bare[n].removesuffix(_blank(bare[n])), ""
    return "".join(chain.from_iterable(zip(bare, [*quotes, ""], strict=True))), [
        (n, _cut("pinyin_annotation", gloss, "removed", "syllable in brackets", None, count))
        for (n, gloss), count in counts.items()
    ]


# Few glosses there are, and a page has thousands of each.
_cut = lru_cache(maxsize=4096)(Cut)


def _reads(before: str, letters: frozenset[str] | None) -> bool:
    """Whether what stands before a gloss ends in one of these letters, and perhaps a blank."""
    return letters is None or before.removesuffix(_blank(before))[-1] in letters


def _blank(text: str) -> str:
    """Return the blank at the end of a text, "" where there is none."""
    return text[-1] if text[-1].isspace() else ""


def _readers(written: list[str]) -> dict[str, frozenset[str] | None]:
    """Return the letters that each syllable is a gloss of, None for any; no other words.

    All at once: a page may have half a million that are none.
    """
    marked = _decomposed("\n".join(written))
    plain = marked
    for tone in _TONES:
        plain = plain.replace(tone, "")
    each = zip(written, marked.split("\n"), plain.split("\n"), strict=True)
    return {
        as_written: None if toned != bare else _letters_of(syllable)
        for as_written, toned, bare in each
        if (syllable := bare.replace("u\u0308", "v")) in _readings()
    }


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text.translate(_LOOKALIKES).lower())


@cache
def _letters_of(syllable: str) -> frozenset[str]:
    """Return what is read as a syllable: copies write lu, lü and lv alike for 绿."""
    return _readings()[syllable] | _readings().get(syllable.replace("u", "v"), frozenset())


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
