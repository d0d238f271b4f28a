"""Restore the names that brands and foreign domains replaced: 365bet体育平台 → 宁德市交通运输局.

Copied and hacked pages swap the organ's name, the site's name or the topic itself for a betting
brand or a domain (seeds 002 and 004). What stood there is taken from the registry by host; where
that knows nothing, from the organ that the same page states in its metadata or signature (`names`).
Nothing is guessed: where no source knows the name, the substitute comes out, □ marks the gap and
the finding is flagged; a domain that is no betting site's is flagged and stays. Enforcement against
gambling, 澳门, addresses in honest places (网址：, 登录, e-mail) stay.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice
from re import IGNORECASE, escape
from typing import TYPE_CHECKING, Any

from parsers.cleaning.brands import Brand, brands_in
from parsers.cleaning.domains import Domain, domains_in, is_betting
from parsers.cleaning.masses import SUSPECT, clear
from parsers.cleaning.names import CRUMBS, NOUNS, SEPARATORS, TITLE_REST, Known, fit, names_of
from parsers.cleaning.rewrite import everything, rewrite, texts
from parsers.cleaning.stated import stated_organs
from parsers.items import Cut
from parsers.metadata import site_id_in
from parsers.organs import is_organ, is_place
from parsers.patterns import bounded, holding, linear
from parsers.titles import year_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.items import Document, KnownOrgan, SpamKind

_SENTENCE_END = bounded(r"[。；;！？!\n]")
# A sentence about gambling or fraud names brands honestly.
_ENFORCEMENT = bounded(
    r"赌|博彩|查处|打击|取缔|整治|侦破|破获|抓获|捣毁|诈骗|侵权|涉案|关停|仿冒|暗链"
)
# Words that a report says of itself, too (未引发投诉举报): they count right beside a brand only.
_NEARBY = bounded(r"案件|犯罪|违法|非法|拦截|公益金|举报")
_BESIDE = 16
_GAMBLING = bounded(r"赌|博彩|涉案|诈骗|捣毁|破获")
_DATE_LINE = bounded(
    r"^[(（]?(?:19|20)\d{2}[\d年月日./\-\s]{1,12}[)）]?$|^[一二][〇○零一二三四五六七八九]{3}年"
)

# What decides about a name stands within a sentence of it; pages of one endless line exist.
_NEAR = 300
_NEAR_PARTS = 4
# The seeds' pages have some thirty; a page of more than this is first cleared (`masses`).
MOST_FINDINGS = 2000
_TOO_MANY = "thousands of brands, each another: left as they are"
_QUOTED = 100
# Words that stand for a name all over a page are one or two; a page made to be slow has thousands.
_MOST_ESTABLISHED = 40


@dataclass(frozen=True, slots=True)
class _Scene:
    """What all texts of a page share: names, words known to be substitutes, own hosts."""

    known: Known
    established: frozenset[str]
    anywhere: Any
    hosts: frozenset[str]


def restore_names(
    document: Document, known: KnownOrgan | None, hosts: frozenset[str]
) -> tuple[Document, list[Cut]]:
    """Return `document` with the names that were replaced, and every substitution.

    `hosts` are the page's own hosts: their domains are honest.
    """
    whole = everything(document)
    count = _count(whole, hosts)
    cleared: list[Cut] = []
    if count > MOST_FINDINGS:
        document, cleared = clear(document, hosts)
        whole = everything(document)
        if _count(whole, hosts) > MOST_FINDINGS:
            cut = Cut("brand_substitution", whole[:_QUOTED], "flagged", _TOO_MANY)
            return document, [*cleared, cut]
    unknown = _unknown_brand(document)
    if unknown is None and not count:
        return document, []
    every = _every_text(document)
    concerned = _suspects()(every)
    established = _established(document, concerned, hosts)
    established |= {unknown} if unknown else set()
    words = "|".join(escape(word) for word in sorted(established, key=len, reverse=True))
    scene = _Scene(
        _names_at_hand(document, known, whole),
        frozenset(established),
        linear(words, listed=False) if words else None,
        hosts,
    )
    if words:
        concerned |= holding(words)(every)
    document, cuts = rewrite(document, lambda text: _restore(text, scene), concerned)
    return document, [*cleared, *cuts]


def _every_text(document: Document) -> list[str]:
    """Return each text that `rewrite` can meet."""
    links = (link.text for block in document.blocks for link in block.links)
    meta = (value for _, value in document.meta)
    return [document.page_title or "", *meta, *texts(document), *links]


@cache
def _suspects() -> Callable[[list[str]], set[str]]:
    return holding(SUSPECT, ignore_case=True)


def _count(whole: str, hosts: frozenset[str]) -> int:
    """Return how many brands and foreign domains a text holds; beyond the limit, one more."""
    foreign = (domain for domain in domains_in(whole) if domain.host not in hosts)
    return sum(1 for _ in islice(chain(brands_in(whole), foreign), MOST_FINDINGS + 1))


def _names_at_hand(document: Document, known: KnownOrgan | None, whole: str) -> Known:
    stated = tuple(names_of(organ, "stated by the page") for organ in stated_organs(document))
    agrees = known and _agrees(known.name, whole) and _is_sites(document, known)
    return Known(names_of(known.name, "registry") if known and agrees else None, stated)


def _is_sites(document: Document, known: KnownOrgan) -> bool:
    """Whether the page's 网站标识码, where it bears one, is of the organ's prefecture.

    Its first six digits are a division's code (GB/T 2260).
    """
    code = site_id_in(document) or ""
    if not code[:6].isdecimal() or not known.region_code:
        return True
    return code[:_PREFECTURE] == known.region_code[:_PREFECTURE]


_PREFECTURE = 4


_BUREAU = bounded(r"我局|本局|我委|本委")
_GOVERNMENT = bounded(r"[我全][省市县区镇乡州旗]|[市县区镇乡]政府")


def _agrees(organ: str, whole: str) -> bool:
    """Whether the page can be the organ's: one that says 我局 throughout is no government's."""
    if not organ.endswith("人民政府"):
        return True
    return not (_BUREAU.search(whole) and not _GOVERNMENT.search(whole))


def _restore(text: str, scene: _Scene) -> tuple[str, list[Cut]]:
    cuts: list[Cut] = []
    out: list[str] = []
    at = 0
    for start, end, kind in _findings(text, scene):
        if start < at or not _is_substitute(text, start, end, scene, kind):
            continue
        near = text[max(at, start - _NEAR) : start]
        before = near if len(near) == _NEAR else "".join((*out[-_NEAR_PARTS:], near))[-_NEAR:]
        after = text[end : end + _NEAR]
        words, span = text[start:end], (start, end)
        found = fit(before, after, scene.known, established=words in scene.established)
        if found.action == "flagged" and kind == "domain_substitution" and not is_betting(words):
            cuts.append(Cut(kind, words, "flagged", "a domain where a name stood"))
            continue
        if found.rule == "in brackets of its own":
            span = text.rindex(before.rstrip()[-1], at, start), end + 1 + _blanks(after)
        out += [text[at : span[0]], found.right]
        at = span[1]
        if not found.right and not "".join(out[-_NEAR_PARTS:]).strip():
            rest = text[at : at + _NEAR]
            at += len(rest) - len(rest.lstrip(SEPARATORS))
        replacement = found.right if found.action == "restored" else None
        cuts.append(Cut(kind, words, found.action, found.rule, replacement))
    if at == 0 and not out:
        return text, cuts
    rest = "".join((*out, text[at:]))
    hanging = at == len(text) and out and not out[-1]
    return rest.rstrip(SEPARATORS + CRUMBS) if hanging else rest, cuts


def _blanks(after: str) -> int:
    return len(after) - len(after.lstrip())


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
    if scene.anywhere is not None:
        for hit in scene.anywhere.finditer(text):
            kind: SpamKind = "domain_substitution" if "." in hit.group() else "brand_substitution"
            found.append((hit.start(), hit.end(), kind))
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
    if not text[max(0, start - _NEAR) : start].strip() and TITLE_REST.match(text, end):
        return True
    beside = text[max(0, start - _BESIDE) : start] + text[end : end + _BESIDE]
    return not _ENFORCEMENT.search(rest) and not _NEARBY.search(beside)


def _sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around a span, without the span."""
    far = max(0, start - _NEAR)
    left = max((found.end() for found in _SENTENCE_END.finditer(text, far, start)), default=far)
    right = _SENTENCE_END.search(text, end, end + _NEAR)
    return text[left:start] + text[end : right.start() if right else end + _NEAR]


