"""The divisions of the People's Republic (行政区划): codes of GB/T 2260, their names, their years.

Data: `data/divisions.tsv`, which states its sources and year: every division of the mainland down
to county level, with the codes and names that went since 2007. Development zones (开发区, 雄安新区)
have no code and are not in it. Never guesses: a code or a name that is not there is none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from parsers.data import lines

_LAST = 9999


@dataclass(frozen=True, slots=True)
class Division:
    """A name that a code bore, from the year `since` until the year `until`; None: open."""

    code: str
    name: str
    since: int | None
    until: int | None

    def distance(self, year: int) -> int:
        """Return how many years `year` lies outside of those of the division; 0 within.

        The year of a change belongs to both: a report on it may bear either name.
        """
        return max((self.since or 0) - year, year - (self.until or _LAST), 0)


def by_name(name: str) -> tuple[Division, ...]:
    """Return the divisions that bear or bore `name`, in the order of their codes.

    Autonomous ones go by a short form as well: 凉山州, 长阳县.

    >>> [one.code for one in by_name("凉山州")], [one.code for one in by_name("洪泽县")]
    (['513400'], ['320829'])
    """
    return _names().get(name, ())


def by_code(code: str, year: int | None = None) -> Division | None:
    """Return the division of that code by its name in `year`, by its last without; else None."""
    known = _codes().get(code, ())
    if year is None or not known:
        return known[0] if known else None
    return min(known, key=lambda one: one.distance(year))


def chain(code: str, year: int | None = None) -> str | None:
    """Return the places of a code from the province down, None where it is unknown.

    A county that its province governs itself (429004 仙桃市) has no city above it.

    >>> chain("512000"), chain("429004"), chain("420600", 2009), chain("420600")
    ('四川省资阳市', '湖北省仙桃市', '湖北省襄樊市', '湖北省襄阳市')
    """
    if by_code(code) is None:
        return None
    parts = (by_code(part, year) for part in (f"{code[:2]}0000", f"{code[:4]}00", code))
    return "".join(dict.fromkeys(part.name for part in parts if part))


def lies_in(code: str, wider: str) -> bool:
    """Whether the division `code` is `wider` or a part of it, by the digits of their codes.

    >>> lies_in("320813", "320800"), lies_in("320813", "320000"), lies_in("320800", "320813")
    (True, True, False)
    """
    digits = 2 if wider.endswith("0000") else 4 if wider.endswith("00") else 6
    return code[:digits] == wider[:digits]


@cache
def divisions() -> tuple[Division, ...]:
    """Return every name that a code bore, by code, the newest name of a code first."""
    fields = (line.split("\t") for line in lines("divisions.tsv"))
    return tuple(
        Division(code, name, int(since) if since else None, int(until) if until else None)
        for code, name, since, until in fields
    )


@cache
def _codes() -> dict[str, tuple[Division, ...]]:
    """Return the divisions of each code, the newest name first."""
    codes: defaultdict[str, list[Division]] = defaultdict(list)
    for one in divisions():
        codes[one.code].append(one)
    return {code: tuple(known) for code, known in codes.items()}


@cache
def _names() -> dict[str, tuple[Division, ...]]:
    names: defaultdict[str, list[Division]] = defaultdict(list)
    for one in divisions():
        names[one.name].append(one)
    for short, known in _short_forms().items():
        if short not in names:
            names[short] = known
    return {name: tuple(known) for name, known in names.items()}


# 凉山彝族自治州, 西双版纳傣族自治州, 博尔塔拉蒙古自治州: the peoples stand between place and 自治.
_AUTONOMOUS = re.compile(
    r"(?P<place>[\u4e00-\u9fff]{2,5}?)"
    r"(?:(?:土家|哈尼|布依|[藏羌彝苗侗壮瑶傣白黎畲回满水佤怒京土]|傈僳|景颇|朝鲜|哈萨克|柯尔克孜|蒙古"
    r"|塔吉克|锡伯|纳西|拉祜|布朗|毛南|仫佬|仡佬|撒拉|东乡|保安|裕固|达斡尔|鄂温克|鄂伦春|独龙|普米)族?"
    r"|各族){1,6}自治(?P<kind>[州县旗])"
)


def _short_forms() -> dict[str, list[Division]]:
    shorts: defaultdict[str, list[Division]] = defaultdict(list)
    for one in divisions():
        found = _AUTONOMOUS.fullmatch(one.name)
        if found:
            shorts[found["place"] + found["kind"]].append(one)
    return shorts
