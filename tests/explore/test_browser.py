"""The pages in headless Chromium: from the heat map to the archived page, and the dangers there."""

from __future__ import annotations

import re
import signal
import socket
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from crawler.chromium import launch_options
from tests.conftest import browser_or_fail_in_ci
from tests.explore import archived
from tests.explore.conftest import ELSEWHERE, of_year
from tests.explore.serving import SECONDS, served
from tests.explore.test_safety import hostile

MOST = SECONDS * 1000
#: Findings of axe that keep somebody from using a page.
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return archived.write(tmp_path_factory.mktemp("archived"))


@pytest.fixture(scope="module")
def explored(written, tmp_path_factory):
    """The address of the pages over the archive's store, the archive beside it."""
    browser_or_fail_in_ci()
    archive, store = written
    work = tmp_path_factory.mktemp("work")
    with served(store, "--archive", archive, "--work", work) as address:
        yield address.rstrip("/")


@pytest.fixture(scope="module")
def chromium():
    browser_or_fail_in_ci()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options(None))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A page; what it asked for stands in `asked`, what it complained of in `complaints`."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    context.set_default_timeout(MOST)
    page = context.new_page()
    page.asked, page.complaints = [], []
    context.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def to_the_report(page, address):
    page.goto(f"{address}/")
    page.get_by_role("link", name="990000").click()
    page.get_by_role("link", name="示例省云泽市").click()
    page.get_by_role("link", name="2021: report, figures do not add up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "云泽市2021年政府信息公开工作年度报告"
    )


def replayed(page):
    """The frame of the archived page, once pywb is up: till then the page says to load it again."""
    frame = page.locator("iframe.replay")
    again = page.get_by_role("link", name="Load again")
    expect(frame.or_(again)).to_be_visible(timeout=MOST)
    while again.is_visible():
        page.wait_for_timeout(500)
        page.reload()
        expect(frame.or_(again)).to_be_visible(timeout=MOST)
    return page.frame_locator("iframe.replay")


def test_the_heat_map_leads_to_a_figure_its_evidence_and_the_archived_page(page, explored):
    to_the_report(page, explored)
    row = page.get_by_role("row", name=re.compile("一、本年新收政府信息公开申请数量"))
    row.first.locator("a.figure").last.click()
    shown = page.locator("mark.shown")
    expect(shown).to_have_count(1)
    expect(shown).to_be_in_viewport()
    expect(page.locator("tr", has=shown)).to_contain_text("本年新收政府信息公开申请数量")
    page.get_by_role("link", name="See the archived page").click()
    expect(replayed(page).get_by_role("heading", level=1)).to_have_text(
        "云泽市2021年政府信息公开工作年度报告"
    )
    assert page.complaints == []


def test_without_scripts_a_figure_leads_to_its_evidence_too(chromium, explored):
    context = chromium.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    to_the_report(page, explored)
    link = page.locator("a.figure").nth(3)
    link.click()
    place = page.locator(link.get_attribute("href"))
    expect(place).to_be_in_viewport()
    expect(place.locator("mark")).to_have_text(link.inner_text())
    context.close()


def test_what_is_planted_runs_where_nothing_keeps_it_from_running(chromium):
    page = chromium.new_page()
    page.set_content(f"<body>{archived.PLANTED}</body>", wait_until="commit")
    expect(page.locator("body")).to_contain_text(archived.RAN, timeout=MOST)
    page.close()


def test_a_script_of_an_archived_page_never_runs_and_asks_nobody(page, explored):
    origins = {explored}
    for path in paths_of(page, explored):
        page.goto(f"{explored}{path}")
        if path.startswith("/capture/"):
            frame = replayed(page)
            expect(frame.get_by_role("heading", level=1)).to_be_visible()
            origins.add(re.match(r"http://[^/]+", page.locator("iframe").get_attribute("src"))[0])
            # The archive's own style is there, so that it is the policy that keeps the rest away.
            expect(frame.locator("body")).to_have_css("color", "rgb(1, 2, 3)")
            frame.get_by_text("乙", exact=True).click()
            page.wait_for_load_state("networkidle")
            expect(frame.locator("body")).not_to_contain_text(archived.RAN)
        assert page.title() != archived.RAN
    asked = [url for url in page.asked if not url.startswith(("data:", "javascript:"))]
    assert [url for url in asked if not url.startswith(tuple(origins))] == []
    assert [url for url in asked if url.startswith(ELSEWHERE)] == []


