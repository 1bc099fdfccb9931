"""The mail that brings a certificate."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications import kinds
from sessions.models import Certificate


def _about(message) -> dict:
    certificate: Certificate = message.source
    return {
        "certificate": certificate,
        "cohort": certificate.cohort,
        "programme": certificate.cohort.programme,
        "path": reverse("my_certificates"),
        "reply_to": certificate.cohort.contact_email,
    }


def _still_valid(keys: Collection[str]) -> dict[str, Any]:
    rows = Certificate.objects.filter(pk__in=keys, revoked_at=None).select_related("cohort__programme")
    return {str(row.pk): row for row in rows}


kinds.register(
    kinds.Kind(
        key="sessions/certificate",
        template="sessions/emails/certificate",
        audience=_("You get this because you took part in this series."),
        when=_("Once the time to undo is over after the certificate was given."),
        stops=_("The certificate is taken back first."),
        context=_about,
        sources=_still_valid,
        also_when_closed=True,
    )
)
