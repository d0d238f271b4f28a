"""A store for a test, and the pages over it: asked in this process, or by a browser."""

from __future__ import annotations

import asyncio
import shutil
from html.parser import HTMLParser
from pathlib import Path

import orjson
import pytest
from datasette.app import DatasetteClient

from crawler.explore.application import application
from crawler.explore.opening import store_file
from crawler.explore.replaying import Replay
from crawler.explore.summary import summary_of
from crawler.stores.engines import engine_of
from crawler.stores.loading import load
from crawler.stores.migrating import make_ready
from parsers.items import Agency, Fact, as_item
from tests.conftest import a_report

CITY = Agency(
    name="示例市人民政府", evidence="title", region_code="990100", region="示例省示例市",
    level="prefecture", type="government",
)  # fmt: skip
BUREAU = Agency(
    name="示例市卫生局", evidence="title", region_code="990100", region="示例省示例市",
    level="prefecture", type="department",
)  # fmt: skip
#: An address that is nobody's: what a browser may be led to ask for, and must not.
ELSEWHERE = "http://elsewhere.invalid/"


def fact(metric, value, start=0, end=1, *, method="table", scope="organ", label=""):
    return Fact(metric, float(value), "件", scope, label, method, start, end)


def of_year(year, number, *facts, agency=CITY, **other):
    """A whole report: nothing is broken, planted or unreadable unless it is said."""
    fields = {
        "report_id": f"r{number}",
        "capture_id": f"c{number}",
        "year": year,
        "agency": agency,
        "title": f"{agency.name}{year}年政府信息公开工作年度报告",
        "facts": list(facts),
        "checks": [],
        "spam": [],
        "warnings": [],
        "duplicate_of": None,
        "text": "一、总体情况\n收到申请12件，予以公开7件。",
        "sections": [],
    }
    return a_report(number, **{**fields, **other})


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """A store without a report; the steps of its schema take longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite"
    make_ready(engine_of(f"sqlite:///{path}"), str(path))
    return path


@pytest.fixture
def store(tmp_path, empty_store):
    """Write reports into a new store; give its file."""

    def written(*reports):
        path = Path(shutil.copy(empty_store, tmp_path / "reports.sqlite"))
        feed = tmp_path / "feed.jsonl"
        feed.write_bytes(b"".join(orjson.dumps(as_item(each)) + b"\n" for each in reports))
        if reports:
            load(f"sqlite:///{path}", feed)
        return path

    return written


@pytest.fixture
def pages(tmp_path):
    """Open a store in this process; give what asks for its pages."""
    opened = []

    def over(path, **settings):
        summary = summary_of(store_file(str(path)), tmp_path / "work")
        datasette = application(path, summary, Replay([], {}), **settings)
        opened.append(Pages(datasette))
        return opened[-1]

    yield over
    for each in opened:
        each.close()


class Pages:
    """Pages over a store, without a socket."""

    def __init__(self, datasette):
        self.datasette = datasette
        # The client that Datasette made itself knows the routes of before.
        self._client = DatasetteClient(datasette)
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(datasette.invoke_startup())

    def ask(self, path, **how):
        """The answer to a request of this machine."""
        return self._loop.run_until_complete(self._client.get(path, **how))

    def text(self, path, status=200):
        """What a page says, without its tags."""
        answer = self.ask(path)
        assert answer.status_code == status, answer.text[:2000]
        return words_of(answer.text)

    def close(self):
        for database in self.datasette.databases.values():
            database.close()
        self.datasette.executor.shutdown()
        self._loop.close()


class _Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        self.found.append(data)


def words_of(html):
    """The words of a page, each run of blanks as one."""
    parser = _Words()
    parser.feed(html)
    return " ".join(" ".join(parser.found).split())
