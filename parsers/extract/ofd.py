"""Read an OFD (GB/T 33190, the Chinese fixed-layout format) into blocks, as a PDF is read.

An OFD is a zip of XML: text objects place characters, path objects draw rules. Both become what
`pdf_lines.py` and `pdf_tables.py` take, in points. The libraries that could be had render by way of
an AGPL package, so the text objects are read here. Runs in the worker only (`worker.py`), after the
limits of `archives.py`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree  # expat >= 2.6 refuses entity bombs; the worker has limits

from parsers.extract.archives import opened, unpack
from parsers.extract.paged import PageContent, blocks_of
from parsers.extract.pdf_lines import lines_of
from parsers.extract.pdf_tables import as_rule, is_inside, legs_of, tables_of
from parsers.extract.worker import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

    from parsers.extract.drawn import Box
    from parsers.extract.pdf_lines import Char
    from parsers.items import Block

MAX_PAGES = 300
MAX_PAGE_CHARS = 50_000
# Page blocks are nested 2 deep in honest files.
_MAX_DEPTH = 50
_POINTS = 72 / 25.4  # an OFD counts in millimetres
_PAGE_HEIGHT = 297.0
# Where a font's glyphs begin above its base line, and end below, as a share of their size.
_ASCENT, _DESCENT = 0.86, 0.14
_STRAIGHT = frozenset("MLSC")
# Coordinates after each command of a path: all but the last pair bend it.
_ARGUMENTS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_REPEAT = re.compile(r"g\s+(\d{1,5})\s+(\S+)")

#: a b c d e f: x' = a·x + c·y + e, y' = b·x + d·y + f.
Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_ofd(body: bytes) -> tuple[list[Block], list[str]]:
    """Return the blocks of an OFD and what could not be read."""
    with opened(body) as archive:
        book = _Book(archive)
        pages = [book.read(page) for page in book.pages[:MAX_PAGES]]
    warnings = []
    if len(book.pages) > MAX_PAGES:
        warnings.append(f"only the first {MAX_PAGES} of {len(book.pages)} pages are read")
    empty = [n for n, page in enumerate(pages, 1) if page.is_empty]
    if pages and len(empty) == len(pages):
        return [], [*warnings, "the OFD holds no text, as a scan does"]
    if empty:
        warnings.append(f"pages without text: {', '.join(map(str, empty))}")
    return blocks_of(pages), warnings if pages else ["the OFD has no pages"]


class _Book:
    """The pages of the archive's documents, and the templates that are drawn behind them."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.pages: list[str] = []
        self._templates: dict[str, str] = {}
        self._height = _PAGE_HEIGHT
        for root in _all(self._xml("OFD.xml"), "DocRoot"):
            self._add(_path("", root.text or ""))

    def _add(self, path: str) -> None:
        document = self._xml(path)
        for template in _all(document, "TemplatePage"):
            self._templates[template.get("ID", "")] = _path(path, template.get("BaseLoc", ""))
        for box in _all(document, "PhysicalBox"):
            self._height = _box_of(box.text)[3] or _PAGE_HEIGHT
            break
        pages = (_all(part, "Page") for part in _all(document, "Pages"))
        self.pages += [_path(path, page.get("BaseLoc", "")) for part in pages for page in part]

    def _xml(self, path: str) -> Element:
        try:
            return ElementTree.fromstring(unpack(self._archive, path))  # noqa: S314 (see the import)
        except ElementTree.ParseError as error:
            raise Unreadable(f"the document's XML is damaged ({error})") from error

    def read(self, path: str) -> PageContent:
        """Return what the page at `path` of the archive shows."""
        page = self._xml(path)
        drawing = _Drawing()
        for template in _all(page, "Template"):
            behind = self._templates.get(template.get("TemplateID", ""))
            if behind:
                drawing.draw(self._xml(behind))
        drawing.draw(page)
        height = next((_box_of(box.text)[3] for box in _all(page, "PhysicalBox")), self._height)
        tables = tables_of(drawing.rules, drawing.chars)
        free = [c for c in drawing.chars if not any(is_inside(c, table.box) for table in tables)]
        return PageContent(height * _POINTS, lines_of(free, self.pages.index(path) + 1), tables)


