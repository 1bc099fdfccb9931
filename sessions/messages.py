"""The kinds of message that sessions send. What stands in them is read when they leave."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notifications import kinds
from sessions.models import LearningSession
from sessions.querysets import moved, moved_together, taking_place


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
        "facts": _facts(learning_session),
        "moved_from": getattr(learning_session, "moved_from", None),
    }


def _several(message) -> dict:
    change = message.source
    return {
        "moved_sessions": change.sessions,
        "count": len(change.sessions),
        "cohort": change.cohort,
        "programme": change.cohort.programme,
        "path": reverse("cohort", args=[change.cohort_id]),
        "reply_to": change.cohort.contact_email,
    }


def _facts(learning_session: LearningSession) -> str:
    """Return how long it takes, and the number for those who listen by phone, each on its line."""
    minutes = learning_session.minutes
    lines = [ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}]
    if learning_session.dial_in:
        lines.append(gettext("By phone: %(number)s") % {"number": learning_session.dial_in})
    return "\n".join(lines)


kinds.register(
    kinds.Kind(
        key="sessions/reminder",
        template="sessions/emails/reminder",
        audience=_("You get this because you are part of this series."),
        context=_about,
        sources=taking_place,
        priority=kinds.SOON,
    )
)
kinds.register(
    kinds.Kind(
        key="sessions/moved",
        template="sessions/emails/moved",
        audience=_("You get this because you are part of this series."),
        context=_about,
        sources=moved,
        priority=kinds.SOON,
    )
)
kinds.register(
    kinds.Kind(
        key="sessions/moved-together",
        template="sessions/emails/moved_together",
        audience=_("You get this because you are part of this series."),
        context=_several,
        sources=moved_together,
        priority=kinds.SOON,
    )
)
