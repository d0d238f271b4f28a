"""Tell of each link of a page where it leads and whether it sells; which blocks are links alone.

What a text says and an address leads to hangs on it alone: each round looks at what is new. What is
told of a link, or of a text, is a byte: to look at a hundred thousand one by one takes a second.
Nothing is judged here but single links: lists of them are `link_lists`' to judge.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate, compress, repeat
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.brands import naming_brands, needle
from parsers.cleaning.domains import host_of, throwaway_among
from parsers.cleaning.farm_words import holding_farm_words, words
from parsers.patterns import bounded, holding, screened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from parsers.cleaning.flat import Flat

_LONGEST_ANCHOR = 40


class Links(NamedTuple):
    """What one look at all links of a page tells of each, by number: texts, hosts, proofs.

    `starts` are the numbers of each block's first, `owners` the block of each. Proofs are a byte a
    link: `sold` sell and lead to other sites, `stray` sell and lead to throwaway hosts. `lists` are
    a byte a block: whether it is nothing but one link (1), or several (2).
    """

    starts: list[int]
    owners: list[int]
    texts: list[str]
    hosts: list[str]
    lists: bytes
    sells: bytes
    cheap: bytes
    foreign: bytes
    sold: bytes
    stray: bytes

    @staticmethod
    def of(page: Flat) -> Links:
        """Look at what is new: what a text says and an address leads to hangs on it alone."""
        if not page.links:
            return Links([], [], [], [], b"", b"", b"", b"", b"", b"")
        hosts = page.memory.each(
            host_of, page.addresses, lambda numbers: map(host_of, _those(page.addresses, numbers))
        )
        leads = _leads(page, hosts)
        proofs = bytes(map(or_, leads, _sells(page, leads)))
        told = map(proofs.translate, _TOLD)
        shape = page.shape
        return Links(shape.link_starts, shape.link_owners, page.links, hosts, _lists(page), *told)

    def among(self, run: range) -> list[int]:
        """Return the numbers of the links in these blocks that lead to other sites, in words."""
        start, end = self.starts[run.start], self.starts[run.stop]
        abroad = compress(range(start, end), self.foreign[start:end])
        return [n for n in abroad if self.texts[n]]

    def blocks_of(self, numbers: Iterable[int]) -> Iterator[int]:
        """Yield the block of each of these links."""
        return map(self.owners.__getitem__, numbers)

    def of_block(self, number: int, proofs: bytes) -> bytes:
        """Return what `proofs`, a byte a link, tell of the links of that block."""
        return proofs[self.starts[number] : self.starts[number + 1]]

    def said_in(self, number: int) -> list[str]:
        """Return what the links of a block say."""
        return self.texts[self.starts[number] : self.starts[number + 1]]

    def are_foreign(self, number: int) -> bool:
        """Whether all links of a block lead to other sites."""
        return 0 not in self.foreign[self.starts[number] : self.starts[number + 1]]


# What is told of a link; and for each proof what every sum of these says of it.
_FOREIGN, _CHEAP, _SELLS = 1, 2, 4
_TOLD = tuple(
    bytes(told & sign == sign for told in range(256))
    for sign in (_SELLS, _CHEAP, _FOREIGN, _FOREIGN | _SELLS, _CHEAP | _SELLS)
)


def _those(texts: list[str], numbers: Sequence[int]) -> list[str]:
    """Return the texts of these numbers."""
    return texts if len(numbers) == len(texts) else [*map(texts.__getitem__, numbers)]


def _leads(page: Flat, hosts: list[str]) -> list[int]:
    """Return of each link whether it leads to another site, and to a throwaway host."""

    def look(numbers: Sequence[int]) -> Iterable[int]:
        led = _those(hosts, numbers)
        leading = dict.fromkeys(led, _FOREIGN)
        new = [*leading]
        leading |= dict.fromkeys(throwaway_among(new), _FOREIGN | _CHEAP)
        for host in filter(_is_honest, _maybe_honest()(new)):
            leading[host] &= ~_FOREIGN
        leading[host_of(page.page.final_url)] = 0
        return map(leading.__getitem__, led)

    return page.memory.each(throwaway_among, page.addresses, look)


def _sells(page: Flat, leads: list[int]) -> list[int]:
    """Return of each link whether its text sells: of the site's own nobody asks."""

    def look(numbers: Sequence[int]) -> Iterable[int]:
        said = _those(page.links, numbers)
        abroad = dict.fromkeys(compress(said, map(leads.__getitem__, numbers)))
        selling = dict.fromkeys(_selling(screened(_suspects(), [*abroad])), _SELLS)
        return map(selling.get, said, repeat(0))

    return page.memory.each(_selling, page.links, look)


