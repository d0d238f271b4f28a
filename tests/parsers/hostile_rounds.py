"""Make documents to be slow by what each round would ask again: lines that change every time.

A stack of glosses, of which one comes out a round, stands before as much as makes a line, or lines
beside it keep a question open: whose a domain is, of which year a date. Sizes are in bytes of the
HTML that a document takes at least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.items import Block, Document
from tests.parsers.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Callable

# One gloss of each stack comes out a round; three make the page believe in them.
STACK = f"关{'(guān)' * 4}于" * 3
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# A domain that stays and a date with two readings: each round asks for names, and for the year.
OPEN = ("我局。", "《a1.com公报》甲", "甲2014年政府信息公开年报", "2015112")


def _han(number: int) -> str:
    return chr(0x4E00 + number * 7919 % 20_011)


def _pieces(form: str, size: int, markup: str = "") -> list[str]:
    """Return as many pieces of that form as make `size` bytes, each another if it has a number."""
    pieces: list[str] = []
    while size > 0:
        n = len(pieces)
        letters = "".join(LETTERS[n // 26**place % 26] for place in range(3))
        pieces.append(form.format(n=n, letters=letters, one=_han(n), two=_han(n // 97)))
        size -= len(markup) + len(pieces[-1].encode())
    return pieces


def changing_line(form: str, size: int) -> Document:
    """Return a document of one line that changes in each round."""
    return _document([f"{STACK}{''.join(_pieces(form, size))}"])


def changing_keywords(form: str, size: int) -> Document:
    """Return a document whose keywords are that line."""
    return _document([STACK], (("keywords", f"{STACK}{''.join(_pieces(form, size))}"),))


def changing_beside_refresh(form: str, size: int) -> Document:
    """Return a document of one `<meta>` that leads to many hosts, and another that changes."""
    meta = ("refresh", "".join(_pieces(form, size))), ("keywords", STACK)
    return _document([STACK, "bet365"], meta)


def changing_title(form: str, size: int) -> Document:
    """Return a document whose page title is that line."""
    return _document([STACK, *OPEN[:2], OPEN[3]], title=f"{STACK}{''.join(_pieces(form, size))}")


def lines_beside(form: str, size: int) -> Document:
    """Return a document of lines, each another, and what each round asks them for."""
    return _document([STACK, *_pieces(form, size, "<p>"), *OPEN])


def broken_lines(form: str, size: int) -> Document:
    """Return a document of lines of what is no character, each another."""
    return _document(_pieces(f"{form}{{n}}", size, "<p>"))


def _document(
    lines: list[str], meta: tuple[tuple[str, str], ...] = (), title: str | None = None
) -> Document:
    blocks = tuple(map(Block, lines))
    return Document(page_of(""), "text/html", "utf-8", page_title=title, blocks=blocks, meta=meta)


SHAPES: dict[str, tuple[Callable[[str, int], Document], str]] = {
    "changing line of brackets": (changing_line, "{one}({letters}z)"),
    "changing line of toned letters": (changing_line, "{one}(āáǎ{letters})"),
    "changing line of honest domains": (changing_line, "ac.cn "),
    "changing line of ends of domains": (changing_line, ".la "),
    "changing line of document numbers": (changing_line, "〔20{n:04}9"),
    "changing line of dates": (changing_line, "20{n:03}99日{one}"),
    "changing line of words like brands": (changing_line, "，tv{n}体育官网"),
    "changing line of sports halls": (changing_line, "必威体育馆{n}"),
    "changing line of anchors": (changing_line, "a|xxxx|b|c|d|e|"),
    "changing line of deeds": (changing_line, "，{one}{two}委高度"),
    "keywords of one word": (changing_keywords, "久久"),
    "refresh to many hosts": (changing_beside_refresh, "//q{letters}z"),
    "page title of phrases": (changing_title, "a-"),
    "organs behind labels": (lines_beside, "来源{one}{two}局"),
    "labels of dates": (lines_beside, "时间:{n}"),
    "lines that could end a title": (lines_beside, "{one}{two}信息公开报告{n}"),
    "titles with letters before a name": (lines_beside, "aa{one}{two}局2014年信息公开"),
    "opening sentences": (lines_beside, "公布2014年2014年信息公开信息公开"),
    "lines of no character": (broken_lines, "\uffff"),
}
