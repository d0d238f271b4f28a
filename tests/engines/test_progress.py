"""What a terminal and a log are told while a re-parse runs."""

from __future__ import annotations

import io

from crawler.engines.progress import LOG_SECONDS, Progress


def test_progress_tells_what_is_done_and_what_is_left():
    now = [0.0]
    terminal = io.StringIO()
    progress = Progress(terminal, lambda: now[0])
    progress.begin(10_000_000)
    progress.add(2_000_000, 100, 90, 0, before=True)
    assert terminal.getvalue() == ""
    now[0] = 2.0
    progress.add(4_000_000, 200, 180, 1)
    assert progress.line == "60 %, 300 records, 2.0 MB/s, 270 items, 1 errors, 0:02 left"
    assert terminal.getvalue().endswith(f"[############........] {progress.line}\x1b[K")
    progress.clear()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_log_gets_a_line_now_and_then(caplog):
    now = [0.0]
    progress = Progress(None, lambda: now[0])
    progress.begin(100)
    caplog.set_level("INFO")
    for second in (1.0, LOG_SECONDS, LOG_SECONDS + 1):
        now[0] = second
        progress.add(10, 1, 1, 0)
    assert [record.message.partition(",")[0] for record in caplog.records] == ["20 %"]
