"""Who and where: people, organisations, units, teams and roles of the demo, written in a few statements."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Iterable, Iterator

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import User
from collaborative.models import Cohort, Membership, Organisation, PartnerWelcome, Programme, Role, Team, Unit
from core import places
from desk.demo.marks import demo_id
from desk.demo.organisations import Place
from desk.demo.people import FAMILY, GIVEN, LEAD_TITLE, PARTNER_TITLES, SPONSORS, STAFF, TEAM_PEOPLE, WORK, Somebody
from desk.demo.places import describe

# What a partner can count on, in the language of the team.
WELCOME = {
    "en": {
        "support_name": "Marie Doyle", "support_phone": "613-555-0142", "support_when": "weekdays, 9 to 4", "hours": 3,
        "recognition": "25 $ an hour, paid by the hospital; parking as well",
        "access_help": "Call Marie: a ride, a device or somebody beside you can be found.",
    },
    "fr": {
        "support_name": "Luce Bérubé", "support_phone": "418-555-0142", "support_when": "en semaine, de 9\N{NO-BREAK SPACE}h à 16\N{NO-BREAK SPACE}h", "hours": 3,
        "recognition": "25\N{NO-BREAK SPACE}$ l'heure, payés par l'établissement; le stationnement aussi",
        "access_help": "Appelez Luce\N{NO-BREAK SPACE}: un transport, un appareil ou quelqu'un à vos côtés se trouve.",
    },
}  # fmt: skip

# The one password of all demo people. Demo mode listens on this machine only.
PASSWORD = "learning-together"  # nosec B105


@dataclasses.dataclass
class World:
    """What has been made so far, by key."""

    now: dt.datetime
    seed: str
    people: dict[str, User] = dataclasses.field(default_factory=dict)
    teams: dict[str, Team] = dataclasses.field(default_factory=dict)
    # The team's people as (role, person, title), the lead first.
    members: dict[str, list[tuple[str, User, str]]] = dataclasses.field(default_factory=dict)
    roles: list[Membership] = dataclasses.field(default_factory=list)
    # What a team has said already: nobody says the same twice.
    said: dict[str, set[str]] = dataclasses.field(default_factory=dict)

    def chance(self, *words: object) -> random.Random:
        """Return a source of chance of its own for one subject, the same for the same seed."""
        return random.Random("/".join(str(word) for word in (self.seed, *words)))  # nosec B311

    def who(self, key: str) -> User:
        """Return the person named by their own key, or by their team's and their place in it ("erables:2")."""
        if ":" in key:
            team, place = key.split(":")
            return self.members[team][int(place) % len(self.members[team])][1]
        return self.people[key]


class Names:
    """Hands out names, each pair once, in an order that the seed decides."""

    def __init__(self, world: World) -> None:
        taken = [one.name for one in (*STAFF, *SPONSORS.values(), *(p for t in TEAM_PEOPLE.values() for _r, p in t))]
        self._next = {language: self._pairs(world, language, set(taken)) for language in ("en", "fr")}

    @staticmethod
    def _pairs(world: World, language: str, taken: set[str]) -> Iterator[str]:
        chance = world.chance("names", language)
        given, family = list(GIVEN[language]), list(FAMILY[language])
        chance.shuffle(given)
        chance.shuffle(family)
        for turn in range(len(family)):
            for place, first in enumerate(given):
                name = f"{first} {family[(place + turn) % len(family)]}"
                if name not in taken:
                    yield name

    def give(self, language: str) -> str:
        return next(self._next[language])


def address_of(name: str) -> str:
    """Return the invented address of a name ("Karine Fortin" → karine.fortin@example.org)."""
    return "".join(c if c.isalnum() else "." for c in places.sort_key(name)) + "@example.org"


def person(
    world: World, somebody: Somebody, *, password: str, email: bool = True, welcomed: dt.datetime | None = None
) -> User:
    """Put a person among those to be written."""
    made = User(
        id=demo_id("person", somebody.key),
        email=address_of(somebody.name) if email else None,
        name=somebody.name,
        language=somebody.language,
        city=somebody.city,
        time_zone=places.zone_of(somebody.city),
        study_id=demo_id("study", somebody.key),
        password=password,
        welcomed_at=welcomed,
        created_at=(welcomed or world.now) - dt.timedelta(hours=1),
    )
    world.people[somebody.key] = made
    return made


def write_people(world: World) -> None:
    """Write everybody at once; who has come in has a confirmed address."""
    User.objects.bulk_create(world.people.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in world.people.values()
        if user.email and user.welcomed_at
    )


