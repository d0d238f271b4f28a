"""Pages that nobody tuned for pass the measure that the seeds pass.

`heldout/` holds whole pages in the seeds' form (a text or a page's HTML, and its line of
`gold.jsonl`), written by us before the rules met them: other organs, brands, templates, damage.
Facts were read by a person. At first sight, before any rule was changed for them, h57 to h76 (20
pages of site builders, organs and damage that the ones before have not) gave kind 20/20, title
15/15, year 17/17, template 15/15, published_on 16/17, agency 13/17, figures 909/921 found, none of
those wrong, one channel's figure of one organ for all. Then h77 to h88 (12 pages): kind 10/12,
title 8/9, year 9/9, template 7/8, published_on 9/9, agency 8/10, figures 314/355 found and 7 wrong,
all 7 of one form with a column of codes. Then h89 to h100 (12 pages, mostly prose): kind 12/12,
title, year, template and published_on 11/11, agency 10/11, figures 311/325 found and 2 wrong, one
fee of two and one suit's end. Then h101 to h106 (6 pages whose titles name no organ or come with
more): kind, year and template 6/6, title and published_on 5/6, agency 4/6, figures 31/36 found and
none wrong. 15-03-02 for a date, and a year in brackets below a title, are left as they were. Then
h107 to h130 (24 pages, most of them untitled or told beside other organs' names; h119 is not here:
the page of a link farm whose third link stayed): kind 23/24, title 16/19, year 19/19, template
18/18, published_on 18/19, agency 10/19, region_code 13/16, figures 1130/1149 found and 1 wrong, one
channel's for the sum. Then h131 to h142 (12 pages, written once those were mended): kind 11/12,
title, year, template and published_on 10/10, agency 9/10, region_code 8/9, figures 691/692 found
and none wrong. Then h143 to h150 (8 pages): kind 8/8, title and published_on 6/6, year 5/5,
template 4/4, agency 4/5, figures 224/225 found and none wrong. Then h151 to h174 (24 pages): kind
22/24, title 18/19, year 19/19, template 17/19, published_on 18/23, agency 14/19, region_code 14/16,
figures 1337/1563 found and 1 wrong, a sum of years for the year's; of those missed a page that
tells its article to a script has 201, a table of remedies in two parts 15. What they taught stands
beside its look-alikes in `test_lookalike_*.py`. Put right in the gold afterwards: two organs'
places (h159, h169) and a space in a title (h158). Then h175 to h184 (10 pages, once those were
mended): kind 8/10, title 8/8, year and template 7/7, published_on 7/8, agency 7/7, region_code 5/5,
figures 480/491 found and none wrong; a page's number within a sentence and two numbers of staff
(h176) are left as they were. Then h185 to h192 (8 pages): kind 7/8, title, year and agency 6/6,
template and region_code 5/5, published_on 7/7, figures 260/289 found and 21 wrong, all 21 of one
table that has a county's own figures beside the sums. Then h193 to h200 (8 pages): kind 7/8, title,
year and template 6/6, published_on 7/7, agency 4/6, region_code 4/5, figures 456/456 found and none
wrong. Then h201 to h206 (6 pages): kind 6/6, title, year, template and published_on 5/5, agency
4/4, region_code 3/3, figures 438/439 found and none wrong.
"""

from __future__ import annotations

import html
import json
import unicodedata
from pathlib import Path

import pytest

from crawler.registry import PORTALS, Registry
from parsers.items import as_item
from parsers.report import read_page
from tests.parsers.pages import page_of

HELD_OUT = Path(__file__).with_name("heldout")
GOLD = [json.loads(line) for line in (HELD_OUT / "gold.jsonl").read_text("utf-8").splitlines()]
FIELDS = ("kind", "title", "year", "published_on", "template", "script", "index_number")
# As issue 2 states them for the seeds.
FACTS_RECALL, FACTS_PRECISION = 0.95, 0.98


@pytest.fixture(scope="module")
def registry():
    return Registry.load(PORTALS)


def item_of(gold, registry):
    page = page_of(html_of(gold).encode(gold.get("charset", "utf-8")), gold["url"])
    return as_item(read_page(page, registry.organ_of(gold["url"])))


def html_of(gold):
    drawn = HELD_OUT / f"{gold['id']}.html"
    if drawn.exists():
        return drawn.read_text("utf-8")
    text = (HELD_OUT / f"{gold['id']}.txt").read_text("utf-8")
    rows, out = [], []
    for line in [*text.splitlines(), ""]:
        if gold.get("as_tables") and "|" in line:
            cells = line.rstrip().rstrip("|").split("|")
            rows.append("".join(f"<td>{html.escape(cell.strip())}</td>" for cell in cells))
            continue
        if rows:
            out.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
            rows = []
        if line.strip():
            out.append(f"<p>{html.escape(line.strip())}</p>")
    return f"<meta charset='utf-8'><body>{''.join(out)}"


def plain(text):
    return "".join(unicodedata.normalize("NFKC", str(text)).split())


@pytest.mark.parametrize("gold", GOLD, ids=lambda gold: gold["id"])
def test_a_page_is_read_as_a_person_reads_it(gold, registry):
    item = item_of(gold, registry)
    assert {f: item[f] for f in FIELDS if f in gold} == {f: gold[f] for f in FIELDS if f in gold}
    if "agency" in gold:
        assert item["agency"]["name"] == gold["agency"]
    shown = plain(item["text"] + "\n" + (item["title"] or ""))
    assert [words for words in gold["spam"] if plain(words) in shown] == []
    assert [words for words in gold["keep"] if plain(words) not in shown] == []
    for broken, whole in gold.get("restore", {}).items():
        assert plain(whole) in shown
        assert plain(broken) not in shown


def test_the_figures_are_found_and_right(registry):
    wanted = found = stated = right = 0
    for gold in GOLD:
        facts = {}
        for fact in item_of(gold, registry)["facts"]:
            if fact["scope"] == "organ":
                facts.setdefault(fact["metric"], []).append(fact["value"])
        for metric, value in gold["facts"].items():
            values = facts.get(metric, [])
            wanted, found = wanted + 1, found + (value in values)
            stated, right = stated + len(values), right + values.count(value)
    assert found / wanted >= FACTS_RECALL
    assert right / stated >= FACTS_PRECISION
