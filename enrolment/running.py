"""From an accepted application to a running team, with nothing typed again, and all the way back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, prefetch_related_objects
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record, record_many
from collaborative import prework
from collaborative.merging import find_organisation, find_unit
from collaborative.models import Cohort, Languages, Membership, Organisation, PartnerWelcome, Role, Team, Unit
from collaborative.querysets import by_name
from collaborative.template import PEOPLE_KNOWN, SPONSOR_SAID_YES
from core import places
from core.language import language
from core.refusals import Refused
from enrolment import applying, services
from enrolment.asking_many import Asked, ask_in
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
            found.append((one, _kept(ward.name, places.town(ward.city, language()))))
        if ward and ward.incident_route and one.incident_route not in ("", ward.incident_route):
            found.append((one, _kept(ward.name, ward.incident_route)))
    return found


def _kept(name: str, known: str) -> str:
    return _("%(name)s is known here with “%(known)s”. That stays.") % {"name": name, "known": known}


def _home_key(application: Application) -> tuple[str, str]:
    return application.organisation.strip().upper(), application.province


def _known_homes(applications: Iterable[Application]) -> dict[tuple[str, str], Organisation]:
    names = {one.organisation.strip().upper() for one in applications}
    rows = Organisation.objects.annotate(as_key=Upper("name")).filter(as_key__in=names, merged_into=None)
    return {(one.name.upper(), one.province): one for one in rows}


# ---------------------------------------------------------------- there


@transaction.atomic
def make_teams(
    *, cohort: Cohort, applications: Sequence[Application], leaves_at: dt.datetime, by, ledger: dict[str, list]
) -> list[Team]:
    """Make the teams of accepted applications with everything that was typed in them; ``ledger`` notes what is new.

    Organisations and units are found by name or made; where they are known otherwise, what is known stays. Everybody in
    the teams is asked in, their mails waiting for ``leaves_at``. Whoever a rule keeps out is noted, and never stops the
    others. However many teams: a few statements for each, a few for all their people.
    """
    if not applications:
        return []
    prefetch_related_objects(applications, "members")
    taken = {one.casefold() for one in cohort.teams.values_list("name", flat=True)}
    teams = []
    for one in applications:
        home = _organisation(one, ledger)
        ward = _unit(one, home, ledger, by=by)
        name = _free_name(one, home, ward, taken)
        taken.add(name.casefold())
        one.team = Team(
            pk=uuid.uuid4(), cohort=cohort, unit=ward, language=one.team_language, name=name, told_from=leaves_at
        )
        teams.append(one.team)
    # First the applications, then the teams: a place is taken by one of them, never by both.
    Application.objects.bulk_update(applications, ["team"])
    Team.objects.bulk_create(teams)
    PartnerWelcome.objects.bulk_create(
        PartnerWelcome(team=one.team, **applying.welcome_of(one)) for one in applications
    )
    ledger["teams"] += [str(one.pk) for one in teams]
    for team, one in zip(teams, applications, strict=True):
        record("team.made_from_application", team, by=by, application=one.pk)
    ready = {team: _ready(one) for team, one in zip(teams, applications, strict=True)}
    prework.tick_known(cohort=cohort, ready=ready, by=by)
    _ask_in(applications, cohort=cohort, leaves_at=leaves_at, by=by, ledger=ledger)
    return teams


def _ready(application: Application) -> list[str]:
    """Return what a team has ready before it begins, because its application said it."""
    people = [PEOPLE_KNOWN] if application.members.all() else []
    return [*people, SPONSOR_SAID_YES] if application.sponsor_said == "yes" else people


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


def _free_name(application: Application, home: Organisation, ward: Unit, taken: set[str]) -> str:
    """Return the team's name as it was typed, with its unit or a number where another team of the cohort has it."""
    typed = application.team_name.strip() or f"{home.name}, {ward.name}"
    names = [typed, f"{typed}, {ward.name}", *(f"{typed} {nth}" for nth in range(2, len(taken) + 3))]
    return next(one for one in names if one.casefold() not in taken)[:160]


def _ask_in(applications: Sequence[Application], *, cohort: Cohort, leaves_at: dt.datetime, by, ledger) -> None:
    """Ask the people of all teams in; the ledger calls whoever is kept out by their place, the sponsor by 0."""
    new = set(ledger["organisations"])
    wanted = [(str(one.pk), ordinal, asked) for one in applications for ordinal, asked in _people_of(one, new)]
    done = ask_in([asked for _key, _ordinal, asked in wanted], cohort=cohort, leaves_at=leaves_at, by=by)
    ledger["notes"] += [[key, ordinal] for key, ordinal, _asked in (wanted[nth] for nth in done.kept_out)]
    ledger["invitations"] += [str(one.pk) for one in done.invitations]
    ledger["people"] += [str(one.pk) for one in done.people]


