"""The kinds of message that sessions send. What stands in them is read when they leave."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications import kinds
from sessions.models import LearningSession


def _about(message) -> dict | None:
    learning_session = (
        LearningSession.objects.select_related("cohort__programme")
        .filter(pk=message.source_id, cancelled_at=None)
        .first()
    )
    if learning_session is None:
        return None
    return {
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "programme": learning_session.cohort.programme,
        "path": reverse("session", args=[learning_session.cohort_id, learning_session.pk]),
        "reply_to": learning_session.cohort.contact_email,
        "occurrence": message.occurrence,
    }


kinds.register(
    kinds.Kind(
        key="sessions/reminder",
        template="sessions/emails/reminder",
        audience=_("You get this because you are part of this series."),
        context=_about,
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
        importance="critical",
        priority=kinds.SOON,
        scope_words=True,
    )
)
