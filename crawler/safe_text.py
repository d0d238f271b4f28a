"""Show a stranger's text: what could steer a terminal or turn the writing is shown as signs."""

from __future__ import annotations

import re

# C0 and C1 controls; marks of direction and their isolates; separators; letters and marks that are
# not seen: what Unicode calls ignorable by default (DerivedCoreProperties.txt 16.0), and tags.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ENDS = re.compile("[\t\n]")


def safe(text: str) -> str:
    r"""Return `text` with what could steer a terminal or turn the writing shown as ⟨U+…⟩.

    >>> safe("甲\x1b[2J乙\u202e")
    '甲⟨U+001B⟩[2J乙⟨U+202E⟩'
    """
    return _UNSAFE.sub(_sign, text)


def safe_line(text: str) -> str:
    r"""Return the same as one line: tabs and line feeds are signs, too.

    >>> safe_line("甲\n乙")
    '甲⟨U+000A⟩乙'
    """
    return _ENDS.sub(_sign, safe(text))


def _sign(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found.group()):04X}⟩"
