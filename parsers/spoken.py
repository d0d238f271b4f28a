"""Tell as which organ a report speaks: 我局, 本镇, 全乡, or 县水务局 of which each clause tells.

A name that stands somewhere on a page is the organ's own only where the report speaks as such an
organ. Reads the text alone; knows no page's places and no host.
"""

from __future__ import annotations

import re

from parsers.organs import is_generic, place_of

#: Places that a report calls its own (我县); an office of them says so, too.
PLACES = frozenset("县市区旗州省")
# What a report calls its organ, and how such an organ's name ends. 全县 says any office of it.
# Words that go on are others: 本办法, 我办理, 本社区, 成本所需, 健全乡镇; 本站 is a footer's site.
_SELF = re.compile(
    r"[我本全](?:(?:(?<=(?<!自)我)|(?<=(?<![成样文标基根资版课书脚副读])本))"
    r"(局(?!域|面(?!向))|委(?![托派])|办(?![法理结案])(?:事处)?|厅|院(?![校落])|校(?![对验])|社(?![会区保])|馆"
    r"|站(?![点由所已内网])|所(?![有需属在知述能做见])|处(?![理置罚分于境])|队(?!伍)|公司|中心"
    r"|镇|乡|街道|县|市(?!场)|区(?!域)|旗|州|省)"
    r"|(?<=(?<![健安完])全)(镇|乡|街道))"
)
# What another says: 县水务局答复称“我局未制作该信息”.
_QUOTED = re.compile(r"“[^“”\n]{0,200}”|[「‘《][^「」‘’《》\n]{0,200}[」’》]|\"[^\"\n]{0,60}\"")
_ENDS = {
    "委": ("委", "委员会"),
    "办": ("办", "办公室", "街道办事处"),
    "校": ("学校", "中学", "小学", "大学", "学院"),
    "镇": ("镇人民政府",),
    "乡": ("乡人民政府",),
    "街道": ("街道办事处",),
    "区": ("区管理委员会", "区管委会"),
}
# Whom a clause speaks of, without a place: 县民政局, 市人民政府; not whose site or office it is.
_SUBJECT = re.compile(
    r"(?:^|[。，,；;：:、\s])(?:其中)?(?P<organ>[县市区旗州省]"
    r"(?:人民政府|(?!人民政府)[\u4e00-\u9fff]{1,12}?(?:局|委员会|委|厅)))(?![办网门信])",
    re.MULTILINE,
)
_GOVERNMENT = "人民政府"


def said_in(text: str) -> set[str]:
    """Return what a report calls its organ: 局 of 我局, 镇 of 全镇, 县 of 我县.

    >>> sorted(said_in("我局网站公开，县政府网站转载，依照本办法，县医院称“我院”"))
    ['局']
    """
    own = _QUOTED.sub("", text)
    return {found[1] or found[2] for found in _SELF.finditer(own)}


def speaks_as(name: str, said: set[str]) -> bool:
    """Whether a report that calls its organ as `said` may be that of the organ `name`."""
    words = said - (PLACES - {"区"})
    return any(name.endswith(_ENDS.get(word, (word,))) for word in words)


def subjects_in(text: str) -> set[str]:
    """Return the organs without a place of which clauses speak: 县民政局."""
    return {found["organ"] for found in _SUBJECT.finditer(text)}


def acts(name: str, subjects: set[str]) -> bool:
    """Whether of all organs without a place the text speaks of `name` alone: 县民政局."""
    place = place_of(name)
    alone = name[len(place) - 1 :] if place else ""
    return is_generic(alone) and _GOVERNMENT not in name and subjects == {alone}
