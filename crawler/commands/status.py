"""`scrapy status`: the portals at a glance, for people, programs and Prometheus."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import counted, machine_told, tell
from crawler.feeds.keeping import waiting
from crawler.jobs.runs import Runs
from crawler.jobs.status import rows, table
from crawler.registry import Registry
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    """Show how the portals stand."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own form)

    def syntax(self) -> str:
        """Say which arguments there are."""
        return "[options]"

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Show how each portal stands: last run, what came of it, what to do"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Show a table of the portals that were crawled: last run (Beijing time), how it ended, "
            "new and unchanged reports, addresses without a page, alarms, and what to do. "
            "--prometheus writes the metrics for node_exporter's textfile collector instead. "
            "Example: scrapy status; scrapy status --prometheus disclosure.prom"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's options and ours."""
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="those never crawled, too")
        parser.add_argument("--json", action="store_true", help="a line a portal, for programs")
        parser.add_argument("--prometheus", metavar="FILE", help="write metrics there, whole")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Show it; what goes wrong is told in one sentence."""
        if args:
            raise UsageError(f"unknown argument {args[0]}", print_help=False)
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        try:
            with machine_told():
                if opts.prometheus:
                    from crawler.jobs import metrics  # noqa: PLC0415 (of no use to any other)

                    _write(Path(opts.prometheus), metrics.text(self.settings))
                    return
                found = rows(
                    Registry.from_settings(self.settings),
                    Runs.from_settings(self.settings).latest(),
                    every=opts.all,
                )
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1
            return
        if opts.json:
            lines = [json.dumps(row.as_dict(), ensure_ascii=False) for row in found]
        else:
            coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
            ends = Counter(row.outcome for row in found)
            shown = [*table(found, colours=coloured), ""] if found else []
            lines = [*shown, _summary(len(found), ends)]
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
        tell(waiting(Path(self.settings["LOADS"])))


def _summary(portals: int, ends: Counter[str]) -> str:
    """Return how many portals there are, and how many stand how."""
    if not portals:
        return "no portal was crawled yet"
    told = ", ".join(f"{count} {outcome}" for outcome, count in ends.most_common())
    return f"{counted(portals, 'portal')}: {told}"


def _write(path: Path, text: bytes) -> None:
    """Write a file whole or not at all: a collector may read it at any moment."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(text)
        part.replace(path)
    except OSError as error:
        raise DisclosureError(
            f"cannot write {path} ({error.strerror}): name another file"
        ) from error
