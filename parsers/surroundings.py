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
from parsers.cleaning.stated import labelled
from parsers.divisions import by_name
from parsers.organs import (
    in_full,
    is_generic,
    is_organ,
    is_place,
    level_of,
    place_of,
    squeeze,
    type_of,
)
from parsers.regions import is_zone, region_of
from parsers.shown import once, shown
from parsers.spoken import PLACES, acts, said_in, speaks_as, subjects_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.items import Document

# A line that says that it is a breadcrumb, and one that looks like one.
_TRAIL = re.compile(r"(?:当前|所在).{0,3}位置|^您的位置|^首页\s?[-—/|>›»＞→]")
_ARROW = re.compile(r"[>›»＞→]")
# Ways to other pages, and the weather of another place.
_ELSEWHERE = re.compile(r"更多|链接|上一|下一|天气|对口|帮扶|友好")
_STEP = re.compile(r"[>›»＞→/|｜_—–·:：\s-]+")
_OWNED = re.compile(
    r"(?:版权所有|版权归|主办(?:单位)?|[Cc]opyright|COPYRIGHT)[\s:：©(（Cc)）\d-]{0,16}"
    r"(?P<organ>[\u4e00-\u9fff]{4,30})"
)
_OWNED_SIGN = re.compile(r"版权|主办|opyright|COPYRIGHT")
# They run the portals of others.
_OPERATOR = re.compile(
    r"政务服务|大数据|数据(?:管理|资源)?局|电子政务|信息化|信息(?:中心|技术)|网络|网信|宣传|行政审批"
    r"|科技(?:股份|发展)?有限|软件|融媒体"
)
# Newspapers and the like, of whom a portal takes a report over.
_MEDIA = re.compile(r"报社|日报|电视台|广播|新闻")
_GOVERNMENT = "人民政府"
# A department that says 我县 calls itself so, or stands in the breadcrumb below its kind.
_OF_A_DEPARTMENT = re.compile(r"[我本](?:单位|部门|系统)")
_KIND_OF_ORGAN = re.compile(r"部门|单位|乡镇|镇街|委办局")
# Under a menu of some hundred lines a breadcrumb is the last.
_FIRST_LINES, _LONGEST_LINE = 120, 160
# The shortest first sentence of a report; a slogan above it is shorter.
_SENTENCE = 30
# Of the owners that a page names the first few; a hostile page names thousands.
_MOST = 12


def organs_around(document: Document) -> list[str]:
    """Return the organs around the report as which it speaks, in full, the surest first."""
    text, said = shown(document).text, own_words(document)
    trails = _trails(document)
    trail = [name for steps in trails for name in _particular(reversed(steps))][:_MOST]
    others = chain(_towns(trails, county_around(document)), _in_head(document), _owners(document))
    spoken = [name for name in trail if speaks_as(name, said)]
    if _is_menu(spoken):
        return []
    beside = list(islice(others, _MOST))
    own = [*spoken, *(name for name in beside if speaks_as(name, said))]
    own = own or _heading(document, said)
    if not own and not said - PLACES:
        subjects = subjects_in(text)
        own = [name for name in (*trail, *beside) if acts(name, subjects)]
        own = own or [name for name in map(_innermost, trails) if _rules(name, said, text)]
    own = own or _completed(document, said)
    return list(dict.fromkeys(own))


@once
def own_words(document: Document) -> set[str]:
    """Return what the report calls its organ: 局 of 我局, 镇 of 全镇."""
    return said_in(shown(document).text)


def county_around(document: Document) -> str | None:
    """Return the one county or district that breadcrumbs or short lines above the text name.

    Where they name none or several, the one whose site it is: 吴忠市利通区人民政府.
    """
    return _one_county(_near(document)) or _one_county(_sites(document))


def _near(document: Document) -> Iterator[str]:
    """Yield the steps of breadcrumbs and of the short lines above the text."""
    near = (line for line in _above(document) if not _ELSEWHERE.search(line))
    yield from (step for line in (*near, *_saying(document)) for step in _STEP.split(line))


def _one_county(names: Iterable[str]) -> str | None:
    places = (name.removesuffix(_GOVERNMENT) for name in names)
    counties = {place for place in places if place[-1:] in _COUNTIES and _is_county(place)}
    fullest = max(counties, key=len, default="")  # 吴忠市利通区 is 利通区
    return fullest if fullest and all(map(fullest.endswith, counties)) else None


def _completed(document: Document, said: set[str]) -> list[str]:
    """Return the bureau that box or source name without its place, by the one place around.

    来源：县水务局 under 蓬溪县人民政府 is that county's, where the report speaks as a bureau, or of
    that one alone.
    """
    metas = (value for name, value in document.meta if name.lower() == "contentsource")
    short = {name for name in map(squeeze, (*in_box(document), *metas)) if _is_short(name)}
    name = short.pop() if len(short) == 1 else ""
    sentences = (line for line in shown(document).lines if "。" in line)
    if not name or not (speaks_as(name, said) or subjects_in("\n".join(sentences)) == {name}):
        return []
    whole = in_its_place(name, document)
    return [whole] if whole else []


