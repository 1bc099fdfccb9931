"""Pages that look across rooms: what stands on them, for whom, at what cost."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from improvement import hiding
from notifications.models import PlannedMessage
from sessions.models import LearningSession
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort(first_day=timezone.now().date() - dt.timedelta(days=45))


def count(client, url, django_assert_max_num_queries, most=12) -> int:
    client.get(url)
    with django_assert_max_num_queries(most) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def fill(cohort, teams):
    for number in range(teams):
        team = make.team(cohort=cohort, name=f"Team {number}")
        for person in range(2):
            make.member(team=team, name=f"Person {number}-{person}")
        make.conversation(team=team)
        make.tried_change(team=team)


@pytest.mark.parametrize("name", ["cohort", "planning_cohort"])
def test_the_pages_of_a_cohort_cost_the_same_for_one_and_for_thirty_teams(
    client, cohort, name, django_assert_max_num_queries
):
    fill(cohort, 1)
    client.force_login(make.planner(cohort=cohort))
    url = reverse(name, args=[cohort.pk])
    few = count(client, url, django_assert_max_num_queries)
    for number in range(1, 20):
        make.member(team=make.team(cohort=cohort, name=f"More {number}"), name=f"More {number}")
    assert count(client, url, django_assert_max_num_queries) == few


def test_the_team_page_costs_the_same_for_one_and_for_thirty(client, cohort, django_assert_max_num_queries):
    team = make.team(cohort=cohort)
    client.force_login(make.lead(team=team))
    url = reverse("team", args=[team.pk])
    make.conversation(team=team)
    make.tried_change(team=team)
    few = count(client, url, django_assert_max_num_queries)
    for number in range(29):
        make.member(team=team, name=f"Person {number}")
        make.conversation(team=team)
        make.tried_change(team=team, title=f"Try {number}")
    assert count(client, url, django_assert_max_num_queries) == few


def test_today_costs_the_same_for_one_and_for_thirty_sessions(client, cohort, django_assert_max_num_queries):
    team = make.team(cohort=cohort)
    nia = make.member(team=team)
    client.force_login(nia)
    few = count(client, reverse("today"), django_assert_max_num_queries)
    for number in range(10):
        make.learning_session(cohort=cohort, minutes_ahead=3000 + number)
    assert count(client, reverse("today"), django_assert_max_num_queries) == few


def test_today_greets_by_the_persons_own_clock_and_shows_the_next_session(client, cohort):
    team = make.team(cohort=cohort)
    nia = make.member(team=team, name="Nia Roy", city="st-johns")
    client.force_login(nia)
    text = client.get(reverse("today")).content.decode()
    assert "Nia" in text
    assert "Log a conversation" in text
    following = LearningSession.objects.not_over().filter(cohort=cohort).first()
    assert following.title in text
    assert "Toronto time" in text


def test_today_of_somebody_without_a_cohort_is_calm(client):
    client.force_login(make.person())
    page = client.get(reverse("today"))
    assert page.status_code == 200
    assert "Nothing is waiting for you" in page.content.decode()


def test_a_near_session_stands_first_and_joins_from_here(client, cohort):
    row = make.learning_session(cohort=cohort)
    LearningSession.objects.filter(pk=row.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=5))
    client.force_login(make.member(team=make.team(cohort=cohort)))
    text = client.get(reverse("today")).content.decode()
    assert text.index("Join the session") < text.index("Log a conversation")
    assert text.count("btn-primary") == 1


def test_the_first_page_is_public_and_touches_neither_session_nor_token(client, cohort):
    answer = client.get("/")
    assert answer.status_code == 200
    assert cohort.programme.name in answer.content.decode()
    assert "Set-Cookie" not in answer.headers
    assert "csrf" not in answer.content.decode().lower()


def test_the_planning_room_shows_what_leaves_and_what_failed(client, cohort):
    paula = make.planner(cohort=cohort)
    make.learning_session(cohort=cohort, minutes_ahead=120)
    PlannedMessage.objects.filter(occurrence="T-1h").exclude(source_id="").update(
        state="dead", reason="refused", smtp_code=550, smtp_text="550 no such user"
    )
    client.force_login(paula)
    url = reverse("planning_cohort", args=[cohort.pk])
    text = client.get(url).content.decode()
    assert "550 no such user" in text
    message = PlannedMessage.objects.filter(state="dead").first()
    client.post(reverse("settle_message", args=[message.pk]), {"verb": "drop"})
    message.refresh_from_db()
    assert message.state == "void"


def test_a_planner_of_another_cohort_settles_nothing(client, cohort):
    make.planner(cohort=cohort)
    message = PlannedMessage.objects.filter(scope_id=str(cohort.pk)).first()
    client.force_login(make.planner(cohort=make.cohort()))
    assert client.post(reverse("settle_message", args=[message.pk]), {"verb": "drop"}).status_code == 404


def test_planners_are_told_what_readers_hid_wherever_it_stands(client, cohort, django_assert_max_num_queries):
    team = make.team(cohort=cohort, name="Harbour View, 2 West")
    tess = make.lead(team=team)
    client.force_login(make.planner(cohort=cohort))
    room, list_ = (reverse(name, args=[cohort.pk]) for name in ("planning_cohort", "planning_hidden"))
    assert "hidden by a reader" not in client.get(room).content.decode()
    assert "Nothing waits for your look" in client.get(list_).content.decode()
    tried = make.tried_change(team=team, title="Joan in room twelve")
    for row in (tried, make.conversation(team=team, sentence="Joan in room twelve")):
        hiding.hide(row=row, by=tess)
    told = client.get(room).content.decode()
    assert "2 texts hidden by readers wait for your look" in told
    assert f'href="{list_}"' in told
    count(client, room, django_assert_max_num_queries)
    count(client, list_, django_assert_max_num_queries)
    page = client.get(list_).content.decode()
    assert f'href="{reverse("try", args=[team.pk, tried.pk])}"' in page
    assert f'href="{reverse("team_conversations", args=[team.pk])}#waiting"' in page
    assert "Joan" not in page
