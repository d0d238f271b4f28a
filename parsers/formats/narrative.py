"""Read the figures that a report's sentences state: the narrative template, and prose elsewhere.

Wordings are in `*_wordings.py`, zeros in words in `zeros.py`; which of several is the organ's
own is settled in `candidates.py`. This module finds the numbers of a statement, and leaves out
those of other years, of sub-units and of plans. Sources: metrics.toml, traps.md "Figures in prose".
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from parsers.figures import in_unit
from parsers.formats.application_wordings import APPLICATION_WORDINGS, OUTCOMES
from parsers.formats.candidates import Candidate, headlines
from parsers.formats.disclosure_wordings import DISCLOSURE_WORDINGS
from parsers.formats.needles import Needles
from parsers.formats.statements import Statement, statements
from parsers.formats.wording import Wording, stands_in
from parsers.formats.zeros import zeros_of
from parsers.numbers import Figure, figures_in
from parsers.tables import lines_in_tables
from parsers.vocabulary import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.items import Fact
    from parsers.layout import Layout

_WORDINGS = (*DISCLOSURE_WORDINGS, *APPLICATION_WORDINGS)

# The longest label with its filler seen is 41 characters; patterns run over no more than this.
_REACH = 60
_REACH_RIGHT = 40

_PRIOR = re.compile(r"去年|上年|上一年|往年|同期|前年|历年|昨年|比\d{4}年|较\d{4}年")
_SINCE = re.compile(
    r"(?:(\d{4})年|([^,。;]{0,12}))(?:\d{1,2}月)?(?:\d{1,2}日)?[^,。;年]{0,14}(?:以来|至今|历年来)"
)
_THIS_YEAR = re.compile(r"今年|年初|本年|全年")
_YEAR = re.compile(r"(?<![\d比较与同于])((?:19|20)\d{2})年")
_QUOTED = re.compile(r"《[^《》]{0,80}》|\"[^\"]{0,80}\"|[“][^“”]{0,80}[”]")
_UNTIL = re.compile(r"(?:截至|截止|截止到|至)\s?$")
_OF_DISCLOSURE = re.compile(r"[,(]?其中[^,。;0-9]{0,10}信息公开")
_SUB_UNIT = re.compile(
    r"本级|各县|县\(|县市区|县区|区县|乡镇|街道|部门|直属|科室|分局|支队|大队|派出所|基层|[省市县区镇]级|"
    r"[市县区](?:政府办|教育局|公安局|[^,。;0-9]{1,6}局)"
)
_FUTURE = re.compile(r"力争|计划|拟|将于|预计|目标")
_JOINT = re.compile(r"(?:复议|诉讼)(?:案件|案|申请)?[、和及与或/](?:被)?(?:提起|提出)?(?:的)?$")
_JOINT_ANSWER = re.compile(r"公开[、和及与或](?:者)?$")
_RESPECTIVELY = re.compile(
    r"复议(?:案件|申请)?[、和及与](?:行政)?诉讼(?:案件)?(?:数量|数)?(?:分别)(?:为|有|是|达)?$"
)
_TO_DATE = re.compile(r"截[至止]")
_MANY_WAYS = re.compile(
    r"^.*等(?:多种|各种|不同|多|各类|各)?(?:形式|方式|渠道|途径|载体|平台|媒介|手段|媒体)"
)
_CLAUSE = re.compile(r"[,;:。]")
_REMEDY = re.compile(r"复议|诉讼|诉状|应诉")
_ALL_DONE = re.compile(
    r"(?:均|全部|都|全)(?:已|经|按期|按时|依法|依规|及时|予以|在|按|规定|法定|期限|时限|时间|内|要求|本年度|"
    r"程序|照|《条例》|进行|给予|作出|做出|了|的|得到|部){0,8}(?P<how>办结|办理完毕|办理完结|答复|回复)"
)
_DONE = {"答复": "requests.answered", "回复": "requests.answered"}
_HOME = {
    "proactive": "proactive",
    "requests": "requests",
    "review": "remedies",
    "litigation": "remedies",
    "complaints": "remedies",
    "fees": "fees",
}


def read_prose(layout: Layout, year: int | None) -> list[Fact]:
    """Return the facts that sentences state, one of scope organ a metric, in no set order.

    `year` is the report's: figures of another year are left out. Lines that hold table rows are
    no sentences.
    """
    found: list[Candidate] = []
    for statement in statements(layout, lines_in_tables(layout)):
        found += _counted(statement, year)
        if not _of_another_year(statement.text, len(statement.text), year):
            found += zeros_of(statement)
    return headlines(found)


def _counted(statement: Statement, year: int | None) -> Iterator[Candidate]:
    figures = list(figures_in(statement.text))
    for n, figure in enumerate(figures):
        floor = figures[n - 1].end if n else 0
        if not _may_count(statement.text, figure, floor, year):
            continue
        following = figures[n + 1] if n + 1 < len(figures) else None
        yield from _candidates(statement, figure, floor, following)
        yield from _settled(statement, figure, figures[n + 1 :])
        yield from _all_alike(statement, figure, figures[n + 1 :])


def _candidates(
    statement: Statement, figure: Figure, floor: int, following: Figure | None
) -> Iterator[Candidate]:
    left = statement.text[max(floor, figure.start - _REACH) : figure.start]
    if _RESPECTIVELY.search(left) and following is not None:
        yield _candidate(statement, figure, "review.total", left, left)
        yield _candidate(statement, following, "litigation.total", left, left)
        return
    right = statement.text[figure.end : figure.end + _REACH_RIGHT]
    fitting = [
        candidate
        for wording in _worth_trying(figure.unit, left, right)
        if (candidate := _try(wording, statement, figure, left, right))
    ]
    best = min(fitting, key=lambda c: c.rank, default=None) or _outcome(
        statement, figure, left, right
    )
    if best is not None:
        # A number states one thing; only the portal's figure may also be the total.
        yield best
        yield from (c for c in fitting if _is_twin(c, best))


def _worth_trying(unit: str, left: str, right: str) -> Iterator[Wording]:
    """Yield the wordings that count in `unit` and whose words stand beside the number."""
    groups, members = _by_needles(unit)
    hits = [stands_in(before, left) and stands_in(behind, right) for before, behind in groups]
    for wording, group in members:
        if hits[group]:
            yield wording


_Needs = tuple[Needles, Needles]


@cache
def _by_needles(unit: str) -> tuple[tuple[_Needs, ...], tuple[tuple[Wording, int], ...]]:
    """Return the needles that wordings share, and each wording with its needles' place there."""
    groups: dict[_Needs, int] = {}
    members = []
    for wording in _wordings_of(unit):
        needs = (wording.needles, wording.needles_after)
        members.append((wording, groups.setdefault(needs, len(groups))))
    return tuple(groups), tuple(members)


