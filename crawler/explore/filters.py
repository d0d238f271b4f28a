"""How values are written on a page: numbers, times, links that are safe to follow. Pure."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit


def number(value: float | None) -> str:
    """Return a figure without needless digits, thousands parted; nothing for none.

    >>> number(12.0), number(96171.6), number(None), number(1234567.0)
    ('12', '96,171.6', '', '1,234,567')
    """
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.10g}"


def moment(value: str | None) -> str:
    """Return a time of RFC 3339 to the second.

    >>> moment("2026-11-22T03:56:21.762010Z")
    '2026-11-22 03:56:21 UTC'
    """
    return f"{value[:10]} {value[11:19]} UTC" if value else ""


def web(value: str | None) -> str | None:
    """Return an address that a person may follow, None for every other.

    An archived page may state any: what runs a script when it is clicked is shown and not linked.

    >>> web("http://a.example/1"), web("javascript:alert(1)"), web(None)
    ('http://a.example/1', None, None)
    """
    try:
        scheme = urlsplit(value or "").scheme.lower()
    except ValueError:
        return None
    return value if scheme in ("http", "https") else None


def part(value: Any) -> str:
    """Return a value as one part of a path.

    >>> part("registry:a/b")
    'registry%3Aa%2Fb'
    """
    return quote(str(value), safe="")


FILTERS = {"number": number, "moment": moment, "web": web, "part": part}
