"""`scrapy explore STORE`: look at a store in a browser, beside it the archived pages.

Thin: what is served is in `crawler.explore`. The address goes to stdout; a failure is one sentence
on stderr. Exit code: 0 ended by Ctrl-C, 1 a failure, 2 a mistake in the arguments.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import machine_told, tell
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    import argparse

_LACKING = (
    "explore needs datasette, which is not installed: run make setup, or install the extra "
    "`explore` (pip install 'disclosure-archive[explore]')"
)


_OPTIONS: dict[str, dict[str, Any]] = {
    "--archive": {
        "metavar": "LOCATION", "action": "append", "default": [],
        "help": "archive whose pages are replayed, as often as you like; needs pywb: make checkers",
    },
    "--port": {"type": int, "default": 0, "help": "default: any that is free"},
    "--host": {"default": "127.0.0.1", "help": "default: this machine only"},
    "--work": {
        "metavar": "FOLDER", "default": "data/explore",
        "help": "where counts are kept between starts; default: data/explore",
    },
}  # fmt: skip


class Command(ScrapyCommand):
    """Serve a store as pages, on this machine, until Ctrl-C."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own form)

    def syntax(self) -> str:
        """Say which arguments there are."""
        return "<store> [--archive LOCATION] [--port N] [--host ADDRESS] [--work FOLDER]"

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Look at a store in a browser: coverage, figures, evidence, archived pages"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "A store is a SQLite file (or sqlite:///FILE) that -O reports.sqlite or scrapy load "
            "wrote; it is only read. Example: "
            "scrapy explore reports.sqlite --archive data/archive --port 8001"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command takes."""
        super().add_options(parser)
        for name, options in _OPTIONS.items():
            parser.add_argument(name, **options)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Serve; what goes wrong is told in one sentence."""
        if len(args) != 1:
            raise UsageError("name one store", print_help=False)
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        # So that pywb ends with it, whoever ends it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            # Datasette is an extra, and Scrapy imports every command at each start.
            from crawler.explore.serving import explore  # noqa: PLC0415
        except ModuleNotFoundError as error:
            tell([_LACKING if error.name in ("datasette", "uvicorn") else str(error)])
            self.exitcode = 1
            return
        try:
            with machine_told():
                explore(
                    args[0], opts.archive, self.settings, Path(opts.work),
                    host=opts.host, port=opts.port, told=_say,
                )  # fmt: skip
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1
        except KeyboardInterrupt:  # while the summary was written; half of one is removed
            self.exitcode = 0


def _say(address: str) -> None:
    sys.stdout.write(f"{address} (Ctrl-C ends it)\n")
    sys.stdout.flush()
