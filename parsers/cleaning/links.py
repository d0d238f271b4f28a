"""Tell of a page's links where they lead and whether they sell, and which blocks are links alone.

What a text says and an address leads to hangs on it alone: each round looks at what is new. What is
told of a link, or of a text, is a byte: to look at a hundred thousand one by one takes a second.
Nothing is judged here but single links: lists of them are `link_lists`' to judge.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate, compress, repeat
from operator import gt, not_
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
    link. `lists` are a byte a block, whether it is nothing but links, `runs` the runs of lists that
    can be farms, in order. Where a link leads is asked of these alone, and of what sells: of others
    there is no host, and they are told to lead nowhere. A link in a table is no part of a list, and
    sells nothing here.
    """

    starts: list[int]
    owners: list[int]
    texts: list[str]
    hosts: dict[int, str]
    lists: bytes
    runs: list[range]
    sells: bytes
    cheap: bytes
    foreign: bytes
    stray: bytes

    @staticmethod
    def of(page: Flat) -> Links:
        """Look at what is new: what a text says and an address leads to hangs on it alone."""
        if not page.shape.linked:
            return Links([], [], [], {}, b"", [], b"", b"", b"", b"")
        starts, owners, lists = page.shape.link_starts, page.shape.link_owners, _lists(page)
        known: dict[str, Links] = page.memory.made(Links)
        if (last := known.get("last")) and last.texts is page.links and last.lists == lists:
            return last
        sells = _sells(page)
        runs = _runs(lists, compress(owners, sells))
        hosts = _hosts(page, _asked(runs, starts, sells))
        proofs = bytearray(sells)
        for n, leads in zip(hosts, _leading(page, [*hosts.values()]), strict=True):
            proofs[n] |= leads
        told = map(bytes, map(proofs.translate, _TOLD))
        known["last"] = Links(starts, owners, page.links, hosts, lists, runs, *told)
        return known["last"]

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

    def before(self, run: range) -> int | None:
        """Return the block before a run that is not empty, None where there is none."""
        blocks = range(run.start - 1, -1, -1)
        return next((n for n in blocks if self.lists[n] != _EMPTY), None)

    def are_foreign(self, number: int) -> bool:
        """Whether all links of a block lead to other sites."""
        return 0 not in self.foreign[self.starts[number] : self.starts[number + 1]]


# What is told of a link; and for each proof what every sum of these says of it.
_FOREIGN, _CHEAP, _SELLS = 1, 2, 4
_TOLD = tuple(
    bytes(told & sign == sign for told in range(256))
    for sign in (_SELLS, _CHEAP, _FOREIGN, _CHEAP | _SELLS)
)


def _asked(runs: Iterable[range], starts: Sequence[int], sells: bytes) -> list[int]:
    """Return the numbers of the links that are asked where they lead, in order."""
    asked = bytearray(sells)
    for run in runs:
        start, end = starts[run.start], starts[run.stop]
        asked[start:end] = b"\1" * (end - start)
    return [*compress(range(len(asked)), asked)]


def _hosts(page: Flat, numbers: list[int]) -> dict[int, str]:
    """Return the host of each of these links."""
    known: dict[str, str] = page.memory.made(host_of)
    urls = [*map(page.addresses.__getitem__, numbers)]
    new = [url for url in dict.fromkeys(urls) if url not in known]
    known |= zip(new, map(host_of, new), strict=True)
    return dict(zip(numbers, map(known.__getitem__, urls), strict=True))


def _leading(page: Flat, hosts: list[str]) -> Iterable[int]:
    """Return of each of these hosts whether it is another site's, and a throwaway one."""
    known: dict[str, int] = page.memory.made(throwaway_among)
    new = [host for host in dict.fromkeys(hosts) if host not in known]
    known |= dict.fromkeys(new, _FOREIGN)
    known |= dict.fromkeys(throwaway_among(new), _FOREIGN | _CHEAP)
    for host in filter(_is_honest, _maybe_honest()(new)):
        known[host] &= ~_FOREIGN
    known[host_of(page.page.final_url)] = 0
    return map(known.__getitem__, hosts)


def _sells(page: Flat) -> bytes:
    """Return of each link whether its text sells: of none in a table."""

    def look(numbers: Sequence[int]) -> Iterable[int]:
        texts = page.links if len(numbers) == len(page.links) else page.those((), numbers)
        if page.tabled:
            held = map(page.shape.holders.__getitem__, numbers)
            texts = [text if at >= 0 else "" for text, at in zip(texts, held, strict=True)]
        selling = _selling(screened(_suspects(), [*dict.fromkeys(texts)]))
        return map(dict.fromkeys(selling, _SELLS).get, texts, repeat(0))

    return bytes(page.memory.each(_selling, page.links, look))


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


# What is told of a block: it is one link, or several, or one that sells; it says nothing.
_LINK, _WORTH_A_LOOK, _EMPTY = 1, 2, 3
_SAYS_NOTHING = bytes([0, _EMPTY, *range(2, 256)])
# Wildcard domains (泛域名): every anchor has a name of its own below one host.
MIN_NAMES = 5


def _runs(lists: bytes, selling: Iterable[int]) -> list[range]:
    """Return the runs of lists that can be farms, by the numbers of their blocks, in order.

    A block that a step left empty parts none, and goes in the end. Without a link that sells, no
    rule has a proof in fewer than `MIN_NAMES`.
    """
    told = bytearray(lists)
    for n in selling:
        told[n] = told[n] and _WORTH_A_LOOK
    blocks: Sequence[int] = range(len(told))
    if _EMPTY in told:
        blocks = [*compress(blocks, map(_EMPTY.__ne__, told))]
    found = _runs_of(told.translate(None, bytes([_EMPTY])).decode("latin-1"))
    return [range(blocks[run.start], blocks[run.stop - 1] + 1) for run in found]


def _runs_of(lists: str) -> Iterator[range]:
    """Yield the same of what is told of blocks, a letter each, of which none is empty."""
    end = 0
    while found := _ENOUGH.search(lists, end):
        start = lists.rfind("\0", end, found.start()) + 1
        end = lists.find("\0", found.end())
        end = len(lists) if end < 0 else end
        yield range(start, end)


_ENOUGH = bounded(rf"\x01{{{MIN_NAMES}}}|\x02")


def _lists(page: Flat) -> bytes:
    """Return of each block whether it is nothing but links."""
    words, starts = page.words, page.shape.link_starts
    letters = [*accumulate(map(len, page.links), initial=0)]
    told = bytearray(map(gt, map(not_, words), page.shape.are_tables)).translate(_SAYS_NOTHING)
    for n in page.shape.linked:
        start, end = starts[n], starts[n + 1]
        # What the text has beside the words of its links and what parts so many.
        rest = len(words[n]) - letters[end] + letters[start] - (end - start) * _PARTING
        if rest > 0 and (rest > _LABEL + 1 or not _is_labelled(words[n], rest)):
            told[n] = 0
        else:
            told[n] = _LINK if end - start == 1 else _WORTH_A_LOOK
    return bytes(told)


def _is_labelled(text: str, rest: int) -> bool:
    """Whether a label in front is as long as what else a text has beside links."""
    label, colon, _ = text.partition("：")
    return bool(colon) and rest <= len(label) + 1 <= _LABEL + 1


# 热门标签：, 友情链接：; up to three characters part two anchors.
_LABEL, _PARTING = 6, 3
