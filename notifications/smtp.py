"""One line to the mail server, in phases, so that we know on which side of the final dot something went wrong."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.conf import settings

# Nothing may hold a sender longer than this (each wait for the server is cut to what is left of it).
MESSAGE_SECONDS: Final = 45.0

# What a server says to go on, by phase.
_ENVELOPE: Final = {"mail": (250,), "rcpt": (250, 251), "data": (354,)}

_MOST_WORDS: Final = 1_000
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")


@dataclass(frozen=True)
class Reply:
    """What the server said last: code (0: nothing came), its words without addresses, and in which phase."""

    code: int
    phase: str
    text: str = ""


class Lost(Exception):
    """The row was taken out of our hand before the dot: nothing has been handed over, nothing is to be written."""


class _Stop(Exception):
    def __init__(self, code: int, phase: str, words: bytes = b"") -> None:
        self.reply = Reply(code, phase, _plain(words))


def _plain(words: bytes) -> str:
    return without_addresses(words.decode("ascii", "replace"))


def without_addresses(words: str) -> str:
    """Return a server's words in one line, at most 300 characters, addresses taken out (they would outlive the person)."""
    # Cut first: what looks for addresses takes long where there is none. At a blank, so that no half of an address is left.
    line = " ".join(words[:_MOST_WORDS].split())
    cut = line if len(words) <= _MOST_WORDS else line.rpartition(" ")[0]
    # Signs that cannot be seen go before addresses are looked for: within one they would hide it.
    legible = "".join(one for one in cut if one.isprintable())
    return " ".join(_ADDRESS.sub("(address)", legible).split())[:300]


