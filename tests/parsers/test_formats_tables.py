"""The statutory and the statistics tables, as drawn and as broken as real pages have them."""

from __future__ import annotations

import pytest

from parsers.formats import template_of
from parsers.items import Block
from parsers.layout import lay_out
from tests.parsers import forms
from tests.parsers.prose import document_of, facts_of, organ_values, paragraphs, table, table_values

REMEDY_NUMBERS = [str(n) for n in (5, 1, 0, 2, 8, 3, 0, 1, 0, 4, 6, 0, 0, 1, 7)]
REMEDY_CODES = [
    f"remedies.{row}.{column}"
    for row in ("review", "litigation_direct", "litigation_after_review")
    for column in ("upheld", "corrected", "other", "pending", "total")
]
EDITIONS = {
    "tables_2019": forms.REQUEST_ROWS_2019,
    "tables_2021": forms.REQUEST_ROWS_2021,
}


def _requests(rows: tuple[tuple[str, tuple[str, ...]], ...]) -> list[str]:
    return [*forms.REQUEST_HEADER, *(forms.bars(cells) for _, cells in forms.request_rows(rows))]


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_cell_of_the_applications_table_is_read(edition: str) -> None:
    rows = EDITIONS[edition]
    layout = lay_out(document_of(table(*_requests(rows))))
    assert template_of(layout) == edition
    assert organ_values(layout) == forms.request_values(rows)


@pytest.mark.parametrize("edition", EDITIONS)
def test_rows_of_bars_are_a_table(edition: str) -> None:
    rows = EDITIONS[edition]
    layout = paragraphs(*(f"{line} | ||" for line in _requests(rows)))
    assert organ_values(layout) == forms.request_values(rows)


@pytest.mark.parametrize("edition", EDITIONS)
def test_one_cell_a_line_is_a_table(edition: str) -> None:
    rows = EDITIONS[edition]
    cells = [c for line in _requests(rows) for c in line.split(" | ")]
    layout = paragraphs(*cells)
    assert template_of(layout) == edition
    assert organ_values(layout) == forms.request_values(rows)


@pytest.mark.parametrize("edition", EDITIONS)
def test_one_row_a_line_without_bars_is_a_table(edition: str) -> None:
    rows = EDITIONS[edition]
    layout = paragraphs(*(line.replace(" | ", " ") for line in _requests(rows)))
    assert organ_values(layout) == forms.request_values(rows)


def test_merged_label_cells_of_a_grid_are_no_data() -> None:
    wide = []
    for _, cells in forms.request_rows(forms.REQUEST_ROWS_2021):
        labels, numbers = cells[:-7], cells[-7:]
        wide.append(forms.bars([*[""] * (2 - len(labels)), *labels, "", *numbers]))
    header = " |  |  | 自然人 | 法人或其他组织 |  |  |  |  | 总计"
    assert table_values([header, *wide]) == forms.request_values(forms.REQUEST_ROWS_2021)


def test_a_blank_cell_is_absent_not_zero() -> None:
    values = table_values(
        [*forms.REQUEST_HEADER, "一、本年新收政府信息公开申请数量 | 821 | 35 |  | / | — | 0 | 859"]
    )
    assert values == {
        "requests.new.natural_person": 821,
        "requests.new.enterprise": 35,
        "requests.new.other": 0,
        "requests.new.total": 859,
    }


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("一、本 年 新 收 政府信息公开申请数量", "new"),
        ("二、上年结转政府信息公开数量", "carried_in"),
        ("（一） 予以 公开", "granted"),
        ("1、属于国家秘密", "refused.state_secret"),
        ("2.其他法律行政止公开", "refused.other_law"),
        ("3.危及 三安全一稳定", "refused.security"),
        ("（七）总 计", "total"),
        ("四、结转下年度继续办 理", "carried_out"),
    ],
)
def test_a_torn_or_retyped_label_is_known(label: str, code: str) -> None:
    values = table_values([*forms.REQUEST_HEADER, f"{label} | 1 | 2 | 3 | 4 | 5 | 6 | 21"])
    assert values[f"requests.{code}.total"] == 21


