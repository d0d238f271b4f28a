"""Tell which lines of a text hold a pattern or words, in one pass over the text."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, repeat
from operator import add
from typing import TYPE_CHECKING

from parsers.cleaning.joined import PART
from parsers.patterns import with_rest

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence


def ends_of(texts: Sequence[str]) -> list[int]:
    """Return the offset behind each of `texts` and the line feed that follows it, once joined."""
    return list(map(add, accumulate(map(len, texts)), range(1, len(texts) + 1)))


def length_of(lines: list[str]) -> int:
    """Return how many characters lines have, with the line feed of each."""
    return sum(map(len, lines)) + len(lines)


def hits(pattern: re.Pattern[str], whole: str, ends: list[int]) -> list[int]:
    """Return the numbers of the lines of `whole` that a pattern hits, in order, in one pass.

    What stands behind the last of `ends` is left out.
    """
    found: list[int] = []
    n, last = 0, len(ends) - 1
    hit = pattern.search(whole)
    while hit is not None and hit.start() < ends[last]:
        start, end = hit.span()
        n = bisect_right(ends, start, n)
        found.append(n)
        while n < last and end > ends[n]:
            n += 1
            found.append(n)
        hit = pattern.search(whole, ends[n]) if n < last else None
    return found


def lines_hit(pattern: re.Pattern[str], whole: str, count: int, feed: str = "\n") -> list[int]:
    """Return the same of the first `count` lines, of which none is a part of a text.

    To count the feeds between two hits takes a tenth of what a table of all ends takes.
    """
    found: list[int] = []
    search, feeds, find = pattern.search, whole.count, whole.find
    n = at = 0
    while (hit := search(whole, at)) is not None:
        start, end = hit.span()
        n += feeds(feed, at, start)
        if n >= count:
            break
        found.append(n)
        at = find(feed, end - 1 if end > start else start) + 1
        more = feeds(feed, start, at - 1) if at else feeds(feed, start)
        if more:  # over several lines
            found += range(n + 1, min(n + more + 1, count))
        n += more + 1
        if not at:
            break
    return found


def texts_hit(pattern: re.Pattern[str], texts: list[str], whole: str) -> list[int]:
    """Return the numbers of the texts that a pattern hits: `whole` is them, parted by `PART`."""
    parts = whole.count(PART)
    if parts < len(texts):
        pieces = with_rest(pattern, PART).split(whole)[:: pattern.groups + 1]
        *found, last = accumulate(map(str.count, pieces, repeat(PART)))
        # Where a hit goes over several texts, some of what parts them is in no piece.
        return found if last == parts else lines_hit(pattern, whole, len(texts), PART)
    return [n for n, text in enumerate(texts) if pattern.search(text)]  # some hold it themselves


def texts_holding(words: str, texts: list[str], whole: str) -> list[int]:
    """Return the same of the texts that hold these words."""
    if whole.count(PART) >= len(texts):
        return [n for n, text in enumerate(texts) if words in text]
    found: list[int] = []
    n = end = 0
    at = whole.find(words)
    while at >= 0:
        n += whole.count(PART, end, at)
        found.append(n)
        end = whole.find(PART, at)
        at = whole.find(words, end) if end >= 0 else -1
    return found
