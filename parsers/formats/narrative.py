"""Read the figures that a report's sentences state: the narrative template, and prose elsewhere.

Wordings are in `wordings/`, zeros in words in `zeros.py`, endings of cases in `endings.py`, times
in `years.py`; which of several figures is the organ's own is settled in `candidates.py`. This
module tries the wordings on the numbers of a statement. Sources: metrics.toml, traps.md "Figures in
prose".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from parsers.figures import in_unit
from parsers.formats.candidates import Candidate, headlines
from parsers.formats.endings import all_ended_alike, all_settled, outcome_of
from parsers.formats.statements import Statement, statements
from parsers.formats.subjects import channel_spoken_of, speaks_of_requests
from parsers.formats.wording import PIECES, Wording, stands_in
from parsers.formats.wordings import GIVEN_OUT, WORDINGS
from parsers.formats.years import CLAUSE, clause_start, may_count, of_another_year
from parsers.formats.zeros import zeros_of
from parsers.numbers import Figure, figures_in
from parsers.tables import lines_in_tables
from parsers.vocabulary import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.items import Fact
    from parsers.layout import Layout

# The longest label with its filler seen is 41 characters; patterns run over no more than this.
_REACH = 60
_REACH_RIGHT = 40

_OF_DISCLOSURE = re.compile(r"[,(]?其中[^,。;0-9]{0,10}信息公开")
_SUB_UNIT = re.compile(
    r"本级|各县|县\(|县市区|县区|区县|乡镇|街道|部门|直属|科室|分局|支队|大队|派出所|基层|[省市县区镇]级|"
    r"[市县区](?:政府办|教育局|公安局|[^,。;0-9]{1,6}局)"
)
_JOINT = re.compile(r"(?:复议|诉讼)(?:案件|案|申请)?[、和及与或/](?:被)?(?:提起|提出)?(?:的)?$")
_JOINT_ANSWER = re.compile(r"公开[、和及与](?:或|者)?$|公开或(?:者)?$")
# Two things and their two numbers: 行政复议、行政诉讼分别为3件、2件.
_PAIRED = tuple(
    (first, second, re.compile(pattern))
    for first, second, pattern in (
        (
            "review.total",
            "litigation.total",
            r"复议(?:案件|申请)?[、和及与](?:行政)?诉讼(?:案件)?[^,。;0-9]{0,10}$",
        ),
        (
            "proactive.weibo",
            "proactive.wechat",
            r"微博(?:平台)?[、和及与](?:官方|政务)?微信[^,。;0-9]{0,20}$",
        ),
        (
            "proactive.wechat",
            "proactive.weibo",
            r"微信(?:公众号|平台|公众平台)?[、和及与](?:官方|政务)?微博[^,。;0-9]{0,20}$",
        ),
    )
)
_IN_ALL = re.compile(r"[,、]?共?(?:近|约|超过|逾)?")
# Behind a total of many years: 累计发布微博900条,其中2014年发布80条.
_OF_THIS_YEAR = re.compile(
    r"(?:[,(]?其中[:,]?|[,;])(?:\d{4}年度?|今年|本年度?|当年)(?:共|新增|主动|发布|公开|收到|受理|办结|推送|为|有|了){0,3}"
)
_TO_NOW = re.compile(r"截[至止]到?目前|迄今")
_AND = frozenset({"、", ",", "和", "及", "与"})
_TO_DATE = re.compile(r"截[至止]")
_MANY_WAYS = re.compile(
    r"^.*等(?:多种|各种|不同|多|各类|各)?(?:形式|方式|渠道|途径|载体|平台|媒介|手段|媒体)"
)
# Documents sorted by how they may be published: 共产生信息90条,其中主动公开80条,不予公开10条.
_DOCUMENTS = re.compile(r"(?:产生|生成|制作|编制|形成)(?:了)?[^,。;]{0,8}(?:信息|公文|文件)")
# 涉及征地拆迁的信息公开行政复议 is about disclosure.
_OTHER_BUSINESS = re.compile(
    r"^(?!.*信息公开).*(?:工伤|认定|处罚|许可|征收|拆迁|土地|治安|劳动|山林|权属|强制|养老|商标)"
)
_FORMS = re.compile(r"形式|渠道|载体|途径|方式|平台")
_SHARE = re.compile(r"[,(]约?占")
_DONE_WITH = frozenset({"requests.completed", "requests.answered"})
_NOT_OF_DISCLOSURE = re.compile(
    r"(?:没有|未有?|均不|无)涉及(?:政府)?信息公开|与(?:政府)?信息公开(?:工作)?无关"
)
_OTHER_COMPLAINTS = re.compile(r"热线|来电|信箱|12345|12315|消费")
_REMEDY_TOTALS = frozenset({"review.total", "litigation.total"})
_HOME = {
    "proactive": "proactive",
    "requests": "requests",
    "review": "remedies",
    "litigation": "remedies",
    "complaints": "remedies",
    "fees": "fees",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """A figure in its statement: the words `left` of it end at `at`, those to its `right` begin.

    `at` is the figure's start, but where a count of issues stands between: 推送80期300条.
    """

    statement: Statement
    figure: Figure
    left: str
    right: str
    at: int
    hopes: _Hopes


def read_prose(layout: Layout, year: int | None) -> list[Fact]:
    """Return the facts that sentences state, one of scope organ a metric, in no set order.

    `year` is the report's: figures of another year are left out. Lines that hold table rows are
    no sentences.
    """
    found: list[Candidate] = []
    for statement in statements(layout, lines_in_tables(layout)):
        found += _counted(statement, year)
        if not of_another_year(statement.text, len(statement.text), year):
            found += zeros_of(statement)
    return headlines(found)


def _counted(statement: Statement, year: int | None) -> Iterator[Candidate]:
    figures = list(figures_in(statement.text))
    if not figures:
        return
    hopes = _Hopes(statement.text)
    passed_over: int | None = None
    for n, figure in enumerate(figures):
        floor = figures[n - 1].end if n else 0
        if not may_count(statement.text, figure, floor, year) or _of_years(statement, figure):
            passed_over = n
            continue
        words = n
        if passed_over == n - 1 and _OF_THIS_YEAR.fullmatch(statement.text, floor, figure.start):
            words = passed_over
        place = _place(statement, figures, n, words, hopes)
        following = figures[n + 1] if n + 1 < len(figures) else None
        yield from _pair(place, following) or _candidates(place)
        yield from _settled(place, figures[n + 1 :])
        yield from _all_alike(place, figures[n + 1 :])


def _of_years(statement: Statement, figure: Figure) -> bool:
    """Whether a figure is of many years: 累计发布900条, of which the year's are given next."""
    clause = clause_start(statement.text, figure.start)
    grown = statement.text.find("累计", clause, figure.start) >= 0
    grown = grown or _TO_NOW.search(statement.text, 0, figure.start) is not None
    return grown and _OF_THIS_YEAR.match(statement.text, figure.end) is not None


