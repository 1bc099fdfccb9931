"""One mail a week asks whoever leads a team for its numbers; none where there is nothing to ask, or no time to."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaborative import not_this_week, pausing
from collaborative.models import Cohort, Membership, NotThisWeek, Pause, QuietWeek, Team
from collaborative.services import end_role, give_role
from core.time import wall_in
from improvement import measuring, numbers_due, services
from improvement.models import DataPoint
from improvement.numbers_due import KIND, SOURCE, plan_coming
from notifications.models import PlannedMessage
from notifications.sweep import sweeps
from tests.improvement.conftest import MONDAY, NOW, leaving, make_person, make_team

FRIDAY = MONDAY + dt.timedelta(days=4)
WEEK = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def _mail_is_read(settings):
    settings.INBOUND_ADDRESS = "answers@example.org"


def rows(**which) -> list[PlannedMessage]:
    found = PlannedMessage.objects.filter(kind=KIND, **which).select_related("recipient")
    return list(found.order_by("due_at", "recipient__name", "created_at"))


def row(world) -> PlannedMessage:
    plan_coming()
    (found,) = rows(occurrence=MONDAY.isoformat())
    return found


def say(world, value, *, measure=None, week=MONDAY, by=None):
    return services.record_number(
        measure=measure or world.measure, by=by or world.tess, period_start=week, value=Decimal(value)
    )


def log(world, times: int) -> None:
    for _n in range(times):
        services.log_conversation(
            team=world.team, by=world.nia, with_whom="colleague", client_key=uuid.uuid4(), again=True
        )


# ---------------------------------------------------------------- who, when, how often


def test_whoever_leads_is_asked_on_friday_afternoon_on_the_cohorts_clock(world):
    assert plan_coming() == 1
    (one,) = rows()
    assert (one.recipient, one.source_type, one.source_id) == (world.tess, SOURCE, str(world.team.pk))
    assert wall_in(one.due_at, world.cohort.time_zone) == dt.datetime.combine(FRIDAY, dt.time(14))
    # The week ends on the wall of the unit, half an hour before Halifax.
    assert wall_in(one.not_after, "America/St_Johns") == dt.datetime.combine(MONDAY + WEEK, dt.time())
    assert (one.scope_type, one.scope_id) == ("collaborative.cohort", str(world.cohort.pk))


def test_planned_as_often_as_one_likes_it_is_one_mail_a_week(world, clock):
    for hours in (0, 1, 30, 60, 90):
        clock.move_to(NOW + dt.timedelta(hours=hours))
        plan_coming()
    assert [one.occurrence for one in rows()] == [MONDAY.isoformat(), (MONDAY + WEEK).isoformat()]


def test_a_mail_that_waits_follows_the_law_of_clocks(world):
    """Its moment was worked out by other rules than those of today: Friday afternoon on the cohort's clock stands."""
    before = row(world)
    assert numbers_due.work_out_again() == []
    hour = dt.timedelta(hours=1)
    PlannedMessage.objects.filter(pk=before.pk).update(
        due_at=before.due_at + hour, next_attempt_at=before.due_at + hour, not_after=before.not_after + hour
    )
    (followed,) = numbers_due.work_out_again()
    assert (followed.before, followed.after) == (before.due_at + hour, before.due_at)
    (after,) = rows()
    moments = ("due_at", "next_attempt_at", "not_after")
    assert [getattr(after, name) for name in moments] == [getattr(before, name) for name in moments]
    assert numbers_due.work_out_again() == []
    assert plan_coming() == 0, "nothing is asked twice"


def test_all_measures_of_a_team_are_one_mail_and_every_lead_gets_it(world):
    measuring.add_measure(team=world.team, by=world.tess, name="Huddles held", kind="count")
    give_role(user=world.nia, role="lead", by=world.paula, team=world.team)
    assert plan_coming() == 2
    nia, tess = (leaving(one) for one in rows())
    assert nia.subject == tess.subject == "How many conversations this week? Just reply with a number"
    assert "Your team also counts: Huddles held." in tess.plain
    assert "Safety conversations a week: 7\nHuddles held: 4" in tess.plain
    assert "From Monday 14 December to Sunday 20 December." in tess.plain


def test_thirty_teams_take_as_many_statements_as_one(world):
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            made = plan_coming()
        return made, len(asked)

    Cohort.objects.update(seats=60)
    one = cost()
    for n in range(30):
        give_role(user=make_person(f"Lead{n}"), role="lead", by=world.paula, team=make_team(world.cohort, name=f"U{n}"))
    many = cost()
    assert (one[0], many[0]) == (1, 30)
    assert one[1] == many[1] <= 7


