"""Organisations and units as pages show them: a list to look through and take along, and everything about one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from collaborative import merging, organisations
from collaborative.models import Cohort, Organisation, Team, Unit
from core import places
from core.forms import incident_sentence
from core.language import language
from core.words import called


def chosen(
    user, cohort: Cohort, *, words: str = "", province: str = "", sector: str = "", everywhere: str = ""
) -> QuerySet[Organisation]:
    """Return the organisations of ``cohort`` (``everywhere``: all that ``user`` may look up) that match, by name."""
    rows: Any = organisations.organisations_of(user, cohort, everywhere=bool(everywhere)).matching(words)
    if province:
        rows = rows.filter(province=province)
    return rows.filter(sector=sector) if sector else rows


def sheet(rows: Iterable[Any]) -> tuple[list[str], list[list]]:
    """Return the headings and rows for a workbook, in the reader's language."""
    head = [
        _("Organisation"), _("Province or territory"), _("Place"), _("Setting"), _("Languages"), _("Size"),
        _("Patient relations, web page"), _("Teams in this cohort"),
    ]  # fmt: skip
    return head, [
        [
            row.name, row.get_province_display(), places.town(row.city, language()), row.get_sector_display(),
            row.get_languages_display(), row.get_size_display(), row.patient_relations_url, row.teams_here,
        ]
        for row in rows
    ]  # fmt: skip


def facts_of(row: Organisation) -> list[tuple[str, str]]:
    """Return what is kept about an organisation, as (what, in words); "" where nobody said."""
    return [
        (_("Province or territory"), row.get_province_display()),
        (_("Place"), places.town(row.city, language())),
        (_("Setting"), row.get_sector_display()),
        (_("Languages"), row.get_languages_display()),
        (_("Size"), row.get_size_display()),
        (_("Patient relations, web page"), row.patient_relations_url),
    ]


def facts_of_unit(row: Unit) -> list[tuple[str, str]]:
    """Return what is kept about a unit, as (what, in words); "" where nobody said."""
    numbers = [
        (_("Beds or places"), row.places),
        (_("People who work here"), row.staff),
        (_("Shifts a day"), row.shifts),
    ]
    return [
        (_("Place"), places.town(row.city, language())),
        (_("Site"), row.site.name if row.site else ""),
        *((words, "" if number is None else str(number)) for words, number in numbers),
        (_("Whom care is for"), called("person", row.word_person) if row.word_person else ""),
        (_("Patient relations, web page"), row.patient_relations_url or row.organisation.patient_relations_url),
    ]


def page_of(row: Any, user) -> dict[str, Any]:
    """Return what the page of an organisation shows to ``user``."""
    units = list(row.units.standing().select_related("site").in_order())
    by_unit = _by_unit(organisations.teams_in(user, units))
    merges = list(merging.merges_of(row)) if row.is_kept else []
    return {
        "organisation": row,
        "facts": [fact for fact in facts_of(row) if fact[1]],
        "sites": list(row.sites.all()),
        "units": [(unit, by_unit.get(unit.pk, [])) for unit in units],
        "merges": merges if merges and merging.may_merge(user, row) else [],
        "history": _told(row, merges) if row.is_kept else [],
        "near": merging.alike_to(row, others_of(row, user)) if row.is_kept else [],
    }


def page_of_unit(row: Unit, user) -> dict[str, Any]:
    """Return what the page of a unit shows to ``user``."""
    teams = list(organisations.teams_in(user, [row]))
    may_keep = organisations.keeps_unit(user, teams)
    among = others_of(row, user)
    merges = list(merging.merges_of(row)) if may_keep else []
    return {
        "unit": row,
        "facts": [fact for fact in facts_of_unit(row) if fact[1]],
        "incidents": incident_sentence(row.incident_route),
        "contacts": list(row.contacts.all()),
        "teams": teams,
        "may_keep": may_keep,
        "merges": merges if merges and merging.may_merge(user, row) else [],
        "history": _told(row, merges) if may_keep else [],
        "others": list(among) if may_keep else [],
    }


def _by_unit(teams: Iterable[Team]) -> dict[uuid.UUID, list[Team]]:
    found: dict[uuid.UUID, list[Team]] = {}
    for team in teams:
        found.setdefault(team.unit_id, []).append(team)
    return found


def _told(row: Organisation | Unit, merges) -> list[tuple[Any, str]]:
    """Return what was done to ``row``, as (entry, in words)."""
    return [(entry, str(organisations.VERBS[entry.verb])) for entry in organisations.history(row, merges)]


def others_of(row: Organisation | Unit, user) -> Any:
    """Return the other entries with which ``user`` may propose to make ``row`` one, by name."""
    among = organisations.may_be_one(user, type(row)).exclude(pk=row.pk)
    if isinstance(row, Unit):
        among = among.filter(organisation=row.organisation_id).select_related("organisation", "site")
    return among.in_order()


def one_of(among: QuerySet[Any], key: str) -> Any:
    """Return the row of ``among`` with this key, None where there is none."""
    try:
        return among.filter(pk=uuid.UUID(key)).first()
    except ValueError:
        return None


def side_by_side(one: Any, other: Any, user) -> list[tuple[str, str, str]]:
    """Return what is kept about both, and their teams, as (what, of the one, of the other)."""
    units = [one, other]
    if isinstance(one, Organisation):
        told = facts_of(one), facts_of(other)
        units = list(Unit.objects.standing().filter(organisation__in=[one, other]))
    else:
        told = facts_of_unit(one), facts_of_unit(other)
        route = _("Where incidents are reported on this unit")
        told[0].append((route, one.incident_route))
        told[1].append((route, other.incident_route))
    teams = list(organisations.teams_in(user, units))
    owner = {unit.pk: unit.organisation_id if isinstance(one, Organisation) else unit.pk for unit in units}
    names = [
        ", ".join(f"{team.name} ({team.cohort.name})" for team in teams if owner[team.unit_id] == row.pk)
        for row in (one, other)
    ]
    pairs = [(what, mine, theirs) for (what, mine), (_what, theirs) in zip(*told, strict=True)]
    return [*pairs, (_("Teams"), names[0], names[1])]
