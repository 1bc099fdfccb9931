"""Makers: small plain functions that make one believable thing, with whatever the caller wants otherwise.

Every argument has a default, and what a thing needs is made along with it: ``make.member()`` makes a team in a cohort of
a programme, and a person in it. Nothing is left to chance: numbers in names count the rows that stand. Where a rule
matters the service is called, where only a row is wanted the row is written.

People come back from the makers of roles (``member``, ``planner``, ``coach``, …), because that is whom a test speaks of.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from coaching import services as coaching
from coaching.models import PrivateNote, TeamNote
from collaborative import team_talk
from collaborative.line import today_in
from collaborative.making import furnish, make_cohort
from collaborative.models import (
    Announcement,
    Cohort,
    Organisation,
    PartnerWelcome,
    PreworkItem,
    Programme,
    Role,
    Team,
    TeamTalk,
    Unit,
)
from collaborative.services import give_role
from collaborative.tasks import end_of_week
from core import places
from core.time import wall_in
from desk.demo import series
from enrolment import seats
from enrolment.models import Application, ApplicationMember
from enrolment.site.pages import write_defaults
from forum import services as forum
from forum.models import Board, Post, Thread
from improvement import services as improvement
from improvement.models import DataPoint, Measure, SafetyConversation, TriedChange
from improvement.weeks import day_at, monday_of
from notifications.models import Conversation
from sessions import services as sessions
from sessions.models import Attendance, LearningSession
from surveys import envelopes
from surveys import writing as surveys
from surveys.envelopes import Said
from surveys.models import Answer, Asked, Response, Round, Survey

MEETING = "https://example.zoom.us/j/5550100"


def _nth(model) -> int:
    """Return the number of the next row of a table: names stay different and are the same in every run."""
    return model._default_manager.count() + 1


# ---------------------------------------------------------------- the frame


def programme(**fields: Any) -> Programme:
    """Return the Safety Conversations Action Series with its template; another ``slug_en`` makes another series of its kind."""
    slug = fields.pop("slug_en", series.PROGRAMME["slug_en"])
    if standing := Programme.objects.filter(slug_en=slug).first():
        return standing
    words = series.PROGRAMME if slug == series.PROGRAMME["slug_en"] else {**series.PROGRAMME, "slug_fr": f"{slug}-fr"}
    made = Programme.objects.create(**{**words, "slug_en": slug, **fields})
    furnish(programme=made)
    return made


def cohort(*, first_day: dt.date | None = None, by=None, **fields: Any) -> Cohort:
    """Make a cohort with its phases, sessions and boards; unless told otherwise it is half-way through action period 1.

    Its planning team is up to date: everything that was due by the end of this week is done.
    """
    n = _nth(Cohort)
    zone = fields.get("time_zone", "America/Toronto")
    made = make_cohort(
        programme=fields.pop("programme", None) or programme(),
        first_day=first_day or series.first_day_for(wall_in(timezone.now(), zone).date()),
        by=by,
        **{
            "slug": f"wave-{n}",
            "name_en": f"Safety Conversations, wave {n}",
            "name_fr": f"Conversations sur la sécurité, vague {n}",
            "contact_email": "series@example.org",
            "announced_at": timezone.now(),
            **fields,
        },
    )
    made.tasks.filter(due_on__lte=end_of_week(today_in(made))).update(done_at=timezone.now())
    return made


def open_cohort(**fields: Any) -> Cohort:
    """Make a cohort that takes applications, with public pages: since five days, for nine more, answers on the twelfth."""
    today = timezone.now().date()
    days = {"apply_from": today - dt.timedelta(days=5), "apply_until": today + dt.timedelta(days=9)}
    days |= {"answers_on": today + dt.timedelta(days=12), "first_day": today + dt.timedelta(days=30)}
    made = cohort(**{**days, **fields})
    write_defaults(programme=made.programme, publish=True)
    return made


def organisation(**fields: Any) -> Organisation:
    """Make a hospital of Newfoundland and Labrador."""
    defaults = {"name": f"Harbour View Health {_nth(Organisation)}", "province": "NL", "sector": "acute"}
    return Organisation.objects.create(**{**defaults, **fields})


def unit(*, organisation: Organisation | None = None, **fields: Any) -> Unit:
    """Make a ward in St. John's."""
    home = organisation or globals()["organisation"]()
    defaults = {"name": f"Ward {_nth(Unit)}", "city": "st-johns", "incident_route": "4321"}
    return Unit.objects.create(organisation=home, **{**defaults, **fields})


