"""Find the brands and foreign domains of a text, which may stand where a name stood, by kind."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.brands import brands_in, needle
from parsers.cleaning.domains import domains_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from parsers.items import SpamKind

#: What a text needs to hold before a brand or a domain can be found in it.
SUSPECT = rf"{needle()}|[a-z0-9]\.[a-z]"

#: The question to a page's memory: which findings has a text?
FOUND = "findings"


class Finding(NamedTuple):
    """A brand or a foreign domain as it stands in a text: `text[start:end]`."""

    start: int
    end: int
    kind: SpamKind
    words: str


def findings_in(text: str, hosts: AbstractSet[str]) -> Iterator[Finding]:
    """Yield the brands of `text`, then its domains but those of `hosts`, each in order."""
    yield from brands_of(text)
    yield from domains_of_others(text, hosts)


def brands_of(text: str) -> Iterator[Finding]:
    """Yield the brands of `text`, in order."""
    for brand in brands_in(text):
        yield Finding(brand.start, brand.end, "brand_substitution", brand.words)


def domains_of_others(text: str, hosts: AbstractSet[str]) -> Iterator[Finding]:
    """Yield the domains of `text` but those of `hosts`, the page's own, in order."""
    for domain in domains_in(text):
        if domain.host not in hosts:
            yield Finding(domain.start, domain.end, "domain_substitution", domain.words)


def by_text(texts: list[str], found: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """Return what was `found` in texts parted by line feeds, by the text that it stands in.

    No brand and no domain holds a line feed: each text has what a look at it alone would find.
    """
    ends = list(accumulate(len(text) + 1 for text in texts))
    lists: dict[int, list[Finding]] = {}
    for start, end, kind, words in found:
        n = bisect_right(ends, start)
        at = ends[n] - len(texts[n]) - 1
        lists.setdefault(n, []).append(Finding(start - at, end - at, kind, words))
    return {texts[n]: tuple(each) for n, each in lists.items()}