@cache
def _wordings_of(unit: str) -> tuple[Wording, ...]:
    """Return the wordings that count in `unit`, in order of trial."""
    return tuple(wording for wording in _WORDINGS if unit in wording.units)


def _is_twin(candidate: Candidate, best: Candidate) -> bool:
    return {candidate.metric, best.metric} == {"proactive.total", "proactive.website"}


def _try(
    wording: Wording, statement: Statement, figure: Figure, left: str, right: str
) -> Candidate | None:
    """Return what a wording makes of a figure, None where it does not fit."""
    if figure.unit not in wording.units:
        return None
    match = wording.before.search(left)
    if match is None or (wording.after is not None and not wording.after.match(right)):
        return None
    if not _at_home(wording, statement):
        return None
    lead = left[_clause_start(left, match.start()) :]
    judged = _MANY_WAYS.sub("", lead) if wording.metric == "proactive.total" else lead
    if wording.barred is not None and wording.barred.search(judged + _said_behind(wording, right)):
        return None
    if (
        _is_joint(wording.metric, left[: match.start()], figure)
        or _answers(wording, statement, lead)
        or _of_other_business(wording.metric, statement.text[: figure.start])
    ):
        return None
    tail_length = _tail(wording, right)
    return _candidate(
        statement,
        figure,
        wording.metric,
        match.group() or right[:tail_length],
        lead,
        rank=wording.rank,
        part=wording.part,
        tail=tail_length,
    )


def _of_other_business(metric: str, before: str) -> bool:
    """Whether it counts reviews or suits of the organ's other work, not of disclosure."""
    return metric in _REMEDY_TOTALS and bool(_OTHER_BUSINESS.match(before))


# 涉及征地拆迁的信息公开行政复议 is about disclosure.
_OTHER_BUSINESS = re.compile(
    r"^(?!.*信息公开).*(?:工伤|认定|处罚|许可|征收|拆迁|土地|治安|劳动|山林|权属|强制|养老|商标)"
)


def _said_behind(wording: Wording, right: str) -> str:
    """Return the clause behind the number, where the wording goes on there."""
    return _CLAUSE.split(right, maxsplit=1)[0] if wording.after is not None else ""


def _is_joint(metric: str, before: str, figure: Figure) -> bool:
    """Whether one number counts two things at once: 复议、诉讼3件, 予以公开及部分公开258件."""
    if metric.startswith("requests.answered."):
        return bool(_JOINT_ANSWER.search(before))
    return metric == "litigation.total" and bool(figure.value) and bool(_JOINT.search(before))


