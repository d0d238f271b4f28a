"""A plain spider as anyone might write it: follows every link and hands each page to the stages."""

import scrapy

from crawler.pages import from_response, gives_item


class Follower(scrapy.Spider):
    name = "follower"

    def __init__(self, url="", **kwargs):
        super().__init__(**kwargs)
        self.start_urls = [url]

    def parse(self, response):
        page = from_response(response)
        if gives_item(page):
            yield page
        yield from response.follow_all(css="a")
