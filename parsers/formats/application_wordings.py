"""How reports word applications received and answered, their reviews and suits, and their fees.

Collected from the statutory wording and from real reports of 2008-2025 (metrics.toml, traps.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.formats.wording import (
    ASKED,
    CASES,
    FILLER,
    MONEY,
    OPEN,
    OTHER_CASE,
    PEOPLE,
    TAKE,
    wording,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.formats.wording import Wording

_WAYS = (
    ("online", r"(?:互联网|网络|网上|在线|网站)"),
    ("in_person", r"(?:当面|现场|窗口)"),
    ("letter", r"(?:信函|邮寄)"),
)


def _channels_behind() -> Iterator[Wording]:
    """Yield the channels named behind their number: 其中1件为互联网申请."""
    for name, way in _WAYS:
        yield wording(
            f"requests.received.{name}",
            r"(?:^|[,;:、(]|其中)",
            rf"(?:是|为|通过|以|系|属于?){way}(?:平台|方式|形式|渠道)?(?:提出|提交|递交)?(?:的)?(?:申请|$|[,;。、)])",
            rank=2,
            units=CASES,
            topics="requests",
            context=r"信息公开申请|依申请公开|收到申请",
            barred=OTHER_CASE,
        )


_REQUESTS = (
    wording(
        "requests.received",
        r"^[()一二三四五六七八九十.、 ]{0,6}依申请公开(?:政府信息|信息)?(?:申请)?(?:数量?|情况)?:",
        rank=2,
        units=CASES,
    ),
    wording(
        "requests.received",
        r"(?:办理|处理)(?:了)?[^,。;:0-9]{0,12}(?:信息公开申请|依申请公开)"
        r"(?:政府信息|信息|申请|事项)?",
        r"(?!\((?:含|其中|包括))",
        rank=2,
        units=CASES,
        barred=OTHER_CASE + rf"|{ASKED}|涉及|关于|办结|其中",
    ),
    # 依申请公开 alone may also count documents; that they were settled says what it counts.
    wording(
        "requests.received",
        r"依申请公开(?:政府信息|信息)?(?:申请)?(?:事项)?",
        r",?(?:均|全部|都)?已?(?:按时|按期|全部)?(?:办结|答复|回复)",
        rank=2,
        units=CASES,
        barred=OTHER_CASE + rf"|{ASKED}|涉及|其中",
    ),
    wording(
        "requests.received",
        rf"{TAKE}(?:并[受办]理|并接受|和受理|到)?(?:了)?[^,。;:0-9]{{0,30}}"
        r"(?:信息公开申请|依申请公开|申请公开|申请(?:政府)?信息公开)(?:的)?(?:政府信息|信息|申请|事项|案件|件|表|书)?",
        units=CASES,
        barred=OTHER_CASE + rf"|{ASKED}|涉及|关于|要求",
    ),
    wording(
        "requests.received",
        rf"{TAKE}(?:并[受办]理|并接受)?(?:了)?[^,。;:0-9]{{0,30}}申请(?:事项|案件|件|表|书)?",
        rank=1,
        units=CASES,
        topics="requests",
        context=OPEN,
        barred=OTHER_CASE + rf"|{ASKED}|涉及|关于|要求",
    ),
    wording(
        "requests.received",
        r"(?:政府)?信息公开申请(?:表|件|事项|案件)?|收到申请数",
        rank=1,
        units=CASES,
        barred=OTHER_CASE + rf"|{ASKED}|涉及|关于|办结|答复|结转|回复|其中|属于|撤回|通过",
    ),
    wording(
        "requests.received",
        r"依申请公开(?:政府信息|信息)?(?:申请)?(?:事项)?|申请公开(?:政府)?信息",
        rank=2,
        units=CASES,
        topics="requests",
        barred=OTHER_CASE + rf"|{ASKED}|涉及|办结|答复|结转|回复|其中|属于",
    ),
    wording(
        "requests.received",
        r"(?:^|[,;:、。 ]|共|年|提出|提交)(?:公开)?申请(?:总)?",
        rank=3,
        units=CASES,
        topics="requests",
        barred=OTHER_CASE + rf"|{ASKED}|涉及|办结|答复|结转|回复|其中|属于",
    ),
    wording(
        "requests.received",
        rf"{TAKE}(?:并[受办]理)?(?:了)?[^,。;:0-9]{{0,20}}",
        r"(?:的)?[^,。;:0-9]{0,20}(?:信息公开|依申请公开|公开政府信息|公开信息)(?:的)?(?:信息|政府信息)?(?:的)?(?:申请)?",
        units=CASES,
        barred=OTHER_CASE + rf"|{ASKED}|涉及|关于",
    ),
    wording(
        "requests.received",
        rf"{TAKE}(?:并[受办]理)?(?:了)?[^,。;:0-9]{{0,20}}",
        r"(?:的)?(?:公开)?申请",
        rank=1,
        units=CASES,
        topics="requests",
        context=OPEN,
        barred=OTHER_CASE + rf"|{ASKED}|涉及|关于",
    ),
    wording(
        "requests.received.in_person",
        r"(?:当面|现场|窗口)(?:提交|提出|递交|受理|收到)?(?:的)?(?:申请)?",
        rank=1,
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开",
        barred=OTHER_CASE,
    ),
    wording(
        "requests.received.fax",
        r"传真(?:方式|形式)?(?:提交|提出|发送)?(?:的)?(?:申请)?",
        rank=1,
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开",
        barred=OTHER_CASE,
    ),
    wording(
        "requests.received.online",
        r"(?:网络|网上|在线|互联网|网站)(?:平台|系统|方式|渠道|形式|途径)?(?:提交|提出|收到|受理|填写)?"
        r"(?:表单|申请表)?(?:形式|方式)?(?:的)?(?:申请)?",
        rank=1,
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开",
        barred=OTHER_CASE + r"|公开信息",
    ),
    wording(
        "requests.received.letter",
        r"(?:信函|邮寄|来信|信件)(?:方式|形式|渠道|途径)?(?:提交|提出|寄送|收到)?(?:的)?(?:申请)?",
        rank=1,
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开",
        barred=OTHER_CASE + r"|公开信息",
    ),
    *_channels_behind(),
    wording(
        "requests.completed.on_time",
        r"(?:按时|按期)办结(?:了)?(?:的)?(?:申请)?",
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=OTHER_CASE,
    ),
    wording(
        "requests.completed.extended",
        r"延期(?:办结|答复|办理)(?:了)?(?:的)?(?:申请)?",
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=OTHER_CASE,
    ),
    wording(
        "requests.completed",
        r"办结(?:了)?(?:政府信息公开|依申请公开)?(?:的)?(?:申请)?",
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=r"复议|诉讼|许可|举报|投诉|信访|提案|建议|审批|信箱|热线|未办结|延期|按时|按期|未",
    ),
    wording(
        "requests.completed",
        r"",
        r"(?:均)?(?:已)?(?:按期|按时|全部)?办结",
        rank=1,
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开",
        barred=r"复议|诉讼|许可|举报|投诉|信访|提案|建议|审批|信箱|热线",
    ),
    wording(
        "requests.answered",
        r"",
        r"(?:信息公开)?(?:申请)?(?:均|全部|都)(?:已|按期|按时|依法|在规定期限内|予以|作出|了){0,4}答复",
        rank=1,
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=r"复议|诉讼|举报|投诉|信访|提案|建议|信箱|热线|咨询|留言|网民|收到|受理",
    ),
    wording(
        "requests.answered",
        r"(?<!同意公开)(?:答复|回复)(?:了)?(?:政府信息公开|依申请公开)?(?:的)?(?:申请)?",
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=r"复议|诉讼|举报|投诉|信访|提案|建议|信箱|热线|公开[”\"]?的?答复|[”\"]答复|不同意|咨询|未答复|留言|网|逾期|延期",
    ),
)

# Documents sorted by how they may be published are no answers to applications.
_NOT_DOCUMENTS_BUT_PUBLIC = r"公文|目录|制作|生成|产生"
_NOT_DOCUMENTS = r"主动公开|" + _NOT_DOCUMENTS_BUT_PUBLIC
_ANSWERS = (
    (
        "granted",
        r"(?<![不部分])(?<!不予)(?<!不同意)(?<!部分予以)(?:同意|予以|准予|给予|依法|全部|可以)公开[”\"]?(?:的)?(?:答复)?",
    ),
    ("partially_granted", r"部分(?:予以)?公开[”\"]?(?:的)?(?:答复)?"),
    ("refused", r"(?:不予公开|不同意公开|不公开|不予以公开)[”\"]?(?:的)?(?:答复)?"),
    (
        "already_public",
        r"(?:属于?)?(?:已经?)主动公开(?:范围)?(?:的)?|属于?主动公开(?:范围)?(?:的)?|主动公开范围(?:的)?",
    ),
    (
        "not_this_agency",
        r"(?:不属于?|非)(?:本(?:行政)?机关|本单位|我[局委办市县镇区]|本[局委办])(?:[^,。;0-9]{0,10})",
    ),
    (
        "not_exist",
        r"(?:申请)?(?:政府)?信息不存在[”\"]?(?:,?(?:无法|不能)提供)?(?:的)?|(?<=[,;:、中])不存在(?:的)?",
    ),
    ("amend", r"(?:(?:申请)?内容不明确|更改[、,]?补充|补正|补充更正|不明确)(?:的)?(?:申请)?"),
    ("other_channel", r"其[他它]途径(?:办理|解决|获取)?(?:的)?"),
)
_REASONS = (
    ("state_secret", "国家秘密"),
    ("trade_secret", "商业秘密"),
    ("privacy", "个人隐私"),
    ("other_law", "法律[、]?法规规定的其他情形"),
)
_REQUEST_CONTEXT = r"信息公开申请|依申请公开|申请公开"
_BARE_GRANT = r"(?:^|[,:;、])(?:其中)?公开(?:答复)?"


def _answers() -> Iterator[Wording]:
    """Yield each answer's wordings: 同意公开39件, 39件予以公开."""
    for name, label in _ANSWERS:
        metric = f"requests.answered.{name}"
        barred = _NOT_DOCUMENTS if name != "already_public" else _NOT_DOCUMENTS_BUT_PUBLIC
        said_as = rf"(?:为|是|属于|属|的|作|按|已|均|作出|告知){{0,2}}(?:{label})"
        yield _answer(metric, label, None, 0, barred)
        yield _answer(metric, r"^|[^0-9]", said_as, 1, barred)
    for name, label in _REASONS:
        yield wording(
            f"requests.answered.refused.{name}",
            rf"(?:涉及|属于|[(,;:、]|其中){label}(?:的)?(?:信息)?",
            units=CASES,
            topics="requests",
            context=r"不予公开|不同意公开",
        )
    yield _answer("requests.answered.granted", _BARE_GRANT, None, 2, _NOT_DOCUMENTS)


