"""Say which organ issued a report, in full, and what told so.

Trust falls in this order: the registry (by host), the page's metadata box, the signature, the
title, the body. A claim only counts where it agrees with the title: metadata boxes name the
parent government or the portal's operator, and a government's host carries the reports of its
departments. A short form (资阳市, 市教育局, 宝城镇) is completed from the fuller claims.
Conflicts become warnings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from parsers.cleaning.brands import has_brand
from parsers.cleaning.stated import credited, labelled, signatures
from parsers.items import Agency
from parsers.metadata import site_id_in
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
from parsers.regions import is_zone, namesakes, region_named, region_of
from parsers.surroundings import county_around, organs_around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.items import Document, KnownOrgan
    from parsers.titles import Title

Evidence = Literal["registry", "meta", "signature", "title", "body"]
_META = frozenset({"contentsource", "publisher", "author", "source"})
_SHORT_FORMS = (
    ("管理委员会", "管委"),
    ("管委会", "管委"),
    ("人民政府", "政府"),
    ("委员会", "委"),
    ("办公室", "办"),
    ("办公厅", "办"),
    ("办事处", "办"),
)
_OPENING = re.compile(
    r"(?:公布|发布|由|与|向)(?P<organ>[\u4e00-\u9fff]{3,28}?)"
    r"(?:关于)?(?:编制|制作|联系|(?:19|20)\d{2}年(?:度)?.{0,8}信息公开|信息公开(?:工作)?年)"
)
_SIGNED_ON_ONE_LINE = re.compile(
    r"^(?P<organ>[\u4e00-\u9fff（）()]{4,30})\s*(?:19|20)\d{2}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日$"
)
_GOVERNMENT = "人民政府"


@dataclass(frozen=True, slots=True)
class Claim:
    """A name for the issuing organ, and what claims it."""

    name: str
    evidence: Evidence


def agency_of(
    document: Document, title: Title | None, known: KnownOrgan | None
) -> tuple[Agency, list[str]]:
    """Return the issuing organ as far as page and registry tell, and conflicts as warnings."""
    claims = [
        claim
        for claim in _claims(document, title, known)
        if not _is_only_the_office(claim, document, title)
    ]
    year = title.year if title else None
    chosen = _choose(claims, known)
    chosen = _or_around(chosen, document, title, known)
    if chosen is None:
        return Agency(site_id=_site_id(document, known)), []
    warnings = [
        f"{claim.evidence} names {claim.name}, {chosen.evidence} names {chosen.name}"
        for claim in _first_of_each(claims)
        if claim.evidence in ("meta", "signature", "title")
        and not is_generic(claim.name)
        and not _agree(claim.name, chosen.name)
    ]
    agency = _describe(chosen, document, known, year)
    return agency, warnings + _left_open(agency, known, year)


def _is_only_the_office(claim: Claim, document: Document, title: Title | None) -> bool:
    """Whether a claim is the office that works for the government whose report it is.

    A title that says 某县人民政府 means it, though its office signs; and 来源 only says who
    handed the page in. A title of a bare place leaves a signature or 发布机构 the last word.
    """
    if type_of(claim.name) != "office" or title is None or not title.organ:
        return False
    if type_of(title.organ) != "government":
        return False
    if _SAYS_GOVERNMENT.search(title.text):
        return True
    return claim.evidence == "meta" and claim.name in {in_full(n) for n in credited(document)}


# 人民政府信息公开 holds the word, 资阳市政府信息公开 does not.
_SAYS_GOVERNMENT = re.compile(r"人民政府|政府(?!信息|政务|部门|网站)")


def _claims(document: Document, title: Title | None, known: KnownOrgan | None) -> Iterator[Claim]:
    """Yield what names an organ, in the order of trust, in full and without brands."""
    place = place_of(known.name) if known else None
    if known:
        yield Claim(known.name, "registry")
    for evidence, names in _sources(document, title):
        for name in names:
            if is_organ(name) and not has_brand(name):
                whole = _complete(in_full(name), place)
                if not is_generic(whole) or evidence == "title":
                    yield Claim(whole, evidence)


def _sources(document: Document, title: Title | None) -> Iterator[tuple[Evidence, list[str]]]:
    metas = [squeeze(value) for name, value in document.meta if name.lower() in _META]
    yield "meta", [*labelled(document), *metas]
    yield "signature", [*signatures(document), *_signed_lines(document)]
    yield "title", [title.organ] if title and title.organ else []
    yield "body", list(_in_opening(document))


def _choose(claims: list[Claim], known: KnownOrgan | None) -> Claim | None:
    """Return the claim to trust: the first that agrees with the title, else the title's own."""
    titled = next((claim for claim in claims if claim.evidence == "title"), None)
    if titled is None:
        return _choose_untitled(claims, known)
    if is_generic(titled.name):
        fuller = (c for c in claims if c.evidence != "title" and _ends_alike(titled.name, c.name))
        return next(fuller, titled)
    agreeing = (claim for claim in claims if _agree(titled.name, claim.name))
    return _fullest(titled, next(agreeing, titled), claims)


