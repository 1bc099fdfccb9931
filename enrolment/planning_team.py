"""Who plans a cohort: who is asked to, who does, and how somebody stops. The last one stays."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts.models import User
from collaborative import belonging
from collaborative.models import Cohort, Membership, Programme, Role
from collaborative.permissions import plans_whole
from collaborative.services import give_role
from collaborative.tasks import open_tasks_of
from enrolment import services
from enrolment.models import Invitation
from enrolment.querysets import planners_of, planners_of_programme


def asked(cohort: Cohort):
    """Return the open invitations to plan ``cohort``, with their people."""
    return Invitation.objects.filter(cohort=cohort, role=Role.PLANNER).open().with_place()


def ask(*, cohort: Cohort, name: str, email: str, language: str, by) -> Invitation:
    """Ask somebody to plan ``cohort`` as well, by mail. Refuses as ``enrolment.services.invite`` does."""
    return services.invite(by=by, role=Role.PLANNER, name=name, email=email, language=language, cohort=cohort)


def may_end(user, membership: Membership, cohort: Cohort) -> bool:
    """May ``user``, who plans ``cohort``, end this planner's role? Of the whole programme only who plans that."""
    return membership.cohort_id == cohort.pk or plans_whole(user, cohort)


def others_than(membership: Membership, cohort: Cohort) -> list[Membership]:
    """Return the roles of those who plan ``cohort`` besides the holder of ``membership``, one for each person, by name."""
    found = {one.user_id: one for one in planners_of(cohort) if one.user_id != membership.user_id}
    return list(found.values())


def tasks_left_by(membership: Membership) -> int:
    """Return how many open planning tasks stand in the name of whoever stops planning."""
    return open_tasks_of(membership).count()


@transaction.atomic
def end(*, membership: Membership, to: User | None, by) -> None:
    """Let somebody stop planning; their open tasks are ``to``'s from now on, or nobody's. Refuses for the last planner."""
    belonging.stop_planning(membership=membership, to=to, by=by)


# ---------------------------------------------------------------- a new cohort


def colleagues(programme: Programme, *, of) -> list[User]:
    """Return who else plans a cohort of the programme now, and so would be asked first to plan its next one, by name.

    Whoever plans the whole programme is not among them: they plan the next one anyway.
    """
    whole = {one.user_id for one in planners_of_programme(programme) if one.programme_id}
    found: dict[Any, User] = {}
    for one in planners_of_programme(programme):
        if one.user_id != of.pk and one.user_id not in whole and one.user.is_active:
            found[one.user_id] = one.user
    return list(found.values())


@transaction.atomic
def take_over(*, cohort: Cohort, people: Collection[str], by) -> None:
    """Let those of the programme's planners whose keys are ``people`` plan its new cohort too."""
    for user in colleagues(cohort.programme, of=by):
        if str(user.pk) in people:
            give_role(user=user, role=Role.PLANNER, by=by, cohort=cohort)
