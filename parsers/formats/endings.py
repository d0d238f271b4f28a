"""Read how reviews and suits ended, and that all of a number of cases were settled alike.

Outcomes bear the same words for review and litigation: the remedy named last decides. 46件,均已办结
says that 46 were settled; 行政复议2件,均维持 that two were upheld.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from parsers.formats.wordings import OUTCOMES
from parsers.formats.years import CLAUSE, clause_start
from parsers.shown import once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.formats.statements import Statement
    from parsers.numbers import Figure

_REMEDY = re.compile(r"复议|诉讼|诉状|应诉")
# 一审驳回2件,二审维持53件: suits of one organ in two courts, some of them twice.
_INSTANCE = re.compile(r"[一二]审(?:中|被|判决)?$")
_CASES = frozenset({"件", "起", "宗", "例", "", "次"})
_ALL_DONE = re.compile(
    r"(?:均|全部|都|全)(?:已|经|按期|按时|依法|依规|及时|予以|在|按|规定|法定|期限|时限|时间|内|要求|本年度|"
    r"程序|照|《条例》|进行|给予|作出|做出|了|的|得到|部|\d{1,2}个工作日){0,8}"
    r"(?P<how>办结|办理完毕|办理完结|答复|回复)"
)
# One application needs no 均: 收到申请1件,已按时办结.
_ONE_DONE = re.compile(
    r"[^,。;0-9]{0,12},(?:现|并|也)?已(?:经|按期|按时|及时|依法|依规|在规定期限内|在法定期限内){0,3}"
    r"(?:予以|给予|作出|做出)?(?P<how>办结|办理完毕|办理完结|答复|回复)(?!期)"
)
# All of them were granted: 2条,均在法定期限内答复,全部予以公开.
_ALL_GRANTED = re.compile(
    r"(?<=[,;件条起宗次份个项])(?:(?:以上|上述|所有)?申请)?(?:均|全部|都)"
    r"(?:已|依法|按期|按时|及时|按规定|按要求|在规定期限内){0,2}(?:予以|同意|给予)公开(?=[,。;]|$)(?!,但)"
)
# Words between that speak of some of them: 除涉密外,均予以公开; 属于主动公开范围的,均予以公开.
_OF_SOME = re.compile(r"除|属于|的,|的$|对|凡|其余|其[他它]|另|不予|非|涉及|部分")
_WAYS = {
    "online": "互联网|网络|网上|在线",
    "in_person": "当面|现场|窗口",
    "letter": "信函|邮寄",
    "fax": "传真",
}
# How it came, behind its number: 4件,均为网络申请.
_BY_ONE_WAY = (
    r"[,(](?P<all>均|全部|都)?(?:为|是|系|属|(?P<by>通过|以)|(?<=\())(?:"
    + "|".join(f"(?P<{name}>{ways})" for name, ways in _WAYS.items())
    # 均以邮寄方式,送达申请人 is how they were answered.
    + r")(?:平台|方式|形式|渠道)?(?(by)(?=提|递|的?申请))"
    r"(?:提出|提交|递交)?(?:的)?(?:申请)?(?=[,;。)]|$)"
)
_CAME = re.compile(_BY_ONE_WAY)
_ONE_GRANTED = re.compile(
    rf"(?:{_BY_ONE_WAY})?"
    r"\)?,(?:现|并)?已?(?:经|依法|按期|按时|及时|在(?:法定|规定)(?:的)?(?:期限|时限)内)?(?:作出|做出|予以|给予|答复)?(?:了)?(?:同意)?公开(?:的)?(?:答复|决定)?(?=[,。;]|$)"
)
# How the one application was answered: 收到申请1件,已答复,属于主动公开范围.
_ONE_ANSWERED = re.compile(
    r"[^。;0-9]{0,40}[,:](?:该|此|其)?(?:答复|结果|申请)?(?:为|系|是)?(?:"
    r"(?P<already_public>属于?(?:本[机单][关位])?已?(?:经)?主动公开(?:的)?(?:范围|信息|内容)?)"
    r"|(?P<not_exist>(?:所?申请的?)?(?:政府)?信息不存在)"
    r"|(?P<not_this_agency>不属于(?:本(?:机关|单位|部门|局)|我局)(?:公开|职责|职权|掌握)(?:范围|的?信息)?))"
    r"(?=[,。;)]|$)"
)
_DONE = {"答复": "requests.answered", "回复": "requests.answered"}
# 46件 and that all are settled stand at most so far apart.
_REACH = 120
_HOW = (
    r"(?:已|被|为|是|经|依法|复议机关|法院|人民法院|予以|作出|决定|判决|裁定){0,4}"
    r"(?P<how>维持|驳回|撤销|确认违法|未审结|尚未审结|正在审理)(?!或|、|和)"
)
_BEFORE_HOW = (
    r"[^,。;0-9]{0,16}[,(](?:其中)?"
    r"(?:复议|诉讼|审理|判决|复议机关|法院|人民法院|[省市县区州](?:人民)?政府)?(?:结果|决定)?"
)
_ENDED_ALIKE = re.compile(rf"{_BEFORE_HOW}(?:均|全部|都){_HOW}")
_ENDED = re.compile(rf"{_BEFORE_HOW}(?:均|全部|都)?{_HOW}")


class Ending(NamedTuple):
    """An ending that a sentence tells: `label` as worded, `tail` how far it reaches behind."""

    metric: str
    label: str
    lead: str
    tail: int


def outcome_of(statement: Statement, figure: Figure, left: str, right: str) -> Ending | None:
    """Return the outcome of review or litigation that a figure counts, by the remedy named last."""
    if figure.unit not in _CASES:
        return None
    remedy = _remedy_before(statement, figure.start)
    if remedy is None:
        return None
    for name, before, after in OUTCOMES:
        match = before.search(left)
        if match and _INSTANCE.search(left, 0, match.start()):
            return None
        behind = after.match(right)
        if match or behind:
            label = match.group() if match else right[: behind.end() if behind else 0]
            tail = behind.end() if behind and not match else 0
            lead = left[clause_start(left, match.start() if match else len(left)) :]
            return Ending(f"{remedy}.{name}", label, lead, tail)
    return None


def _remedy_before(statement: Statement, before: int) -> str | None:
    """Return the remedy (review, litigation) named last before a place, else by the heading."""
    ends, named, by_heading = _remedies(statement)
    at = bisect_right(ends, before)
    return named[at - 1] if at else by_heading


@once
def _remedies(statement: Statement) -> tuple[list[int], list[str], str | None]:
    """Return where the names of remedies end, what each names, and what the heading alone names."""
    found = list(_REMEDY.finditer(statement.text))
    above = {_remedy(name) for name in _REMEDY.findall(statement.heading)}
    by_heading = above.pop() if len(above) == 1 else None
    return [one.end() for one in found], [_remedy(one[0]) for one in found], by_heading


def _remedy(name: str) -> str:
    return "review" if name == "复议" else "litigation"


class _Ahead:
    """The next place of a sentence that a pattern finds, asked for from left to right.

    The pattern looks at nothing that stands before its first character but what is there anyway.
    """

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self._pattern, self._text = pattern, text
        self._sought = len(text) + 1
        self._found: re.Match[str] | None = None

    def of(self, at: int) -> re.Match[str] | None:
        """Return what the pattern finds from `at` on."""
        known = self._sought <= at and (self._found is None or at <= self._found.start())
        if not known:
            self._sought, self._found = at, self._pattern.search(self._text, at)
        return self._found


@once
def _settled_ahead(statement: Statement) -> _Ahead:
    return _Ahead(_ALL_DONE, statement.text)


@once
def _granted_ahead(statement: Statement) -> _Ahead:
    return _Ahead(_ALL_GRANTED, statement.text)


def all_settled(
    statement: Statement, figure: Figure, later: Sequence[Figure]
) -> tuple[str, str, int] | None:
    """Return (metric, label, end) where all of a number are settled: 46件,均已办结."""
    done = _settled_ahead(statement).of(figure.end) if figure.value else None
    if done is None and figure.value == 1:
        done = _ONE_DONE.match(statement.text, figure.end)
    if done is None or not _are_all(figure, done, later):
        return None
    return _DONE.get(done["how"], "requests.completed"), done.group(), done.end()


def all_granted(
    statement: Statement, figure: Figure, later: Sequence[Figure]
) -> tuple[str, str, int] | None:
    """Return (metric, label, end) where all of a number are granted: 2条,全部予以公开."""
    text = statement.text
    # Most sentences grant nothing, which plain words tell in a tenth of the time.
    granted = "以公开" in text or "予公开" in text or "同意公开" in text
    done = _granted_ahead(statement).of(figure.end) if granted and figure.value else None
    if done is None and figure.value == 1:
        done = _ONE_GRANTED.match(text, figure.end)
    if done is None or not _are_all(figure, done, later):
        return None
    if _OF_SOME.search(text, figure.end, done.start()):
        return None
    return "requests.answered.granted", done.group(), done.end()


def one_answered(
    statement: Statement, figure: Figure, later: Sequence[Figure]
) -> tuple[str, str, int] | None:
    """Return (metric, label, end) where the one application has its answer: 1件,信息不存在."""
    text = statement.text
    told = _ONE_ANSWERED.match(text, figure.end) if figure.value == 1 else None
    if told is None or later or _OF_SOME.search(text, figure.end, told.start(told.lastgroup or 0)):
        return None
    return f"requests.answered.{told.lastgroup}", told.group(), told.end()


def all_came(
    statement: Statement, figure: Figure, later: Sequence[Figure]
) -> tuple[str, str, int] | None:
    """Return (metric, label, end) where all of a number came by one way: 4件,均为网络申请."""
    came = _CAME.match(statement.text, figure.end) if figure.value else None
    if came is None or not (came["all"] or figure.value == 1) or not _are_all(figure, came, later):
        return None
    way = next(name for name in _WAYS if came[name])
    return f"requests.received.{way}", came.group(), came.end()


def _are_all(figure: Figure, done: re.Match[str], later: Sequence[Figure]) -> bool:
    """Whether what was done reaches back to a figure: near, and over its parts alone."""
    if done.end() - figure.start > _REACH:
        return False
    between = [f.value for f in takewhile(lambda f: f.end <= done.start(), later)]
    return not between or sum(between) == figure.value


def all_ended_alike(
    figure: Figure, right: str, later: Sequence[Figure]
) -> tuple[str, str, int] | None:
    """Return (outcome, label, tail) where reviews or suits ended alike: 2件,均维持."""
    ended = (_ENDED_ALIKE if figure.value > 1 else _ENDED).match(right)
    if ended is None or not figure.value:
        return None
    clause = CLAUSE.split(right[ended.start("how") :], maxsplit=1)[0]
    if later and later[0].start < figure.end + ended.start("how") + len(clause):
        return None  # 行政复议1件,维持1件: the outcomes have numbers of their own
    if ended["how"] == "驳回":
        return "upheld", ended.group(), ended.end()
    names = (name for name, _, after in OUTCOMES if after.match(right, ended.start("how")))
    name = next(names, None)
    return None if name is None else (name, ended.group(), ended.end())
