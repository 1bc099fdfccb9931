"""Verbs of the collaborative: give and end roles."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts import services as accounts
from audit.services import record
from collaborative import signals
from collaborative.models import Circle, Cohort, Membership, Programme, Role
from core.refusals import Refused

# Who sees much is signed out everywhere when that ends.
WIDE_ROLES = frozenset({Role.PLANNER, Role.COACH})


@transaction.atomic
def give_role(
    *, user, role: str, by, title: str = "", position: str = "", circle: str = Circle.CORE, **scope
) -> Membership:
    """Let ``user`` hold ``role`` in one scope (``team=``, ``cohort=``, ``organisation=`` or ``programme=``) from now on.

    ``title``, ``position`` and ``circle`` say as what. Returns the membership; giving a role that is held already changes
    nothing and returns the one that holds.
    """
    membership, made = Membership.objects.get_or_create(
        user=user,
        role=role,
        until=None,
        **scope,
        defaults={"by": by, "title": title, "position": position, "circle": circle},
    )
    if made:
        record("role.given", membership, by=by, cohort_id=membership.in_cohort_id, role=role)
        signals.member_joined.send(sender=Membership, membership=membership, by=by)
    return membership


@transaction.atomic
def end_role(*, membership: Membership, by, why: str = "") -> None:
    """End a role now, for a reason (a value of ``Leaving``). What it opened is closed with the next request.

    Refuses while nobody else plans there.
    """
    if membership.role == Role.PLANNER:
        _keep_a_planner(membership)
    ended = Membership.objects.filter(pk=membership.pk, until=None).update(until=Now(), ended_by=by, left_why=why)
    if ended:
        record("role.ended", membership, by=by, cohort_id=membership.in_cohort_id, role=membership.role, why=why)
        if membership.role in WIDE_ROLES:
            accounts.end_sessions(membership.user, by=by)
        signals.member_left.send(sender=Membership, membership=membership, by=by)


def _keep_a_planner(membership: Membership) -> None:
    """Refuse for the last one. What is planned is locked meanwhile: of two who leave at once, the second one stays."""
    for model, key in ((Cohort, membership.cohort_id), (Programme, membership.programme_id)):
        if key:
            model._default_manager.select_for_update().get(pk=key)
    others = Membership.objects.current().filter(
        role=Role.PLANNER, cohort=membership.cohort_id, programme=membership.programme_id
    )
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(_("Somebody has to plan. Name another planner before this one leaves."))