def test_the_sweep_looks_twice_an_hour(world, monkeypatch):
    looked = []
    monkeypatch.setattr(numbers_due, "plan_coming", lambda now: looked.append(1))
    sweep = sweeps.get("improvement.numbers")
    for _n in range(3):
        sweep()
    assert len(looked) == 1
    cache.clear()
    sweep()
    assert len(looked) == 2


def test_in_the_week_of_a_session_and_before_the_first_one_nobody_is_asked(world):
    season = numbers_due.Season.of((one.kind, one.starts_on, one.ends_on) for one in world.cohort.phases.all())
    assert not season.asks_in(dt.date(2026, 11, 30)), "the first session is on the Wednesday"
    assert season.asks_in(dt.date(2026, 12, 7))
    assert not season.asks_in(dt.date(2027, 1, 11))
    assert season.asks_in(dt.date(2027, 1, 18))
    alone = numbers_due.Season.of([("prework", dt.date(2026, 11, 30), dt.date(2027, 1, 1))])
    assert alone.asks_in(dt.date(2026, 12, 7)), "without action periods the whole series"
    assert not alone.asks_in(dt.date(2027, 1, 4))
    assert not numbers_due.Season.of([]).asks_in(dt.date(2026, 12, 7))


@pytest.mark.parametrize("what", ["closed", "withdrew", "not begun", "over", "no lead", "untold"])
def test_nobody_is_asked(world, clock, what):
    if what == "closed":
        Cohort.objects.update(closed_at=timezone.now())
    elif what == "withdrew":
        Team.objects.update(withdrawn_at=timezone.now())
    elif what == "untold":
        Team.objects.update(told_from=dt.datetime(2027, 5, 1, tzinfo=dt.UTC))
    elif what == "no lead":
        Membership.objects.filter(role="lead").update(
            until=timezone.now() - dt.timedelta(days=30), since=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        )
    else:
        days = {"not begun": -20, "over": 300}[what]
        clock.move_to(dt.datetime.combine(world.cohort.first_day + dt.timedelta(days=days), dt.time(15), dt.UTC))
    assert plan_coming() == 0


# ---------------------------------------------------------------- what it says


def test_it_asks_in_the_sentence_of_the_house_in_both_languages(world):
    one = row(world)
    english = leaving(one)
    assert english.subject == "How many conversations this week? Just reply with a number"
    assert "Reply with the number alone. 0 if there was none, n/a if you did not count." in english.plain
    one.recipient.language = "fr"
    type(world.tess).objects.update(language="fr")
    french = leaving(one)
    assert french.subject == "Combien de conversations cette semaine? Répondez avec un chiffre, c'est tout"
    assert "Pas cette semaine\N{NO-BREAK SPACE}:" in french.plain


def test_it_offers_what_the_log_counts(world):
    log(world, 3)
    letter = leaving(row(world))
    says = "Your log says 3. Right? Reply OK, or another number; 0 if there was none, n/a if you did not count."
    assert says in letter.plain
    assert says in letter.html


def test_where_no_mail_is_read_nobody_is_told_to_answer_by_one(world, settings):
    settings.INBOUND_ADDRESS = ""
    log(world, 3)
    letter = leaving(row(world))
    assert letter.subject == "How many conversations this week?"
    assert "eply" not in letter.plain.partition("\n-- \n")[0]
    assert "Your log says 3." in letter.plain


def test_both_links_stand_in_it_and_nothing_of_the_team_but_its_name(world, client):
    letter = leaving(row(world))
    links = re.findall(r"/answer/[\w:=-]+/", letter.plain)
    assert len(links) == len(set(links)) == 2
    assert all(link in letter.html for link in links)
    assert f"{world.team.name}. From Monday 14 December to" in client.get(links[0]).content.decode(), "whose numbers"


def test_a_team_that_counts_something_else_only_is_asked_for_that(world):
    measuring.add_measure(team=world.team, by=world.tess, name="Huddles held", kind="percent")
    say(world, 4)
    assert leaving(row(world)).subject == "Huddles held: how was this week? Just reply with a number"


# ---------------------------------------------------------------- when it stops


def test_it_stops_once_every_number_is_there_and_not_before(world):
    measuring.add_measure(team=world.team, by=world.tess, name="Huddles held", kind="count")
    one = row(world)
    say(world, 4, by=world.nia)
    one.refresh_from_db()
    assert one.state == "planned", "one number is still open"
    say(world, 2, measure=world.team.measures.get(fills_itself=False))
    one.refresh_from_db()
    assert (one.state, one.reason) == ("void", "not_wanted")


def test_a_number_that_is_there_stops_it_at_the_last_moment_too(world):
    one = row(world)
    DataPoint.objects.create(measure=world.measure, period_start=MONDAY, value=4, by=world.nia)
    assert leaving(one) is None


