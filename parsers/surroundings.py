"""Name the organ that stands around a report: in the breadcrumb, the page's title, the site's name.

The weakest source, asked only where title, box, signature and opening name no particular organ, or
a township alone. What stands there is often the portal's operator (portals.md 1.9), so a name
counts only where the report speaks as such an organ: 我局, 本镇, 县应急管理局 without its place.
An office says 我县, too: a county's or city's government is believed in a breadcrumb alone, and
only where nothing says 我局.
"""

from __future__ import annotations

import re
from itertools import chain, combinations, islice, takewhile
from typing import TYPE_CHECKING

from parsers.cleaning.brands import has_brand
from parsers.divisions import by_name
from parsers.organs import in_full, is_generic, is_organ, is_place, place_of, squeeze, type_of
from parsers.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.items import Document

# A line that says that it is a breadcrumb, and one that looks like one.
_TRAIL = re.compile(r"(?:当前|所在).{0,3}位置|^您的位置|^首页\s?[-—/|>›»＞→]")
_ARROW = re.compile(r"[>›»＞→]")
# Ways to other pages, and the weather of another place.
_ELSEWHERE = re.compile(r"更多|链接|上一|下一|天气")
_STEP = re.compile(r"[>›»＞→/|｜_—–·:：\s-]+")
_OWNED = re.compile(
    r"(?:版权所有|版权归|主办(?:单位)?|[Cc]opyright|COPYRIGHT)[\s:：©(（Cc)）\d-]{0,16}"
    r"(?P<organ>[\u4e00-\u9fff]{4,30})"
)
_OWNED_SIGN = re.compile(r"版权|主办|opyright|COPYRIGHT")
# They run the portals of others.
_OPERATOR = re.compile(
    r"政务服务|大数据|数据(?:管理|资源)?局|电子政务|信息化|信息(?:中心|技术)|网络|网信|宣传|行政审批"
)
# What a report calls its organ, and how such an organ's name ends. 全县 says any office of it.
_SELF = re.compile(
    r"[我本](局|委|办|厅|院|校|社|馆|站|所|处|队|公司|中心|镇|乡|街道|县|市|区|旗|州|省)|全(镇|乡|街道)"
)
_ENDS = {
    "委": ("委", "委员会"),
    "办": ("办", "办公室"),
    "校": ("学校", "中学", "小学", "大学", "学院"),
    "镇": ("镇人民政府",),
    "乡": ("乡人民政府",),
    "街道": ("街道办事处",),
    "区": ("区管理委员会", "区管委会"),
}
_PLACES = frozenset("县市区旗州省")
_GOVERNMENT = "人民政府"
# A department that says 我县 calls itself so, or stands in the breadcrumb below its kind.
_OF_A_DEPARTMENT = re.compile(r"[我本](?:单位|部门|系统)")
_KIND_OF_ORGAN = re.compile(r"部门|单位|乡镇|镇街|委办局")
# Whom a clause speaks of, without a place: 县民政局, 市人民政府; not whose site or office it is.
_SUBJECT = re.compile(
    r"(?:^|[。，,；;：:、\s])(?:其中)?(?P<organ>[县市区旗州省]"
    r"(?:人民政府|(?!人民政府)[\u4e00-\u9fff]{1,12}?(?:局|委员会|委|厅)))(?![办网门信])",
    re.MULTILINE,
)
# Under a menu of some hundred lines a breadcrumb is the last.
_FIRST_LINES, _LONGEST_LINE = 120, 160
# The shortest first sentence of a report; a slogan above it is shorter.
_SENTENCE = 30
# Of the owners that a page names the first few; a hostile page names thousands.
_MOST = 12


def organs_around(document: Document) -> list[str]:
    """Return the organs around the report as which it speaks, in full, the surest first."""
    text = shown(document).text
    said = {found[1] or found[2] for found in _SELF.finditer(text)}
    trails = _trails(document)
    trail = [name for steps in trails for name in _particular(reversed(steps))][:_MOST]
    others = chain(_towns(trails, county_around(document)), _in_head(document), _owners(document))
    spoken = [name for name in trail if _speaks_as(name, said)]
    if _is_menu(spoken):
        return []
    beside = list(islice(others, _MOST))
    own = [*spoken, *(name for name in beside if _speaks_as(name, said))]
    own = own or _heading(document, said)
    if not own and not said - _PLACES:
        subjects = {found["organ"] for found in _SUBJECT.finditer(text)}
        own = [name for name in (*trail, *beside) if _acts(name, subjects)]
        own = own or [name for name in map(_innermost, trails) if _rules(name, said, text)]
    return list(dict.fromkeys(own))


def county_around(document: Document) -> str | None:
    """Return the one county or district that breadcrumbs or short lines above the text name."""
    near = (line for line in _above(document) if not _ELSEWHERE.search(line))
    steps = (step for line in (*near, *_saying(document)) for step in _STEP.split(line))
    named = (step.removesuffix(_GOVERNMENT) for step in steps)
    places = {step for step in named if step[-1:] in _COUNTIES and _is_county(step)}
    return places.pop() if len(places) == 1 else None


