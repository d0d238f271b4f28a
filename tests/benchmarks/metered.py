"""Run a Scrapy command as `scrapy` does, then print what its crawl took, as one line of JSON.

Counted from the first request to the engine's end, the finishing of the archive's files included;
start-up, with the archive's self-test, is a figure of its own.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from pathlib import Path

from pydispatch import dispatcher
from scrapy import signals
from scrapy.cmdline import execute

_CHILDREN = resource.RUSAGE_CHILDREN


class Meter:
    """Pages, seconds, CPU seconds of one crawl, peak memory in MB, CPU seconds of the start."""

    def __init__(self) -> None:
        self.pages = -1
        dispatcher.connect(self.begin, signals.request_reached_downloader)
        dispatcher.connect(self.count, signals.response_received)
        dispatcher.connect(self.end, signals.engine_stopped)

    def begin(self) -> None:
        if self.pages < 0:
            self.pages, self.begun, self.cpu = 0, time.perf_counter(), cpu_seconds()

    def count(self, response) -> None:
        self.pages += response.status == 200

    def end(self) -> None:
        seconds, cpu = time.perf_counter() - self.begun, cpu_seconds() - self.cpu
        print(json.dumps([self.pages, seconds, cpu, peak_memory(), self.cpu]), flush=True)


def cpu_seconds() -> float:
    """Return the CPU seconds of this process, its threads, and its ended children, until now."""
    mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, _CHILDREN))
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def peak_memory() -> float:
    """Return the most memory that this process ever held, in MB.

    Not ru_maxrss: a child begins with its parent's, and the benchmark is larger than a crawl.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


if __name__ == "__main__":
    METER = Meter()  # kept: the dispatcher holds its receivers weakly
    execute(["scrapy", *sys.argv[1:]])
