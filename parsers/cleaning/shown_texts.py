"""Tell readers of documents of a page's lines as they are: none is put together for it.

Whoever seeks a title or a date looks at a few lines of a page. To put together all of a hundred
thousand cells takes longer than all else that is done with them.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING

from parsers.cleaning.joined import PART

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from parsers.cleaning.flat import Flat


class ShownTexts:
    """What `Shown` tells of a document, of a page: the number of a line is that of its text."""

    def __init__(self, page: Flat) -> None:
        """Take a page of which no text holds `PART`."""
        self.lines = page.texts
        self._page = page

    @cached_property
    def _unseen(self) -> frozenset[int]:
        """The numbers of the texts that are not shown."""
        starts = self._page.shape.starts
        hidden = (range(starts[n], starts[n + 1]) for n in self._page.shape.unseen)
        return frozenset(chain.from_iterable(hidden))

    def block_of(self, at: int) -> int:
        """Return the number of the block of line `at`."""
        return self._page.shape.owners([at])[0]

    def holding(self, sign: re.Pattern[str]) -> Iterator[int]:
        """Yield the numbers of the lines that hold `sign`, which is never empty, in order."""
        text, first, unseen = self._page.parted, self._page.first, self._unseen
        n, at, goes_on = 0, 0, True
        while goes_on and (hit := sign.search(text, at)) is not None:
            n += text.count(PART, at, hit.start())
            if n >= first and n not in unseen:
                yield n
            at = text.find(PART, hit.end()) + 1
            n, goes_on = n + 1, at > 0

    def above(self, at: int, count: int) -> list[str]:
        """Return the last `count` lines above line `at` that are not blank, the nearest first."""
        numbers = range(at - 1, self._page.first - 1, -1)
        return list(islice((self.lines[n] for n in numbers if self._is_filled(n)), count))

    def among(self, numbers: list[int]) -> list[int]:
        """Return those of the texts of these numbers that are lines of the page."""
        first, unseen = self._page.first, self._unseen
        return [n for n in numbers if n >= first and n not in unseen]

    def below(self, at: int) -> str | None:
        """Return the first line below line `at` that is not blank, None where there is none."""
        numbers = range(at + 1, len(self.lines))
        return next((self.lines[n] for n in numbers if self._is_filled(n)), None)

    def behind(self, at: int) -> str | None:
        """Return the line behind line `at`, None where it is the last: a blank cell is a line."""
        cells = self._page.shape.are_cells
        for n in range(at + 1, len(self.lines)):
            if self._is_filled(n) or (cells[n] and n not in self._unseen):
                return self.lines[n]
        return None

    def _is_filled(self, n: int) -> bool:
        return bool(self.lines[n]) and n not in self._unseen
