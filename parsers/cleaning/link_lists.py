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
from functools import cache
from itertools import compress, islice
from operator import and_, not_, or_
from re import IGNORECASE
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.domains import host_of
from parsers.cleaning.links import MIN_NAMES
from parsers.cleaning.strange_links import MIN_STRANGERS, Said, is_strange
from parsers.items import Cut
from parsers.patterns import bounded

if TYPE_CHECKING:
    from parsers.cleaning.flat import Flat
    from parsers.cleaning.links import Links
    from parsers.items import Block, Document

# Of links whose hosts are known, fewer words are proof enough than of mere anchors.
MIN_LINKS = 5
MIN_LINK_HITS = 3
# Of the links of a farm, this share at least has its words or its hosts.
_MOST = 0.6
# Honest lists of a town's own sites have .top and .cc hosts, too: half of one was seen.
_ALL = 0.9


class Verdict(NamedTuple):
    """Why a block of links is a farm's."""

    rule: str
    sure: bool = True


def verdicts(page: Flat, links: Links) -> dict[int, Verdict]:
    """Return the blocks that are links of a farm, by number, and what is known of each."""
    found: dict[int, Verdict] = {}
    said = Said(page)
    for run in links.runs:
        numbers = links.among(run)
        rules, sure = _judge(links, numbers), True
        if not rules and _is_strange(links, numbers, said, run):
            rules = dict.fromkeys(links.blocks_of(numbers), _UNLIKE)
            sure = not _is_named_honest(page, links, run)
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
    strangers = [link.text for link in compress(block.links, foreign) if link.text]
    start, end = text.find(strangers[0]), _end_of_last(text, strangers[-1])
    if start < 0 or end < start + len(strangers[-1]):
        return block, None
    rest = f"{text[:start]}{text[end:]}".strip(" |｜_、,，")
    links = tuple(compress(block.links, map(not_, foreign)))
    cut = Cut("link_farm", text[start:end], "removed", verdict.rule)
    return replace(block, text=rest, links=links), cut


def _end_of_last(text: str, said: str) -> int:
    """Return where the last of these words ends in a text, 0 where there are none.

    To look for them from the text's end on takes Python time as the square of its length.
    """
    *_, behind = text.split(said)
    return len(text) - len(behind)


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
    stray = bytes(map(and_, sells, cheap))
    if 1 in stray:
        honest = {*links.blocks_of(compress(numbers, map(not_, stray)))}
        for block in links.blocks_of(compress(numbers, stray)):
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
    least = max(MIN_NAMES, len(numbers) * _MOST)
    if len(numbers) < least:
        return []
    hosts = [links.hosts[n] for n in numbers]
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


def _is_named_honest(page: Flat, links: Links, run: range) -> bool:
    """Whether a label says that the links are the portal's own choice: then a person must judge."""
    at = links.before(run)
    before = page.words[at] if at is not None else ""
    return any(
        len(text) <= _LONGEST_LABEL and _HONEST_LABEL.search(text) is not None
        for text in (before, page.words[run.start].partition("：")[0])
    )


_LONGEST_LABEL = 12
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
