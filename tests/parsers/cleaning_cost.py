"""What cleaning costs: on the benchmark's pages step by step, and on 5 MB made to be slow.

usage: python -m tests.parsers.cleaning_cost [--megabytes N] [--patterns] [--whole]
       python -m tests.parsers.cleaning_cost --random N [--mixtures] [--seed N] [--megabytes N]

Processor time; the best of several rounds, and how many times that of a million additions in a loop
of Python just before: one machine takes half as long again an hour later. Shapes are documents as
extraction would give them (`tests.parsers.hostile`): by name, or as many as asked for at random, of
the units of these shapes or mixtures of all that the lexicons hold
(`tests.parsers.hostile_mixtures`).
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning import changes, clean
from parsers.extract import extract
from parsers.patterns import registered
from parsers.report import read_page
from tests.benchmarks.pages import site
from tests.parsers.hostile import SEED, SHAPES, random_document
from tests.parsers.hostile_mixtures import mixture
from tests.parsers.pages import LANGFANG, page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.items import Document

# What a page may cost at most, in seconds; the least of so many rounds is the machine's own.
LIMIT, ROUNDS = 2.0, 2
ADDITIONS = 1_000_000


class Cost(NamedTuple):
    """Seconds of processor time, and how many times that of so many additions these are."""

    seconds: float
    loops: float


def seconds(shape: str, size: int, rounds: int = 1) -> float:
    """Return the processor time of cleaning a page of that shape and size in bytes."""
    make, unit = SHAPES[shape]
    return min(_spent(make(unit, size), rounds))


def _spent(document: Document, rounds: int) -> list[float]:
    """Return the processor time of cleaning a document, each of so many times."""
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        clean(document, LANGFANG)
        spent.append(time.process_time() - started)
    return spent


def cost(document: Document) -> Cost:
    """Return what cleaning a document costs at least."""
    costs = []
    for _ in range(ROUNDS):
        loop = _loop()
        (seconds_,) = _spent(document, 1)
        costs.append(Cost(seconds_, seconds_ / min(loop, _loop())))
    return Cost(*map(min, zip(*costs, strict=True)))


def _loop() -> float:
    """Return the processor time of so many additions."""
    started = time.process_time()
    total = 0
    for each in range(ADDITIONS):
        total += each
    return time.process_time() - started


def main() -> None:
    """Print the cost of each step on the benchmark's pages, then of each shape."""
    options = argparse.ArgumentParser(prog="python -m tests.parsers.cleaning_cost")
    options.add_argument("--megabytes", type=float, default=5.0)
    options.add_argument("--patterns", action="store_true", help="list each with its engine")
    options.add_argument("--whole", action="store_true", help="bytes to item of each shape, too")
    options.add_argument("--random", type=int, metavar="N", help="N documents at random instead")
    options.add_argument("--mixtures", action="store_true", help="these of the lexicons")
    options.add_argument("--seed", type=int, default=SEED, help="of the first of these")
    chosen = options.parse_args()
    size = int(chosen.megabytes * 1_000_000)
    if chosen.random:
        make = mixture if chosen.mixtures else random_document
        at_random(make, range(chosen.seed, chosen.seed + chosen.random), size)
        return
    steps()
    if chosen.patterns:
        patterns()
        return
    told({shape: cost(make(unit, size)) for shape, (make, unit) in SHAPES.items()}, size)
    for shape in SHAPES if chosen.whole else ():
        print(f"{whole_path(shape, size):6.2f} s  {size / 1e6:g} MB, bytes to item: {shape}")


def at_random(make: Callable[[int, int], tuple[str, Document]], seeds: range, size: int) -> None:
    """Print what documents at random cost, the slowest twenty by themselves."""
    costs: dict[str, Cost] = {}
    for seed in seeds:
        words, document = make(seed, size)
        costs[f"seed {seed}: {words}"] = cost(document)
    told(costs, size, 20)


def told(costs: dict[str, Cost], size: int, most: int | None = None) -> None:
    """Print costs by shape, the slowest first and at `most` so many, and how many hold."""
    for shape, each in sorted(costs.items(), key=lambda pair: -pair[1].seconds)[:most]:
        print(f"{each.seconds:6.2f} s {each.loops:5.0f} loops  {size / 1e6:g} MB, {shape}")
    over = [shape for shape, each in costs.items() if each.seconds > LIMIT]
    slowest = max(each.seconds for each in costs.values())
    print(
        f"{size / 1e6:g} MB hostile page under {LIMIT:g} s: {len(costs) - len(over)} of"
        f" {len(costs)} shapes, the slowest {slowest:.2f} s or"
        f" {max(each.loops for each in costs.values()):.0f} loops of a million additions"
    )


def whole_path(shape: str, size: int) -> float:
    """Return the processor time of reading a page of that shape: bytes, HTML, cleaning, item."""
    make, unit = SHAPES[shape]
    page = page_of(_served(make(unit, size)))
    started = time.process_time()
    read_page(page, LANGFANG)
    return time.process_time() - started


def _served(document: Document) -> str:
    """Return the HTML of a document: a paragraph, a list of links or a table for each block."""
    parts = [f"<script>{text}</script>" for text in document.scripts]
    for block in document.blocks:
        links = "".join(f"<a href='{link.url}'>{link.text}</a> " for link in block.links)
        cells = "".join(
            f"<tr>{''.join(f'<td>{escape(cell.text)}</td>' for cell in row)}</tr>"
            for row in block.rows
        )
        parts.append(
            f"<table>{cells}</table>" if cells else f"<p>{links or escape(block.text)}</p>"
        )
    return f"<html><head><meta charset='utf-8'></head><body>{''.join(parts)}</body></html>"


def patterns() -> None:
    """Print every pattern that cleaning has used: its engine and its bound of steps a place."""
    for shape in SHAPES:
        seconds(shape, 2_000)
    for each in sorted(registered(), key=lambda each: -(each.steps or 0)):
        bound = "linear" if each.steps is None else f"{each.steps:,} steps"
        print(f"{each.engine:4} {bound:>14}  {each.pattern[:100]!r}")


def steps() -> None:
    """Print what each step costs on a page of the benchmark, and the whole."""
    pages = [page_of(body, f"http://www.yunze.example{path}") for path, body in site(40).items()]
    documents = [extract(page) for page in pages if "/xxgk" in page.url]
    best: Counter[str] = Counter()
    for _ in range(7):
        spent: Counter[str] = Counter()
        for document in documents:
            at = time.process_time_ns()
            for change in changes(document, None):
                now = time.process_time_ns()
                spent[change.step] += now - at
                at = now
        best = spent if not best or spent.total() < best.total() else best
    for step, cost in best.most_common():
        print(f"{cost / len(documents) / 1000:8.0f} us a page  {step}")
    print(f"{best.total() / len(documents) / 1000:8.0f} us a page  all steps")


if __name__ == "__main__":
    main()