_ADDRESS_BEFORE = bounded(
    r"(?:网址|域名|网站|网站地址|登录|登陆|访问|浏览|链接|邮箱|邮件|地址|信箱|主页|官网|网|平台|e-?mail|mail)"
    r"\s{0,3}(?:为|是|:|：|\(|（|“|\"){0,3}\s{0,3}(?:https?://)?$",
    IGNORECASE,
)
_SITE_BEFORE = bounded(r"中国[·?•．]$")
_NAME_BEFORE = bounded(r"[《「『]$")
_NAME_AFTER = bounded(rf"^{NOUNS}|^[\u4e00-\u9fff]{{0,6}}公报")
_LABEL_BEFORE = bounded(
    r"(?:主办|承办|版权所有|维护|发布机构|信息来源|来源|作者|编辑|供稿)[^：:，。]{0,6}[:：]\s?$"
)
_SUBJECT_AFTER = bounded(r"^[\u4e00-\u9fff]")


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
    if _SITE_BEFORE.search(before):
        return True
    if _NAME_BEFORE.search(before) and _SUBJECT_AFTER.match(after):
        return True
    if not before.strip() and TITLE_REST.match(after):
        return True
    if _NAME_AFTER.match(after):
        return True
    if is_betting(domain.words) and _LABEL_BEFORE.search(before):
        return True
    return is_betting(domain.words) and bool(_SUBJECT_AFTER.match(after))


