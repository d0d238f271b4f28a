"""The garbage collector passes over what a run finds there, and sees it again behind the run."""

import gc
from types import SimpleNamespace

from scrapy import signals
from scrapy.signalmanager import SignalManager

from crawler.standing import OBJECTS, PassOverImports


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
