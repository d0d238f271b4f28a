"""Find which of many texts hold a quote, in time linear in the texts, whatever they say.

A page's texts and the quotes of its findings are a stranger's: `in` goes through a text once for
each letter of the quote where the text is short (less than 2,500 characters, or 30,000 for a quote
of less than a hundred), and a page of short texts of one letter made that 14 s of 2 MB. In longer
ones CPython searches by Crochemore and Perrin's two-way algorithm: so the texts are searched as one
string, filled up to such a length.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from parsers.cleaning.joined import PART, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: So many characters more than the texts have are gone through by each search.
FILLING = 30_000


class Quoted:
    """Texts that quotes are sought in; they are told by number, from 0."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Join the texts, once for all quotes."""
        self.texts = [*texts]
        self._whole = joined(self.texts) + PART * FILLING
        lengths = (len(text) + len(PART) for text in self.texts)
        self._starts = [*accumulate(lengths, initial=0)]

    def holders(self, quote: str) -> Iterator[tuple[int, int]]:
        """Yield each text that holds `quote`, in order, and where its first one begins.

        None holds an empty one. Each takes a search from the end of the one before it.
        """
        at = self._whole.find(quote) if quote else -1
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            if number >= len(self.texts):
                return
            start = at - self._starts[number]
            # A text and a quote may hold what parts the texts.
            if start + len(quote) <= len(self.texts[number]):
                yield number, start
            at = self._whole.find(quote, self._starts[number + 1])

    def repeats(self, quote: str, number: int, start: int) -> bool:
        """Whether the text of that number holds `quote` again, behind its first one at `start`."""
        first = self._starts[number] + start
        again = self._whole.find(quote, first + len(quote))
        return 0 <= again <= self._starts[number + 1] - len(PART) - len(quote)
