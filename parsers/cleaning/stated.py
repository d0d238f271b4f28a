"""Name the organs that a page itself states: in its metadata box, its `<meta>`, its signature.

Only whole names of particular organs count (no 我局, no 市政府), and only where no brand stands
in them. The portal's operator (主办, SiteName) is left out: it is seldom the report's organ.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from parsers.cleaning.brands import naming_brands
from parsers.cleaning.joined import PART, joined
from parsers.cleaning.lines import texts_hit
from parsers.cleaning.shown_texts import ShownTexts
from parsers.organs import in_full, is_generic, is_organ, place_of, squeeze
from parsers.patterns import bounded, spans
from parsers.shown import once, shown

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator

    from parsers.cleaning.flat import Flat
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


def stated_organs(page: Flat) -> list[str]:
    """Return the organs that a page states, in full, best first and each once."""
    told = page.memory.made(Told).setdefault("told", Told())
    lines = ShownTexts(page)
    return told.in_full(_stated(page, lines, told)) or _as_subject(page, lines, told)


def _hit(page: Flat, lines: ShownTexts, sign: re.Pattern[str]) -> list[int]:
    """Return the numbers of the lines of a page that a pattern hits: what is new is looked at."""

    def look(texts: list[str]) -> list[int]:
        return texts_hit(sign, texts, page.parted if texts is page.texts else PART.join(texts))

    return lines.among(page.memory.hit(sign, page.texts, look))


def _as_subject(page: Flat, lines: ShownTexts, told: Told) -> list[str]:
    """Return the organ that the text's sentences are about, if they agree on one.

    "莆田市农业局高度重视…" in a text that says 我局: the subject of its own work.
    """
    own = [page.texts[n] for n in _hit(page, lines, _OWN)]
    if not own:
        return []
    doing = [page.texts[n] for n in _hit(page, lines, _DONE)]
    for line in doing:
        if line not in told.subjects:
            doers = dict.fromkeys(found["organ"] for found in _subjects(line))
            told.subjects[line] = (*filter(place_of, doers),)
    names = dict.fromkeys(chain.from_iterable(map(told.subjects.__getitem__, doing)))
    whole = told.in_full(names)
    called = f"我{whole[0][-1]}" if len(whole) == 1 else ""
    return whole if called and any(called in line for line in own) else []


_DEED = (
    r"(?:高度|始终|认真|严格|积极|全面|深入|切实|进一步|不断|坚持|十分|历来|成立|编制|共主动"
    r"|主动公开)"
)
_SUBJECT = bounded(
    r"(?:^|[，。：；\n\s])(?P<organ>[\u4e00-\u9fff]{4,24}?(?:局|委员会|委|办公室|厅|镇人民政府|乡人民政府))"
    rf"(?={_DEED})"
)
# The same without the name: most texts hold none, which RE2 says in a tenth of the time.
_DONE = bounded(rf"[局委会室厅府]{_DEED}")
_deeds = spans(_DONE.pattern)
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


def _stated(page: Flat, lines: ShownTexts, told: Told) -> Iterator[str]:
    labels = _hit(page, lines, _LABEL)
    yield from _labelled(page.texts, labels, lines.below, told.labels)
    yield from (value for name, value in page.meta if name.lower() in _META)
    yield from _signatures(lines.above(len(page.texts), _LAST_LINES)[::-1])


def labelled(document: Document) -> Iterator[str]:
    """Yield what stands behind 发布机构 and its like, in lines, in cells and over two blocks."""
    lines = _lines(document)
    numbers = texts_hit(_LABEL, lines, joined(lines))
    return _labelled(lines, numbers, lambda n: next(iter(lines[n + 1 : n + 2]), None), {})


def _labelled(
    lines: list[str],
    numbers: list[int],
    below: Callable[[int], str | None],
    told: dict[str, tuple[str, ...] | None],
) -> Iterator[str]:
    """Yield the names by the lines of these numbers, which hold a label, or those `below` them."""
    for n in islice(numbers, _MOST_LABELS):
        line = lines[n]
        if line not in told:
            told[line] = None if _LABEL_ONLY.match(line) else _behind_labels(line)
        names = told[line]
        if names is not None:
            yield from names
        elif (name := below(n)) is not None:
            yield squeeze(name)


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