def team(*, cohort: Cohort | None = None, unit: Unit | None = None, **fields: Any) -> Team:
    """Make a team with nobody in it yet; a cohort that is full gets one place more."""
    ward = unit or globals()["unit"]()
    home = cohort or globals()["cohort"]()
    if seats.taken(home) >= Cohort.objects.get(pk=home.pk).seats:
        Cohort.objects.filter(pk=home.pk).update(seats=F("seats") + 1)
    return Team.objects.create(cohort=home, unit=ward, **{"name": f"{ward.organisation.name}, {ward.name}", **fields})


# ---------------------------------------------------------------- people and their roles


def person(
    name: str | None = None,
    *,
    email: str | None = "",
    city: str = "toronto",
    password: str | None = None,
    **fields: Any,
):
    """Make a person. ``email`` None is somebody without a mailbox, "" an address made from the name (example.org)."""
    name = name or f"Person {_nth(User)}"
    if email == "":
        word = places.sort_key(name).replace(" ", ".").replace("'", "")
        email = f"{word}@example.org"
        if User.objects.filter(email=email).exists():
            email = f"{word}.{_nth(User)}@example.org"
    fields = {"welcomed_at": timezone.now(), "time_zone": places.zone_of(city), **fields}
    return User.objects.create_user(email=email, password=password, name=name, city=city, **fields)


def member(*, team: Team | None = None, user=None, role: str = Role.PARTICIPANT, by=None, title: str = "", **who: Any):
    """Let a person (a new one, unless given) belong to a team, and return the person."""
    home = team or globals()["team"]()
    user = user or person(**{"city": home.unit.city, "language": home.language, **who})
    give_role(user=user, role=role, by=by, title=title, team=home)
    return _fresh(user)


def lead(*, team: Team | None = None, **more: Any):
    """Let a person lead a team, and return the person."""
    return member(team=team, role=Role.LEAD, **more)


def partner(*, team: Team | None = None, **more: Any):
    """Let a person be the patient partner of a team, and return the person."""
    return member(team=team, role=Role.PARTNER, **more)


def partner_welcome(*, team: Team, **facts: Any) -> PartnerWelcome:
    """Make what a partner of a team can count on: everything is said."""
    said = {
        "support_name": "Marie Roy", "support_phone": "709-555-0142", "support_when": "weekdays, 9 to 4", "hours": 3,
        "recognition": "25 $ an hour, paid by the hospital", "access_help": "Ask Marie for a ride or a device",
    }  # fmt: skip
    return PartnerWelcome.objects.update_or_create(team=team, defaults={**said, **facts})[0]


def coach(*, team: Team, **more: Any):
    """Let a person coach a team, and return the person."""
    return member(team=team, role=Role.COACH, **more)


def planner(*, cohort: Cohort | None = None, user=None, by=None, **who: Any):
    """Let a person plan a cohort, and return the person."""
    home = cohort or globals()["cohort"]()
    user = user or person(**who)
    give_role(user=user, role=Role.PLANNER, by=by, cohort=home)
    return _fresh(user)


def sponsor(*, organisation: Organisation | None = None, user=None, by=None, **who: Any):
    """Let a person answer for the teams of an organisation, and return the person."""
    home = organisation or globals()["organisation"]()
    user = user or person(**who)
    give_role(user=user, role=Role.SPONSOR, by=by, organisation=home)
    return _fresh(user)