@dataclass(slots=True)
class _Drawing:
    """Characters and rules of one page, in points."""

    chars: list[Char] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)

    def draw(self, element: Element, depth: int = 0) -> None:
        """Take in every text and path object below `element`."""
        if depth > _MAX_DEPTH:
            raise Unreadable("the document is nested too deep")
        for child in element:
            name = _name(child)
            if name == "TextObject":
                self._write(child)
            elif name == "PathObject":
                self.rules += _rules_of(child)
            elif name != "Annotation":
                self.draw(child, depth + 1)
        if len(self.chars) > MAX_PAGE_CHARS:
            raise Unreadable(f"a page of the OFD holds more than {MAX_PAGE_CHARS} characters")

    def _write(self, text: Element) -> None:
        place, left, top = _placing(text)
        size = _float(text.get("Size"), 4.0)
        across = _float(text.get("HScale"), 1.0)
        for code in _all(text, "TextCode"):
            characters = [c for c in code.text or "" if c not in "\r\n\t"]
            xs = _steps(_float(code.get("X"), 0.0), code.get("DeltaX"), len(characters))
            ys = _steps(_float(code.get("Y"), size), code.get("DeltaY"), len(characters))
            for character, x, y in zip(characters, xs, ys, strict=True):
                width = size * across * (1.0 if character >= "\u2000" else 0.5)
                x0, base = _at(place, x, y)
                x1, _ = _at(place, x + width, y)
                height = size * abs(place[3] or place[1] or 1.0)
                self.chars.append(
                    {
                        "text": character,
                        "x0": (left + min(x0, x1)) * _POINTS,
                        "x1": (left + max(x0, x1)) * _POINTS,
                        "top": (top + base - _ASCENT * height) * _POINTS,
                        "bottom": (top + base + _DESCENT * height) * _POINTS,
                        "size": height * _POINTS,
                    }
                )


def _rules_of(path: Element) -> Iterator[Box]:
    """Yield the level and upright lines that a path draws; a thin filled box is one."""
    place, left, top = _placing(path)
    for data in _all(path, "AbbreviatedData"):
        for points in _outlines(data.text or ""):
            at = [_at(place, x, y) for x, y in points]
            drawn = [((left + x) * _POINTS, (top + y) * _POINTS) for x, y in at]
            xs, ys = [x for x, _ in drawn], [y for _, y in drawn]
            thin = as_rule((min(xs), min(ys), max(xs), max(ys)))
            if path.get("Stroke", "true") == "true":
                yield from thin or legs_of(drawn)
            elif path.get("Fill", "false") == "true":
                yield from thin


def _outlines(data: str) -> Iterator[list[tuple[float, float]]]:
    """Yield the corners of each part of a path; a part with a bend is no rule."""
    points: list[tuple[float, float]] = []
    straight = True
    words = iter(data.split())
    for command in words:
        numbers = [_float(next(words, ""), 0.0) for _ in range(_ARGUMENTS.get(command, 0))]
        if command in "MS" and points:
            if straight:
                yield points
            points, straight = [], True
        if command == "C" and points:
            points.append(points[0])
        straight = straight and command in _STRAIGHT
        if len(numbers) > 1:
            points.append((numbers[-2], numbers[-1]))
    if points and straight:
        yield points


def _placing(element: Element) -> tuple[Matrix, float, float]:
    """Return an object's matrix, and where the corner of its boundary lies on the page."""
    numbers = _numbers(element.get("CTM"))
    matrix: Matrix = _SAME
    if len(numbers) == len(_SAME):
        a, b, c, d, e, f = numbers
        matrix = (a, b, c, d, e, f)
    box = _box_of(element.get("Boundary"))
    return matrix, box[0], box[1]


def _at(place: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = place
    return a * x + c * y + e, b * x + d * y + f


def _steps(start: float, deltas: str | None, count: int) -> list[float]:
    """Return where each character stands: `deltas` are distances, `g 5 3.2` five times 3.2."""
    spread = _REPEAT.sub(lambda found: f"{found[2]} " * min(int(found[1]), count), deltas or "")
    distances = _numbers(spread)
    places = [start]
    for n in range(count - 1):
        # A list that is too short goes on with its last distance; without one nothing moves.
        step = distances[min(n, len(distances) - 1)] if distances else 0.0
        places.append(places[-1] + step)
    return places[:count]


def _box_of(text: str | None) -> Box:
    numbers = _numbers(text)
    if len(numbers) < 4:  # noqa: PLR2004 (left, top, width, height)
        return (0.0, 0.0, 0.0, 0.0)
    return (numbers[0], numbers[1], numbers[2], numbers[3])


def _numbers(text: str | None) -> Sequence[float]:
    return [_float(word, 0.0) for word in (text or "").split()]


def _float(word: str | None, default: float) -> float:
    try:
        number = float(word) if word else default
    except ValueError:
        return default
    return number if abs(number) < 1e6 else default  # noqa: PLR2004 (a kilometre: damage)


def _path(beside: str, name: str) -> str:
    """Return a name of the archive: absolute, or as seen from the file `beside`."""
    if name.startswith("/"):
        return posixpath.normpath(name).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(beside), name))


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element.iter() if _name(one) == name)
