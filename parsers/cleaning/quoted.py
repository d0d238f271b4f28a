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
# A search takes at least as long as one through so many characters.
_A_CALL = 250


class Allowance:
    """How many characters searches may go through yet: each takes off what it went through."""

    def __init__(self, characters: int) -> None:
        self.left = characters
        self._whole = characters

    def has(self, share: float) -> bool:
        """Whether more than such a share is left, from 0 to 1."""
        return self.left > self._whole * share


class Quoted:
    """Texts that quotes are sought in; they are told by number, from 0.

    Every search is taken off the allowance; none is refused: whoever asks sees to it.
    """

    def __init__(self, texts: Iterable[str], allowance: Allowance) -> None:
        """Join the texts, once for all quotes."""
        self.texts = [*texts]
        self._whole = joined(self.texts) + PART * FILLING
        lengths = (len(text) + len(PART) for text in self.texts)
        self._starts = [*accumulate(lengths, initial=0)]
        self._allowance = allowance
        self._last = 0

    def holders(self, quote: str) -> Iterator[tuple[int, int]]:
        """Yield each text that holds `quote`, in order, and where its first one begins.

        None holds an empty one.
        """
        return self._from(0, quote)

    def next_holder(self, quote: str) -> tuple[int, int] | None:
        """Return a text that holds `quote` and where: the next from the one told last, or a first.

        Findings come in the order of the texts, mostly: this goes through each text once for all.
        """
        found = next(self._from(self._last, quote), None)
        if found is None and self._last:
            found = next(self._from(0, quote), None)
        if found is not None:
            self._last = self._starts[found[0]]
        return found

    def repeats(self, quote: str, number: int, start: int) -> bool:
        """Whether the text of that number holds `quote` again, behind its first one at `start`."""
        again = self._found(quote, self._starts[number] + start + len(quote))
        return 0 <= again <= self._starts[number + 1] - len(PART) - len(quote)

    def _from(self, at: int, quote: str) -> Iterator[tuple[int, int]]:
        at = self._found(quote, at) if quote else -1
        while 0 <= at < self._starts[-1]:
            number = bisect_right(self._starts, at) - 1
            start = at - self._starts[number]
            # A text and a quote may hold what parts the texts.
            if start + len(quote) <= len(self.texts[number]):
                yield number, start
            at = self._found(quote, self._starts[number + 1])

    def _found(self, quote: str, start: int) -> int:
        at = self._whole.find(quote, start)
        end = len(self._whole) if at < 0 else at
        self._allowance.left -= end - start + len(quote) + _A_CALL
        return at