def _place(
    statement: Statement, figures: Sequence[Figure], n: int, words: int, hopes: _Hopes
) -> _Place:
    """Return the place of figure `n`, whose words are those of figure `words`."""
    figure = figures[n]
    floor, at = (figures[words - 1].end if words else 0), figures[words].start
    issues = words and figures[words - 1].unit == "期" and figure.unit in PIECES
    if issues and _IN_ALL.fullmatch(statement.text, floor, at):
        floor, at = (figures[words - 2].end if words > 1 else 0), figures[words - 1].start
    left = statement.text[max(floor, at - _REACH) : at]
    right = statement.text[figure.end : figure.end + _REACH_RIGHT]
    return _Place(statement, figure, left, right, at, hopes)


def _pair(place: _Place, following: Figure | None) -> list[Candidate]:
    """Return what two numbers in a row state of two things named before them, [] for no pair."""
    if following is None or place.statement.text[place.figure.end : following.start] not in _AND:
        return []
    for first, second, pattern in _PAIRED:
        if pattern.search(place.left):
            both = ((place.figure, first), (following, second))
            return [
                _candidate(place, metric, place.left, place.left, figure=f) for f, metric in both
            ]
    return []


def _candidates(place: _Place) -> Iterator[Candidate]:
    fitting = [candidate for wording in _worth_trying(place) if (candidate := _try(wording, place))]
    best = min(fitting, key=lambda c: c.rank, default=None) or _outcome(place) or _by_channel(place)
    if best is not None:
        # A number states one thing; only the portal's figure may also be the total.
        yield best
        yield from (c for c in fitting if _is_twin(c, best))


