"""From an accepted application to a running team, with nothing typed again, and all the way back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from collaborative.merging import find_organisation, find_unit
from collaborative.models import Languages, Membership, Organisation, PartnerWelcome, Role, Team, Unit
from core import places
from core.language import language
from core.refusals import Refused
from enrolment import applying, services
from enrolment.models import Application, Invitation, State
from notifications import services as notifications

KEYS = ("teams", "invitations", "people", "units", "organisations", "routes")


def empty_ledger() -> dict[str, list]:
    """Return the list of what is made, with nothing in it yet."""
    return {key: [] for key in (*KEYS, "notes")}


# ---------------------------------------------------------------- said before: what is known otherwise


def known_otherwise(applications: Sequence[Application]) -> list[tuple[Application, str]]:
    """Return where an organisation or unit is known with another setting or place than was typed. What is known stays."""
    homes = _known_homes(applications)
    wards = Unit.objects.filter(organisation__in=homes.values(), merged_into=None)
    units = {(one.organisation_id, one.name.upper()): one for one in wards}
    found = []
    for one in applications:
        home = homes.get(_home_key(one))
        if home is None:
            continue
        if one.sector and home.sector != one.sector:
            found.append((one, _kept(home.name, str(home.get_sector_display()))))
        ward = units.get((home.pk, one.unit.strip().upper()))
        if ward and one.city and ward.city != one.city:
            found.append((one, _kept(ward.name, _town(ward.city))))
        if ward and ward.incident_route and one.incident_route not in ("", ward.incident_route):
            found.append((one, _kept(ward.name, ward.incident_route)))
    return found


def _kept(name: str, known: str) -> str:
    return _("%(name)s is known here with “%(known)s”. That stays.") % {"name": name, "known": known}


def _town(key: str) -> str:
    return places.name(key, language()) if key in places.PLACES else key


def _home_key(application: Application) -> tuple[str, str]:
    return application.organisation.strip().upper(), application.province


def _known_homes(applications: Iterable[Application]) -> dict[tuple[str, str], Organisation]:
    names = {one.organisation.strip().upper() for one in applications}
    rows = Organisation.objects.annotate(as_key=Upper("name")).filter(as_key__in=names, merged_into=None)
    return {(one.name.upper(), one.province): one for one in rows}


# ---------------------------------------------------------------- there


@transaction.atomic
def make_team(*, application: Application, leaves_at: dt.datetime, by, ledger: dict[str, list]) -> Team:
    """Make the team of an accepted application with everything that was typed in it; ``ledger`` notes what is new.

    Organisation and unit are found by name or made; where they are known otherwise, what is known stays. Everybody in it
    is asked in, their mails waiting for ``leaves_at``. Whoever a rule keeps out is noted, and never stops the others.
    """
    home = _organisation(application, ledger)
    ward = _unit(application, home, ledger, by=by)
    team = Team(
        pk=uuid.uuid4(), cohort=application.cohort, unit=ward, language=application.team_language,
        name=_free_name(application, home, ward),
    )  # fmt: skip
    # First the application, then the team: a place is taken by one of them, never by both.
    Application.objects.filter(pk=application.pk).update(team=team.pk)
    team.save(force_insert=True)
    application.team = team
    PartnerWelcome.objects.create(team=team, **applying.welcome_of(application))
    ledger["teams"].append(str(team.pk))
    record("team.made_from_application", team, by=by, application=application.pk)
    for asked in _asked(application):
        _invite(application, team, asked, leaves_at=leaves_at, by=by, ledger=ledger)
    return team


def _organisation(application: Application, ledger: dict[str, list]) -> Organisation:
    name = application.organisation.strip()
    home = find_organisation(name, application.province)
    if home is None:
        home = Organisation.objects.create(
            name=name, province=application.province, sector=application.sector, city=application.city,
            languages=Languages.FRENCH if application.team_language == "fr" else Languages.ENGLISH,
        )  # fmt: skip
        ledger["organisations"].append(str(home.pk))
    return home


def _unit(application: Application, home: Organisation, ledger: dict[str, list], *, by) -> Unit:
    name = application.unit.strip() or home.name
    ward = find_unit(home, name)
    if ward is None:
        ward = Unit.objects.create(
            organisation=home, name=name, city=application.city, incident_route=application.incident_route
        )
        ledger["units"].append(str(ward.pk))
    elif application.incident_route and not ward.incident_route:
        ward.incident_route = application.incident_route
        ward.save(update_fields=["incident_route"])
        ledger["routes"].append(str(ward.pk))
        record("unit.incident_route_given", ward, by=by, cohort_id=application.cohort_id)
    return ward


def _free_name(application: Application, home: Organisation, ward: Unit) -> str:
    """Return the team's name as it was typed, with its unit or a number where another team of the cohort has it."""
    typed = application.team_name.strip() or f"{home.name}, {ward.name}"
    taken = {one.casefold() for one in application.cohort.teams.values_list("name", flat=True)}
    names = [typed, f"{typed}, {ward.name}", *(f"{typed} {nth}" for nth in range(2, len(taken) + 3))]
    return next(one for one in names if one.casefold() not in taken)[:160]


