"""Judge lists of links by where they lead and what they say: which of them hangs a farm on a page.

Proofs, each enough: links to ever new names below one throwaway host (泛域名); throwaway hosts
nearly throughout; links of which many hold farm words or brands; many phrases that lead to as many
foreign hosts and share nothing with the page. The last needs no lexicon: a portal's own links name
organisations, in words that the page or the host's letters repeat (友情链接 to neighbours, banks of
companies, names in Latin letters), so these are left. Cuts nothing by itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import accumulate, chain, compress, islice, repeat
from operator import add, and_, mul, not_, or_, sub
from re import IGNORECASE
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.brands import naming_brands, needle
from parsers.cleaning.domains import host_of, throwaway_among
from parsers.cleaning.farm_words import holding_farm_words, words
from parsers.cleaning.strange_links import MIN_STRANGERS, Said, is_strange
from parsers.items import Cut
from parsers.patterns import bounded, holding, screened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from parsers.cleaning.flat import Flat
    from parsers.items import Block, Document

# Of links whose hosts are known, fewer words are proof enough than of mere anchors.
MIN_LINKS = 5
MIN_LINK_HITS = 3
# Wildcard domains (泛域名): every anchor has a name of its own below one host.
MIN_NAMES = 5
# Of the links of a farm, this share at least has its words or its hosts.
_MOST = 0.6
# Honest lists of a town's own sites have .top and .cc hosts, too: half of one was seen.
_ALL = 0.9
_LONGEST_ANCHOR = 40


class Verdict(NamedTuple):
    """Why a block of links is a farm's."""

    rule: str
    sure: bool = True


def verdicts(page: Flat, links: Links) -> dict[int, Verdict]:
    """Return the blocks that are links of a farm, by number, and what is known of each."""
    found: dict[int, Verdict] = {}
    if not links.texts:
        return found
    said = Said(page)
    blocks = _not_empty(page)
    for run in links.worth(_lists(page, blocks)):
        numbers = links.among(run)
        rules, sure = _judge(links, numbers), True
        if not rules and _is_strange(links, numbers, said, run):
            rules = dict.fromkeys(links.blocks_of(numbers), _UNLIKE)
            sure = not _is_named_honest(page, blocks, run)
        found |= {n: _verdict(rule, sure) for n, rule in rules.items()}
    return found


def _is_strange(links: Links, numbers: list[int], said: Said, run: range) -> bool:
    if len(numbers) < MIN_STRANGERS:
        return False
    texts, hosts = ([each[n] for n in numbers] for each in (links.texts, links.hosts))
    return is_strange(texts, hosts, said, run)


_UNLIKE = "list of anchors unlike the page"
# A hundred thousand blocks have one of a few.
_verdict = cache(Verdict)


def cut_list(block: Block, verdict: Verdict, foreign: bytes) -> tuple[Block | None, Cut | None]:
    """Cut the farm from a list of links that leads to the portal and its neighbours, too.

    `foreign` says of each of its links whether it leaves the site.
    """
    if not verdict.sure:
        return block, Cut("link_farm", block.text, "flagged", verdict.rule)
    text = block.text
    strangers = [*compress(block.links, foreign)]
    start, last = text.find(strangers[0].text), text.rfind(strangers[-1].text)
    if start < 0 or last < start:
        return block, None
    end = last + len(strangers[-1].text)
    rest = f"{text[:start]}{text[end:]}".strip(" |｜_、,，")
    links = tuple(compress(block.links, map(not_, foreign)))
    cut = Cut("link_farm", text[start:end], "removed", verdict.rule)
    return replace(block, text=rest, links=links), cut


def _lists(page: Flat, blocks: Sequence[int]) -> Iterator[range]:
    """Yield the runs of blocks that are nothing but links, by their numbers, in order.

    `blocks` are those that are not empty: one that a step left so parts none, and goes in the end.
    """
    lists = _are_links(page)
    at = 0
    for run in bytes(map(lists.__getitem__, blocks)).split(b"\0"):
        if run:
            yield range(blocks[at], blocks[at + len(run) - 1] + 1)
        at += len(run) + 1


def _not_empty(page: Flat) -> Sequence[int]:
    """Return the blocks that are not empty, by number, in order."""
    words, starts = page.words, page.link_starts
    numbers = range(len(words))
    if "" not in words:
        return numbers
    tables = frozenset(page.tables)
    return [n for n in numbers if words[n] or starts[n + 1] > starts[n] or n in tables]


def _are_links(page: Flat) -> bytes:
    """Return of each block whether it is nothing but links: all at once."""
    words, starts = page.words, page.link_starts
    counts = [*map(sub, starts[1:], starts)]
    for n in page.tables:
        counts[n] = 0
    letters = [*accumulate(map(len, page.links), initial=0)]
    ends = [*map(letters.__getitem__, starts)]
    # What a text has beside the words of its links and what parts so many.
    parted = map(mul, counts, repeat(_PARTING))
    rests = [*map(sub, map(len, words), map(add, parted, map(sub, ends[1:], ends)))]
    lists = bytearray(map(and_, map(bool, counts), map((0).__ge__, rests)))
    for n, rest in enumerate(rests):
        if 0 < rest <= _LABEL + 1 and counts[n]:
            lists[n] = _is_labelled(words[n], rest)
    return bytes(lists)


