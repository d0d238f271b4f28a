"""Tell that a figure is of something else, though its wording fits: documents, other business.

Each rule names the words that say so. Sources: traps.md "Figures in prose", and real reports of
2008-2025.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.formats.subjects import channel_spoken_of, speaks_of_requests
from parsers.formats.wording import FIELD
from parsers.formats.years import CLAUSE

if TYPE_CHECKING:
    from parsers.formats.places import Place
    from parsers.formats.statements import Statement
    from parsers.formats.wording import Wording
    from parsers.numbers import Figure

_REMEDIES = frozenset({"review", "litigation"})
REMEDY_TOTALS = frozenset({"review.total", "litigation.total"})

_JOINT = re.compile(r"(?:复议|诉讼)(?:案件|案|申请)?[、和及与或/](?:被)?(?:提起|提出)?(?:的)?$")
_JOINT_ANSWER = re.compile(r"公开[、和及与](?:或|者)?$|公开或(?:者)?$")
_MANY_WAYS = re.compile(
    r"^.*等(?:多种|各种|不同|多|各类|各)?(?:形式|方式|渠道|途径|载体|平台|媒介|手段|媒体)"
)
# Several channels, and what they gave out together: 通过网站、微博共公开信息276条.
_TOGETHER = re.compile(
    r"(?:网站?|微博|微信|公报|公开栏|平台)[、和及][^,。;]{0,20}(?:网站?|微博|微信|公众号|公报|公开栏|平台)"
    r"(?:一共|总共|共计?|累计|合计)[^,。;]{0,6}公开"
)
_SUM = re.compile(r"[,;]?(?:合计|共计|总计)[为达约近]?")
# One of several fees, whose sum is not told: 复印费36元,邮寄费58元.
_NEXT_FEE = re.compile(r"[,、;](?:邮[寄递]|检索|复[印制]|打印|工本)费")
# 每月公开信息20条 is no year's.
_EACH = re.compile(r"每[天日周旬月季]")
# Information of one field, alone or as a list: 公开财政信息20条, 主动公开水质、水价等信息20条.
_OF_A_FIELD = re.compile(rf"(?:公开(?:了)?(?:{FIELD})|等[^,。;]{{0,6}})信息$")
_AMONG_FIELDS = re.compile(r"(?<!各)(?:方面|领域)|部门[已共]?$|我[市县区镇]|信息\d")
_NEXT_FIELD = re.compile(r"[,、;][^,。;0-9]{0,24}信息\d")
# Documents sorted by how they may be published: 共产生信息90条,其中主动公开80条,不予公开10条.
_DOCUMENTS = re.compile(r"(?:产生|生成|制作|编制|形成)(?:了)?[^,。;]{0,8}(?:信息|公文|文件)")
_FORMS = re.compile(r"形式|渠道|载体|途径|方式|平台")
_OTHER_WAYS = re.compile(r"(?:微博|微信|公报|发布会)[^,。;]{0,8}(?:公开|发布|推送)[^,。;]{0,8}\d")
_SHARE = re.compile(r"[,(]约?占")
_NOT_OF_DISCLOSURE = re.compile(
    r"(?:没有|未有?|均不|无)涉及(?:政府)?信息公开|与(?:政府)?信息公开(?:工作)?无关"
)
_OTHER_COMPLAINTS = re.compile(r"热线|来电|信箱|12345|12315|消费|食品|药品|价格")
# 涉及征地拆迁的信息公开行政复议 is about disclosure, without 信息公开 it is not.
_OTHER_BUSINESS = re.compile(
    r"工伤|认定|处罚|许可|征收|拆迁|土地|治安|劳动|山林|权属|强制|养老|商标|法院共?(?:新收|受理|审理|审结)"
)


def is_barred(wording: Wording, place: Place, begins: int, lead: str) -> bool:
    """Whether words beside the wording say that it is of something else."""
    total = wording.metric == "proactive.total"
    if total and (("网" in lead and _TOGETHER.search(lead)) or _SUM.fullmatch(lead)):
        return False
    judged = _MANY_WAYS.sub("", lead) if total else lead
    if wording.after is not None:
        judged += CLAUSE.split(place.right, maxsplit=1)[0]
    if wording.barred is not None and wording.barred.search(judged):
        return True
    return bool(
        _is_joint(wording.metric, place.left[:begins], place.figure)
        or _answers(wording, place.statement, lead)
        or of_other_business(wording.metric, place)
        or _of_documents(wording.metric, place)
        or (wording.metric.startswith("requests.received.") and _of_published(place))
        or _of_one_field(wording.metric, place, begins)
        or (wording.metric == "fees.collected" and _NEXT_FEE.match(place.right))
        or (wording.metric == "complaints.total" and _OTHER_COMPLAINTS.search(place.statement.text))
        or (total and _EACH.search(lead))
        or (total and _of_one_channel(wording, place, lead, judged))
    )


def _of_one_channel(wording: Wording, place: Place, lead: str, judged: str) -> bool:
    """Whether a total's words tell of one channel: 以政府网站为主渠道,公开信息30条.

    The portal's own figure may be the total, but not in a list of channels or beside its share.
    """
    if "网" in judged and wording.barred is not None and "微博" in wording.barred.pattern:
        listed = _FORMS.search(place.statement.heading) or _OTHER_WAYS.search(place.statement.text)
        return bool(listed or _SHARE.match(place.right))
    begins = place.at - len(lead)
    return "主动" not in lead and channel_spoken_of(place.statement, begins) is not None


def _of_one_field(metric: str, place: Place, begins: int) -> bool:
    """Whether it tells of one field of several: 公开财政信息20条,公开教育信息30条."""
    if metric not in _OF_ALL_FIELDS or not _OF_A_FIELD.search(place.left, begins):
        return False
    before = place.statement.text[: place.at - len(place.left) + begins]
    return bool(_AMONG_FIELDS.search(before) or _NEXT_FIELD.match(place.right))


_OF_ALL_FIELDS = frozenset({"proactive.total", "proactive.website"})


def _of_documents(metric: str, place: Place) -> bool:
    """Whether an answer's words sort the organ's documents instead."""
    answer = metric.startswith("requests.answered")
    return answer and bool(_DOCUMENTS.search(place.statement.text, 0, place.figure.start))


def _of_published(place: Place) -> bool:
    """Whether ways named are those of disclosure: 主动公开30条,其中网站20条."""
    _, published, behind = place.statement.text[: place.figure.start].rpartition("主动公开")
    return bool(published) and "申请" not in behind


def of_other_business(metric: str, place: Place) -> bool:
    """Whether it counts reviews or suits, or their ends, of the organ's other work."""
    text = place.statement.text
    if metric.partition(".")[0] not in _REMEDIES:
        return False
    before = text[: place.figure.start]
    other = "信息公开" not in before and _OTHER_BUSINESS.search(before)
    mixed = "信息公开" not in text and _OTHER_BUSINESS.search(text)
    return bool(other or mixed or _NOT_OF_DISCLOSURE.search(text))