def _fullest(titled: Claim, chosen: Claim, claims: list[Claim]) -> Claim:
    """Return `chosen`, but by the name that says the most among those that agree with the title."""
    if chosen.evidence == "registry":
        return chosen
    fuller = [
        claim
        for claim in claims
        if claim.name.endswith(chosen.name)
        and _agree(titled.name, claim.name)
        and is_place(claim.name.removesuffix(chosen.name))
    ]
    return max(fuller, key=lambda claim: len(claim.name), default=chosen)


def _or_around(
    chosen: Claim | None, document: Document, title: Title | None, known: KnownOrgan | None
) -> Claim | None:
    """Return `chosen`, or what stands around the report where that says more.

    Nothing particular is chosen, or a town that may lie anywhere, or a government only by its host.
    """
    titled = title is not None and title.organ is not None
    by_host = chosen is not None and chosen.evidence == "registry" and not titled
    if chosen and not (
        (by_host and known and known.type == "government")
        or (chosen.evidence != "registry" and _lies_nowhere(chosen.name))
    ):
        return chosen
    place = place_of(known.name) if known else None
    around = [
        name
        for name in (_complete(name, place) for name in organs_around(document))
        if not chosen or by_host or _completes(name, chosen.name)
    ]
    if around:
        return Claim(around[0], "body")
    county = county_around(document) if chosen and not is_generic(chosen.name) else None
    if chosen is None or by_host or county is None:
        return chosen
    return Claim(county + chosen.name, chosen.evidence)


def _completes(name: str, short: str) -> bool:
    """Whether `name` is what `short` may stand for: a town with its county, a bureau with any.

    县教育局 is that of a county, not of a city.
    """
    if not is_generic(short):
        return name.endswith(short) and name != short
    kind = short[0] if short[0] in "省市县区旗州镇乡" else ""
    return _ends_alike(short, name) and (place_of(name) or "").endswith(kind)


def _lies_nowhere(name: str) -> bool:
    """Whether a name does not say of which county or town it is: 我局, 宝城镇人民政府."""
    return is_generic(name) or bool(_TOWNSHIP_ALONE.fullmatch(place_of(name) or ""))


def _choose_untitled(claims: list[Claim], known: KnownOrgan | None) -> Claim | None:
    """Return the claim to trust where the title names no organ.

    A government's host carries other organs' reports: there a signature or a metadata box that
    names one of them says more than the host.
    """
    if known and known.type == "government":
        inside = [
            claim
            for claim in claims
            if claim.evidence in ("meta", "signature") and not _agree(claim.name, known.name)
        ]
        signed = [claim for claim in inside if claim.evidence == "signature"]
        if signed or len({claim.name for claim in inside}) == 1:
            return (signed or inside)[0]
    return next(iter(claims), None)


def _first_of_each(claims: list[Claim]) -> list[Claim]:
    return list({claim.evidence: claim for claim in reversed(claims)}.values())


def _agree(title: str, other: str) -> bool:
    """Whether `other` names the organ that the title names, perhaps more fully."""
    short, long = _shorten(title), _shorten(other)
    if short == long or long.endswith(short) or short.endswith(long):
        return True
    if title.endswith(_GOVERNMENT):
        # 贺州市 in a title stands for the government; its office signs for it.
        return f"{short}办".endswith(long) or long == f"{short}信息公开办"
    if _ends_alike(short, long) and _within(short, long):
        return True
    return _abbreviates(short, long)


