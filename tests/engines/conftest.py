"""The archive that the runs of this room read."""

from __future__ import annotations

import pytest

from tests.engines.archives import FILES, packed, page, write


@pytest.fixture
def archive(tmp_path):
    """Two files; the second repeats a page of the first at a host that is no organ's."""
    folder = tmp_path / "archive"
    write(folder, FILES["gzip"])
    again = [page(3, "mirror.example"), page(4, "mirror.example")]
    (folder / "b.warc.gz").write_bytes(packed(*again))
    return folder
