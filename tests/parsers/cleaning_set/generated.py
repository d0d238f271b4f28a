"""Labelled pages made from a seed: every kind of injection in every place where it was ever put.

The honest pages are the demo portal's reports of all four templates with look-alikes among their
paragraphs. The words of the spam are lists of our own, not the lexicons of cleaning.
"""

# ruff: noqa: E501 (Chinese characters count for two columns)

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.parsers.cleaning_set.marked import Marked, organ
from tests.parsers.cleaning_set.words import (
    ANCHORS,
    BETS,
    BRANDS,
    BUREAUS,
    COUNTIES,
    DOMAINS,
    FARM_FORMS,
    HIDING,
    PLACES,
    SCRIPTS,
    SHEET,
    SYLLABLES,
    TEMPLATES,
)
from tests.parsers.cleaning_set.written import PROSE
from tests.site.reports import Report, body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HONEST = Path(__file__).with_name("honest_lines.txt").read_text("utf-8").splitlines()
_PLAIN = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "aaaaeeeeiiiioooouuuuvvvv")


@dataclass(slots=True)
class Draft:
    """A page in the making: parts of HTML in which marks may stand."""

    rng: random.Random
    organ: str
    year: int
    template: str
    title: str = ""
    page_title: str = ""
    crumb: str = "当前位置：首页 &gt; 政府信息公开 &gt; 正文"
    head: str = ""
    paragraphs: list[str] = field(default_factory=list)
    signature: str = ""
    footer: str = ""
    listed: str = "<ul><li>机构职能</li><li>政策文件</li><li>工作动态</li></ul>"
    gov: bool = True
    registry: bool = True
    box: bool = False
    traditional: bool = False

    def html(self) -> str:
        """Return the page's HTML from its head to its end."""
        box = f"<p>发布机构：{self.organ}</p>" if self.box else ""
        paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)
        return (
            f"<title>{self.page_title}</title>{self.head}</head><body><div>{self.crumb}</div>"
            f"{box}<h1>{self.title}</h1>{paragraphs}{self.listed}"
            f"<p>{self.signature}</p><p>{self.year + 1}年1月20日</p><div>{self.footer}</div>"
        )


def _draft(rng: random.Random) -> Draft:
    template, year = rng.choice(TEMPLATES)
    who = rng.choice(PLACES) + rng.choice(BUREAUS)
    draft = Draft(rng, who, year, template)
    report = Report("/a", who, year, template, 20 + rng.randrange(60), 15, f"{year + 1}-01-20")
    title = f"{who}{year}年政府信息公开工作年度报告"
    lines = [line for line in body(report).split("\n") if line.strip()]
    kept = [line for line in lines if "table" not in line and "<t" not in line]
    texts = [rng.choice(PROSE), *rng.sample(HONEST, 4), rng.choice(PROSE)]
    draft.title, draft.page_title, draft.signature = title, title, who
    draft.paragraphs = [
        f"{year}年，{who}认真贯彻条例，主动公开信息{rng.randrange(90, 900)}条。",
        *texts,
    ]
    draft.listed = _tables(body(report)) + draft.listed if kept else draft.listed
    draft.footer = f"主办：{who} 网站标识码：9901000001"
    return draft


def _tables(html: str) -> str:
    start = html.find("<table")
    return html[start : html.rfind("</table>") + 8] if start >= 0 else ""


def mark(kind: str, bad: str, good: str | None = None) -> str:
    """Return a mark: `bad` was put in, in place of `good`."""
    return f"⟦{kind}:{bad}⟧" if good is None else f"⟦{kind}:{bad}⇒{good}⟧"


def _farm(draft: Draft, form: str) -> str:
    rng = draft.rng
    words = rng.sample(ANCHORS if rng.random() < 0.5 else BETS, 10)
    top = rng.choice(("top", "vip", "xyz", "cc", "com"))
    links = [
        f'<a href="http://www.{"".join(rng.choices("abcdefgh", k=4))}{rng.randrange(100, 999)}.{top}/">{word}</a>'
        for word in words
    ]
    forms: dict[str, Callable[[], str]] = {
        "signed": lambda: "主站蜘蛛池模板: " + "| ".join(words[:8] + rng.sample(COUNTIES, 3)),
        "counties": lambda: "主站蜘蛛池模板: " + "| ".join(rng.sample(COUNTIES, 7)),
        "bars": lambda: " | ".join(words),
        "underscores": lambda: "_".join(words),
        "blanks": lambda: " ".join(words),
        "links": lambda: " ".join(links),
        "items": lambda: "<ul>" + "".join(f"<li>{link}</li>" for link in links) + "</ul>",
        "wild": lambda: " ".join(
            f'<a href="http://{n}x{rng.randrange(99)}.qk{top}.{top}/">{name}</a>'
            for n, name in enumerate(rng.sample(COUNTIES, 7))
        ),
    }
    return mark("farm", forms[form]())


