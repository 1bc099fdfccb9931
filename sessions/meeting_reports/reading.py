"""The report of a meeting as a table: who came in and went out when. Pure: the file's lines in, stays out.

Columns are known by their headings where the language is known (English, French, Spanish, German), and by what stands in
them otherwise: a row of somebody's stay begins with a name and holds two moments. Nothing is guessed beyond that.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from core.places import sort_key
from core.refusals import Refused
from core.sheets import Line
from core.time import forward_utc
from sessions.meeting_reports import hours

# What the headings begin with, without accents and small.
_NAME: Final = (
    "name",
    "full name",
    "participant",
    "nom",
    "nombre",
    "teilnehmer",
    "vollstandiger name",
    "vor- und nachname",
)
_LENGTH: Final = (
    "duration",
    "total duration",
    "duree",
    "duree totale",
    "in-meeting duration",
    "duracion",
    "dauer",
    "gesamtdauer",
)
_WAITING: Final = ("in waiting room", "en salle d", "dans la salle d", "en la sala de espera", "im warteraum")
_HEAD_OF_MEETING: Final = (
    "meeting id", "topic", "id de reunion", "id de la reunion", "numero de reunion", "n° de reunion", "sujet", "id de la reunion",
    "tema", "thema", "meeting-id",
)  # fmt: skip
_YES: Final = frozenset({"yes", "oui", "si", "ja"})
_MAIL: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_SECTION: Final = re.compile(r"\d\.\s?\D.*")
# The address of a column, or a service's own key of a person ("8:orgid:…"), is no name.
_NO_NAME: Final = re.compile(r"[\d\s.:/+-]*")
# Services round a length to whole minutes, upwards or downwards.
_ROUNDING: Final = 2


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody was in the meeting once: from when until when, or only for how long. ``row`` is what the spreadsheet shows.

    With both: for that many minutes between these moments.
    """

    row: int
    name: str
    email: str
    joined: dt.datetime | None = None
    left: dt.datetime | None = None
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a file says: whose service wrote it, the stays in it, and (row, code) of what could not be read."""

    provider: str
    stays: tuple[Stay, ...]
    unread: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class _Block:
    """A heading and the rows under it."""

    head: Line
    rows: list[Line] = field(default_factory=list)

    def column(self, words: Sequence[str]) -> int | None:
        plain = [sort_key(cell).replace("’", "'") for cell in self.head.cells]
        return next((n for word in words for n, cell in enumerate(plain) if cell.startswith(word)), None)

    @property
    def is_known(self) -> bool:
        """Are its headings in a language that is known here?"""
        return self.column(_NAME) is not None and not self.is_of_meeting

    @property
    def is_of_meeting(self) -> bool:
        return bool(self.head.cells) and sort_key(self.head.cells[0]).startswith(_HEAD_OF_MEETING)

    @property
    def stays(self) -> list[Line]:
        """Return the rows with a name and two moments."""
        return [line for line in self.rows if sum(map(hours.is_moment, line.cells)) > 1]


def read(lines: Sequence[Line], *, near: dt.datetime, zone: str) -> Report:
    """Return who was in the meeting by this file. ``near``: when it began, as the clock of ``zone`` shows it.

    Raises Refused with a sentence where this is no report of a meeting, or one that names nobody.
    """
    blocks = _blocks(lines)
    teams = any(_SECTION.fullmatch(line.cells[0]) for line in lines if len(line.cells) == 1)
    block = _chosen(blocks)
    if block is None:
        raise Refused(
            _(
                "This is no report of a meeting that we can read. Take the list of participants from Zoom, or the attendance "
                "report from Teams, as a CSV file."
            ),
            field="file",
        )
    last = lines[-1].number
    stays, unread = _timed(block, last, near, zone) if block.stays else _lengths(block, last)
    if teams and block.stays:
        stays += _only_summed_up(blocks[: blocks.index(block)], stays, near, zone)
    if not stays and unread and all(code == "nameless" for _row, code in unread):
        raise Refused(
            _(
                "This report names nobody: the meeting service hides names and addresses for some accounts of health care. "
                "Enter by hand who came."
            ),
            field="file",
        )
    if not stays and not unread:
        raise Refused(_("Nobody is in this report."), field="file")
    return Report("teams" if teams else "zoom", tuple(stays), tuple(unread))


def _blocks(lines: Sequence[Line]) -> list[_Block]:
    """Part the file where a heading stands: a row of several words without moments, after nothing or an empty line."""
    blocks: list[_Block] = []
    before = 0
    for line in lines:
        parted = not blocks or line.number > before + 1 or bool(_SECTION.fullmatch(line.cells[0]))
        if parted or _is_heading(line):
            blocks.append(_Block(line))
        elif len(blocks[-1].head.cells) == 1:  # the name of a section, and now its heading
            blocks[-1] = _Block(line)
        else:
            blocks[-1].rows.append(line)
        before = line.number
    return blocks


def _is_heading(line: Line) -> bool:
    return (
        _Block(line).is_known and not any(map(hours.is_moment, line.cells)) and not any(map(_MAIL.search, line.cells))
    )


def _chosen(blocks: Sequence[_Block]) -> _Block | None:
    """Return the part of the file that tells the stays: the last one with moments, else one with names and lengths."""
    timed = [one for one in blocks if one.stays and not one.is_of_meeting]
    # Where nobody knows the headings, one row alone may as well be about the meeting itself.
    timed = [one for one in timed if one.is_known or (len(one.stays) > 1 and _begins_with_names(one))]
    if timed:
        return timed[-1]
    lengths = [one for one in blocks if one.is_known and one.rows and one.column(_LENGTH) is not None]
    return lengths[-1] if lengths else None


def _begins_with_names(block: _Block) -> bool:
    named = [
        line for line in block.stays if not _NO_NAME.fullmatch(line.cells[0]) and not hours.is_moment(line.cells[0])
    ]
    return len(named) * 2 > len(block.stays)


def _timed(block: _Block, last: int, near: dt.datetime, zone: str) -> tuple[list[Stay], list[tuple[int, str]]]:
    stays, unread = [], []
    spans = {line.number: [cell for cell in line.cells if hours.is_moment(cell)][:2] for line in block.stays}
    walls = iter(hours.read_all([text for pair in spans.values() for text in pair], near=near))
    moments = {
        number: [_utc(wall, zone) for _text, wall in zip(pair, walls, strict=False)] for number, pair in spans.items()
    }
    name_at, waits_at, length_at = block.column(_NAME) or 0, block.column(_WAITING), block.column(_LENGTH)
    for line in block.rows:
        if waits_at is not None and _cell(line, waits_at).casefold().replace("í", "i") in _YES:
            continue
        name, email = _who(line, name_at)
        joined, left = moments.get(line.number, [None, None])
        if joined is None or left is None:
            unread.append((line.number, "cut_off" if line.number == last else "no_times"))
        elif left < joined:
            unread.append((line.number, "backwards"))
        elif not (name or email):
            unread.append((line.number, "nameless"))
        else:
            stay = Stay(line.number, name, email, joined, left)
            stays.append(stay if length_at is None else _as_long_as_told(stay, _cell(line, length_at)))
    return stays, unread


def _only_summed_up(blocks: Sequence[_Block], stays: Sequence[Stay], near: dt.datetime, zone: str) -> list[Stay]:
    """Return those who stand in the report's list of participants and in none of its stays: it breaks off there."""
    known = {one.email for one in stays if one.email} | {sort_key(one.name) for one in stays if one.name}
    listed = [stay for block in blocks if block.is_known and block.stays for stay in _timed(block, -1, near, zone)[0]]
    return [stay for stay in listed if not {stay.email, sort_key(stay.name)} & known]


