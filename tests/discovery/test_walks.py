"""Shapes of portals that the walk itself must see through, from the home page alone."""

from __future__ import annotations

from tests.walk.dry import walk
from tests.walk.test_walk import row

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
