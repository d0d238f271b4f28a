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
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING

from parsers.cleaning.joined import PART
from parsers.data import pairs
from parsers.items import Cut
from parsers.patterns import bounded

if TYPE_CHECKING:
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
    """Return `page` with U+FFFD for every half of a character and every U+FFFF; their number."""
    texts, links = (
        [n for n, text in enumerate(each) if _UNSOUND.search(text)]
        for each in (page.texts, page.links)
    )
    those = page.those(texts, links)
    made = [text.replace(PART, _LOST) for text in those]
    counts = enumerate(map(str.count, those, repeat(PART)))
    told = [(n, _unsound("no character", count)) for n, count in counts if count]
    for n in [n for n, text in enumerate(made) if _HALF.search(text)]:
        lost = made[n].count(_LOST)
        made[n] = made[n].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if halves := made[n].count(_LOST) - lost:  # two may make one whole character
            told.append((n, _unsound("half of a character", halves)))
    return page.put(made, sorted(told, key=itemgetter(0)), texts, links)


_UNSOUND, _HALF = bounded(r"[\ud800-\udfff\uffff]"), bounded(r"[\ud800-\udfff]")


def _unsound(rule: str, count: int) -> Cut:
    return _cut("encoding_damage", _LOST, "flagged", rule, None, count)


_LOST = "\ufffd"
