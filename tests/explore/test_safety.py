"""Nothing that a page, a title, a label or an address says becomes more than text."""

import re
import sqlite3
from contextlib import closing

import pytest

from crawler.explore.opening import reader
from parsers.items import Agency, Attachment, Check, Cut, Section
from tests.explore.conftest import fact, of_year

SCRIPT = "<script>window.planted = 1</script>"
IMAGE = '"><img src=x onerror="window.planted = 1">'
RUN = "javascript:window.planted=1"


def hostile(number=1, year=2020):
    """A report in which everything that can be planted is."""
    return of_year(
        year, number,
        fact("requests.received", 12, 0, 5, method="prose", scope="part", label=SCRIPT + IMAGE),
        fact(f"x{IMAGE}", 1, 0, 3),
        agency=Agency(name=f"示例市{SCRIPT}{IMAGE}局", region_code="990100",
                      region=f"示例省{IMAGE}", level="prefecture", site_id=SCRIPT),
        title=f"年度报告{SCRIPT}{IMAGE}",
        text=f"{SCRIPT}{IMAGE}\n甲 | {SCRIPT} | {IMAGE}\n{RUN}",
        final_url=RUN,
        index_number=SCRIPT,
        document_number=IMAGE,
        sections=[Section(1, SCRIPT, IMAGE, 0, 3), Section(1, SCRIPT, IMAGE, 4, 9)],
        checks=[Check(SCRIPT, IMAGE, "fail", SCRIPT)],
        spam=[Cut(f"link_farm{IMAGE}", SCRIPT * 20, "removed", IMAGE, SCRIPT)],
        attachments=[Attachment(RUN, SCRIPT, IMAGE)],
        warnings=[SCRIPT, IMAGE],
    )  # fmt: skip


def every_page(site):
    """The address of every page of ours over a store with the reports r1 and r2."""
    rows = site.ask("/store/organs.json?_shape=objects").json()["rows"]
    return [
        "/", "/?place=990100", "/?q=局", f"/organ/{rows[0]['organ_id']}", "/report/r1",
        "/report/r1/figure/requests.received", "/capture/c1", "/compare?left=r1&right=r2",
        "/compare?left=r1&with=局", "/quality", "/quality/broken", "/quality/restored",
        "/quality/conflicts", "/quality/unreadable", "/portals", "/search?q=script", "/data",
        "/report/none",
    ]  # fmt: skip


def test_no_tag_and_no_script_address_comes_from_the_store(store, pages):
    site = pages(store(hostile(), hostile(2, 2021)))
    for path in every_page(site):
        html = site.ask(path).text
        assert "<script>" not in html, path
        assert "<img" not in html, path
        assert 'href="javascript' not in html, path
        assert "src=x" not in html.replace("&#34;&gt;&lt;img src=x", "").replace(
            "&gt;&lt;img src=x", ""), path  # fmt: skip


def test_what_a_search_asks_for_is_shown_as_text(store, pages):
    site = pages(store(of_year(2020, 1)))
    for path in ("/", "/search", "/compare"):
        html = site.ask(path, params={"q": SCRIPT + IMAGE, "left": "r1", "with": IMAGE}).text
        assert "<img" not in html
        assert "<script>window" not in html


@pytest.mark.parametrize(
    "path", ["/", "/report/none", "/store", "/store/reports", "/assets/explore.js"]
)
def test_every_answer_lets_scripts_of_ours_alone_run(store, pages, path):
    policy = pages(store(of_year(2020, 1))).ask(path).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"


def test_templates_hold_no_script_and_no_style_of_their_own(root):
    for path in (root / "crawler" / "explore" / "templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<style" not in text
        assert " style=" not in text
        assert " on" not in [part[:3] for part in text.split('"') if part.endswith("=")]
        assert text.count("<script") == text.count("<script src=")
        assert "|safe" not in text


def test_nothing_is_asked_of_another_host(root):
    for path in (root / "crawler" / "explore").rglob("*.*"):
        if path.suffix in (".css", ".js", ".html"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"(?:https?:)?//\w+\.", text), path.name
            assert "url(" not in text or path.suffix == ".html"
            assert "@import" not in text


def test_another_name_than_this_machines_is_refused(store, pages):
    site = pages(store(of_year(2020, 1)))
    answer = site.ask("/", headers={"host": "evil.example:80"})
    assert answer.status_code == 403
    assert "示例" not in answer.text
    for name in ("127.0.0.1:8001", "localhost", "[::1]:9"):
        assert site.ask("/", headers={"host": name}).status_code == 200


def test_served_to_others_it_answers_by_any_name(store, pages):
    site = pages(store(of_year(2020, 1)), local=False)
    assert site.ask("/", headers={"host": "archive.example"}).status_code == 200


@pytest.mark.parametrize("query", ["delete+from+reports", "create+table+x(a)", "drop+table+facts"])
def test_sql_of_a_reader_changes_nothing(store, pages, query):
    path = store(of_year(2020, 1))
    before = path.read_bytes()
    assert pages(path).ask(f"/store.json?sql={query}").status_code == 400
    assert path.read_bytes() == before


def test_the_store_is_opened_so_that_it_cannot_be_written(store):
    path = store(of_year(2020, 1))
    with (
        closing(sqlite3.connect(reader(path), uri=True)) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        connection.execute("DELETE FROM reports")


def test_a_query_without_end_is_ended(store, pages):
    site = pages(store(of_year(2020, 1)))
    endless = (
        "with+recursive+n(i)+as+(select+1+union+all+select+i%2B1+from+n)+select+count(*)+from+n"
    )
    answer = site.ask(f"/store.json?sql={endless}")
    assert answer.status_code == 400
    assert "time" in answer.json()["error"].lower()
