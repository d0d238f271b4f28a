"""Which organ a report is of, under one id across renames; which organ goes on after a merger.

A panel must not break when 卫生局 becomes 卫生健康委员会. Knows the renames and mergers of kinds of
organ by the reforms since 2008, from `renames.toml` and `mergers.toml` beside it. A merger gives no
common id, since the parts each had reports of their own for the same year, but a `Succession`.
Never guesses: a name that no line knows is its own organ.

The id follows from the name, not from the registry: it knows the name of today only, and one organ
is met with a registry id on its own host and without on another.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from parsers.items import stable_id
from parsers.organs import level_of
from parsers.regions import is_zone, namesakes, region_of

#: For the organ of which the registry's id is all that is known.
_REGISTERED = "registry:"
#: A merged kind stands right behind a place: 体育和旅游局 is not the 旅游局 of a place 某市体育和.
_PLACES = ("省", "市", "县", "区", "州", "旗", "盟")


@dataclass(frozen=True, slots=True)
class Succession:
    """The organ that goes on with the work of one that ended in a merger, and by which reform."""

    successor_id: str
    successor: str
    year: int
    reform: str


def organ_id(agency: dict[str, Any]) -> str | None:
    """Return the id of the organ of an item's `agency`, or None where nothing names it.

    The division parts organs only where the name leaves open which place is meant.

    >>> old = {"id": None, "name": "淮安市卫生局", "region_code": "320800"}
    >>> organ_id(old) == organ_id({**old, "name": "淮安市卫生健康委员会", "id": "huaian-wjw"})
    True
    """
    name = agency["name"]
    if not name:
        return f"{_REGISTERED}{agency['id']}" if agency["id"] else None
    today = latest_name(name)
    place = agency.get("region_code") if _leaves_place_open(name) else None
    return stable_id("organ", today, place) if place else stable_id("organ", today)


def succession(agency: dict[str, Any]) -> Succession | None:
    """Return what became of an organ that ended in a merger, None for every other.

    >>> ended = succession({"id": None, "name": "淮安市地方税务局", "region_code": "320800"})
    >>> (ended.successor, ended.year)
    ('淮安市税务局', 2018)
    """
    merged = _merged(agency["name"] or "")
    if merged is None:
        return None
    became, year, reform = merged
    goes_on = organ_id({**agency, "name": became})
    return Succession(goes_on, became, year, reform) if goes_on else None


@lru_cache(maxsize=65_536)  # as below
def _merged(name: str) -> tuple[str, int, str] | None:
    """Return (successor's name, year, reform) for a name that ended in a merger."""
    for ending, successor, year, reform in _mergers():
        place = name.removesuffix(ending)
        if place != name and place.endswith(_PLACES):
            return place + successor, year, reform
    return None


@lru_cache(maxsize=65_536)  # organs come in batches: each is met once a year
def latest_name(name: str) -> str:
    """Return the name that an organ bears today: its kind renamed, its place kept.

    >>> latest_name("淮安市环境保护局"), latest_name("国家税务总局淮安市税务局")
    ('淮安市生态环境局', '淮安市税务局')
    """
    for lead in _renames()["leads"]:
        name = name.removeprefix(lead) or name
    for ending, today in _endings():
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)] + today
    return name


@lru_cache(maxsize=65_536)  # as above
def _leaves_place_open(name: str) -> bool:
    if region_of(name) or is_zone(name):
        return False
    return level_of(name) in (None, "township") or bool(namesakes(name))


@cache
def _endings() -> tuple[tuple[str, str], ...]:
    """Return (former ending, today's), longest first: 卫生和计划生育局 before 计划生育局.

    Today's stand among them, each its own: 住房和城乡建设局 is no 城乡建设局 of a place 某市住房和.
    """
    pairs = [
        (ending, rename["today"])
        for rename in _renames()["rename"]
        for ending in (rename["today"], *rename["formerly"])
    ]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))


@cache
def _mergers() -> tuple[tuple[str, str, int, str], ...]:
    """Return (ending, successor's, year, reform) of each kind that ended, longest first."""
    known = tomllib.loads(files("crawler.stores").joinpath("mergers.toml").read_text("utf-8"))
    ended = [
        (ending, merger["successor"], merger["year"], merger["reform"])
        for merger in known["merger"]
        for ending in merger["predecessors"]
    ]
    return tuple(sorted(ended, key=lambda each: (-len(each[0]), each[0])))


@cache
def _renames() -> dict[str, Any]:
    return tomllib.loads(files("crawler.stores").joinpath("renames.toml").read_text("utf-8"))
