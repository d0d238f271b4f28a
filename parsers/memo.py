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

    `length` tells how long a key is; one longer than `LONGEST` is not kept.
    """

    def __init__(
        self,
        work: Callable[[Key], Made],
        length: Callable[[Any], int] = len,
        entries: int = ENTRIES,
    ) -> None:
        super().__init__()
        self._work = work
        self._length = length
        self._entries = entries

    def __missing__(self, key: Key) -> Made:
        """Work it out; keep it where it is short enough."""
        made = self._work(key)
        if self._length(key) <= LONGEST:
            if len(self) >= self._entries:
                self.clear()
            self[key] = made
        return made
