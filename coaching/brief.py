"""One team before a call: why it may need its coach, what its numbers say, what it tries, who is in it, what is new.

Everything about the team comes from a fixed number of statements: what can be, with the team itself.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from coaching.board import Marks, facts_of, page_of, sessions_held, since_words, teams_of
from coaching.reasons import Reason, reasons, well
from collaborative.audience import who_opens
from collaborative.models import Membership, Team
from core.language import language
from core.quotes import inside
from core.time import day, wall_in
from forum.models import Post, Thread
from forum.reading import title_of
from improvement import activity
from improvement.charts import charts_of
from improvement.measure_chart import MeasureChart
from improvement.models import ChartEvent, SafetyConversation, TriedChange
from improvement.querysets import tries_of
from sessions.models import Attendance, LearningSession

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

MOST_EVENTS = 30
# So many stand open: why a conversation may be needed comes after them, and must not be far.
EVENTS_OPEN = 6
MOST_TRIES = 200
TRIES_SHOWN = 4


class AtHand(Marks):
    """What ``find_team`` adds to a team."""

    people_of: list[dict[str, str]]
    opens: list[dict[str, str]]
    put: list[dict[str, Any]]
    talked: list[dict[str, Any]]
    held: dict[str, Any] | None


@dataclasses.dataclass(frozen=True)
class Event:
    """One thing that happened: its words, its day on the coach's clock, and where to look."""

    text: str
    when: str
    url: str


@dataclasses.dataclass(frozen=True)
class Brief:
    """One team as its coach meets it. ``reasons`` come with the page they lead to; ``well`` says why it has none.

    ``tries`` are those under way, the latest first; ``decided`` counts the others. ``until`` is the moment of the page.
    """

    team: Team
    reasons: list[tuple[Reason, str]]
    well: list[str]
    is_paused: bool
    charts: list[MeasureChart]
    tries: list[TriedChange]
    decided: int
    people: list[Membership]
    since: str
    events: list[Event]
    more: int
    until: str

    @property
    def latest(self) -> list[Event]:
        """Return the events that stand open on the page; the ``earlier`` ones are folded."""
        return self.events[:EVENTS_OPEN]

    @property
    def earlier(self) -> list[Event]:
        return self.events[EVENTS_OPEN:]


def find_team(coach, team_id, now: dt.datetime | None = None) -> Team | None:
    """Return a team of the coach's with what the brief needs to know of it, None for anybody else's."""
    named = {"name": F("user__name"), "role": F("role"), "title": F("title")}
    people = Team(pk=team_id).members().values(json=JSONObject(**named))
    opens = who_opens(team=OuterRef("pk"), cohort=OuterRef("cohort"), programme=OuterRef("cohort__programme")).values(
        json=JSONObject(role=F("role"), who=F("user_id"), name=F("user__name"))
    )
    talked = SafetyConversation.objects.filter(team=OuterRef("pk")).standing().order_by().values("on")
    came = Attendance.objects.filter(learning_session=OuterRef("pk"), team=team_id).counted().order_by().values("team")
    put = ChartEvent.objects.filter(team=OuterRef("pk")).order_by("on")
    shown = ("id", "title_en", "title_fr", "day", "starts_at", "came")
    held = (
        sessions_held(now or timezone.now())
        .filter(cohort=OuterRef("cohort"))
        .annotate(came=Coalesce(Subquery(came.annotate(n=Count("pk")).values("n")), 0))
        .order_by("-starts_at")
        .values(json=JSONObject(**{name: F(name) for name in shown}))[:1]
    )
    team = teams_of(coach).filter(pk=team_id).annotate(
        people_of=ArraySubquery(people),
        opens=ArraySubquery(opens),
        talked=ArraySubquery(talked.values(json=JSONObject(on=F("on"), count=Count("pk")))),
        put=ArraySubquery(put.values(json=JSONObject(on=F("on"), words=F("words")))),
        held=Subquery(held),
    )  # fmt: skip
    return team.first()


