"""Find the division code (GB/T 2260) and the region of an organ by the places in its name.

A name that several divisions bear (there are 4 鼓楼区) gives nothing unless what stands before it,
the place that it is known to lie in, or the year decides. A township's code is its county's. Never
reads a host, never guesses: what stays unsure is told by `namesakes`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.divisions import Division, by_code, by_name, chain, lies_in

_LONGEST_NAME = 15


@dataclass(frozen=True, slots=True)
class Region:
    """A division: its code, and its places from the province down (四川省资阳市)."""

    code: str
    region: str


def region_of(name: str, *, within: str | None = None, year: int | None = None) -> Region | None:
    """Return the smallest division that `name` (an organ's) surely lies in, None where unsure.

    `within` is the code of a place that the organ is known to lie in, such as its portal's: it
    parts namesakes, and says nothing against a name that is clear. `year` is the year of the
    report: it parts the codes that one place had.

    >>> region_of("渠县宝城镇人民政府")
    Region(code='511725', region='四川省达州市渠县')
    >>> region_of("鼓楼区民政局"), region_of("鼓楼区民政局", within="320100")
    (None, Region(code='320106', region='江苏省南京市鼓楼区'))
    """
    choices = _choices(name, within, year)
    if len(choices) != 1:
        return None
    return Region(choices[0].code, _named(choices[0], year))


def namesakes(name: str, *, within: str | None = None, year: int | None = None) -> tuple[str, ...]:
    """Return the regions between which `name` leaves open where it lies; () where it is clear.

    >>> len(namesakes("鼓楼区民政局")), namesakes("南京市鼓楼区民政局"), namesakes("财政局")
    (4, (), ())
    """
    choices = _choices(name, within, year)
    return tuple(_named(one, year) for one in choices) if len(choices) > 1 else ()


def region_named(code: str, year: int | None = None) -> str | None:
    """Return the places of a division code from the province down, None where it is unknown.

    >>> region_named("512000")
    '四川省资阳市'
    """
    return chain(code, year)


def is_zone(name: str) -> bool:
    """Whether `name` is the organ of a development zone, which has no division code of its own.

    >>> is_zone("淮安经济技术开发区管理委员会"), is_zone("浦东新区人民政府")
    (True, False)
    """
    return bool(_ZONE.search(name, sum(map(len, _places(name)))))


# 浦东新区 and 滨海新区 are districts; the table knows them.
_ZONE = re.compile(
    r"(?:开发|高新|新|园|示范|度假|保税|管理|名胜|试验|合作|产业)区(?:管理委员会|管委会|.{0,12}[局办]|$)"
)


def _named(one: Division, year: int | None) -> str:
    """Return the region of a division, with the names that held in `year` or when it last did."""
    if one.until is not None and (year is None or year > one.until):
        year = one.until - 1
    return (chain(one.code, year) or one.name) if by_code(one.code, year) == one else one.name


def _choices(name: str, within: str | None, year: int | None) -> list[Division]:
    """Return the divisions that `name` may lie in, as narrow as its places and the rest tell."""
    choices: list[Division] = []
    for place in (*_places(name), *_branch(name)):
        below = [
            one
            for one in by_name(place)
            if not choices or any(lies_in(one.code, wider.code) for wider in choices)
        ]
        if not below:
            break
        choices = below
    if within and len(choices) > 1:
        choices = [one for one in choices if lies_in(one.code, within)] or choices
    return _of_the_time(choices, year)


def _branch(name: str) -> list[str]:
    """Return the district whose branch a bureau's name tells: 惠州市公安局惠阳区分局.

    卧龙分局 is that of 卧龙区. A branch of no division (高新分局, 直属分局) has none in the table.
    """
    found = _BRANCH.search(name)
    if found is None:
        return []
    named = found["place"]
    alike = (place for place in (named, f"{named}区", f"{named}县", f"{named}市") if by_name(place))
    return [place for place in (next(alike, None),) if place]


_BRANCH = re.compile(r"[局处](?P<place>[\u4e00-\u9fff]{2,8}?)分局$")


def _of_the_time(choices: list[Division], year: int | None) -> list[Division]:
    """Return those of `choices` that held in `year`, or came nearest; of one place the newest."""
    if year is not None and choices:
        nearest = min(one.distance(year) for one in choices)
        choices = [one for one in choices if one.distance(year) == nearest]
    return [one for one in choices if not any(_follows(other, one) for other in choices)]


def _follows(new: Division, old: Division) -> bool:
    """Whether `new` is the same place under the code that it was given when `old` went.

    崇川区 went from 320602 to 320613 in 2020, 济源市 from 410881 to 419001 in 2008. A county-level
    city that became a prefecture of its name (铜仁市, 2011) is another place.
    """
    same_level = new.code.endswith("00") == old.code.endswith("00")
    return same_level and new.code[:2] == old.code[:2] and new.since == old.until is not None


def _places(name: str) -> list[str]:
    """Return the places that `name` begins with, as the table names them, outermost first."""
    found: list[str] = []
    at = 0
    while at < len(name):
        ends = range(min(len(name), at + _LONGEST_NAME), at + 1, -1)
        longest = next((name[at:end] for end in ends if by_name(name[at:end])), None)
        if longest is None:
            break
        found.append(longest)
        at += len(longest)
    return found
