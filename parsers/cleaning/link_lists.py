"""Judge lists of links by where they lead and what they say: which of them hangs a farm on a page.

Proofs, each enough: links to ever new names below one throwaway host (泛域名); throwaway hosts
nearly throughout; links of which many hold farm words or brands; many phrases that lead to as many
foreign hosts and share nothing with the page. The last needs no lexicon: a portal's own links name
organisations, in words that the page or the host's letters repeat (友情链接 to neighbours, banks of
companies, names in Latin letters), so these are left. Cuts nothing by itself.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import accumulate, groupby
from operator import and_
from re import IGNORECASE
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.brands import has_brand, needle
from parsers.cleaning.domains import host_of, throwaway_among
from parsers.cleaning.farm_words import has_farm_word, words
from parsers.cleaning.strange_links import MIN_STRANGERS, Said, is_strange
from parsers.items import Cut
from parsers.patterns import bounded, holding, screened

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """Why a block of links is a farm's; `foreign` are those of its links that leave the site."""

    rule: str
    foreign: frozenset[int]
    sure: bool = True


class _Anchor(NamedTuple):
    """A link to another site: number of its block, its place there, words, host, what it is."""

    block: int
    place: int
    text: str
    host: str
    sells: bool
    cheap: bool


def verdicts(page: Flat, links: Links) -> dict[int, Verdict]:
    """Return the blocks that are links of a farm, by number, and what is known of each."""
    found: dict[int, Verdict] = {}
    said = Said(page)
    for run in links.worth(_lists(page)):
        foreign = links.anchors(run)
        worded = [anchor for anchor in foreign if anchor.text]
        rules, sure = _judge(worded), True
        if not rules and is_strange(worded, said, run):
            rules = dict.fromkeys((anchor.block for anchor in worded), _UNLIKE)
            sure = not _is_named_honest(page, run)
        if not rules:
            continue
        places: dict[int, set[int]] = {}
        for anchor in foreign:
            places.setdefault(anchor.block, set()).add(anchor.place)
        found |= {n: Verdict(rule, frozenset(places[n]), sure) for n, rule in rules.items()}
    return found


_UNLIKE = "list of anchors unlike the page"


def is_whole(block: Block, verdict: Verdict) -> bool:
    """Whether a block of links is nothing but a farm."""
    return verdict.sure and len(verdict.foreign) == len(block.links)


def cut_list(block: Block, verdict: Verdict) -> tuple[Block | None, Cut | None]:
    """Cut the farm from a list of links that leads to the portal and its neighbours, too."""
    if not verdict.sure:
        return block, Cut("link_farm", block.text, "flagged", verdict.rule)
    text = block.text
    strangers = [link for n, link in enumerate(block.links) if n in verdict.foreign]
    start, last = text.find(strangers[0].text), text.rfind(strangers[-1].text)
    if start < 0 or last < start:
        return block, None
    end = last + len(strangers[-1].text)
    rest = f"{text[:start]}{text[end:]}".strip(" |｜_、,，")
    links = tuple(link for n, link in enumerate(block.links) if n not in verdict.foreign)
    cut = Cut("link_farm", text[start:end], "removed", verdict.rule)
    return replace(block, text=rest, links=links), cut


def _lists(page: Flat) -> list[range]:
    """Return the runs of blocks that are nothing but links, by their numbers."""
    words, starts = page.words, page.link_starts
    lengths = [*accumulate(map(len, page.links), initial=0)]
    lists = [
        n
        for n, block in enumerate(page.blocks)
        if block.links
        and not block.rows
        and _is_links(words[n], lengths[starts[n + 1]] - lengths[starts[n]], len(block.links))
    ]
    gaps = [at for at in range(1, len(lists)) if lists[at] - lists[at - 1] > 1]
    edges = zip([0, *gaps], [*gaps, len(lists)], strict=True) if lists else ()
    return [range(lists[first], lists[last - 1] + 1) for first, last in edges]


