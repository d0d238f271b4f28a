"""What was learnt from h151 to h200, each beside what looks like it and is something else."""

from __future__ import annotations

import json

import pytest

from parsers.dates import english_date
from parsers.items import KnownOrgan
from parsers.report import read_page
from parsers.titles import organ_in
from tests.parsers.pages import page_of

TITLE = "云泽市财政局2014年政府信息公开工作年度报告"
BODY = """一、概述
2014年我局认真贯彻《条例》，按照要求做好各项公开工作。
二、主动公开情况
全年主动公开政府信息300条，其中网站公开200条。
三、依申请公开情况
未收到政府信息公开申请。
四、复议、诉讼情况
未发生行政复议、行政诉讼。
五、存在的问题
公开不够及时。"""


def drawn(*lines):
    return "".join(f"<p>{line}</p>" for text in lines for line in text.splitlines())


def item(html, head=""):
    return read_page(page_of(f"<meta charset=utf-8>{head}<body>{html}"), None)


def report(*below, under="", head="", title=TITLE):
    return item(f"<h1>{title}</h1>{under}{drawn(BODY)}{''.join(below)}", head)


def table(*rows):
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def values(found):
    return {fact.metric: fact.value for fact in found.facts if fact.scope == "organ"}


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Posted on March 5, 2015 by admin", "2015-03-05"),
        ("发布时间：Thu Mar 05 10:22:11 CST 2015", "2015-03-05"),
        ("Published: 2015-03-05", "2015-03-05"),
        ("云泽发布 2015-03-05 17:35 发表于四川", "2015-03-05"),
        ("Posted by admin, Mar 5 2015", None),
        ("Release 4.2, May 2015", None),
        ("Posted on June 31, 2015", None),
        ("Thu Mar 05 10:22:11 CST 2015", None),
        ("2015年3月5日市政府常务会议通过 来源：办公室", None),
        ("2014-01-01 00:00 至 2014-12-31 24:00", None),
        ("2015-03-05 09:30，我局公布本报告。", None),
        ("<a href=/1>关于召开会议的通知</a> 2015-09-09 08:00", None),
    ],
)
def test_a_line_under_the_title_dates_the_page_where_it_is_of_its_head(line, day):
    menu = "".join(f"<p>{name}</p>" for name in "一二三四五六七八九十子丑寅卯")
    assert item(f"{menu}<h1>{TITLE}</h1><p>{line}</p>{drawn(BODY)}").published_on == day


def test_an_english_date_is_whole_or_none():
    assert english_date("9 March 2018 in Beijing") == "2018-03-09"
    assert english_date("Mar 2018") is None
    assert english_date("Chapter 9, 2018") is None


def test_a_page_that_is_no_report_is_dated_under_what_it_calls_itself():
    rule = "云泽市林业局政府信息公开年度报告制度"
    for line, day in (("2020-04-13 11:02", "2020-04-13"), ("（2020年4月13日修订）", None)):
        found = item(f"<h2>{rule}</h2><p>{line}</p><p>一、局办公室负责编制。</p>")
        assert (found.kind, found.title, found.published_on) == ("other", rule, day)


@pytest.mark.parametrize(
    ("last", "day"),
    [
        ("<p>云泽市财政局</p><p>2015年2月3日</p>", "2015-02-03"),
        ("<p><a href=/>云泽市财政局</a> 2015年2月3日</p>", "2015-02-03"),
        ("<p><a href=/>2015年2月3日</a></p>", "2015-02-03"),
        ("<p><a href=/1>云泽市财政局2015年政府信息公开年报</a> 2016-02-03</p>", None),
    ],
)
def test_a_dated_link_signs_nothing(last, day):
    assert report(last).published_on == day


BOX = table(["索引号", "A-1/2015", "时效性", "现行有效"])
IN_FORCE = table(["信息内容", "现行有效"], ["规章", "0"], ["规范性文件", "3"])
HEADED = table(
    ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"],
    ["规范性文件", "1", "1", "9"],
)


@pytest.mark.parametrize(
    ("under", "template"),
    [
        (BOX, "narrative"),
        (IN_FORCE, "tables_2021"),
        (BOX + HEADED, "tables_2019"),
        (BOX.replace("现行有效", "现行有效件数"), "tables_2021"),
    ],
    ids=["box", "header cut short", "box and table", "header"],
)
def test_a_box_that_says_what_is_in_force_is_no_table_of_disclosure(under, template):
    assert report(under=under).template == template


