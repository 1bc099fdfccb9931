"""Members without a mailbox: a card on paper takes the place of the mail with the link."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import cards
from accounts import services as accounts
from accounts.models import MemberCard, User
from collaborative.models import TEAM_ROLES, Membership, Team
from collaborative.permissions import fills, plans
from core import places
from core.refusals import Refused
from enrolment import services
from enrolment.deciding import is_told, letter_leaves_at
from enrolment.meetings import ahead_of
from enrolment.models import VALID_FOR, Invitation
from enrolment.permissions import stands


@dataclasses.dataclass(frozen=True)
class Holder:
    """Somebody of a team without a mailbox: as what they are called there, their card in use, and whether they are in."""

    person: User
    called: str
    card: MemberCard | None
    is_in: bool

    @property
    def state(self) -> str:
        """Return how the card stands: "none", "waiting" (for the first visit), "expired", "used" or "worn_out"."""
        if self.card is None:
            return "none"
        if self.card.is_worn_out:
            return "worn_out"
        if self.card.is_chosen:
            return "used"
        return "waiting" if self.card.expires_at and self.card.expires_at > timezone.now() else "expired"


def holders(*, members: Iterable[Any], invitations: Iterable[Any]) -> list[Holder]:
    """Return the people of a team without a mailbox with their cards, those who are in first.

    ``members`` are the roles held in the team, ``invitations`` the open ones into it, both with their people and the cards
    of these (``card_found``: ``accounts.cards.in_use_by``).
    """
    people: dict[uuid.UUID, Holder] = {}
    for invitation in invitations:
        if not invitation.person.email:
            called = invitation.called or invitation.person.name
            people[invitation.person_id] = Holder(invitation.person, called, cards.kept(invitation.card_found), False)
    for member in members:
        if member.role in TEAM_ROLES and not member.user.email:
            people[member.user_id] = Holder(member.user, member.user.name, cards.kept(member.card_found), True)
    return sorted(people.values(), key=lambda one: (not one.is_in, places.sort_key(one.called)))


def holder_in(team: Team, person_id: uuid.UUID) -> Holder | None:
    """Return one of the people of ``team`` without a mailbox, None for anybody else."""
    members = Membership.objects.of_team(team).filter(user=person_id).annotate(card_found=cards.in_use_by("user"))
    asked = Invitation.objects.open().filter(team=team, person=person_id).select_related("person")
    asked = asked.annotate(card_found=cards.in_use_by("person"))
    return next(iter(holders(members=members, invitations=asked)), None)


def may_make(by, *, person: User, team: Team) -> bool:
    """May ``by`` make a card for ``person`` of ``team``?

    A new card lets its holder choose a new PIN, and opens what the person ever wrote: so only who fills every place that
    they have anything to do with. Of a place that they left, the planning team of this one answers for it as well.
    """
    if person.email or person.is_staff or not person.is_active or not fills(by, team):
        return False
    held = Membership.objects.filter(user=person).exclude(team=team)
    held = held.select_related("team__cohort", "cohort")
    return all(_fills_there(by, one) or (one.until and plans(by, team.cohort)) for one in held)


def _fills_there(by, membership: Membership) -> bool:
    if membership.team:
        return fills(by, membership.team)
    return membership.cohort is not None and plans(by, membership.cohort)


@transaction.atomic
def make_card(*, person: User, team: Team, by) -> tuple[MemberCard, str]:
    """Make ``person`` a card, the one before it opens nothing any more. Returns it with its code, which is stored nowhere.

    What waits for the person in this team waits as long as the card. Refuses who may not, and a cohort that is over.
    """
    if team.cohort.closed_at:
        raise Refused(_("This cohort is over: nobody is taken in any more."))
    if not may_make(by, person=person, team=team):
        raise Refused(
            _("%(name)s is or was in another team too. The planning team makes the card.") % {"name": person.name}
        )
    if letter_leaves_at(team):
        raise Refused(_("The letter that tells this team of its place has not left yet. Make the cards once it has."))
    if MemberCard.objects.filter(user=person, revoked_at=None).exclude(pin_hash="").exists():
        accounts.end_sessions(person, by=by)
    card, code = cards.issue(user=person, by=by)
    Invitation.objects.open().filter(person=person, team=team).update(
        expires_at=timezone.now() + VALID_FOR, version=F("version") + 1
    )
    return card, code


@transaction.atomic
def take_card_back(*, person: User, team: Team, by) -> None:
    """Take a card out of use; whoever came in with it is signed out. Refuses who may not make one either."""
    if not may_make(by, person=person, team=team):
        raise Refused(
            _("%(name)s is or was in another team too. The planning team makes the card.") % {"name": person.name}
        )
    cards.revoke_all(user=person, by=by)
    accounts.end_sessions(person, by=by)


@transaction.atomic
def revoke_unused(*, made_by: User, by) -> None:
    """Take the cards out of use that ``made_by`` made, that nobody has used, and that they could not make now.

    Whoever made a card has seen its code, and would come in with it in somebody else's name.
    """
    for card in MemberCard.objects.filter(made_by=made_by, pin_hash="", revoked_at=None).select_related("user"):
        theirs = Q(memberships__in=Membership.objects.current().filter(user=card.user))
        asked = Q(invitations__in=Invitation.objects.open().filter(person=card.user))
        teams = Team.objects.filter(theirs | asked).select_related("cohort").distinct()
        if not any(may_make(made_by, person=card.user, team=team) for team in teams):
            cards.revoke(card=card, by=by)


@transaction.atomic
def take_up(person: User) -> None:
    """Take up what waits for somebody without a mailbox, at the first visit with the card."""
    waiting = Invitation.objects.waiting().with_place().select_for_update(of=("self",))
    for invitation in waiting.filter(person=person, address=""):
        if not (is_told(invitation) and stands(invitation)):
            continue
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=Now(), version=F("version") + 1)
        invitation.person = person
        services.hold(invitation)


def without_mailbox(team: Team, *, members: Iterable[Any], invitations: Iterable[Any]) -> dict:
    """Return what the people page says of members without a mailbox: ``holders``, and what to pass on to whom.

    ``ahead`` are the meetings to come, ``pass_on`` the names of those who are in and whom no mail tells of them.
    """
    found = holders(members=members, invitations=invitations)
    if not found:
        return {}
    return {"holders": found, "ahead": ahead_of(team.cohort), "pass_on": [one.called for one in found if one.is_in]}
