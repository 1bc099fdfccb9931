"""What people of the demo were asked and answered: before the series about half of them, and one question after session 1."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.consent import consented
from accounts.models import User
from collaborative.models import TEAM_ROLES, Cohort
from core.time import wall_in
from desk.demo.marks import demo_id
from desk.demo.populate import World
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage
from notifications.services import Wanted
from sessions.models import LearningSession
from surveys import envelopes, writing
from surveys.models import Answer, Asked, Moment, Response, Round, Survey
from surveys.rounds import AHEAD, ASKED, FIRST, OPEN_FOR, follow, were_there

# What some wrote, in the language in which they think: never about anybody.
HOPES = (
    "That a worry is said at the huddle and not in the parking lot.",
    "Que les nuits soient entendues autant que les jours.",
    "Fewer surprises at shift change.",
    "Que les familles osent poser leurs questions avant la fin de la visite.",
    "That we close the loop: who said it hears what became of it.",
    "Dix minutes par semaine qui restent, même quand il manque du monde.",
    "I would like to ask without sounding like I check on people.",
    "That new people learn it from us and not from an incident.",
)  # fmt: skip

# And what some would try after the session.
TRIES = (
    "Ask “What worries you today?” at the Tuesday huddle, before anything else.",
    "Commencer la pause de nuit par une seule question : qu'est-ce qui vous inquiète?",
    "Two minutes at shift change for whoever has seen something.",
    "Inviter une proche aidante à notre prochain caucus.",
    "Write what came of a worry on the whiteboard, the same week.",
    "Demander à la personne la plus discrète ce qu'elle a remarqué.",
    "Thank the first person who says it, out loud.",
    "Count our conversations for one week and look at them together.",
)  # fmt: skip

# How often each step of a scale was chosen.
_WEIGHTS = {Moment.BEFORE: (2, 5, 8, 6, 2), Moment.SESSION: (0, 1, 4, 8, 6)}


def ask(world: World, cohort: Cohort, held: LearningSession) -> None:
    """Put both surveys as if the sweep had, and let part of whom they ask have answered; the rounds to come follow the dates."""
    people = [
        person
        for key, members in world.members.items()
        if world.teams[key].cohort_id == cohort.pk
        for role, person, _title in members
        if role in TEAM_ROLES and person.welcomed_at
    ]
    agree = consented(people)
    before, session = (
        writing.make(cohort=cohort, moment=moment, by=None) for moment in (Moment.BEFORE, Moment.SESSION)
    )
    Survey.objects.filter(pk__in=[before.pk, session.pk]).update(is_on=True)
    there = {key for _room, keys in were_there.ask_all(str(held.pk)) for key in keys}
    came = [person for person in people if person.pk in there]
    for survey, span, about, asked in (
        (before, (held.starts_at - AHEAD, held.starts_at), None, people),
        (session, (held.ends_at, held.ends_at + OPEN_FOR[Moment.SESSION]), held, came),
    ):
        _put(world, survey, span, about, asked, agree)
    follow(cohort)


def _put(
    world: World,
    survey: Survey,
    span: tuple[dt.datetime, dt.datetime],
    about: LearningSession | None,
    people: list[User],
    agree: set[User],
) -> None:
    names = {"about": str(about.pk), "name_en": about.title_en, "name_fr": about.title_fr} if about else {}
    opens, closes = span
    mixed = closes if closes <= timezone.now() else None
    row = Round.objects.create(
        id=demo_id("round", survey.moment), survey=survey, opens_at=opens, closes_at=closes, mixed_at=mixed, **names
    )
    chance = world.chance("survey", survey.moment)
    day = wall_in(opens, survey.cohort.time_zone).date()
    asked, responses, answers = [], [], []
    for nth, person in enumerate(people):
        far = chance.random()
        on = day + dt.timedelta(days=nth % 5) if far < 0.62 else None
        asked.append(
            Asked(
                id=demo_id("asked", survey.moment, person.pk), round=row, person=person, asked_at=opens,
                started_on=on, finished_on=on if far < 0.55 else None,
            )
        )  # fmt: skip
        if far < 0.55:
            response = Response(
                id=demo_id("response", survey.moment, nth), round=row,
                study_id=person.study_id if person in agree else None,
            )  # fmt: skip
            responses.append(response)
            answers += _said(survey, response, chance, nth)
    chance.shuffle(responses)
    Asked.objects.bulk_create(asked)
    _tell(row, survey.cohort, people)
    if mixed:
        Response.objects.bulk_create(responses)
        Answer.objects.bulk_create(answers)
        return
    # Still open: what was answered is sealed, as everybody's is.
    for response in responses:
        said = {
            one.question: envelopes.Said(one.value, one.choice, one.text) for one in answers if one.response == response
        }
        envelopes.enclose(round=row, said=said)


def _tell(row: Round, cohort: Cohort, people: list[User]) -> None:
    """Note that everybody was told when the round opened: who begins has read of it."""
    with transaction.atomic():
        notifications.plan_each(
            (row, 1, Wanted(kind=ASKED, to=one, due=row.opens_at, occurrence=FIRST, scope=cohort)) for one in people
        )
        told = PlannedMessage.objects.about(row).filter(occurrence=FIRST)
        told.update(state=states.SENT, attempts=1, sent_at=row.opens_at, updated_at=row.opens_at)


def _said(survey: Survey, response: Response, chance, nth: int) -> list[Answer]:
    found = []
    sentences = HOPES if survey.moment == Moment.BEFORE else TRIES
    for question in survey.questions.all():
        key = demo_id("answer", question.key, survey.moment, nth)
        if question.kind == "scale":
            value = chance.choices((1, 2, 3, 4, 5), weights=_WEIGHTS[Moment(survey.moment)])[0]
            found.append(Answer(id=key, response=response, question=question, value=value))
        elif question.kind == "text" and nth % 4 == 0 and nth // 4 < len(sentences):
            found.append(Answer(id=key, response=response, question=question, text=sentences[nth // 4]))
    return found
