"""Cut what a reader does not see: hidden blocks in which link sellers and kits put their words.

Extraction marked them with the reason. A page that hides its own text until a script has run is
seen by readers in the end: where the hidden part holds most of the main block, it is kept. What
only a style sheet hides may be a tab that a script opens: it is cut where it sells, else shown.
"""

from __future__ import annotations

from itertools import chain, compress, filterfalse
from operator import attrgetter, not_
from typing import TYPE_CHECKING

from parsers.cleaning.brands import naming_brands
from parsers.cleaning.domains import host_of, throwaway_among
from parsers.cleaning.farm_words import holding_farm_words
from parsers.extract.visibility import SHEET
from parsers.items import Cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.cleaning.flat import Flat

# Templates hide menus and share buttons, never the report: its text is the page's larger half.
MAX_HIDDEN_SHARE = 0.5


def cut_hidden_blocks(page: Flat) -> tuple[Flat, list[Cut]]:
    """Return `page` without the hidden blocks of its main part, and their texts.

    Hidden blocks elsewhere (menus) stay marked: they never reach a report.
    """
    if not page.hidden:
        return page, []
    words = _words(page)
    page = _with_tabs(page, words)
    main = [*map(_MAIN, page.blocks)]
    hidden = [n for n in page.shape.unseen if main[n]]
    if not hidden:
        return page, []
    length = sum(map(len, compress(words, main)))
    if sum(len(words[n]) for n in hidden) > length * MAX_HIDDEN_SHARE:
        return page.with_shown(hidden, _KEPT), []
    cuts = [
        Cut("hidden_block", words[n], "removed", page.blocks[n].hidden or "")
        for n in hidden
        if words[n]
    ]
    left = page.with_blocks(dict.fromkeys(hidden))
    left.fresh = None  # what only they needed is needed no more
    return left, cuts


_HIDDEN, _MAIN = attrgetter("hidden"), attrgetter("main")
_KEPT = "most of the main block is hidden until a script runs: kept"


def _words(page: Flat) -> list[str]:
    """Return the text of each block, the cells of a table in one."""
    words = [*page.words]
    for n in page.shape.tables:
        words[n] = " | ".join(filter(None, page.cells(n)))
    return words


def _with_tabs(page: Flat, words: list[str]) -> Flat:
    """Return `page` with what only a style sheet hides shown, unless it sells."""
    unseen = page.shape.unseen
    reasons = [*map(_HIDDEN, map(page.blocks.__getitem__, unseen))]
    sheets = {*filter(_may_open, filter(None, {*reasons}))}
    maybe = [*compress(unseen, map(sheets.__contains__, reasons))]
    tabs = [*compress(maybe, map(not_, _selling(page, maybe, words)))]
    return page.with_shown(tabs) if tabs else page


def _may_open(reason: str) -> bool:
    """Whether a block that is hidden for this reason may be a tab."""
    return reason.startswith(SHEET) and not reason.endswith(_FOR_GOOD)


# No tab is written in ink of its ground's colour.
_FOR_GOOD = ("colour on colour", "transparent ink")


def _selling(page: Flat, numbers: list[int], words: list[str]) -> list[bool]:
    """Return of each of these blocks whether it sells, by its words or by where it leads."""
    said = [*map(words.__getitem__, numbers)]
    selling = [*map(_told(page, _that_sell, said).__contains__, said)]
    if not page.links:
        return selling
    starts = page.shape.link_starts
    linked = {
        at: page.addresses[starts[n] : starts[n + 1]]
        for at, n in enumerate(numbers)
        if not selling[at] and starts[n] < starts[n + 1]
    }
    cheap = _told(page, _throwaway, [*chain.from_iterable(linked.values())])
    for at, urls in linked.items():
        selling[at] = not cheap.isdisjoint(urls)
    return selling


def _told(page: Flat, look: Callable[[list[str]], set[str]], texts: list[str]) -> set[str]:
    """Return those of these texts, and of those of former rounds, that `look` tells.

    What it does not tell is shown, and asked of no more.
    """
    told: set[str] = page.memory.made(look).setdefault("told", set())
    told |= look([*dict.fromkeys(filterfalse(told.__contains__, texts))])
    return told


def _that_sell(texts: list[str]) -> set[str]:
    sold = holding_farm_words()(texts)
    return sold | naming_brands([text for text in texts if text not in sold])


def _throwaway(urls: list[str]) -> set[str]:
    """Return those of addresses that lead to throwaway hosts."""
    hosts = [*map(host_of, urls)]
    cheap = throwaway_among([*dict.fromkeys(hosts)])
    return {*compress(urls, map(cheap.__contains__, hosts))}
