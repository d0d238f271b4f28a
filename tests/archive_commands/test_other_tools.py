"""Archives of other tools, each in that tool's way: verified, indexed, read like ours.

The shapes are those measured of wget 1.21, warcprox, browsertrix (warcio.js) and scrapy-webarchive;
what is in them is written here. A tool's known slips are findings by name, and cost no capture.
"""

import base64
import gc
import gzip
import hashlib
import io
import json
import re
import subprocess
import sys
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.cdxj import index_lines
from crawler.archive.reader import Counts, read_captures
from crawler.archive.verify import verify
from tests.archive_commands.writing import CHUNKED, PAGE, PLAIN, record_id
from tests.conftest import ROOT

WHEN = "2024-01-31T08:30:00Z"
URL = "http://www.a.gov.cn/xxgk/{}.html"
HTML = "text/html; charset=gbk"


def sha1(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def raw(version, fields, block):
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    start = f"WARC/{version}\r\n{head}Content-Length: {len(block)}\r\n\r\n".encode()
    return start + block + b"\r\n\r\n"


def members(records):
    return b"".join(gzip.compress(each, mtime=0) for each in records)


def wget_records():
    """WARC/1.0, addresses in brackets, request before response, a digest over the chunk framing."""
    info = record_id()
    yield raw("1.0", [
        ("WARC-Type", "warcinfo"), ("Content-Type", "application/warc-fields"),
        ("WARC-Date", WHEN), ("WARC-Record-ID", info), ("WARC-Filename", "wget.warc.gz"),
        ("WARC-Block-Digest", sha1(b"software: Wget/1.21 (linux-gnu)\r\n")),
    ], b"software: Wget/1.21 (linux-gnu)\r\n")  # fmt: skip
    for number, answer in enumerate((PLAIN, CHUNKED)):
        asked, get = record_id(), b"GET /xxgk/%d.html HTTP/1.1\r\n\r\n" % number
        common = [("WARC-Target-URI", f"<{URL.format(number)}>"), ("WARC-Date", WHEN),
                  ("WARC-IP-Address", "203.0.113.7"), ("WARC-Warcinfo-ID", info)]  # fmt: skip
        yield raw("1.0", [
            ("WARC-Type", "request"), ("Content-Type", "application/http;msgtype=request"),
            ("WARC-Record-ID", asked), *common, ("WARC-Block-Digest", sha1(get)),
        ], get)  # fmt: skip
        framed = answer.partition(b"\r\n\r\n")[2]
        yield raw("1.0", [
            ("WARC-Type", "response"), ("WARC-Record-ID", record_id()), *common,
            ("WARC-Concurrent-To", asked), ("WARC-Block-Digest", sha1(answer)),
            ("WARC-Payload-Digest", sha1(framed)),
            ("Content-Type", "application/http;msgtype=response"),
        ], answer)  # fmt: skip
    log = b"wget said so\n"
    yield raw("1.0", [
        ("WARC-Type", "resource"), ("WARC-Record-ID", record_id()), ("WARC-Warcinfo-ID", info),
        ("WARC-Target-URI", "<metadata://gnu.org/software/wget/warc/wget.log>"),
        ("WARC-Date", WHEN), ("WARC-Block-Digest", sha1(log)), ("Content-Type", "text/plain"),
    ], log)  # fmt: skip


def wget(folder):
    return write(folder, "wget.warc.gz", members(wget_records()))


def warcprox_records():
    """Response before request, a revisit without WARC-Truncated, the entity's own digest."""
    fields = b"software: warcprox 2.13\r\nformat: WARC File Format 1.0\r\n"
    yield raw("1.0", [
        ("WARC-Type", "warcinfo"), ("WARC-Record-ID", record_id()), ("WARC-Date", WHEN),
        ("WARC-Filename", "warcprox.warc.gz"), ("Content-Type", "application/warc-fields"),
    ], fields)  # fmt: skip
    first = record_id()
    for number, kind in enumerate(("response", "revisit")):
        own = first if kind == "response" else record_id()
        revisit = [
            ("WARC-Profile", "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"),
            ("WARC-Refers-To", first), ("WARC-Refers-To-Target-URI", URL.format(0)),
            ("WARC-Refers-To-Date", WHEN),
        ] if kind == "revisit" else []  # fmt: skip
        block = CHUNKED if kind == "response" else CHUNKED.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        get = b"GET /xxgk/%d.html HTTP/1.1\r\n\r\n" % number
        yield raw("1.0", [
            ("WARC-Type", kind), ("WARC-Record-ID", own), ("WARC-Date", WHEN),
            ("WARC-Target-URI", URL.format(number)), ("WARC-IP-Address", "203.0.113.7"),
            *revisit, ("WARC-Payload-Digest", sha1(PAGE)), ("WARC-Block-Digest", sha1(block)),
            ("Content-Type", "application/http;msgtype=response"),
        ], block)  # fmt: skip
        yield raw("1.0", [
            ("WARC-Type", "request"), ("WARC-Record-ID", record_id()), ("WARC-Date", WHEN),
            ("WARC-Target-URI", URL.format(number)), ("WARC-Concurrent-To", own),
            ("WARC-Block-Digest", sha1(get)),
            ("Content-Type", "application/http;msgtype=request"),
        ], get)  # fmt: skip


def warcprox(folder):
    return write(folder, "warcprox.warc.gz", members(warcprox_records()))


def by_warcio(pages):
    """What warcio writes: heads rebuilt, the body without its chunks, digests of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its temporary files open
        try:
            return _by_warcio(pages)
        finally:
            gc.collect()


def _by_warcio(pages):
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "by warcio"}))
    for number in range(pages):
        headers = [("Content-Type", HTML), ("x-orig-transfer-encoding", "chunked")]
        answer = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
        more = {
            "WARC-Page-ID": "1",
            "WARC-Resource-Type": "document",
            "WARC-JSON-Metadata": json.dumps({"ipType": "Public"}),
            "WARC-Protocol": "h2",
        }
        page = writer.create_warc_record(
            URL.format(number), "response", payload=io.BytesIO(PAGE), http_headers=answer,
            warc_headers_dict={"WARC-Date": WHEN, **more},
        )  # fmt: skip
        asked = StatusAndHeaders(
            f"GET /xxgk/{number}.html HTTP/1.1", [("Host", "a")], is_http_request=True
        )
        request = writer.create_warc_record(
            URL.format(number), "request", payload=io.BytesIO(), http_headers=asked,
            warc_headers_dict={"WARC-Date": WHEN},
        )  # fmt: skip
        writer.write_request_response_pair(request, page)
    writer.write_record(
        writer.create_warc_record("urn:pageinfo:" + URL.format(0), "resource",
                                  payload=io.BytesIO(b"{}"), warc_content_type="application/json",
                                  warc_headers_dict={"WARC-Date": WHEN})
    )  # fmt: skip
    return stream.getvalue()


def zipped(path, warc, *, stored):
    data = {"archive/data.warc.gz": warc, "pages/pages.jsonl": b'{"format": "json-pages-1.0"}\n'}
    resources = [
        {"name": name.rpartition("/")[2], "path": name, "bytes": len(each),
         "hash": "sha256:" + hashlib.sha256(each).hexdigest()} for name, each in data.items()
    ]  # fmt: skip
    data["datapackage.json"] = json.dumps(
        {"profile": "data-package", "resources": resources}
    ).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as held:
        for name, each in data.items():
            held.writestr(name, each)
    return path


def browsertrix(folder):
    """A WACZ of one WARC 1.1 file as warcio.js writes it, stored; pages beside."""
    return zipped(folder / "browsertrix.wacz", by_warcio(2), stored=True)


def scrapy_webarchive(folder):
    """A WACZ whose members are compressed; its warcinfo is of WARC/1.0 in a file of 1.1."""
    info, *rest = re.split(rb"(?=WARC/1\.1\r\n)", gzip.decompress(by_warcio(2)))[1:]
    old = info.replace(b"WARC/1.1", b"WARC/1.0")
    return zipped(folder / "scrapy.wacz", members([old, *rest]), stored=False)


def one_member(folder):
    return write(folder, "one.warc.gz", gzip.compress(b"".join(wget_records()), mtime=0))


def plain(folder):
    return write(folder, "plain.warc", b"".join(wget_records()))


def write(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


#: Tool → its captures' pages, and what verify rightly objects to.
CHUNK_SLIP = {"payload-digest": 1}
TOOLS = {
    wget: (2, CHUNK_SLIP),
    warcprox: (2, {"revisit": 1}),
    browsertrix: (2, {}),
    scrapy_webarchive: (2, {"date": 1}),  # parts of a second, which 1.0 does not have
    one_member: (2, {**CHUNK_SLIP, "member": 1}),
    plain: (2, CHUNK_SLIP),
}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.__name__)
def test_the_captures_of_another_tool_are_read(tool, tmp_path):
    counts = Counts()
    found = list(read_captures([str(tool(tmp_path))], counts=counts, resolve=True))
    pages = [capture for capture in found if capture.url.startswith("http")]
    assert [capture.url for capture in pages] == [URL.format(0), URL.format(1)]
    assert [capture.body for capture in pages] == [PAGE, PAGE]
    assert counts.damages == []


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.__name__)
def test_verify_finds_the_slips_of_another_tool_and_no_more(tool, tmp_path):
    found = Counter(finding.rule for finding in verify([str(tool(tmp_path))]))
    assert found == TOOLS[tool][1]


@pytest.mark.parametrize(
    "tool", [wget, warcprox, one_member, plain], ids=lambda tool: tool.__name__
)
def test_a_cut_in_another_tools_file_is_found(tool, tmp_path):
    path = tool(tmp_path)
    data = path.read_bytes()
    for size in (len(data) - 1, len(data) - 9, len(data) * 2 // 3):
        path.write_bytes(data[:size])
        assert "damage" in {finding.rule for finding in verify([str(path)])}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.__name__)
def test_every_capture_of_another_tool_is_indexed(tool, tmp_path):
    lines = list(index_lines([str(tool(tmp_path))]))
    keys = [line.partition(b" ")[0] for line in lines]
    assert [key for key in keys if key.startswith(b"cn,")] == [
        b"cn,gov,a)/xxgk/0.html",
        b"cn,gov,a)/xxgk/1.html",
    ]
    assert all(json.loads(line.split(b" ", 2)[2])["digest"] for line in lines)


@pytest.mark.parametrize("tool", [wget, browsertrix], ids=lambda tool: tool.__name__)
def test_a_reparse_reads_another_tools_archive(tool, tmp_path):
    path, feed = tool(tmp_path), tmp_path / "items.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "reparse", str(path), "-O", str(feed)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    items = [json.loads(line) for line in Path(feed).read_text("utf-8").splitlines()]
    texts = [item["text"] for item in items if item["url"].startswith("http")]
    assert re.search("收到申请12件", texts[0])
