"""When surveys are put and to whom: by the dates of the cohort, once each, left in peace while a team rests."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from accounts import drafts
from collaborative import closing, pausing
from collaborative.line import today_in
from collaborative.models import Cohort, Membership
from core.time import wall_in
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from sessions import cancelling, services
from surveys import answering, rounds, writing
from surveys.answering import Said
from surveys.models import Answer, Asked, Moment, Response, Round
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


def turned_on(cohort, moment: str):
    survey = writing.make(cohort=cohort, moment=moment, by=None)
    writing.turn(survey=survey, on=True, by=None)
    return survey


def only_round(cohort, moment: str) -> Round:
    return Round.objects.get(survey__cohort=cohort, survey__moment=moment)


def messages(round_, **more):
    return PlannedMessage.objects.filter(source_type="surveys.round", source_id=str(round_.pk), **more)


# ---------------------------------------------------------------- when


def test_each_moment_has_the_days_that_the_dates_of_the_cohort_give_it(cast):
    cohort, second = cast.cohort, cast.next_session
    for moment in Moment.values:
        turned_on(cohort, moment)
    # The first session lies behind: nobody is asked what they thought before.
    assert not Round.objects.filter(survey__moment="before").exists()
    last = cast.sessions[-1]
    after = Round.objects.filter(survey__moment="session").order_by("opens_at")
    assert [one.about for one in after] == [str(one.pk) for one in cast.sessions[1:-1]]
    assert after[0].opens_at == second.ends_at
    assert after[0].closes_at == second.ends_at + dt.timedelta(days=7)
    assert after[0].name_fr == second.title_fr
    close = only_round(cohort, "close")
    assert (close.opens_at, close.closes_at) == (last.ends_at, last.ends_at + dt.timedelta(days=14))
    later = only_round(cohort, "later")
    opens = wall_in(later.opens_at, cohort.time_zone)
    last_day = max(cohort.phases.values_list("ends_on", flat=True))
    assert (opens.date(), opens.hour) == (rounds.months_after(last_day, 3), 10)
    assert later.closes_at - later.opens_at == dt.timedelta(days=28)


def test_before_is_from_the_announcement_until_the_first_session(cast):
    ahead = make.cohort(first_day=today_in(cast.cohort) + dt.timedelta(days=40))
    turned_on(ahead, "before")
    row = only_round(ahead, "before")
    assert row.opens_at == ahead.announced_at
    assert row.closes_at == ahead.learning_sessions.earliest("starts_at").starts_at


def test_without_a_survey_at_the_close_the_last_session_is_asked_about_as_well(cast):
    turned_on(cast.cohort, "session")
    abouts = {one.about for one in Round.objects.all()}
    assert str(cast.sessions[-1].pk) in abouts
    turned_on(cast.cohort, "close")
    assert str(cast.sessions[-1].pk) not in {one.about for one in Round.objects.all()}


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (dt.date(2026, 11, 30), dt.date(2027, 2, 28)),
        (dt.date(2027, 11, 29), dt.date(2028, 2, 29)),
        (dt.date(2026, 10, 1), dt.date(2027, 1, 1)),
    ],
)
def test_three_months_later_where_the_month_is_shorter(day, after):
    assert rounds.months_after(day, 3) == after


def test_rounds_follow_a_session_that_moves_and_one_that_is_cancelled(cast):
    turned_on(cast.cohort, "session")
    session = cast.next_session
    before = Round.objects.get(about=str(session.pk)).opens_at
    moved = services.move_session(
        learning_session=session, to=session.wall + dt.timedelta(days=2), by=cast.paula, reason="x"
    )
    session.refresh_from_db()
    assert moved.reschedule
    row = Round.objects.get(about=str(session.pk))
    assert row.opens_at == session.ends_at == before + dt.timedelta(days=2)
    preview = services.move_session(
        learning_session=session, to=session.wall + dt.timedelta(days=1), by=cast.paula, reason="x", dry_run=True
    )
    assert preview.reschedule is None
    row.refresh_from_db()
    assert row.opens_at == before + dt.timedelta(days=2), "a look changes nothing"
    session.refresh_from_db()
    cancelling.cancel_session(learning_session=session, by=cast.paula, reason="storm")
    assert not Round.objects.filter(about=str(session.pk)).exists()


def test_a_round_in_which_people_were_asked_ends_when_its_survey_is_turned_off_and_keeps_what_came(cast):
    survey = make.survey(cohort=cast.cohort, moment="session")
    row = make.survey_round(survey=survey, about=str(cast.past_session.pk))
    asked = make.asked(round=row, person=cast.nia)
    answering.answer(asked=asked, said={survey.questions.get(): Said(value=4)})
    writing.turn(survey=survey, on=False, by=cast.paula)
    row.refresh_from_db()
    assert row.closes_at <= timezone.now()
    assert Answer.objects.count() == 1


def test_whoever_turns_a_survey_off_and_on_does_not_read_what_was_said_in_between(cast, settings):
    survey = make.survey(cohort=cast.cohort, moment="close")
    row = make.survey_round(survey=survey)
    for person in (cast.nia, cast.tess):
        make.asked(round=row, person=person)
    make.survey_answers(round=row, many=5, sure=4)
    writing.turn(survey=survey, on=False, by=cast.paula)
    rounds.sweep()
    row.refresh_from_db()
    assert row.mixed_at is None, "it was a mistake, perhaps"
    writing.turn(survey=survey, on=True, by=cast.paula)
    assert Round.objects.open().filter(pk=row.pk).exists()
    settings.UNDO_SECONDS = 0
    writing.turn(survey=survey, on=False, by=cast.paula)
    rounds.sweep()
    row.refresh_from_db()
    assert row.mixed_at
    writing.turn(survey=survey, on=True, by=cast.paula)
    rounds.sweep()
    assert not Round.objects.open().filter(pk=row.pk).exists()


# ---------------------------------------------------------------- whom


def open_round(cast, moment: str = "session", **fields) -> Round:
    about = str(cast.past_session.pk) if moment == "session" else ""
    return make.survey_round(survey=make.survey(cohort=cast.cohort, moment=moment), about=about, **fields)


def test_everybody_in_a_team_is_asked_once_and_nobody_else(cast):
    row = open_round(cast)
    make.member(team=cast.other_team, user=cast.nia)  # in two teams, one person
    assert rounds.ask(row.pk) == 4
    assert rounds.ask(row.pk) == 0
    asked = {one.person for one in Asked.objects.filter(round=row).select_related("person")}
    assert asked == {cast.tess, cast.nia, cast.pierre, cast.otto}
    assert messages(row, occurrence="").count() == 4
    assert messages(row, occurrence="again").count() == 4, "one reminder at most"
    assert messages(row).count() == 8
    newcomer = make.member(team=cast.team)
    assert rounds.ask(row.pk) == 1
    assert Asked.objects.filter(round=row, person=newcomer).exists()


def test_the_reminder_comes_on_the_third_day_and_not_where_too_little_time_is_left(cast):
    row = open_round(cast, closes_in=5)
    rounds.ask(row.pk)
    zone = cast.cohort.time_zone
    first = messages(row, occurrence="", recipient=cast.nia).get()
    again = wall_in(messages(row, occurrence="again", recipient=cast.nia).get().due_at, zone)
    assert again.date() == wall_in(first.due_at, zone).date() + dt.timedelta(days=3)
    assert again.hour == 10
    short = make.survey_round(survey=make.survey(cohort=cast.other_cohort, moment="session"), closes_in=2, about="x")
    rounds.ask(short.pk)
    assert not messages(short, occurrence="again").exists()


def test_a_team_that_rests_is_asked_when_it_is_back(cast):
    row = open_round(cast)
    today = today_in(cast.cohort)
    pausing.pause(team=cast.team, reason="outbreak", until=today + dt.timedelta(days=2), by=cast.tess)
    assert rounds.ask(row.pk) == 1, "Otto's team is at work"
    with time_machine.travel(timezone.now() + dt.timedelta(days=3), tick=False):
        rounds.ask(row.pk)
    # The database's own clock decides what is open; days of peace are read from ours.
    assert Asked.objects.filter(round=row).count() == 4


def test_a_mail_that_waits_does_not_leave_while_the_team_rests(cast):
    row = open_round(cast)
    rounds.ask(row.pk)
    pair = (cast.nia, str(row.pk))
    assert rounds.may_hear_of([pair]) == {(cast.nia.pk, str(row.pk))}
    pausing.pause(team=cast.team, reason="outbreak", until=today_in(cast.cohort), by=cast.tess)
    assert rounds.may_hear_of([pair]) == set()


def test_who_has_finished_left_or_was_never_asked_hears_nothing_more(cast):
    row = open_round(cast)
    rounds.ask(row.pk)
    done = Asked.objects.get(round=row, person=cast.nia)
    answering.answer(asked=done, said={row.survey.questions.get(): Said(value=5)})
    Membership.objects.filter(user=cast.pierre).update(until=timezone.now())
    people = [cast.nia, cast.pierre, cast.tess, cast.colin]
    assert rounds.may_hear_of([(one, str(row.pk)) for one in people]) == {(cast.tess.pk, str(row.pk))}
    with pytest.raises(Gone):
        render(messages(row, occurrence="again", recipient=cast.nia).get())


def test_the_questions_of_many_cost_as_many_statements_as_those_of_one(cast, django_assert_max_num_queries):
    row = open_round(cast)
    for _one in range(12):
        make.member(team=cast.team)
    with django_assert_max_num_queries(16):
        assert rounds.ask(row.pk) == 16
    pairs = [(one.person, str(row.pk)) for one in Asked.objects.select_related("person")]
    with django_assert_max_num_queries(6):
        assert len(rounds.may_hear_of(pairs)) == 16


# ---------------------------------------------------------------- those who were there until the end


def ended(cast, *, months_ago: int = 3) -> Cohort:
    """Let the cohort have ended, and with it the roles in its teams."""
    over = timezone.now() - dt.timedelta(days=30 * months_ago)
    cast.cohort.phases.update(starts_on=over.date() - dt.timedelta(days=9), ends_on=over.date())
    Membership.objects.filter(team__cohort=cast.cohort).update(
        since=over - dt.timedelta(days=90), until=over + dt.timedelta(days=1)
    )
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_at=over, settled_at=timezone.now())
    return Cohort.objects.get(pk=cast.cohort.pk)


def test_whose_role_ended_with_the_cohort_still_gets_the_survey_three_months_later(cast, client):
    ended(cast)
    left = make.member(team=cast.team, name="Lea Gone")
    Membership.objects.filter(user=left).update(
        until=timezone.now() - dt.timedelta(days=140), since="2020-01-01T00:00Z"
    )
    row = open_round(cast, "later")
    assert rounds.ask(row.pk) == 4
    assert not Asked.objects.filter(person=left).exists(), "who left in the middle is not asked"
    message = messages(row, occurrence="", recipient=cast.nia).get()
    assert Briefing([message]).no_longer(message) is None, "the cohort is closed, and it leaves all the same"
    assert rounds.may_hear_of([(cast.nia, str(row.pk))]) == {(cast.nia.pk, str(row.pk))}
    asked = Asked.objects.get(round=row, person=cast.nia)
    page = client.post(f"/survey/{answering.token_for(asked.pk, cast.nia)}/", {"q-sure": "4"})
    assert page.status_code == 302
    assert Response.objects.count() == 1


def test_after_twelve_months_nobody_is_asked_any_more(cast):
    ended(cast, months_ago=13)
    row = open_round(cast, "later")
    assert rounds.ask(row.pk) == 0


def test_no_other_survey_reaches_them(cast):
    ended(cast)
    row = open_round(cast, "close")
    assert rounds.ask(row.pk) == 0


def test_closing_a_cohort_ends_what_is_open_but_for_the_last_one(cast):
    session, later = open_round(cast), make.survey(cohort=cast.cohort, moment="later")
    rounds.ask(session.pk)
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_at=timezone.now())
    cohort = Cohort.objects.get(pk=cast.cohort.pk)
    assert not Round.objects.open().exists()
    rounds.follow(cohort)
    session.refresh_from_db()
    assert session.closes_at <= timezone.now()
    assert later.rounds.count() == 1
    assert any("three months later" in words for _icon, words in closing.ends_with(cohort).lines)


# ---------------------------------------------------------------- what the sweep does besides


def test_a_draft_counts_as_begun_and_is_gone_once_the_answers_are_in(cast, rf):
    row = open_round(cast)
    rounds.ask(row.pk)
    asked = Asked.objects.get(round=row, person=cast.nia)
    drafts.save(cast.nia, answering.draft_of(asked), rf.post("/", {"q-worth": "3"}).POST)
    rounds.sweep()
    asked.refresh_from_db()
    assert asked.started_on
    answering.answer(asked=asked, said={row.survey.questions.get(): Said(value=3)})
    assert drafts.load(cast.nia, answering.draft_of(asked)) is None
    # A copy that was on its way overtakes the answer: it goes with the next round.
    drafts.save(cast.nia, answering.draft_of(asked), rf.post("/", {"q-worth": "3"}).POST)
    rounds.sweep()
    assert drafts.load(cast.nia, answering.draft_of(asked)) is None


def test_answers_of_a_closed_round_are_laid_down_anew_with_nothing_of_them_lost(cast):
    row = open_round(cast, closes_in=-1, opened=9)
    for value in (1, 2, 3, 4, 5):
        make.survey_answers(round=row, worth=value)
    keys = set(Response.objects.values_list("pk", flat=True))
    rounds.mix(row.pk)
    assert not keys & set(Response.objects.values_list("pk", flat=True))
    assert sorted(Answer.objects.values_list("value", flat=True)) == [1, 2, 3, 4, 5]
    row.refresh_from_db()
    assert row.mixed_at