def fellow(*, programme: Programme | None = None, user=None, by=None, **who: Any):
    """Let a person be a fellow of a programme, and return the person. Regions are no scope of their own yet."""
    series_ = programme or globals()["programme"]()
    user = user or person(**who)
    give_role(user=user, role=Role.FELLOW, by=by, programme=series_)
    return _fresh(user)


def _fresh(user):
    """Return the person without the roles that an earlier question may have kept on them."""
    if hasattr(user, "_held"):
        del user._held
    return user


# ---------------------------------------------------------------- applications


def application(
    *, cohort: Cohort | None = None, people: int = 5, state: str = "submitted", **fields: Any
) -> Application:
    """Make a team's application with ``people`` in it (a manager who leads, a partner, the others at the point of care)."""
    n = _nth(Application)
    sent = timezone.now() if state != "draft" else None
    defaults = {
        "contact_name": f"Ada Lind {n}", "contact_email": f"ada.lind.{n}@example.org", "confirmed_at": timezone.now(),
        "organisation": f"Lakeshore Care {n}", "province": "ON", "sector": "long_term", "unit": "2 East",
        "city": "toronto", "remoteness": "urban", "team_name": f"Lakeshore 2 East {n}",
        "why": "Night and day hardly meet. We want to hear what each of them sees.",
        "hope": "That somebody says it before it happens.", "sponsor_name": f"Iris Moor {n}",
        "sponsor_email": f"iris.moor.{n}@example.org", "submitted_at": sent,
        "consent_version": "2022-11" if sent else "", "consented_at": sent,
        "support_name": "Marie Roy", "support_phone": "555-0142", "support_when": "weekdays", "partner_hours": 3,
        "recognition": "25 $ an hour", "access_help": "Ask Marie",
    }  # fmt: skip
    made = Application.objects.create(cohort=cohort or globals()["cohort"](), state=state, **{**defaults, **fields})
    kinds = ["manager", "partner", *["provider"] * max(people - 2, 0)][:people]
    ApplicationMember.objects.bulk_create(
        ApplicationMember(
            application=made,
            ordinal=place,
            name=f"Person {place} of {n}",
            email=f"person.{place}.of.{n}@example.org",
            position=kind,
            role={"manager": Role.LEAD, "partner": Role.PARTNER}.get(kind, Role.PARTICIPANT),
        )
        for place, kind in enumerate(kinds, start=1)
    )
    return made


# ---------------------------------------------------------------- before a team begins


def prework_item(*, programme: Programme | None = None, **fields: Any) -> PreworkItem:
    """Make one more thing that every team of a programme gets ready."""
    home = programme or globals()["programme"]()
    nth = home.prework.count() + 1
    defaults = {"text_en": f"Find out where you stand ({nth})", "text_fr": f"Voyez où vous en êtes ({nth})"}
    return PreworkItem.objects.create(programme=home, ordinal=100 + nth, **{**defaults, **fields})


# ---------------------------------------------------------------- sessions


def learning_session(
    *, cohort: Cohort | None = None, minutes_ahead: int = 60, wall: dt.datetime | None = None, url: str = MEETING,
    **fields: Any,
) -> LearningSession:  # fmt: skip
    """Make a session of its own (no phase) that begins in ``minutes_ahead`` minutes, or at ``wall`` on the cohort's clock.

    In the past it has no reminders; Join needs its address (``url`` "" leaves it out).
    """
    home = cohort or globals()["cohort"]()
    ahead = wall_in(timezone.now() + dt.timedelta(minutes=minutes_ahead), home.time_zone)
    defaults = {"title_en": "Drop-in hour", "title_fr": "Heure sans rendez-vous", "kind": "drop_in", "minutes": 60}
    return sessions.make_session(
        cohort=home, wall=wall or ahead.replace(second=0, microsecond=0), url=url, **{**defaults, **fields}
    )


def attendance(
    *, learning_session: LearningSession, person, team: Team | None = None, role: str = Role.PARTICIPANT
) -> Attendance:
    """Write that a person was there."""
    return Attendance.objects.create(learning_session=learning_session, person=person, team=team, role=role, by=person)