def _is_links(text: str, linked: int, count: int) -> bool:
    """Whether a text is nothing but links and what parts them, a label in front aside.

    So many links have so many letters together.
    """
    rest = len(text) - linked - _PARTING * count
    if 0 < rest <= _LABEL + 1:
        label, colon, _ = text.partition("：")
        rest -= len(label) + 1 if colon and len(label) <= _LABEL else 0
    return rest <= 0


# 热门标签：, 友情链接：; up to three characters part two anchors.
_LABEL, _PARTING = 6, 3


class Links(NamedTuple):
    """What one look at all links of a page tells of each, by number: texts, hosts, proofs.

    `starts` are the numbers of each block's first. To look at a hundred thousand one by one takes
    a second.
    """

    starts: list[int]
    texts: list[str]
    hosts: list[str]
    sells: list[bool]
    cheap: list[bool]
    foreign: list[bool]

    @staticmethod
    def of(page: Flat) -> Links:
        """Look at what is new: what a text says and an address leads to hangs on it alone."""
        hosts = _hosts_of(page)
        own = host_of(page.page.final_url)
        cheap, foreign, selling = map(page.memory.made, (throwaway_among, _is_foreign, _sells))
        new = list(set(hosts).difference(foreign))
        foreign |= dict.fromkeys(new, True)
        foreign |= {host: _is_foreign(host, own) for host in {own, *_maybe_honest()(new)}}
        cheap |= dict.fromkeys(new, False) | dict.fromkeys(throwaway_among(new), True)
        cheap[own] = False
        said = list(set(page.links).difference(selling))
        selling |= dict.fromkeys(said, False)
        selling |= dict.fromkeys(filter(_sells, screened(_suspects(), said)), True)
        told = (map(each.__getitem__, hosts) for each in (cheap, foreign))
        sells = map(selling.__getitem__, page.links)
        return Links(page.link_starts, page.links, hosts, list(sells), *map(list, told))

    def worth(self, runs: list[range]) -> list[range]:
        """Return the runs that can be farms: with enough links to other sites, or one that sells.

        Without one that sells, no rule has a proof in fewer than `MIN_NAMES`.
        """
        starts = self.starts
        abroad = [*accumulate(self.foreign, initial=0)]
        sold = [*accumulate(map(and_, self.foreign, self.sells), initial=0)]
        return [
            run
            for run in runs
            if abroad[last := starts[run.stop]] - abroad[first := starts[run.start]] >= MIN_NAMES
            or sold[last] > sold[first]
        ]

    def anchors(self, run: range) -> list[_Anchor]:
        """Return the links of these blocks that lead to other sites, in order."""
        starts = self.starts
        return [
            _Anchor(
                n, at - starts[n], self.texts[at], self.hosts[at], self.sells[at], self.cheap[at]
            )
            for n in run
            for at in range(starts[n], starts[n + 1])
            if self.foreign[at]
        ]


def _hosts_of(page: Flat) -> list[str]:
    """Return the host of each link."""
    hosts: dict[str, str] = page.memory.made(host_of)
    urls = page.addresses
    hosts |= {url: host_of(url) for url in set(urls).difference(hosts)}
    return [*map(hosts.__getitem__, urls)]


@cache
def _suspects() -> Callable[[list[str]], set[str]]:
    return holding(f"{words().pattern}|{needle()}", ignore_case=True)


@cache
def _maybe_honest() -> Callable[[list[str]], set[str]]:
    """Return what tells the hosts that can be of those that portals link to."""
    ends = _PRESS.pattern.replace("^", "(?m:^)").replace("$", "(?m:$)")
    return holding(rf"\.(?:gov|edu|org)\.cn(?m:$)|{ends}")


def _sells(text: str) -> bool:
    return len(text) <= _LONGEST_ANCHOR and (has_farm_word(text) or has_brand(text))


def _is_foreign(host: str, own: str) -> bool:
    honest = host.endswith((".gov.cn", ".edu.cn", ".org.cn")) or _PRESS.search(host)
    return host != own and not honest