def _answers(wording: Wording, statement: Statement, lead: str) -> bool:
    """Whether it says how applications were answered: 依申请公开5件,其中主动公开2件."""
    whole, among, _ = statement.text.partition("其中")
    asked = "依申请公开" in whole and "主动公开" not in whole
    return wording.metric == "proactive.total" and bool(among) and asked and "其中" in lead


def _tail(wording: Wording, right: str) -> int:
    match = wording.after.match(right) if wording.after is not None else None
    return match.end() if match else 0


def _at_home(wording: Wording, statement: Statement) -> bool:
    """Whether the statement speaks of the wording's subject, by its topic or its words."""
    if not wording.topics and wording.context is None:
        return True
    if wording.topics & statement.topics:
        return True
    if wording.context is None:
        return False
    return bool(wording.context.search(statement.text) or wording.context.search(statement.heading))


def _outcome(statement: Statement, figure: Figure, left: str, right: str) -> Candidate | None:
    """Return the outcome of review or litigation that a figure counts, by the remedy named last."""
    named = _REMEDY.findall(statement.text[: figure.start]) or _REMEDY.findall(statement.heading)
    kinds = {"review" if name == "复议" else "litigation" for name in named}
    in_heading = not _REMEDY.search(statement.text[: figure.start])
    if (
        not kinds
        or (in_heading and len(kinds) > 1)
        or figure.unit not in {"件", "起", "宗", "例", "", "次"}
    ):
        return None
    remedy = "review" if named[-1] == "复议" else "litigation"
    for name, before, after in OUTCOMES:
        match = before.search(left)
        behind = after.match(right)
        if match or behind:
            label = match.group() if match else right[: behind.end() if behind else 0]
            tail = behind.end() if behind and not match else 0
            lead = left[_clause_start(left, match.start() if match else len(left)) :]
            return _candidate(statement, figure, f"{remedy}.{name}", label, lead, tail=tail)
    return None


def _settled(statement: Statement, figure: Figure, later: Sequence[Figure]) -> Iterator[Candidate]:
    """Yield that all applications received were settled or answered: 46件,均已办结."""
    done = _ALL_DONE.search(statement.text, figure.end) if figure.value else None
    if done is None or done.end() - figure.start > _REACH * 2:
        return
    left = statement.text[max(0, figure.start - _REACH) : figure.start]
    if not _is_received(statement, figure, left):
        return
    between = [f.value for f in later if f.end <= done.start()]
    if between and sum(between) != figure.value:
        return
    metric = _DONE.get(done["how"], "requests.completed")
    yield _candidate(
        statement, figure, metric, done.group(), left, rank=4, tail=done.end() - figure.end
    )


def _all_alike(
    statement: Statement, figure: Figure, later: Sequence[Figure]
) -> Iterator[Candidate]:
    """Yield that all reviews or suits ended alike: 行政复议2件,均维持; 行政诉讼1件(正在审理)."""
    right = statement.text[figure.end : figure.end + _REACH_RIGHT]
    ended = (_ENDED_ALIKE if figure.value > 1 else _ENDED).match(right)
    if ended is None or not figure.value:
        return
    clause = _CLAUSE.split(right[ended.start("how") :], maxsplit=1)[0]
    if any(f.start < figure.end + ended.start("how") + len(clause) for f in later):
        return  # 行政复议1件,维持1件: the outcomes have numbers of their own
    left = statement.text[max(0, figure.start - _REACH) : figure.start]
    totals = (w for w in _WORDINGS if w.metric in _REMEDY_TOTALS)
    total = next((c for w in totals if (c := _try(w, statement, figure, left, right))), None)
    names = (name for name, _, after in OUTCOMES if after.match(right, ended.start("how")))
    name = next(names, None)
    if total is not None and name is not None:
        metric = f"{total.metric.partition('.')[0]}.{name}"
        lead = left[_clause_start(left, len(left)) :]
        yield _candidate(statement, figure, metric, ended.group(), lead, rank=2, tail=ended.end())


_REMEDY_TOTALS = frozenset({"review.total", "litigation.total"})
_HOW = (
    r"(?:已|被|为|是|经|依法|复议机关|法院|人民法院|予以|作出|决定|判决|裁定){0,4}"
    r"(?P<how>维持|驳回|撤销|确认违法|未审结|尚未审结|正在审理)(?!或|、|和)"
)
_BEFORE_HOW = (
    r"[^,。;0-9]{0,16}[,(](?:其中)?(?:复议|诉讼|审理|判决|复议机关|法院|人民法院)?(?:结果|决定)?"
)
_ENDED_ALIKE = re.compile(rf"{_BEFORE_HOW}(?:均|全部|都){_HOW}")
_ENDED = re.compile(rf"{_BEFORE_HOW}(?:均|全部|都)?{_HOW}")