def _established(document: Document, suspects: set[str], hosts: frozenset[str]) -> frozenset[str]:
    """Return the words that surely replaced a name: as title or signature, or thrice."""
    counts: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    lines = [text for text in texts(document) if text]
    for n, line in enumerate(lines):
        if line not in suspects:
            continue
        foreign = (domain for domain in domains_in(line) if domain.host not in hosts)
        spans: list[Brand | Domain] = [*brands_in(line), *foreign]
        signs = len(line) <= _LONGEST_TITLE and bool(_DATE_LINE.match(_next(lines, n)))
        for span in spans:
            counts[span.words] += isinstance(span, Brand)
            sure[span.words] += (
                _stands_as_title(line, span.start, span.end)
                or (signs and span.words == line.strip())
                or (isinstance(span, Domain) and _is_named(line, span))
            )
    often = Counter({words: count for words, count in counts.items() if count >= _THRICE})
    ranked = often + Counter({words: count for words, count in sure.items() if count})
    return frozenset(words for words, _ in ranked.most_common(_MOST_ESTABLISHED))


_THRICE = 3


def _is_named(line: str, domain: Domain) -> bool:
    before, _ = _around(line, domain)
    if _GAMBLING.search(_sentence(line, domain.start, domain.end)):
        return False
    return not _ADDRESS_BEFORE.search(before) and _in_a_names_place(line, domain)


def _stands_as_title(line: str, start: int, end: int) -> bool:
    short = len(line) <= _LONGEST_TITLE and not _SENTENCE_END.search(line)
    return short and not line[:start].strip() and bool(TITLE_REST.match(line[end:]))


_LONGEST_TITLE = 80


def _next(lines: list[str], n: int) -> str:
    return lines[n + 1].strip() if n + 1 < len(lines) else ""


_TITLE_SLOT = bounded(
    r"^(?P<name>[^，。；：《》\s]{3,30}?)(?:关于)?(?:19|20)\d{2}年.{0,30}信息公开"
)
# What the names of such sites hold and no organ's name does.
_SITE_WORDS = bounded(
    r"[a-z]{2}|\d{2}|[(（]中国[)）]|(?:平台|官网|官方网站|娱乐|体育|网站|app|彩票|棋牌|国际|投注|电竞)$",
    IGNORECASE,
)
#: What RE2 needs to see on a page before a brand of no lexicon can stand in its title.
UNKNOWN_NEEDLE = (
    r"(?m:^)[^，。；：《》\s]{0,28}(?:[a-z]{2}|(?:(?m:^)|[^第\d\s])\d{2}|[(（]中国[)）]"
    r"|平台|官网|网站|娱乐|体育|app|彩票|棋牌|国际|投注|电竞)"
    r"[^，。；：《》\s]{0,28}(?:19|20)\d{2}年"
)


def _unknown_brand(document: Document) -> str | None:
    """Return a brand that no lexicon holds: no organ's name, in title and signature or thrice."""
    lines = [text.strip() for text in texts(document)]
    titles = (line for line in lines if "信息公开" in line)
    names = (name for line in titles if (name := _in_title(line)))
    for name in islice(names, _MOST_TITLES):
        signs = any(line == name and _DATE_LINE.match(_next(lines, n))
                    for n, line in enumerate(lines))  # fmt: skip
        if signs or sum(line.count(name) for line in lines) >= _THRICE:
            return name
    return None


# A report's title stands on its page twice or thrice.
_MOST_TITLES = 12


def _in_title(line: str) -> str | None:
    """Return what stands in the organ's place of a title and is none, or None."""
    if len(line) > _LONGEST_TITLE:
        return None
    found = _TITLE_SLOT.match(line)
    name = found["name"].removesuffix("关于") if found else ""
    return name if name and _SITE_WORDS.search(name) and not _is_lawful(name) else None


_NO_HAN_BEFORE = bounded(r"^[^\u4e00-\u9fff]{1,30}")
_NUMBERS = bounded(r"第?\d{1,5}")


def _is_lawful(name: str) -> bool:
    """Whether a name is an organ's, perhaps behind a brand, or none at all but a year's."""
    brands = list(brands_in(name))
    if brands:
        rest = name[brands[-1].end :]
        return not rest or is_organ(f"某{rest}")
    # 第29街道办事处, 第12师: a number within an organ's name is the organ's own.
    forms = (name, _NO_HAN_BEFORE.sub("", name), _NUMBERS.sub("", name))
    organ = is_place(name) or any(map(is_organ, forms))
    return organ or year_in(name) is not None


def without_empty_blocks(document: Document) -> Document:
    """Return `document` without blocks that cleaning left empty."""
    kept = tuple(block for block in document.blocks if block.text or block.rows or block.links)
    return replace(document, blocks=kept) if len(kept) != len(document.blocks) else document
