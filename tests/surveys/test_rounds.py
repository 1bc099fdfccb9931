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
from notifications import states
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from sessions import cancelling, services
from sessions.models import Attendance, SessionRules
from surveys import answering, rounds, sweeping, writing
from surveys.envelopes import Said
from surveys.models import Asked, Moment, Round
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


def sweep() -> None:
    """Do for surveys what every tick does."""
    sweeping.follow_all()
    sweeping.ask_all()
    sweeping.tidy_drafts()
    sweeping.lay_down()


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


@pytest.mark.parametrize("kind", ["webinar", "office", "drop_in", "learning", "congress"])
def test_a_session_beside_the_series_is_asked_about_and_moves_no_other_survey(cast, kind):
    cohort, zone = cast.cohort, cast.cohort.time_zone
    for moment in ("before", "session", "close"):
        turned_on(cohort, moment)
    close = only_round(cohort, "close").opens_at
    wall = wall_in(cast.sessions[-1].starts_at + dt.timedelta(days=20), zone).replace(tzinfo=None)
    added = services.make_session(cohort=cohort, wall=wall, title_en="A", title_fr="B", kind=kind)
    sweep()
    row = Round.objects.get(about=str(added.pk))
    assert (row.opens_at, row.name_fr) == (added.ends_at, "B")
    assert only_round(cohort, "close").opens_at == close
    survey = row.survey
    writing.change_words(survey=survey, version=1, by=cast.paula, with_added=False)
    assert not Round.objects.filter(about=str(added.pk)).exists()
    assert survey.rounds.exists(), "those of the series stay"
    writing.change_words(survey=survey, version=2, by=cast.paula, with_added=True)
    cancelling.cancel_session(learning_session=added, by=cast.paula, reason="storm")
    assert not Round.objects.filter(about=str(added.pk)).exists()


def test_a_session_beside_the_series_is_asked_about_only_in_a_week_of_its_own(cast):
    cohort = cast.cohort
    turned_on(cohort, "session")
    of_series = cast.next_session
    monday = of_series.day - dt.timedelta(days=of_series.day.weekday())

    def added(days: int):
        wall = dt.datetime.combine(monday + dt.timedelta(days=days), dt.time(9))
        return services.make_session(cohort=cohort, wall=wall, title_en="A", title_fr="B", kind="drop_in")

    beside, first, second, after = added(1), added(14), added(18), added(21)
    sweep()
    asked = set(Round.objects.values_list("about", flat=True))
    assert {str(of_series.pk), str(first.pk), str(after.pk)} <= asked
    assert not {str(beside.pk), str(second.pk)} & asked


def test_what_people_have_been_asked_stays_open_whatever_moves_into_its_week(cast):
    cohort = cast.cohort
    turned_on(cohort, "session")
    services.LearningSession.objects.filter(cohort=cohort).update(cancelled_at=timezone.now())
    added = make.learning_session(cohort=cohort, minutes_ahead=-70, kind="drop_in", minutes=60)
    came = {"team": cast.team, "role": "participant", "by": cast.nia}
    Attendance.objects.get_or_create(learning_session=added, person=cast.nia, defaults=came)
    sweep()
    row = Round.objects.get(about=str(added.pk))
    assert Asked.objects.filter(round=row, person=cast.nia).exists()
    moved = services.LearningSession.objects.filter(pk=cast.sessions[-1].pk)
    moved.update(cancelled_at=None, starts_at=added.starts_at + dt.timedelta(minutes=5))
    # Of one before it in the same week nobody has been asked, and nobody is.
    earlier = make.learning_session(cohort=cohort, minutes_ahead=-80, kind="drop_in", minutes=70)
    sweep()
    row.refresh_from_db()
    assert row.closes_at == added.ends_at + dt.timedelta(days=7)
    assert not Round.objects.filter(about=str(earlier.pk)).exists()
    moved.update(cancelled_at=timezone.now())
    sweep()
    assert not Round.objects.filter(about=str(earlier.pk)).exists(), (
        "the week is that of the one people were asked about"
    )


