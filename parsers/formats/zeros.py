"""Read zeros in words: 未收到, 没有发生, 均无, 为零, 暂未收费, and 无。 under a heading.

A negated list of N things is N zeros. Kept out: double negations, conditions (逾期未答复可以
申请行政复议), wants of quality (无行政复议纠错案件 is not "no review"), 无 in words (无法提供).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.formats.candidates import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.formats.statements import Statement

_CUE = re.compile(
    r"(?:未|没有|没|尚无|暂无|并无|均无|也无|仍无|从无|(?<!有)无)(?:有|曾|再)?"
    r"(?:收到|接到|接收|受理|发生|出现|产生|引发|引起|提起|涉及|办理|存在|发现|因|被|过|任何|一例|一起|"
    r"一件|公民|公众|人|单位|群众|企业|法人|申请|依申请|向|对|政府信息公开|政府信息|信息公开|关于|有关|"
    r"行政复议|行政诉讼|复议|诉讼|举报|投诉)|(?<![一二三四五六七八九十])零(?=申请|复议|诉讼|投诉|收费)"
)
_AFTER_ALL = re.compile(
    r"(?:(?:均|都|皆|全部|也|暂|尚|数量|数|件数|案件|情况|申请){1,3}"
    r"(?:未发生|没有发生|未出现|没有出现|未产生|未收到|没有收到|为零|为0|是零|没有|未有|无|0)(?:件|起|次|例|宗)?"
    r"|(?:为零|为0|未发生|零)(?:件|起|次|例|宗)?|:(?:暂?无|没有|零|0件?|0))(?=$|[,。;]|\.(?!\d))"
)
_FEE_CUE = re.compile(
    r"(?:未|没有|不|没|无)(?:有|曾|对|就|任何|发生|产生|涉及|存在|收取|向|进行|收|公开|政府信息|信息|处理|依申请|"
    r"申请|申请人|与|处理|工本|成本|复印|公众|公民|的|检索|复制|邮寄|等|、|任何|形式|一切|相关|有关|过|因|提供){0,9}(?:收费|费用|费(?![率用])|款项)|"
    r"(?:全部|均|实行|全|一律)免(?:费|收)"
)
_SPLIT = re.compile(r"[、,;]|以及|或者|[和及或与]|也|并")
_CLAUSE_END = re.compile(r"[,;。:]")
_LISTED_ON = re.compile(
    r",(?:因[^,。;0-9]{0,24})?(?:被)?(?:提起|申请)?(?:的)?(?:行政)?"
    r"(?:复议|诉讼|申诉|举报|投诉)[^,。;0-9]{0,16}"
)
_CONDITION = re.compile(
    r"如果|若|逾期未|可以|可向|应当|不得|避免|防止|力争|确保|凡|一经|对未|未经|去年"
    # 上年无结转, 上年结转1件 say nothing of last year; 上年结转的申请未发生复议 does.
    r"|上年(?!度?(?:均?无|没有|未有)?结转(?:$|[,。;]|[^,。;未没无]{0,20}\d))"
)
_FLAW = re.compile(
    r"纠错|纠正|撤销|变更|败诉|超期|逾期|违法|违规|不当|失误|泄密|责任|乱收|更正|补正|擅自|超标准|更改|"
    r"不予受理|导致|造成|延期|按时|及时|许可|成立|属实|因未|结转|滥用|重复|大量"
)
_NO_FLAW = re.compile(
    r"未(?:主动|依法)?公开|不服|不满|不予公开|不动产|不同意|不良|(?<=[、和及与,])(?:也|并|亦)?(?:无|未|没有)"
)
_OF_CUSTOMERS = re.compile(r"消费|食品|药品|价格|热线|环境|医疗|质量|服务|信访|12345|12315")
#: A sentence that denies nothing has none of these; a 0 does behind what is counted (`_AFTER_ALL`).
DENIES = "[未没无零免不]|[均都皆部也暂尚量数件况请为:]0"
_NOTHING = re.compile(DENIES)
_NAMED = re.compile(r"复议|诉讼|应诉|诉状|举报|投诉|收费|费用|申请")
# Without these nothing is said of things, or of charges.
_OF_THINGS, _OF_CHARGES = re.compile(r"[未没无零0]"), re.compile(r"费|款项|免收")
_NOT = re.compile(r"[未没不无]")
_CHANNEL = re.compile(r"当面|信函|传真|邮寄|网络|网上|电子邮件|口头")
_OPEN = re.compile(r"信息公开|依申请|申请公开|公开申请|政府信息|公开信息")
_FEES_HERE = re.compile(r"信息公开|依申请|申请人?|政府信息|信息处理费")
_NONE = re.compile(
    r"(?:\d{4}年度?|本年度?|今年|全年|我[局镇县市区乡委办厅]|暂|目前|截至目前|"
    r"本[局机关单位]{1,2}|,| )*"
    r"(?:均|都|皆)?(?:暂?无|没有(?:发生|出现)?|未发生|未出现|未涉及|为?[零0]件?)"
    r"(?:此类情况|相关情况|此项内容|情况)?[。. ]*"
)
# 未产生依申请公开的检索、复制等费用 denies charges, not applications.
_OF_FEES = re.compile(r"(?:费用?|收费)$")
MAX_REACH = 110
_TWO_WAYS = 2


def denies(text: str) -> bool:
    """Whether a text may deny anything at all."""
    return _NOTHING.search(text) is not None


def zeros_of(statement: Statement) -> Iterator[Candidate]:
    """Yield the zeros that a statement that `denies` says, each with the words that say it."""
    text = statement.text
    if _NONE.fullmatch(text):
        for metric in _of_heading(statement):
            yield _zero(statement, metric, 0, len(text.rstrip()), rank=1)
        return
    if _CONDITION.search(text):
        return
    if _OF_THINGS.search(text):
        yield from _before_things(statement)
        yield from _behind_things(statement)
    if _OF_CHARGES.search(text):
        yield from _fees(statement)


def _before_things(statement: Statement) -> Iterator[Candidate]:
    """Yield zeros of 未收到A、B: the cue stands before what is negated."""
    text = statement.text
    for cue in _CUE.finditer(text):
        stop = _CLAUSE_END.search(text, cue.end())
        end = stop.start() if stop else len(text)
        more = _LISTED_ON.match(text, end)
        if more and not _NOT.search(more.group()):
            end = more.end()
        yield from _items(statement, cue.start(), cue.start(), end)


def _behind_things(statement: Statement) -> Iterator[Candidate]:
    """Yield zeros of A和B均未发生: the cue stands behind."""
    text = statement.text
    for cue in _AFTER_ALL.finditer(text):
        head = text[: cue.start()]
        start = max((m.end() for m in _CLAUSE_END.finditer(head)), default=0)
        if cue.start() - start < MAX_REACH:
            yield from _items(statement, start, start, cue.end(), named=head[start:])


def _items(
    statement: Statement, start: int, begin: int, end: int, *, named: str | None = None
) -> Iterator[Candidate]:
    """Yield a zero for each thing in a list; nothing where the list is negated twice."""
    region = named if named is not None else statement.text[begin:end]
    rest = _NO_FLAW.sub("", region if named is not None else region[_cue_length(region) :])
    if end - start > MAX_REACH or _NOT.search(rest) or _FLAW.search(_NO_FLAW.sub("", region)):
        return
    metrics: dict[str, None] = {}
    for item in _SPLIT.split(region):
        metrics.update(dict.fromkeys(_things(item, region, statement)))
    for metric in metrics:
        yield _zero(statement, metric, start, end)


def _cue_length(region: str) -> int:
    cue = _CUE.match(region)
    return cue.end() if cue else 0


def _things(item: str, region: str, statement: Statement) -> Iterator[str]:
    """Yield the metrics that an item of a list names."""
    if not _NAMED.search(item):
        return
    text = statement.text + statement.heading + statement.before
    about = bool(statement.topics & {"remedies", "requests", "proactive"}) or bool(
        _OPEN.search(text)
    )
    remedy = False
    for words, metric in (("复议", "review.total"), ("诉讼|应诉|诉状", "litigation.total")):
        if re.search(words, item):
            remedy = True
            if about:
                yield metric
    # Beside a remedy, under a heading of remedies: 没有行政复议、行政诉讼和举报发生.
    remedies = "remedies" in statement.topics and re.search("复议|诉讼", region)
    beside = remedies and not _OF_CUSTOMERS.search(item)
    told = beside or _OPEN.search(text)
    if told and re.search("举报|投诉", item) and "信访" not in item:
        yield "complaints.total"
        remedy = True
    if re.search("收费|费用", item) and ("fees" in statement.topics or _OPEN.search(text)):
        yield "fees.collected"
    # One channel's zero is no whole; a list of channels is.
    ways = len(_CHANNEL.findall(statement.text)) + ("书面" in statement.text)
    one_way = _CHANNEL.search(item) and ways < _TWO_WAYS
    asked = "申请" in item and not one_way and not remedy and not _OF_FEES.search(region)
    asked = asked and not re.search(r"减免|免除|许可|救助|撤回|减收|收费", item)
    if asked and (_OPEN.search(item) or "requests" in statement.topics):
        yield "requests.received"


def _fees(statement: Statement) -> Iterator[Candidate]:
    text = statement.text
    here = "fees" in statement.topics or _FEES_HERE.search(text + statement.before)
    if not here or _FLAW.search(text):
        return
    for cue in _FEE_CUE.finditer(text):
        if "免" not in cue.group() or "fees" in statement.topics:
            yield _zero(statement, "fees.collected", cue.start(), cue.end())
            return


def _of_heading(statement: Statement) -> Iterator[str]:
    """Yield what 无。 denies: the things that the heading above it names."""
    heading = statement.heading.rpartition(" ")[2]
    if re.search(r"收费|费用", heading):
        yield "fees.collected"
    if "复议" in heading:
        yield "review.total"
    if "诉讼" in heading:
        yield "litigation.total"
    if re.search(r"举报|投诉", heading):
        yield "complaints.total"
    if re.search(r"依申请公开|公开申请", heading) and not re.search(r"收费|复议", heading):
        yield "requests.received"


def _zero(statement: Statement, metric: str, start: int, end: int, *, rank: int = 1) -> Candidate:
    home = {"requests": "requests", "fees": "fees"}.get(metric.partition(".")[0], "remedies")
    astray = bool(statement.topics) and home not in statement.topics
    first, last = statement.span(start, end)
    return Candidate(
        metric=metric,
        value=0.0,
        label=statement.text[start:end].strip(" ,;:、。"),
        start=first,
        end=last,
        at=first,
        statement=statement.start,
        rank=rank + astray,
    )
