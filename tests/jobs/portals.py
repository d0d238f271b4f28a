"""The portals of a season: what each shows on a day, what befalls it, which alarms that is worth.

Each has five reports at first and publishes one more on a day drawn for it, as real organs do:
departments until the end of January, governments until the end of March, some late, some never.
Faults and what only looks like one are drawn as well. Pages are those of `tests.site`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.site import columns
from tests.site.frame import Answer, article, html, note, shell
from tests.site.portals import frame, reports

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.site.reports import Report

YEAR = 2026
SECTION = "/gknb/"
#: What befalls a portal → the alarm that it is worth, None for what only looks like a fault.
FAULTS: dict[str, str | None] = {
    "breaks": "zero_results",
    "loses reports": "fewer_results",
    "is redesigned": "layout_change",
    "changes its charset": "charset_change",
    "is blocked": "challenge_pages",
    "is hacked": "spam_surge",
    "moves": "zero_results",
    "is taken down": "kept_out",
    "is down for a night": None,
    "adds a banner": None,
    "marks its newest row": None,
    "gains a report of an old year": None,
}
#: Days that a fault lasts where it does not stay.
_LASTS = {"is blocked": 21, "is down for a night": 1, "breaks": 10}
_FAMILIES = (columns.static, columns.trs)
_ROOM = '<ul class="rows">'
_FARM = (
    '<div style="display:none">主站蜘蛛池模板 '
    + " | ".join(f'<a href="http://farm{n}.example/">澳门新葡京娱乐{n}</a>' for n in range(60))
    + "</div>"
)


@dataclass(frozen=True)
class Portal:
    """A portal of the season: its reports and when the newest appears, what befalls it and when.

    `published` is None where this year's report never appears.
    """

    number: int
    old: tuple[Report, ...]
    published: date | None
    fault: str | None
    struck: date
    family: int

    @property
    def id(self) -> str:
        return f"p{self.number:03}"

    @property
    def host(self) -> str:
        return f"{self.id}.example"

    @property
    def path(self) -> str:
        """Where this year's report lies."""
        return f"{SECTION}{YEAR}.html"

    @property
    def alarm(self) -> str | None:
        """The alarm that is due."""
        return FAULTS[self.fault] if self.fault else None

    def is_struck(self, day: date) -> bool:
        """Whether what befalls it is in force."""
        lasts = _LASTS.get(self.fault or "", 10_000)
        return self.fault is not None and 0 <= (day - self.struck).days < lasts

    def on_show(self, day: date) -> tuple[Report, ...]:
        """Return the reports that its list names on a day, the newest first."""
        shown = self.old
        if self.published and day >= self.published:
            shown = (_report(YEAR, self.published, self.number), *shown)
        if self.is_struck(day) and self.fault == "loses reports":
            shown = shown[:-2]
        if self.is_struck(day) and self.fault == "gains a report of an old year":
            shown = (*shown, _report(2020, date(2021, 2, 2), self.number))
        return shown

    def answer(self, target: str, day: date) -> Answer:
        """Return what it answers on a day."""
        if target == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow:\n", "text/plain")
        struck = self.fault if self.is_struck(day) else None
        early = _EARLY.get(struck or "")
        if early:
            return early(target)
        found = self._pages(day).get(target) or html(
            note("页面不存在", "您访问的页面不存在。"), status=404
        )
        return _LATE[struck](found) if struck in _LATE else found

    def _pages(self, day: date) -> dict[str, Answer]:
        shown = self.on_show(day)
        home = html(
            shell("云泽市人民政府", f'<p><a href="{SECTION}">信息公开年报</a></p>', side="")
        )
        column = _FAMILIES[self.family](frame, "市政府", SECTION, shown, 20)
        return {"/": home, **column.pages, **{one.path: html(article(one)) for one in shown}}


def _report(year: int, published: date, number: int) -> Report:
    (one,) = reports(f"{SECTION}{{}}.html", 1, first=year)
    return replace(one, published=published.isoformat(), received=number % 50 + 9, granted=7)


def _empty(target: str) -> Answer:
    return html(note("信息公开年报", "栏目调整，内容整理之后公布。"))


def _firewall(target: str) -> Answer:
    return Answer(b"<script>document.cookie='__jsl_clearance=1'</script>", status=521)


def _gone(target: str) -> Answer:
    return Answer(b"", status=301, location=f"http://new-place.example{target}")


def _down(target: str) -> Answer:
    return Answer(b"down", status=404)


_EARLY: dict[str, Callable[[str], Answer]] = {
    "breaks": _empty, "is blocked": _firewall, "moves": _gone, "is taken down": _down,
    "is down for a night": _down,
}  # fmt: skip


def _changed(old: str, new: str) -> Callable[[Answer], Answer]:
    return lambda found: replace(found, body=found.body.replace(old.encode(), new.encode()))


def _in_gbk(found: Answer) -> Answer:
    return replace(found, body=found.body.decode().encode("gb18030"), media_type="text/html")


_LATE: dict[str | None, Callable[[Answer], Answer]] = {
    "is redesigned": _changed(_ROOM, '<div class="new"><ul class="list">'),
    "changes its charset": _in_gbk,
    "is hacked": _changed("</body>", f"{_FARM}</body>"),
    "adds a banner": _changed(_ROOM, f'<div class="banner"><p>热烈祝贺</p></div>{_ROOM}'),
    "marks its newest row": _changed(f"{_ROOM}<li>", f'{_ROOM}<li class="new top">'),
}


def portals(count: int, seed: int, first: date, last: date) -> list[Portal]:
    """Return the portals of a season from `first` to `last`; each fault befalls one in 24."""
    drawn = random.Random(seed)
    kinds = list(FAULTS)
    found = []
    for number in range(1, count + 1):
        fault = kinds[number % len(kinds)] if number % 24 < len(kinds) or count < 24 else None
        days = (last - first).days
        struck = first + timedelta(days=drawn.randrange(days // 4, days // 2))
        found.append(
            Portal(
                number=number,
                old=tuple(
                    _report(year, date(year + 1, 2, 1), number) for year in range(2025, 2020, -1)
                ),
                published=_published(drawn, number, first, last),
                fault=fault,
                struck=struck,
                family=number % len(_FAMILIES),
            )
        )
    return found


def _published(drawn: random.Random, number: int, first: date, last: date) -> date | None:
    """Draw the day on which a portal publishes: by its deadline, late, or not at all."""
    kind = drawn.random()
    if kind < 0.05:
        return None
    deadline = date(YEAR + 1, 1, 31) if number % 2 else date(YEAR + 1, 3, 31)
    early = date(YEAR + 1, 1, 6)
    if kind < 0.15:
        early, deadline = deadline, deadline + timedelta(days=60)
    day = early + timedelta(days=drawn.randrange((deadline - early).days + 1))
    return day if first <= day <= last else first + (last - first) / 3
