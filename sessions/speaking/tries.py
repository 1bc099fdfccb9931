"""The mail with what people will try, for who spoke and has heard already what people said of the session."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage
from notifications.services import Wanted
from sessions.models import Appearance, LearningSession
from sessions.speaking import links
from sessions.speaking.mail import TRIES, clock_of


def readers_of(key: str) -> int:
    """Return how many who spoke at this session have a page on which they read what people will try."""
    return _with_page().filter(learning_session=key).count()


def _with_page() -> Any:
    return Appearance.objects.filter(page_sent_at__isnull=False, link_ended_at=None)


def tell(learning_session: LearningSession, *, version: int) -> int:
    """Tell everybody who spoke what people will try, once there was time to take it back; return how many mails wait for it.

    Who still waits for the mail with the ratings reads it there; who has had this one finds what is passed on later on their
    page. One that never left because all was taken back is planned anew. ``version``: of what is passed on.
    """
    rows = _with_page().filter(learning_session=learning_session).exclude(speaker__email="")
    found = list(rows.select_related("speaker"))
    about = PlannedMessage.objects.filter(source_id__in=[str(one.pk) for one in found])
    waits = about.waiting().filter(kind="sessions/speaker-ratings")
    had = about.filter(kind=TRIES).exclude(state__in=(states.VOID, states.EXPIRED))
    hear_anyway = {key for rows in (waits, had) for key in rows.values_list("source_id", flat=True)}
    due = timezone.now() + dt.timedelta(seconds=settings.UNDO_SECONDS)
    return notifications.plan_each(
        (one, learning_session.version + one.link_generation, _mail(one, learning_session, due=due, version=version))
        for one in found
        if str(one.pk) not in hear_anyway
    )


def _mail(one: Appearance, learning_session: LearningSession, *, due: dt.datetime, version: int) -> Wanted:
    clock = clock_of(one.speaker)
    return Wanted(
        TRIES,
        to=one.speaker.email,
        due=due,
        occurrence=f"tries-{version}",
        not_after=learning_session.ends_at + links.OPENS_FOR,
        scope=learning_session.cohort,
        language=one.speaker.language,
        time_zone=clock.zone if clock else learning_session.cohort.time_zone,
    )
