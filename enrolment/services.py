"""Verbs of enrolment: take a team in, invite, accept, ask anew, send again, revoke."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import cards, sessions_policy
from accounts import services as accounts
from accounts.addresses import addresses_of, holder_of, same_person
from accounts.models import User
from audit.services import record
from collaborative.belonging import step_in
from collaborative.merging import find_organisation, find_unit
from collaborative.models import Circle, Cohort, Membership, Organisation, Team, Unit
from collaborative.permissions import plans
from collaborative.services import give_role
from core import limits, places
from core.language import language as language_now
from core.refusals import Refused
from enrolment import links, partner_welcome, reviewing, seats
from enrolment.deciding import is_told, letter_leaves_at
from enrolment.models import VALID_FOR, Invitation
from enrolment.permissions import may_give, stands
from notifications import services as notifications


@transaction.atomic
def enrol_team(
    *, cohort: Cohort, organisation: str, province: str, sector: str, unit: str, city: str, by, team: str = "",
    language: str = "en", incident_route: str = "",
) -> Team:  # fmt: skip
    """Take a team of one unit into the cohort. Organisation and unit are found by name or made.

    Refuses when the cohort is over or full (its row is locked meanwhile), when the team's name is taken in it, and when
    what is known of organisation or unit differs from what was typed: nothing that was typed is dropped in silence.
    """
    cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
    _must_be_open(cohort)
    seats.must_have_room(cohort)
    home = _organisation(organisation.strip(), province=province, sector=sector)
    ward = _unit(home, unit.strip(), city=city, incident_route=incident_route, by=by, cohort=cohort)
    name = team.strip() or f"{home.name}, {ward.name}"
    if cohort.teams.filter(name__iexact=name).exists():
        raise Refused(_("There is a team called “%(name)s” in this cohort already.") % {"name": name}, field="team")
    row = Team.objects.create(cohort=cohort, unit=ward, name=name, language=language)
    record("team.enrolled", row, by=by, sector=home.sector, province=home.province)
    return row


def _must_be_open(cohort: Cohort) -> None:
    if cohort.closed_at:
        raise Refused(_("This cohort is over: nobody is taken in any more."))


def _organisation(name: str, *, province: str, sector: str) -> Organisation:
    home = find_organisation(name, province)
    if home is None:
        home, _made = Organisation.objects.get_or_create(
            name__iexact=name, province=province, merged_into=None, defaults={"name": name, "sector": sector}
        )
    if home.sector != sector:
        raise _known_otherwise(home.name, home.get_sector_display(), "sector")
    return home


def _unit(home: Organisation, name: str, *, city: str, incident_route: str, by, cohort: Cohort) -> Unit:
    ward = find_unit(home, name)
    if ward is None:
        ward, _made = Unit.objects.get_or_create(
            organisation=home, name__iexact=name, merged_into=None,
            defaults={"name": name, "city": city, "incident_route": incident_route},
        )  # fmt: skip
    if ward.city != city:
        raise _known_otherwise(ward.name, places.name(ward.city, language_now()), "city")
    if incident_route and not ward.incident_route:
        ward.incident_route = incident_route
        ward.save(update_fields=["incident_route"])
        record("unit.incident_route_given", ward, by=by, cohort_id=cohort.pk)
    elif incident_route and incident_route.casefold() != ward.incident_route.casefold():
        raise Refused(
            _("%(name)s is known here already, with “%(known)s”. Leave this empty to keep that.")
            % {"name": ward.name, "known": ward.incident_route},
            field="incident_route",
        )
    return ward


def _known_otherwise(name: str, known: str, field: str) -> Refused:
    return Refused(
        _("%(name)s is known here already, with “%(known)s”. Choose that, or give this one another name.")
        % {"name": name, "known": known},
        field=field,
    )


@transaction.atomic
def invite(
    *, by, role: str, name: str, email: str = "", language: str = "en", title: str = "", team: Team | None = None,
    cohort: Cohort | None = None, position: str = "", circle: str = Circle.CORE, leaves_at: dt.datetime | None = None,
    by_table: bool = False,
) -> Invitation:  # fmt: skip
    """Ask a person into a team or a cohort in one role, and plan the mail that says so. ``by`` None: the installation does.

    Somebody without an e-mail address is a member too: the person is made, and the invitation waits to be taken up with
    a printed card instead of a mail. An address that is known already invites that person; nobody is doubled. Refuses
    who may not give this role there, a cohort that is over, and when the person holds this role already or is waiting
    for this very invitation. A table was looked at and confirmed once (``by_table``): its rows are not counted by the hour.
    """
    place = team.unit if team else cohort
    if place is None:
        raise TypeError("An invitation leads into a team or a cohort.")
    scope = {"team": team, "cohort": None} if team else {"team": None, "cohort": cohort}
    invitation = Invitation(
        role=role, called=name.strip(), address=email.strip().lower(), title=title, position=position, circle=circle,
        by=by, expires_at=_valid_until(team, leaves_at), **scope,
    )  # fmt: skip
    _must_be_open(invitation.in_cohort)
    if team and team.withdrawn_at:
        raise Refused(_("This team has left the series: nobody is taken in any more."))
    if not may_give(by, role, **scope):
        raise Refused(_("Only the planning team can ask somebody in with this role."), field="role")
    if by:
        partner_welcome.must_be_ready(team, role)
    if not email:
        _must_be_told_apart(name.strip(), **scope)
    # Locked, so that two who ask the same person in at once come one after the other.
    known = _person(name, email, language=language, city=place.city)
    if not known.is_active:
        raise _closed(by, invitation.in_cohort)
    person = User.objects.select_for_update().get(pk=known.pk)
    invitation.person = person
    if by and not (leaves_at or by_table):
        _not_too_many(by, person)
    if person.memberships.current().filter(role=role, **invitation.scope).exists():
        raise Refused(_("%(name)s is in already.") % {"name": name}, field="email")
    _waits_for_none(person, role=role, name=name, **scope)
    for run_out in Invitation.objects.open().filter(person=person, **scope):
        revoke(invitation=run_out, by=by)
    invitation.save()
    record("invitation.made", invitation, by=by, cohort_id=invitation.in_cohort.pk, role=role, by_mail=bool(email))
    _send(invitation, leaves_at=leaves_at)
    return invitation


def _must_be_told_apart(name: str, *, team: Team | None, cohort: Cohort | None) -> None:
    """Two people of one name without mailbox cannot be told apart, and mostly are one who was typed twice."""
    place = {"team": team} if team else {"cohort": cohort}
    asked = Invitation.objects.open().filter(person__email=None, called__iexact=name, **place)
    here = Membership.objects.current().filter(user__email=None, user__name__iexact=name, **place)
    if asked.exists() or here.exists():
        raise Refused(
            _("%(name)s is on the list already. If this is somebody else, add something that tells them apart.")
            % {"name": name},
            field="name",
        )


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


def _not_too_many(by, person: User) -> None:
    """Nobody's mailbox is bombed, and nobody fills the diary: three an hour to one person, 300 an hour by one."""
    if not (may_be_written_to(person) and limits.spend("invitation-by", by.pk, amount=300, seconds=3600)):
        raise Refused(_("That was asked often in the last hour. Try again later."), field="email")


