"""What cleaning costs: on the benchmark's pages step by step, and on 5 MB made to be slow.

usage: python -m tests.parsers.cleaning_cost [--megabytes N] [--patterns] [--whole]

Processor time; the best of several rounds. Shapes are documents as extraction would give them: one
endless line, or as many short ones, of what one rule or another looks for.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from html import escape
from itertools import cycle, islice
from typing import TYPE_CHECKING

from parsers.cleaning import changes, clean
from parsers.extract import extract
from parsers.items import Block, Cell, Document, Link
from parsers.patterns import registered
from parsers.report import read_page
from tests.benchmarks.pages import site
from tests.parsers.pages import LANGFANG, page_of

if TYPE_CHECKING:
    from collections.abc import Callable

UNITS = {
    "digits": "2014",
    "dates": "201311日",
    "brands": "365bet体育平台。",
    "brands glued": "bet365必威体育",
    "half brands": "1234澳门金沙体育官方",
    "domains": "www.688365.com，",
    "dots": "a.",
    "letters": "abcdefgh",
    "pinyin": "關(guān)",
    "traditional": "務報開",
    "farm words": "久久|",
    "bars": "|",
    "signatures": "主站蜘蛛池模板: ",
    "question marks": "? ",
    "lost": "\ufffd?",
    "doubled": "开，，公。。",
    "numbers": "政府办公室发2014号",
    "radicals": "⼀⼆",
    "subjects": "，中华人民共和国市教育局高度",
    "honest": "公布2014年度信息12条，办理3件。",
}
# Letters of which a page has ever new mixtures: no state of a matcher is met twice.
LETTERS = {
    "common letters": "的一是在有人公开政府信息年月日报告工作条例主动申请，。、；：0123456789"
    "abcdefghijklmnopqrstuvwxyz.-()（）〔〕?  赌博体育娱乐官网平台",
    "Latin letters": "abcdefghijklmnopqrstuvwxyz0123456789.-/@ ",
    "Han letters": "".join(map(chr, range(0x4E00, 0x9FA5))),
    "pieces": "",
}
# Lines that no round leaves as they are: a blank lost to ?? stands within a gloss within another, a
# brand between two commas, before a name.
LAYERS = (
    "关( ?? ( ?? ( ?? guān)guān)guān)于第{}号",
    "公布2014年度信息{}条，办理3件。",
    "公开第{}条，【bet365】，受理“中国365bet体育平台廊坊”申请。",
    "收到申请{}件，均按期答复。",
)
SEED = 20261122
LINE = 60
# What a page may cost at most, in seconds; the least of so many rounds is the machine's own.
LIMIT, ROUNDS = 2.0, 2


def endless(unit: str, size: int) -> Document:
    """Return a document of one line of `size` bytes."""
    return _document([_filled(unit, size)])


def short_lines(unit: str, size: int) -> Document:
    """Return a document of as many short lines as make `size` bytes."""
    line = _filled(unit, LINE * 3)
    return _document([line] * (size // len(line.encode())))


def _filled(unit: str, size: int) -> str:
    return unit * max(size // len(unit.encode()), 1)


def mixed_line(letters: str, size: int) -> Document:
    """Return a document of one line of letters at random; of pieces of every unit without any."""
    return _document([_at_random(letters, size)])


def mixed_lines(letters: str, size: int) -> Document:
    """Return a document of short lines of the same."""
    text = _at_random(letters, size)
    return _document([text[at : at + LINE] for at in range(0, len(text), LINE)])


def _at_random(letters: str, size: int) -> str:
    pieces = list(letters) or [
        unit[at : at + 3] for unit in UNITS.values() for at in range(0, len(unit), 2)
    ]
    of_each = sum(len(piece.encode()) for piece in pieces) / len(pieces)
    return "".join(random.Random(SEED).choices(pieces, k=int(size / of_each)))


def links(_: str, size: int) -> Document:
    """Return a document of a list of links to ever new hosts."""
    count = size // 60
    made = tuple(Link(f"http://a{n}.b{n % 97}.top/", f"久久{n}") for n in range(count))
    blocks = tuple(Block(text=link.text, links=(link,)) for link in made)
    return Document(page_of(""), "text/html", "utf-8", blocks=blocks)


def row_of_links(_: str, size: int) -> Document:
    """Return a document of one block of links, every other one of them the portal's own."""
    count = size // 60
    made = tuple(
        Link(f"http://a{n}.b{n % 97}.top/" if n % 2 else "http://www.lf.gov.cn/", f"久久{n}")
        for n in range(count)
    )
    block = Block(text=" ".join(link.text for link in made), links=made)
    return Document(page_of(""), "text/html", "utf-8", blocks=(block,))


def strange_links(_: str, size: int) -> Document:
    """Return a document of links to ever new hosts whose words no page shares."""
    count = size // 60
    text = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(count + 8))
    made = tuple(Link(f"http://www.q{n:x}z.com/", text[n : n + 7]) for n in range(count))
    blocks = tuple(Block(text=link.text, links=(link,)) for link in made)
    return Document(page_of(""), "text/html", "utf-8", blocks=blocks)


