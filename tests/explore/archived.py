"""A small archive of invented reports, and the store that a re-parse makes of it.

Its pages hold what an attacker may plant: scripts in the page, its title, a figure's label, and a
picture of another host. What a script would do can be seen: it asks for an address that is nobody's
and rewrites the page.
"""

from __future__ import annotations

import os
import subprocess
import sys

from crawler.archive.capture import Exchange
from parsers.items import Context
from tests.archive_commands.writing import WHEN, write_archive
from tests.conftest import ROOT
from tests.explore.conftest import ELSEWHERE
from tests.explore.serving import SECONDS
from tests.site.frame import article
from tests.site.reports import CITY, Report

HOST = "www.yunze.gov.cn"
RAN = "A PLANTED SCRIPT RAN"
PLANTED = (
    f"<script>document.title = '{RAN}'; document.body.append('{RAN}');"
    f"fetch('{ELSEWHERE}script')</script>"
    f"<img src='nowhere.png' onerror=\"document.title='{RAN}';document.body.append('{RAN}')\">"
    f"<img src='{ELSEWHERE}picture.png'>"
    f"<p style='background: url({ELSEWHERE}style.png)'>甲</p>"
    f"<iframe src='{ELSEWHERE}frame'></iframe>"
    f"<a href=\"javascript:document.body.append('{RAN}')\">乙</a>"
)
REPORTS = (
    Report("/2020.html", CITY, 2020, "tables_2019", 41, 26, "2021-01-20"),
    Report("/2021.html", CITY, 2021, "tables_2021", 48, 30, "2022-01-20", slip=2),
    Report("/lin.html", "云泽市林业局", 2021, "tables_2021", 6, 5, "2022-01-21", hack="pinyin"),
    Report("/shui.html", "云泽市水利局", 2013, "narrative", 9, 6, "2014-01-21", hack="farm"),
)
_STYLE = b"body { color: rgb(1, 2, 3) }"


def page_of(report):
    """The report's page, planted."""
    html = article(report)
    html = html.replace("<title>", f"<title>&lt;script&gt;document.title='{RAN}'&lt;/script&gt;")
    html = html.replace("</head>", "<link rel=stylesheet href='/style.css'></head>")
    return html.replace("</body>", f"{PLANTED}</body>").encode()


def exchange(path, body, media="text/html; charset=utf-8"):
    """A page as it was fetched."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
    sent = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    context = Context(via=f"http://{HOST}/")
    return Exchange(
        f"http://{HOST}{path}", sent, head.encode() + body, WHEN, 0.1, "203.0.113.7",
        context=context,
    )  # fmt: skip


def write(folder):
    """Write the archive and the store; return both."""
    template = (ROOT / "tests" / "site" / "registry.toml.in").read_text(encoding="utf-8")
    registry = folder / "registry.toml"
    registry.write_text(template.replace("@HOST@", HOST), encoding="utf-8")
    pages = [exchange(report.path, page_of(report)) for report in REPORTS]
    write_archive(folder / "archive", [*pages, exchange("/style.css", _STYLE, "text/css")])
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "reparse", str(folder / "archive"), "--workers", "1",
         "--work", str(folder / "reparse"), "-O", str(folder / "reports.sqlite"),
         "-s", f"LOG_FILE={folder / 'log.txt'}"],
        cwd=ROOT, env={**os.environ, "REGISTRY": str(registry)}, capture_output=True, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "archive", folder / "reports.sqlite"