def test_a_number_that_is_taken_back_is_asked_for_again(world):
    row(world)
    saved = say(world, 4)
    services.undo_number(measure=world.measure, deed=saved.point.deed, by=world.tess)
    assert [(one.state, one.occurrence.partition("~")[0]) for one in rows()] == [
        ("void", MONDAY.isoformat()), ("planned", MONDAY.isoformat()),
    ]  # fmt: skip
    assert leaving(rows(state="planned")[0]) is not None


def test_a_number_of_another_week_stops_nothing(world):
    one = row(world)
    say(world, 4, week=MONDAY - WEEK)
    one.refresh_from_db()
    assert one.state == "planned"
    assert leaving(one) is not None


@pytest.mark.parametrize("reason", ["not_collected", "no_event", "paused"])
def test_a_reason_why_there_is_none_stops_it_as_well(world, reason):
    one = row(world)
    services.record_number(measure=world.measure, by=world.tess, period_start=MONDAY, missing_reason=reason)
    assert leaving(one) is None


def test_who_left_the_team_is_not_asked(world):
    one = row(world)
    end_role(membership=world.team.memberships.get(role="lead"), by=world.paula)
    assert leaving(one) is None


def test_a_team_that_is_paused_is_not_asked_and_one_whose_break_was_taken_back_is(world):
    one = row(world)
    made = pausing.pause(team=world.team, reason="outbreak", until=FRIDAY, by=world.tess)
    assert leaving(one) is None
    assert plan_coming() == 0
    pausing.resume(pause=made, by=world.tess)
    assert leaving(one) is not None


def test_a_break_that_begins_after_the_hour_of_the_mail_keeps_it_back_too(world, clock):
    one = row(world)
    clock.move_to(dt.datetime.combine(FRIDAY + dt.timedelta(days=1), dt.time(15), dt.UTC))
    assert leaving(one) is not None
    Pause.objects.create(
        team=world.team, reason="other", starts_on=FRIDAY + dt.timedelta(days=1), ends_on=FRIDAY + WEEK
    )
    assert leaving(one) is None


def test_a_week_that_is_quiet_or_was_mostly_a_break_is_asked_about_by_nobody(world):
    QuietWeek.objects.create(cohort=world.cohort, starts_on=FRIDAY, ends_on=FRIDAY, name_en="Holiday", name_fr="Congé")
    assert plan_coming() == 0
    QuietWeek.objects.all().delete()
    Pause.objects.create(team=world.team, reason="other", starts_on=MONDAY, ends_on=MONDAY + dt.timedelta(days=3))
    assert plan_coming() == 0, "four days of seven"
    Pause.objects.update(ends_on=MONDAY + dt.timedelta(days=2))
    assert plan_coming() == 1


def test_a_closed_cohort_is_not_asked(world):
    one = row(world)
    Cohort.objects.update(closed_at=timezone.now() - dt.timedelta(days=60))
    assert leaving(one) is None


def test_who_said_not_this_week_is_not_asked_this_week(world):
    one = row(world)
    not_this_week.not_this_week(person=world.tess, task=SOURCE, about=world.team.pk, week=MONDAY, by=world.tess)
    assert leaving(one) is None
    NotThisWeek.objects.update(week=MONDAY - WEEK)
    assert leaving(one) is not None


# ---------------------------------------------------------------- the whole series


def test_a_lead_foresees_what_comes_to_who_always_answers_but_for_quiet_weeks(world):
    QuietWeek.objects.create(cohort=world.cohort, starts_on=FRIDAY, ends_on=FRIDAY, name_en="Holiday", name_fr="Congé")
    found = numbers_due.foreseen(world.cohort, "lead")
    fridays = [wall_in(one.at, world.cohort.time_zone).date() for one in found]
    # From Tuesday 1 December on: sessions on 2 December and 11 January, an action period after each of them.
    phases = {phase.key: phase for phase in world.cohort.phases.all()}
    assert [phases[key].starts_on for key in ("s1", "s2")] == [dt.date(2026, 12, 2), dt.date(2027, 1, 11)]
    weeks_of_sessions = [dt.date(2026, 12, 4), dt.date(2027, 1, 15)]
    expected = [dt.date(2026, 12, 4) + n * WEEK for n in range(40)]
    expected = [one for one in expected if one <= phases["a2"].ends_on and one not in (*weeks_of_sessions, FRIDAY)]
    # Foretold for who always answers: each week.
    assert fridays == expected
    assert len(fridays) > 4
    assert all(one.while_answered for one in found)
    assert len({one.thing for one in found}) == len(found)
    assert numbers_due.foreseen(world.cohort, "participant") == []
