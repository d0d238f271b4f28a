"""What was worked out of a text once, for the next page that holds the same text.

The pages of a portal share their chrome, and the statutory forms their headings, labels and most of
their cells: what follows from such a text alone need not be worked out again. A memo that is full
begins anew, which costs one page of work in thousands and needs no record of what was used last.
Only what follows from its key alone, and is never changed, may be kept here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Key = TypeVar("Key")
Made = TypeVar("Made")

#: Entries of a memo. The forms and the chrome of a portal have some hundreds of different texts: so
#: many are full after some dozens of pages, and a long crawl stays flat.
ENTRIES = 1 << 11
#: Characters of a key that is kept: chrome, labels and headings are short, what is long is prose of
#: one page. So the keys of a memo take 2 MB at most, mostly a tenth of it.
LONGEST = 500


class Memo(dict[Key, Made]):
    """Results of `work` by what it was given; `memo[key]` works it out where it is not known.

    `length` tells how long a key is; one longer than `longest` is not kept. The keys that are kept
    are `entries` at most, and `most` long together, where that is told.
    """

    def __init__(
        self,
        work: Callable[[Key], Made],
        length: Callable[[Any], int] = len,
        entries: int = ENTRIES,
        longest: int = LONGEST,
        most: int | None = None,
    ) -> None:
        super().__init__()
        self._work = work
        self._length = length
        self._entries = entries
        self._longest = longest
        self._most = entries * longest if most is None else most
        self._held = 0

    def __missing__(self, key: Key) -> Made:
        """Work it out; keep it where it is short enough."""
        made = self._work(key)
        length = self._length(key)
        if length <= self._longest:
            if len(self) >= self._entries or self._held + length > self._most:
                self.clear()
            self[key] = made
            self._held += length
        return made

    def clear(self) -> None:
        """Begin anew."""
        super().clear()
        self._held = 0
