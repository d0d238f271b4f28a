"""Hold a document's texts as one string with a table of offsets, for all steps of cleaning.

To walk a page's blocks and cells costs more than to look through its words: it is done once. Each
step searches the one string, changes the texts that it hits and hands the rest on; the document is
put together again where a step asks for it. The texts are those that reach a report: block texts,
cells, link texts, the page title, the values of `<meta>`. Structure never changes here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, chain, groupby
from operator import add
from typing import TYPE_CHECKING

from parsers.cleaning.joined import of_each
from parsers.cleaning.lines import hits, lines_hit, lines_holding
from parsers.cleaning.memory import Memory, Texts
from parsers.items import Block, Cell, Link

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.cleaning.joined import JoinedRule
    from parsers.items import Cut, Document, Page

#: One text in, the text without what was cut, and the cuts in order, out.
Rule = Callable[[str], tuple[str, list["Cut"]]]
#: The same of many texts, by text.
Made = dict[str, tuple[str, list["Cut"]]]
_Rows = tuple[tuple[Cell, ...], ...]


class Flat:
    """A document's texts by number: page title, values of `<meta>`, then blocks and cells in order.

    `first` is the number of the first block's text, `links` are the texts of all links, in order.
    `fresh` are the texts that the last step changed, None where all are new. Immutable: what
    changes a text gives another one. `memory` goes on from one to the next.
    """

    def __init__(self, document: Document, was: Flat | None = None) -> None:
        """Take a document apart, once; `was` is the one of which blocks or meta were taken."""
        self.memory: Memory = was.memory if was else Memory()
        self.texts = Texts((document.page_title or "", *(value for _, value in document.meta)))
        self.first = len(self.texts)
        self.links = Texts()
        self.fresh: list[str] | None = None
        self._base = document
        self._changed: dict[int, str] = {}
        self._relinked: dict[int, str] = {}
        self._linked: list[tuple[int, int, int, int]] = []
        self._starts: list[int] = []
        texts, links, starts = self.texts, self.links, self._starts
        for block in document.blocks:
            number = len(texts)
            starts.append(number)
            if block.rows:
                texts += [cell.text for row in block.rows for cell in row]
            else:
                texts.append(block.text)
            if block.links:
                link = len(links)
                links += [each.text for each in block.links]
                self._linked.append((number, len(texts), link, len(links)))
        starts.append(len(texts))
        if was:
            self._follow(was)

    def _follow(self, was: Flat) -> None:
        """Tell where the texts of `was` stand now: a block that stayed is the same object."""
        blocks = was.document.blocks
        here = {id(block): n for n, block in enumerate(self._base.blocks)}
        moved = [here.get(id(block), -1) for block in blocks]
        head = [-1] * was.first  # title and meta are few: they count as new
        self.texts.follow(was.texts, head + _now(moved, was._starts, self._starts))
        if was.links:
            now = _now(moved, was._link_starts, self._link_starts)
            self.links.follow(was.links, now)
        else:
            self.links.follow(was.links, [])

    @property
    def page(self) -> Page:
        """The page that the document was read from: no step changes it."""
        return self._base.page

    @cached_property
    def whole(self) -> str:
        """All `lines` as one string."""
        return "\n".join(self.lines)

    @cached_property
    def lines(self) -> list[str]:
        """All texts, and behind them those of links that their blocks do not hold."""
        outlying = self._outlying() if self._linked else []
        return [*self.texts, *outlying] if outlying else self.texts

    @cached_property
    def coded(self) -> bytes:
        """The same in UTF-8; raises UnicodeEncodeError where half of a character stands in it."""
        return self.whole.encode()

    @cached_property
    def ends(self) -> list[int]:
        """The offset in `whole` behind each text and the line's end that follows it."""
        return _ends(self.texts)

    @cached_property
    def body(self) -> str:
        """The texts of blocks and cells alone, a line each."""
        return self.whole[self.ends[self.first - 1] : self.ends[-1] - 1]

    @cached_property
    def _link_starts(self) -> list[int]:
        counts = [len(block.links) for block in self._base.blocks]
        return list(accumulate(counts, initial=0))

    def blocks_with(self, numbers: Sequence[int]) -> Sequence[int]:
        """Return the numbers of the blocks that hold the texts of these numbers, in order."""
        if len(numbers) == len(self.texts):
            return range(len(self._base.blocks))
        starts = self._starts if numbers else []
        return sorted({bisect_right(starts, n) - 1 for n in numbers if n >= self.first})

    def paragraphs(self) -> Iterator[tuple[int, Block]]:
        """Yield the texts that are blocks of their own by number, from the last one to the first.

        What the block says of itself counts, not its text: that may have changed.
        """
        number = len(self.texts)
        for block in reversed(self._base.blocks):
            number -= _count(block)
            if not block.rows:
                yield number, block

    def without_edges(self, first: int, last: int, most: int) -> tuple[list[int], list[int]]:
        """Return the numbers of all texts and links but those of a page's beginning and end.

        These are the `first` and the `last` blocks that are paragraphs of at most so many letters.
        """
        blocks = self._base.blocks
        count = len(blocks)
        texts, links = [*range(self.first, len(self.texts))], [*range(len(self.links))]
        for n in sorted(
            {*range(min(first, count)), *range(max(0, count - last), count)}, reverse=True
        ):
            start = self._starts[n]
            if not blocks[n].rows and len(self.texts[start]) <= most:
                del texts[start - self.first]
                del links[self._link_starts[n] : self._link_starts[n + 1]]
        return texts, links

    @cached_property
    def document(self) -> Document:
        """The document, with all that was changed."""
        if not self._changed and not self._relinked:
            return self._base
        base = self._base
        blocks = list(base.blocks)
        for number, block in self._rewritten().items():
            blocks[number] = block
        meta = zip(base.meta, self.texts[1 : self.first], strict=True)
        return replace(
            base,
            blocks=tuple(blocks),
            page_title=self.texts[0] if base.page_title else base.page_title,
            meta=tuple((name, value) for (name, _), value in meta),
        )

    def lines_with(self, words: str) -> list[int]:
        """Return the numbers of the texts that hold these words, in order."""
        whole = self.whole
        found: list[int] = []
        at = whole.find(words)
        if at >= 0 and whole.count("\n") == len(self.lines) - 1:
            return lines_holding(words, whole, len(self.texts))
        ends = self.ends if at >= 0 else [0]
        while 0 <= at < ends[-1]:
            found.append(bisect_right(ends, at, found[-1] if found else 0))
            at = whole.find(words, ends[found[-1]])
        return found

    def concerned(self, *signs: re.Pattern[str]) -> tuple[list[int], list[int]]:
        """Return the numbers of the texts and those of the links in which one of `signs` is found.

        They look for no text's beginning or end: those that they have not yet met are looked
        through as one.
        """

        def look(texts: list[str]) -> list[int]:
            all_of = texts is self.texts
            whole, count = (
                (self.whole, len(self.lines)) if all_of else ("\n".join(texts), len(texts))
            )
            if whole.count("\n") == count - 1:
                found = [lines_hit(sign, whole, len(texts)) for sign in signs]
            else:
                ends = self.ends if all_of else _ends(texts)
                found = [hits(sign, whole, ends) for sign in signs]
            return found[0] if len(signs) == 1 else sorted({*chain(*found)})

        there = self.memory.hit(signs, self.texts, look)
        return there, self.memory.hit((signs, "links"), self.links, look) if self.links else []

    def rewrite(self, rule: JoinedRule, concerns: re.Pattern[str]) -> tuple[Flat, list[Cut]]:
        """Return the texts with `rule` applied to them, and all that it cut.

        `concerns` is found in each text that is the rule's business (see `concerned`).
        """
        texts, links = self.concerned(concerns)
        return self.put(self.made(rule, texts, links), texts, links)

    def made(self, rule: JoinedRule, texts: list[int], links: list[int]) -> Made:
        """Return what `rule` makes of the texts and links of these numbers, by text.

        What it makes of a text hangs on the text alone: it is asked once, with all others.
        """
        made: Made = self.memory.made(rule)
        new = [text for text in self.those(texts, links) if text not in made]
        if new:
            new = list(dict.fromkeys(new))
            made.update(zip(new, of_each(rule, new), strict=True))
        return made

    def those(self, texts: Iterable[int], links: Iterable[int]) -> list[str]:
        """Return the texts of these numbers, and then the links of those."""
        return [*map(self.texts.__getitem__, texts), *map(self.links.__getitem__, links)]

    def put(self, made: Made, texts: list[int], links: list[int]) -> tuple[Flat, list[Cut]]:
        """Return the same as `change` where all is made already; the numbers are in order."""
        head = bisect_left(texts, self.first)
        numbers = [*texts[head:], *texts[:head]]
        were = [self.texts[n] for n in numbers]
        are = [made[text] for text in were]
        changed = {
            n: text for n, was, (text, _) in zip(numbers, were, are, strict=True) if text != was
        }
        relinked = {n: made[was][0] for n in links if made[was := self.links[n]][0] != was}
        cuts = [cut for _, found in are for cut in found]
        return (self._with(changed, relinked) if changed or relinked else self), cuts

    def change(
        self, rule: Rule, numbers: Iterable[int], links: Iterable[int]
    ) -> tuple[Flat, list[Cut]]:
        """Return the texts with `rule` applied to those of these numbers, and all that it cut.

        A link's text is part of its block's, and counted there alone. Cuts outside of the blocks
        (page title, meta) count too: they are part of what was served.
        """
        cuts: list[Cut] = []
        changed: dict[int, str] = {}
        ordered = sorted(numbers)
        head = bisect_left(ordered, self.first)
        for n in (*ordered[head:], *ordered[:head]):
            if text := self.texts[n]:
                written, found = rule(text)
                cuts += found
                if written != text:
                    changed[n] = written
        relinked = {
            n: written
            for n in links
            if self.links[n] and (written := rule(self.links[n])[0]) != self.links[n]
        }
        made = self._with(changed, relinked) if changed or relinked else self
        return made, cuts

    def _with(self, changed: dict[int, str], relinked: dict[int, str]) -> Flat:
        made = Flat.__new__(Flat)
        made.__dict__ |= {name: self.__dict__[name] for name in _KEPT if name in self.__dict__}
        made.texts = self.texts.with_changed(changed)
        made.links = self.links.with_changed(relinked)
        made.fresh = [*changed.values(), *relinked.values()]
        if "document" in self.__dict__:  # put together already: only what changes now is to do
            made._base, made._changed, made._relinked = self.document, changed, relinked  # noqa: SLF001 (another of the same class)
        else:
            made._changed = self._changed | changed  # noqa: SLF001
            made._relinked = self._relinked | relinked  # noqa: SLF001
        return made

    def _outlying(self) -> list[str]:
        """Return the texts of links that their blocks do not hold."""
        found: list[str] = []
        texts, links = self.texts, self.links
        for start, end, first, last in self._linked:
            if last - first > _MANY_LINKS:
                found += links[first:last]
                continue
            inside = texts[start] if end == start + 1 else "\n".join(texts[start:end])
            found += [text for text in links[first:last] if text not in inside]
        return found

    def addresses(self) -> list[str]:
        """Return where the links lead, in order."""
        linked = (block.links for block in self._base.blocks if block.links)
        return [link.url for links in linked for link in links]

    def _rewritten(self) -> dict[int, Block]:
        """Return the blocks that are others now, by number."""
        blocks, starts = self._base.blocks, self._starts
        made: dict[int, Block] = {}
        cells: dict[int, dict[int, str]] = {}
        for n, text in self._changed.items():
            if n < self.first:
                continue
            owner = bisect_right(starts, n) - 1
            block = blocks[owner]
            if block.rows:
                cells.setdefault(owner, {})[n - starts[owner]] = text
            else:
                made[owner] = _with(block, text, block.rows, block.links)
        for owner, texts in cells.items():
            block = blocks[owner]
            made[owner] = _with(block, block.text, _with_cells(block.rows, texts), block.links)
        for owner, links in self._relinked_blocks().items():
            block = made.get(owner, blocks[owner])
            made[owner] = _with(block, block.text, block.rows, _with_links(block.links, links))
        return made

    def _relinked_blocks(self) -> dict[int, dict[int, str]]:
        """Return the texts of links that are others now by block, numbered from 0 in each."""
        starts = self._link_starts if self._relinked else []
        found: dict[int, dict[int, str]] = {}
        for n, text in self._relinked.items():
            owner = bisect_right(starts, n) - 1
            found.setdefault(owner, {})[n - starts[owner]] = text
        return found


