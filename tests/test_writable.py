"""A place is tried by writing; the try leaves nothing, and touches nothing that stands there."""

import pytest

from crawler.writable import try_writing


def test_a_try_leaves_nothing_and_removes_what_a_killed_run_left(tmp_path):
    probe = tmp_path / ".probe"
    probe.touch(mode=0o400)
    try_writing(probe)
    try_writing(probe)
    assert list(tmp_path.iterdir()) == []


def test_a_try_writes_through_no_link(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("figures")
    (tmp_path / ".probe").symlink_to(precious)
    try_writing(tmp_path / ".probe")
    assert list(tmp_path.iterdir()) == [precious]
    assert precious.read_text() == "figures"


def test_a_place_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        try_writing(tmp_path / "nowhere" / ".probe")
