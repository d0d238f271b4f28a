"""What the machine refuses in the middle of a task is one sentence; other errors are not."""

import errno
import os

import pytest

from crawler.commands import machine_told
from parsers.errors import ArchiveError, DisclosureError


def refused(number, path=None):
    error = OSError(number, os.strerror(number), *([path] if path else []))
    with machine_told():
        raise error


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EMFILE, "raise the limit of open files"),
        (errno.ENOSPC, "free space"),
        (errno.EROFS, "make it writable"),
    ],
)
def test_what_the_machine_refuses_is_told_with_its_place_and_remedy(number, remedy):
    with pytest.raises(
        DisclosureError, match=rf"^data/work: .*; {remedy}.* the same command again$"
    ):
        refused(number, "data/work")
    with pytest.raises(DisclosureError, match=f"^{os.strerror(number)}; {remedy}"):
        refused(number)


def test_a_limit_that_a_room_met_is_told_with_its_own_remedy():
    error = OSError(errno.EMFILE, os.strerror(errno.EMFILE), "data/archive")
    wanted = "^data/archive: Too many open files; raise the limit of open files"
    with pytest.raises(DisclosureError, match=wanted), machine_told():
        raise ArchiveError("cannot write data/archive: make it writable") from error
    with pytest.raises(ArchiveError, match=r"make it writable$"), machine_told():
        raise ArchiveError("cannot write data/archive: make it writable") from OSError(errno.EROFS)


def test_a_limit_that_one_room_was_told_of_by_another_is_told_as_such():
    told = ArchiveError("it cannot be written")
    told.__cause__ = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    with (
        pytest.raises(DisclosureError, match=r"^Too many open files; raise the limit"),
        machine_told(),
    ):
        raise DisclosureError("name another place") from told


@pytest.mark.parametrize("number", [errno.EPIPE, errno.ECONNRESET, errno.EINVAL])
def test_what_is_no_refusal_of_the_machine_goes_on(number):
    with pytest.raises(OSError, match="Errno"):
        refused(number)
