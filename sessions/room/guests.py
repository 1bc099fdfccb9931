"""Guests: a colleague sent at the last minute comes to one session by a link, without an account.

A lead or a planner admits them while the room is open and passes the link on. Of its secret only the hash is kept.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit.services import record
from collaborative.models import Cohort, Membership, Role, Team
from collaborative.permissions import plans, roles_of
from core.refusals import Refused
from notifications import services as notifications
from sessions.models import Guest, LearningSession
from sessions.room import joining
from sessions.room.personal_links import InUse

_SALT = "sessions/guest"
# The message to whoever lets people in.
ASKS = "sessions/asks"


def _hash(secret: str) -> str:
    return salted_hmac(_SALT, secret, algorithm="sha256").hexdigest()


def may_admit(learning_session: LearningSession, user) -> bool:
    """Return whether ``user`` may admit anybody: who leads a team of the cohort, or plans it."""
    return plans(user, learning_session.cohort) or bool(_led(learning_session, user))


def _led(learning_session: LearningSession, user) -> list[uuid.UUID]:
    cohort = learning_session.cohort_id
    held = (one for one in roles_of(user) if one.role == Role.LEAD and one.team_cohort_id == cohort)
    return [one.team_id for one in held if one.team_id]


def teams_to_admit_into(learning_session: LearningSession, user) -> list[Team]:
    """Return the teams of the session's cohort for which ``user`` may admit somebody, by name."""
    teams = Team.objects.filter(cohort=learning_session.cohort_id).in_order()
    if not plans(user, learning_session.cohort):
        teams = teams.filter(pk__in=_led(learning_session, user))
    return list(teams)


def in_care_of(learning_session: LearningSession, user) -> Any:
    """Return the guests with a link whom ``user`` lets in and takes back: of the teams they lead, all for who plans."""
    rows = _by_link(learning_session).select_related("team", "attendance", "by", "learning_session__cohort")
    return rows if plans(user, learning_session.cohort) else rows.filter(team__in=_led(learning_session, user))


@transaction.atomic
def admit(*, learning_session: LearningSession, team: Team, name: str, position: str, by) -> str:
    """Admit somebody to a session for a team; return the secret of their link, which is kept nowhere.

    Raises Refused while the room is not open, and when the team has as many guests as are allowed.
    """
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if refusal := joining.why_not_now(learning_session, timezone.now()):
        raise Refused(refusal)
    _keep_to_the_limit(learning_session, team.pk)
    secret = secrets.token_urlsafe(24)
    guest = Guest.objects.create(
        learning_session=learning_session, team=team, name=name, position=position, by=by, secret_hash=_hash(secret)
    )
    record("session.guest_admitted", learning_session, by=by, guest=guest.pk, team=team.pk)
    return secret


def _keep_to_the_limit(learning_session: LearningSession, team_id) -> None:
    admitted = _by_link(learning_session).filter(team=team_id, revoked_at=None, asks=False).count()
    if admitted >= settings.GUESTS_A_TEAM:
        words = ngettext(
            "This team has %(n)d guest already, and no more may come. Take one back first.",
            "This team has %(n)d guests already, and no more may come. Take one back first.",
            admitted,
        )
        raise Refused(words % {"n": admitted})


def _by_link(learning_session: LearningSession) -> Any:
    return Guest.objects.filter(learning_session=learning_session).exclude(secret_hash="")


def find(secret: str) -> Guest | None:
    """Return the guest whose link this is, also where it was taken back; None where it is no link of ours."""
    rows = Guest.objects.select_related("learning_session__cohort__programme", "learning_session__phase", "team", "by")
    return rows.filter(secret_hash=_hash(secret)).first()


def is_used_elsewhere(guest: Guest, browser: str) -> bool:
    """Return whether the link of a guest is good in one browser by now, and ``browser`` is another one."""
    return bool(guest.browser) and not (browser and constant_time_compare(guest.browser, _in(guest, browser)))


def _in(guest: Guest, browser: str) -> str:
    return salted_hmac(_SALT + "/browser", f"{guest.pk}/{browser}", algorithm="sha256").hexdigest()


@transaction.atomic
def join(*, guest: Guest, browser: str) -> joining.Joined:
    """Come in with a guest's link, in ``browser`` (a secret that only it has): from now on the link is good there alone.

    Raises Refused as ``joining.join`` does and where it was taken back, and InUse where another browser has come in with it.
    """
    here = _in(guest, browser)
    good = Guest.objects.filter(pk=guest.pk, revoked_at=None, asks=False, browser__in=("", here))
    if not good.update(browser=here):
        guest.refresh_from_db(fields=["revoked_at"])
        if guest.revoked_at:
            raise Refused(_("This link does not work any more."))
        raise InUse(_("Somebody has come in with this link already, in another browser."))
    return joining.come_in_as_guest(guest)


@transaction.atomic
def free(*, guest: Guest, by) -> bool:
    """Let a guest's link be good once more in whichever browser uses it first. Returns whether it was bound to one."""
    freed = Guest.objects.filter(pk=guest.pk, revoked_at=None).exclude(browser="").update(browser="")
    if freed:
        record("session.guest_freed", guest.learning_session, by=by, guest=guest.pk)
    return bool(freed)


