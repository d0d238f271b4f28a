"""What reading costs, bytes to item: a megabyte of each hostile shape, and of pages at random.

usage: python -m tests.parsers.reading_cost [--megabytes N] [--random N] [--seed N]

Processor time a megabyte of HTML, by stage; the least of two rounds.
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
from tests.parsers.hostile_pages import SHAPES, page, random_page
from tests.parsers.pages import LANGFANG, page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.items import Page

# What a megabyte may cost at most, in seconds.
LIMIT, ROUNDS = 1.0, 2


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
    told = {name: costs(html) for name, html in _pages(chosen.random, chosen.seed, size)}
    for name, (whole, *stages) in sorted(told.items(), key=lambda pair: -pair[1][0]):
        parts = "".join(f"{seconds:6.2f}" for seconds in stages)
        print(f"{whole:6.2f} s a MB (extract, clean, parse, check:{parts})  {name[:120]!r}")
    over = sum(whole > LIMIT for whole, *_ in told.values())
    print(f"{len(told) - over} of {len(told)} pages at most {LIMIT:g} s a MB")


if __name__ == "__main__":
    main()
