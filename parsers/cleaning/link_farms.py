"""Cut link farms: the run of foreign anchors that spider-pool software hangs below a page.

Four proofs, each is enough: a kit's signature (`data/farm_signatures.txt`, seed 001); a run of
short anchors of which many hold words of `data/farm_words.txt`; a list of links of which many
hold such words and lead to hosts of the throwaway kind; a list of links to ever new names below one
such host. Bars alone never decide: the tables of seed 003 have fifteen a line, and footers list
honest neighbours. Links to newspapers and neighbours (友情链接) are boilerplate and stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from re import IGNORECASE
from typing import TYPE_CHECKING, Any

from parsers.cleaning.brands import has_brand
from parsers.cleaning.domains import host_of, is_throwaway
from parsers.data import lines
from parsers.items import Block, Cut, Document
from parsers.patterns import bounded, linear

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from parsers.items import Link

# Anchors are parted by bars, or stand in a row. A comma parts the items of sentences, too.
_BARS = bounded(r"\s{0,4}[|｜丨┃]\s{0,4}")
_GAPS = bounded(r"\s{0,4}[|｜丨┃,，、_\s]\s{0,4}")
_SENTENCE = bounded(r"[。；;！？]|\d{4}年|局$|政府$|办公室$|委员会$")
_ENFORCEMENT = bounded(
    r"查处|打击|取缔|整治|侦破|破获|抓获|捣毁|收缴|案件|诈骗|违法|公益金|专项行动"
)

# Seed 001's farm has 41 anchors; the shortest honest row of neighbours read had 5 and no such word.
MIN_ANCHORS = 8
# Among seed 001's anchors three of four hold a word of the lexicon; honest rows hold none.
MIN_SHARE = 0.3
MIN_HITS = 4
# Of links whose hosts are known, fewer words are proof enough.
MIN_LINKS = 5
MIN_LINK_HITS = 3
# Wildcard domains (泛域名): every anchor has a name of its own below one host.
MIN_NAMES = 5


def cut_link_farms(document: Document) -> tuple[Document, list[Cut]]:
    """Return `document` without its link farms, and each farm's text, in page order.

    A block that is nothing but farm goes; of a block that ends in one, the rest stays. After a
    kit's signature that stands alone, the blocks of anchors that follow belong to the farm.
    """
    own = host_of(document.page.final_url)
    listed = _listed_farms(document, own)
    cuts: list[Cut] = []
    blocks: list[Block] = []
    signed = False
    for number, block in enumerate(document.blocks):
        rule = listed.get(number)
        kept, farm = _of_list(block, rule, own) if rule else _part(block, signed=signed)
        if farm:
            cuts.append(farm)
            signed = farm.rule in _SIGNED
        elif block.text or block.rows:
            signed = False
        if kept is not None:
            blocks.append(kept)
    return (replace(document, blocks=tuple(blocks)), cuts) if cuts else (document, [])


_SIGNED = frozenset({"kit signature", "anchor after a signed farm"})


def _of_list(block: Block, rule: str, own: str) -> tuple[Block | None, Cut | None]:
    """Cut a list of links, or of one that leads to the portal and its neighbours, too, the farm."""
    strangers = [link for link in block.links if _is_foreign(host_of(link.url), own)]
    if len(strangers) == len(block.links):
        return None, Cut("link_farm", block.text, "removed", rule)
    text = block.text
    start = text.find(strangers[0].text) if strangers else -1
    last = text.rfind(strangers[-1].text) if strangers else -1
    if start < 0 or last < start:
        return block, None
    end = last + len(strangers[-1].text)
    rest = f"{text[:start]}{text[end:]}".strip(" |｜_、,，")
    links = tuple(link for link in block.links if link not in strangers)
    cut = Cut("link_farm", text[start:end], "removed", rule)
    return replace(block, text=rest, links=links), cut


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


@dataclass(frozen=True, slots=True)
class _Anchor:
    """One link of a list: its block's number, whether its words and its host speak against it."""

    block: int
    host: str
    sells: bool
    cheap: bool
    foreign: bool


def _listed_farms(document: Document, own: str) -> dict[int, str]:
    """Return the blocks that are links of a farm, and the rule that said so of each."""
    runs = groupby(enumerate(document.blocks), key=lambda numbered: _is_links(numbered[1]))
    farms: dict[int, str] = {}
    for is_list, run in runs:
        if not is_list:
            continue
        anchors = [
            _anchor(number, link, own) for number, block in run for link in block.links if link.text
        ]
        farms |= _judge(anchors)
    return farms


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


