"""Documents that can be bombs are read by a process that has limits, and never harm the parent."""

from __future__ import annotations

import resource
import subprocess
import sys
import zlib

import pytest

from parsers.extract import extract, worker
from parsers.extract.worker import DOCX, PDF, XLSX, extract_limited
from parsers.items import Block, Cell
from parsers.report import read_page
from tests.conftest import ROOT
from tests.parsers.documents import grids, office
from tests.parsers.documents.pdfs import Canvas, Table, pdf
from tests.parsers.pages import page_of


def pdf_of_stream(stream):
    """A PDF of one page whose content is `stream`, unpacked twice."""
    head = (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> "
        b"/Contents 4 0 R >>\nendobj\n"
    )
    length = b"4 0 obj\n<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n" % len(
        stream
    )
    return head + length + stream + b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def test_a_document_comes_through_the_worker_as_its_reader_gives_it():
    canvas = Canvas()
    canvas.text(80, 60, "二、主动公开政府信息情况", 16)
    Table(grids.plain(["规章 | 1", "合计 | 2"], 2), [100, 100]).draw(canvas, 100)
    rows = ((Cell("规章"), Cell("1")), (Cell("合计"), Cell("2")))
    document = extract(page_of(pdf(canvas)))
    assert document.blocks == (
        Block(text="二、主动公开政府信息情况"),
        Block(rows=rows, tag="table"),
    )
    assert (document.media_type, document.charset, document.warnings) == (PDF, None, ())


def test_radicals_that_a_browser_printed_are_characters_in_the_item():
    canvas = Canvas()
    canvas.text(80, 60, "渠县⽔务局2024年政府信息公开⼯作年度报告", 16)
    canvas.text(80, 100, "⼀、总体情况", 16)
    report = read_page(page_of(pdf(canvas)), None)
    assert report.text == "渠县水务局2024年政府信息公开工作年度报告\n一、总体情况"


def test_the_same_bytes_give_the_same_blocks():
    body = office.docx(office.paragraph("一、总体情况"), office.word_table(grids.requests()))
    assert extract_limited(body, DOCX) == extract_limited(body, DOCX)


def test_a_page_of_html_starts_no_worker(monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)
    assert extract(page_of("<p>一、总体情况</p>")).blocks[0].text == "一、总体情况"
    loaded = "import sys, parsers.extract; print('pdfplumber' in sys.modules)"
    monkeypatch.undo()
    told = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert told.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("body", "media_type", "warning"),
    [
        (
            pdf_of_stream(zlib.compress(zlib.compress(bytes(500_000_000), 9), 9)),
            PDF,
            "application/pdf takes more than 8 s or 256 MiB to read",
        ),
        (
            office.docx("<w:sdt>" * 3_000 + "</w:sdt>" * 3_000),
            DOCX,
            "the document is nested too deep",
        ),
        (b"%PDF-1.7\n", PDF, "the PDF is damaged"),
    ],
    ids=["unpacks to 500 MB", "nested 3,000 deep", "damaged"],
)
def test_a_bomb_or_a_wreck_gives_a_warning(body, media_type, warning):
    assert extract_limited(body, media_type) == ((), (warning,))


def test_a_sheet_with_two_corners_filled_gives_a_warning(monkeypatch):
    boxes = [grids.Box("1", 0, 0), grids.Box("2", 1, 1)]
    monkeypatch.setattr(office, "_place", lambda row, _: "XFD1048576" if row else "A1")
    blocks, warnings = extract_limited(office.xlsx(a=(boxes, "visible")), XLSX)
    assert (blocks, len(warnings)) == ((), 1)
    assert warnings[0].endswith("takes more than 8 s or 256 MiB to read")


def test_a_document_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(worker, "CPU_SECONDS", 1)
    lines = zlib.compress(zlib.compress(b"0 0 m 10 10 l S\n" * 300_000, 9), 9)
    told = extract_limited(pdf_of_stream(lines), PDF)
    assert told == ((), ("application/pdf takes more than 1 s or 256 MiB to read",))


def test_a_document_above_the_limit_is_not_even_sent(monkeypatch):
    monkeypatch.setattr(worker, "MAX_BYTES", 10)
    assert extract_limited(bytes(11), PDF)[1] == ("application/pdf of more than 0 MiB is not read",)


def test_the_worker_sees_no_secret_of_the_crawl(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    seen = {}

    def run(*_, env, **__):
        seen.update(env)
        return subprocess.CompletedProcess((), 0, b'{"blocks": [], "warnings": []}', b"")

    monkeypatch.setattr(subprocess, "run", run)
    extract_limited(b"", PDF)
    assert "canary" not in seen.values()


def test_limits_bind_the_worker_and_not_the_crawl():
    before = resource.getrlimit(resource.RLIMIT_AS)
    extract_limited(office.docx(office.paragraph("甲")), DOCX)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
