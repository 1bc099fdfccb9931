"""Verbs of the collaborative: make a cohort, give and end roles."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts import services as accounts
from audit.services import record
from collaborative import signals, timeline
from collaborative.models import Cohort, Membership, Phase, Programme, Role, TemplatePhase
from core.refusals import Refused

# Who sees much is signed out everywhere when that ends.
WIDE_ROLES = frozenset({Role.PLANNER, Role.COACH})
_SHAPE = [
    "ordinal", "key", "kind", "number", "name_en", "name_fr", "say_en", "say_fr",
    "start_anchor", "start_offset", "end_anchor", "end_offset",
]  # fmt: skip


@transaction.atomic
def make_cohort(
    *, programme: Programme, slug: str, name_en: str, name_fr: str, first_day: dt.date, by=None, **fields
) -> Cohort:
    """Make a cohort of ``programme`` with its phases from the programme's template, counted from ``first_day``.

    Rooms above hear ``cohort_made`` in the same transaction (sessions makes the learning sessions).
    """
    cohort = Cohort.objects.create(
        programme=programme, slug=slug, name_en=name_en, name_fr=name_fr, first_day=first_day, **fields
    )
    template = list(programme.template.all())
    if not template:
        raise Refused(_("This programme has no phases yet. Add them to its template first."))
    spans = timeline.resolve(first_day, [shape_of(phase) for phase in template])
    Phase.objects.bulk_create(
        Phase(
            cohort=cohort,
            starts_on=spans[phase.key].start,
            ends_on=spans[phase.key].end,
            **{name: getattr(phase, name) for name in _SHAPE},
        )
        for phase in template
    )
    record("cohort.made", cohort, by=by, cohort_id=cohort.pk, first_day=first_day)
    signals.cohort_made.send(sender=Cohort, cohort=cohort, by=by)
    return cohort


def shape_of(phase: TemplatePhase | Phase) -> timeline.Shape:
    """Return what the timeline needs to know of a phase. A cohort's session stands where its session put it."""
    placed = phase if isinstance(phase, Phase) else None
    return timeline.Shape(
        key=phase.key,
        ordinal=phase.ordinal,
        start_anchor=phase.start_anchor,
        start_offset=phase.start_offset,
        end_anchor=phase.end_anchor,
        end_offset=phase.end_offset,
        pinned_start=placed.pinned_start if placed else None,
        pinned_end=placed.pinned_end if placed else None,
        moment=placed.starts_on if placed and placed.is_moment else None,
    )


@transaction.atomic
def give_role(*, user, role: str, by, title: str = "", **scope) -> Membership:
    """Let ``user`` hold ``role`` in one scope (``team=``, ``cohort=``, ``organisation=`` or ``programme=``) from now on.

    Returns the membership; giving a role that is held already changes nothing and returns the one that holds.
    """
    membership, made = Membership.objects.get_or_create(
        user=user, role=role, until=None, **scope, defaults={"by": by, "title": title}
    )
    if made:
        record("role.given", membership, by=by, cohort_id=_cohort_id(membership), role=role)
        signals.member_joined.send(sender=Membership, membership=membership, by=by)
    return membership


@transaction.atomic
def end_role(*, membership: Membership, by) -> None:
    """End a role now. What it opened is closed with the next request. Refuses while nobody else plans there."""
    if membership.role == Role.PLANNER:
        _keep_a_planner(membership)
    ended = Membership.objects.filter(pk=membership.pk, until=None).update(until=Now(), ended_by=by)
    if ended:
        record("role.ended", membership, by=by, cohort_id=_cohort_id(membership), role=membership.role)
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


def _cohort_id(membership: Membership):
    return membership.cohort_id or (membership.team.cohort_id if membership.team else None)
