"""A cohort from its programme's template, in every form, and like an earlier cohort."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Entry
from collaborative.making import from_cohort, from_template, make_cohort
from collaborative.models import Phase, PlanningTask, TemplatePhase
from collaborative.order import keep_in_order
from core.refusals import Refused
from sessions.models import AgendaItem, LearningSession
from sessions.services import hours_of
from tests import make

pytestmark = pytest.mark.django_db

FIRST = dt.date(2027, 9, 7)  # a Tuesday


def new(programme, **more):
    n = programme.cohorts.count()
    return make_cohort(
        programme=programme,
        slug=f"new-{n}",
        name_en=f"New {n}",
        name_fr=f"Nouvelle {n}",
        **{"first_day": FIRST, **more},
    )


def days(cohort):
    return {phase.key: (phase.starts_on, phase.ends_on) for phase in cohort.phases.in_order()}


def test_what_a_programme_brings_is_written_down():
    programme = make.programme()
    entry = Entry.objects.get(verb="programme.furnished", about_id=str(programme.pk))
    assert entry.detail["phases"] == programme.template.count()


def test_the_template_gives_three_sessions_two_action_periods_and_the_days_of_enrolment():
    cohort = new(make.programme())
    assert list(days(cohort)) == ["pre-work", "ls1", "ap1", "ls2", "ap2", "ls3", "wrap-up"]
    assert days(cohort)["ls1"] == (dt.date(2027, 10, 6),) * 2
    assert days(cohort)["wrap-up"] == (dt.date(2027, 12, 30), dt.date(2028, 1, 3))
    assert (cohort.apply_from, cohort.apply_until, cohort.answers_on) == (
        dt.date(2027, 7, 6),
        dt.date(2027, 8, 24),
        dt.date(2027, 8, 27),
    )
    assert list(cohort.phases.in_order().values_list("ordinal", flat=True)) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("third", "congress", "keys", "wrap_up"),
    [
        (True, False, ["ls3", "ap3", "wrap-up"], dt.date(2028, 1, 26)),
        (False, True, ["ls3", "congress", "wrap-up"], dt.date(2028, 1, 27)),
        (True, True, ["ls3", "ap3", "congress", "wrap-up"], dt.date(2028, 1, 27)),
    ],
)
def test_a_third_action_period_and_a_congress_go_with_the_form(third, congress, keys, wrap_up):
    programme = make.programme()
    cohort = new(programme, recipe=from_template(programme, third_period=third, congress=congress))
    assert list(days(cohort))[5:] == keys
    assert days(cohort)["wrap-up"][0] == wrap_up
    kinds = list(LearningSession.objects.filter(cohort=cohort).order_by("starts_at").values_list("kind", "minutes"))
    assert kinds == [("learning", 90)] * 3 + [("congress", 120)] * congress


def test_tasks_follow_from_the_dates_and_those_of_a_congress_only_where_there_is_one():
    programme = make.programme()
    plain, full = new(programme), new(programme, recipe=from_template(programme, congress=True))
    due = dict(plain.tasks.values_list("key", "due_on"))
    assert due["ls2-announce"] == dt.date(2027, 11, 24) - dt.timedelta(days=7)
    assert due["call-out"] == plain.apply_from
    assert due["welcome"] == FIRST
    offsets = set(plain.tasks.filter(anchor="ls2").values_list("offset", flat=True))
    assert offsets == {-60, -30, -14, -7, -1, 1, 2, 3}
    assert not plain.tasks.filter(anchor="congress").exists()
    assert full.tasks.filter(anchor="congress").count() == 8


def test_a_cohort_without_days_of_enrolment_has_no_tasks_around_them():
    cohort = new(make.programme(), apply_from=None, apply_until=None, answers_on=None)
    assert not cohort.tasks.filter(anchor__in=["apply_from", "apply_until", "answers_on"]).exists()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(weeks=st.integers(-40, 60), over=st.sampled_from([0, 0, 1, 3]), third=st.booleans(), pin=st.booleans())
def test_a_copy_moves_every_date_by_the_same_days_and_whole_weeks_keep_the_weekday(weeks, over, third, pin):
    programme = make.programme()
    last = new(programme, recipe=from_template(programme, third_period=third, congress=True))
    if pin:
        last.phases.filter(key="ap1").update(pinned_start=FIRST + dt.timedelta(days=40))
        last.phases.filter(key="ap1").update(starts_on=FIRST + dt.timedelta(days=40))
    moved_by_hand = last.learning_sessions.get(phase__key="ls2")
    Phase.objects.filter(pk=moved_by_hand.phase_id).update(
        starts_on=FIRST + dt.timedelta(days=80), ends_on=FIRST + dt.timedelta(days=80)
    )
    on = dt.timedelta(weeks=weeks, days=over)
    recipe = from_cohort(last, hours=hours_of(last))
    copy = new(programme, first_day=FIRST + on, recipe=recipe)
    before, after = days(last), days(copy)
    before["ap1"] = (before["ap1"][0], FIRST + dt.timedelta(days=79))
    before["ap2"] = (FIRST + dt.timedelta(days=81), before["ap2"][1])
    assert {key: (start + on, end + on) for key, (start, end) in before.items()} == after
    assert (copy.apply_from, copy.apply_until, copy.answers_on) == (
        last.apply_from + on, last.apply_until + on, last.answers_on + on,
    )  # fmt: skip
    if not over:
        assert all(start.weekday() == after[key][0].weekday() for key, (start, _end) in before.items())
    assert list(copy.phases.in_order().values_list("pinned_start", flat=True)) == [
        one and one + on for one in last.phases.in_order().values_list("pinned_start", flat=True)
    ]


def test_a_copy_keeps_hours_words_and_agenda_of_its_sessions():
    programme = make.programme()
    last = new(programme)
    LearningSession.objects.filter(cohort=last, phase__key="ls1").update(
        clock=dt.time(9, 30), minutes=75, title_en="Listen first", purpose_fr="Écouter"
    )
    AgendaItem.objects.create(
        learning_session=last.learning_sessions.get(phase__key="ls1"), ordinal=1, minutes=10, title_en="A", title_fr="B"
    )
    copy = new(programme, first_day=FIRST + dt.timedelta(weeks=52), recipe=from_cohort(last, hours=hours_of(last)))
    session = copy.learning_sessions.get(phase__key="ls1")
    assert (session.clock, session.minutes, session.title_en, session.purpose_fr) == (
        dt.time(9, 30), 75, "Listen first", "Écouter",
    )  # fmt: skip
    assert list(session.agenda.values_list("title_en", flat=True)) == ["A"]
    assert copy.learning_sessions.get(phase__key="ls2").title_en == "Session 2"


def test_what_is_set_by_hand_stands_and_the_stretches_follow():
    programme = make.programme()
    ls2, pinned = dt.date(2027, 12, 1), dt.date(2027, 10, 11)
    cohort = new(
        programme,
        on={"ls2": ls2},
        pins={"ap1": (pinned, None)},
        clocks={"ls2": dt.time(14, 0)},
        quiet=[(dt.date(2027, 12, 20), dt.date(2028, 1, 3))],
    )
    assert days(cohort)["ap1"] == (pinned, dt.date(2027, 11, 30))
    assert days(cohort)["ap2"][0] == dt.date(2027, 12, 2)
    assert cohort.learning_sessions.get(phase__key="ls2").wall == dt.datetime(2027, 12, 1, 14, 0)
    assert cohort.tasks.get(key="ls2-announce").due_on == dt.date(2027, 11, 24)
    assert cohort.quiet_weeks.get().starts_on == dt.date(2027, 12, 20)


@pytest.mark.parametrize(
    ("given_days", "field"),
    [
        ((dt.date(2027, 2, 2), dt.date(2027, 2, 1), None), "apply_until"),
        ((None, dt.date(2027, 2, 2), dt.date(2027, 2, 1)), "answers_on"),
    ],
)
def test_days_of_enrolment_follow_one_another(given_days, field):
    with pytest.raises(Refused) as refused:
        keep_in_order(*given_days)
    assert refused.value.field == field


def test_a_template_in_a_circle_makes_no_cohort():
    programme = make.programme()
    TemplatePhase.objects.filter(programme=programme, key="ls1").update(start_anchor="ap1")
    TemplatePhase.objects.filter(programme=programme, key="ap1").update(start_anchor="ls1")
    with pytest.raises(Refused, match="circle"):
        new(programme)
    assert not programme.cohorts.exists()
    assert not PlanningTask.objects.exists()
