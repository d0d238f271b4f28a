"""Where alarms go: to the log always, and as the settings say to a file, a webhook, an e-mail.

ALARM_FILE gets a line of JSON an alarm, ALARM_WEBHOOK a POST a run (`text` is what chat services
show, `alarms` the objects), ALARM_MAIL a mail a run by way of ALARM_SMTP. An alarm is told once,
and again only after a visit without it. A sink that fails is said and holds nothing up: what it was
to tell stands in the table of runs and in the log. Never shows a password or an address with one.
"""

from __future__ import annotations

import json
import logging
import os
import smtplib
import ssl
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import SplitResult, unquote, urlsplit

from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.jobs.runs import Alarm, Run

_log = logging.getLogger(__name__)
#: Seconds; a run that is over waits no longer for whoever is told.
_PATIENCE = 20.0
_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Sinks:
    """The places that alarms go to; "" is none."""

    file: str = ""
    webhook: str = ""
    mail: tuple[str, ...] = ()
    smtp: str = "smtp://localhost"
    sender: str = "disclosure-archive@localhost"

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the sinks that the settings name. Raises DisclosureError where one cannot be."""
        told = {
            name: str(settings.get(f"ALARM_{name.upper()}") or "")
            for name in ("file", "webhook", "mail", "smtp", "sender")
        }
        _check(told["webhook"], "ALARM_WEBHOOK", ("http", "https"))
        _check(told["smtp"], "ALARM_SMTP", tuple(_PORTS))
        mail = tuple(filter(None, (each.strip() for each in told.pop("mail").split(","))))
        if not all("@" in each and each.isprintable() for each in mail):
            raise DisclosureError("ALARM_MAIL is no list of addresses: write a@example.org,b@…")
        return cls(mail=mail, **{name: value for name, value in told.items() if value})

    def tell(self, run: Run, previous: Run | None) -> list[str]:
        """Tell the alarms of a run that the previous one did not have; return what failed."""
        standing = {alarm.monitor for alarm in previous.alarms} if previous else set()
        alarms = [alarm for alarm in run.alarms if alarm.monitor not in standing]
        for alarm in alarms:
            _log.warning("alarm: %s", _shown(str(alarm)))
        if not alarms:
            return []
        ways = (
            (bool(self.file), self._to_file, f"the file {self.file}"),
            (bool(self.webhook), self._to_webhook, f"the webhook at {_host(self.webhook)}"),
            (bool(self.mail), self._by_mail, f"the mail server at {_host(self.smtp)}"),
        )
        return [
            f"{name} did not take {len(alarms)} alarms ({why}): they stand in the table of runs"
            for asked, way, name in ways
            if asked and (why := _tried(way, run, alarms))
        ]

    def _to_file(self, run: Run, alarms: Sequence[Alarm]) -> None:
        lines = "".join(
            json.dumps({"at": run.ended, "run": run.id, **asdict(alarm)}, ensure_ascii=False) + "\n"
            for alarm in alarms
        )
        file = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:  # one write: lines of several processes never mix
            os.write(file, lines.encode("utf-8", "backslashreplace"))
        finally:
            os.close(file)

    def _to_webhook(self, run: Run, alarms: Sequence[Alarm]) -> None:
        body = {
            "text": "\n".join(map(str, alarms)),
            "run": run.id,
            "alarms": [asdict(alarm) for alarm in alarms],
        }
        request = urllib.request.Request(  # noqa: S310 (http and https alone, see `_check`)
            self.webhook,
            json.dumps(body).encode("ascii"),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 (as above)
            answer.read(1)

    def _by_mail(self, run: Run, alarms: Sequence[Alarm]) -> None:
        message = EmailMessage()
        names = ", ".join(alarm.monitor for alarm in alarms)
        message["Subject"] = f"disclosure-archive: {run.portal}: {names}"
        message["From"], message["To"] = self.sender, ", ".join(self.mail)
        message.set_content(
            "\n\n".join(
                f"{alarm.monitor}: {alarm.portal}\nseen: {_shown(alarm.evidence)}\n"
                f"next: {alarm.next_step}"
                for alarm in alarms
            )
        )
        parts = urlsplit(self.smtp)
        with _server(parts) as server:
            _log_in(server, parts)
            server.send_message(message)


def _server(parts: SplitResult) -> smtplib.SMTP:
    """Return the mail server behind an address, connected."""
    host, port = parts.hostname or "localhost", parts.port or _PORTS[parts.scheme]
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, timeout=_PATIENCE, context=context)
    return smtplib.SMTP(host, port, timeout=_PATIENCE)


def _log_in(server: smtplib.SMTP, parts: SplitResult) -> None:
    """Speak in secret wherever it can be, and log in; a password goes in secret or not at all."""
    server.ehlo_or_helo_if_needed()
    if parts.scheme == "smtp" and (server.has_extn("starttls") or parts.password):
        server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))


def _tried(way: Any, run: Run, alarms: Sequence[Alarm]) -> str:
    """Return why a sink failed, "" where it did not."""
    try:
        way(run, alarms)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        with suppress(AttributeError):
            return f"status {error.code}"  # type: ignore[union-attr]
        return _shown(getattr(error, "strerror", None) or type(error).__name__)
    return ""


def _check(address: str, name: str, schemes: tuple[str, ...]) -> None:
    try:
        parts = urlsplit(address)
        good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if address and not good:
        raise DisclosureError(
            f"{name} is no address: write {schemes[0]}://host or {schemes[1]}://…"
        )


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _shown(text: str) -> str:
    """Return a text as one line that no terminal or log reads as more."""
    return "".join(each if each.isprintable() else " " for each in text)
