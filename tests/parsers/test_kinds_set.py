"""A labelled set of pages: annual reports, lists, and what looks like either and is none.

Each line of `kinds/pages.tsv` is a head of our own over one of the bodies of `kinds/bodies.txt`. At
first sight: F1 0.982 (reports), 1.000 (lists), 0.984 (others); year and organ 81 of 81 each.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

import pytest

from parsers.report import read_page
from tests.parsers.pages import page_of

HERE = Path(__file__).parent / "kinds"
KINDS = ("annual_report", "list", "other")


@cache
def bodies():
    parts = re.split(r"(?m)^# (\w+)\n", (HERE / "bodies.txt").read_text("utf-8"))[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def markup(lines):
    """Lines as paragraphs, `@title date` as a row of a list, lines with bars as a table."""
    out, rows = [], []
    for n, line in enumerate(lines):
        if " | " in line:
            rows.append("".join(f"<td>{escape(cell.strip())}</td>" for cell in line.split("|")))
            continue
        if rows:
            out.append(f"<table><tr>{'</tr><tr>'.join(rows)}</tr></table>")
            rows = []
        if line.startswith("@"):
            title, _, date = line[1:].partition(" ")
            out.append(f'<li><a href="/t{n}.html">{escape(title)}</a> <span>{date}</span></li>')
        else:
            out.append(f"<p>{escape(line)}</p>")
    if rows:
        out.append(f"<table><tr>{'</tr><tr>'.join(rows)}</tr></table>")
    return "".join(out)


def page(head, body):
    lines = [*head.split(" / "), *bodies()[body].strip("\n").split("\n")]
    if body == "file":
        lines[-1:] = []
        link = '<p><a href="/files/nb.pdf">附件：政府信息公开工作年度报告.pdf</a></p>'
    else:
        link = ""
    return page_of(f"<html><meta charset=utf-8><body>{markup(lines)}{link}</body></html>")


@cache
def read():
    lines = (HERE / "pages.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(row, read_page(page(row[4], row[3]), None)) for row in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_told_by_kind(kind):
    told = [(row[0] == kind, report.kind == kind) for row, report in read()]
    both = sum(is_one and said for is_one, said in told)
    f1 = 2 * both / (sum(is_one for is_one, _ in told) + sum(said for _, said in told))
    print(f"{kind}: F1 {f1:.3f} over {len(told)} pages")
    assert f1 >= 0.98


def test_a_report_says_whose_it_is_and_of_which_year():
    reports = [(row, report) for row, report in read() if row[0] == "annual_report"]
    years = sum(str(report.year or "-") == row[1] for row, report in reports)
    organs = sum((report.agency.name or "-") == row[2] for row, report in reports)
    print(f"year {years} of {len(reports)}, organ {organs} of {len(reports)}")
    assert min(years, organs) >= 0.99 * len(reports)
