"""Whether a place can be written to, found out by writing.

Permissions alone do not tell: root has all of them on a disk that nobody can write to. Knows paths
only; never writes through a link, never leaves a file that a second try would not remove.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def try_writing(probe: Path) -> None:
    """Write an empty file and remove it. Raises OSError where that cannot be done.

    A run killed between the two leaves the file; so its name must be the same in every run, and the
    next one removes it, whoever left it, where the folder lets it. Of two at once each finds the
    other's or none.
    """
    probe.unlink(missing_ok=True)
    with suppress(FileExistsError):  # another's, of this moment: so it can be written
        probe.touch(exist_ok=False)
    probe.unlink(missing_ok=True)
