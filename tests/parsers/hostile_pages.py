"""Make pages of HTML that are slow to read where a reader holds one part of a page against another.

A shape by name gives the HTML of a report with some of what one reader or another looks at: as many
headings, titles, links, claims or figures as make so many bytes. A page at random is made of a few
such pieces, in elements of one kind or of all. What is slow to clean: `hostile`.
"""

from __future__ import annotations

import json
import random
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REPORT = (
    "<h1>廊坊市2014年政府信息公开年报</h1>"
    "<p>2014年主动公开政府信息1234条，收到申请46件，行政复议2件。</p>"
)
# Two marks that Unicode wants in another order.
MARKS = "\u0300\u0316"
HEADER = "<tr><td>信息内容</td>{}</tr>"


def page(shape: str, size: int) -> str:
    """Return the HTML of a shape, of `size` bytes or a little more."""
    return f"<html><head><meta charset='utf-8'></head><body>{SHAPES[shape](size)}</body></html>"


def _repeated(size: int, piece: Callable[[int], str], around: str = "{}") -> str:
    """Return a report and as many pieces, each by its number, as make `size` bytes."""
    pieces: list[str] = []
    for n in count():
        if size <= 0:
            break
        pieces.append(piece(n))
        size -= len(pieces[-1].encode())
    return REPORT + around.replace("{}", "".join(pieces))


def _letter(n: int) -> str:
    return chr(0x4E00 + n * 7919 % 20_000)


