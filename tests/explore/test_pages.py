"""Organ, report, figure, capture, comparison, quality, portals, search: what each page says."""

import re
import sqlite3
from contextlib import closing

import pytest

from crawler.explore.comparing import changes
from crawler.explore.evidence import blocks
from crawler.explore.plots import plots
from crawler.explore.runs import STATES, state_of
from crawler.jobs.figures import Figures
from crawler.jobs.runs import Alarm, Run, Runs
from crawler.stores.correcting import correct
from crawler.stores.engines import engine_of
from crawler.stores.findings import note_findings
from parsers.items import ArchiveRef, Attachment, Check, Cut, Section
from tests.explore.conftest import BUREAU, fact, of_year

TEXT = "一、总体情况\n全年收到申请12件，予以公开7件。\n自然人 | 12 | 7\n二、其他"


def marked(html):
    """The text of each mark with the figures that rest on it."""
    return re.findall(r'<mark data-figures="([\d ]+)"[^>]*>([^<]*)</mark>', html)


def test_each_point_of_a_plot_leads_to_its_report(store, pages):
    site = pages(store(*(of_year(year, year, fact("requests.new.total", year - 2000))
                         for year in (2019, 2020, 2022))))  # fmt: skip
    organ = organ_of(site)
    html = site.ask(f"/organ/{organ}").text
    points = re.findall(r'<a href="/report/(r\d+)" aria-label="(\d+): (\d+)">', html)
    assert points == [("r2019", "2019", "19"), ("r2020", "2020", "20"), ("r2022", "2022", "22")]


def organ_of(site, name="示例市人民政府"):
    query = f"/store/organs.json?_shape=objects&name={name}"
    return site.ask(query).json()["rows"][0]["organ_id"]


def test_a_year_without_a_figure_parts_the_line_and_is_no_zero():
    def row(year, value):
        names = ("granted", "refused", "review", "litigation", "proactive")
        return {"year": year, "report_id": f"r{year}", "received": value, **dict.fromkeys(names)}

    drawn = plots([row(2019, 5.0), row(2020, None), row(2021, 7.0), row(2022, 9.0)], [])[0]
    assert [point.year for point in drawn.points] == [2019, 2021, 2022]
    assert len(drawn.lines) == 1


def test_breaks_between_years_are_marked_and_said(store, pages):
    path = store(
        of_year(2018, 1, fact("requests.received", 10), template="statistics"),
        of_year(2019, 2, fact("requests.new.total", 1000), fact("requests.carried_out.total", 3),
                template="tables_2019"),
        of_year(2020, 3, fact("requests.new.total", 10), fact("requests.carried_in.total", 5),
                template="tables_2019"),
    )  # fmt: skip
    note_findings(engine_of(f"sqlite:///{path}"))
    site = pages(path)
    text = site.text(f"/organ/{organ_of(site)}")
    assert "2018 → 2019: another template" in text
    assert "2019 → 2020: a figure changes tenfold" in text
    assert "2019 → 2020: what was handed on was not taken over" in text


def test_a_figure_leads_to_its_cell_and_to_its_address(store, pages):
    at = TEXT.index("12 |")
    site = pages(store(of_year(2020, 1, fact("requests.new.total", 12, at, at + 2), text=TEXT)))
    html = site.ask("/report/r1").text
    assert '<a class="figure" href="#e0">12</a>' in html
    assert '<span id="e0"><mark data-figures="0"' in html
    assert 'href="/report/r1/figure/requests.new.total"' in html


def test_figures_that_share_a_sentence_are_each_marked_whole(store, pages):
    whole, part = TEXT.index("全年"), TEXT.index("予以")
    figures = [
        fact("requests.received", 12, whole, TEXT.index("。"), method="prose"),
        fact("requests.answered.granted", 7, part, part + 6, method="prose"),
    ]
    site = pages(store(of_year(2020, 1, *figures, text=TEXT)))
    assert marked(site.ask("/report/r1").text) == [
        ("0", "全年收到申请12件，"),
        ("0 1", "予以公开7件"),
    ]


