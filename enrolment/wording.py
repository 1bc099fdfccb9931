"""What an invitation says, on its page and in its mail."""

from __future__ import annotations

from django.utils.translation import gettext as _

from collaborative.models import TEAM_ROLES, Role
from core.language import language
from core.moments import read
from enrolment.deciding import letter_leaves_at
from enrolment.models import Invitation


def who_invites(invitation: Invitation) -> str:
    """Return the sentence that says who invites, into what, and as what."""
    words = {"series": invitation.in_cohort.programme.name, "role": invitation.get_role_display()}
    if invitation.by and invitation.team:
        return _("%(by)s invites you to join the team %(team)s in the %(series)s, as %(role)s.") % {
            **words, "by": invitation.by.name, "team": invitation.team.name,
        }  # fmt: skip
    if invitation.by:
        return _("%(by)s invites you to join the %(series)s (%(role)s).") % {**words, "by": invitation.by.name}
    if invitation.role == Role.PLANNER:
        return _("You are asked to plan the %(series)s.") % words
    return _("You are invited to join the %(series)s (%(role)s).") % words


def when_it_leaves(invitation: Invitation) -> str:
    """Return when the mail of an invitation leaves: in a moment, or with the letter that tells its team of the place."""
    name = invitation.called or invitation.person.name
    at = letter_leaves_at(invitation.team) if invitation.team else None
    if at is None:
        return _("%(name)s will get a mail in a moment.") % {"name": name}
    moment = read(at, invitation.in_cohort, lang=language()).mine
    return _("The mail to %(name)s leaves with the letter of the team: %(moment)s.") % {"name": name, "moment": moment}


def what_it_asks(invitation: Invitation) -> str:
    """Return one sentence about the time that the role takes and what for, "" for roles that make their own plans."""
    if invitation.role in TEAM_ROLES:
        return _("It takes about 20 minutes a week.")
    return {
        Role.SPONSOR.value: _(
            "It takes about five minutes a month: you stand behind the team, and help where it cannot get on alone."
        ),
        Role.COACH.value: _(
            "It takes about two hours a week for all your teams: you look at what they try, and write to them between "
            "the sessions."
        ),
    }.get(invitation.role, "")
