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

from crawler.cms.shapes import Entry, Fetch, Listing

#: The families' names, in the order in which they are asked.
NAMES = ("gkmlpt", "hanweb_jpage", "ucap", "trs", "vsb", "static")

__all__ = ["NAMES", "Entry", "Fetch", "Listing"]
