"""`scrapy checks`: try the identity that needs two reports of an organ, on the items of feeds."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import counted, machine_told, tell
from parsers.carry import carried_over
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_COLUMNS = ["kind", "year", "capture_id", "agency", "facts"]


class Command(ScrapyCommand):
    """Check what was carried over from year to year, across the reports of feeds."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own form)

    def syntax(self) -> str:
        """Say which arguments there are."""
        return "FEED..."

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Hold what each organ carried into a year against what it carried out of the last"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Read items from feeds (.jsonl, .parquet or .sqlite), pair the reports of each organ "
            "in neighbouring years, and print a line of JSON a column of the applications table: "
            "organ, year, both capture ids, rule, where, status, and both sides where they differ. "
            "A break is a finding, not a failure: it exits with 0. "
            "Example: scrapy checks reports.jsonl > carried.jsonl"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 (Scrapy's)
        """Print the checks, then how many held; a feed that cannot be read is one sentence."""
        if not args:
            raise UsageError
        found: Counter[str] = Counter()
        try:
            with machine_told():
                for carried in carried_over(item for name in args for item in items_of(Path(name))):
                    row = asdict(carried)
                    row |= row.pop("check")
                    found[carried.check.status] += 1
                    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1
            return
        told = ", ".join(f"{found[status]} {status}" for status in ("pass", "fail"))
        tell([f"{counted(found.total(), 'check')} from year to year: {told}"])


def items_of(feed: Path) -> Iterator[dict[str, Any]]:
    """Yield the items of a feed by its ending. Raises DisclosureError where it is none of ours."""
    readers = {".jsonl": _from_lines, ".parquet": _from_parquet, ".sqlite": _from_sqlite}
    reader = readers.get(feed.suffix)
    if reader is None or not feed.is_file():
        raise DisclosureError(f"{feed} is no feed: give a file that ends in {', '.join(readers)}")
    try:
        yield from reader(feed)
    except (ValueError, KeyError) as error:
        raise DisclosureError(f"{feed} does not hold report items: {error}") from None


def _needed(item: dict[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in _COLUMNS}


def _from_lines(feed: Path) -> Iterator[dict[str, Any]]:
    with feed.open("rb") as lines:
        for line in lines:
            if line.strip():
                yield _needed(json.loads(line))


def _from_parquet(feed: Path) -> Iterator[dict[str, Any]]:
    # Scrapy imports every command at each start, and pyarrow takes 50 MB (measured).
    import pyarrow.parquet  # noqa: PLC0415

    try:
        with pyarrow.parquet.ParquetFile(feed) as file:
            for batch in file.iter_batches(batch_size=256, columns=_COLUMNS):
                yield from batch.to_pylist()
    except pyarrow.ArrowException as error:
        raise ValueError(str(error)) from error


def _from_sqlite(feed: Path) -> Iterator[dict[str, Any]]:
    # As above: SQLAlchemy is for those who ask for it (`crawler.stores.addresses`).
    from crawler.stores.engines import engine_of, told  # noqa: PLC0415
    from crawler.stores.reading import items  # noqa: PLC0415

    address = f"sqlite:///{feed}"
    with told(address), engine_of(address, writes=False).connect() as connection:
        for item in items(connection):
            yield _needed(item)
