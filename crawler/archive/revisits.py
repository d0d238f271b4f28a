"""Revisits: what a record says that repeats an earlier one, and what such a capture is.

Two kinds (ISO 28500:2017, 6.7.2 and 6.7.3): the same payload came again, or the server said that
nothing changed when we asked it to compare. Ours repeat a response of the same URL only: one
captured document gives one item, and a twin at another address is a document of its own. A revisit
never repeats a revisit, nor what no ledger has committed. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.archive.capture import Capture
    from crawler.archive.message import Message

_PROFILES = "http://netpreserve.org/warc/1.1/revisit/"


@dataclass(frozen=True, slots=True)
class Original:
    """The response record that a revisit repeats."""

    record_id: str
    url: str
    date: str
    payload_digest: str


def fields(original: Original, answer: Message) -> list[tuple[str, str]]:
    """Return the fields of a revisit of `original`, whose own answer is `answer`.

    The payload digest of a "not modified" is the original's: CDX readers look the payload up by it.
    `WARC-Truncated: length` says that the payload is left out (annotated standard, 6.7.2: shall).
    """
    same = not is_not_modified(answer.status)
    profile = "identical-payload-digest" if same else "server-not-modified"
    return [
        ("WARC-Profile", _PROFILES + profile),
        ("WARC-Payload-Digest", original.payload_digest),
        ("WARC-Refers-To", original.record_id),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.date),
        *([("WARC-Truncated", "length")] if same else []),
    ]


def resolved(revisit: Capture, original: Capture) -> Capture:
    """Return a revisit with the body that it repeats; a 304 has status and head of then too."""
    body, left = original.body, original.left
    if is_not_modified(revisit.status):
        return replace(revisit, status=original.status, head=original.head, body=body, left=left)
    return replace(revisit, body=body, left=left)


def is_not_modified(status: int) -> bool:
    """Whether an answer says that nothing changed."""
    return status == HTTPStatus.NOT_MODIFIED
