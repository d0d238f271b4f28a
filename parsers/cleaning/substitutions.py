"""Restore the names that brands and foreign domains replaced: 365bet体育平台 → 宁德市交通运输局.

Copied and hacked pages swap the organ's name, the site's name or the topic itself for a betting
brand or a domain (seeds 002 and 004). What stood there is taken from the registry by host; where
that knows nothing, from the organ that the same page states in its metadata or signature. Nothing
is guessed: with no source the brand is removed and quoted, and a domain that is no betting site's
is flagged. Enforcement against gambling, 澳门, addresses in honest places (网址：, 登录, e-mail)
stay.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parsers.cleaning.brands import Brand, brands_in
from parsers.cleaning.domains import Domain, domains_in, is_betting
from parsers.cleaning.rewrite import everything, rewrite, texts
from parsers.cleaning.stated import stated_organs
from parsers.items import Cut
from parsers.organs import is_organ, is_place, place_of
from parsers.titles import year_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.items import Document, KnownOrgan, SpamKind

_SENTENCE_END = re.compile(r"[。；;！？!\n]")
# A sentence about gambling or fraud names brands honestly.
_ENFORCEMENT = re.compile(
    r"赌|博彩|查处|打击|取缔|整治|侦破|破获|抓获|捣毁|案件|犯罪|诈骗|违法|非法|侵权|涉案|关停|拦截|公益金|举报"
)
_GAMBLING = re.compile(r"赌|博彩|涉案|诈骗|捣毁|破获")
_DATE_LINE = re.compile(
    r"^[(（]?(?:19|20)\d{2}[\d年月日./\-\s]{1,12}[)）]?$|^[一二][〇○零一二三四五六七八九]{3}年"
)
_NOUNS = (
    r"(?:市|县|区|镇|乡)?(?:人民政府|政府|委员会|办公室|公报|门户网|政府网|党委|党组|机关|局|厅)"
)
_TITLE_REST = re.compile(rf"^(?:关于)?(?:(?:19|20)\d{{2}}年|年度|{_NOUNS}|信息公开|政务公开)")
_TOPIC_SLOT = re.compile(r"^(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)")
_YEAR_BEFORE = re.compile(r"(?:19|20)\d{2}年?(?:度|年度)?$")
_SEPARATORS = "-_|｜—–·:：,， "
_APPENDED = re.compile(r"(?:报告|年报)\s*[-_|｜—–:：,，\s]+$")
_DEPARTMENT = re.compile(
    r"^(?:[市县区镇乡省州])?[\u4e00-\u9fff]{1,14}?(?:局|委员会|厅|中心|海关|管委会|街道办事处|[镇乡]人民政府)"
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


# What decides about a name stands within a sentence of it; pages of one endless line exist.
_NEAR = 300
_NEAR_PARTS = 4


@dataclass(frozen=True, slots=True)
class Names:
    """What may stand where a brand stands: the organ's name in full, its place, and who says so."""

    organ: str
    place: str
    source: str


@dataclass(frozen=True, slots=True)
class _Scene:
    """What all texts of a page share: names, words known to be substitutes, own hosts."""

    names: Names | None
    stated: tuple[Names, ...]
    established: frozenset[str]
    hosts: frozenset[str]


def restore_names(
    document: Document, known: KnownOrgan | None, hosts: frozenset[str]
) -> tuple[Document, list[Cut]]:
    """Return `document` with the names that were replaced, and every substitution.

    `hosts` are the page's own hosts: their domains are honest.
    """
    whole = everything(document)
    suspects = {brand.words for brand in brands_in(whole)} | {
        domain.words for domain in domains_in(whole) if domain.host not in hosts
    }
    unknown = _unknown_brand(document)
    if not suspects and unknown is None:
        return document, []
    stated = tuple(_names_of(organ, "stated by the page") for organ in stated_organs(document))
    scene = _Scene(
        _names_of(known.name, "registry") if known else None,
        stated,
        _established(document, hosts) | ({unknown} if unknown else set()),
        hosts,
    )
    return rewrite(document, lambda text: _restore(text, scene))


def _names_of(organ: str, source: str) -> Names:
    return Names(organ, place_of(organ) or "", source)


