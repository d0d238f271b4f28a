"""Where organs lie, from the province down to the county, and which governments must be there.

A place is a code of GB/T 2260, or one of two of our own: the centre, and nowhere known. Pure: from
`parsers.divisions` and what a caller hands in; no database.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from parsers.divisions import by_code, divisions

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The whole, the centre (no division), and organs of which no place is known.
EVERYWHERE, CENTRE, NOWHERE = "", "centre", "none"
_LEVELS = ((4, "province"), (2, "prefecture"), (0, "county"))


class Owing(NamedTuple):
    """A division whose government owes reports: its code, its name, and for which years."""

    code: str
    name: str
    since: int | None
    until: int | None


def place_of(code: str | None, level: str | None) -> str:
    """Return the place of an organ by its division's code and its level.

    >>> place_of("320829", "county"), place_of(None, "central"), place_of(None, "county")
    ('320829', 'centre', 'none')
    """
    if level == "central":
        return CENTRE
    return code or NOWHERE


def above(place: str) -> str | None:
    """Return the place that a place belongs to; None for the whole.

    A county that its province governs itself has no city above it: nor have those of a
    municipality.

    >>> above("320829"), above("429004"), above("110101"), above("320000"), above("")
    ('320800', '420000', '110000', '', None)
    """
    if place == EVERYWHERE:
        return None
    if not place.isdigit() or place.endswith("0000"):
        return EVERYWHERE
    city = f"{place[:4]}00"
    if place != city and (by_code(city) or not by_code(place)):
        return city
    return f"{place[:2]}0000"


def up(place: str) -> Iterator[str]:
    """Yield a place and all that it belongs to, the whole last.

    >>> list(up("320829"))
    ['320829', '320800', '320000', '']
    """
    here: str | None = place
    while here is not None:
        yield here
        here = above(here)


def level_of(code: str) -> str:
    """Return the level of a division's government by its code.

    >>> level_of("320000"), level_of("320800"), level_of("320829")
    ('province', 'prefecture', 'county')
    """
    return next(level for zeros, level in _LEVELS if code.endswith("0" * zeros))


@cache
def owing() -> tuple[Owing, ...]:
    """Return each division with the years in which it was there, under whatever name, by code.

    Its name is its newest.
    """
    found: dict[str, Owing] = {}
    for one in divisions():
        known = found.get(one.code)
        if known is None:
            found[one.code] = Owing(one.code, one.name, one.since, one.until)
        else:
            since = None if None in (known.since, one.since) else min(known.since, one.since)  # type: ignore[type-var]
            until = None if None in (known.until, one.until) else max(known.until, one.until)  # type: ignore[type-var]
            found[one.code] = known._replace(since=since, until=until)
    return tuple(found.values())


def name_of(place: str) -> str | None:
    """Return the newest name of a division, None for what is none."""
    known = by_code(place)
    return known.name if known else None
