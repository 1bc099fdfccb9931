"""A sheet that comes back with the answer to a mail about numbers (``core.registry.handle_reply``): read, saved, answered once.

What is written beside it, and is no plain cover note, is for people; a bare number is taken as without the sheet, where that
says no other for the same week.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import override

from collaborative.models import Team
from collaborative.permissions import belongs
from collaborative.said_by_mail import has_files
from collaborative.words import of_team
from core.words import speaking
from improvement import numbers_due, replies
from improvement.models import ReturnedSheet
from improvement.sheets import messages, reading, returning
from improvement.sheets.beside import left_over, may_be_a_sheet
from improvement.sheets.model import CameBy
from improvement.sheets.reading import NotOurs
from notifications import services as notifications

if TYPE_CHECKING:
    from notifications.inbound.incoming import Incoming
    from notifications.letters import Attached
    from notifications.models import PlannedMessage

KEY: Final = "improvement/sheet"
# Each takes time to be looked at, whatever is in it.
_MOST_TABLES: Final = 3


def handle(mail: Incoming) -> str | None:
    """Read the sheet that a mail brings back, save what passes, and answer. Return what became of it, None where it brings none
    or more than that: people read the rest.

    Only who got the mail that it answers is listened to, and only if they may enter numbers for that team now.
    """
    files = [one for one in mail.files if may_be_a_sheet(one)]
    message = mail.answers
    if not files or message is None or mail.person is None or message.recipient_id != mail.person.pk:
        return None
    team = _team_of(message)
    if team is None:
        return None
    with override(mail.person.language), speaking(of_team(team)):
        returned = _taken_in(files, team, mail.person)
        notifications.post(messages.READ, to=mail.person, about=returned, scope=team.cohort)
        is_answered = _is_answered_beside(mail, returned)
    return f"sheet_{returned.refused or 'read'}" if is_answered else None


def _is_answered_beside(mail: Incoming, returned: ReturnedSheet) -> bool:
    """Take the number that stands beside a sheet, where there is one; return whether nothing beside it is left for people."""
    others = tuple(one for one in mail.files if not may_be_a_sheet(one))
    no_files = not has_files(dataclasses.replace(mail, files=others))
    words = left_over(mail.words, own=[mail.person.name])
    if not words:
        return no_files
    if returned.refused or mail.answers is None or mail.answers.source_type != numbers_due.SOURCE:
        return False
    week = replies.week_of(mail.answers).isoformat()
    doubtful = {one["measure"] for one in returned.troubles if one["week"] in ("", week)}
    return replies.taken_beside_a_sheet(mail, words, doubtful=doubtful) and no_files


def _team_of(message: PlannedMessage) -> Team | None:
    """Return the team whose numbers a message of this room was about, None for any other message."""
    key: Any = None
    if message.source_type == numbers_due.SOURCE:
        key = message.source_id
    elif message.kind == messages.READ:
        key = ReturnedSheet.objects.filter(pk=message.source_id).values_list("team", flat=True).first()
    return Team.objects.with_place().filter(pk=key).first() if key else None


def _taken_in(files: list[Attached], team: Team, person) -> ReturnedSheet:
    """Return what became of the sheet: read and saved as far as it passes, or why nothing of it was read."""
    if team.withdrawn_at or not belongs(person, team):
        return returning.not_read(team=team, by=person, code="not_yours")
    if team.cohort.closed_at:
        return returning.not_read(team=team, by=person, code="closed")
    try:
        with transaction.atomic():
            returned = returning.look_at(team=team, content=_ours(files), by=person, came_by=CameBy.MAIL)
            return returning.save(returned=returned, by=person)
    except NotOurs as wrong:
        return returning.not_read(team=team, by=person, code=wrong.code, sentence=wrong.sentence)


def _ours(files: list[Attached]) -> bytes:
    """Return the one sheet of ours among what was attached. Raises NotOurs: why the first is none, or that there are several."""
    tables = list(dict.fromkeys(file.data for file in files))
    if len(tables) > _MOST_TABLES:
        raise NotOurs("several")
    ours: list[bytes] = []
    why: NotOurs | None = None
    for table in tables:
        try:
            reading.opened(table)
            ours.append(table)
        except NotOurs as wrong:
            why = why or wrong
    if len(ours) > 1:
        raise NotOurs("several")
    if not ours:
        raise why or NotOurs(reading.FOREIGN)
    return ours[0]
