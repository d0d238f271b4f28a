"""Judge lists of links by where they lead and what they say: which of them hangs a farm on a page.

Proofs, each enough: links to ever new names below one throwaway host (泛域名); throwaway hosts
nearly throughout; links of which many hold farm words or brands; many phrases that lead to as many
foreign hosts and share nothing with the page. The last needs no lexicon: a portal's own links name
organisations, in words that the page or the host's letters repeat (友情链接 to neighbours, banks of
companies, names in Latin letters), so these are left. Cuts nothing by itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache, cached_property
from itertools import groupby, pairwise, product
from re import IGNORECASE
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.blocks import texts_of
from parsers.cleaning.brands import has_brand, needle
from parsers.cleaning.domains import host_of, throwaway_among
from parsers.cleaning.farm_words import has_farm_word, words
from parsers.cleaning.pinyin import syllables_of
from parsers.items import Cut
from parsers.patterns import bounded, holding, screened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

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
# Where only strangeness speaks, as many links as in an unsigned run, four of five of them strange.
MIN_STRANGERS = 8
_STRANGE = 0.8
_LONGEST_ANCHOR = 40
# A list shows what it is in its beginning; the longest honest one seen has some two hundred links.
_JUDGED = 300


class Verdict(NamedTuple):
    """Why a block of links is a farm's; `foreign` are those of its links that leave the site."""

    rule: str
    foreign: frozenset[int]
    sure: bool = True


class _Anchor(NamedTuple):
    """A link: number of its block, its place there, words, host; what speaks against it."""

    block: int
    place: int
    text: str
    host: str
    sells: bool
    cheap: bool
    foreign: bool


def verdicts(document: Document) -> dict[int, Verdict]:
    """Return the blocks that are links of a farm, by number, and what is known of each."""
    own = host_of(document.page.final_url)
    found: dict[int, Verdict] = {}
    runs = list(_lists(document))
    told, said = _told(document, runs), _Said(document)
    for run in runs:
        anchors = list(_anchors(document, run, own, told))
        foreign = [anchor for anchor in anchors if anchor.foreign]
        worded = [anchor for anchor in foreign if anchor.text]
        rules, sure = _judge(worded), True
        if not rules and _is_strange(worded, said, run):
            rules = dict.fromkeys((anchor.block for anchor in worded), _UNLIKE)
            sure = not _is_named_honest(document, run)
        places: dict[int, set[int]] = {}
        for anchor in foreign:
            places.setdefault(anchor.block, set()).add(anchor.place)
        found |= {n: Verdict(rule, frozenset(places[n]), sure) for n, rule in rules.items()}
    return found


_UNLIKE = "list of anchors unlike the page"


def cut_list(block: Block, verdict: Verdict) -> tuple[Block | None, Cut | None]:
    """Cut a list of links; of one that leads to the portal and its neighbours, too, the farm."""
    strangers = [link for n, link in enumerate(block.links) if n in verdict.foreign]
    if not verdict.sure:
        return block, Cut("link_farm", block.text, "flagged", verdict.rule)
    if len(strangers) == len(block.links):
        return None, Cut("link_farm", block.text, "removed", verdict.rule)
    text = block.text
    start, last = text.find(strangers[0].text), text.rfind(strangers[-1].text)
    if start < 0 or last < start:
        return block, None
    end = last + len(strangers[-1].text)
    rest = f"{text[:start]}{text[end:]}".strip(" |｜_、,，")
    links = tuple(link for n, link in enumerate(block.links) if n not in verdict.foreign)
    cut = Cut("link_farm", text[start:end], "removed", verdict.rule)
    return replace(block, text=rest, links=links), cut


def _lists(document: Document) -> Iterator[list[int]]:
    """Yield the runs of blocks that are nothing but links, by their numbers."""
    runs = groupby(range(len(document.blocks)), key=lambda n: _is_links(document.blocks[n]))
    return (list(run) for is_list, run in runs if is_list)


def _is_links(block: Block) -> bool:
    """Whether a block is nothing but links and what parts them, a label in front aside."""
    if not block.links or block.rows:
        return False
    linked = sum(len(link.text) for link in block.links)
    label, colon, _ = block.text.partition("：")
    rest = len(block.text) - linked - (len(label) + 1 if colon and len(label) <= _LABEL else 0)
    return rest <= _PARTING * len(block.links)


# 热门标签：, 友情链接：; up to three characters part two anchors.
_LABEL, _PARTING = 6, 3


class _Told(NamedTuple):
    """What one look at all links of a page's lists tells: texts that sell, hosts by address."""

    selling: set[str]
    hosts: dict[str, str]
    cheap: set[str]


def _told(document: Document, runs: list[list[int]]) -> _Told:
    """Look at all links at once: to look at a hundred thousand one by one takes a second."""
    links = [link for run in runs for n in run for link in document.blocks[n].links]
    hosts = {url: host_of(url) for url in {link.url for link in links}}
    cheap = throwaway_among(list(set(hosts.values())))
    selling = set(
        filter(_sells, screened(_suspects(), list(dict.fromkeys(link.text for link in links))))
    )
    return _Told(selling, hosts, cheap)


@cache
def _suspects() -> Callable[[list[str]], set[str]]:
    return holding(f"{words().pattern}|{needle()}", ignore_case=True)


