"""Walk every small portal by the real spider and print what came of each.

`python -m tests.site.walks` runs all in one process, each with an archive of its own, without
delays. For each portal: the reports and files found of those that are there, requests for what
robots.txt forbids, requests to another site, the requests made by the fewest possible, and how many
a host had at once at most. Exits with 1 where a portal misses its truth.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.resolver import dnscache
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.project import get_project_settings

from crawler.run import counted_in_closing, failures, remarks
from crawler.spiders.sections import SectionsSpider
from tests.site.portals import Portal, families, large
from tests.site.server import Site, serve
from tests.site.traps import traps

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Names that no resolver knows: here they are this machine.
HOST, FARM = "www.yunze.example", "farm.example"
#: Seconds that a portal takes for an answer: long enough to see a second request come meanwhile.
PAUSE = 0.002
#: The goal of a walk: one request in four may be one too many. A second run where nothing changed
#: costs at most one in twenty of the first.
MOST, AGAIN = 1.3, 0.05


@dataclass
class Outcome:
    """What came of one walk."""

    portal: str
    found: int
    there: int
    forbidden: int
    off_site: int
    requests: int
    fewest: int
    at_once: int
    counted: int | None
    unsaid: str
    missing: list[str]
    planted: bool = False

    @property
    def good(self) -> bool:
        """Whether the portal was walked as its truth says; a second walk finds nothing new."""
        all_found = self.found == (self.there if self.fewest else 0)
        few = self.fewest <= self.requests <= MOST * self.fewest if self.fewest else True
        clean = not (self.forbidden or self.off_site or self.unsaid)
        return all_found and few and clean and self.at_once == 1 and self.counted != 0


class Walker:
    """Runs walks one after another in this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings = get_project_settings()
        given = {
            "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
            "DOWNLOAD_DELAY": 0,
            "ARCHIVE_FSYNC": "roll",
            "LOG_FILE": str(folder / "log.txt"),
            "LOG_LEVEL": "ERROR",
        }
        self._settings.update(given, priority="cmdline")
        self._process = AsyncCrawlerProcess(self._settings)

    async def walk(self, portal: Portal, site: Site, farm: Site) -> Outcome:
        """Walk a portal from its home page; what an earlier walk of it archived is there."""
        settings = self._settings.copy()
        archive = (self._folder / str(urlsplit(site.url).port)).as_uri()
        settings.update({"ARCHIVE_URL": archive, **portal.settings}, priority="cmdline")
        crawler = Crawler(SectionsSpider, settings)
        items: list[Any] = []

        def keep(item: Any) -> None:
            items.append(item)

        crawler.signals.connect(keep, signals.item_scraped)
        before = len(site.requests)
        await self._process.crawl(crawler, url=f"http://{_netloc(HOST, site)}/")
        return _outcome(portal, site, farm, site.requests[before:], items, crawler)

    def run(self, portals: Iterable[Portal]) -> list[Outcome]:
        """Walk the portals; the large one twice."""
        found: list[Outcome] = []
        failed: list[BaseException] = []

        async def walk_all() -> None:
            try:
                with ExitStack() as stack:
                    farm = stack.enter_context(serve(answer=Portal("farm", {}, (), 1).answers({})))
                    for portal in portals:
                        site = stack.enter_context(serve(pause=PAUSE))
                        hosts = {"@HOST@": _netloc(HOST, site), "@FARM@": _netloc(FARM, farm)}
                        site.answer = portal.answers(hosts)
                        found.append(await self.walk(portal, site, farm))
                        if portal.again:
                            second = replace(portal, name=f"{portal.name}, again", fewest=0)
                            found.append(await self.walk(second, site, farm))
            except BaseException as error:
                failed.append(error)
                raise
            finally:
                from twisted.internet import reactor  # noqa: PLC0415 (Scrapy installs it)

                reactor.stop()  # type: ignore[attr-defined]  # as Scrapy calls it

        dnscache[HOST] = dnscache[FARM] = "127.0.0.1"
        walking = deferred_from_coro(walk_all())
        walking.addErrback(lambda _: None)  # told below
        self._process.start(stop_after_crawl=False, install_signal_handlers=False)
        if failed:
            raise failed[0]
        return found


def _netloc(name: str, site: Site) -> str:
    return f"{name}:{urlsplit(site.url).port}"


