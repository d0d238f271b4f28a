"""Read the figures that a report's sentences state: the narrative template, and prose elsewhere.

Wordings are in `wordings/`, figures with the words beside them in `places.py`, what bars a wording
in `barred.py`, zeros in words in `zeros.py`, endings of cases in `endings.py`; which of several
figures is the organ's own is settled in `candidates.py`. This module tries the wordings. Sources:
metrics.toml, traps.md "Figures in prose".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.divisions import by_name
from parsers.figures import in_unit
from parsers.formats.barred import REMEDY_TOTALS, at_home, is_barred, of_other_business
from parsers.formats.candidates import Candidate, headlines
from parsers.formats.endings import (
    all_came,
    all_ended_alike,
    all_granted,
    all_settled,
    one_answered,
    outcome_of,
)
from parsers.formats.places import Place, places
from parsers.formats.statements import statements
from parsers.formats.subjects import channel_spoken_of
from parsers.formats.wording import PIECES, Wording
from parsers.formats.wordings import GIVEN_OUT
from parsers.formats.years import Times, clause_start
from parsers.formats.zeros import denies, zeros_of
from parsers.numbers import fold_width
from parsers.organs import is_organ
from parsers.tables import lines_in_tables
from parsers.vocabulary import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.formats.statements import Statement
    from parsers.items import Fact
    from parsers.layout import Layout
    from parsers.numbers import Figure


_OF_DISCLOSURE = re.compile(r"[,(]?其中[^,。;0-9]{0,10}信息公开")
_SUB_UNIT = re.compile(
    r"本级|各县|县\(|县市区|县区|区县|乡镇|街道|部门|直属|科室|分局|支队|大队|派出所|基层|[省市县区镇]级|"
    r"[市县区](?:政府办|教育局|公安局|[^,。;0-9]{1,6}局)"
)
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
_AND = frozenset({"、", ",", "和", "及", "与"})
_TO_DATE = re.compile(r"截[至止]")
_DONE_WITH = frozenset({"requests.completed", "requests.answered"})
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
    opening = _FIRST_HEADING.split(fold_width(layout.text[:_OPENING]), maxsplit=1)[0]
    for statement in statements(layout, lines_in_tables(layout)):
        told = list(_stated(statement, year))
        if told and _of_another_body(statement.heading, opening):
            told = [candidate._replace(part=True) for candidate in told]
        found += told
    return headlines(found)


# A title of three lines and a sentence before the first heading are shorter.
_OPENING = 300
_FIRST_HEADING = re.compile(r"\n\s{0,4}(?:[一二三]、|\([一二三]\)|第[一二三])")


def _stated(statement: Statement, year: int | None) -> Iterator[Candidate]:
    """Yield what a sentence may state."""
    times = Times(statement.text, year)
    for place in places(statement, times):
        fitting = [found for wording in place.wordings if (found := _try(wording, place))]
        yield from _pair(place) or _candidates(place, fitting)
        metrics = {candidate.metric for candidate in fitting}
        if "requests.received" in metrics:
            yield from _settled(place)
        if total := min(metrics & REMEDY_TOTALS, default=None):
            yield from _all_alike(place, total)
    if denies(statement.text) and not times.is_another(len(statement.text)):
        yield from zeros_of(statement)


def _of_another_body(heading: str, opening: str) -> bool:
    """Whether a heading names a body, (三)市教育局, that the report's opening does not."""
    return any(
        _BODY.search(title) and title not in opening and (is_organ(title) or bool(by_name(title)))
        for title in heading.split(" ")
    )


_BODY = re.compile(r"(?:局|委|委员会|厅|政府办公室|政府办|厅办公室|[县区市旗])$")


def _pair(place: Place) -> list[Candidate]:
    """Return what two numbers in a row state of two things named before them, [] for no pair."""
    following = place.following if place.hopes.pairs else None
    if following is None or place.statement.text[place.figure.end : following.start] not in _AND:
        return []
    for first, second, pattern in _PAIRED:
        if pattern.search(place.left):
            both = ((place.figure, first), (following, second))
            return [
                _candidate(place, metric, place.left, place.left, figure=f) for f, metric in both
            ]
    return []


