"""Write small DOCX and XLSX files and zips of files, with the parts that a reader needs."""

from __future__ import annotations

import zipfile
from html import escape
from io import BytesIO

from tests.parsers.documents.grids import rows_of

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# A zip's times say nothing here: the earliest that the format knows.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    """Return a zip of (name, bytes or text) pairs."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, compression)
    return out.getvalue()


def docx(*blocks, numbering=None):
    """Return a DOCX of these pieces of body XML; `numbering` is the inside of its part."""
    body = "".join(blocks)
    members = [
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>"),
    ]
    if numbering is not None:
        members.append(("word/numbering.xml", f"<w:numbering {_W}>{numbering}</w:numbering>"))
    return zipped(members)


def paragraph(*texts, properties=""):
    """Return a paragraph; each text is a run."""
    runs = "".join(f"<w:r><w:t>{escape(text)}</w:t></w:r>" for text in texts)
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def word_table(boxes):
    """Return a table of boxes: a cell merged downwards is repeated in each row, as Word does."""
    rows = rows_of(boxes)
    open_boxes = []
    xml = []
    for n, row in enumerate(rows):
        open_boxes = [box for box in open_boxes if box.row + box.rowspan > n]
        cells = [(box, "") for box in row] + [(box, "continue") for box in open_boxes]
        cells.sort(key=lambda pair: pair[0].column)
        xml.append(f"<w:tr>{''.join(_word_cell(box, merge) for box, merge in cells)}</w:tr>")
        open_boxes += [box for box in row if box.rowspan > 1]
    return f"<w:tbl>{''.join(xml)}</w:tbl>"


def _word_cell(box, merge):
    down = '<w:vMerge w:val="restart"/>' if box.rowspan > 1 else ""
    down = "<w:vMerge/>" if merge else down
    span = f'<w:gridSpan w:val="{box.colspan}"/>' if box.colspan > 1 else ""
    text = paragraph() if merge else paragraph(box.text)
    return f"<w:tc><w:tcPr>{span}{down}</w:tcPr>{text}</w:tc>"


def xlsx(**sheets):
    """Return a workbook; each sheet is (boxes, state), figures are stored as numbers."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (name, (_, state)) in enumerate(sheets.items(), 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_R}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    members = [
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels/.rels",
            (
                f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{_R}/officeDocument" '
                'Target="xl/workbook.xml"/></Relationships>'
            ),
        ),
        (
            "xl/workbook.xml",
            f'<workbook {_S} xmlns:r="{_R}"><sheets>{listed}</sheets></workbook>',
        ),
        (
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}">{links}</Relationships>',
        ),
    ]
    for n, (boxes, _) in enumerate(sheets.values(), 1):
        members.append((f"xl/worksheets/sheet{n}.xml", _sheet(boxes)))
    return zipped(members)


def _sheet(boxes):
    rows = "".join(
        f'<row r="{n}">{"".join(_sheet_cell(box) for box in row)}</row>'
        for n, row in enumerate(rows_of(boxes), 1)
    )
    merges = "".join(
        f'<mergeCell ref="{_place(box.row, box.column)}:'
        f'{_place(box.row + box.rowspan - 1, box.column + box.colspan - 1)}"/>'
        for box in boxes
        if box.rowspan > 1 or box.colspan > 1
    )
    return (
        f"<worksheet {_S}><sheetData>{rows}</sheetData>"
        f'<mergeCells count="1">{merges}</mergeCells></worksheet>'
    )


def _sheet_cell(box):
    place = _place(box.row, box.column)
    if box.text.replace(".", "", 1).isdigit():
        return f'<c r="{place}"><v>{box.text}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(box.text)}</t></is></c>'


def _place(row, column):
    return f"{chr(65 + column)}{row + 1}"
