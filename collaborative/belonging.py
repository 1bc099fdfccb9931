"""Who belongs to a team, as what, and how it ends: change, leave, step in for somebody, take a whole team out.

What somebody did stays under their name; what was still to do goes to whoever steps in (``core.registry.hand_over``).
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.models import User
from audit.services import record
from collaborative import signals
from collaborative.models import TEAM_ROLES, Cohort, Membership, Pause, Role, Team
from collaborative.one_person import scopes_of
from collaborative.permissions import leads, plans
from collaborative.querysets import by_name
from collaborative.services import end_role, give_role
from collaborative.tasks import open_tasks_of
from core import registry
from core.refusals import Overtaken, Refused
from notifications import services as notifications


def may_change(user, membership: Membership) -> bool:
    """May ``user`` change or end this role in a team? The planning team may, and its lead those who belong to it."""
    team = membership.team
    if team is None:
        return False
    return plans(user, team.cohort) or (membership.role in TEAM_ROLES and leads(user, team))


def may_leave(user, membership: Membership) -> bool:
    """Is this a role that ``user`` may give up?"""
    return membership.user_id == user.pk and membership.role in TEAM_ROLES


@transaction.atomic
def change(*, membership: Membership, version: int, title: str, position: str, circle: str, by) -> Membership:
    """Say as what somebody is in a team. Refuses with ``Overtaken`` where somebody else has said so meanwhile."""
    answers = {"title": title, "position": position, "circle": circle}
    done = Membership.objects.filter(pk=membership.pk, until=None, version=version)
    if not done.update(**answers, version=F("version") + 1):
        theirs = Membership.objects.select_related("user").filter(pk=membership.pk, until=None).first()
        if theirs is None:
            raise Refused(_("This role has ended meanwhile."))
        if {name: getattr(theirs, name) for name in answers} == answers:
            return theirs
        raise Overtaken(theirs)
    membership.refresh_from_db()
    record("role.changed", membership, by=by, cohort_id=membership.in_cohort_id, position=position, circle=circle)
    return membership


@transaction.atomic
def leave(*, membership: Membership, why: str, by, next_lead: Membership | None = None) -> None:
    """End a role in a team, for a reason. Refuses to leave others without a lead, unless the planning team does it.

    ``next_lead``: who leads from now on, somebody who belongs to the team.
    """
    team = membership.team
    assert team is not None  # ends the roles in teams only
    Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    if next_lead:
        if next_lead not in who_may_lead(membership):
            raise Refused(_("Choose somebody who belongs to the team."), field="next_lead")
        _make_lead(next_lead, by=by)
    elif is_last_lead(membership) and not plans(by, team.cohort):
        raise Refused(_("Say who leads the team from now on."), field="next_lead")
    end_role(membership=membership, by=by, why=why)
    _close_behind(membership, by=by)


def is_last_lead(membership: Membership) -> bool:
    """Would the others be without a lead if this role ended?"""
    if membership.role != Role.LEAD:
        return False
    others = Membership.objects.belonging().filter(team=membership.team_id).exclude(user=membership.user_id)
    return others.exists() and not others.filter(role=Role.LEAD).exists()


def who_may_lead(membership: Membership) -> list[Membership]:
    """Return the roles of those who may lead the team in place of its last lead; none where others lead it already."""
    if not is_last_lead(membership):
        return []
    others = Membership.objects.belonging().filter(team=membership.team_id).exclude(user=membership.user_id)
    return list(others.select_related("user", "team").order_by(by_name("user__name"), "pk"))


def _make_lead(membership: Membership, *, by) -> None:
    """Let somebody who belongs to a team lead it, in place of the role they had."""
    give_role(
        user=membership.user,
        role=Role.LEAD,
        by=by,
        team=membership.team,
        title=membership.title,
        position=membership.position,
        circle=membership.circle,
    )
    if membership.role == Role.PARTICIPANT:
        end_role(membership=membership, by=by)


@transaction.atomic
def step_in(*, membership: Membership, instead_of: Membership, by) -> None:
    """Let the holder of ``membership`` take the place of another: that role ends, what it still had to do is handed over."""
    Membership.objects.filter(pk=membership.pk).update(instead_of=instead_of)
    for _room, _done in registry.hand_over.ask_all(instead_of, membership.user):
        pass
    end_role(membership=instead_of, by=by, why=instead_of.left_why)
    record("role.replaced", membership, by=by, cohort_id=membership.in_cohort_id, instead_of=instead_of.pk)
    _close_behind(instead_of, by=by)


@transaction.atomic
def stop_planning(*, membership: Membership, to: User | None, by) -> None:
    """End the role of somebody who plans; what they still had to do goes to ``to``, or is nobody's. Refuses for the last one."""
    if to:
        for _room, _done in registry.hand_over.ask_all(membership, to):
            pass
    else:
        hand_over_tasks(membership, None)
    end_role(membership=membership, by=by)
    _close_behind(membership, by=by)