# Newspapers, broadcasters and services that portals link to: 友情链接 of real footers.
_PRESS = bounded(
    r"(?:^|\.)(?:people\.com\.cn|people\.cn|xinhuanet\.com|news\.cn|cctv\.com|cctv\.cn|cnr\.cn|gmw\.cn"
    r"|china\.com\.cn|china\.cn|chinanews\.com|chinadaily\.com\.cn|ce\.cn|youth\.cn|qstheory\.cn"
    r"|cri\.cn|sina\.com\.cn|weibo\.com|sohu\.com|163\.com|qq\.com|ifeng\.com|baidu\.com|12306\.cn"
    r"|12377\.cn|12388\.cn|weather\.com\.cn)$"
)


def _judge(anchors: list[_Anchor]) -> dict[int, str]:
    """Return the blocks of a list's foreign links that words and hosts prove a farm's."""
    wild = _wildcard(anchors)
    if wild:
        return {
            anchor.block: "names below one throwaway host"
            for anchor in anchors
            if _parent(anchor.host) == wild
        }
    if len(anchors) > MIN_NAMES and sum(a.cheap for a in anchors) >= len(anchors) * _ALL:
        return dict.fromkeys((anchor.block for anchor in anchors), "list of throwaway hosts")
    farms = _selling_run(anchors)
    for block, members in groupby(anchors, key=lambda anchor: anchor.block):
        if all(anchor.sells and anchor.cheap for anchor in members):
            farms.setdefault(block, "spam words on a throwaway host")
    return farms


def _selling_run(anchors: list[_Anchor]) -> dict[int, str]:
    bad = [n for n, anchor in enumerate(anchors) if anchor.sells]
    if len(bad) < MIN_LINK_HITS:
        return {}
    run = anchors[bad[0] : bad[-1] + 1]
    proofs = sum(anchor.sells or anchor.cheap for anchor in run)
    if len(run) < MIN_LINKS or proofs < len(run) * _MOST:
        return {}
    farms = dict.fromkeys((anchor.block for anchor in run), "list of links with spam words")
    return farms | _edges(anchors, bad[0], bad[-1])


def _edges(anchors: list[_Anchor], first: int, last: int) -> dict[int, str]:
    """Return the blocks right beside a farm that lead to throwaway hosts, as it does."""
    beside: dict[int, str] = {}
    for way in (range(first - 1, -1, -1), range(last + 1, len(anchors))):
        for n in way:
            if not anchors[n].cheap:
                break
            beside[anchors[n].block] = "throwaway hosts beside a farm"
    return beside


def _wildcard(anchors: list[_Anchor]) -> str | None:
    """Return the host below which most anchors of a list have thrown-away or made-up names."""
    names: dict[str, set[str]] = {}
    for anchor in anchors:
        if anchor.cheap or _GENERATED.match(anchor.host):
            names.setdefault(_parent(anchor.host), set()).add(anchor.host)
    for parent, hosts in names.items():
        if len(hosts) >= MIN_NAMES and len(hosts) >= len(anchors) * _MOST:
            return parent
    return None


# 3k9.example.com: no paper's regional pages (sc., gd.) have digits in their names.
_GENERATED = bounded(r"[a-z-]{0,8}\d[a-z0-9-]{0,12}\.", IGNORECASE)


def _parent(host: str) -> str:
    return host.partition(".")[2] if host.count(".") > 1 else ""


def _is_named_honest(page: Flat, run: range) -> bool:
    """Whether a label says that the links are the portal's own choice: then a person must judge."""
    before = page.words[run.start - 1] if run.start else ""
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
    hosts: list[str] = _LINKED.findall(urls)
    abroad = [host for host in hosts if host != own and not host.endswith(".gov.cn")]
    return len(abroad) >= MIN_STRANGERS


_LINKED = bounded(r"://(?=([^/?#\n]{1,260}))")


#: What RE2 needs to see in the addresses of a page's links, a line each, before its lists can be
#: a farm's without words: names below throwaway hosts.
HOSTS_NEEDLE = (
    r"//[a-z0-9.-]+\.(?:top|vip|xyz|win|bet|club|cc|icu|wang|fun|loan|bid)\b"
    r"|//[a-z-]*\d[a-z0-9-]*\.[a-z0-9-]+\."
)
