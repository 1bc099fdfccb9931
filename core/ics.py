"""A calendar as text (RFC 5545), written straight from facts: no library builds what a join of lines says as well.

Moments are written in UTC, so that no reader needs our rules of time zones; days are written as days, so that none slides
to the evening before. The tests read every line back with two libraries that are not ours.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

PRODUCT: Final = "-//Collaborative//Learning sessions//EN"
# How often a calendar may ask again.
ASKED_AGAIN: Final = "PT1H"

# What no line may hold: controls, and what programs take for the end of a line although the standard does not.
_BREAKS: Final = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f]")
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar.

    ``starts`` and ``ends`` are two aware moments, or two days, both included. ``stamp`` is when this was said, ``changed``
    when it last changed. ``status``: CONFIRMED or CANCELLED. ``organizer`` and ``attendee``, addresses alone, make it an
    invitation; ``called`` is what the organizer is called. ``asks``: whoever is invited is to say whether they come.
    """

    uid: str
    title: str
    starts: dt.datetime | dt.date
    ends: dt.datetime | dt.date
    stamp: dt.datetime
    changed: dt.datetime
    sequence: int = 0
    text: str = ""
    url: str = ""
    place: str = ""
    status: str = "CONFIRMED"
    busy: bool = True
    organizer: str = ""
    called: str = ""
    attendee: str = ""
    asks: bool = True

    def lines(self) -> list[str]:
        """Return its lines, unfolded."""
        return [
            "BEGIN:VEVENT",
            f"UID:{escaped(self.uid)}",
            f"SEQUENCE:{self.sequence}",
            f"DTSTAMP:{moment(self.stamp)}",
            f"LAST-MODIFIED:{moment(self.changed)}",
            *_span(self.starts, self.ends),
            f"SUMMARY:{escaped(self.title)}",
            *([f"DESCRIPTION:{escaped(self.text)}"] if self.text else ()),
            *([f"LOCATION:{escaped(self.place)}"] if self.place else ()),
            *([f"URL:{_one_line(self.url)}"] if self.url else ()),
            f"STATUS:{self.status}",
            f"TRANSP:{'OPAQUE' if self.busy else 'TRANSPARENT'}",
            *([f"ORGANIZER;CN={_quoted(self.called)}:mailto:{_one_line(self.organizer)}"] if self.organizer else ()),
            *([_asked(self.attendee, asks=self.asks)] if self.attendee else ()),
            "END:VEVENT",
        ]


def calendar(entries: Iterable[Entry], *, method: str = "PUBLISH", name: str = "") -> str:
    """Return a whole calendar with these entries, its lines folded and ended by CRLF.

    ``method``: PUBLISH for one to subscribe to, called ``name``; REQUEST or CANCEL for one that comes in a mail.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"METHOD:{method}"]
    if name:
        called = escaped(name)
        lines += [f"NAME:{called}", f"X-WR-CALNAME:{called}"]
        lines += [f"REFRESH-INTERVAL;VALUE=DURATION:{ASKED_AGAIN}", f"X-PUBLISHED-TTL:{ASKED_AGAIN}"]
    for one in entries:
        lines += one.lines()
    lines.append("END:VCALENDAR")
    return "".join([f"{line if len(line) <= 75 and line.isascii() else folded(line)}\r\n" for line in lines])


def escaped(text: str) -> str:
    """Return ``text`` as the value of a property (RFC 5545 3.3.11), without what a line cannot hold."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", text)).translate(_ESCAPED)


def folded(line: str) -> str:
    """Return ``line`` in pieces of at most 75 octets (RFC 5545 3.1), no letter of it cut in two."""
    octets = line.encode("utf-8", "replace")
    pieces, start, room = [], 0, 75
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:  # in the middle of a letter
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, 74  # the space that begins the next line counts
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode()


def moment(at: dt.datetime) -> str:
    """Return an aware moment in UTC: 20270113T170000Z."""
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _span(starts: dt.datetime | dt.date, ends: dt.datetime | dt.date) -> tuple[str, str]:
    if isinstance(starts, dt.datetime) and isinstance(ends, dt.datetime):
        return f"DTSTART:{moment(starts)}", f"DTEND:{moment(ends)}"
    # The end of a span of days is the first day after it.
    after = ends + dt.timedelta(days=1)
    return f"DTSTART;VALUE=DATE:{starts:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"


def _asked(address: str, *, asks: bool) -> str:
    said = "PARTSTAT=NEEDS-ACTION;RSVP=TRUE" if asks else "PARTSTAT=ACCEPTED;RSVP=FALSE"
    return f"ATTENDEE;ROLE=REQ-PARTICIPANT;{said}:mailto:{_one_line(address)}"


def _quoted(text: str) -> str:
    """Return the value of a parameter, which has no way to write a quotation mark (RFC 5545 3.2)."""
    return '"' + _CONTROLS.sub("", _BREAKS.sub(" ", text)).replace('"', "'") + '"'


def _one_line(text: str) -> str:
    return _CONTROLS.sub("", _BREAKS.sub("", text))