def _by_channel(place: _Place) -> Candidate | None:
    """Return what the channel that the sentence speaks of gave out: 微信公众号...,共推送30条."""
    clause = clause_start(place.left, len(place.left))
    given = place.figure.unit in PIECES and GIVEN_OUT.fullmatch(place.left, clause)
    if not given:
        return None
    channel = channel_spoken_of(place.statement.text, place.at - len(place.left) + clause)
    if channel in {None, "other"}:
        return None
    return _candidate(place, f"proactive.{channel}", given.group(), given.group(), rank=2)


def _worth_trying(place: _Place) -> Iterator[Wording]:
    """Yield the wordings that count in the figure's unit and whose words stand beside it."""
    for wording in place.hopes.of(place.figure.unit):
        if stands_in(wording.needles, place.left) and stands_in(wording.needles_after, place.right):
            yield wording


class _Hopes:
    """The wordings that a sentence may hold, by unit: those whose words it has somewhere.

    A hundred wordings are tried on each figure; the sentence as a whole turns most away at once.
    """

    def __init__(self, text: str) -> None:
        self._there = {needle for needle in _all_needles() if needle in text}
        self._by_unit: dict[str, list[Wording]] = {}

    def of(self, unit: str) -> list[Wording]:
        """Return the wordings that count in `unit`, in order of trial."""
        if unit not in self._by_unit:
            self._by_unit[unit] = [w for w in _wordings_of(unit) if self._may_hold(w)]
        return self._by_unit[unit]

    def _may_hold(self, wording: Wording) -> bool:
        before, behind = wording.needles, wording.needles_after
        return not (before and before.isdisjoint(self._there)) and not (
            behind and behind.isdisjoint(self._there)
        )


@cache
def _all_needles() -> tuple[str, ...]:
    return tuple(sorted({n for w in WORDINGS for n in (*w.needles, *w.needles_after)}))


@cache
def _wordings_of(unit: str) -> tuple[Wording, ...]:
    """Return the wordings that count in `unit`, in order of trial."""
    return tuple(wording for wording in WORDINGS if unit in wording.units)


def _is_twin(candidate: Candidate, best: Candidate) -> bool:
    if "并" in candidate.lead and candidate.metric in _DONE_WITH:  # 收到并办结申请46件
        return best.metric == "requests.received"
    return {candidate.metric, best.metric} == {"proactive.total", "proactive.website"}


def _try(wording: Wording, place: _Place) -> Candidate | None:
    """Return what a wording makes of a figure, None where it does not fit."""
    if place.figure.unit not in wording.units:
        return None
    match = wording.before.search(place.left)
    if match is None:
        return None
    behind = wording.after.match(place.right) if wording.after is not None else None
    if wording.after is not None and behind is None:
        return None
    if not _at_home(wording, place.statement):
        return None
    lead = place.left[clause_start(place.left, match.start()) :]
    if _is_barred(wording, place, match.start(), lead):
        return None
    tail = behind.end() if behind else 0
    label = match.group() or place.right[:tail]
    return _candidate(
        place, wording.metric, label, lead, rank=wording.rank, part=wording.part, tail=tail
    )


def _is_barred(wording: Wording, place: _Place, begins: int, lead: str) -> bool:
    """Whether words beside the wording say that it is of something else."""
    judged = _MANY_WAYS.sub("", lead) if wording.metric == "proactive.total" else lead
    if wording.after is not None:
        judged += CLAUSE.split(place.right, maxsplit=1)[0]
    if wording.barred is not None and wording.barred.search(judged):
        return True
    return bool(
        _is_joint(wording.metric, place.left[:begins], place.figure)
        or _answers(wording, place.statement, lead)
        or _of_other_business(wording.metric, place)
        or _of_documents(wording.metric, place)
        or (wording.metric.startswith("requests.received.") and _of_published(place))
        or (wording.metric == "complaints.total" and _OTHER_COMPLAINTS.search(place.statement.text))
        or (wording.metric == "proactive.total" and _of_one_channel(wording, place, lead))
    )


