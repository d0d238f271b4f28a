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
    lost_digits,
    pinyin,
    script,
    substitutions,
)
from parsers.cleaning.rewrite import everything
from parsers.patterns import which

if TYPE_CHECKING:
    from parsers.items import Document

_Match = Callable[[str], list[int]]


def needed(document: Document) -> frozenset[str]:
    """Return the names of the modules that can have work on `document`.

    `document` holds whole characters only (see `characters.is_sound`).
    """
    names, match = _in_text()
    found = {names[number] for number in match(everything(document))}
    hosts, match_hosts = _in_hosts()
    links = "\n".join(link.url for block in document.blocks for link in block.links)
    found |= {hosts[number] for number in match_hosts(links)}
    if link_farms.leads_abroad(document):
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
        ("substitutions", brands.grammar()),
        ("substitutions", domains.NEEDLE),
        ("substitutions", substitutions.UNKNOWN_NEEDLE),
        ("pinyin", pinyin.NEEDLE),
        ("script", script.needle()),
        ("damage", damage.NEEDLE),
        ("lost_digits", lost_digits.NEEDLE),
    )
    return tuple(name for name, _ in needles), which(needle for _, needle in needles)


@cache
def _in_hosts() -> tuple[tuple[str, ...], _Match]:
    return ("link_farms",), which((link_farms.HOSTS_NEEDLE,))


@cache
def _in_scripts() -> _Match:
    return which((injected.SCRIPTS_NEEDLE,))
