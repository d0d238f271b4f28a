"""Tell in one pass over a page which steps of cleaning can have work on it.

Each step names what a page must hold before the step can change or flag anything; RE2 looks for all
of them at once, so that a clean page costs one pass and no step. A needle may hit in vain, it must
never miss: a test holds every step against it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from parsers.cleaning import (
    brands,
    characters,
    damage,
    domains,
    injected,
    link_farms,
    link_lists,
    lost_digits,
    pinyin,
    script,
    unknown,
)
from parsers.patterns import which

if TYPE_CHECKING:
    from parsers.cleaning.flat import Flat

_Match = Callable[[str | bytes], list[int]]


def needed(page: Flat) -> frozenset[str]:
    """Return the names of the modules that can have work on `page`.

    `page` holds whole characters only (see `characters.is_sound`).
    """
    found = _in_words(page.coded) | _in_the_rest(page)
    if page.links and not found.issuperset(_in_words("\n".join(page.links))):
        found |= _in_words("\n".join(page.lines[len(page.texts) :]))  # what no block holds
    return found if "substitutions" in found else found | _unknown(page)


def needed_now(page: Flat, before: frozenset[str]) -> frozenset[str]:
    """Return the same after a step that changed `page`, where `before` were needed.

    What its words were changed to is looked through, no other text.
    """
    if page.fresh is None:
        return needed(page)
    found = before | _in_words("\n".join(page.fresh))
    return found if "substitutions" in found else found | _unknown(page)


def is_everything(modules: frozenset[str]) -> bool:
    """Whether words can need no other module: then no look at them tells more."""
    return modules.issuperset(_in_text()[0])


def _in_words(words: str | bytes) -> frozenset[str]:
    names, match = _in_text()
    return frozenset(names[number] for number in match(words))


def _unknown(page: Flat) -> frozenset[str]:
    return frozenset({"substitutions"} if unknown.unknown_brand(page) else ())


def _in_the_rest(page: Flat) -> frozenset[str]:
    """Return what addresses, scripts and meta need: no step that changes words adds to these."""
    document = page.head
    found = set()
    urls = "\n".join(page.addresses)
    if _in_hosts()(urls) or link_lists.leads_abroad(urls, document):
        found.add("link_farms")
    if document.scripts and _in_scripts()("\n".join(document.scripts)):
        found.add("injected")
    if any(name.lower() == "refresh" for name, _ in document.meta):
        found.add("link_farms")
    return frozenset(found)


@cache
def _in_text() -> tuple[tuple[str, ...], _Match]:
    needles = (
        ("characters", characters.NEEDLE),
        ("link_farms", link_farms.needle()),
        ("substitutions", brands.needle()),
        ("substitutions", domains.NEEDLE),
        ("pinyin", pinyin.NEEDLE),
        ("script", script.needle()),
        ("damage", damage.NEEDLE),
        ("lost_digits", lost_digits.NEEDLE),
    )
    return tuple(name for name, _ in needles), which(needle for _, needle in needles)


@cache
def _in_hosts() -> _Match:
    return which((link_lists.HOSTS_NEEDLE,))


@cache
def _in_scripts() -> _Match:
    return which((injected.SCRIPTS_NEEDLE,))
