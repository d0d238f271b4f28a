"""A redirect to a port that nobody named is refused, told, and reaches nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from scrapy.http import Request
from scrapy.utils.test import get_crawler

from crawler.ports import KeepToKnownPorts, OtherPort
from crawler.registry import netloc
from tests.walk.test_challenges import Answer, crawl, page, portal

if TYPE_CHECKING:
    from pathlib import Path


def _follow(url: str, *before: str, named: str = "") -> None:
    """Follow a redirect, in a run whose site and registry name one host and port."""
    crawler = get_crawler()
    known = SimpleNamespace(portal_of=lambda _: None)
    start = SimpleNamespace(holds=lambda target: netloc(target) == named)
    crawler.spider = SimpleNamespace(known=known, starts=[start])
    KeepToKnownPorts(crawler).process_request(Request(url, meta={"redirect_urls": list(before)}))


@pytest.mark.parametrize(
    ("url", "before"),
    [
        ("http://a.example:8080/", "http://a.example/"),
        ("http://a.example/", "http://a.example:8080/"),
        ("https://a.example:9200/", "https://a.example/"),
        ("http://b.a.example:6379/", "http://a.example/"),
    ],
)
def test_a_redirect_to_a_port_that_nobody_named_is_refused(url: str, before: str) -> None:
    with pytest.raises(OtherPort):
        _follow(url, before)
    _follow(url, before, named=netloc(url))


@pytest.mark.parametrize(
    ("url", "before"),
    [
        ("https://a.example/", "http://a.example/"),
        ("http://a.example:80/x", "http://a.example/"),
        ("http://a.example:8080/x", "http://a.example:8080/"),
        ("http://www.a.example/", "http://a.example/"),
    ],
)
def test_a_redirect_that_changes_no_port_is_followed(url: str, before: str) -> None:
    _follow(url, before)


def test_what_was_not_redirected_is_not_judged_here() -> None:
    _follow("http://a.example:8080/")


def test_the_port_that_a_page_redirects_to_gets_no_request_and_the_run_says_so(
    tmp_path: Path,
) -> None:
    with portal(lambda path, _: page(path)) as (other, asked):

        def sends_away(path: str, _: str) -> Answer:
            return (302, {"Location": other}, "") if path == "/2012.html" else page(path)

        with portal(sends_away) as (url, _):
            done, items = crawl(url, tmp_path)
    assert (done.returncode, asked, len(items)) == (0, [], 11)
    assert "no page for 1 other port" in done.stderr