HEAD = ("指标", "数值", "单位")
STATISTICS = table(
    HEAD,
    ("主动公开政府信息数", 300, "条"),
    ("主动公开规范性文件数", 3, "条"),
    ("制发规范性文件总数", 3, "件"),
    ("政府公报公开政府信息数", 0, "条"),
    ("政府网站公开政府信息数", 200, "条"),
    ("政务微博公开政府信息数", 0, "条"),
    ("政务微信公开政府信息数", 0, "条"),
    ("收到申请数", 4, "件"),
)


@pytest.mark.parametrize(
    ("part", "complaints"),
    [
        (table(HEAD, ("举报投诉数量", 2, "件")), 2),
        (table(("指标", "2012年", "2013年"), ("举报投诉数量", 2, 5)), None),
        (table(("举报投诉数量", 2, "件")), None),
    ],
    ids=["part", "other years", "no header"],
)
def test_a_part_of_the_statistics_table_is_headed_as_the_others_are(part, complaints):
    assert values(report(STATISTICS + part)).get("complaints.total") == complaints
    assert values(report(part)).get("complaints.total") is None


ENDS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
REVIEW, SUITS = ["1", "0", "0", "0", "1"], ["0", "2", "0", "0", "2", "0", "0", "3", "0", "3"]


def test_reviews_and_suits_may_have_tables_of_their_own():
    one = table(["行政复议"], ENDS, REVIEW)
    two = table(["行政诉讼"], ["未经复议直接起诉", "复议后起诉"], ENDS * 2, SUITS)
    found = values(report(one, two))
    assert found["remedies.review.total"] == 1
    assert found["remedies.litigation_direct.corrected"] == 2
    assert found["remedies.litigation_after_review.other"] == 3


@pytest.mark.parametrize(
    "rows",
    [
        [ENDS, REVIEW],
        [["行政复议", "行政诉讼"], ENDS * 2, SUITS],
        [["行政诉讼"], ENDS, REVIEW],
        [["行政复议", "复议后起诉"], ENDS, REVIEW],
    ],
    ids=["no remedy", "one of two", "suits of some kind", "two of one"],
)
def test_outcomes_without_their_remedy_are_nobodys(rows):
    assert not [name for name in values(report(table(*rows))) if name.startswith("remedies")]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["云泽市", "财政局"], "云泽市财政局"),
        (["四川省", "云泽市财政局"], "云泽市财政局"),
        (["云泽市", "首页", "财政局"], "财政局"),
        (["安澜县", "民政局", "财政局", "水务局"], ""),
    ],
)
def test_a_place_over_an_organ_over_the_title_is_its_part(lines, title):
    rest = "2014年政府信息公开工作年度报告"
    assert item(drawn(*lines, rest, BODY)).title == title + rest


ORGANS = ("财政局", "民政局", "水务局", "教育局", "司法局", "宝城镇")


def rows(names):
    return "".join(f"<li><a href=/{n}>{name}</a></li>" for n, name in enumerate(names))


@pytest.mark.parametrize(
    ("heading", "names", "kind"),
    [
        ("政府信息公开年报", ORGANS, "list"),
        ("政府信息公开年报", ORGANS[:4], "other"),
        ("政府信息公开年报", ("首页", "机构", "政策", "解读", "互动"), "other"),
        ("政府信息公开指南", ORGANS, "other"),
        ("云泽市2014年政府信息公开年报", ORGANS, "annual_report"),
    ],
)
def test_a_column_leads_to_organs_by_their_names(heading, names, kind):
    assert item(f"<h1>{heading}</h1>{rows(names)}<p>共46份</p>").kind == kind


def test_a_report_beside_a_list_of_organs_is_one():
    assert item(f"<h1>政府信息公开年报</h1>{rows(ORGANS)}{drawn(TITLE, BODY)}").kind != "list"


@pytest.mark.parametrize(
    ("links", "kind"),
    [
        ([f"{TITLE}.docx", f"{TITLE}.pdf"], "annual_report"),
        ([f"{TITLE}.docx", "上一篇：云泽市财政局2013年政府信息公开年报"], "annual_report"),
        (["云泽市财政局2013年政府信息公开年报", "云泽市财政局2012年政府信息公开年报"], "list"),
    ],
)
def test_files_of_one_report_and_ways_to_the_next_are_no_list(links, kind):
    linked = (f"<p><a href=/{n}.pdf>{words}</a></p>" for n, words in enumerate(links))
    assert item(f"<h1>{TITLE}</h1>{''.join(linked)}").kind == kind