def announcement(*, cohort: Cohort, by=None, left: bool = False, **fields: Any) -> Announcement:
    """Make an announcement to everybody in a cohort: a draft, or one that has ``left`` an hour ago."""
    words: dict[str, Any] = {
        "subject_en": "A new room", "text_en": "We meet in the **blue** room.",
        "subject_fr": "Une autre salle", "text_fr": "Nous sommes dans la salle **bleue**.",
    }  # fmt: skip
    if left:
        words |= {"leaves_at": timezone.now() - dt.timedelta(hours=1), "sent_by": by}
    return Announcement.objects.create(cohort=cohort, by=by, **words | fields)


# ---------------------------------------------------------------- improvement


def conversation(
    *, team: Team | None = None, by=None, at: dt.datetime | None = None, **fields: Any
) -> SafetyConversation:
    """Make a conversation with a colleague, logged now or at ``at``."""
    home = team or globals()["team"]()
    at = at or timezone.now()
    return SafetyConversation.objects.create(
        team=home, by=by, at=at, on=fields.pop("on", day_at(at, home)), **{"with_whom": "colleague", **fields}
    )


def tried_change(*, team: Team | None = None, by=None, state: str = "doing", **fields: Any) -> TriedChange:
    """Make a change that a team tries, in any state, with the days that the state needs."""
    home = team or globals()["team"]()
    today = day_at(timezone.now(), home)
    values: dict[str, Any] = {
        "title": "One question at the morning huddle",
        "plan": "“What worries you about today?” Two minutes, standing.",
        "prediction": "Five mornings in seven.",
        "changed_by": by,
    }
    if state != "plan":
        values["started_on"] = today - dt.timedelta(days=7)
    if state in ("learned", "next"):
        values |= {
            "learned_on": today,
            "learned_by": by,
            "what_happened": "Six of seven mornings kept.",
            "matched": "yes",
        }
    if state == "next":
        values |= {"decided_on": today, "decided_by": by, "decision": "adopt"}
    return TriedChange.objects.create(team=home, by=by, state=state, **{**values, **fields})


def measure(*, team: Team | None = None, by=None, **fields: Any) -> Measure:
    """Make something that a team counts; ``fills_itself=True`` is the one that every team begins with."""
    home = team or globals()["team"]()
    if fields.pop("fills_itself", False):
        made = improvement.ensure_default_measure(home)
        for name, value in fields.items():
            setattr(made, name, value)
        made.save()
        return made
    defaults = {
        "name_en": "Answers told back",
        "name_fr": "Réponses données en retour",
        "direction": "up",
        "ordinal": 1,
    }
    return Measure.objects.create(team=home, by=by, **{**defaults, **fields})


def data_point(
    *, measure: Measure | None = None, weeks_ago: int = 1, value: Decimal | int | None = 7, by=None, **fields: Any
) -> DataPoint:
    """Make the number of a week; ``value`` None needs a ``missing_reason``."""
    what = measure or globals()["measure"]()
    monday = monday_of(day_at(timezone.now(), what.team)) - dt.timedelta(weeks=weeks_ago)
    return DataPoint.objects.create(measure=what, value=value, by=by, **{"period_start": monday, **fields})


# ---------------------------------------------------------------- forum


def board(*, cohort: Cohort | None = None, key: str = "ask") -> Board:
    """Return a board of a cohort: "ask" or "tried"."""
    home = cohort or globals()["cohort"]()
    return next(one for one in forum.make_boards(cohort=home) if one.key == key)


def thread(
    *,
    by=None,
    board: Board | None = None,
    text: str = "How do you ask on nights?\n\nThere is no huddle then.",
    language: str = "",
) -> Thread:
    """Begin a thread, by a member of a team of its cohort unless somebody is given."""
    where = board or globals()["board"]()
    by = by or member(team=team(cohort=where.cohort))
    with override(language or by.language):
        return forum.ask(board=where, by=by, text=text).thread