def _header_and_rows(size: int) -> str:
    """Return a table with as many columns in its header as it has rows of a known label."""
    half = size // 2
    header = HEADER.format("<td>甲</td>" * (half // 12))
    rows = "<tr><td>行政许可</td><td>1</td></tr>" * (half // 38)
    return f"{REPORT}<table>{header}{rows}</table>"


def _in_script(size: int) -> str:
    """Return an article that a script has, with a title of dates on several lines."""
    told = {"title": f"{'日期:' * (size // 7)}\n甲", "content": "<p>一、概述</p>"}
    return f"<script>var _CONFIG={{DETAIL:{json.dumps(told, ensure_ascii=False)}}}</script>"


def _soup(size: int) -> str:
    """Return tags at random, as many of which end elements as begin them."""
    chance, names = random.Random(1), "p~div~b~i~font~table~tr~td~ul~li~a~h1~pre~br~select~svg"
    tags = names.split("~")
    pieces = (f"<{chance.choice(('', '/'))}{chance.choice(tags)}>甲" for _ in range(size // 8))
    return REPORT + "".join(pieces)


SHAPES: dict[str, Callable[[int], str]] = {
    "headings": lambda size: _repeated(size, lambda n: f"<p>1、甲{n}</p>"),
    "rows that are lines": lambda size: _repeated(
        size, lambda n: f"<p>（三）不予公开 {n}</p><p>行政许可 {n} 2</p><p>规章 1</p>"
    ),
    "rows of links that are titles": lambda size: _repeated(
        size,
        lambda n: (
            f"<tr><td><a href=/{n}>{_letter(n)}局2014年政府信息公开年报</a></td><td>1</td></tr>"
        ),
        "<table>{}</table>",
    ),
    "titles above a block of links": lambda size: _repeated(
        size, lambda n: f"<a href=/{n}>甲{n}</a> 乙2014年政府信息公开年报<br>", "<div>{}</div>"
    ),
    "links of one block": lambda size: _repeated(
        size, lambda n: f"<a href=/{n}>甲{_letter(n)}</a> ", "<div>{}</div>"
    ),
    "offices that state the page": lambda size: _repeated(
        size, lambda n: f"<p>来源：廊坊市{_letter(n)}区人民政府办公室</p>"
    ),
    "figures of one sentence": lambda size: _repeated(
        size, lambda n: f"公开信息{n % 97 + 1}条,", "<p>{}</p>"
    ),
    "parts of one figure": lambda size: _repeated(
        size, lambda n: f"甲{n % 97 + 1}件、", "<p>2014年受理申请9999件，其中{}</p>"
    ),
    "words of one link": lambda size: f"{REPORT}<p><a href=/a>{'甲' * (size // 3)}</a></p>",
    "endings of one link": lambda size: f"{REPORT}<p><a href=/a>{'.pdfx' * (size // 5)}</a></p>",
    "numberings of one cell": lambda size: (
        f"{REPORT}<table><tr><td>{'1.' * (size // 2)}</td><td>1</td></tr></table>"
    ),
    "marks of one letter": lambda size: (
        f"{REPORT}<table><tr><td>a{MARKS * (size // 4)}</td><td>1</td></tr></table>"
    ),
    "columns and rows": _header_and_rows,
    "title in a script": _in_script,
    "options": lambda size: f"{REPORT}<select>{'<option>甲' * (size // 11)}</select>",
    "end tags of nothing": lambda size: f"{REPORT}{'</h1><rtc>甲' * (size // 13)}",
    "items of two lists": lambda size: f"{REPORT}{'<li>甲<dt>' * (size // 11)}",
    "scripts in a formula": lambda size: f"{REPORT}<math>{'<script>' * (size // 8)}",
    "numbers of one paragraph": lambda size: f"{REPORT}<p>{'1,111' * (size // 5)}</p>",
    "channels of one sentence": lambda size: _repeated(
        size, lambda n: f"微信公开{n}条，", "<p>{}</p>"
    ),
    "labels of rows": lambda size: _repeated(
        size, lambda n: f"<tr><td>行政许可{n}<td>{n}", "<table>{}</table>"
    ),
    "denials": lambda size: _repeated(size, lambda n: f"<p>未收到{n}</p>"),
    "lines of preformatted text": lambda size: _repeated(
        size, lambda n: f"<p>甲{n}</p>", "<pre>{}</pre>"
    ),
    "shapes of a picture": lambda size: f"{REPORT}<svg>{'<path/>' * (size // 7)}",
    "soup of tags": _soup,
    "bodies": lambda size: "".join(f"<body a{n}>" for n in range(size // 12)) + REPORT,
}


def random_page(seed: int, size: int) -> tuple[str, str]:
    """Return in words what a page at random is made of, and its HTML of some `size` bytes.

    A few pieces make its texts, each another or not, in elements of one kind or of all.
    """
    chance = random.Random(seed)
    every, elements = PIECES.split("~"), ELEMENTS.split("~")
    pieces = chance.sample(every, chance.choice((1, 1, 2, 3, 4, 6, 10, len(every))))
    count = chance.choice((1, 1, 2, 3, 5, 8, 20, 100, 1000))
    between = chance.choice(BETWEEN.split("~"))
    own = chance.random() < OWN
    kinds = elements if chance.random() < MIXED else [chance.choice(elements)]
    parts: list[str] = []
    while size > 0:
        n = len(parts)
        text = between.join(chance.choices(pieces, k=count))
        text = text.replace("#", str(n % 977 + 1) if own else "46")
        text += _letter(n) * (own and "#" not in text and count < FEW)
        parts.append(chance.choice(kinds).replace("{}", text).replace("#", str(n)))
        size -= len(parts[-1].encode())
    around = chance.choice(AROUND.split("~")).replace("{}", "".join(parts))
    html = f"<html><head><meta charset='utf-8'></head><body>{REPORT}{around}</body></html>"
    told = f"{count} of {pieces[:6]!r}, {between!r} between{', own' * own}"
    return f"{' or '.join(kinds[:3])} of {told}", html


# Of ten pages seven have no two texts alike: what is remembered spares them nothing.
OWN, MIXED, FEW = 0.7, 0.2, 20
BETWEEN = "~~~ ~，~、~；~。~|~\n~\t~\u3000~<br>~</b>~<b>"
AROUND = "{}~{}~{}~<div>{}</div>~<table>{}</table>~<p>{}</p>~<pre>{}</pre>"
# Parted by "~"; "#" stands for a number, another one each time or the same.
PIECES = (
    "公开信息#条~收到申请#件~其中网站公开#条~均已办结~未收到行政复议~甲#件~1,111~#~12 345 678~"
    "一千二百三十四件~去年#条~2013年~累计公开#条~《条例》施行以来~微信公众号~微博~行政复议#件~"
    "行政诉讼、~予以公开#件~部分公开~约#万余条~#%~第#号~培训#人次~1、概述~（一）主动公开情况~"
    "一、~第一部分 总则~1.1 甲~①~（#）~1.~Ⅱ、甲~廊坊市2014年政府信息公开年报~"
    "政府信息公开工作年度报告~年度报告~2014年~二〇一四年~关于~廊坊市教育局~某县人民政府~乙镇~"
    "我局~本镇~县政府办公室~人民~市~局~委员会~发布机构：~索引号：~文号：廊政〔2014〕#号~"
    "来源：廊坊市政府~主办单位：~版权所有~2015年3月1日~2015-03-#~日期：~发布时间：~"
    "统计期限自2014年1月1日至~12月31日~当前位置：首页 > ~首页~更多>>~上一篇~附件：报告.pdf~"
    ".doc~http://~www.a.cn~行政许可~（三）不予公开~信息内容~本年新收~规章~结果维持~总计~"
    "指标名称~累计数~下一步工作打算~存在问题~情况~申请~政府信息公开~网站~收费~0~无~均无~"
    "没有发生~甲~a~ab cd~。~，~、~：~ ~\u3000~&nbsp;~&amp;~(~（~“~《~〔~１２件~㈠~\u0300\u0316~"
    "\u200b~\t~\n~<br>~<b>~</b>~<font color=red>~</p>~<span>#</span>~<a href=/#>甲</a>~<a>~"
    "<td>#~<tr>~<li>~<i>#~<p>~</div>~<!--"
)
ELEMENTS = (
    "{}~<p>{}</p>~<p>{}~<div>{}</div>~<li>{}~<h2>{}</h2>~{}<br>~<span>{}</span>~"
    "<tr><td>{}</td><td>#</td></tr>~<tr><td>{}<td>{}~<td>{}</td>~"
    "<table><tr><td>{}<td>1</table>~<a href=/#>{}</a>~<p><a href='/#'>{}</a> 2015-03-01</p>~"
    "<li><a href=/#.pdf>{}</a></li>~<pre>{}\n</pre>~{}\n~<font><b>{}</b></font>~<b>{}~"
    "<div class=a#>{}~<dd>{}<dt>~<p style='display:none'>{}</p>~"
    "<p class=x style='color:red;width:#px'>{}</p>~<noscript>{}</noscript>~"
    "<meta name=n# content='{}'>~<title>{}</title>~<script>var a='{}'</script>~<!--{}-->~"
    "<style>.a#{display:none}</style>~<option>{}~<svg><path/>{}</svg>~<textarea>{}</textarea>~"
    "<script>document.write('{}')</script>~<time datetime=2015-03-01>{}</time>~"
    "<iframe>{}</iframe>"
)
