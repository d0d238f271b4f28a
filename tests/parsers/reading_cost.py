"""What reading costs, bytes to item: a megabyte of each hostile shape, and of pages at random.

usage: python -m tests.parsers.reading_cost [--megabytes N] [--random N] [--seed N]

Processor time a megabyte of HTML, by stage, the least of two rounds; and how many times that of the
benchmark's reports, read in the same run.
"""

from __future__ import annotations

import argparse
import time
from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.check import check_report
from parsers.cleaning import clean
from parsers.extract import extract
from parsers.report import parse_report
from tests.benchmarks.pages import site
from tests.parsers.hostile_pages import SHAPES, page, random_page
from tests.parsers.pages import LANGFANG, page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.items import Page

ROUNDS = 2


def costs(html: str) -> tuple[float, ...]:
    """Return the seconds a megabyte of reading a page: in all, then of each stage."""
    served = page_of(html)
    spent = min(_spent(served) for _ in range(ROUNDS))
    return tuple(seconds / len(served.body) * 1e6 for seconds in spent)


def _spent(served: Page) -> tuple[float, ...]:
    at = [time.process_time()]
    document = extract(served)
    at.append(time.process_time())
    cleaned = clean(document, LANGFANG)
    at.append(time.process_time())
    report = parse_report(cleaned, LANGFANG)
    at.append(time.process_time())
    check_report(report)
    at.append(time.process_time())
    return at[-1] - at[0], *(after - before for before, after in pairwise(at))


def ordinary() -> float:
    """Return the seconds a megabyte of reading the benchmark's reports, all of them together."""
    bodies = [body for path, body in site(40).items() if "/xxgk" in path]
    served = [page_of(body) for body in bodies]
    spent = min(sum(_spent(each)[0] for each in served) for _ in range(ROUNDS))
    return spent / sum(len(each.body) for each in served) * 1e6


def _pages(count: int, first: int, size: int) -> Iterator[tuple[str, str]]:
    """Yield name and HTML of so many pages at random, or of each shape."""
    if not count:
        yield from ((shape, page(shape, size)) for shape in SHAPES)
    for seed in range(first, first + count):
        words, html = random_page(seed, size)
        yield f"seed {seed}: {words}", html


def main() -> None:
    """Print the cost of each shape, or of pages at random, the slowest first."""
    options = argparse.ArgumentParser(prog="python -m tests.parsers.reading_cost")
    options.add_argument("--megabytes", type=float, default=1.0)
    options.add_argument("--random", type=int, default=0, metavar="N", help="N pages at random")
    options.add_argument("--seed", type=int, default=1, help="of the first of these")
    chosen = options.parse_args()
    size = int(chosen.megabytes * 1_000_000)
    costs(page("headings", 2_000))  # caches are filled
    peer = ordinary()
    told = {name: costs(html) for name, html in _pages(chosen.random, chosen.seed, size)}
    for name, (whole, *stages) in sorted(told.items(), key=lambda pair: -pair[1][0]):
        parts = "".join(f"{seconds:6.2f}" for seconds in stages)
        print(
            f"{whole / peer:6.2f} times a report, {whole:.2f} s a MB"
            f" (extract, clean, parse, check:{parts})  {name[:120]!r}"
        )
    slowest = max(whole for whole, *_ in told.values())
    print(f"a megabyte of {len(told)} pages: at most {slowest / peer:.2f} times one of reports")


if __name__ == "__main__":
    main()