def test_the_disclosure_table_of_2021_is_read() -> None:
    layout = lay_out(document_of(table(*forms.DISCLOSURE_2021)))
    assert template_of(layout) == "tables_2021"
    assert organ_values(layout) == forms.DISCLOSURE_2021_VALUES


def test_the_disclosure_table_of_2021_is_read_from_lines() -> None:
    cells = [c for line in forms.DISCLOSURE_2021 for c in line.split(" | ")]
    assert organ_values(paragraphs(*cells)) == forms.DISCLOSURE_2021_VALUES


def test_one_value_rows_merged_over_three_columns_are_read() -> None:
    rows = [f"{row} |  | " if row.count("|") == 1 else row for row in forms.DISCLOSURE_2021]
    assert table_values(rows) == forms.DISCLOSURE_2021_VALUES


def test_the_disclosure_table_of_2019_is_read_with_signs_and_units() -> None:
    layout = lay_out(document_of(table(*forms.DISCLOSURE_2019)))
    assert template_of(layout) == "tables_2019"
    assert organ_values(layout) == {
        "disclosure.rules.made": 1,
        "disclosure.rules.disclosed": 2,
        "disclosure.rules.total": 33,
        "disclosure.normative_documents.made": 14,
        "disclosure.normative_documents.disclosed": 15,
        "disclosure.normative_documents.total": 66,
        "disclosure.permits.prior_items": 17,
        "disclosure.permits.change": -3,
        "disclosure.permits.decisions": 718,
        "disclosure.other_services.prior_items": 28,
        "disclosure.other_services.change": 19,
        "disclosure.other_services.decisions": 29,
        "disclosure.fees.prior_items": 4,
        "disclosure.fees.change": -1,
        "disclosure.procurement.items": 6,
        "disclosure.procurement.amount": 25.1,
    }


def test_headers_cut_short_are_told_by_their_order() -> None:
    values = table_values(
        [
            "信息内容 | 本年新 | 本年新 | 对外公开总数量",
            "规章 | 3 | 2 | 9",
            "规范性文件 | 5 | 4 | 8",
        ]
    )
    assert values["disclosure.rules.made"] == 3
    assert values["disclosure.rules.disclosed"] == 2
    assert values["disclosure.normative_documents.total"] == 8


def test_instructions_inside_labels_and_headers_are_passed_over() -> None:
    note = "（填写说明：以本机关名义印发，不含转发的行政处罚、行政许可等文件）"
    values = table_values(
        [
            f"信息内容 | 本年新制作数量{note} | 本年新公开数量{note} | 对外公开总数量{note}",
            f"规章{note} |  |  | ",
            f"规范性文件{note} | 22 | 0 | 2",
        ]
    )
    assert values == {
        "disclosure.normative_documents.made": 22,
        "disclosure.normative_documents.disclosed": 0,
        "disclosure.normative_documents.total": 2,
    }


def test_headers_cut_to_their_first_half_are_known() -> None:
    values = table_values(["信息内容 | 本年制 | 本年废 | 现行有效件", "规章 | 3 | 2 | 9"])
    assert values == {
        "disclosure.rules.issued": 3,
        "disclosure.rules.repealed": 2,
        "disclosure.rules.in_force": 9,
    }


def test_headers_of_both_editions_may_stand_in_one_table() -> None:
    values = table_values(
        [
            "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数",
            "规章 | 1 | 0 | 7",
            "信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量",
            "行政许可 | 5 | +2 | 70",
        ]
    )
    assert values["disclosure.rules.in_force"] == 7
    assert values["disclosure.permits.change"] == 2
    assert values["disclosure.permits.decisions"] == 70


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("22（其中修订 16 件）", 22),
        ("55(含自然失效29件)", 55),
        ("1,036", 1036),
        ("１２", 12),
        ("12件", 12),
    ],
)
def test_notes_and_units_stay_out_of_a_cells_value(cell: str, value: float) -> None:
    rows = [
        "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数",
        f"行政规范性文件 | {cell} | 0 | 1",
    ]
    assert table_values(rows)["disclosure.normative_documents.issued"] == value


