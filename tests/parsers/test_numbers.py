"""Numbers as reports write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.numbers import (
    cell_value,
    chinese_number,
    figures_in,
    fold_width,
    is_blank_cell,
)


@pytest.mark.parametrize("cell", ["", " ", "\u00a0", "/", "—", "——", "-", "　"])
def test_a_blank_cell_is_absent_not_zero(cell: str) -> None:
    assert is_blank_cell(cell)
    assert cell_value(cell) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0),
        ("零", 0),
        ("无", 0),
        ("+19", 19),
        ("-11", -11),
        ("减3", -3),
        ("减少3", -3),
        ("增5", 5),
        ("1,036", 1036),
        ("4068.208", 4068.208),
        ("十二", 12),
        ("22（其中修订 16 件）", 22),
        ("１２", 12),
        ("1.2万", 12000),
    ],
)
def test_a_cell_holds_one_number(cell: str, value: float) -> None:
    assert cell_value(cell) == value


@pytest.mark.parametrize("cell", ["一、", "行政许可", "详见附件", "12/5", "2014年", "1.2.3", "是"])
def test_words_are_no_number(cell: str) -> None:
    assert cell_value(cell) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("162条", [(162, "条")]),
        ("13.6万人次", [(136000, "人次")]),
        ("3万元和251000元", [(3, "万元"), (251000, "元")]),
        ("十二件", [(12, "件")]),
        ("第十二次", []),
        ("16%", []),
        ("2014年3月5日", []),
        ("028-26655501", []),
        ("〔2014〕24号", []),
        ("46,件,", [(46, "件")]),
        ("PM2.5", []),
        ("1 7 3 件", [(173, "件")]),
        ("9:30", []),
        ("总数:30", [(30, "")]),
    ],
)
def test_counts_are_found_and_dates_shares_and_numbers_of_documents_are_not(
    text: str, found: list[tuple[float, str]]
) -> None:
    assert [(float(f.value), f.unit) for f in figures_in(fold_width(text))] == found


@given(st.integers(min_value=1, max_value=99_999_999))
def test_a_chinese_numeral_reads_back(number: int) -> None:
    assert chinese_number(_in_chinese(number)) == number


@given(st.text(max_size=80))
def test_folding_width_keeps_every_offset(text: str) -> None:
    assert len(fold_width(text)) == len(text)
    for figure in figures_in(fold_width(text)):
        assert 0 <= figure.start < figure.end <= len(text)


def _in_chinese(number: int) -> str:
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return _in_chinese(high) + "万" + gap + (_in_chinese(low) if low else "")
    words, digits = "", str(number)
    for place, digit in enumerate(digits):
        size = ["", "十", "百", "千"][len(digits) - place - 1]
        if digit != "0":
            words += "零一二三四五六七八九"[int(digit)] + size
        elif words and digits[place + 1 :].strip("0") and not words.endswith("零"):
            words += "零"
    return words


@pytest.mark.parametrize("row", ["1" * 5000, "一" * 5000, "9" * 16])
def test_a_row_of_digits_without_end_is_no_count(row: str) -> None:
    assert list(figures_in(f"公开{row}条。")) == []
    assert cell_value(row) is None
