"""From words to the bytes of a letter: headers that nobody can add lines to, a plain and an HTML twin.

Written by hand because the standard library's message builder takes about four milliseconds a letter, most of the time
of sending one; the tests read every letter back with the standard parser.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate, parseaddr
from functools import lru_cache
from typing import Final

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_SPECIALS = re.compile(r'[][\\()<>@,:;".]')


class BadAddress(ValueError):
    """Something that no mail can be sent to. Its text is a code, never the address."""


class TooLong(ValueError):
    """Words that no letter of ours has: something that was typed or read has gone wrong."""


# So many characters of words at most; what is attached does not count.
LONGEST: Final = 500_000


@dataclass(frozen=True)
class CalendarPart:
    """What a reader's calendar is told: a calendar as text, its method (REQUEST, CANCEL) and the name of its file."""

    method: str
    text: str
    name: str = "invite.ics"


@dataclass(frozen=True)
class Attached:
    """A file that goes with a letter: its name (ASCII), its type (application/pdf) and what is in it."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Letter:
    """What one reader gets. `subject` and `to_name` may hold anything a person typed; addresses are checked.

    `calendar`: one is another form of the words, which calendars take up by themselves, and a file for those that do not
    (RFC 6047 2.4); several are files alone, since a letter speaks to a calendar of one thing.
    """

    subject: str
    plain: str
    html: str
    message_id: str
    sender: str
    to: str
    to_name: str = ""
    reply_to: str = ""
    language: str = "en"
    calendar: tuple[CalendarPart, ...] = ()
    files: tuple[Attached, ...] = ()
    # What letters of one conversation share (a Message-ID that no letter has), and where "no more of these" leads.
    references: str = ""
    unsubscribe: str = ""
    # What it answers, where that is a mail of its reader's: the Message-IDs of their thread, the one it answers last.
    follows: tuple[str, ...] = ()
    # Where it leads in the product.
    path: str = ""

    def as_bytes(self) -> bytes:
        """Return the letter with CRLF line ends. Raises BadAddress, TooLong."""
        if len(self.plain) + len(self.html) > LONGEST:
            raise TooLong
        # The boundary cannot occur in a quoted-printable part: "=_" is not a possible sequence there (RFC 2045 6.7).
        boundary = f"=_{self.message_id.strip('<>').partition('@')[0]}"
        headers = [
            f"From: {_known_mailbox(self.sender)}",
            f"To: {_mailbox(self.to_name, self.to)}",
            *([f"Reply-To: {_known_mailbox(self.reply_to)}"] if self.reply_to else []),
            f"Subject: {encoded(self.subject, 9)}",
            f"Date: {formatdate()}",
            f"Message-ID: {self.message_id}",
            *self._thread(),
            *(
                [f"List-Unsubscribe: <{self.unsubscribe}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
                if self.unsubscribe
                else []
            ),
            f"Content-Language: {self.language}-CA",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ]
        parts = [_part("plain", self.plain, boundary), _part("html", self.html, boundary)]
        if len(self.calendar) == 1:
            parts.append(_calendar(self.calendar[0], boundary))
        kind = f'Content-Type: multipart/alternative; boundary="{boundary}"'
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        if self.calendar or self.files:
            kind, body = _with_files(kind, body, self.calendar, self.files, f"{boundary}-with")
        return "\r\n".join([*headers, kind]).encode("ascii") + b"\r\n\r\n" + body

    def _thread(self) -> list[str]:
        if self.follows:
            followed = "\r\n ".join(self.follows)
            return [f"References: {followed}", f"In-Reply-To: {self.follows[-1]}"]
        return [f"References: {self.references}", f"In-Reply-To: {self.references}"] if self.references else []


def one_line(text: str, limit: int = 250) -> str:
    """Return `text` as one line without control signs, at most `limit` characters (non-breaking spaces stay)."""
    text = text.encode("utf-8", "replace").decode()
    return re.sub(r" {2,}", " ", _CONTROLS.sub(" ", text)).strip(" ")[:limit].strip(" ")


@lru_cache(maxsize=64)
def encoded(text: str, used: int) -> str:
    """Return `text` fit for a header whose name takes `used` characters: folded, beyond ASCII as RFC 2047 says."""
    text = one_line(text)
    plain = text.isascii() and "=?" not in text
    if plain and len(text) + used <= 76:
        return text
    return Header(text, "us-ascii" if plain else "utf-8", header_name="x" * max(used - 2, 1)).encode(linesep="\r\n")


def bare_address(text: str) -> str:
    """Return an address fit for SMTP, its domain in ASCII (IDNA). Raises BadAddress.

    A local part beyond ASCII needs SMTPUTF8, which few servers have: it counts as bad, and a person is asked.
    """
    local, at, domain = unicodedata.normalize("NFC", text).rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise BadAddress("bad_address")
    return f"{local}@{_bare_domain(domain)}"


@lru_cache(maxsize=256)
def _bare_domain(domain: str) -> str:
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddress("bad_address") from None
    if not _DOMAIN.fullmatch(domain):
        raise BadAddress("bad_address")
    return domain


def parted(text: str) -> tuple[str, str]:
    """Return name and address of "Name <address>" (of the settings or of a cohort's contact; never typed by a reader)."""
    return parseaddr(one_line(text)) if "<" in text else ("", text)


@lru_cache(maxsize=64)
def _known_mailbox(text: str) -> str:
    """The mailbox of the settings or of a cohort's contact. Raises BadAddress."""
    return _mailbox(*parted(text))


def _mailbox(name: str, address: str) -> str:
    """An address with its name, for a header. Raises BadAddress."""
    address = bare_address(address)
    name = one_line(name, 120)
    if not name:
        return address
    if name.isascii() and "=?" not in name and len(name) < 60:
        if _SPECIALS.search(name):
            name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        name = Header(name, "utf-8", header_name="Reply-To").encode(linesep="\r\n")
    return f"{name}\r\n <{address}>" if len(name) + len(address) > 65 else f"{name} <{address}>"


def _part(subtype: str, text: str, boundary: str) -> bytes:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
    body = binascii.b2a_qp(text.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")
    head = f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    return head.encode() + b"\r\n" + body + b"\r\n"


def _calendar(part: CalendarPart, boundary: str) -> bytes:
    return _in_base64(part.text.encode(), boundary, f"text/calendar; method={part.method}; charset=utf-8")


def _with_files(
    kind: str, body: bytes, calendar: tuple[CalendarPart, ...], files: tuple[Attached, ...], boundary: str
) -> tuple[str, bytes]:
    """Return what holds the words, and the calendars and other files beside them."""
    beside = [Attached(one.name, "application/ics", one.text.encode()) for one in calendar] + list(files)
    pieces = [f"--{boundary}\r\n{kind}\r\n\r\n".encode("ascii"), body]
    pieces += [
        _in_base64(
            one.data,
            boundary,
            f'{one.content_type}; name="{one.name}"',
            f'Content-Disposition: attachment; filename="{one.name}"\r\n',
        )
        for one in beside
    ]
    pieces.append(f"--{boundary}--\r\n".encode())
    return f'Content-Type: multipart/mixed; boundary="{boundary}"', b"".join(pieces)


def _in_base64(data: bytes, boundary: str, kind: str, more: str = "") -> bytes:
    """Its lines end in CRLF and must arrive so: quoted-printable would leave that to whoever reads."""
    head = f"--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n"
    return head.encode("ascii") + base64.encodebytes(data).replace(b"\n", b"\r\n")