def _restore(text: str, scene: _Scene) -> tuple[str, list[Cut]]:
    cuts: list[Cut] = []
    out: list[str] = []
    at = 0
    for start, end, kind in _findings(text, scene):
        if start < at or not _is_substitute(text, start, end, scene, kind):
            continue
        before = "".join((*out[-_NEAR_PARTS:], text[at:start]))[-_NEAR:]
        after = text[end : end + _NEAR]
        right, rule = _fit(before, after, scene)
        words = text[start:end]
        if right is None and kind == "domain_substitution" and not is_betting(words):
            cuts.append(Cut(kind, words, "flagged", "a domain where a name stood"))
            continue
        out.append(text[at:start])
        at = end
        if right:
            out.append(right)
            cuts.append(Cut(kind, words, "restored", rule, right))
        else:
            at += len(after) - len(after.lstrip(_SEPARATORS)) if not before.strip() else 0
            cuts.append(Cut(kind, words, "removed", rule))
    if not cuts:
        return text, cuts
    return ("".join(out).rstrip(_SEPARATORS) if at == len(text) and not cuts[-1].replacement
            else "".join(out) + text[at:]), cuts  # fmt: skip


def _findings(text: str, scene: _Scene) -> list[tuple[int, int, SpamKind]]:
    """Return the spans of brands and foreign domains in `text`, in order, the longer first."""
    found: list[tuple[int, int, SpamKind]] = [
        (brand.start, brand.end, "brand_substitution") for brand in brands_in(text)
    ]
    found += [
        (domain.start, domain.end, "domain_substitution")
        for domain in domains_in(text)
        if domain.host not in scene.hosts
    ]
    for words in scene.established:
        kind: SpamKind = "domain_substitution" if "." in words else "brand_substitution"
        found += [(hit.start(), hit.end(), kind) for hit in re.finditer(re.escape(words), text)]
    first = {(start, end): (start, end, kind) for start, end, kind in reversed(found)}
    return sorted(first.values(), key=lambda span: (span[0], -span[1]))


def _is_substitute(text: str, start: int, end: int, scene: _Scene, kind: SpamKind) -> bool:
    words = text[start:end]
    rest = _sentence(text, start, end)
    if kind == "domain_substitution":
        reported = words not in scene.established and _GAMBLING.search(rest)
        return not reported and _domain_stands_for_name(text, Domain(start, end, words), scene)
    if words in scene.established:
        return not _GAMBLING.search(rest)
    if not text[:start].strip() and _TITLE_REST.match(text[end:]):
        return True
    return not _ENFORCEMENT.search(rest)


def _sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around a span, without the span."""
    far = max(0, start - _NEAR)
    left = max((found.end() for found in _SENTENCE_END.finditer(text, far, start)), default=far)
    right = _SENTENCE_END.search(text, end, end + _NEAR)
    return text[left:start] + text[end : right.start() if right else end + _NEAR]


_ADDRESS_BEFORE = re.compile(
    r"(?:网址|域名|网站|网站地址|登录|登陆|访问|浏览|链接|邮箱|邮件|地址|信箱|主页|官网|网|平台|e-?mail|mail)"
    r"\s*(?:为|是|:|：|\(|（|“|\")*\s*(?:https?://)?$",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(r"[《「『]$")
_NAME_AFTER = re.compile(rf"^{_NOUNS}|^[\u4e00-\u9fff]{{0,6}}公报")
_SUBJECT_AFTER = re.compile(r"^[\u4e00-\u9fff]")


def _domain_stands_for_name(text: str, domain: Domain, scene: _Scene) -> bool:
    """Whether a domain stands where only a name can: in a title, in 《…公报》, before 政府."""
    before, after = _around(text, domain)
    if after[:1] in "/:@" and after[:1]:
        return False
    if _ADDRESS_BEFORE.search(before):
        return False
    return domain.words in scene.established or _in_a_names_place(text, domain)


def _around(text: str, domain: Domain) -> tuple[str, str]:
    return text[max(0, domain.start - _NEAR) : domain.start], text[domain.end : domain.end + _NEAR]


def _in_a_names_place(text: str, domain: Domain) -> bool:
    before, after = _around(text, domain)
    if re.search(r"中国[·?•．]$", before):
        return True
    if _NAME_BEFORE.search(before) and _SUBJECT_AFTER.match(after):
        return True
    if not before.strip() and _TITLE_REST.match(after):
        return True
    if _NAME_AFTER.match(after):
        return True
    return is_betting(domain.words) and bool(_SUBJECT_AFTER.match(after))


def _established(document: Document, hosts: frozenset[str]) -> frozenset[str]:
    """Return the words that surely replaced a name: as title or signature, or thrice."""
    counts: Counter[str] = Counter()
    sure: set[str] = set()
    lines = [text for text in texts(document) if text]
    for n, line in enumerate(lines):
        foreign = (domain for domain in domains_in(line) if domain.host not in hosts)
        spans: list[Brand | Domain] = [*brands_in(line), *foreign]
        for span in spans:
            counts[span.words] += isinstance(span, Brand)
            if (
                _stands_as_title(line, span.start, span.end)
                or (span.words == line.strip() and _DATE_LINE.match(_next(lines, n)))
                or (isinstance(span, Domain) and _is_named(line, span))
            ):
                sure.add(span.words)
    return frozenset(sure | {words for words, count in counts.items() if count >= _THRICE})


_THRICE = 3


def _is_named(line: str, domain: Domain) -> bool:
    before, _ = _around(line, domain)
    if _GAMBLING.search(_sentence(line, domain.start, domain.end)):
        return False
    return not _ADDRESS_BEFORE.search(before) and _in_a_names_place(line, domain)


def _stands_as_title(line: str, start: int, end: int) -> bool:
    short = len(line) <= 80 and not _SENTENCE_END.search(line)  # noqa: PLR2004 (a title's length)
    return short and not line[:start].strip() and bool(_TITLE_REST.match(line[end:]))


def _next(lines: list[str], n: int) -> str:
    return lines[n + 1].strip() if n + 1 < len(lines) else ""


_TITLE_SLOT = re.compile(
    r"^(?P<name>[^，。；：《》\s]{3,30}?)(?:关于)?(?:19|20)\d{2}年.{0,30}信息公开"
)
# What the names of such sites hold and no organ's name does.
_SITE_WORDS = re.compile(
    r"[a-z]{2}|\d{2}|(?:平台|官网|娱乐|体育|网站|app|彩票|棋牌|国际|投注|电竞)$", re.IGNORECASE
)


def _unknown_brand(document: Document) -> str | None:
    """Return a brand that no lexicon holds: no organ's name, in title and signature."""
    lines = [text.strip() for text in texts(document)]
    alone = {line for n, line in enumerate(lines) if _DATE_LINE.match(_next(lines, n))}
    for line in lines:
        found = _TITLE_SLOT.match(line) if len(line) <= 80 else None  # noqa: PLR2004 (a title's length)
        name = re.sub(r"关于$", "", found["name"]) if found else ""
        if name in alone and _SITE_WORDS.search(name) and not _is_lawful(name):
            return name
    return None


