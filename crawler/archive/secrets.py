"""Keep secrets out of the log: Scrapy's line "Overridden settings" prints every setting in clear.

Seen with Scrapy 2.19: AWS_SECRET_ACCESS_KEY and HTTPAUTH_PASS stood in an INFO line. Changes log
records of that one logger, nothing else.
"""

from __future__ import annotations

import logging
import re

from parsers.errors import DisclosureError

_SECRET = re.compile(
    r"(?P<name>'[^']{0,60}?(?:SECRET|PASS|TOKEN|WEBHOOK|ACCESS_KEY|CREDENTIAL)[^']{0,60}': {0,9})"
    r"""(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"://[^/\s'\":@]*+:[^/\s'\"@]*+@")
_IN_QUERY = re.compile(r"([?&](?:password|passwd|secret|token)=)[^&\s'\"`]++", re.IGNORECASE)


class _HideSecrets(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and "settings" in record.args:
            record.args = {**record.args, "settings": redact(str(record.args["settings"]))}
        return True


_FILTER = _HideSecrets()


def redact(text: str) -> str:
    """Return printed settings without the values of secrets and without passwords in addresses.

    >>> redact("{'HTTPAUTH_PASS': 'pw', 'X': 's3://key:pw@b/'}")
    "{'HTTPAUTH_PASS': '***', 'X': 's3://***@b/'}"
    """
    text = _IN_URL.sub("://***@", _SECRET.sub(r"\g<name>'***'", text))
    return _IN_QUERY.sub(r"\1***", text)


def refuse_user(url: str) -> None:
    """Raise DisclosureError for an address with a user's name or password, without showing it.

    It would stand in the archive, its ledger and every item for ever.
    """
    if "@" in re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]:
        raise DisclosureError(
            "an address holds a user name or password, which the archive would keep for ever: "
            "leave out what stands before its @"
        )


def hide_secrets() -> None:
    """Make Scrapy's line of overridden settings safe to print."""
    logging.getLogger("scrapy.crawler").addFilter(_FILTER)
