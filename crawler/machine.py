"""What a user does about an error of the machine: descriptors, room, rights. Knows numbers only."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_REMEDIES = {
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.ENFILE: "end other programs, or raise the machine's limit of open files",
    errno.ENOSPC: "free space",
    errno.EDQUOT: "free space",
    errno.ENOMEM: "free memory",
    errno.EROFS: "make it writable",
    errno.EACCES: "allow it",
    errno.EPERM: "allow it",
    errno.EIO: "check its disk",
}

#: What the whole machine or process lacks: no other place and no right would help.
_SHORTAGES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})


def is_shortage(error: BaseException | None) -> bool:
    """Whether an error is of a limit, whatever was being done when it was met."""
    return isinstance(error, OSError) and error.errno in _SHORTAGES


def is_full(error: BaseException | None) -> bool:
    """Whether an error is of a disk, or of a user's share of it, that holds no more."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def met_behind(
    error: BaseException | None, kind: Callable[[BaseException | None], bool]
) -> OSError | None:
    """Return the error of a kind that an error tells of; one room may tell what another told."""
    while error is not None:
        if isinstance(error, OSError) and kind(error):
            return error
        error = error.__cause__ or error.__context__
    return None


def remedy_of(error: OSError) -> str | None:
    """Return what to do about an error, as the end of a sentence; None where it is no such error.

    >>> remedy_of(OSError(errno.ENOSPC, "No space left on device"))
    'free space and run the same command again'
    """
    remedy = _REMEDIES.get(error.errno or 0)
    return None if remedy is None else f"{remedy} and run the same command again"
