"""Keep secrets out of the log: Scrapy's line "Overridden settings" prints every setting in clear.

Seen with Scrapy 2.19: AWS_SECRET_ACCESS_KEY and HTTPAUTH_PASS stood in an INFO line. Changes log
records of that one logger, nothing else.
"""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(
    r"(?P<name>'[^']*(?:SECRET|PASS|TOKEN|WEBHOOK|ACCESS_KEY|CREDENTIAL)[^']*': *)"
    r"""(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"://[^/\s'\":@]*+:[^/\s'\"@]*+@")


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
    return _IN_URL.sub("://***@", _SECRET.sub(r"\g<name>'***'", text))


def hide_secrets() -> None:
    """Make Scrapy's line of overridden settings safe to print."""
    logging.getLogger("scrapy.crawler").addFilter(_FILTER)
