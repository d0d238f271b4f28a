"""Records as WARC/1.1 wants them, and as they are read back."""

import contextlib
import gzip
import json
import random
import uuid
from datetime import UTC, datetime

import pytest
from fastwarc.warc import ArchiveIterator as FastArchiveIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import deflating
from crawler.archive.capture import Exchange
from crawler.archive.fields import (
    clean_uri,
    context_from_json,
    context_to_json,
    read_fields,
    record_ids,
    warc_fields,
)
from crawler.archive.members import Damage, LocalFile, Record, records
from crawler.archive.message import (
    entity,
    headers_of,
    named,
    read_response,
    split_head,
    without_interim,
)
from crawler.archive.reader import Counts, read_capture, read_captures
from crawler.archive.records import capture_of, pack, warcinfo
from crawler.archive.walk import walk
from parsers.errors import ArchiveError
from parsers.items import AttachedTo, Context

WHEN = datetime(2024, 1, 31, 8, 30, 0, 123456, tzinfo=UTC)
RESPONSE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n" + "年报".encode()
)


def exchange(response=RESPONSE, url="http://a.gov.cn/xxgk/?id=1", **more):
    fields = {"context": Context(), **more}
    sent = b"GET /xxgk/?id=1 HTTP/1.1\r\n\r\n"
    return Exchange(url, sent, response, WHEN, 0.25, "203.0.113.7", **fields)


def file_of(tmp_path, *exchanges):
    """Write exchanges as one file of ours; return its path and where each begins."""
    data = warcinfo("own.warc.gz", WHEN, {"software": "test"})
    places = []
    for each in exchanges:
        places.append(len(data))
        data += pack(each).data
    path = tmp_path / "renamed.warc.gz"
    path.write_bytes(data)
    return path, places


