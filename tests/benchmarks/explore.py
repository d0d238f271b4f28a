"""`make explorebench`: how long pages take over 100,000 synthetic reports. Figures, no goals.

Reports are written into a store by its own tables, seeded: organs in all divisions, 18 years each,
some missing, hacked and broken; the headline figures of each, and one report with a whole form.
The index of words is left empty: no page that is timed uses it. Each page is asked for over HTTP,
from a server of its own process, warm, on whatever else the machine does.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote
from urllib.request import urlopen

from crawler.explore.opening import store_file
from crawler.explore.places import level_of, owing
from crawler.explore.summary import summary_of
from crawler.feeds.headlines import HEADLINES
from crawler.stores.engines import engine_of
from crawler.stores.migrating import make_ready
from crawler.stores.schema import CAPTURES, CHECKS, FACTS, METADATA, ORGANS, REPORTS, SPAM
from tests.explore.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 9
REPORTS_THERE = 100_000
YEARS = range(2008, 2026)
LOADS = 20
#: Figures of the one report that is timed: as many as a form of the table eras has.
WHOLE_FORM = 200
_LINE = "本年度收到政府信息公开申请{}件，予以公开{}件，不予公开{}件，结转下年度继续办理{}件。"
_BUREAUS = (
    "人民政府",
    "财政局",
    "教育局",
    "民政局",
    "司法局",
    "审计局",
    "统计局",
    "商务局",
    "水利局",
)


def main() -> int:
    """Write, serve, time, print. Return 0."""
    with tempfile.TemporaryDirectory(prefix="explorebench-") as name:
        folder = Path(name)
        path = folder / "reports.sqlite"
        write_store(path, REPORTS_THERE)
        begun = time.perf_counter()
        summary_of(store_file(str(path)), folder / "work")
        spent = time.perf_counter() - begun
        print(f"{REPORTS_THERE} reports, seed {SEED}, store of {path.stat().st_size >> 20} MB")
        print(f"summary, written once: {spent:.1f} s")
        with served(path, "--work", folder / "work") as address:
            for page, there in pages():
                print(
                    f"{page}: median of {LOADS} warm loads {1000 * median(address + there):.0f} ms"
                )
    return 0


def pages() -> tuple[tuple[str, str], ...]:
    """Return the name and the path of each page that is timed."""
    return (
        ("first page", ""),
        ("province", "?place=320000"),
        ("organs of a city, 100 rows", "?q=水利局"),
        ("organ", "organ/o0"),
        ("report", "report/r0"),
        ("comparison", "compare?left=r0&right=r1"),
        ("list of broken identities", "quality/broken?page=5"),
        ("portals", "portals"),
    )


def median(address: str) -> float:
    """Return the median of the seconds that a page takes, once it has been asked for."""
    quoted = quote(address, safe=":/?&=")
    seconds = []
    for _ in range(LOADS + 1):
        begun = time.perf_counter()
        with urlopen(quoted) as answer:  # noqa: S310 (loopback)
            answer.read()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds[1:])


def write_store(path: Path, count: int) -> None:
    """Write a store of `count` reports."""
    address = f"sqlite:///{path}"
    make_ready(engine_of(address), address)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("DROP TRIGGER search_added")
        for table, rows in _tables(count).items():
            columns = ", ".join(f'"{column.name}"' for column in METADATA.tables[table].columns)
            marks = ", ".join("?" * len(METADATA.tables[table].columns))
            query = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
            connection.executemany(query, rows)


def _organs(count: int) -> list[tuple[str, str, str, str]]:
    """Return id, name, place and level of enough organs, in the same order each time."""
    needed = -(-count // (len(YEARS) - 1))
    named = [
        (one.name + bureau, one.code, level_of(one.code))
        for bureau in _BUREAUS
        for one in owing()
        if one.until is None
    ]
    return [(f"o{number}", *each) for number, each in enumerate(named[:needed])]


def _tables(count: int) -> dict[str, Iterator[tuple[object, ...]]]:
    organs = _organs(count)
    # One year of each organ is missing: another one each.
    made = [
        (number, organ, year)
        for number, (organ, year) in enumerate(
            (organ, year)
            for place, organ in enumerate(organs)
            for year in YEARS
            if year - YEARS[0] != place % len(YEARS)
        )
    ][:count]
    return {
        ORGANS.name: (
            _row(ORGANS, organ_id=organ, name=name, name_year=YEARS[-1], region_code=code,
                 level=level, type="government" if name.endswith("人民政府") else "department")
            for organ, name, code, level in organs
        ),
        CAPTURES.name: (
            _row(CAPTURES, capture_id=f"c{number}", url=_url(number), final_url=_url(number),
                 fetched_at=f"{year + 1}-03-01T00:00:00Z", archive_filename="a.warc.gz",
                 archive_offset=number, archive_length=9, archive_record_id="<urn:uuid:1>",
                 archive_payload_digest="sha256:0")
            for number, _, year in made
        ),
        REPORTS.name: (_report(number, organ, year) for number, organ, year in made),
        FACTS.name: (row for number, _, year in made for row in _facts(number, year)),
        CHECKS.name: (
            _row(CHECKS, reading_id=f"d{number}", position=0, rule="requests.balance",
                 where="total", status="fail" if number % 9 == 0 else "pass", detail="1 = 2")
            for number, _, _ in made
        ),
        SPAM.name: (
            _row(SPAM, reading_id=f"d{number}", position=0, kind="link_farm", quote="某站群",
                 action="removed", rule="farm", count=1)
            for number, _, _ in made
            if number % 31 == 0
        ),
    }  # fmt: skip


def _row(table, **values: object) -> tuple[object, ...]:
    return tuple(values.get(column.name) for column in table.columns)


def _url(number: int) -> str:
    return f"http://www.a.example/{number}.html"


def _text(number: int) -> str:
    chance = random.Random(SEED * 1_000_003 + number)
    lines = (_LINE.format(*(chance.randrange(900) for _ in range(4))) for _ in range(60))
    return "\n".join(lines)


def _report(number: int, organ: tuple[str, str, str, str], year: int) -> tuple[object, ...]:
    return _row(
        REPORTS, reading_id=f"d{number}", capture_id=f"c{number}", parser_version="0.2.0",
        parser_order="0000.0002", schema_version="1", report_id=f"r{number}",
        kind="annual_report", source_official=True, title=f"{organ[1]}{year}年度报告",
        organ_id=organ[0], agency_name=organ[1], agency_evidence="title",
        agency_region_code=organ[2], agency_level=organ[3], year=year,
        template="tables_2021" if year > 2020 else "statistics", script="simplified",
        text=_text(number), warnings="[]", item_digest="0",
    )  # fmt: skip


def _facts(number: int, year: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(SEED * 7 + number * 18 + year)
    codes = [code for ways in HEADLINES.values() for code in ways[0]]
    wanted = codes * (WHOLE_FORM // len(codes)) if number == 0 else codes
    for position, code in enumerate(wanted):
        yield _row(
            FACTS, reading_id=f"d{number}", position=position, metric=code,
            value=float(chance.randrange(900)), unit="件", scope="organ", label="", method="table",
            start=position * 3, end=position * 3 + 2, qualifier="exact", evidence="12",
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
