"""Figures in sentences: phrasings of each headline metric, and what only looks like a figure."""

from __future__ import annotations

import random

import pytest

from tests.parsers import phrasings
from tests.parsers.prose import facts_of, paragraphs, said

SEED = 20140101
ORGANS = ("清河县人民政府", "柳塘市教育局", "东岭镇人民政府", "白沙区住房和城乡建设局")

PHRASED = {
    "proactive.total": ("(一)主动公开政府信息情况", phrasings.PROACTIVE),
    "requests.received": ("(二)依申请公开政府信息情况", phrasings.RECEIVED),
    "review.total": ("四、因政府信息公开申请行政复议、提起行政诉讼情况", phrasings.REVIEW),
    "litigation.total": ("四、因政府信息公开申请行政复议、提起行政诉讼情况", phrasings.LITIGATION),
    "fees.collected": ("五、政府信息公开收费及减免情况", phrasings.FEES),
    "proactive.website": ("(一)主动公开政府信息情况", phrasings.WEBSITE),
    "proactive.weibo": ("(一)主动公开政府信息情况", phrasings.WEIBO),
    "proactive.wechat": ("(一)主动公开政府信息情况", phrasings.WECHAT),
}
CASES = [(m, h, p) for m, (h, ps) in PHRASED.items() for p in ps]
NONE_CASES = [
    *(("五、政府信息公开收费及减免情况", p, ("fees.collected",)) for p in phrasings.FEES_NONE),
    *(("三、依申请公开政府信息情况", p, ("requests.received",)) for p in phrasings.NONE_RECEIVED),
    *(
        ("四、行政复议和行政诉讼情况", p, ("review.total", "litigation.total"))
        for p in phrasings.NONE_OF_BOTH
    ),
]


def _filled(phrase: str, number: int, others: tuple[int, int]) -> str:
    draw = random.Random(f"{SEED}{phrase}")
    organ = draw.choice(ORGANS)
    return phrase.format(o=organ, y=2014, n=number, m=others[0], k=others[1])


