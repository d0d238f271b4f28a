"""Whose page a capture is: the organ's own, a copy elsewhere, or a host that changed hands."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys

import pytest

from crawler.copies import MarkCopy, Originals, text_digest
from parsers.items import KnownOrgan
from parsers.report import read_page
from tests.conftest import ROOT
from tests.parsers.cleaning_set.marked import Marked
from tests.parsers.pages import page_of, paragraphs

OWN = KnownOrgan("qh", "清河县人民政府", own_host=True)
REPORT = """清河县2013年政府信息公开工作年度报告
一、概述 清河县人民政府办公室编制本报告，数据统计期限自2013年1月1日至2013年12月31日。
二、主动公开情况 2013年，全县主动公开政府信息812条，其中网站公开640条，公报公开172条。
三、依申请公开情况 全年收到政府信息公开申请21件，办结21件，其中同意公开18件，不予公开3件。
四、行政复议和行政诉讼情况 全年发生行政复议案件2件，行政诉讼案件1件，均维持原行政行为。
五、存在的主要问题 个别单位公开意识不强，公开内容不够全面，更新不够及时，需要继续改进。
六、改进措施 加强业务培训，完善考核办法，健全公开目录，推动公开工作规范有序开展。
清河县人民政府
2014年3月1日"""
FARM = "主站蜘蛛池模板: 国产精品一区| 日本高清| 久久综合| 樱花视频"
GLOSSED = "政府信息公開(kāi)，年度報(bào)告，關(guān)於行政復議。"


def source(text, url, known=None, head=""):
    return read_page(page_of(paragraphs(text, head), url), known)


@pytest.mark.parametrize("spam", [FARM, GLOSSED, "清河县欢迎您 bet365官网"])
def test_a_government_host_with_spam_is_hacked_and_stays_official(spam):
    report = source(f"{REPORT}\n{spam}", "http://www.qinghe.gov.cn/a.html")
    assert (report.source.official, report.source.mirror_of) == (True, None)
    assert report.spam
    assert not any("changed hands" in warning for warning in report.warnings)


@pytest.mark.parametrize("spam", [FARM, GLOSSED])
def test_another_host_that_the_registry_knows_has_changed_hands_when_a_pool_serves_it(spam):
    report = source(f"{REPORT}\n{spam}", "http://www.qinghe-info.com/a.html", OWN)
    assert report.source.official is False
    assert any("changed hands" in warning for warning in report.warnings)


def test_another_host_that_the_registry_knows_is_official_while_it_serves_the_organ():
    hacked = f"{REPORT}\n欢迎访问。<a href='http://a.top'>百家乐试玩</a>"
    assert source(REPORT, "http://www.qinghe-info.com/a.html", OWN).source.official is True
    assert source(hacked, "http://www.qinghe-info.com/a.html", OWN).source.official is True


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("<meta name='SiteDomain' content='www.qinghe.gov.cn'>", ""),
        ("", "网址：http://www.qinghe.gov.cn/ 查询。"),
    ],
)
def test_a_copy_elsewhere_names_the_host_that_it_claims_to_be(head, line):
    report = source(f"{REPORT}\n{line}", "http://www.trade-fair.example/x.html", head=head)
    assert (report.source.official, report.source.mirror_of) == (False, "www.qinghe.gov.cn")


def test_links_to_neighbours_say_nothing_about_whose_page_it_is():
    links = (
        "友情链接：<a href='http://www.linxi.gov.cn/'>临溪县</a> "
        "<a href='http://www.gov.cn/'>中国政府网</a>"
    )
    page = page_of(f"{paragraphs(REPORT)}<div>{links}</div>", "http://www.trade-fair.example/x")
    assert read_page(page, None).source.mirror_of is None


@pytest.mark.parametrize("host", ["www.qinghe-gov.cn", "gov.cn.example.com", "www.gov.cn.top"])
def test_a_name_that_only_looks_like_a_governments_is_none(host):
    assert source(REPORT, f"http://{host}/a.html").source.official is False


def copied(text):
    """The same report as a copier serves it: Traditional, glossed, with a farm below."""
    glossed = text.replace("公开", "公开⟦pinyin:(kāi)⟧").replace("报告", "报⟦pinyin:(bào)⟧告")
    body = "".join(f"<p>{line}</p>" for line in glossed.splitlines())
    marked = Marked("x", "", None, f"</head><body>{body}<p>⟦farm:{FARM}⟧</p>", traditional=True)
    return read_page(page_of(marked.served(), "http://www.trade-fair.example/x.html"), None)


def test_a_copy_is_linked_to_the_official_original():
    stage = MarkCopy()
    original = stage.process_item(source(REPORT, "http://www.qinghe.gov.cn/a.html"))
    copy = stage.process_item(copied(REPORT))
    assert original.duplicate_of is None
    assert copy.source.official is False
    assert (copy.duplicate_of.capture_id, copy.duplicate_of.kind) == (original.capture_id, "near")


def test_another_years_report_of_the_same_organ_is_no_copy():
    stage = MarkCopy()
    stage.process_item(source(REPORT, "http://www.qinghe.gov.cn/a.html"))
    other = source(REPORT.replace("2013", "2014"), "http://www.trade-fair.example/x.html")
    assert stage.process_item(other).duplicate_of is None


def test_a_short_text_is_nobodys_copy():
    assert text_digest("政府信息公开年度报告") is None


def test_an_original_of_an_earlier_run_is_known(tmp_path):
    first, second = (MarkCopy(Originals(tmp_path / "originals.sqlite")) for _ in range(2))
    original = first.process_item(source(REPORT, "http://www.qinghe.gov.cn/a.html"))
    first.close_spider()
    copy = second.process_item(copied(REPORT))
    assert copy.duplicate_of.capture_id == original.capture_id


def test_the_earliest_original_counts_whatever_the_order(tmp_path):
    later = source(REPORT, "http://www.qinghe.gov.cn/b.html")
    earlier = source(REPORT, "http://www.qinghe.gov.cn/a.html")
    earlier.fetched_at = "2020-01-02T03:04:05Z"
    for order in ((later, earlier), (earlier, later), (later, earlier, later)):
        stage = MarkCopy()
        for report in order:
            stage.process_item(report)
        assert stage.process_item(copied(REPORT)).duplicate_of.capture_id == earlier.capture_id


KILLED = """
import os, signal, sys
from pathlib import Path
from crawler.copies import Originals
from tests.parsers.test_authenticity import REPORT, source
originals = Originals(Path(sys.argv[1]))
for number in range(3):
    originals.enter(b"%d" % number, source(REPORT, "http://www.qinghe.gov.cn/a.html"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_entered_outlives_a_kill_and_is_entered_once(tmp_path):
    path = tmp_path / "originals.sqlite"
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", KILLED, path], cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
    originals = Originals(path)
    assert [bool(originals.original(b"%d" % number)) for number in range(4)] == [True] * 3 + [False]
    (count,) = sqlite3.connect(path).execute("SELECT count(*) FROM originals").fetchone()
    assert count == 3


def test_a_damaged_file_costs_the_links_to_earlier_runs_and_nothing_else(tmp_path, caplog):
    path = tmp_path / "originals.sqlite"
    path.write_bytes(b"no database, but long enough" * 100)
    stage = MarkCopy(Originals(path))
    original = stage.process_item(source(REPORT, "http://www.qinghe.gov.cn/a.html"))
    copy = stage.process_item(copied(REPORT))
    assert copy.duplicate_of.capture_id == original.capture_id
    assert "scrapy reparse" in caplog.text