def in_its_place(name: str, document: Document) -> str | None:
    """Return 县司法局 with the one county that breadcrumbs, lines above or the site's name tell.

    None where they tell none of its kind, or several; a city's menu of its counties tells none.
    """
    if not _LACKS_ITS_PLACE.match(name) or place_of(name):
        return None
    near = [place for place in map(_governed, _near(document)) if place]
    if len({place for place in near if _is_county(place)}) > 1:
        near = []
    around = {*near, *filter(None, map(_governed, _sites(document)))}
    places = {place for place in around if place[-1] == name[0] and place[-2:] != "地区"}
    return in_full(places.pop()[:-1] + name) if len(places) == 1 else None


# Not 县局 alone, nor words that begin so: 市场监督管理局 is any place's, 市北区教育局 has its own.
_LACKS_ITS_PLACE = re.compile(r"(?!市[场政容民]|[县区]域|区划).{3}")


def as_autonomous(name: str, document: Document) -> str:
    """Return a name by its whole place where head or footer name it so.

    昌吉州发展和改革委员会 is 昌吉回族自治州发展和改革委员会.
    """
    place = place_of(name) or ""
    if place[-1:] not in _AUTONOMOUS:
        return name
    wholes = {one.name + name[len(place) :] for one in by_name(place) if one.name != place}
    if not wholes:
        return name
    around = chain(islice(_in_head(document), _MOST), islice(_owners(document), _MOST))
    stated = wholes.intersection(in_full(one) for one in around)
    return stated.pop() if len(stated) == 1 else name


_AUTONOMOUS = frozenset("州县旗")


def in_box(document: Document) -> Iterator[str]:
    """Yield what stands behind 发布机构, 来源 and their like, without the label behind that.

    县水务局浏览次数 is what inline elements without a space between give.
    """
    for name in labelled(document):
        yield _LABEL_BEHIND.split(name, maxsplit=1)[0]


# Not within a name: 渠县审核批准局.
_LABEL_BEHIND = re.compile(
    r"(?:(?:浏览|点击|阅读)(?:次数|数|量)?|访问(?:量|次数)|字号|字体|大中小|打印(?:本页)?"
    r"|(?:责任)?编辑|作者|审核|录入|(?:发布)?(?:时间|日期)){1,4}$"
)


def _is_short(name: str) -> bool:
    """Whether a name is a bureau's without its place: 县水务局, not 县政府办, not 县大数据局."""
    bureau = is_organ(name) and is_generic(name) and type_of(name) == "department"
    return bureau and name[0] in PLACES and not _OPERATOR.search(name)


def _governed(name: str) -> str:
    """Return the division that a name is, or whose government it is; else "".

    By the table alone: 城市 and 全市 are none.
    """
    place = name.removesuffix(_GOVERNMENT)
    known = is_place(place) and (by_name(place) or region_of(place))
    return place if known else ""


def hands_in(name: str) -> bool:
    """Whether `name` may be that of who runs the portal, or hands reports of others in.

    A county's or city's government, its office, its data bureau, a newspaper; not a town, which has
    no portal, nor 县水务局.
    """
    if _OPERATOR.search(name) or _MEDIA.search(name) or "公开" in name:
        return True
    return type_of(name) == "office" or (
        type_of(name) == "government" and level_of(name) != "township"
    )


def _sites(document: Document) -> list[str]:
    """Return what `<meta>` calls the site, without 门户网站."""
    named = [squeeze(value) for name, value in document.meta if name.lower() == "sitename"]
    return [_PORTAL.sub("", name) for name in named]


_PORTAL = re.compile(r"(?:政府)?(?:信息公开|政务)?(?:门户)?(?:网站|网|平台)$")


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
    """Whether a place, or the last of a chain (吴忠市利通区), is a county or district."""
    if any(not one.code.endswith("00") for one in by_name(place)):
        return True
    here = region_of(place) if is_place(place) and place_of(place) == place else None
    return here is not None and not here.code.endswith("00") and not is_zone(place)


_COUNTIES = frozenset("县市区旗")


def _is_menu(names: list[str]) -> bool:
    """Whether names are of organs of one place side by side: 渠县水务局, 渠县民政局."""
    apart = (
        (one, other)
        for one, other in combinations(dict.fromkeys(names), 2)
        if not one.startswith(other) and not other.startswith(one)
    )
    return any(place_of(one) == place_of(other) for one, other in apart)


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
    names = {name for name in alone if speaks_as(name, said)}
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
            if not is_generic(whole) and (place_of(whole) or _bears_a_place(whole)):
                yield whole


def _bears_a_place(name: str) -> bool:
    """Whether an institution's name begins with a division's: 武威第十五中学, 湛江海关."""
    if not _INSTITUTION.search(name):
        return False
    begins = (name[:length] for length in (2, 3))
    return any(by_name(place + kind) for place in begins for kind in _KINDS)


# Schools, hospitals, companies, and the branches of central organs.
_INSTITUTION = re.compile(
    r"(?:学校|中学|小学|学院|大学|医院|公司|海关|海事局|海事处|边防检查总?站|调查总?队)$"
)
_KINDS = ("市", "县", "区", "州", "旗", "省", "自治区")
