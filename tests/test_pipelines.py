"""The stages in a live crawl: what takes long is done aside."""

from __future__ import annotations

import asyncio
import threading

from crawler import pipelines
from crawler.pipelines import ExtractDocument
from parsers.items import Document
from tests.parsers.pages import page_of

PDF = b"%PDF-1.7\n"


def test_a_page_of_html_is_read_at_once_and_a_document_is_awaited():
    async def crawl():
        stage = ExtractDocument.from_crawler(None)
        assert isinstance(stage.process_item(page_of("<p>一、总体情况</p>")), Document)
        return await stage.process_item(page_of(PDF))

    document = asyncio.run(crawl())
    assert document.warnings == ("the PDF is damaged",)
    assert ExtractDocument().process_item(page_of(PDF)) == document


def test_the_crawl_goes_on_while_a_document_is_read(monkeypatch):
    loop_went_on = threading.Event()
    monkeypatch.setattr(pipelines, "extract", lambda _: loop_went_on.wait(60))

    async def crawl():
        reading = asyncio.ensure_future(
            ExtractDocument.from_crawler(None).process_item(page_of(PDF))
        )
        await asyncio.sleep(0)
        loop_went_on.set()
        return await reading

    assert asyncio.run(crawl())


def test_documents_are_read_one_at_a_time(monkeypatch):
    under_way, most = [], []

    def extract(page):
        under_way.append(page)
        most.append(len(under_way))
        under_way.remove(page)
        return page

    monkeypatch.setattr(pipelines, "extract", extract)

    async def crawl():
        stage = ExtractDocument.from_crawler(None)
        return await asyncio.gather(*(stage.process_item(page_of(PDF)) for _ in range(8)))

    assert len(asyncio.run(crawl())) == 8
    assert set(most) == {1}


def test_items_of_other_spiders_go_through():
    assert ExtractDocument(aside=True).process_item({"a": 1}) == {"a": 1}
