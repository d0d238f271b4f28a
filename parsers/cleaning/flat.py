"""Hold a document's texts as one string with a table of offsets, for all steps of cleaning.

To walk a page's blocks and cells costs more than to look through its words: it is done once. Each
step searches the one string, changes the texts that it hits and hands the rest on; the document is
put together again where a step asks for it. The texts are those that reach a report: block texts,
cells, link texts, the page title, the values of `<meta>`. Structure never changes here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from itertools import chain, compress, count
from operator import attrgetter, itemgetter, ne
from typing import TYPE_CHECKING

from parsers.cleaning.blocks import Blocks, links_of, texts_of
from parsers.cleaning.joined import PART, joined, of_each
from parsers.cleaning.lines import length_of, texts_hit, texts_holding
from parsers.cleaning.memory import Memory, Texts

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from parsers.cleaning.joined import JoinedRule, Told
    from parsers.items import Block, Cut, Document, Page

#: One text in, the text without what was cut, and the cuts in order, out.
Rule = Callable[[str], tuple[str, list["Cut"]]]


class Flat:
    """A document's texts by number: page title, values of `<meta>`, then blocks and cells in order.

    `first` is the number of the first block's text, `links` are the texts of all links, in order,
    and `addresses` where they lead.
    `fresh` are the texts that the last step changed, None where all are new. Immutable: what
    changes a text gives another one. `memory` goes on from one to the next.
    """

    def __init__(self, document: Document) -> None:
        """Take a document apart, once."""
        self.memory = Memory()
        self.texts = Texts((document.page_title or "", *(value for _, value in document.meta)))
        self.first = len(self.texts)
        self.fresh: list[str] | None = None
        links = links_of(document.blocks)
        self.links = Texts(map(_TEXT, links))
        self.addresses = Texts(map(_URL, links))
        self.texts += texts_of(document.blocks)
        # The document that was put together last, and the texts and links that it has.
        self._base = document
        self._had = self.texts, self.links
        self._blocks = Blocks(document.blocks, self.first)

    @property
    def page(self) -> Page:
        """The page that the document was read from: no step changes it."""
        return self._base.page

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks for what they are: what they say may have changed, and some may be shown."""
        return self._base.blocks

    @property
    def shape(self) -> Blocks:
        """What its blocks are, by number."""
        return self._blocks

    @property
    def scripts(self) -> tuple[str, ...]:
        """The page's scripts."""
        return self._base.scripts

    @property
    def tabled(self) -> bool:
        """Whether a block is a table."""
        return self._blocks.tabled

    @property
    def tables(self) -> list[int]:
        """The numbers of the blocks that are tables."""
        return self._blocks.tables

    @property
    def hidden(self) -> bool:
        """Whether a block is hidden."""
        return self._blocks.hidden

    @cached_property
    def whole(self) -> str:
        """All `lines` as one string."""
        if self.parted.count(PART) >= len(self.texts):  # some hold what parts them
            return "\n".join(self.lines)
        lines = self.parted.replace(PART, "\n")
        return "\n".join([lines, *self.lines[len(self.texts) :]])

    @cached_property
    def parted(self) -> str:
        """All texts as one string, parted by `PART`: unlike a line feed, none of theirs is one."""
        return joined(self.texts)

    @cached_property
    def lines(self) -> list[str]:
        """All texts, and behind them those of links that their blocks do not hold."""
        outlying = self._outlying() if self.links else []
        return [*self.texts, *map(self.links.__getitem__, outlying)] if outlying else self.texts

    def _outlying(self) -> list[int]:
        """Return the links that their blocks do not hold: links and texts may both have changed."""

        def look(numbers: Sequence[int]) -> list[int]:
            return self._blocks.outlying(self.texts, self.links, numbers)

        texts, at = self.memory.new((_OUTLYING, "texts"), self.texts), self._blocks.link_starts
        if len(texts) == len(self.texts):
            return self.memory.told(_OUTLYING, self.links, look, range(at[-1]))
        again = (range(at[n], at[n + 1]) for n in self.blocks_with(texts))
        return self.memory.told(_OUTLYING, self.links, look, [*chain.from_iterable(again)])

    @cached_property
    def coded(self) -> bytes:
        """All texts, a line each, in UTF-8; raises UnicodeEncodeError at half of a character."""
        return self.parted.replace(PART, "\n").encode()

    @cached_property
    def body(self) -> str:
        """The texts of blocks and cells alone, a line each."""
        return self.parted[length_of(self.texts[: self.first]) :].replace(PART, "\n")

    @cached_property
    def words(self) -> list[str]:
        """The text of each block, "" for a table."""
        return self._blocks.of_blocks(self.texts, "")

    def cells(self, number: int) -> list[str]:
        """Return the texts of the block of that number, cell by cell."""
        starts = self._blocks.starts
        return self.texts[starts[number] : starts[number + 1]]

    def blocks_with(self, numbers: Sequence[int], links: Sequence[int] = ()) -> Sequence[int]:
        """Return the blocks that hold these texts, and paragraphs with these links, in order."""
        if len(numbers) == len(self.texts):
            return range(len(self._base.blocks))
        if links:
            numbers = sorted({*numbers, *map(self._blocks.holders.__getitem__, links)})
        owners = self._blocks.owners(numbers[bisect_left(numbers, self.first) :])
        return sorted(set(owners)) if self.tabled else owners

    def paragraphs(self) -> Iterator[tuple[int, Block]]:
        """Yield the texts that are blocks of their own by number, from the last one to the first.

        What the block says of itself counts, not its text: that may have changed.
        """
        if not self.tabled:
            numbers = range(len(self.texts) - 1, self.first - 1, -1)
            yield from zip(numbers, reversed(self._base.blocks), strict=True)
            return
        for n in reversed(self._blocks.alone):
            yield self._blocks.starts[n], self._base.blocks[n]

    @property
    def meta(self) -> tuple[tuple[str, str], ...]:
        """The names and values of `<meta>`."""
        names = map(itemgetter(0), self._base.meta)
        return tuple(zip(names, self.texts[1 : self.first], strict=True))

    @cached_property
    def document(self) -> Document:
        """The document, with all that was changed."""
        if self._had[0] is self.texts and self._had[1] is self.links and not self._blocks.shown:
            return self._base
        words, links = map(Texts.others_than, (self.texts, self.links), self._had)
        words = words[bisect_left(words, self.first) :]
        relinked = {n: self.links[n] for n in links}
        return self._headed(self._blocks.rewritten(self._base.blocks, self.texts, words, relinked))

    @property
    def head(self) -> Document:
        """The document as far as it is none of its blocks: those may be left out, or be old."""
        return self._base if self._had[0] is self.texts else self._headed(())

    @property
    def headings(self) -> list[int]:
        """The numbers of the texts that are headings."""
        return [*map(self._blocks.starts.__getitem__, self._blocks.headings)]

    def _headed(self, blocks: Iterable[Block]) -> Document:
        """Return a document of these blocks under the page's title and meta."""
        base = self._base
        title = self.texts[0] if base.page_title else base.page_title
        return replace(base, blocks=tuple(blocks), page_title=title, meta=self.meta)

    def with_blocks(self, parts: Mapping[int, Block | str | None]) -> Flat:
        """Return the page with these blocks for its own, by number; None for one that goes.

        A paragraph takes a paragraph's place, the same but for its text and links; a text alone
        where it has its links still.
        """
        starts = self._blocks.starts
        said = {starts[n]: part for n, part in parts.items() if isinstance(part, str)}
        others = {n: part for n, part in parts.items() if not isinstance(part, str)}
        changed = {starts[n]: block.text for n, block in others.items() if block}
        made = self.with_changed(said | changed, {})
        if others:
            made = made._without(others, changed)  # noqa: SLF001 (another of the same class)
        made.fresh = [*said.values(), *changed.values()]
        return made

    def _without(self, parts: Mapping[int, Block | None], changed: dict[int, str]) -> Flat:
        """Return the page with these parts, and their texts, for what its document has."""
        blocks, stay, links = self._blocks.without(self._base.blocks, parts, self.links)
        base = replace(self._base, blocks=tuple(blocks))
        had = self._had[0].with_changed(changed), self._had[1]
        texts = b"\1" * self.first + self._blocks.of_each(stay)
        made = self._keeping(texts, links, base, had)
        made._blocks = self._blocks.left(base.blocks, made.first, stay)  # noqa: SLF001
        return made

    def with_shown(self, numbers: list[int], *warnings: str) -> Flat:
        """Return the page with the blocks of these numbers shown, and with these warnings.

        Their texts count as changed: what they are may tell.
        """
        shown = bytearray(len(self._base.blocks))
        for n in numbers:
            shown[n] = 1
        base = replace(self._base, warnings=(*self._base.warnings, *warnings))
        texts = Texts(self.texts)
        texts.was = self.texts
        texts.changed = [*compress(count(self.first), self._blocks.of_each(bytes(shown)))]
        had, links = self._had
        made = self._made(texts, self.links, base, (texts if had is self.texts else had, links))
        made._blocks, made.fresh = self._blocks.showing(bytes(shown)), []  # noqa: SLF001
        return made

    def with_scripts(self, scripts: tuple[str, ...]) -> Flat:
        """Return the page with these of its scripts: what it needs is to be told anew."""
        made = self._made(self.texts, self.links, replace(self._base, scripts=scripts), self._had)
        made._blocks = self._blocks  # noqa: SLF001
        return made

    def with_meta(self, stay: bytes) -> Flat:
        """Return the page with those of its `<meta>` alone of which `stay` says so."""
        base = replace(self._base, meta=tuple(compress(self._base.meta, stay)))
        texts = b"\1" + stay + b"\1" * (len(self.texts) - self.first)
        made = self._keeping(texts, b"\1" * len(self.links), base, self._had)
        made._blocks = self._blocks.left(base.blocks, made.first, b"\1" * len(base.blocks))  # noqa: SLF001
        return made

    def _keeping(
        self, texts: bytes, links: bytes, base: Document, had: tuple[Texts, Texts]
    ) -> Flat:
        """Return a page of this document, which `had` those, and what stays of texts and links."""
        left, linked = self.texts.left(texts), self.links.left(links)
        was, were = had
        had = (
            left if was is self.texts else was.left(texts),
            linked if were is self.links else were.left(links),
        )
        made = self._made(left, linked, base, had)
        made.addresses = self.addresses.left(links)
        made.fresh = []  # what stays is nothing new
        return made

    def paragraph(self, number: int) -> Block:
        """Return the block of that number, which is no table, as it is now."""
        text = self.texts[self._blocks.starts[number]]
        return self._blocks.paragraph(self._base.blocks[number], number, text, self.links)

    def lines_with(self, *words: str) -> list[int]:
        """Return the numbers of the texts that hold one of these words, in order."""

        def look(texts: list[str]) -> list[int]:
            return texts_holding(words, texts, self._joined(texts))

        return self.memory.hit(("words", words), self.texts, look)

    def concerned(self, *signs: re.Pattern[str]) -> tuple[list[int], list[int]]:
        """Return the numbers of the texts and those of the links in which one of `signs` is found.

        They look for no text's beginning or end: those that they have not yet met are looked
        through as one.
        """

        def look(texts: list[str]) -> list[int]:
            whole = self._joined(texts)
            found = [texts_hit(sign, texts, whole) for sign in signs]
            return found[0] if len(signs) == 1 else sorted({*chain(*found)})

        there = self.memory.hit(signs, self.texts, look)
        return there, self.memory.hit((signs, "links"), self.links, look) if self.links else []

    def _joined(self, texts: list[str]) -> str:
        return self.parted if texts is self.texts else PART.join(texts)

    def rewrite(self, rule: JoinedRule, concerns: re.Pattern[str]) -> tuple[Flat, list[Cut]]:
        """Return the texts with `rule` applied to them, and all that it cut.

        `concerns` is found in each text that is the rule's business (see `concerned`).
        """
        texts, links = self.concerned(concerns)
        return self.put(*self.made(rule, texts, links), texts, links)

    def made(
        self, rule: JoinedRule, texts: list[int], links: list[int]
    ) -> tuple[list[str], list[Told]]:
        """Return what `rule` makes of the texts of these numbers, then of these links; its cuts.

        It hangs on the text alone: what the rule left it leaves again.
        """
        return of_each(rule, self.those(texts, links), self.memory.made(rule))

    def those(self, texts: Iterable[int], links: Iterable[int]) -> list[str]:
        """Return the texts of these numbers, and then the links of those."""
        return [*map(self.texts.__getitem__, texts), *map(self.links.__getitem__, links)]

    def put(
        self, made: list[str], told: list[Told], texts: list[int], links: list[int]
    ) -> tuple[Flat, list[Cut]]:
        """Return the same as `change` where all is `made` already; what is `told` is in order."""
        those = self.those(texts, links)
        if made == those and not told:
            return self, []
        changed = [*map(ne, made, those)]
        written = dict(compress(zip(texts, made, strict=False), changed))
        count = len(texts)
        relinked = dict(compress(zip(links, made[count:], strict=True), changed[count:]))
        head, end = (
            bisect_left(told, at, key=itemgetter(0))
            for at in (bisect_left(texts, self.first), count)
        )
        cuts = [cut for _, cut in chain(told[head:end], told[:head])]
        return self.with_changed(written, relinked), cuts

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
        return self.with_changed(changed, relinked), cuts

    def with_changed(self, changed: dict[int, str], relinked: dict[int, str]) -> Flat:
        """Return the texts with some changed, by number, and some links: the same without any."""
        if not changed and not relinked:
            return self
        base, had, shape = self._base, self._had, self._blocks
        if "document" in self.__dict__:  # put together already: only what changes now is to do
            base, had = self.document, (self.texts, self.links)
            shape = shape.of(base.blocks)
        texts, links = self.texts.with_changed(changed), self.links.with_changed(relinked)
        made = self._made(texts, links, base, had)
        made.fresh, made._blocks = [*changed.values(), *relinked.values()], shape  # noqa: SLF001
        return made

    def _made(self, texts: Texts, links: Texts, base: Document, had: tuple[Texts, Texts]) -> Flat:
        made = Flat.__new__(Flat)
        made.memory, made.first, made.fresh = self.memory, 1 + len(base.meta), None
        made.texts, made.links, made.addresses = texts, links, self.addresses
        made._base, made._had = base, had  # noqa: SLF001
        made._blocks = Blocks(base.blocks, made.first)  # noqa: SLF001
        return made


_TEXT, _URL = attrgetter("text"), attrgetter("url")
_OUTLYING = "links that their blocks do not hold"
