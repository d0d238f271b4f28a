"""Put back characters that only look right: radicals, compatibility forms, full-width digits.

Chrome-printed documents write ⻓ for 长 (portals.md 2.4), copied pages hold invisible marks between
letters. Sources: Unicode's compatibility mappings, EquivalentUnifiedIdeograph.txt for the radicals
that have none. Invisible marks and widths are spelling and leave no cut; a radical does, and so
does what no text can hold: half of a character (a lone surrogate) and U+FFFF, which is none.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import compress, count, repeat
from operator import gt, itemgetter, ne
from typing import TYPE_CHECKING

from parsers.cleaning.joined import PART
from parsers.data import pairs
from parsers.items import Cut
from parsers.patterns import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.cleaning.flat import Flat
    from parsers.cleaning.joined import Told

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\ufeff\u0000" + "".join(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B),
                                          *range(0xFF41, 0xFF5B))}  # fmt: skip
_SPELLING = str.maketrans(dict.fromkeys(_INVISIBLE)) | _WIDE
_RADICALS = dict(pairs("radicals.tsv"))
_PLAIN = {
    code: plain
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00))
    if (plain := _RADICALS.get(chr(code)) or unicodedata.normalize("NFKC", chr(code))) != chr(code)
}
_TABLE = _SPELLING | _PLAIN
_RIGHT = {chr(code): chr(code).translate(_TABLE) for code in _TABLE}
_CHANGED = "[" + "".join(map(chr, _SPELLING)) + "\u2e80-\u2fdf\uf900-\ufaff]"
_WRONG = bounded(_CHANGED)
_WRONG_OR_PART = bounded(f"{_CHANGED[:-1]}{PART}]")

#: What RE2 needs to see on a page before anything here can change.
NEEDLE = _CHANGED.replace("\u0000", r"\x00")


def mend_characters(page: Flat) -> tuple[Flat, list[Cut]]:
    """Return `page` with plain characters in place of their look-alikes, and what changed."""
    return page.rewrite(mend, _WRONG)


def mend(whole: str) -> tuple[str, list[Told]]:
    """Return joined texts in plain characters, and a cut for each look-alike.

    >>> mend("⻓江２０１９年")[0]
    '长江2019年'
    """
    wrong = _WRONG_OR_PART.findall(whole)
    of_each = "".join(wrong).split(PART)
    forms = set(wrong).difference(PART)
    if len(forms) <= _FEW:
        for each in forms:
            whole = whole.replace(each, _RIGHT.get(each, each))
    else:
        whole = whole.translate(_TABLE)
    cuts = {each: _cuts(each) for each in set(of_each)}
    return whole, [(n, cut) for n, each in enumerate(of_each) if each for cut in cuts[each]]


def _cuts(wrong: str) -> list[Cut]:
    """Return a cut for each of the look-alikes that a text holds, in order of appearance."""
    return [
        _cut("encoding_damage", form, "restored", "compatibility form", _PLAIN[ord(form)], count)
        for form, count in Counter(wrong).items()
        if ord(form) in _PLAIN
    ]


# Few forms there are, and a page may have thousands of each.
_cut = lru_cache(maxsize=4096)(Cut)
# A text has few such characters, if any: to translate each of its own takes some fifty times as
# long as to replace one throughout. What replaces them is replaced by none.
_FEW = 12


def is_sound(page: Flat) -> bool:
    """Whether `page` holds whole characters only: what RE2, UTF-8 and every exporter need.

    U+FFFF is none (Unicode, 23.7), and parts joined texts.
    """
    links = "".join(page.links)
    if page.parted.count(PART) >= len(page.texts) or PART in links:
        return False
    try:
        links.encode()
        return bool(page.coded) or True
    except UnicodeEncodeError:
        return False


def mend_unsound(page: Flat) -> tuple[Flat, list[Cut]]:
    """Return `page` with U+FFFD for every half of a character and every U+FFFF; their number.

    All at once: a page may have half a million texts with one.
    """
    whole, sound = _made_sound(page.texts)
    _, links = _made_sound(page.links)
    changed, relinked = (
        dict(compress(enumerate(made), map(ne, made, was)))
        for made, was in ((sound, page.texts), (links, page.links))
    )
    told = [*_told("no character", page, page.texts, whole)]
    told += _told("half of a character", page, whole, sound)
    return page.with_changed(changed, relinked), [cut for _, cut in sorted(told, key=itemgetter(0))]


def _told(rule: str, page: Flat, was: list[str], made: list[str]) -> Iterator[tuple[int, Cut]]:
    """Yield how many characters were lost, if any, and the first text's place: the head is last."""
    lost = _count_in("".join(made)) - _count_in("".join(was))
    if lost:
        order = [*range(page.first, len(was)), *range(page.first)]
        counts = (map(_count_in, map(each.__getitem__, order)) for each in (made, was))
        first = next(compress(count(), map(gt, *counts)))
        yield first, _cut("encoding_damage", _LOST, "flagged", rule, None, lost)


def _made_sound(texts: list[str]) -> tuple[list[str], list[str]]:
    """Return texts without U+FFFF, and the same without halves of characters."""
    whole = [*map(str.replace, texts, repeat(PART), repeat(_LOST))]
    parted = PART.join(whole)
    if not _HALF.search(parted):
        return whole, whole
    # Two halves of one text may make one whole character.
    sound = parted.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole, sound.split(PART) if whole else whole


def _count_in(text: str) -> int:
    return text.count(_LOST)


_HALF = bounded(r"[\ud800-\udfff]")
_LOST = "\ufffd"
