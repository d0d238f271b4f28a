r"""Undo the escapes in which scripts hide words: \x64, \u0064, %64, codes, base64, torn strings.

Reads scripts as text and never runs one.
"""

from __future__ import annotations

import base64
import binascii
from re import IGNORECASE
from typing import TYPE_CHECKING

from parsers.patterns import bounded, linear

if TYPE_CHECKING:
    import re

#: What RE2 sees in a script, in any case of letters, that hides words.
ESCAPED = r"\\x[0-9a-f]{2}|\\u00[0-9a-f]{2}|%3c|%2f|fromcharcode|atob|base64"
_ESCAPED = linear(ESCAPED, ignore_case=True)
_UNIT = bounded(r"\\x([0-9a-f]{2})|\\u(00[0-9a-f]{2})|%([0-9a-f]{2})", IGNORECASE)
_CODES = bounded(r"fromCharCode\s{0,3}\(([0-9,\sx]{1,400}+)", IGNORECASE)
_BASE64 = bounded(r"['\"]([A-Za-z0-9+/]{12,400}+={0,2})['\"]")
_ASCII = 128
# 'dis' + 'play:none': a string that was torn in two.
_JOINED = bounded(r"(?<=[^\\])'\s{0,4}\+\s{0,4}'|(?<=[^\\])\"\s{0,4}\+\s{0,4}\"")


def decoded(script: str) -> str:
    r"""Return `script` with its escapes undone, and behind it what its coded strings hold.

    >>> decoded(r'"\x2f\x2fa.top"'), decoded('atob("Ly93d3cuYS50b3AvdC5qcw==")').split("\n")[1]
    ('"//a.top"', '//www.a.top/t.js')
    """
    if "+" in script:
        script = _JOINED.sub("", script)
    if not _ESCAPED.search(script):
        return script
    plain = _UNIT.sub(_letter, script)
    codes = ("".join(map(_of_code, found[1].split(","))) for found in _CODES.finditer(plain))
    strings = (_of_base64(found[1]) for found in _BASE64.finditer(plain))
    return "\n".join((plain, *codes, *filter(None, strings)))


def _letter(found: re.Match[str]) -> str:
    return chr(int(next(group for group in found.groups() if group), 16))


def _of_code(number: str) -> str:
    digits = number.strip()
    return chr(int(digits)) if digits.isdecimal() and int(digits) < _ASCII else ""


def _of_base64(coded: str) -> str:
    try:
        return base64.b64decode(coded, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
