"""The mail that brings a certificate, and the one for whoever was needed elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications import kinds
from sessions.attendance import catching_up
from sessions.models import Certificate, Recap


def _about(message) -> dict:
    certificate: Certificate = message.source
    return {
        "certificate": certificate,
        "cohort": certificate.cohort,
        "programme": certificate.cohort.programme,
        "path": reverse("my_certificates"),
        "reply_to": certificate.cohort.contact_email,
    }


def _caught_up(message) -> dict:
    recap: Recap = message.source
    learning_session = recap.learning_session
    return {
        "learning_session": learning_session,
        "recap": recap,
        "cohort": learning_session.cohort,
        "programme": learning_session.cohort.programme,
        "path": reverse("session_recap", args=[learning_session.cohort_id, learning_session.pk]),
        "reply_to": learning_session.cohort.contact_email,
    }


def _still_valid(keys: Collection[str]) -> dict[str, Any]:
    rows = Certificate.objects.filter(pk__in=keys, revoked_at=None).select_related("cohort__programme")
    return {str(row.pk): row for row in rows}


kinds.register(
    kinds.Kind(
        key="sessions/certificate",
        name=_("Certificate"),
        template="sessions/emails/certificate",
        audience=_("You get this because you took part in this series."),
        when=_("Once the time to undo is over after the certificate was given."),
        stops=_("The certificate is taken back first."),
        context=_about,
        sources=_still_valid,
        also_when_closed=True,
    )
)
kinds.register(
    kinds.Kind(
        key=catching_up.KIND,
        name=_("A session in ten minutes"),
        template="sessions/emails/catch_up",
        audience=_("You get this because you are part of this series."),
        when=_(
            "A day after a session at the earliest, once its recap is there and it is known who came: to whoever is in a "
            "team or helps it and was not there."
        ),
        stops=_(
            "The recap is taken back or was gone through, the person was there after all, a later session has begun, or "
            "all of their teams have a break or a quiet week, or had one on the day of the session."
        ),
        context=_caught_up,
        sources=catching_up.readable,
    )
)
