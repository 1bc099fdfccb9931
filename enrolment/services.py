"""Verbs of enrolment: take a team in, invite, accept, ask anew, revoke."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.models import User
from audit.services import record
from collaborative.models import Cohort, Organisation, Role, Team, Unit
from collaborative.permissions import leads, plans
from collaborative.services import give_role
from core import limits, places
from core.refusals import Refused
from core.registry import Slot
from enrolment import links
from enrolment.models import VALID_FOR, Invitation
from notifications import services as notifications


@transaction.atomic
def enrol_team(
    *, cohort: Cohort, organisation: str, province: str, sector: str, unit: str, city: str, by, team: str = "",
    language: str = "en", incident_route: str = "",
) -> Team:  # fmt: skip
    """Take a team of one unit into the cohort. Organisation and unit are found by name or made.

    Refuses when the cohort is full (its row is locked meanwhile) or the team's name is taken in it.
    """
    cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if cohort.teams.count() >= cohort.seats:
        raise Refused(_("This cohort is full: %(seats)d teams have a place.") % {"seats": cohort.seats})
    home, _made = Organisation.objects.get_or_create(
        name=organisation.strip(), province=province, defaults={"sector": sector}
    )
    ward, _made = Unit.objects.get_or_create(
        organisation=home, name=unit.strip(), defaults={"city": city, "incident_route": incident_route}
    )
    name = team.strip() or f"{home.name}, {ward.name}"
    if cohort.teams.filter(name__iexact=name).exists():
        raise Refused(_("There is a team called “%(name)s” in this cohort already.") % {"name": name}, field="team")
    row = Team.objects.create(cohort=cohort, unit=ward, name=name, language=language)
    record("team.enrolled", row, by=by, sector=home.sector, province=home.province)
    return row


@transaction.atomic
def invite(
    *, by, role: str, name: str, email: str = "", language: str = "en", title: str = "", team: Team | None = None,
    cohort: Cohort | None = None,
) -> Invitation:  # fmt: skip
    """Ask a person into a team or a cohort in one role, and plan the mail that says so.

    Somebody without an e-mail address is a member too: the person is made, and the invitation waits to be taken up with
    a printed card instead of a mail. An address that is known already invites that person; nobody is doubled. Refuses
    when the person holds this role there, or is waiting for this very invitation.
    """
    place = team.unit if team else cohort
    if place is None:
        raise TypeError("An invitation leads into a team or a cohort.")
    if by and team and role not in roles_for(by, team):
        raise Refused(_("Only the planning team can ask somebody in with this role."), field="role")
    if by:
        _not_too_many(by, email)
    person = _person(name=name, email=email, language=language, city=place.city)
    scope = {"team": team, "cohort": None} if team else {"team": None, "cohort": cohort}
    if person.memberships.current().filter(role=role, **{k: v for k, v in scope.items() if v}).exists():
        raise Refused(_("%(name)s is in already.") % {"name": name}, field="email")
    Invitation.objects.filter(
        person=person, role=role, **scope, accepted_at=None, revoked_at=None, expires_at__lte=Now()
    ).update(revoked_at=Now())
    _waits_for_none(person, role=role, name=name, **scope)
    invitation = Invitation.objects.create(
        person=person,
        called=name.strip(),
        role=role,
        title=title,
        by=by,
        expires_at=timezone.now() + VALID_FOR,
        **scope,
    )
    record("invitation.made", invitation, by=by, cohort_id=invitation.in_cohort.pk, role=role, by_mail=bool(email))
    _send(invitation)
    return invitation


def _waits_for_none(person: User, *, role: str, name: str, team: Team | None, cohort: Cohort | None) -> None:
    """Two links into one place would have the person choose who they are: refuse, and say what to do about the first."""
    waiting = Invitation.objects.waiting().filter(person=person, team=team, cohort=cohort)
    for one in sorted(waiting, key=lambda one: one.role != role):
        if one.role == role:
            raise Refused(_("%(name)s has an invitation waiting already.") % {"name": name}, field="email")
        raise Refused(
            _(
                "%(name)s has an invitation waiting already, as %(role)s. If the role should be another, take that one "
                "back under “Asked, not here yet”, then invite again."
            )
            % {"name": name, "role": one.get_role_display()},
            field="role",
        )


def _not_too_many(by, email: str) -> None:
    """Nobody's mailbox is bombed, and nobody fills the diary: three an hour to one address, 300 an hour by one person."""
    spent = (not email or limits.spend("invitation-to", email.strip().lower(), amount=3, seconds=3600)) and (
        limits.spend("invitation-by", by.pk, amount=300, seconds=3600)
    )
    if not spent:
        raise Refused(_("That was asked often in the last hour. Try again later."), field="email")


