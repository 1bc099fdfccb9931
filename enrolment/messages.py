"""The kinds of message that enrolment sends."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaborative.line import today_in
from collaborative.resting import is_quiet, rests
from enrolment import letters, links, reminders
from enrolment.deciding import still_told
from enrolment.models import Invitation
from enrolment.permissions import stands
from enrolment.wording import what_it_asks, who_invites
from notifications import kinds

# Who is to plan or to help a whole series is asked into no team.
_IN_NO_TEAM = _("You get this because somebody asked you to take part in this series.")


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
        untold_before=True,
        at_most_once=True,
        priority=kinds.FIRST,
    )
)


def _not_here_yet(message) -> dict | None:
    known = _invitation(message)
    if known is None:
        return None
    invitation = known["invitation"]
    today = today_in(known["cohort"])
    peace = rests(invitation.team, today) if invitation.team else is_quiet(known["cohort"], today)
    if peace or not stands(invitation):
        return None
    return known


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
        context=_not_here_yet,
        untold_before=True,
    )
)


def _letter(message) -> dict | None:
    told = (
        still_told()
        .select_related("application__cohort__programme", "release__by")
        .filter(pk=message.source_id)
        .first()
    )
    if told is None:
        return None
    application, cohort = told.application, told.application.cohort
    letter = letters.write(
        application, told.outcome, told.decline_reason, letters.facts_of(cohort, named=told.release.by)
    )
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
        untold_before=True,
        at_most_once=True,
    )
)