def own_cells(_: str, size: int) -> Document:
    """Return a document of one table, each of whose cells is another."""
    words = islice(cycle(UNITS.values()), size // len("<tr><td>201311日</td><td>1234567</td></tr>"))
    rows = tuple((Cell(f"{word}{n}"), Cell(f"{n}")) for n, word in enumerate(words))
    return Document(page_of(""), "text/html", "utf-8", blocks=(Block(rows=rows, tag="table"),))


def cells(_: str, size: int) -> Document:
    """Return a document of one table of cells with a bit of everything."""
    words = islice(cycle(UNITS.values()), size // len("<tr><td>201311日</td><td>12</td></tr>"))
    rows = tuple((Cell(word), Cell("12")) for word in words)
    return Document(page_of(""), "text/html", "utf-8", blocks=(Block(rows=rows, tag="table"),))


def names(_: str, size: int) -> Document:
    """Return a document of ever new brands and domains in titles' places."""
    lines = (f"bet{n}体育平台{2010 + n % 9}年政府信息公开年报" for n in range(size // 50))
    return _document(list(lines))


def new_names(_: str, size: int) -> Document:
    """Return a document of ever new brands, told by letters alone, a sentence each."""
    letters = "qxzvwkjy"
    lines = (
        "".join(letters[n // 8**place % 8] for place in range(8)) + "体育官网欢迎您。"
        for n in range(size // 32)
    )
    return _document(list(lines))


def layered_lines(_: str, size: int) -> Document:
    """Return a document of lines, each another, of which each round uncovers what the next meets.

    Half of them change in every round; the other half is honest.
    """
    lines: list[str] = []
    while size > 0:
        lines.append(LAYERS[len(lines) % len(LAYERS)].format(len(lines)))
        size -= len(lines[-1].encode())
    return _document(lines)


def layered_line(_: str, size: int) -> Document:
    """Return a document of the same in one line."""
    return _document(["".join(block.text for block in layered_lines("", size).blocks)])


def own_lines(_: str, size: int) -> Document:
    """Return a document of short lines of whole units at random, each line another."""
    chance, units = random.Random(SEED), list(UNITS.values())
    lines: list[str] = []
    while size > 0:
        lines.append(f"{''.join(chance.choices(units, k=8))}{len(lines)}")
        size -= len(lines[-1].encode())
    return _document(lines)


def scripts(_: str, size: int) -> Document:
    """Return a document of one script of coded strings and referrers."""
    text = 'document.referrer baidu "\\x64\\x6f" atob("Ly93d3cuYS50b3A=") //a.b.cn ' * (size // 75)
    return Document(page_of(""), "text/html", "utf-8", scripts=(text,))


def _document(lines: list[str]) -> Document:
    blocks = tuple(Block(text=line) for line in lines)
    return Document(page_of(""), "text/html", "utf-8", blocks=blocks)


SHAPES: dict[str, tuple[Callable[[str, int], Document], str]] = {
    **{f"endless line of {name}": (endless, unit) for name, unit in UNITS.items()},
    **{f"short lines of {name}": (short_lines, unit) for name, unit in UNITS.items()},
    **{f"endless line of mixed {name}": (mixed_line, of) for name, of in LETTERS.items()},
    **{f"short lines of mixed {name}": (mixed_lines, of) for name, of in LETTERS.items()},
    "links": (links, ""),
    "cells": (cells, ""),
    "own cells": (own_cells, ""),
    "row of links": (row_of_links, ""),
    "strange links": (strange_links, ""),
    "names": (names, ""),
    "new names": (new_names, ""),
    "script": (scripts, ""),
    "endless line of document numbers": (endless, "(宁政办2014213)"),
    "short lines of document numbers": (short_lines, "(宁政办2014213)"),
    "layered lines": (layered_lines, ""),
    "layered line": (layered_line, ""),
    "own lines": (own_lines, ""),
}


def seconds(shape: str, size: int, rounds: int = 1) -> float:
    """Return the processor time of cleaning a page of that shape and size in bytes."""
    make, unit = SHAPES[shape]
    document = make(unit, size)
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        clean(document, LANGFANG)
        best = min(best, time.process_time() - started)
    return best


def main() -> None:
    """Print the cost of each step on the benchmark's pages, then of each shape."""
    options = argparse.ArgumentParser(prog="python -m tests.parsers.cleaning_cost")
    options.add_argument("--megabytes", type=float, default=5.0)
    options.add_argument("--patterns", action="store_true", help="list each with its engine")
    options.add_argument("--whole", action="store_true", help="bytes to item of each shape, too")
    chosen = options.parse_args()
    steps()
    if chosen.patterns:
        patterns()
        return
    size = int(chosen.megabytes * 1_000_000)
    costs = {shape: seconds(shape, size, ROUNDS) for shape in SHAPES}
    for shape, cost in sorted(costs.items(), key=lambda pair: -pair[1]):
        print(f"{cost:6.2f} s  {chosen.megabytes:g} MB, {shape}")
    over = [shape for shape, cost in costs.items() if cost > LIMIT]
    print(
        f"{chosen.megabytes:g} MB hostile page under {LIMIT:g} s:"
        f" {len(costs) - len(over)} of {len(costs)} shapes, the slowest {max(costs.values()):.2f} s"
    )
    for shape in SHAPES if chosen.whole else ():
        print(f"{whole_path(shape, size):6.2f} s  {chosen.megabytes:g} MB, bytes to item: {shape}")


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
