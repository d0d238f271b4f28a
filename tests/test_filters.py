from __future__ import annotations

import pytest

from crawler.feeds.filters import ReportFilter
from parsers.errors import FeedError
from parsers.items import Check, Source
from tests.conftest import a_report

PLAIN = a_report(1, duplicate_of=None)
TWIN = a_report(2)
LIST = a_report(3, kind="list", duplicate_of=None)
COPY = a_report(4, source=Source(None, official=False), duplicate_of=None)
BROKEN = a_report(5, checks=[Check("requests.balance", "total", "fail")], duplicate_of=None)
ALL = (PLAIN, TWIN, LIST, COPY, BROKEN)


@pytest.mark.parametrize(
    ("only", "taken"),
    [
        ("", ALL),
        (None, ALL),
        ("annual_report", (PLAIN, TWIN, COPY, BROKEN)),
        ("annual_report, list", ALL),
        ("official", (PLAIN, TWIN, LIST, BROKEN)),
        ("copies", (COPY,)),
        ("checked", (PLAIN, TWIN, LIST, COPY)),
        ("broken", (BROKEN,)),
        ("unique", (PLAIN, LIST, COPY, BROKEN)),
        (["annual_report", "official", "checked", "unique"], (PLAIN,)),
    ],
)
def test_a_feed_takes_the_reports_that_it_names(only, taken):
    chosen = ReportFilter({"only": only})
    assert tuple(report for report in ALL if chosen.accepts(report)) == taken


def test_another_spiders_item_passes():
    assert ReportFilter({"only": "official"}).accepts({"a": 1})


def test_a_word_that_is_none_is_told():
    with pytest.raises(FeedError, match="cannot have 'oficial' only: known are annual_report"):
        ReportFilter({"only": "oficial"})
