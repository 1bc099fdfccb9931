"""The small rooms as planners make and change them."""

import csv
import datetime as dt
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from core import sheets
from core.refusals import Refused
from sessions.coming import answers as coming
from sessions.coming import small_rooms
from sessions.models import BreakoutPlan, BreakoutSeat, LearningSession
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort(first_day=timezone.now().date() + dt.timedelta(days=30))


@pytest.fixture
def ahead(cohort):
    for _team in range(3):
        team = make.team(cohort=cohort)
        for _nth in range(4):
            make.member(team=team, language="en")
    return make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 20, kind="learning")


@pytest.fixture
def paula(client, cohort):
    paula = make.planner(cohort=cohort, language="en")
    client.force_login(paula)
    return paula


def page_of(row, what=""):
    return reverse(f"planning_session_rooms{what}", args=[row.pk])


def where() -> dict:
    return dict(BreakoutSeat.objects.values_list("person", "room"))


def test_make_look_and_make_again_from_the_same_number(client, paula, ahead):
    text = client.get(page_of(ahead)).content.decode()
    assert "12 people of the teams come" in text
    made = client.post(page_of(ahead), {"version": "0", "rooms": "3", "seed": "7"}, follow=True)
    assert "Room 3" in made.content.decode()
    first = where()
    assert sorted(list(first.values()).count(room) for room in (1, 2, 3)) == [4, 4, 4]
    client.post(page_of(ahead), {"version": "1", "rooms": "3", "seed": "8"})
    assert where() != first
    client.post(page_of(ahead), {"version": "2", "rooms": "3", "seed": "7"})
    assert where() == first
    assert BreakoutPlan.objects.get().made_by == paula


def test_teammates_do_not_meet_again_while_there_are_rooms(paula, ahead):
    small_rooms.make(learning_session=ahead, by=paula, version=0, rooms=4, seed=1)
    seats = BreakoutSeat.objects.values_list("team", "room")
    assert len(set(seats)) == 12


def test_whoever_is_moved_by_hand_stays_there(client, paula, ahead):
    small_rooms.make(learning_session=ahead, by=paula, version=0, size=4, seed=1)
    person, room = next(iter(where().items()))
    other = room % 3 + 1
    client.post(page_of(ahead, "_move"), {"person": str(person), "room": str(other)})
    assert where()[person] == other
    small_rooms.make(learning_session=ahead, by=paula, version=2, rooms=3, seed=2)
    assert where()[person] == other
    assert BreakoutSeat.objects.get(by_hand=True).person_id == person
    bad = client.post(page_of(ahead, "_move"), {"person": "x", "room": "99"}).content.decode()
    assert "need a look" in bad


def test_whoever_is_added_later_gets_a_place_and_nobody_else_moves(client, paula, ahead):
    small_rooms.make(learning_session=ahead, by=paula, version=0, rooms=3, seed=1)
    before, late = where(), make.member(team=ahead.cohort.teams.first())
    assert "1 person has no room yet." in client.get(page_of(ahead)).content.decode()
    client.post(page_of(ahead, "_others"))
    assert where() == before | {late.pk: where()[late.pk]}
    client.post(page_of(ahead, "_others"))
    assert len(where()) == 13


def test_whoever_does_not_come_is_not_seated(paula, ahead):
    person = ahead.cohort.teams.first().memberships.filter(role="participant").first().user
    coming.say(learning_session=ahead, person=person, coming="no")
    small_rooms.make(learning_session=ahead, by=paula, version=0, rooms=3)
    assert person.pk not in where()


def test_languages_sit_together_where_the_session_is_in_both(paula, ahead):
    team = make.team(cohort=ahead.cohort)
    french = [make.member(team=team, language="fr") for _nth in range(4)]
    LearningSession.objects.filter(pk=ahead.pk).update(spoken="both")
    ahead.refresh_from_db()
    small_rooms.make(learning_session=ahead, by=paula, version=0, rooms=4, seed=1)
    assert len({where()[one.pk] for one in french}) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"rooms": "3", "size": "4"}, "one of the two"),
        ({}, "one of the two"),
        ({"rooms": "13"}, "more rooms than people"),
        ({"rooms": "51"}, "50"),
        ({"rooms": "3", "version": "5"}, "changed the rooms in the meantime"),
    ],
)
def test_what_makes_no_rooms_is_said_and_kept(client, paula, ahead, typed, words):
    answer = client.post(page_of(ahead), {"version": "0", "seed": "7", **typed})
    assert words in answer.content.decode()
    assert 'value="7"' in answer.content.decode()
    assert not BreakoutPlan.objects.exists()


