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
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, filterfalse
from re import IGNORECASE, escape
from typing import TYPE_CHECKING

from parsers.cleaning.domains import Domain, is_betting
from parsers.cleaning.findings import (
    AGAIN,
    FOUND,
    SUSPECT,
    Finding,
    findings_in,
    found_in_each,
    surveys,
)
from parsers.cleaning.joined import PART
from parsers.cleaning.masses import MOST_FINDINGS, clear
from parsers.cleaning.names import CRUMBS, NOUNS, SEPARATORS, TITLE_REST, Known, fit, names_of
from parsers.cleaning.stated import stated_organs
from parsers.cleaning.unknown import LONGEST_TITLE, THRICE, stands_over_a_date, unknown_brand
from parsers.items import Cut
from parsers.metadata import site_id_among, site_id_in
from parsers.patterns import bounded, holding, linear

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from parsers.cleaning.flat import Flat
    from parsers.items import KnownOrgan, SpamKind

_SENTENCE_END = bounded(r"[。；;！？!\n]")
_UP_TO_A_SENTENCE_END = bounded(r"(?s:.{0,300})[。；;！？!\n]")  # as far as `_NEAR`
# A sentence about gambling or fraud names brands honestly.
_ENFORCEMENT = bounded(
    r"赌|博彩|查处|打击|取缔|整治|侦破|破获|抓获|捣毁|诈骗|侵权|涉案|关停|仿冒|暗链"
)
# Words that a report says of itself, too (未引发投诉举报): they count right beside a brand only.
_NEARBY = bounded(r"案件|犯罪|违法|非法|拦截|公益金|举报")
_BESIDE = 16
_GAMBLING = bounded(r"赌|博彩|涉案|诈骗|捣毁|破获")
# A text without these letters holds none of them, whatever is taken out of it.
_GAMBLING_OPENS = bounded(r"[赌博涉诈捣破]")

# What decides about a name stands within a sentence of it; pages of one endless line exist.
_NEAR = 300
_NEAR_PARTS = 4
_TOO_MANY = "thousands of brands, each another: left as they are"
_QUOTED = 100
# Words that stand for a name all over a page are one or two; a page made to be slow has thousands.
_MOST_ESTABLISHED = 40


@dataclass(frozen=True, slots=True)
class _Scene:
    """What all texts of a page share: names, words known to be substitutes, what was found.

    `known` are asked for where a name is to be put back, `found` is what was found, by text: brands
    and foreign domains, then words that are known. A text in neither has none. `honest` become the
    texts in which none of it stands for a name.
    """

    known: Callable[[], Known]
    established: frozenset[str]
    found: tuple[Mapping[str, tuple[Finding, ...]], Mapping[str, tuple[Finding, ...]]]
    honest: set[str]


# The question to a page's memory: which texts are honest, by the words that are known?
_HONEST = "honest"


def restore_names(
    page: Flat, known: KnownOrgan | None, hosts: frozenset[str]
) -> tuple[Flat, list[Cut]]:
    """Return `page` with the names that were replaced, and every substitution.

    `hosts` are the page's own hosts: their domains are honest.
    """
    cleared: list[Cut] = []
    found = _found(page, hosts)
    if found is None:
        page, cleared = clear(page, hosts)
        found = _found(page, hosts)
    if found is None:
        lines = page.texts if len(page.texts) > _QUOTED else page.lines
        quote = "\n".join(lines[: _QUOTED + 1])[:_QUOTED]
        return page, [*cleared, Cut("brand_substitution", quote, "flagged", _TOO_MANY)]
    unknown = unknown_brand(page)
    if unknown is None and not found:
        return page, cleared
    concerned = {n for n in found if n < len(page.texts)}
    established = _established(page, found)
    established |= {unknown} if unknown else set()
    names = cache(lambda: _names_at_hand(page, known))
    sought = _sought(page, established)
    concerned.update(page.lines_with(*sorted(sought)) if sought else ())
    links = _concerned_links(page, sought)
    told = page.memory.made(FOUND)
    _tell(page, map(page.links.__getitem__, links), hosts)
    honest: set[str] = page.memory.made(_HONEST).setdefault((established, sought), set())
    concerned = {n for n in concerned if page.texts[n] not in honest}
    links = [n for n in links if page.links[n] not in honest]
    again = page.memory.made(AGAIN)
    again.clear()
    again |= _again([*dict.fromkeys(page.those(concerned, links))], sought)
    scene = _Scene(names, established, (told, again), honest)
    made, cuts = page.change(cache(lambda text: _restore(text, scene)), concerned, links)
    left = sorted(established - sought)
    flags = [Cut("brand_substitution", word, "flagged", _TOO_OFTEN) for word in left]
    return made, [*cleared, *cuts, *flags]