def texts_of(document: Document) -> Iterator[str]:
    """Yield the texts of the document's blocks in reading order, cells one by one."""
    for block in document.blocks:
        if block.rows:
            yield from [cell.text for row in block.rows for cell in row]
        else:
            yield block.text


# To look for each link of a block in its text takes time as the square of their number.
_MANY_LINKS = 100
# What stays where only words change.
_KEPT = ("first", "memory", "_base", "_linked", "_starts", "_link_starts")


def _ends(texts: list[str]) -> list[int]:
    return list(map(add, accumulate(map(len, texts)), range(1, len(texts) + 1)))


def _now(moved: list[int], were: list[int], are: list[int]) -> list[int]:
    """Return the number that each text has now, from its block's, -1 for one that went.

    `were` and `are` are the numbers of each block's first text and behind the last.
    """
    now: list[int] = []
    for n, block in enumerate(moved):
        count = were[n + 1] - were[n]
        now += range(are[block], are[block] + count) if block >= 0 else [-1] * count
    return now


def _count(block: Block) -> int:
    return sum(map(len, block.rows)) if block.rows else 1


def _with(block: Block, text: str, rows: _Rows, links: tuple[Link, ...]) -> Block:
    """Return a block with these words: `replace` takes thrice as long."""
    return Block(text, rows, links, block.tag, block.hidden, block.main)


def _with_links(links: tuple[Link, ...], texts: dict[int, str]) -> tuple[Link, ...]:
    made = list(links)
    for n, text in texts.items():
        made[n] = Link(links[n].url, text)
    return tuple(made)


def _with_cells(rows: _Rows, texts: dict[int, str]) -> _Rows:
    """Return `rows` with texts of cells changed, by number: row by row from 0, in order."""
    starts = list(accumulate(map(len, rows), initial=0))
    made = list(rows)
    for row, cells in groupby(sorted(texts), key=lambda n: bisect_right(starts, n) - 1):
        written = list(rows[row])
        for n in cells:
            old = written[n - starts[row]]
            # `dataclasses.replace` takes four times as long, and cells are many.
            written[n - starts[row]] = Cell(texts[n], old.colspan, old.rowspan, old.header)
        made[row] = tuple(written)
    return tuple(made)
