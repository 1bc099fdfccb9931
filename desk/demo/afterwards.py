"""What came after the session that was held: the report of the meeting with two names to settle, and the recap."""

from __future__ import annotations

import datetime as dt
from typing import Final

from desk.demo.marks import demo_id
from desk.demo.populate import World
from sessions.models import Attendance, AttendanceSource, Chapter, LearningSession, MeetingReport, Recap, ReportedName

RECAP: Final[dict[str, str]] = {
    "text_en": "Three things, if you have ten minutes.\n\n"
    "- **Safety is more than the absence of harm.** We asked: what went well today, and why? Teams that begin there "
    "hear more about what nearly went wrong.\n"
    "- **One question, every day.** “What worries you today?”, standing, two minutes, at the huddle. Nobody has to "
    "have an answer.\n"
    "- **A partner beside you from the first week.** Two teams told how a resident changed the question they ask.",
    "text_fr": "Trois choses, si vous avez dix minutes.\n\n"
    "- **La sécurité est plus que l'absence de préjudice.** Nous avons demandé\u00a0: qu'est-ce qui s'est bien passé "
    "aujourd'hui, et pourquoi? Les équipes qui commencent là en apprennent davantage sur ce qui a failli mal tourner.\n"
    "- **Une question, chaque jour.** «\u00a0Qu'est-ce qui vous inquiète aujourd'hui?\u00a0», debout, deux minutes, au "
    "caucus. Personne n'a besoin d'avoir une réponse.\n"
    "- **Une personne partenaire à vos côtés dès la première semaine.** Deux équipes ont raconté comment une résidente "
    "a changé la question qu'elles posent.",
    "now_en": "Ask the question at one huddle this week, and log the first conversation.",
    "now_fr": "Posez la question à un caucus cette semaine, et notez la première conversation.",
    "recording_en": "https://zoom.us/rec/play/demo-en",
    "recording_fr": "https://zoom.us/rec/play/demo-fr",
}
_CHAPTERS: Final = (
    (75, "Why we are here", "Pourquoi nous sommes ici"),
    (900, "One question at the huddle", "Une question au caucus"),
    (2580, "Two teams tell", "Deux équipes racontent"),
)
_NOT_RECOGNISED: Final = (("iPad 2 West", 88), ("Marie", 61))


def follow_up(learning_session: LearningSession, world: World) -> None:
    """Let a report of the meeting have come in, and the recap be there to read."""
    end = learning_session.ends_at
    recap = Recap.objects.create(
        learning_session=learning_session, published_at=end + dt.timedelta(hours=20), version=2, **RECAP
    )
    Chapter.objects.bulk_create(Chapter(recap=recap, second=at, title_en=en, title_fr=fr) for at, en, fr in _CHAPTERS)
    _report(learning_session, world)


def _report(learning_session: LearningSession, world: World) -> None:
    rows = Attendance.objects.filter(learning_session=learning_session, source=AttendanceSource.JOIN)
    joined = list(rows.select_related("person").order_by("pk"))
    report = MeetingReport.objects.create(
        id=demo_id("report", learning_session.phase.key if learning_session.phase else ""),
        created_at=learning_session.ends_at + dt.timedelta(hours=2),
        learning_session=learning_session,
        provider="zoom",
        sha256=demo_id("report").hex * 2,
        by=world.people["paula"],
        lines=len(joined) + len(_NOT_RECOGNISED) + 1,
        unread=[[len(joined) + 4, "nameless"]],
    )
    chance = world.chance("report")
    names = []
    for row in joined:
        assert row.person is not None  # no guest presses Join here
        # Most stay to the end; one in twelve leaves too early to count.
        row.minutes = (
            chance.randrange(12, 40) if chance.randrange(12) == 0 else learning_session.minutes - chance.randrange(9)
        )
        names.append(_name(report, row.person.name, row.minutes, person=row.person, state="matched", found_by="name"))
    names += [_name(report, name, minutes) for name, minutes in _NOT_RECOGNISED]
    Attendance.objects.bulk_update(joined, ["minutes"])
    ReportedName.objects.bulk_create(names)


def _name(report: MeetingReport, name: str, minutes: int, **more) -> ReportedName:
    start = report.learning_session.starts_at
    return ReportedName(
        id=demo_id("reported", name), report=report, name=name, minutes=minutes, spans=[[0, minutes * 60]],
        first_joined=start, **more,
    )  # fmt: skip