@pytest.mark.parametrize("text", [TEXT, "", "\n\n", "一 | 二\n三", "没有换行"])
def test_blocks_hold_the_whole_text_in_order(text):
    ends = [(0, len(text)), (2, 4), (3, 99), (None, None)]
    spans = [
        {"position": place, "start": start, "end": end} for place, (start, end) in enumerate(ends)
    ]
    lines = [line for block in blocks(text, spans, []) for line in block.lines]
    written = "\n".join(
        " | ".join("".join(atom.text for atom in cell) for cell in line.cells) for line in lines
    )
    assert written == text


def test_cells_of_a_broken_identity_are_marked_with_both_sides(store, pages):
    site = pages(
        store(
            of_year(
                2020, 1,
                fact("requests.new.total", 20), fact("requests.total.total", 22),
                fact("requests.granted.total", 13), fact("requests.new.enterprise", 1),
                checks=[Check("requests.balance", "total", "fail", "20+1 = 22+1")],
            )
        )
    )  # fmt: skip
    html = site.ask("/report/r1").text
    # The balance is about new and total, not about granted, and about no other column.
    assert html.count('class="n broken" title="requests.balance: 20+1 = 22+1"') == 2
    assert "20+1 = 22+1" in site.text("/report/r1/figure/requests.new.total")


def test_a_blank_cell_is_empty_and_a_zero_is_zero(store, pages):
    stated = {"new.total": 0, "new.other": 3, "granted.total": 2}
    figures = [fact(f"requests.{metric}", value) for metric, value in stated.items()]
    site = pages(store(of_year(2020, 1, *figures)))
    html = site.ask("/report/r1").text
    assert '<a class="figure" href="#e0">0</a>' in html
    row = html[html.index("（一）予以公开") :].partition("</tr>")[0]
    assert '<td class="n"></td>' in row


def test_a_correction_counts_and_names_who_made_it(store, pages):
    path = store(of_year(2020, 1, fact("requests.new.total", 72)))
    with engine_of(f"sqlite:///{path}").begin() as connection:
        correct(connection, "r1", "requests.new.total", 12, who="王某", why="存档网页为12")
        correct(connection, "r1", "requests.granted.total", 5, who="王某", why="漏读")
    site = pages(path)
    text = site.text("/report/r1/figure/requests.new.total")
    assert "总计 : 12" in text
    assert "corrected by 王某 (read: 72)" in text
    assert "总计 : 5" in site.text("/report/r1/figure/requests.granted.total")
    assert "corrected by 王某" in site.text("/report/r1")


def test_what_cleaning_did_is_struck_through_with_its_rule(store, pages):
    cuts = [
        Cut(
            "brand_substitution",
            "某娱乐平台",
            "restored",
            "name from the registry",
            "示例市人民政府",
            5,
        ),
        Cut("link_farm", "站群" * 200, "removed", "list of links with spam words"),
        Cut("brand_substitution", "某某", "flagged", "no source knows it"),
    ]
    html = pages(store(of_year(2020, 1, spam=cuts))).ask("/report/r1").text
    assert "<del>某娱乐平台</del>\n         → <ins>示例市人民政府</ins>" in html
    assert "name from the registry" in html
    assert "<summary>400 characters</summary>" in html
    assert '<span class="flagged">某某</span>' in html


def test_provenance_is_enough_for_one_range_request(store, pages):
    where = ArchiveRef("a.warc.gz", 1234, 567, "<urn:uuid:1>", "sha256:ab")
    text = pages(store(of_year(2020, 1, archive=where))).text("/capture/c1")
    for said in ("a.warc.gz", "offset 1234, 567 bytes", "sha256:ab", "<urn:uuid:1>"):
        assert said in text


