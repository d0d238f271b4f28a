"""A plain spider as anyone might write it: follows links and forms, gives what the archive said."""

import scrapy


class Walker(scrapy.Spider):
    name = "walker"
    handle_httpstatus_list = (204, 304, 404, 500)

    def __init__(self, url="", **kwargs):
        super().__init__(**kwargs)
        self.start_urls = [url]

    def parse(self, response):
        yield item(response)
        if not response.headers.get("Content-Type", b"").startswith(b"text/html"):
            return
        for href in response.css("a::attr(href)").getall():
            meta = {"link_text": "年度报告", "portal": "demo", "section": response.url}
            yield response.follow(href, meta=meta, errback=self.failed)
        for action in response.css("form::attr(action)").getall():
            yield scrapy.FormRequest(response.urljoin(action), formdata={"年": "二〇二四 "})

    def failed(self, failure):
        self.logger.info("failed %s %s", failure.request.url, failure.type.__name__)


def item(response):
    """What a live page says of itself: compared with what a reader finds in the archive."""
    return {
        "url": response.url,
        "body": response.body.decode("latin-1"),
        "status": response.status,
        "class": type(response).__name__,
        "capture": repr(response.meta["capture"]),
    }
