"""The peer: Scrapy as it comes; fetches the list and its reports and does nothing with them."""

from __future__ import annotations

import scrapy


class Bare(scrapy.Spider):
    """Follows every link of a list but the menu's."""

    name = "bare"

    def __init__(self, url: str = "", **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.start_urls = [url]

    def parse(self, response):
        yield from response.follow_all(css="body > ul > li > a", callback=self.done)
        yield from response.follow_all(css="body > a", callback=self.parse)

    def done(self, response):
        pass