def test_the_page_names_whom_the_file_for_zoom_leaves_out(client, paula, ahead):
    small_rooms.make(learning_session=ahead, by=paula, version=0, rooms=2)
    assert "not in the file for Zoom" not in client.get(page_of(ahead)).content.decode()
    make.member(team=ahead.cohort.teams.first(), email=None, name="Nobody Post")
    small_rooms.seat_the_others(learning_session=ahead, by=paula)
    text = client.get(page_of(ahead)).content.decode()
    assert "1 person has no e-mail address and is not in the file for Zoom" in text
    assert "Nobody Post (Room" in text


def test_for_zoom_and_for_others(client, paula, ahead):
    team = ahead.cohort.teams.first()
    make.member(team=team, email=None, name="No Mailbox")
    risky = make.member(team=team, email="=cmd@example.org", name="=1+1")
    small_rooms.make(learning_session=ahead, by=paula, version=0, rooms=2, seed=1)
    text = client.get(page_of(ahead), {"as": "zoom"}).content.decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Pre-assign Room Name", "Email Address"]
    assert len(rows) == 1 + 13
    assert all(row[0] in ("Room 1 / Salle 1", "Room 2 / Salle 2") for row in rows[1:])
    assert f"'{risky.email}" in [row[1] for row in rows]
    lines = sheets.read(client.get(page_of(ahead), {"as": "xlsx"}).content)
    assert len(lines) == 1 + 14


def test_people_read_their_own_room_once_it_is_published(client, paula, ahead):
    small_rooms.make(learning_session=ahead, by=paula, version=0, rooms=3, seed=1)
    row, theirs = BreakoutSeat.objects.select_related("person").first(), Client()
    theirs.force_login(row.person)

    def words() -> str:
        return theirs.get(reverse("session", args=[ahead.cohort_id, ahead.pk])).content.decode()

    assert "you are in room" not in words()
    for _press in range(2):
        assert "Everybody sees their own room" in client.post(page_of(ahead, "_show"), follow=True).content.decode()
    assert f"you are in room {row.room}." in words()
    for _press in range(2):
        client.post(page_of(ahead, "_show"), {"take_back": "1"})
    assert "you are in room" not in words()
    verbs = Entry.objects.filter(verb__startswith="session.rooms_").order_by("pk").values_list("verb", "by")
    assert [*verbs][1:] == [("session.rooms_published", paula.pk), ("session.rooms_taken_back", paula.pk)]


def test_rooms_made_anew_are_seen_by_planners_alone_again(paula, ahead):
    small_rooms.make(learning_session=ahead, by=paula, version=0, rooms=3, seed=1)
    small_rooms.publish(learning_session=ahead, by=paula)
    small_rooms.make(learning_session=ahead, by=paula, version=1, rooms=2, seed=1)
    assert BreakoutPlan.objects.get().published_at is None


def test_where_there_are_no_rooms_nothing_is_published(client, paula, ahead):
    assert "no small rooms yet" in client.post(page_of(ahead, "_show"), follow=True).content.decode()


def test_rooms_take_as_many_statements_for_two_teams_as_for_many(paula, ahead, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert small_rooms.rooms_of(ahead).plan is None
    small_rooms.make(learning_session=ahead, by=paula, version=0, rooms=3)
    for _nth in range(20):
        make.member(team=make.team(cohort=ahead.cohort))
    small_rooms.seat_the_others(learning_session=ahead, by=paula)
    with django_assert_num_queries(3):
        assert len(small_rooms.rooms_of(ahead).seats) == 32


def test_nobody_but_planners_makes_rooms(client, ahead):
    client.force_login(ahead.cohort.teams.first().memberships.first().user)
    assert client.get(page_of(ahead)).status_code == 403


def test_without_anybody_there_are_no_rooms():
    cohort = make.cohort(first_day=timezone.now().date() + dt.timedelta(days=30))
    row = make.learning_session(cohort=cohort, minutes_ahead=60 * 24)
    with pytest.raises(Refused, match="nobody to seat"):
        small_rooms.make(learning_session=row, by=make.planner(cohort=cohort), version=0, rooms=2)
