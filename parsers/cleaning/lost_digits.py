"""Put 年, 月 and 日 back into dates that lost them: 201311日 → 2013年1月1日.

Extraction tools dropped the three characters on thousands of copied pages (seeds 001 and 004,
portals.md 1.8). A date is restored where its digits have one reading, or where its place in the
document leaves one: a statistics period begins on 1 January and ends on 31 December, and a report
on a year is not signed in that year's January. Anything else is left as it stands and flagged;
digits of a document number are never a date.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache, partial
from itertools import accumulate, chain, compress, count, islice, repeat
from operator import itemgetter, or_
from typing import TYPE_CHECKING, Any, NamedTuple

from parsers.cleaning.joined import END, PART, of_all, of_one
from parsers.dates import iso
from parsers.items import Cut
from parsers.patterns import bounded

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

    from parsers.cleaning.flat import Flat
    from parsers.cleaning.joined import Told

    # What finds the dates, the whole of each its first group; what tells of what joined texts have
    # beside dates, before each and behind the last, and of a list for each group all that a date
    # hangs on, as columns; and what tells of this what stands there now, and the cut.
    _Form = tuple[re.Pattern[str], Callable[..., Any], Callable[..., tuple[str, Cut]]]
    _Known = dict[Callable[..., tuple[str, Cut]], "_Mends"]

# The whole of each is a group. The year, and what is left of month and day; something of 年, 月, 日
# is lost where it matches.
_RUN = bounded(
    r"((?:19|20)(?<![\d.〔\[【/-]\d\d)\d{2}(?:"
    r"年\d{2,4}日"  # 2018年1231日
    r"|\d{1,2}月(?!报)(?:\d{1,2}日?)?"  # 20151月1日, 20103月; 月报 is a monthly return
    r"|\d{2,4}日(?![志均历程]|报(?![告送请经]))"  # 201311日; 日志, 日均, 日报 are words
    r"))(?!\d)"
)
# Each with a beginning of its own: `re` finds the three in two thirds of the time of one for all.
_BARE_OR_RUN = tuple(
    bounded(pattern)
    for pattern in (
        r"20\d{2}(?:年\d{2,4}日|\d{1,2}月|\d{2,4})",
        r"19\d{2}(?:年\d{2,4}日|\d{1,2}月|\d{2,4})",
        r"日(?<=\d日)[起始]?\s?[，,]?\s?[至到—－\-~～–]\s?\d{2,4}[日止]",
    )
)
_BARE_LABELLED = bounded(
    r"(((?:发布|成文|生成|发文|公开|印发|更新|录入)(?:日期|时间)[:：\s]\s{0,4})20\d{2}\d{2,3})"
    rf"(?=\s|{END})"
)
_BARE_PERIOD = bounded(
    r"((?:19|20)(?<!\d\d\d)\d{2}\d{2,4})(?=日?(?:起|止)|\s?(?:至|到)(?:19|20)\d{2})"
)
# 自201411日至1231日, 2014年1月1日至1231日: the end of a period, of which only the start has a year.
# 至15日 is a day of the month before it; 32 and more is none.
_SECOND = bounded(
    r"((?:19|20)\d{2}(?:年\d{1,2}月\d{1,2}日|\d{2,4}日)[起始]?\s?[，,]?\s?"
    r"[至到—－\-~～–]\s?(?:\d{3,4}|3[2-9]|[4-9]\d)(?:日(?![志均历程]|报(?![告送请经]))|(?=止)))"
)
# A group for each makes the split of all texts half as long again.
_SECOND_PARTS = bounded(r"(\d{4})(?:年(\d{1,2})月(\d{1,2})日|\d{2,4}日)\D{1,6}(\d{2,4})日?")
# What these can end and begin with.
_BLANKS = frozenset(each for each in map(chr, range(0x3001)) if each.isspace())
_BETWEEN, _BEHIND = (_BLANKS.union(each) for each in ("至到—－-~～–", "日开起始，,至到—－-~～–"))
_AFTER_START = bounded(r"\s?日?(?:开始|起|始)?\s?[，,]?\s?(?:至|到|—|－|-|~|～|–)")
_BEFORE_END = bounded(r"(?:至|到|—|－|-|~|～|–)\s?$")
_JUST_BEFORE, _JUST_BEHIND = 3, 8
_JANUARY = 1
# A signature stands among a document's last paragraphs: a contact line and a footer may follow.
_LAST_BLOCKS = 12

# A report goes online days or weeks after it is signed; the other reading lies months away.
_NEAR_DAYS = 45

#: What RE2 needs to see on a page before a date here can be mended or doubted.
NEEDLE = (
    r"(?:19|20)\d{2}(?:年\d{2,4}日|\d{1,2}月|\d{2,4}日"
    r"|\d{2,4}(?:起|止|\s?(?:至|到)(?:19|20)\d\d)|\d{2,4}\s?(?m:$)|\d{2,3}\s)"
    r"|\d日[起始]?\s?[，,]?\s?[至到—－\-~～–]\s?\d{2,4}[日止]"
)

Day = tuple[int, int]


class _Place(NamedTuple):
    """Where digits stand: `role` is "start", "end", "signature" or "text".

    `year` is the report's, `stated` an ISO date of publication that the page states elsewhere.
    """

    role: str
    year: int | None
    stated: str | None = None


def mend_dates(
    page: Flat,
    year: Callable[[], int | None],
    stated: Callable[[], str | None] = lambda: None,
) -> tuple[Flat, list[Cut]]:
    """Return `page` with its dates whole, what was restored and what was left in doubt.

    `year` tells the reporting year as the title or the text states it, `stated` the page's date of
    publication (ISO); None where it states none. Both are asked where a date hangs on them.
    """
    texts, links = page.concerned(*_BARE_OR_RUN)
    rule = page.memory.made(mend_dates).setdefault("rule", partial(_mend_unlabelled, known={}))
    made, told = page.made(rule, texts, links)
    made, dated = of_all(lambda whole: _mend_labelled(whole, year), made)
    told = sorted([*told, *dated], key=itemgetter(0)) if dated else told
    page, cuts = page.put(made, told, texts, links)
    signed, found = page.change(
        lambda text: _mend_signature(text, _Place("signature", year(), stated())),
        _signature_places(page),
        (),
    )
    return signed, [*cuts, *found]


def mend_text(text: str, year: int | None) -> tuple[str, list[Cut]]:
    """Return `text` with its dates whole, and the cuts, of a report on `year`.

    >>> mend_text("自201311日起至20131231日止", 2013)[0]
    '自2013年1月1日起至2013年12月31日止'
    """
    text, cuts = of_one(lambda whole: _mend_unlabelled(whole, {}), text)
    text, dated = of_one(lambda whole: _mend_labelled(whole, lambda: year), text)
    return text, [*cuts, *dated]


def _mend_unlabelled(whole: str, known: _Known) -> tuple[str, list[Told]]:
    """Mend those dates that say by themselves, or by what stands around them, what they are."""
    told: list[Told] = []
    for form in _UNLABELLED if _PERIOD_MARK.search(whole) else _UNLABELLED[:1]:
        whole, found = _mended(whole, form, known)
        told += found
    return whole, told


def _mended(whole: str, form: _Form, known: _Known) -> tuple[str, list[Told]]:
    """Return joined texts with the dates of one form mended, and their cuts.

    All at once, by one split: to mend a hundred thousand one by one takes twice as long. What is
    `known` of dates like them is asked for, and becomes more.
    """
    pattern, alike, mend = form
    parts, step = pattern.split(whole), pattern.groups + 1
    if len(parts) == 1:
        return whole, []
    bare, *groups = (parts[n::step] for n in range(step))
    mends = known.setdefault(mend, _Mends(mend))
    dates = zip(*alike(bare, *groups), strict=True)
    mended = [*map(mends.__getitem__, dates)]
    numbers = accumulate(map(str.count, bare, repeat(PART)))
    told = [*zip(numbers, map(itemgetter(1), mended), strict=False)]
    now = [*map(itemgetter(0), mended)]
    if now == groups[0]:  # all are in doubt
        return whole, told
    return "".join([*chain.from_iterable(zip(bare, now, strict=False)), bare[-1]]), told


class _Mends(dict[tuple[Any, ...], tuple[str, Cut]]):
    """What stands for a date now, and its cut, by all that it hangs on: told when asked for."""

    def __init__(self, mend: Callable[..., tuple[str, Cut]]) -> None:
        """Know nothing yet."""
        super().__init__()
        self._mend = mend

    def __missing__(self, date: tuple[Any, ...]) -> tuple[str, Cut]:
        """Tell of one more date."""
        made = self[date] = self._mend(*date)
        return made


def _quotes_and_roles(bare: list[str], quotes: list[str]) -> tuple[list[str], Iterable[str]]:
    """Return the dates as they stand, and whether each begins or ends a period.

    What says so stands between one and the next, and in none; most have neighbours that say
    neither.
    """
    before = map(_BETWEEN.__contains__, [each[-1:] for each in bare])
    behind = map(_BEHIND.__contains__, [each[:1] for each in bare[1:]])
    roles = ["text"] * len(quotes)
    for n in compress(count(), map(or_, before, behind)):
        roles[n] = _role(bare[n][-_JUST_BEFORE:], bare[n + 1][:_JUST_BEHIND])
    return quotes, roles


def _groups(_: list[str], *groups: list[str]) -> Any:
    """Return what the pattern found: nothing around it tells more."""
    return groups


def _run_in(quote: str, role: str) -> tuple[str, Cut]:
    return _restored(quote, quote[:4], quote[4:], _PLACES[role])


_PLACES = {role: _Place(role, None) for role in ("start", "end", "text")}


def _has_label(text: str) -> bool:
    return "日期" in text or "时间" in text


def _mend_labelled(whole: str, year: Callable[[], int | None]) -> tuple[str, list[Told]]:
    """Mend those dates, too, before which stands what they are the date of."""

    def mend(text: str, label: str) -> tuple[str, Cut]:
        quote = text[len(label) :]
        written, cut = _restored(quote, quote[:4], quote[4:], _Place("signature", year()))
        return label + written, cut

    if not _has_label(whole):
        return whole, []
    return _mended(whole, (_BARE_LABELLED, _groups, mend), {})


# What the two patterns of periods need to see.
_PERIOD_MARK = bounded(r"[起止至到—－\-~～–]")


# Of two to four digits there are 11,100.
@lru_cache(maxsize=1 << 14)
def readings(rest: str) -> list[Day]:
    """Return each month and day that digits can mean, in calendar order.

    >>> readings("125"), readings("1231"), readings("0316")
    ([(1, 25), (12, 5)], [(12, 31)], [(3, 16)])
    """
    found = set()
    for cut in (1, 2):
        month, day = rest[:cut], rest[cut:]
        whole = len(month) + len(day) == 4 or not (month.startswith("0") or day.startswith("0"))  # noqa: PLR2004
        # 2000 is a leap year: 29 February is left to the year that stands before it.
        if whole and day and len(day) <= 2 and iso(2000, int(month), int(day)):  # noqa: PLR2004
            found.add((int(month), int(day)))
    return sorted(found)


@lru_cache(maxsize=1 << 10)
def _role(before: str, behind: str) -> str:
    """Return whether a date between these begins a period, or ends one."""
    if _BEFORE_END.search(before):
        return "end"
    return "start" if _AFTER_START.match(behind) else "text"


def _restored(quote: str, year: str, rest: str, place: _Place) -> tuple[str, Cut]:
    """Return what stands in a text where `quote` stood, and the cut."""
    known = int(year) if place.role == "signature" else 0  # elsewhere nothing hangs on it
    ending, rule = _ending(rest, known, place)
    if ending is None:
        return quote, Cut("lost_digits_unit", quote, "flagged", rule)
    # 起 and 止 right after bare digits: the 日 was lost with the rest, and now stands.
    whole = f"{year}年{ending}"
    return whole, Cut("lost_digits_unit", quote, "restored", rule, whole)


@lru_cache(maxsize=1 << 14)
def _ending(rest: str, year: int, place: _Place) -> tuple[str | None, str]:
    """Return month and day of what is left of a date, None where no one fits; and the rule."""
    if "月" in rest:
        month, _, day = rest.partition("月")
        ending = f"{int(month)}月{day}" if 1 <= int(month) <= 12 else None  # noqa: PLR2004
        return ending, "month as it stands"
    chosen, rule = _choose(readings(rest.strip("年日")), year, place)
    return (f"{chosen[0]}月{chosen[1]}日" if chosen else None), rule


def _with_end(period: str) -> tuple[str, Cut]:
    """Return a period with its end whole where one day fits.

    It ends in the year in which it begins.
    """
    _, year, month, day, rest, _ = _SECOND_PARTS.split(period)
    at = period.rindex(rest)
    began = (int(month), int(day)) if month and day else (1, 1)
    days = [each for each in readings(rest) if each > began]
    chosen, rule = _choose(days, int(year), _Place("end", None))
    if chosen is None:
        return period, Cut("lost_digits_unit", period[at:], "flagged", rule)
    whole = f"{chosen[0]}月{chosen[1]}日"
    cut = Cut("lost_digits_unit", period[at:], "restored", rule, whole)
    return period[:at] + whole, cut


# In this order. The texts come joined: none of these goes over the end of one.
_UNLABELLED: tuple[_Form, ...] = (
    (_RUN, _quotes_and_roles, _run_in),
    (_BARE_PERIOD, _quotes_and_roles, _run_in),
    (_SECOND, _groups, _with_end),
)


def _choose(days: list[Day], year: int, place: _Place) -> tuple[Day | None, str]:
    """Return the one day that fits, or None; and the rule that said so."""
    if place.role == "start" and (1, 1) in days:
        return (1, 1), "a period begins on 1 January"
    if place.role == "end" and (12, 31) in days:
        return (12, 31), "a period ends on 31 December"
    if len(days) > 1 and place.role == "signature" and year == place.year:
        days = [day for day in days if day[0] != _JANUARY]
        if len(days) == 1:
            return days[0], "a year's report is not signed in its January"
    if len(days) > 1 and place.stated:
        near = [day for day in days if _is_near((year, *day), place.stated)]
        if len(near) == 1:
            return near[0], "near the date that the page states"
    if len(days) == 1:
        return days[0], "only reading"
    return None, "more than one reading" if days else "no reading"


def _is_near(day: tuple[int, int, int], stated: str) -> bool:
    written = iso(*day)
    if written is None:
        return False
    apart = dt.date.fromisoformat(stated) - dt.date.fromisoformat(written)
    return abs(apart.days) <= _NEAR_DAYS


def _signature_places(page: Flat) -> list[int]:
    """Return the texts that may be the date under a signature: bare digits, near the end."""
    filled = (n for n, block in page.paragraphs() if block.main and page.texts[n])
    return [n for n in islice(filled, _LAST_BLOCKS) if _SIGNED.search(page.texts[n])]


# The date alone, or behind the organ's name on one line.
_SIGNED = bounded(
    r"^(?P<organ>[^\d。，；:：]{2,30}[局府室厅会院办部处委]\s?)?(?P<year>20\d{2})(?P<rest>\d{2,4})日?$"
)


def _mend_signature(text: str, place: _Place) -> tuple[str, list[Cut]]:
    found = _SIGNED.search(text)
    if found is None or not _fits(int(found.group("year")), place.year):
        return text, []
    start = found.end("organ") if found.group("organ") else 0
    date, cut = _restored(text[start : found.end()], found["year"], found["rest"], place)
    return text[:start] + date, [cut]


def _fits(signed: int, year: int | None) -> bool:
    """Whether a report on `year` can be signed in `signed`; digits may be a postal code."""
    return year is None or year <= signed <= year + 1
