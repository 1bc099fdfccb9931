"""The kinds of message that enrolment sends."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaborative.line import today_in
from collaborative.resting import is_quiet, rests
from enrolment import letters, links, reminders
from enrolment.deciding import still_told
from enrolment.models import Invitation, Told
from enrolment.permissions import standing
from enrolment.wording import what_it_asks, who_invites
from notifications import kinds

# Who is to plan or to help a whole series is asked into no team.
_IN_NO_TEAM = _("You get this because somebody asked you to take part in this series.")


def _waiting(source_ids: Collection[str]) -> dict[str, Invitation]:
    rows = Invitation.objects.waiting().with_place().filter(pk__in=source_ids)
    return {str(one.pk): one for one in rows}


def _invitation(message) -> dict[str, Any]:
    invitation: Invitation = message.source
    cohort = invitation.in_cohort
    # The mailbox that this very mail goes to: the link works from there, and only while it is the person's.
    mailed_to = message.address or invitation.person.email
    return {
        "invitation": invitation,
        "cohort": cohort,
        "programme": cohort.programme,
        "invites": who_invites(invitation),
        "asks": what_it_asks(invitation),
        **({} if invitation.team else {"why": _IN_NO_TEAM}),
        "path": reverse("invitation", args=[links.token_for(invitation.pk, invitation.version, mailed_to=mailed_to)]),
        "reply_to": cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key="enrolment/invitation",
        name=_("Invitation"),
        importance=kinds.Importance.MUST,
        # Who lost it asks for another one, at whatever hour they are awake.
        keeps_hour=True,
        listed=False,
        template="enrolment/emails/invitation",
        audience=_("You get this because somebody asked you to join a team."),
        when=_(
            "At once, when somebody is asked in or sent a new link, but not before the letter that tells the "
            "team of its place."
        ),
        stops=_("The invitation is accepted, taken back, replaced by a newer one or has run out."),
        context=_invitation,
        sources=_waiting,
        untold_before=True,
        at_most_once=True,
        priority=kinds.FIRST,
    )
)


def _still_asked(source_ids: Collection[str]) -> dict[str, Invitation]:
    """Return those that wait, whoever sent them could still do so, and nobody is left in peace today."""
    found = _waiting(source_ids)
    stand = standing(list(found.values()))
    return {key: one for key, one in found.items() if one.pk in stand and not _in_peace(one)}


def _in_peace(invitation: Invitation) -> bool:
    today = today_in(invitation.in_cohort)
    return rests(invitation.team, today) if invitation.team else is_quiet(invitation.in_cohort, today)


kinds.register(
    kinds.Kind(
        key=reminders.KIND,
        name=_("Reminder of an invitation"),
        importance=kinds.Importance.MUST,
        listed=False,
        template="enrolment/emails/not-here-yet",
        audience=_("You get this because somebody asked you to join a team."),
        when=_("Five days after the invitation, at ten; a break or a quiet week puts it off."),
        stops=_(
            "The invitation is accepted, taken back, replaced by a newer one or has run out, whoever sent it "
            "could not do so any more, or the team has a break or a quiet week that day."
        ),
        context=_invitation,
        sources=_still_asked,
        untold_before=True,
    )
)


def _told(source_ids: Collection[str]) -> dict[str, Told]:
    """Return what is still told, each with what the letters of its release say alike (``facts``): asked once for all of them."""
    rows = still_told().select_related("application__cohort__programme", "release__by").filter(pk__in=source_ids)
    found, facts = {str(one.pk): one for one in rows}, {}
    for one in found.values():
        which = one.application.cohort_id, one.release.by_id
        if which not in facts:
            facts[which] = letters.facts_of(one.application.cohort, named=one.release.by)
        one.facts = facts[which]
    return found


def _letter(message) -> dict[str, Any]:
    told: Any = message.source
    application, cohort = told.application, told.application.cohort
    letter = letters.write(application, told.outcome, told.decline_reason, told.facts)
    token = links.token_for(application.pk, application.version, mailed_to=message.address, purpose=links.APPLICATION)
    return {
        "letter": letter,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": reverse("application", args=[token]),
        "reply_to": cohort.contact,
    }


kinds.register(
    kinds.Kind(
        key="enrolment/letter",
        name=_("Letter about an application"),
        importance=kinds.Importance.MUST,
        listed=False,
        template="enrolment/emails/letter",
        audience=_("You get this because you are the contact of an application."),
        when=_("At the minute that was chosen for the release; where none was, once the time to undo it is over."),
        stops=_("The release is taken back before that minute, or the application is erased first."),
        context=_letter,
        sources=_told,
        untold_before=True,
        at_most_once=True,
    )
)
