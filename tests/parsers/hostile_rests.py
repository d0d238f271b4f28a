"""Make documents to be slow by what lies beside their text, or by what stays in doubt.

Scripts and hidden parts in masses, dates and numbers of which each is another's neighbour.
Sizes are in bytes of the HTML that a document takes at least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.extract.visibility import SHEET
from parsers.items import Block, Document, Link
from tests.parsers.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def scripts_in_masses(form: str, size: int) -> Document:
    """Return a document of ever new short scripts, on a page that takes two rounds."""
    count = size // (len("<script></script>") + len(form) + 3)
    return _document([Block("公开第1条，【bet365】")], (form.format(n) for n in range(count)))


def hidden_in_masses(text: str, size: int) -> Document:
    """Return a document of paragraphs that a style sheet hides: each may be a tab, or sells."""
    count = size // len(f"<p>{text}".encode())
    reason = f"{SHEET}display:none"
    return _document([Block("甲乙丙"), *(Block(text, hidden=reason) for _ in range(count))])


def links_of_one_line(letter: str, size: int) -> Document:
    """Return a document of one paragraph of links, each of a letter that cleaning changes."""
    links = tuple(Link("/", letter) for _ in range(size // len(f"<a href=/>{letter}".encode())))
    return _document([Block(letter * len(links), links=links)])


def found_in_lines(unit: str, size: int) -> Document:
    """Return a document of lines of five units, each another."""
    count = size // len(f"<p>{unit * 5}12345".encode())
    return _document([Block(unit * 5 + str(n)) for n in range(count)])


def _document(blocks: list[Block], scripts: Iterable[str] = ()) -> Document:
    page = page_of("")
    return Document(page, "text/html", "utf-8", blocks=tuple(blocks), scripts=tuple(scripts))


SHAPES: dict[str, tuple[Callable[[str, int], Document], str]] = {
    "scripts of a number": (scripts_in_masses, "{}"),
    "scripts with an address": (scripts_in_masses, "//a{}.cn eval("),
    "scripts to load": (scripts_in_masses, "src=//a{}.cn"),
    "tabs of one letter": (hidden_in_masses, "%"),
    "tabs that sell": (hidden_in_masses, "皇冠"),
    "links of one line that change": (links_of_one_line, "務"),
    "lines of signed farms": (found_in_lines, "主站蜘蛛池模板。|"),
    "lines of periods in doubt": (found_in_lines, "200099日-99日"),
    "lines of numbers that lost a bracket": (found_in_lines, "〔20000"),
}