def _ends_alike(short: str, long: str) -> bool:
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


# 宝城镇, 市桥街道; not 安澜县柳溪镇 or 渠县宝城镇, which say where they lie. The look ahead goes no
# farther than what follows it: without an end it took the square of a name's length.
_TOWNSHIP_ALONE = re.compile(
    r"(?!.{1,8}[县区市旗].{1,8}(?:镇|乡|街道))[\u4e00-\u9fff]{1,8}(?:镇|乡|街道)"
)


def _complete(name: str, place: str | None) -> str:
    """Return `name` with the registry's place before it where it stands without one.

    >>> _complete("市教育局", "资阳市"), _complete("宝城镇人民政府", "渠县")
    ('资阳市教育局', '渠县宝城镇人民政府')
    >>> _complete("安澜县柳溪镇人民政府", "云泽市")
    '安澜县柳溪镇人民政府'
    """
    if not place or name.startswith(place):
        return name
    if name[0] == place[-1] and name[0] in "市县区镇乡旗州":
        return place[:-1] + name
    own = place_of(name)
    alone = is_generic(name) if own is None else bool(_TOWNSHIP_ALONE.fullmatch(own))
    return place + name if alone else name


def _signed_lines(document: Document) -> Iterator[str]:
    for block in document.blocks[-15:]:
        found = _SIGNED_ON_ONE_LINE.match(block.text)
        if found:
            yield found["organ"]


def _in_opening(document: Document) -> Iterator[str]:
    for block in document.blocks[:20]:
        if len(block.text) >= _SENTENCE:
            for found in _OPENING.finditer(squeeze(block.text)):
                yield _LEAD.sub("", found["organ"])


_SENTENCE = 30
_LEAD = re.compile(r"^(?:.*(?:公布|发布|公开|由|与|向)|社会|公众)")


def _describe(
    claim: Claim, document: Document, known: KnownOrgan | None, year: int | None
) -> Agency:
    if known and claim.name == known.name:
        return Agency(
            name=known.name,
            evidence="registry",
            id=known.id,
            region_code=known.region_code,
            region=known.region,
            level=known.level,
            type=known.type,
            site_id=_site_id(document, known),
        )
    agency = Agency(
        name=claim.name,
        evidence=claim.evidence,
        level=level_of(claim.name),
        type=type_of(claim.name),
        site_id=_site_id(document, known),
    )
    _place(agency, known, year)
    return agency


def _place(agency: Agency, known: KnownOrgan | None, year: int | None) -> None:
    """Fill in the division: by the name's places, else by the host's, else by the site's code."""
    name = agency.name or ""
    here = region_of(name, within=_surroundings(agency, known), year=year)
    own_level = agency.level in ("township", None, known.level if known else None)
    if here:
        agency.region_code, agency.region = here.code, here.region
    elif known and known.region_code and (own_level or is_zone(name)):
        agency.region_code, agency.region = known.region_code, known.region
    elif agency.site_id and agency.site_id.isdigit():
        code = agency.site_id[:6]
        region = region_named(code)
        if region and (agency.level not in ("county", "township") or not code.endswith("00")):
            agency.region_code, agency.region = code, region


def _surroundings(agency: Agency, known: KnownOrgan | None) -> str | None:
    """Return the code of the place that host or site code put the organ in, or None.

    A site code opens with the division of the government that runs the site.
    """
    if known and known.region_code:
        return known.region_code
    code = (agency.site_id or "")[:6]
    return code if region_named(code) else None


def _left_open(agency: Agency, known: KnownOrgan | None, year: int | None) -> list[str]:
    """Return a warning where several divisions bear the organ's name and nothing parts them."""
    if agency.region_code or not agency.name:
        return []
    several = namesakes(agency.name, within=_surroundings(agency, known), year=year)
    if not several:
        return []
    return [f"{agency.name} may lie in {' or '.join(several[:5])}: no division code is given"]


def _site_id(document: Document, known: KnownOrgan | None) -> str | None:
    return (known.site_id if known else None) or site_id_in(document)
