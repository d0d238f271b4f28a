"""Tell whether two names may be of one organ: one fuller, abbreviated, or in another order.

鄂州市国税局 is 鄂州市国家税务局, 贺州市 in a title its government. Knows names alone, never the
page that they stand on.
"""

from __future__ import annotations

import re

from parsers.organs import place_of

_SHORT_FORMS = (
    ("管理委员会", "管委"),
    ("管委会", "管委"),
    ("人民政府", "政府"),
    ("委员会", "委"),
    ("办公室", "办"),
    ("办公厅", "办"),
    ("办事处", "办"),
)
_GOVERNMENT = "人民政府"


def agree(title: str, other: str) -> bool:
    """Whether `other` names the organ that the title names, perhaps more fully."""
    short, long = _shorten(title), _shorten(other)
    if short == long or long.endswith(short) or short.endswith(long):
        return True
    if title.endswith(_GOVERNMENT):
        # 贺州市 in a title stands for the government; its office signs for it.
        return f"{short}办".endswith(long) or long == f"{short}信息公开办"
    if ends_alike(short, long) and _within(short, long):
        return True
    return _abbreviates(short, long)


def ends_alike(short: str, long: str) -> bool:
    """Whether `long` ends with the kind of organ that `short` says: 我局, 市教育局.

    >>> ends_alike("市教育局", "资阳市教育局"), ends_alike("市教育局", "资阳市民政局")
    (True, False)
    """
    bare = _OURS.sub("", short)
    return _shorten(long).endswith(_shorten(bare)[-3:])


# 我局 says no more than that it is a 局.
_OURS = re.compile(r"^[我本该](?=[局委办厅院])")
_DIVISION_WORDS = re.compile(r"[省市县区旗州镇乡局]")


def _abbreviates(short: str, long: str) -> bool:
    """Whether `short` leaves out words of `long` at the same place, or orders them otherwise.

    >>> _abbreviates("鄂州市国税局", "鄂州市国家税务局")
    True
    >>> _abbreviates("卧龙区生态环境分局", "南阳市生态环境局卧龙分局")
    True
    """
    place = place_of(short)
    if place and long.startswith(place) and short[-1] == long[-1] and _within(short, long):
        return True
    branch = short.endswith("分局") and long.endswith("分局")
    return branch and set(_DIVISION_WORDS.sub("", short)) <= set(_DIVISION_WORDS.sub("", long))


def _within(short: str, long: str) -> bool:
    """Whether the characters of `short` stand in `long` in their order."""
    rest = iter(long)
    return all(letter in rest for letter in short)


def _shorten(name: str) -> str:
    for long, short in _SHORT_FORMS:
        name = name.replace(long, short)
    return name
