"""`scrapy clean-report FILE|FOLDER|ARCHIVE...`: what cleaning cut from pages, and by which rule."""

# ruff: noqa: N999 (Scrapy names a command by its file)

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.locations import Counts
from crawler.commands import machine_told, tell
from crawler.registry import Registry
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    """Show what cleaning does to pages; touches no network but that of an archive."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own form)

    def syntax(self) -> str:
        """Return the arguments of the command."""
        return "[options] <file, folder or archive> ..."

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Show what cleaning cut from pages, by which rule, and what it put back"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Clean pages (files of HTML, text, PDF or DOCX, folders of them, WARC files, folders "
            "or s3:// prefixes) and show each changed text beside what became of it, by rule. "
            "Pages without a finding are counted only. Nothing is written but --html. Examples: "
            "scrapy clean-report page.html --as http://jtj.ningde.gov.cn/a.html; "
            "scrapy clean-report data/archive --url http://www.lf.gov.cn/nb.html --html cuts.html; "
            "scrapy clean-report data/archive --cost"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of this command to Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--url", help="only the captures of this address, or this record id")
        parser.add_argument(
            "--rule", help="only changes whose step, kind or rule holds these words"
        )
        parser.add_argument("--as", dest="address", default="", help="the address of a file's page")
        parser.add_argument("--html", metavar="FILE", help="write it as one HTML file instead")
        parser.add_argument("--cost", action="store_true", help="show what each step costs instead")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Show the report; one sentence and exit 1 where it cannot be made."""
        if not args:
            raise UsageError
        try:
            with machine_told():
                self.exitcode = self._report(args, opts)
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1
        except BrokenPipeError:
            # Python flushes once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _report(self, args: list[str], opts: argparse.Namespace) -> int:
        # All of the parsers: every start of Scrapy imports every command, to list them.
        from crawler import cleaned_pages as work  # noqa: PLC0415
        from crawler.clean_report import as_html  # noqa: PLC0415
        from crawler.given_pages import pages_of  # noqa: PLC0415

        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        _check(opts)
        registry = Registry.from_settings(self.settings)
        counts = Counts()
        pages = pages_of(args, self.settings, counts, address=opts.address, url=opts.url)
        if opts.cost:
            return work.show_cost(pages, registry, counts, opts.url)
        shown = work.Shown(registry, opts.rule)
        if opts.html is None:
            work.write(shown.of(pages))
            shown.require(counts, opts.url)
            return shown.told(counts)
        with work.html_file(opts.html, args) as write:
            for part in as_html(shown.of(pages)):
                write(part)
            shown.require(counts, opts.url)
        return shown.told(counts)


def _check(opts: argparse.Namespace) -> None:
    """Raise DisclosureError for options that say nothing together, or for no address."""
    if opts.cost and (opts.html is not None or opts.rule):
        raise DisclosureError("--cost shows no page: leave out --html and --rule")
    if opts.address and not _is_address(opts.address):
        raise DisclosureError(
            f"--as {opts.address} is no address: name the page's, as http://www.lf.gov.cn/nb.html"
        )


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
