"""What a team counts: added with its full definition, changed, no longer counted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import Entry
from core.refusals import Overtaken, Refused
from core.time import day, wall_in
from improvement import measuring, phasing
from improvement.definition_words import changes_of, definition_of
from improvement.models import Began, Measure, MeasureChange, MeasureDefinition, MeasurePhase
from improvement.services import record_number
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY
from tests.improvement.test_conversations import log

LAST = MONDAY - WEEK


def number(measure, start, value, by):
    record_number(measure=measure, by=by, period_start=start, value=Decimal(value))


@pytest.fixture
def falls(world):
    return measuring.add_measure(
        team=world.team,
        by=world.tess,
        name="Falls",
        kind="count",
        direction="down",
        unit="falls",
        meaning="On the floor.",
    )


@pytest.fixture
def counted(world, falls):
    """Twelve numbers stand, the last one of last week."""
    for back, value in enumerate([4, 5, 6, 5, 4, 5, 6, 5, 4, 5, 6, 5], 1):
        number(falls, MONDAY - back * WEEK, value, world.tess)
    return falls


def change(world, measure, **what):
    measure = Measure.objects.get(pk=measure.pk)
    return measuring.change_measure(**{"measure": measure, "by": world.nia, "version": measure.version, **what})


def says_no(field, press):
    with pytest.raises(Refused) as refused, transaction.atomic():
        press()
    assert refused.value.field == field
    return refused.value.sentence


# ---------------------------------------------------------------- adding


def test_the_full_definition_can_be_given_at_once(world):
    measure = measuring.add_measure(
        team=world.team, by=world.tess, name=" Falls per 1,000 days ", kind="rate", direction="down", per=1000,
        goal=Decimal("2.5"), goal_on=dt.date(2027, 3, 31), frequency="monthly", unit="falls", language="fr",
        measure_type="outcome", purpose=" Why. ", meaning="What.", numerator="Falls", denominator="Days",
        population="Everybody", source="Reports", sampling="some", sample=10, collector="The lead",
        baseline_value=Decimal("4.25"), baseline_from=dt.date(2026, 9, 1), baseline_until=dt.date(2026, 11, 30),
        dimension="past_harm", equity="By wing", small_numbers="None below five", reviewed="Monthly", chart="u",
    )  # fmt: skip
    measure.refresh_from_db()
    assert (measure.name_fr, measure.name_en, measure.unit_fr) == ("Falls per 1,000 days", "", "falls")
    assert (measure.definition.purpose, measure.definition.written_in) == ("Why.", "fr")
    assert [(line.label, line.words, line.lang) for line in definition_of(measure)] == [
        ("What exactly counts", "What.", "fr"),
        ("Counted as", "So many for every 1000", ""),
        ("Unit", "falls", ""),
        ("How many (numerator)", "Falls", "fr"),
        ("Of how many (denominator)", "Days", "fr"),
        ("Who or what is counted, and who is not", "Everybody", "fr"),
        ("How often", "every month", ""),
        ("Where the number comes from", "Reports", "fr"),
        ("All of them, or some", "A fixed number each time: 10", ""),
        ("Who counts", "The lead", "fr"),
        ("Which way is good?", "Less is better", ""),
        ("Goal", "2.5 by 31 March 2027", ""),
        ("Where it stood before", "4.25 (1 September 2026 – 30 November 2026)", ""),
        ("What it is for", "Why.", "fr"),
        ("What it tells of the aim", "Outcome: is the aim reached?", ""),
        ("Which part of safety it is about", "Something that happened", ""),
        ("For whom it is looked at apart", "By wing", "fr"),
        ("When numbers are very small", "None below five", "fr"),
        ("Who looks at it, when and how", "Monthly", "fr"),
        ("Control chart", "Rate (u)", ""),
    ]  # fmt: skip


def test_four_fields_are_enough(world):
    measure = measuring.add_measure(team=world.team, by=world.tess, name="Falls")
    assert not MeasureDefinition.objects.filter(pk=measure.pk).exists()
    assert [line.label for line in definition_of(measure)] == ["Counted as", "How often", "Which way is good?"]


def test_the_measure_that_fills_itself_has_its_definition_from_the_start(world):
    assert "logged" in " ".join(line.words for line in definition_of(world.measure))


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("name", {"name": "\u2800 "}),
        ("per", {"kind": "rate"}),
        ("per", {"kind": "count", "per": 1000}),
        ("goal", {"kind": "percent", "goal": Decimal(101)}),
        ("goal", {"kind": "count", "goal": Decimal("1.5")}),
        ("goal", {"goal_on": dt.date(2027, 1, 1)}),
        ("sample", {"sampling": "some"}),
        ("sample", {"sampling": "all", "sample": 3}),
        ("sample", {"sample": 3}),
        ("baseline_value", {"kind": "percent", "baseline_value": Decimal(101)}),
        ("baseline_value", {"baseline_from": dt.date(2026, 9, 1)}),
        ("baseline_from", {"baseline_value": Decimal(1), "baseline_from": dt.date(2026, 12, 17)}),
        ("baseline_until", {"baseline_value": Decimal(1), "baseline_from": dt.date(2026, 9, 2), "baseline_until": dt.date(2026, 9, 1)}),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused_beside_its_field(world, field, what):
    before = Measure.objects.count()
    says_no(field, lambda: measuring.add_measure(**{"team": world.team, "by": world.tess, "name": "X", **what}))
    assert (Measure.objects.count(), MeasureDefinition.objects.count()) == (before, 0)


def test_the_middle_of_counts_need_not_be_whole(world):
    measure = measuring.add_measure(team=world.team, by=world.tess, name="X", baseline_value=Decimal("3.5"))
    assert measure.definition.baseline_value == Decimal("3.5")


# ---------------------------------------------------------------- changing


def test_each_changed_field_is_kept_as_it_was(world, falls):
    change(world, falls, name_en="Falls on the floor", goal=Decimal(3), source="Reports", direction="down")
    falls.refresh_from_db()
    assert (falls.name_en, falls.goal, falls.definition.source, falls.version) == (
        "Falls on the floor",
        3,
        "Reports",
        2,
    )
    kept = MeasureChange.objects.get()
    assert (kept.before, kept.by, kept.from_period) == (
        {"name_en": "Falls", "goal": None, "source": ""},
        world.nia,
        None,
    )
    change(world, falls, goal=Decimal(12), goal_on=dt.date(2027, 3, 31))
    change(world, falls, goal=None, goal_on=None)
    newest, *_rest = changes_of(Measure.objects.get(pk=falls.pk), world.tess)
    assert (newest.who, newest.counts_from) == ("Nia Test", "")
    last = MeasureChange.objects.order_by("created_at").last()
    assert newest.on == day(wall_in(last.created_at, world.tess.time_zone).date(), "en", weekday=False, year=True)
    assert newest.lines == [("Goal", "12", "nothing"), ("By when", "31 March 2027", "nothing")]
    first = changes_of(Measure.objects.get(pk=falls.pk), world.tess)[-1]
    assert first.lines == [
        ("What is counted, in English", "Falls", "Falls on the floor"),
        ("Where the number comes from", "nothing", "Reports"),
        ("Goal", "nothing", "3"),
    ]
    assert Entry.objects.filter(verb="measure.changed").count() == 3


def test_the_same_again_changes_nothing(world, falls):
    for _press in range(2):
        measuring.change_measure(measure=falls, by=world.nia, version=1, goal=Decimal(3), meaning=" On the floor. ")
    falls.refresh_from_db()
    assert (falls.version, MeasureChange.objects.count()) == (2, 1)


def test_who_was_overtaken_sees_what_stands_now(world, falls):
    change(world, falls, goal=Decimal(3))
    with pytest.raises(Overtaken) as overtaken:
        change(world, falls, version=1, goal=Decimal(5))
    assert (overtaken.value.theirs.goal, overtaken.value.theirs.version) == (3, 2)
    assert Measure.objects.get(pk=falls.pk).goal == 3


@pytest.mark.parametrize(("field", "now"), [("kind", "number"), ("frequency", "monthly")])
def test_kind_and_rhythm_stay_once_a_number_stands(world, falls, field, now):
    change(world, falls, **{field: now})
    change(world, falls, **{field: getattr(falls, field)})
    number(falls, LAST, 4, world.tess)
    assert "Add another measure" in says_no(field, lambda: change(world, falls, **{field: now}))
    assert getattr(Measure.objects.get(pk=falls.pk), field) == getattr(falls, field)


@pytest.mark.parametrize(
    "what",
    [{"unit_en": "people"}, {"unit_fr": "chutes"}, {"meaning": "With a bruise."}, {"numerator": "N"}, {"denominator": "D"},
     {"population": "Adults"}],
)  # fmt: skip
def test_what_may_change_the_meaning_asks_from_when_on_once_numbers_stand(world, falls, what):
    change(world, falls, **what)
    change(world, falls, **dict.fromkeys(what, ""))
    assert not MeasurePhase.objects.exists(), "while no number stands, nothing can be mixed"
    number(falls, LAST, 4, world.tess)
    assert "from when on" in says_no("from_period", lambda: change(world, falls, **what))
    change(world, falls, **what, only_words=True)
    assert not MeasurePhase.objects.exists()
    change(world, falls, **dict.fromkeys(what, ""), from_period=MONDAY)
    phase = MeasurePhase.objects.get()
    assert (phase.starts_on, phase.began, phase.by) == (MONDAY, Began.MEANING, world.nia)
    assert MeasureChange.objects.order_by("created_at").last().from_period == MONDAY


def test_for_every_how_many_stays_once_a_number_stands(world):
    rate = measuring.add_measure(team=world.team, by=world.tess, name="Falls", kind="rate", per=1000)
    change(world, rate, per=100)
    rate.refresh_from_db()
    change(world, rate, per=1000)
    number(rate, LAST, 4, world.tess)
    says_no("per", lambda: change(world, rate, per=100))
    rate.refresh_from_db()
    assert rate.per == 1000


def test_numbers_of_two_meanings_are_never_judged_together(world, counted):
    since = MONDAY - 6 * WEEK
    change(world, counted, meaning="With a bruise only.", from_period=since, why="Bruises only")
    for back in range(1, 7):
        number(counted, MONDAY - back * WEEK, 1, world.tess)
    measure = Measure.objects.select_related("team__unit", "team__cohort").get(pk=counted.pk)
    chart = phasing.chart_of(measure)
    assert [chart.places[one.first].start for one in chart.chart.stretches] == [MONDAY - 12 * WEEK, since]
    assert chart.chart.signal is None, "the fall of the numbers is another way of counting, and no shift"
    assert any("Bruises only" in note.text for note in chart.notes)


def test_a_line_that_begins_there_already_stays_as_it_was_chosen(world, counted):
    since = MONDAY - 4 * WEEK
    answers = {"has_changed": True, "is_known": True, "will_stay": True, "was_watched": True}
    phasing.begin(measure=counted, starts_on=since, answers=answers, why="Mats", seen="", by=world.tess)
    change(world, counted, meaning="With a bruise.", from_period=since)
    phase = MeasurePhase.objects.get()
    assert (phase.began, phase.why) == (Began.CHOSEN, "Mats")


def test_a_line_that_is_kept_up_to_a_later_day_has_to_be_let_go_first(world, counted):
    phasing.fix(measure=counted, until=MONDAY - 3 * WEEK, seen="", by=world.tess)
    sentence = says_no("from_period", lambda: change(world, counted, meaning="Bruises.", from_period=MONDAY - 5 * WEEK))
    assert "kept" in sentence
    change(world, counted, meaning="Bruises.", from_period=MONDAY - 2 * WEEK)


@pytest.mark.parametrize(
    ("since", "says"),
    [
        (MONDAY - dt.timedelta(days=1), "A week begins on a Monday."),
        (MONDAY - 12 * WEEK, "after the first number"),
        (MONDAY - 60 * WEEK, "after the first number"),
        (MONDAY + 2 * WEEK, "after the first number"),
    ],
)
def test_a_new_meaning_begins_with_a_period_that_can_be(world, counted, since, says):
    assert says in says_no("from_period", lambda: change(world, counted, meaning="Bruises.", from_period=since))
    assert Measure.objects.get(pk=counted.pk).version == 1


def test_a_month_begins_on_its_first_day(world):
    measure = measuring.add_measure(team=world.team, by=world.tess, name="X", frequency="monthly")
    number(measure, dt.date(2026, 10, 1), 4, world.tess)
    assert measuring.beginnings(measure) == [dt.date(2027, 1, 1), dt.date(2026, 12, 1), dt.date(2026, 11, 1)]
    assert "first day" in says_no("from_period", lambda: change(world, measure, meaning="M", from_period=MONDAY))
    change(world, measure, meaning="M", from_period=dt.date(2026, 11, 1))


def test_from_when_on_is_not_taken_where_nothing_changes_in_how_it_is_counted(world, counted):
    for what in ({}, {"goal": Decimal(3)}):
        says_no("from_period", lambda what=what: change(world, counted, **what, from_period=LAST))
    assert not MeasurePhase.objects.exists()


def test_a_name_and_a_goal_change_without_a_question(world, counted):
    change(world, counted, name_fr="Chutes", goal=Decimal(2), direction="down", purpose="To know")
    assert not MeasurePhase.objects.exists()


@pytest.mark.parametrize(
    ("field", "now"),
    [("name_en", "X"), ("name_fr", ""), ("unit_en", "talks"), ("kind", "number"), ("frequency", "monthly"), ("per", 5)],
)
def test_the_measure_that_fills_itself_keeps_what_it_is(world, field, now):
    assert "fills itself" in says_no(field, lambda: change(world, world.measure, **{field: now}))
    change(world, world.measure, goal=Decimal(12), direction="none", collector="Us")
    world.measure.refresh_from_db()
    assert (world.measure.goal, world.measure.definition.collector) == (12, "Us")
    assert world.measure.definition.measure_type == "process", "what the library chose stays"


def test_what_the_log_counts_is_a_number_too(world):
    conversation = log(world)
    assert conversation.on >= MONDAY
    says_no("from_period", lambda: change(world, world.measure, meaning="Only long ones."))
    change(world, world.measure, meaning="Only long ones.", from_period=MONDAY + WEEK)


def test_it_needs_a_name_in_one_language(world, falls):
    change(world, falls, name_en="", name_fr="Chutes")
    says_no("name_en", lambda: change(world, falls, name_fr=" "))


def test_a_field_that_is_none_is_an_error_of_ours(world, falls):
    with pytest.raises(TypeError):
        change(world, falls, team_id=world.other_team.pk)


# ---------------------------------------------------------------- ending


def test_what_is_no_longer_counted_is_not_asked_for_and_keeps_its_numbers(world, counted):
    for _press in range(2):
        measuring.stop_counting(measure=counted, by=world.nia, version=1)
    counted.refresh_from_db()
    assert (counted.ended_on, counted.version, counted.points.count()) == (dt.date(2026, 12, 16), 2, 12)
    assert counted not in Measure.objects.filter(team=world.team).counted()
    for _press in range(2):
        measuring.count_again(measure=counted, by=world.tess, version=2)
    counted.refresh_from_db()
    assert (counted.ended_on, counted.version) == (None, 3)
    assert [one.before for one in MeasureChange.objects.order_by("created_at")] == [
        {"ended_on": None},
        {"ended_on": "2026-12-16"},
    ]
    newest, oldest = changes_of(counted, world.tess)
    assert newest.lines == [("Counted until", "16 December 2026", "nothing")]
    assert oldest.lines == [("Counted until", "nothing", "16 December 2026")]


def test_the_measure_that_fills_itself_cannot_be_ended(world):
    says_no("", lambda: measuring.stop_counting(measure=world.measure, by=world.tess, version=1))


def test_who_was_overtaken_ends_nothing(world, falls):
    change(world, falls, goal=Decimal(3))
    with pytest.raises(Overtaken):
        measuring.stop_counting(measure=falls, by=world.tess, version=1)
    assert Measure.objects.get(pk=falls.pk).ended_on is None


def test_nothing_of_it_is_done_in_a_closed_series(world, falls):
    world.cohort.closed_at = timezone.now()
    world.cohort.save()
    team = type(world.team).objects.select_related("cohort").get(pk=world.team.pk)
    presses = [
        lambda: measuring.add_measure(team=team, by=world.tess, name="X"),
        lambda: measuring.add_ready(team=team, key="falls", by=world.tess),
        lambda: change(world, falls, goal=Decimal(3)),
        lambda: measuring.stop_counting(measure=falls, by=world.tess, version=1),
        lambda: measuring.count_again(measure=falls, by=world.tess, version=1),
    ]
    for press in presses:
        assert "closed" in says_no("", press)
