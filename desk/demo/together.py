"""What people of the demo settled among themselves: a rest, two agreements, a planner's visits, and what they consented to."""

from __future__ import annotations

import datetime as dt

from accounts.consent import EVALUATION, NEWEST
from accounts.models import Consent, User, ViewAs
from collaborative.agreeing import WORDS
from collaborative.models import Agreed, Agreement, Cohort, Pause, PauseReason
from core.time import wall_in
from desk.demo.marks import demo_id
from desk.demo.populate import World

# The team that rests: since how many days, for how many more.
RESTS = ("salish-shore", PauseReason.OUTBREAK, 4, 9)

# By team: who agreed to what stands (the first of them wrote it), and when and how the team meets, who does what, what it
# can reach, and what it does when it does not agree.
AGREEMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "harbour-view": (
        ("marie", "nia", "joan"),
        (
            "Mondays at 14:45, ten minutes, standing at the whiteboard. Whoever works nights reads the notes and adds to them.",
            "Marie keeps the list of worries, Joan types the numbers in on Fridays, Sanjay brings new people along. Agnes "
            "asks what a family would ask.",
            "One question at every huddle until session 3. Not every day will work, and we do not make up for the days "
            "that did not.",
            "We try the smaller of two ideas for one week, then look at what happened before we argue on.",
        ),
    ),
    "erables": (
        ("karine", "pascal"),
        (
            "Le mercredi à 15\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}15, au poste, quinze minutes. Le quart de nuit écrit dans le cahier, et on commence par le lire.",
            "Karine anime, Pascal parle pour les nuits, et la personne qui note change chaque mois.",
            "Une conversation par jour avec une résidente ou un résident. Les semaines de vacances ne comptent pas.",
            "On essaie l'idée de la personne qui fait le travail, pendant une semaine. Après, on en reparle.",
        ),
    ),
}  # fmt: skip

# Who saw whose pages, how many days ago, for how many minutes, and why.
VISITS = (
    ("paula", "nia", 6, 8, "You wrote that the recording of session 1 does not open for you: I look at what you see."),
    ("benoit", "pascal", 11, 4, "Vous ne trouviez pas où inscrire les conversations de la nuit; je cherche avec vous."),
)

# What people with a name of their own said; the last answer counts. Nia, Odette and Ravi have not been asked yet.
ANSWERS = {
    "marie": (True,), "tess": (True,), "karine": (True,), "pierre": (True,), "joan": (True,), "sanjay": (True,),
    "agnes": (False,), "pascal": (True, False),
}  # fmt: skip


def settle(world: World, cohort: Cohort) -> None:
    """Write all of it."""
    _rest(world, cohort)
    _agree(world)
    _visit(world)
    _consent(world)


def _rest(world: World, cohort: Cohort) -> None:
    key, reason, since, more = RESTS
    today = wall_in(world.now, cohort.time_zone).date()
    begun = world.now - dt.timedelta(days=since)
    Pause.objects.create(
        id=demo_id("pause", key), team=world.teams[key], reason=reason, by=world.who(f"{key}:0"), created_at=begun,
        starts_on=today - dt.timedelta(days=since), ends_on=today + dt.timedelta(days=more),
    )  # fmt: skip


def _agree(world: World) -> None:
    for key, (people, words) in AGREEMENTS.items():
        written = world.now - dt.timedelta(days=30)
        agreement = Agreement.objects.create(
            id=demo_id("agreement", key), team=world.teams[key], changed_by=world.people[people[0]], created_at=written,
            changed_at=written, **dict(zip(WORDS, words, strict=True)),
        )  # fmt: skip
        Agreed.objects.bulk_create(
            Agreed(
                id=demo_id("agreed", key, who), agreement=agreement, version=agreement.version, by=world.people[who],
                created_at=written + dt.timedelta(days=nth),
            )
            for nth, who in enumerate(people)
        )  # fmt: skip


def _visit(world: World) -> None:
    ViewAs.objects.bulk_create(
        ViewAs(
            id=demo_id("visit", planner, who), planner=world.people[planner], person=world.people[who], reason=reason,
            began_at=(began := world.now - dt.timedelta(days=days, hours=2)), ends_at=began + dt.timedelta(minutes=30),
            ended_at=began + dt.timedelta(minutes=minutes),
        )
        for planner, who, days, minutes, reason in VISITS
    )  # fmt: skip


def _consent(world: World) -> None:
    """Let those with a name answer as they do, and of the others most say yes, some no, and some nothing yet."""
    said = {world.people[key]: answers for key, answers in ANSWERS.items()}
    named = {*said, *(world.people[key] for key in ("nia", "odette", "ravi"))}
    for key, members in world.members.items():
        for nth, (_role, person, _title) in enumerate(members):
            chance = world.chance("consent", key, nth).random()
            if person not in named and person.welcomed_at and chance < 0.75:
                said[person] = (chance < 0.6,)
    rows = [
        Consent(
            user=person, kind=EVALUATION, version=NEWEST, said_yes=yes, at=world.now - dt.timedelta(days=28 - 9 * nth)
        )
        for person, answers in said.items()
        for nth, yes in enumerate(answers)
    ]
    Consent.objects.bulk_create(rows)
    User.objects.filter(pk__in=[person.pk for person in said]).update(consent_answered=True)