def _host(rng: random.Random) -> str:
    return f"{''.join(rng.choices('abcdefgh', k=3))}{rng.randrange(100, 999)}.{rng.choice(('top', 'vip', 'cc'))}"


def _hex(text: str) -> str:
    return "".join(f"\\x{ord(letter):02x}" for letter in text)


def _put(draft: Draft, place: str, injected: str) -> None:
    """Put block HTML in a place of the page."""
    if place == "breadcrumb":
        draft.crumb += injected
    elif place == "body":
        draft.paragraphs.insert(draft.rng.randrange(1, len(draft.paragraphs)), injected)
    elif place == "end":
        draft.paragraphs.append(injected)
    elif place == "list":
        draft.listed += injected
    else:
        draft.footer += f"</div><div>{injected}"


BLOCKS = ("breadcrumb", "body", "end", "list", "footer")


def _farms(rng: random.Random) -> Iterator[Draft]:
    for form in FARM_FORMS:
        for place in BLOCKS:
            draft = _draft(rng)
            farm = _farm(draft, form)
            _put(
                draft,
                place,
                f"</p><div>{farm}</div><p>" if place in ("body", "end") else f"<div>{farm}</div>",
            )
            yield draft


def _hidden(rng: random.Random) -> Iterator[Draft]:
    for means in HIDING:
        for place in BLOCKS:
            draft = _draft(rng)
            draft.head += SHEET
            words = (
                "，".join(rng.sample(BETS, 3))
                if rng.random() < 0.5
                else " ".join(rng.sample(ANCHORS, 4))
            )
            _put(draft, place, "</p>" + means.format(mark("hidden", words)) + "<p>")
            yield draft


def _names(rng: random.Random) -> Iterator[Draft]:
    for source in ("registry", "page", "nobody"):
        for place in ("title", "page_title", "subject", "signature", "footer", "all"):
            for domain in (False, True):
                yield _named(rng, source, place, domain=domain)


def _named(rng: random.Random, source: str, place: str, *, domain: bool) -> Draft:
    draft = _draft(rng)
    draft.registry, draft.box = source == "registry", source == "page"
    who = draft.organ
    bad = mark("domain" if domain else "brand", rng.choice(DOMAINS if domain else BRANDS), who)
    if place in ("title", "all"):
        draft.title = draft.title.replace(who, bad)
    if place in ("page_title", "all"):
        draft.page_title = draft.page_title.replace(who, bad)
    if place in ("subject", "all"):
        draft.paragraphs[0] = draft.paragraphs[0].replace(who, bad)
    if place in ("signature", "all"):
        draft.signature = bad
    if place in ("footer", "all"):
        draft.footer = draft.footer.replace(who, bad)
    if source == "nobody" and place != "all":
        draft.title, draft.page_title, draft.signature = (
            text if "⟦" in text else text.replace(who, "")
            for text in (draft.title, draft.page_title, draft.signature)
        )
    return draft


def _hung(rng: random.Random) -> Iterator[Draft]:
    for place in (
        "before",
        "behind",
        "page_before",
        "page_behind",
        "sentence",
        "beside",
        "crumb",
        "footer",
    ):
        for _ in range(3):
            draft = _draft(rng)
            brand = rng.choice(BRANDS)
            if place == "before":
                draft.title = mark("brand", f"{brand}-") + draft.title
            elif place == "behind":
                draft.title += mark("brand", f"_{brand}")
            elif place == "page_before":
                draft.page_title = mark("brand", f"{brand} - ") + draft.page_title
            elif place == "page_behind":
                draft.page_title += mark("brand", f" | {brand}")
            elif place == "sentence":
                draft.paragraphs[1] = draft.paragraphs[1].replace(
                    "，", mark("brand", brand) + "，", 1
                )
            elif place == "beside":
                draft.paragraphs[0] = draft.paragraphs[0].replace(
                    draft.organ, draft.organ + mark("brand", brand)
                )
            elif place == "crumb":
                draft.crumb = f"<a>{mark('brand', brand)}</a> &gt; " + draft.crumb
            else:
                draft.footer += f"</div><div>{mark('brand', brand)}"
            yield draft


