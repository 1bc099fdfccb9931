"""What is kept about the places of care: correct an organisation, its sites, a unit and its "who is who" card."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry
from audit.services import record
from collaborative.models import Cohort, Merge, Organisation, Role, Site, Team, Unit, UnitContact
from collaborative.permissions import leads, plans, roles_of
from collaborative.querysets import by_name
from core.refusals import Overtaken, Refused

VersionedT = TypeVar("VersionedT", Organisation, Site, Unit, UnitContact)


# ---------------------------------------------------------------- who looks them up, and who keeps them right


def organisations_seen_by(user) -> models.QuerySet[Organisation]:
    """Return the organisations that ``user`` may look up; ``is_kept`` tells where they may correct what stands."""
    kept = Organisation.objects.kept_by(user).filter(pk=OuterRef("pk"))
    return Organisation.objects.visible_to(user).annotate(is_kept=Exists(kept))


def units_seen_by(user) -> models.QuerySet[Unit]:
    """Return the units that ``user`` may look up, each with its organisation and site."""
    return Unit.objects.visible_to(user).select_related("organisation", "site")


def keeps_unit(user, teams: Iterable[Team]) -> bool:
    """May ``user`` correct the unit of these teams? Who leads one of them, or plans the cohort of one (with its programme)."""
    held = roles_of(user)
    led = {one.team_id for one in held if one.role == Role.LEAD}
    cohorts = {one.cohort_id for one in held if one.role == Role.PLANNER}
    programmes = {one.programme_id for one in held if one.role == Role.PLANNER}
    return any(
        team.pk in led or team.cohort_id in cohorts or (programmes and team.cohort.programme_id in programmes)
        for team in teams
    )


def contacts_of(team: Team) -> list[UnitContact]:
    """Return the "who is who" card of the unit on which ``team`` works."""
    return list(UnitContact.objects.filter(unit=team.unit_id))


def teams_in(user, units: Iterable[Unit]) -> models.QuerySet[Team]:
    """Return the teams of ``units`` whose pages ``user`` may open, the latest cohort first."""
    rows = Team.objects.visible_to(user).filter(unit__in=[unit.pk for unit in units])
    return rows.select_related("cohort__programme").order_by("-cohort__first_day", by_name())


def organisations_of(user, cohort: Cohort, *, everywhere: bool) -> Any:
    """Return the organisations with a team in ``cohort``, or all that ``user`` may look up, by name, with how many teams."""
    rows: Any = organisations_seen_by(user)
    here = Team.objects.filter(cohort=cohort)
    if not everywhere:
        rows = rows.filter(pk__in=here.values("unit__organisation"))
    counted = here.filter(unit__organisation=OuterRef("pk")).order_by().values("unit__organisation")
    return rows.annotate(
        teams_here=models.functions.Coalesce(models.Subquery(counted.annotate(n=models.Count("pk")).values("n")), 0)
    ).in_order()


def may_be_one(user, what: type[Organisation] | type[Unit]) -> Any:
    """Return those that ``user`` may propose to make one: with a team in a cohort that they plan."""
    if what is Organisation:
        return Organisation.objects.kept_by(user)
    planned = Team.objects.filter(cohort__in=Cohort.objects.run_by(user).values("pk"))
    return Unit.objects.standing().filter(pk__in=planned.values("unit"))


def history(row: Organisation | Unit, merges: Iterable[Merge]) -> list[Entry]:
    """Return what was done to ``row`` and to those that were made one with it, the last first, with who did it."""
    keys = [str(row.pk), *(str(merge.gone_id) for merge in merges)]
    entries = Entry.objects.filter(about_type=row._meta.label_lower, about_id__in=keys).select_related("by")
    return [entry for entry in entries.order_by("-at", "-pk")[:40] if entry.verb in VERBS]


VERBS = {
    "organisation.changed": gettext_lazy("Corrected"),
    "organisation.merged": gettext_lazy("Made one with another entry"),
    "organisation.was_merged": gettext_lazy("Its own entry was closed: made one with this"),
    "organisation.parted": gettext_lazy("Parted again"),
    "organisation.kept_apart": gettext_lazy("Told apart from another entry"),
    "site.added": gettext_lazy("A site added"),
    "unit.changed": gettext_lazy("Corrected"),
    "unit.incident_route_given": gettext_lazy("The way to report incidents was given"),
    "unit.merged": gettext_lazy("Made one with another entry"),
    "unit.was_merged": gettext_lazy("Its own entry was closed: made one with this"),
    "unit.parted": gettext_lazy("Parted again"),
    "unit.kept_apart": gettext_lazy("Told apart from another entry"),
    "unit.contacts_changed": gettext_lazy("Who is who changed"),
}


# ---------------------------------------------------------------- verbs


def _correct(row: VersionedT, version: int, values: dict[str, Any], taken: str = "") -> tuple[VersionedT, list[str]]:
    """Write ``values`` to ``row`` if nobody did since ``version``. Returns it as it stands, and what was changed in it."""
    now: VersionedT = type(row)._base_manager.select_for_update().get(pk=row.pk)
    changed: list[str] = sorted(name for name, value in values.items() if getattr(now, name) != value)
    if not changed:
        return now, []
    if now.version != version:
        raise Overtaken(now)
    for name in changed:
        setattr(now, name, values[name])
    now.version += 1
    _save(now, taken, update_fields=[*changed, "version"])
    return now, changed


def _save(row: models.Model, taken: str, **how: Any) -> None:
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError:
        if not taken:
            raise
        raise Refused(taken, field="name") from None


@transaction.atomic
def correct_organisation(*, organisation: Organisation, version: int, by, **values: Any) -> Organisation:
    """Correct what is kept about an organisation. Returns it as it stands then. Raises Overtaken, or Refused for its name."""
    now, changed = _correct(organisation, version, values, _("Another organisation there has this name already."))
    if changed:
        record("organisation.changed", now, by=by, fields=changed)
    return now


@transaction.atomic
def correct_unit(*, unit: Unit, version: int, by, **values: Any) -> Unit:
    """Correct what is kept about a unit. Returns it as it stands then. Raises Overtaken, or Refused for its name."""
    site = values.get("site")
    if site and site.organisation_id != unit.organisation_id:
        raise Refused(_("This site belongs to another organisation."), field="site")
    now, changed = _correct(unit, version, values, _("Another unit there has this name already."))
    if "incident_route" in changed and not _speaks_for_all(by, now):
        raise Refused(
            _(
                "Teams of others work on this unit as well. Ask the planning team to change where incidents are reported."
            ),
            field="incident_route",
        )
    if changed:
        record("unit.changed", now, by=by, fields=changed)
    return now


def _speaks_for_all(user, unit: Unit) -> bool:
    """Does ``user`` lead every team that works on ``unit`` now, or plan the cohort of one? All of them read its route."""
    teams = list(Team.objects.filter(unit=unit, withdrawn_at=None, cohort__closed_at=None).select_related("cohort"))
    return any(plans(user, team.cohort) for team in teams) or all(leads(user, team) for team in teams)


@transaction.atomic
def add_site(*, organisation: Organisation, name: str, city: str, by) -> Site:
    """Add a building or campus. Refuses a name that stands there already."""
    site = Site(organisation=organisation, name=name, city=city)
    _save(site, _("There is a site with this name already."))
    record("site.added", organisation, by=by, site=site.pk)
    return site


@transaction.atomic
def correct_site(*, site: Site, version: int, by, **values: Any) -> Site:
    """Correct name or place of a site. Returns it as it stands then. Raises Overtaken, or Refused for its name."""
    now, changed = _correct(site, version, values, _("There is a site with this name already."))
    if changed:
        record("organisation.changed", now.organisation, by=by, site=now.pk, fields=changed)
    return now


@transaction.atomic
def remove_site(*, site: Site, by) -> None:
    """Take a site away. Refuses while a unit is said to be there."""
    if Unit.objects.filter(site=site).exists():
        raise Refused(_("A unit is at this site. Say first where that unit is."))
    record("organisation.changed", site.organisation, by=by, site=site.pk, fields=["sites"])
    site.delete()


@transaction.atomic
def add_contact(*, unit: Unit, job: str, name: str, reach: str, by) -> UnitContact:
    """Put somebody on the "who is who" card. The same line twice stands there once."""
    row, made = UnitContact.objects.get_or_create(unit=unit, job=job, name=name, reach=reach)
    if made:
        record("unit.contacts_changed", unit, by=by, contact=row.pk)
    return row


@transaction.atomic
def correct_contact(*, contact: UnitContact, version: int, by, **values: Any) -> UnitContact:
    """Correct a line of the "who is who" card. Returns it as it stands then. Raises Overtaken."""
    now, changed = _correct(contact, version, values)
    if changed:
        record("unit.contacts_changed", now.unit, by=by, contact=now.pk)
    return now


@transaction.atomic
def remove_contact(*, contact: UnitContact, by) -> None:
    """Take somebody off the "who is who" card."""
    record("unit.contacts_changed", contact.unit, by=by, contact=contact.pk)
    contact.delete()


# ---------------------------------------------------------------- what is kept about a person


def data_of(user) -> dict:
    """Return how often ``user`` made two entries one, and where they stand on a "who is who" card."""
    return {
        "made_one": Merge.objects.filter(by=user).count(),
        "who_is_who": list(_lines_about(user).values("unit__name", "job", "name", "reach")),
    }


@transaction.atomic
def forget(user) -> None:
    """Take the person off every "who is who" card, and their key out of what they made one."""
    _lines_about(user).delete()
    Merge.objects.filter(by=user).update(by=None)


def _lines_about(user) -> models.QuerySet[UnitContact]:
    """Return the lines with the person's address, and those with their name on units where they hold or held a role."""
    named = Q(name__iexact=user.name, unit__teams__memberships__user=user) if user.name else Q(pk__in=[])
    reached = Q(reach__icontains=user.email) if user.email else Q(pk__in=[])
    return UnitContact.objects.filter(pk__in=UnitContact.objects.filter(named | reached).values("pk"))