def _numbers(phrase: str) -> tuple[int, tuple[int, int]]:
    draw = random.Random(f"{SEED}{phrase}")
    number = draw.randint(40, 9000)
    return number, (number // 3, number - number // 3)


@pytest.mark.parametrize(("metric", "heading", "phrase"), CASES)
def test_a_phrasing_gives_its_figure(metric: str, heading: str, phrase: str) -> None:
    number, others = _numbers(phrase)
    sentence = _filled(phrase, number, others)
    wanted = number / 10000 if metric == "fees.collected" else number
    assert said(heading, sentence).get(metric) == wanted, f"seed {SEED}: {sentence}"


@pytest.mark.parametrize(("metric", "heading", "phrase"), CASES)
def test_a_figure_is_read_without_its_heading(metric: str, heading: str, phrase: str) -> None:
    del heading
    number, others = _numbers(phrase)
    sentence = _filled(phrase, number, others)
    wanted = number / 10000 if metric == "fees.collected" else number
    assert said(sentence).get(metric) in {None, wanted}, f"seed {SEED}: {sentence}"


@pytest.mark.parametrize(("heading", "phrase", "metrics"), NONE_CASES)
def test_a_negation_is_a_zero(heading: str, phrase: str, metrics: tuple[str, ...]) -> None:
    values = said(heading, _filled(phrase, 7, (2, 5)))
    assert {m: values.get(m) for m in metrics} == dict.fromkeys(metrics, 0.0)


@pytest.mark.parametrize(
    ("kind", "phrase"), [(k, p) for k, ps in phrasings.ANSWERS.items() for p in ps]
)
def test_an_answer_of_each_kind_is_read(kind: str, phrase: str) -> None:
    sentence = "2014年共收到政府信息公开申请97件,答复97件,其中" + phrase.format(n=61) + "。"
    values = said("(二)依申请公开情况", sentence)
    assert values == {
        "requests.received": 97,
        "requests.answered": 97,
        f"requests.answered.{kind}": 61,
    }


SAID = (
    (
        "截至2014年底,全市累计主动公开政府信息56.8万条,其中2014年新增主动公开政府信息12.3万条。",
        {"proactive.total": 123000},
    ),
    ("新增主动公开政府信息135条,累计主动公开政府信息2780条。", {"proactive.total": 135}),
    (
        "共受理政府信息公开申请125件,比2013年增加12%;其中,当面申请25件,占20%;网络申请80件。",
        {
            "requests.received": 125,
            "requests.received.in_person": 25,
            "requests.received.online": 80,
        },
    ),
    (
        "在125件政府信息公开申请中,“同意公开”答复60件,“不予公开”答复12件。",
        {"requests.answered.granted": 60, "requests.answered.refused": 12},
    ),
    (
        "办理依申请公开政府信息5件,其中主动公开2件,不予公开1件,部分公开2件。",
        {
            "requests.received": 5,
            "requests.answered.refused": 1,
            "requests.answered.partially_granted": 2,
        },
    ),
    (
        "全年主动公开信息3456条,其中通过政府网站公开3000条,通过政府公报公开12条,通过其他方式444条。",
        {
            "proactive.total": 3456,
            "proactive.website": 3000,
            "proactive.gazette": 12,
            "proactive.other_channels": 444,
        },
    ),
    (
        "2014年,我局 主动公开 政府信息 162 条,收到 政府信息公开 申请 3 件。",
        {"proactive.total": 162, "requests.received": 3},
    ),
    (
        "我局总共公开信息85条,没有公众申请我局未主动公开的政府信息。",
        {"proactive.total": 85, "requests.received": 0},
    ),
    ("政府信息公开行政复议、行政诉讼共1件。", {}),
    ("无行政复议被纠错或行政诉讼败诉情况。", {}),
    (
        "2014年公开政府信息2401条,其中本局网站1887条,省局网站专栏514条,2013年为1128条。",
        {"proactive.total": 2401},
    ),
    ("新浪微博发布信息1000条,腾讯微博发布信息800条。", {}),
    (
        "依申请公开0件,行政复议、行政诉讼、申诉均为0件,政府信息公开收费0元。",
        {"requests.received": 0, "review.total": 0, "litigation.total": 0, "fees.collected": 0},
    ),
    ("我镇共收到群众来信56次,未收到政府信息公开的书面申请。", {"requests.received": 0}),
    ("2.依申请公开:3件。3.行政复议:无。", {"requests.received": 3, "review.total": 0}),
    (
        "全年收到政府信息公开申请12件,无一例引起行政复议或行政诉讼。",
        {"requests.received": 12, "review.total": 0, "litigation.total": 0},
    ),
    ("接待现场咨询12人次,解答政府信息公开电话咨询34人次。", {}),
    (
        "在各级政务服务中心开设查阅点152个,接待查阅274人次;在各级档案馆开设查阅点9个,接待查阅24人次。",
        {},
    ),
)


@pytest.mark.parametrize(("sentence", "values"), SAID)
def test_a_sentence_of_many_figures_is_sorted_out(sentence: str, values: dict[str, float]) -> None:
    assert said(sentence) == values


TRAPS = (
    ("proactive.total", "2014年,我局门户网站点击量突破533万人次,日点击量5600余次。"),
    ("proactive.total", "《条例》施行以来,我市累计主动公开政府信息98765条。"),
    ("proactive.total", "2008年以来,全县共主动公开政府信息45678条。"),
    ("proactive.total", "2013年主动公开政府信息321条。"),
    ("proactive.total", "主动公开政府信息比去年增长16%。"),
    ("proactive.total", "主动公开率达到100%,公开目录共12大项。"),
    ("proactive.total", "下一步,力争主动公开政府信息500条。"),
    ("proactive.total", "市教育局公开政府信息29条,市考试院公开政府信息42条。"),
    ("proactive.total", "通过政务微博公开政府信息88条。"),
    ("requests.received", "受理县长信箱6件,受理行政许可申请1234件。"),
    ("requests.received", "2014年,共收到人大代表建议56件、政协委员提案78件。"),
    ("requests.received", "去年共收到政府信息公开申请33件。"),
    ("requests.received", "如需申请公开政府信息,请致电0818-7570191。"),
    ("requests.received", "收到行政复议申请16件。"),
    ("requests.received", "收到法律援助申请120件。"),
    ("requests.received", "公民申请政府信息公开的,应当在15个工作日内答复。"),
    ("review.total", "全年办理行政复议案件120件,其中涉及政府信息公开的行政复议16件。"),
    ("review.total", "行政复议和行政诉讼共3件。"),
    ("review.total", "无因政府信息公开行政复议被纠错的案件。"),
    ("review.total", "申请人对答复不服的,可以依法申请行政复议或者提起行政诉讼。"),
    ("review.total", "未经复议直接起诉的5件。"),
    ("litigation.total", "行政复议和行政诉讼共3件。"),
    ("litigation.total", "未发生行政诉讼败诉情况。"),
    ("fees.collected", "全年减免费用1200元。"),
    ("fees.collected", "未发生违规收费行为。"),
    ("fees.collected", "行政事业性收费30000元。"),
    ("complaints.total", "12345热线受理消费投诉2345件。"),
    ("proactive.weibo", "政务微博粉丝38105名。"),
    ("proactive.weibo", "开设政务微博139个。"),
    ("proactive.wechat", "微信公众号关注人数达2000人。"),
    ("proactive.wechat", "政务微博、微信发布信息600条。"),
    ("institution.staff_full_time", "抽调3名责任心强、业务精通的骨干。"),
    ("requests.answered", "答复人大代表建议12件。"),
)
_RIGHT = {"全年办理行政复议案件120件,其中涉及政府信息公开的行政复议16件。": 16}


@pytest.mark.parametrize(("metric", "sentence"), TRAPS)
def test_what_looks_like_a_figure_is_none(metric: str, sentence: str) -> None:
    assert said("一、概述", sentence).get(metric) == _RIGHT.get(sentence)


def test_plans_and_problems_state_no_figures() -> None:
    lines = ("六、存在问题和下一步打算", "主动公开政府信息300条,收到政府信息公开申请5件。")
    assert said(*lines) == {}


def test_a_menu_before_the_report_is_no_heading() -> None:
    assert said("规划计划", "2014年我局主动公开政府信息162条。") == {"proactive.total": 162}


def test_a_sentence_that_names_a_plan_is_no_plan() -> None:
    line = "(一)制定工作计划,全年主动公开政府信息162条。"
    assert said("一、概述", line) == {"proactive.total": 162}


def test_a_number_on_a_line_of_its_own_belongs_to_its_sentence() -> None:
    assert said("2014年共收到政府信息公开申请", "46", "件,均已办结。")["requests.received"] == 46


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.2万条", 12000),
        ("１２３条", 123),
        ("1 2 3条", 123),
        ("12,345条", 12345),
        ("二百一十条", 210),
        ("162,条", 162),
        ("162", 162),
    ],
)
def test_numbers_are_read_however_written(written: str, value: float) -> None:
    assert said(f"2014年我局主动公开政府信息{written}。") == {"proactive.total": value}


