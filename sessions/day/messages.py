"""The mail with the address of a meeting. It stands in no row: it is read when the mail leaves, and only there."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.forms import listing
from notifications import kinds
from sessions.day import release

_SPEAKS = _("You get this because you speak at this session.")
_REGISTERED = _("You get this because you registered for this session.")


def _why(message) -> dict:
    """Return why this reader gets it, where they are not of those who are expected."""
    if (message.recipient_id or message.address) in message.source.speakers:
        return {"why": _SPEAKS}
    return {} if message.recipient_id else {"why": _REGISTERED}


def _context(message) -> dict:
    released = message.source
    learning_session = released.learning_session
    return {
        **_why(message),
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "programme": learning_session.cohort.programme,
        "url": released.url,
        "host": urlsplit(released.url).hostname,
        "pass_on": listing(released.pass_on.get(message.recipient_id, [])),
        "path": reverse("session", args=[learning_session.cohort_id, learning_session.pk]),
        "reply_to": learning_session.cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key=release.KIND,
        name=_("The address of a meeting"),
        importance=kinds.Importance.MUST,
        keeps_hour=True,
        template="sessions/emails/address",
        audience=_("You get this because you are expected at this session."),
        when=_("At once, when the planning team releases the address, from an hour before the session until its end."),
        stops=_(
            "The session is cancelled or over, its address is taken away, or the person is not expected there any more."
        ),
        context=_context,
        sources=release.with_address,
        # Before everything but the codes of those who are just signing in.
        priority=kinds.FIRST + 1,
        words_stay_hidden=True,
    )
)
