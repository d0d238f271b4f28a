"""Read pictures of pages, which scans and photographed tables are: characters and drawn rules.

A picture is set upright, its rules are found, its characters recognised (`recognition.py`); from
there on it is a page as any other (`paged.py`). What the recogniser is unsure of is told in a
warning, and the sums of the statutory tables tell more. Runs in the worker only (`worker.py`).
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from parsers.extract.paged import PageContent, blocks_of
from parsers.extract.pdf import read_pages
from parsers.extract.pdf_lines import lines_of
from parsers.extract.pdf_tables import cells_of, groups_of, is_inside, tables_of
from parsers.extract.recognition import characters_of, text_of
from parsers.extract.worker import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from parsers.extract.drawn import Box
    from parsers.extract.pdf_lines import Char
    from parsers.extract.recognition import Picture
    from parsers.items import Block

# A4 at 600 dots an inch has 35 million; a larger picture is a poster or a bomb.
MAX_PIXELS = 40_000_000
# A page takes 5 to 11 s of one processor; the longest scanned report seen has 30.
MAX_PAGES = 40
# Recognition was exact at 150 dots an inch of A4 (1,754 high) and gained nothing above.
_LONGEST_SIDE = 1754
_POINTS = 842 / _LONGEST_SIDE
# Smaller pictures are icons and lines.
_SMALLEST = (120, 24)
# Below this a line may hold a wrong character; exact ones reach 0.9 and more.
_SURE = 0.85


@dataclass(slots=True)
class Scanned:
    """What pictures showed: their pages, and how many lines are unsure of how many."""

    pages: list[PageContent] = field(default_factory=list)
    lines: int = 0
    unsure: int = 0

    def add(self, picture: Picture, number: int) -> PageContent:
        """Read the picture of page `number` and count its lines."""
        page, scores = read_picture(picture, number)
        self.pages.append(page)
        self.lines += len(scores)
        self.unsure += sum(score < _SURE for score in scores)
        return page

    def warnings(self, what: str) -> list[str]:
        """Return the warning that `what` was recognised and not read."""
        if not self.lines:
            return []
        sure = f", {self.unsure} of {self.lines} lines are unsure" if self.unsure else ""
        return [f"{what}: characters were recognised in a picture{sure}"]


def read_image(body: bytes) -> tuple[list[Block], list[str]]:
    """Return the blocks of a picture (PNG, JPEG, GIF, or TIFF of many pages), and warnings."""
    scanned = Scanned()
    for picture in _pictures(body):
        if len(scanned.pages) == MAX_PAGES:
            return blocks_of(scanned.pages), [
                f"only the first {MAX_PAGES} pages are read", *scanned.warnings("the image")
            ]  # fmt: skip
        scanned.add(picture, len(scanned.pages) + 1)
    blocks = blocks_of(scanned.pages)
    return blocks, scanned.warnings("the image") if blocks else ["the image holds no text"]


def read_scanned_pdf(body: bytes) -> tuple[list[Block], list[str]]:
    """Return the blocks of a PDF: pages with text as they are, the others as they look."""
    pages, count = read_pages(body)
    warned = [f"only the first {len(pages)} of {count} pages are read"] * (count > len(pages))
    empty = [n for n, page in enumerate(pages) if page.is_empty]
    scanned = Scanned()
    for n, picture in _drawn(body, empty[:MAX_PAGES]):
        pages[n] = scanned.add(picture, n + 1)
    if len(empty) > MAX_PAGES:
        warned.append(f"only the first {MAX_PAGES} of {len(empty)} scanned pages are read")
    blank = [n + 1 for n in empty[:MAX_PAGES] if pages[n].is_empty]
    if blank:
        warned.append(f"pages that show no text: {', '.join(map(str, blank))}")
    return blocks_of(pages), [*warned, *scanned.warnings("the PDF")]


def _drawn(body: bytes, numbers: list[int]) -> Iterator[tuple[int, Picture]]:
    """Yield these pages as pictures whose longer side is `_LONGEST_SIDE`."""
    try:
        pdf = pdfium.PdfDocument(body)
        for n in numbers:
            page = pdf[n]
            scale = _LONGEST_SIDE / max(*page.get_size(), 1.0)
            bitmap = page.render(scale=scale, no_smoothtext=False)
            yield n, np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
    except pdfium.PdfiumError as error:
        raise Unreadable("the PDF's pages cannot be drawn") from error


def _pictures(body: bytes) -> Iterator[Picture]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(body)) as image:
                yield from map(_pixels, _frames(image))
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
            if isinstance(error, Unreadable):
                raise
            raise Unreadable(f"the image is damaged ({type(error).__name__})") from error
        except Image.DecompressionBombError as error:
            raise Unreadable(_TOO_LARGE) from error


_TOO_LARGE = f"the image has more than {MAX_PIXELS // 1_000_000} million pixels: not opened"


def _frames(image: Image.Image) -> Iterator[Image.Image]:
    """Yield the pages of a TIFF; of a GIF, which would move, only the first picture."""
    if image.format == "TIFF":
        yield from ImageSequence.Iterator(image)
    else:
        yield image


def _pixels(image: Image.Image) -> Picture:
    if image.width * image.height > MAX_PIXELS:
        raise Unreadable(_TOO_LARGE)
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    paper = Image.new("RGBA", upright.size, "white")
    paper.alpha_composite(upright)
    return np.ascontiguousarray(np.asarray(paper.convert("RGB"))[:, :, ::-1])


def read_picture(picture: Picture, number: int) -> tuple[PageContent, list[float]]:
    """Return what a picture of page `number` shows, and how sure each of its lines is."""
    height, width = picture.shape[:2]
    if width < _SMALLEST[0] or height < _SMALLEST[1]:
        return PageContent(height * _POINTS, [], []), []
    picture = _upright(_sized(picture))
    rules = _rules(_ink(picture))
    chars, scores = characters_of(_without(picture, rules))
    points = [_in_points(char) for char in chars]
    drawn = [_scaled(rule) for rule in rules]
    boxes = [box for cells in cells_of(drawn) for box in cells]
    points += list(_overlooked(boxes, points, _without(picture, rules)))
    tables = tables_of(drawn, points)
    free = [char for char in points if not any(is_inside(char, table.box) for table in tables)]
    return PageContent(picture.shape[0] * _POINTS, lines_of(free, number), tables), scores


def _sized(picture: Picture) -> Picture:
    """Return the picture with its longer side at most `_LONGEST_SIDE`; a small one as it is."""
    height, width = picture.shape[:2]
    factor = _LONGEST_SIDE / max(height, width)
    if factor >= 1:
        return picture
    size = (round(width * factor), round(height * factor))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _ink(picture: Picture) -> NDArray[np.uint8]:
    """Return where there is ink (255) and where paper (0), on any ground."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    found = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _WINDOW, _CONTRAST
    )
    return np.asarray(found, dtype=np.uint8)


