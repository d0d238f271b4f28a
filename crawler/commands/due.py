"""`scrapy due`: which portals should run now, and why."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.jobs import now
from crawler.archive.place import Place
from crawler.commands import counted, machine_told, tell
from crawler.hours import BEIJING
from crawler.jobs import due as dues
from crawler.jobs.runs import Runs
from crawler.jobs.schedule import SCHEDULE, Policy
from crawler.jobs.shards import Shard
from crawler.registry import Registry
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    import argparse

    from scrapy.settings import BaseSettings

    from crawler.jobs.due import Visit


class Command(ScrapyCommand):
    """List visits that are due."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own form)

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "List which portals should run now, and why"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Print a line a portal that is due: since when, why, and how its last visit ended. The "
            "policy is crawler/jobs/schedule.toml, or the file that SCHEDULE names; what ran is "
            "read from the table of runs. Examples: scrapy due; scrapy due --at 2027-03-20; "
            "scrapy due --all --json"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of the command."""
        super().add_options(parser)
        parser.add_argument("--at", metavar="DATE", help="as of this day or time, Beijing's")
        parser.add_argument("--all", action="store_true", help="those that are not due yet, too")
        parser.add_argument("--json", action="store_true", help="a JSON object a line")
        parser.add_argument("--shard", metavar="i/n", help="only portals of this machine of n")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """List; what cannot be used is told in one sentence."""
        if args:
            raise UsageError
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        try:
            at = instant(opts.at)
            shard = Shard.of(opts.shard, os.environ)
            with machine_told():
                found = next_visits(self.settings, shard, at)
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 2
            return
        listed = sorted(found, key=lambda visit: visit.since) if opts.all else dues.due(found, at)
        for visit in listed:
            sys.stdout.write(json.dumps(visit.as_dict()) if opts.json else _line(visit, at))
            sys.stdout.write("\n")
        if not opts.json:
            tell([f"{counted(len(dues.due(found, at)), 'portal')} due of {len(found)}"])


def next_visits(settings: BaseSettings, shard: Shard, at: datetime) -> list[Visit]:
    """Return the next visit of each portal of a shard. Raises DisclosureError.

    Runs whose process was killed are noted as interrupted first.
    """
    registry = Registry.from_settings(settings)
    policy = Policy.load(Path(settings.get("SCHEDULE") or SCHEDULE))
    runs = Runs.from_settings(settings)
    runs.close_dead(Place.from_settings(settings).spool, now())
    mine = [portal.id for portal in registry.portals if shard.has(portal)]
    return dues.visits(mine, runs.latest(), policy, at)


def instant(text: str | None) -> datetime:
    """Return the instant that `--at` names, now without it. Raises DisclosureError."""
    if not text:
        return datetime.now(UTC)
    try:
        if len(text) == len("2027-01-31"):
            return datetime.combine(date.fromisoformat(text), time(23, 59), BEIJING)
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise DisclosureError(f"--at {text} is no date: write 2027-01-31") from error
    return at if at.tzinfo else at.replace(tzinfo=BEIJING)


def _line(visit: Visit, at: datetime) -> str:
    since = visit.since.astimezone(BEIJING)
    when = f"{since:%Y-%m-%d}" if visit.since <= at else f"not before {since:%Y-%m-%d}"
    last = f"last {visit.last[:10]} {visit.outcome}" if visit.last else "no visit yet"
    return f"{visit.portal:<24} {when:<22} {visit.why}; {last}"
