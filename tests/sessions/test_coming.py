"""Whether people come: the answers, and what each sees of them."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core import sheets
from core.refusals import Refused
from enrolment.directory import directory_of
from sessions.coming import answers as coming
from sessions.coming import small_rooms
from sessions.coming.small_rooms_forms import SeatForm
from sessions.models import LearningSession, Rsvp, Via
from sessions.speaking import speakers
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort(first_day=timezone.now().date() + dt.timedelta(days=30))


@pytest.fixture
def ahead(cohort):
    return make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 20, kind="learning")


@pytest.fixture
def team(cohort):
    return make.team(cohort=cohort)


def press(client, row, said):
    return client.post(reverse("session_coming", args=[row.cohort_id, row.pk]), {"coming": said}, follow=True)


def test_one_press_answers_and_another_one_changes_it(client, ahead, team):
    nia = make.member(team=team, language="en")
    client.force_login(nia)
    assert (
        'aria-pressed="true"' not in client.get(reverse("session", args=[ahead.cohort_id, ahead.pk])).content.decode()
    )
    text = press(client, ahead, "yes").content.decode()
    assert Rsvp.objects.get().coming == "yes"
    assert 'value="yes" aria-pressed="true"' in text
    press(client, ahead, "no")
    row = Rsvp.objects.get()
    assert (row.person, row.coming, row.via) == (nia, "no", "page")


def test_nonsense_is_no_answer(client, ahead, team):
    client.force_login(make.member(team=team, language="en"))
    assert "Choose one of the three answers" in press(client, ahead, "x" * 500).content.decode()
    assert not Rsvp.objects.exists()


def test_once_the_room_is_open_nobody_is_asked_and_the_answer_stays(client, cohort, team):
    row, nia = make.learning_session(cohort=cohort, minutes_ahead=60), make.member(team=team, language="en")
    client.force_login(nia)
    assert "Are you coming?" in press(client, row, "maybe").content.decode()
    LearningSession.objects.filter(pk=row.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=5))
    text = client.get(reverse("session", args=[row.cohort_id, row.pk])).content.decode()
    assert "Are you coming?" not in text
    assert "You said that you are perhaps coming." in text
    make.attendance(learning_session=row, person=nia, team=team)
    joined = client.get(reverse("session", args=[row.cohort_id, row.pk])).content.decode()
    assert "You said that you are perhaps coming." not in joined


@pytest.mark.parametrize("minutes", [5, -30, -300])
def test_from_the_opening_on_nobody_is_told_who_comes(client, cohort, team, minutes):
    row = make.learning_session(cohort=cohort, minutes_ahead=minutes, minutes=60)
    make.member(team=team)
    for reader in (make.lead(team=team, language="en"), make.coach(team=team, language="en")):
        client.force_login(reader)
        text = client.get(reverse("session", args=[row.cohort_id, row.pk])).content.decode()
        assert "No answer yet" not in text
        assert "no answer yet" not in text
        assert "while something can still be changed" not in text


@pytest.mark.parametrize(("values", "words"), [({"minutes_ahead": -600}, "ended"), ({}, "cancelled")])
def test_after_the_end_and_while_cancelled_nobody_answers(cohort, team, values, words):
    row = make.learning_session(cohort=cohort, **values)
    if not values:
        LearningSession.objects.filter(pk=row.pk).update(cancelled_at=timezone.now())
        row.refresh_from_db()
    with pytest.raises(Refused, match=words):
        coming.say(learning_session=row, person=make.member(team=team), coming="yes")


def test_nobody_answers_for_a_session_of_others(ahead):
    with pytest.raises(Refused, match="not expected"):
        coming.say(learning_session=ahead, person=make.person("Stan"), coming="yes")


@pytest.fixture
def said(ahead, team):
    """Return a function that lets one person answer, and returns what counts then."""
    nia, now = make.member(team=team), timezone.now()

    def say(answer, *, via="page", minutes_ago=0, sequence=0):
        counts = coming.say(
            learning_session=ahead, person=nia, coming=answer, via=via, sequence=sequence,
            stamped_at=now - dt.timedelta(minutes=minutes_ago),
        )  # fmt: skip
        return counts, Rsvp.objects.get().coming

    return say


def test_the_later_answer_counts_in_whatever_order_they_arrive(said):
    assert said("yes", via="calendar", minutes_ago=10) == (True, "yes")
    assert said("no", via="page", minutes_ago=5) == (True, "no")
    assert said("maybe", via="calendar", minutes_ago=7) == (False, "no")
    assert said("yes", via="calendar", minutes_ago=1) == (True, "yes")


def test_an_answer_to_an_older_invitation_does_not_outdo_one_to_a_newer(said):
    assert said("yes", via="calendar", minutes_ago=10, sequence=3) == (True, "yes")
    assert said("no", via="calendar", minutes_ago=1, sequence=2) == (False, "yes")
    assert said("no", via="calendar", minutes_ago=20, sequence=4) == (True, "no")


def test_a_calendar_whose_clock_is_ahead_does_not_silence_the_page(said):
    assert said("yes", via="calendar", minutes_ago=-60 * 24 * 365) == (True, "yes")
    assert said("no", minutes_ago=-1) == (True, "no")


def test_the_lead_is_asked_about_the_partner_who_does_not_come(client, ahead, team):
    tess, pierre = make.lead(team=team, language="en"), make.partner(team=team, name="Pierre Roy")
    coming.say(learning_session=ahead, person=tess, coming="yes")
    client.force_login(tess)
    page = reverse("session", args=[ahead.cohort_id, ahead.pk])
    assert "partner is coming so far" not in client.get(page).content.decode()
    coming.say(learning_session=ahead, person=pierre, coming="no")
    text = client.get(page).content.decode()
    assert "No patient, resident or care partner is coming so far." in text
    assert "Do the time and the access work for them?" in text
    assert "Pierre Roy" in text
    coming.say(learning_session=ahead, person=pierre, coming="maybe")
    assert "partner is coming so far" not in client.get(page).content.decode()


def test_in_the_last_week_who_says_nothing_is_missing_too(cohort, team):
    nia = make.member(team=team)
    make.partner(team=team)
    soon = make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 2)
    later = make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 12)
    assert not coming.coverage_of(soon).teams[0].missing  # nobody of the team has answered at all
    for row in (soon, later):
        coming.say(learning_session=row, person=nia, coming="yes")
    missing = [coming.coverage_of(row).teams[0].missing for row in (soon, later)]
    assert missing == [["No patient, resident or care partner is coming so far."], []]


def test_what_a_team_says_is_a_sentence(ahead, team):
    tess, nia = make.lead(team=team), make.member(team=team)

    def told() -> str:
        return coming.coverage_of(ahead).teams[0].said

    assert told() == f"{team.name}: nobody has said yes yet"
    coming.say(learning_session=ahead, person=tess, coming="maybe")
    assert told() == f"{team.name}: 1 perhaps"
    coming.say(learning_session=ahead, person=nia, coming="yes")
    assert told() == f"{team.name}: 1 is coming, 1 perhaps"


def test_a_coach_reads_how_many_and_not_who(client, ahead, team):
    make.partner(team=team, name="Pierre Roy")
    colin = make.coach(team=team, language="en")
    client.force_login(colin)
    text = client.get(reverse("session", args=[ahead.cohort_id, ahead.pk])).content.decode()
    assert "No answer yet: 1." in text
    assert "Pierre Roy" not in text


def test_another_team_reads_nothing_of_this_one(client, cohort, ahead, team):
    make.partner(team=team, name="Pierre Roy")
    client.force_login(make.member(team=make.team(cohort=cohort), language="en"))
    text = client.get(reverse("session", args=[ahead.cohort_id, ahead.pk])).content.decode()
    assert "Pierre Roy" not in text
    assert team.name not in text


def test_planners_read_counts_and_enter_an_answer(client, cohort, ahead, team):
    paula = make.planner(cohort=cohort, language="en")
    nia, tom = make.member(team=team, name="Nia Bell"), make.member(team=team, name="Tom Lee")
    coming.say(learning_session=ahead, person=nia, coming="yes")
    client.force_login(paula)
    page = reverse("planning_session_coming", args=[ahead.pk])
    answer = client.post(page, {"person": str(tom.pk), "coming": "no"}, follow=True)
    assert "Coming: 1. Perhaps: 0. Not coming: 1. No answer yet: 1." in answer.content.decode()
    row = Rsvp.objects.get(person=tom)
    assert (row.coming, row.via) == ("no", Via.PLANNER)
    bad = client.post(page, {"person": str(make.person("Stan").pk), "coming": ""}).content.decode()
    assert "Choose one of the three answers." in bad
    lines = [line.cells for line in sheets.read(client.get(page, {"as": "xlsx"}).content)]
    assert lines[1] == (team.name, "1", "0", "1", "0", "No patient, resident or care partner is coming so far.")


def test_somebody_in_two_roles_counts_once(cohort, ahead, team):
    nia = make.member(team=team)
    make.member(team=make.team(cohort=cohort), user=nia)
    coming.say(learning_session=ahead, person=nia, coming="yes")
    total = coming.coverage_of(ahead).total
    assert (total.yes, total.silent) == (1, 0)


def test_coverage_takes_as_many_statements_for_two_teams_as_for_forty(cohort, ahead, django_assert_num_queries):
    for many in (2, 38):
        for _nth in range(many):
            make.member(team=make.team(cohort=cohort))
        with django_assert_num_queries(2):
            coming.coverage_of(ahead)


def test_a_paused_team_is_said_to_be_and_nobody_of_it_is_missed(client, cohort, team):
    soon = make.learning_session(cohort=cohort, minutes_ahead=60 * 24, kind="learning")
    lead = make.member(team=team, role="lead", language="en")
    Rsvp.objects.create(
        learning_session=soon, person=lead, coming="no", via=Via.PAGE, stamped_at=timezone.now(), at=timezone.now()
    )
    assert coming.coverage_of(soon).teams[0].missing
    assert coming.panel(soon, lead).teams[0].missing
    team.pauses.create(reason="outbreak", starts_on=soon.day, ends_on=soon.day)
    told = coming.coverage_of(soon).teams[0]
    assert (told.rests, told.missing) == (True, [])
    assert not coming.panel(soon, lead).teams[0].missing
    client.force_login(make.planner(cohort=cohort, language="en"))
    page = reverse("planning_session_coming", args=[soon.pk])
    assert "paused" in client.get(page).content.decode()


def test_names_stand_as_a_reader_expects(cohort, team, ahead):
    wanted = ["Émilie Côté", "Hélène Roy", "Hugo Roy", "Zoé Roy"]
    for name in reversed(wanted):
        make.member(team=team, name=name)
    assert [one.name for one in speakers.people_of(ahead)] == wanted
    assert [one.name for one in directory_of(cohort)[1]] == wanted
    assert [role.user.name for role in team.members()] == wanted
    assert [words.split(" (")[0] for _key, words in coming.coverage_of(ahead).people] == wanted
    small_rooms.make(learning_session=ahead, by=make.planner(cohort=cohort), version=0, rooms=1)
    form = SeatForm(rooms=small_rooms.rooms_of(ahead))
    assert [words.split(" (")[0] for _key, words in form.fields["person"].choices[1:]] == wanted