# The window is some lines of text wide; paper's own grain differs by less than 12 of 255.
_WINDOW, _CONTRAST = 41, 12


# ---- standing upright ----

# A page fed askew lies up to 3 degrees off; a tenth of a degree moves the end of a line 3 pixels.
_MOST_ASKEW, _STEP = 3.0, 0.1
_SKETCH = 700


def _upright(picture: Picture) -> Picture:
    """Return the picture turned so that its lines are level."""
    angle = _askew(_ink(picture))
    return picture if abs(angle) < _STEP else _turned(picture, angle, (255, 255, 255))


def _askew(ink: NDArray[np.uint8]) -> float:
    """Return by how many degrees to turn: lines that are level make the rows differ the most."""
    factor = min(_SKETCH / max(ink.shape), 1.0)
    small = np.asarray(
        cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    count = round(_MOST_ASKEW / _STEP)
    angles = [n * _STEP for n in range(-count, count + 1)]
    # Of angles that are as good the smallest: an empty page is not turned.
    return max(angles, key=lambda angle: (round(_levelness(small, angle), 3), -abs(angle)))


def _levelness(ink: NDArray[np.uint8], angle: float) -> float:
    rows = _turned(ink, angle, 0).sum(axis=1, dtype=np.float64)
    return float(((rows[1:] - rows[:-1]) ** 2).sum())


def _turned(
    picture: NDArray[np.uint8], angle: float, ground: int | tuple[int, int, int]
) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    value = (ground, ground, ground) if isinstance(ground, int) else ground
    turned = cv2.warpAffine(
        picture, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=value
    )
    return np.asarray(turned, dtype=np.uint8)


# ---- rules ----

# Strokes of characters are up to 46 pixels long (titles of 22 points); lines of cells are longer,
# or belong to a frame that is.
_SHORTEST = 30
_FRAME = 100
# Rules of a scan are broken by grain for a pixel or two, and up to 6 pixels thick.
_BREAK, _THICK = 3, 8


def _rules(ink: NDArray[np.uint8]) -> list[Box]:
    """Return the middle lines of what is drawn level or upright and makes up frames, in pixels."""
    level = list(_middles(_lines(ink, (1, _SHORTEST), (1, _BREAK)), level=True))
    upright = list(_middles(_lines(ink, (_SHORTEST, 1), (_BREAK, 1)), level=False))
    frames = groups_of([_scaled(rule) for rule in (*level, *upright)])
    return [_pixels_of(rule) for frame in frames if _is_frame(frame) for rule in frame]


def _lines(
    ink: NDArray[np.uint8], shortest: tuple[int, int], gap: tuple[int, int]
) -> NDArray[np.uint8]:
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(gap, np.uint8))
    opened = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones(shortest, np.uint8))
    return np.asarray(opened, dtype=np.uint8)