def record(kind, number, media_type, block, *more):
    lines = [
        "WARC/1.1", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{number}>",
        "WARC-Date: 2024-01-31T08:30:00Z", "WARC-Target-URI: http://a/", *more,
        f"Content-Type: {media_type}", f"Content-Length: {len(block)}",
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def read(path):
    return [each for each in records(LocalFile(path)) if isinstance(each, Record)]


def test_an_exchange_is_response_request_and_metadata_pointing_to_one_another(tmp_path):
    path, _ = file_of(tmp_path, exchange())
    held = read(path)[1:]
    assert [each.header("WARC-Type") for each in held] == ["response", "request", "metadata"]
    ids = [each.header("WARC-Record-ID") for each in held]
    for each in held:
        others = {one for one in ids if one != each.header("WARC-Record-ID")}
        assert set(each.all("WARC-Concurrent-To")) == others
        assert each.header("WARC-Date") == "2024-01-31T08:30:00.123456Z"
        assert each.header("WARC-Target-URI") == "http://a.gov.cn/xxgk/?id=1"
    assert held[0].block == RESPONSE
    assert held[0].header("WARC-IP-Address") == "203.0.113.7"


def test_a_response_cut_short_says_so(tmp_path):
    path, _ = file_of(tmp_path, exchange(reason="timeout", truncated="time"))
    assert read(path)[1].header("WARC-Truncated") == "time"
    assert next(read_captures([str(path)])).truncated == "time"


def test_without_an_answer_there_is_no_response_record(tmp_path):
    path, _ = file_of(tmp_path, exchange(response=b"", reason="timeout"))
    assert [each.header("WARC-Type") for each in read(path)[1:]] == ["request", "metadata"]
    assert list(read_captures([str(path)])) == []


TEXTS = (
    st.none()
    | st.text(max_size=30)
    | st.sampled_from(["", "关于\r\n年报", "\u2028", "\ud800", "  a "])
)


@given(
    st.builds(
        Context,
        requested_url=TEXTS,
        redirects=st.lists(st.text(max_size=9), max_size=3).map(tuple),
        via=TEXTS,
        depth=st.none() | st.integers(0, 99),
        portal=TEXTS,
        section=TEXTS,
        link_text=TEXTS,
        attached_to=st.none()
        | st.builds(
            AttachedTo, url=st.text(max_size=9), link_text=st.text(max_size=9), report_id=TEXTS
        ),
    )
)
def test_a_context_comes_back_as_it_went(context):
    fields = read_fields(warc_fields([("context", context_to_json(context))]))
    assert context_from_json(fields["context"]) == context


@given(st.text(max_size=40))
def test_no_address_can_put_a_line_into_a_record(url):
    clean = clean_uri(url)
    assert clean.isascii()
    assert not set(clean) & set("\r\n\0 <>")
    pack(exchange(url=url))


def test_what_the_live_crawl_gives_is_what_a_reader_finds(tmp_path):
    context = Context(requested_url="http://a/", link_text="二〇二四年报", portal="")
    given_ = [exchange(url=f"http://a/{n}", context=context) for n in range(3)]
    path, places = file_of(tmp_path, *given_)
    counts = Counts()
    found = list(read_captures([str(path)], counts=counts))
    assert [each.context for each in found] == [context] * 3
    assert [each.ref.offset for each in found] == places
    assert {each.ref.filename for each in found} == {"own.warc.gz"}
    for each in found:
        one = read_capture(each.ref, str(path))
        assert (one.body, one.ref) == (each.body, each.ref)
    packed = pack(given_[0])
    assert capture_of(packed, given_[0], "f", 0).body == "年报".encode()
    assert counts.records == {"warcinfo": 1, "response": 3, "request": 3, "metadata": 3}


def test_a_file_cut_at_any_byte_keeps_every_whole_record(tmp_path):
    path, places = file_of(tmp_path, exchange(), exchange())
    whole = path.read_bytes()
    ends = [each.offset + each.length for each in read(path)]
    assert ends[-1] == len(whole)
    for size in range(places[1], len(whole)):
        path.write_bytes(whole[:size])
        found = list(records(LocalFile(path)))
        kept = [each for each in found if isinstance(each, Record)]
        assert len(kept) == sum(end <= size for end in ends)
        torn = size not in ends
        assert [type(each) for each in found[len(kept) :]] == [Damage] * torn
        if torn:
            with pytest.raises(ArchiveError, match="byte"):
                walk(LocalFile(path))


def test_a_walk_that_is_told_where_records_end_is_as_strict(tmp_path):
    path, _ = file_of(tmp_path, *(exchange(url=f"http://a/{n}") for n in range(3)))
    whole = path.read_bytes()
    ends = [each.offset + each.length for each in read(path)]
    assert walk(LocalFile(path), ends) == walk(LocalFile(path)) == 10
    for wrong in ([], ends[1:], ends[::2], [end + 1 for end in ends], [0, len(whole), 1 << 40]):
        assert walk(LocalFile(path), wrong) == 10
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        told = untold = None
        with contextlib.suppress(ArchiveError):
            told = walk(LocalFile(path), ends)
        with contextlib.suppress(ArchiveError):
            untold = walk(LocalFile(path))
        assert told == untold
    for cut in range(ends[-2], len(whole)):
        path.write_bytes(whole[:cut])
        if cut > ends[-2]:
            with pytest.raises(ArchiveError, match="byte"):
                walk(LocalFile(path), ends)


@pytest.mark.parametrize("at", [3, 40, 200])
def test_behind_a_damaged_record_the_rest_is_read(tmp_path, at):
    path, places = file_of(
        tmp_path, exchange(), exchange(url="http://a/2"), exchange(url="http://a/3")
    )
    data = bytearray(path.read_bytes())
    data[places[1] + at] ^= 0x55
    path.write_bytes(data)
    counts = Counts()
    urls = [each.url for each in read_captures([str(path)], counts=counts)]
    assert urls == ["http://a.gov.cn/xxgk/?id=1", "http://a/3"]
    assert len(counts.damages) == 1
    assert f"byte {places[1]}" in counts.damages[0]


def test_plain_and_one_member_files_of_other_tools_are_read(tmp_path):
    path, _ = file_of(tmp_path, exchange(), exchange(url="http://a/2"))
    plain = gzip.decompress(path.read_bytes())
    (tmp_path / "plain.warc").write_bytes(plain)
    (tmp_path / "one.warc.gz").write_bytes(gzip.compress(plain))
    first = [(each.url, each.body) for each in read_captures([str(path)])]
    for name in ("plain.warc", "one.warc.gz"):
        assert [(e.url, e.body) for e in read_captures([str(tmp_path / name)])] == first
    found = next(read_captures([str(tmp_path / "plain.warc")]))
    held = plain[found.ref.offset : found.ref.offset + found.ref.length]
    assert held.startswith(b"WARC/1.1\r\nWARC-Type: response")


@pytest.mark.parametrize("data", [b"", b"<html>", b"PK\x03\x04"])
def test_what_is_no_warc_is_refused_in_one_sentence(tmp_path, data):
    path = tmp_path / "page.warc.gz"
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match=r"page\.warc\.gz is no WARC file"):
        list(read_captures([str(path)]))


