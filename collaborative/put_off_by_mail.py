""" "Not this week" as the answer to a mail that says what is to be done (``core.registry.handle_reply``).

It is the rule of the link in that mail, as long as the week in which the mail left lasts; one mail says that it is noted. What
cannot be done, an answer in a later week, and what else is in the answer are for people. The mail about the week's numbers is
answered in its own room.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import override

from collaborative import later_replies, not_this_week, prework_mail, tasks_mail
from collaborative.models import NotThisWeek
from collaborative.said_by_mail import has_files
from core.refusals import Refused
from core.time import wall_in
from notifications import services as notifications
from notifications.models import PlannedMessage

if TYPE_CHECKING:
    from notifications.inbound.incoming import Incoming

NOTED: Final = "collaborative/put-off-noted"
# Of a mail as long as this people read the whole.
_LONGEST: Final = 2000
# By the kind of the mail: which task its answer is about.
_TASKS: Final = {prework_mail.KIND: prework_mail.TASK, tasks_mail.KIND: tasks_mail.TASK}


def handle(mail: Incoming) -> str | None:
    """Return what became of "Not this week" that answers a mail about a task; None for what is for people (too)."""
    message = mail.answers
    if message is None or message.kind not in _TASKS or len(mail.words) > _LONGEST:
        return None
    if mail.person is None or message.recipient_id != mail.person.pk:
        return None
    later = later_replies.read(mail.words, names=[mail.person.name])
    if later is None:
        return None
    with override(mail.person.language):
        row = _put_off(mail, message)
    if row is None:
        return None
    notifications.post(
        NOTED, to=mail.person, about=row, occurrence=mail.key.hex[:16], scope=(message.scope_type, message.scope_id)
    )
    return None if later.rest or has_files(mail) else "put_off"


def _put_off(mail: Incoming, message: PlannedMessage) -> NotThisWeek | None:
    """Put the task of a message off for this week; None where that is refused, or the message left in another week."""
    task, about = _TASKS[message.kind], uuid.UUID(message.source_id)
    found = not_this_week.task_of(task, about)
    if found is None:
        return None
    week = not_this_week.week_of(found.cohort)
    left_on = wall_in(message.sent_at or message.due_at, found.cohort.time_zone).date()
    # In a week that is over nothing can be put off, and whether this one is meant is not known.
    if left_on - dt.timedelta(days=left_on.weekday()) != week:
        return None
    try:
        with transaction.atomic():
            return not_this_week.not_this_week(person=mail.person, task=task, about=about, week=week, by=mail.person)
    except Refused:
        return None