def _above(document: Document) -> list[str]:
    """Return the first lines up to the first sentence, without the long ones."""
    first = shown(document).lines[:_FIRST_LINES]
    above = takewhile(lambda line: "。" not in line or len(line) < _SENTENCE, first)
    return [line for line in above if len(line) <= _LONGEST_LINE]


def _saying(document: Document) -> list[str]:
    """Return the breadcrumbs that say what they are: a banner's sentence may stand above them."""
    first = shown(document).lines[:_FIRST_LINES]
    return [line for line in first if len(line) <= _LONGEST_LINE and _TRAIL.search(line)]


def _is_county(place: str) -> bool:
    return any(not one.code.endswith("00") for one in by_name(place))


_COUNTIES = frozenset("县市区旗")


def _speaks_as(name: str, said: set[str]) -> bool:
    """Whether a report that calls its organ as `said` may be that of the organ `name`."""
    words = said - (_PLACES - {"区"})
    return any(name.endswith(_ENDS.get(word, (word,))) for word in words)


def _is_menu(names: list[str]) -> bool:
    """Whether names are of organs of one place side by side: 渠县水务局, 渠县民政局."""
    apart = (
        (one, other)
        for one, other in combinations(dict.fromkeys(names), 2)
        if not one.startswith(other) and not other.startswith(one)
    )
    return any(place_of(one) == place_of(other) for one, other in apart)


def _acts(name: str, subjects: set[str]) -> bool:
    """Whether of all organs without a place the text speaks of `name` alone: 县民政局."""
    place = place_of(name)
    alone = name[len(place) - 1 :] if place else ""
    return is_generic(alone) and _GOVERNMENT not in name and subjects == {alone}


def _innermost(steps: list[str]) -> str:
    """Return the last step of a breadcrumb that is an organ, a place or a kind of organs."""
    named = (
        step
        for step in map(squeeze, reversed(steps))
        if is_organ(step) or is_place(step) or _KIND_OF_ORGAN.search(step)
    )
    return next(named, "")


def _rules(name: str, said: set[str], text: str) -> bool:
    """Whether `name` is the government of a place that the report calls its own: 我县."""
    place = name.removesuffix(_GOVERNMENT)
    its_own = place != name and is_place(place) and place[-1] in said
    return its_own and not _OF_A_DEPARTMENT.search(text)


def _trails(document: Document) -> list[list[str]]:
    """Return the steps of the breadcrumbs; without one that says so, of lines that look like one.

    您的位置：首页 > 云泽市 is one before » 云泽市教育局, which is none without a step before it.
    """
    alike = (line for line in _above(document) if _ARROW.search(line))
    lines = _saying(document) or [line for line in alike if not _ELSEWHERE.search(line)]
    steps = [[step for step in _STEP.split(line) if step] for line in lines]
    return [each for each in steps if len(each) > 1]


def _towns(trails: list[list[str]], county: str | None) -> Iterator[str]:
    """Yield the towns that breadcrumbs name by their place alone, with their county: 王家坝镇."""
    for step in chain.from_iterable(map(reversed, trails)):
        if step.endswith(("镇", "乡", "街道")) and is_place(step):
            yield in_full((county or "") + step.removeprefix(county or ""))


def _heading(document: Document, said: set[str]) -> list[str]:
    """Return the one organ that has a line above that leads nowhere, as which the report speaks."""
    whole = shown(document)
    leading = {
        line
        for line, n in zip(whole.lines[:_FIRST_LINES], whole.blocks, strict=False)
        if document.blocks[n].links
    }
    above = (line for line in _above(document) if len(line) <= _LONGEST_NAME)
    alone = _particular(line for line in above if line not in leading)
    names = {name for name in alone if _speaks_as(name, said)}
    return list(names) if len(names) == 1 else []


# 积石山保安族东乡族撒拉族自治县人力资源和社会保障局 has 25 characters.
_LONGEST_NAME = 30


def _in_head(document: Document) -> Iterator[str]:
    sites = [value for name, value in document.meta if name.lower() == "sitename"]
    yield from _particular([*_STEP.split(document.page_title or ""), *sites])


def _owners(document: Document) -> Iterator[str]:
    """Yield who owns the site by its footer, unless they run other organs' portals.

    A government's office does, in most footers.
    """
    whole = shown(document)
    for n in whole.holding(_OWNED_SIGN):
        owners = _particular(found["organ"] for found in _OWNED.finditer(whole.lines[n]))
        yield from (name for name in owners if type_of(name) != "office")


def _particular(names: Iterable[str]) -> Iterator[str]:
    for name in map(squeeze, names):
        if is_organ(name) and not has_brand(name) and not _OPERATOR.search(name):
            whole = in_full(name)
            if not is_generic(whole) and place_of(whole):
                yield whole