def _anchor(number: int, link: Link, own: str) -> _Anchor:
    host = host_of(link.url)
    foreign = _is_foreign(host, own)
    short = len(link.text) <= _LONGEST_ANCHOR
    sells = foreign and short and (has_farm_word(link.text) or has_brand(link.text))
    return _Anchor(number, host, sells, foreign and is_throwaway(host), foreign)


def _judge(anchors: list[_Anchor]) -> dict[int, str]:
    """Return the blocks of one list of links that are a farm's; the portal's neighbours aside."""
    anchors = [anchor for anchor in anchors if anchor.foreign]
    wild = _wildcard(anchors)
    if wild:
        return {
            anchor.block: "names below one throwaway host"
            for anchor in anchors
            if _parent(anchor.host) == wild
        }
    if len(anchors) > MIN_NAMES and sum(a.cheap for a in anchors) >= len(anchors) * _ALL:
        return dict.fromkeys((anchor.block for anchor in anchors), "list of throwaway hosts")
    bad = [n for n, anchor in enumerate(anchors) if anchor.sells]
    farms: dict[int, str] = {}
    if len(bad) >= MIN_LINK_HITS:
        run = anchors[bad[0] : bad[-1] + 1]
        proofs = sum(anchor.sells or anchor.cheap for anchor in run)
        if len(run) >= MIN_LINKS and proofs >= len(run) * _MOST:
            farms |= dict.fromkeys((a.block for a in run), "list of links with spam words")
            farms |= _edges(anchors, bad[0], bad[-1])
    for block, members in groupby(anchors, key=lambda anchor: anchor.block):
        if all(anchor.sells and anchor.cheap for anchor in members):
            farms.setdefault(block, "spam words on a throwaway host")
    return farms


def _edges(anchors: list[_Anchor], first: int, last: int) -> dict[int, str]:
    """Return the blocks right beside a farm that lead to throwaway hosts, as it does."""
    beside: dict[int, str] = {}
    for way in (range(first - 1, -1, -1), range(last + 1, len(anchors))):
        for n in way:
            if not anchors[n].cheap:
                break
            beside[anchors[n].block] = "throwaway hosts beside a farm"
    return beside


# Of the links of a farm, this share at least has its words or its hosts.
_MOST = 0.6
# Honest lists of a town's own sites have .top and .cc hosts, too: half of one was seen.
_ALL = 0.9


def _wildcard(anchors: list[_Anchor]) -> str | None:
    """Return the host below which most anchors of a list have thrown-away or made-up names."""
    names: dict[str, set[str]] = {}
    for anchor in anchors:
        if anchor.cheap or (anchor.foreign and _GENERATED.match(anchor.host)):
            names.setdefault(_parent(anchor.host), set()).add(anchor.host)
    for parent, hosts in names.items():
        if len(hosts) >= MIN_NAMES and len(hosts) >= len(anchors) * _MOST:
            return parent
    return None


# 3k9.example.com: no paper's regional pages (sc., gd.) have digits in their names.
_GENERATED = bounded(r"[a-z-]{0,8}\d[a-z0-9-]{0,12}\.", IGNORECASE)


def _parent(host: str) -> str:
    return host.partition(".")[2] if host.count(".") > 1 else ""


def _part(block: Block, *, signed: bool) -> tuple[Block | None, Cut | None]:
    """Return what stays of `block` and its farm; `signed` says that a farm ended just before it."""
    if block.is_table:
        return _part_table(block, signed=signed)
    text = block.text
    signature = _signature().search(text)
    if signature:
        start, end, rule = signature.start(), _end_of_farm(text, signature.end()), "kit signature"
    elif signed and _is_anchor(text) and not _PROSE.search(text):
        start, end, rule = 0, len(text), "anchor after a signed farm"
    elif (run := _run_of_anchors(text)) is not None:
        start, end, rule = *run, "run of anchors with spam words"
    else:
        return block, None
    rest = f"{text[:start].rstrip()}{text[end:]}".strip()
    farm = Cut("link_farm", text[start:end].strip(), "removed", rule)
    return (replace(block, text=rest, links=()) if rest else None), farm


_PROSE = bounded(r"[。，；、]")
# Anchors of spider pools have 4 to 25 characters; a paragraph of a report has more.
_LONGEST_ANCHOR = 40


