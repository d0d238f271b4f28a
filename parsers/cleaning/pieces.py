"""Tell what two texts share, and what one has of its own, in pieces that a person can read.

Pure: knows nothing of pages or findings. What is compared is short, and `rapidfuzz` compares it in
linear memory: `difflib` takes 12 s for some texts of a thousand letters.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel, Postfix, Prefix

from parsers.patterns import bounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: A piece of a text: "same", "cut" (stood there), "put" (stands there now), "doubt" (both).
Piece = tuple[str, str]

# Beyond this a text is compared by its two ends only: a farm of 5 MB is one change. Two texts of
# half as much take a millisecond.
_LONGEST_COMPARED = 4000
# What is kept of a text on either side of a doubt: a line of megabytes may hold a thousand.
_AROUND = 500
# A word of Latin letters is compared whole: else it is what any other has letters of.
_WORDS = bounded(r"[A-Za-z\u00c0-\u024f]{1,20}|[\s\S]")


def pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces, what they share marked.

    >>> pieces("甲bet乙", "甲乙")
    ((('same', '甲'), ('cut', 'bet'), ('same', '乙')), (('same', '甲乙'),))
    """
    start = Prefix.similarity(before, after)
    end = Postfix.similarity(before[start:], after[start:])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    left: list[Piece] = [("same", before[:start])]
    right: list[Piece] = [("same", before[:start])]
    for was, stands, same in _middle(old, new):
        left.append(("same" if same else "cut", was))
        right.append(("same" if same else "put", stands))
    tail = ("same", before[len(before) - end :])
    return _joined([*left, tail]), _joined([*right, tail])


def doubted(text: str, start: int, length: int) -> tuple[Piece, ...]:
    """Return so many characters of `text` from `start` as a doubt, with what stands near.

    >>> doubted("会议于2014111日召开", 3, 8)
    (('same', '会议于'), ('doubt', '2014111日'), ('same', '召开'))
    """
    end = start + length
    left, right = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return _joined([("same", left), ("doubt", text[start:end]), ("same", right)])


def shortened(text: str, most: int) -> str:
    """Return `text` if it has no more than so many characters, or its beginning and its end.

    >>> shortened("甲" * 9 + "乙" * 9, 4)
    '甲甲 … 乙乙 (18 characters)'
    """
    half = most // 2
    if len(text) <= most:
        return text
    return f"{text[:half]} … {text[-half:]} ({len(text):,} characters)"


def _middle(old: str, new: str) -> Iterator[tuple[str, str, bool]]:
    if not old or not new or len(old) + len(new) > _LONGEST_COMPARED:
        yield old, new, False
        return
    words, others = _WORDS.findall(old), _WORDS.findall(new)
    for each in Indel.opcodes(words, others):
        was = "".join(words[each.src_start : each.src_end])
        stands = "".join(others[each.dest_start : each.dest_end])
        yield was, stands, each.tag == "equal"


def _joined(parts: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return these pieces with those of a kind that lie side by side as one, without empty ones."""
    filled = (part for part in parts if part[1])
    return tuple(
        (kind, "".join(text for _, text in alike)) for kind, alike in groupby(filled, _KIND)
    )


_KIND = itemgetter(0)
