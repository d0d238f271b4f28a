"""Print the item of one file as JSON: `python -m parsers FILE [--url URL]`.

No Scrapy, no network, no registry: what is known of the host is only what the page says.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from parsers.items import ArchiveRef, Page, as_item
from parsers.report import read_page


def main() -> int:
    """Read the file, write its item to standard output; 1 and a sentence where that fails."""
    options = argparse.ArgumentParser(prog="python -m parsers", description=__doc__)
    options.add_argument(
        "file",
        type=Path,
        help="HTML, text, PDF, DOCX, DOC, WPS, XLSX, XLS, ET, OFD, a scan or a zip of these",
    )
    options.add_argument("--url", default="", help="where it came from, to make links absolute")
    chosen = options.parse_args()
    try:
        body = chosen.file.read_bytes()
    except OSError as error:
        sys.stderr.write(f"{chosen.file} cannot be read ({error.strerror}): name a file\n")
        return 1
    report = read_page(_page(body, chosen.url), None)
    json.dump(as_item(report), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0


def _page(body: bytes, url: str) -> Page:
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    archive = ArchiveRef(filename="", offset=0, length=0, record_id="", payload_digest=digest)
    return Page(url, url, 200, (), body, "", archive)


if __name__ == "__main__":
    raise SystemExit(main())
