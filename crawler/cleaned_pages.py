"""What `scrapy clean-report` does: pages of files and archives, and what cleaning cut from each.

Loads all of `parsers`, which the start of another command has no use for. Writes nothing but the
HTML file that it is asked for; what it shows is drawn by `crawler.clean_report`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.reader import read_captures
from crawler.clean_report import as_html, on_terminal
from crawler.commands import counted, tell
from crawler.pages import from_record, gives_item
from parsers.check import check_report
from parsers.cleaning import changes, clean
from parsers.cleaning.explain import explain
from parsers.errors import ArchiveError
from parsers.extract import extract
from parsers.items import ArchiveRef, Page
from parsers.report import parse_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.locations import Counts
    from crawler.registry import Registry
    from parsers.cleaning.explain import Row
    from parsers.items import Document, KnownOrgan, Report

_WARC = (".warc", ".warc.gz", ".warc.gz.open")
_PAGES = (".html", ".htm", ".shtml", ".xhtml", ".txt", ".pdf", ".docx", ".doc")
# A terminal that is no terminal: wide enough for a pager.
_WIDTH = 120


class Shown:
    """Counts the pages that were read and those that had something to show."""

    def __init__(self, registry: Registry, rule: str | None) -> None:
        self._registry = registry
        self._rule = rule
        self.pages = 0
        self.found = 0

    def of(self, pages: Iterable[Page]) -> Iterator[tuple[str, Report, list[Row]]]:
        """Yield address, report and findings of each page that has any."""
        for page in pages:
            self.pages += 1
            known = self._registry.organ_of(page.final_url)
            document = extract(page)
            rows = [row for row in explain(document, known) if self._wanted(row)]
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


def _report_of(document: Document, known: KnownOrgan | None) -> Report:
    return check_report(parse_report(clean(document, known), known))


def pages_of(
    locations: list[str], settings: object, counts: Counts, *, address: str, url: str | None
) -> Iterator[Page]:
    """Yield the pages of files, folders and archives; of archives those of `url` where it is given.

    `address` is that of a file's page; `counts` is told what was damaged. Raises ArchiveError.
    """
    for location in locations:
        path = Path(location)
        if path.is_file() and not path.name.endswith(_WARC):
            yield _page_of(path, address)
        elif path.is_dir() and not _is_archive(path):
            yield from (_page_of(each, "") for each in _files(path))
        elif not path.exists() and "://" not in location:
            raise ArchiveError(f"{location} is not there: name a file, a folder or an archive")
        else:
            yield from _captured(location, settings, counts, url)


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


def write(pages: Iterable[tuple[str, Report, list[Row]]]) -> None:
    """Show each page on stdout, in colour where that is a terminal."""
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size((_WIDTH, 24)).columns
    for title, report, rows in pages:
        for line in on_terminal(title, report, rows, width, colour=colour):
            sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write_html(target: Path, pages: Iterable[tuple[str, Report, list[Row]]]) -> None:
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


def show_cost(pages: Iterable[Page], registry: Registry) -> int:
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
