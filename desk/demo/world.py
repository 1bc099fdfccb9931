"""The demo world: a cohort half-way through its first action period today, another one enrolling, and people to be.

``fill`` makes it once, in one transaction, the same for the same seed and the same day. See ``refresh`` for later starts
and ``removal`` for the end of it.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort, Programme
from core.refusals import Refused
from core.time import wall_in
from desk.demo import (
    afterwards,
    applicants,
    asking,
    gathering,
    happenings,
    make,
    measures,
    speaking,
    stage,
    together,
    visitors,
    voices,
)
from desk.demo.marks import demo_id, marked
from desk.demo.meeting import meeting_url
from desk.demo.organisations import NEXT, PLACES
from desk.demo.people import SPONSORS, STAFF, Somebody
from desk.demo.planning import plan_the_team
from desk.demo.populate import (
    Names,
    World,
    give_roles,
    hashed_once,
    invent_team,
    no_password,
    person,
    write_people,
    write_places,
)
from desk.demo.series import first_day_for, next_first_day
from enrolment import services as enrolment
from sessions import services as sessions
from sessions.models import LearningSession

SEED = "a cohort half-way"
CLOCK = "America/Toronto"
PROGRAMME_ID = demo_id("programme")
COHORT_ID = demo_id("cohort", "now")
NEXT_ID = demo_id("cohort", "next")

# Who has been asked into the next cohort and has not come yet: (team, role, person). The first one's link is shown.
ASKED: tuple[tuple[str, str, Somebody], ...] = (
    ("sweetgrass", "participant", Somebody("asked-mina", "Mina Okpik", "en", "lethbridge", "", "home support worker")),
    ("deux-rives", "participant", Somebody("asked-claude", "Claude Vaillancourt", "fr", "levis", "", "infirmier")),
    ("lighthouse", "partner", Somebody("asked-edna", "Edna Pardy", "en", "gander", "", "family council")),
)


def is_there() -> bool:
    """Return whether the demo stands in this database."""
    return Programme.objects.filter(**marked()).exists()


def others_live_here() -> bool:
    """Return whether anybody or any series lives here that is not the demo's: then this is somebody's real installation.

    Once the demo stands, people whom its own people asked in do not make it one.
    """
    if Programme.objects.exclude(**marked()).exists():
        return True
    return not is_there() and get_user_model().objects.exclude(**marked()).exists()


@transaction.atomic
def fill(*, now: dt.datetime | None = None, seed: str = SEED) -> World:
    """Make the whole demo. Refuses where somebody's real installation lives."""
    if others_live_here():
        raise Refused(_("Somebody's real work lives in this database: the demo stays out of it."))
    world = World(now or timezone.now(), seed)
    today = wall_in(world.now, CLOCK).date()
    programme = make.programme(id=PROGRAMME_ID)
    first_day = first_day_for(today)
    cohort = _cohort(programme, COHORT_ID, 4, first_day, made=first_day - dt.timedelta(weeks=8))
    # Teams may apply now, and for three weeks and a half to come.
    days = {"apply_from": today - dt.timedelta(days=10), "apply_until": today + dt.timedelta(days=24)}
    days["answers_on"] = today + dt.timedelta(days=31)
    made = today - dt.timedelta(weeks=3)
    next_cohort = _cohort(programme, NEXT_ID, 5, next_first_day(first_day), made=made, **days)
    _people(world, cohort)
    write_people(world)
    write_places(world, cohort, PLACES, since=_morning(cohort.first_day))
    write_places(world, next_cohort, NEXT, since=world.now - dt.timedelta(days=9))
    give_roles(world, programme, cohort, next_cohort, (*PLACES, *NEXT))
    held, *ahead = happenings.dress_sessions(cohort, meeting_url)
    ahead += happenings.dress_sessions(next_cohort, meeting_url)
    stage.set_stage(world, programme, ahead[:2])
    speaking.speak(programme, ahead[0], by=world.people["paula"])
    happenings.take_attendance(world, held, PLACES)
    afterwards.follow_up(held, world)
    happenings.count(world, PLACES)
    measures.count(world, PLACES)
    happenings.try_changes(world, held.day, PLACES)
    voices.talk(world, cohort)
    voices.coach(world, PLACES)
    plan_the_team(world, cohort)
    together.settle(world, cohort)
    asking.ask(world, cohort, held)
    _remind(ahead)
    _ask_in(world)
    visitors.come(world, programme)
    gathering.answer(world, ahead[0], PLACES)
    gathering.launch(world, next_cohort)
    applicants.apply(world, next_cohort)
    record("demo.filled", programme, day=today)
    return world


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(15), dt.UTC)


def _cohort(programme: Programme, key, number: int, first_day: dt.date, *, made: dt.date, **days: dt.date) -> Cohort:
    return make.cohort(
        programme=programme, id=key, slug=f"safety-conversations-wave-{number}", first_day=first_day, time_zone=CLOCK, seats=24,
        name_en=f"Safety Conversations, wave {number}", name_fr=f"Conversations sur la sécurité, vague {number}",
        created_at=_morning(made), announced_at=_morning(made), **days,
    )  # fmt: skip


def _people(world: World, cohort: Cohort) -> None:
    """Invent everybody, before anybody is written."""
    names, password = Names(world), hashed_once()
    welcomed = dt.datetime.combine(cohort.first_day, dt.time(16), dt.UTC)
    for somebody in (*STAFF, *SPONSORS.values()):
        person(world, somebody, password=password, welcomed=welcomed)
    for place in PLACES:
        invent_team(world, place, names, password=password, welcomed=welcomed)
    for place in NEXT:
        invent_team(world, place, names, password=password, welcomed=world.now - dt.timedelta(days=8))
    # Who has not come yet has no password: the link in the mail lets them in.
    for _team, _role, somebody in ASKED:
        person(world, somebody, password=no_password())


def _remind(ahead: list[LearningSession]) -> None:
    """Plan the reminders of what lies ahead; what lies behind has none, so nothing old is sent."""
    for learning_session in ahead:
        sessions.plan_reminders(learning_session)


def _ask_in(world: World) -> None:
    """Ask three people into the next cohort: their mails leave with the first round."""
    for team, role, somebody in ASKED:
        enrolment.invite(
            by=world.people["paula"], role=role, name=somebody.name, email=world.people[somebody.key].email or "",
            language=somebody.language, title=somebody.title, team=world.teams[team],
        )  # fmt: skip
