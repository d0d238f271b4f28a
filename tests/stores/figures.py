"""Reports of one organ and year, with the figures that a test is about."""

from __future__ import annotations

from parsers.items import Agency, Fact
from tests.conftest import a_report


def figure(metric, value, scope="organ"):
    return Fact(metric, float(value), "件", scope, "", "table", 4, 6)


def of_year(year, number, *facts, name="某市卫生局", **other):
    return a_report(
        number,
        report_id=f"r{number}",
        year=year,
        agency=Agency(name=name),
        facts=list(facts),
        **other,
    )
