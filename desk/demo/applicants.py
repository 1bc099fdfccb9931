"""Teams that apply for a place in the cohort that is enrolling: fourteen sent, some read by planners, a few decided."""

from __future__ import annotations

import dataclasses
import datetime as dt

from collaborative.models import Cohort, Position, Role
from desk.demo.marks import demo_id
from desk.demo.populate import World, address_of
from enrolment import reviewing
from enrolment.models import Application, ApplicationMember, Criterion, Decision, Review


@dataclasses.dataclass(frozen=True)
class Applicant:
    """One application. ``points``: what each planner gave by criterion; ``partner``: "named", "looking" or ""."""

    key: str
    team: str
    organisation: str
    unit: str
    province: str
    sector: str
    city: str
    why: str
    remoteness: str = "urban"
    language: str = "en"
    people: int = 5
    partner: str = "named"
    sponsor: str = "yes"
    points: tuple[tuple[int, ...], ...] = ()
    outcome: str = ""
    state: str = "submitted"
    equity: str = ""


_NIGHTS = "Nights and days hardly meet. We want to hear what each of them sees before it happens."
_DOOR = "Families tell us things at the door, on the way out. We want to ask while there is still time to act."
_ALONE = "Our people work alone in houses. A worry stays in the car."
_NUIT = "La nuit et le jour se croisent à peine. Nous voulons entendre ce que chaque équipe voit, avant que ça arrive."
_PORTE = (
    "Les proches nous parlent sur le pas de la porte. Nous voulons poser la question pendant qu'on peut encore agir."
)

APPLICANTS: tuple[Applicant, ...] = (
    Applicant(
        "lakeshore", "Lakeshore Home Care", "Lakeshore Home Care", "North team", "ON", "home", "thunder-bay", _ALONE,
        remoteness="rural", people=7, points=((5, 4, 4, 4, 4), (4, 5, 4, 4, 5)), outcome="accept",
        equity="Clients who speak Ojibwe, and whoever is out after dark.",
    ),
    Applicant(
        "jardins", "Les Jardins, unité A", "Résidence Les Jardins", "Unité A", "QC", "long_term", "trois-rivieres", _PORTE,
        language="fr", people=6, points=((4, 4, 5, 3, 4),), outcome="accept",
        equity="Les personnes qui n'ont pas de visite.",
    ),
    Applicant(
        "northern-lights", "Northern Lights Health, Surgery", "Northern Lights Health", "Surgery", "NT", "acute",
        "yellowknife", _NIGHTS, remoteness="remote", points=((4, 4, 4, 4, 4),),
        equity="People flown in alone, far from anybody they know.",
    ),
    Applicant(
        "bayfront", "Bayfront General, 5B", "Bayfront General", "5B", "ON", "acute", "hamilton", _NIGHTS,
        people=9, partner="looking", points=((4, 4, 2, 4, 5),),
    ),
    Applicant(
        "st-anne", "St. Anne's, Emergency", "St. Anne's Hospital", "Emergency", "NB", "acute", "saint-john", _DOOR,
        people=6, points=((3, 4, 4, 3, 3), (4, 3, 4, 3, 3)), outcome="wait",
    ),
    Applicant(
        "two-rivers", "Two Rivers Clinic", "Two Rivers Clinic", "Family practice", "MB", "primary", "brandon", _DOOR,
        partner="", sponsor="no", people=5, points=((3, 2, 2, 3, 2),), outcome="decline",
    ),
    Applicant(
        "fundy", "Fundy Shore Manor", "Fundy Shore Manor", "Second floor", "NS", "long_term", "truro", _NIGHTS,
        remoteness="rural", points=((5, 3, 4, 4, 4),), outcome="accept",
    ),
    Applicant(
        "saint-laurent", "Soins à domicile Saint-Laurent", "CLSC Saint-Laurent", "Soins à domicile", "QC", "home",
        "rimouski", _NUIT, language="fr", remoteness="rural", people=6, partner="looking",
    ),
    Applicant(
        "island", "Island Pines", "Island Pines Lodge", "Garden wing", "PE", "long_term", "charlottetown", _DOOR, people=5
    ),
    Applicant(
        "prairie-sky", "Prairie Sky Mental Health", "Prairie Sky Centre", "Ward 3", "SK", "mental", "saskatoon", _NIGHTS,
        sponsor="", points=((4, 3, 3, 5, 2),),
    ),
    Applicant(
        "coast", "Coast Mountain, Medicine", "Coast Mountain Hospital", "Medicine", "BC", "acute", "kelowna", _NIGHTS, people=8
    ),
    Applicant(
        "okotoks", "Foothills Home Support", "Foothills Home Support", "Evening team", "AB", "home", "calgary", _ALONE,
        partner="looking", sponsor="",
    ),
    Applicant(
        "labrador", "Labrador Coast Clinics", "Labrador Coast Clinics", "Happy Valley", "NL", "primary",
        "happy-valley-goose-bay", _DOOR, remoteness="remote", people=6,
    ),
    Applicant(
        "acadie", "Foyer Acadie", "Foyer Acadie", "Aile sud", "NB", "long_term", "moncton", _NUIT, language="fr", people=5,
        outcome="wait",
    ),
    Applicant(
        "no-more", "Harbourfront Dialysis", "Harbourfront Hospital", "Dialysis", "NS", "acute", "halifax", _NIGHTS,
        state="withdrawn",
    ),
    *(
        Applicant(f"draft-{n}", "", "", "", "", "", "", "", state="draft", people=0, partner="", sponsor="")
        for n in range(1, 4)
    ),
)  # fmt: skip