@pytest.mark.parametrize("coded", [True, False])
def test_a_member_gives_back_its_record(coded):
    head, block = b"WARC/1.1\r\nContent-Length: 1\r\n\r\n", random.Random(1).randbytes(70_000)
    packed = deflating.member(head, block, coded=coded)
    assert packed.startswith(deflating.GZIP_HEADER)
    assert gzip.decompress(packed) == head + block + deflating.END


def test_a_coded_body_costs_no_more_than_its_own_bytes(tmp_path):
    body = gzip.compress(random.Random(2).randbytes(9000).hex().encode(), mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    path, _ = file_of(tmp_path, exchange(head + body))
    assert read(path)[1].block == head + body
    assert pack(exchange(head + body)).length < len(body) + 600


HEADS = st.lists(
    st.sampled_from([
        b"HTTP/1.1 200 OK", b"\n", b"\r\n", b"\r", b" ", b"\t", b":", b"ETag", b"etag", b"\x0b",
        b"x", b"Content-Length: 5", b"content-length", b"Transfer-Encoding:", b"chunked", b"\n\n",
    ]),
    max_size=14,
).map(b"".join)  # fmt: skip


@given(HEADS)
def test_headers_by_name_are_those_of_the_whole_list(head):
    names = (b"etag", b"content-length", b"transfer-encoding")
    whole = [(name.lower(), value) for name, value in headers_of(head) if name.lower() in names]
    assert named(head, *names) == whole


def test_ids_of_records_are_unique_and_of_one_kin():
    ids = [each for _ in range(99) for each in record_ids(["response", "request"]).values()]
    assert len(set(ids)) == len(ids)
    for each in ids:
        found = uuid.UUID(each.removeprefix("<urn:uuid:").removesuffix(">"))
        assert (found.version, found.variant) == (8, uuid.RFC_4122)


def test_a_resource_takes_the_place_of_its_response(tmp_path):
    path = tmp_path / "drawn.warc"
    path.write_bytes(
        record("response", 1, "application/http;msgtype=response", RESPONSE)
        + record("resource", 2, "text/html", b"<p>drawn", "WARC-Concurrent-To: <urn:uuid:1>")
    )
    (found,) = read_captures([str(path)])
    assert (found.record_type, found.body, found.status) == ("resource", b"<p>drawn", 200)


@pytest.mark.parametrize(
    ("wire", "body"),
    [
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;x\r\nabc\r\n0\r\n\r\n",
            b"abc",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot framed", b"not framed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", b"abc"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", b"ab"),
        (b"HTTP/1.1 200 OK\nContent-Length : 2\n\nabc", b"ab"),
        (b"HTTP/1.1 204 No\r\n\r\nabc", b""),
        (b"HTTP/1.0 200 OK\r\n\r\nabc", b"abc"),
    ],
)
def test_the_entity_of_a_message(wire, body):
    assert read_response(wire).body == body


def test_what_is_no_answer_has_no_status():
    assert read_response(b"SSH-2.0-x\r\n\r\n") is None
    assert read_response(b"") is None


def test_interim_answers_stand_apart():
    assert without_interim(b"HTTP/1.1 100 C\r\n\r\n" + RESPONSE) == (
        b"HTTP/1.1 100 C\r\n\r\n",
        RESPONSE,
    )


def test_an_interim_answer_stands_in_the_metadata_since_readers_take_the_first_status(tmp_path):
    """RFC 9110, 15.2. In the response record it would make a page of status 200 one of 102."""
    interim = b"HTTP/1.1 102 Processing\r\n\r\n"
    path, _ = file_of(tmp_path, exchange(interim + RESPONSE))
    _, response, _, metadata = read(path)
    said = json.loads(read_fields(metadata.block)["interim-answers"]).encode("latin-1")
    assert said + response.block == interim + RESPONSE
    wrong = tmp_path / "wrong.warc"
    wrong.write_bytes(record("response", 1, "application/http", interim + RESPONSE))
    with wrong.open("rb") as stream:
        assert [each.http_headers.get_statuscode() for each in ArchiveIterator(stream)] == ["102"]
    with wrong.open("rb") as stream:
        assert [each.http_headers.status_code for each in FastArchiveIterator(stream)] == [102]
    # Ours reads the right one of both.
    assert [each.status for each in read_captures([str(path), str(wrong)])] == [200, 200]


def test_folded_and_broken_header_lines():
    head, rest = split_head(b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nno colon\r\nD : e\r\n\r\nbody")
    assert headers_of(head) == [(b"A", b"b c"), (b"D", b"e")]
    assert entity(head, rest) == b"body"
