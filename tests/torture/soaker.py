"""The soak's spider: follows every link, hands each page to the stages, and gauges its own process.

Each `step` pages it writes a line of JSON to `gauge`: pages so far, resident bytes, descriptors.
`leak` plants a fault: "objects" keeps 60 KB of every page, "descriptors" a file of each tenth.
"""

import json
import os
from pathlib import Path

import scrapy

from crawler.pages import from_response, gives_item

_PROCESS = Path("/proc/self")
_RESIDENT_UNIT = os.sysconf("SC_PAGE_SIZE")


class Soaker(scrapy.Spider):
    name = "soaker"

    def __init__(self, url="", gauge="", step="100", leak="", **kwargs):
        super().__init__(**kwargs)
        self.start_urls = [url]
        self._gauge, self._step, self._leak = Path(gauge), int(step), leak
        self._pages, self._kept = 0, []

    def parse(self, response):
        self._pages += 1
        self._leak_some()
        if self._pages % self._step == 0:
            self._note()
        page = from_response(response)
        if gives_item(page):
            yield page
        for href in response.css("a::attr(href)").getall():
            yield response.follow(href)

    def _note(self):
        resident = int((_PROCESS / "statm").read_bytes().split()[1]) * _RESIDENT_UNIT
        descriptors = sum(1 for _ in (_PROCESS / "fd").iterdir())
        with self._gauge.open("a", encoding="ascii") as gauge:
            gauge.write(json.dumps([self._pages, resident, descriptors]) + "\n")

    def _leak_some(self):
        if self._leak == "objects":
            self._kept.append(os.urandom(60_000))
        elif self._leak == "descriptors" and self._pages % 10 == 0:
            self._kept.append(os.open(os.devnull, os.O_RDONLY))
