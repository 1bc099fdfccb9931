"""Trying sound and link before a session, in the meeting service's own test. The address of the meeting is not told there."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Refused
from sessions.models import LearningSession, SoundCheck

OPENS_BEFORE = dt.timedelta(hours=48)


def may_be_tried(learning_session: LearningSession, now: dt.datetime) -> bool:
    """Return whether people can try their sound for this session at ``now``."""
    if not settings.SOUND_TEST_URL or learning_session.cancelled_at or learning_session.cohort.closed_at:
        return False
    return learning_session.starts_at - OPENS_BEFORE <= now < learning_session.ends_at


def try_sound(*, learning_session: LearningSession, user) -> str:
    """Note that ``user`` tries their sound, once; return where that is done. Raises Refused too early and afterwards."""
    if not may_be_tried(learning_session, timezone.now()):
        raise Refused(_("Sound and link can be tried from two days before a session until its end."))
    row = SoundCheck(learning_session=learning_session, person=user, at=timezone.now())
    SoundCheck.objects.bulk_create([row], ignore_conflicts=True)
    return settings.SOUND_TEST_URL


def how_many_tried(learning_session: LearningSession) -> int:
    """Return how many people have tried their sound."""
    return SoundCheck.objects.filter(learning_session=learning_session).count()
