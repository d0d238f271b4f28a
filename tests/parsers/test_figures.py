"""Facts made of figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parsers.figures import MAX_EVIDENCE, cell_fact, in_order, in_unit
from parsers.layout import Span


def test_a_blank_cell_gives_no_fact() -> None:
    assert cell_fact("requests.new.total", Span("", 3, 3), "新收") is None


def test_a_cells_fact_cites_the_cell() -> None:
    fact = cell_fact("requests.new.total", Span("859", 10, 13), "新收")
    assert fact is not None
    assert (fact.value, fact.unit, fact.start, fact.end) == (859, "件", 10, 13)


def test_evidence_is_short_even_for_a_cell_with_a_long_note() -> None:
    fact = cell_fact("requests.new.total", Span("22（" + "注" * 300 + "）", 0, 303), "新收")
    assert fact is not None
    assert fact.end - fact.start <= MAX_EVIDENCE


@pytest.mark.parametrize(
    ("value", "written", "wanted", "result"),
    [
        ("1200", "元", "万元", 0.12),
        ("3", "万元", "万元", 3),
        ("2", "亿元", "万元", 20000),
        ("5", "条", "条", 5),
    ],
)
def test_only_money_is_converted(value: str, written: str, wanted: str, result: float) -> None:
    assert in_unit(Decimal(value), written, wanted) == result


def test_facts_are_in_page_order_then_by_metric() -> None:
    span = Span("1", 5, 6)
    facts = [cell_fact(m, span, "") for m in ("requests.new.total", "requests.new.other")]
    ordered = in_order(fact for fact in facts if fact is not None)
    assert [f.metric for f in ordered] == ["requests.new.other", "requests.new.total"]
