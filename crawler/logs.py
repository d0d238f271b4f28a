"""The log, so that nothing in it is more than text; as JSON, for machines (setting LOG_JSON).

A plain log is Scrapy's, with what a terminal would obey written as an escape, no line in a message
that looks like an event of its own, and no secret. As JSON each line is an object with `time`
(RFC 3339, UTC), `level`, `logger`, `message`, where a crawl says so its `portal` and `job`, and
`error` where there is one. No control character is left in it: a title that holds one cannot make
a line of its own nor colour a terminal. Secrets are cut by `crawler.archive.secrets`.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from scrapy.utils.log import get_scrapy_root_handler

from crawler.archive.secrets import hide_secrets, redact
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What JSON leaves as it is and a terminal or a log viewer may obey: C1, line separators, bidi.
_CONTROL = re.compile("[\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
#: The same and C0 without tabs and line ends, and what hides letters or is none.
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
#: A line behind another that begins as each event of a plain log does.
_FORGED = re.compile(r"\n(?=\d{4}-\d\d-\d\d )")
#: Attributes of a log record that are told beside its message, where a component sets them.
_TOLD: Final = ("portal", "job", "outcome", "url")


def harmless(text: str) -> str:
    r"""Return `text` with each character that a terminal would obey as its escape.

    >>> harmless("甲\x1b[2J乙\u202e")
    '甲\\u001b[2J乙\\u202e'
    """
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class PlainLines(logging.Formatter):
    """Formats a record as another formatter does, harmless and without secrets."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        """Return the event; further lines of its own are set in where they look like others."""
        return _FORGED.sub("\n    ", harmless(redact(self._formatter.format(record))))


def guard_log() -> None:
    """Let Scrapy's log, where it writes one, show what servers say as text and no secret."""
    hide_secrets()
    handler = get_scrapy_root_handler()
    formatter = None if handler is None else handler.formatter
    if handler is not None and formatter and not isinstance(formatter, PlainLines):
        handler.setFormatter(PlainLines(formatter))


def is_json() -> bool:
    """Whether the log is JSON: then nothing else may be written where it goes."""
    return any(isinstance(each.formatter, JsonLines) for each in logging.root.handlers)


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        event: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        event |= {name: str(vars(record)[name]) for name in _TOLD if name in vars(record)}
        if record.exc_info:
            event["error"] = redact(self.formatException(record.exc_info))
        line = json.dumps(event, ensure_ascii=False)
        return (
            _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
            .encode("utf-8", "backslashreplace")
            .decode()
        )


def log_as_json(settings: Mapping[str, Any]) -> bool:
    """Write the log as JSON, if LOG_JSON says so, to LOG_FILE or stderr; return whether it does.

    To be called before Scrapy makes a handler of its own, with LOG_ENABLED off from then on. Raises
    DisclosureError where LOG_FILE cannot be written.
    """
    if str(settings.get("LOG_JSON") or "").lower() not in {"1", "true", "yes"}:
        return False
    hide_secrets()
    file = settings.get("LOG_FILE")
    handler = _file_handler(str(file)) if file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.setLevel(str(settings.get("LOG_LEVEL") or "INFO"))
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.NOTSET)
    logging.captureWarnings(True)  # noqa: FBT003 (logging's own form)
    return True


def _file_handler(file: str) -> logging.FileHandler:
    try:
        return logging.FileHandler(file, encoding="utf-8")
    except OSError as error:
        raise DisclosureError(
            f"the log {file} cannot be written ({error.strerror}): make its folder, or name a file "
            "in a folder you may write to (LOG_FILE)"
        ) from error