def _is_frame(rules: list[Box]) -> bool:
    """Whether rules that touch one another rule a table: long ones in both directions."""
    level = sum(x1 - x0 >= _FRAME * _POINTS for x0, _, x1, _ in rules)
    upright = sum(y1 - y0 >= _FRAME * _POINTS / 2 for _, y0, _, y1 in rules)
    return level > 1 and upright > 1


def _middles(lines: NDArray[np.uint8], *, level: bool) -> Iterator[Box]:
    # A rule that is a hair askew comes in steps: two pixels of thickness make them one again.
    thick = cv2.dilate(lines, np.ones((3, 1) if level else (1, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(thick, connectivity=8)
    for x, y, width, height, _ in stats[1:].tolist():
        if min(width, height) > _THICK + 2:
            continue
        if level:
            yield (float(x), y + height / 2, float(x + width), y + height / 2)
        else:
            yield (x + width / 2, float(y), x + width / 2, float(y + height))


def _without(picture: Picture, rules: list[Box]) -> Picture:
    """Return the picture without its rules, which the recogniser takes for 一, 1 and |."""
    clean = picture.copy()
    for x0, y0, x1, y1 in rules:
        start, end = (round(x0), round(y0)), (round(x1), round(y1))
        cv2.line(clean, start, end, (255, 255, 255), _RUBBER)
    return clean


_RUBBER = 5


def _scaled(rule: Box) -> Box:
    x0, y0, x1, y1 = rule
    return (x0 * _POINTS, y0 * _POINTS, x1 * _POINTS, y1 * _POINTS)


def _pixels_of(rule: Box) -> Box:
    x0, y0, x1, y1 = rule
    return (x0 / _POINTS, y0 / _POINTS, x1 / _POINTS, y1 / _POINTS)


def _in_points(char: Char) -> Char:
    return {name: value if name == "text" else value * _POINTS for name, value in char.items()}


# ---- cells that the page's reading missed ----

# A single 1 covers 20 pixels and more; grain at a cell's edge less.
_MIN_INK = 12
_RIM = 4


def _overlooked(boxes: list[Box], chars: list[Char], picture: Picture) -> Iterator[Char]:
    """Recognise each cell alone that shows ink and has no character: lone digits are overlooked."""
    ink = _ink(picture)
    for box in boxes:
        if any(is_inside(char, box) for char in chars):
            continue
        x0, y0, x1, y1 = (round(value / _POINTS) for value in box)
        inside = np.s_[y0 + _RIM : y1 - _RIM, x0 + _RIM : x1 - _RIM]
        marks = ink[inside]
        if marks.size and np.count_nonzero(marks) >= _MIN_INK:
            rows, columns = np.nonzero(marks)
            top, left = max(rows.min() - _RIM, 0), max(columns.min() - _RIM, 0)
            piece = picture[inside][top : rows.max() + _RIM, left : columns.max() + _RIM]
            text = text_of(np.ascontiguousarray(piece)).strip()
            if text:
                middle, size = (box[1] + box[3]) / 2, min(box[3] - box[1], _LINE)
                yield {
                    "text": text, "x0": box[0] + 1, "x1": box[2] - 1, "size": size,
                    "top": middle - size / 2, "bottom": middle + size / 2,
                }  # fmt: skip


# The height of a line of text, in points.
_LINE = 12.0
