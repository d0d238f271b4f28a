"""`scrapy clean-report FILE|FOLDER|ARCHIVE...`: what cleaning cut from pages, and by which rule."""

# ruff: noqa: N999 (Scrapy names a command by its file)

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.locations import Counts
from crawler.archive.reader import read_captures
from crawler.clean_report import as_html, on_terminal
from crawler.commands import counted, machine_told, tell
from crawler.pages import from_record, gives_item
from crawler.registry import Registry
from parsers.check import check_report
from parsers.cleaning import changes, clean
from parsers.cleaning.explain import explain
from parsers.errors import ArchiveError, DisclosureError
from parsers.extract import extract
from parsers.items import ArchiveRef, Page
from parsers.report import parse_report

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from parsers.cleaning.explain import Row
    from parsers.items import Document, KnownOrgan, Report

_WARC = (".warc", ".warc.gz", ".warc.gz.open")
_PAGES = (".html", ".htm", ".shtml", ".xhtml", ".txt", ".pdf", ".docx", ".doc")
# A terminal that is no terminal: wide enough for a pager.
_WIDTH = 120


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
        parser.add_argument("--rule", help="only findings whose rule or kind holds these words")
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
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        registry = Registry.from_settings(self.settings)
        counts = Counts()
        pages = _pages(args, self.settings, counts, opts)
        if opts.cost:
            return _show_cost(pages, registry)
        shown = _Shown(registry, opts.rule)
        if opts.html:
            _write_html(Path(opts.html), shown.of(pages))
        else:
            _write(shown.of(pages))
        return shown.told(counts, opts.url)


class _Shown:
    """Counts the pages that were read and those that had something to show."""

    def __init__(self, registry: Registry, rule: str | None) -> None:
        self._registry = registry
        self._rule = rule
        self.pages = 0
        self.found = 0

    def of(self, pages: Iterable[Page]) -> Iterator[tuple[str, Report, list[Row]]]:
        for page in pages:
            self.pages += 1
            known = self._registry.organ_of(page.final_url)
            document = extract(page)
            rows = _few_conversions(row for row in explain(document, known) if self._wanted(row))
            if rows:
                self.found += 1
                yield page.final_url, _report_of(document, known), rows

    def _wanted(self, row: Row) -> bool:
        if not self._rule:
            return True
        if self._rule == row.step:
            return True
        return any(self._rule in f"{row.step} {cut.kind} {cut.rule}" for cut in row.findings)

    def told(self, counts: Counts, url: str | None) -> int:
        """Tell how much there was; return the exit code."""
        if not self.pages:
            raise ArchiveError(
                f"no capture of {url} there: `scrapy archive index` lists the addresses"
                if url
                else "no page there: name a file of a page, a folder of them or an archive"
            )
        if counts.damages:
            tell([f"damaged: {counts.damages[0]}; the rest was read"])
        tell([f"{counted(self.pages, 'page')} read, {self.found} with findings"])
        return 1 if counts.damages else 0


def _few_conversions(rows: Iterable[Row]) -> list[Row]:
    """Return the rows with but the first of those that only changed the script of a page."""
    kept: list[Row] = []
    conversions = 0
    for row in rows:
        conversions += row.step == "script"
        if row.step != "script" or conversions <= _CONVERSIONS:
            kept.append(row)
    return kept


_CONVERSIONS = 3


def _report_of(document: Document, known: KnownOrgan | None) -> Report:
    return check_report(parse_report(clean(document, known), known))


def _pages(
    locations: list[str], settings: object, counts: Counts, opts: argparse.Namespace
) -> Iterator[Page]:
    for location in locations:
        path = Path(location)
        if path.is_file() and not path.name.endswith(_WARC):
            yield _page_of(path, opts.address)
        elif path.is_dir() and not _is_archive(path):
            yield from (_page_of(each, "") for each in _files(path))
        elif not path.exists() and "://" not in location:
            raise ArchiveError(f"{location} is not there: name a file, a folder or an archive")
        else:
            yield from _captured(location, settings, counts, opts.url)


def _captured(location: str, settings: object, counts: Counts, url: str | None) -> Iterator[Page]:
    for capture in read_captures([location], settings, counts):  # type: ignore[arg-type]
        if url and url not in (capture.url, capture.context.requested_url, capture.ref.record_id):
            continue
        page = from_record(capture)
        if gives_item(page):
            yield page


def _is_archive(folder: Path) -> bool:
    return (folder / "manifest.jsonl").exists() or any(
        path.name.endswith(_WARC) for path in folder.rglob("*.warc*")
    )


def _files(folder: Path) -> list[Path]:
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _PAGES]
    if not files:
        raise ArchiveError(f"{folder} holds neither WARC files nor pages ({', '.join(_PAGES)})")
    return files


def _page_of(path: Path, address: str) -> Page:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read ({error.strerror}): name a file") from None
    url = address or path.absolute().as_uri()
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    return Page(url, url, 200, (), body, "", ArchiveRef(path.name, 0, len(body), "", digest))


def _write(pages: Iterable[tuple[str, Report, list[Row]]]) -> None:
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size((_WIDTH, 24)).columns
    for title, report, rows in pages:
        for line in on_terminal(title, report, rows, width, colour=colour):
            sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _write_html(target: Path, pages: Iterable[tuple[str, Report, list[Row]]]) -> None:
    """Write the document beside its place and put it there whole."""
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.writelines(as_html(pages))
        part.replace(target)
    except OSError as error:
        raise ArchiveError(f"{target} cannot be written ({error.strerror})") from None
    finally:
        part.unlink(missing_ok=True)


def _show_cost(pages: Iterable[Page], registry: Registry) -> int:
    """Print what each step of cleaning costs, in microseconds of processor time a page."""
    spent: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    count = 0
    for page in pages:
        count += 1
        document, known = extract(page), registry.organ_of(page.final_url)
        at = time.process_time_ns()
        for change in changes(document, known):
            now = time.process_time_ns()
            spent[change.step] += now - at
            runs[change.step] += 1
            at = now
    if not count:
        raise ArchiveError("no page there: name a file of a page, a folder of them or an archive")
    for step, nanoseconds in spent.most_common():
        each = nanoseconds / count / 1000
        sys.stdout.write(f"{step:14} {runs[step]:7} runs {each:10.1f} us a page\n")
    whole = spent.total() / count / 1000
    sys.stdout.write(f"{'all steps':14} {count:7} pages {whole:9.1f} us a page\n")
    return 0