def _part_table(block: Block, *, signed: bool) -> tuple[Block | None, Cut | None]:
    cells = [cell.text for row in block.rows for cell in row if cell.text]
    enough = MIN_HITS if not signed else 1
    most = len(_words().findall("\n".join(cells)))
    hits = sum(map(has_farm_word, cells)) if most >= max(enough, len(cells) * MIN_SHARE) else 0
    if hits < enough or hits < len(cells) * MIN_SHARE:
        return block, None
    return None, Cut("link_farm", " | ".join(cells), "removed", "table of anchors with spam words")


def _end_of_farm(text: str, start: int) -> int:
    """Return where the farm that is signed before `start` ends: honest words may follow it."""
    pieces = list(_pieces(text, start, _BARS))
    last = max((n for n, (_, _, piece) in enumerate(pieces) if has_farm_word(piece)), default=-1)
    for begin, _, piece in pieces[last + 1 :]:
        if _SENTENCE.search(piece):
            return begin
    return len(text)


def _run_of_anchors(text: str) -> tuple[int, int] | None:
    """Return the span of a farm that no kit signed, None where there is none."""
    if not has_farm_word(text):
        return None
    for parting in (_BARS, _GAPS):
        pieces = list(_pieces(text, 0, parting))
        hits = [n for n, (_, _, piece) in enumerate(pieces) if _is_anchor(piece)]
        if len(hits) < MIN_HITS:
            continue
        first, last = hits[0], hits[-1]
        run = pieces[first : last + 1]
        dense = len(hits) >= len(run) * _MOST
        prose = any(_SENTENCE.search(piece) for _, _, piece in run)
        long = len(run) >= MIN_ANCHORS or (len(run) >= MIN_LINKS and dense)
        if long and len(hits) >= len(run) * MIN_SHARE and not prose:
            start, end = _with_brands(pieces, first, last)
            return (
                None
                if _ENFORCEMENT.search(text, max(0, start - _NEAR), end + _NEAR)
                else (start, end)
            )
    return None


def _with_brands(pieces: list[tuple[int, int, str]], first: int, last: int) -> tuple[int, int]:
    """Return the span of a run with the brands right before and behind it: farms sell these."""
    while first > 0 and _is_brand(pieces[first - 1][2]):
        first -= 1
    while last + 1 < len(pieces) and _is_brand(pieces[last + 1][2]):
        last += 1
    return pieces[first][0], pieces[last][1]


def _is_brand(piece: str) -> bool:
    return len(piece) <= _LONGEST_ANCHOR and has_brand(piece) and not _SENTENCE.search(piece)


# A sentence that names what was seized says so within it.
_NEAR = 60


def _is_anchor(piece: str) -> bool:
    return len(piece) <= _LONGEST_ANCHOR and has_farm_word(piece)


def _pieces(text: str, start: int, parting: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of the pieces that `parting` leaves, empty ones aside."""
    at = start
    for bar in (*parting.finditer(text, start), None):
        end = bar.start() if bar else len(text)
        piece = text[at:end].strip()
        if piece:
            yield at, end, piece
        at = bar.end() if bar else len(text)


def has_farm_word(text: str) -> bool:
    """Whether `text` holds a word that spider pools sell."""
    pattern = _words() if len(text) > _SHORT else _words_of_anchors()
    return pattern.search(text) is not None


# Below some ten characters `re` has tried every word before RE2 has begun.
_SHORT = 10


def count_farm_words(text: str) -> int:
    """Return how many different words of spider pools `text` holds."""
    return len(set(_words().findall(text)))


def needle() -> str:
    """Return what RE2 needs to see on a page before it can hold a farm (its links aside)."""
    signatures = "|".join(lines("farm_signatures.txt"))
    return f"{_words().pattern}|{signatures}"


#: The same of the addresses of its links, a line each: names below throwaway hosts.
HOSTS_NEEDLE = (
    r"//[a-z0-9.-]+\.(?:top|vip|xyz|win|bet|club|cc|icu|wang|fun|loan|bid)\b"
    r"|//[a-z-]{0,8}\d[a-z0-9-]{0,12}\.[a-z0-9-]+\."
)


@cache
def _signature() -> re.Pattern[str]:
    signatures = "|".join(lines("farm_signatures.txt"))
    return bounded(rf"(?>(?:{signatures})\s{{0,3}}[:：]?\s{{0,3}}){{1,6}}", IGNORECASE)


@cache
def _words() -> Any:
    """Match a word of the lexicon, in RE2: `re` tries each of them at each place of a text."""
    return linear(_words_of_anchors().pattern, ignore_case=True)


@cache
def _words_of_anchors() -> re.Pattern[str]:
    words = sorted(lines("farm_words.txt"), key=len, reverse=True)
    return bounded("|".join(words), IGNORECASE)