def post(
    *, thread: Thread | None = None, by=None, text: str = "At the three o'clock break.", language: str = ""
) -> Post:
    """Answer in a thread, by a member of another team of its cohort unless somebody is given."""
    where = thread or globals()["thread"]()
    by = by or member(team=team(cohort=where.board.cohort))
    with override(language or by.language):
        return forum.answer(thread=where, by=by, text=text)


# ---------------------------------------------------------------- coaching


def team_note(
    *, team: Team | None = None, by=None, text: str = "Show the others how the list beside the phone works."
) -> TeamNote:
    """Write a coach's note that the team reads; the coach is made unless given."""
    home = team or globals()["team"]()
    return coaching.write_note(team=home, by=by or coach(team=home), text=text)


def said(*, team: Team | None = None, by=None, text: str = "Who brings the list to the huddle?") -> TeamTalk:
    """Say something in a team; who says it is made unless given."""
    home = team or globals()["team"]()
    return team_talk.say(team=home, by=by or member(team=home), text=text)


def mail_conversation(
    *,
    cohort: Cohort | None = None,
    person=None,
    address: str = "",
    subject: str = "Session 2",
    words: str = "I cannot come.",
) -> Conversation:
    """Let somebody have written to those who plan a cohort, or to nobody's planners; it waits for an answer."""
    address = address or (person.email if person else "somebody@example.org")
    where = {"scope_type": "collaborative.cohort", "scope_id": str(cohort.pk)} if cohort else {}
    row = Conversation.objects.create(
        person=person, address=address, subject=subject, language=getattr(person, "language", "en"),
        waits_since=timezone.now(), **where,
    )  # fmt: skip
    row.mails.create(
        once=uuid.uuid4().hex, sender=address, person=person, subject=subject, words=words, outcome="people",
        everything=f"{words}\n\n> What we wrote before",
    )  # fmt: skip
    return row


def private_note(
    *, team: Team | None = None, by=None, text: str = "Ask about the night shift next time."
) -> PrivateNote:
    """Write a coach's note that nobody else reads; the coach is made unless given."""
    home = team or globals()["team"]()
    return coaching.write_private_note(team=home, by=by or coach(team=home), text=text)


# ---------------------------------------------------------------- surveys


def survey(*, cohort: Cohort | None = None, moment: str = "before", on: bool = True) -> Survey:
    """Return the survey of a moment with its usual questions; on, but without rounds: see ``survey_round``."""
    made = surveys.make(cohort=cohort or globals()["cohort"](), moment=moment, by=None)
    Survey.objects.filter(pk=made.pk).update(is_on=on)
    made.refresh_from_db()
    return made


def survey_round(*, survey: Survey | None = None, opened: float = 1, closes_in: float = 6, **fields: Any) -> Round:
    """Put a survey, opened so many days ago, for so many days to come; less than none is closed."""
    now = timezone.now()
    days = {"opens_at": now - dt.timedelta(days=opened), "closes_at": now + dt.timedelta(days=closes_in)}
    return Round.objects.create(survey=survey or globals()["survey"](), **{**days, **fields})


def asked(*, round: Round, person, **fields: Any) -> Asked:
    """Let somebody have been asked in a round."""
    return Asked.objects.create(round=round, person=person, **fields)


def survey_answers(*, round: Round, many: int = 1, study_id=None, **said: Any) -> None:
    """Let so many have answered the same: by the key of the question a number, the key of a choice, or words.

    Sealed, where the round's answers are not laid down yet.
    """
    asks = {one.key: one for one in round.survey.questions.all()}
    columns = {"scale": "value", "choice": "choice", "text": "text"}
    answers = {asks[key]: {columns[asks[key].kind]: value} for key, value in said.items()}
    for _one in range(many):
        if round.mixed_at is None:
            envelopes.enclose(round=round, said={question: Said(**column) for question, column in answers.items()})
            continue
        response = Response.objects.create(round=round, study_id=study_id)
        for question, column in answers.items():
            Answer.objects.create(response=response, question=question, **column)
