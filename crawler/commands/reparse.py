"""`scrapy reparse ARCHIVE...`: items from an archive, as the live crawl gave them."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from crawler.commands import counted, name_formats, tell
from crawler.reparse import WHOLE, Shard, reparse
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    import argparse

    from crawler.reparse import Summary


class Command(BaseRunSpiderCommand):
    """Read an archive, run the stages, write the feeds. Touches no network but an archive's."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return the arguments of the command."""
        return "[options] <archive> ..."

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Make items from an archive: files, folders or s3:// prefixes"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Read WARC files (files, folders, s3:// prefixes), run the stages over every capture "
            "and write the items to the feeds, equal to those of the live crawl. Example: "
            "scrapy reparse data/archive -O reports.parquet. In two machines' halves: "
            "scrapy reparse s3://bucket/warcs/ --shard 1/2 -O first.jsonl"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of this command to Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "--registry", metavar="FILE", help="a registry file or folder (default: the project's)"
        )
        parser.add_argument(
            "--shard", metavar="i/n", help="only every n-th capture, from the i-th (1/4 … 4/4)"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options as Scrapy does; a store's address needs no format."""
        name_formats(opts)
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Re-parse, print the summary; one sentence and exit 1 where it cannot be done."""
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        if not args:
            raise UsageError
        if opts.registry:
            self.settings.set("REGISTRY", opts.registry, priority="cmdline")
        shard = _shard(opts.shard)
        try:
            summary = asyncio.run(reparse(args, self.settings, shard))
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1
        except (KeyboardInterrupt, asyncio.CancelledError):
            tell(["interrupted: the feeds were left as they were; run the same command again"])
            self.exitcode = 1
        else:
            self.exitcode = _show(summary)


def _shard(text: str | None) -> Shard:
    if text is None:
        return WHOLE
    numbers = re.fullmatch(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})", text, re.ASCII)
    if numbers is None or int(numbers[1]) > int(numbers[2]):
        raise UsageError(f"--shard {text}: write it as 1/4 … 4/4", print_help=False)
    return Shard(int(numbers[1]), int(numbers[2]))


def _show(summary: Summary) -> int:
    """Tell what was damaged, then what was done; return the exit code."""
    read, items = summary.read, summary.items
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(items.items())) or "none"
    if read.damages:
        first, more = read.damages[0], len(read.damages) - 1
        beside = f" and {counted(more, 'other place')}" if more else ""
        tell([f"damaged: {first}{beside}; the rest was read, and the feeds hold its items"])
    done = (
        f"{counted(read.captures, 'capture')} read",
        f"{counted(items.total(), 'item')} ({kinds})",
        counted(len(read.damages), "damaged record"),
        f"{summary.seconds:.1f} s",
    )
    tell([", ".join(done)])
    return 1 if read.damages else 0
