"""Decisions: set, taken back, written down; told outcomes change with a reason; the waiting list keeps its order."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.models import Entry
from collaborative.models import Phase
from core.refusals import Overtaken, Refused
from enrolment import applying, reviewing, waiting
from enrolment.deciding import decide, decide_many, has_begun, letter_leaves_at, take_back
from enrolment.models import Application, Criterion, Decision, Release, Review
from enrolment.releasing import release, undo_release
from tests import make

pytestmark = pytest.mark.django_db
TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
def cohort():
    """One that has not begun."""
    made = make.cohort(first_day=TODAY + dt.timedelta(days=40), seats=4)
    assert not has_begun(made)
    return made


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


def of(row) -> Application:
    return Application.objects.get(pk=row.pk)


def let_it_leave(made: Release) -> None:
    """Let the minute of a release lie behind."""
    Release.objects.filter(pk=made.pk).update(release_at=timezone.now() - dt.timedelta(minutes=1))


def begin(cohort) -> None:
    """Let the first session have been."""
    Phase.objects.filter(cohort=cohort).update(
        starts_on=TODAY - dt.timedelta(days=9), ends_on=TODAY - dt.timedelta(days=1)
    )


def test_an_outcome_is_set_changed_and_taken_back_and_every_step_is_written_down(cohort, paula):
    row = make.application(cohort=cohort)
    for _ in range(cohort.seats):
        make.application(cohort=cohort)
    decide(application=row, outcome="accept", reason="They begin at once.", by=paula)
    decide(application=row, outcome="decline", by=paula)
    assert (row.outcome, row.decline_reason, row.outcome_reason) == ("decline", "full", "")
    decide(application=row, outcome="", by=paula)
    assert (of(row).outcome, of(row).decline_reason) == ("", "")
    told = [(one.number, one.by, one.before, one.after, one.decline_reason, one.reason) for one in row.decisions.all()]
    assert told == [
        (1, paula, "", "accept", "", "They begin at once."),
        (2, paula, "accept", "decline", "full", ""),
        (3, paula, "decline", "", "", ""),
    ]
    entries = Entry.objects.filter(verb="application.decided").order_by("pk")
    assert [(one.by, one.detail["before"], one.detail["after"]) for one in entries] == [
        (paula, "", "accept"), (paula, "accept", "decline"), (paula, "decline", ""),
    ]  # fmt: skip


def test_the_same_press_twice_is_one_decision(cohort, paula):
    row = make.application(cohort=cohort)
    for _ in range(2):
        decide(application=row, outcome="wait", by=paula)
    assert of(row).wait_place == 1
    assert Entry.objects.filter(verb="application.decided").count() == Decision.objects.count() == 1


def test_more_teams_than_places_is_the_usual_reason_only_when_there_are(cohort, paula):
    rows = [make.application(cohort=cohort) for _ in range(cohort.seats)]
    decide(application=rows[0], outcome="decline", by=paula)
    assert of(rows[0]).decline_reason == ""
    make.team(cohort=cohort)
    decide(application=rows[1], outcome="decline", by=paula)
    assert of(rows[1]).decline_reason == "full"


def test_a_team_that_came_late_is_declined_with_that_reason_unless_another_is_chosen(cohort, paula):
    cohort.apply_until = TODAY - dt.timedelta(days=3)
    cohort.save()
    row = make.application(cohort=cohort)
    decide(application=row, outcome="decline", by=paula)
    assert of(row).decline_reason == "late"
    decide(application=row, outcome="decline", decline_reason="team", reason="No manager.", by=paula)
    assert (of(row).decline_reason, of(row).outcome_reason) == ("team", "No manager.")


def test_taking_back_a_place_on_the_waiting_list_returns_to_that_very_place(cohort, paula):
    rows = [make.application(cohort=cohort) for _ in range(3)]
    for row in rows:
        decide(application=row, outcome="wait", by=paula)
    take_back(decision=decide(application=rows[1], outcome="accept", by=paula), by=paula)
    assert [one.pk for one in waiting.in_order(cohort)] == [one.pk for one in rows]


def test_neither_a_second_press_nor_taking_back_changes_what_a_declined_team_is_told(cohort, paula):
    row = make.application(cohort=cohort)
    decide(application=row, outcome="decline", decline_reason="team", reason="No manager.", by=paula)
    assert decide(application=row, outcome="decline", by=paula) is None
    assert (of(row).decline_reason, of(row).outcome_reason) == ("team", "No manager.")
    accepted = decide(application=row, outcome="accept", by=paula)
    assert (of(row).decline_reason, of(row).outcome_reason) == ("", "")
    take_back(decision=accepted, by=paula)
    assert (of(row).outcome, of(row).decline_reason, of(row).outcome_reason) == ("decline", "team", "No manager.")
    take_back(decision=accepted, by=paula)
    assert Decision.objects.count() == 3, "pressed twice, it is taken back once"


def test_a_letter_that_gave_no_reason_gives_none_when_more_teams_have_come_since(cohort, paula):
    row = make.application(cohort=cohort)
    decide(application=row, outcome="decline", by=paula)
    said = of(row).decline_reason
    for _nth in range(cohort.seats + 1):
        make.application(cohort=cohort)
    decide(application=row, outcome="decline", by=paula)
    assert of(row).decline_reason == said
    take_back(decision=decide(application=row, outcome="accept", by=paula), by=paula)
    assert (of(row).outcome, of(row).decline_reason) == ("decline", said)


def test_who_decides_what_somebody_else_decided_since_is_told_and_changes_nothing(cohort, paula):
    tess = make.planner(cohort=cohort, name="Tess Otherwise")
    row = make.application(cohort=cohort)
    mine = decide(application=row, outcome="accept", seen=0, by=paula)
    decide(application=of(row), outcome="wait", reason="They asked for it.", seen=1, by=tess)
    with pytest.raises(Overtaken) as overtaken:
        decide(application=row, outcome="decline", seen=1, by=paula)
    assert overtaken.value.theirs.outcome_reason == "They asked for it."
    with pytest.raises(Overtaken):
        take_back(decision=mine, by=paula)
    many = decide_many(applications=[row], outcome="decline", seen={row.pk: 1}, by=paula)
    assert (many.done, many.overtaken, many.refused) == (0, 1, [])
    assert (of(row).outcome, of(row).outcome_reason) == ("wait", "They asked for it.")
    assert decide(application=row, outcome="wait", seen=1, by=paula) is None, "what both mean is no quarrel"


def test_what_was_withdrawn_or_belongs_to_a_cohort_that_is_over_is_not_decided(cohort, paula):
    gone = make.application(cohort=cohort, state="withdrawn", withdrawn_at=timezone.now())
    with pytest.raises(Refused, match="withdrawn"):
        decide(application=gone, outcome="accept", by=paula)
    row = make.application(cohort=cohort)
    cohort.closed_at = timezone.now()
    cohort.save()
    with pytest.raises(Refused, match="over"):
        decide(application=row, outcome="accept", by=paula)


def test_many_at_once_get_what_there_is_room_for(cohort, paula):
    rows = [make.application(cohort=cohort) for _ in range(6)]
    many = decide_many(applications=rows, outcome="accept", by=paula)
    assert (many.done, many.refused) == (4, ["This cohort is full: 4 teams have a place."])
    assert [of(row).outcome for row in rows] == ["accept"] * 4 + [""] * 2


def test_nothing_changes_while_a_letter_waits_and_afterwards_only_with_a_reason(cohort, paula):
    row = make.application(cohort=cohort)
    decide(application=row, outcome="decline", by=paula)
    made = release(cohort=cohort, by=paula)
    with pytest.raises(Refused, match="Take the release back"):
        decide(application=row, outcome="wait", reason="We counted again.", by=paula)
    let_it_leave(made)
    with pytest.raises(Refused, match="Say why") as refused:
        decide(application=row, outcome="wait", by=paula)
    assert refused.value.field == "reason"
    with pytest.raises(Refused, match="told already"):
        decide(application=row, outcome="", by=paula)
    decide(application=row, outcome="wait", reason="We counted again.", by=paula)
    again = release(cohort=cohort, by=paula)
    assert [(one.outcome, one.application_id) for one in again.told.all()] == [("wait", row.pk)]


def test_a_team_that_stands_is_not_decided_away(cohort, paula):
    row = make.application(cohort=cohort)
    decide(application=row, outcome="accept", by=paula)
    let_it_leave(release(cohort=cohort, by=paula))
    with pytest.raises(Refused, match="has its place already"):
        decide(application=row, outcome="decline", reason="Changed our minds.", by=paula)


def test_after_the_first_session_a_team_comes_in_with_a_reason_only(cohort, paula):
    row = make.application(cohort=cohort)
    begin(cohort)
    with pytest.raises(Refused, match="first session") as refused:
        decide(application=row, outcome="accept", by=paula)
    assert refused.value.field == "reason"
    decide(application=row, outcome="accept", reason="A team stepped back on the first day.", by=paula)
    assert of(row).outcome == "accept"


# ---------------------------------------------------------------- the waiting list


@pytest.fixture
def line(cohort, paula):
    rows = [make.application(cohort=cohort, team_name=f"Team {n}") for n in range(3)]
    for row in rows:
        decide(application=row, outcome="wait", by=paula)
    let_it_leave(release(cohort=cohort, by=paula))
    return rows


def names(cohort) -> list[str]:
    return [one.team_name for one in waiting.in_order(cohort)]


def test_one_moves_up_and_down_within_the_list(cohort, paula, line):
    assert waiting.move(application=line[2], up=True, by=paula)
    assert names(cohort) == ["Team 0", "Team 2", "Team 1"]
    assert waiting.move(application=line[0], up=False, by=paula)
    assert names(cohort) == ["Team 2", "Team 0", "Team 1"]
    assert not waiting.move(application=line[2], up=True, by=paula)
    assert not waiting.move(application=make.application(cohort=cohort), up=True, by=paula)


def test_the_place_goes_to_who_is_first_once_and_with_one_press(cohort, paula, line):
    with pytest.raises(Refused, match="Somebody else is first"):
        waiting.offer_place(application=line[1], by=paula)
    made = waiting.offer_place(application=line[0], by=paula)
    row = of(line[0])
    assert (row.outcome, row.wait_place) == ("accept", None)
    assert row.team is not None
    assert letter_leaves_at(row.team) == made.release_at
    with pytest.raises(Refused, match="offered once"):
        waiting.offer_place(application=line[0], by=paula)
    assert waiting.next_in_line(cohort).pk == line[1].pk


def test_an_offer_that_was_taken_back_in_time_leaves_the_list_as_it_was_and_can_be_made_again(cohort, paula, line):
    waiting.move(application=line[2], up=True, by=paula)
    undo_release(release=waiting.offer_place(application=line[0], by=paula), by=paula)
    row = of(line[0])
    assert (row.team, row.offered_at, row.outcome) == (None, None, "wait")
    assert names(cohort) == ["Team 0", "Team 2", "Team 1"]
    assert waiting.offer_place(application=row, by=paula)


def test_who_does_not_know_yet_that_they_wait_is_offered_nothing(cohort, paula):
    row = make.application(cohort=cohort)
    decide(application=row, outcome="wait", by=paula)
    with pytest.raises(Refused, match="not told yet"):
        waiting.offer_place(application=row, by=paula)
    made = release(cohort=cohort, by=paula)
    with pytest.raises(Refused, match="not left yet"):
        waiting.offer_place(application=row, by=paula)
    assert (of(row).outcome, of(row).offered_at, of(row).team) == ("wait", None, None)
    let_it_leave(made)
    assert waiting.offer_place(application=row, by=paula)


def test_who_was_told_something_else_before_is_told_of_the_list_before_an_offer(cohort, paula):
    row = make.application(cohort=cohort)
    decide(application=row, outcome="decline", by=paula)
    let_it_leave(release(cohort=cohort, by=paula))
    decide(application=row, outcome="wait", reason="They asked us to look again.", by=paula)
    with pytest.raises(Refused, match="not told yet"):
        waiting.offer_place(application=row, by=paula)


def test_nobody_is_offered_a_place_twice_even_by_hand(cohort, paula, line):
    let_it_leave(waiting.offer_place(application=line[0], by=paula))
    row = of(line[0])
    row.team.withdrawn_at = timezone.now()
    row.team.save()
    decide(application=row, outcome="wait", reason="They cannot begin now.", by=paula)
    assert waiting.next_in_line(cohort).pk == line[1].pk
    with pytest.raises(Refused, match="offered once"):
        decide(application=row, outcome="accept", reason="Now they can.", by=paula)


def test_no_offer_without_a_free_place_or_after_the_start_without_a_reason(cohort, paula, line):
    teams = [make.team(cohort=cohort) for _ in range(4)]
    with pytest.raises(Refused, match="full"):
        waiting.offer_place(application=line[0], by=paula)
    teams[0].withdrawn_at = timezone.now()
    teams[0].save()
    begin(cohort)
    with pytest.raises(Refused, match="first session"):
        waiting.offer_place(application=line[0], by=paula)
    waiting.offer_place(application=line[0], reason="A team left in the first week.", by=paula)
    assert of(line[0]).outcome == "accept"


def test_a_team_that_withdraws_leaves_the_waiting_list(cohort, paula, line):
    applying.withdraw(application=line[0])
    assert names(cohort) == ["Team 1", "Team 2"]
    assert (of(line[0]).state, of(line[0]).wait_place) == ("withdrawn", None)


# ---------------------------------------------------------------- points


def points(row, by, version=0, **more):
    words = {"marks": {1: 4, 2: 5}, "conflict": False, "note": "", **more}
    return reviewing.save_review(application=row, by=by, version=version, **words)


def test_points_are_given_from_the_first_application_on_and_changed_by_who_gave_them(cohort, paula):
    row = make.application(cohort=cohort)
    review = points(row, paula)
    assert Criterion.objects.filter(programme=cohort.programme).count() == len(reviewing.DEFAULTS)
    first, second = Criterion.objects.all()[:2]
    assert review.marks == {str(first.pk): 4, str(second.pk): 5}
    with pytest.raises(Overtaken):
        points(row, paula)
    points(row, paula, version=1, marks={1: 2})
    assert Review.objects.get().marks == {str(first.pk): 2}


@pytest.mark.parametrize(
    ("more", "why"),
    [({"marks": {1: 6}}, "criteria"), ({"marks": {99: 1}}, "criteria"), ({"marks": {}}, "Give points")],
)
def test_points_that_nobody_could_give_are_refused(cohort, paula, more, why):
    with pytest.raises(Refused, match=why):
        points(make.application(cohort=cohort), paula, **more)
    assert not Review.objects.exists()


def test_a_conflict_alone_is_an_answer_and_a_draft_is_never_read(cohort, paula):
    assert points(make.application(cohort=cohort), paula, marks={}, conflict=True).conflict
    with pytest.raises(Refused, match="sent"):
        points(make.application(cohort=cohort, state="draft"), paula)


def test_criteria_are_changed_in_place_and_two_who_edit_notice_each_other(cohort, paula):
    row = make.application(cohort=cohort)
    points(row, paula)
    kept = Criterion.objects.get(ordinal=1)
    version = reviewing.version_of(cohort.programme)
    one = {"name_en": "Reach", "name_fr": "Portée", "hint_en": "", "hint_fr": "", "most": 10, "weight": 3}
    reviewing.save_criteria(programme=cohort.programme, rows=[one], version=version, by=paula)
    assert [(row.pk, row.name_en, row.most) for row in Criterion.objects.all()] == [(kept.pk, "Reach", 10)]
    with pytest.raises(Overtaken):
        reviewing.save_criteria(programme=cohort.programme, rows=[one], version=version, by=paula)
    now = reviewing.version_of(cohort.programme)
    with pytest.raises(Refused, match="at least one"):
        reviewing.save_criteria(programme=cohort.programme, rows=[], version=now, by=paula)