def who_helps(guest: Guest) -> str:
    """Return the name of whom a guest asks about their link: who let them in, else who leads the team; "" for nobody."""
    return guest.by.name if guest.by else _lead_of(guest.team_id)


def has_come(guest: Guest) -> bool:
    """Return whether a guest has joined."""
    return guest.learning_session.attendance.filter(guest=guest).exists()


@transaction.atomic
def take_back(*, guest: Guest, by) -> None:
    """Let a guest's link lead nowhere any more. That they were there, if they were, stays."""
    if Guest.objects.filter(pk=guest.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record("session.guest_taken_back", guest.learning_session, by=by, guest=guest.pk)


# ---------------------------------------------------------------- who asks to come in


@transaction.atomic
def ask(*, learning_session: LearningSession, person, name: str, position: str, browser: str) -> str:
    """Let a colleague, who stands before the link of ``person``, ask that person's lead to be let in. Returns their secret.

    Their link is good in ``browser``, in which they ask. Raises Refused while the room is not open, and when as many as are allowed ask already.
    """
    if refusal := joining.why_not_now(learning_session, timezone.now()):
        raise Refused(refusal)
    role = joining.role_at(learning_session, person)
    team = role.team_id if role else None
    if team:
        Team.objects.select_for_update(no_key=True).get(pk=team)
    waiting = Guest.objects.filter(learning_session=learning_session, team=team, asks=True, revoked_at=None).count()
    if waiting >= settings.GUESTS_A_TEAM:
        raise Refused(_("Several people ask to be let in already. Call the planning team."))
    secret = secrets.token_urlsafe(24)
    guest = Guest(
        learning_session=learning_session, team_id=team, name=name, position=position, secret_hash=_hash(secret), asks=True
    )  # fmt: skip
    guest.browser = _in(guest, browser)
    guest.save(force_insert=True)
    record("session.guest_asks", learning_session, guest=guest.pk)
    for lead in _who_lets_in(learning_session, team):
        notifications.post(
            ASKS,
            to=lead,
            about=learning_session,
            occurrence=str(guest.pk),
            version=learning_session.version,
            not_after=learning_session.ends_at,
            scope=learning_session.cohort,
        )
    return secret


def _who_lets_in(learning_session: LearningSession, team) -> list[User]:
    """Return who leads the team; the planning team of the cohort where nobody does."""
    leads = Membership.objects.current().filter(team=team, role=Role.LEAD) if team else Membership.objects.none()
    cohort = learning_session.cohort
    planners = Membership.objects.planning(cohort=cohort.pk, programme=cohort.programme_id)
    held = leads.select_related("user") or planners.select_related("user")
    return list({one.user_id: one.user for one in held}.values())


def who_asks(learning_sessions: Collection[LearningSession]) -> dict[Any, dict[str, Guest]]:
    """Return by session the guests who still ask to be let in, by their keys; one statement."""
    found: dict[Any, dict[str, Guest]] = {one.pk: {} for one in learning_sessions}
    for guest in Guest.objects.filter(learning_session__in=list(found), asks=True, revoked_at=None):
        found[guest.learning_session_id][str(guest.pk)] = guest
    return found


@transaction.atomic
def let_in(*, guest: Guest, by) -> None:
    """Let somebody in who asks. Raises Refused as ``admit`` does."""
    if guest.team_id:
        Team.objects.select_for_update(no_key=True).get(pk=guest.team_id)
    if refusal := joining.why_not_now(guest.learning_session, timezone.now()):
        raise Refused(refusal)
    _keep_to_the_limit(guest.learning_session, guest.team_id)
    if Guest.objects.filter(pk=guest.pk, asks=True, revoked_at=None).update(asks=False, by=by):
        record("session.guest_admitted", guest.learning_session, by=by, guest=guest.pk, team=guest.team_id)


def asked_of(learning_session: LearningSession, person) -> str:
    """Return the name of who leads the team with which ``person`` comes: they are asked. "" where nobody does."""
    role = joining.role_at(learning_session, person)
    return _lead_of(role.team_id) if role else ""


def _lead_of(team_id) -> str:
    if team_id is None:
        return ""
    leads = Membership.objects.current().filter(team=team_id, role=Role.LEAD).order_by("since")
    return leads.values_list("user__name", flat=True).first() or ""


def known_colleague(key: str, team: Team) -> dict[str, str] | None:
    """Return name and position of a guest of ``team``, None where there is none with this key, or their name is gone."""
    try:
        pk = uuid.UUID(key)
    except ValueError:
        return None
    guest = Guest.objects.filter(pk=pk, team=team, asks=False).exclude(name="").first()
    return {"name": guest.name, "position": guest.position} if guest else None


def to_sweep(now: dt.datetime) -> list[QuerySet[Guest]]:
    """Return the guests with a name of cohorts whose last day is more than a year ago (``notifications.sweep.looks``)."""
    over = Cohort.objects.long_over(now).values("pk")
    return [Guest.objects.filter(learning_session__cohort__in=over).exclude(name="")]


def sweep(now: dt.datetime | None = None) -> None:
    """Empty the names of guests of cohorts whose last day is more than a year ago: that somebody was there stays."""
    now = now or timezone.now()
    for named in to_sweep(now):
        named.update(name="", secret_hash="", browser="", revoked_at=now)
