"""The log as JSON, one event a line: for machines that collect logs (setting LOG_JSON).

Each line is an object with `time` (RFC 3339, UTC), `level`, `logger`, `message`, where a crawl says
so its `portal` and `job`, and `error` where there is one. No control character is left in it: a
title that holds one cannot make a line of its own nor colour a terminal. Secrets are cut as
everywhere in the log (`crawler.archive.secrets`).
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from crawler.archive.secrets import hide_secrets, redact

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What JSON leaves as it is and a terminal or a log viewer may obey: C1, line separators, bidi.
_CONTROL = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
#: Attributes of a log record that are told beside its message, where a component sets them.
_TOLD: Final = ("portal", "job", "outcome", "url")


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

    To be called before Scrapy makes a handler of its own, with LOG_ENABLED off from then on.
    """
    if str(settings.get("LOG_JSON") or "").lower() not in {"1", "true", "yes"}:
        return False
    hide_secrets()
    file = settings.get("LOG_FILE")
    handler = (
        logging.FileHandler(str(file), encoding="utf-8")
        if file
        else logging.StreamHandler(sys.stderr)
    )
    handler.setFormatter(JsonLines())
    handler.setLevel(str(settings.get("LOG_LEVEL") or "INFO"))
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.NOTSET)
    logging.captureWarnings(True)  # noqa: FBT003 (logging's own form)
    return True
