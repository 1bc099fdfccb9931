"""What is known of the invented places beyond their names: sites, figures of a unit, and who is who there."""

from __future__ import annotations

from collections.abc import Iterable

from collaborative.models import Job, Languages, Organisation, Site, Size, Team, Unit, UnitContact
from desk.demo.marks import demo_id

# By the team's key: where its organisation has sites (the first one is the unit's), what is known of it and of the unit.
SITES: dict[str, tuple[tuple[str, str], ...]] = {
    "harbour-view": (("Harbour View Main", "st-johns"), ("Harbour View North", "gander")),
    "erables": (("Les Érables, rue King", "sherbrooke"), ("Les Érables, Magog", "sherbrooke")),
}
HOMES: dict[str, dict] = {
    "harbour-view": {"size": Size.LARGE, "patient_relations_url": "https://harbourview.example.org/patient-relations"},
    "erables": {"size": Size.MIDDLE, "languages": Languages.BOTH},
}
UNITS: dict[str, dict] = {
    "harbour-view": {"places": 28, "staff": 46, "shifts": 2, "word_person": "patient"},
    "erables": {"places": 32, "staff": 40, "shifts": 3, "word_person": "resident"},
}
CONTACTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "harbour-view": (
        (Job.QUALITY, "Ann Vale", "709 555-0148"),
        (Job.PATIENT_RELATIONS, "Gerald Pike", "709 555-0155, weekdays"),
        (Job.IT, "The help desk", "4357"),
    ),
    "erables": (
        (Job.MANAGER, "Sylvie Thibault", "poste 3001"),
        (Job.PRIVACY, "Jean Auclair", "819 555-0122"),
    ),
}


def describe(teams: dict[str, Team], keys: Iterable[str]) -> None:
    """Write what is known of the places of these teams."""
    for key in keys:
        if key not in UNITS:
            continue
        unit = teams[key].unit
        sites = [
            Site(id=demo_id("site", key, name), organisation=unit.organisation, name=name, city=city)
            for name, city in SITES[key]
        ]
        Site.objects.bulk_create(sites)
        Organisation.objects.filter(pk=unit.organisation_id).update(city=sites[0].city, **HOMES[key])
        Unit.objects.filter(pk=unit.pk).update(site=sites[0], **UNITS[key])
        UnitContact.objects.bulk_create(
            UnitContact(id=demo_id("contact", key, job), unit=unit, job=job, name=name, reach=reach)
            for job, name, reach in CONTACTS[key]
        )