def brief_of(team: WithAnnotations[Team, AtHand], coach, now: dt.datetime | None = None) -> Brief:
    """Return ``team`` (from ``find_team``) as its coach needs it for a conversation, with what is new since their mark."""
    now = now or timezone.now()
    rows = list(tries_of(team, coach)[:MOST_TRIES])
    talked = [(dt.date.fromisoformat(one["on"]), one["count"]) for one in team.talked]
    begun = [(row.started_on, row.title, True) for row in rows if row.started_on and row.title and not row.hidden_why]
    put = [(dt.date.fromisoformat(one["on"]), one["words"], False) for one in team.put]
    charts = charts_of(team, talked=talked, happened=[*begun, *put], now=now)
    last = _session(team.held)
    found = _reasons(team, now, charts, rows, talked, last)
    news = activity.since([team.pk], team.marked or team.assigned, also=_KINDS)
    events = [
        Event(row.text, day(wall_in(row.at, coach.time_zone).date(), language(), weekday=False), row.url)
        for row in news[:MOST_EVENTS]
    ]
    return Brief(
        team=team,
        reasons=found[0],
        well=found[1],
        is_paused=found[2],
        charts=charts,
        tries=[row for row in rows if not row.is_decided][:TRIES_SHOWN],
        decided=sum(row.is_decided for row in rows),
        people=[_member(**one) for one in team.people_of],
        since=since_words(team, coach, now),
        events=events,
        more=max(0, len(news) - MOST_EVENTS),
        until=now.isoformat(),
    )


def _member(*, name: str, role: str, title: str) -> Membership:
    return Membership(user=User(name=name), role=role, title=title)


def _session(held: dict[str, Any] | None) -> LearningSession | None:
    if held is None:
        return None
    return LearningSession(
        id=held["id"],
        title_en=held["title_en"],
        title_fr=held["title_fr"],
        day=dt.date.fromisoformat(held["day"]),
        starts_at=dt.datetime.fromisoformat(held["starts_at"]),
    )


def _reasons(team, now, charts, tries, talked, last) -> tuple[list[tuple[Reason, str]], list[str], bool]:
    """Return every reason with its page, why the team is fine where there is none, and whether it pauses: as on the board."""
    waiting = [row for row in tries if row.is_open]
    counted = Counter(open=len(waiting), studied=len(tries) - len(waiting))
    facts = facts_of(
        team,
        now,
        {"latest": max((on for on, _count in talked), default=None)},
        {"latest": max((point.at for chart in charts for point in chart.saved.values()), default=None)},
        {**counted, "oldest": min((row.started_on for row in waiting if row.started_on), default=None)},
        last,
        {"last": team.held["came"] if team.held else 0},
    )
    found = reasons(facts)
    led = [(reason, page_of(reason, team, last)) for reason in found]
    return led, [] if found else well(facts), facts.is_paused


# ---------------------------------------------------------------- what happened


def _attendance(teams, moment) -> QuerySet:
    return activity.happened(
        Attendance.objects.filter(team__in=teams, at__gt=moment).counted(),
        "session",
        team="team_id",
        at=Max("at"),
        count=Count("person", distinct=True),
        id=F("learning_session_id"),
        cohort=F("learning_session__cohort_id"),
        title_en=F("learning_session__title_en"),
        title_fr=F("learning_session__title_fr"),
    )


def _tell_attendance(_team_id, facts) -> tuple[str, str]:
    title = LearningSession(title_en=facts["title_en"], title_fr=facts["title_fr"]).title
    text = ngettext("%(count)d person at “%(session)s”", "%(count)d people at “%(session)s”", facts["count"])
    return text % {"count": facts["count"], "session": inside(title)}, reverse(
        "session", args=[facts["cohort"], facts["id"]]
    )


def _posts(teams, moment) -> QuerySet:
    return activity.happened(
        Post.objects.filter(team__in=teams).told_after(moment).shown(),
        "post",
        team="team_id",
        at=F("created_at"),
        number=F("number"),
        thread=F("thread_id"),
        title=F("thread__title"),
        hidden_why=F("thread__hidden_why"),
        board=F("thread__board__key"),
        cohort=F("thread__board__cohort_id"),
    )


def _tell_post(_team_id, facts) -> tuple[str, str]:
    title = title_of(Thread(title=facts["title"], hidden_why=facts["hidden_why"]))
    told = _("Asked in the forum: %(title)s") if facts["number"] == 1 else _("Answered in the forum: %(title)s")
    page = reverse("forum_thread", args=[facts["cohort"], facts["board"], facts["thread"]])
    return told % {"title": title}, f"{page}#post-{facts['number']}"


_KINDS = {
    "session": activity.Kind(_attendance, _tell_attendance),
    "post": activity.Kind(_posts, _tell_post),
}