def may_be_written_to(person: User) -> bool:
    """Return whether an invitation may leave for ``person`` now: at most three an hour, whoever asks for it."""
    return not person.email or limits.spend("invitation-to", person.pk, amount=3, seconds=3600)


def _person(name: str, email: str, *, language: str, city: str) -> User:
    """Return whose address this is, somebody new where it is nobody's yet; of an account made one with another, that one."""
    known = holder_of(email) if email else None
    if known is None:
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
            known = User.objects.get(email__iexact=email.strip())
    return same_person(known) or known


def _closed(by, cohort: Cohort) -> Refused:
    """That there is an account with an address, and that it is closed, concerns nobody but those who plan."""
    if by is None or plans(by, cohort):
        return Refused(_("The account with this address is closed: nobody can be invited at it."), field="email")
    return Refused(_("Nobody can be invited at this address from here. Ask the planning team."), field="email")


def _valid_until(team: Team | None, leaves_at: dt.datetime | None = None) -> dt.datetime:
    """Return when an invitation of now runs out: it counts from the minute in which its mail may leave."""
    return (leaves_at or (letter_leaves_at(team) if team else None) or timezone.now()) + VALID_FOR


def _send(invitation: Invitation, *, leaves_at: dt.datetime | None = None, occurrence: str = "invitation") -> None:
    """Plan the mail: now, or with the letter that tells the team of its place where that one still waits."""
    if invitation.person.email:
        notifications.plan(
            "enrolment/invitation",
            to=invitation.person,
            about=invitation,
            due=leaves_at or (letter_leaves_at(invitation.team) if invitation.team else None),
            version=invitation.version,
            occurrence=occurrence,
            not_after=invitation.expires_at,
            scope=invitation.in_cohort,
        )


