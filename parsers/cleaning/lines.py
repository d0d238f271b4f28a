"""Tell which lines of a text hold a pattern or words, in one pass over the text."""

from __future__ import annotations

from itertools import accumulate, chain, repeat
from typing import TYPE_CHECKING

from parsers.cleaning.joined import PART
from parsers.patterns import with_rest

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence


def length_of(lines: list[str]) -> int:
    """Return how many characters lines have, with the line feed of each."""
    return sum(map(len, lines)) + len(lines)


def lines_hit(pattern: re.Pattern[str], whole: str, count: int, feed: str = "\n") -> list[int]:
    """Return the numbers of the first `count` lines of `whole` that a pattern hits, in order.

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


def texts_holding(words: Sequence[str], texts: list[str], whole: str) -> list[int]:
    """Return the same of the texts that hold one of these words."""
    if whole.count(PART) >= len(texts):
        return [n for n, text in enumerate(texts) if any(map(text.__contains__, words))]
    found: dict[int, None] = {}
    n = last = 0
    for at in sorted(chain.from_iterable(_places(each, whole) for each in words)):
        n += whole.count(PART, last, at)
        last = at
        found[n] = None
    return [*found]


def _places(words: str, whole: str) -> Iterator[int]:
    """Yield where words stand first in each text."""
    at = whole.find(words)
    while at >= 0:
        yield at
        end = whole.find(PART, at)
        at = whole.find(words, end) if end >= 0 else -1


def places(words: Iterable[str], text: str) -> list[int]:
    """Return where each of `words`, in order, stands in a text: -1 for one that does not.

    Behind the one before, or anywhere. Ends before the first for which it would go through the
    text once too often.
    """
    found: list[int] = []
    at, spare = 0, max(_TIMES * len(text), _LETTERS)
    for each in words:
        place = text.find(each, at)
        if place < 0:
            spare -= len(text)
            if spare < 0:
                break
            place = text.find(each)
        found.append(place)
        at = place + len(each) if place >= 0 else at
    return found


# Links stand in the order of their block. So many times, or letters, a text is gone through for
# those that do not: a step has cut into them, or they are in a table within a table.
_TIMES, _LETTERS = 3, 4000
