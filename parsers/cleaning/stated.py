"""Name the organs that a page itself states: in its metadata box, its `<meta>`, its signature.

Only whole names of particular organs count (no 我局, no 市政府), and only where no brand stands
in them. The portal's operator (主办, SiteName) is left out: it is seldom the report's organ.
"""

from __future__ import annotations

from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from parsers.cleaning.brands import naming_brands
from parsers.cleaning.joined import joined
from parsers.cleaning.lines import texts_hit
from parsers.organs import in_full, is_generic, is_organ, place_of, squeeze
from parsers.patterns import bounded, holding, spans
from parsers.shown import once, shown

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator

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


class Told:
    """What lines and names of a page have told: none is asked of again."""

    def __init__(self) -> None:
        """Know nothing yet.

        `labels` are the names that stand behind labels, by line: None where the next line is one.
        `organs` are particular organs without a brand, in full, by name: None for any other.
        `subjects` are those that a line says the deeds of, by line.
        """
        self.labels: dict[str, tuple[str, ...] | None] = {}
        self.organs: dict[str, str | None] = {}
        self.subjects: dict[str, tuple[str, ...]] = {}

    def in_full(self, names: Iterable[str]) -> list[str]:
        """Return those of names that are organs', in full."""
        names = [*dict.fromkeys(names)]
        new = [name for name in names if name not in self.organs]
        particular = [name for name in new if is_organ(name) and not is_generic(name)]
        branded = naming_brands(particular)
        self.organs |= dict.fromkeys(new)
        self.organs |= {name: in_full(name) for name in particular if name not in branded}
        return [*dict.fromkeys(filter(None, map(self.organs.__getitem__, names)))]


def stated_organs(
    lines: list[str], meta: Iterable[tuple[str, str]], told: Told | None = None
) -> list[str]:
    """Return the organs that a page states, in full, best first and each once.

    `lines` are those that are shown, but blank ones, `told` what is known of some.
    """
    told = told or Told()
    return told.in_full(_stated(lines, meta, told)) or _as_subject(lines, told)


def _as_subject(lines: list[str], told: Told) -> list[str]:
    """Return the organ that the text's sentences are about, if they agree on one.

    "莆田市农业局高度重视…" in a text that says 我局: the subject of its own work.
    """
    text = "\n".join(lines)
    if not _OWN.search(text):
        return []
    new = [line for line in dict.fromkeys(lines) if line not in told.subjects]
    told.subjects |= dict.fromkeys(new, ())
    for line in _doing()(new):
        doers = dict.fromkeys(found["organ"] for found in _subjects(line))
        told.subjects[line] = (*filter(place_of, doers),)
    names = dict.fromkeys(chain.from_iterable(map(told.subjects.__getitem__, lines)))
    whole = told.in_full(names)
    return [name for name in whole if f"我{name[-1]}" in text] if len(whole) == 1 else []


_DEED = (
    r"(?:高度|始终|认真|严格|积极|全面|深入|切实|进一步|不断|坚持|十分|历来|成立|编制|共主动"
    r"|主动公开)"
)
_SUBJECT = bounded(
    r"(?:^|[，。：；\n\s])(?P<organ>[\u4e00-\u9fff]{4,24}?(?:局|委员会|委|办公室|厅|镇人民政府|乡人民政府))"
    rf"(?={_DEED})"
)
# The same without the name: most texts hold none, which RE2 says in a tenth of the time.
_DONE = rf"[局委会室厅府]{_DEED}"
_deeds = spans(_DONE)


@cache
def _doing() -> Callable[[list[str]], set[str]]:
    return holding(_DONE)


# How a text calls its own organ, whatever that is called.
_OWN = bounded(r"我[局委会室厅府]")
_LONGEST_SUBJECT = 30


def _subjects(text: str) -> Iterator[re.Match[str]]:
    """Yield what `_SUBJECT` finds: looked for only where somebody does something."""
    at = 0
    for start, end in _deeds(text):
        found = _SUBJECT.search(text, max(at, start - _LONGEST_SUBJECT), end)
        if found:
            yield found
            at = found.end()


def _stated(lines: list[str], meta: Iterable[tuple[str, str]], told: Told) -> Iterator[str]:
    yield from _labelled(lines, told.labels)
    yield from (value for name, value in meta if name.lower() in _META)
    yield from _signatures(lines)


def labelled(document: Document) -> Iterator[str]:
    """Yield what stands behind 发布机构 and its like, in lines, in cells and over two blocks."""
    yield from _labelled(_lines(document), {})


def _labelled(lines: list[str], told: dict[str, tuple[str, ...] | None]) -> Iterator[str]:
    for n in islice(texts_hit(_LABEL, lines, joined(lines)), _MOST_LABELS):
        line = lines[n]
        if line not in told:
            told[line] = None if _LABEL_ONLY.match(line) else _behind_labels(line)
        names = told[line]
        if names is not None:
            yield from names
        elif n + 1 < len(lines):
            yield squeeze(lines[n + 1])


# The longest report read has 1,400 lines and cells.
_MOST_LABELS = 5000


def _behind_labels(line: str) -> tuple[str, ...]:
    """Return the names that stand behind labels within a line."""
    if len(line) > _LONGEST_BOX:
        return ()
    return tuple(squeeze(_NEXT_LABEL.split(name, 1)[0]) for name in _LABELLED.findall(line))


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
