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

from parsers.alike import agree, ends_alike
from parsers.cleaning.brands import has_brand
from parsers.cleaning.stated import credited, signatures
from parsers.dates import is_date
from parsers.items import Agency
from parsers.metadata import site_id_in
from parsers.openings import named_in_opening
from parsers.organs import (
    in_full,
    is_generic,
    is_organ,
    is_place,
    is_section,
    level_of,
    place_of,
    squeeze,
    type_of,
)
from parsers.regions import is_zone, namesakes, region_named, region_of
from parsers.shown import once
from parsers.spoken import PLACES, speaks_as
from parsers.surroundings import (
    as_autonomous,
    county_around,
    hands_in,
    in_box,
    in_its_place,
    organs_around,
    own_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.items import Document, KnownOrgan
    from parsers.titles import Title

Evidence = Literal["registry", "meta", "signature", "title", "body"]
_META = frozenset({"contentsource", "publisher", "author", "source"})
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
    chosen = _or_around(_choose(claims, known, document), document, title, known)
    if chosen is None:
        return Agency(site_id=_site_id(document, known)), []
    warnings = [
        f"{claim.evidence} names {claim.name}, {chosen.evidence} names {chosen.name}"
        for claim in _first_of_each(claims)
        if claim.evidence in ("meta", "signature", "title")
        and not is_generic(claim.name)
        and not agree(claim.name, chosen.name)
    ]
    if chosen.evidence != "registry":  # which calls its organ as it does
        chosen = Claim(as_autonomous(chosen.name, document), chosen.evidence)
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
    return claim.evidence == "meta" and claim.name in _credited(document)


@once
def _credited(document: Document) -> frozenset[str]:
    return frozenset(in_full(name) for name in credited(document))


# 人民政府信息公开 holds the word, 资阳市政府信息公开 does not.
_SAYS_GOVERNMENT = re.compile(r"人民政府|政府(?!信息|政务|部门|网站)")


def _claims(document: Document, title: Title | None, known: KnownOrgan | None) -> Iterator[Claim]:
    """Yield what names an organ, in the order of trust, in full and without brands."""
    place = place_of(known.name) if known else None
    if known:
        yield Claim(known.name, "registry")
    for evidence, names in _sources(document, title):
        for name in names:
            if is_organ(name) and not has_brand(name) and not _is_joint(evidence, name):
                whole = _complete(_without_its_office(in_full(name)), place)
                if evidence == "title" or not (is_generic(whole) or is_section(whole)):
                    yield Claim(whole, evidence)


def _is_joint(evidence: Evidence, name: str) -> bool:
    """Whether two organs of one place sign on one line: 渠县文化局　渠县旅游局."""
    if evidence != "signature" or place_of(name) is None:
        return False
    second = name.find(name[:2], 2)
    return second > 0 and is_organ(name[:second]) and is_organ(name[second:])


def _without_its_office(name: str) -> str:
    """Return a town for its office, which hands in its report: 三汇镇党政办."""
    found = _OFFICE_OF_A_TOWN.fullmatch(name)
    return in_full(found[1]) if found and is_place(found[1]) else name


# 渠县城镇综合开发办公室 is no town's: behind a county such a word has one letter, a town two.
_OFFICE_OF_A_TOWN = re.compile(
    r"(.{2,20}(?<![省市县区旗州乡].)(?<!小城)(?:(?<!乡)镇|(?<!镇)乡|(?<!镇)街道))"
    r"(?:党政|党建|综合|政务)[^局]{0,8}办(?:公室)?"
)


def _sources(document: Document, title: Title | None) -> Iterator[tuple[Evidence, list[str]]]:
    metas = [squeeze(value) for name, value in document.meta if name.lower() in _META]
    yield "meta", [*in_box(document), *metas]
    yield "signature", [*signatures(document), *_signed_lines(document)]
    yield "title", [title.organ] if title and title.organ else []
    yield "body", list(named_in_opening(document))


def _choose(claims: list[Claim], known: KnownOrgan | None, document: Document) -> Claim | None:
    """Return the claim to trust: the first that agrees with the title, else the title's own."""
    titled = next((claim for claim in claims if claim.evidence == "title"), None)
    if titled is None:
        return _choose_untitled(claims, known, own_words(document))
    if is_generic(titled.name):
        fuller = (c for c in claims if c.evidence != "title" and ends_alike(titled.name, c.name))
        return next(fuller, titled)
    agreeing = (claim for claim in claims if agree(titled.name, claim.name))
    return _fullest(titled, next(agreeing, titled), claims)


def _fullest(titled: Claim, chosen: Claim, claims: list[Claim]) -> Claim:
    """Return `chosen`, but by the name that says the most among those that agree with the title."""
    if chosen.evidence == "registry":
        return chosen
    fuller = [
        claim
        for claim in claims
        if claim.name.endswith(chosen.name)
        and agree(titled.name, claim.name)
        and is_place(claim.name.removesuffix(chosen.name))
    ]
    return max(fuller, key=lambda claim: len(claim.name), default=chosen)


def _or_around(
    chosen: Claim | None, document: Document, title: Title | None, known: KnownOrgan | None
) -> Claim | None:
    """Return `chosen`, or what stands around the report where that says more.

    Nothing particular is chosen, or a town that may lie anywhere, or a government only by its host,
    or by a box who is not as whom the report speaks.
    """
    titled = title is not None and title.organ is not None
    by_host = chosen is not None and chosen.evidence == "registry" and not titled
    handed_in = not titled and chosen is not None and _only_handed_in(chosen, own_words(document))
    nowhere = chosen is not None and chosen.evidence != "registry" and _lies_nowhere(chosen.name)
    if chosen and not ((by_host and known and known.type == "government") or nowhere or handed_in):
        return chosen
    place = place_of(known.name) if known else None
    around = [
        name
        for name in (_complete(name, place) for name in organs_around(document))
        if not chosen or by_host or handed_in or _completes(name, chosen.name)
    ]
    if around:
        return Claim(_in_its_county(around[0], document), "body")
    if chosen and nowhere and is_generic(chosen.name):
        return Claim(in_its_place(chosen.name, document) or chosen.name, chosen.evidence)
    county = county_around(document) if chosen and nowhere else None
    return Claim(county + chosen.name, chosen.evidence) if chosen and county else chosen


def _only_handed_in(claim: Claim, said: set[str]) -> bool:
    """Whether a box names another than whom the report speaks as: 渠县人民政府办公室, 我局."""
    if claim.evidence != "meta" or not hands_in(claim.name):
        return False
    return bool(said - PLACES) and not speaks_as(claim.name, said)


def _in_its_county(name: str, document: Document) -> str:
    """Return a town's name with the county around it where it stands alone: 东关街道办事处."""
    alone = _TOWNSHIP_ALONE.fullmatch(place_of(name) or "")
    return (county_around(document) or "") + name if alone else name


def _completes(name: str, short: str) -> bool:
    """Whether `name` is what `short` may stand for: a town with its county, a bureau with any.

    县教育局 is that of a county, not of a city.
    """
    if not is_generic(short):
        return name.endswith(short) and name != short
    kind = short[0] if short[0] in "省市县区旗州镇乡" else ""
    return ends_alike(short, name) and (place_of(name) or "").endswith(kind)


def _lies_nowhere(name: str) -> bool:
    """Whether a name does not say of which county or town it is: 我局, 宝城镇人民政府."""
    return is_generic(name) or bool(_TOWNSHIP_ALONE.fullmatch(place_of(name) or ""))


def _choose_untitled(claims: list[Claim], known: KnownOrgan | None, said: set[str]) -> Claim | None:
    """Return the claim to trust where the title names no organ.

    A government's host carries other organs' reports: there a signature or a metadata box that
    names one of them says more than the host. A box names the portal's operator where the report
    says 我局 and a bureau signs; where the operator signs as well, another's report is below.
    """
    if known and known.type == "government":
        inside = [
            claim
            for claim in claims
            if claim.evidence in ("meta", "signature") and not agree(claim.name, known.name)
        ]
        signed = [claim for claim in inside if claim.evidence == "signature"]
        if signed or len({claim.name for claim in inside}) == 1:
            return (signed or inside)[0]
    first = next(iter(claims), None)
    if first is None or not _only_handed_in(first, said):
        return first
    signing = [claim for claim in claims if claim.evidence == "signature"]
    if any(agree(claim.name, first.name) for claim in signing):
        return first
    return next((claim for claim in signing if speaks_as(claim.name, said)), first)


def _first_of_each(claims: list[Claim]) -> list[Claim]:
    return list({claim.evidence: claim for claim in reversed(claims)}.values())


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
    """Yield what signs on one line with its date, and above a date however that is written."""
    last = [block.text for block in document.blocks[-_LAST:] if block.text]
    for n, line in enumerate(last):
        found = _SIGNED_ON_ONE_LINE.match(line)
        if found:
            yield found["organ"]
        elif n and _may_be_a_date(line) and is_date(line) and not _tells(last[n:]):
            yield squeeze(last[n - 1])


def _may_be_a_date(line: str) -> bool:
    return len(line) <= _LONGEST_DATE and line[0] in _DATE_OPENS


def _tells(lines: list[str]) -> bool:
    """Whether sentences follow: a covering letter's signature stands above the report."""
    return any("。" in line for line in lines)


# Below a signature stand a toolbar and a footer; a date with a note in brackets has 20 characters.
_LAST, _LONGEST_DATE = 15, 24
_DATE_OPENS = frozenset("(（12１２一二")


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