def _of_one_channel(wording: Wording, place: _Place, lead: str) -> bool:
    """Whether a total's words tell of one channel: 以政府网站为主渠道,公开信息30条.

    The portal's own figure may be the total, but not in a list of channels or beside its share.
    """
    if "网" in lead and wording.barred is not None and "微博" in wording.barred.pattern:
        listed = _FORMS.search(place.statement.heading)
        return bool(listed or _SHARE.match(place.right))
    begins = place.at - len(lead)
    return "主动" not in lead and channel_spoken_of(place.statement.text, begins) is not None


def _of_documents(metric: str, place: _Place) -> bool:
    """Whether an answer's words sort the organ's documents instead."""
    answer = metric.startswith("requests.answered")
    return answer and bool(_DOCUMENTS.search(place.statement.text, 0, place.figure.start))


def _of_published(place: _Place) -> bool:
    """Whether ways named are those of disclosure: 主动公开30条,其中网站20条."""
    _, published, behind = place.statement.text[: place.figure.start].rpartition("主动公开")
    return bool(published) and "申请" not in behind


def _of_other_business(metric: str, place: _Place) -> bool:
    """Whether it counts reviews or suits of the organ's other work, not of disclosure."""
    text = place.statement.text
    if metric not in _REMEDY_TOTALS:
        return False
    return bool(
        _OTHER_BUSINESS.match(text[: place.figure.start]) or _NOT_OF_DISCLOSURE.search(text)
    )


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


def _at_home(wording: Wording, statement: Statement) -> bool:
    """Whether the statement speaks of the wording's subject, by its topic or its words."""
    if not wording.topics and wording.context is None:
        return True
    if wording.topics & statement.topics:
        return True
    if "requests" in wording.topics and speaks_of_requests(statement.text):
        return True
    if wording.context is None:
        return False
    return bool(wording.context.search(statement.text) or wording.context.search(statement.heading))


def _outcome(place: _Place) -> Candidate | None:
    ending = outcome_of(place.statement, place.figure, place.left, place.right)
    if ending is None:
        return None
    return _candidate(place, ending.metric, ending.label, ending.lead, tail=ending.tail)


def _settled(place: _Place, later: Sequence[Figure]) -> Iterator[Candidate]:
    """Yield that all applications received were settled or answered: 46件,均已办结."""
    done = all_settled(place.statement, place.figure, later)
    if done is not None and _counts(place, "requests.received"):
        metric, label, end = done
        yield _candidate(place, metric, label, place.left, rank=4, tail=end - place.figure.end)


def _all_alike(place: _Place, later: Sequence[Figure]) -> Iterator[Candidate]:
    """Yield that all reviews or suits ended alike: 行政复议2件,均维持; 行政诉讼1件(正在审理)."""
    ended = all_ended_alike(place.figure, place.right, later)
    if ended is None:
        return
    name, label, tail = ended
    total = next((metric for metric in sorted(_REMEDY_TOTALS) if _counts(place, metric)), None)
    if total is not None:
        metric = f"{total.partition('.')[0]}.{name}"
        lead = place.left[clause_start(place.left, len(place.left)) :]
        yield _candidate(place, metric, label, lead, rank=2, tail=tail)


def _counts(place: _Place, metric: str) -> bool:
    """Whether a figure may be read as that of `metric`."""
    return any(_try(w, place) for w in _worth_trying(place) if w.metric == metric)


def _candidate(  # noqa: PLR0913 (the parts of one finding)
    place: _Place,
    metric: str,
    label: str,
    lead: str,
    *,
    figure: Figure | None = None,
    rank: int = 0,
    part: bool = False,
    tail: int = 0,
) -> Candidate:
    statement, figure = place.statement, figure or place.figure
    home = _HOME.get(metric.partition(".")[0])
    astray = bool(statement.topics) and home is not None and home not in statement.topics
    behind = statement.text[: figure.start].rpartition("其中")
    under = bool(behind[1])
    in_field = home == "proactive" and "fields" in statement.topics and astray
    start, end = statement.span(place.at - len(lead.lstrip(",;:、. ")), figure.end + tail)
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
        part=part or in_field or (under and bool(_SUB_UNIT.search(behind[2].rpartition(";")[2]))),
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
