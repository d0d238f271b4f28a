"""One module a site-builder family (CMS): where its lists start, and how to read one page of them.

A family module is three pure functions and a name; no Scrapy, no network:

    NAME = "trs"
    def recognises(page: Page) -> bool
        is this page made by the family?
    def first(section: str) -> Fetch
        how a section's first list page is asked for
    def read(page: Page, asked: Fetch) -> Listing
        the entries of one list page, and how the next is asked for; `asked` is the fetch that gave
        the page (a POST's answer does not say what it was asked)

`FAMILIES` lists the modules in the order in which they are asked; `static` recognises every page
and comes last. The spider turns a `Fetch` into a request and knows nothing about families.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from crawler.cms import (
    aspnet,
    epoint,
    eportal,
    gkmlpt,
    hanweb_annual,
    hanweb_jpage,
    hanweb_xxgk,
    huaian,
    jpaas,
    lonsun,
    numbered,
    static,
    trs,
    trs_igs,
    trs_was,
    truecms,
    ucap,
    ucap_codeid,
    ucap_query,
    ucap_search,
    vsb,
)
from crawler.cms.shapes import Entry, Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page


class Family(Protocol):
    """What a family module offers."""

    NAME: str

    def recognises(self, page: Page) -> bool:
        """Whether the family made `page`."""
        ...

    def first(self, section: str) -> Fetch:
        """Return how the first list page of the section at that URL is asked for."""
        ...

    def read(self, page: Page, asked: Fetch) -> Listing:
        """Return what the list page says."""
        ...


#: In the order in which they are asked; `static` recognises every page.
FAMILIES: tuple[Family, ...] = (
    gkmlpt, hanweb_annual, hanweb_xxgk, hanweb_jpage, jpaas, ucap_query, ucap_codeid, ucap_search,
    ucap, lonsun, epoint, eportal, huaian, truecms, trs_igs, trs_was, trs, vsb, aspnet, numbered,
    static,
)  # fmt: skip
NAMES = tuple(family.NAME for family in FAMILIES)


def family(name: str) -> Family:
    """Return the family of that name. Raises KeyError."""
    return dict(zip(NAMES, FAMILIES, strict=True))[name]


def family_of(page: Page) -> Family:
    """Return the first family that recognises `page`."""
    return next(family for family in FAMILIES if family.recognises(page))


__all__ = ["FAMILIES", "NAMES", "Entry", "Family", "Fetch", "Listing", "family", "family_of"]
