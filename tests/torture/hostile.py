"""What a server or a stranger can say against who reads what we write: texts, a site, an archive.

Terminal escapes, marks that turn writing, lines that look like lines of a log, formulas, scripts,
names that climb out of a folder or never end. Used by R18 alone.
"""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import quote

from tests.archive.answers import answer
from tests.servers.wire_server import CLOSE

#: How a terminal is moved, renamed, coloured; C0 and C1.
ESCAPES = "\x1b[2J\x1b]0;owned\x07\x9b31m\x08"
#: Marks that turn or hide what is written.
TRICKS = "\u202e\u2066gnp\u2069\u200b\ufeff"
#: A line that would pass for one of the log.
FORGED = "2026-01-01 00:00:00 [forged] ERROR: planted"
SCRIPT = '"><script>window.planted=1</script><img src=x onerror=planted()>'
FORMULAS = (
    '=HYPERLINK("http://x.invalid")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "|x",
    "%x",
)
NAMES = (
    "../../evil.pdf", "..\\..\\evil.pdf", "/etc/evil.pdf", "C:\\evil.pdf", "CON.pdf", "NUL",
    f"{'a' * 10_000}.pdf", "..", "a\r\nX-Forged: 1.pdf", "\x1b[31m.pdf", "\u202efdp.exe",
)  # fmt: skip
HOSTILE = (ESCAPES, TRICKS, f"\n{FORGED}\n", SCRIPT, *FORMULAS)
_TITLE = "云泽市人民政府2023年政府信息公开工作年度报告"

_REPORT = "".join(
    f"<p>{line}</p>"
    for line in (
        "本报告根据《中华人民共和国政府信息公开条例》编制，统计期限为2023年1月1日至2023年12月31日。",
        "一、总体情况", "2023年，我市主动公开政府信息120条，通过政府网站公开100条。",
        "二、主动公开政府信息情况", "制作规范性文件3件。",
        "三、收到和处理政府信息公开申请情况",
        "共收到政府信息公开申请12件，予以公开7件，结转下年度继续办理0件。",
        "四、政府信息公开行政复议、行政诉讼情况", "行政复议0件，行政诉讼0件。",
        "五、存在的主要问题及改进情况", "公开的深度还不够，下一步将加强培训。",
        "六、其他需要报告的事项", "无。",
    )
)  # fmt: skip


def _page(number: int) -> bytes:
    """Return a report page that says one hostile thing wherever something is read."""
    bad = HOSTILE[number % len(HOSTILE)]
    shown = html.escape(bad)
    head = shown if number >= len(HOSTILE) else ""  # half of them are read as reports
    links = "".join(
        f'<a href="/f/{quote(name)}">附件{html.escape(name)}{shown}</a>' for name in NAMES
    )
    return (
        f"<html><head><title>{_TITLE}{head}</title>"
        f"<meta name=ArticleTitle content='{head or _TITLE}'>"
        f"<meta name=SiteName content='{shown}'></head><body><h1>{head}{_TITLE}</h1>"
        f"<p>发布机构：{shown}</p><p>索引号：{shown}</p>{_REPORT}"
        f"<p>2023年共收到申请12件，{shown}予以公开7件。</p>"
        f"<table><tr><td>{shown}</td><td>=1+1</td></tr><tr><td>@x</td><td>12</td></tr></table>"
        f"{links}</body></html>"
    ).encode("utf-8", "surrogatepass")


def site() -> dict[str, Any]:
    """Return the answers of a hostile site by path."""
    evil = ESCAPES.encode("latin-1")
    kind = b"Content-Type: text/html; charset=utf-8"
    pages: dict[str, Any] = {
        f"/p/{n}.html": answer(_page(n), kind) for n in range(2 * len(HOSTILE))
    }
    return {
        **pages,
        "/server": answer(_page(0), kind, b"Server: " + evil, b'ETag: "' + evil + b'"'),
        "/reason": answer(b"x", kind, status=b"500 " + evil + TRICKS.encode()),
        "/fine": answer(_page(1), kind, status=b"200 " + evil),
        "/charset": answer(_page(2), b"Content-Type: text/html; charset=" + evil),
        "/type": answer(b"x", b"Content-Type: " + evil),
        "/coding": answer(b"x", kind, b"Content-Encoding: " + evil),
        "/garbage": [evil + b"\r\n" + FORGED.encode() + b"\r\n\r\n", CLOSE],
        "/header": [b"HTTP/1.1 200 OK\r\n" + evil + b"\r\n" + FORGED.encode() + b"\r\n\r\n", CLOSE],
        "/length": [b"HTTP/1.1 200 OK\r\nContent-Length: " + evil + b"\r\n\r\n", CLOSE],
        "/moved": answer(b"", b"Location: http://[" + evil, status=b"302 Found"),
        "/moved2": answer(b"", b"Location: /\xe2\x80\xae%0d%0aX-Forged:%201", status=b"302 Found"),
        "/named": answer(b"%PDF-1.4 x", b'Content-Disposition: attachment; filename="../../evil"',
                         b"Content-Type: application/pdf"),
    }  # fmt: skip


def evil_archive() -> bytes:
    """Return a WARC file in which one header after the other is hostile."""
    evil = f"{ESCAPES}{TRICKS}\u2028{FORGED}"
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x"
    out = b""
    for name in ("WARC-Type", "WARC-Date", "WARC-Record-ID", "WARC-Target-URI", "Content-Length",
                 "WARC-Payload-Digest", "WARC-Block-Digest", "Content-Type", evil):  # fmt: skip
        fields = {
            "WARC-Type": "response", "WARC-Date": "2024-01-01T00:00:00Z",
            "WARC-Record-ID": "<urn:uuid:6f1b5f1c-5e0a-4f0e-8a67-3f1f7a3e0001>",
            "WARC-Target-URI": "http://a.example/", "Content-Type": "application/http",
            "Content-Length": str(len(block)), name: f"sha256:{evil}",
        }  # fmt: skip
        head = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        out += f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n"
    return out