def hand_over_tasks(membership: Membership, to_user) -> None:
    """Give the open planning tasks of whoever leaves the planning of a cohort to whoever steps in."""
    open_tasks_of(membership).update(assignee=to_user)


# ---------------------------------------------------------------- a whole team


@transaction.atomic
def withdraw_team(*, team: Team, why: str, by) -> None:
    """Take a team out of the series: its place is free, every role in it ends, and nothing is sent about it any more.

    Its pages stay as they are, for the planning team. Done twice, it is done once.
    """
    if not Team.objects.filter(pk=team.pk, withdrawn_at=None).update(withdrawn_at=Now(), withdrawn_why=why):
        return
    team.refresh_from_db()
    for membership in Membership.objects.filter(team=team, until=None).select_related("user", "team").order_by("pk"):
        end_role(membership=membership, by=by, why=why)
        _close_behind(membership, by=by)
    for pause in Pause.objects.filter(team=team):
        notifications.void(pause, reason="revoked")
    record("team.withdrawn", team, by=by, why=why)
    signals.team_withdrew.send(sender=Team, team=team, by=by)


# ---------------------------------------------------------------- a person


def plans_all_of(user, person: User) -> bool:
    """Does ``user`` plan every cohort that ``person`` has a role in, all of those roles, and whatever else knows them?"""
    held = list(Membership.objects.current().filter(user=person).select_related("team__cohort", "cohort"))
    return bool(held) and all(_is_under(user, one) for one in held) and not _is_known_elsewhere(person, by=user)


def _is_known_elsewhere(person: User, *, by) -> bool:
    """Was somebody in a cohort that ``by`` does not plan, or is asked into one? Then their account is not ``by``'s to close."""
    planned = set(Cohort.objects.run_by(by).values_list("pk", flat=True))
    return not scopes_of(person)[0] <= planned


def _is_under(user, membership: Membership) -> bool:
    cohort = membership.team.cohort if membership.team else membership.cohort
    return cohort is not None and plans(user, cohort)


@transaction.atomic
def offboard(*, person: User, why: str, by) -> bool:
    """Let a person go from everywhere that ``by`` plans. Returns whether their account is closed with it.

    It is closed where no role is left and no other planning team knows or asks them. Every role ends, and with it whatever it opened: pages, sessions, cards,
    invitations to and from them, messages that wait.
    """
    planned = list(Cohort.objects.run_by(by).values_list("pk", flat=True))
    held = Membership.objects.filter_cohorts(planned).filter(user=person, until=None)
    for membership in held.select_related("user", "team__cohort", "cohort").order_by("pk"):
        end_role(membership=membership, by=by, why=why)
        _close_behind(membership, by=by)
    still_here = Membership.objects.current().filter(user=person).exists() or person.is_staff
    if still_here or _is_known_elsewhere(person, by=by):
        return False
    User.objects.filter(pk=person.pk).update(is_active=False)
    record("person.closed", person, by=by)
    _end_everything(person, by=by)
    return True


def _close_behind(membership: Membership, *, by) -> None:
    """End what a role leaves open: messages of a cohort that the person is in no more, and of nowhere, all that is left.

    Whoever has no role left is signed out, unless it was they who left; the account stays, to come back to.
    """
    person, cohort = membership.user, membership.team.cohort if membership.team else membership.cohort
    held = Membership.objects.current().filter(user=person)
    if cohort and not held.filter_cohort(cohort.pk).exists():
        notifications.void_for(person, scope=cohort, reason="left")
    if not held.exists():
        _end_everything(person, by=by)


def _end_everything(person: User, *, by) -> None:
    if by != person:
        accounts.end_sessions(person, by=by)
    for _room, _done in registry.offboard.ask_all(person, by):
        pass
