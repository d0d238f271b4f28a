"""Shapes of portals that the walk itself must see through, from the home page alone."""

from __future__ import annotations

from crawler.run import remarks
from tests.walk.dry import walk
from tests.walk.test_walk import COLUMN, row

HOME = '<a href="/zfxxgk/">政府信息公开</a>'


def test_a_hub_that_lists_the_reports_itself_is_their_column() -> None:
    pages = {"/": HOME, "/zfxxgk/": f"<ul>{row(2013)}{row(2012)}</ul>"}
    assert walk(pages.get).asked == ["/", "/zfxxgk/", "/gknb/2013.html", "/gknb/2012.html"]


def test_years_under_a_heading_of_a_hub_are_walked_and_those_of_another_are_not() -> None:
    hub = (
        '<h3>政府信息公开年报</h3><ul><li><a href="/nb/2013/">2013</a></li>'
        '<li><a href="/nb/2012/">2012</a></li></ul>'
        '<h3>政府网站工作年报</h3><ul><li><a href="/wz/2013/">2013</a></li></ul>'
    )
    pages = {"/": HOME, "/zfxxgk/": hub, "/nb/2013/": row(2013), "/nb/2012/": row(2012)}
    asked = walk(pages.get).asked
    assert asked[2:4] == ["/nb/2013/", "/nb/2012/"]
    assert set(asked[4:]) == {"/gknb/2013.html", "/gknb/2012.html"}


def test_columns_of_a_drop_down_list_are_walked() -> None:
    home = (
        '<select><option value="/nb/">公开年报</option><option value="/zn/">指南</option></select>'
    )
    assert walk({"/": home, "/nb/": row(2013)}.get).asked == ["/", "/nb/", "/gknb/2013.html"]


def test_a_list_that_says_more_pages_than_it_leads_to_is_told() -> None:
    pager = '<div>共 3 页 <a href="javascript:next()">下一页</a></div>'
    done = walk({"/": COLUMN, "/gknb/": row(2013) + row(2012) + pager}.get)
    assert done.stat("unpaged") == 1
    (said,) = remarks(done.crawler)
    assert "/gknb/ says that it has 3 pages, and no way to the second was found" in said


def test_a_list_of_one_page_or_with_a_way_on_is_not_told() -> None:
    way = '<div>共2页 <a href="2.html">下一页</a></div>'
    pages = {"/": COLUMN, "/gknb/": row(2013) + way, "/gknb/2.html": row(2012) + "共2页"}
    assert walk(pages.get).stat("unpaged") == 0
    assert walk({"/": COLUMN, "/gknb/": row(2013) + "<p>共1页</p>"}.get).stat("unpaged") == 0
