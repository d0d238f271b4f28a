"""Make documents at random of whatever a lexicon holds or a rule looks for, in any element.

Beside brands and farm words stand what nearly is a date, a gloss, a domain or a name. Texts are
each another, the same, or numbered; a stack of glosses at the head of some changes these in every
round. Sizes are in bytes of the HTML that a document takes at least.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cache

from parsers.data import lines, pairs
from parsers.extract.visibility import SHEET
from parsers.items import Block, Cell, Document, Link
from tests.parsers.pages import page_of

# What rules look for, whole, torn, or with a letter too few; "~" parts one from the next.
PIECES = (
    "主站蜘蛛池模板~蜘蛛~池模板~您可能还对以下资源感兴趣~廊坊市人民政府~廊坊市教育局~来源~"
    "发布机构：~我局~本委~市政府~高度重视~来源甲乙局~2014年~201311日~20149999日~2014年1231日~"
    "至1231日~2014年1月1日~〔2014~号~〔~〕~(政办20141)~国办发20141号~日期: ~发布时间：201411 ~"
    "20151月1日~(guān)~(wen)~(zzz)~（a）~[ě]~務~報~關~開~⼀~⻓~\ufffd~?~??~ ?? ~？~□~中国?廊坊网~"
    "中国·~，，~。。~<font>~/p>~?/span>~ac.cn ~a.gov.cn ~.la ~.cc@~x9.top~bet365.com~"
    "www.bet65.cn~a.com公报~《a1.com公报》~网址：~登录~@163.com~http://~https://a.vip~年~"
    "a.cc2014年~赌~查处~案件~诈骗~。~！~!~；~，~、~|~ | ~-~_~—~·~>~： ~“~”~《~》~【~】~(~)~ ~"
    "\u3000~\n~\t~\u200b~政府信息公开~年度报告~年报~公布~现将~关于~主动公开政府信息~报告~"
    "信息公开指南~标识码~索引号~首页 > ~平台~官网~体育馆~cctv~tv体育官网~bet~365~1234~12~0~a~xq~"
    "abc~甲~乙丙~局~办公室~委员会~人民政府~av~xxxx~久久~皇冠~友情链接：~热门标签：~app~中国)~"
    "(中国)~足球~比分"
)
# A page with a title, a brand that stands for a name, and a date that asks for a year.
HEAD = ("甲乙平台2014年政府信息公开年报", "我局《a1.com公报》甲【bet365】", "2015112")
HOSTS = (
    "x{}.top~a{}.cn~www.q{}z.com~{}.b.cc~a{}.gov.cn~bet{}.com~people.com.cn~a_{}.cn~[{}~"
    "xn--{}.vip~www.lf.gov.cn~"
)
# The bytes of markup that each element takes at least.
MARKUP = {
    "paragraph": len("<p>"),
    "heading": len("<h1>"),
    "hidden": len("<p>"),
    "row": len("<tr><td><td>1234"),
    "table": len("<table><tr><td>甲<td>甲</table>".encode()),
    "link": len("<p><a href=//a1234.top></a>"),
    "linked": len("<p><a href=//a1234.top></a>"),
    "links": len("<p>"),
    "meta": len("<meta name=keywords content=''>"),
    "script": len("<script>eval(//x1.top</script>"),
}
ANCHOR = len("<a href=//a1234.top></a>")
# Of three pages two have elements of one kind; half have no two texts alike.
MIXED, OWN, NUMBERED, HEADED = 0.35, 0.5, 0.75, 0.5
COUNTS = (1, 1, 2, 3, 5, 8, 20, 100, 1000)
BETWEEN = ("", "", "", "", " ", "|", "，", "-", "。", "!")
LAYERED, DEPTHS = (0, 0, 0, 0.05, 1), (4, 12, 32)


@dataclass
class _Parts:
    """The parts of a document in the making."""

    blocks: list[Block] = field(default_factory=list)
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    meta: list[tuple[str, str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def document(self) -> Document:
        table = [Block(rows=tuple(self.rows), tag="table")] if self.rows else []
        return Document(
            page_of(""),
            "text/html",
            "utf-8",
            blocks=(*self.blocks, *table),
            meta=tuple(self.meta),
            scripts=tuple(self.scripts),
        )


@cache
def _lexicons() -> tuple[list[str], list[str]]:
    """Return the brands and the farm words that are plain words."""
    forms = [form for _, value in pairs("brands.tsv") for form in value.split("|")]
    return tuple(  # type: ignore[return-value]
        [word for word in words if not set(word) & set(r"[](){}?*\.+^$")]
        for words in (forms, lines("farm_words.txt"))
    )


def mixture(seed: int, size: int) -> tuple[str, Document]:
    """Return in words what a document at random is made of, and it: `size` bytes at least."""
    chance = random.Random(seed)
    pieces = _pieces(chance, chance.choice((1, 2, 3, 4, 5, 8, 15, 40)))
    kinds = [*MARKUP] if chance.random() < MIXED else [chance.choice([*MARKUP])]
    kinds = chance.sample(kinds, chance.randint(1, len(kinds)))
    count, between = chance.choice(COUNTS), chance.choice(BETWEEN)
    kept = chance.random()
    own, numbered = kept < OWN, OWN <= kept < NUMBERED
    layered, depth = chance.choice(LAYERED), chance.choice(DEPTHS)
    stack = f"关{'(guān)' * depth}于" * 3
    parts = _Parts([*map(Block, HEAD)] if chance.random() < HEADED else [])
    hosts, n = HOSTS.split("~"), 0
    while size > 0:
        words = chance.choices(pieces, k=count)
        if own:
            words = [f"{word}{chance.randrange(10 ** chance.randint(1, 5))}" for word in words]
        text = between.join(words) + str(n) * numbered
        text = f"{stack}{text}" if chance.random() < layered else text
        kind = chance.choice(kinds)
        host = chance.choice(hosts).format(0 if kept >= NUMBERED else n)
        size -= MARKUP[kind] + len(text.encode()) + _put(parts, kind, text, f"http://{host}/")
        n += 1
    made = f"{'own' * own}{'numbered' * numbered}{f' layered {layered}/{depth}' * bool(layered)}"
    words_of = f"{count} of {pieces[:6]!r} and so on, {between!r} between"
    return f"{' or '.join(kinds)} of {words_of} {made}".rstrip(), parts.document()


def _pieces(chance: random.Random, count: int) -> list[str]:
    """Return so many pieces, half of them of the lexicons."""
    brands, farm_words = _lexicons()
    others = PIECES.split("~")
    of = (others, others, brands, farm_words)
    return [chance.choice(chance.choice(of)) for _ in range(count)]


def _put(parts: _Parts, kind: str, text: str, url: str) -> int:
    """Add a text to the parts of a document, and return what more markup that takes."""
    if kind == "row":
        parts.rows.append((Cell(text), Cell(str(len(parts.rows)))))
    elif kind == "table":
        parts.blocks.append(Block(rows=((Cell(text), Cell(text[:5])),), tag="table"))
    elif kind == "meta":
        name = ("keywords", "description", "author", "refresh")[len(parts.meta) % 4]
        parts.meta.append((name, text))
    elif kind == "script":
        parts.scripts.append(f"eval({text}//x1.top")
    else:
        block, more = _paragraph(kind, text, url)
        parts.blocks.append(block)
        return more
    return 0


def _paragraph(kind: str, text: str, url: str) -> tuple[Block, int]:
    """Return a paragraph or heading of that kind, and what more markup it takes."""
    if kind == "hidden":
        return Block(text, hidden=f"{SHEET}display:none"), 0
    if kind == "heading":
        return Block(text, tag="h1"), 0
    if kind == "link":
        return Block(text, links=(Link(url, text),)), 0
    if kind == "linked":
        return Block(text, links=(Link(url, text[:9]),)), 0
    if kind == "links":
        links = tuple(Link(url, text[at : at + 9]) for at in range(0, len(text), 9))
        return Block(text, links=links), len(links) * ANCHOR
    return Block(text), 0
