"""Real documents as published: every statutory cell as a person read it off the printed page.

The figures are written down here, blank cells as "-"; the documents themselves stay where they are.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from parsers.report import read_page
from tests.parsers import forms
from tests.parsers.pages import page_of

DOCUMENTS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "documents"

pytestmark = pytest.mark.skipif(
    not DOCUMENTS.is_dir(), reason="the shared corpus of documents is not here"
)

_PARTS = ("upheld", "corrected", "other", "pending", "total")
REMEDIES = [
    f"remedies.{row}.{part}"
    for row in ("review", "litigation_direct", "litigation_after_review")
    for part in _PARTS
]
DISCLOSURE_2021 = list(forms.DISCLOSURE_2021_VALUES)
DISCLOSURE_2019 = [
    f"disclosure.{row}.{column}"
    for row, columns in (
        ("rules", ("made", "disclosed", "total")),
        ("normative_documents", ("made", "disclosed", "total")),
        ("permits", ("prior_items", "change", "decisions")),
        ("other_services", ("prior_items", "change", "decisions")),
        ("penalties", ("prior_items", "change", "decisions")),
        ("coercion", ("prior_items", "change", "decisions")),
        ("fees", ("prior_items", "change")),
        ("procurement", ("items", "amount")),
    )
    for column in columns
]

HUAIAN = """
1 0 11 8 26 66 447228 3985758 88283 96171.6
3001 53 0 0 61 4 3119
34 0 0 0 0 0 34
1288 21 0 0 50 3 1362
447 7 0 0 0 0 454
2 0 0 0 0 0 2
30 1 0 0 0 0 31
5 0 0 0 0 0 5
6 0 0 0 0 0 6
7 1 0 0 0 0 8
12 0 0 0 0 0 12
9 0 0 0 0 0 9
105 0 0 0 0 0 105
746 12 0 0 10 1 769
11 0 0 0 0 0 11
1 0 0 0 0 0 1
56 6 0 0 0 0 62
25 0 0 0 0 0 25
0 0 0 0 0 0 0
0 0 0 0 0 0 0
1 0 0 0 0 0 1
67 3 0 0 1 0 71
6 0 0 0 0 0 6
108 2 0 0 0 0 110
2932 53 0 0 61 4 3050
103 0 0 0 0 0 103
72 64 178 37 351 13 4 8 1 26 12 1 1 6 20
"""
HONGZE = """
0 0 0 0 5 5 550 4119 195 7730.28
21 0 0 0 0 0 21
0 0 0 0 0 0 0
0 0 0 0 0 0 0
4 0 0 0 0 0 4
1 0 0 0 0 0 1
0 0 0 0 0 0 0
0 0 0 0 0 0 0
0 0 0 0 0 0 0
0 0 0 0 0 0 0
1 0 0 0 0 0 1
1 0 0 0 0 0 1
0 0 0 0 0 0 0
10 0 0 0 0 0 10
3 0 0 0 0 0 3
0 0 0 0 0 0 0
1 0 0 0 0 0 1
0 0 0 0 0 0 0
0 0 0 0 0 0 0
0 0 0 0 0 0 0
0 0 0 0 0 0 0
0 0 0 0 0 0 0
21 0 0 0 0 0 21
0 0 0 0 0 0 0
10 1 0 0 0 0 0 0 0 0 5 0 0 0 0
"""
SHANGHAI = """
13 13 524 60 60 368 0 0 0 0 0 0 0 0 0 0 0 0 0 0 6 25.1
821 35 - - 2 1 859
18 - - - - - 18
258 12 - - 1 1 -
3 - - - - - -
14 - - - - - -
- - - - - - -
- - - - - - -
- - - - - - -
5 - - - - - -
3 1 - - - - -
- - - - - - -
10 2 - - - - -
252 12 - - 1 - -
44 3 - - - - -
25 - - - - - -
148 1 - - - - -
5 4 - - - - -
- - - - - - -
- - - - - - -
- - - - - - -
- - - - - - -
767 35 - - 2 1 805
72 - - - - - 72
5 - - 2 7 8 - - 1 9 - - - - -
"""
REPORTS = {
    "huaian-2024.pdf": (HUAIAN, DISCLOSURE_2021, forms.REQUEST_ROWS_2021, 200),
    "hongze-2023.pdf": (HONGZE, DISCLOSURE_2021, forms.REQUEST_ROWS_2019, 186),
    "shanghai-office-2019.html": (SHANGHAI, DISCLOSURE_2019, forms.REQUEST_ROWS_2019, 63),
}


@cache
def report_of(name):
    return read_page(page_of((DOCUMENTS / name).read_bytes()), None)


def gold(figures, disclosure, rows):
    """The metrics of the three tables with their printed values, blank cells left out."""
    requests = [f"requests.{row}.{column}" for row, _ in rows for column in forms.APPLICANTS]
    values = dict(zip([*disclosure, *requests, *REMEDIES], figures.split(), strict=True))
    return {metric: float(value) for metric, value in values.items() if value != "-"}


@pytest.mark.parametrize("name", REPORTS)
def test_every_cell_of_a_published_report_is_read(name):
    figures, disclosure, rows, cells = REPORTS[name]
    expected = gold(figures, disclosure, rows)
    facts = [fact for fact in report_of(name).facts if fact.method == "table"]
    assert len(expected) == cells
    assert {fact.metric: fact.value for fact in facts} == expected
    assert len(facts) == cells


@pytest.mark.parametrize(
    ("name", "organ", "year", "template"),
    [
        ("huaian-2024.pdf", "淮安市人民政府", 2024, "tables_2021"),
        ("hongze-2023.pdf", "洪泽区人民政府", 2023, "tables_2021"),
        ("shanghai-office-2019.html", "上海市人民政府办公厅", 2019, "tables_2019"),
    ],
)
def test_a_published_report_says_whose_it_is(name, organ, year, template):
    report = report_of(name)
    assert (report.kind, report.agency.name) == ("annual_report", organ)
    assert (report.year, report.template, report.warnings) == (year, template, [])


def test_sums_that_are_printed_wrong_are_reported_not_repaired():
    report = report_of("hongze-2023.pdf")
    broken = [(check.rule, check.where) for check in report.checks if check.status == "fail"]
    assert broken == [("remedies.rows", "review"), ("remedies.rows", "litigation_after_review")]


def test_the_blank_template_states_nothing_and_is_no_report():
    report = report_of("official-template-2021.docx")
    assert (report.kind, report.facts, report.checks, report.warnings) == ("other", [], [], [])
    assert "（七）总计 |  |  |  |  |  |  | " in report.text


def test_lines_of_a_pdf_make_whole_paragraphs_over_page_breaks():
    text = report_of("huaian-2024.pdf").text
    assert "“建设‘四最’一流营商环境高质量推进产业发展”" in text
    assert "将栏目不更新、政策解读不通俗易懂" in text
    assert "- 2 -" not in text
