"""What enrolment does when somebody leaves: no invitation of theirs, or to them, leads back in."""

from __future__ import annotations

from django.db.models import Q
from django.dispatch import receiver

from collaborative import signals
from collaborative.models import Membership
from enrolment import services
from enrolment.models import Invitation


@receiver(signals.member_left, dispatch_uid="enrolment.member_left")
def _close_their_invitations(sender, membership: Membership, by, **kwargs) -> None:
    place = Q(team=membership.team) if membership.team_id else Q(cohort=membership.cohort)
    if not (membership.team_id or membership.cohort_id):
        return
    mine = Q(person=membership.user) | Q(by=membership.user)
    for invitation in Invitation.objects.waiting().filter(mine, place):
        services.revoke(invitation=invitation, by=by)