_GIVEN = ("Ada", "Noor", "Jules", "Wren", "Odile", "Sami", "Lena", "Theo", "Mireille", "Kofi", "Ines", "Bram")
_FAMILY = ("Lind", "Moreau", "Okafor", "Petrie", "Savard", "Tulk", "Arsenault", "Beck", "Chua", "Dube", "Ilves")


def _name(place: int, nth: int) -> str:
    """Return an invented name, another for every person of every application."""
    number = place * 10 + nth
    return f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[(number // len(_GIVEN)) % len(_FAMILY)]}"


def apply(world: World, cohort: Cohort) -> None:
    """Let everybody apply, the first three weeks ago; two planners have read some, and a few are decided."""
    rows = [_row(world, cohort, one, place) for place, one in enumerate(APPLICANTS)]
    Application.objects.bulk_create(rows)
    ApplicationMember.objects.bulk_create(
        member
        for place, (one, row) in enumerate(zip(APPLICANTS, rows, strict=True))
        for member in _people(one, row, place)
    )
    Criterion.objects.bulk_create(
        Criterion(programme=cohort.programme, id=demo_id("criterion", str(nth)), ordinal=nth, **one)
        for nth, one in enumerate(reviewing.DEFAULTS, start=1)
    )
    Review.objects.bulk_create(
        Review(
            id=demo_id("review", one.key, who),
            application=row,
            by=world.people[who],
            marks={str(demo_id("criterion", str(nth))): n for nth, n in enumerate(points, start=1)},
        )
        for one, row in zip(APPLICANTS, rows, strict=True)
        for who, points in zip(_READERS, one.points, strict=False)
    )
    Decision.objects.bulk_create(
        Decision(
            id=demo_id("decision", one.key),
            created_at=world.now - dt.timedelta(hours=20),
            application=row,
            number=1,
            by=world.people["paula"],
            after=row.outcome,
            decline_reason=row.decline_reason,
            reason="Nobody who decides is named yet. A good team for the next series." if row.decline_reason else "",
        )
        for one, row in zip(APPLICANTS, rows, strict=True)
        if row.decided
    )


_READERS = ("paula", "benoit")


def _row(world: World, cohort: Cohort, one: Applicant, place: int) -> Application:
    begun = world.now - dt.timedelta(days=20 - place, hours=3)
    sent = None if one.state == "draft" else begun + dt.timedelta(days=1)
    contact, sponsor = _name(place, 0), _name(place, 9)
    waits = [other.key for other in APPLICANTS if other.outcome == "wait"]
    return Application(
        id=demo_id("application", one.key), cohort=cohort, state=one.state, created_at=begun, submitted_at=sent,
        withdrawn_at=sent + dt.timedelta(days=2) if sent and one.state == "withdrawn" else None,
        edited_at=begun, confirmed_at=begun, contact_name=contact if sent else "", contact_email=address_of(contact),
        language=one.language, team_language=one.language, organisation=one.organisation, province=one.province,
        sector=one.sector, unit=one.unit, city=one.city, remoteness=one.remoteness if sent else "", team_name=one.team,
        why=one.why, hope="", equity=one.equity, incident_route="",
        partner_looking_until=(world.now + dt.timedelta(days=14)).date() if one.partner == "looking" else None,
        support_name=contact if sent else "", partner_hours=3 if sent else None,
        recognition=("25 $ de l'heure" if one.language == "fr" else "25 $ an hour") if sent else "",
        sponsor_name=sponsor if one.sponsor else "", sponsor_email=address_of(sponsor) if one.sponsor else "",
        sponsor_said=one.sponsor, sponsor_said_at=sent if one.sponsor else None,
        sponsor_asked_at=begun if one.sponsor else None, consent_version="2022-11" if sent else "", consented_at=sent,
        decided=1 if one.outcome else 0, outcome=one.outcome, decline_reason="team" if one.outcome == "decline" else "",
        wait_place=waits.index(one.key) + 1 if one.outcome == "wait" else None,
    )  # fmt: skip


def _people(one: Applicant, row: Application, place: int) -> list[ApplicationMember]:
    positions = [Position.MANAGER, *([Position.PARTNER] if one.partner == "named" else []), Position.PHYSICIAN]
    positions += [Position.PROVIDER] * max(one.people - len(positions), 0)
    roles = {Position.MANAGER: Role.LEAD, Position.PARTNER: Role.PARTNER}
    return [
        ApplicationMember(
            id=demo_id("applicant", one.key, str(nth)), application=row, ordinal=nth + 1, name=_name(place, nth),
            email=address_of(_name(place, nth)), position=position, role=roles.get(position, Role.PARTICIPANT),
            language=one.language,
        )
        for nth, position in enumerate(positions[: one.people])
    ]  # fmt: skip
