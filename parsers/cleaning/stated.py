"""Name the organs that a page itself states: in its metadata box, its `<meta>`, its signature.

Only whole names of particular organs count (no 我局, no 市政府), and only where no brand stands
in them. The portal's operator (主办, SiteName) is left out: it is seldom the report's organ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.cleaning.brands import has_brand, naming_brands
from parsers.cleaning.joined import joined
from parsers.cleaning.lines import texts_hit
from parsers.organs import in_full, is_generic, is_organ, place_of, squeeze
from parsers.patterns import bounded, linear
from parsers.shown import once, shown

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from parsers.items import Document

_LABELS = (
    r"(?:发布机构|发文机关|发文单位|制发机关|公开机构|发布单位|公开主体|责任部门|信息来源"
    r"|编制单位|供稿单位|来源)"
)
_LABEL = bounded(_LABELS)
_LABELLED = bounded(rf"{_LABELS}\s?[:：]?\s?([\u4e00-\u9fff]{{3,30}})")
_LABEL_ONLY = bounded(rf"^\s{{0,4}}{_LABELS}\s{{0,4}}[:：]?\s{{0,4}}$")
_NEXT_LABEL = bounded(r"发文|发布|文号|公开|名称|索引")
_DATE_LINE = bounded(
    r"^[(（]?\s?(?:(?:19|20)\d\s?\d\s?[年./-]\s?\d{1,2}\s?[月./-].{0,12}"
    r"|[一二][〇○零Ｏ一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月.{0,6}|20\d{5,6})$"
)
_META = frozenset({"contentsource", "publisher", "author", "source"})


def stated_organs(lines: list[str], meta: Iterable[tuple[str, str]]) -> list[str]:
    """Return the organs that a page states, in full, best first and each once.

    `lines` are those that are shown, but blank ones.
    """
    names = [*filter(_is_particular, dict.fromkeys(_stated(lines, meta)))]
    branded = naming_brands(names)
    found = dict.fromkeys(in_full(name) for name in names if name not in branded)
    return list(found) or _as_subject("\n".join(lines))


def _is_particular(name: str) -> bool:
    return is_organ(name) and not is_generic(name)


def _as_subject(text: str) -> list[str]:
    """Return the organ that the text's sentences are about, if they agree on one.

    "莆田市农业局高度重视…" in a text that says 我局: the subject of its own work.
    """
    if not _OWN.search(text) or not _DOES.search(text):
        return []
    names = dict.fromkeys(found["organ"] for found in _subjects(text))
    particular = (name for name in names if _is_particular(name) and not has_brand(name))
    whole: set[str] = set()
    for name in filter(place_of, particular):
        whole.add(in_full(name))
        if len(whole) > 1:
            return []
    return [name for name in whole if f"我{name[-1]}" in text]


_DEED = (
    r"(?:高度|始终|认真|严格|积极|全面|深入|切实|进一步|不断|坚持|十分|历来|成立|编制|共主动"
    r"|主动公开)"
)
_SUBJECT = bounded(
    r"(?:^|[，。：；\n\s])(?P<organ>[\u4e00-\u9fff]{4,24}?(?:局|委员会|委|办公室|厅|镇人民政府|乡人民政府))"
    rf"(?={_DEED})"
)
# The same without the name: most texts hold none, which RE2 says in a tenth of the time.
_DOES = linear(rf"[局委室厅府]{_DEED}")
_DONE = linear(rf"[局委会室厅府]{_DEED}")
# How a text calls its own organ, whatever that is called.
_OWN = bounded(r"我[局委会室厅府]")
_LONGEST_SUBJECT = 30


def _subjects(text: str) -> Iterator[re.Match[str]]:
    """Yield what `_SUBJECT` finds: looked for only where somebody does something."""
    at = 0
    for deed in _DONE.finditer(text):
        found = _SUBJECT.search(text, max(at, deed.start() - _LONGEST_SUBJECT), deed.end())
        if found:
            yield found
            at = found.end()


def _stated(lines: list[str], meta: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield from _labelled(lines)
    yield from (value for name, value in meta if name.lower() in _META)
    yield from _signatures(lines)


def labelled(document: Document) -> Iterator[str]:
    """Yield what stands behind 发布机构 and its like, in lines, in cells and over two blocks."""
    yield from _labelled(_lines(document))


def _labelled(lines: list[str]) -> Iterator[str]:
    for n in texts_hit(_LABEL, lines, joined(lines)):
        line = lines[n]
        if _LABEL_ONLY.match(line) and n + 1 < len(lines):
            yield squeeze(lines[n + 1])
        elif len(line) <= _LONGEST_BOX:
            for name in _LABELLED.findall(line):
                yield squeeze(_NEXT_LABEL.split(name, 1)[0])


def credited(document: Document) -> Iterator[str]:
    """Yield what stands behind 来源: who handed the page in, seldom more than that."""
    for line in _lines(document):
        if len(line) <= _LONGEST_BOX:
            yield from map(squeeze, _CREDITED.findall(line))


_CREDITED = bounded(r"(?:来源|供稿单位|作者|录入)\s?[:：]\s?([\u4e00-\u9fff]{3,30})")

# A metadata box on one line has up to 300 characters; paragraphs that mention 来源 are longer.
_LONGEST_BOX = 300


def signatures(document: Document) -> Iterator[str]:
    """Yield the lines that stand alone above a date, from the end of the page."""
    yield from _signatures(_lines(document))


def _signatures(lines: list[str]) -> Iterator[str]:
    for n in range(len(lines) - 2, max(-1, len(lines) - _LAST_LINES), -1):
        below = lines[n + 1].strip()
        if len(below) > _LONGEST_DATE or below[:1] not in _DATE_OPENS:
            continue
        if _DATE_LINE.match(below) and len(lines[n]) <= _LONGEST_NAME:
            yield squeeze(lines[n])


_LONGEST_NAME = 40
# What a line of a date alone begins with, and the most that it has: most lines need no closer look.
_DATE_OPENS, _LONGEST_DATE = frozenset("(（12一二"), 30
# The longest report read has 1,400 lines and cells; below it stand footers of some two hundred.
_LAST_LINES = 3000


@once
def _lines(document: Document) -> list[str]:
    return [line for line in shown(document).lines if line]
