"""Alarms reach a file, a webhook and a mailbox, all real ones on loopback; a sink may fail."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller

from crawler.archive.secrets import redact
from crawler.jobs.runs import Alarm, begun
from crawler.jobs.sinks import Sinks
from crawler.loopback import free_port
from parsers.errors import DisclosureError

ALARM = Alarm("zero_results", "yunze", "没有报告\r\nBcc: a@b.example", "open the portal")
OTHER = Alarm("layout_change", "yunze", "rows moved", "compare")


def run_of(*alarms):
    return replace(begun("yunze", "job", "", "2026-01-01T00:00:00Z"), alarms=alarms)


class Mailbox:
    """Keeps what a mail server takes."""

    def __init__(self):
        self.got = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (aiosmtpd's name)
        self.got.append((envelope.rcpt_tos, envelope.content))
        return "250 taken"


@contextmanager
def mailbox():
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port(), ready_timeout=60)
    server.start()
    try:
        yield box, f"smtp://127.0.0.1:{server.port}"
    finally:
        server.stop()


@contextmanager
def webhook(status=200):
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield got, f"http://127.0.0.1:{server.server_address[1]}/hook?key=canary"
        finally:
            server.shutdown()
            thread.join()


def test_an_alarm_reaches_every_sink(tmp_path, caplog):
    file = tmp_path / "alarms.jsonl"
    with webhook() as (posted, hook), mailbox() as (box, smtp):
        sinks = Sinks.from_settings(
            {
                "ALARM_FILE": str(file),
                "ALARM_WEBHOOK": hook,
                "ALARM_MAIL": "a@one.example, b@two.example",
                "ALARM_SMTP": smtp,
            }
        )
        assert sinks.tell(run_of(ALARM, OTHER), None) == []
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line["monitor"] for line in lines] == ["zero_results", "layout_change"]
    assert posted[0]["alarms"][0]["portal"] == "yunze"
    assert "zero_results: yunze" in posted[0]["text"]
    ((receivers, content),) = box.got
    mail = message_from_bytes(content, policy=policy.default)
    assert receivers == ["a@one.example", "b@two.example"]
    assert mail["Subject"] == "disclosure-archive: yunze: zero_results, layout_change"
    assert mail["Bcc"] is None
    assert "没有报告  Bcc: a@b.example" in mail.get_content()
    assert "next: open the portal" in mail.get_content()
    assert "\r" not in caplog.text
    assert "alarm: zero_results: yunze: 没有报告" in caplog.text


def test_an_alarm_that_stands_is_told_once_and_again_after_it_was_gone(tmp_path):
    file = tmp_path / "alarms.jsonl"
    sinks = Sinks(file=str(file))
    visits = [run_of(ALARM), run_of(ALARM), run_of(ALARM, OTHER), run_of(), run_of(ALARM)]
    for number, run in enumerate(visits):
        sinks.tell(run, visits[number - 1] if number else None)
    told = [json.loads(line)["monitor"] for line in file.read_text("utf-8").splitlines()]
    assert told == ["zero_results", "layout_change", "zero_results"]


def test_a_sink_that_fails_is_said_without_its_secret_and_the_others_are_told(tmp_path, caplog):
    file = tmp_path / "alarms.jsonl"
    with webhook(500) as (_, hook):
        sinks = Sinks(
            file=str(file),
            webhook=hook,
            mail=("a@one.example",),
            smtp=f"smtp://name:canary@127.0.0.1:{free_port()}",
        )
        said = sinks.tell(run_of(ALARM), None)
    assert len(said) == 2
    assert "webhook at 127.0.0.1 did not take 1 alarms (status 500)" in said[0]
    assert "mail server at 127.0.0.1 did not take 1 alarms (Connection refused)" in said[1]
    assert "canary" not in " ".join(said) + caplog.text
    assert file.read_text("utf-8").count("\n") == 1
    assert Sinks(file=str(tmp_path)).tell(run_of(ALARM), None) != []


def test_a_password_is_not_sent_in_clear():
    with mailbox() as (box, smtp):
        told = smtp.replace("//", "//name:canary@")
        said = Sinks(mail=("a@one.example",), smtp=told).tell(run_of(ALARM), None)
    assert len(said) == 1
    assert box.got == []


def test_a_run_without_an_alarm_asks_nobody(tmp_path):
    sinks = Sinks(file=str(tmp_path / "none"), webhook="http://127.0.0.1:9/", mail=("a@b",))
    assert sinks.tell(run_of(), None) == []
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "settings",
    [
        {"ALARM_WEBHOOK": "ftp://a/b"},
        {"ALARM_WEBHOOK": "file:///etc/hosts"},
        {"ALARM_SMTP": "localhost:25"},
        {"ALARM_MAIL": "nobody"},
        {"ALARM_MAIL": "a@b.example\nBcc: c@d.example"},
    ],
    ids=str,
)
def test_a_sink_that_cannot_be_is_refused_before_the_run(settings):
    with pytest.raises(DisclosureError, match=f"{next(iter(settings))} is no"):
        Sinks.from_settings(settings)


def test_a_webhook_is_kept_out_of_the_log():
    assert "canary" not in redact("{'ALARM_WEBHOOK': 'https://h/canary', 'X': 1}")
