"""The identities of the vocabulary, held and broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from parsers.check import check_report
from parsers.layout import lay_out
from tests.conftest import a_report
from tests.parsers import forms
from tests.parsers.prose import document_of, facts_of, paragraphs, table

if TYPE_CHECKING:
    from parsers.items import Report


def _checked(*rows: str) -> dict[tuple[str, str], tuple[str, str | None]]:
    layout = lay_out(document_of(table(*rows)))
    return _results(a_report(facts=facts_of(layout), text=layout.text))


def _results(report: Report) -> dict[tuple[str, str], tuple[str, str | None]]:
    checked = check_report(report)
    return {(c.rule, c.where): (c.status, c.detail) for c in checked.checks}


def _requests(**rows: list[int]) -> list[str]:
    labels = {code.replace(".", "_"): names[-1] for code, names in forms.REQUEST_ROWS_2019}
    return [
        *forms.REQUEST_HEADER,
        *(forms.bars([labels[code], *map(str, cells)]) for code, cells in rows.items()),
    ]


GOOD = {
    "new": [8, 1, 0, 0, 0, 0, 9],
    "carried_in": [1, 0, 0, 0, 0, 0, 1],
    "granted": [5, 1, 0, 0, 0, 0, 6],
    "refused_inquiry": [2, 0, 0, 0, 0, 0, 2],
    "total": [7, 1, 0, 0, 0, 0, 8],
    "carried_out": [2, 0, 0, 0, 0, 0, 2],
}


def test_a_sound_table_passes_every_identity() -> None:
    results = _checked(*_requests(**GOOD))
    assert {status for status, _ in results.values()} == {"pass"}
    assert {rule for rule, _ in results} == {
        "requests.balance",
        "requests.columns",
        "requests.results",
    }


def test_a_broken_balance_fails_with_both_sides() -> None:
    results = _checked(*_requests(**{**GOOD, "carried_out": [3, 0, 0, 0, 0, 0, 3]}))
    assert results["requests.balance", "total"] == ("fail", "9+1 = 8+3")
    assert results["requests.columns", "carried_out"][0] == "pass"


def test_a_broken_row_fails_with_both_sides() -> None:
    results = _checked(*_requests(**{**GOOD, "granted": [5, 1, 0, 0, 0, 0, 7]}))
    assert results["requests.columns", "granted"] == ("fail", "5+1+0+0+0+0 = 7")
    assert results["requests.results", "total"] == ("fail", "7+2 = 8")


def test_a_side_of_blank_cells_is_not_applicable() -> None:
    header = forms.REQUEST_HEADER
    results = _checked(*header, "一、本年新收政府信息公开申请数量 | 3 | 1 |  |  |  |  | ")
    assert results["requests.columns", "new"] == ("not_applicable", "3+1+_+_+_+_ = _")
    assert results["requests.balance", "total"][0] == "not_applicable"


def test_blanks_that_decide_nothing_do_not_hinder() -> None:
    header = forms.REQUEST_HEADER
    held = _checked(*header, "一、本年新收政府信息公开申请数量 | 3 | 1 |  |  |  |  | 4")
    open_ = _checked(*header, "一、本年新收政府信息公开申请数量 | 3 | 1 |  |  |  |  | 5")
    over = _checked(*header, "一、本年新收政府信息公开申请数量 | 3 | 1 |  |  |  |  | 2")
    where = ("requests.columns", "new")
    assert [r[where][0] for r in (held, open_, over)] == ["pass", "not_applicable", "fail"]


def test_a_remedies_total_of_zero_beside_parts_fails() -> None:
    numbers = [10, 1, 0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0, 0, 0]
    results = _checked(*forms.REMEDIES, forms.bars([str(n) for n in numbers]))
    assert results["remedies.rows", "review"] == ("fail", "10+1+0+0 = 0")
    assert results["remedies.rows", "litigation_direct"] == ("pass", None)


def test_statistics_groups_sum_to_their_parent() -> None:
    rows = [forms.bars([a, u, v]) for a, u, v, _ in forms.STATISTICS]
    results = _checked(*rows)
    assert {status for status, _ in results.values()} == {"pass"}
    assert len(results) == 7
    broken = [row.replace("| 45", "| 40") for row in rows]
    assert _checked(*broken)["statistics.parts", "requests.completed"] == ("fail", "40+1 = 46")


@pytest.mark.parametrize(
    ("sentence", "result"),
    [
        ("主动公开政府信息162条,其中,权力运行类17条,财政类14条,其他类131条。", ("pass", None)),
        ("主动公开政府信息162条,其中权力运行类17条,财政类14条。", ("fail", "17+14 = 162")),
        ("主动公开政府信息162条,其中权力运行类17条。", ("not_applicable", "17 = 162")),
        (
            "主动公开政府信息162条,其中门户网站17条,包括概况信息9条,公文8条。",
            ("not_applicable", "17 = 162"),
        ),
        (
            "主动公开政府信息162条(其中权力运行类17条、财政类145条)，去年17条，合计30条。",
            ("pass", None),
        ),
        (
            "主动公开政府信息162条（其中权力运行类17条、财政类14条），去年131条。",
            ("fail", "17+14 = 162"),
        ),
        (
            "主动公开政府信息162余条,其中权力运行类17条,财政类14条。",
            ("not_applicable", "17+14 = 162"),
        ),
    ],
)
def test_parts_that_a_sentence_lists_sum_to_its_whole(
    sentence: str, result: tuple[str, str | None]
) -> None:
    layout = paragraphs(sentence)
    report = a_report(facts=facts_of(layout), text=layout.text)
    assert _results(report)["prose.parts", "proactive.total"] == result


def test_a_report_without_figures_has_no_checks() -> None:
    assert check_report(a_report(facts=[], text="")).checks == []
