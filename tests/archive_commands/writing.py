"""Archives written for a purpose: by our own writer, or record by record with a fault in one."""

import hashlib
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

import deflate

from crawler.archive.capture import Exchange
from crawler.archive.keeper import Keeper, Kept
from crawler.archive.members import LocalFile, Record, records
from crawler.archive.place import Place
from parsers.items import Context

WHEN = datetime(2024, 1, 31, 8, 30, 0, 123456, tzinfo=UTC)
PAGE = "<html><head><title>某市年报</title></head><body>收到申请12件</body></html>".encode(
    "gb18030"
)
PLAIN = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\n"
    b"Content-Length: %d\r\n\r\n" % len(PAGE)
) + PAGE
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"a;x=1\r\n" + PAGE[:10] + b"\r\n%x\r\n" % len(PAGE[10:]) + PAGE[10:] + b"\r\n0\r\n\r\n"
)
#: What makes a file known as ours.
INFO = {"software": "disclosure-archive/0.1 Scrapy/2.19.0", "settings": "{}"}


def exchange(number, response=PLAIN, **more):
    url = f"http://www.a.gov.cn/xxgk/{number}.html?b=2&a=1"
    sent = b"GET /xxgk/%d.html?b=2&a=1 HTTP/1.1\r\nHost: www.a.gov.cn\r\n\r\n" % number
    fields = {"context": Context(via="http://www.a.gov.cn/"), **more}
    return Exchange(url, sent, response, WHEN, 0.25, "203.0.113.7", **fields)


def write_archive(folder, exchanges, *, finish=True, settings=None, max_bytes=10**9):
    """Write exchanges as a run does; without `finish` the run ends as a kill ends it."""
    place = Place.from_settings({"ARCHIVE_URL": str(folder), **(settings or {})})
    place.store.check()
    keeper = Keeper(place, INFO, max_bytes=max_bytes)
    keeper.take_job("test")
    for number, each in enumerate(exchanges):
        keeper.keep([Kept(each, f"{number:040x}", "GET", 0)])
        for file in keeper.rolled():
            keeper.brought_in(keeper.bring_in(file))
    if finish:
        assert keeper.close_files() == []
        keeper.finish_job()
    else:
        os.close(keeper._file.fd)  # and with it the lock, as the kernel does
    keeper.close()
    return place


def lone_file(tmp_path, exchanges):
    """Return one file of ours as it may be given away: without manifest and ledger."""
    write_archive(tmp_path / "run", exchanges)
    (path,) = (tmp_path / "run").glob("*.warc.gz")
    away = tmp_path / "away"
    away.mkdir(exist_ok=True)
    return path.rename(away / path.name)


def read(path):
    return [each for each in records(LocalFile(Path(path))) if isinstance(each, Record)]


def member(fields, block, *, version="WARC/1.1", behind=b""):
    """Return a record as our writer compresses it; Content-Length is right unless it is given."""
    if not any(name == "Content-Length" for name, _ in fields):
        fields = [*fields, ("Content-Length", str(len(block)))]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    data = f"{version}\r\n{head}\r\n".encode() + block + b"\r\n\r\n" + behind
    return bytes(deflate.gzip_compress(data, 6))


def fields_of(record):
    return [pair for pair in record.headers if pair[0] != "Content-Length"]


def rewrite(path, edit):
    """Write a file anew, each record by `edit(number, record)`, which gives its bytes."""
    path.write_bytes(b"".join(edit(number, each) for number, each in enumerate(read(path))))


def as_it_was(record):
    return member(fields_of(record), record.block)


def record_id():
    return f"<urn:uuid:{uuid.uuid4()}>"


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def revisit_of(original, **changed):
    """Return the members of a revisit as the standard wants it, with request and metadata."""
    head = original.block.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    own, asked, told = record_id(), record_id(), record_id()
    date = "2024-02-29T08:30:00.000001Z"
    fields = {
        "WARC-Type": "revisit",
        "WARC-Record-ID": own,
        "WARC-Date": date,
        "WARC-Target-URI": original.header("WARC-Target-URI"),
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC-Refers-To": original.header("WARC-Record-ID"),
        "WARC-Refers-To-Target-URI": original.header("WARC-Target-URI"),
        "WARC-Refers-To-Date": original.header("WARC-Date"),
        "WARC-Payload-Digest": original.header("WARC-Payload-Digest"),
        "WARC-Truncated": "length",
        "WARC-Block-Digest": sha256(head),
        "Content-Type": "application/http;msgtype=response",
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    pairs = [(name, value) for name, value in fields.items() if value is not None]
    both = [("WARC-Concurrent-To", asked), ("WARC-Concurrent-To", told)]
    common = [("WARC-Date", date), ("WARC-Target-URI", original.header("WARC-Target-URI"))]
    get, via = b"GET / HTTP/1.1\r\n\r\n", b"fetchTimeMs: 1\r\n"
    return [
        member([*pairs, *both], head),
        member(
            [
                ("WARC-Type", "request"), ("WARC-Record-ID", asked), *common,
                ("WARC-Concurrent-To", own), ("WARC-Concurrent-To", told),
                ("WARC-Block-Digest", sha256(get)),
                ("Content-Type", "application/http;msgtype=request"),
            ],
            get,
        ),
        member(
            [
                ("WARC-Type", "metadata"), ("WARC-Record-ID", told), *common,
                ("WARC-Concurrent-To", own), ("WARC-Concurrent-To", asked),
                ("WARC-Block-Digest", sha256(via)), ("Content-Type", "application/warc-fields"),
            ],
            via,
        ),
    ]  # fmt: skip
