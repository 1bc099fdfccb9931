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
from core.registry import Foreseen
from desk.outbox.lists import Preview
from desk.series.pages import moments
from desk.series.samples import samples_of, unshown_of
from desk.series.sending import KIND, MOST, Place, read_occurrence, series_in
from notifications import kinds


class _Set:
    """A cohort whose series and samples are worked out once a role and language, for all that leave together."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self._found: dict[tuple[Any, str, str], tuple[list[Foreseen], list[Preview | None]]] = {}

    def of(self, reader: Any, role: str, lang: str) -> tuple[list[Foreseen], list[Preview | None]]:
        """Return the series of a role, and the sample of each message in it for this reader, None where there is none."""
        which = reader.pk, role, lang
        if which not in self._found:
            series = series_in(self.cohort, role, lang)[:MOST]
            self._found[which] = series, samples_of(self.cohort, series, reader, lang)
        return self._found[which]


def _cohorts(keys: Collection[str]) -> dict[str, Any]:
    rows = Cohort.objects.filter(pk__in=keys).select_related("programme").prefetch_related("phases", "quiet_weeks")
    return {str(one.pk): _Set(one) for one in rows}


def _sample(message) -> dict[str, Any] | None:
    try:
        at = read_occurrence(message.occurrence)
    except ValueError:
        return None
    cohort, reader = message.source.cohort, message.recipient
    if at.role not in Role.values or not plans(reader, cohort):
        return None
    series, shown = message.source.of(reader, at.role, at.lang)
    page = _without(series, shown, at) if at.place == 0 else _with(series, shown, at, cohort)
    if page is None:
        return None
    return page | {
        "sample_lang": at.lang,
        "role": str(Role(at.role).label),
        "n": at.n,
        "of": at.of,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": f"{reverse('planning_series', args=[cohort.pk])}?role={at.role}&speaks={at.lang}&city={at.city}",
        "reply_to": cohort.contact,
    }


def _with(series: list[Foreseen], shown: list[Preview | None], at: Place, cohort: Cohort) -> dict[str, Any] | None:
    """Return what one sample says, None where there is none any more."""
    sample = shown[at.place - 1] if 0 < at.place <= len(series) else None
    if sample is None:
        return None
    one = series[at.place - 1]
    return {
        "sample": sample,
        "sample_subject": sample.subject,
        "kind_name": kinds.name_of(one.kind),
        "when": moments(one.at, cohort, at.city, language()).mine,
    }


def _without(series: list[Foreseen], shown: list[Preview | None], at: Place) -> dict[str, Any] | None:
    """Return the last mail of a set: what there is no sample of, in the language of the set; None where there is one of each."""
    with translation.override(at.lang):
        none_yet, hidden = unshown_of(series, shown)
        if not none_yet and not hidden:
            return None
        lists = [
            (_("In this series there is none of these yet from which the words could be shown:"), none_yet),
            (_("Of these their readers alone see the words:"), hidden),
        ]
        return {
            "lists": [(str(head), some) for head, some in lists if some],
            "to_whom": str(_("To: %(role)s.")) % {"role": str(Role(at.role).label)},
            "sample_subject": str(_("What there is no sample of")),
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
