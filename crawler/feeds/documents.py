"""The formats that are one document, Scrapy's `json` and `xml`, made safe for whatever a page has.

Scrapy writes what it is given: half a character (a lone surrogate) cannot be written as UTF-8, and
XML has no way to write most control characters at all. Here JSON escapes the one, as JSON lines do,
and XML has U+FFFD for both. What is guarded are the values of an item; the names of its fields are
its spider's. Never opens a target.
"""

from __future__ import annotations

import re
from typing import Any

from scrapy.exporters import JsonItemExporter, XmlItemExporter

from crawler.feeds.exporters import Escaping
from parsers.items import Report, as_item

#: What no XML document can hold, escaped or not (XML 1.0, production 2). Of a carriage return every
#: reader makes a line feed.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JsonExporter(Escaping, JsonItemExporter):
    """Scrapy's JSON array."""


class XmlExporter(XmlItemExporter):
    """Scrapy's XML; what a report does not state is no element, for there is no null in XML."""

    def export_item(self, item: Any) -> None:
        """Add one item."""
        super().export_item(_stated(as_item(item)) if isinstance(item, Report) else item)

    def _export_xml_field(self, name: str, serialized_value: Any, depth: int) -> None:
        if isinstance(serialized_value, str):
            serialized_value = _NOT_XML.sub("\ufffd", serialized_value)
        elif isinstance(serialized_value, bool):  # as XML Schema and JSON have it
            serialized_value = str(serialized_value).lower()
        super()._export_xml_field(name, serialized_value, depth)


def _stated(value: Any) -> Any:
    """Return an object without the fields that are null."""
    if isinstance(value, dict):
        return {key: _stated(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_stated(each) for each in value]
    return value
