"""Make documents to be slow to clean where one part of a page is held against each other.

As many names, lists or places as make so many bytes, each to be asked of the whole page. Sizes are
in bytes of text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.items import Block, Cell, Document, Link
from tests.parsers.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Callable

TITLE = "甲乙平台2014年政府信息公开年报"
# A list of so many strange links is looked at closely.
RUN = 9


def _words(number: int, count: int) -> str:
    """Return letters that no other number has."""
    digits = (number // 3_001**place for place in range(count))
    return "".join(chr(0x4E00 + digit * 7919 % 20_011) for digit in digits)


def _document(*blocks: Block, title: str | None = None) -> Document:
    return Document(page_of(""), "text/html", "utf-8", page_title=title, blocks=blocks)


def runs_of_links(_: str, size: int) -> Document:
    """Return a document of lists of strange links, a paragraph between any two."""
    blocks: list[Block] = []
    for number in range(size // (60 * RUN)):
        links = [
            Link(f"http://www.q{number:x}z{n}.com/", _words(number * RUN + n, 7))
            for n in range(RUN)
        ]
        blocks += [Block(link.text, links=(link,)) for link in links]
        blocks.append(Block(f"甲{number}"))
    return _document(*blocks)


def rows_of_titles(_: str, size: int) -> Document:
    """Return a document of one table of titles that are links, and a date that asks for a year."""
    count = size // 60
    rows = tuple((Cell(f"{_words(n, 2)}局2014年政府信息公开年报"),) for n in range(count))
    links = tuple(Link(f"/{n}", f"甲{n}") for n in range(count))
    return _document(Block(rows=rows, tag="table", links=links), Block("2015316"))


def dates_before_a_line(_: str, size: int) -> Document:
    """Return a document whose title is dates, and then a line that ends no title."""
    return _document(Block("甲"), Block("2015316"), title=f"{'日期:' * (size // 7)}\n乙")


def opening_sentence(_: str, size: int) -> Document:
    """Return a document of one sentence that goes on naming reports, and a date."""
    return _document(Block(f"公布{'2014年信息公开' * (size // 19)}。"), Block("2015316"))


def one_place_after_another(words: str, size: int) -> Document:
    """Return a document of one line of words in which each has a brand that stands for a name."""
    brand = (Block("bet365"), Block("2014年12月31日"), Block("bet365"), Block("bet365"))
    return _document(Block(TITLE), *brand, Block(words * (size // len(words.encode()))))


def glued_brands(_: str, size: int) -> Document:
    """Return a document of one brand as long as a quarter of it, four times."""
    return _document(*[Block(f"{'bet365' * (size // 24)}。")] * 4)


def subjects(_: str, size: int) -> Document:
    """Return a document of the work of ever new organs, which it calls its own."""
    lines = (f"，{_words(n, 2)}市教育局高度重视" for n in range(size // 40))
    return _document(Block("365bet体育平台2014年政府信息公开年报。我局"), *map(Block, lines))


def headings(_: str, size: int) -> Document:
    """Return a document of headings, each with the words of a farm before and behind its own."""
    texts = (f"久久{n}|甲乙{_words(n, 2)}-国产{n}" for n in range(size // 40))
    return _document(*(Block(text, tag="h1") for text in texts))


def links_with_brands(_: str, size: int) -> Document:
    """Return a document of paragraphs, each with a link that names a brand of its own."""
    blocks: list[Block] = []
    for n in range(size // 80):
        link = Link(f"http://www.q{n:x}z.com/", f"bet{n}体育平台")
        blocks.append(Block(f"{_words(n, 4)}{link.text}", links=(link,)))
    return _document(*blocks)


def list_of_long_links(_: str, size: int) -> Document:
    """Return a document of one list: of a farm, a long link last, and the portal's own behind."""
    letters = "a" * (size // 6)
    made = [Link(f"http://x{n}.top/", f"甲乙{n}") for n in range(5)]
    made.append(Link("http://x9.top/", f"{letters}b{letters}"))
    made.append(Link("http://www.lf.gov.cn/", letters * 4))
    return _document(Block(" ".join(link.text for link in made), links=tuple(made)))


def many_times_linked(said: str, size: int) -> Document:
    """Return a document of blocks of letters, each with as many links as are looked for.

    Their words nearly stand at each letter; each block has what three rounds cut from it.
    """
    blocks: list[Block] = []
    host = "www.lf.gov.cn" if said.count("a") == len(said) - 1 else "x1.top"
    links = tuple(Link(f"http://{host}/", said) for _ in range(100))
    while size > 0:
        layers = f"关( ?? ( ?? ( ?? guān)guān)guān)于第{len(blocks)}号bet365"
        blocks.append(Block(f"{layers}{'a' * 18_900}{said * 100}", links=links))
        size -= len(blocks[-1].text.encode()) + len("<p>") + 100 * len("<a href=//x1.top></a>")
    return _document(*blocks)


def many_times_linked_cells(said: str, size: int) -> Document:
    """Return a document of the same in tables of one cell."""
    blocks = many_times_linked(said, size).blocks
    tables = (Block(rows=((Cell(each.text),),), tag="table", links=each.links) for each in blocks)
    return _document(*tables)


def linked_in_one_line(said: str, size: int) -> Document:
    """Return a document of one line of letters that ends in links that sell."""
    links = tuple(Link("http://x1.top/", said) for _ in range(100))
    return _document(Block("a" * size + said * 100, links=links))


def own_anchors(words: str, size: int) -> Document:
    """Return a document of lines of the words of a farm, each another line."""
    return _document(
        *(Block(f"{words}{n}") for n in range(size // len(f"<p>{words}12345".encode())))
    )


def runs_beside_brands(words: str, size: int) -> Document:
    """Return a document of lines of a run of anchors, each beside fifty brands of its own."""
    blocks: list[Block] = []
    while size > 0:
        brands = "".join(f"w88 {len(blocks) * 50 + n}|" for n in range(50))
        blocks.append(Block(f"{words}{brands}"))
        size -= len(f"<p>{blocks[-1].text}".encode())
    return _document(*blocks)


# Words that are not found before their middle letters are, and those of a farm.
NEARLY, SELLING = "a" * 49 + "b" + "a" * 49, "a" * 17 + "xxxx" + "a" * 17

SHAPES: dict[str, tuple[Callable[[str, int], Document], str]] = {
    "lists of strange links": (runs_of_links, ""),
    "table of linked titles": (rows_of_titles, ""),
    "title of dates over two lines": (dates_before_a_line, ""),
    "opening sentence of reports": (opening_sentence, ""),
    "line of a brand of no lexicon": (one_place_after_another, "甲乙平台"),
    "line of words around a brand": (one_place_after_another, "xbet365y"),
    "line of hosts around a brand": (one_place_after_another, " bet365.a"),
    "brands glued to one": (glued_brands, ""),
    "subjects": (subjects, ""),
    "headings with farm words": (headings, ""),
    "links with brands": (links_with_brands, ""),
    "list of long links": (list_of_long_links, ""),
    "blocks of many links": (many_times_linked, NEARLY),
    "blocks of many links that sell": (many_times_linked, SELLING),
    "tables of many links": (many_times_linked_cells, NEARLY),
    "lines of anchors": (own_anchors, "xxxx " * 5),
    "lines of too few anchors": (own_anchors, f"关{'( ?? ' * 3}{'guān)' * 3}于{'xxxx|a|b|c|' * 5}"),
    "runs beside brands": (runs_beside_brands, "xxxx|" * 5),
    "line that ends in links that sell": (linked_in_one_line, SELLING),
}
