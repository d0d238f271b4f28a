"""Write whole narrative reports of wordings that do not speak of the same figure, with foils.

Each section takes wordings of its own file and a foil or two between; a last section holds plans.
The page's layout and the writing of its numbers are drawn; the truth is what was put in.
"""

from __future__ import annotations

import html
import random
import re
from typing import TYPE_CHECKING

from tests.reading.pages import ORGANS, PLACES, Case
from tests.reading.sentences import YEAR, Wording, fill, wordings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SECTIONS = (
    ("一、概述", ()),
    ("二、主动公开政府信息情况", ("proactive",)),
    ("三、公开形式", ("channels", "response")),
    ("四、依申请公开政府信息情况", ("requests",)),
    ("五、因政府信息公开申请行政复议、提起行政诉讼情况", ("remedies",)),
    ("六、政府信息公开收费及减免情况", ("fees",)),
    ("七、机构建设和人员培训情况", ("capacity",)),
)
PLANS = (
    "八、存在的主要问题及下一步打算",
    "一是公开内容不够全面，力争下一年主动公开政府信息500条以上。二是加强培训，计划举办培训班4期。",
)
_OPENING = (
    "{o}把政府信息公开作为转变作风的重要抓手，健全制度，明确责任，认真抓好落实。",
    "{o}成立了由主要领导任组长的领导小组，定期听取汇报，研究解决实际困难。",
    "全年办理人大代表建议23件、政协委员提案17件，办结率100%。",
)


def narrative(seed: int, layout: str) -> Case:
    """Return one report of prose; the same arguments give the same page."""
    draw = random.Random(f"narrative {seed} {layout}")
    organ = draw.choice(PLACES) + draw.choice(ORGANS)
    lines: list[str] = []
    values: dict[str, float] = {}
    maybe: dict[str, float] = {}
    spoken: set[str] = set()
    for heading, files in SECTIONS:
        body = [draw.choice(_OPENING).format(o=organ)] if not files else []
        for file in files:
            for wording in _drawn(draw, file, spoken, organ):
                sentence = fill(wording, 0 if seed % 3 else draw.randint(1, 6), organ)
                body.append(sentence.text)
                values |= sentence.values
                maybe |= sentence.maybe
        lines += [heading, *body]
    title = f"{organ}{YEAR}年政府信息公开工作年度报告"
    published = f"{YEAR + 1}-03-{draw.randint(10, 28)}"
    truth = {
        "kind": "annual_report",
        "title": title,
        "agency": organ,
        "year": YEAR,
        "published_on": published,
        "template": "narrative",
        "facts": values,
        "maybe": maybe,
    }
    opening = (
        f"根据《中华人民共和国政府信息公开条例》的规定，特公布{YEAR}年度政府信息公开年度报告。"
        f"本报告所列数据的统计期限自{YEAR}年1月1日起至12月31日止。"
    )
    body_html = LAYOUTS[layout]([opening, *lines, *PLANS])
    page = (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body>\n<h1>{title}</h1>\n<p>发布日期：{published}</p>\n{body_html}\n</body></html>\n"
    )
    return Case(f"narrative-{layout}-{seed}", page, truth)


def _drawn(draw: random.Random, file: str, spoken: set[str], organ: str) -> list[Wording]:
    """Draw an organ's wordings of a file that repeat no metric told already, and a foil."""
    own = [w for w in wordings() if w.file == file and _is_spoken_by(organ, w.text)]
    chosen: list[Wording] = []
    for wording in draw.sample(own, len(own)):
        told = wording.metrics | set(wording.maybe)
        if "requests.received" in wording.zeros:
            told |= {"requests"}  # nothing that came is completed, answered or granted
        if told and not any(_overlap(one, other) for one in told for other in spoken):
            chosen.append(wording)
            spoken |= told
        if len(chosen) == 2:
            break
    told_here = "".join(wording.text for wording in chosen)
    foils = [
        w
        for w in own
        if not w.metrics
        and not w.maybe
        and "{p}" not in w.text
        and not any(a in told_here and b in w.text for a, b in _CONTRADICTIONS)
        and not ("requests" in spoken and _OF_REQUESTS.search(w.text))
    ]
    return [*chosen, *(draw.sample(foils, 1) if foils else [])]


