"""Freed memory is given back while a crawl goes on."""

from types import SimpleNamespace

import pytest
from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.signalmanager import SignalManager

from crawler import memory
from crawler.memory import EVERY, GiveMemoryBack


@pytest.fixture
def library(monkeypatch):
    """Stand in for the C library; tells how often it was asked."""
    asked = []
    library = SimpleNamespace(malloc_trim=asked.append, asked=asked)
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: library)
    return library


def test_memory_is_given_back_after_every_so_many_answers(library):
    crawler = SimpleNamespace(signals=SignalManager())
    extension = GiveMemoryBack.from_crawler(crawler)
    for _ in range(2 * EVERY + 1):
        crawler.signals.send_catch_log(signals.response_received)
    assert library.asked == [0, 0]
    del extension


def test_a_library_that_cannot_be_asked_is_left_alone(library):
    del library.malloc_trim
    with pytest.raises(NotConfigured, match=r"^$"):
        GiveMemoryBack.from_crawler(SimpleNamespace(signals=SignalManager()))
