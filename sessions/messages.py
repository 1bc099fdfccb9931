"""The kinds of message that sessions send. What stands in them is read when they leave."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from notifications import kinds
from sessions.models import LearningSession


def _taking_place(source_ids: Collection[str]) -> dict[str, LearningSession]:
    found = LearningSession.objects.not_cancelled().select_related("cohort__programme").filter(pk__in=source_ids)
    return {str(one.pk): one for one in found}


@lru_cache(maxsize=64)
def _path(cohort_id: UUID, pk: UUID, language: str) -> str:
    return reverse("session", args=[cohort_id, pk])


def _about(message) -> dict:
    learning_session: LearningSession = message.source
    return {
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "programme": learning_session.cohort.programme,
        "path": _path(learning_session.cohort_id, learning_session.pk, get_language()),
        "reply_to": learning_session.cohort.contact_email,
        "occurrence": message.occurrence,
    }


kinds.register(
    kinds.Kind(
        key="sessions/reminder",
        template="sessions/emails/reminder",
        audience=_("You get this because you are part of this series."),
        context=_about,
        sources=_taking_place,
        importance="critical",
        priority=kinds.SOON,
        scope_words=True,
    )
)
kinds.register(
    kinds.Kind(
        key="sessions/moved",
        template="sessions/emails/moved",
        audience=_("You get this because you are part of this series."),
        context=_about,
        sources=_taking_place,
        importance="critical",
        priority=kinds.SOON,
        scope_words=True,
    )
)
