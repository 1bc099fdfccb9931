"""The kinds of message about an application: its link, that it was sent or withdrawn, and the sponsor's question."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enrolment import application_links, sponsoring, windows
from enrolment.models import Application, State
from notifications import kinds


def _rows(source_ids: Collection[str]) -> dict[str, Application]:
    rows = Application.objects.select_related("cohort__programme").filter(pk__in=source_ids)
    return {str(one.pk): one for one in rows}


def _about(row: Application, path: str) -> dict[str, Any]:
    return {
        "application": row,
        "cohort": row.cohort,
        "programme": row.cohort.programme,
        "last_day": windows.closes_on(row.cohort),
        "path": path,
        "reply_to": row.cohort.contact,
    }


def _contact(message) -> dict[str, Any] | None:
    row: Application = message.source
    if row.contact_email != message.address:
        return None
    return _about(row, reverse("application", args=[application_links.token_for(row, mailed=True)]))


def _sent(message) -> dict[str, Any] | None:
    words = _contact(message)
    return words if words and words["application"].state == State.SUBMITTED else None


def _withdrawn(message) -> dict[str, Any] | None:
    words = _contact(message)
    return words if words and words["application"].state == State.WITHDRAWN else None


def _answered(message) -> dict[str, Any] | None:
    words = _contact(message)
    return words if words and words["application"].sponsor_said else None


def _sponsor(message) -> dict[str, Any] | None:
    row: Application = message.source
    if row.sponsor_email != message.address or row.sponsor_said:
        return None
    return _about(row, reverse("application_sponsor", args=[sponsoring.token_for(row)]))


# When each is told, and what stops it.
_TOLD = {
    "application-link": (
        _(
            "At once, when somebody begins an application, gives it another contact address, or asks for the "
            "link once more."
        ),
        _("The contact has another address by now, or the application is withdrawn, brought back or erased first."),
    ),
    "application-sent": (
        _("At once, when an application is sent, and each time it is sent again."),
        _("The contact has another address by now, or the application is withdrawn, brought back or erased first."),
    ),
    "application-withdrawn": (
        _("At once, when an application is withdrawn."),
        _("The contact has another address by now, or the application is brought back or erased first."),
    ),
    "sponsor-answered": (
        _("At once, when the sponsor has answered."),
        _(
            "The contact has another address by now, the sponsor is asked anew, or the application is "
            "withdrawn, brought back or erased first."
        ),
    ),
    "sponsor-asked": (
        _(
            "At once, when an application is sent whose sponsor has not been asked yet, or when its contact "
            "asks for it."
        ),
        _(
            "The sponsor has answered, has another address or is asked anew, the application is withdrawn or "
            "erased, or two weeks have passed."
        ),
    ),
}
_CONTACTS = _("You get this because somebody began an application with this address.")
_NAMES = {
    "application-link": _("Link of an application"),
    "application-sent": _("An application has arrived"),
    "application-withdrawn": _("An application was withdrawn"),
    "sponsor-answered": _("A sponsor has answered"),
    "sponsor-asked": _("Question to a sponsor"),
}
for name, context, audience in (
    ("application-link", _contact, _CONTACTS),
    ("application-sent", _sent, _CONTACTS),
    ("application-withdrawn", _withdrawn, _CONTACTS),
    ("sponsor-answered", _answered, _CONTACTS),
    ("sponsor-asked", _sponsor, _("You get this because a team named you as its executive sponsor.")),
):
    kinds.register(
        kinds.Kind(
            key=f"enrolment/{name}",
            template=f"enrolment/emails/{name.replace('-', '_')}",
            name=_NAMES[name],
            importance=kinds.Importance.MUST,
            listed=False,
            audience=audience,
            when=_TOLD[name][0],
            stops=_TOLD[name][1],
            context=context,
            sources=_rows,
            priority=kinds.SOON,
            # Whoever asks for the link to their own application, or takes it back, is answered.
            also_when_closed=name in ("application-link", "application-withdrawn"),
        )
    )