def _person(*, name: str, email: str, language: str, city: str) -> User:
    if email and (known := User.objects.filter(email__iexact=email.strip()).first()):
        return known
    try:
        with transaction.atomic():
            return User.objects.create_user(
                email=email.strip() or None,
                name=name.strip(),
                language=language,
                city=city,
                time_zone=places.zone_of(city),
            )
    except IntegrityError:  # somebody asked the same address in at the same moment
        return User.objects.get(email__iexact=email.strip())


def _send(invitation: Invitation) -> None:
    if invitation.person.email:
        notifications.post(
            "enrolment/invitation",
            to=invitation.person,
            about=invitation,
            version=invitation.version,
            occurrence="invitation",
            not_after=invitation.expires_at,
            scope=invitation.in_cohort,
        )


meetings = Slot("meetings", "room -> fn(cohort) -> (title, start) of each meeting that has not ended")

# Whom a lead may ask into the team; roles that see more come from the planning team.
ASKED_BY_A_LEAD = (Role.PARTICIPANT, Role.LEAD, Role.PARTNER)
ASKED_BY_PLANNERS = (*ASKED_BY_A_LEAD, Role.SPONSOR, Role.COACH)


def role_wanted_first(team: Team, roles: Collection[Role]) -> Role | None:
    """Return the role that the form offers first: the lead's, until the team has one or has asked one."""
    led = team.members().filter(role=Role.LEAD).exists() or (
        Invitation.objects.waiting().filter(team=team, role=Role.LEAD).exists()
    )
    wanted = Role.PARTICIPANT if led else Role.LEAD
    return wanted if wanted in roles else None


def roles_for(user, team: Team) -> tuple[Role, ...]:
    """Return the roles that ``user`` may give in ``team``; none for whom neither leads nor plans.

    A sponsor answers for an organisation: only who plans every cohort that the organisation is in may name one.
    """
    if plans(user, team.cohort):
        elsewhere = Cohort.objects.filter(teams__unit__organisation=team.unit.organisation_id).exclude(
            pk__in=Cohort.objects.run_by(user).values("pk")
        )
        return tuple(role for role in ASKED_BY_PLANNERS if role != Role.SPONSOR or not elsewhere.exists())
    return ASKED_BY_A_LEAD if leads(user, team) else ()


@dataclasses.dataclass(frozen=True)
class Found:
    """What a genuine link leads to: the invitation, the mailbox that the link went to, and how the invitation stands.

    ``state`` is "waiting" (it can be taken up), "accepted", "revoked", "moved" (it belongs to another mailbox now),
    "newer", "expired", and for one visitor also "in" (it was theirs, and they are in), "other" (signed in as somebody
    else) or "sign_in" (a link is not enough for this person).
    """

    invitation: Invitation
    link: links.Link
    state: str
    mailed_to: str


def find(token: str) -> Found | None:
    """Return what a link leads to, None when it is none of ours or its row is gone. Changes nothing."""
    link = links.read(token)
    if link is None:
        return None
    row = (
        Invitation.objects.select_related(
            "person", "by", "cohort__programme", "team__cohort__programme", "team__unit__organisation"
        )
        .filter(pk=link.invitation_id)
        .first()
    )
    if row is None:
        return None
    state = row.state_at(timezone.now())
    if state in {"waiting", "expired"}:
        if not link.went_to(row.person.email):
            state = "moved"
        elif link.version != row.version:
            state = "newer"
    return Found(row, link, state, row.person.email or "")


