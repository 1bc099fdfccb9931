"""Who comes: answers and small rooms for the next session, a launch webinar to which anybody may come, and its series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from collaborative.models import Cohort
from core.time import wall_in
from desk.demo.marks import demo_id
from desk.demo.meeting import meeting_url
from desk.demo.organisations import Place
from desk.demo.populate import World
from sessions.coming import small_rooms
from sessions.models import (
    Appearance,
    Coming,
    Hosting,
    LearningSession,
    MeetingAddress,
    Partner,
    Recap,
    Registration,
    Rsvp,
    SessionKind,
    Speaker,
    Via,
)
from sessions.public import series
from sessions.services import moment_of

_SEED: Final = 4
_NOON: Final = dt.time(12)
# (key, days from today, English title, French title, what it is about in both)
_WEBINARS: Final[tuple[tuple[str, int, str, str, str, str], ...]] = (
    ("why", -6, "Why talk about safety before anything happens?", "Pourquoi parler de sécurité avant qu'il n'arrive quoi que ce soit?",
     "What two units heard when they began to ask.", "Ce que deux unités ont entendu en commençant à demander."),
    ("launch", 9, "Launch webinar: is wave 5 for your team?", "Webinaire de lancement\u00a0: la vague 5 est-elle pour votre équipe?",
     "An hour with two teams of this wave. Bring your questions; nobody has to decide anything.",
     "Une heure avec deux équipes de cette vague. Apportez vos questions; personne n'a rien à décider."),
    ("partner", 23, "Finding a patient partner", "Trouver une personne partenaire",
     "Where teams asked, what they offered, and what partners say about it.",
     "Où les équipes ont demandé, ce qu'elles ont offert, et ce qu'en disent les partenaires."),
)  # fmt: skip
_SERIES: Final = {
    "title_en": "Three noons about talking", "title_fr": "Trois midis pour en parler",
    "intro_en": "Open to anybody who wonders whether a safety conversation would fit into their day. Each noon stands by itself.",
    "intro_fr": "Ouverts à toute personne qui se demande si une conversation sur la sécurité trouverait place dans sa "
    "journée. Chaque midi se suffit à lui-même.",
}  # fmt: skip
_QUESTIONS: Final = [
    ("What do we see that nobody says?", "Que voyons-nous que personne ne dit?"),
    ("Who could say it first?", "Qui pourrait le dire en premier?"),
    ("What would make it easy?", "Qu'est-ce qui rendrait la chose facile?"),
]
# (key, name, language, place)
_OUTSIDE: Final = (
    ("tobin", "Joanne Tobin", "en", "gander"), ("michaud", "Réjean Michaud", "fr", "rimouski"),
    ("sandhu", "Harpreet Sandhu", "en", "trail"), ("okpik", "Leetia Okpik", "en", "iqaluit"),
    ("gagnon", "Solange Gagnon", "fr", "gaspe"), ("reimer", "Peter Reimer", "en", "winnipeg"),
)  # fmt: skip


def answer(world: World, learning_session: LearningSession, all_places: Iterable[Place]) -> None:
    """Let most people have said whether they come to a session, and a planner have made its small rooms, which everybody sees."""
    rows = []
    for place in all_places:
        chance = world.chance("coming", place.key)
        for _role, person, _title in world.members[place.key]:
            said = chance.choices([Coming.YES, Coming.MAYBE, Coming.NO, None], [60, 10, 8, 22])[0]
            at = world.now - dt.timedelta(hours=chance.randrange(3, 200))
            if said:
                rows.append(
                    Rsvp(
                        learning_session=learning_session, person=person, coming=said, stamped_at=at, at=at,
                        via=Via.CALENDAR if chance.random() < 0.3 else Via.PAGE,
                    )
                )  # fmt: skip
    Rsvp.objects.bulk_create(rows)
    small_rooms.make(learning_session=learning_session, by=world.people["paula"], version=0, size=8, seed=_SEED)
    small_rooms.publish(learning_session=learning_session, by=world.people["paula"])


def launch(world: World, cohort: Cohort) -> None:
    """Let a cohort that enrols have three webinars for anybody: one recorded, the launch, and one to come."""
    made = {key: _webinar(world, cohort, key, days, words) for key, days, *words in _WEBINARS}
    series.make(
        cohort=cohort, by=world.people["paula"], questions=_QUESTIONS, parts=[str(one.pk) for one in made.values()],
        is_public=True, **_SERIES,
    )  # fmt: skip
    Recap.objects.create(
        learning_session=made["why"], recording_en="https://zoom.us/rec/play/why-en",
        recording_fr="https://zoom.us/rec/play/why-fr", published_at=world.now - dt.timedelta(days=4),
    )  # fmt: skip
    _speak(cohort, made)
    Registration.objects.bulk_create(
        Registration(
            id=demo_id("registration", key), learning_session=made["launch"], name=name, email=f"{key}@example.org",
            language=language, city=city, created_at=world.now - dt.timedelta(days=nth),
            confirmed_at=world.now - dt.timedelta(days=nth), told_start=made["launch"].starts_at,
        )
        for nth, (key, name, language, city) in enumerate(_OUTSIDE, start=1)
    )  # fmt: skip


def _webinar(world: World, cohort: Cohort, key: str, days: int, words: Iterable[str]) -> LearningSession:
    zone = cohort.time_zone
    on = wall_in(world.now, zone).date() + dt.timedelta(days=days)
    names = ("title_en", "title_fr", "purpose_en", "purpose_fr")
    row = LearningSession.objects.create(
        id=demo_id("webinar", key), cohort=cohort, kind=SessionKind.WEBINAR, day=on, clock=_NOON, zone=zone, minutes=60,
        starts_at=moment_of(dt.datetime.combine(on, _NOON), zone), is_public=True, spoken="both",
        **dict(zip(names, words, strict=True)),
    )  # fmt: skip
    MeetingAddress.objects.create(learning_session=row, url=meeting_url(row))
    return row


def _speak(cohort: Cohort, made: dict[str, LearningSession]) -> None:
    programme = cohort.programme
    partner = Partner.objects.create(
        id=demo_id("partner", "north"), programme=programme, name_en="Northern Shores Health",
        name_fr="Santé des rives du Nord", url_en="https://example.org/en", url_fr="https://example.org/fr",
    )  # fmt: skip
    people = {
        "agnes": ("Agnes Pardy", "", "care partner, Harbour View", "proche aidante, Harbour View"),
        "marcel": ("Marcel Hébert", "MD, FRCPC", "Les Érables", "Les Érables"),
    }
    speakers = {
        key: Speaker.objects.create(
            id=demo_id("speaker", key), programme=programme, name=name, post_nominals=letters, affiliation_en=english,
            affiliation_fr=french,
        )
        for key, (name, letters, english, french) in people.items()
    }  # fmt: skip
    for key, row in made.items():
        Hosting.objects.create(learning_session=row, partner=partner)
        for who in ("agnes", "marcel") if key != "partner" else ("agnes",):
            Appearance.objects.create(id=demo_id("appearance", key, who), learning_session=row, speaker=speakers[who])
