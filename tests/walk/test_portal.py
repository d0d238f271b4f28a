"""The demo portal, crawled by the real command from its home page: all of it, nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.site.crawled import crawl
from tests.site.pages import PAGES, REPORTS
from tests.site.server import HERE, Site, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

TRUTH = json.loads((HERE / "truth.json").read_text(encoding="utf-8"))
PAGES_TRUE: dict[str, dict[str, Any]] = TRUTH["pages"]


@dataclass
class Crawled:
    """The portal after a crawl, and the items by path."""

    site: Site
    items: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("portal")
    with serve() as site:
        feed = crawl(site, folder)
        found = map(json.loads, feed.read_text(encoding="utf-8").splitlines())
        yield Crawled(site, {item["final_url"].removeprefix(site.url[:-1]): item for item in found})


def test_the_truth_names_every_report_of_the_site_and_no_page_that_is_not_there() -> None:
    reports = {path for path, page in PAGES_TRUE.items() if page["kind"] == "annual_report"}
    assert reports == {report.path for report in REPORTS}
    assert set(PAGES_TRUE) <= set(PAGES)


def test_every_report_is_found_from_the_home_page_alone(crawled: Crawled) -> None:
    assert set(PAGES_TRUE) <= set(crawled.items)
    files = [path for page in PAGES_TRUE.values() for path in page.get("attachments", ())]
    assert set(files) <= set(crawled.items)


def test_nothing_forbidden_is_asked_for(crawled: Crawled) -> None:
    asked = {path for _, path in crawled.site.requests}
    assert not asked & set(TRUTH["forbidden"])
    assert crawled.site.requests[0] == ("GET", "/robots.txt")


def test_a_walk_asks_for_little_more_than_the_fewest_requests(crawled: Crawled) -> None:
    ratio = len(crawled.site.requests) / TRUTH["fewest_requests"]
    assert 1 <= ratio <= 1.3  # the goal of the walk: one page in four may be one too many
    plain = [path for method, path in crawled.site.requests if method == "GET"]
    assert len(set(plain)) == len(plain)


def test_one_request_at_a_time_reaches_a_host(crawled: Crawled) -> None:
    assert crawled.site.most_at_once == 1


def test_no_item_comes_from_another_site(crawled: Crawled) -> None:
    hosts = {urlsplit(item["final_url"]).netloc for item in crawled.items.values()}
    assert hosts == {crawled.site.host}


def test_an_attachment_hangs_on_its_page(crawled: Crawled) -> None:
    ((path, page),) = ((path, page) for path, page in PAGES_TRUE.items() if "attachments" in page)
    hung = crawled.items[page["attachments"][0]]["attached_to"]
    assert urlsplit(hung["url"]).path == path
    assert hung["report_id"] == crawled.items[path]["report_id"]


@pytest.mark.parametrize("path", PAGES_TRUE)
def test_an_item_is_as_a_person_read_the_page(crawled: Crawled, path: str) -> None:
    item, true = crawled.items[path], PAGES_TRUE[path]
    assert item["kind"] == true["kind"]
    if true["kind"] != "annual_report":
        return
    read = {name: item[name] for name in ("title", "year", "published_on", "template")}
    assert read == {name: true[name] for name in read}
    assert item["agency"]["name"] == true["organ"]
    assert figures(item) == (true["received"], true["granted"])
    assert true.get("spam") in {cut["kind"] for cut in item["spam"]} | {None}
    failed = {check["rule"] for check in item["checks"] if check["status"] == "fail"}
    assert failed == set(true.get("fails", ()))


def figures(item: dict[str, Any]) -> tuple[float | None, float | None]:
    """Return the organ's applications received and granted, under the code of the template."""
    stated = {fact["metric"]: fact["value"] for fact in item["facts"] if fact["scope"] == "organ"}
    if item["template"] in ("tables_2019", "tables_2021"):
        return stated.get("requests.new.total"), stated.get("requests.granted.total")
    return stated.get("requests.received"), stated.get("requests.answered.granted")
