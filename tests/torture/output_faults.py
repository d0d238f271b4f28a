"""What R18 plants: each fault takes away what makes one output harmless, in the process it runs in.

`FAULTS` names the output that a fault spoils and what plants it. Settings are read in a run: what
depends on them is imported there.
"""

from __future__ import annotations

import importlib
import logging
import re
from typing import TYPE_CHECKING, Any

from tests.torture.hostile import ESCAPES

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.items import Report


def plant(fault: str | None) -> None:
    """Take away what makes an output harmless."""
    if fault:
        FAULTS[fault][1]()


def _put(module: str, name: str, what: Any) -> Callable[[], None]:
    """Return what puts something of its own in the place of a function of ours."""

    def put() -> None:
        setattr(importlib.import_module(module), name, what)

    return put


def _as_is(text: str) -> str:
    return text


def _raw_log() -> None:
    """Take the guard off, and let a component say what a page is called."""
    from crawler.archive import extension  # noqa: PLC0415 (settings are read in a run)

    extension.guard_log = lambda: None
    _say_texts()


def _raw_json_log() -> None:
    """Let JSON hold what it leaves as it is, and a component say what a page is called."""
    _put("crawler.logs", "_CONTROL", re.compile("(?!)"))()
    _say_texts()


def _say_texts() -> None:
    def said(report: Report) -> None:
        logging.getLogger(__name__).info("read %s", report.text)

    _with_each_report(said)


def _raw_words() -> None:
    """Let the run's last words be a server's."""
    from crawler import commands  # noqa: PLC0415 (planted in the fork)

    commands.harmless = _as_is
    commands._how_it_ended = lambda _: [ESCAPES]


def _raw_attachments() -> None:
    """Call a file as its link does."""

    def named(report: Report) -> None:
        for each in report.attachments:
            each.filename = each.link_text

    _with_each_report(named)


def _cut_titles() -> None:
    """Leave out of titles what a place may not like."""

    def cut(report: Report) -> None:
        report.title = "".join(filter(str.isalnum, report.title or ""))

    _with_each_report(cut)


def _with_each_report(do: Callable[[Report], None]) -> None:
    from crawler import pipelines  # noqa: PLC0415 (as above)

    parse = pipelines.parse_report

    def parsed(*told: Any) -> Report:
        report = parse(*told)
        do(report)
        return report

    pipelines.parse_report = parsed


def _computing() -> None:
    """Let the library guess what a text is."""
    from crawler.feeds.spreadsheets import _Sheet  # noqa: PLC0415 (as above)

    def put(sheet: Any, column: int, value: Any) -> None:
        sheet._sheet.write(sheet._row, column, value)

    _Sheet._put = put  # type: ignore[method-assign]


def _raw_headers() -> None:
    """Write into records what a server says of itself."""
    from crawler.archive import records  # noqa: PLC0415 (as above)

    lines = records.header_lines
    records.header_lines = lambda pairs: f"{lines(pairs)}WARC-Server: {ESCAPES}\r\n"


def _raw_registry() -> None:
    """Let commands say what portals are called."""
    for module in ("crawler.commands", "crawler.commands.portals"):
        _put(module, "harmless", _as_is)()


#: Fault → the output that it spoils, and what plants it in the process of the command.
FAULTS: dict[str, tuple[str, Callable[[], None]]] = {
    "raw-log": ("log", _raw_log),
    "raw-words": ("terminal", _raw_words),
    "raw-cells": ("CSV", _put("crawler.feeds.spreadsheets", "guarded", _as_is)),
    "raw-names": ("package", _put("crawler.archive.package", "safe_name", _as_is)),
    "raw-damages": ("words about archives", _put("crawler.commands.archive", "harmless", _as_is)),
    "raw-stanza": ("stanza", _put("crawler.commands.sniff", "harmless", _as_is)),
    "raw-pages": ("pages of explore", _put("html", "escape", _as_is)),
    # What follows is planted by TORTURE=1 alone: each starts commands, as those above do.
    "raw-json-log": ("log in JSON", _raw_json_log),
    "raw-attachments": ("JSON lines", _raw_attachments),
    "raw-figures": ("CSV of figures", _put("crawler.feeds.spreadsheets", "guarded", _as_is)),
    "computing": ("workbook", _computing),
    "cut-parquet": ("Parquet", _cut_titles),
    "cut-sqlite": ("SQLite", _cut_titles),
    "cut-duckdb": ("DuckDB", _cut_titles),
    "cut-postgresql": ("PostgreSQL", _cut_titles),
    "raw-headers": ("WARC headers", _raw_headers),
    "raw-index": ("index", _put("crawler.archive.cdxj", "surt", lambda url: f"{url}\x1b[2J")),
    "raw-files": ("file names", _put("crawler.archive.keeper", "file_name",
                                     lambda prefix, _, number: f"con.{prefix}{number}.warc.gz")),
    "any-id": ("names of feeds", _put("crawler.registry", "_PATTERNS", {})),
    "raw-cuts": ("clean-report", _put("crawler.clean_report", "safe", _as_is)),
    "raw-cuts-page": ("clean-report's page", _put("crawler.clean_report", "_escaped", _as_is)),
    "raw-store": ("words about stores", _put("crawler.commands.store", "_line", print)),
    "raw-registry": ("words about portals", _raw_registry),
}  # fmt: skip
