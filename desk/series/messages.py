"""The one kind of message that the desk sends: a sample, to the planner who asked for it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from collaborative.models import Cohort, Role
from collaborative.permissions import plans
from core.language import language
from desk.series.pages import moments, series_of
from desk.series.samples import sample_of
from desk.series.sending import KIND, read_occurrence
from notifications import kinds


class _Set:
    """A cohort whose series is worked out once a role and language, for all samples that leave together."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self._found: dict[tuple[str, str], list] = {}

    def series(self, role: str, lang: str) -> list:
        if (role, lang) not in self._found:
            with translation.override(lang):
                self._found[role, lang] = series_of(self.cohort, role)
        return self._found[role, lang]


def _cohorts(keys: Collection[str]) -> dict[str, Any]:
    rows = Cohort.objects.filter(pk__in=keys).select_related("programme").prefetch_related("phases", "quiet_weeks")
    return {str(one.pk): _Set(one) for one in rows}


def _sample(message) -> dict[str, Any] | None:
    try:
        role, lang, city, n, of = read_occurrence(message.occurrence)
    except ValueError:
        return None
    cohort, reader = message.source.cohort, message.recipient
    found = message.source.series(role, lang)
    if role not in Role.values or not plans(reader, cohort) or not 0 < n <= len(found):
        return None
    one = found[n - 1]
    sample = sample_of(cohort, one, reader, lang)
    return {
        "sample": sample,
        "sample_lang": lang,
        "sample_subject": sample.subject if sample else kinds.name_of(one.kind),
        "kind_name": kinds.name_of(one.kind),
        "about": one.about,
        "role": str(Role(role).label),
        "n": n,
        "of": of,
        "when": moments(one.at, cohort, city, language()).mine,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": f"{reverse('planning_series', args=[cohort.pk])}?role={role}&speaks={lang}&city={city}",
        "reply_to": cohort.contact,
    }


kinds.register(
    kinds.Kind(
        key=KIND,
        template="desk/emails/sample",
        name=_("A sample, for a planner"),
        audience=_("You get this because you asked for it in the planning room."),
        when=_("At once, when a planner asks for the messages of a whole series as mails to themselves."),
        stops=_("The person does not plan the series any more, or its dates have changed so that it is not sent."),
        context=_sample,
        sources=_cohorts,
        importance=kinds.Importance.MUST,
        listed=False,
        also_when_closed=True,
    )
)
