"""What a wording of a figure is, and the word lists that wordings are made of.

A wording stands directly before its number (主动公开政府信息162条), or around it (收到46件...申请).
`rank` grades how sure a wording is, 0 surest; the surest one in a report gives the headline figure.
Patterns hold no nested repetition: each runs over at most 60 characters before a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.formats.needles import Needles, needles_of

#: Between a label and its number: 总数为, 共计, a short note in brackets. No plain comma: in
#: 39件予以公开,6件部分公开 it would hand the six to the label of the thirty-nine.
FILLER = (
    r"(?:\([^()]{0,20}\))?"
    r"[的数量件条总共计合一累为是有了约近达到超过逾至少将大已均都仅只: \"“”]{0,12}"
    r"(?:[,;](?:一?共|总|合|累)[的数量件条总共计合累为是有约近达到 ]{0,8})?"
)

COUNTS = frozenset({"", "条", "件", "篇", "起", "次", "份", "个", "项", "宗", "例", "人次"})
COUNTS |= {"件次", "条次", "批", "批次", "余件", "人", "名", "期", "场"}
CASES = frozenset({"", "件", "起", "宗", "例", "次", "条", "个", "项", "份", "人次", "人", "件次"})
PIECES = frozenset({"", "条", "件", "篇", "份", "次", "个", "项", "条次", "件次", "余件"})
TIMES = frozenset({"", "次", "场", "期", "个", "场次"})
PEOPLE = frozenset({"", "人", "名", "人次", "个", "位"})
MONEY = frozenset({"元", "万元", "亿元"})


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """One way to word a metric's figure.

    `before` must end where the number begins; `after`, where given, must begin where the number
    ends. `context` must occur in the statement or its headings, or one of `topics` be theirs.
    `barred` must not occur in the clause from its beginning to the number.
    """

    metric: str
    before: re.Pattern[str]
    after: re.Pattern[str] | None = None
    rank: int = 0
    units: frozenset[str] = COUNTS
    topics: frozenset[str] = frozenset()
    context: re.Pattern[str] | None = None
    barred: re.Pattern[str] | None = None
    part: bool = False
    needles: Needles = frozenset()
    needles_after: Needles = frozenset()


#: Words that say that a sentence is about disclosure.
OPEN = r"(?:政府|政务)?信息公开|公开政府信息|依申请|政府信息|申请公开"
#: The field of an office, as it names its own information.
FIELD = (
    r"警务|税务|海关|气象|工商|(?:生态)?环境|环保|统计|教育|审计|民政|财政|司法|交通|农业|林业|水利|水务|"
    r"国土|住建|规划|卫生|人社|文化|旅游|质监|安监|商务|科技|体育|档案|物价|城管|医保|市场监管"
)
#: What is disclosed.
MATTER = (
    r"(?:本级|本市|本县|本局|本单位|全市|各类|各项|各种|相关|有关|类|的){0,2}"
    r"(?:政府|政务|公共)?(?:公开)?信息(?:公开)?"
)
#: A single channel; its figure is not the total.
CHANNEL = (
    r"网站?|微博|微信|公众号|公报|公告栏|公示栏|公开栏|电子屏|显示屏|触摸屏|报纸|报刊|日报|杂志|"
    r"电视|广播|电台|栏|查阅|短信|手机报|新媒体|客户端|APP|头条|论坛|专题|专区|村务|档案"
)
#: A way of applying; its figure is not all that was received.
ASKED = r"当面|现场|传真|网络|网上|在线|互联网|信函|邮寄|来信|电子邮件|邮件|书面|窗口|电话"
#: Cases of other kinds than applications for information.
OTHER_CASE = (
    r"复议|诉讼|许可|举报|投诉|信访|救助|补贴|立案|咨询|提案|建议|议案|审批|仲裁|执行|减免|低保|"
    r"赔偿|登记|信箱|热线|留言|求助|来电|代理|专利|商标|贷款|资助|奖"
)
#: To receive, and to publish.
TAKE = r"(?:收到|受理|接到|接收|接受|收悉|收件|接件|受到|收受)"
GIVE = r"(?:公开|发布|公布|发送|推送|上传|刊登|刊发|登载)"


def wording(  # noqa: PLR0913 (one argument a field of the table below)
    metric: str,
    before: str,
    after: str | None = None,
    *,
    rank: int = 0,
    units: frozenset[str] = COUNTS,
    topics: str = "",
    context: str | None = None,
    barred: str | None = None,
    part: bool = False,
) -> Wording:
    """Return a `Wording` from its patterns as text; `topics` are parted by spaces."""
    return Wording(
        metric,
        re.compile(f"(?:{before}){FILLER}$"),
        re.compile(after) if after else None,
        rank,
        units,
        frozenset(topics.split()),
        re.compile(context) if context else None,
        re.compile(barred) if barred else None,
        part,
        needles_of(f"(?:{before})"),
        needles_of(f"(?:{after})") if after else frozenset(),
    )