def _is_lawful(name: str) -> bool:
    """Whether a name is an organ's, perhaps behind a brand, or none at all but a year's."""
    brands = list(brands_in(name))
    if brands:
        rest = name[brands[-1].end :]
        return not rest or is_organ(f"某{rest}")
    # 第29街道办事处, 第12师: a number within an organ's name is the organ's own.
    forms = (name, re.sub(r"^[^\u4e00-\u9fff]+", "", name), re.sub(r"第?\d+", "", name))
    organ = is_place(name) or any(map(is_organ, forms))
    return organ or year_in(name) is not None


def _fit(before: str, after: str, scene: _Scene) -> tuple[str | None, str]:
    """Return what stood between `before` and `after` (None for nothing), and the rule."""
    if _YEAR_BEFORE.search(before) and _TOPIC_SLOT.match(after) and "公开" not in before:
        return "政府信息公开", "the topic between year and report"
    if _APPENDED.search(before) and not after.strip(_SEPARATORS):
        return None, "appended to a title"
    for names in _candidates(after, scene):
        right = _fit_names(before, after, names)
        if right is not None:
            rule = f"name from the {names.source}" if names.source == "registry" else names.source
            return right or None, rule if right else "inserted beside the name"
    return None, "no source says what stood here"


def _candidates(after: str, scene: _Scene) -> Iterator[Names]:
    """Yield names to try: stated ones that end as the text goes on, the registry's, a lone one."""
    for names in scene.stated:
        if any(after.startswith(names.organ[cut:]) for cut in range(1, len(names.organ) - 2)):
            yield names
    if scene.names:
        yield scene.names
    elif len({names.organ for names in scene.stated}) == 1 and not _DEPARTMENT.match(after):
        yield scene.stated[0]


def _fit_names(before: str, after: str, names: Names) -> str | None:
    """Return what `names` puts between `before` and `after`, "" where it stands there whole."""
    organ, place = names.organ, names.place
    if before.rstrip(_SEPARATORS).endswith(organ) or after.lstrip(_SEPARATORS).startswith(organ):
        return ""
    if re.search(r"中国[·?•．.]$", before):
        return re.sub(r"[省市县区旗]$", "", place) or organ
    if place and before.endswith(place) and organ.startswith(place):
        rest = organ[len(place) :]
        return "" if after.startswith(rest) else rest
    return _fit_before(after, organ, place)


def _fit_before(after: str, organ: str, place: str) -> str:
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


def without_empty_blocks(document: Document) -> Document:
    """Return `document` without blocks that cleaning left empty."""
    kept = tuple(block for block in document.blocks if block.text or block.rows or block.links)
    return replace(document, blocks=kept) if len(kept) != len(document.blocks) else document
