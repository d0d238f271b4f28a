"""Say what stood where a brand or a domain stands now: a name, the topic, nothing, or nobody knows.

Judged by the characters right before and behind, and by the names that the registry and the page
itself give. A name is put back only where no source contradicts: a page that says 我局 is not its
portal's government, and an organ that the page states beats no other. Never looks for brands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from parsers.organs import place_of
from parsers.patterns import bounded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

#: The sign of a lost character (虚缺号): stands where a name stood that no source knows.
GAP = "□"
UNKNOWN = "no source says what stood here"
SEPARATORS = "-_|｜—–·:：,， "
CRUMBS = ">›»＞"
NOUNS = (
    r"(?:市|县|区|镇|乡)?(?:人民政府|政府|委员会|办公室|公报|门户网|政府网|党委|党组|机关|局|厅)"
)
TITLE_REST = bounded(rf"^(?:关于)?(?:(?:19|20)\d{{2}}年|年度|{NOUNS}|信息公开|政务公开)")

_TOPIC_SLOT = bounded(r"^(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)")
_YEAR_BEFORE = bounded(r"(?:19|20)\d{2}年?(?:度|年度)?$")
_DEPARTMENT = bounded(
    r"^(?:[市县区旗镇乡省州])?[\u4e00-\u9fff]{1,14}?(?:局|委员会|厅|中心|海关|管委会|街道办事处|[镇乡]人民政府)"
)
_OWN_PARTS = (
    "办公室",
    "办公厅",
    "公报",
    "网站",
    "门户",
    "政府",
    "关于",
    "领导",
    "党组",
    "各",
    "信息",
)
_SITE_BEFORE = bounded(r"中国[·?•．.]$")
_PLACE_END = bounded(r"[省市县区旗]$")
# What a name may follow: prepositions, brackets and quotes, the end of a place or of a date.
_LEADS = bounded(
    r"[由向对给至到以为是和与及在经从请据按归被将跟同、《“（(「『·"
    r"省市县区旗镇乡州年月日度]$"
)
_ENDS = bounded(r"^[。，；！？：、）)】》”\s]|^$")
_CRUMB_BEFORE = bounded(r"(?:位置\s?[:：]?|[>›»＞])\s?$")
_CRUMB_AFTER = bounded(r"^\s?(?:[>›»＞]|->)")
_HUNG = "-_|｜—–"
_WORD_END = bounded(r"[\u4e00-\u9fff0-9]$")


@dataclass(frozen=True, slots=True)
class Names:
    """What may stand where a brand stands: the organ's name in full, its place, and who says so."""

    organ: str
    place: str
    source: str


def names_of(organ: str, source: str) -> Names:
    """Return the names that follow from an organ's."""
    return Names(organ, place_of(organ) or "", source)


@dataclass(frozen=True)
class Known:
    """The names at hand: the registry's (None: unknown or contradicted), the page's own organs."""

    names: Names | None
    stated: Sequence[str]

    def ending(self, after: str) -> Names | None:
        """Return the first stated organ's with an end, not all of it, that begins `after`."""
        endings = self._endings
        longest = min(len(after), self._longest)
        ends = (after[:length] for length in range(_SHORTEST_END, longest + 1))
        numbers = [endings[end] for end in ends if end in endings]
        return names_of(self.stated[min(numbers)], _STATED) if numbers else None

    @cached_property
    def lone(self) -> Names | None:
        """The stated names, where all of them are of one organ."""
        return names_of(self.stated[0], _STATED) if len(set(self.stated)) == 1 else None

    @cached_property
    def _endings(self) -> dict[str, int]:
        """The number of the first stated organ by each end: a page may state thousands."""
        endings: dict[str, int] = {}
        left, length = [*enumerate(self.stated)][::-1], _SHORTEST_END
        while left := [each for each in left if len(each[1]) > length]:
            endings |= {organ[-length:]: number for number, organ in left}
            length += 1
        return endings

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._endings), default=0)


_STATED = "stated by the page"
# 教育局 says whose words go on, 局 does not.
_SHORTEST_END = 3


@dataclass(frozen=True, slots=True)
class Fit:
    """What to do with a substitute: put `right` back, cut it, mark the gap; and by which rule."""

    action: Literal["restored", "removed", "flagged"]
    right: str
    rule: str


def fit(before: str, after: str, known: Known, *, established: bool) -> Fit:
    """Return what belongs between `before` and `after`.

    `established` says that the words surely stood for a name elsewhere on the page.
    """
    if _YEAR_BEFORE.search(before) and _TOPIC_SLOT.match(after) and "公开" not in before:
        return Fit("restored", "政府信息公开", "the topic between year and report")
    added = _is_added(before, after, established=established)
    if added:
        return Fit("removed", "", added)
    names = _chosen(after, known)
    if names is None:
        return Fit("flagged", GAP, UNKNOWN)
    right = _between(before, after, names)
    if not right:
        return Fit("removed", "", "inserted beside the name")
    rule = f"name from the {names.source}" if names.source == "registry" else names.source
    return Fit("restored", right, rule)


def _is_added(  # noqa: PLR0911 (one a place)
    before: str, after: str, *, established: bool
) -> str | None:
    """Return why nothing stood here, None where a name did."""
    left, right = before.rstrip(), after.lstrip()
    if left[-1:] in tuple(_HUNG) and not right.strip(SEPARATORS):
        return "appended to a title"
    if not left.strip(SEPARATORS) and right[:1] in tuple(_HUNG):
        return "hung before a title"
    if _CRUMB_AFTER.match(after) or (_CRUMB_BEFORE.search(before) and not right):
        return "in the place of a link"
    if left[-1:] + right[:1] in ("【】", "[]"):
        return "in brackets of its own"
    if established:
        return None
    if not left and not right:
        return "a line of its own"
    behind = _WORD_END.search(left) and not _LEADS.search(left)
    alone = left[-1:] in tuple("。；！？") and right[:1] in tuple("。；！？")
    return "put in behind a clause" if (behind and _ENDS.match(after)) or alone else None


def _chosen(after: str, known: Known) -> Names | None:
    """Return stated names that end as the text goes on, else the registry's, else a lone one."""
    return (
        known.ending(after) or known.names or (known.lone if not _DEPARTMENT.match(after) else None)
    )


def _between(before: str, after: str, names: Names) -> str:
    """Return what `names` puts between `before` and `after`, "" where it stands there whole."""
    organ, place = names.organ, names.place
    if before.rstrip(SEPARATORS).endswith(organ) or after.lstrip(SEPARATORS).startswith(organ):
        return ""
    if _SITE_BEFORE.search(before):
        return _PLACE_END.sub("", place) or organ
    if place and before.endswith(place) and organ.startswith(place):
        rest = organ[len(place) :]
        return "" if after.startswith(rest) else rest
    return _before_the_rest(after, organ, place)


def _before_the_rest(after: str, organ: str, place: str) -> str:
    """Return the part of `organ` that `after` does not go on with: 廊坊市 before 人民政府办公室."""
    government = organ.endswith("人民政府")
    if government and after.startswith("政府信息公开"):
        return place
    for cut in range(1, len(organ) - 1):
        if after.startswith(organ[cut:]):
            return organ[:cut]
    if government and _is_other_department(after):
        return place[:-1] if place and after.startswith(place[-1]) else place
    return organ


def _is_other_department(after: str) -> bool:
    return not after.startswith(_OWN_PARTS) and bool(_DEPARTMENT.match(after))
