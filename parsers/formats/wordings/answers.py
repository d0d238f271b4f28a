"""How reports word the kinds of answers that applications were given, and why they were refused.

Collected from the statutory wording and from real reports of 2008-2025 (metrics.toml, traps.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.formats.wording import CASES, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.formats.wording import Wording

# Documents sorted by how they may be published are no answers to applications.
_NOT_DOCUMENTS_BUT_PUBLIC = r"公文|目录|制作|生成|产生"
_NOT_DOCUMENTS = r"主动公开|" + _NOT_DOCUMENTS_BUT_PUBLIC
# Behind the kind: 作出予以公开决定3件, “信息不存在”的有3件, 不予公开类3件.
_AS = r"(?:答复|决定|处理|告知)?(?:书|类)?(?:的)?(?:答复|申请|信息)?(?:有)?"
_ANSWERS = (
    (
        "granted",
        r"(?<!不)(?<!部分)(?:同意|(?<!全部)予以|准予|给予|依法|全部(?:予以)?|可以|决定)公开[”\"]?"
        + _AS,
    ),
    ("partially_granted", r"部分(?:予以)?公开[”\"]?" + _AS),
    ("refused", r"(?:不予公开|不同意公开|不公开|不予以公开|不能公开)[”\"]?(?:范围)?" + _AS),
    (
        "already_public",
        r"(?:属于?)?(?:已经?)主动公开(?:范围)?(?:的)?|属于?主动公开(?:范围)?(?:的)?|主动公开范围(?:的)?",
    ),
    (
        "not_this_agency",
        (
            r"(?:不属于?|非)(?:本(?:行政)?机关|本单位|本部门(?!受理)|我[局委办市县镇区]|本[局委办])(?:[^,。;0-9]{0,10})"
            r"|不属于[^,。;0-9]{1,6}(?:职责|职权)(?:范围)?(?:的)?"
        ),
    ),
    (
        "not_exist",
        r"(?:申请)?(?:政府)?信息不存在[”\"]?(?:,?(?:无法|不能)提供)?(?:的)?|(?<=[,;:、中])(?:告知)?不存在(?:的)?",
    ),
    ("amend", r"(?:(?:申请)?内容不明确|更改[、,]?补充|补正|补充更正|不明确)(?:的)?(?:申请)?"),
    ("other_channel", r"其[他它]途径(?:办理|解决|获取)?(?:的)?"),
)
_REASONS = (
    ("state_secret", "国家秘密"),
    ("trade_secret", "商业秘密"),
    ("privacy", "个人隐私"),
    ("other_law", "法律[、]?法规规定的其他情形"),
)
_REQUEST_CONTEXT = r"信息公开申请|依申请公开|申请公开"
_BARE_GRANT = r"(?:^|[,:;、])(?:其中)?公开(?:答复)?"


def _answers() -> Iterator[Wording]:
    """Yield each answer's wordings: 同意公开39件, 39件予以公开."""
    for name, label in _ANSWERS:
        metric = f"requests.answered.{name}"
        barred = _NOT_DOCUMENTS if name != "already_public" else _NOT_DOCUMENTS_BUT_PUBLIC
        said_as = (
            r"(?:政府信息公开|信息公开)?(?:申请|信息)?(?:(?:因|由于)[^,。;0-9未不]{0,24}?)?"
            rf"(?:为|是|属于|属|的|作|按|已|均|作出|告知|决定){{0,2}}(?:{label})"
        )
        yield _answer(metric, label, None, 0, barred)
        yield _answer(metric, r"^|[^0-9]", said_as, 1, barred)
    for name, label in _REASONS:
        yield wording(
            f"requests.answered.refused.{name}",
            rf"(?:涉及|属于|[(,;:、]|其中){label}(?:的)?(?:信息)?",
            units=CASES,
            topics="requests",
            context=r"不予公开|不同意公开",
        )
    yield _answer("requests.answered.granted", _BARE_GRANT, None, 2, _NOT_DOCUMENTS)


def _answer(metric: str, before: str, after: str | None, rank: int, barred: str) -> Wording:
    return wording(
        metric,
        before,
        after,
        rank=rank,
        units=CASES,
        topics="requests",
        context=_REQUEST_CONTEXT,
        barred=barred,
    )


ANSWERS = tuple(_answers())