class Line:
    """A connection that is opened when needed, kept for the next message, and opened anew when it dropped."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._used = False
        self._until = 0.0

    def open(self) -> Reply | None:
        """Make sure that the server is there; return None, or its unfriendly reply (nothing was handed over)."""
        if self._smtp is not None:
            return None
        self._until = time.monotonic() + MESSAGE_SECONDS
        phase = "connect"
        try:
            for phase, step in self._opening():  # noqa: B007  (the last one is told below)
                step()
        except smtplib.SMTPResponseException as error:
            self.close()
            return Reply(error.smtp_code, phase, _plain(_bytes(error.smtp_error)))
        except (OSError, smtplib.SMTPException):  # refused, timed out, cut, or it cannot do what the settings ask
            self.close()
            return Reply(0, phase)
        self._used = False
        return None

    def _opening(self):
        context = ssl.create_default_context() if settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL else None
        yield "connect", lambda: self._dial(context)
        # The dot is a packet of its own: without this it would wait for the acknowledgement of the body (40 ms).
        self._socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield "ehlo", self._there().ehlo_or_helo_if_needed
        if settings.EMAIL_USE_TLS:
            yield "tls", lambda: self._expect(self._there().starttls(context=context), 220)
            yield "ehlo", self._there().ehlo_or_helo_if_needed
        if settings.EMAIL_HOST_USER:
            yield "auth", lambda: self._there().login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)

    def _dial(self, context: ssl.SSLContext | None) -> None:
        """Connect and read the greeting. Our own name is given, or smtplib would ask the network for it."""
        patience = min(settings.EMAIL_TIMEOUT or MESSAGE_SECONDS, MESSAGE_SECONDS)
        host, port, name = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.SITE_HOST
        if settings.EMAIL_USE_SSL:
            self._smtp = smtplib.SMTP_SSL(host, port, name, timeout=patience, context=context)
        else:
            self._smtp = smtplib.SMTP(host, port, name, timeout=patience)

    def _there(self) -> smtplib.SMTP:
        """The connection. Raises as smtplib does where there is none."""
        if self._smtp is None:
            raise smtplib.SMTPServerDisconnected
        return self._smtp

    def _socket(self) -> socket.socket:
        if (line := self._there().sock) is None:
            raise smtplib.SMTPServerDisconnected
        return line

    @staticmethod
    def _expect(answer: tuple[int, bytes], code: int) -> None:
        if answer[0] != code:
            raise smtplib.SMTPResponseException(*answer)

    def hand_over(self, *, sender: str, recipient: str, letter: bytes, before_dot: Callable[[], bool]) -> Reply:
        """Hand one letter to one recipient and return the last reply. `open` first.

        `before_dot` commits that the dot is about to be sent; when it returns False, the letter is not handed over
        and Lost is raised. What it raises itself leaves the letter undelivered too.
        """
        self._until = time.monotonic() + MESSAGE_SECONDS
        try:
            self._address(sender, recipient)
            self._body(letter)
            try:
                going = before_dot()
            except BaseException:
                self.close()
                raise
            if not going:
                self.close()
                raise Lost
            return self._dot()
        except _Stop as stop:
            if stop.reply.code in (0, 421) or stop.reply.phase == "dot":
                self.close()
            else:
                self._reset()
            return stop.reply
        finally:
            self._used = True

    def _address(self, sender: str, recipient: str) -> None:
        try:
            self._envelope(sender, recipient)
        except _Stop as stop:
            # A server may hang up on an idle line: nothing was said about this letter yet, so once more on a new one.
            if not self._used or stop.reply.phase != "mail" or stop.reply.code not in (0, 421):
                raise
            self.close()
            if (reply := self.open()) is not None:
                raise _Stop(reply.code, reply.phase, reply.text.encode()) from None
            self._envelope(sender, recipient)

    def _envelope(self, sender: str, recipient: str) -> None:
        """Say from whom and to whom, and ask to hand over: in one packet where the server takes that (RFC 2920)."""
        words = [f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA"]
        together = self._there().has_extn("pipelining")
        packets = [words, [], []] if together else [[one] for one in words]
        refusal: _Stop | None = None
        for phase, packet in zip(_ENVELOPE, packets, strict=True):
            try:
                self._ask(phase, partial(self._say, packet), *_ENVELOPE[phase])
            except _Stop as stop:
                refusal = refusal or stop
                if not together or stop.reply.code == 0:
                    break
            else:
                if phase == "data" and refusal is not None:
                    self.close()  # it waits for a letter to nobody: without the dot it must forget
        if refusal is not None:
            raise refusal

    def _say(self, lines: Iterable[str]) -> tuple[int, bytes]:
        """Send some lines, or none, and return the next reply."""
        if packet := "".join(f"{line}\r\n" for line in lines):
            self._there().send(packet)
        return self._there().getreply()

    def _body(self, letter: bytes) -> None:
        try:
            self._hurry()
            self._there().send(_dotted(letter))
        except (OSError, smtplib.SMTPException):
            raise _Stop(0, "body") from None

    def _dot(self) -> Reply:
        try:
            self._hurry()
            self._there().send(b".\r\n")
            code, words = self._there().getreply()
        except (OSError, smtplib.SMTPException):
            raise _Stop(0, "dot") from None
        if code == 421:
            self.close()
        return Reply(code, "dot", _plain(words))

    def _ask(self, phase: str, step: Callable[[], tuple[int, bytes]], *good: int) -> None:
        try:
            self._hurry()
            code, words = step()
        except (OSError, smtplib.SMTPException):
            raise _Stop(0, phase) from None
        if code not in good:
            raise _Stop(code, phase, words)

    def _hurry(self) -> None:
        """Let no wait outlast what is left of this message's time."""
        line = self._socket()
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(min(settings.EMAIL_TIMEOUT or left, left))

    def _reset(self) -> None:
        try:
            self._ask("reset", lambda: self._there().rset(), 250)
        except _Stop:
            self.close()

    def close(self) -> None:
        """Hang up at once; without the dot a server must forget what it heard (RFC 5321 4.1.1.4)."""
        if self._smtp is not None:
            with contextlib.suppress(OSError):
                self._smtp.close()
        self._smtp = None

    def goodbye(self) -> None:
        """Hang up politely."""
        if self._smtp is not None:
            self._until = time.monotonic() + 2
            with contextlib.suppress(_Stop):
                self._ask("quit", self._smtp.quit, 221)
        self.close()


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode("ascii", "replace")


def _dotted(letter: bytes) -> bytes:
    """The letter as it goes over the line: a dot that begins a line is doubled, the end is a line end (RFC 5321 4.5.2)."""
    if letter.startswith(b"."):
        letter = b"." + letter
    letter = letter.replace(b"\r\n.", b"\r\n..")
    return letter if letter.endswith(b"\r\n") else letter + b"\r\n"