def _is_joint(metric: str, before: str, figure: Figure) -> bool:
    """Whether one number counts two things at once: 复议、诉讼3件, 予以公开及部分公开258件."""
    if metric.startswith("requests.answered."):
        return bool(_JOINT_ANSWER.search(before))
    return metric == "litigation.total" and bool(figure.value) and bool(_JOINT.search(before))


def _answers(wording: Wording, statement: Statement, lead: str) -> bool:
    """Whether it says how applications were answered: 依申请公开5件,其中主动公开2件."""
    if wording.metric != "proactive.total" or "其中" not in lead:
        return False
    whole, _, _ = statement.text.partition("其中")
    return "依申请公开" in whole and "主动公开" not in whole


def at_home(wording: Wording, statement: Statement) -> bool:
    """Whether the statement speaks of the wording's subject, by its topic or its words.

    Each wording is tried on every figure of a sentence: it is asked once.
    """
    known = statement.kept
    if wording not in known:
        known[wording] = _speaks_of_it(wording, statement)
    at_home: bool = known[wording]
    return at_home


def _speaks_of_it(wording: Wording, statement: Statement) -> bool:
    if not wording.topics and wording.context is None:
        return True
    if wording.topics & statement.topics:
        return True
    if "requests" in wording.topics and speaks_of_requests(statement):
        return True
    if wording.context is None:
        return False
    # An organ trains its people in much else: there the heading does not tell.
    lessons = wording.metric.startswith("training.") and "staff" not in statement.topics
    told = statement.before if lessons else statement.heading
    return bool(wording.context.search(statement.text) or wording.context.search(told))