def _is_received(statement: Statement, figure: Figure, left: str) -> bool:
    right = statement.text[figure.end : figure.end + _REACH_RIGHT]
    wordings = _worth_trying(figure.unit, left, right)
    received = (w for w in wordings if w.metric == "requests.received")
    return any(_try(w, statement, figure, left, right) for w in received)


def _candidate(  # noqa: PLR0913 (the parts of one finding)
    statement: Statement,
    figure: Figure,
    metric: str,
    label: str,
    lead: str,
    *,
    rank: int = 0,
    part: bool = False,
    tail: int = 0,
) -> Candidate:
    home = _HOME.get(metric.partition(".")[0])
    astray = bool(statement.topics) and home is not None and home not in statement.topics
    behind = statement.text[: figure.start].rpartition("其中")
    under = bool(behind[1])
    in_field = home == "proactive" and "fields" in statement.topics and astray
    start, end = statement.span(figure.start - len(lead.lstrip(",;:、. ")), figure.end + tail)
    return Candidate(
        metric=metric,
        value=in_unit(figure.value, figure.unit, unit_of(metric)),
        label=label.strip(" ,;:、"),
        start=start,
        end=end,
        at=statement.places[figure.start],
        statement=statement.start,
        rank=rank
        + astray
        + _of_any_kind(statement, figure, home, lead)
        + _of_many_years(statement, figure, lead),
        qualifier=figure.qualifier,
        part=part or in_field or (under and bool(_SUB_UNIT.search(behind[2]))),
        lead=lead,
        under=under,
    )


def _of_any_kind(statement: Statement, figure: Figure, home: str | None, lead: str) -> int:
    """Return 3 for reviews of all kinds, of which those about disclosure are given next."""
    about = home == "remedies" and "信息公开" not in lead
    return 3 if about and _OF_DISCLOSURE.match(statement.text, figure.end) else 0


def _of_many_years(statement: Statement, figure: Figure, lead: str) -> int:
    """Return 1 for a figure that may have grown over years: 截至2012年底,累计公开56万条."""
    grown = "累计" in lead and (_TO_DATE.search(statement.text, 0, figure.start) is not None)
    return int(grown or ("累计" in lead and "新增" in statement.text))


def _clause_start(left: str, before: int) -> int:
    ends = [m.end() for m in _CLAUSE.finditer(left, 0, before)]
    return ends[-1] if ends else 0


def _may_count(text: str, figure: Figure, floor: int, year: int | None) -> bool:
    """Whether a figure may be this year's and done; a bare number must end its clause."""
    if not figure.unit and text[figure.end : figure.end + 1] not in {
        "",
        ",",
        ".",
        "。",
        ";",
        "、",
        ")",
        "(",
        " ",
    }:
        return False
    left = text[floor : figure.start]
    clause = left[_clause_start(left, len(left)) :]
    if _PRIOR.search(clause) or _FUTURE.search(clause) or _BRACKETED.search(left):
        return False
    return not _of_another_year(text, figure.start, year)


# 46件(去年30件): a figure inside brackets that speaks of another time or body.
_BRACKETED = re.compile(r"\([^()]{0,12}(?:去年|上年|同期|市本级|本级)[^()]{0,12}$")


def _of_another_year(text: str, before: int, year: int | None) -> bool:
    """Whether what stands at `before` is another year's, or a total of many years."""
    told = "以来" in text[:before] or "至今" in text[:before]
    if not told and (year is None or not _YEAR.search(text, 0, before)):
        return False
    bare = _QUOTED.sub(lambda m: "《" + "x" * (len(m.group()) - 2) + "》", text[:before])
    told = "以来" in bare or "至今" in bare
    for since in _SINCE.finditer(bare) if told else ():
        if since[1] and (year is None or int(since[1]) != year):
            return True
        if since[2] is not None and not since[1] and _is_old_start(since.group()):
            return True
    if year is None:
        return False
    named = list(_YEAR.finditer(bare))
    if not named or int(named[-1][1]) == year:
        return False
    late = int(named[-1][1]) == year + 1 and _UNTIL.search(bare[: named[-1].start()])
    return not late


def _is_old_start(since: str) -> bool:
    """Whether 以来 counts from an event of the past: 《条例》施行以来, not 今年以来."""
    return bool(
        re.search(r"施行|实施|开通|成立|开办|创办|创刊|上线|运行|建立|历年", since)
    ) and not _THIS_YEAR.search(since)
