"""Number the texts of a page's blocks, and put changed texts back into them.

What a block is (a paragraph or a table, hidden, a heading, how many cells and links it has) no
change of words touches: it is told once for all texts that a page has in turn. A paragraph has one
text, a table one for each cell, row by row. Nothing is judged here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from copy import copy
from dataclasses import fields
from functools import cached_property
from itertools import accumulate, chain, compress, count, repeat
from operator import attrgetter, contains, gt, is_not, not_, or_
from typing import TYPE_CHECKING, Any, TypeVar

from parsers.cleaning.lines import places
from parsers.items import Block, Cell, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_Rows = tuple[tuple[Cell, ...], ...]
_TEXT, _ROWS, _LINKS = attrgetter("text"), attrgetter("rows"), attrgetter("links")
# To look for each link of a block in its text takes time as the square of their number. The longest
# report read has 60,000 characters.
_MANY_LINKS, _LONGEST = 100, 60_000
# Letters times links: so few take less time than to tell one link's place from the next one's.
_SHORT = 1000
_URL = attrgetter("url")
_Told = TypeVar("_Told")
_TAG, _HIDDEN = attrgetter("tag"), attrgetter("hidden")
_HEADINGS = frozenset({"h1", "h2", "h3"})
# What a block is for as long as it is there, whatever it says.
_KINDS = frozenset({"are_tables", "_are_hidden", "_are_headings"})


class Blocks:
    """What a page's blocks are, by number; their texts are numbered on from `first`.

    `shown` says which of them are shown, a byte a block, though they are marked as hidden still: to
    build a hundred thousand anew takes 0.1 s, and their texts may change, too.
    """

    def __init__(self, blocks: tuple[Block, ...], first: int) -> None:
        """Tell nothing yet: most pages are asked for little of it."""
        self._blocks = blocks
        self._first = first
        self.shown = b""

    def left(self, blocks: tuple[Block, ...], first: int, stay: bytes) -> Blocks:
        """Return what `blocks` are: those of these that `stay`, whatever they say."""
        left = Blocks(blocks, first)
        left.shown = bytes(compress(self.shown, stay))
        for kind in _KINDS.intersection(self.__dict__):
            left.__dict__[kind] = bytes(compress(self.__dict__[kind], stay))
        return left

    def showing(self, shown: bytes) -> Blocks:
        """Return what they are when these are shown, too."""
        made = copy(self)
        for known in ("hidden", "unseen"):
            made.__dict__.pop(known, None)
        made.__dict__["_are_hidden"] = bytes(map(gt, self._are_hidden, shown))
        made.shown = bytes(map(or_, self.shown, shown)) if self.shown else shown
        return made

    def of(self, blocks: tuple[Block, ...]) -> Blocks:
        """Return what `blocks` are: these, put together anew."""
        made = copy(self)
        made._blocks, made.shown = blocks, b""  # noqa: SLF001 (another of the same class)
        return made

    @cached_property
    def are_tables(self) -> bytes:
        """Whether each is a table, a byte a block."""
        return bytes(map(bool, map(_ROWS, self._blocks)))

    @cached_property
    def are_cells(self) -> bytes:
        """Whether each text is one of a table, a byte a text."""
        return bytes(self._first) + self.of_each(self.are_tables)

    @cached_property
    def _are_hidden(self) -> bytes:
        """The same of hidden ones."""
        return bytes(map(is_not, map(_HIDDEN, self._blocks), repeat(None)))

    @cached_property
    def _are_headings(self) -> bytes:
        """The same of headings; a table is none, whatever its element."""
        headings = bytearray(map(_HEADINGS.__contains__, map(_TAG, self._blocks)))
        for n in self.tables:
            headings[n] = 0
        return bytes(headings)

    @cached_property
    def tabled(self) -> bool:
        """Whether one is a table: else each has one text."""
        return 1 in self.are_tables

    @cached_property
    def tables(self) -> list[int]:
        """The numbers of the tables."""
        return [*compress(count(), self.are_tables)]

    def large(self, least: int) -> list[int]:
        """Return the numbers of the tables with at least so many cells."""
        return [n for n in self.tables if self._counts[n] >= least]

    @cached_property
    def alone(self) -> list[int]:
        """The numbers of the others: each is one text."""
        return [*compress(count(), map(not_, self.are_tables))]

    @cached_property
    def hidden(self) -> bool:
        """Whether one is hidden."""
        return 1 in self._are_hidden

    def is_hidden(self, number: int) -> bool:
        """Whether the block of that number is hidden."""
        return bool(self._are_hidden[number])

    @cached_property
    def unseen(self) -> list[int]:
        """The numbers of those that are hidden."""
        return [*compress(count(), self._are_hidden)]

    @cached_property
    def headings(self) -> list[int]:
        """The numbers of those that are headings."""
        return [*compress(count(), self._are_headings)]

    @cached_property
    def starts(self) -> Sequence[int]:
        """The number of each one's first text, and that behind the last of all."""
        if not self.tabled:
            return range(self._first, self._first + len(self._blocks) + 1)
        return [*accumulate(self._counts, initial=self._first)]

    @cached_property
    def _counts(self) -> list[int]:
        """How many texts each has."""
        counts = [1] * len(self._blocks)
        rows = map(_ROWS, map(self._blocks.__getitem__, self.tables))
        for n, many in zip(self.tables, map(sum, map(map, repeat(len), rows)), strict=True):
            counts[n] = many
        return counts

    @cached_property
    def _own_texts(self) -> Sequence[int]:
        """The number of each one's text, -1 for a table."""
        numbers = [*self.starts[:-1]]
        for n in self.tables:
            numbers[n] = -1
        return numbers

    def of_blocks(self, told: list[_Told], none: _Told) -> list[_Told]:
        """Return what is told of each block, from that of all texts, `none` for a table."""
        if not self.tabled:
            return told[self._first :]
        return [*map([*told, none].__getitem__, self._own_texts)]

    @cached_property
    def link_starts(self) -> list[int]:
        """The same of links."""
        return [*accumulate(self._linked, initial=0)]

    @cached_property
    def _linked(self) -> list[int]:
        """How many links each has."""
        return [*map(len, map(_LINKS, self._blocks))]

    @cached_property
    def linked(self) -> list[int]:
        """The numbers of the paragraphs with links."""
        linked = [*compress(count(), self._linked)]
        return [n for n in linked if not self.are_tables[n]] if self.tabled else linked

    @cached_property
    def link_owners(self) -> list[int]:
        """The number of the block of each link."""
        counts = self._linked
        if max(counts, default=0) <= 1:
            return [*compress(range(len(counts)), counts)]
        return [*chain.from_iterable(map(repeat, range(len(counts)), counts))]

    @cached_property
    def holders(self) -> list[int]:
        """The number of the text that holds each link, -1 in a table."""
        return [*map(self._own_texts.__getitem__, self.link_owners)]

    def outlying(
        self, texts: Sequence[str], links: Sequence[str], numbers: Sequence[int]
    ) -> list[int]:
        """Return those of the links of these numbers, in order, that their blocks do not hold.

        `texts` and `links` are all of them. A block of many is taken to hold none, one of several
        none behind some that it does not hold.
        """
        at, starts = self.link_starts, self.starts
        said = [*map(links.__getitem__, numbers)]
        owners = [*map(self.link_owners.__getitem__, numbers)]
        insides = [*map([*texts, ""].__getitem__, map(starts.__getitem__, owners))]
        every = len(numbers) == at[-1]
        later: list[tuple[slice, str, int]] = []
        for n in self._wide(texts, owners):
            first, last = at[n : n + 2]
            inside, many = "\n".join(texts[starts[n] : starts[n + 1]]), last - first
            if not every:
                first, last = bisect_left(numbers, first), bisect_left(numbers, last)
            if many <= _MANY_LINKS and len(inside) * many <= _SHORT:
                insides[first:last] = [inside] * (last - first)
            else:
                insides[first:last] = [""] * (last - first)
                later.append((slice(first, last), inside, many))
        held = bytearray(map(contains, insides, said))
        for own, inside, many in later:
            too_many = many > min(_MANY_LINKS, _MANY_LINKS * _LONGEST // (len(inside) + 1))
            there = [] if too_many else places(said[own], inside)
            held[own] = bytes(place >= 0 for place in there).ljust(own.stop - own.start, b"\0")
        left = compress(count(), map(not_, held)) if self.tabled else ()
        for n in left:  # a table's other cells may hold its one link
            start, end = starts[owners[n]], starts[owners[n] + 1]
            if owners[n] not in self._shared and end > start + 1:
                held[n] = said[n] in "\n".join(texts[start:end])
        return [*compress(numbers, map(not_, held))]

    def _wide(self, texts: Sequence[str], owners: list[int]) -> set[int]:
        """Return those of these blocks that are not looked through anew for each of their links.

        Of several links: tables, and paragraphs that are long.
        """
        linked, starts = self._linked, self.starts
        return {
            n
            for n in (self._shared.intersection(owners) if self._shared else ())
            if self.are_tables[n]
            or linked[n] > _MANY_LINKS
            or len(texts[starts[n]]) * linked[n] > _SHORT
        }

    @cached_property
    def _shared(self) -> frozenset[int]:
        """The numbers of blocks with several links, and of tables without cells."""
        starts = self.starts
        linked = {n for n in self.tables if starts[n] == starts[n + 1]}
        if max(self._linked, default=0) > 1:
            linked.update(compress(count(), map((1).__lt__, self._linked)))
        return frozenset(linked)

    def owners(self, numbers: Iterable[int]) -> list[int]:
        """Return the block of each of these texts."""
        starts, first = self.starts, self._first
        if not self.tabled:
            return [n - first for n in numbers]
        return [bisect_right(starts, n) - 1 for n in numbers]

    def of_each(self, flags: bytes) -> bytes:
        """Return for each text what the flags say of its block."""
        if not self.tabled:
            return flags
        return bytes(chain.from_iterable(map(repeat, flags, self._counts)))

    def rewritten(
        self, blocks: Sequence[Block], texts: list[str], changed: list[int], links: dict[int, str]
    ) -> list[Block]:
        """Return `blocks`, of which these are the same for what they are, as `texts` are now.

        Those of these numbers `changed`, in order, and these `links`.
        """
        made, owners, starts = list(blocks), self.owners(changed), self.starts
        cells: dict[int, dict[int, str]] = {}
        for owner, n in zip(owners, changed, strict=True) if self.tabled else ():
            if self.are_tables[owner]:
                cells.setdefault(owner, {})[n - starts[owner]] = texts[n]
        rows = {n: _with_cells(made[n].rows, written) for n, written in cells.items()}
        linked = self._relinked(made, links)
        shown = dict.fromkeys(compress(count(), self.shown))
        numbers = sorted({*owners, *linked, *shown})  # as they lie in memory: in half the time
        olds = [*map(made.__getitem__, numbers)]
        now = each_with(
            olds,
            text=map(self.of_blocks(texts, "").__getitem__, numbers),
            rows=rows and map(rows.get, numbers, map(_ROWS, olds)),
            links=linked and map(linked.get, numbers, map(_LINKS, olds)),
            hidden=shown and map(shown.get, numbers, map(_HIDDEN, olds)),
        )
        for n, block in zip(numbers, now, strict=True):
            made[n] = block
        return made

    def paragraph(self, block: Block, number: int, text: str, links: Sequence[str]) -> Block:
        """Return the block of that number with this text, and its own of all links' texts."""
        return _saying(block, text, self._now(block, number, links))

    def _now(self, block: Block, number: int, links: Sequence[str]) -> Iterator[Link]:
        """Return the links of a block with their own of all links' texts."""
        start, end = self.link_starts[number : number + 2]
        return map(Link, map(_URL, block.links), links[start:end])

    def without(
        self, blocks: Iterable[Block], parts: Mapping[int, Block | None], links: Sequence[str]
    ) -> tuple[list[Block], bytes, bytes]:
        """Return `blocks` with `parts` in their places, and which of them and of the links stay.

        `links` are the texts of all links, those of `parts` are some of them in order: a block has
        its own still.
        """
        made, at, stay = list(blocks), self.link_starts, bytearray(b"\1") * len(self._blocks)
        left = {n: part for n, part in parts.items() if part}
        for n in parts.keys() - left if left else parts:
            stay[n] = 0
        linked = bytearray(map(stay.__getitem__, self.link_owners))
        for n, part in left.items():
            own = slice(at[n], at[n + 1])
            if part.links:
                linked[own] = _staying(self._now(made[n], n, links), part.links)
                made[n] = _saying(part, part.text, compress(made[n].links, linked[own]))
            else:
                made[n], linked[own] = part, bytes(len(made[n].links))
        return [*compress(made, stay)], bytes(stay), bytes(linked)

    def _relinked(
        self, blocks: Sequence[Block], links: dict[int, str]
    ) -> dict[int, tuple[Link, ...]]:
        """Return the links of each block of which some say something else, by block."""
        starts, owners = (self.link_starts, self.link_owners) if links else ([], [])
        found: dict[int, list[Link]] = {}
        for n, text in links.items():
            owner = owners[n]
            if owner not in found:
                found[owner] = [*blocks[owner].links]
            at = n - starts[owner]
            found[owner][at] = Link(found[owner][at].url, text)
        return {n: tuple(each) for n, each in found.items()}


def texts_of(blocks: Iterable[Block]) -> list[str]:
    """Return the texts of blocks in order, cells one by one."""
    if not any(map(_ROWS, blocks)):
        return list(map(_TEXT, blocks))
    found: list[str] = []
    for block in blocks:
        if block.rows:
            found += [cell.text for row in block.rows for cell in row]
        else:
            found.append(block.text)
    return found


def links_of(blocks: Iterable[Block]) -> list[Link]:
    """Return the links of blocks in order."""
    return [*chain.from_iterable(map(_LINKS, blocks))]


def _saying(block: Block, text: str, links: Iterable[Link]) -> Block:
    """Return a paragraph with this text and these links: `replace` takes thrice as long."""
    return Block(text, (), tuple(links), block.tag, block.hidden, block.main)


def each_with(blocks: list[Block], **columns: Iterable[object]) -> list[Block]:
    """Return each of `blocks` with its own of the values of these fields.

    In half the time that calls take: field by field, of all.
    """
    made = [*map(Block.__new__, repeat(Block, len(blocks)))]
    for field in fields(Block):
        values = columns.get(field.name) or map(attrgetter(field.name), blocks)
        deque(map(getattr(Block, field.name).__set__, made, values), 0)
    return made


def _staying(links: Iterable[Link], kept: tuple[Link, ...]) -> bytes:
    """Return which of `links` are the `kept`: some of them, in order."""
    stay, rest = bytearray(), iter(kept)
    awaited = next(rest, None)
    for link in links:
        stay.append(link == awaited)
        if link == awaited:
            awaited = next(rest, None)
    return bytes(stay)


def _with_cells(rows: _Rows, texts: dict[int, str]) -> _Rows:
    """Return `rows` with texts of cells changed, by number: row by row from 0, in order."""
    made: list[Any] = [*rows]
    row = first = 0
    for n, text in texts.items():
        while n >= first + len(rows[row]):
            first += len(rows[row])
            row += 1
        if made[row] is rows[row]:
            made[row] = [*rows[row]]
        # `dataclasses.replace` takes four times as long, and cells are many.
        made[row][n - first] = Cell(text, *rows[row][n - first][1:])
    return tuple(map(tuple, made))