def _sought(page: Flat, established: frozenset[str]) -> frozenset[str]:
    """Return those of the established words that are sought on all of the page, not too many.

    Each place takes its sixteenth of a millisecond, and what is no finding has no limit.
    """
    counts = {word: page.whole.count(word) for word in sorted(established)}
    rarest_first = sorted(counts, key=lambda word: counts[word])
    sums = accumulate(counts[word] for word in rarest_first)
    return frozenset(
        word for word, so_far in zip(rarest_first, sums, strict=True) if so_far <= _MOST_PLACES
    )


# A page that is not cleared has `MOST_FINDINGS`, of which each may be such a word: as many again.
_MOST_PLACES = 2 * MOST_FINDINGS
_TOO_OFTEN = "a brand at thousands of places: left where none knows it for one"


def _found(page: Flat, hosts: frozenset[str]) -> dict[int, tuple[Finding, ...]] | None:
    """Return the brands and foreign domains of a page, by line; None where they are too many."""
    found: dict[int, tuple[Finding, ...]] = {}
    for survey in surveys(page, hosts):
        left = MOST_FINDINGS - sum(map(len, found.values()))
        for n, each in survey.first(page, left).items() if left >= 0 else ():
            found[n] = (*found.get(n, ()), *each)
    if sum(map(len, found.values())) > MOST_FINDINGS:
        return None
    told: dict[str, tuple[Finding, ...]] = page.memory.made(FOUND)
    told.update((page.texts[n], each) for n, each in found.items())
    if not _tell(page, page.texts[: page.first], hosts, MOST_FINDINGS):
        return None
    lines = page.lines  # asked for last: to tell which links no block holds takes its time
    if not _tell(page, lines[len(page.texts) :], hosts, MOST_FINDINGS):
        return None
    for start, end in ((0, page.first), (len(page.texts), len(lines))):
        there = enumerate(map(told.__getitem__, lines[start:end]), start)
        found.update(each for each in there if each[1])
    return found if sum(map(len, found.values())) <= MOST_FINDINGS else None


def _tell(page: Flat, texts: Iterable[str], hosts: frozenset[str], most: int | None = None) -> bool:
    """Let the page know the findings of each of these texts; not if there are more than `most`."""
    told, too_many = page.memory.made(FOUND), page.memory.made(_TOO_MANY)
    new = [*dict.fromkeys(filterfalse(told.__contains__, texts))]
    parted = PART.join(new)
    if not new or (most is not None and parted in too_many):
        return not new
    there = found_in_each(parted, lambda whole: findings_in(whole, hosts), most)
    if most is not None and sum(map(len, there.values())) > most:
        too_many[parted] = True
        return False
    told.update(dict.fromkeys(new, ()))
    told.update((new[n], each) for n, each in there.items())
    return True


def _again(texts: list[str], words: frozenset[str]) -> dict[str, tuple[Finding, ...]]:
    """Return where any of `words` stands, for each of these texts in which one does."""
    if not words:
        return {}
    longest_first = "|".join(escape(word) for word in sorted(words, key=len, reverse=True))
    sign = linear(longest_first, listed=False)

    def look(whole: str) -> Iterator[Finding]:
        for hit in sign.finditer(whole):
            yield Finding(hit.start(), hit.end(), _kind_of(hit.group()), hit.group())

    return {texts[n]: each for n, each in found_in_each(PART.join(texts), look).items()}


def _kind_of(words: str) -> SpamKind:
    return "domain_substitution" if "." in words else "brand_substitution"


def _concerned_links(page: Flat, words: frozenset[str]) -> list[int]:
    """Return the links whose texts alone hold a finding or one of `words`, by number."""
    texts = page.links
    hold = page.memory.holding(_suspects(), texts)
    if words and texts:
        hold = hold | holding("|".join(map(escape, words)))([*dict.fromkeys(texts)])
    return [n for n, text in enumerate(texts) if text in hold]


@cache
def _suspects() -> Callable[[list[str]], set[str]]:
    return holding(SUSPECT, ignore_case=True)


def _names_at_hand(page: Flat, known: KnownOrgan | None) -> Known:
    stated = stated_organs(page)
    agrees = known and _agrees(known.name, page.whole) and _is_sites(page, known)
    return Known(names_of(known.name, "registry") if known and agrees else None, stated)


def _is_sites(page: Flat, known: KnownOrgan) -> bool:
    """Whether the page's 网站标识码, where it bears one, is of the organ's prefecture.

    Its first six digits are a division's code (GB/T 2260).
    """
    code = (site_id_in(page.document) if "标识码" in page.whole else site_id_among(page.meta)) or ""
    if not code[:6].isdecimal() or not known.region_code:
        return True
    return code[:_PREFECTURE] == known.region_code[:_PREFECTURE]


_PREFECTURE = 4