def _as_long_as_told(stay: Stay, length: str) -> Stay:
    """Return a stay with the minutes that its row tells, where they are fewer than the time between: of somebody who was away
    in between, only for how long they were there is known.
    """
    minutes = hours.minutes_in(length)
    if minutes is None or stay.joined is None or stay.left is None:
        return stay
    between = (stay.left - stay.joined).total_seconds() / 60
    return stay if between - minutes < _ROUNDING else dataclasses.replace(stay, minutes=minutes)


def _lengths(block: _Block, last: int) -> tuple[list[Stay], list[tuple[int, str]]]:
    """Return the stays of a report that only says for how long each was there."""
    stays, unread = [], []
    name_at, length_at = block.column(_NAME) or 0, block.column(_LENGTH)
    assert length_at is not None  # it was chosen for it
    for line in block.rows:
        name, email = _who(line, name_at)
        minutes = hours.minutes_in(_cell(line, length_at))
        if minutes is None:
            unread.append((line.number, "cut_off" if line.number == last else "no_times"))
        elif not (name or email):
            unread.append((line.number, "nameless"))
        else:
            stays.append(Stay(line.number, name, email, minutes=minutes))
    return stays, unread


def _who(line: Line, name_at: int) -> tuple[str, str]:
    """Return the name and the first e-mail address of a row; a name that is an address is the address."""
    name = _cell(line, name_at)
    mails = [found.group().lower() for cell in line.cells if (found := _MAIL.fullmatch(cell.strip("<> ")))]
    email = mails[0][:254] if mails else ""
    if hours.is_moment(name) or _MAIL.fullmatch(name):
        name = ""
    return name[:200].strip(), email


def _cell(line: Line, place: int) -> str:
    return line.cells[place] if place < len(line.cells) else ""


def _utc(wall: dt.datetime | None, zone: str) -> dt.datetime | None:
    # Whoever mistyped a century has no moment.
    return forward_utc(wall, zone) if wall is not None and 2000 < wall.year < 2100 else None
