"""The set of samples that a planner asks for: each a message to themselves, so often a day and so many at once."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort
from core import limits
from core.refusals import Refused
from desk.series.pages import series_of
from notifications import services as notifications
from notifications.services import Wanted

KIND: Final = "desk/sample"
MOST, MOST_SETS, DAY = 40, 5, 24 * 3600


def occurrence_of(role: str, lang: str, city: str, n: int, of: int, mark: str) -> str:
    """Return what tells the sender which sample of which set a message is."""
    return f"{role}.{lang}.{city}.{n}.{of}.{mark}"


def read_occurrence(text: str) -> tuple[str, str, str, int, int]:
    """Return role, language, town, place and size of the set that a message belongs to. Raises ValueError for anything else."""
    role, lang, city, n, of, _mark = text.partition("~")[0].split(".")
    return role, lang, city, int(n), int(of)


def send_me_the_set(*, cohort: Cohort, by, role: str, lang: str, city: str) -> int:
    """Mail ``by`` a sample of every message that a person of a role gets, in order; return how many. Refuses the sixth a day."""
    n = min(len(series_of(cohort, role)), MOST)
    if not n:
        raise Refused(_("Nothing is sent to them by itself."))
    if not limits.spend("series-set", by.pk, amount=MOST_SETS, seconds=DAY):
        raise Refused(_("You have had many of these today. Read them here, or try again tomorrow."))
    mark, now = uuid.uuid4().hex[:6], timezone.now()
    with transaction.atomic():
        notifications.plan_each(
            (
                cohort,
                0,
                Wanted(
                    kind=KIND, to=by, due=now, occurrence=occurrence_of(role, lang, city, place, n, mark), scope=cohort
                ),
            )
            for place in range(1, n + 1)
        )
        record("series.samples_sent", cohort, by=by, cohort_id=cohort.pk, role=role, language=lang, n=n)
    return n
