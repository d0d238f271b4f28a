"""`scrapy run-due`: crawl the portals that are due, some at a time."""  # noqa: N999 (its name)

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.jobs import now
from crawler.archive.place import PROJECT, Place, preflight
from crawler.commands import counted, tell, write_line
from crawler.commands.due import next_visits
from crawler.hours import BEIJING
from crawler.jobs.child import Order, settings_given
from crawler.jobs.due import due
from crawler.jobs.fleet import Fleet
from crawler.jobs.recording import check
from crawler.jobs.runs import Runs
from crawler.jobs.shards import Shard
from crawler.numbers import check_numbers
from crawler.registry import Registry
from crawler.traits import Hours
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from scrapy.settings import BaseSettings

    from crawler.jobs.child import Ended

#: Portals at a time. Each is asked a page a second at most: four take 300 MB and half a processor.
_PARALLEL = 4
_LOGS = PROJECT / "data" / "logs"


class Command(ScrapyCommand):
    """Run what is due."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own form)

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Crawl the portals that are due, some at a time"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Crawl every portal that `scrapy due` lists, each in a process of its own, jobs that "
            "were broken off first, and none outside of its hours. -o takes an address with "
            "%(portal)s in it, or a store. The exit code is not 0 where something is wrong on this "
            "machine; what is wrong with a portal is told by its alarms. Example: scrapy run-due "
            "--parallel 8 -o 'data/items/%(portal)s.jsonl' -s CRAWL_HOURS=22:00-06:00"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of the command."""
        super().add_options(parser)
        add = parser.add_argument
        add("--parallel", metavar="N", type=int, default=_PARALLEL, help="portals at a time")
        add("--shard", metavar="i/n", help="only portals of this machine of n")
        add("--most", metavar="N", type=int, help="no more than the N most urgent portals")
        add("--logs", metavar="FOLDER", type=Path, default=_LOGS, help="a log a portal goes there")
        add("-o", "--output", metavar="FEED", action="append", help="as of scrapy crawl")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run; what cannot be used is told in one sentence."""
        if args or opts.parallel < 1 or (opts.most or 1) < 1:
            raise UsageError
        try:
            self.exitcode = self._run(opts)
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 2

    def _run(self, opts: argparse.Namespace) -> int:
        settings = self.settings
        assert settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        check_numbers(settings)
        preflight(settings)
        check(settings)
        feeds = [part for feed in opts.output or () for part in ("-o", feed)]
        order = Order(settings_given(settings), feeds, opts.logs)
        at = datetime.now(UTC)
        visits = due(next_visits(settings, Shard.of(opts.shard, os.environ), at), at)[: opts.most]
        fleet = Fleet(order, opts.parallel, _in_hours(settings), _tell)
        code = fleet.run(visits)
        Runs.from_settings(settings).close_dead(Place.from_settings(settings).spool, now())
        _sum_up(fleet, len(visits), code)
        return code


def _in_hours(settings: BaseSettings) -> Callable[[str], bool]:
    """Return what says whether a portal may be asked now: its own hours, else CRAWL_HOURS."""
    registry = Registry.from_settings(settings)
    stated = str(settings.get("CRAWL_HOURS") or "")
    try:
        others = Hours.parse(stated) if stated else None
    except ValueError as error:
        raise DisclosureError(f"CRAWL_HOURS: {error}") from error

    def may_start(portal: str) -> bool:
        hours = registry.portal(portal).hours or others
        return hours is None or hours.holds(datetime.now(BEIJING).time())

    return may_start


def _tell(ended: Ended) -> None:
    """Say on a line of its own how a portal's run ended."""
    if not ended.line:
        tell([f"{ended.portal}: {ended.outcome.name} (exit code {ended.code})"])
        return
    figures = ended.line.get("figures") or {}
    parts = [f"{ended.portal}: {ended.outcome.name}"]
    parts += [
        f"{figures[name]} {name}" for name in ("new", "unchanged", "requests") if name in figures
    ]
    parts += [f"{figures['seconds']:.1f} s"] if "seconds" in figures else []
    tell([", ".join(parts), *(f"{ended.portal}: {each}" for each in ended.line.get("said", ()))])


def _sum_up(fleet: Fleet, due_now: int, code: int) -> None:
    """Say what came of all: a sentence to people, a JSON line to programs."""
    outcomes = Counter(ended.outcome.name for ended in fleet.ended)
    said = [f"{count} {name}" for name, count in sorted(outcomes.items())]
    said += [f"{len(fleet.waiting)} wait for their hours"] if fleet.waiting else []
    said += [f"{len(fleet.left)} left for the next run"] if fleet.left else []
    tell([f"{counted(due_now, 'portal')} due: {', '.join(said) or 'nothing to do'}"])
    line = {
        "due": due_now,
        "code": code,
        "outcomes": dict(outcomes),
        "waiting": sorted(fleet.waiting),
        "left": sorted(fleet.left),
    }
    write_line(line, sys.stdout)