def paths_of(page, address):
    """One page of each kind of ours over the store, and every capture."""
    page.goto(f"{address}/?place=990100")
    cells = page.locator("td.cell a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    organ = page.locator("th[scope=row] a[href^='/organ/']").first.get_attribute("href")
    captures = []
    for path in cells:
        page.goto(f"{address}{path}")
        captures.append(page.locator("a.go").get_attribute("href").partition("#")[0])
    left, right = (path.rpartition("/")[2] for path in cells[:2])
    return [
        "/", "/?place=990100", "/?q=局", organ, cells[0], f"{cells[0]}/figure/requests.new.total",
        f"/compare?left={left}&right={right}&only=differences", f"/compare?left={left}&with=局",
        "/quality", "/quality/broken", "/quality/restored", "/quality/conflicts",
        "/quality/unreadable", "/portals", "/search?q=政府信息", "/data", "/report/none", *captures,
    ]  # fmt: skip


def kinds_of(page, address):
    """One page of each kind: of the captures, the first."""
    paths = paths_of(page, address)
    return paths[: [path.startswith("/capture/") for path in paths].index(True) + 1]


def test_nothing_planted_in_a_store_runs_on_any_page(page, store, tmp_path):
    path = store(hostile(), hostile(2, 2021))
    with served(path, "--work", tmp_path / "work") as served_at:
        address = served_at.rstrip("/")
        page.goto(f"{address}/?place=990100")
        organ = page.locator("th[scope=row] a[href^='/organ/']").first.get_attribute("href")
        for each in (
            "/?place=990100", organ, "/report/r1", "/report/r1/figure/requests.received",
            "/capture/c1", "/compare?left=r1&right=r2", "/compare?left=r1&with=局",
            "/quality/broken", "/quality/restored", "/quality/unreadable", "/search?q=script",
            "/store/reports", "/store/facts", "/summary/panel",
            "/store?sql=select+title+from+reports",
        ):  # fmt: skip
            page.goto(f"{address}{each}")
            assert page.evaluate("window.planted") is None, each
            assert page.locator("a[href^='javascript' i]").count() == 0, each
        assert [url for url in page.asked if not url.startswith(address)] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_keeps_anybody_from_using_it(page, explored, language):
    found = []
    page.goto(f"{explored}/?lang={language}")
    for path in kinds_of(page, explored):
        page.goto(f"{explored}{path}")
        violations = Axe().run(page, options={"iframes": False}).response["violations"]
        found += [
            (path, each["id"], each["nodes"][0]["html"][:200])
            for each in violations
            if each["impact"] in GRAVE
        ]
    assert found == []


def test_axe_finds_what_is_planted_for_it(page):
    page.set_content("<html><body><img src='data:,'><input></body></html>")
    violations = Axe().run(page).response["violations"]
    assert {"image-alt", "label"} <= {each["id"] for each in violations}


@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_is_wider_than_its_window(page, explored, width):
    page.set_viewport_size({"width": width, "height": 800})
    wide = []
    for path in kinds_of(page, explored):
        page.goto(f"{explored}{path}")
        sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        needed, there = page.evaluate(sizes)
        if needed > there:
            wide.append((path, needed, there))
    assert wide == []


def test_the_keyboard_reaches_the_content_and_the_way_is_seen(page, explored):
    page.goto(f"{explored}/?place=990100")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert width == "3px"


def test_the_way_back_can_be_read_on_datasettes_pages(page, explored):
    for path in ("/", "/summary/panel", "/store"):
        page.goto(f"{explored}{path}")
        found = Axe().run(page, context="header", options={"runOnly": ["color-contrast"]}).response
        assert [each["id"] for each in found["violations"]] == [], path
        assert [each["id"] for each in found["passes"]] == ["color-contrast"], path


def test_print_leaves_out_what_only_a_screen_can_use(page, explored):
    to_the_report(page, explored)
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.locator("a.cite").first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#citation")).to_be_visible()


def test_the_only_report_of_a_store_is_reached(page, store, tmp_path):
    path = store(of_year(2020, 1))
    with served(path, "--work", tmp_path / "work") as address:
        page.goto(f"{address}?place=990100")
        page.get_by_role("link", name="2020: report").click()
        expect(page.locator("#provenance")).to_be_visible()


def test_pywb_ends_with_the_application_whoever_ends_it(page, written, tmp_path):
    archive, path = written
    work = ("--work", tmp_path / "work")
    with served(path, "--archive", archive, *work, end=signal.SIGTERM) as address:
        page.goto(f"{address}?place=990100")
        page.locator("td.cell a").first.click()
        page.locator("a.go").click()
        expect(replayed(page).get_by_role("heading", level=1)).to_be_visible()
        replay = urlsplit(page.locator("iframe").get_attribute("src"))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((replay.hostname, replay.port), timeout=SECONDS)