@pytest.mark.parametrize(
    "path", ["/report/r1", "/report/r1/figure/requests.new.total", "/capture/c1"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_address_to_cite_holds_its_citation(store, pages, path, language):
    site = pages(store(of_year(2020, 1, fact("requests.new.total", 12))))
    html = site.ask(f"{path}?lang={language}").text
    cited = html.partition('id="citation"')[2].partition("</blockquote>")[0]
    for said in (
        "示例市人民政府",
        "2020",
        "http://a.example/1.html",
        "2024-03-01T00:00:00Z",
        "sha1:X",
    ):
        assert said in cited
    assert f'id="permalink" href="{path}"' in html
    assert ("12" in re.sub("sha1.*|2024.*", "", cited)) == ("figure" in path)


def test_the_other_captures_of_a_document_can_be_read(store, pages):
    later = of_year(2020, 2, text="另一份", report_id="r1", fetched_at="2025-01-01T00:00:00Z")
    site = pages(store(of_year(2020, 1), later))
    assert "另一份" in site.text("/report/r1")
    assert "收到申请12件" in site.text("/report/r1?capture=c1")


def test_a_page_that_is_no_annual_report_is_shown_too(store, pages):
    notice = of_year(None, 1, kind="other", text="通知", attachments=[
        Attachment("http://a.example/a.pdf", "附件", "a.pdf")])  # fmt: skip
    text = pages(store(notice)).text("/report/r1")
    assert "other page" in text
    assert "附件 : http://a.example/a.pdf" in text


def test_sections_are_headings_to_jump_to(store, pages):
    sections = [
        Section(1, "一、", "总体情况", 0, 10),
        Section(1, "二、", "其他", TEXT.index("二、"), len(TEXT)),
    ]
    html = pages(store(of_year(2020, 1, text=TEXT, sections=sections))).ask("/report/r1").text
    assert '<h3 id="s0">一、总体情况</h3>' in html
    assert 'href="#s1"' in html


def test_two_years_are_laid_side_by_side(store, pages):
    site = pages(
        store(
            of_year(2019, 1, fact("requests.new.total", 12), fact("requests.granted.total", 3),
                    text="全年收到申请12件。"),
            of_year(2020, 2, fact("requests.new.total", 15), fact("requests.granted.total", 3),
                    text="全年收到申请15件。"),
        )
    )  # fmt: skip
    html = site.ask("/compare?left=r1&right=r2").text
    assert "全年收到申请1<del>2</del>件。" in html
    assert "全年收到申请1<ins>5</ins>件。" in html
    assert html.count('<tr class="differs">') == 1
    only = site.text("/compare?left=r1&right=r2&only=differences")
    assert "（一）予以公开 · 总计" not in only
    assert "+3" in only


def test_two_organs_of_one_year_are_found_by_name(store, pages):
    site = pages(
        store(of_year(2020, 1), of_year(2020, 2, agency=BUREAU), of_year(2021, 3, agency=BUREAU))
    )
    html = site.ask("/compare?left=r1&with=卫生").text
    assert 'href="/compare?left=r1&amp;right=r2"' in html
    assert "right=r3" not in html
    assert site.ask("/compare").status_code == 404


def test_a_diff_holds_both_texts_whole():
    left, right = "一\n甲乙丙\n三\n四", "一\n甲丁丙\n四\n五"
    found = changes(left, right)
    for side, text in (("left", left), ("right", right)):
        lines = [
            "".join(piece for piece, _ in line) for each in found for line in getattr(each, side)
        ]
        assert lines == text.split("\n")


def test_every_list_of_quality_leads_to_the_report(store, pages):
    path = store(
        of_year(2019, 1, fact("requests.new.total", 1), fact("requests.carried_out.total", 3),
                checks=[Check("requests.balance", "total", "fail", "1 = 2")]),
        of_year(2020, 2, fact("requests.carried_in.total", 5),
                spam=[Cut("domain_substitution", "www.x.example", "restored", "r", "示例市", 2)]),
        of_year(2021, 3, warnings=["表格缺一列"]),
    )  # fmt: skip
    note_findings(engine_of(f"sqlite:///{path}"))
    site = pages(path)
    for name, said, leads in (
        ("broken", "1 = 2", "/report/r1#broken"),
        ("restored", "www.x.example", "/report/r2#cut"),
        ("conflicts", "carried_out.total = 3", "/compare?left=r1&amp;right=r2"),
        ("unreadable", "表格缺一列", "/report/r3?capture=c3"),
    ):
        html = site.ask(f"/quality/{name}").text
        assert said in html
        assert f'href="{leads}"' in html
        assert site.ask(f"/summary/{name}.csv?_stream=on").text.count("\n") == 2
    assert "Broken identities : 1" in site.text("/quality")


def test_a_list_without_rows_says_so_and_how_conflicts_are_sought(store, pages):
    site = pages(store(of_year(2020, 1)))
    assert "scrapy store check" in site.text("/quality")
    assert "There is none." in site.text("/quality/conflicts")
    assert site.ask("/quality/nothing").status_code == 404


def run(outcome, ended="2026-03-02T00:00:00Z", alarms=()):
    return Run(
        "1", "a", "j", "", "2026-03-01T00:00:00Z", ended, outcome, "m", 1, Figures(), (), alarms
    )


ALARM = Alarm("layout", "a", "rows lost their dates", "look at the list")


@pytest.mark.parametrize(
    ("runs", "state"),
    [
        ([], "unknown"),
        ([run("done")], "healthy"),
        ([run("done", alarms=(ALARM,))], "changed"),
        ([run("blocked")], "blocked"),
        ([run("unreachable")], "blocked"),
        ([run("nothing_found")], "empty"),
        ([run("failed")], "troubled"),
        ([run("running", ended=None), run("blocked")], "blocked"),
    ],
)
def test_a_portal_stands_as_its_last_ended_run_says(runs, state):
    assert state_of(runs, reports=1) == state
    assert state in STATES


def test_portals_show_the_last_run_and_what_monitors_said(store, pages, tmp_path):
    runs = f"sqlite:///{tmp_path / 'runs.sqlite'}"
    Runs(runs).enter(run("done", alarms=(ALARM,)))
    site = pages(store(of_year(2020, 1)), runs=runs)
    text = site.text("/portals")
    assert "changed" in text
    assert "layout : rows lost their dates look at the list" in text
    assert "2024-03-01 00:00:00 UTC" in text
    assert "There is none." in site.text("/portals?state=blocked")


def test_portals_without_recorded_runs_show_what_the_store_holds(store, pages):
    text = pages(store(of_year(2020, 1))).text("/portals")
    assert "No run of a portal is recorded here" in text
    assert "feed.jsonl" in text


def test_words_of_the_text_are_found_with_where_they_stand(store, pages):
    site = pages(store(of_year(2020, 1, text="收到申请十二件"), of_year(2021, 2, text="没有")))
    assert "<mark>申请十</mark>" in site.ask("/search?q=申请十").text
    assert "示例市人民政府2021年" in site.text("/search?q=21")
    assert "There is none." in site.text('/search?q="无此*')


@pytest.mark.parametrize(
    "path", ["/report/x", "/organ/x", "/capture/x", "/report/r1/figure/x", "/quality/x", "/nothing"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_not_there_is_not_found(store, pages, path, language):
    answer = pages(store(of_year(2020, 1))).ask(f"{path}?lang={language}")
    assert answer.status_code == 404
    assert '<main id="main"' in answer.text


def test_a_summary_is_written_once_for_a_state_of_the_store(store, pages, tmp_path):
    path = store(of_year(2020, 1))
    pages(path)
    (first,) = (tmp_path / "work").iterdir()
    pages(path)
    assert [first] == list((tmp_path / "work").iterdir())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE reports SET title = '改过的标题'")
    assert "改过的标题" in pages(path).text("/report/r1")
    (second,) = (tmp_path / "work").iterdir()
    assert second != first