def _is_labelled(text: str, rest: int) -> bool:
    """Whether a label in front is as long as what else a text has beside links."""
    label, colon, _ = text.partition("：")
    return bool(colon) and rest <= len(label) + 1 <= _LABEL + 1


# 热门标签：, 友情链接：; up to three characters part two anchors.
_LABEL, _PARTING = 6, 3


class Links(NamedTuple):
    """What one look at all links of a page tells of each, by number: texts, hosts, proofs.

    `starts` are the numbers of each block's first, `owners` the block of each. Proofs are a byte a
    link: to look at a hundred thousand one by one takes a second.
    """

    starts: list[int]
    owners: list[int]
    texts: list[str]
    hosts: list[str]
    sells: bytes
    cheap: bytes
    foreign: bytes

    @staticmethod
    def of(page: Flat) -> Links:
        """Look at what is new: what a text says and an address leads to hangs on it alone."""
        if not page.links:
            return Links([], [], [], [], b"", b"", b"")
        changed = page.memory.new(Links, page.links)
        hosts = _hosts_of(page, changed)
        own = host_of(page.page.final_url)
        leading, selling = map(page.memory.made, (throwaway_among, _selling))
        new = _unknown(hosts, changed, leading)
        leading |= dict.fromkeys(new, _FOREIGN)
        leading |= dict.fromkeys(throwaway_among(new), _FOREIGN | _CHEAP)
        for host in filter(_is_honest, _maybe_honest()(new)):
            leading[host] &= ~_FOREIGN
        leading[own] = 0
        said = _unknown(page.links, changed, selling)
        selling |= dict.fromkeys(said, 0)
        selling |= dict.fromkeys(_selling(screened(_suspects(), said)), 1)
        sells = bytes(map(selling.__getitem__, page.links))
        leads = bytes(map(leading.__getitem__, hosts))
        told = sells, leads.translate(_HAS_CHEAP), leads.translate(_HAS_FOREIGN)
        return Links(page.link_starts, _owners(page.link_starts), page.links, hosts, *told)

    def worth(self, runs: Iterable[range]) -> list[range]:
        """Return the runs that can be farms: with enough links to other sites, or one that sells.

        Without one that sells, no rule has a proof in fewer than `MIN_NAMES`.
        """
        starts, abroad = self.starts, self.foreign.count
        sold = bytes(map(and_, self.foreign, self.sells)).count
        spans = ((run, starts[run.start], starts[run.stop]) for run in runs)
        return [
            run
            for run, start, end in spans
            if abroad(1, start, end) >= MIN_NAMES or sold(1, start, end)
        ]

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

    def strays(self) -> set[int]:
        """Return the blocks of which a link sells and leads to a throwaway host."""
        both = bytes(map(and_, self.sells, self.cheap))
        return {*self.blocks_of(compress(range(len(both)), both))} if 1 in both else set()


# What is known of where a host leads, and what each sum of these says of one.
_FOREIGN, _CHEAP = 1, 2
_HAS_FOREIGN, _HAS_CHEAP = bytes([0, 1] * 128), bytes([0, 0, 1, 1] * 64)


def _owners(starts: list[int]) -> list[int]:
    """Return the block of each link, from the number of each block's first link and the end."""
    counts = map(sub, starts[1:], starts)
    return [*chain.from_iterable(map(repeat, range(len(starts)), counts))]


def _hosts_of(page: Flat, changed: Sequence[int]) -> list[str]:
    """Return the host of each link, of which so many are new."""
    hosts: dict[str, str] = page.memory.made(host_of)
    urls = page.addresses
    new = _unknown(urls, changed, hosts)
    hosts |= zip(new, map(host_of, new), strict=True)
    return [*map(hosts.__getitem__, urls)]


def _unknown(
    keys: list[str], changed: Sequence[int], told: dict[str, int] | dict[str, str]
) -> list[str]:
    """Return those of the `changed` of which nothing is told, in order."""
    new = dict.fromkeys(keys if len(changed) == len(keys) else map(keys.__getitem__, changed))
    return [key for key in new if key not in told] if told else [*new]


@cache
def _suspects() -> Callable[[list[str]], set[str]]:
    return holding(f"{words().pattern}|{needle()}", ignore_case=True)


@cache
def _maybe_honest() -> Callable[[list[str]], set[str]]:
    """Return what tells the hosts that can be of those that portals link to."""
    ends = _PRESS.pattern.replace("^", "(?m:^)").replace("$", "(?m:$)")
    return holding(rf"\.(?:gov|edu|org)\.cn(?m:$)|{ends}")


