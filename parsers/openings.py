"""Name the organ that a report's first sentences say it is of: 由渠县档案馆编制, 渠县档案馆公布….

A sentence that hands the report over names whose it is, or whom to ask. The weakest of the claims
within a report; whether a name is an organ's is not judged here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.organs import place_of, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.items import Document

_OPENING = re.compile(
    r"(?:公布|发布|由|与|向)(?P<organ>[\u4e00-\u9fff]{3,28}?)"
    r"(?:关于)?(?:编制|制作|联系|(?:19|20)\d{2}年(?:度)?.{0,8}信息公开|信息公开(?:工作)?年)"
)
# 渠县档案馆公布2011年度信息公开年报: who acts.
_ACTING = re.compile(
    r"(?:^|[，,。：:])(?!按|根据|依|据|经|在|为|对|将|现|由|以|从|向|待|请|各|我|本|全)"
    r"(?P<organ>[\u4e00-\u9fff（）]{4,30}?)(?:现|特|依法)?(?:向社会)?"
    r"(?:公布|发布|编制|公开)(?:了)?《?(?:19|20)\d{2}年(?:度)?[^，。；]{0,12}信息公开[^，。；]{0,8}"
    r"(?:年报|年度报告|工作报告)"
)
# A heading is shorter. In a block that holds a whole report these sentences are among the first.
_SENTENCE, _FIRST_BLOCKS, _FIRST_SENTENCES = 30, 20, 300
_LEAD = re.compile(r"^(?:.*(?:公布|发布|公开|由|与|向)|社会|公众)")


def named_in_opening(document: Document) -> Iterator[str]:
    """Yield what the first sentences say the report is of, or who made it, in order."""
    for block in document.blocks[:_FIRST_BLOCKS]:
        if len(block.text) >= _SENTENCE:
            text = squeeze(block.text)
            for found in _OPENING.finditer(text):
                yield _LEAD.sub("", found["organ"])
            acting = _ACTING.search(text, 0, _FIRST_SENTENCES)
            if acting and not _lacks_its_place(acting["organ"]):
                yield acting["organ"]


def _lacks_its_place(name: str) -> bool:
    """Whether a name says of no place whose it is: 市档案馆."""
    return name[0] in _PLACES and place_of(name) is None


_PLACES = frozenset("省市县区州旗镇乡")