def meet(token: str, *, visitor) -> Found | None:
    """Return what this visitor meets behind a link, None when it leads nowhere. Only "waiting" lets them begin.

    The link proves the mailbox. Somebody who chose more than that (a password, a second factor) signs in first, and who
    is signed in as somebody else says so before anything is done in the wrong name.
    """
    found = find(token)
    if found and found.state == "accepted" and visitor == found.invitation.person:
        return dataclasses.replace(found, state="in")
    if found is None or found.state != "waiting" or visitor == found.invitation.person:
        return found
    if visitor.is_authenticated:
        return dataclasses.replace(found, state="other")
    if not accounts.may_sign_in_by_link(found.invitation.person):
        return dataclasses.replace(found, state="sign_in")
    return found


@transaction.atomic
def accept(*, found: Found, name: str, language: str, city: str) -> Invitation:
    """Take up an invitation, once: the person's profile is set and the role holds from now on.

    Refuses a link that was used, revoked, expired or replaced in the meantime (two phones, one link), or whose mailbox
    is not the person's any more.
    """
    invitation, link = found.invitation, found.link
    person = User.objects.select_for_update().get(pk=invitation.person_id)
    taken = link.went_to(person.email) and (
        Invitation.objects.waiting()
        .filter(pk=invitation.pk, version=link.version)
        .update(accepted_at=Now(), version=F("version") + 1)
    )
    if not taken:
        raise Refused(_("This invitation cannot be used any more. Open the link in your mail again to see why."))
    invitation.refresh_from_db(fields=["accepted_at", "version"])
    invitation.person = person
    accounts.welcome(person, name=name, language=language, city=city, by=person)
    give_role(user=person, role=invitation.role, title=invitation.title, by=invitation.by, **invitation.scope)
    record("invitation.accepted", invitation, by=person, cohort_id=invitation.in_cohort.pk)
    return invitation


@transaction.atomic
def ask_anew(*, invitation: Invitation) -> None:
    """Send a fresh link to the address that was invited first, never to another. Refuses when there is none to renew."""
    renewed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        version=F("version") + 1, expires_at=timezone.now() + VALID_FOR
    )
    if not renewed:
        raise Refused(_("This invitation has ended. The planning team can send you another."))
    invitation.refresh_from_db(fields=["version", "expires_at"])
    record("invitation.renewed", invitation, cohort_id=invitation.in_cohort.pk, version=invitation.version)
    _send(invitation)


@transaction.atomic
def revoke(*, invitation: Invitation, by) -> None:
    """Take an invitation back: its links are dead from now on. ``by`` None means that the system did."""
    done = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=Now())
    if done:
        notifications.void(invitation, reason="revoked")
        record("invitation.revoked", invitation, by=by, cohort_id=invitation.in_cohort.pk)


def may_ask_anew(invitation: Invitation) -> bool:
    """Return whether a fresh link may leave now: at most three an hour to one person (nobody's mailbox is bombed)."""
    return limits.spend("invitation-again", invitation.pk, amount=3, seconds=3600)


def meetings_ahead(found: Found) -> list[tuple[str, dt.datetime]]:
    """Return title and start of the meetings that lie ahead of whoever begins now, the next one first."""
    told = [one for _room, some in meetings.ask_all(found.invitation.in_cohort) for one in some]
    return sorted(told, key=lambda meeting: meeting[1])


def ends_on(found: Found):
    """Return the last day of the cohort, None while it has no phases."""
    return max((phase.ends_on for phase in found.invitation.in_cohort.phases.all()), default=None)


def forget(user) -> None:
    """Take back what waits for ``user`` and empty the words about them."""
    rows = Invitation.objects.filter(person=user)
    for invitation in rows.filter(accepted_at=None, revoked_at=None):
        revoke(invitation=invitation, by=None)
    rows.update(title="", called="")


def data_of(user) -> dict:
    """Return the invitations of ``user`` (in which role, as what, when, and what became of them), and how many they sent."""
    fields = ("role", "title", "called", "created_at", "expires_at", "accepted_at", "revoked_at")
    return {
        "invitations": list(Invitation.objects.filter(person=user).values(*fields)),
        "asked_others": Invitation.objects.filter(by=user).count(),
    }