def _selling(texts: Iterable[str]) -> set[str]:
    """Return those of the texts of links that hold a farm's words or name a brand."""
    anchors = [text for text in texts if len(text) <= _LONGEST_ANCHOR]
    selling = holding_farm_words()(anchors)
    return selling | naming_brands([text for text in anchors if text not in selling])


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


def _judge(links: Links, numbers: list[int]) -> dict[int, str]:
    """Return the blocks of a list's foreign links that words and hosts prove a farm's."""
    cheap = bytes(map(links.cheap.__getitem__, numbers))
    sells = bytes(map(links.sells.__getitem__, numbers))
    below = _below_one_host(links, numbers, cheap)
    if below:
        return dict.fromkeys(links.blocks_of(below), "names below one throwaway host")
    if len(numbers) > MIN_NAMES and cheap.count(1) >= len(numbers) * _ALL:
        return dict.fromkeys(links.blocks_of(numbers), "list of throwaway hosts")
    farms = _selling_run(links, numbers, sells, cheap)
    both = bytes(map(and_, sells, cheap))
    if 1 in both:
        honest = {*links.blocks_of(compress(numbers, map(not_, both)))}
        for block in links.blocks_of(compress(numbers, both)):
            if block not in honest:
                farms.setdefault(block, "spam words on a throwaway host")
    return farms


def _selling_run(links: Links, numbers: list[int], sells: bytes, cheap: bytes) -> dict[int, str]:
    """Return the blocks of a run of links of which many sell; proofs are a byte a link."""
    if sells.count(1) < MIN_LINK_HITS:
        return {}
    first, last = sells.index(1), sells.rindex(1) + 1
    proofs = sum(map(or_, sells[first:last], cheap[first:last]))
    if last - first < MIN_LINKS or proofs < (last - first) * _MOST:
        return {}
    farms = dict.fromkeys(links.blocks_of(numbers[first:last]), "list of links with spam words")
    # Right beside a farm links lead to throwaway hosts, as it does.
    before = numbers[cheap.rfind(0, 0, first) + 1 : first]
    behind = cheap.find(0, last)
    beside = [*before, *numbers[last : behind if behind >= 0 else None]]
    return farms | dict.fromkeys(links.blocks_of(beside), "throwaway hosts beside a farm")


def _below_one_host(links: Links, numbers: list[int], cheap: bytes) -> list[int]:
    """Return the links below one host, where most of a list have cheap or made-up names."""
    hosts = [links.hosts[n] for n in numbers]
    least = max(MIN_NAMES, len(numbers) * _MOST)
    wild = [*compress(hosts, cheap)]
    if len(wild) < len(hosts):
        wild += filter(_GENERATED.match, compress(hosts, map(not_, cheap)))
    if len(wild) >= least:
        for parent, count in Counter(map(_parent, dict.fromkeys(wild))).items():
            if parent and count >= least:
                return [
                    n for n, host in zip(numbers, hosts, strict=True) if _parent(host) == parent
                ]
    return []


# 3k9.example.com: no paper's regional pages (sc., gd.) have digits in their names.
_GENERATED = bounded(r"[a-z-]{0,8}\d[a-z0-9-]{0,12}\.", IGNORECASE)


def _parent(host: str) -> str:
    return host.partition(".")[2] if host.count(".") > 1 else ""


def _is_named_honest(page: Flat, blocks: Sequence[int], run: range) -> bool:
    """Whether a label says that the links are the portal's own choice: then a person must judge."""
    at = bisect_left(blocks, run.start)
    before = page.words[blocks[at - 1]] if at else ""
    return any(
        len(text) <= _LABEL * 2 and _HONEST_LABEL.search(text) is not None
        for text in (before, page.words[run.start].partition("：")[0])
    )


_HONEST_LABEL = bounded(
    r"(?:友情|相关|网站|常用|外部|合作)链接|网站导航|合作(?:单位|伙伴|媒体)|^链接"
)


def leads_abroad(urls: str, document: Document) -> bool:
    """Whether so many links leave the site that a list of them can be a farm without its words.

    `urls` are the addresses of its links, a line each.
    """
    own = host_of(document.page.final_url)
    hosts = (found[1] for found in _LINKED.finditer(urls))
    abroad = (host for host in hosts if host != own and not host.endswith(".gov.cn"))
    return next(islice(abroad, MIN_STRANGERS - 1, None), None) is not None


_LINKED = bounded(r"://(?=([^/?#\n]{1,260}))")


#: What RE2 needs to see in the addresses of a page's links, a line each, before its lists can be
#: a farm's without words: names below throwaway hosts.
HOSTS_NEEDLE = (
    r"//[a-z0-9.-]+\.(?:top|vip|xyz|win|bet|club|cc|icu|wang|fun|loan|bid)\b"
    r"|//[a-z-]*\d[a-z0-9-]*\.[a-z0-9-]+\."
)