def tell_of_many(invitations: Sequence[Invitation], *, cohort: Cohort, leaves_at: dt.datetime | None = None) -> None:
    """Plan the mails of invitations that were just made together, in a handful of statements."""
    notifications.plan_each(
        (one, one.version, notifications.Wanted(
            "enrolment/invitation", to=one.person, due=leaves_at or timezone.now(), occurrence="invitation", not_after=one.expires_at,
            scope=cohort,
        ))
        for one in invitations
        if one.person.email
    )  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Found:
    """What a genuine link leads to: the invitation, the mailbox that the link went to, and how the invitation stands.

    ``state`` is "waiting" (it can be taken up), "accepted", "revoked", "moved" (it belongs to another mailbox now),
    "ended" (whoever invited could not do so now, or the cohort is over), "newer", "expired", and for one visitor also
    "in" (it was theirs, and they are in), "other" (signed in as somebody else) or "sign_in" (a link is not enough for
    this person).
    """

    invitation: Invitation
    link: links.Link
    state: str
    mailed_to: str


def find(token: str) -> Found | None:
    """Return what a link leads to, None when it is none of ours, its row is gone or its letter not yet. Changes nothing."""
    link = links.read(token)
    if link is None:
        return None
    row = Invitation.objects.with_place().filter(pk=link.row_id).first()
    if row is None or not is_told(row):
        return None
    state = row.state_at(timezone.now())
    if state in {"waiting", "expired"}:
        if not _went_to(link, row.person):
            state = "moved"
        elif not stands(row):
            state = "ended"
        elif link.version != row.version:
            state = "newer"
    return Found(row, link, state, row.person.email or "")


def _went_to(link: links.Link, person: User) -> bool:
    """Return whether the mail went to an address that is this person's, their own or another that they confirmed."""
    return link.went_to(person.email) or any(link.went_to(one) for one in addresses_of(person))


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
def start(request: HttpRequest, *, found: Found, name: str, language: str, city: str, shared: bool = False) -> User:
    """Take up an invitation and sign its person in, both or neither. Returns the person. Refuses as ``accept`` does.

    ``shared``: others use this computer too, so that nothing is kept on it.

    It also refuses where the address has come to belong to another account: the invitation can then still be taken up.
    """
    person = accept(found=found, name=name, language=language, city=city).person
    if request.user != person:
        accounts.sign_in_after_link(request, person, mailed_to=found.mailed_to)
        sessions_policy.choose(request, shared=shared)
    return person


@transaction.atomic
def accept(*, found: Found, name: str, language: str, city: str) -> Invitation:
    """Take up an invitation, once: the person's profile is set and the role holds from now on.

    Refuses a link that was used, revoked, expired or replaced in the meantime (two phones, one link), whose mailbox is
    not the person's any more, or whose sender could not invite now.
    """
    link = found.link
    person = User.objects.select_for_update().filter(pk=found.invitation.person_id).first()
    invitation = Invitation.objects.with_place().filter(pk=found.invitation.pk).first()
    taken = (
        person
        and invitation
        and _went_to(link, person)
        and is_told(invitation)
        and stands(invitation)
        and Invitation.objects.waiting()
        .filter(pk=invitation.pk, version=link.version)
        .update(accepted_at=Now(), version=F("version") + 1)
    )
    if not (taken and person and invitation):
        raise Refused(_("This invitation cannot be used any more. Open the link in your mail again to see why."))
    invitation.refresh_from_db(fields=["accepted_at", "version"])
    invitation.person = person
    accounts.welcome(person, name=name, language=language, city=city, by=person)
    hold(invitation)
    return invitation