@dataclasses.dataclass(frozen=True)
class Asked:
    """Somebody of an application who is asked into its team, as ``services.invite`` takes it; ``ordinal`` 0: the sponsor."""

    ordinal: int
    name: str
    email: str
    role: str
    words: dict[str, Any]


def _asked(application: Application) -> list[Asked]:
    found = [
        Asked(
            one.ordinal, one.name, one.email, one.role,
            {"position": one.position, "circle": one.circle, "title": one.title,
             "language": one.language or application.team_language},
        )
        for one in application.members.all()
    ]  # fmt: skip
    if application.sponsor_email:
        words = {"title": application.sponsor_title, "language": application.team_language}
        name = application.sponsor_name or application.sponsor_email.partition("@")[0]
        found.append(Asked(0, name, application.sponsor_email, Role.SPONSOR, words))
    return found


def _invite(application: Application, team: Team, asked: Asked, *, leaves_at, by, ledger: dict[str, list]) -> None:
    known = User.objects.filter(email__iexact=asked.email).exists() if asked.email else False
    try:
        with transaction.atomic():
            invitation = services.invite(
                by=by,
                team=team,
                role=asked.role,
                name=asked.name,
                email=asked.email,
                leaves_at=leaves_at,
                **asked.words,
            )
    except Refused:
        ledger["notes"].append([str(application.pk), asked.ordinal])
        return
    ledger["invitations"].append(str(invitation.pk))
    if not known and invitation.person.welcomed_at is None:
        ledger["people"].append(str(invitation.person_id))


# ---------------------------------------------------------------- and back


@transaction.atomic
def unmake(*, ledger: dict[str, list], by) -> None:
    """Take back what ``make_team`` made, as if it had never been; only the audit trail still tells of it.

    Refuses where somebody is in one of the teams already. What others use by now (a unit, an organisation, a person who
    was asked elsewhere) stays.
    """
    teams = list(Team.objects.filter(pk__in=ledger.get("teams", [])))
    if Membership.objects.filter(team__in=teams).exists():
        raise Refused(_("Somebody is in one of these teams already: it cannot be taken back any more."))
    for invitation in Invitation.objects.filter(team__in=teams):
        notifications.void(invitation, reason="taken_back", by=by)
    Invitation.objects.filter(team__in=teams).delete()
    # First the place is given up, then the application takes it again: never both.
    Team.objects.filter(pk__in=[one.pk for one in teams]).update(withdrawn_at=Now())
    Application.objects.filter(team__in=teams).update(team=None)
    for team in teams:
        record("team.unmade", team, by=by)
        team.delete()
    Unit.objects.filter(pk__in=ledger.get("routes", [])).update(incident_route="")
    one_with_another = Q(merged_into__isnull=False) | Q(absorbed__isnull=False)
    Unit.objects.filter(pk__in=ledger.get("units", []), teams=None).exclude(one_with_another).delete()
    homes = Organisation.objects.filter(pk__in=ledger.get("organisations", []), units=None)
    homes.exclude(one_with_another).delete()
    nobody = Q(welcomed_at=None, memberships=None, invitations=None, last_login=None)
    User.objects.filter(nobody, pk__in=ledger.get("people", [])).delete()


def stands_to_run(application: Application) -> bool:
    """Return whether an accepted application has no team yet and asks for one."""
    return application.team_id is None and application.state == State.SUBMITTED


def kept_out(ledger: dict[str, list]) -> list[tuple[Application, str]]:
    """Return whom a rule kept out of a team that was made, as (application, name): to be asked in by hand."""
    notes = [(key, ordinal) for key, ordinal in ledger.get("notes", [])]
    rows = Application.objects.filter(pk__in={key for key, _ordinal in notes}).prefetch_related("members")
    at_hand = {str(one.pk): one for one in rows if one.team_id}
    found = []
    for key, ordinal in notes:
        if one := at_hand.get(key):
            names = {member.ordinal: member.name for member in one.members.all()} | {0: one.sponsor_name}
            found.append((one, names.get(ordinal, "")))
    return found
