"""What a site-builder family takes and gives: `Fetch`, `Entry`, `Listing`. Only shapes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fetch:
    """How to ask for one page: method, absolute URL, form body; `headers` where a list needs them.

    `received` counts the rows that the pages before it gave, for lists that tell only their total.
    """

    url: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    received: int = 0


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