@pytest.mark.parametrize(
    ("written", "qualifier"),
    [
        ("770余条", "approximate"),
        ("约770条", "approximate"),
        ("超过770条", "at_least"),
        ("770条", "exact"),
    ],
)
def test_a_rounded_number_says_so(written: str, qualifier: str) -> None:
    (fact,) = facts_of(paragraphs(f"2014年我局主动公开政府信息{written}。"))
    assert (fact.value, fact.qualifier) == (770, qualifier)


def test_the_whole_is_the_organs_and_its_sub_units_are_parts() -> None:
    layout = paragraphs("全市共举办新闻发布会79场,其中市本级举办新闻发布会24场。")
    scopes = {(f.value, f.scope) for f in facts_of(layout)}
    assert scopes == {(79.0, "organ"), (24.0, "part")}


def test_figures_side_by_side_without_a_whole_are_parts() -> None:
    line = "市教育局收到政府信息公开申请5件,市公安局收到政府信息公开申请8件。"
    assert "requests.received" not in said(line)


def test_all_settled_means_as_many_as_were_received() -> None:
    values = said("2014年,全市共收到政府信息公开申请46件,在本年度内均已办结。")
    assert values == {"requests.received": 46, "requests.completed": 46}


def test_outcomes_belong_to_the_remedy_named_last() -> None:
    line = "因政府信息公开发生的行政复议8件,维持4件,责令履行4件;"
    line += "行政诉讼5件,3件驳回诉求,2件正在审理中。"
    assert said("(三)行政复议和行政诉讼情况", line) == {
        "review.total": 8,
        "review.upheld": 4,
        "review.corrected": 4,
        "litigation.total": 5,
        "litigation.upheld": 3,
        "litigation.pending": 2,
    }


def test_a_long_page_without_figures_states_nothing() -> None:
    # 40,000 characters in a third of a second; a pattern that doubles back would never end.
    line = "政府信息公开申请的" * 400 + "复议、诉讼、" * 400 + "未收到" * 300 + "1" * 500
    assert said(*[line] * 5) == {}


@pytest.mark.parametrize("words", ["1，", "12条，", "未收到", "一", "其中1件，", "同意公开，"])
def test_a_sentence_without_end_is_read_in_time(words: str) -> None:
    # 12,000 characters; whole, a sentence of so many figures took two seconds.
    assert said(words * (12_000 // len(words))).keys() <= {"requests.answered.granted"}


def test_every_fact_shows_its_number_in_a_short_span() -> None:
    layout = paragraphs("一、概述", "我局主动公开政府信息162条。", "未收到政府信息公开申请。")
    for fact in facts_of(layout):
        span = layout.text[fact.start : fact.end]
        assert len(span) <= 120
        assert f"{fact.value:.0f}" in span or "未" in span