def _candidates(place: Place, fitting: list[Candidate]) -> Iterator[Candidate]:
    """Yield what a number states, of what the wordings make of it, or by other words."""
    best = min(fitting, key=lambda c: c.rank, default=None) or _outcome(place) or _by_channel(place)
    if best is not None:
        # A number states one thing; only the portal's figure may also be the total.
        yield best
        yield from (c for c in fitting if _is_twin(c, best))


def _by_channel(place: Place) -> Candidate | None:
    """Return what the channel that the sentence speaks of gave out: 微信公众号...,共推送30条."""
    if place.figure.unit not in PIECES or not place.hopes.channels:
        return None
    clause = clause_start(place.left, len(place.left))
    given = GIVEN_OUT.fullmatch(place.left, clause)
    if not given:
        return None
    channel = channel_spoken_of(place.statement, place.at - len(place.left) + clause)
    if channel in {None, "other"}:
        return None
    return _candidate(place, f"proactive.{channel}", given.group(), given.group(), rank=2)


def _is_twin(candidate: Candidate, best: Candidate) -> bool:
    if "并" in candidate.lead and candidate.metric in _DONE_WITH:  # 收到并办结申请46件
        return best.metric == "requests.received"
    return {candidate.metric, best.metric} == {"proactive.total", "proactive.website"}


def _try(wording: Wording, place: Place) -> Candidate | None:
    """Return what a wording makes of a figure, None where it does not fit."""
    if place.figure.unit not in wording.units:
        return None
    match = place.hopes.before(wording, place.left)
    if match is None:
        return None
    behind = wording.after.match(place.right) if wording.after is not None else None
    if wording.after is not None and behind is None:
        return None
    if not at_home(wording, place.statement):
        return None
    lead = place.left[clause_start(place.left, match.start()) :]
    if is_barred(wording, place, match.start(), lead):
        return None
    tail = behind.end() if behind else 0
    label = match.group() or place.right[:tail]
    return _candidate(
        place, wording.metric, label, lead, rank=wording.rank, part=wording.part, tail=tail
    )


def _outcome(place: Place) -> Candidate | None:
    if not place.hopes.endings:
        return None
    ending = outcome_of(place.statement, place.figure, place.left, place.right)
    if ending is None or of_other_business(ending.metric, place):
        return None
    return _candidate(place, ending.metric, ending.label, ending.lead, tail=ending.tail)


def _settled(place: Place) -> Iterator[Candidate]:
    """Yield that all applications received were settled, granted, came alike: 46件,均已办结."""
    whole = (place.statement, place.figure, place.later)
    all_of_them = (
        all_settled(*whole),
        all_granted(*whole),
        all_came(*whole),
        one_answered(*whole),
    )
    for done in all_of_them:
        if done is not None:
            metric, label, end = done
            yield _candidate(place, metric, label, place.left, rank=4, tail=end - place.figure.end)


def _all_alike(place: Place, total: str) -> Iterator[Candidate]:
    """Yield that all reviews or suits ended alike: 行政复议2件,均维持; 行政诉讼1件(正在审理).

    `total` is the metric that counts them.
    """
    ended = all_ended_alike(place.figure, place.right, place.later)
    if ended is None:
        return
    name, label, tail = ended
    # 行政诉讼1件,复议维持: how the other ended.
    others = "复议(?!机关)" if total == "litigation.total" else "诉讼(?!请求)"
    if not re.search(others, label):
        metric = f"{total.partition('.')[0]}.{name}"
        lead = place.left[clause_start(place.left, len(place.left)) :]
        yield _candidate(place, metric, label, lead, rank=2, tail=tail)


def _candidate(  # noqa: PLR0913 (the parts of one finding)
    place: Place,
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
    among = statement.text.rfind("其中", 0, figure.start)
    under = among >= 0
    behind = statement.text[among : figure.start] if under else ""
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
        part=part or in_field or (under and bool(_SUB_UNIT.search(behind.rpartition(";")[2]))),
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
