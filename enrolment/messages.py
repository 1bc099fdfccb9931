"""The kinds of message that enrolment sends."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enrolment import links
from enrolment.models import Invitation
from enrolment.wording import what_it_asks, who_invites
from notifications import kinds


def _invitation(message) -> dict | None:
    invitation = Invitation.objects.waiting().with_place().filter(pk=message.source_id).first()
    if invitation is None:
        return None
    cohort = invitation.in_cohort
    # The mailbox that this very mail goes to: the link works from there, and only while it is the person's.
    mailed_to = message.address or invitation.person.email
    return {
        "invitation": invitation,
        "cohort": cohort,
        "programme": cohort.programme,
        "invites": who_invites(invitation),
        "asks": what_it_asks(invitation),
        "path": reverse("invitation", args=[links.token_for(invitation.pk, invitation.version, mailed_to=mailed_to)]),
        "reply_to": cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key="enrolment/invitation",
        template="enrolment/emails/invitation",
        audience=_("You get this because somebody asked you to join a team."),
        context=_invitation,
        at_most_once=True,
        priority=kinds.FIRST,
    )
)