@cache
def _suspects() -> Callable[[list[str]], set[str]]:
    return holding(f"{words().pattern}|{needle()}", ignore_case=True)


def _selling(texts: Iterable[str]) -> set[str]:
    """Return those of the texts of links that hold a farm's words or name a brand."""
    anchors = [text for text in texts if len(text) <= _LONGEST_ANCHOR]
    selling = holding_farm_words()(anchors)
    return selling | naming_brands([text for text in anchors if text not in selling])


@cache
def _maybe_honest() -> Callable[[list[str]], set[str]]:
    """Return what tells the hosts that can be of those that portals link to."""
    ends = _PRESS.pattern.replace("^", "(?m:^)").replace("$", "(?m:$)")
    return holding(rf"\.(?:gov|edu|org)\.cn(?m:$)|{ends}")


def _is_honest(host: str) -> bool:
    """Whether a host is one that portals link to, as their own."""
    return host.endswith((".gov.cn", ".edu.cn", ".org.cn")) or bool(_PRESS.search(host))


# Newspapers, broadcasters and services that portals link to: 友情链接 of real footers.
_PRESS = bounded(
    r"(?:^|\.)(?:people\.com\.cn|people\.cn|xinhuanet\.com|news\.cn|cctv\.com|cctv\.cn|cnr\.cn|gmw\.cn"
    r"|china\.com\.cn|china\.cn|chinanews\.com|chinadaily\.com\.cn|ce\.cn|youth\.cn|qstheory\.cn"
    r"|cri\.cn|sina\.com\.cn|weibo\.com|sohu\.com|163\.com|qq\.com|ifeng\.com|baidu\.com|12306\.cn"
    r"|12377\.cn|12388\.cn|weather\.com\.cn)$"
)


def _lists(page: Flat) -> bytes:
    """Return of each block whether it is nothing but links, one or several: all at once."""
    shape, starts = page.shape, page.shape.starts
    changed = page.memory.new(_lists, page.links)

    def look(numbers: Sequence[int]) -> Iterable[int]:
        if len(numbers) == len(page.texts):
            return bytes(page.first) + shape.of_each(_alone(page, range(len(page.blocks))))
        blocks = page.blocks_with(numbers)
        told = dict(zip(map(starts.__getitem__, blocks), _alone(page, blocks), strict=True))
        return map(told.get, numbers, repeat(0))

    holders = {*map(shape.holders.__getitem__, changed)}
    return bytes(shape.of_blocks(page.memory.each(_alone, page.texts, look, [*holders]), 0))


def _alone(page: Flat, blocks: Sequence[int]) -> bytes:
    """Return the same of these blocks."""
    words, starts, tables = page.words, page.link_starts, frozenset(page.tables)
    letters = [*accumulate(map(len, page.links), initial=0)]
    told = bytearray(len(blocks))
    for at, n in enumerate(blocks):
        start, end = starts[n], starts[n + 1]
        if start < end and n not in tables:
            # What the text has beside the words of its links and what parts so many.
            rest = len(words[n]) - letters[end] + letters[start] - (end - start) * _PARTING
            if rest <= 0 or (rest <= _LABEL + 1 and _is_labelled(words[n], rest)):
                told[at] = 1 if end - start == 1 else 2
    return bytes(told)


def _is_labelled(text: str, rest: int) -> bool:
    """Whether a label in front is as long as what else a text has beside links."""
    label, colon, _ = text.partition("：")
    return bool(colon) and rest <= len(label) + 1 <= _LABEL + 1


# 热门标签：, 友情链接：; up to three characters part two anchors.
_LABEL, _PARTING = 6, 3
