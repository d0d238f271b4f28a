"""Find the brands and foreign domains of a text, which may stand where a name stood, by kind."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.brands import brands_in, needle
from parsers.cleaning.domains import domains_in
from parsers.cleaning.lines import ends_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from parsers.items import SpamKind

#: What a text needs to hold before a brand or a domain can be found in it.
SUSPECT = rf"{needle()}|[a-z0-9]\.[a-z]"

#: The questions to a page's memory: which findings has a text, and which texts have any?
FOUND, WHERE = "findings", "texts with findings"


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


def by_number(
    whole: str, texts: Sequence[str], found: Iterable[Finding]
) -> dict[int, tuple[Finding, ...]]:
    """Return what was `found` in `whole`, texts parted by line feeds, by number of its text.

    No brand and no domain holds a line feed: each text has what a look at it alone would find.
    """
    lists: dict[int, list[Finding]] = {}
    places = _in_lines if whole.count("\n") < len(texts) else _in_texts
    for n, at, (start, end, kind, words) in places(whole, texts, found):
        lists.setdefault(n, []).append(Finding(start - at, end - at, kind, words))
    return {n: tuple(each) for n, each in lists.items()}


def numbers_of(whole: str, texts: Sequence[str], found: Iterable[Finding]) -> Iterator[int]:
    """Yield the number of the text in which each finding stands."""
    places = _in_lines if whole.count("\n") < len(texts) else _in_texts
    return (n for n, _, _ in places(whole, texts, found))


def _in_lines(
    whole: str, _: Sequence[str], found: Iterable[Finding]
) -> Iterator[tuple[int, int, Finding]]:
    """Yield each finding with the number of its line and where that begins.

    Domains come behind the brands: with the first of them the count begins anew.
    """
    n = at = last = 0
    for each in found:
        if each.start < last:
            n = at = last = 0
        feeds = whole.count("\n", last, each.start)
        if feeds:
            n, at = n + feeds, whole.rfind("\n", last, each.start) + 1
        last = each.start
        yield n, at, each


def _in_texts(
    _: str, texts: Sequence[str], found: Iterable[Finding]
) -> Iterator[tuple[int, int, Finding]]:
    """Yield the same where some texts have several lines."""
    ends = ends_of(texts)
    for each in found:
        n = bisect_right(ends, each.start)
        yield n, ends[n] - len(texts[n]) - 1, each
