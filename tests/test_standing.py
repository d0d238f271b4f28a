"""The garbage collector passes over what a run finds there, and sees it again behind the run."""

import gc
from contextlib import suppress
from types import SimpleNamespace

import pytest
from scrapy import signals
from scrapy.signalmanager import SignalManager

from crawler.standing import OBJECTS, PassOverImports, collecting_every


def test_what_stands_is_passed_over_from_the_start_of_a_run_to_its_end():
    crawler = SimpleNamespace(signals=SignalManager())
    gc.unfreeze()  # what another test of this process may have left
    usual, extension = gc.get_threshold(), PassOverImports.from_crawler(crawler)
    assert gc.get_freeze_count() == 0
    crawler.signals.send_catch_log(signals.engine_started)
    try:
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() == (OBJECTS, *usual[1:])
    finally:
        crawler.signals.send_catch_log(signals.engine_stopped)
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == usual
    del extension


@pytest.fixture
def threshold():
    """Set a threshold for a test; what it was comes back."""
    usual = gc.get_threshold()
    yield lambda objects: gc.set_threshold(objects, *usual[1:])
    gc.set_threshold(*usual)


def test_an_error_leaves_the_collector_as_it_was(threshold):
    threshold(700)
    usual = gc.get_threshold()
    for stop in (None, ValueError("damaged")):
        with suppress(ValueError), collecting_every(50_000):
            assert gc.get_threshold() == (50_000, *usual[1:])
            if stop is not None:
                raise stop
        assert gc.get_threshold() == usual


@pytest.mark.parametrize("objects", [0, 60_000])
def test_a_collector_that_is_off_or_comes_more_rarely_stays_so(threshold, objects):
    threshold(objects)
    with collecting_every(50_000):
        assert gc.get_threshold()[0] == objects
    assert gc.get_threshold()[0] == objects
