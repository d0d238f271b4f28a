"""The garbage collector rests while a vast page is read, and only then."""

from __future__ import annotations

import gc

import pytest

from parsers import extract, report
from parsers.collector import VAST_PAGE, resting
from tests.parsers.pages import LANGFANG, page_of, paragraphs


@pytest.fixture(autouse=True)
def _collecting():
    gc.enable()
    yield
    gc.enable()


def test_it_rests_over_what_is_vast_and_comes_back():
    with resting(vast=True):
        assert not gc.isenabled()
        with resting(vast=True):
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with resting(vast=False):
        assert gc.isenabled()


def test_it_comes_back_where_the_work_fails():
    with pytest.raises(ValueError, match="wrong"), resting(vast=True):
        raise ValueError("wrong")
    assert gc.isenabled()


def test_one_that_is_off_stays_off():
    gc.disable()
    with resting(vast=True):
        pass
    assert not gc.isenabled()


@pytest.mark.parametrize(("size", "comes"), [(2_000, True), (VAST_PAGE, False)])
def test_it_comes_to_a_page_as_long_as_any_report_is(size, comes, monkeypatch):
    came = []

    def watched(work):
        return lambda *given: (came.append(gc.isenabled()), work(*given))[1]

    monkeypatch.setattr(extract, "read_html", watched(extract.read_html))
    monkeypatch.setattr(report, "parse_report", watched(report.parse_report))
    report.read_page(page_of(paragraphs("甲" * size)), LANGFANG)
    assert came == [comes, comes]
    assert gc.isenabled()
