"""Whether a mail can be taken apart in the time that its bytes are worth: what people send has far less of everything.

A mail of less than a megabyte can be built so that a parser takes minutes for it. Everything is counted here as the parser
reads it: any of the three ends of a line is one, and a header goes on where the next line begins with a blank.
"""

from __future__ import annotations

import re
from typing import Final

# A header that says how a mail is built, or from whom it is.
MOST_OF_A_HEADER: Final = 8 * 1024
# What stands between them is read again from its beginning for each.
_MOST_PARAMETERS: Final = 100
# Parts within parts. Each line is compared with the end of every one that it lies in.
MOST_PARTS: Final = 200
_MOST_COMPARED: Final = 8_000_000
# Lines at which a part may begin; blocks of a mail server's report; headers of the mail itself; lines at all.
_MOST_BEGINNINGS: Final = 5_000
_MOST_BLOCKS: Final = 20_000
_MOST_HEADERS: Final = 5_000
_MOST_LINES: Final = 600_000

_BUILDS: Final = re.compile(rb"^content-type:[\s\x1c-\x1f]*(?:multipart/|message/)", re.IGNORECASE | re.MULTILINE)
_REPORTS: Final = re.compile(rb"^content-type:[\s\x1c-\x1f]*message/delivery-status", re.IGNORECASE | re.MULTILINE)


def with_plain_ends(raw: bytes) -> bytes:
    """Return bytes whose lines all end the same way."""
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def is_bearable(raw: bytes) -> bool:
    """Return whether a mail has no more parts and lines, and its lines that say how it is built are no longer, than people's."""
    raw = with_plain_ends(raw)
    lines = raw.count(b"\n")
    builds = len(_BUILDS.findall(raw))
    if lines > _MOST_LINES or builds > MOST_PARTS or builds * lines > _MOST_COMPARED:
        return False
    if builds and raw.count(b"\n--") > _MOST_BEGINNINGS:
        return False
    if raw.partition(b"\n\n")[0].count(b"\n") > _MOST_HEADERS:
        return False
    if _REPORTS.search(raw) and raw.count(b"\n\n") > _MOST_BLOCKS:
        return False
    return not _has_a_long_header(raw)


def _has_a_long_header(raw: bytes) -> bool:
    size, parameters, matters = 0, 0, False
    for line in raw.split(b"\n"):
        if line[:1] not in (b" ", b"\t"):  # else the last one goes on
            size, parameters, matters = 0, 0, line[:8].lower() == b"content-"
        size += len(line)
        parameters += line.count(b";") if matters else 0
        if matters and (size > MOST_OF_A_HEADER or parameters > _MOST_PARAMETERS):
            return True
    return False
