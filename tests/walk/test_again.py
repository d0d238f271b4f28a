"""A later run asks for lists first, then only for what is new, changed, due or was never had."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.cms import Entry
from crawler.run import counted_in_closing
from crawler.spiders.past import Past, is_due, is_newest_first
from crawler.spiders.rows import Rows
from parsers.errors import DisclosureError
from tests.walk.dry import SITE, walk
from tests.walk.test_challenges import HOME, REPORT, TITLE, Answer, crawl, portal
from tests.walk.test_walk import COLUMN, row, stanza

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEED = 20260301


def test_every_address_is_due_once_in_a_cycle_and_a_nights_share_is_small() -> None:
    print(f"seed {SEED}")
    urls = [f"http://a.example/{random.Random(SEED + n).random()}.html" for n in range(2000)]
    nights = [NOW + timedelta(days=day) for day in range(31)]
    for_night = [
        [url for url in urls if is_due(url, before, night, 30)]
        for before, night in itertools.pairwise(nights)
    ]
    assert sorted(url for night in for_night for url in night) == sorted(urls)
    assert max(map(len, for_night)) < 2 * len(urls) / 30
    assert not any(is_due(url, NOW, NOW, 30) for url in urls)
    assert all(is_due(url, NOW, NOW + timedelta(days=30), 30) for url in urls)
    assert all(is_due(url, NOW, NOW, 0) for url in urls)


def test_only_a_list_that_is_dated_from_the_newest_down_has_what_is_new_at_its_top() -> None:
    def dated(*dates: str | None) -> list[Entry]:
        return [Entry(f"http://a.example/{n}", "", date) for n, date in enumerate(dates)]

    assert is_newest_first(dated("2024-02-01", "2024-01-31", "2024-01-31"))
    assert not is_newest_first(dated("2024-01-31", "2024-02-01"))
    assert not is_newest_first(dated("2024-02-01", None))


def test_a_link_stands_where_address_title_and_date_are_as_they_were() -> None:
    old = Entry("http://a.example/1", "a", "2024-01-01")
    past = Past(rows=(old,), links=frozenset({old}))
    assert past.holds(old)
    assert not past.holds(Entry("http://a.example/1", "a", "2024-01-02"))
    assert not past.holds(Entry("http://a.example/1", "b", "2024-01-01"))
    assert past.has_list((old,))
    assert not past.has_list(())


class Changing:
    """A portal of four reports, one with a file, whose list and pages a test changes."""

    def __init__(self) -> None:
        self.pages = {f"/{year}.html": REPORT + f"<p>{year}</p>" for year in range(2010, 2014)}
        self.pages["/2013.html"] += '<a href="/f/fb.rar">附表</a>'
        self.pages["/f/fb.rar"] = "Rar!\x1a\x07\x00"
        self.titles = {year: TITLE.format(year) for year in range(2010, 2014)}
        self.down: set[str] = set()

    def __call__(self, path: str, _: str) -> Answer:
        rows = "".join(
            f'<li><a href="/{year}.html">{title}</a><i>{year + 1}-02-03</i></li>'
            for year, title in sorted(self.titles.items(), reverse=True)
        )
        text = ({"/": HOME, "/gknb/": rows} | self.pages).get(path)
        if text is None or path in self.down:
            return (500 if path in self.down else 404), {}, ""
        return 200, {}, text


LISTS = ["/robots.txt", "/", "/gknb/"]


def test_a_later_run_asks_for_what_is_new_changed_or_was_never_had(tmp_path: Path) -> None:
    site = Changing()
    site.down = {"/2010.html"}
    with portal(site) as (url, asked):
        first, items = crawl(url, tmp_path, "-s", "RETRY_TIMES=0")
        assert set(asked) == {*LISTS, *site.pages}
        assert len(items) == 6
        asked.clear()
        site.down = set()
        site.titles[2014], site.pages["/2014.html"] = TITLE.format(2014), REPORT
        site.titles[2011] += "（修订）"
        site.pages["/2011.html"] += "<p>改</p>"
        second, items = crawl(url, tmp_path)
        assert asked[:3] == LISTS
        assert sorted(asked[3:]) == ["/2010.html", "/2011.html", "/2014.html"]
        assert sorted(items) == ["/2010.html", "/2011.html", "/2014.html", "/gknb/"]
        asked.clear()
        third, _ = crawl(url, tmp_path, "-s", "RECHECK_DAYS=0")
        assert set(asked) == {*LISTS, *site.pages}
    assert [first.returncode, second.returncode, third.returncode] == [0, 0, 0], first.stderr
    assert ", 3 not asked for again (RECHECK_DAYS), " in second.stderr


def test_a_later_run_that_is_stopped_goes_on_without_losing_what_it_had(tmp_path: Path) -> None:
    site = Changing()
    with portal(site) as (url, asked):
        crawl(url, tmp_path)
        site.titles[2014], site.pages["/2014.html"] = TITLE.format(2014), REPORT
        site.titles[2009], site.pages["/2009.html"] = TITLE.format(2009), REPORT
        asked.clear()
        stopped, _ = crawl(url, tmp_path, "-s", "CLOSESPIDER_PAGECOUNT=3")
        assert stopped.returncode == 7
        ended, items = crawl(url, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert sorted(items) == ["/2009.html", "/2014.html", "/gknb/"]
    assert len(asked) == len(set(asked))


# --- what a user does not want ---

PAGES = {
    "/": COLUMN,
    "/gknb/": row(2023)
    + row(2014)
    + '<li><a href="/w.html">云泽市2018年政府网站工作年度报表</a><span>2019-01-09</span></li>'
    + '<li><a href="/z.html">云泽市政府信息公开指南（2018年修订）</a><span>2018-05-30</span></li>'
    + '<li><a href="/t.html">关于做好2020年政府信息公开工作年度报告编制工作的通知</a>'
    "<span>2020-12-21</span></li>"
    + '<li><a href="/y.html">关于印发2012年政府信息公开工作年度报告的通知</a></li>',
}


@pytest.mark.parametrize(
    ("arguments", "left_out"),
    [
        ({}, {}),
        ({"since": "2018-06"}, {"since": 2}),
        ({"until": "2019"}, {"until": 2}),
        ({"since": "2015-03-01", "until": "2015-03-01"}, {"since": 0, "until": 4}),
    ],
)
def test_rows_that_the_list_dates_otherwise_are_left_out(
    arguments: dict[str, str], left_out: dict[str, int]
) -> None:
    done = walk(PAGES.get, url=f"{SITE}/", **arguments)
    assert {why: done.stat(f"left_out/{why}") for why in left_out} == left_out
    assert len(done.asked) == 8 - sum(left_out.values())
    assert "/y.html" in done.asked  # not dated


def test_kinds_of_rows_are_left_out_by_setting_and_told() -> None:
    done = walk(PAGES.get, {"SKIP_ROWS": "website,guides,notices"})
    assert done.asked == ["/", "/gknb/", "/gknb/2023.html", "/gknb/2014.html", "/y.html"]
    done.spider.tell_what_was_left()
    assert counted_in_closing(done.crawler) == [
        "left out 1 guides, 1 notices, 1 website",
        "no page for 3 status 404",
    ]


def test_a_run_whose_reports_are_all_left_out_has_not_failed() -> None:
    done = walk({"/": COLUMN, "/gknb/": row(2014)}.get, url=f"{SITE}/", since="2020")
    assert done.failures == []


def test_a_section_that_ended_before_is_not_asked_for(tmp_path: Path) -> None:
    path = stanza(tmp_path)
    text = path.read_text("utf-8") + f'until = 2018\n[[portal.section]]\nurl = "{SITE}/new/"\n'
    path.write_text(text, "utf-8")
    pages = {"/gknb/": row(2013), "/new/": row(2023)}
    settings = {"REGISTRY": str(path)}
    assert walk(pages.get, settings, portal="yunze", since="2019").asked[0] == "/new/"
    assert walk(pages.get, settings, portal="yunze", since="2018").asked[0] == "/gknb/"


@pytest.mark.parametrize(
    ("arguments", "skip", "sentence"),
    [
        ({"since": "19"}, "", "since=19 is no date: write since=2023"),
        ({"until": "2023-13"}, "", "until=2023-13 is no date"),
        ({"since": "2024", "until": "2023"}, "", "since=2024 is later than until=2023: swap them"),
        ({}, "guide", "SKIP_ROWS holds 'guide': it may hold website, guides, notices"),
    ],
)
def test_what_cannot_be_left_out_is_told(
    arguments: dict[str, str], skip: str, sentence: str
) -> None:
    with pytest.raises(DisclosureError, match=sentence):
        Rows.of(arguments, skip)
