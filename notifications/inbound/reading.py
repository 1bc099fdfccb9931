"""A mail taken apart: who it is from, what it says, what is attached, and what its headers tell a machine.

It comes from anybody, so that nothing in it may cost more than its bytes: limits stand before the parser, headers are cut
before they are taken apart, and what cannot be read is a mail without words, which people then look at. Structure is read
with the old policy of the standard library, whose headers are plain text: the new one takes minutes for some of them.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from typing import Final

from notifications.inbound.bearable import MOST_OF_A_HEADER, MOST_PARTS, is_bearable, with_plain_ends
from notifications.inbound.cutting import words_of
from notifications.inbound.page_text import text_of
from notifications.letters import Attached, one_line
from notifications.smtp import without_addresses

log = logging.getLogger(__name__)

# More is not taken in as a mail: its beginning is, and people are told.
MOST_BYTES: Final = 25 * 1024 * 1024
MOST_OF_A_CUT_ONE: Final = 512 * 1024
# Kept of the text of one mail.
MOST_TEXT: Final = 100_000
# Read of all texts of one mail together, pages with their marks.
MOST_WALKED: Final = 1_000_000
_MOST_FILES: Final = 30
_DEEPEST: Final = 20

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_FOLD = re.compile(r"(?:\r\n|\r|\n)(?=[ \t])")
# Encoded words, as the standard library knows them, with nothing but blanks between them.
_ENCODED = re.compile(r"=\?[^?]*?\?[bq]\?.*?\?=(?:\s*=\?[^?]*?\?[bq]\?.*?\?=)*", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^\s<>@\x00-\x1f\x7f]{1,120}@[^\s<>@\x00-\x1f\x7f]{1,120}>")
# What a mail of bytes says it is written in; anything else is read as what most programs mean by it.
_CODECS = re.compile(r"utf-?(?:8|16|32)|iso8859|cp\d|koi8|mac|gb|big5|shift_jis|euc|ascii|latin|windows")

# Headers that a mail bears from the beginning.
_WRITERS = re.compile(rb"^(?:from|date|subject):.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE)
# Headers that are kept for whoever asks what kind of mail it is (notifications.inbound.telling).
_TOLD = (
    "auto-submitted", "precedence", "x-autoreply", "x-autorespond", "x-auto-response-suppress", "list-id", "list-unsubscribe",
    "return-path", "x-failed-recipients", "x-loop", "authentication-results",
)  # fmt: skip
_ADDRESSED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc", "x-forwarded-to")


@dataclass(frozen=True)
class Report:
    """What a mail server tells of one letter (RFC 3464): what it did with it, its numbers ("5.1.1"), and why in its own words,
    from which addresses are taken out.
    """

    action: str
    status: str
    words: str = ""


@dataclass(frozen=True)
class Mail:
    """A mail that came in, as it came. ``once``: what no other mail has; ``headers``: those that tell machines something.

    ``is_of_several``: it does not say who of several it is from; ``sender`` is the first then.
    """

    once: str
    sender: str = ""
    subject: str = ""
    words: str = ""
    everything: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    addressed_to: tuple[str, ...] = ()
    files: tuple[Attached, ...] = ()
    calendar: str = ""
    report: Report | None = None
    headers: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False
    is_unreadable: bool = False
    is_of_several: bool = False


def read(raw: bytes) -> Mail:
    """Return what a mail says; raises nothing, whatever it holds."""
    is_cut = len(raw) > MOST_BYTES
    body = raw[:MOST_OF_A_CUT_ONE] if is_cut else raw
    try:
        if not is_bearable(body):
            return _unreadable(raw, body)
        parsed = email.message_from_bytes(body, policy=email.policy.compat32)
        return _read(raw, parsed, is_cut=is_cut)
    except Exception as error:  # somebody else's bytes: whatever a parser trips over, people get to see it
        log.warning("a mail could not be taken apart: %s", type(error).__name__)
        return _unreadable(raw, body)


def _read(raw: bytes, parsed: Message, *, is_cut: bool) -> Mail:
    senders = _headers(parsed, "from")
    sender = _addresses(senders[0] if senders else "")
    own_id = next(iter(_ids(_header(parsed, "message-id"))), "")
    walk = _Walk()
    if not is_report(parsed):
        walk.go(parsed)
    else:
        walk.go_report(parsed)
    everything = clean(walk.text())[:MOST_TEXT]
    first = sender[0] if sender else ""
    return Mail(
        once=_once(own_id, first, raw),
        sender=first,
        is_of_several=len(senders) > 1 or len(set(sender)) > 1,
        subject=one_line(_CONTROLS.sub("", decoded(_header(parsed, "subject")))),
        words=words_of(everything) if not walk.is_report else "",
        everything=everything,
        message_id=own_id,
        references=tuple(
            dict.fromkeys(_ids(_header(parsed, "in-reply-to")) + _ids(_header(parsed, "references"))[-20:])
        ),
        addressed_to=tuple(
            address
            for name in _ADDRESSED
            for address in _addresses(", ".join(_headers(parsed, name))[:MOST_OF_A_HEADER])
        ),
        files=() if is_cut else tuple(walk.files),
        calendar=clean(walk.calendar),
        report=walk.report,
        headers={
            name: one_line(_header(parsed, name), MOST_OF_A_HEADER) for name in _TOLD if parsed.get(name) is not None
        },
        is_cut=is_cut,
    )


def _once(own_id: str, sender: str, raw: bytes) -> str:
    """Return what this mail has and no other: its number; where it has none, what its writer made of it.

    Servers on the way add lines of their own, others each time.
    """
    if own_id:
        return hashlib.sha256(f"{own_id}\n{sender}".encode()).hexdigest()
    head, _blank, body = with_plain_ends(raw).partition(b"\n\n")
    said = [*_WRITERS.findall(head[:MOST_TEXT])[:20], b"", body]
    return hashlib.sha256(b"\n".join(said)).hexdigest()


def _unreadable(raw: bytes, body: bytes) -> Mail:
    """Return what can be said of a mail that nobody should take apart: its head by the eye, all of it as it came."""
    text = clean(body[:MOST_TEXT].decode("utf-8", "replace"))
    head = text.partition("\n\n")[0]

    def line(name: str) -> str:
        found = re.search(rf"^{name}:[ \t]*(.{{0,500}})$", head, re.IGNORECASE | re.MULTILINE)
        return found.group(1) if found else ""

    senders = re.findall(r"^from:[ \t]*(.{0,500})$", head, re.IGNORECASE | re.MULTILINE)
    addresses = _addresses(senders[0] if senders else "")
    sender = addresses[0] if addresses else ""
    own_id = next(iter(_ids(line("message-id"))), "")
    return Mail(
        once=_once(own_id, sender, raw), sender=sender, subject=one_line(line("subject")), everything=text,
        message_id=own_id, addressed_to=tuple(_addresses(line("to"))), is_unreadable=True,
        is_of_several=len(senders) > 1 or len(set(addresses)) > 1,
    )  # fmt: skip


def as_it_came(raw: bytes, sender: str) -> Mail:
    """Return a mail of which nothing is read but who it is from, known by its bytes: any row can hold it."""
    return Mail(
        once=hashlib.sha256(raw).hexdigest(),
        sender=sender if sender.isascii() and sender.isprintable() else "",
        everything=clean(raw[:MOST_TEXT].decode("utf-8", "replace")),
        is_unreadable=True,
    )


# ---------------------------------------------------------------- headers


def _header(message: Message, name: str) -> str:
    return next(iter(_headers(message, name)), "")


def _headers(message: Message, name: str) -> list[str]:
    """Return what stands in the headers of this name, each cut to what people's programs write.

    Some write letters beyond ASCII as they are.
    """
    found = [str(value) for key, value in message.raw_items() if key.lower() == name]
    return [as_text(one[:MOST_OF_A_HEADER].encode("utf-8", "surrogateescape"), "") for one in found[:20]]


def decoded(text: str) -> str:
    """Return a header's text with its lines put together again (RFC 5322) and its encoded words read (RFC 2047).

    A fold ends nothing: the blank after it stays, but between two encoded words, where blanks only part them.
    """
    return _ENCODED.sub(_in_plain, _FOLD.sub("", text))


def _in_plain(found: re.Match[str]) -> str:
    """Return encoded words that stand side by side as text: a letter may begin in one of them and end in the next."""
    try:
        parts = decode_header(found.group())
    except Exception:  # broken base64 in somebody's subject
        return found.group()
    return "".join(part if isinstance(part, str) else as_text(part, charset or "") for part, charset in parts)


def _addresses(text: str) -> list[str]:
    """Return the addresses of a header in lower case, those alone that mail can go to."""
    found = [address.strip().lower() for _name, address in getaddresses([text])[:50]]
    return [
        one for one in found if 3 <= len(one) <= 254 and one.count("@") == 1 and one.isprintable() and " " not in one
    ]


def _ids(text: str) -> list[str]:
    return _MESSAGE_ID.findall(text[:MOST_OF_A_HEADER])


def ids_of(text: str) -> list[str]:
    """Return the Message-IDs in ``text``, each of them fit for a header."""
    return [one for one in _ids(text) if one.isascii() and one.isprintable()]


def clean(text: str) -> str:
    """Return ``text`` with plain line ends and without signs that nobody sees."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def as_text(raw: bytes, charset: str) -> str:
    """Return bytes as the text they are said to be; raises nothing. Latin 1 is what Windows means by it."""
    name = charset.strip().lower()[:40]
    try:
        name = codecs.lookup(name).name if name else "utf-8"
    except (LookupError, ValueError):
        name = "utf-8"
    if name in ("iso8859-1", "ascii") or not _CODECS.match(name):
        name = "cp1252" if name == "iso8859-1" else "utf-8"
    for one in (name, "utf-8"):
        try:
            return raw.decode(one)
        except (UnicodeError, LookupError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


# ---------------------------------------------------------------- parts


def is_report(message: Message) -> bool:
    """Return whether this is what a mail server tells of a letter (RFC 3464)."""
    kind = str(message.get_param("report-type", "") or "").lower() if message.is_multipart() else ""
    return message.get_content_type() == "multipart/report" and kind in ("delivery-status", "")


class _Walk:
    """The parts of a mail, each looked at once, into what people read and what they sent along."""

    def __init__(self) -> None:
        self.files: list[Attached] = []
        self.calendar = ""
        self.report: Report | None = None
        self.is_report = False
        self._texts: list[str] = []
        self._seen = 0
        self._left = MOST_WALKED

    def text(self) -> str:
        return "\n\n".join(one for one in self._texts if one.strip())

    def go(self, part: Message, depth: int = 0) -> None:
        """Take in this part and what is in it."""
        self._seen += 1
        if depth > _DEEPEST or self._seen > MOST_PARTS:
            return
        kind = part.get_content_type()
        if kind == "message/rfc822":
            self._go_forwarded(part, depth)
        elif not part.is_multipart():
            self._leaf(part, kind)
        elif kind == "multipart/alternative":
            self._alternative(part, depth)
        else:
            for inner in _inside(part):
                self.go(inner, depth + 1)

    def go_report(self, part: Message) -> None:
        """Take in what a mail server tells: its words for people, and its numbers."""
        self.is_report = True
        for inner in _inside(part):
            kind = inner.get_content_type()
            if kind == "message/delivery-status":
                self.report = self.report or _report_in(inner)
            elif kind.startswith("text/") and kind != "text/rfc822-headers" and not inner.is_multipart():
                self._texts.append(self._text_in(inner, kind))
        if self.report is None:
            self.report = Report("", "")

    def _alternative(self, part: Message, depth: int) -> None:
        """Take one form of the words: the plain one, where it says anything. A calendar is a form of its own."""
        inner = list(_inside(part))
        texts = len(self._texts)
        for kind in ("text/plain", "text/html"):
            for one in inner:
                if one.get_content_type() == kind and not one.is_multipart() and len(self._texts) == texts:
                    self._leaf(one, kind)
            while len(self._texts) > texts and not self._texts[-1].strip():
                self._texts.pop()
        for one in inner:
            if one.is_multipart():
                if len(self._texts) == texts or one.get_content_type() != "multipart/related":
                    self.go(one, depth + 1)
            elif not one.get_content_type().startswith("text/") or one.get_content_type() == "text/calendar":
                self._leaf(one, one.get_content_type())

    def _go_forwarded(self, part: Message, depth: int) -> None:
        """Put a mail in the mail under a line that says so: it is nobody's answer."""
        for inner in _inside(part):
            subject = one_line(decoded(_header(inner, "subject")))
            writer = one_line(decoded(_header(inner, "from")))
            self._texts.append(f"-----Original Message-----\nFrom: {writer}\nSubject: {subject}")
            calendar, self.calendar = self.calendar, "."
            self.go(inner, depth + 1)
            # An answer in a calendar that somebody passes on is not theirs.
            self.calendar = calendar

    def _leaf(self, part: Message, kind: str) -> None:
        name = _file_name(part)
        attached = str(part.get("content-disposition", ""))[:200].strip().lower().startswith("attachment")
        if kind in ("text/calendar", "application/ics"):
            self._take_calendar(part, name)
        elif kind in ("text/plain", "text/html") and not attached and not (name and kind == "text/html"):
            self._texts.append(self._text_in(part, kind))
        elif len(self.files) < _MOST_FILES:
            data = _bytes_in(part)
            if data:
                self.files.append(Attached(name or f"file-{len(self.files) + 1}", _safe_kind(kind), data))

    def _text_in(self, part: Message, kind: str) -> str:
        """Return what a part says, as far as there is still something left of what is read of one mail."""
        charset = part.get_param("charset", "")
        text = as_text(_bytes_in(part), charset if isinstance(charset, str) else str(charset[-1]))[: self._left]
        self._left -= len(text)
        return text_of(text) if kind == "text/html" else clean(text)

    def _take_calendar(self, part: Message, name: str) -> None:
        text = as_text(_bytes_in(part)[:_MOST_CALENDAR], str(part.get_param("charset", "") or ""))
        if not self.calendar and re.search(r"^METHOD:REPLY\s*$", text[:20_000], re.IGNORECASE | re.MULTILINE):
            self.calendar = text
        elif "METHOD:REPLY" not in text[:20_000].upper() and len(self.files) < _MOST_FILES:
            self.files.append(Attached(name or "invite.ics", "text/calendar", text.encode()))


_MOST_CALENDAR: Final = 512 * 1024


def _inside(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (one for one in payload if isinstance(one, Message))


def _bytes_in(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _file_name(part: Message) -> str:
    """Return a file's name without its path, in one line; "" where it has none."""
    name = part.get_filename() or ""
    name = decoded(name if isinstance(name, str) else str(name))
    name = one_line(re.split(r"[/\\]", _CONTROLS.sub("", name))[-1], 120)
    return "" if name.strip(".") == "" else name


def _safe_kind(kind: str) -> str:
    return kind if re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,58}", kind) else "application/octet-stream"


def _report_in(part: Message) -> Report | None:
    """Return what is said of the one letter: the worst of it, where several readers stand in one report."""
    found: list[Report] = []
    for block in list(_inside(part))[:20]:
        if block.get("action") is not None:
            status = re.search(r"[245]\.\d{1,3}\.\d{1,3}", _header(block, "status"))
            # "smtp; 550 no such user": of which protocol the words are nobody has to read.
            words = without_addresses(_header(block, "diagnostic-code").partition(";")[2])
            action = _header(block, "action").strip().lower()[:20]
            found.append(Report(action, status.group() if status else "", words))
    order = {"failed": 0, "delayed": 1}
    return min(found, key=lambda one: order.get(one.action, 2), default=None)
