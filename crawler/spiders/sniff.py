"""Look at a portal and say what is there: its report columns as a registry stanza, with evidence.

Walks as `sections` does, from home page to columns, and stops at each column's first page: no
report is fetched. What the portal does not say (its division code) is left to be filled in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler import discovery
from crawler.cms import family_of
from crawler.cms.markup import Markup
from crawler.registry import netloc
from crawler.run import fail
from crawler.spiders.sections import SectionsSpider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.spiders.steps import Step
    from parsers.items import Page

# 欢迎光临: welcome to; 门户网站: portal; 网站首页: home page. What is left names the organ.
_GREETING = re.compile(r"^欢迎(?:光临|访问|来到|您)?|(?:门户|政务|官方|网站|网|首页|[\s_|—-])+$")


@dataclass(frozen=True, slots=True)
class Finding:
    """A report column: its address, its family, and what spoke for it."""

    url: str
    cms: str
    evidence: str


class SniffSpider(SectionsSpider):
    """Find the report columns of a portal: `-a url=URL`."""

    name = "sniff"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.findings: list[Finding] = []
        self.site_name = ""
        self.named_by = "not said by the portal"
        self.site_code = ""

    def onward(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield the ways to columns; keep what the home page says of itself."""
        if step.role == "home":
            self.site_name, self.named_by = _meta(page, "sitename"), "SiteName of the home page"
            if not self.site_name:
                self.site_name, self.named_by = _title(page), "title of the home page"
            self.site_code = _meta(page, "siteidcode")
        return super().onward(page, step)

    def from_column(self, page: Page, step: Step) -> Iterator[Step]:
        """Note a column and go no further."""
        family = family_of(page)
        listing = family.read(page, step.fetch)
        reports = sum(discovery.is_report_title(entry.title) for entry in listing.entries)
        if not listing.entries and not listing.next:
            return
        way = discovery.judge(step.fetch.url, step.link_text or "")
        said = [f"linked as {step.link_text}"] if step.link_text else []
        said += [
            *(way.evidence if way else ()),
            f"{reports} of {len(listing.entries)} rows are reports",
        ]
        self.findings.append(Finding(step.fetch.url, family.NAME, "; ".join(said)))
        yield from ()

    def tell_empty_starts(self, reason: str) -> None:
        """Fail the run where no column was found."""
        if reason == "finished" and not self.findings and not self.told:
            start = self.starts[0].name
            fail(self.crawler, f"no report column found from {start}: name a page nearer to it")

    def stanza(self) -> str:
        """Return what was found as a registry stanza; a comment says what each line rests on."""
        home = self.starts[0].fetches[0][0].url
        host = netloc(home)
        labels = host.partition(":")[0].removeprefix("www.").split(".")
        lines = [
            "[[portal]]",
            f'id = "{labels[0]}"  # from the host',
            f'name = "{self.site_name}"  # {self.named_by}: write the organ in full',
            'division = "000000"  # not said by the portal: GB/T 2260',
            'region = ""  # not said by the portal',
            'level = "prefecture"  # not said by the portal',
            'type = "government"  # not said by the portal',
            *([f'site_code = "{self.site_code}"  # SiteIDCode'] if self.site_code else []),
            f'hosts = ["{host}"]',
            f'home = "{home}"',
            "# add verified = true when a person has looked at what a crawl of it gave",
        ]
        for found in self.findings:
            lines += [
                "",
                f"# {found.evidence}",
                "[[portal.section]]",
                f'url = "{found.url}"',
                f'cms = "{found.cms}"',
            ]
        return "\n".join(lines) + "\n"


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
