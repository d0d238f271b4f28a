"""One module a site-builder family (CMS): where its lists start, and how to read one page of them.

A family module is three pure functions and a name; no Scrapy, no network:

    NAME = "trs"
    def recognises(page: Page) -> bool      is this page made by the family?
    def first(section: str) -> Fetch        how a section's first list page is asked for
    def read(page: Page, asked: Fetch) -> Listing
                                            the entries of one list page, and how the next is asked for;
                                            `asked` is the fetch that gave the page (a POST's answer does
                                            not say what it was asked)

`FAMILIES` lists the modules in the order in which they are asked; `static` recognises every page and
comes last. The spider turns a `Fetch` into a request and knows nothing about families.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fetch:
    """How to ask for one page: method, absolute URL, form body; `headers` only where a list needs them."""

    url: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


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
