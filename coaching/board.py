"""The coach's board: of each team what happened since their last mark, in words, and why it may need them or not.

It takes a fixed number of statements for one team or thirty; nobody in a team is named or counted by name.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.models import Visit
from coaching.querysets import teams_coached_by
from coaching.reasons import MOST_SHOWN, Facts, Reason, reasons, urgency, well
from collaborative.models import TEAM_ROLES, Membership, Role, Team
from collaborative.resting import days_at_work, in_words, rest_on, rests_of
from core import places
from core.language import language
from core.time import day, wall_in
from forum.models import Post
from improvement.models import DataPoint, SafetyConversation, TriedChange
from sessions.models import Attendance, LearningSession

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations


class Marks(TypedDict):
    """What ``_teams`` adds to a team."""

    marked: dt.datetime | None
    assigned: dt.datetime
    people: int
    leads: int
    partners: int


# After this much of its time a session counts as held.
SOON_AFTER = dt.timedelta(hours=2)


@dataclasses.dataclass(frozen=True)
class Card:
    """A team on the board. ``news`` says in words what happened since; ``reasons`` come with the page they lead to;
    ``well`` says why a team without any is fine.
    """

    team: Team
    place: str
    people: int
    since: str
    news: list[str]
    reasons: list[tuple[Reason, str]]
    well: list[str]


@dataclasses.dataclass(frozen=True)
class Board:
    """Teams that need their coach, those that are fine, and those that pause, of which the first is back first."""

    need: list[Card]
    fine: list[Card]
    paused: list[Card]

    @property
    def is_empty(self) -> bool:
        return not (self.need or self.fine or self.paused)


def teams_of(coach) -> QuerySet[WithAnnotations[Team, Marks]]:
    """Return the coach's teams with the mark of each, since when they coach it, and how many people it has, in which role."""
    members = Membership.objects.current().filter(team=OuterRef("pk"), role__in=TEAM_ROLES).order_by().values("team")
    return (
        teams_coached_by(coach)
        .with_rests()
        .annotate(
            marked=_marked(coach, "pk"),
            assigned=_assigned(coach, "pk"),
            people=_how_many(members),
            leads=_how_many(members.filter(role=Role.LEAD)),
            partners=_how_many(members.filter(role=Role.PARTNER)),
        )
    )


def _how_many(members) -> Coalesce:
    return Coalesce(Subquery(members.annotate(n=Count("user", distinct=True)).values("n")), 0)


def _marked(coach, team_field: str) -> Subquery:
    return Subquery(Visit.objects.filter(coach=coach, team=OuterRef(team_field)).values("at"))


def _assigned(coach, team_field: str) -> Subquery:
    held = Membership.objects.current().filter(user=coach, role=Role.COACH, team=OuterRef(team_field))
    return Subquery(held.order_by().values("team").annotate(at=Min("since")).values("at"))


def _since(coach, team_field: str):
    """Return the moment since which rows are news: this coach's mark for the row's team, else when they came to it."""
    return Coalesce(_marked(coach, team_field), _assigned(coach, team_field))


def board_of(coach, now: dt.datetime | None = None) -> Board:
    """Return the coach's board."""
    now = now or timezone.now()
    teams = sorted(teams_of(coach), key=lambda team: places.sort_key(team.name))
    if not teams:
        return Board([], [], [])
    ids = [team.pk for team in teams]
    talks = _by_team(
        SafetyConversation.objects.filter(team__in=ids).standing().order_by()
        .alias(seen=_since(coach, "team")).values("team")
        .annotate(new=Count("pk", filter=Q(at__gt=F("seen"))), latest=Max("on"))
    )  # fmt: skip
    numbers = _by_team(
        DataPoint.objects.filter(measure__team__in=ids).order_by()
        .alias(seen=_since(coach, "measure__team")).values(team=F("measure__team"))
        .annotate(new=Count("pk", filter=Q(at__gt=F("seen"))), latest=Max("at"))
    )  # fmt: skip
    tries = _by_team(
        TriedChange.objects.filter(team__in=ids).order_by()
        .alias(seen=_since(coach, "team")).values("team")
        .annotate(
            new=Count("pk", filter=Q(changed_at__gt=F("seen"))),
            open=Count("pk", filter=Q(state__in=["plan", "doing"])),
            studied=Count("pk", filter=Q(state__in=["learned", "next"])),
            oldest=Min("started_on", filter=Q(state__in=["plan", "doing"])),
        )
    )  # fmt: skip
    posts = _by_team(
        Post.objects.filter(team__in=ids).shown().order_by()
        .alias(seen=_since(coach, "team")).told_after(F("seen")).values("team").annotate(new=Count("pk"))
    )  # fmt: skip
    held = _last_sessions({team.cohort_id for team in teams}, now)
    came = _by_team(
        Attendance.objects.filter(team__in=ids).counted().order_by()
        .alias(seen=_since(coach, "team")).values("team")
        .annotate(
            new=Count("person", distinct=True, filter=Q(at__gt=F("seen"))),
            last=Count("pk", filter=Q(learning_session__in=[one.pk for one in held.values()])),
        )
    )  # fmt: skip
    need, fine, paused = [], [], []
    for team in teams:
        last = held.get(team.cohort_id)
        facts = facts_of(team, now, talks[team.pk], numbers[team.pk], tries[team.pk], last, came[team.pk])
        found = reasons(facts)
        news = _news(talks[team.pk], numbers[team.pk], tries[team.pk], came[team.pk], posts[team.pk])
        led = [(reason, page_of(reason, team, last)) for reason in found[:MOST_SHOWN]]
        card = _card(team, coach, now, news, led, well(facts))
        if found:
            need.append((urgency(found, facts), card))
        elif facts.is_paused:
            paused.append((facts.paused_until, card))
        else:
            fine.append(card)
    return Board(need=_in_order(need), fine=fine, paused=_in_order(paused))


