"""How reports word the applications that they received, settled and answered.

Collected from the statutory wording and from real reports of 2008-2025 (metrics.toml, traps.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.formats.wording import ASKED, CASES, OPEN, OTHER_CASE, TAKE, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.formats.wording import Wording

_WAYS = (
    ("online", r"(?:互联网|网络|网上|在线|网站)"),
    ("in_person", r"(?:当面|现场|窗口|上门)"),
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
        # 收到公开申请3件,2件当面提出: advice and petitions come in person, too.
        yield wording(
            f"requests.received.{name}",
            r"(?:^|[,;:、(]|其中)",
            rf"{way}(?:提出|提交|递交)(?:的)?(?:申请|$|[,;。、)])",
            rank=2,
            units=CASES,
            context=rf"(?<!咨询){TAKE}[^,。;0-9]{{0,12}}(?:公开申请|依申请公开|公开政府信息)"
            rf"(?!.*(?:{OTHER_CASE}))",
            barred=OTHER_CASE,
        )


# What is settled or answered: 办结依申请公开事项, 答复申请人.
_ASKED_FOR = (
    r"(?:了)?(?:政府信息公开|信息公开|依申请公开|公开)?(?:的)?(?:政府信息|信息)?"
    r"(?:申请)?(?:人|事项|案件|件)?(?:总数|总量|数量|数|量)?"
)

REQUESTS = (
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
        barred=OTHER_CASE + rf"|{ASKED}|涉及|关于|办结|其中|完成",
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
        rf"{TAKE}(?:并[受办]理|并接受|和受理|到|并(?:全部|及时|依法|按时)?办结)?(?:了)?[^,。;:0-9]{{0,30}}"
        r"(?:信息公开申请|依申请公开|申请公开|申请(?:政府)?信息公开)(?:的)?(?:政府信息|信息|申请|事项|案件|件|表|书)?",
        units=CASES,
        barred=OTHER_CASE + rf"|{ASKED}|涉及|关于|要求",
    ),
    wording(
        "requests.received",
        rf"(?:{TAKE}|新收)(?:并[受办]理|并接受)?(?:了)?[^,。;:0-9]{{0,30}}申请(?:事项|案件|件|表|书)?",
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
        r"(?:当面|现场|窗口|上门)(?:提交|提出|递交|受理|收到)?(?:的)?(?:政府信息公开|信息公开)?(?:的)?(?:申请)?",
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
        "requests.received",
        rf"{TAKE}(?:并[受办]理)?(?:了)?书面(?:的)?(?:政府)?信息公开申请",
        rank=2,
        units=CASES,
        context=r"^(?!.*(?:网络|网上|当面|传真|信函|邮件))",
        barred=OTHER_CASE,
    ),
    # Under the heading alone, of no other way: 收到书面申请3件.
    wording(
        "requests.received",
        rf"{TAKE}(?:并[受办]理)?(?:了)?书面(?:的)?申请",
        r"(?![^。;]{0,40}(?:网络|网上|在线|当面|现场|传真|信函|邮件|口头))",
        rank=3,
        units=CASES,
        topics="requests",
        barred=OTHER_CASE + r"|其中|网络|网上|当面|传真|信函|邮件",
    ),
    # In a row of totals: 主动公开30条;依申请公开0件;行政复议0件.
    wording(
        "requests.received",
        r"(?:^|[,;。年度])依申请公开(?:政府信息|信息)?(?:申请)?(?:数量|件数|数|办件量|量)?",
        rank=3,
        units=frozenset({"件", "宗", "起"}),
        context=r"^(?!.*(?:其中|产生|生成|制作|不予公开))",
    ),
    # The ways come first: 收到网络申请6件、信函申请5件,合计11件.
    wording(
        "requests.received",
        r"[,;](?:合计|共计|总计|共)",
        rank=2,
        units=CASES,
        context=rf"{TAKE}(?:了)?(?:网络|网上|信函|当面|书面)申请",
    ),
    # Under the heading alone: 受理63件,办结60件.
    wording(
        "requests.received",
        rf"(?:^|[,;:、。]|共|(?<!当)年|[我本][局委办镇县市区]){TAKE}(?:了)?",
        r"[,;。](?!其中[^,。;]{0,12}(?:复议|诉讼))",
        rank=4,
        units=frozenset({"件"}),
        topics="requests",
        barred=OTHER_CASE,
    ),
    wording(
        "requests.completed.extended",
        r"(?:^|[,;、(]|其中)[:,]?延期(?:的)?(?:申请)?",
        rank=1,
        units=CASES,
        context=r"办结",
        barred=OTHER_CASE,
    ),
    wording(
        "requests.completed.on_time",
        rf"(?:按时|按期)办结{_ASKED_FOR}",
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=OTHER_CASE,
    ),
    wording(
        "requests.completed.extended",
        rf"延期(?:办结|答复|办理){_ASKED_FOR}",
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=OTHER_CASE,
    ),
    wording(
        "requests.completed",
        rf"(?:办结|完成办理|办理完成|办理完毕){_ASKED_FOR}",
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
        r"(?:信息公开)?(?:申请)?(?:均|全部|都|已经?)(?:已|按期|按时|依法|在规定期限内|予以|作出|了){0,4}答复",
        rank=1,
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=r"复议|诉讼|举报|投诉|信访|提案|建议|信箱|热线|咨询|留言|网民|收到|受理",
    ),
    wording(
        "requests.answered",
        rf"(?<!同意公开)(?:答复|回复)(?:书)?{_ASKED_FOR}",
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
        barred=r"复议|诉讼|举报|投诉|信访|提案|建议|信箱|热线|(?<!信息)公开[”\"]?的?答复|[”\"]答复|不同意|咨询|未答复|留言|网|责令|重新|逾期|延期",
    ),
    wording(
        "requests.completed",
        rf"{TAKE}并(?:全部|及时|依法|按时)?办结{_ASKED_FOR}",
        rank=1,
        units=CASES,
        context=r"信息公开申请|依申请公开|申请公开",
        barred=OTHER_CASE,
    ),
    # 在已经答复的83件申请中.
    wording(
        "requests.answered",
        r"(?:已经?|所|全部)答复的",
        r"(?:政府信息公开|信息公开)?申请中",
        rank=1,
        units=CASES,
    ),
    wording(
        "requests.completed",
        r"(?:已经?|所|全部)办结的",
        r"(?:政府信息公开|信息公开)?申请中",
        rank=1,
        units=CASES,
    ),
    # 对83件申请作出了答复.
    wording(
        "requests.answered",
        r"对(?:[收受]到的|全部|所有)?",
        r"(?:政府信息公开|信息公开)?申请(?:均|全部|都|已|依法|按期|按时|作出|做出|进行|给予|了|的){0,5}(?:答复|回复)",
        rank=1,
        units=CASES,
        topics="requests",
        context=r"信息公开申请|依申请公开|申请公开",
    ),
)