def test_after_a_session_beside_the_series_nobody_is_reminded(cast):
    cohort = cast.cohort
    turned_on(cohort, "session")
    for session, steps in (
        (make.learning_session(cohort=cohort, minutes_ahead=-70, kind="drop_in", minutes=60), [""]),
        (cast.sessions[0], ["", "again"]),
    ):
        survey = cohort.surveys.get(moment="session")
        row, _made = Round.objects.update_or_create(
            survey=survey,
            about=str(session.pk),
            defaults={
                "opens_at": timezone.now() - dt.timedelta(minutes=10),
                "closes_at": timezone.now() + dt.timedelta(days=7),
            },
        )
        Attendance.objects.get_or_create(
            learning_session=session,
            person=cast.nia,
            defaults={"team": cast.team, "role": "participant", "by": cast.nia},
        )
        assert rounds.ask(row.pk) == 1
        assert list(messages(row).order_by("due_at").values_list("occurrence", flat=True)) == steps


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
    answering.answer(asked=asked, said={survey.questions.get(key="worth"): Said(value=4)})
    writing.turn(survey=survey, on=False, by=cast.paula)
    row.refresh_from_db()
    assert row.closes_at <= timezone.now()
    assert row.envelopes.count() == 1


def test_whoever_turns_a_survey_off_and_on_does_not_read_what_was_said_in_between(cast, settings):
    survey = make.survey(cohort=cast.cohort, moment="close")
    row = make.survey_round(survey=survey)
    for person in (cast.nia, cast.tess):
        make.asked(round=row, person=person)
    make.survey_answers(round=row, many=5, sure=4)
    writing.turn(survey=survey, on=False, by=cast.paula)
    sweep()
    row.refresh_from_db()
    assert row.mixed_at is None, "it was a mistake, perhaps"
    writing.turn(survey=survey, on=True, by=cast.paula)
    assert Round.objects.open().filter(pk=row.pk).exists()
    settings.UNDO_SECONDS = 0
    writing.turn(survey=survey, on=False, by=cast.paula)
    sweep()
    row.refresh_from_db()
    assert row.mixed_at
    writing.turn(survey=survey, on=True, by=cast.paula)
    sweep()
    assert not Round.objects.open().filter(pk=row.pk).exists()


# ---------------------------------------------------------------- whom


def there(session, *people, **columns) -> None:
    """Let people have been at a session."""
    for person in people:
        row = make.attendance(learning_session=session, person=person)
        Attendance.objects.filter(pk=row.pk).update(by=None, **columns)


def open_round(cast, moment: str = "session", *, came: bool = True, **fields) -> Round:
    """Put a survey that is open: the one after a session about the one that is over, at which all four were."""
    about = str(cast.past_session.pk) if moment == "session" else ""
    if about and came:
        there(cast.past_session, cast.tess, cast.nia, cast.pierre, cast.otto)
    return make.survey_round(survey=make.survey(cohort=cast.cohort, moment=moment), about=about, **fields)


@pytest.mark.parametrize("moment", ["before", "session"])
def test_everybody_in_a_team_is_asked_once_and_nobody_else(cast, moment):
    row = open_round(cast, moment, closes_in=20)
    if moment == "session":
        there(cast.past_session, cast.paula, cast.colin)
    make.member(team=cast.other_team, user=cast.nia)  # in two teams, one person
    assert rounds.ask(row.pk) == 4
    assert rounds.ask(row.pk) == 0
    asked = {one.person for one in Asked.objects.filter(round=row).select_related("person")}
    assert asked == {cast.tess, cast.nia, cast.pierre, cast.otto}
    assert messages(row, occurrence="").count() == 4
    assert messages(row, occurrence="again").count() == 4, "one reminder at most"
    assert messages(row).count() == 8
    newcomer = make.member(team=cast.team)
    if moment == "session":
        assert rounds.ask(row.pk) == 0, "who was not there is not asked"
        there(cast.past_session, newcomer)
    assert rounds.ask(row.pk) == 1
    assert Asked.objects.filter(round=row, person=newcomer).exists()


