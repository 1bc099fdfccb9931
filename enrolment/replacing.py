"""Somebody steps in for a member: asked in with the same place, which is theirs once they take it up."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from collaborative.belonging import may_change
from collaborative.models import Membership
from core.refusals import Refused
from enrolment import services
from enrolment.models import Invitation


def asked_instead_of(membership: Membership) -> Invitation | None:
    """Return the invitation of whoever is asked to step in, None where nobody is."""
    return Invitation.objects.waiting().filter(instead_of=membership).select_related("person").first()


@transaction.atomic
def replace(*, membership: Membership, name: str, email: str, language: str, by) -> Invitation:
    """Ask somebody in with the role, work, position and circle of ``membership``, which ends when they take it up.

    Refuses who may not change this role, while somebody is asked already, and as ``enrolment.services.invite`` does.
    """
    if not may_change(by, membership):
        raise Refused(_("Only the planning team can change this."))
    row = Membership.objects.select_for_update(of=("self",)).select_related("team__cohort").get(pk=membership.pk)
    if (waiting := asked_instead_of(row)) is not None:
        raise Refused(_("%(name)s is asked already to step in here.") % {"name": waiting.called})
    invitation = services.invite(
        by=by,
        role=row.role,
        name=name,
        email=email,
        language=language,
        title=row.title,
        position=row.position,
        circle=row.circle,
        team=row.team,
    )
    Invitation.objects.filter(pk=invitation.pk).update(instead_of=row)
    invitation.instead_of = row
    return invitation
