"""An answer that comes in pieces ends where the reader of archives finds its end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.incoming import BadAnswerError, BrokenBodyError, EndlessHeadError, Incoming
from crawler.archive.message import read_response, without_interim
from tests.archive.answers import answer, chunked

INTERIM = b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
BODIES = st.binary(max_size=60)
WIRES = BODIES.flatmap(
    lambda body: st.sampled_from(
        [
            answer(body),
            answer(body).replace(b"\r\n", b"\n", 3),
            INTERIM + answer(body),
            INTERIM * 2 + answer(chunked(body), b"Transfer-Encoding: chunked", length=False),
            answer(chunked(body, 5, b";a=b"), b"Transfer-Encoding: Chunked", length=False),
            answer(b"3\nabc\n" + chunked(body, 9), b"Transfer-Encoding: chunked", length=False),
            answer(b"", status=b"204 None", length=False),
            answer(b"", b"Content-Length: 9", status=b"304 Same", length=False),
        ]
    )
)


def fed(wire, step, *, bodiless=False):
    found = Incoming(bodiless=bodiless)
    for start in range(0, len(wire), step):
        found.feed(wire[start : start + step])
    return found


@given(WIRES, st.integers(1, 40), st.binary(max_size=3))
def test_it_is_whole_with_its_last_byte_however_it_is_cut(wire, step, behind):
    before = fed(wire[:-1], step)
    assert not before.whole
    found = fed(wire + behind, step)
    assert (found.whole, found.surplus) == (True, bool(behind))
    interim, final = without_interim(wire)
    read = read_response(final)
    assert (found.begin, found.head, found.size) == (len(interim), read.head, len(read.body))


def test_without_a_length_it_ends_with_its_connection():
    found = fed(answer(b"abc", length=False), 2)
    assert (found.whole, found.size) == (False, 3)
    assert found.closed()
    assert not fed(answer(b"abc", b"Content-Length: 4", length=False), 2).closed()
    assert not fed(b"HTTP/1.1 200 OK\r\nContent-Le", 2).closed()


def test_the_answer_to_head_has_no_body_whatever_it_says():
    found = fed(answer(b"", b"Content-Length: 7", length=False), 4, bodiless=True)
    assert (found.whole, found.surplus, found.size) == (True, False, 0)


@pytest.mark.parametrize(
    "wire",
    [
        b"220 ftp ready\r\n\r\n",
        b"<html>\n",
        b"HTTP/1.1 " + b"2" * 5000 + b" OK\r\n\r\n",
        answer(b"abc", b"Content-Length: 1"),
        answer(b"abc", b"Content-Length: " + b"9" * 5000, length=False),
        answer(b"abc", b"Content-Length: -3", length=False),
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (1 << 18),
        b"HTTP/1.1 200" + b"x" * (1 << 18),
    ],
)
def test_what_is_no_answer_is_refused(wire):
    with pytest.raises(BadAnswerError):
        fed(wire, 1 << 16)


@pytest.mark.parametrize(
    "framed",
    [
        b"zz\r\nabc",
        b"3\r\nabcz\r\n0\r\n\r\n",
        b"1" * 40_000,
        b"0\r\n" + b"x" * (1 << 17),
        b"0\r\n" + b"X: y\r\n" * 20_000,
    ],
)
def test_chunks_that_are_none_end_a_body(framed):
    with pytest.raises(BrokenBodyError):
        fed(answer(framed, b"Transfer-Encoding: chunked", length=False), 1 << 16)


@pytest.mark.parametrize("more", [b"X: y\r\n", b"\r\nHTTP/1.1 102 Wait\r\n"])
def test_a_head_without_end_is_given_up(more):
    with pytest.raises(EndlessHeadError):
        fed(b"HTTP/1.1 102 Wait\r\n" + more * 100_000, 1 << 16)
