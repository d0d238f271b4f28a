"""Scanned pages and pictures of tables are recognised: every cell, nearly every character.

A page takes 4 to 7 s of one processor, so one page is read by each `make test`; with TORTURE=1
also a page of prose, one as a bad copier gives it, and the real documents as pictures.
"""

from __future__ import annotations

import difflib
import os
import struct
import zlib
from functools import cache
from io import BytesIO

import pytest
from PIL import Image

from parsers.extract import worker
from parsers.extract.media import media_type_of
from parsers.extract.worker import PDF, ZIP, extract_limited
from parsers.report import read_page
from tests.parsers import forms
from tests.parsers.documents import scans
from tests.parsers.documents.office import zipped
from tests.parsers.pages import page_of
from tests.parsers.test_documents_office import texts, values
from tests.parsers.test_documents_real import DOCUMENTS, REPORTS, gold

pytestmark = pytest.mark.skipif(not worker.is_installed(), reason="the extra ocr is not installed")
torture = pytest.mark.skipif(not os.environ.get("TORTURE"), reason="TORTURE=1 asks for it")


def image(name):
    return Image.open(scans.FOLDER / f"{name}.png").convert("L")


def cells_of_the_table():
    return {
        f"requests.{row}.{column}": float(value)
        for (row, _), values in zip(forms.REQUEST_ROWS_2021, scans.numbers(), strict=True)
        for column, value in zip(forms.APPLICANTS, values, strict=True)
    }


@cache
def report():
    return read_page(page_of(scans.scanned_pdf(image("table"))), None)


def test_every_cell_of_a_scanned_report_is_read():
    found = {fact.metric: fact.value for fact in report().facts if fact.method == "table"}
    assert found == cells_of_the_table()


def test_nearly_every_character_beside_the_table_is_read():
    truth = f"{scans.TITLE}{scans.SENTENCE}{scans.HEADING}"
    read = "".join(line for line in report().text.splitlines() if "|" not in line)
    assert recall(truth, read) >= 0.99


@torture
def test_nearly_every_character_of_a_page_of_prose_is_read():
    pdf = scans.scanned_pdf(image("prose"))
    blocks, _ = extract_limited(pdf, PDF)
    assert recall("".join((scans.TITLE, *scans.PARAGRAPHS)), "".join(texts(blocks))) >= 0.99


def recall(truth, read):
    """The share of the characters of `truth` that were read, in their order."""
    pairs = difflib.SequenceMatcher(None, plain(truth), plain(read), autojunk=False)
    found = sum(block.size for block in pairs.get_matching_blocks()) / len(plain(truth))
    print(f"characters recalled: {found:.4f} of {len(plain(truth))}")
    return found


def plain(text):
    """Text without what differs in form only: brackets, spaces, widths of punctuation."""
    return text.translate(str.maketrans("（），：；", "(),:;", " 　"))


def test_a_scanned_report_says_whose_it_is_and_how_it_was_read():
    assert (report().kind, report().agency.name) == ("annual_report", "渠县水务局")
    assert (report().year, report().template) == (2024, "tables_2021")
    assert report().title == scans.TITLE
    assert report().warnings[0].startswith("the PDF: characters were recognised in a picture")


def test_evidence_of_a_recognised_figure_holds_it():
    prose = {fact.metric: fact for fact in report().facts if fact.method == "prose"}
    fact = prose["disclosure.total"] if "disclosure.total" in prose else next(iter(prose.values()))
    assert str(int(fact.value)) in report().text[fact.start : fact.end]


def test_without_the_extra_a_scan_says_what_to_do(monkeypatch):
    monkeypatch.setattr(worker, "is_installed", lambda: False)
    pdf = scans.scanned_pdf(image("prose").resize((124, 175)))
    assert extract_limited(pdf, PDF) == (
        (),
        (
            "no text layer: the PDF is a scan",
            (
                "application/pdf was not recognised: "
                "install the extra, pip install '.[ocr]', and parse again"
            ),
        ),
    )


def png(width, height):
    """The head of a PNG of that size, with pixels that were never written."""

    def chunk(name, content):
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9))


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (png(60_000, 60_000), "the image has more than 40 million pixels: not opened"),
        (png(8_000, 8_000), "the image has more than 40 million pixels: not opened"),
        (png(800, 800), "the image is damaged (OSError)"),
        (b"\xff\xd8\xff\xe0 and no more", "the image is damaged (OSError)"),
    ],
    ids=["60,000 wide", "8,000 wide", "cut", "no picture"],
)
def test_a_picture_too_large_or_damaged_is_told_unopened(body, warning):
    assert extract_limited(body, media_type_of(body)) == ((), (warning,))


def test_icons_and_blank_pictures_hold_no_text():
    out = BytesIO()
    image("prose").crop((0, 0, 60, 20)).save(out, "PNG")
    assert extract_limited(out.getvalue(), "image/png") == ((), ("the image holds no text",))


def test_a_picture_in_an_archive_is_recognised():
    out = BytesIO()
    image("prose").crop((150, 120, 1100, 260)).save(out, "PNG")
    blocks, warnings = extract_limited(zipped([("1.png", out.getvalue()), ("2.txt", "丙")]), ZIP)
    assert (texts(blocks), warnings) == (
        [scans.TITLE, "丙"],
        ("1.png: the image: characters were recognised in a picture",),
    )


@torture
def test_a_page_from_a_bad_copier_keeps_every_cell():
    blocks, _ = extract_limited(scans.askew(image("table")), "image/jpeg")
    assert values(blocks) == cells_of_the_table()


@torture
@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="the shared corpus is not here")
@pytest.mark.parametrize("name", ["huaian-2024.pdf", "hongze-2023.pdf"])
def test_a_published_report_as_pictures_keeps_every_cell(name):
    pdfium = pytest.importorskip("pypdfium2")
    drawn = pdfium.PdfDocument(DOCUMENTS / name)
    pages = [page.render(scale=150 / 72).to_pil() for page in drawn]
    figures, disclosure, rows, cells = REPORTS[name]
    blocks, _ = extract_limited(scans.scanned_pdf(*pages), PDF)
    found = values(blocks)
    right = sum(found.get(m) == value for m, value in gold(figures, disclosure, rows).items())
    print(f"{name} as pictures: {right} of {cells} cells")
    assert right == cells
