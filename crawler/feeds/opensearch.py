"""Items into OpenSearch or Elasticsearch by the bulk API, each under the id of its reading.

`opensearch://user@host:9200/INDEX`, `opensearch+https://…`. An index that is not there is made with
a mapping for Chinese: text by the analyser `cjk`, which both have built in; facts as nested
objects. The same feed twice gives the same documents. Knows the protocol, no search.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import orjson
import urllib3

from crawler.feeds.batches import BatchStorage
from crawler.feeds.lines import storable
from crawler.feeds.refused import Refused
from crawler.stores.addresses import shown
from parsers.errors import StoreError
from parsers.items import stable_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Documents of a request: some 6 MB of reports; servers advise 5 to 15 MB.
BULK = 200
BULK_BYTES = 12 << 20
#: Waits between two tries of what the server had no room for, seconds.
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)
_BUSY = 429
#: The document cannot be read or does not fit the mapping. Every other error of one is the
#: server's: too busy (429), closed to writing since its disk is full (403), a shard away (503).
_BAD_DOCUMENT = 400
_TOO_LARGE = 413

#: Stands for an answer that a request was too large.
_HALVE = {"error": _TOO_LARGE}

_CHINESE = {"type": "text", "analyzer": "cjk"}
_WORD = {"type": "keyword", "ignore_above": 1024}
MAPPING: dict[str, Any] = {
    "mappings": {
        "dynamic": False,
        "properties": {
            **dict.fromkeys(
                ("report_id", "capture_id", "kind", "url", "final_url", "template", "script",
                 "index_number", "document_number", "parser_version"), _WORD
            ),
            "title": _CHINESE,
            "text": _CHINESE,
            "year": {"type": "short"},
            "published_on": {"type": "date", "ignore_malformed": True},
            "fetched_at": {"type": "date"},
            "agency": {
                "properties": {
                    "name": {**_CHINESE, "fields": {"whole": _WORD}},
                    **dict.fromkeys(("id", "region_code", "level", "type", "site_id"), _WORD),
                    "region": _CHINESE,
                }
            },
            "source": {"properties": {"portal": _WORD, "official": {"type": "boolean"}}},
            "facts": {
                "type": "nested",
                "properties": {
                    **dict.fromkeys(("metric", "unit", "scope", "method", "qualifier"), _WORD),
                    "value": {"type": "double"},
                },
            },
            "checks": {
                "type": "nested",
                "properties": dict.fromkeys(("rule", "where", "status"), _WORD),
            },
        },
    }
}  # fmt: skip


class OpenSearchStorage(BatchStorage):
    """An index of OpenSearch or Elasticsearch."""

    def check(self) -> None:
        """Raise StoreError where the address names no index."""
        Index(self.address)

    def try_out(self) -> None:
        """Make an index that is not there. Raises StoreError."""
        Index(self.address).make_ready()

    def take(self, batch: Path) -> None:
        """Index the batch. Raises StoreError; ItemsRefused where all went in but some."""
        index = Index(self.address)
        index.make_ready()
        folder = self.path.parent
        try:
            with Refused(folder, self.address) as refused, batch.open("rb") as lines:
                index.put(map(storable, lines), refused)
                refused.settle()
        except OSError as error:
            raise StoreError(
                f"{batch} could not be handed to {shown(self.address)}, which refuses some of it "
                f"({error.strerror or error}): make room in {folder} or allow it"
            ) from error


class Index:
    """One index behind an address."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        name = parts.path.strip("/")
        if not parts.hostname or not name or "/" in name:
            raise StoreError(
                f"{shown(address)} names no index: write opensearch://host:9200/reports"
            )
        scheme = "https" if parts.scheme.endswith("+https") else "http"
        self._address = address
        self._url = f"{scheme}://{parts.hostname}:{parts.port or 9200}/{name}"
        named = None
        if parts.username:
            named = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        self._headers = urllib3.make_headers(basic_auth=named) if named else {}
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(60))

    def make_ready(self) -> None:
        """Make the index unless it is there. Raises StoreError."""
        if self._ask("HEAD", self._url) == {}:
            return
        self._ask("PUT", self._url, orjson.dumps(MAPPING), taken="resource_already_exists")

    def put(self, items: Iterator[dict[str, Any]], refused: Refused) -> None:
        """Index items by bulk requests. Raises StoreError.

        What the server refuses for good goes to `refused`, and the documents behind it go in.
        """
        waiting: dict[str, bytes] = {}
        for item in items:
            waiting[stable_id(item["capture_id"], item["parser_version"])] = orjson.dumps(item)
            if len(waiting) >= BULK or sum(map(len, waiting.values())) >= BULK_BYTES:
                self._bulk(waiting, refused)
                waiting = {}
        self._bulk(waiting, refused)

    def _bulk(self, documents: dict[str, bytes], refused: Refused) -> None:
        reason = ""
        for wait in (*WAITS, None):
            if not documents:
                return
            answer = self._ask("POST", f"{self._url}/_bulk", _lines(documents))
            if answer == _HALVE:
                self._bulk_in_halves(documents, refused)
                return
            if answer is not None:
                documents, reason = _sorted_out(answer, documents, refused)
            if documents and wait is not None:
                time.sleep(wait)
        if documents:
            why = f" ({reason})" if reason else ""
            raise StoreError(
                f"{shown(self._address)} has no room for more: load the rest later{why}"
            )

    def _bulk_in_halves(self, documents: dict[str, bytes], refused: Refused) -> None:
        """Send what was too large for one request as two; a document alone is refused."""
        names = list(documents)
        if len(names) == 1:
            size = len(documents[names[0]])
            too_large = f"its {size} bytes are too many for a request"
            refused.add(names[0], too_large, documents[names[0]])
            return
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            self._bulk({name: documents[name] for name in half}, refused)

    def _ask(
        self, method: str, url: str, body: bytes | None = None, taken: str = ""
    ) -> dict[str, Any] | None:
        """Return the answer, None where nothing is there or there is no room. Raises StoreError."""
        headers = {**self._headers, "Content-Type": "application/x-ndjson"}
        if method == "PUT":
            headers["Content-Type"] = "application/json"
        try:
            answer = self._pool.request(method, url, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise StoreError(
                f"{shown(self._address)} cannot be reached: start it or correct its address "
                f"({type(error).__name__})"
            ) from error
        return self._read(method, answer, taken)

    def _read(
        self, method: str, answer: urllib3.BaseHTTPResponse, taken: str
    ) -> dict[str, Any] | None:
        if answer.status in (401, 403):
            raise StoreError(f"{shown(self._address)} refuses the name or password: correct them")
        if answer.status in (404, _BUSY) and method != "PUT":
            return None
        if answer.status == _TOO_LARGE:
            return _HALVE
        if answer.status >= 400 and not (taken and taken.encode() in answer.data):  # noqa: PLR2004
            raise StoreError(f"{shown(self._address)} answers {answer.status}: see its log")
        try:
            read: dict[str, Any] = orjson.loads(answer.data) if answer.data else {}
        except orjson.JSONDecodeError as error:
            raise StoreError(
                f"{shown(self._address)} answers what is no JSON, so it is another kind of server: "
                "correct its address"
            ) from error
        return read


def _sorted_out(
    answer: dict[str, Any], sent: dict[str, bytes], refused: Refused
) -> tuple[dict[str, bytes], str]:
    """Return what is to be sent again, and why; put aside what can never be taken."""
    again, why = {}, ""
    for result in answer.get("items", ()):
        done = next(iter(result.values()))
        if "error" not in done:
            continue
        name, reason = done["_id"], str(done["error"].get("reason", done["error"].get("type")))
        if done.get("status") == _BAD_DOCUMENT:
            refused.add(name, reason, sent[name])
        else:
            again[name], why = sent[name], reason
    return again, why


def _lines(documents: dict[str, bytes]) -> bytes:
    """Return the body of a bulk request: for each document an action and itself, a line each."""
    lines = []
    for name, document in documents.items():
        lines += [orjson.dumps({"index": {"_id": name}}), document]
    return b"\n".join(lines) + b"\n"
