"""How a portal wants to be asked: the TLS that an old host needs, the hours it leaves to crawls.

Knows the forms in which a registry stanza states them, and what is wrong with others. Only shapes
and their checks: never opens a connection, never reads a clock.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from datetime import time
from typing import Self

#: What `minimum` may be, oldest first; OpenSSL 3 itself refuses what is older than 1.2.
VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
_HOURS = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")


@dataclass(frozen=True, slots=True)
class Tls:
    """What an old host needs that a browser of today refuses, and why it is granted.

    `minimum` is the oldest version of TLS to accept, a key of `VERSIONS`; `ciphers` a list as
    OpenSSL writes it (weak Diffie-Hellman: "DEFAULT:@SECLEVEL=0"); `verify` whether the certificate
    must be the host's own. `reason` says what was seen of the host: the archive keeps it.
    """

    reason: str
    minimum: str = "1.2"
    ciphers: str | None = None
    verify: bool = True

    def __post_init__(self) -> None:
        """Raise ValueError in words that name the field and what it must be."""
        if not self.reason.strip():
            message = "reason must say what was seen of the host"
            raise ValueError(message)
        if self.minimum not in VERSIONS:
            message = f"minimum = {self.minimum!r} must be one of {', '.join(VERSIONS)}"
            raise ValueError(message)
        if self.ciphers is not None:
            _refuse_unknown(self.ciphers)


@dataclass(frozen=True, slots=True)
class Hours:
    """A nightly window, Beijing time (UTC+8): from `start` to just before `end`."""

    start: time
    end: time

    @classmethod
    def parse(cls, stated: str) -> Self:
        """Return the window that "22:00-06:00" states. Raises ValueError on any other form."""
        found = _HOURS.fullmatch(stated)
        if not found or found[1] == found[2]:
            message = f"hours = {stated!r} must be two times of the day, such as 22:00-06:00"
            raise ValueError(message)
        return cls(time.fromisoformat(found[1]), time.fromisoformat(found[2]))

    def holds(self, moment: time) -> bool:
        """Whether `moment`, a time of the day in Beijing, lies in the window.

        >>> [Hours.parse("22:00-06:00").holds(time(hour)) for hour in (21, 22, 5, 6)]
        [False, True, True, False]
        """
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def _refuse_unknown(ciphers: str) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).set_ciphers(ciphers)
    except (ssl.SSLError, ValueError) as error:
        message = f"ciphers = {ciphers!r} must be a list that this machine's OpenSSL knows"
        raise ValueError(message) from error
