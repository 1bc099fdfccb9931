"""The lists of the planning team as workbooks: what is seen, in the reader's language, for nobody else."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from collaborative.models import Cohort
from core.time import wall_in
from enrolment.deciding import decide
from enrolment.models import ContactNote
from improvement import hiding
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


def rows(client, name: str, cohort, **query) -> list[tuple]:
    answer = client.get(reverse(name, args=[cohort.pk]), {"as": "xlsx", **query})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{cohort.slug}-')
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_teams_with_their_milestones(client, cohort, paula):
    team = make.team(cohort=cohort, name="2 West")
    make.lead(team=team)
    client.force_login(paula)
    head, row = rows(client, "planning_cohort", cohort)
    assert head[:3] == ("Team", "Organisation", "Province or territory")
    assert row[:3] == ("2 West", team.unit.organisation.name, "Newfoundland and Labrador")
    assert row[head.index("People")] == 1, "a number, to count with"


def test_tasks_with_their_days(client, cohort, paula):
    client.force_login(paula)
    head, *told = rows(client, "planning_tasks", cohort)
    assert head == ("What", "Day", "Because of", "Who", "Done")
    assert len(told) == cohort.tasks.count() > 10
    assert [row[1] for row in told] == sorted(row[1] for row in told)


def test_applications_as_the_filter_shows_them(client, cohort, paula):
    one = make.application(cohort=cohort, team_name="Lakeshore")
    make.application(cohort=cohort, team_name="Bayfront")
    decide(application=one, outcome="wait", by=paula)
    client.force_login(paula)
    head, *told = rows(client, "planning_applications", cohort)
    assert {row[0] for row in told} == {"Lakeshore", "Bayfront"}
    _head, only = rows(client, "planning_applications", cohort, outcome="wait")
    assert (only[0], only[head.index("Outcome")]) == ("Lakeshore", "on the waiting list")


def test_the_waiting_list_in_its_order(client, cohort, paula):
    for name in ("Bayfront", "Lakeshore"):
        decide(application=make.application(cohort=cohort, team_name=name), outcome="wait", by=paula)
    make.application(cohort=cohort, team_name="Undecided")
    client.force_login(paula)
    head, *told = rows(client, "planning_waiting", cohort)
    assert [row[:2] for row in told] == [(1, "Bayfront"), (2, "Lakeshore")]
    assert told[0][head.index("Was offered a place")] == "no"


def test_every_date_with_its_hour(client, cohort, paula):
    session = make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 9)
    cohort.quiet_weeks.create(starts_on=session.day, ends_on=session.day, name_en="Rest", name_fr="Repos")
    client.force_login(paula)
    head, *told = rows(client, "planning_dates", cohort)
    assert head == ("Date", "First day", "Last day", "Hour", "Look at it again")
    found = {row[0]: row for row in told}
    assert found["First day"][1].date() == cohort.first_day
    assert {"Last day to apply", "Quiet: Rest", session.title} <= set(found)
    assert found[session.title][3] == f"{wall_in(session.starts_at, cohort.time_zone):%H:%M}"


def test_questions_that_nobody_has_settled(client, cohort, paula):
    for name, settled in (("Mina Okpik", None), ("Al Roy", timezone.now())):
        ContactNote.objects.create(
            programme=cohort.programme, name=name, email="m@example.ca", language="fr", text="=May four apply?",
            settled_at=settled,
        )  # fmt: skip
    client.force_login(paula)
    _head, *told = rows(client, "planning_letters", cohort)
    assert [row[1:] for row in told] == [("Mina Okpik", "m@example.ca", "French", "=May four apply?")]


def test_messages_that_leave_left_and_could_not(client, cohort, paula):
    session = make.learning_session(cohort=cohort, minutes_ahead=120)
    nia = make.member(team=make.team(cohort=cohort), name="Nia Roy", email="nia@example.org")
    one, *others = PlannedMessage.objects.to(paula).about(session)
    PlannedMessage.objects.filter(pk__in=[row.pk for row in others]).update(state="void")
    for state, words in (("dead", "=550 no such user"), ("uncertain", ""), ("sent", "")):
        one.pk, one.message_id, one.occurrence = None, f"<{state}@example.org>", state
        one.recipient, one.recipient_key, one.state, one.smtp_text = nia, str(nia.pk), state, words
        one.sent_at = timezone.now() if state == "sent" else None
        one.save(force_insert=True)
    client.force_login(paula)
    head, *told = rows(client, "planning_messages", cohort)
    assert head == ("List", "Message", "Day", "Hour", "State", "How many", "Person", "Why")
    found = {(row[0], row[4]): row for row in told}
    assert found["Left today", "sent"][5:] == (1, None, None)
    assert found["Did not go out", "could not be delivered"][5:] == (1, "Nia Roy", "=550 no such user")
    assert "nia@example.org" not in str(told), "as on the page: the name, not the address"
    assert sorted(row[0] for row in told if row[6]) == ["Did not go out", "Perhaps went out"], (
        "what left comes in numbers"
    )
    page = client.get(reverse("planning_cohort", args=[cohort.pk])).content.decode()
    assert f'href="{reverse("planning_messages", args=[cohort.pk])}"' in page


def test_what_failed_is_on_the_list_of_its_own_cohort_until_that_is_closed(client, cohort, paula):
    make.learning_session(cohort=cohort, minutes_ahead=120)
    PlannedMessage.objects.in_scope("collaborative.cohort", cohort.pk).update(state="dead")
    other = make.cohort()

    def failed(who, where) -> int:
        client.force_login(who)
        return [row[0] for row in rows(client, "planning_messages", where)].count("Did not go out")

    assert failed(paula, cohort) == PlannedMessage.objects.failed().count() > 0
    assert failed(make.planner(cohort=other), other) == 0
    Cohort.objects.filter(pk=cohort.pk).update(closed_at=timezone.now())
    assert failed(paula, cohort) == 0, "the room asks nobody for anything then"


def test_hidden_texts_by_what_they_are_and_never_their_words(client, cohort, paula):
    team = make.team(cohort=cohort, name="=2 West")
    lead = make.lead(team=team)
    for row in (
        make.tried_change(team=team, title="Joan in room twelve"),
        make.conversation(team=team, sentence="Joan"),
    ):
        hiding.hide(row=row, by=lead)
    client.force_login(paula)
    head, *told = rows(client, "planning_hidden", cohort)
    assert head == ("What", "Where", "Hidden on", "Hour")
    assert {row[:2] for row in told} == {
        ("A change that was tried", "=2 West"),
        ("Words about a conversation", "=2 West"),
    }
    assert told[0][2].date() == wall_in(timezone.now(), cohort.time_zone).date()
    assert "Joan" not in str(told)
    assert "?as=xlsx" in client.get(reverse("planning_hidden", args=[cohort.pk])).content.decode()


@pytest.mark.parametrize("name", ["planning_messages", "planning_hidden"])
def test_heads_are_in_the_readers_language(client, cohort, name):
    client.force_login(make.planner(cohort=cohort, language="fr"))
    with override("fr"):
        heads = rows(client, name, cohort)[0]
    assert "Heure" in heads
    assert "Hour" not in heads


@pytest.mark.parametrize(
    "name",
    [
        "planning_cohort",
        "planning_tasks",
        "planning_applications",
        "planning_waiting",
        "planning_dates",
        "planning_letters",
        "planning_messages",
        "planning_hidden",
    ],
)
def test_nobody_else_gets_them(client, cohort, name):
    client.force_login(make.lead(team=make.team(cohort=cohort)))
    assert client.get(reverse(name, args=[cohort.pk]), {"as": "xlsx"}).status_code == 404
