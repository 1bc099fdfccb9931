"""What enrolment does when somebody leaves: no invitation and no card of theirs, or to them, leads back in."""

from __future__ import annotations

from django.dispatch import receiver

from accounts.models import User
from collaborative import signals
from collaborative.models import Membership
from enrolment import by_card, services
from enrolment.models import Invitation
from enrolment.permissions import may_give


@receiver(signals.member_left, dispatch_uid="enrolment.member_left")
def _close_their_invitations(sender, membership: Membership, by, **kwargs) -> None:
    """Close what waits for them there, run out or not, and what they asked others to and could not ask now."""
    within = Invitation.objects.open().with_place().within(membership)
    for invitation in within.filter(person=membership.user_id):
        services.revoke(invitation=invitation, by=by)
    # Read anew: the roles of before may be kept on the person.
    sender_now = User.objects.get(pk=membership.user_id)
    for invitation in within.filter(by=membership.user_id):
        if not may_give(sender_now, invitation.role, team=invitation.team, cohort=invitation.cohort):
            services.revoke(invitation=invitation, by=by)
    by_card.revoke_unused(made_by=sender_now, by=by)


@receiver(signals.team_withdrew, dispatch_uid="enrolment.team_withdrew")
def _close_invitations_into(sender, team, by, **kwargs) -> None:
    """Nobody comes into a team that has left."""
    for invitation in Invitation.objects.open().with_place().filter(team=team):
        services.revoke(invitation=invitation, by=by)