@pytest.mark.parametrize(
    ("header", "cell", "value"),
    [
        ("本年收费金额（单位：万元）", "160.5964万元", 160.5964),
        ("本年收费金额（单位：万元）", "251000元", 25.1),
        ("本年收费金额（单位：元）", "251000", 25.1),
        ("本年收费金额（单位：万元）", "7730.28", 7730.28),
    ],
)
def test_money_is_told_in_ten_thousand_yuan(header: str, cell: str, value: float) -> None:
    values = table_values([f"信息内容 | {header}", f"行政事业性收费 | {cell}"])
    assert values == {"disclosure.fees.amount": value}


def test_the_remedies_table_is_read() -> None:
    values = table_values([*forms.REMEDIES, forms.bars(REMEDY_NUMBERS)])
    assert values == dict(zip(REMEDY_CODES, map(float, REMEDY_NUMBERS), strict=True))


def test_the_remedies_table_is_read_from_lines_and_with_an_empty_column() -> None:
    cells = [c for line in forms.REMEDIES for c in line.split(" | ")]
    whole = [f"{row} | " for row in (*forms.REMEDIES, forms.bars(REMEDY_NUMBERS))]
    wanted = dict(zip(REMEDY_CODES, map(float, REMEDY_NUMBERS), strict=True))
    title = [
        "一、本年新收政府信息公开申请数量",
        "1",
        "0",
        "0",
        "0",
        "0",
        "0",
        "1",
        "（一）予以公开",
    ]
    title += ["（二）部分公开", "（七）总计"]
    lines = organ_values(paragraphs(*title, *cells, *REMEDY_NUMBERS))
    assert {k: v for k, v in lines.items() if k.startswith("remedies")} == wanted
    assert table_values(whole) == wanted


def test_a_blank_form_gives_no_facts() -> None:
    rows = [
        *forms.REQUEST_HEADER,
        *(forms.bars([*labels, *[""] * 7]) for _, labels in forms.REQUEST_ROWS_2021),
    ]
    blank = [
        row.split(" | ")[0] + " |  |  | " if row[0] in "规行" else row
        for row in forms.DISCLOSURE_2021
    ]
    layout = lay_out(
        document_of(table(*blank), table(*rows), table(*forms.REMEDIES, forms.bars([""] * 15)))
    )
    assert template_of(layout) == "tables_2021"
    assert facts_of(layout, None) == []


STATISTICS_VALUES = {code: float(value) for _, _, value, code in forms.STATISTICS if code and value}


def test_every_row_of_the_statistics_table_is_read() -> None:
    rows = ["统计指标 | 单位 | 统计数", *(forms.bars([a, u, v]) for a, u, v, _ in forms.STATISTICS)]
    layout = lay_out(document_of(table(*rows)))
    assert template_of(layout) == "statistics"
    assert organ_values(layout) == STATISTICS_VALUES


def test_the_statistics_table_is_read_with_two_columns() -> None:
    rows = [
        forms.bars([a + (f"（{u}）" if u != "——" else ""), v]) for a, u, v, _ in forms.STATISTICS
    ]
    assert table_values(rows) == STATISTICS_VALUES


def test_the_statistics_table_is_read_from_lines() -> None:
    lines = [c for a, u, v, _ in forms.STATISTICS for c in (a, u, v) if c]
    layout = paragraphs(*lines)
    assert template_of(layout) == "statistics"
    assert organ_values(layout) == STATISTICS_VALUES


def test_a_statistics_fee_in_yuan_is_converted() -> None:
    rows = [forms.bars([a, u, v]) for a, u, v, _ in forms.STATISTICS if "收取的费用" not in a]
    rows.append("七、依申请公开信息收取的费用 | 元 | 1200")
    assert table_values(rows)["fees.collected"] == 0.12


def test_a_table_outweighs_the_sentence_beside_it() -> None:
    rows = [forms.bars([a, u, v]) for a, u, v, _ in forms.STATISTICS]
    layout = lay_out(document_of(Block(text="2014年主动公开政府信息4320余条。"), table(*rows)))
    assert organ_values(layout)["proactive.total"] == 4321