def hold(invitation: Invitation) -> None:
    """Let whoever took an invitation up hold what it offered, from now on."""
    membership = give_role(
        user=invitation.person,
        role=invitation.role,
        title=invitation.title,
        position=invitation.position,
        circle=invitation.circle,
        by=invitation.by,
        **invitation.scope,
    )
    record("invitation.accepted", invitation, by=invitation.person, cohort_id=invitation.in_cohort.pk)
    notifications.void(invitation, reason="taken_up")
    if invitation.instead_of:
        step_in(membership=membership, instead_of=invitation.instead_of, by=invitation.by)


@transaction.atomic
def ask_anew(*, invitation: Invitation, has_older: bool = False) -> None:
    """Send a fresh link to the address that was invited first, never to another. Refuses when there is none to renew.

    ``has_older``: it is asked for with an older link, which anybody may have found. The newest one is then sent once more,
    and goes on working.
    """
    if has_older and invitation.state_at(timezone.now()) == "waiting":
        if stands(invitation):
            _send(invitation, occurrence=f"once more {timezone.now():%Y%m%d%H%M%S%f}")
        return
    if not (stands(Invitation.objects.with_place().get(pk=invitation.pk)) and _renew(invitation, by=None)):
        raise Refused(_("This invitation has ended. The planning team can send you another."))


@transaction.atomic
def send_again(*, invitation: Invitation, version: int, by) -> bool:
    """Send a fresh link once more, in the name of ``by``. Returns whether it was this press that did (``version`` stands).

    Refuses who may not give this role, a person without mailbox, a cohort that is over, and the fourth mail in an hour.
    """
    _must_be_open(invitation.in_cohort)
    if not may_give(by, invitation.role, team=invitation.team, cohort=invitation.cohort):
        raise Refused(_("Only the planning team can ask somebody in with this role."))
    if not invitation.person.email:
        raise Refused(_("Without a mailbox nothing is sent: tell them yourself."))
    if version != invitation.version:
        return False
    _not_too_many(by, invitation.person)
    return _renew(invitation, by=by, version=version)


def _renew(invitation: Invitation, *, by, **where) -> bool:
    """Make every link before this moment an older one, and send a fresh one. Returns False where it cannot be taken up."""
    sender = {"by": by} if by else {}
    renewed = (
        Invitation.objects.open()
        .filter(pk=invitation.pk, **where)
        .update(version=F("version") + 1, expires_at=_valid_until(invitation.team), **sender)
    )
    if renewed:
        invitation.refresh_from_db(fields=["version", "expires_at", "by"])
        record("invitation.renewed", invitation, by=by, cohort_id=invitation.in_cohort.pk, version=invitation.version)
        notifications.void(invitation, reason="superseded")
        _send(invitation)
    return bool(renewed)


@transaction.atomic
def revoke(*, invitation: Invitation, by) -> None:
    """Take an invitation back: its links are dead from now on. ``by`` None means that the system did."""
    done = Invitation.objects.open().filter(pk=invitation.pk).update(revoked_at=Now())
    if done:
        notifications.void(invitation, reason="revoked")
        record("invitation.revoked", invitation, by=by, cohort_id=invitation.in_cohort.pk)
        _close_card_of_nobody(invitation.person, by=by)


def _close_card_of_nobody(person: User, *, by) -> None:
    """Whose only way in was taken back has no use for a card."""
    open_ones = Invitation.objects.open().filter(person=person)
    if not (person.email or open_ones.exists() or person.memberships.current().exists()):
        cards.revoke_all(user=person, by=by)


def ends_on(found: Found):
    """Return the last day of the cohort, None while it has no phases."""
    return max((phase.ends_on for phase in found.invitation.in_cohort.phases.all()), default=None)


def forget(user) -> None:
    """Take back what waits for ``user`` and empty the words about them."""
    rows = Invitation.objects.filter(person=user)
    for invitation in rows.open():
        revoke(invitation=invitation, by=None)
    rows.update(title="", called="", address="")
    reviewing.forget(user)


def data_of(user) -> dict:
    """Return the invitations of ``user`` (in which role, as what, when, and what became of them), and how many they sent.

    Those into a team whose letter has not left yet are told from then on.
    """
    fields = ("role", "title", "called", "address", "created_at", "expires_at", "accepted_at", "revoked_at")
    return {
        "invitations": list(Invitation.objects.filter(person=user).exclude(team__told_from__gt=Now()).values(*fields)),
        "asked_others": Invitation.objects.filter(by=user).count(),
        **reviewing.data_of(user),
    }
