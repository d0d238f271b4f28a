"""Show a stranger's text: what could steer a terminal or turn the writing is shown as signs."""

from __future__ import annotations

import re

# C0 and C1 controls; marks of direction and their isolates; invisible letters and separators.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


def safe(text: str) -> str:
    r"""Return `text` with what could steer a terminal or turn the writing shown as ⟨U+…⟩.

    >>> safe("甲\x1b[2J乙\u202e")
    '甲⟨U+001B⟩[2J乙⟨U+202E⟩'
    """
    return _UNSAFE.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", text)