def test_a_report_without_tables_is_narrative_whatever_its_year() -> None:
    assert template_of(paragraphs("一、总体情况", "2019年主动公开政府信息23条。")) == "narrative"


def test_a_sentence_that_names_the_tables_makes_no_template() -> None:
    line = (
        "本表列出本年新收政府信息公开申请数量、结转下年度继续办理数量和行政许可处理决定数量等情况。"
    )
    assert template_of(paragraphs(line * 3)) == "narrative"


def test_a_column_of_codes_or_of_sums_over_years_is_no_figure() -> None:
    rows = [
        "1.主动公开政府信息数 | 条 | 01 | 2316 | 9874",
        "其中:全文电子化的主动公开政府信息数 | 条 | 02 | 2280 | 9411",
        "2.收到申请数 | 件 | 8 | 17 | 52",
        "（1）信函、传真申请数 | 件 | 9 | 2 | 8",
        "3.对申请的答复总数 | 件 | 12 | 17 | 52",
        "4.行政复议数 | 件 | 18 | 0 | 1",
        "5.行政诉讼数 | 件 | 19 |  | 1",
        "6.收取费用总数 | 元 | 20 | 850 | 3100",
    ]
    stated = {
        "proactive.total": 2316,
        "requests.received": 17,
        "requests.answered": 17,
        "review.total": 0,
        "fees.collected": 0.085,
    }
    for header in (
        "指标名称 | 计量单位 | 代码 | 本年度 | 历年累计",
        "填报年度 | 2013 | | |\n指标 | 单位 | 行次 | 数量 | 2008年以来累计",
    ):
        assert table_values([*header.splitlines(), *rows]) == stated


def test_a_sum_is_the_years_own_where_it_stands_alone_or_says_so() -> None:
    labels = ("主动公开政府信息数 | 条", "收到申请数 | 件", "申请答复数 | 件", "行政复议数 | 件")
    codes = ("proactive.total", "requests.received", "requests.answered", "review.total")
    stated = dict(zip(codes, (20, 30, 40, 50), strict=True))
    for header, more in (
        ("指标 | 单位 | 累计数", ""),
        ("指标 | 单位 | 本年累计 | 上年同期", " | 9"),
        ("指标 | 单位 | 本年度累计 | 历年累计", " | 900"),
    ):
        rows = [f"{label} | {n}0{more}" for n, label in enumerate(labels, start=2)]
        assert table_values([header, *rows]) == stated, header
    blank = [f"{label} | | {n}00" for n, label in enumerate(labels, start=2)]
    assert table_values(["指标 | 单位 | 本年 | 累计", *blank]) == {}


def test_a_label_of_a_change_without_a_number_heads_no_column() -> None:
    labels = ("主动公开政府信息数 | 条", "收到申请数 | 件", "申请答复数 | 件", "行政复议数 | 件")
    rows = [f"{label} | {n}0" for n, label in enumerate(labels, start=2)]
    stated = {"proactive.total": 20, "requests.received": 30, "requests.answered": 40}
    rows.insert(2, "比上年增减情况 | 条 |")
    assert table_values(["指标 | 单位 | 数量", *rows]) == stated | {"review.total": 50}


def test_of_columns_of_several_years_the_last_is_the_reports() -> None:
    labels = ("主动公开政府信息数 | 条", "收到申请数 | 件", "申请答复数 | 件", "行政复议数 | 件")
    stated = {"proactive.total": 20, "requests.received": 30, "requests.answered": 40}
    for header, row in (
        ("指标 | 单位 | 2012年 | 2013年", "{} | {}9 | {}0"),
        ("指标 | 单位 | 2013年度 | 2012年度", "{} | {}0 | {}9"),
        ("指标 | 单位 | 2011年 | 2012年 | 2013年 | 同比", "{} | {}8 | {}9 | {}0 | {}%"),
    ):
        rows = [row.format(label, n, n, n, n) for n, label in enumerate(labels, start=2)]
        assert table_values([header, *rows]) == stated | {"review.total": 50}, header
