"""Make documents to be slow to clean, as extraction would give them: shapes by name, or at random.

One endless line, or as many short ones, of what one rule or another looks for; tables, links and
`<meta>` of the same. Sizes are in bytes of the HTML that a document takes at least.
"""

from __future__ import annotations

import random
from itertools import count, cycle, islice
from typing import TYPE_CHECKING

from parsers.cleaning.masses import MOST_FINDINGS
from parsers.items import Block, Cell, Document, Link
from tests.parsers.hostile_products import SHAPES as PRODUCTS
from tests.parsers.hostile_rests import SHAPES as RESTS
from tests.parsers.hostile_rounds import SHAPES as ROUNDS
from tests.parsers.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
# What stands around them on pages, and decides what a rule makes of them.
AROUND = (
    *"，。、|?·—(（）〔：号年月日起至局３關務 \n\u200b",
    *("1231", "2013年", "2014年1月1日至1231日", "日期: 20141231 ", "〔2014〕", "guān", "必威"),
    *("廊坊市教育局", "人民政府", "中国", "关于", "公开", "来源：", "网址：", "@a.com", "友情链接"),
    *(
        "政府信息公开年度报告",
        "主动公开政府信息123条",
        "查处",
        "赌博",
        "<b>",
        "http://a.top/",
        "www.bet.com",
    ),
)
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


def endless(unit: str, size: int) -> Document:
    """Return a document of one line of `size` bytes."""
    return _document([_filled(unit, size)])


def short_lines(unit: str, size: int) -> Document:
    """Return a document of as many short lines as make `size` bytes."""
    line = _filled(unit, LINE * 3)
    return _document([line] * (size // len(f"<p>{line}".encode())))


def _filled(unit: str, size: int) -> str:
    return unit * max(size // len(unit.encode()), 1)


def mixed_line(letters: str, size: int) -> Document:
    """Return a document of one line of letters at random; of pieces of every unit without any."""
    return _document([_at_random(letters, size)])


def mixed_lines(letters: str, size: int) -> Document:
    """Return a document of short lines of the same."""
    text = _at_random(letters, size)
    lines = (text[at : at + LINE] for at in range(0, len(text), LINE))
    return _document(_worth(size, lines, "<p>"))


def _worth(size: int, lines: Iterable[str], markup: str) -> list[str]:
    """Return as many lines as make `size` bytes, each with so much markup, or all of them."""
    made: list[str] = []
    for line in lines:
        if size <= 0:
            break
        made.append(line)
        size -= len(f"{markup}{line}".encode())
    return made


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
    return _document(_worth(size, _layered(), "<p>"))


def layered_line(_: str, size: int) -> Document:
    """Return a document of the same in one line."""
    return _document(["".join(_worth(size, _layered(), ""))])


def _layered() -> Iterator[str]:
    return (LAYERS[n % len(LAYERS)].format(n) for n in count())


def own_lines(units: str, size: int) -> Document:
    """Return a document of short lines of so many whole units at random, each line another."""
    chance, every = random.Random(SEED), list(UNITS.values())
    lines = (f"{''.join(chance.choices(every, k=int(units)))}{n}" for n in count())
    return _document(_worth(size, lines, "<p>"))


def random_document(seed: int, size: int) -> tuple[str, Document]:
    """Return in words what a document at random is made of, and it: `size` bytes of HTML at least.

    A few pieces make its texts, each another or not, in elements of one kind or of all.
    """
    chance = random.Random(seed)
    every = (*UNITS.values(), *AROUND)
    pieces = chance.sample(every, chance.choice((1, 2, 3, 4, 6, 10, len(every))))
    count, between = chance.choice((1, 2, 3, 5, 8, 20, 100, 1000)), chance.choice(BETWEEN)
    own = chance.random() < OWN
    kinds = [*MARKUP] if chance.random() < MIXED else [chance.choice(("paragraph", *MARKUP))]
    texts: list[tuple[str, str]] = []
    while size > 0:
        text = between.join(chance.choices(pieces, k=count)) + str(len(texts)) * own
        texts.append((chance.choice(kinds), text))
        size -= MARKUP[texts[-1][0]] + len(text.encode())
    words = f"{' or '.join(kinds)} of {count} of {pieces[:8]!r}, {between!r} between{', own' * own}"
    return words, _of(texts)


# Of ten documents seven have no two texts alike: what is remembered spares them nothing.
OWN, MIXED = 0.7, 0.15
BETWEEN = ("", "", " ", "，", "|")
# The bytes of markup that each element takes at least.
MARKUP = {
    "paragraph": len("<p>"),
    "row": len("<tr><td><td>1234"),
    "link": len("<p><a href=//a1234.b97.top></a>"),
    "linked": len("<p><a href=//x1234.com></a>"),
    "meta": len("<meta name=keywords content=''>"),
}


def _of(texts: list[tuple[str, str]]) -> Document:
    """Return a document of these texts, each with its element; all rows are of one table."""
    blocks, rows, meta = [], [], []
    for n, (element, text) in enumerate(texts):
        if element == "meta":
            meta.append(("keywords", text))
        elif element == "row":
            rows.append((Cell(text), Cell(str(n))))
        elif element == "link":
            blocks.append(Block(text, links=(Link(f"http://a{n}.b{n % 97}.top/", text),)))
        elif element == "linked":
            blocks.append(Block(text, links=(Link(f"http://x{n}.com/", text[:9]),)))
        else:
            blocks.append(Block(text))
    blocks += [Block(rows=tuple(rows), tag="table")] if rows else []
    page = page_of("")
    return Document(page, "text/html", "utf-8", blocks=tuple(blocks), meta=tuple(meta))


def stated_organs(_: str, size: int) -> Document:
    """Return a document that states ever new organs, and has as many brands as are judged."""

    def lines() -> Iterator[str]:
        for n in count():
            yield f"发布机构：{chr(0x4E00 + n % 977)}{chr(0x5000 + n * 7 % 3001)}市教育局"
            if n < MOST_FINDINGS - 100:
                yield f"按照365bet的要求{n}公开"

    return _document(_worth(size, lines(), "<p>"))


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
    "stated organs": (stated_organs, ""),
    "endless line of document numbers": (endless, "(宁政办2014213)"),
    "short lines of document numbers": (short_lines, "(宁政办2014213)"),
    "layered lines": (layered_lines, ""),
    "layered line": (layered_line, ""),
    **{f"own lines of {n}": (own_lines, n) for n in ("1", "2", "3", "5", "8")},
    **PRODUCTS,
    **RESTS,
    **ROUNDS,
}
