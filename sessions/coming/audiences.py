"""Whom an announcement can be for by what they said about a session: who comes, and who has not answered yet."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from collaborative.models import Cohort
from sessions.models import Coming, LearningSession, Rsvp
from sessions.querysets import expected_at

COMES, SILENT = "comes", "silent"
# Of so many of the next sessions one can choose.
NEXT: Final = 3


def choices(cohort: Cohort) -> list[tuple[str, str]]:
    """Return, for each of the next sessions of a cohort, who comes and who has not answered, as (key, words)."""
    found = []
    for one in LearningSession.objects.filter(cohort=cohort).not_over()[:NEXT]:
        named = {"session": one.title}
        found.append((f"{COMES}:{one.pk}", _("Who is coming to “%(session)s”") % named))
        found.append((f"{SILENT}:{one.pk}", _("Who has not said yet whether they come to “%(session)s”") % named))
    return found


def people(cohort: Cohort, key: str) -> Any:
    """Return the keys of the people who answered so, as a queryset; None where the key is none of these."""
    what, _colon, session_id = key.partition(":")
    if what not in (COMES, SILENT):
        return None
    everybody = get_user_model()._default_manager
    try:
        row = LearningSession.objects.filter(cohort=cohort, pk=uuid.UUID(session_id)).first()
    except ValueError:
        row = None
    if row is None:
        return everybody.none().values("pk")
    said = Rsvp.objects.filter(learning_session=row)
    if what == COMES:
        return said.filter(coming=Coming.YES).values("person")
    return expected_at(row).exclude(pk__in=said.values("person")).order_by().values("pk")