def prose(sentence, heading):
    return values(item(drawn(TITLE, BODY.splitlines()[1], heading, sentence)))


@pytest.mark.parametrize(
    ("sentence", "total"),
    [
        ("截至2014年底，全县主动公开政府信息4127条。2014年当年主动公开政府信息2318条。", 2318),
        ("2013年当年主动公开政府信息2000条。2014年主动公开政府信息300条。", 300),
        ("主动公开政府信息300条，其中县卫生局当年公开信息20条。", 300),
        ("当年主动公开目录20条，主动公开政府信息300条。", 300),
    ],
)
def test_what_came_in_the_year_says_so(sentence, total):
    assert prose(sentence, "二、主动公开情况")["proactive.total"] == total


@pytest.mark.parametrize(
    ("sentence", "website"),
    [
        ("主动公开政府信息共386条，其中：学校网站271条，微信公众号83条。", 271),
        ("主动公开政府信息500条，其中县政府网站200条，学校网站150条。", None),
        ("主动公开政府信息386条，其中各学校网站271条。", None),
        ("全年发布招聘信息30条，其中学校网站20条。", None),
    ],
)
def test_a_schools_site_is_the_organs_where_it_is_the_only_one(sentence, website):
    assert prose(sentence, "二、主动公开情况").get("proactive.website") == website


@pytest.mark.parametrize(
    ("sentence", "complaints"),
    [
        ("没有行政复议、行政诉讼和举报发生。", 0),
        ("没有发生行政复议、行政诉讼和消费投诉。", None),
        ("没有发生行政复议、行政诉讼和信访投诉。", None),
        ("没有接到投诉。", None),
    ],
)
def test_complaints_beside_remedies_are_about_disclosure(sentence, complaints):
    found = prose(sentence, "四、复议、诉讼、举报情况")
    assert found.get("complaints.total") == complaints


@pytest.mark.parametrize(
    ("sentence", "metric"),
    [
        ("收到政府信息公开申请1件，已按期答复，属于已主动公开范围。", "already_public"),
        ("收到政府信息公开申请1件，信息不存在。", "not_exist"),
        ("收到政府信息公开申请1件，不属于本机关公开范围。", "not_this_agency"),
        ("收到政府信息公开申请1件，不属于主动公开范围。", None),
        ("收到政府信息公开申请1件，属于主动公开范围的，告知获取方式。", None),
        ("收到政府信息公开申请3件，其中1件，信息不存在。", None),
        ("收到政府信息公开申请2件，属于主动公开范围。", None),
        ("收到举报1件，信息不存在。", None),
    ],
)
def test_one_application_has_one_answer(sentence, metric):
    found = prose(sentence, "三、依申请公开情况")
    names = ("already_public", "not_exist", "not_this_agency")
    assert [n for n in names if found.get(f"requests.answered.{n}") == 1] == [metric] * bool(metric)


def test_a_body_that_reports_set_up_is_no_leading_group():
    heading = "五、机构和人员"
    for sentence, offices in (
        ("全市设立政府信息公开工作机构86个。", 86),
        ("成立政府信息公开工作领导机构1个。", None),
        ("设立信息公开机构查阅点3个。", None),
    ):
        assert prose(sentence, heading).get("institution.offices") == offices


@pytest.mark.parametrize(
    ("page_title", "name"),
    [
        ("延边朝鲜族自治州水利局", "延边朝鲜族自治州水利局"),
        ("延边朝鲜族自治州人民政府", "延边州水利局"),
        ("楚雄彝族自治州水利局", "延边州水利局"),
    ],
)
def test_an_autonomous_place_has_its_whole_name_where_the_page_says_it(page_title, name):
    found = report(
        head=f"<title>{page_title}</title>", title="延边州水利局2014年政府信息公开工作年度报告"
    )
    assert found.agency.name == name


