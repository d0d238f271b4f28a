"""Write what was found at a portal as a registry stanza, with what each line rests on beside it.

Names, codes and levels follow from the portal's own words and the table of divisions; what neither
says is left to be filled in, and says so. Pure: no Scrapy, no network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.registry import netloc
from parsers.organs import in_full, level_of, type_of
from parsers.regions import Region, region_named, region_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.cms import Listing

_UNSAID = "not said by the portal"
#: The longest list of parts that is told in full: 3 kinds of organ, the last years.
_PARTS_TOLD = 3


@dataclass(slots=True)
class Column:
    """A report column as seen: its address, its family, why it is one, and what its list holds."""

    url: str
    cms: str
    why: tuple[str, ...]
    rows: int = 0
    reports: int = 0
    parts: tuple[str, ...] = ()
    asked_for: str = ""
    is_report: bool = False
    drawn: bool = False

    def evidence(self) -> str:
        """Return what speaks for the column, strongest first."""
        said = [*self.why, f"{self.reports} of {self.rows} rows are reports"]
        if self.parts:
            told = ", ".join(self.parts[:_PARTS_TOLD])
            more = f" and {len(self.parts) - _PARTS_TOLD} more" * (len(self.parts) > _PARTS_TOLD)
            said.append(f"its parts: {told}{more}")
        if self.is_report:
            said.append("the page is a report itself")
        return "; ".join(said)

    def note_next(self, listing: Listing) -> None:
        """Keep how the list goes on: the file or call of its next page."""
        if listing.next and not self.asked_for:
            fetch = listing.next[0]
            path = urlsplit(fetch.url).path
            last = path if fetch.method == "POST" or "." not in path else path.rsplit("/", 1)[-1]
            self.asked_for = f"{fetch.method} {last}" if fetch.method == "POST" else last

    def lines(self) -> Iterator[str]:
        """Yield the section's lines."""
        mark = f"the next page is {self.asked_for}" if self.asked_for else "no page after the first"
        yield ""
        yield f"# {self.evidence()}"
        yield "[[portal.section]]"
        yield f'url = "{self.url}"'
        yield f'cms = "{self.cms}"  # recognised by its page; {mark}'


@dataclass(slots=True)
class Seen:
    """What a portal says of itself, and the columns found, by address."""

    home: str
    name: str = ""
    named_by: str = _UNSAID
    site_code: str = ""
    columns: dict[str, Column] = field(default_factory=dict)

    def stanza(self) -> str:
        """Return the stanza as it belongs into a registry file."""
        lines = [*self._portal(), *(line for one in self.columns.values() for line in one.lines())]
        return "\n".join(lines) + "\n"

    def _portal(self) -> Iterator[str]:
        host = netloc(self.home)
        labels = host.partition(":")[0].removeprefix("www.").split(".")
        name = in_full(self.name)
        completed = ", completed" if name != self.name else ": write the organ in full"
        yield "[[portal]]"
        yield f'id = "{labels[0]}"  # from the host'
        yield f'name = "{name}"  # {self.named_by}{completed}'
        yield from self._place(name)
        if self.site_code:
            yield f'site_code = "{self.site_code}"  # SiteIDCode'
        yield f'hosts = ["{host}"]  # the address asked for'
        yield f'home = "{self.home}"  # the address asked for'
        if any(one.drawn for one in self.columns.values()):
            yield "render = true  # a list showed only in a browser"
        yield "# add verified = true when a person has looked at what a crawl of it gave"

    def _place(self, name: str) -> Iterator[str]:
        """Yield division, region, level and type: by the name, else by the site code."""
        told, here = "by the name", region_of(name)
        if here is None and region_named(self.site_code[:6]):
            told = "by the site code"
            code = self.site_code[:6]
            here = region_of(name, within=code) or Region(code, region_named(code) or "")
        kind = f'type = "{type_of(name)}"  # by the name' if name else ""
        if here is None and level_of(name) == "central":
            yield 'level = "central"  # by the name'
        elif here is None:
            yield f'division = "000000"  # {_UNSAID}: GB/T 2260'
            yield f'region = ""  # {_UNSAID}'
            yield f'level = "prefecture"  # {_UNSAID}'
        else:
            yield f'division = "{here.code}"  # GB/T 2260, {told}'
            yield f'region = "{here.region}"  # GB/T 2260, {told}'
            yield f'level = "{_level(here.code, name)}"  # {told}'
        yield kind or f'type = "government"  # {_UNSAID}'


def _level(code: str, name: str) -> str:
    if level_of(name) == "township":
        return "township"
    return "province" if code[2:] == "0000" else "prefecture" if code[4:] == "00" else "county"
