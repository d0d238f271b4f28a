"""Say how sentences of narrative reports put each figure into words.

Collected from the statutory wording and from real reports of 2008-2025 (metrics.toml, traps.md).
A wording stands directly before its number (主动公开政府信息162条), or around it (收到46件...申请).
`rank` grades how sure a wording is, 0 surest; the surest one in a report gives the headline figure.
Patterns hold no nested repetition: each runs over at most 60 characters before a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Between a label and its number: 总数为, 共计, a short note in brackets. No plain comma: in
#: 39件予以公开,6件部分公开 it would hand the six to the label of the thirty-nine.
FILLER = (
    r"(?:\([^()]{0,20}\))?[的数量件条总共计合一累为是有了约近达到超过逾至少将大已均都仅只: \"“”]{0,12}"
    r"(?:[,;](?:一?共|总|合|累)[的数量件条总共计合累为是有约近达到 ]{0,8})?"
)

_COUNTS = frozenset({"", "条", "件", "篇", "起", "次", "份", "个", "项", "宗", "例", "人次"})
_COUNTS |= {"件次", "条次", "批", "批次", "余件", "人", "名", "期", "场"}
_CASES = frozenset({"", "件", "起", "宗", "例", "次", "条", "个", "项", "份", "人次", "人", "件次"})
_PIECES = frozenset({"", "条", "件", "篇", "份", "次", "个", "项", "条次", "件次", "余件"})
_TIMES = frozenset({"", "次", "场", "期", "个", "场次"})
_PEOPLE = frozenset({"", "人", "名", "人次", "个", "位"})
_MONEY = frozenset({"元", "万元", "亿元"})


@dataclass(frozen=True, slots=True)
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
    units: frozenset[str] = _COUNTS
    topics: frozenset[str] = frozenset()
    context: re.Pattern[str] | None = None
    barred: re.Pattern[str] | None = None
    part: bool = False


_OPEN = r"(?:政府|政务)?信息公开|公开政府信息|依申请|政府信息|申请公开"
_MATTER = (
    r"(?:本级|本市|本县|本局|本单位|全市|各类|各项|各种|相关|有关|类|的){0,2}"
    r"(?:政府|政务|公共)?(?:公开)?信息(?:公开)?"
)
_CHANNEL = (
    r"网站?|微博|微信|公众号|公报|公告栏|公示栏|公开栏|电子屏|显示屏|触摸屏|报纸|报刊|日报|杂志|"
    r"电视|广播|电台|栏|查阅|短信|手机报|新媒体|客户端|APP|头条|论坛|专题|专区|村务|档案"
)
_ASKED = r"当面|现场|传真|网络|网上|在线|互联网|信函|邮寄|来信|电子邮件|邮件|书面|窗口|电话"
_OTHER_CASE = (
    r"复议|诉讼|许可|举报|投诉|信访|救助|补贴|立案|咨询|提案|建议|议案|审批|仲裁|执行|减免|低保|"
    r"赔偿|登记|信箱|热线|留言|求助|来电|代理|专利|商标|贷款|资助|奖"
)
_TAKE = r"(?:收到|受理|接到|接收|接受|收悉|收件|接件|受到|收受)"
_GIVE = r"(?:公开|发布|公布|发送|推送|上传|刊登|刊发|登载)"


def _wording(  # noqa: PLR0913 (one argument a field of the table below)
    metric: str,
    before: str,
    after: str | None = None,
    *,
    rank: int = 0,
    units: frozenset[str] = _COUNTS,
    topics: str = "",
    context: str | None = None,
    barred: str | None = None,
    part: bool = False,
) -> Wording:
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
    )


_PROACTIVE = (
    _wording(
        "proactive.total",
        rf"(?:主动|免费)(?:向社会|向公众|对外|全面)?(?:公开|公布|发布)(?:了)?(?:{_MATTER}|文件|内容)?",
        units=_PIECES,
        barred=_CHANNEL + r"|规范性|目录|重点领域|类信息",
    ),
    _wording(
        "proactive.total",
        rf"{_GIVE}(?:了)?各[类项种](?:政府|政务)?(?:公开)?信息",
        rank=1,
        units=_PIECES,
        barred=r"微博|微信|公众号|公报|栏|屏|报|电视|广播|短信|新媒体|客户端",
    ),
    _wording(
        "proactive.total",
        r"(?:信息公开|公开(?:政府|政务)信息)(?:总数|总量|总条数|数量)",
        rank=1,
        units=_PIECES,
        barred=_CHANNEL,
    ),
    _wording(
        "proactive.total",
        rf"{_GIVE}(?:了)?(?:政府|政务)(?:公开)?信息",
        rank=2,
        units=_PIECES,
        barred=_CHANNEL + r"|依申请|平台|其中",
    ),
    _wording(
        "proactive.total",
        rf"{_GIVE}(?:了)?(?:各类)?信息",
        rank=3,
        units=_PIECES,
        topics="proactive",
        barred=_CHANNEL + r"|依申请|平台|其中|类信息",
    ),
    # The portal as the only channel: the figure is the total where the report has no other.
    _wording(
        "proactive.total",
        rf"网(?:站|页)?[^,。;0-9]{{0,14}}主动公开(?:了)?{_MATTER}",
        rank=4,
        units=_PIECES,
        barred=r"微博|微信|公众号|公报|其中|规范性",
    ),
    _wording(
        "proactive.total",
        r"主动(?:向社会|对外)?(?:公开|公布|发布)(?:了)?",
        rf"(?:的)?{_MATTER}",
        units=_PIECES,
        barred=_CHANNEL,
    ),
    _wording(
        "proactive.total",
        rf"{_GIVE}(?:了)?",
        r"(?:的)?(?:各类)?(?:政府|政务)(?:公开)?信息",
        rank=2,
        units=_PIECES,
        barred=_CHANNEL + r"|依申请|其中",
    ),
    _wording(
        "proactive.normative_documents",
        rf"{_GIVE}(?:了)?(?:政府|行政|各类)?规范性(?:文件|政府信息)(?:信息)?",
        units=_PIECES,
    ),
    _wording(
        "proactive.normative_documents",
        rf"{_GIVE}(?:了)?",
        r"(?:政府|行政)?规范性(?:文件|政府信息)",
        rank=1,
        units=_PIECES,
    ),
    _wording("proactive.gazette", rf"公报》?(?:主动)?{_GIVE}(?:了)?{_MATTER}", units=_PIECES),
    _wording(
        "proactive.website",
        rf"(?:政府|政务|门户|官方)(?:门户|信息|公众)?网(?:站|页)?(?:上|群)?(?:共|累计|主动|平台){{0,3}}{_GIVE}(?:了)?"
        rf"(?:{_MATTER})?",
        units=_PIECES,
        barred=r"微博|微信",
    ),
    _wording(
        "proactive.website",
        rf"网站?(?:上|平台|专栏|栏目|渠道|方式|形式)?(?:共|累计|主动|平台){{0,3}}{_GIVE}(?:了)?{_MATTER}",
        rank=1,
        units=_PIECES,
        barred=r"微博|微信|部门网|中国|子网|教育|信息网",
    ),
    _wording(
        "proactive.website",
        r"(?:政府|门户)(?:门户)?网站?",
        rank=3,
        units=_PIECES,
        topics="proactive",
        context=r"其中",
        barred=r"市(?:政府|级)|县|区|部门|本级|建",
    ),
    _wording(
        "proactive.weibo",
        rf"(?<!微信)(?<!微信[、和及与])微博(?:平台|账号)?(?:[\"“”《][^\"“”《》]{{1,14}}[\"“”》])?(?:上)?(?:共|累计|主动){{0,2}}{_GIVE}(?:了)?"
        rf"(?:{_MATTER}|微博)?",
        units=_PIECES,
        barred=r"微信",
    ),
    _wording(
        "proactive.weibo",
        rf"微博(?:平台|账号)?(?:[\"“”《][^\"“”《》]{{1,14}}[\"“”》])?(?:上)?{_GIVE}(?:了)?",
        rf"{_MATTER}",
        rank=1,
        units=_PIECES,
        barred=r"微信",
    ),
    _wording(
        "proactive.weibo",
        r"政务微博(?:账号)?",
        rank=3,
        units=_PIECES - {"个", "次"},
        topics="proactive",
        barred=r"微信",
    ),
    _wording(
        "proactive.wechat",
        rf"微信(?:公众)?(?:号|平台|账号)?(?:平台|账号)?(?:[\"“”《][^\"“”《》]{{1,14}}[\"“”》])?(?:上)?(?:共|累计|主动){{0,2}}{_GIVE}(?:了)?"
        rf"(?:{_MATTER})?",
        units=_PIECES,
        barred=r"微博",
    ),
    _wording(
        "proactive.wechat",
        rf"微信(?:公众)?(?:号|平台)?(?:[\"“”《][^\"“”《》]{{1,14}}[\"“”》])?(?:上)?{_GIVE}(?:了)?",
        rf"{_MATTER}",
        rank=1,
        units=_PIECES,
        barred=r"微博",
    ),
    _wording(
        "proactive.wechat",
        r"政务微信(?:公众号)?",
        rank=3,
        units=_PIECES - {"个", "次"},
        topics="proactive",
        barred=r"微博",
    ),
    _wording(
        "proactive.other_channels",
        rf"其[他它](?:方式|渠道|形式|途径)(?:主动)?{_GIVE}(?:了)?(?:{_MATTER})?",
        units=_PIECES,
    ),
)

_RESPONSE = (
    _wording(
        "response.press_conferences",
        r"(?:举办|召开|举行|组织|参加)(?:了|或举办|或召开|各类|各种|市政府|政府|的){0,2}新闻发布会(?:活动)?(?:总?[次场]数)?",
        units=_TIMES,
    ),
    _wording(
        "response.press_conferences",
        r"(?:举办|召开|举行|组织)(?:了)?",
        r"(?:次|场)?(?:政府)?新闻发布会",
        rank=1,
        units=_TIMES,
    ),
    _wording(
        "response.press_conferences",
        r"(?:举办|召开|举行|组织|专题)[^,。;0-9]{0,14}新闻发布会",
        rank=2,
        units=_TIMES,
        part=True,
    ),
    _wording(
        "response.interviews",
        r"(?:政府网站|开展|举办|组织|举行|制作|进行)(?:了)?(?:政府网站)?(?:在线|网上|网络)访谈(?:节目|活动)?(?:次数)?",
        units=_TIMES,
    ),
    _wording(
        "response.interviews",
        r"(?:开展|举办|组织|举行|制作)(?:了)?",
        r"(?:次|期)?(?:在线|网上|网络)访谈",
        rank=1,
        units=_TIMES,
    ),
)

_RESPONSE += (
    _wording(
        "response.interviews",
        r"(?:^|[,;:、])(?:在线|网上|网络)访谈(?:节目|活动)?",
        rank=1,
        units=_TIMES,
        topics="proactive",
    ),
)

_REQUESTS = (
    _wording(
        "requests.received",
        rf"{_TAKE}(?:并[受办]理|并接受|和受理|到)?(?:了)?[^,。;:0-9]{{0,30}}"
        r"(?:信息公开申请|依申请公开|申请公开|申请(?:政府)?信息公开)(?:的)?(?:政府信息|信息|申请|事项|案件|件|表|书)?",
        units=_CASES,
        barred=_OTHER_CASE + rf"|{_ASKED}|涉及|关于|要求",
    ),
    _wording(
        "requests.received",
        rf"{_TAKE}(?:并[受办]理|并接受)?(?:了)?[^,。;:0-9]{{0,30}}申请(?:事项|案件|件|表|书)?",
        rank=1,
        units=_CASES,
        topics="requests",
        context=_OPEN,
        barred=_OTHER_CASE + rf"|{_ASKED}|涉及|关于|要求",
    ),
    _wording(
        "requests.received",
        r"(?:政府)?信息公开申请(?:表|件|事项|案件)?|收到申请数",
        rank=1,
        units=_CASES,
        barred=_OTHER_CASE + rf"|{_ASKED}|涉及|关于|办结|答复|结转|回复|其中|属于|撤回|通过",
    ),
    _wording(
        "requests.received",
        r"依申请公开(?:政府信息|信息)?(?:申请)?(?:事项)?|申请公开(?:政府)?信息",
        rank=2,
        units=_CASES,
        topics="requests",
        barred=_OTHER_CASE + rf"|{_ASKED}|涉及|办结|答复|结转|回复|其中|属于",
    ),
    _wording(
        "requests.received",
        r"(?:^|[,;:、。 ]|共|年|提出|提交)(?:公开)?申请(?:总)?",
        rank=3,
        units=_CASES,
        topics="requests",
        barred=_OTHER_CASE + rf"|{_ASKED}|涉及|办结|答复|结转|回复|其中|属于",
    ),
    _wording(
        "requests.received",
        rf"{_TAKE}(?:并[受办]理)?(?:了)?[^,。;:0-9]{{0,20}}",
        r"(?:的)?[^,。;:0-9]{0,20}(?:信息公开|依申请公开|公开政府信息|公开信息)(?:的)?(?:信息|政府信息)?(?:的)?(?:申请)?",
        units=_CASES,
        barred=_OTHER_CASE + rf"|{_ASKED}|涉及|关于",
    ),
    _wording(
        "requests.received",
        rf"{_TAKE}(?:并[受办]理)?(?:了)?[^,。;:0-9]{{0,20}}",
        r"(?:的)?(?:公开)?申请",
        rank=1,
        units=_CASES,
        topics="requests",
        context=_OPEN,
        barred=_OTHER_CASE + rf"|{_ASKED}|涉及|关于",
    ),
    _wording(
        "requests.received.in_person",
        r"(?:当面|现场|窗口)(?:提交|提出|递交|受理|收到)?(?:的)?(?:申请)?",
        rank=1,
        units=_CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开",
        barred=_OTHER_CASE,
    ),
    _wording(
        "requests.received.fax",
        r"传真(?:方式|形式)?(?:提交|提出|发送)?(?:的)?(?:申请)?",
        rank=1,
        units=_CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开",
        barred=_OTHER_CASE,
    ),
    _wording(
        "requests.received.online",
        r"(?:网络|网上|在线|互联网|网站)(?:平台|系统|方式|渠道|形式|途径)?(?:提交|提出|收到|受理)?(?:的)?(?:申请)?",
        rank=1,
        units=_CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开",
        barred=_OTHER_CASE + r"|公开信息",
    ),
    _wording(
        "requests.received.letter",
        r"(?:信函|邮寄|来信|信件)(?:方式|形式|渠道|途径)?(?:提交|提出|寄送|收到)?(?:的)?(?:申请)?",
        rank=1,
        units=_CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开",
        barred=_OTHER_CASE + r"|公开信息",
    ),
    _wording(
        "requests.completed",
        r"办结(?:了)?(?:政府信息公开|依申请公开)?(?:的)?(?:申请)?",
        units=_CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=r"复议|诉讼|许可|举报|投诉|信访|提案|建议|审批|信箱|热线|未办结|延期|按时|按期|未",
    ),
    _wording(
        "requests.completed",
        r"",
        r"(?:均)?(?:已)?(?:按期|按时|全部)?办结",
        rank=1,
        units=_CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开",
        barred=r"复议|诉讼|许可|举报|投诉|信访|提案|建议|审批|信箱|热线",
    ),
    _wording(
        "requests.answered",
        r"(?<!同意公开)(?:答复|回复)(?:了)?(?:政府信息公开|依申请公开)?(?:的)?(?:申请)?",
        units=_CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=r"复议|诉讼|举报|投诉|信访|提案|建议|信箱|热线|公开的?答复|不同意|咨询|未答复|留言|网|逾期|延期",
    ),
)

_NOT_DOCUMENTS = r"主动公开|公文|目录|制作|生成|产生"
_ANSWERS = (
    (
        "granted",
        r"(?<![不部分])(?<!不予)(?<!不同意)(?<!部分予以)(?:同意|予以|准予|给予|依法|全部|可以)公开(?:的)?(?:答复)?",
        0,
    ),
    ("granted", r"(?:^|[,:;、])(?:其中)?公开(?:答复)?", 2),
    ("partially_granted", r"部分(?:予以)?公开(?:的)?(?:答复)?", 0),
    ("refused", r"(?:不予公开|不同意公开|不公开|不予以公开)(?:的)?(?:答复)?", 0),
    ("already_public", r"(?:属于?)?(?:已经?)主动公开(?:范围)?(?:的)?|主动公开范围(?:的)?", 0),
    (
        "not_this_agency",
        r"(?:不属于?|非)(?:本(?:行政)?机关|本单位|我[局委办市县镇区]|本[局委办])(?:[^,。;0-9]{0,10})",
        0,
    ),
    ("not_exist", r"(?:申请)?(?:政府)?信息不存在(?:的)?", 0),
    ("amend", r"(?:(?:申请)?内容不明确|更改[、,]?补充|补正|补充更正|不明确)(?:的)?(?:申请)?", 0),
    ("other_channel", r"其[他它]途径(?:办理|解决|获取)?(?:的)?", 0),
)
_REQUEST_CONTEXT = r"信息公开申请|依申请公开|申请公开"
_ANSWERED = tuple(
    wording
    for name, label, rank in _ANSWERS
    for barred in [
        _NOT_DOCUMENTS.replace("主动公开|", "") if name == "already_public" else _NOT_DOCUMENTS
    ]
    for wording in (
        _wording(
            f"requests.answered.{name}",
            label,
            rank=rank,
            units=_CASES,
            topics="requests",
            context=_REQUEST_CONTEXT,
            barred=barred,
        ),
        _wording(
            f"requests.answered.{name}",
            r"^|[^0-9]",
            rf"(?:为|是|属于|属|的|作|按|已|均|作出|告知){{0,2}}(?:{label.replace('(?:^|[,:;、])(?:其中)?公开(?:答复)?', 'XX')})",
            rank=rank + 1,
            units=_CASES,
            topics="requests",
            context=_REQUEST_CONTEXT,
            barred=barred,
        ),
    )
)

_ABOUT_OPEN = r"信息公开|政务公开|公开"
_REVIEW = r"(?:被?(?:申请|提起|提请|提出))?(?:的)?行政复议(?:的)?(?:申请|案件?|事项)?|(?:[,;、]|涉及|引发|引起|发生|申请)复议(?:申请|案件)?"
_SUIT = r"(?:被?(?:提起|提出|引发))?(?:的)?行政(?:诉讼|诉状|应诉)(?:的)?(?:案件?|事项)?|(?:[,;]|引发|引起|提起|发生)诉讼(?:案件)?"
_ARISE = r"(?:共|年|收到|受理|发生|办理|接到|引发|被|提起|有|了){0,4}"
_REMEDIES = (
    _wording(
        "review.total",
        rf"(?:{_REVIEW}){_ARISE}",
        units=_CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
        barred=r"未经|经复议|诉讼",
    ),
    _wording(
        "review.total",
        r"(?:收到|受理|接到|发生|办理|引发|有|被提起|被申请|申请|产生)(?:了)?[^,。;0-9]{0,20}",
        r"(?:关于|因|涉及)?(?:政府信息公开)?(?:的)?行政复议",
        rank=1,
        units=_CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
        barred=r"诉讼",
    ),
    _wording(
        "litigation.total",
        rf"(?:{_SUIT}){_ARISE}",
        units=_CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
    ),
    _wording(
        "litigation.total",
        r"(?:收到|受理|接到|发生|办理|引发|有|被提起|提起|应诉|产生)(?:了)?[^,。;0-9]{0,20}",
        r"(?:关于|因|涉及)?(?:政府信息公开)?(?:的)?(?:行政诉讼|行政应诉|诉讼案)",
        rank=1,
        units=_CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
    ),
    _wording(
        "complaints.total",
        r"(?:举报投诉|投诉举报|举报[、和及]投诉|投诉[、和及]举报|举报|投诉)(?:案件|申请|事项)?",
        rank=1,
        units=_CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
        barred=r"消费|环保|环境|12345|热线|食品|药品|案件线索|电话",
    ),
)

#: Outcomes bear the same words for review and litigation: the remedy named last decides.
OUTCOMES = tuple(
    (
        name,
        re.compile(f"(?:{label}){FILLER}$"),
        re.compile(f"(?:为|被|已|经|作出|予以|依法){{0,2}}(?:{label})"),
    )
    for name, label in (
        (
            "upheld",
            r"维持(?:的)?(?:原)?(?:具体)?(?:行政行为|决定|答复)?|驳回(?:原告)?(?:诉讼请求|诉求|起诉|诉讼)",
        ),
        (
            "corrected",
            r"(?:被)?(?:依法)?纠[错正]|责令(?:限期)?(?:履行|重新答复)|确认违法|被?撤销|变更",
        ),
        ("other", r"其[他它](?:情形|结果|情况)"),
        (
            "pending",
            r"(?:正在|尚在)(?:审理|办理)(?:中|之中)?|(?:尚)?未(?:审结|结案|判决)|审理中|待审",
        ),
    )
)

_MISC = (
    _wording(
        "fees.collected",
        r"(?:收取|收缴|收费|费用)[^,。;0-9]{0,16}",
        units=_MONEY,
        topics="fees",
        context=r"信息公开|依申请|检索|复制",
        barred=r"减免|免除|免收|行政事业性|经费|投入|支出",
    ),
    _wording(
        "requests.consultations",
        r"(?:接受|受理|接待|解答|处理|提供|回复|答复|接听)[^,。;0-9]{0,16}咨询(?:服务|电话|人数)?",
        units=_CASES | _PEOPLE,
        topics="consult requests",
        context=r"信息公开|社会公众",
        barred=r"法律|税|政策咨询|热线|12345|业务",
    ),
    _wording(
        "requests.consultations",
        r"(?:^|[,;:、共])(?:公众|群众|社会|现场|电话|网上|当面)?咨询(?:总)?(?:人)?",
        rank=1,
        units=_CASES | _PEOPLE,
        topics="consult",
        barred=r"法律|税|业务|窗口",
    ),
    _wording(
        "institution.offices",
        r"信息公开(?:工作)?专门(?:工作)?机构",
        units=frozenset({"", "个", "家"}),
    ),
    _wording(
        "institution.reading_points",
        r"(?:设立|设置|建立|开设|建成|设)(?:了)?(?:的)?(?:政府信息公开|信息公开|政府信息|政务公开)?(?:公共)?(?:信息)?(?:查阅|查询)(?:点|场所|室|中心)",
        units=frozenset({"", "个", "处"}),
    ),
    _wording(
        "institution.reading_points",
        r"(?:设立|设置|建立|开设|建成|设)(?:了)?",
        r"(?:政府信息公开|信息公开|政府信息)(?:公共)?(?:信息)?(?:查阅|查询)(?:点|场所|室|中心)",
        units=frozenset({"", "个", "处"}),
        rank=1,
    ),
    _wording(
        "institution.reading_visits",
        r"接待(?:查阅|查询|群众|来访)?(?:群众|公众|人员)?(?:查阅|查询)?(?:人数)?",
        rank=1,
        units=frozenset({"人次", "人", "次"}),
        context=r"查阅|查询点",
        barred=r"信访|咨询|访客",
    ),
    _wording(
        "institution.staff",
        r"从事(?:政府)?信息公开(?:工作)?(?:的)?(?:工作)?人员(?:数)?",
        units=_PEOPLE,
    ),
    _wording(
        "institution.staff",
        r"信息公开(?:的)?(?:工作|专门)?人员",
        rank=1,
        units=_PEOPLE,
        topics="staff",
        context=r"信息公开",
        barred=r"专职|兼职|培训|参加|公报|网站",
    ),
    _wording(
        "institution.staff_full_time",
        r"专职(?:工作)?人员(?:数)?",
        rank=1,
        units=_PEOPLE,
        topics="staff",
        context=r"信息公开",
        barred=r"兼职",
    ),
    _wording(
        "institution.staff_full_time",
        r"(?:配备|落实|设|有|配置|安排|明确|确定)(?:了)?",
        r"专职(?:工作)?人员",
        rank=1,
        units=_PEOPLE,
        context=r"信息公开",
    ),
    _wording(
        "institution.staff_part_time",
        r"兼职(?:工作)?人员(?:数)?",
        rank=1,
        units=_PEOPLE,
        topics="staff",
        context=r"信息公开",
        barred=r"专职或|专兼职",
    ),
    _wording(
        "institution.staff_part_time",
        r"(?:配备|落实|设|有|[,、]|配置|安排|明确|确定)(?:了)?",
        r"兼职(?:工作)?人员",
        rank=1,
        units=_PEOPLE,
        context=r"信息公开",
    ),
    _wording(
        "institution.budget",
        r"信息公开(?:工作)?(?:专项|工作)?(?:工作)?经费(?:投入|支出|预算)?(?:人民币)?",
        units=_MONEY,
    ),
    _wording(
        "training.meetings",
        r"召开(?:了)?(?:全市|全县|全区|全局|政府|政务|的)*(?:信息公开|政务公开)[^,。;0-9]{0,14}会议?",
        units=_TIMES,
    ),
    _wording(
        "training.sessions",
        r"(?:举办|开展|组织|举行)(?:了)?[^,。;0-9]{0,16}培训(?:班|会|活动|讲座)?",
        units=_TIMES,
        topics="training",
        context=r"信息公开|政务公开",
        barred=r"参加",
    ),
    _wording(
        "training.sessions",
        r"(?:举办|开展|组织|举行)(?:了)?",
        r"(?:专场|专题|业务|政府信息公开|信息公开|政务公开|各类){0,2}培训",
        rank=1,
        units=_TIMES,
        topics="training",
        context=r"信息公开|政务公开",
    ),
    _wording(
        "training.participants",
        r"(?:培训|接受培训|参训)(?:各类|工作|有关|相关)?(?:人员|人数|学员|干部)?",
        rank=1,
        units=frozenset({"人", "人次", "名"}),
        topics="training",
        context=r"信息公开|政务公开",
    ),
)

#: All wordings, in order of trial; of those that fit one number the surest counts.
WORDINGS: tuple[Wording, ...] = (
    *_PROACTIVE,
    *_RESPONSE,
    *_REQUESTS,
    *_ANSWERED,
    *_REMEDIES,
    *_MISC,
)
