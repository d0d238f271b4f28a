"""Write small PDFs: text at a place, rules, painted boxes, tables over page breaks.

The font is not embedded: codes are UTF-16 and a map says so, which is all that a reader of text
needs. Lengths are points from the upper left corner of an A4 page.
"""

from __future__ import annotations

WIDTH, HEIGHT = 595, 842
TOP, BOTTOM, LEFT, RIGHT = 80, 780, 74, 520
SIZE = 9


class Canvas:
    """One page under way."""

    def __init__(self):
        self.drawn = []

    def text(self, x, top, text, size=SIZE):
        """Write `text` with its upper edge at `top`; a wide character is `size` wide."""
        code = text.encode("utf-16-be").hex()
        # pdfplumber puts a glyph's top at its font's ascent, here 0.88 of the size.
        self.drawn.append(
            f"BT /F1 {size} Tf 1 0 0 1 {x:.2f} {HEIGHT - top - 0.88 * size:.2f} Tm <{code}> Tj ET"
        )

    def rule(self, x0, top, x1, bottom):
        """Draw a line."""
        self.drawn.append(
            f"0.5 w 0 G {x0:.2f} {HEIGHT - top:.2f} m {x1:.2f} {HEIGHT - bottom:.2f} l S"
        )

    def bar(self, x0, top, x1, bottom):
        """Draw a line as a thin black box, as browsers and some word processors do."""
        self.paint(x0 - 0.25, top - 0.25, x1 + 0.25, bottom + 0.25, grey=0)

    def frame(self, x0, top, x1, bottom):
        """Draw a box by its border."""
        self.drawn.append(
            f"0.5 w 0 G {x0:.2f} {HEIGHT - bottom:.2f} {x1 - x0:.2f} {bottom - top:.2f} re S"
        )

    def corner(self, x0, top, x1, bottom):
        """Draw the left and lower side of a box in one stroke."""
        left, right = f"{x0:.2f}", f"{x1:.2f}"
        self.drawn.append(
            f"0.5 w 0 G {left} {HEIGHT - top:.2f} m {left} {HEIGHT - bottom:.2f} l "
            f"{right} {HEIGHT - bottom:.2f} l S"
        )

    def paint(self, x0, top, x1, bottom, grey=1):
        """Fill a box without a border."""
        self.drawn.append(
            f"{grey} g {x0:.2f} {HEIGHT - bottom:.2f} {x1 - x0:.2f} {bottom - top:.2f} re f 0 g"
        )


def width_of(text, size=SIZE):
    return sum(size if character > "\u2000" else size / 2 for character in text)


def wrap(text, room, size=SIZE):
    """Return the lines of `text` in a cell of that width."""
    lines = [""]
    for character in text:
        if lines[-1] and width_of(lines[-1] + character, size) > room:
            lines.append("")
        lines[-1] += character
    return lines


def draw_paragraph(canvas, top, text, size=16):
    """Write a paragraph as a word processor does: two ems in, lines 28 apart; return its end."""
    lines = wrap("　　" + text, RIGHT - LEFT, size)
    for n, line in enumerate(lines):
        x = LEFT + 2 * size if n == 0 else LEFT
        canvas.text(x, top + 28 * n, line.strip("　"), size)
    return top + 28 * len(lines)


class Table:
    """A grid laid out at `left` with columns of `widths`; its rows get the height they need."""

    def __init__(self, boxes, widths, left=76, sides=None):
        self.boxes = boxes
        self.sides = sides
        self.stops = [left]
        for width in widths:
            self.stops.append(self.stops[-1] + width)
        self.rows = [0.0]
        for n in range(max(box.row + box.rowspan for box in boxes)):
            lines = max(
                (len(self.lines(box)) for box in boxes if box.row == n and box.rowspan == 1),
                default=1,
            )
            self.rows.append(self.rows[-1] + 8 + lines * (SIZE + 3))

    def lines(self, box):
        room = self.stops[box.column + box.colspan] - self.stops[box.column] - 8
        return wrap(box.text, max(room, SIZE), SIZE)

    def height(self):
        return self.rows[-1]

    def draw(self, canvas, top, start=0.0, end=None, *, open_at_break=False):
        """Draw what lies between two heights of the table; return where it ends on the page.

        A cell that a break cuts is closed on both pages, or left open as some programs do.
        """
        end = self.height() if end is None else end
        for box in self.boxes:
            x0, x1 = self.stops[box.column], self.stops[box.column + box.colspan]
            high, low = self.rows[box.row], self.rows[box.row + box.rowspan]
            upper, lower = max(high, start), min(low, end)
            if upper >= lower:
                continue
            y0, y1 = top + upper - start, top + lower - start
            self._write(canvas, box, (high, low), (start, end), top)
            if self.sides is not None:
                self.sides(canvas, x0, y0, x1, y1)
                continue
            canvas.rule(x0, y0, x0, y1)
            canvas.rule(x1, y0, x1, y1)
            if not open_at_break or upper == high:
                canvas.rule(x0, y0, x1, y0)
            if not open_at_break or lower == low:
                canvas.rule(x0, y1, x1, y1)
        return top + end - start

    def _write(self, canvas, box, cell, shown, top):
        """Write the lines of a cell whose middles lie in the part that is shown."""
        lines = self.lines(box)
        at = (cell[0] + cell[1] - len(lines) * (SIZE + 3)) / 2
        for line in lines:
            if shown[0] <= at + SIZE / 2 < shown[1]:
                y = min(max(at - shown[0], 2), shown[1] - shown[0] - SIZE - 1)
                canvas.text(self.stops[box.column] + 4, top + y, line)
            at += SIZE + 3


def pdf(*pages):
    """Return a PDF of these canvases."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        (
            f"<< /Type /Pages /Count {len(pages)} /Kids "
            f"[{' '.join(f'{6 + 2 * n} 0 R' for n in range(len(pages)))}] >>"
        ),
        (
            "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
            "/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
        ),
        (
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /W [32 126 500] "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            "/FontDescriptor << /Type /FontDescriptor /FontName /Song /Ascent 880 /Descent -120 "
            "/FontBBox [0 -120 1000 880] "
            "/Flags 4 >> >>"
        ),
        _stream(_to_unicode(pages)),
    ]
    for n, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {7 + 2 * n} 0 R >>"
        )
        objects.append(_stream("\n".join(page.drawn)))
    return _file(objects)


def _to_unicode(pages):
    codes = {
        text[n : n + 4]
        for page in pages
        for drawn in page.drawn
        if "<" in drawn
        for text in [drawn[drawn.index("<") + 1 : drawn.index(">")]]
        for n in range(0, len(text), 4)
    }
    pairs = "\n".join(f"<{code}> <{code}>" for code in sorted(codes))
    return (
        "/CIDInit /ProcSet findresource begin begincmap\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{pairs}\nendbfchar\nendcmap end"
    )


def _stream(content):
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _file(objects):
    out = b"%PDF-1.7\n"
    places = []
    for n, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{content}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + (end + trailer).encode("ascii")
