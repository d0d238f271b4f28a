"""`scrapy reparse ARCHIVE...`: items from an archive, as the live crawl gave them."""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

from crawler.commands import counted, machine_told, name_formats, tell
from crawler.feeds.keeping import waiting
from crawler.logs import guard_log, log_as_json
from parsers.errors import ArchiveError, DisclosureError
from parsers.items import Kind

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from scrapy.settings import Settings

    from crawler.engines.cluster import Cluster
    from crawler.engines.shards import Shard
    from crawler.engines.summary import Summary
    from crawler.reparse import Options

# Scrapy imports every command for each: the engines come late, with numpy, 11 MB of every crawl.


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
            "and write the items to the feeds, equal to those of the live crawl. It takes every "
            "processor; a run that was stopped goes on by the same command. Example: "
            "scrapy reparse data/archive -O reports.parquet. In two machines' halves: "
            "scrapy reparse s3://bucket/warcs/ --shard 1/2 -O first.jsonl. Some captures only: "
            "scrapy reparse data/archive --host www.a.gov.cn --since 2024 -O some.jsonl"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of this command to Scrapy's."""
        from crawler.reparse import WORK  # noqa: PLC0415 (see above)

        below_the_project = WORK.relative_to(WORK.parent.parent)
        super().add_options(parser)
        parser.add_argument(
            "--registry", metavar="FILE", help="a registry file or folder (default: the project's)"
        )
        parser.add_argument(
            "--shard", metavar="i/n", help="only this share of the files (1/4 … 4/4, or job/4)"
        )
        parser.add_argument(
            "--workers", type=int, metavar="N", help="processes (default: one a processor)"
        )
        parser.add_argument(
            "--work",
            metavar="FOLDER",
            type=Path,
            help=f"what is done waits there ({below_the_project})",
        )
        _add_cluster(parser)
        parser.add_argument("--json", action="store_true", help="a summary for programs on stdout")
        _add_selection(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options as Scrapy does; a store's address needs no format."""
        name_formats(opts)
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Re-parse, print the summary; one sentence and exit 1 where it cannot be done."""
        from crawler.engines.progress import Progress  # noqa: PLC0415 (see above)
        from crawler.reparse import reparse  # noqa: PLC0415 (see above)

        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        if not args:
            raise UsageError
        if opts.registry:
            self.settings.set("REGISTRY", opts.registry, priority="cmdline")
        try:
            progress = Progress(sys.stderr if _log_apart(self.settings) else None)
            options = _options(opts)
            with machine_told():
                summary = reparse(args, self.settings, options, progress)
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1
        except KeyboardInterrupt:
            tell(["interrupted: the feeds were left as they were; the same command goes on"])
            self.exitcode = 1
        else:
            if opts.json:
                sys.stdout.write(json.dumps(summary.to_dict()) + "\n")
            self.exitcode = _show(summary)
            tell(waiting(Path(self.settings["LOADS"])))
            if options.shard.of > 1 and not self.settings.getdict("FEEDS"):
                tell([f"what it has done waits in {options.work}: {_TOGETHER}"])


_TOGETHER = "the same command without --shard, and with a feed, puts the shares together"


def _add_cluster(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine", choices=("pool", "dask"), default="pool",
        help="who does the work: processes here (the default), or a cluster",
    )  # fmt: skip
    parser.add_argument(
        "--scheduler", metavar="URL", help="the cluster's, as tls://host:8786 (--engine dask)"
    )
    for name, what in (("ca", "the authority's certificate"), ("cert", "ours"), ("key", "its key")):
        parser.add_argument(
            f"--tls-{name}", metavar="FILE", help=f"{what} (default: as dask is configured)"
        )


def _cluster(opts: argparse.Namespace) -> Cluster | None:
    from crawler.engines.cluster import Cluster  # noqa: PLC0415 (see above)

    told = (opts.scheduler, opts.tls_ca, opts.tls_cert, opts.tls_key)
    if opts.engine == "dask":
        if not opts.scheduler:
            raise UsageError("--engine dask: say where with --scheduler", print_help=False)
        return Cluster(*told)
    if any(told):
        raise UsageError("--scheduler and --tls-… go with --engine dask", print_help=False)
    return None


def _add_selection(parser: argparse.ArgumentParser) -> None:
    wanted = "only these captures; may be repeated"
    parser.add_argument("--host", metavar="HOST", action="append", default=[], help=wanted)
    parser.add_argument("--portal", metavar="ID", action="append", default=[], help=wanted)
    parser.add_argument(
        "--status", metavar="CODE", type=int, action="append", default=[], help=wanted
    )
    parser.add_argument(
        "--index", metavar="FILE", type=Path, action="append", default=[],
        help="a CDXJ index that tells where they lie (default: those in the archive's folder)",
    )  # fmt: skip
    kinds = get_args(Kind)
    parser.add_argument("--kind", choices=kinds, action="append", default=[], help="only these")
    for name in ("since", "until"):
        parser.add_argument(
            f"--{name}", default="", metavar="DATE", help=f"only captures {name} 2024, 2024-06, …"
        )


def _options(opts: argparse.Namespace) -> Options:
    from crawler.engines.selection import Selection  # noqa: PLC0415 (see above)
    from crawler.reparse import WORK, Options  # noqa: PLC0415 (see above)

    if opts.workers is not None and opts.workers < 1:
        raise UsageError(f"--workers {opts.workers}: at least one is needed", print_help=False)
    for date in filter(None, (opts.since, opts.until)):
        if not _DATE.fullmatch(date):
            raise UsageError(
                f"{date}: write a date as 2024, 2024-06 or 2024-06-30", print_help=False
            )
    selection = Selection(
        hosts=tuple(host.lower() for host in opts.host),
        portals=tuple(opts.portal),
        since=opts.since,
        until=opts.until,
        statuses=tuple(opts.status),
        kinds=tuple(opts.kind),
    )
    work = opts.work.absolute() if opts.work else WORK
    return Options(
        _shard(opts.shard),
        selection,
        opts.workers,
        work,
        _cluster(opts),
        tuple(opts.index),
    )


def _shard(text: str | None) -> Shard:
    from crawler.engines.shards import WHOLE, Shard  # noqa: PLC0415 (see above)

    try:
        return WHOLE if text is None else Shard.read(text)
    except ArchiveError as error:
        raise UsageError(str(error), print_help=False) from error


_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", re.ASCII)


def _log_apart(settings: Settings) -> bool:
    """Set up the log; return whether a terminal is left for the bar: the log goes elsewhere."""
    if log_as_json(settings):
        return sys.stderr.isatty() and bool(settings.get("LOG_FILE"))
    if not sys.stderr.isatty() or settings.get("LOG_FILE"):
        configure_logging(settings)
        guard_log()
    else:
        # Without a handler Python would print each warning, which the end tells anyway.
        logging.getLogger().addHandler(logging.NullHandler())
    return sys.stderr.isatty()


def _show(summary: Summary) -> int:
    """Tell what was damaged, then what was done; return the exit code."""
    read, items = summary.read, summary.items
    if read.damages:
        first, more = read.damages[0], len(read.damages) - 1
        beside = f" and {counted(more, 'other place')}" if more else ""
        tell([f"damaged: {first}{beside}; the rest was read, and the feeds hold its items"])
    if summary.notes:
        first, more = summary.notes[0], len(summary.notes) - 1
        tell([first + (f" (and {counted(more, 'other file')})" if more else "")])
    done = [
        f"{counted(read.captures, 'capture')} read",
        f"{counted(items.total(), 'item')} ({_listed(items.items()) or 'none'})",
        counted(len(read.damages), "damaged record"),
        f"{summary.seconds:.1f} s",
    ]
    if repeats := _listed(summary.duplicates.items()):
        done.insert(2, f"{counted(summary.duplicates.total(), 'duplicate')} ({repeats})")
    if summary.resumed:
        done.insert(1, f"{summary.resumed} of {counted(summary.units, 'unit')} by an earlier run")
    if summary.lost:
        done.append(f"{counted(summary.lost, 'worker')} lost")
    tell([", ".join(done)])
    return 1 if read.damages else 0


def _listed(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts))
