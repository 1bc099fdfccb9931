"""The set of samples that a planner asks for: each a message to themselves, so often a day and so many at once."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort
from core import limits
from core.refusals import Refused
from core.registry import Foreseen
from desk.series.pages import series_of
from desk.series.samples import samples_of, unshown_of
from notifications import services as notifications
from notifications.services import Wanted

KIND: Final = "desk/sample"
MOST, MOST_SETS, DAY = 40, 5, 24 * 3600


@dataclasses.dataclass(frozen=True)
class Place:
    """Which sample of which set a message is: the ``n``-th ``of`` so many, and its ``place`` in the whole series.

    ``place`` is 0 for the last of a set: what there is no sample of.
    """

    role: str
    lang: str
    city: str
    n: int
    of: int
    place: int

    def occurrence(self, mark: str) -> str:
        """Return what tells the sender, with a mark of the set."""
        return f"{self.role}.{self.lang}.{self.city}.{self.n}.{self.of}.{self.place}.{mark}"


def read_occurrence(text: str) -> Place:
    """Return which sample a message is. Raises ValueError for anything else."""
    role, lang, city, n, of, place, _mark = text.partition("~")[0].split(".")
    return Place(role, lang, city, int(n), int(of), int(place))


def send_me_the_set(*, cohort: Cohort, by, role: str, lang: str, city: str) -> int:
    """Mail ``by`` a sample of every message that a person of a role gets, in order, and what there is none of in one list.

    Return how many mails that are. Refuses the sixth set a day.
    """
    series = series_in(cohort, role, lang)[:MOST]
    if not series:
        raise Refused(_("Nothing is sent to them by itself."))
    if not limits.spend("series-set", by.pk, amount=MOST_SETS, seconds=DAY):
        raise Refused(_("You have had many of these today. Read them here, or try again tomorrow."))
    shown = samples_of(cohort, series, by, lang)
    places = [place for place, sample in enumerate(shown, start=1) if sample]
    if any(unshown_of(series, shown)):
        places.append(0)
    mark, now, of = uuid.uuid4().hex[:6], timezone.now(), len(places)
    with transaction.atomic():
        notifications.plan_each(
            (
                cohort,
                0,
                Wanted(
                    kind=KIND,
                    to=by,
                    due=now,
                    occurrence=Place(role, lang, city, n, of, place).occurrence(mark),
                    scope=cohort,
                ),
            )
            for n, place in enumerate(places, start=1)
        )
        record("series.samples_sent", cohort, by=by, cohort_id=cohort.pk, role=role, language=lang, n=of)
    return of


def series_in(cohort: Cohort, role: str, lang: str) -> list[Foreseen]:
    """Return every message that one person of a role gets, as it is called in this language."""
    with translation.override(lang):
        return series_of(cohort, role)
