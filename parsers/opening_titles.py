"""Find the title by which a report's first sentences name it: 现将渠县2019年…年度报告公布如下.

Asked where no line of a page is a title. Never judges whose the report is: `openings` does.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.title_words import YEAR
from parsers.titles import is_report_title, squeeze, title_of

if TYPE_CHECKING:
    from parsers.items import Document
    from parsers.titles import Title, Told

# In a block that holds a whole report such a sentence is among the first; the longest report read
# has 60,000 characters.
_OPENING_BLOCKS, _OPENING = 12, 20_000
_DECLARED = re.compile(r"现(?:将|公布|发布|公开|予|向|面向)|特(?:此|向|编|公)|兹|如下")
# 现将…公布如下: such words stand so near to the name.
_BEFORE, _BEHIND = 12, 12
_QUOTED_OTHERS = re.compile(r"《[^《》]{0,80}(?:通知|条例|办法|规定|意见|函|要点|方案|格式)》")
_NAMED = re.compile(
    r"(?:公布|发布|公开|编制了?|撰写了?|形成了?|制作了?|现将|编写了?|完成了?|推出)(?:了|本?《|“)?"
    rf"(?P<title>(?:[^，。；：:,;]{{2,36}}?{YEAR}年(?:度)?|{YEAR}年(?:度)?[^，。；：:,;]{{0,36}}?)[^，。；：:,;]{{0,20}}?信息公开[^，。；：:,;]{{0,8}}?(?:年度报告|年报|工作报告))"
)


def opening_title(
    document: Document, told: Told | None = None, *, declared: bool = False
) -> Title | None:
    """Return the title by which an opening sentence names the report, or None.

    Where it is to be `declared`, the sentence hands it over: 现公布…; a report also tells of last
    year's, which it 公布了.

    "现将渠县宝城镇人民政府2019年政府信息公开工作年度报告公布如下" names it; the notice quoted in
    the same sentence does not.
    """
    told = {} if told is None else told
    for n, block in enumerate(document.blocks[:_OPENING_BLOCKS]):
        key = ("declared" if declared else "named", block.text[:_OPENING])
        if key not in told:
            told[key] = _named_in(key[1], declared=declared)
        if title := told[key]:
            return replace(title, block=n)
    return None


def _named_in(opening: str, *, declared: bool) -> Title | None:
    """Return the title that a sentence of the beginning of a block names, or None."""
    text = _QUOTED_OTHERS.sub("", squeeze(opening))
    for found in _NAMED.finditer(text):
        name = found.group("title").strip("《》“”")
        around = text[max(found.start() - _BEFORE, 0) : found.end() + _BEHIND]
        if is_report_title(name) and (not declared or _DECLARED.search(around)):
            return title_of(name, 0)
    return None