def _glossed(rng: random.Random) -> Iterator[Draft]:
    for share in (0.1, 0.5, 0.95):
        for form in ("({})", "（{}）", "( {})", " ({})", "plain"):
            for _ in range(2):
                draft = _draft(rng)
                draft.traditional, draft.registry = rng.random() < 0.8, False
                gloss = _gloss(rng, share, form)
                draft.title, draft.signature = gloss(draft.title), gloss(draft.signature)
                draft.paragraphs = [
                    gloss(text) if "<" not in text else text for text in draft.paragraphs
                ]
                draft.paragraphs.append(gloss("政府信息公开工作总结报告已及时发布。"))
                draft.listed = draft.listed.replace("申请", gloss("申请")).replace(
                    "总计", gloss("总计")
                )
                yield draft


def _gloss(rng: random.Random, share: float, form: str) -> Callable[[str], str]:
    def one(letter: str) -> str:
        if letter not in SYLLABLES or rng.random() > share:
            return letter
        syllable = SYLLABLES[letter]
        if form == "plain":
            return letter + mark("pinyin", f"({syllable.translate(_PLAIN)})")
        return letter + mark("pinyin", form.format(syllable))

    return lambda text: "".join(map(one, text))


def _scripted(rng: random.Random) -> Iterator[Draft]:
    for form in SCRIPTS:
        for place in ("head", "body"):
            for coded in (False, True):
                draft = _draft(rng)
                script = form.format(host=_host(rng))
                if coded and '"' in script:
                    first = script.split('"')[1]
                    script = script.replace(first, _hex(first), 1)
                html = f"<script>{mark('script', script)}</script>"
                if place == "head":
                    draft.head += html
                else:
                    _put(draft, "end", "</p>" + html + "<p>")
                yield draft


def _meta(rng: random.Random) -> Iterator[Draft]:
    for name in ("keywords", "description"):
        for words in (BRANDS, ANCHORS, BETS):
            for _ in range(3):
                draft = _draft(rng)
                value = rng.choice((",", "_", "、")).join(rng.sample(words, 4))
                draft.head += f'<meta name="{name}" content="{mark("meta", value)}">'
                other = {"keywords": "description"}.get(name, "keywords")
                draft.head += f'<meta name="{other}" content="{draft.organ}，政府信息公开">'
                yield draft


def _damaged(rng: random.Random) -> Iterator[Draft]:
    for form in (
        "start",
        "whole",
        "radical",
        "wide",
        "indent",
        "dot",
        "number",
        "doubled",
        "invisible",
    ):
        for _ in range(4):
            draft = _draft(rng)
            year = draft.year
            text = {
                "start": f"统计期限为{mark('digits', f'{year}11日', f'{year}年1月1日')}至{mark('digits', f'{year}1231日', f'{year}年12月31日')}。",
                "whole": f"于{mark('digits', f'{year}628日', f'{year}年6月28日')}公布，{mark('digits', f'{year}10月', f'{year}年10月')}完成。",
                "radical": f"全市{mark('damage', '⼀', '一')}年来{mark('damage', '⻓', '长')}效机制{mark('damage', '⾼', '高')}效运行。",
                "wide": f"公开{mark('damage', '３６', '36')}条。",
                "indent": f"{mark('damage', '????')}一、总体情况",
                "dot": f"通过“中国{mark('damage', '?', '·')}云泽”政府网站发布。",
                "number": f"依据{mark('damage', f'(云政办{year}12号)', f'(云政办〔{year}〕12号)')}文件。",
                "doubled": f"应公开尽公开{mark('damage', '，，', '，')}应上网尽上网。",
                "invisible": f"网{mark('damage', '&#8203;')}站平{mark('damage', '&#8206;')}稳运行。",
            }[form]
            draft.paragraphs.insert(1, text)
            yield draft


def _clean(rng: random.Random) -> Iterator[Draft]:
    for number in range(80):
        draft = _draft(rng)
        draft.registry, draft.traditional = number % 2 == 0, number % 8 == 7
        draft.paragraphs += rng.sample(HONEST, 6)
        yield draft


GROUPS = {
    "farm": _farms, "hidden": _hidden, "names": _names, "hung": _hung, "pinyin": _glossed,
    "script": _scripted, "meta": _meta, "damage": _damaged, "clean": _clean,
}  # fmt: skip


def generated(seed: int, groups: tuple[str, ...] = tuple(GROUPS)) -> list[Marked]:
    """Return the pages that `seed` gives, group by group."""
    pages = []
    for group in groups:
        rng = random.Random(f"{seed} {group}")
        for number, draft in enumerate(GROUPS[group](rng)):
            url = f"http://www.yunze.gov.cn/{group}/{number}.html"
            known = organ(draft.organ) if draft.registry else None
            pages.append(Marked(f"{group}-{number}", url, known, draft.html(), draft.traditional))
    return pages
