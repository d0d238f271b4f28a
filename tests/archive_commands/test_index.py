"""The index: the lines that cdxj-indexer writes, sorted bytewise, merged without more ado."""

import gzip
import json
import subprocess

import pytest

from crawler.archive import cdxj
from crawler.archive.cdxj import body_as_query, index_lines, write_index
from crawler.archive.surt import surt
from parsers.errors import ArchiveError
from tests.archive_commands.writing import (
    PLAIN,
    exchange,
    lone_file,
    member,
    read,
    record_id,
    revisit_of,
    write_archive,
)

HOSTS = (
    "www.a.gov.cn", "WWW2.A.gov.cn:80", "a.gov.cn:8080", "127.0.0.1:8433", "u:p@a.cn", "中国.cn",
    "a..b.cn.", "xn--fiqs8s.cn", "[::1]:80", "%77ww.a.cn", "a.cn:", "a_b.cn", "www.www.a.cn",
)  # fmt: skip
PATHS = (
    "", "/", "/XXGK/", "/a//b/", "/a/../b", "/../x", "/a/./b/.", "/%E4%B8%AD", "/%2541", "/中文",
    "/a%20b", "/(S(abcdefghij0123456789abcd))/x.aspx", "/x;jsessionid=1", "/%2e%2e/x", "/x%23y",
)  # fmt: skip
QUERIES = (
    "", "?", "?b=2&a=1", "?a", "?A=%E4%B8%AD&b", "?&", "?a&a=", "?=", "?q=%26x=1", "?b&a&",
    "?x=1&jsessionid=0123456789abcdef0123456789abcdef", "?cfid=1&cftoken=2", "?a=1?b=2", "?q=a+b",
)  # fmt: skip


def lines_of(*locations):
    return list(index_lines(list(map(str, locations))))


def indexed_by(tool, path, *options):
    done = subprocess.run(
        [tool("cdxj-indexer"), "-s", *options, str(path)], capture_output=True, check=True
    )
    return done.stdout.splitlines(keepends=True)


def answered(url, number, asked=b"GET / HTTP/1.1\r\n\r\n"):
    """Return a response and the request behind it, as our writer puts them."""
    answer, request = record_id(), record_id()
    common = [("WARC-Date", "2024-01-31T08:30:00.5Z"), ("WARC-Target-URI", url)]
    digest = [("WARC-Payload-Digest", f"sha256:{number:064x}")]
    return member(
        [("WARC-Type", "response"), ("WARC-Record-ID", answer), *common, *digest,
         ("WARC-Concurrent-To", request), ("Content-Type", "application/http;msgtype=response")],
        PLAIN,
    ) + member(
        [("WARC-Type", "request"), ("WARC-Record-ID", request), *common,
         ("WARC-Concurrent-To", answer), ("Content-Type", "application/http;msgtype=request")],
        asked,
    )  # fmt: skip


def test_the_index_of_the_demo_portal_is_that_of_cdxj_indexer(crawled_demo, tool):
    (path,) = crawled_demo.glob("*.warc.gz")
    lines = lines_of(crawled_demo)
    assert len(lines) > 40
    assert lines == indexed_by(tool, path, "-p")
    # Without -p it has the same lines, but finds a POST by its address alone.
    posts = [line for line in lines if b"__wb_method=post" in line]
    assert {line for line in lines if line not in posts} <= set(indexed_by(tool, path))
    assert len(posts) < len(lines) / 2


def test_names_that_are_no_addresses_have_the_keys_of_cdxj_indexer(tmp_path, tool):
    path = tmp_path / "odd.warc.gz"
    names = ("urn:x:Y", "dns:a.cn", "screenshot:http://a.cn/", "text:http://A.cn/X/?b=1&a=2")
    path.write_bytes(b"".join(answered(name, number) for number, name in enumerate(names)))
    ours, theirs = lines_of(path), indexed_by(tool, path)
    assert [x.partition(b" ")[0] for x in ours] == [x.partition(b" ")[0] for x in theirs]


def test_keys_of_odd_addresses_are_those_of_cdxj_indexer(tmp_path, tool):
    path = tmp_path / "odd.warc.gz"
    urls = [
        f"http://{host}{path}{query}"
        for number, host in enumerate(HOSTS)
        for place, path in enumerate(PATHS)
        for query in (QUERIES[(number + place) % len(QUERIES)], QUERIES[-place % len(QUERIES)])
    ] + ["https://a.cn:443/", "https://a.cn:80/"]
    path.write_bytes(b"".join(answered(url, number) for number, url in enumerate(urls)))
    ours = {json.loads(line.split(b" ", 2)[2])["digest"]: line for line in lines_of(path)}
    theirs = {json.loads(x.split(b" ", 2)[2])["digest"]: x for x in indexed_by(tool, path)}
    assert len(ours) == len(urls)
    assert [(ours[digest], line) for digest, line in theirs.items() if ours[digest] != line] == []


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.a.gov.cn/", "cn,gov,a)/"),
        ("https://www.a.gov.cn:443/xxgk/?b=2&a=1#x", "cn,gov,a)/xxgk?a=1&b=2"),
        ("http://a.gov.cn:8080/A.HTML", "cn,gov,a:8080)/a.html"),
        ("http://127.0.0.1/a", "1,0,0,127)/a"),
        ("http://中国.cn/年报", "cn,xn--fiqs8s)/%e5%b9%b4%e6%8a%a5"),
        ("a.cn/x", "cn,a)/x"),
        ("", ")/"),
    ],
)
def test_a_key_is_the_host_backwards_and_the_rest_in_one_form(url, key):
    assert surt(url) == key


