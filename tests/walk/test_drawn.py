"""A column whose list only a browser draws: found, drawn once, re-parsed alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import browser_or_fail_in_ci
from tests.demo import without_duplicate_of
from tests.walk.dry import SITE, walk
from tests.walk.runs import scrapy
from tests.walk.test_challenges import HOME, REPORT, TITLE, Answer, portal
from tests.walk.test_walk import COLUMN, row, stanza

if TYPE_CHECKING:
    from pathlib import Path

SHELL = """<html><head><title>公开年报</title></head><body><ul id="rows"></ul><script>
fetch('/rows.json').then(a => a.json()).then(rows => { document.querySelector('#rows').innerHTML =
rows.map(row => `<li><a href="${row.at}">${row.title}</a><i>${row.on}</i></li>`).join(''); });
</script></body></html>"""
LISTED = [
    {"at": f"/r/{year}.html", "title": TITLE.format(year), "on": f"{year + 1}-02-03"}
    for year in (2013, 2012)
]


def answer(path: str, _: str) -> Answer:
    pages = {"/": HOME, "/gknb/": SHELL, "/r/2013.html": REPORT, "/r/2012.html": REPORT}
    if path == "/rows.json":
        return 200, {"Content-Type": "application/json"}, json.dumps(LISTED)
    return (200, {}, pages[path]) if path in pages else (404, {}, "")


def items_of(folder: Path, *arguments: str) -> list[bytes]:
    """Run a command and return its items in the order of their bytes."""
    feed = folder / f"{arguments[0]}.jsonl"
    done = scrapy(folder, *arguments, "-O", str(feed))
    assert done.returncode == 0, done.stderr
    return sorted(feed.read_bytes().splitlines())


def test_a_list_that_only_a_browser_draws_is_walked(tmp_path: Path) -> None:
    browser_or_fail_in_ci()
    with portal(answer) as (url, asked):
        live = items_of(tmp_path, "crawl", "sections", "-a", f"url={url}")
    assert {"/r/2013.html", "/r/2012.html"} <= set(asked)
    # Plainly, and once more to be drawn: the browser draws that very answer.
    assert asked.count("/gknb/") == 2
    items: list[dict[str, Any]] = [json.loads(line) for line in live]
    drawn = [
        item for item in items if TITLE.format(2013) in item["text"] and "2012" in item["text"]
    ]
    assert [item["final_url"] for item in drawn] == [f"{url}gknb/"]
    again = items_of(tmp_path, "reparse", str(tmp_path / "archive"))
    assert sorted(map(without_duplicate_of, again)) == sorted(map(without_duplicate_of, live))


@pytest.mark.parametrize("render", [True, False])
def test_a_portal_that_says_so_is_drawn_at_once(tmp_path: Path, *, render: bool) -> None:
    path = stanza(tmp_path)
    text = path.read_text("utf-8").replace("headers", f"render = {str(render).lower()}\nheaders")
    path.write_text(text, "utf-8")
    pages = {"/": COLUMN, "/gknb/": SHELL, "drawn:/gknb/": row(2013)}
    asked = walk(pages.get, {"REGISTRY": str(path)}, url=f"{SITE}/").asked
    assert asked == ["/", *["/gknb/"] * (1 if render else 2), "/gknb/2013.html"]


#: A list of three pages whose pager a script draws and listens to: no link of it has an address.
LEAVES = """<html><head><title>公开年报</title></head><body><ul id="rows"></ul>
<div class="pager"><button id="next" class="btn-next">下一页</button></div><script>
let at = 0; const next = document.querySelector('#next');
const draw = () => fetch('/rows.json?page=' + at).then(a => a.json()).then(rows => {
document.querySelector('#rows').innerHTML =
rows.map(row => `<li><a href="${row.at}">${row.title}</a><i>${row.on}</i></li>`).join('');
next.disabled = at == 2; });
next.addEventListener('click', () => { at += 1; draw(); }); draw();
</script></body></html>"""


def leaved(path: str, cookie: str) -> Answer:
    if path == "/gknb/":
        return 200, {}, LEAVES
    if path.startswith("/rows.json?page="):
        year = 2015 - int(path[-1])
        row = {"at": f"/r/{year}.html", "title": TITLE.format(year), "on": f"{year + 1}-02-03"}
        return 200, {"Content-Type": "application/json"}, json.dumps([row])
    return (200, {}, REPORT) if path.startswith("/r/") else answer(path, cookie)


@pytest.mark.parametrize(("pages", "years"), [("200", (2015, 2014, 2013)), ("2", (2015, 2014))])
def test_a_pager_that_names_no_address_is_clicked_within_the_budget(
    tmp_path: Path, pages: str, years: tuple[int, ...]
) -> None:
    browser_or_fail_in_ci()
    with portal(leaved) as (url, asked):
        live = items_of(
            tmp_path, "crawl", "sections", "-a", f"url={url}", "-s", f"PAGES_PER_SECTION={pages}"
        )
    assert sorted(path for path in asked if path.startswith("/r/")) == sorted(
        f"/r/{year}.html" for year in years
    )
    again = items_of(tmp_path, "reparse", str(tmp_path / "archive"))
    assert sorted(map(without_duplicate_of, again)) == sorted(map(without_duplicate_of, live))
