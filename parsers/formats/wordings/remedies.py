"""How reports word reviews, suits and complaints about disclosure, and how these ended.

Collected from the statutory wording and from real reports of 2008-2025 (metrics.toml, traps.md).
"""

from __future__ import annotations

import re

from parsers.formats.wording import CASES, FILLER, wording

_ABOUT_OPEN = r"信息公开|政务公开|公开"
_REVIEW = (
    r"(?:被?(?:申请|提起|提请|提出))?(?:的)?行政复议(?:的)?(?:申请|案件?|事项)?|"
    r"(?:^|[,;、。]|涉及|引发|引起|发生|申请)复议(?:申请|案件)?"
)
_SUIT = (
    r"(?:被?(?:提起|提出|引发))?(?:的)?行政(?:诉讼|诉状|应诉)(?:的)?(?:案件?|事项)?|"
    r"(?:^|[,;、。]|引发|引起|提起|发生)诉讼(?:案件)?|出庭应诉"
)
_ARISE = r"(?:共|年|收案|新收|收到|受理|发生|办理|接到|引发|被|提起|有|了){0,4}"
REMEDIES = (
    wording(
        "review.total",
        rf"(?:{_REVIEW}){_ARISE}",
        units=CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
        barred=r"未经|经复议|诉讼",
    ),
    wording(
        "review.total",
        r"(?:收到|受理|接到|发生|办理|引发|有|被提起|被申请|申请|产生)(?:了)?[^,。;0-9]{0,20}",
        r"(?:(?:关于|因|涉及|对)[^,。;0-9]{0,12}(?:提出|申请|提起))?(?:关于|因|涉及)?(?:政府信息公开)?(?:的)?行政复议",
        rank=1,
        units=CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
        barred=r"诉讼",
    ),
    wording(
        "litigation.total",
        rf"(?:{_SUIT}){_ARISE}",
        units=CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
    ),
    wording(
        "litigation.total",
        r"(?:收到|受理|接到|发生|办理|引发|有|被提起|提起|应诉|产生)(?:了)?[^,。;0-9]{0,20}",
        r"(?:(?:关于|因|涉及|对)[^,。;0-9]{0,12})?(?:提起|提出)?(?:关于|因|涉及)?(?:政府信息公开)?(?:的)?(?:行政诉讼|行政应诉|诉讼案)",
        rank=1,
        units=CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
    ),
    wording(
        "litigation.total",
        r"(?:^|[,;:。、和及])(?:有|共)?",
        r"(?:(?:关于|因)?(?:政府)?信息公开(?:的)?)?(?:行政诉讼|行政应诉|诉讼)案?",
        rank=2,
        units=CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
    ),
    wording(
        "review.total",
        r"(?:^|[,;:。])(?:有|共)?",
        r"(?:关于|因)?(?:政府)?信息公开(?:的)?行政复议",
        rank=2,
        units=CASES,
        barred=r"诉讼",
    ),
    # The sum stands last: 行政诉讼一审24件,二审21件,共45件.
    wording(
        "litigation.total",
        r"[,;](?:共计?|合计|总计)(?:有)?",
        rank=2,
        units=CASES,
        context=r"诉讼[^。;]{0,6}一审[^。;]{0,12}二审",
    ),
    # Cases of all kinds come first: 办理行政复议案件32件,其中涉及信息公开16件.
    wording(
        "review.total",
        r"其中[,:]?(?:涉及|有关|关于|属于)?(?:政府)?信息公开(?:类|的)?(?:案件)?",
        units=CASES,
        context=r"复议案件[\d,. ]{1,9}[件宗起][,;(]其中[^。;0-9]{0,3}(?:政府)?信息公开",
    ),
    wording(
        "litigation.total",
        r"其中[,:]?(?:涉及|有关|关于|属于)?(?:政府)?信息公开(?:类|的)?(?:案件)?",
        units=CASES,
        context=r"诉讼案件[\d,. ]{1,9}[件宗起][,;(]其中[^。;0-9]{0,3}(?:政府)?信息公开",
    ),
    wording(
        "complaints.total",
        r"(?:举报投诉|投诉举报|举报[、和及]投诉|投诉[、和及]举报|举报|投诉)(?:案件|申请|事项)?",
        rank=1,
        units=CASES,
        topics="remedies",
        context=_ABOUT_OPEN,
        barred=r"消费|环保|环境|12345|热线|食品|药品|案件线索|电话",
    ),
)

#: Outcomes bear the same words for review and litigation: the remedy named last decides.
OUTCOMES = tuple(
    (
        name,
        re.compile(f"(?:{label}){FILLER}$"),
        re.compile(f"(?:为|被|已|经|作出|予以|依法){{0,2}}(?:{label})"),
    )
    for name, label in (
        (
            "upheld",
            r"维持(?:的)?(?:原)?(?:具体)?(?:行政行为|决定|答复)?|(?:判决|裁定)驳回|驳回(?:原告)?(?:诉讼请求|诉求|起诉|诉讼)",
        ),
        (
            "corrected",
            r"(?:被)?(?:依法)?纠[错正]|责令(?:限期)?(?:履行|重新答复)|确认违法|(?:被?撤销|变更)(?:原?(?:具体)?行政行为|原?决定|原?答复)?",
        ),
        ("other", r"其[他它](?:情形|结果|情况)|(?<=[,;:、])其[他它]"),
        (
            "pending",
            r"(?:正在|尚在)(?:审理|办理)(?:中|之中)?|(?:尚)?未(?:审结|结案|判决)|审理中|待审",
        ),
    )
)
