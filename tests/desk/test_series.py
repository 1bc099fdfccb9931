"""The whole series on one page: what one person of each role gets, and whether that is more than people were promised."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from collaborative import announcing, kind_notes
from collaborative.addressing import Audience, reach_of
from collaborative.models import KindNote
from core.refusals import Refused
from core.registry import Foreseen
from core.time import forward_utc
from desk.series import sending
from desk.series.load import MOST_A_WEEK, MOST_IN_ALL, MOST_MINUTES, load_of
from desk.series.pages import page_of, series_of, warnings_of
from notifications import kinds
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.wording import render
from sessions.models import LearningSession
from surveys import rounds
from surveys.models import Moment
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]
MONDAY = dt.date(2027, 1, 4)
ZONE = "America/Toronto"


def shipped(first_day: dt.date = MONDAY):
    """Return a cohort as the template makes it, with every survey that the product brings turned on."""
    opens = first_day - dt.timedelta(days=60)
    cohort = make.cohort(
        first_day=first_day,
        apply_from=opens,
        apply_until=first_day - dt.timedelta(days=20),
        answers_on=first_day - dt.timedelta(days=10),
        announced_at=dt.datetime.combine(opens, dt.time(), dt.UTC),
    )
    for moment in Moment:
        make.survey(cohort=cohort, moment=moment.value)
    return cohort


@pytest.fixture
def cohort():
    return shipped()


@pytest.fixture
def planning(client, cohort):
    client.force_login(make.planner(cohort=cohort, name="Paula"))
    return client


def url(cohort, **chosen) -> str:
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return reverse("planning_series", args=[cohort.pk]) + (f"?{query}" if query else "")


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def told(cohort, role: str, kind: str) -> list[tuple[str, str]]:
    """Return (occurrence, day) of the messages of a kind, in order."""
    return [(one.occurrence, f"{one.at:%m-%d}") for one in series_of(cohort, role) if one.kind == kind]


# ---------------------------------------------------------------- what is promised


def at(day: int, kind: str = "a/b", **more) -> Foreseen:
    return Foreseen(kind, dt.datetime(2027, 1, day, 15, tzinfo=dt.UTC), **more)


def test_a_week_begins_on_monday_on_the_cohorts_clock():
    late_on_sunday = Foreseen("a/b", dt.datetime(2027, 1, 4, 3, tzinfo=dt.UTC))  # still Sunday in Toronto
    load = load_of([at(4), late_on_sunday], ZONE)
    assert [(one.monday, len(one.messages)) for one in load.weeks] == [(dt.date(2026, 12, 28), 1), (MONDAY, 1)]


def test_two_automatic_mails_a_week_news_of_sessions_and_what_is_sent_by_hand_beside():
    week = [at(4), at(5), at(6, is_news=True), at(7, by_hand=True)]
    assert not load_of(week, ZONE).is_too_much
    assert [one.monday for one in load_of([*week, at(8, optional=True)], ZONE).full_weeks] == [MONDAY]


def test_thirty_over_the_series():
    weeks = [Foreseen("a/b", dt.datetime(2027, 1, 4, 15, tzinfo=dt.UTC) + dt.timedelta(weeks=n)) for n in range(30)]
    assert not load_of(weeks, ZONE).is_too_much
    over = load_of([*weeks, at(4, is_news=True)], ZONE)
    assert (over.is_too_much, over.full_weeks, over.automatic) == (True, [], 31)
    assert not load_of([*weeks, at(4, by_hand=True)], ZONE).is_too_much


def test_what_comes_only_while_it_is_answered_is_counted_beside_the_thirty_one_a_week():
    weeks = [Foreseen("a/b", dt.datetime(2027, 1, 4, 15, tzinfo=dt.UTC) + dt.timedelta(weeks=n)) for n in range(30)]
    asked = [dataclasses.replace(one, while_answered=True) for one in weeks]
    load = load_of([*weeks, *asked], ZONE)
    assert (load.n, load.in_all, load.asked, load.is_too_much) == (60, 30, 30, False)
    assert load_of([*weeks, *weeks[:1]], ZONE).is_too_much
    twice = load_of([asked[0], asked[0]], ZONE)
    assert twice.full_weeks
    assert warnings_of(twice) == ["In the week of 4 January they are asked for a number more than once."]


def test_nobody_both_came_and_was_missed():
    came = [at(4, came="7"), at(5, came="7")]
    assert load_of([*came, at(6, missed="7"), at(6, missed="8")], ZONE).automatic == 3
    assert load_of([*came, at(6, missed="7")], ZONE).automatic == 2
    both = load_of([at(4, came="7"), at(5, missed="7"), at(6, missed="7"), at(7, by_hand=True)], ZONE)
    assert (both.automatic, both.n) == (2, 3)


def test_one_nudge_before_and_one_after_whatever_is_due():
    before, after = at(4, thing="x", nudge="before"), at(11, thing="x", nudge="after")
    assert not load_of([before, after, at(18, thing="y", nudge="before")], ZONE).is_too_much
    twice = load_of([before, dataclasses.replace(before, at=after.at)], ZONE)
    assert [(one.thing, one.nudge) for one in twice.nudged] == [("x", "before")]


def test_twenty_minutes_of_surveys():
    assert not load_of([at(4, minutes=20)], ZONE).is_too_much
    assert load_of([at(4, minutes=20), at(11, minutes=1)], ZONE).is_too_much


def test_what_is_too_much_is_said_in_words_with_the_week_and_why():
    rows = [at(4, "surveys/asked", minutes=30), at(5, "surveys/asked"), at(6, "improvement/number-due")]
    said = " ".join(warnings_of(load_of(rows, ZONE)))
    assert "In the week of 4 January they get 3 automatic mails" in said
    assert f"{kinds.name_of('surveys/asked')} (2)" in said
    assert "All surveys together take them 30 minutes" in said
    assert warnings_of(load_of(rows[:0], ZONE)) == []


# ---------------------------------------------------------------- what the shipped template keeps


FIRST_DAYS = [MONDAY + dt.timedelta(days=n) for n in range(7)]
ROLES = ["participant", "partner", "lead"]


@pytest.mark.parametrize("role", ROLES)
def test_the_template_keeps_two_a_week_whatever_weekday_it_begins_on(role):
    full = []
    for first_day in FIRST_DAYS:
        cohort = shipped(first_day)
        full += [(first_day, warnings_of(load)) for load in [load_of(series_of(cohort, role), ZONE)] if load.full_weeks]
    assert not full, f"{MOST_A_WEEK} a week"


@pytest.mark.parametrize("first_day", FIRST_DAYS)
def test_a_session_beside_the_series_fills_no_week_whenever_it_is(first_day):
    cohort = shipped(first_day)
    added = make.learning_session(cohort=cohort, wall=dt.datetime.combine(first_day, dt.time(12)), kind="drop_in")
    full = []
    # Every fifth day: each weekday in its turn, from before the first session until after the last.
    for days in range(0, 126, 5):
        on = first_day + dt.timedelta(days=days)
        at = forward_utc(dt.datetime.combine(on, dt.time(12)), ZONE)
        put_in = at - dt.timedelta(minutes=40)
        LearningSession.objects.filter(pk=added.pk).update(day=on, starts_at=at, created_at=put_in)
        full += [(on, warnings_of(load)) for load in [load_of(series_of(cohort, "lead"), ZONE)] if load.full_weeks]
    assert not full, f"{MOST_A_WEEK} a week"


@pytest.mark.parametrize("role", ROLES)
def test_the_template_keeps_thirty_in_all_whatever_working_day_it_begins_on(role):
    for first_day in FIRST_DAYS[:5]:
        assert load_of(series_of(shipped(first_day), role), ZONE).in_all <= MOST_IN_ALL


def test_the_template_keeps_thirty_of_everything_for_a_lead_who_never_answers():
    for first_day in FIRST_DAYS:
        found = series_of(shipped(first_day), "lead")
        asked = [one for one in found if one.while_answered]
        assert len(asked) > 4
        rare = asked[:3]
        for one in asked[3:]:
            if one.at - rare[-1].at >= dt.timedelta(weeks=8):
                rare.append(one)
        assert load_of([one for one in found if not one.while_answered or one in rare], ZONE).automatic <= MOST_IN_ALL


def test_the_template_keeps_both_for_leads_in_whatever_week_of_the_year_it_begins():
    # Every sixteenth day of a year: each weekday in its turn.
    for days in range(0, 365, 16):
        first_day = MONDAY + dt.timedelta(days=days)
        load = load_of(series_of(shipped(first_day), "lead"), ZONE)
        assert warnings_of(load) == [], first_day


@pytest.mark.parametrize("role", ROLES)
def test_the_template_nudges_once_for_whatever_is_due(role):
    assert load_of(series_of(shipped(), role), ZONE).nudged == []


@pytest.mark.parametrize("role", ROLES)
def test_the_template_keeps_twenty_minutes_of_surveys(role):
    load = load_of(series_of(shipped(), role), ZONE)
    assert 0 < load.minutes <= MOST_MINUTES


# ---------------------------------------------------------------- it is what is planned


def test_reminders_are_foreseen_when_they_are_planned(cohort):
    person = make.member(team=make.team(cohort=cohort))
    session = cohort.learning_sessions.order_by("starts_at").last()
    rows = PlannedMessage.objects.about(session).to(person).filter(kind="sessions/reminder")
    planned = set(rows.values_list("occurrence", "due_at"))
    found = {
        (one.occurrence, one.at)
        for one in series_of(cohort, "participant")
        if one.kind == "sessions/reminder" and one.source == ("learning_sessions.learningsession", str(session.pk))
    }
    assert found == planned
    assert len(found) == 3


def test_of_a_session_that_is_put_in_late_nothing_is_foreseen_that_nobody_gets(cohort):
    person = make.member(team=make.team(cohort=cohort), email="nia@example.ca")
    for minutes in (40, 3 * 24 * 60):
        session = make.learning_session(cohort=cohort, minutes_ahead=minutes)
        # Everybody has come by then.
        cohort.answers_on = timezone.now().date() - dt.timedelta(days=30)
        rows = PlannedMessage.objects.about(session).to(person)
        planned = set(rows.values_list("kind", "occurrence"))
        source = ("learning_sessions.learningsession", str(session.pk))
        found = {(one.kind, one.occurrence) for one in series_of(cohort, "participant") if one.source == source}
        assert found == planned


def test_a_session_that_moves_moves_its_reminders_and_a_cancelled_one_has_none(cohort):
    session = cohort.learning_sessions.order_by("starts_at").last()
    before = told(cohort, "participant", "sessions/reminder")
    type(session).objects.filter(pk=session.pk).update(cancelled_at=session.starts_at)
    assert len(told(cohort, "participant", "sessions/reminder")) == len(before) - 3


def test_surveys_are_foreseen_when_their_rounds_open_and_once_more(cohort):
    rounds.follow(cohort)
    opens = {one.opens_at for one in cohort.surveys.get(moment="close").rounds.all()}
    close = [one for one in series_of(cohort, "partner") if one.about == cohort.surveys.get(moment="close").title]
    assert {close[0].at} == opens
    assert [(one.occurrence, one.optional) for one in close] == [("", False), ("again", True)]
    cohort.surveys.update(is_on=False)
    assert not [one for one in series_of(cohort, "partner") if one.kind.startswith("surveys/")]


def test_the_last_comes_three_months_after_the_end(cohort):
    last = series_of(cohort, "participant")[-1]
    end = max(phase.ends_on for phase in cohort.phases.all())
    assert last.kind == "surveys/asked-later"
    assert dt.timedelta(days=89) < last.at.date() - end < dt.timedelta(days=100)


def test_an_invitation_and_its_reminder_leave_days_of_peace_alone(cohort):
    asked = told(cohort, "participant", "enrolment/not-here-yet")
    assert asked == [("day-5", "12-30")]
    cohort.quiet_weeks.create(starts_on=dt.date(2026, 12, 29), ends_on=dt.date(2026, 12, 31), name_en="x", name_fr="x")
    assert told(cohort, "participant", "enrolment/not-here-yet") == [("day-5", "01-01")]


def test_roles_differ(cohort):
    by_role = {
        role: {one.kind for one in series_of(cohort, role)}
        for role in ("participant", "lead", "sponsor", "planner", "coach")
    }
    assert "collaborative/prework" in by_role["lead"] - by_role["participant"]
    assert "enrolment/letter" in by_role["lead"] - by_role["participant"]
    assert "collaborative/tasks" in by_role["planner"] - by_role["lead"]
    assert not {one for one in by_role["coach"] if one.startswith("surveys/")}
    assert not {one for one in by_role["sponsor"] if one.startswith("sessions/")}


def test_every_foreseen_kind_is_one_that_there_is(cohort):
    for role in ("participant", "lead", "partner", "sponsor", "coach", "mentor", "faculty", "planner"):
        assert [one.kind for one in series_of(cohort, role) if kinds.find(one.kind) is None] == []


# ---------------------------------------------------------------- the page


def test_the_page_shows_both_clocks_totals_and_the_words_behind_each(planning, cohort):
    page = text_of(planning.get(url(cohort, role="participant", city="halifax", speaks="en")))
    assert "Week of 1 February 2027" in page
    assert "13:00 in Halifax" in page
    assert "12:00, Toronto time" in page
    assert reverse("planning_kind", args=[cohort.pk, "sessions", "reminder"]) in page
    assert "Only where it is needed" in page
    load = load_of(series_of(cohort, "participant"), ZONE)
    assert f"{load.at_least} messages in any case" in page
    assert f"{load.minutes} minutes of surveys" in page


def test_it_can_be_read_in_the_other_language_and_nonsense_is_the_first_choice(planning, cohort):
    page = text_of(planning.get(url(cohort, role="lead", speaks="fr", city="gaspe")))
    assert "Semaine du 1er février 2027" in page
    assert "Send me the set as: Team lead" in page
    page = text_of(planning.get(url(cohort, role="king", speaks="la", city="atlantis")))
    assert "Send me the set as: Team member" in page


def test_the_page_says_who_is_asked_for_numbers_so_often_and_what_promised_means(planning, cohort):
    load = load_of(series_of(cohort, "lead"), ZONE)
    page = text_of(planning.get(url(cohort, role="lead")))
    assert f"{load.n} at the most" in page
    assert f"{load.asked} of them ask for the week’s number: one a week at the most" in page
    assert "Whoever does not answer is asked more rarely." in page
    assert "thirty in all beside those that ask for the week’s number" in page
    assert "“Promised” means: the programme promised" in page
    page = text_of(planning.get(url(cohort, role="participant")))
    assert "ask for the week’s number" not in page


def test_warnings_speak_on_the_page(planning, cohort, monkeypatch):
    assert "automatic mails; 30 is what" not in text_of(planning.get(url(cohort, role="lead")))
    opens = dt.date(2027, 1, 10)
    for weeks in range(8):
        make.learning_session(cohort=cohort, wall=dt.datetime.combine(opens + dt.timedelta(weeks=weeks), dt.time(12)))
    assert "automatic mails; 30 is what they were promised" in text_of(planning.get(url(cohort, role="lead")))


def test_a_planned_announcement_stands_among_them(planning, cohort):
    make.lead(team=make.team(cohort=cohort))
    paula = make.planner(cohort=cohort)
    words = {"subject_en": "A new room", "text_en": "x", "subject_fr": "Une autre salle", "text_fr": "x"}
    whom = {"audience": Audience(roles=("lead",)), "is_must": False, "only_told": False, "wished_at": None}
    row = announcing.write(cohort=cohort, by=paula, **whom, **words)
    announcing.send(announcement=row, by=paula, mark=reach_of(row).mark(row))
    assert "A new room" in text_of(planning.get(url(cohort, role="lead")))
    assert "Une autre salle" in text_of(planning.get(url(cohort, role="lead", speaks="fr")))
    assert "A new room" not in text_of(planning.get(url(cohort, role="partner")))


@pytest.mark.parametrize("role", ["participant", "lead", "planner"])
def test_the_page_costs_no_more_than_any_other(planning, cohort, role, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        planning.get(url(cohort, role=role))


def test_before_there_is_a_real_message_its_kind_shows_what_the_first_one_will_say(planning, cohort):
    PlannedMessage.objects.update(scope_id="elsewhere")
    page = text_of(planning.get(reverse("planning_kind", args=[cohort.pk, "sessions", "reminder"])))
    assert "In English" in page
    assert "Session 1" in page
    assert "Séance 1" in page


# ---------------------------------------------------------------- sent to oneself


def sent_to(cohort):
    return list(PlannedMessage.objects.filter(kind=sending.KIND, scope_id=str(cohort.pk)).order_by("occurrence"))


def test_the_set_goes_to_the_planner_alone_marked_as_a_sample(planning, cohort):
    answer = planning.post(url(cohort), {"role": "participant", "speaks": "fr", "city": "halifax"})
    assert answer.status_code == 302
    rows = sent_to(cohort)
    assert {one.recipient.name for one in rows} == {"Paula"}
    briefing = Briefing(rows)
    letters = [render(one, briefing.said) for one in rows if not briefing.no_longer(one)]
    assert len(letters) == len(rows)
    assert all(one.subject.startswith("Sample ") for one in letters)
    assert all("This is a sample for you. Nobody else has got it" in one.plain for one in letters)
    reminder = next(one for one in letters if "Séance 1" in one.plain and "Session reminder" in one.plain)
    assert "in Halifax" in reminder.plain
    assert "/join" not in reminder.plain


def test_a_set_is_so_long_and_asked_for_so_often(planning, cohort, monkeypatch):
    monkeypatch.setattr(sending, "MOST", 3)
    monkeypatch.setattr(sending, "MOST_SETS", 2)
    for _n in range(3):
        planning.post(url(cohort), {"role": "participant", "speaks": "en", "city": "toronto"})
    assert len(sent_to(cohort)) == 6
    assert "many of these today" in text_of(planning.get(url(cohort)))


def test_a_sample_stops_for_who_plans_no_more(planning, cohort):
    planning.post(url(cohort), {"role": "coach", "speaks": "en", "city": "toronto"})
    rows = sent_to(cohort)
    paula = rows[0].recipient
    paula.memberships.all().delete()
    rows = sent_to(cohort)
    briefing = Briefing(rows)
    assert briefing.no_longer(rows[0]) or kinds.get(sending.KIND).context(rows[0]) is None


# ---------------------------------------------------------------- a paragraph above the words


def note(cohort) -> str:
    return reverse("planning_kind_note", args=[cohort.pk, "sessions", "reminder"])


def test_a_paragraph_is_looked_at_before_it_stands(planning, cohort):
    typed = {"text_en": "Bring your badge.", "text_fr": "Apportez votre carte.", "version": "0"}
    answer = planning.post(note(cohort), typed)
    assert answer.status_code == 200
    assert "Let it stand there" in text_of(answer)
    assert not KindNote.objects.exists()
    mark = answer.context["mark"]
    planning.post(note(cohort), typed | {"text_en": "Other words.", "confirm": mark})
    assert not KindNote.objects.exists()
    assert planning.post(note(cohort), typed | {"confirm": mark}).status_code == 302
    assert KindNote.objects.get().text_fr == "Apportez votre carte."


def test_one_language_alone_is_refused_beside_the_other(planning, cohort):
    answer = planning.post(note(cohort), {"text_en": "Bring your badge.", "text_fr": "", "version": "0"})
    assert "text_fr" in answer.context["form"].errors


def test_emptied_it_is_gone_and_overtaken_it_shows_both(planning, cohort):
    paula = make.planner(cohort=cohort)
    put = {"programme": cohort.programme, "kind": "sessions/reminder", "by": paula}
    kind_notes.put(**put, version=0, text_en="One", text_fr="Un")
    kind_notes.put(**put, version=1, text_en="Two", text_fr="Deux")
    answer = planning.post(note(cohort), {"text_en": "", "text_fr": "", "version": "1"})
    assert answer.status_code == 409
    assert "Deux" in text_of(answer)
    assert planning.post(note(cohort), {"text_en": "", "text_fr": "", "version": "2"}).status_code == 302
    assert not KindNote.objects.exists()


def test_only_who_plans_every_series_of_a_programme_writes_above_its_mails(planning, client, cohort):
    other = make.cohort(programme=cohort.programme)
    typed = {"text_en": "Bring your badge.", "text_fr": "Apportez votre carte.", "version": "0"}
    page = text_of(planning.get(note(cohort)))
    assert "a series that you do not plan" in page
    assert "See how it reads" not in page
    refused = planning.post(note(cohort), typed)
    assert "a series that you do not plan" in text_of(refused)
    assert "Bring your badge." in refused.content.decode(), "what somebody typed is not lost"
    assert "The paragraph above it" in text_of(
        planning.get(reverse("planning_kind", args=[cohort.pk, "sessions", "reminder"]))
    )
    with pytest.raises(Refused):
        kind_notes.put(
            programme=cohort.programme, kind="sessions/reminder", by=make.planner(cohort=cohort),
            version=0, text_en="One", text_fr="Un",
        )  # fmt: skip
    planning.post(note(cohort), typed | {"confirm": "any"})
    assert not KindNote.objects.exists()
    other.closed_at = timezone.now()
    other.save()
    assert "See how it reads" in text_of(planning.get(note(cohort)))


def test_kinds_without_a_paragraph_have_no_page(planning, cohort):
    for room, name in (("account", "login-code"), ("collaborative", "announcement"), ("no", "such")):
        assert planning.get(reverse("planning_kind_note", args=[cohort.pk, room, name])).status_code == 404


def test_the_page_of_a_language_is_worked_out_in_it(cohort):
    english, french = (page_of(cohort, "participant", lang=lang, city="toronto") for lang in ("en", "fr"))
    assert len(english.weeks) == len(french.weeks)
    assert english.weeks[0].head != french.weeks[0].head
