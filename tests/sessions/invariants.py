"""What must hold of sessions and the messages about them, whatever has been killed, moved or planned twice.

Every number is the count of what breaks a rule; asked after the faults that concern sessions.
"""

from __future__ import annotations

from collections import Counter

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from notifications import states
from notifications.diary import AGAIN
from notifications.models import PlannedMessage
from sessions import reminders, services
from sessions.calendars.correcting import said_at
from sessions.calendars.inviting import INVITATION
from sessions.models import LearningSession

REMINDER = "sessions/reminder"

# Of an older version, nothing waits; and nothing left after the step that took it back.
_STALE = """
SELECT count(*) FROM planned_message m JOIN learning_sessions_learningsession s ON s.id::text = m.source_id
WHERE m.source_type = 'learning_sessions.learningsession' AND m.state IN ('planned', 'retry', 'held', 'claimed')
  AND m.source_version < s.version
"""


def broken() -> dict[str, int]:
    """Return, by the name of the rule, how much breaks it: all 0 when all is well."""
    missing, doubled = _reminders()
    with connection.cursor() as cursor:
        cursor.execute(_STALE)
        (stale,) = cursor.fetchone()
    return {"expected_without_a_row": missing, "reminded_twice": doubled, "waits_in_an_older_version": stale}


def _reminders() -> tuple[int, int]:
    """Count, over sessions ahead × people expected × reminders still to come: those without a row, those with two that count."""
    missing = doubled = 0
    for one in LearningSession.objects.filter(cancelled_at=None, starts_at__gt=timezone.now()).select_related("cohort"):
        rows = PlannedMessage.objects.about(one).filter(kind=REMINDER, channel__in=("mail", "inbox"))
        live = Counter(
            (key, occurrence.partition(AGAIN)[0])
            for key, occurrence in rows.filter(state__in=(*states.LIVE, states.SENT), source_version=one.version)
            .values_list("recipient_key", "occurrence")
        )  # fmt: skip
        told = {
            (key, occurrence.partition(AGAIN)[0])
            for key, occurrence in rows.filter(state__in=states.MAY_HAVE_ARRIVED).values_list("recipient_key", "occurrence")
        }  # fmt: skip
        wanted = {(str(each.to.pk), each.occurrence) for each in services.reminders_wanted(one)}
        # An invitation that left in the last hour, or waits for it, is the last reminder as well.
        invited = PlannedMessage.objects.about(one).filter(kind=INVITATION).exclude(state=states.VOID)
        invited = invited.filter(Q(source_version=one.version) | Q(state__in=states.MAY_HAVE_ARRIVED))
        told |= {
            (key, "T-1h")
            for key, due in invited.values_list("recipient_key", "due_at")
            if reminders.stands_for_the_last(max(one.starts_at, said_at(one, due).starts_at), due)
        }
        missing += len(wanted - live.keys() - told)
        doubled += sum(times > 1 for times in live.values())
    return missing, doubled