def invent_team(world: World, place: Place, names: Names, *, password: str, welcomed: dt.datetime) -> None:
    """Put the people of a team among those to be written: its named ones, then as many as it has room for."""
    named = list(TEAM_PEOPLE.get(place.key, ()))
    work = world.chance("work", place.key)
    titles = list(WORK[place.sector][place.language])
    work.shuffle(titles)
    rows: list[tuple[str, User, str]] = []

    def add(role: str, somebody: Somebody | None, number: int) -> None:
        partner_titles = PARTNER_TITLES[place.language]
        titled: dict[str, str] = {
            Role.LEAD: LEAD_TITLE[place.language],
            Role.PARTNER: partner_titles[work.randrange(len(partner_titles))],
        }
        title = titled.get(role) or titles[number % len(titles)]
        # In every fifth team somebody has no mailbox.
        mailbox = not (role == Role.PARTICIPANT and somebody is None and number == 1 and place.unit[0] in "BGE")
        key = f"{place.key}-{role}-{number}"
        one = somebody or Somebody(key, names.give(place.language), place.language, place.city)
        user = person(world, one, password=password, email=mailbox, welcomed=welcomed)
        rows.append((role, user, one.title or title))

    by_role = {
        role: [one for kept, one in named if kept == role] for role in (Role.LEAD, Role.PARTICIPANT, Role.PARTNER)
    }
    add(Role.LEAD, next(iter(by_role[Role.LEAD]), None), 0)
    wanted = max(place.members, len(by_role[Role.PARTICIPANT]))
    for number in range(wanted):
        add(Role.PARTICIPANT, next(iter(by_role[Role.PARTICIPANT][number:]), None), number)
    if place.partner:
        add(Role.PARTNER, next(iter(by_role[Role.PARTNER]), None), 0)
    world.members[place.key] = rows


def write_places(world: World, cohort: Cohort, all_places: Iterable[Place], *, since: dt.datetime) -> None:
    """Write organisations, units and teams of a cohort, which are there ``since`` a moment."""
    all_places = list(all_places)
    homes = [
        Organisation(
            id=demo_id("organisation", one.key), name=one.organisation, province=one.province, sector=one.sector,
            city=one.city, languages=one.language,
            study_id=demo_id("study", "organisation", one.key), created_at=since,
        )
        for one in all_places
    ]  # fmt: skip
    wards = [
        Unit(
            id=demo_id("unit", one.key), organisation=home, name=one.unit, city=one.city,
            incident_route=one.incident_route, created_at=since,
        )
        for one, home in zip(all_places, homes, strict=True)
    ]  # fmt: skip
    teams = [
        Team(
            id=demo_id("team", one.key), cohort=cohort, unit=ward, name=one.name, language=one.language, aim=one.aim,
            study_id=demo_id("study", "team", one.key), created_at=since,
        )
        for one, ward in zip(all_places, wards, strict=True)
    ]  # fmt: skip
    Organisation.objects.bulk_create(homes)
    Unit.objects.bulk_create(wards)
    Team.objects.bulk_create(teams)
    PartnerWelcome.objects.bulk_create(
        PartnerWelcome(id=demo_id("welcome", one.key), team=team, version=1, created_at=since, **WELCOME[one.language])
        for one, team in zip(all_places, teams, strict=True)
        if one.partner
    )
    world.teams |= {one.key: team for one, team in zip(all_places, teams, strict=True)}
    describe(world.teams, [one.key for one in all_places])


def hold(world: World, user: User, role: str, *, since: dt.datetime, title: str = "", **scope) -> None:
    """Put a role among those to be written."""
    (where,) = scope.values()
    by = world.people["paula"] if user is not world.people["paula"] else None
    world.roles.append(
        Membership(
            id=demo_id("role", user.pk, role, where.pk),
            user=user,
            role=role,
            title=title,
            since=since,
            by=by,
            created_at=since,
            **scope,
        )
    )


def give_roles(
    world: World, programme: Programme, cohort: Cohort, next_cohort: Cohort, all_places: Iterable[Place]
) -> None:
    """Write who holds which role: in the teams, beside them, and in the two cohorts."""
    began = dt.datetime.combine(cohort.first_day, dt.time(15), dt.UTC)
    early = began - dt.timedelta(weeks=8)
    for key in ("paula", "benoit", "ines"):
        hold(world, world.people[key], Role.PLANNER, since=early, cohort=cohort)
        hold(world, world.people[key], Role.PLANNER, since=began + dt.timedelta(weeks=4), cohort=next_cohort)
    hold(world, world.people["farah"], Role.FACULTY, since=early, cohort=cohort)
    hold(world, world.people["fay"], Role.FELLOW, since=early, programme=programme)
    for place in all_places:
        team = world.teams[place.key]
        since = began if place.coach else world.now - dt.timedelta(days=9)
        for role, user, title in world.members[place.key]:
            hold(world, user, role, since=since, title=title, team=team)
        if place.coach:
            hold(world, world.people[place.coach], Role.COACH, since=began, team=team)
        if sponsor := SPONSORS.get(place.key):
            home = team.unit.organisation
            hold(world, world.people[sponsor.key], Role.SPONSOR, since=began, title=sponsor.title, organisation=home)
    for mentor, key in (("mona", "prairie-rose"), ("hugo", "manoir-rideau")):
        since = began + dt.timedelta(weeks=5)
        hold(world, world.people[mentor], Role.MENTOR, since=since, title=_staff(mentor).title, team=world.teams[key])
    Membership.objects.bulk_create(world.roles)


def _staff(key: str) -> Somebody:
    return next(one for one in STAFF if one.key == key)


def hashed_once() -> str:
    """Return the hash of the one password: made once, because a good hash takes half a second on purpose."""
    return make_password(PASSWORD)


def no_password() -> str:
    """Return what stands for "no password": such people come in by a link."""
    return make_password(None)
