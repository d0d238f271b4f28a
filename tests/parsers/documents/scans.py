"""Draw pages as pictures: what `pictures/*.png` hold, and PDFs whose pages are such pictures.

The pictures are kept, so that tests need no font: `python -m tests.parsers.documents.scans FONT`
draws them anew with a font that has Chinese characters. A4 at 150 dots an inch.
"""

from __future__ import annotations

import sys
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.parsers.documents import grids
from tests.parsers.documents.pdfs import HEIGHT, SIZE, WIDTH, Table, draw_paragraph

FOLDER = Path(__file__).parent / "pictures"
_SCALE = 150 / 72
_GREYS = 16

TITLE = "渠县水务局2024年政府信息公开工作年度报告"
PARAGRAPHS = (
    (
        "根据《中华人民共和国政府信息公开条例》规定，现公布渠县水务局2024年政府信息公开工作年度报告。"
        "本报告所列数据的统计期限自2024年1月1日起，至2024年12月31日止。"
    ),
    (
        "全年主动公开政府信息1326条，其中门户网站公开987条，政务微信公开339条；"
        "收到政府信息公开申请17件，上年结转2件，全部按期答复。"
    ),
    "因政府信息公开申请行政复议1件，结果维持；没有行政诉讼。全年收取费用0元。",
)
SENTENCE = "统计期限为2024年1月1日至2024年12月31日，主动公开政府信息1326条。"
HEADING = "三、收到和处理政府信息公开申请情况"


class Picture:
    """One page under way, drawn on as a `pdfs.Canvas` is."""

    def __init__(self, font):
        self._font = font
        self.image = Image.new("L", (round(WIDTH * _SCALE), round(HEIGHT * _SCALE)), 255)
        self._pen = ImageDraw.Draw(self.image)

    def text(self, x, top, text, size=SIZE):
        """Write `text` with its upper edge at `top`."""
        font = ImageFont.truetype(self._font, round(size * _SCALE), index=2)
        self._pen.text((x * _SCALE, top * _SCALE), text, 0, font, anchor="la")

    def rule(self, x0, top, x1, bottom):
        """Draw a line."""
        self._pen.line([(x0 * _SCALE, top * _SCALE), (x1 * _SCALE, bottom * _SCALE)], 0, 2)


def numbers():
    """Return figures of one to four digits for the 25 rows of the applications table."""
    return [
        [(n * 37 + k * 11) ** (1 + n % 2) % 5000 * (k != n % 7) for k in range(7)]
        for n in range(25)
    ]


def draw_prose(font):
    """Return a page with the report's title and its paragraphs."""
    page = Picture(font)
    page.text(110, 70, TITLE, 18)
    top = 130
    for paragraph in PARAGRAPHS:
        top = draw_paragraph(page, top, paragraph, 15) + 4
    return page.image


def draw_table(font):
    """Return a page with a title, a sentence, a heading and the whole table of applications."""
    page = Picture(font)
    page.text(110, 40, TITLE, 16)
    draw_paragraph(page, 75, SENTENCE, 12)
    page.text(74, 108, HEADING, 15)
    Table(grids.requests(numbers()), grids.REQUEST_WIDTHS).draw(page, 138)
    return page.image


def askew(image):
    """Return a page as a bad copier gives it: turned by 1.2 degrees, soft, as a poor JPEG."""
    turned = image.rotate(1.2, Image.Resampling.BICUBIC, fillcolor=255)
    out = BytesIO()
    turned.filter(ImageFilter.GaussianBlur(0.7)).save(out, "JPEG", quality=45)
    return out.getvalue()


def scanned_pdf(*images):
    """Return a PDF each of whose pages shows one picture and no text."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(images), b" ".join(b"%d 0 R" % (3 + 3 * n) for n in range(len(images)))),
    ]
    for n, image in enumerate(images):
        first = 3 + 3 * n
        place = b"q %d 0 0 %d 0 0 cm /I Do Q" % (WIDTH, HEIGHT)
        pixels = zlib.compress(image.convert("L").tobytes(), 9)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /XObject "
            b"<< /I %d 0 R >> >> /Contents %d 0 R >>" % (WIDTH, HEIGHT, first + 2, first + 1),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(place), place),
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
            b"/BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
            % (*image.size, len(pixels), pixels),
        ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def main():
    """Draw the pictures anew with the font that the command line names."""
    font = sys.argv[1]
    for name, draw in (("prose", draw_prose), ("table", draw_table)):
        draw(font).quantize(_GREYS).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
