"""What `scrapy clean-report` does: what cleaning cut from each of the pages that it is given.

Loads all of `parsers`, which the start of another command has no use for. Writes nothing but the
HTML file that it is asked for; what it shows is drawn by `crawler.clean_report`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.clean_report import on_terminal
from crawler.commands import counted, tell
from crawler.given_pages import is_read
from parsers.check import check_report
from parsers.cleaning import changes, clean
from parsers.cleaning.explain import explain
from parsers.errors import ArchiveError
from parsers.extract import extract
from parsers.report import parse_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

    from crawler.archive.locations import Counts
    from crawler.registry import Registry
    from parsers.cleaning.explain import Row
    from parsers.items import Document, KnownOrgan, Page, Report

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
            rows = [*self._chosen(explain(document, known))]
            if rows:
                self.found += 1
                yield page.final_url, _report_of(document, known), rows

    def _chosen(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows that are wanted, and how many more there are behind some of a step."""
        steps: set[str] = set()
        for row in rows:
            is_rest = not row.before and not row.findings
            if self._wanted(row) or (is_rest and row.step in steps):
                steps.add(row.step)
                yield row

    def _wanted(self, row: Row) -> bool:
        """Whether a row's step, or the kind and the rule of one of its findings, hold the words."""
        if row.before and not row.findings and not row.sought:  # it may have one of that rule
            return True
        words = (row.step, *(f"{row.step} {cut.kind} {cut.rule}" for cut in row.findings))
        return not self._rule or any(self._rule in each for each in words)

    def require(self, counts: Counts, url: str | None) -> None:
        """Raise ArchiveError if there was no page at all."""
        if not self.pages:
            raise _nothing_read(counts, url)

    def told(self, counts: Counts) -> int:
        """Tell how much there was; return the exit code."""
        tell([*_damages(counts), f"{counted(self.pages, 'page')} read, {self.found} with findings"])
        return 1 if counts.damages else 0


def _nothing_read(counts: Counts, url: str | None) -> ArchiveError:
    if counts.damages:
        return ArchiveError(f"no page could be read: {counts.damages[0]}")
    if url:
        return ArchiveError(
            f"no capture of {url} there: `scrapy archive index` lists the addresses"
        )
    return ArchiveError("no page there: name a file of a page, a folder of them or an archive")


def _damages(counts: Counts) -> list[str]:
    """Return a sentence of what could not be read, if anything."""
    if not counts.damages:
        return []
    first, *others = counts.damages
    more = f", and {len(others)} more" if others else ""
    return [f"damaged: {first}{more}; the rest was read"]


def _report_of(document: Document, known: KnownOrgan | None) -> Report:
    return check_report(parse_report(clean(document, known), known))


def write(pages: Iterable[tuple[str, Report, list[Row]]]) -> None:
    """Show each page on stdout, in colour where that is a terminal."""
    stdout = _stdout()
    colour = stdout.isatty() and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size((_WIDTH, 24)).columns
    for title, report, rows in pages:
        for line in on_terminal(title, report, rows, width, colour=colour):
            stdout.write(f"{line}\n")
    stdout.flush()


def _stdout() -> TextIO:
    """Return where to show it; what its encoding has not, as escapes."""
    stdout: TextIO | None = sys.stdout  # None where it is closed
    if stdout is None:
        raise ArchiveError("stdout is closed: redirect it to a file, or name one by --html")
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(errors="backslashreplace")
    return stdout


@contextmanager
def html_file(name: str, locations: list[str]) -> Iterator[Callable[[str], None]]:
    """Give what writes to a file that stands at `name` once it is left without an error.

    Else stays what stood there. Raises ArchiveError where it cannot be written, or where it is, or
    would be, among what is read: `locations`.
    """
    with _told(name):
        target = _target(name, locations)
        part = target.with_name(f".{secrets.token_hex(8)}.part")
        file = part.open("x", encoding="utf-8", errors="backslashreplace")

    def write(text: str) -> None:
        with _told(name):
            file.write(text)

    try:
        yield write
        with _told(name):
            file.close()
            part.replace(target)
    finally:
        with suppress(OSError):
            file.close()
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Raise as ArchiveError what the machine refuses to a file that is written."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:  # of links in a ring: RuntimeError
        why = getattr(error, "strerror", None) or str(error)
        raise ArchiveError(
            f"{name} cannot be written ({why}): name a file in a folder that you may write to, "
            "by --html"
        ) from error


def _target(name: str, locations: list[str]) -> Path:
    """Return the file to write, behind a link what it leads to."""
    target = Path(name).resolve()
    if target.exists() and not target.is_file():
        raise ArchiveError(f"{name or 'no name'} is no file: name one to write to, by --html")
    for location in locations:
        if is_read(location, name):
            raise ArchiveError(
                f"{name} is read, or would be ({location}): name another file, by --html"
            )
    return target


def show_cost(pages: Iterable[Page], registry: Registry, counts: Counts, url: str | None) -> int:
    """Print what each step of cleaning costs, in microseconds of processor time a page.

    Returns the exit code. Raises ArchiveError for no page at all.
    """
    stdout = _stdout()
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
        raise _nothing_read(counts, url)
    for step, nanoseconds in spent.most_common():
        each = nanoseconds / count / 1000
        stdout.write(f"{step:14} {runs[step]:7} runs {each:10.1f} us a page\n")
    whole = spent.total() / count / 1000
    stdout.write(f"{'all steps':14} {count:7} pages {whole:9.1f} us a page\n")
    tell(_damages(counts))
    return 1 if counts.damages else 0