def test_an_organ_of_the_registry_keeps_its_name():
    known = KnownOrgan(
        "yb", "延边州水利局", None, "222400", "吉林省延边州", "prefecture", "department"
    )
    head = "<meta charset=utf-8><title>延边朝鲜族自治州水利局</title>"
    text = f"<h1>延边州水利局2014年政府信息公开工作年度报告</h1>{drawn(BODY)}"
    agency = read_page(page_of(head + text), known).agency
    assert (agency.name, agency.evidence) == ("延边州水利局", "registry")


@pytest.mark.parametrize(
    ("above", "name"),
    [
        ("首页 &gt; 兰山区 &gt; 年报", "兰山区柳青街道办事处"),
        ("首页 &gt; 兰山区 &gt; 年报</p><p>临沂市兰山区人民政府", "临沂市兰山区柳青街道办事处"),
        ("首页 &gt; 兰山区 &gt; 年报</p><p>沂水县人民政府", "柳青街道办事处"),
    ],
)
def test_a_county_named_twice_is_one(above, name):
    found = item(f"<p>{above}</p><h1>柳青街道2014年政府信息公开年报</h1>{drawn(BODY)}")
    assert found.agency.name == name


def test_a_station_of_a_central_organ_bears_its_place_without_its_kind():
    text = BODY.replace("我局", "本站")
    footer = "<p>版权所有：鲅鱼圈出入境边防检查站</p>"
    found = item(f"<h1>2014年政府信息公开工作年度报告</h1>{drawn(text)}{footer}")
    assert found.agency.name == "鲅鱼圈出入境边防检查站"


def state(*articles, page_title="", name=""):
    told = json.dumps({"props": {"list": articles}}, ensure_ascii=False)
    told = told.replace("<", "\\u003c")
    script = f"<script>{name}{told}</script>"
    return item(f"<div id=__next></div>{script}", f"<title>{page_title}</title>")


ARTICLE = {"title": TITLE, "content": drawn(BODY), "publishTime": "2015-02-03 10:00"}
OTHER = {"title": "云泽市财政局2013年年报", "content": "<p>另一篇文章的正文。</p>"}


@pytest.mark.parametrize("name", ["", "window.__INITIAL_STATE__ = "])
def test_an_article_in_the_state_of_a_page_is_read(name):
    found = state(ARTICLE, name=name)
    assert (found.title, found.published_on) == (TITLE, "2015-02-03")
    assert values(found)["proactive.total"] == 300


def test_of_several_articles_in_a_state_the_page_is_titled_by_its_own():
    assert state(ARTICLE, OTHER, page_title=f"{TITLE}-云泽市").title == TITLE
    assert state(ARTICLE, OTHER, page_title="云泽市人民政府").facts == []


@pytest.mark.parametrize(
    "article",
    [{"content": drawn(BODY)}, {"title": TITLE, "content": "见附件"}, {"title": TITLE}],
    ids=["no title", "no markup", "no body"],
)
def test_a_state_without_an_article_tells_nothing(article):
    assert state(article).facts == []


@pytest.mark.parametrize(
    ("sentence", "website"),
    [
        ("主动公开政府信息1255条（2013年：1022条；增22%），其中网站公开906条。", 906),
        ("主动公开政府信息1255条（2013年1022条，其中网站公开906条）。", None),
        ("2013年主动公开政府信息1255条（2014年：1022条），其中网站公开906条。", None),
        ("主动公开政府信息1255条，2013年为1022条，其中网站公开906条。", None),
        ("2013年公开1022条，本年度（2014年）主动公开信息1255条，其中网站公开906条。", 906),
        ("去年（2013年）主动公开信息1255条，其中网站公开906条。", None),
    ],
)
def test_another_year_in_brackets_holds_within_them(sentence, website):
    found = prose(sentence, "二、主动公开情况")
    assert found.get("proactive.website") == website


@pytest.mark.parametrize(
    ("sentence", "received"),
    [
        ("2014年收到书面申请3件。", 3),
        ("2014年收到书面申请3件，网上申请5件。", None),
        ("2014年收到申请8件，其中书面申请3件。", 8),
        ("2014年收到低保书面申请3件。", None),
    ],
)
def test_a_written_application_is_all_where_no_other_way_is_told(sentence, received):
    assert prose(sentence, "三、依申请公开情况").get("requests.received") == received


@pytest.mark.parametrize(
    ("words", "count"), [("均为零。", 0), ("均为0件。", 0), ("均为零星案件。", None)]
)
def test_nothing_of_what_a_heading_names_is_zero(words, count):
    found = prose(words, "四、复议、诉讼、举报情况")
    names = ("review.total", "litigation.total", "complaints.total")
    assert [found.get(name) for name in names] == [count] * 3


