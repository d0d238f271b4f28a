"""`scrapy archive …`: look after an archive: verify, repair, index, push, restore and more.

Thin: what each does is in `crawler.archive`. Findings and figures go to stdout, for a person or,
with `--json`, for a program; failures are one sentence on stderr. Exit code: 0 all good, 1 findings
or a failure, 2 a mistake in the arguments.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.cdxj import index_lines, write_index
from crawler.archive.place import Place
from crawler.archive.progress import shown_progress
from crawler.archive.push import push
from crawler.archive.repair import repair
from crawler.archive.replay import fingerprint_of
from crawler.archive.replayer import served
from crawler.archive.restore import restore
from crawler.archive.stats import Stats, count
from crawler.archive.verify import Checked, verify
from crawler.commands import counted, machine_told, tell
from crawler.logs import harmless
from parsers.errors import ArchiveError, DisclosureError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Most kinds that a table of `stats` lists; `--json` gives all.
_TABLE_ROWS = 12


class Command(ScrapyCommand):
    """Look after an archive: one subcommand a task."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own form)

    def syntax(self) -> str:
        """Say which arguments there are."""
        return "verify|repair|index|push|restore|package|stats|replay [options] [location ...]"

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Verify, repair, index, push, restore, package, count or replay an archive"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "A location is an archive (folder or s3:// prefix), or one .warc, .warc.gz or .wacz "
            "file on a disk, in a bucket or on the web; "
            "without one, the archive that ARCHIVE_URL names. With --json a program reads what "
            "came out. Example: scrapy archive verify data/archive; "
            "scrapy archive verify -h says more of verify"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the subcommands, each with Scrapy's options and its own."""
        super().add_options(parser)
        tasks = parser.add_subparsers(dest="task", metavar="task", prog="scrapy archive")
        for name, task in _TASKS.items():
            sub = tasks.add_parser(
                name,
                help=task.help,
                description=f"{task.description} Example: {task.example}",
            )
            super().add_options(sub)
            for action in sub._actions:  # noqa: SLF001 (argparse has no other way)
                # What stands before the task holds where nothing stands behind it.
                action.default = argparse.SUPPRESS
            sub.add_argument("--json", action="store_true", default=False, help="for programs")
            task.add_arguments(sub)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the task; what goes wrong is told in one sentence."""
        if args:
            raise UsageError(f"unknown argument {args[0]}", print_help=False)
        if opts.task is None:
            raise UsageError
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        # The task says itself what it found; without a handler Python prints each warning again.
        logging.getLogger("crawler").addHandler(logging.NullHandler())
        task = _TASKS[opts.task](opts, self.settings)
        try:
            with machine_told():
                self.exitcode = task.run()
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1
        except KeyboardInterrupt:
            tell(["interrupted; nothing was left half done"])
            self.exitcode = 1


class _Task:
    """One subcommand; `run` returns the exit code."""

    help = ""
    description = ""
    example = ""

    def __init__(self, opts: argparse.Namespace, settings: Mapping[str, Any]) -> None:
        self.opts = opts
        self.settings = settings

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        """Add what the task takes."""
        parser.add_argument(
            "locations", nargs="*", metavar="location", help="default: the archive of ARCHIVE_URL"
        )

    def run(self) -> int:
        """Do it. Raises ArchiveError."""
        return 0

    @property
    def locations(self) -> list[str]:
        """What was named, else the archive of the settings."""
        return self.opts.locations or [Place.from_settings(self.settings).store.url]

    def show(self, summary: Mapping[str, Any], *lines: str) -> None:
        """Write the lines for a person, or the summary for a program."""
        if self.opts.json:
            lines = (json.dumps(summary, ensure_ascii=False),)
        sys.stdout.writelines(f"{harmless(line)}\n" for line in lines)
        sys.stdout.flush()


class _Verify(_Task):
    help = "find everything that is wrong with an archive"
    description = (
        "Walk every file byte by byte: gzip members, lengths, block and payload digests, the field "
        "rules of WARC 1.1; of an archive of ours also ledger, manifest and indexes. Each finding "
        "names file, byte and reason."
    )
    example = "scrapy archive verify data/archive"

    def run(self) -> int:
        checked = Checked()
        findings = []
        with shown_progress() as progress:
            for finding in verify(self.locations, self.settings, checked, progress):
                findings.append(finding)
                if not self.opts.json:
                    progress.clear()
                    self.show({}, str(finding))
        summary = {**asdict(checked), "findings": [asdict(finding) for finding in findings]}
        if not checked.files and not findings:
            raise ArchiveError(f"{', '.join(self.locations)} holds no WARC file: nothing to verify")
        verdict = counted(len(findings), "finding") if findings else "all good"
        walked = (counted(checked.files, "file"), counted(checked.records, "record"))
        self.show(summary, f"{', '.join(walked)}, {checked.bytes} bytes: {verdict}")
        return 1 if findings else 0


class _Repair(_Task):
    help = "cut a torn tail, keep a copy"
    description = (
        "Cut what a crash left of a record at the end of a file, back to its last whole record; "
        "the file as it was stays beside it. A file that is whole, or that a running crawl writes, "
        "is left alone."
    )
    example = "scrapy archive repair found.warc.gz"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="file", help=".warc or .warc.gz")

    def run(self) -> int:
        done, failed = [], []
        for file in self.opts.files:
            try:
                with shown_progress() as progress:
                    repaired = repair(Path(file), progress)
            except ArchiveError as error:
                failed.append(str(error))
                continue
            tear = asdict(repaired.tear) if repaired.tear else None
            copy = str(repaired.copy) if repaired.copy else None
            done.append({"file": file, "tear": tear, "copy": copy})
            if not self.opts.json:
                self.show({}, str(repaired))
        if self.opts.json:
            self.show({"files": done, "errors": failed})
        tell(failed)
        return 1 if failed else 0


class _Index(_Task):
    help = "write a CDXJ index"
    description = (
        "Write one line a capture, sorted bytewise, as pywb and other replay tools read it. "
        "Indexes of several archives merge line by line: LC_ALL=C sort -m."
    )
    example = "scrapy archive index data/archive -o data/archive/index.cdxj"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="default: standard output")

    def run(self) -> int:
        damages: list[str] = []
        output = self.opts.output
        if self.opts.json and output is None:
            raise UsageError("--json needs -o FILE: the index is on stdout", print_help=False)
        with shown_progress() as progress:
            lines = index_lines(self.locations, self.settings, damages, progress)
            if output is None:
                sys.stdout.buffer.writelines(lines)
                sys.stdout.buffer.flush()
            else:
                written = write_index(lines, Path(output))
        if output is not None:
            summary = {"lines": written, "output": output, "damages": damages}
            self.show(summary, f"{counted(written, 'line')} in {output}")
        tell(damages)
        return 1 if damages else 0


class _Push(_Task):
    help = "bring waiting files into the store"
    description = (
        "Bring the files that wait in the spool into the archive's store, as the next run would, "
        "and give up unfinished uploads of ours. Files of a running crawl are left to it."
    )
    example = "scrapy archive push s3://bucket/warcs"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("url", nargs="?", help="default: ARCHIVE_URL")

    def run(self) -> int:
        named = {"ARCHIVE_URL": self.opts.url} if self.opts.url else {}
        place = Place.from_settings({**self.settings, **named})
        with shown_progress() as progress:
            pushed = push(place, progress)
        lines = [f"{name}: brought into {place.store.url}" for name in pushed.brought_in]
        lines += [f"{name}: a running crawl writes it" for name in pushed.running]
        if pushed.swept:
            lines.append(f"{counted(pushed.swept, 'unfinished upload')} given up")
        self.show(asdict(pushed), *lines or ["nothing waits"])
        tell(pushed.troubles)
        return 1 if pushed.troubles or pushed.waiting else 0


class _Restore(_Task):
    help = "rebuild the ledger from the store"
    description = (
        "Enter into the ledger every file of the store that it lacks: after a machine was lost, "
        "from the bucket alone. Run again, it only looks for new files."
    )
    example = "scrapy archive restore s3://bucket/warcs"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("url", nargs="?", help="default: ARCHIVE_URL")

    def run(self) -> int:
        named = {"ARCHIVE_URL": self.opts.url} if self.opts.url else {}
        place = Place.from_settings({**self.settings, **named})
        if not place.store.names():
            raise ArchiveError(f"{place.store.url} holds no finished file: check the address")
        with shown_progress() as progress:
            restored = restore(place, fingerprint_of, progress=progress)
        line = (
            f"{counted(restored.files, 'file')}, {counted(restored.exchanges, 'exchange')}, "
            f"{counted(len(restored.jobs), 'job')} entered in {place.ledger}"
        )
        self.show({**asdict(restored), "ledger": str(place.ledger)}, line)
        return 0


class _Package(_Task):
    help = "write a WACZ package"
    description = (
        "Write archives as one WACZ 1.1.1 file: WARC files byte for byte, index, list of pages, "
        "hashes. Viewers open it without a server."
    )
    example = "scrapy archive package data/archive -o reports.wacz"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the package")

    def run(self) -> int:
        path = Path(self.opts.output)
        with shown_progress() as progress:
            # Here, as it reads pages: every start of Scrapy imports every command, to list them.
            from crawler.archive.package import package  # noqa: PLC0415

            packed = package(self.locations, path, self.settings, datetime.now(UTC), progress)
        summary = {**asdict(packed), "output": str(path)}
        line = f"{packed.files} files, {packed.captures} captures, {packed.pages} pages in {path}"
        self.show(summary, line)
        tell(packed.damages)
        return 1 if packed.damages else 0


class _Stats(_Task):
    help = "count what an archive holds"
    description = (
        "Count files, bytes, records by type, hosts, statuses, media types, and failures by reason."
    )
    example = "scrapy archive stats data/archive"

    def run(self) -> int:
        with shown_progress() as progress:
            stats = count(self.locations, self.settings, progress)
        self.show(stats.to_dict(), *_table(stats))
        tell(stats.damages)
        return 1 if stats.damages else 0


class _Replay(_Task):
    help = "show the captured pages in a browser"
    description = (
        "Serve archives with pywb on this machine, and print the address, until Ctrl-C. "
        "pywb is installed apart from this project: pipx install pywb."
    )
    example = "scrapy archive replay data/archive --port 8080"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--port", type=int, default=0, help="0 takes any that is free")

    def run(self) -> int:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with shown_progress() as progress:
            server = served(self.locations, self.settings, self.opts.port, progress)
            with server as (url, process):
                progress.clear()
                self.show({"url": url}, f"{url} (Ctrl-C ends it)")
                try:
                    process.wait()
                except KeyboardInterrupt:
                    return 0
        tell(["pywb ended by itself; run the same command again"])
        return 1


_TASKS: dict[str, type[_Task]] = {
    "verify": _Verify,
    "repair": _Repair,
    "index": _Index,
    "push": _Push,
    "restore": _Restore,
    "package": _Package,
    "stats": _Stats,
    "replay": _Replay,
}


def _table(stats: Stats) -> Iterator[str]:
    """Yield the counts for a person, the most frequent first."""
    yield f"{stats.files} files, {stats.bytes} bytes"
    if stats.first_date:
        yield f"from {stats.first_date} to {stats.last_date}"
    for name, counts in (
        ("records", stats.records),
        ("hosts", stats.hosts),
        ("statuses", stats.statuses),
        ("media types", stats.media_types),
        ("failures", stats.failures),
        ("truncated", stats.truncated),
    ):
        rows = counts.most_common(_TABLE_ROWS)
        if rows:
            yield f"\n{name}"
        for kind, number in rows:
            yield f"  {number:>9}  {kind}"
        if len(counts) > len(rows):
            yield f"             and {len(counts) - len(rows)} more"
