"""Honest words that look like spam stay as they are: no cleaning step changes or quotes them."""

from __future__ import annotations

import pytest

from tests.parsers.pages import read

HONEST = (
    "新浪微博“安澜发布”、腾讯微信、今日头条APP、抖音等平台发布信息。",
    "登录 http://www.anlan.gov.cn/ 或 www.alxxgk.com，邮箱 alxxgk@qq.com、al_88@163.com。",
    "365便民服务中心、8890家庭服务热线、12345政务热线共接听3万次。",
    "安澜金沙体育用品有限公司、银河娱乐（安澜）文化传媒有限公司、皇冠体育用品厂补缴税款。",
    "永利电子科技有限公司、开云集团、万博科技公司、威尼斯人酒店项目环评批复公开。",
    "体育彩票公益金、福利彩票发行费、体育总局官网、安澜体育馆官网公布预算。",
    "欢乐谷官网、星空体育场、半岛体育公园、米兰国际家具城、天天娱乐节目。",
    "澳门特别行政区、葡京道路改造、金沙县对口帮扶、乐鱼路口、火狐浏览器、必威路小学。",
    "(PM10)、(SO2)、(GDP)、(APP)、(e)项、(a)款、(含)、(san)等。",
    "IE8、Office365、Windows10、iOS官网下载、安卓app下载入口、我的安澜app官网。",
    "单位 | 主动公开 | 依申请 | 办结 | 其他 | 总数 | 比例 | 排名 | 备注 | 日期",
    "国产精品牌、成人高考、成人教育、黄色预警信号、一区二区三区产业园、久久为功。",
    "怎么办？请拨打电话！是否公开？？",
    "安政办发〔2014〕12号、安委发[2014]3号、（2014）安行初字第15号、电话2014125、邮编201100",
    "www.88bet.com等赌博网站被依法关停。",
    "爱游戏的孩子、博鱼养殖、凯发新泉水务、尊龙轴承、申博人员（博士）、球盟会员、乐橙摄像头。",
    "CCTV5体育在线、NBA体育平台、hth公司官网、milan展览官网。",
)


@pytest.mark.parametrize("line", HONEST)
def test_honest_words_stay(line):
    report = read(f"2014年安澜县政府信息公开工作年度报告\n{line}\n主动公开政府信息100条。")
    assert line in report.text
    assert report.spam == []


def test_a_list_whose_links_were_lost_is_a_list():
    rows = "\n".join(
        f"安澜市{year}年政府信息公开工作年度报告 {year + 1}-03-01" for year in range(2010, 2018)
    )
    assert read(f"政府信息公开年报\n{rows}").kind == "list"


def test_parts_that_sum_to_the_whole_before_the_sentence_goes_on_pass():
    report = read(
        "2014年安澜县政府信息公开工作年度报告\n二、依申请公开\n"
        "收到政府信息公开申请46件，其中网络申请30件，信函申请16件，办结46件。"
    )
    assert [c.status for c in report.checks if c.rule == "prose.parts"] == ["pass"]


def test_one_honest_reading_aid_stays_on_a_simplified_page():
    report = read("2014年安澜县政府信息公开工作年度报告\n与亳(bó)州市、郫（pí）县结对交流。")
    assert "亳(bó)州市、郫（pí）县" in report.text
    assert (report.script, report.spam) == ("simplified", [])