def _people_of(application: Application, new: set[str]) -> list[tuple[int, Asked]]:
    """Return who is asked in, by their places; the sponsor only where they said yes and their organisation is ``new``.

    A sponsor sees every team of an organisation: of one that stood before, a planner says so (``sponsors_to_ask``).
    """
    team = application.team
    assert team is not None  # it was just made
    found = [
        (
            one.ordinal,
            Asked(
                team=team, name=one.name, email=one.email, role=one.role, position=one.position, circle=one.circle,
                title=one.title, language=one.language or application.team_language,
            ),
        )
        for one in application.members.all()
    ]  # fmt: skip
    is_new = str(team.unit.organisation_id) in new
    if is_new and application.sponsor_email and application.sponsor_said == "yes":
        sponsor = Asked(
            team=team, name=_sponsor_name(application), email=application.sponsor_email, role=Role.SPONSOR, title=application.sponsor_title,
            language=application.team_language,
        )  # fmt: skip
        found.append((0, sponsor))
    return found


# ---------------------------------------------------------------- and back


@transaction.atomic
def unmake(*, ledger: dict[str, list], by) -> None:
    """Take back what ``make_teams`` made, as if it had never been; only the audit trail still tells of it.

    Refuses where somebody is in one of the teams already. What others use by now (a unit, an organisation, a person who
    was asked elsewhere) stays.
    """
    teams = list(Team.objects.filter(pk__in=ledger.get("teams", [])))
    # In the order in which an invitation is taken up: of both at once, one comes after the other.
    asked = Invitation.objects.filter(team__in=teams).values("person")
    list(User.objects.select_for_update().filter(pk__in=asked).order_by("pk").values_list("pk"))
    if Membership.objects.filter(team__in=teams).exists():
        raise Refused(_("Somebody is in one of these teams already: it cannot be taken back any more."))
    notifications.void_each(Invitation.objects.filter(team__in=teams), "taken_back", by=by)
    Invitation.objects.filter(team__in=teams).delete()
    # First the place is given up, then the application takes it again: never both.
    Team.objects.filter(pk__in=[one.pk for one in teams]).update(withdrawn_at=Now())
    Application.objects.filter(team__in=teams).update(team=None)
    record_many("team.unmade", teams, by=by)
    Team.objects.filter(pk__in=[one.pk for one in teams]).delete()
    Unit.objects.filter(pk__in=ledger.get("routes", [])).update(incident_route="")
    one_with_another = Q(merged_into__isnull=False) | Q(absorbed__isnull=False)
    Unit.objects.filter(pk__in=ledger.get("units", []), teams=None).exclude(one_with_another).delete()
    homes = Organisation.objects.filter(pk__in=ledger.get("organisations", []), units=None)
    homes.exclude(one_with_another).delete()
    nobody = Q(welcomed_at=None, memberships=None, invitations=None, last_login=None)
    User.objects.filter(nobody, pk__in=ledger.get("people", [])).delete()


def sponsors_to_ask(cohort: Cohort) -> list[Application]:
    """Return the applications whose sponsor said yes, is not asked into their team, and answers for the organisation nowhere."""
    asked = Invitation.objects.filter(
        team=OuterRef("team"), role=Role.SPONSOR, address__iexact=OuterRef("sponsor_email")
    )
    held = Membership.objects.current().filter(
        role=Role.SPONSOR,
        organisation=OuterRef("team__unit__organisation"),
        user__email__iexact=OuterRef("sponsor_email"),
    )
    rows = Application.objects.filter(cohort=cohort, team__withdrawn_at=None, team__isnull=False, sponsor_said="yes")
    rows = rows.exclude(sponsor_email="").filter(~Exists(asked), ~Exists(held))
    return list(rows.select_related("team__unit__organisation").order_by(by_name("team__name")))


def ask_sponsor_in(*, application: Application, by) -> Invitation:
    """Ask the sponsor of an application to sponsor the organisation of its team. Refuses as ``services.invite`` does."""
    if application.team is None or application.sponsor_said != "yes" or not application.sponsor_email:
        raise Refused(_("This sponsor has not said yes, or there is no team."))
    return services.invite(
        by=by, team=application.team, role=Role.SPONSOR, name=_sponsor_name(application),
        email=application.sponsor_email, title=application.sponsor_title, language=application.team_language,
    )  # fmt: skip


def _sponsor_name(application: Application) -> str:
    return application.sponsor_name or application.sponsor_email.partition("@")[0]


def stands_to_run(application: Application) -> bool:
    """Return whether an accepted application has no team yet and asks for one."""
    return application.team_id is None and application.state == State.SUBMITTED
