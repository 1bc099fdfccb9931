"""The two kinds of message that surveys send: asked, and asked three months later, which reaches closed cohorts as well."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.time import wall_in
from notifications import kinds
from surveys.answering import minutes_for, token_for
from surveys.models import Asked, Round
from surveys.rounds import AGAIN, ASKED, ASKED_LATER


def _open_rounds(source_ids: Collection[str]) -> dict[str, Any]:
    """Return the rounds that take answers, each with who has not answered yet (``waiting``) and the kinds of its questions."""
    rows = Round.objects.open().filter(pk__in=source_ids).select_related("survey__cohort__programme")
    found = {str(one.pk): one for one in rows.prefetch_related("survey__questions")}
    waiting = Asked.objects.filter(round__in=list(found.values()), finished_on=None).values_list(
        "round", "person", "pk"
    )
    for one in found.values():
        one.waiting = {}
        one.kinds = [each.kind for each in one.survey.questions.all() if each.taken_out_at is None]
    for round_id, person, key in waiting:
        found[str(round_id)].waiting[person] = key
    return found


def _asked(message) -> dict[str, Any] | None:
    row = message.source
    key = row.waiting.get(message.recipient_id)
    if key is None or not row.kinds:
        return None
    survey, cohort = row.survey, row.survey.cohort
    return {
        "survey": survey,
        "about": row.name,
        "cohort": cohort,
        "programme": cohort.programme,
        "questions": len(row.kinds),
        "minutes": minutes_for(row.kinds),
        "last_day": wall_in(row.closes_at, cohort.time_zone).date(),
        "again": message.occurrence == AGAIN,
        "path": reverse("survey_link", args=[token_for(key, message.recipient)]),
        "reply_to": cohort.contact,
    }


# When each is told, and what stops it.
_TOLD = {
    ASKED: (
        _(
            "When a survey opens: after a session at once, else between ten and five; once more after three "
            "days or a week to whoever has not answered."
        ),
        _(
            "The survey is answered or closed, the person is in no team of the series any more, or all of their "
            "teams have a break or a quiet week that day."
        ),
    ),
    ASKED_LATER: (
        _(
            "Three months after the last day of the series, between ten and five, and once more a week later to "
            "whoever has not answered."
        ),
        _(
            "The survey is answered or closed, the person left before the series ended, or all of their teams "
            "have a break or a quiet week that day."
        ),
    ),
}
_NAMES = {ASKED: _("Questions of a survey"), ASKED_LATER: _("Questions three months later")}
for name, also_when_closed in ((ASKED, False), (ASKED_LATER, True)):
    kinds.register(
        kinds.Kind(
            key=name,
            template="surveys/emails/asked",
            name=_NAMES[name],
            audience=_("You get this because you are, or were, in a team of this series."),
            when=_TOLD[name][0],
            stops=_TOLD[name][1],
            context=_asked,
            sources=_open_rounds,
            also_when_closed=also_when_closed,
        )
    )