ENTRY = """【政府信息公开】2014年，全县主动公开政府信息8214条，收到政府信息公开申请41件，
发布2013年度政府信息公开工作年度报告，未发生行政复议，未收取费用，存在的问题减少。"""


@pytest.mark.parametrize(
    ("head", "above", "kind"),
    [
        ("<title>政府信息公开_滨海年鉴2015</title>", "", "other"),
        ("", "滨海年鉴（2015） &gt; 政务", "other"),
        ("", "统计年鉴 &gt; 信息公开 &gt; 年报", "annual_report"),
        ("", "统计年鉴", "annual_report"),
    ],
)
def test_a_yearbooks_entry_is_no_report(head, above, kind):
    assert item(drawn(above, ENTRY.replace("\n", "")), head).kind == kind


ROW = {"title": TITLE, "pubDate": "2015-02-03", "urls": '{"pc":"/c/1.html"}'}


def listed(shown, *articles, name="articleList"):
    told = json.dumps(articles, ensure_ascii=False)
    return item(f"<div>政府信息公开年报</div>{shown}<script>var a={{{name}:{told}}};</script>")


def test_the_rows_that_a_script_alone_has_make_a_list():
    found = listed("", *({**ROW, "title": f"{year}年{TITLE}"} for year in range(2010, 2016)))
    assert (found.kind, len(found.text.splitlines())) == ("list", 7)


@pytest.mark.parametrize(
    ("shown", "articles", "name"),
    [
        ("<p>渠县水务局2013年年报 2014-01-02</p>", [ROW], "articleList"),
        ("<p>本栏目发布年报。</p>", [ROW], "articleList"),
        ("", [{"title": TITLE}, {"title": " ", "url": "/1"}, "年报", 3], "articleList"),
        ("", [{"title": TITLE, "urls": "{"}, {"title": TITLE, "urls": '{"pc":1}'}], "articleList"),
        ("", [ROW], "articles"),
    ],
    ids=["shows rows", "shows prose", "no addresses", "broken addresses", "other name"],
)
def test_rows_that_lead_nowhere_or_are_shown_are_not_read(shown, articles, name):
    assert TITLE not in listed(shown, *articles, name=name).text


PRINTED = """2014年，我局主动公开政府信息1872条，其中通过门
户网站公开1640条，通过政务微博公开151条，以及其
他方式公开81条，收到政府信息公开申请的数量为9件，
其中网上申请5件，现场申请4件，没有收取任何费用。"""


def test_lines_that_print_has_cut_are_one_sentence():
    found = values(item(drawn(TITLE, "二、主动公开情况", PRINTED)))
    assert (found["proactive.website"], found["requests.received"]) == (1640, 9)


def test_short_lines_are_not_put_together():
    lines = "二、主动公开情况\n主动公开政府信息1872条\n门户网\n站公开1640条"
    assert values(item(drawn(TITLE, lines))).get("proactive.website") is None


def columns(*names):
    """Return a statistics table with these columns of numbers: n, 2n, 3n and so on."""
    labels = ("主动公开政府信息数", "政府网站公开政府信息数", "收到申请数", "当面申请数")
    lines = ([label, *(100 * n + 100 for n, _ in enumerate(names))] for label in labels)
    return table(["统计指标", *names], *lines)


@pytest.mark.parametrize(
    ("names", "total"),
    [
        (["县本级", "乡镇", "合计"], 300),
        (["合计", "县本级", "乡镇"], 100),
        (["全县合计", "县直部门"], 100),
        (["县本级", "乡镇"], 100),
        (["数量"], 100),
        (["2013年合计", "合计"], 200),
        (["合计", "总计"], 100),
    ],
)
def test_a_column_of_sums_is_the_whole_beside_its_parts(names, total):
    assert values(report(columns(*names)))["proactive.total"] == total