def _outcome(
    portal: Portal, site: Site, farm: Site, requests: list[tuple[str, str]], items: list[Any],
    crawler: Crawler,
) -> Outcome:  # fmt: skip
    """Compare what a walk asked for and gave with the portal's truth."""
    home = f"http://{_netloc(HOST, site)}"
    kept = {item.final_url.removeprefix(home): item.kind for item in items}
    there = [path for path in portal.reports if kept.get(path) == "annual_report"]
    there += [path for path in portal.files if path in kept]
    wanted = (*portal.reports, *portal.files)
    said = " ".join((*failures(crawler), *remarks(crawler), *counted_in_closing(crawler)))
    counted = crawler.stats.get_value(f"walk/{portal.counted}", 0) if portal.counted else None
    return Outcome(
        portal=portal.name,
        found=len(there),
        there=len(wanted),
        forbidden=sum(path in portal.forbidden for _, path in requests),
        off_site=len(farm.requests) + sum(not one.final_url.startswith(home) for one in items),
        requests=len(requests),
        fewest=portal.fewest,
        at_once=site.most_at_once,
        counted=counted,
        unsaid=portal.told if portal.told not in said else "",
        missing=sorted(set(wanted) - set(there)),
        planted=portal.planted,
    )


def table(outcomes: list[Outcome]) -> str:
    """Return the outcomes as a table, a portal a line, and their sums."""
    head = (
        "portal",
        "found",
        "forbidden",
        "off-site",
        "requests",
        "fewest",
        "ratio",
        "at once",
        "",
    )
    rows = [_row(one) for one in outcomes]
    widths = [max(len(cells[column]) for cells in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(wide) for cell, wide in zip(cells, widths, strict=True)).rstrip()
        for cells in (head, *rows)
    ]
    return "\n".join([*lines, summary(outcomes)])


def _row(one: Outcome) -> tuple[str, ...]:
    fewest = str(one.fewest) if one.fewest else "-"
    ratio = f"{one.requests / one.fewest:.2f}" if one.fewest else "-"
    told = "" if one.good else "MISSED"
    if one.planted:
        told = "planted fault " + ("NOT SEEN" if one.good else "seen")
    return (
        one.portal, f"{one.found}/{one.there}", str(one.forbidden), str(one.off_site),
        str(one.requests), fewest, ratio, str(one.at_once), told,
    )  # fmt: skip


def summary(outcomes: list[Outcome]) -> str:
    """Return the sums in a line, and what the second run cost of the first."""
    first = [one for one in outcomes if one.fewest and not one.planted]
    seen = [one.good for one in outcomes if one.planted].count(False)
    asked, fewest = sum(one.requests for one in first), sum(one.fewest for one in first)
    found, there = sum(one.found for one in first), sum(one.there for one in first)
    worst = max(one.requests / one.fewest for one in first)
    told = (
        f"{len(first)} portals: {found} of {there} found, {sum(one.forbidden for one in first)} "
        f"forbidden, {sum(one.off_site for one in first)} off-site, {asked} requests for a fewest "
        f"of {fewest} ({asked / fewest:.2f}, at worst {worst:.2f}), "
        f"{max(one.at_once for one in first)} at once; {seen} of "
        f"{sum(one.planted for one in outcomes)} planted faults seen"
    )
    for before, again in pairwise(outcomes):
        if not again.fewest:
            share = again.requests / before.requests
            told += (
                f"\n{again.portal}: {again.requests} requests after {before.requests} ({share:.1%})"
            )
    return told


def portals() -> list[Portal]:
    """Return every portal: one a family, one a trap, a large one, and those with planted faults."""
    return [*families(), *traps(), large(), *planted()]


def planted() -> list[Portal]:
    """Return portals whose walk is made to miss its truth, each in a respect of its own."""
    known = {portal.name: portal for portal in (*families(), *traps())}
    hasty = {"CONCURRENT_REQUESTS_PER_DOMAIN": "8", "AUTOTHROTTLE_TARGET_CONCURRENCY": "1e6"}
    faults = (
        ("static", "robots.txt not obeyed", {"ROBOTSTXT_OBEY": "0"}),
        ("trs", "eight at once", hasty),
        ("calendar", "no budget", {"BLANK_PAGES": "12"}),
        ("meta refresh", "too little depth", {"WALK_DEPTH": "2"}),
    )
    return [
        replace(known[name], name=fault, settings=settings, planted=True)
        for name, fault, settings in faults
    ]


def walked() -> list[Outcome]:
    """Walk every portal in this process, which can do so once."""
    with tempfile.TemporaryDirectory() as folder:
        return Walker(Path(folder)).run(portals())


def main() -> int:
    """Walk, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON a portal")
    as_json = parser.parse_args().json
    outcomes = walked()
    if as_json:
        print(*(json.dumps(asdict(one), ensure_ascii=False) for one in outcomes), sep="\n")
    else:
        print(table(outcomes))
        for one in outcomes:
            if one.good is one.planted:
                print(f"{one.portal}: missing {one.missing}, unsaid {one.unsaid!r}", one.counted)
    return 0 if all(one.good is not one.planted for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
