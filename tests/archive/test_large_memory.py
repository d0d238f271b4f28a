"""A response too large for memory: what is read is there once, what is not read never."""

import sys

import pytest

from tests.archive.answers import answer
from tests.archive.memory import SIZE, left_flat, measured, read_about_once


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The memory that a crawl of one small page takes."""
    return measured(tmp_path_factory.mktemp("plain") / "crawl", answer(b"x"))[1]


@pytest.mark.parametrize("broken", [False, True])
def test_memory_holds_a_body_that_is_read_about_once(tmp_path, plain, broken):
    sys.stderr.write(read_about_once(tmp_path / "crawl", plain, SIZE, broken=broken) + "\n")


@pytest.mark.parametrize("framed", ["length", "chunked"])
def test_memory_stays_flat_under_a_body_that_nobody_reads(tmp_path, plain, framed):
    """Crawl, verify, re-parse, replay: a body beyond DOWNLOAD_MAXSIZE is in none of them."""
    sys.stderr.write(left_flat(tmp_path / "crawl", plain, SIZE, framed) + "\n")