# A town, a street, a court or another bureau reports for itself.
_OTHERS = re.compile(r"[我全]镇|街道|我[院委]|规划局")
_LEVEL = re.compile(
    r"[我全]([区县市])|([区县市])(?:政府|人民政府|本级|级|[^，。{}]{2,4}局(?:主动|收到))"
)
_BY_WAY_OF = re.compile(r"(?:在|通过)[区县市]级?(?:政府|人民政府)")
# A sum of what the report tells in parts beside it would contradict them.
_SUM = "行政复议和行政诉讼案件共"
# What a report tells, and what it would not tell beside it; and what only requests can have.
_CONTRADICTIONS = (
    ("微", "微博、微信共"),
    ("公开", "公开或部分公开"),
    ("减免", "减免"),
    ("corrected", "未发生行政复议被撤销"),
)
_OF_REQUESTS = re.compile(r"申请主要集中|撤回申请|部分公开")


def _is_spoken_by(organ: str, text: str) -> bool:
    """Whether an organ of PLACES and ORGANS may say it: a bureau does not report for its county."""
    level = organ[2]  # every place has two characters and its level
    named = {one or other for one, other in _LEVEL.findall(text)}
    if _OTHERS.search(text) or _SUM in text or named - {level}:
        return False
    if organ.endswith("局"):
        return "我办" not in text and not _LEVEL.search(_BY_WAY_OF.sub("", text))
    return "我局" not in text and "局门户" not in text and "局官方" not in text


def _overlap(one: str, other: str) -> bool:
    """Whether two metrics would be told twice: a whole next to its parts is said in one breath."""
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")


# ---- how the page sets its paragraphs ----

_NUMBER = re.compile(r"\d+")
_COUNT = re.compile(r"(?<![\d,. ])\d{1,4}(?=[条件篇次人个场期])")


def _paragraphs(lines: Sequence[str]) -> str:
    return "\n".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines)


def _breaks(lines: Sequence[str]) -> str:
    inside = "<br>\n　　".join(html.escape(line, quote=False) for line in lines)
    return f'<div id="zoom">　　{inside}</div>'


def _boxed(lines: Sequence[str]) -> str:
    return f"<table><tr><td>&nbsp;</td></tr><tr><td>{_paragraphs(lines)}</td></tr></table>"


def _spans(lines: Sequence[str]) -> str:
    """Each number in tags of its own, as word processors export it."""
    marked = [
        _NUMBER.sub(lambda m: f'</span><span lang="EN-US">{m[0]}</span><span>', line)
        for line in lines
    ]
    return "\n".join(f"<p><span>{line}</span></p>" for line in marked)


def _torn(lines: Sequence[str]) -> str:
    """Each number a block of its own inside its paragraph, as broken editors leave it."""
    torn = [_COUNT.sub(lambda m: f"<div>{m[0]}</div>", line) for line in lines]
    return "\n".join(f"<div>{line}</div>" for line in torn)


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"<p>&nbsp;&nbsp;　　{html.escape(line, quote=False)}　</p>" for line in lines)


def _preformatted(lines: Sequence[str]) -> str:
    inside = "\n".join(f"    {html.escape(line, quote=False)}" for line in lines)
    return f"<pre>\n{inside}\n</pre>"


LAYOUTS: dict[str, Callable[[Sequence[str]], str]] = {
    "paragraphs": _paragraphs,
    "breaks": _breaks,
    "boxed": _boxed,
    "spans": _spans,
    "torn": _torn,
    "indented": _indented,
    "preformatted": _preformatted,
}
