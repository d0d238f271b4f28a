"""Name the organ that stands around a report: in the breadcrumb, the page's title, the site's name.

The weakest source, asked only where title, box, signature and opening name no particular organ, or
a township alone. What stands there is often the portal's operator (portals.md 1.9), so a name
counts only where the report speaks as such an organ: 我局, 本镇, 县应急管理局 without its place.
An office says 我县, too: a county's or city's government is believed in a breadcrumb alone, and
only where nothing says 我局.
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING

from parsers.cleaning.brands import has_brand
from parsers.divisions import by_name
from parsers.organs import in_full, is_generic, is_organ, is_place, place_of, squeeze
from parsers.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.items import Document

_TRAIL = re.compile(r"(?:当前|所在).{0,3}位置|^您的位置|^首页\s?[-—/|]|[>›»＞→]")
# What each has, literal by literal: most pages are told at once that they have none.
_TRAIL_SIGN = re.compile(r"位置|首页|>|›|»|＞|→")
_STEP = re.compile(r"[>›»＞→/|｜_—–·:：\s-]+")
_OWNED = re.compile(
    r"(?:版权所有|版权归|主办(?:单位)?|[Cc]opyright|COPYRIGHT)[\s:：©(（Cc)）\d-]{0,16}"
    r"(?P<organ>[\u4e00-\u9fff]{4,30})"
)
_OWNED_SIGN = re.compile(r"版权|主办|opyright|COPYRIGHT")
# They run the portals of others.
_OPERATOR = re.compile(r"政务服务|大数据|数据(?:管理|资源)?局|电子政务|信息化|网信|宣传|行政审批")
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
# Under a menu of some hundred lines a breadcrumb is the last.
_FIRST_LINES, _LONGEST_LINE = 120, 160
# Of the owners that a page names the first few; a hostile page names thousands.
_MOST = 12


def organs_around(document: Document) -> list[str]:
    """Return the organs around the report as which it speaks, in full, the surest first."""
    text = shown(document).text
    said = {found[1] or found[2] for found in _SELF.finditer(text)}
    lines = shown(document).lines[:_FIRST_LINES]
    trail = list(_in_trail(lines))
    others = chain(_towns(lines, county_around(document)), _in_head(document), _owners(document))
    beside = [*trail, *islice(others, _MOST)]
    own = [name for name in beside if _speaks_as(name, said)] or _heading(lines, said)
    if not own and not said - _PLACES:
        own = [name for name in beside if _acts(name, text)]
        own = own or [name for name in trail if _rules(name, said)]
    return list(dict.fromkeys(own))


def county_around(document: Document) -> str | None:
    """Return the one county or district that breadcrumbs or short lines above the text name."""
    lines = shown(document).lines[:_FIRST_LINES]
    steps = (step for line in lines if len(line) <= _LONGEST_LINE for step in _STEP.split(line))
    named = (step.removesuffix(_GOVERNMENT) for step in steps)
    places = {step for step in named if step[-1:] in _COUNTIES and _is_county(step)}
    return places.pop() if len(places) == 1 else None


def _is_county(place: str) -> bool:
    return any(not one.code.endswith("00") for one in by_name(place))


_COUNTIES = frozenset("县市区旗")


def _speaks_as(name: str, said: set[str]) -> bool:
    """Whether a report that calls its organ as `said` may be that of the organ `name`."""
    words = said - (_PLACES - {"区"})
    return any(name.endswith(_ENDS.get(word, (word,))) for word in words)


def _acts(name: str, text: str) -> bool:
    """Whether a text that calls no organ its own speaks of `name` without its place: 县民政局."""
    place = place_of(name)
    alone = name[len(place) - 1 :] if place else ""
    return is_generic(alone) and _GOVERNMENT not in name and alone in text.replace(name, "")


def _rules(name: str, said: set[str]) -> bool:
    """Whether `name` is the government of a place that the report calls its own: 我县."""
    place = name.removesuffix(_GOVERNMENT)
    return place != name and is_place(place) and place[-1] in said


def _in_trail(lines: list[str]) -> Iterator[str]:
    """Yield the particular organs of the breadcrumbs, of each the innermost first.

    >>> list(_in_trail(["您的位置：首页 > 云泽市人民政府 > 云泽市柳溪镇人民政府 > 年报"]))
    ['云泽市柳溪镇人民政府', '云泽市人民政府']
    """
    if not _TRAIL_SIGN.search("\n".join(lines)):
        return
    for line in lines:
        if len(line) <= _LONGEST_LINE and _TRAIL.search(line):
            yield from _particular(reversed(_STEP.split(line)))


def _towns(lines: list[str], county: str | None) -> Iterator[str]:
    """Yield the towns that breadcrumbs name by their place alone, with their county: 王家坝镇."""
    for line in lines:
        if len(line) <= _LONGEST_LINE and _TRAIL.search(line):
            for step in _STEP.split(line):
                if step.endswith(("镇", "乡", "街道")) and is_place(step):
                    yield in_full((county or "") + step.removeprefix(county or ""))


def _heading(lines: list[str], said: set[str]) -> list[str]:
    """Return the one organ that stands as a line of its own above, as which the report speaks."""
    alone = _particular(line for line in lines if len(line) <= _LONGEST_NAME)
    names = {name for name in alone if _speaks_as(name, said)}
    return list(names) if len(names) == 1 else []


# 积石山保安族东乡族撒拉族自治县人力资源和社会保障局 has 25 characters.
_LONGEST_NAME = 30


def _in_head(document: Document) -> Iterator[str]:
    sites = [value for name, value in document.meta if name.lower() == "sitename"]
    yield from _particular([*_STEP.split(document.page_title or ""), *sites])


def _owners(document: Document) -> Iterator[str]:
    """Yield who owns the site by its footer, unless they run other organs' portals."""
    whole = shown(document)
    for n in whole.holding(_OWNED_SIGN):
        yield from _particular(found["organ"] for found in _OWNED.finditer(whole.lines[n]))


def _particular(names: Iterable[str]) -> Iterator[str]:
    for name in map(squeeze, names):
        if is_organ(name) and not has_brand(name) and not _OPERATOR.search(name):
            whole = in_full(name)
            if not is_generic(whole) and place_of(whole):
                yield whole
