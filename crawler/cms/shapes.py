"""What a site-builder family takes and gives: `Fetch`, `Entry`, `Listing`. Only shapes."""

from __future__ import annotations

from dataclasses import dataclass

#: The header of a POST whose body is a form, and of one whose body is JSON.
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json;charset=utf-8"),)


@dataclass(frozen=True, slots=True)
class Fetch:
    """How to ask for one page: method, absolute URL, form body; `headers` where a list needs them.

    `received` counts the rows that the pages before it gave, for lists that tell only their total.
    `carried` is what the answer will not say and its reader needs. `again` marks an address that
    several lists ask alike, such as a script with the site's key: it is asked for each of them.
    """

    url: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    received: int = 0
    carried: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a listing: absolute `url`, its anchor text, the date as printed or None."""

    url: str
    title: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What one list page says: its rows in page order and how to go on; no `next` means the end."""

    entries: tuple[Entry, ...]
    next: tuple[Fetch, ...] = ()