def _in_order(cards: list[tuple[Any, Card]]) -> list[Card]:
    """Return the cards by what stands before each; those of one place by the names of the teams, as they came."""
    return [card for _order, card in sorted(cards, key=lambda pair: pair[0])]


class _by_team(dict):
    """Rows of counts by team; a team without any has zeros."""

    def __init__(self, rows) -> None:
        super().__init__({row["team"]: Counter() | row for row in rows})

    def __missing__(self, team_id):
        return Counter()


def sessions_held(now: dt.datetime) -> QuerySet[LearningSession]:
    """Return the sessions that have been held: drop-in hours are nobody's duty."""
    return LearningSession.objects.not_cancelled().filter(
        kind__in=["learning", "congress"], starts_at__lt=now - SOON_AFTER
    )


def _last_sessions(cohort_ids, now: dt.datetime) -> dict:
    """Return the latest session of each cohort that has been held."""
    held = sessions_held(now).filter(cohort__in=cohort_ids).order_by("cohort_id", "-starts_at").distinct("cohort_id")
    return {one.cohort_id: one for one in held}


def facts_of(team, now, talks, numbers, tries, last, came) -> Facts:
    """Return what is known of ``team`` at ``now`` from counts of its rows and the last session of its cohort."""
    zone = team.cohort.time_zone
    today = wall_in(now, zone).date()
    days = [talks.get("latest"), wall_in(numbers["latest"], zone).date() if numbers.get("latest") else None]
    rests = rests_of(team)
    # Whoever joined the cohort after a session could not be at it, and whoever was left in peace did not have to be.
    ours = last if last and team.created_at < last.starts_at and not rest_on(rests, last.day) else None
    resting = rest_on(rests, today)
    facts = Facts(
        running=team.cohort.closed_at is None and team.cohort.first_day <= today,
        today=today,
        began=max(team.cohort.first_day, wall_in(team.created_at, zone).date()),
        last_data=max((one for one in days if one), default=None),
        open_tries=tries["open"],
        studied_tries=tries["studied"],
        oldest_open=tries.get("oldest"),
        last_session=ours.title if ours else "",
        last_session_on=ours.day if ours else None,
        came=came["last"],
        leads=team.leads,
        partners=team.partners,
        resting=in_words(resting) if resting else "",
        paused_until=resting.last if resting and resting.paused else None,
    )
    at_work = days_at_work(rests, facts.quiet_since, today)
    return dataclasses.replace(facts, rested=max(0, (today - facts.quiet_since).days - at_work))


def _news(talks, numbers, tries, came, posts) -> list[str]:
    """Return what happened since the mark, in words; the empty list where nothing did."""
    words = [
        (talks, ngettext("%(count)d conversation", "%(count)d conversations", talks["new"])),
        (numbers, ngettext("%(count)d number", "%(count)d numbers", numbers["new"])),
        (tries, ngettext("%(count)d try moved", "%(count)d tries moved", tries["new"])),
        (came, ngettext("%(count)d person at a session", "%(count)d people at a session", came["new"])),
        (posts, ngettext("%(count)d forum post", "%(count)d forum posts", posts["new"])),
    ]
    return [text % {"count": one["new"]} for one, text in words if one["new"]]


def page_of(reason: Reason, team: Team, last) -> str:
    """Return where a reason leads: to what it speaks about; ``last`` is the session it may name."""
    if reason.key == "data":
        return reverse("numbers", args=[team.pk])
    if reason.key == "tries":
        return reverse("tries", args=[team.pk])
    if reason.key == "people":
        return reverse("team_people", args=[team.pk])
    return reverse("session", args=[team.cohort_id, last.pk])


def _card(team, coach, now, news, found, well) -> Card:
    city = team.unit.city
    return Card(
        team=team,
        place=places.town(city, language()),
        people=team.people,
        since=since_words(team, coach, now, short=True),
        news=news,
        reasons=found,
        well=well,
    )


def since_words(team, coach, now: dt.datetime, *, short: bool = False) -> str:
    """Say since when things are news: "since 3 December, when you last marked it read"; ``short``: "since 3 December"."""
    moment, lang = team.marked or team.assigned, language()
    on, today = (wall_in(one, coach.time_zone).date() for one in (moment, now))
    if short:
        spoken = day(on, lang, weekday=False, year=(today - on).days > 300)
        return _("since today") if on == today else _("since %(day)s") % {"day": spoken}
    if on == today:
        return _("since you marked it read today") if team.marked else _("since you became its coach today")
    values = {"day": day(on, lang, weekday=False, year=(today - on).days > 300)}
    if team.marked:
        return _("since %(day)s, when you last marked it read") % values
    return _("since %(day)s, when you became its coach") % values