def _answer(metric: str, before: str, after: str | None, rank: int, barred: str) -> Wording:
    return wording(
        metric,
        before,
        after,
        rank=rank,
        units=CASES,
        topics="requests",
        context=_REQUEST_CONTEXT,
        barred=barred,
    )


_ABOUT_OPEN = r"信息公开|政务公开|公开"
_REVIEW = (
    r"(?:被?(?:申请|提起|提请|提出))?(?:的)?行政复议(?:的)?(?:申请|案件?|事项)?|"
    r"(?:[,;、]|涉及|引发|引起|发生|申请)复议(?:申请|案件)?"
)
_SUIT = (
    r"(?:被?(?:提起|提出|引发))?(?:的)?行政(?:诉讼|诉状|应诉)(?:的)?(?:案件?|事项)?|"
    r"(?:[,;]|引发|引起|提起|发生)诉讼(?:案件)?"
)
_ARISE = r"(?:共|年|收到|受理|发生|办理|接到|引发|被|提起|有|了){0,4}"
_REMEDIES = (
    wording(
        "review.total",
        rf"(?:{_REVIEW}){_ARISE}",
        units=CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
        barred=r"未经|经复议|诉讼",
    ),
    wording(
        "review.total",
        r"(?:收到|受理|接到|发生|办理|引发|有|被提起|被申请|申请|产生)(?:了)?[^,。;0-9]{0,20}",
        r"(?:关于|因|涉及)?(?:政府信息公开)?(?:的)?行政复议",
        rank=1,
        units=CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
        barred=r"诉讼",
    ),
    wording(
        "litigation.total",
        rf"(?:{_SUIT}){_ARISE}",
        units=CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
    ),
    wording(
        "litigation.total",
        r"(?:收到|受理|接到|发生|办理|引发|有|被提起|提起|应诉|产生)(?:了)?[^,。;0-9]{0,20}",
        r"(?:关于|因|涉及)?(?:政府信息公开)?(?:的)?(?:行政诉讼|行政应诉|诉讼案)",
        rank=1,
        units=CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
    ),
    wording(
        "litigation.total",
        r"(?:^|[,;:。])(?:有|共)?",
        r"(?:关于|因)?(?:政府)?信息公开(?:的)?(?:行政诉讼|行政应诉|诉讼)案?",
        rank=2,
        units=CASES,
    ),
    wording(
        "review.total",
        r"(?:^|[,;:。])(?:有|共)?",
        r"(?:关于|因)?(?:政府)?信息公开(?:的)?行政复议",
        rank=2,
        units=CASES,
        barred=r"诉讼",
    ),
    wording(
        "complaints.total",
        r"(?:举报投诉|投诉举报|举报[、和及]投诉|投诉[、和及]举报|举报|投诉)(?:案件|申请|事项)?",
        rank=1,
        units=CASES,
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
            r"(?:被)?(?:依法)?纠[错正]|责令(?:限期)?(?:履行|重新答复)|确认违法|(?:被?撤销|变更)(?:原?(?:具体)?行政行为|原?决定|原?答复)?",
        ),
        ("other", r"其[他它](?:情形|结果|情况)|(?<=[,;:、])其[他它]"),
        (
            "pending",
            r"(?:正在|尚在)(?:审理|办理)(?:中|之中)?|(?:尚)?未(?:审结|结案|判决)|审理中|待审",
        ),
    )
)

_CHARGES = (
    wording(
        "fees.collected",
        r"(?:收取|收缴|收费|费用)[^,。;0-9]{0,16}",
        units=MONEY,
        topics="fees",
        context=r"信息公开|依申请|检索|复制",
        barred=r"减免|免除|免收|行政事业性|经费|投入|支出|(?:检索|复制|邮寄|邮递)费[^共计总]*$",
    ),
    wording(
        "requests.consultations",
        r"(?:接受|受理|接待|解答|处理|提供|回复|答复|接听)[^,。;0-9]{0,28}咨询(?:服务|电话|人数)?",
        units=CASES | PEOPLE,
        topics="consult requests",
        context=r"信息公开|社会公众",
        barred=r"法律|税|政策咨询|热线|12345|业务",
    ),
    wording(
        "requests.consultations",
        r"(?:^|[,;:、共])(?:公众|群众|社会|现场|电话|网上|当面)?咨询(?:总)?(?:人)?",
        rank=1,
        units=CASES | PEOPLE,
        topics="consult",
        barred=r"法律|税|业务|窗口",
    ),
)


#: In order of trial.
APPLICATION_WORDINGS = (*_REQUESTS, *_answers(), *_REMEDIES, *_CHARGES)
