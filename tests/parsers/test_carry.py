"""What an organ carries out of a year is what it carries into the next."""

from __future__ import annotations

import json

import pytest

from parsers.carry import carried_over
from parsers.items import Agency, as_item
from tests.conftest import a_report
from tests.parsers import forms
from tests.parsers.prose import document_of, facts_of, lay_out, table


def an_item(year, carried_in, carried_out, organ="沭阳县教育局", capture="c"):
    rows = [
        forms.bars(["二、上年结转政府信息公开申请数量", *carried_in]),
        forms.bars(["四、结转下年度继续办理", *carried_out]),
    ]
    facts = facts_of(lay_out(document_of(table(*forms.REQUEST_HEADER, *rows))), year)
    report = a_report(facts=facts, text="")
    report.kind, report.year, report.capture_id = "annual_report", year, f"{capture}{year}"
    report.agency = Agency(name=organ, region_code="321322")
    return as_item(report)


def seven(total):
    return [str(total), "0", "0", "0", "0", "0", str(total)]


def found(*items):
    return {
        (carried.organ, carried.check.where): (carried.check.status, carried.check.detail)
        for carried in carried_over(items)
    }


def test_what_was_carried_out_and_in_agrees():
    checks = found(an_item(2021, seven(3), seven(5)), an_item(2022, seven(5), seven(2)))
    assert len(checks) == 7
    assert set(checks.values()) == {("pass", None)}


def test_a_break_is_told_with_both_sides():
    checks = found(an_item(2022, seven(4), seven(2)), an_item(2021, seven(3), seven(5)))
    assert checks["沭阳县教育局", "2021-2022.total"] == ("fail", "5 = 4")
    assert checks["沭阳县教育局", "2021-2022.enterprise"] == ("pass", None)


def test_a_blank_cell_decides_nothing():
    blank = [*seven(5)[:-1], ""]
    checks = found(an_item(2021, seven(3), blank), an_item(2022, seven(4), seven(2)))
    assert checks["沭阳县教育局", "2021-2022.total"] == ("not_applicable", "_ = 4")


def test_a_year_between_or_another_organ_is_no_neighbour():
    assert found(an_item(2020, seven(3), seven(5)), an_item(2022, seven(4), seven(2))) == {}
    others = (
        an_item(2021, seven(3), seven(5)),
        an_item(2022, seven(4), seven(2), organ="沭阳县水务局"),
    )
    assert found(*others) == {}


def test_captures_that_say_the_same_are_tried_once():
    twice = (
        an_item(2021, seven(3), seven(5), capture="b"),
        an_item(2021, seven(3), seven(5), capture="a"),
    )
    carried = list(carried_over([*twice, an_item(2022, seven(5), seven(0))]))
    assert len(carried) == 7
    assert {one.earlier for one in carried} == {"a2021"}


def test_captures_that_differ_are_both_tried():
    changed = (an_item(2021, seven(3), seven(5)), an_item(2021, seven(3), seven(4), capture="d"))
    statuses = [
        one.check.status
        for one in carried_over([*changed, an_item(2022, seven(4), seven(0))])
        if one.check.where.endswith(".total")
    ]
    assert statuses == ["fail", "pass"]


def test_reports_of_prose_are_passed_over():
    report = a_report(facts=[], text="")
    assert list(carried_over([as_item(report)])) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_order_of_items_changes_nothing(order):
    items = [an_item(2021, seven(3), seven(5)), an_item(2022, seven(4), seven(2))]
    assert [items[n] for n in order]
    told = [
        json.dumps(one.check.where + one.check.status)
        for one in carried_over([items[n] for n in order])
    ]
    assert told == [json.dumps(one.check.where + one.check.status) for one in carried_over(items)]
