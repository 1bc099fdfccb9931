"""Who takes part in a cohort: name and team of everybody, and what each has chosen to show. Nothing about their doings."""

from __future__ import annotations

import dataclasses

from django.core.paginator import Page, Paginator
from django.db.models import Q

from accounts.models import User
from collaborative.models import Cohort, Membership, Province, Role
from collaborative.querysets import by_name
from core import places
from core.language import language

A_PAGE = 50
# A sponsor answers for an organisation and is no member of the series.
SHOWN = [role for role in Role.values if role not in (Role.SPONSOR, Role.FELLOW)]


@dataclasses.dataclass(frozen=True)
class Entry:
    """A person as the others of the cohort find them: ``places`` says in which teams, and as what else."""

    name: str
    teams: list[str]
    roles: list[str]
    work: str
    town: str
    email: str


def directory_of(cohort: Cohort, *, text: str = "", page: str = "1") -> tuple[Page, list[Entry]]:
    """Return a page of the people of ``cohort``, by name, and their entries; ``text`` is looked for in names and places."""
    held = _held(cohort)
    for word in text.split()[:6]:
        held = held.filter(
            Q(user__name__icontains=word)
            | Q(team__name__icontains=word)
            | Q(team__unit__organisation__name__icontains=word)
            | Q(team__unit__organisation__province__in=_provinces(word))
        )
    people = User.objects.filter(pk__in=held.values("user")).order_by(by_name(), "pk")
    found = Paginator(people, A_PAGE).get_page(page)
    by_person: dict = {person.pk: [] for person in found}
    for one in _held(cohort).filter(user__in=by_person).select_related("team__unit__organisation").order_by("since"):
        by_person[one.user_id].append(one)
    return found, [_entry(person, by_person[person.pk]) for person in found]


def _held(cohort: Cohort):
    return Membership.objects.current().filter_cohort(cohort.pk).filter(role__in=SHOWN)


def _provinces(word: str) -> list[str]:
    low = word.casefold()
    return [code for code, label in Province.choices if low == code.casefold() or low in str(label).casefold()]


def _entry(person: User, held: list[Membership]) -> Entry:
    teams = [one.team.name for one in held if one.team]
    work = [one.title for one in held if one.title]
    return Entry(
        name=person.name,
        teams=list(dict.fromkeys(teams)),
        roles=list(dict.fromkeys(str(one.get_role_display()) for one in held if one.role != Role.PARTICIPANT)),
        work=", ".join(dict.fromkeys(work)) if person.show_work else "",
        town=places.name(person.city, language()) if person.show_city and person.city in places.PLACES else "",
        email=(person.email or "") if person.show_email else "",
    )
