"""Say whether a capture comes from the organ's own host, and whose page it claims to be.

A host under .gov.cn is a government's: such names are given to organs alone and never passed on
(国办函〔2018〕55号, CNNIC's rules), so that a .gov.cn page with spam is merely hacked and
stays official. Any other host can be sold. The registry may know it as an organ's own, but where it
serves what no organ does, the output of a spider pool, it has changed hands: it is a copy then.
Never asks the network who owns a name; sees one page alone (copies of a held text: see
`crawler/copies.py`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from parsers.cleaning.domains import host_of
from parsers.items import Source
from parsers.patterns import linear

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.items import Block, Cleaned, KnownOrgan

_GOV_HOST = linear(r"(?i)(?:[a-z0-9-]+\.)+gov\.cn\b")
# Every footer links to these.
_EVERYBODYS = frozenset(
    {"www.gov.cn", "gov.cn", "beian.miit.gov.cn", "beian.mps.gov.cn", "www.beian.gov.cn",
     "zfwzgl.www.gov.cn", "pucha.www.gov.cn", "www.miitbeian.gov.cn"}
)  # fmt: skip
_STATED = frozenset({"sitedomain", "url"})
# What only a spider pool serves: a text glossed with pinyin so that no two copies are alike, and
# pages signed by its template (seeds 001 and 003; both were served by hosts that had been sold).
_POOL_RULES = frozenset({"kit signature", "names below one throwaway host"})


def source_of(cleaned: Cleaned, known: KnownOrgan | None) -> tuple[Source, list[str]]:
    """Return the source of a cleaned page, and a warning where its host has changed hands."""
    page = cleaned.document.page
    host = host_of(page.final_url)
    portal = known.portal if known else page.context.portal
    government = is_government(host)
    own = government or bool(known and known.own_host)
    warnings = []
    if own and not government and is_pools(cleaned):
        own = False
        warnings.append(f"{host} has changed hands: a spider pool serves it, no organ does")
    return Source(portal, own, None if own else claimedhost_of(cleaned, host)), warnings


def is_government(host: str) -> bool:
    """Whether only a government organ can hold `host`: under .gov.cn or .政务.

    >>> is_government("jtj.ningde.gov.cn"), is_government("www.ningde-gov.cn")
    (True, False)
    """
    return host.endswith((".gov.cn", ".政务", ".xn--zfr164b"))


def is_pools(cleaned: Cleaned) -> bool:
    """Whether a page is the output of a spider pool, not a page that one was hidden in."""
    if cleaned.script == "obfuscated":
        return True
    return any(cut.rule in _POOL_RULES for cut in cleaned.cuts)


def claimedhost_of(cleaned: Cleaned, host: str) -> str | None:
    """Return the government host that a copy elsewhere names as its own, or None.

    Its metadata decide, then the links of its text, then the text; a list of links to neighbours
    (友情链接) says nothing about whose page it is.
    """
    document = cleaned.document
    stated = (value for name, value in document.meta if name.lower() in _STATED)
    blocks = [block for block in document.blocks if not _is_neighbours(block)]
    links = (link.url for block in blocks for link in block.links)
    for where in (stated, links, _dotted(blocks)):
        text = "\n".join(where)
        if "gov.cn" not in text.lower():
            continue
        counts: Counter[str] = Counter(name.group().lower() for name in _GOV_HOST.finditer(text))
        for name, _ in counts.most_common():
            if name not in _EVERYBODYS and name != host:
                return name
    return None


def _is_neighbours(block: Block) -> bool:
    """Whether a block lists links to several hosts: its neighbours', not its own pages."""
    if "友情链接" in block.text:
        return True
    return len(block.links) > 1 and len({host_of(link.url) for link in block.links}) > 1


def _dotted(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the texts and cells that hold what every host has: a dot."""
    for block in blocks:
        if block.rows:
            for row in block.rows:
                yield from [cell.text for cell in row if "." in cell.text]
        elif "." in block.text:
            yield block.text
