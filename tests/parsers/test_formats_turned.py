"""Tables laid down are set upright; a table that stands stays as it is."""

from __future__ import annotations

from parsers.formats.turned import upright
from parsers.layout import Span
from parsers.tables import Grid
from tests.parsers import forms
from tests.parsers.prose import table_values


def grid(*rows):
    cells = tuple(tuple(Span(text.strip(), 0, 0) for text in row.split("|")) for row in rows)
    return Grid(cells)


def test_applicants_beside_and_results_above_change_places():
    rows = [
        " | 一、本年新收申请数量 | 二、上年结转 | （一）予以公开 | （二）部分公开 | （七）总计",
        *(f"{name} | {n} | 0 | {n} | 0 | {n}" for n, name in enumerate(
            ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"), 1
        )),
    ]  # fmt: skip
    values = table_values(rows)
    assert values["requests.new.natural_person"] == 1
    assert values["requests.granted.other"] == 6
    assert values["requests.total.total"] == 7
    assert len(values) == 35


def test_outcomes_one_below_another_belong_to_the_remedy_beside_them():
    rows = ["行政复议 | 结果维持 | 5", "结果纠正 | 1", "其他结果 | 0", "尚未审结 | ", "总计 | 6"]
    rows += [
        "未经复议直接起诉 | 结果维持 | 2",
        "结果纠正 | 0",
        "其他结果 | 0",
        "尚未审结 | 1",
        "总计 | 3",
    ]
    assert table_values(rows) == {
        "remedies.review.upheld": 5,
        "remedies.review.corrected": 1,
        "remedies.review.other": 0,
        "remedies.review.total": 6,
        "remedies.litigation_direct.upheld": 2,
        "remedies.litigation_direct.corrected": 0,
        "remedies.litigation_direct.other": 0,
        "remedies.litigation_direct.pending": 1,
        "remedies.litigation_direct.total": 3,
    }


def test_a_table_that_stands_stays_as_it_is():
    standing = grid(*forms.REMEDIES, forms.bars(["0"] * 15))
    assert upright(standing) is standing
    applications = grid(
        *forms.REQUEST_HEADER,
        *(forms.bars(c) for _, c in forms.request_rows(forms.REQUEST_ROWS_2021)),
    )
    assert upright(applications) is applications


def test_a_table_with_a_row_without_cells_stays_as_it_is():
    drawn = Grid((*grid("甲 | 1", "乙 | 2").rows, (), *grid("丙 | 3", "丁 | 4", "戊 | 5").rows))
    assert upright(drawn) is drawn
