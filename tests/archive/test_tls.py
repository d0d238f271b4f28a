"""TLS is strict; an old host is spoken to as its registry stanza says, and the archive says so."""

import datetime
import ssl
import tempfile

import pytest

from crawler.archive.fields import read_fields
from crawler.archive.members import LocalFile, records
from tests.archive.answers import answer
from tests.archive.test_wire import exchanges
from tests.servers.authority import certificate
from tests.servers.wire_server import WireServer

PLAIN = {"ROBOTSTXT_OBEY": "False", "RETRY_TIMES": "0"}
PAST = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
STANZA = """
[[portal]]
id = "old"
name = "云泽市人民政府"
division = "512000"
region = "云泽市"
level = "prefecture"
type = "government"
hosts = ["127.0.0.1:{port}"]
home = "https://127.0.0.1:{port}/"
tls = {{ reason = "seen: {seen}", {grants} }}
"""


def old(context):
    """Make a server one of before 2010: TLS 1.0 alone, with the ciphers of then."""
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")


#: The group of 1,024 bits that servers of then came with (RFC 2409, 6.2).
GROUP = """-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
"""


def weak(context):
    """Make a server one whose Diffie-Hellman is too weak for a client of today."""
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as group:
        group.write(GROUP)
        group.flush()
        context.load_dh_params(group.name)


HOSTS = {
    "weak Diffie-Hellman": ({}, weak, 'ciphers = "DEFAULT:@SECLEVEL=0"'),
    "expired": ({"until": PAST}, None, "verify = false"),
    "another host's": ({"address": "127.0.0.9"}, None, "verify = false"),
    "old": ({}, old, 'minimum = "1.0"'),
}


@pytest.mark.parametrize("seen", HOSTS)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_an_old_host_is_crawled_only_where_the_registry_says_why(crawl, seen):
    made, change, grants = HOSTS[seen]
    tls = certificate(crawl.folder, **made)
    # Trusted, so that nothing but what was seen is wrong with it.
    env = {"SSL_CERT_FILE": tls[0]}
    with WireServer({"/": answer("年报".encode())}, tls, change) as server:
        log = crawl.run(f"{server.url}/", env=env, **PLAIN)
        assert server.log == []
        assert "no TLS with 127.0.0.1" in log
        assert "grant its portal a tls exception" in log
        registry = crawl.folder / "registry.toml"
        stanza = STANZA.format(port=server.port, seen=seen, grants=grants)
        registry.write_text(stanza, encoding="utf-8")
        log = crawl.run(f"{server.url}/", env=env, REGISTRY=str(registry), **PLAIN)
        wire = [(each.path, each.request, each.response) for each in server.log]
    assert exchanges(crawl.files()) == wire, log
    assert len(wire) == 1
    (said,) = [
        read_fields(record.block)["tls"]
        for file in crawl.files()
        for record in records(LocalFile(file))
        if record.header("WARC-Type") == "metadata"
    ]
    assert said.endswith(f"seen: {seen}")
    assert ("certificate not verified" in said) == ("verify" in grants)


def test_a_host_without_true_tls_is_told_once_in_a_sentence_and_asked_once(crawl):
    with WireServer({"/": answer(b"x")}, certificate(crawl.folder)) as server:
        log = crawl.run(f"{server.url}/")
        assert server.log == []
    assert "nothing is asked of 127.0.0.1" in log
    warnings = [line for line in log.splitlines() if " WARNING: " in line]
    assert "no TLS with 127.0.0.1 (certificate verify failed)" in "".join(warnings)
    assert sum("no TLS with" in line for line in warnings) == 1
    assert "Traceback" not in log


def test_a_certificate_that_nobody_vouches_for_is_refused(crawl):
    with WireServer({"/": answer(b"x")}, certificate(crawl.folder)) as server:
        log = crawl.run(f"{server.url}/", **PLAIN)
        assert server.log == []
    assert "certificate verify failed" in log