BODIES = [
    ("application/x-www-form-urlencoded", "年=二〇二四&q=a+b".encode()),
    ("application/x-www-form-urlencoded", b"a=%E4%B8%AD"),
    ("application/x-www-form-urlencoded", "年=1".encode("gbk")),
    ("application/json", b'{"a": {"b": [1, {"b": "x"}]}, "c": null, "b": true}'),
    ("application/json", b"no json"),
    ("text/plain", b'{"a": 1}'),
    ("text/plain", b"words"),
    ("application/octet-stream", bytes(range(64))),
    ("", b"abc"),
]


@pytest.mark.parametrize(("media_type", "body"), BODIES)
def test_a_post_is_indexed_as_cdxj_indexer_does(tmp_path, tool, media_type, body):
    path = tmp_path / "post.warc.gz"
    head = f"POST /s?q=1 HTTP/1.1\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
    path.write_bytes(answered("http://a.cn/s?q=1", 1, head.encode() + b"\r\n" + body))
    assert lines_of(path) == indexed_by(tool, path, "-p")


def test_a_multipart_form_is_taken_whole(tmp_path):
    """Here we differ from cdxj-indexer, which takes the form apart."""
    assert body_as_query("multipart/form-data; boundary=x", b"--x--") == "__wb_post_data=LS14LS0="


def test_a_revisit_is_marked_so_that_replay_looks_further(tmp_path, tool):
    path = lone_file(tmp_path, [exchange(1)])
    with path.open("ab") as stream:
        stream.writelines(revisit_of(read(path)[1]))
    lines = lines_of(path)
    assert [json.loads(line.split(b" ", 2)[2])["mime"] for line in lines] == [
        "text/html",
        "warc/revisit",
    ]
    assert lines == indexed_by(tool, path)


def test_a_request_may_stand_before_its_answer(tmp_path):
    path = tmp_path / "a.warc.gz"
    head = b"POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nq=1"
    path.write_bytes(answered("http://a.cn/", 1, head))
    first, second = read(path)
    data = path.read_bytes()
    path.write_bytes(data[second.offset :] + data[: second.offset])
    (line,) = lines_of(path)
    assert line.startswith(b"cn,a)/?__wb_method=post&q=1 20240131083000 ")
    assert json.loads(line.split(b" ", 2)[2])["length"] == str(first.length)


def test_indexes_of_parts_merge_into_that_of_the_whole(tmp_path):
    write_archive(tmp_path / "a", [exchange(number) for number in (5, 1, 3)])
    write_archive(tmp_path / "b", [exchange(number) for number in (4, 2, 6)])
    parts = [lines_of(tmp_path / name) for name in "ab"]
    whole = lines_of(tmp_path / "a", tmp_path / "b")
    assert whole == sorted(parts[0] + parts[1])
    assert len(whole) == 6


def test_lines_sort_on_the_disk_when_there_are_many(tmp_path, monkeypatch):
    path = lone_file(tmp_path, [exchange(number) for number in range(40)])
    whole = lines_of(path)
    monkeypatch.setattr(cdxj, "_RUN_BYTES", 1000)
    assert lines_of(path) == whole
    assert len(whole) == 40


def test_an_index_is_written_whole_or_not_at_all(tmp_path):
    target = tmp_path / "index.cdxj"
    target.write_bytes(b"as it was")

    def broken():
        yield b"first\n"
        raise ArchiveError("the store went away")

    with pytest.raises(ArchiveError, match="went away"):
        write_index(broken(), target)
    assert target.read_bytes() == b"as it was"
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(ArchiveError, match="cannot write"):
        write_index([b"x\n"], tmp_path / "nowhere" / "index.cdxj")


def test_damage_is_named_and_what_is_behind_it_is_indexed(tmp_path):
    path = lone_file(tmp_path, [exchange(1), exchange(2)])
    data = bytearray(path.read_bytes())
    data[read(path)[1].offset + 30] ^= 0xFF
    path.write_bytes(data)
    damages = []
    assert len(list(index_lines([str(path)], {}, damages))) == 1
    assert len(damages) == 1


def test_records_in_one_member_are_indexed_at_their_member(tmp_path):
    path = lone_file(tmp_path, [exchange(1)])
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), mtime=0))
    (line,) = lines_of(path)
    assert json.loads(line.split(b" ", 2)[2])["offset"] == "0"
