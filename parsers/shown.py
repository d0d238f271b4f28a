"""A document's lines as a person sees them, and which of them hold some words.

Titles, boxes of metadata and signatures are sought in the same lines by many readers, each of which
asks for words that nine lines in ten do not hold: so the lines are put together once, and a search
over all of them tells which are worth a closer look. Never changes a word.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import wraps
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence

    from parsers.items import Document


class _Keeps(Protocol):
    @property
    def kept(self) -> dict[object, Any]: ...


Read = TypeVar("Read", bound=_Keeps)
Made = TypeVar("Made")


def once(work: Callable[[Read], Made]) -> Callable[[Read], Made]:
    """Let `work` be done once for what it reads; its result is shared and must not be changed."""

    @wraps(work)
    def known(read: Read) -> Made:
        if work not in read.kept:
            read.kept[work] = work(read)
        made: Made = read.kept[work]
        return made

    return known


class Lines(Protocol):
    """Lines by number that are asked for the few that somebody has use for."""

    @property
    def lines(self) -> Sequence[str]:
        """The lines: some numbers may be of none."""

    def holding(self, sign: re.Pattern[str]) -> Iterator[int]:
        """Yield the numbers of the lines that hold `sign`, which is never empty, in order."""

    def block_of(self, at: int) -> int:
        """Return the number of the block of line `at`."""

    def above(self, at: int, count: int) -> list[str]:
        """Return the last `count` lines above line `at` that are not blank, the nearest first."""

    def behind(self, at: int) -> str | None:
        """Return the line behind line `at`, None where it is the last."""


class Shown(NamedTuple):
    """The lines and cells of the blocks that are not hidden, in order, blank cells too.

    `blocks` holds the number of each line's block, `text` the lines parted by line feeds, `ends`
    where each ends there.
    """

    lines: list[str]
    blocks: list[int]
    text: str
    ends: list[int]

    def holding(self, sign: re.Pattern[str]) -> Iterator[int]:
        """Yield the numbers of the lines that hold `sign`, which is never empty, in order."""
        at = 0
        while (hit := sign.search(self.text, at)) is not None:
            n = bisect_left(self.ends, hit.start())
            yield n
            at = self.ends[n] + 1

    def block_of(self, at: int) -> int:
        """Return the number of the block of line `at`."""
        return self.blocks[at]

    def above(self, at: int, count: int) -> list[str]:
        """Return the last `count` lines above line `at` that are not blank, the nearest first."""
        filled = (self.lines[n] for n in range(at - 1, -1, -1) if self.lines[n])
        return list(islice(filled, count))

    def behind(self, at: int) -> str | None:
        """Return the line behind line `at`, None where it is the last."""
        return self.lines[at + 1] if at + 1 < len(self.lines) else None


@once
def shown(document: Document) -> Shown:
    """Return what of a document is shown."""
    lines: list[str] = []
    blocks: list[int] = []
    for n, block in enumerate(document.blocks):
        if block.hidden is not None:
            continue
        if block.rows:
            cells = [cell.text for row in block.rows for cell in row]
            lines += cells
            blocks += [n] * len(cells)
        elif block.text:
            lines.append(block.text)
            blocks.append(n)
    ends = [n + at for n, at in enumerate(accumulate(map(len, lines)))]
    return Shown(lines, blocks, "\n".join(lines), ends)