def _anchors(document: Document, run: Iterable[int], own: str, told: _Told) -> Iterator[_Anchor]:
    for number in run:
        for place, link in enumerate(document.blocks[number].links):
            host = told.hosts[link.url]
            foreign = _is_foreign(host, own)
            sells = foreign and link.text in told.selling
            cheap = foreign and host in told.cheap
            yield _Anchor(number, place, link.text, host, sells, cheap, foreign)


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


# --- anchor texts unlike the page ---


def _is_strange(anchors: list[_Anchor], said: _Said, run: list[int]) -> bool:
    """Whether foreign links are many, each to a host of its own, and nearly all unlike the page."""
    anchors = anchors[:_JUDGED]
    hosts = {anchor.host.removeprefix("www.") for anchor in anchors}
    if len(anchors) < MIN_STRANGERS or len(hosts) < len(anchors) * _STRANGE:
        return False
    phrases = [each for each in anchors if _is_phrase(each.text) and not _spells(each)]
    if len(phrases) < len(anchors) * _STRANGE:
        return False
    is_said = said.beside(run)
    unlike = sum(_is_unlike(anchor.text, is_said) for anchor in phrases)
    return unlike >= len(anchors) * _STRANGE


_HAN = bounded(r"[\u4e00-\u9fff]{2,400}")
# Names of companies and papers mostly have two to four characters, else they say what they are.
_LEAST_PHRASE = 5
_NAME = bounded(
    r"^(?:中国|中华|中央|全国|国家|国际|世界)"
    r"|(?:[网局厅委会部院校所站社报台馆园区市县镇乡省州旗办处队军企厂店行港城]|政府|街道|公司|集团|中心"
    r"|平台|系统|频道|论坛|门户|电器|石化|电力|电信|移动|联通|航空|速运|保险|证券|基金|股份|科技|实业"
    r"|酒店|传媒|杂志|大学|学会|电网|能源|重工|药业|信托|热线|图书|博物)$"
)


def _is_phrase(text: str) -> bool:
    """Whether an anchor says something, in Chinese, and is no name of an organisation's."""
    han = sum(map(len, _HAN.findall(text)))
    return han >= _LEAST_PHRASE and len(text) <= _LONGEST_ANCHOR and not _NAME.search(text)


class _Said:
    """Which two characters stand side by side on a page, a list of its own aside: told once.

    `<meta>` is left out: who hangs a farm there writes its words there, too.
    """

    def __init__(self, document: Document) -> None:
        """Tell nothing yet: few pages have a list that asks."""
        self._document = document

    @cached_property
    def _texts(self) -> list[str]:
        """What is read of the blocks, in order, up to the last that is."""
        texts: list[str] = []
        rest = _MOST_READ
        for block in self._document.blocks:
            if rest <= 0:
                break
            texts.append("\n".join(texts_of((block,)))[:rest])
            rest -= len(texts[-1]) + 1
        return texts

    @cached_property
    def _pairs(self) -> Counter[str]:
        return _pairs_in((self._document.page_title or "", *self._texts))

    def beside(self, run: Iterable[int]) -> Callable[[str], bool]:
        """Return what tells whether two characters stand so outside of the blocks of a list."""
        own = _pairs_in(self._texts[n] for n in run if n < len(self._texts))
        pairs = self._pairs
        return lambda pair: pairs.get(pair, 0) > own.get(pair, 0)


def _pairs_in(texts: Iterable[str]) -> Counter[str]:
    return Counter(map("".join, pairwise("\n".join(texts))))


# Three times the longest report read; what a page can say of itself stands in its beginning.
_MOST_READ = 200_000


def _is_unlike(text: str, is_said: Callable[[str], bool]) -> bool:
    """Whether an anchor shares next to nothing with the page: one pair in five at most."""
    pairs = [run[n : n + 2] for run in _HAN.findall(text) for n in range(len(run) - 1)]
    return sum(map(is_said, pairs)) * 5 <= len(pairs)


def _spells(anchor: _Anchor) -> bool:
    """Whether the host spells the anchor by two syllables or three initials: pazjj, 平桉住建局."""
    host = anchor.host
    every = [syllables_of(letter) for letter in "".join(_HAN.findall(anchor.text))]
    sounds = [[sound for sound in each if sound in host] for each in every]
    initials = [{sound[0] for sound in each}.intersection(host) for each in every]
    triples = zip(initials, initials[1:], initials[2:], strict=False)
    return any(_any_in(host, some) for some in (*pairwise(sounds), *triples))


def _any_in(host: str, sounds: tuple[Collection[str], ...]) -> bool:
    return all(sounds) and any("".join(spelled) in host for spelled in product(*sounds))


def _is_named_honest(document: Document, run: list[int]) -> bool:
    """Whether a label says that the links are the portal's own choice: then a person must judge."""
    before = document.blocks[run[0] - 1].text if run[0] else ""
    return any(
        len(text) <= _LABEL * 2 and _HONEST_LABEL.search(text) is not None
        for text in (before, document.blocks[run[0]].text.partition("：")[0])
    )


_HONEST_LABEL = bounded(
    r"(?:友情|相关|网站|常用|外部|合作)链接|网站导航|合作(?:单位|伙伴|媒体)|^链接"
)
