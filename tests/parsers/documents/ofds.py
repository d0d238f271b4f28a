"""Write small OFDs (GB/T 33190): text at a place and rules, on the canvas that PDFs are drawn on.

Lengths of a canvas are points; an OFD counts in millimetres.
"""

from __future__ import annotations

from html import escape

from tests.parsers.documents.office import zipped
from tests.parsers.documents.pdfs import HEIGHT, SIZE, WIDTH, width_of

_O = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_MM = 25.4 / 72


class Sheet:
    """One page under way, drawn on as a `pdfs.Canvas` is."""

    def __init__(self):
        self.drawn = []

    def text(self, x, top, text, size=SIZE):
        """Write `text` with its upper edge at `top`, character by character."""
        steps = " ".join(f"{width_of(character, size) * _MM:.3f}" for character in text[:-1])
        self.place(x, top, text, size, deltas=steps)

    def place(self, x, top, text, size, *, deltas, matrix=""):
        """Write `text` with these distances between its characters."""
        box = f"{x * _MM:.3f} {top * _MM:.3f} {width_of(text, size) * _MM:.3f} {size * _MM:.3f}"
        self.drawn.append(
            f'<ofd:TextObject Boundary="{box}" Font="1" Size="{size * _MM:.3f}"{matrix}>'
            f'<ofd:TextCode X="0" Y="{0.86 * size * _MM:.3f}" DeltaX="{deltas}">{escape(text)}'
            "</ofd:TextCode></ofd:TextObject>"
        )

    def rule(self, x0, top, x1, bottom):
        """Draw a line."""
        self.path(f"M 0 0 L {(x1 - x0) * _MM:.3f} {(bottom - top) * _MM:.3f}", x0, top)

    def path(self, data, x0, top, painted='LineWidth="0.2"'):
        """Draw a path whose coordinates count from (x0, top)."""
        self.drawn.append(
            f'<ofd:PathObject Boundary="{x0 * _MM:.3f} {top * _MM:.3f} 200 200" {painted}>'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )


def ofd(*pages, template=None):
    """Return an OFD of these sheets; `template` is drawn behind each."""
    area = f"<ofd:PhysicalBox>0 0 {WIDTH * _MM:.2f} {HEIGHT * _MM:.2f}</ofd:PhysicalBox>"
    behind = '<ofd:TemplatePage ID="90" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
    listed = "".join(
        f'<ofd:Page ID="{n + 1}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    members = [
        (
            "OFD.xml",
            (
                f'<ofd:OFD {_O} Version="1.0" DocType="OFD"><ofd:DocBody>'
                "<ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
            ),
        ),
        (
            "Doc_0/Document.xml",
            (
                f"<ofd:Document {_O}><ofd:CommonData><ofd:PageArea>{area}</ofd:PageArea>{behind}"
                f"</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
            ),
        ),
    ]
    used = '<ofd:Template TemplateID="90" ZOrder="Background"/>' if template else ""
    members += [
        (f"Doc_0/Pages/Page_{n}/Content.xml", _content(page, used)) for n, page in enumerate(pages)
    ]
    if template:
        members.append(("Doc_0/Tpls/Tpl_0/Content.xml", _content(template, "")))
    return zipped(members)


def _content(page, used):
    return (
        f"<ofd:Page {_O}>{used}<ofd:Content><ofd:Layer>{''.join(page.drawn)}</ofd:Layer>"
        "</ofd:Content></ofd:Page>"
    )