@pytest.mark.parametrize(
    ("sentence", "metrics"),
    [
        (
            "收到政府信息公开申请1件（信函申请），已在法定期限内予以公开。",
            {"requests.received.letter", "requests.answered.granted"},
        ),
        ("收到政府信息公开申请4件（均为网络申请）。", {"requests.received.online"}),
        ("收到政府信息公开申请4件（信函申请）。", set()),
        ("收到政府信息公开申请1件（通过网络答复），在法定期限内办结。", set()),
        ("收到政府信息公开申请1件（网络平台转来的信访），未予以公开。", set()),
    ],
)
def test_brackets_behind_a_number_say_how_it_came(sentence, metrics):
    found = prose(sentence, "三、依申请公开情况")
    told = ("requests.received.", "requests.answered.granted")
    assert {name for name in found if name.startswith(told)} == metrics


@pytest.mark.parametrize(
    ("sentence", "upheld"),
    [
        ("行政复议1宗，市政府维持我局答复。", 1),
        ("行政复议1宗，市政府法制办办理，维持秩序。", None),
        ("行政复议2宗，市政府维持我局答复。", None),
    ],
)
def test_a_government_upholds_what_was_decided(sentence, upheld):
    assert prose(sentence, "四、复议、诉讼情况").get("review.upheld") == upheld


@pytest.mark.parametrize(
    ("head", "kind"),
    [("<title>搜索结果-渠县</title>", "list"), ("<title>渠县</title>", "annual_report")],
)
def test_what_a_search_found_is_a_list_though_it_is_told_in_excerpts(head, kind):
    excerpt = f"…{''.join(BODY.splitlines()[1::2])}…"
    hits = (f"<h3><a href=/{n}>云泽市{n}年政府信息公开年报</a></h3>" for n in range(2010, 2016))
    assert item("".join(f"{hit}<p>{excerpt}</p>" for hit in hits), head).kind == kind


def test_a_report_found_by_a_search_is_one():
    assert report(head="<title>搜索结果</title>").kind == "annual_report"


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("根据有关规定和要求，云泽市档案馆公布2014年度信息公开年报。", "云泽市档案馆"),
        ("云泽市档案馆现向社会公布2014年度政府信息公开工作年度报告。", "云泽市档案馆"),
        ("按照云泽市档案馆公布2014年度信息公开年报的做法，现公布本年报。", None),
        ("各部门公布2014年度信息公开年报，欢迎社会各界查阅并提出意见。", None),
        ("市档案馆公布2014年度信息公开年报，欢迎社会各界查阅并提出意见。", None),
        ("云泽市档案馆公布2014年馆藏档案目录，现公布2014年度信息公开年报。", None),
    ],
)
def test_who_hands_a_report_over_is_named_where_the_sentence_begins(sentence, name):
    text = drawn(sentence, BODY.replace("我局", ""))
    assert item(f"<h1>2014年度信息公开年报</h1>{text}").agency.name == name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("新疆生产建设兵团第二师二十九团2014年年报", "新疆生产建设兵团第二师二十九团"),
        ("新疆生产建设兵团第二师2014年年报", "新疆生产建设兵团第二师"),
        ("云泽市合唱团2014年年报", None),
        ("云泽市设计师2014年年报", None),
    ],
)
def test_a_division_or_regiment_of_the_corps_is_an_organ(title, name):
    assert organ_in(title.replace("年报", "政府信息公开年报")) == name


def viewed(*names):
    lines = ([n, name, "2014年度", f"2015-01-{n + 11}", "<a href=/>查看</a>"] for n, name in names)
    return item(f"<h1>政府信息公开年报</h1>{table(*lines)}<p>共46条</p>").kind


def test_a_table_of_organs_and_ways_to_their_reports_is_a_list():
    assert viewed(*enumerate(ORGANS)) == "list"
    assert viewed(*enumerate(["机构", "政策", "解读", "互动", "首页", "更多"])) == "other"


@pytest.mark.parametrize(
    ("sentence", "total"),
    [
        ("我局共主动公开信息五十六（56）条，其中其他12条。", 56),
        ("我局共主动公开信息一千二百零五（1205）条。", 1205),
        ("我局共主动公开信息五十六（65）条。", None),
        ("我局共主动公开信息（56）条。", None),
        ("按照《条例》第五十六（56）条，我局共主动公开信息12条。", 12),
    ],
)
def test_a_number_in_words_and_in_digits_is_one(sentence, total):
    found = item(drawn(TITLE, BODY.splitlines()[1], "二、主动公开情况", sentence))
    assert values(found).get("proactive.total") == total
    spans = [found.text[f.start : f.end] for f in found.facts if f.metric == "proactive.total"]
    assert all(str(total) in span for span in spans)
