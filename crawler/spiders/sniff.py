"""Look at a portal and say what is there: its report columns as a registry stanza, with evidence.

Walks as `sections` does, from home page to columns, and stops at the first page of each that shows
a row: no report is fetched. `crawler.spiders.stanza` writes down what was seen.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler import discovery
from crawler.cms import family_of
from crawler.cms.markup import Markup
from crawler.names import is_part
from crawler.run import fail
from crawler.spiders.sections import SectionsSpider
from crawler.spiders.stanza import Column, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.spiders.steps import Step
    from parsers.items import Page

# 欢迎光临: welcome to; 门户网站: portal; 网站首页: home page. What is left names the organ.
_GREETING = re.compile(
    r"^欢迎(?:光临|访问|来到|您)?|(?:门户|政务|官方|网站|网|首页|[\s_|—-]){1,40}$"
)


#: Pages of a column to look at for its first row: Epoint has two before it.
_LOOKS = 4


class SniffSpider(SectionsSpider):
    """Find the report columns of a portal: `-a url=URL`."""

    name = "sniff"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.seen = Seen("")

    def onward(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield the ways to columns; keep what the home page says of itself."""
        if step.role == "home":
            name, told = _meta(page, "sitename"), "SiteName of the home page"
            if not name:
                name, told = _title(page), "title of the home page"
            home = self.starts[0].fetches[0][0].url
            self.seen = Seen(home, name, told, _meta(page, "siteidcode"), self.seen.columns)
        return super().onward(page, step)

    def from_column(self, page: Page, step: Step) -> Iterator[Step]:
        """Note a column, by the first of its pages that shows a row, and go no further."""
        family = family_of(page)
        listing = family.read(page, step.fetch)
        parts = tuple(one.text for one in self.parts(page, step) if is_part(one.text))
        itself = self.is_report(page)
        if not (listing.entries or listing.next or parts or itself):
            if self.must_be_drawn(page, step):
                yield self.drawn(step)
            return
        section = step.section or step.fetch.url
        column = self.seen.columns.setdefault(section, Column(section, family.NAME, _why(step)))
        column.rows += len(listing.entries)
        column.reports += sum(discovery.is_report_title(entry.title) for entry in listing.entries)
        column.parts = column.parts or parts
        column.is_report, column.drawn = column.is_report or itself, column.drawn or step.drawn
        column.note_next(listing)
        if not listing.entries and step.number < _LOOKS:
            onward = replace(step, section=section, number=step.number + 1)
            yield from (replace(onward, fetch=fetch) for fetch in listing.next)

    def tell_empty_starts(self, reason: str) -> None:
        """Fail the run where no column was found."""
        if reason == "finished" and not self.seen.columns and not self.told:
            start = self.starts[0].name
            fail(self.crawler, f"no report column found from {start}: name a page nearer to it")


def _why(step: Step) -> tuple[str, ...]:
    """Return what the way to a column says for it: its link's text, and the rules that it met."""
    way = discovery.judge(step.fetch.url, step.link_text or "")
    linked = (f"linked as {step.link_text}",) if step.link_text else ()
    return (*linked, *(way.evidence if way else ()))


def _title(page: Page) -> str:
    """Return the home page's title without what greets or names the page itself, or ""."""
    node = Markup.of(page).tree.css_first("title")
    words = "" if node is None else " ".join(node.text().split())
    return _GREETING.sub("", words).strip(" -_|—·").replace('"', "").replace("\\", "")


def _meta(page: Page, name: str) -> str:
    """Return the content of the first `<meta>` of that name, any case, or ""."""
    for node in Markup.of(page).tree.css("meta[name][content]"):
        if (node.attributes.get("name") or "").lower() == name:
            return (node.attributes.get("content") or "").replace('"', "").strip()
    return ""