_BUREAU = ("我局", "本局", "我委", "本委")
_GOVERNMENT = bounded(r"[我全][省市县区镇乡州旗]|[市县区镇乡]政府")


def _agrees(organ: str, whole: str) -> bool:
    """Whether the page can be the organ's: one that says 我局 throughout is no government's."""
    if not organ.endswith("人民政府"):
        return True
    return not (any(map(whole.__contains__, _BUREAU)) and not _GOVERNMENT.search(whole))


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
        found = fit(before, after, scene.known(), established=words in scene.established)
        if found.action == "flagged" and kind == "domain_substitution" and not is_betting(words):
            cuts.append(Cut(kind, words, "flagged", "a domain where a name stood"))
            continue
        if found.rule == "in brackets of its own":
            span = (
                text.rindex(before.rstrip()[-1], at, start),
                end + 1 + len(after) - len(after.lstrip()),
            )
        out += [text[at : span[0]], found.right]
        at = span[1]
        if not found.right and not "".join(out[-_NEAR_PARTS:]).strip():
            rest = text[at : at + _NEAR]
            at += len(rest) - len(rest.lstrip(SEPARATORS))
        replacement = found.right if found.action == "restored" else None
        cuts.append(Cut(kind, words, found.action, found.rule, replacement))
    if at == 0 and not out:
        if not cuts:
            scene.honest.add(text)
        return text, cuts
    rest = "".join((*out, text[at:]))
    hanging = at == len(text) and out and not out[-1]
    return rest.rstrip(SEPARATORS + CRUMBS) if hanging else rest, cuts


def _findings(text: str, scene: _Scene) -> list[tuple[int, int, SpamKind]]:
    """Return the spans of brands and foreign domains in `text`, in order, the longer first."""
    told, again = (found.get(text, ()) for found in scene.found)
    first = {(each.start, each.end): each for each in (*again[::-1], *told[::-1])}
    return sorted(
        ((start, end, each.kind) for (start, end), each in first.items()),
        key=lambda span: (span[0], -span[1]),
    )


def _is_substitute(text: str, start: int, end: int, scene: _Scene, kind: SpamKind) -> bool:
    words = text[start:end]
    known = words in scene.established
    if kind == "domain_substitution":
        reported = not known and _is_on_gambling(text, start, end)
        return not reported and _domain_stands_for_name(text, Domain(start, end, words), scene)
    if known:
        return not _is_on_gambling(text, start, end)
    if not text[max(0, start - _NEAR) : start].strip() and TITLE_REST.match(text, end):
        return True
    beside = text[max(0, start - _BESIDE) : start] + text[end : end + _BESIDE]
    return not _NEARBY.search(beside) and not _ENFORCEMENT.search(_sentence(text, start, end))


def _is_on_gambling(text: str, start: int, end: int) -> bool:
    """Whether the sentence around a span is, without the span."""
    if not _GAMBLING_OPENS.search(text, max(0, start - _NEAR), end + _NEAR):
        return False
    return bool(_GAMBLING.search(_sentence(text, start, end)))


def _sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around a span, without the span."""
    far = max(0, start - _NEAR)
    before = _UP_TO_A_SENTENCE_END.match(text, far, start)
    left = before.end() if before else far
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


def _established(page: Flat, found_in: Mapping[int, tuple[Finding, ...]]) -> frozenset[str]:
    """Return the words that surely replaced a name: as title or signature, or thrice."""
    counts: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    for n in sorted(found_in.keys() & range(page.first, len(page.texts))):
        line = page.texts[n]
        signs = len(line) <= LONGEST_TITLE and stands_over_a_date(page, n, empty=False)
        for found in found_in[n]:
            if len(found.words) > LONGEST_TITLE:  # brands glued to one word stand for no name
                continue
            is_domain = found.kind == "domain_substitution"
            counts[found.words] += not is_domain
            sure[found.words] += (
                _stands_as_title(line, found.start, found.end)
                or (signs and found.words == line.strip())
                or (is_domain and _is_named(line, Domain(found.start, found.end, found.words)))
            )
    often = Counter({words: count for words, count in counts.items() if count >= THRICE})
    ranked = often + Counter({words: count for words, count in sure.items() if count})
    return frozenset(words for words, _ in ranked.most_common(_MOST_ESTABLISHED))


def _is_named(line: str, domain: Domain) -> bool:
    before, _ = _around(line, domain)
    if _is_on_gambling(line, domain.start, domain.end):
        return False
    return not _ADDRESS_BEFORE.search(before) and _in_a_names_place(line, domain)


def _stands_as_title(line: str, start: int, end: int) -> bool:
    short = len(line) <= LONGEST_TITLE and not _SENTENCE_END.search(line)
    return short and not line[:start].strip() and bool(TITLE_REST.match(line[end:]))