def test_after_a_session_who_was_there_is_asked_as_the_programme_counts_it(cast):
    row, session = open_round(cast, came=False), cast.past_session
    SessionRules.objects.update_or_create(programme=cast.programme, defaults={"least_percent": 50})
    there(session, cast.nia, source="report", minutes=session.minutes // 2)
    there(session, cast.tess, source="report", minutes=session.minutes // 2 - 1)
    there(session, cast.pierre, source="room", awaits_lead=True)
    guest = session.guests.create(name="Gil", secret_hash="x", team=cast.team)
    Attendance.objects.create(learning_session=session, guest=guest, role="participant")
    assert rounds.ask(row.pk) == 1
    assert Asked.objects.get(round=row).person == cast.nia
    Attendance.objects.filter(person=cast.pierre).update(awaits_lead=False)
    assert rounds.ask(row.pk) == 1, "once the lead has confirmed them"


def test_the_reminder_comes_on_the_third_day_and_not_where_too_little_time_is_left(cast):
    row = open_round(cast, closes_in=5)
    rounds.ask(row.pk)
    zone = cast.cohort.time_zone
    first = messages(row, occurrence="", recipient=cast.nia).get()
    again = wall_in(messages(row, occurrence="again", recipient=cast.nia).get().due_at, zone)
    assert again.date() == wall_in(first.due_at, zone).date() + dt.timedelta(days=3)
    assert again.hour == 10
    there(cast.next_session, cast.nia)
    short = make.survey_round(survey=row.survey, closes_in=2, about=str(cast.next_session.pk))
    assert rounds.ask(short.pk) == 1
    assert not messages(short, occurrence="again").exists()


def test_who_is_noted_days_later_is_written_to_by_day(cast):
    row = open_round(cast, came=False, opened=2)
    there(cast.past_session, cast.nia)
    night = wall_in(timezone.now(), cast.cohort.time_zone).replace(hour=23, minute=0)
    with time_machine.travel(night, tick=False):
        rounds.ask(row.pk)
    due = messages(row, occurrence="", recipient=cast.nia).get().due_at
    assert wall_in(due, cast.cohort.time_zone).hour == rounds.MORNING.hour
    row = make.survey_round(survey=row.survey, opened=0, about=str(cast.next_session.pk))
    there(cast.next_session, cast.nia)
    rounds.ask(row.pk)
    due = messages(row, occurrence="", recipient=cast.nia).get().due_at
    assert due - timezone.now() < dt.timedelta(minutes=1), "right after it, at once"


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
    [mail] = messages(row, occurrence=rounds.FIRST, recipient=cast.nia)
    assert Briefing([mail]).no_longer(mail) is None
    pausing.pause(team=cast.team, reason="outbreak", until=today_in(cast.cohort), by=cast.tess)
    assert Briefing([mail]).no_longer(mail).reason == states.AT_REST


def test_who_has_finished_left_or_was_never_asked_hears_nothing_more(cast):
    row = open_round(cast)
    rounds.ask(row.pk)
    done = Asked.objects.get(round=row, person=cast.nia)
    answering.answer(asked=done, said={row.survey.questions.get(key="worth"): Said(value=5)})
    Membership.objects.filter(user=cast.pierre).update(until=timezone.now())
    people = [cast.nia, cast.pierre, cast.tess, cast.colin]
    assert rounds.may_hear_of([(one, str(row.pk)) for one in people]) == {(cast.tess.pk, str(row.pk))}
    with pytest.raises(Gone):
        render(messages(row, occurrence="again", recipient=cast.nia).get())


def test_a_team_that_has_withdrawn_is_not_asked_and_hears_nothing_more(cast):
    row = open_round(cast)
    assert rounds.ask(row.pk) == 4
    type(cast.other_team).objects.filter(pk=cast.other_team.pk).update(withdrawn_at=timezone.now())
    people = [cast.otto, cast.tess]
    assert rounds.may_hear_of([(one, str(row.pk)) for one in people]) == {(cast.tess.pk, str(row.pk))}
    there(cast.past_session, make.member(team=cast.other_team))
    assert rounds.ask(row.pk) == 0


def test_the_questions_of_many_cost_as_many_statements_as_those_of_one(cast, django_assert_max_num_queries):
    row = open_round(cast)
    there(cast.past_session, *(make.member(team=cast.team) for _one in range(12)))
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
    assert row.envelopes.count() == 1


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
    sweep()
    asked.refresh_from_db()
    assert asked.started_on == today_in(cast.cohort)
    answering.answer(asked=asked, said={row.survey.questions.get(key="worth"): Said(value=3)})
    assert drafts.load(cast.nia, answering.draft_of(asked)) is None
    # A copy that was on its way overtakes the answer: it goes with the next round.
    drafts.save(cast.nia, answering.draft_of(asked), rf.post("/", {"q-worth": "3"}).POST)
    sweep()
    assert drafts.load(cast.nia, answering.draft_of(asked)) is None


def test_who_begins_at_night_has_begun_on_the_day_of_their_cohort(cast, rf):
    row = open_round(cast)
    rounds.ask(row.pk)
    asked = Asked.objects.get(round=row, person=cast.nia)
    drafts.save(cast.nia, answering.draft_of(asked), rf.post("/", {"q-worth": "3"}).POST)
    Cohort.objects.filter(pk=cast.cohort.pk).update(time_zone="America/Vancouver")
    night = (timezone.now() + dt.timedelta(days=1)).replace(hour=3)
    with time_machine.travel(night, tick=False):
        sweep()
    asked.refresh_from_db()
    assert asked.started_on == night.date() - dt.timedelta(days=1)
