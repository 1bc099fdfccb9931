"""What asks a team for something does not leave while that is paused: it counts as leaving nowhere, and its page says why."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.urls import reverse

from collaborative import pausing
from collaborative.line import today_in
from core.time import forward_utc
from desk.outbox import lines
from improvement import numbers_due
from notifications import causes, states
from notifications.briefing import Briefing
from notifications.models import PlannedMessage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]

DAY = dt.timedelta(days=1)


def words_of(answer) -> str:
    main = answer.content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture
def asked(cohort, team, nia) -> PlannedMessage:
    """The mail that asks Nia's team for its numbers of this week; it leaves tomorrow."""
    tomorrow = today_in(cohort) + DAY
    at = forward_utc(dt.datetime.combine(tomorrow, dt.time(14)), cohort.time_zone)
    return PlannedMessage.objects.create(
        recipient=nia, recipient_key=str(nia.pk), kind=numbers_due.KIND, source_type=numbers_due.SOURCE,
        source_id=str(team.pk), occurrence=(tomorrow - tomorrow.weekday() * DAY).isoformat(), scope_type="collaborative.cohort",
        scope_id=str(cohort.pk), due_at=at, next_attempt_at=at,
    )  # fmt: skip


def pause(team, cohort, days: int, by):
    return pausing.pause(team=team, reason="outbreak", until=today_in(cohort) + days * DAY, by=by)


def test_what_a_pause_keeps_counts_as_leaving_nowhere_and_does_again_when_the_team_is_back(
    planning, cohort, team, paula, asked
):
    def lists(text: str) -> list[bool]:
        leaving, _, rest = text.partition("Does not leave: a team is paused, or weeks are quiet")
        return ["This week’s number" in leaving, "This week’s number" in rest]

    url = reverse("planning_outbox", args=[cohort.pk])
    assert lists(words_of(planning.get(url))) == [True, False]
    assert asked in lines.leaving_soon(cohort)
    made = pause(team, cohort, 14, paula)
    assert lists(words_of(planning.get(url))) == [False, True]
    assert asked not in lines.leaving_soon(cohort)
    room = words_of(planning.get(reverse("planning_cohort", args=[cohort.pk])))
    assert "This week’s number" not in room
    pausing.resume(pause=made, by=paula)
    assert lists(words_of(planning.get(url))) == [True, False]


def test_its_page_and_that_of_its_line_say_that_the_pause_keeps_it(planning, cohort, team, paula, asked):
    pause(team, cohort, 14, paula)
    page = words_of(planning.get(reverse("planning_message", args=[asked.pk])))
    assert page.count("It does not leave at its hour: paused until") == 1
    assert "There would be nothing to say any more" not in page
    line = words_of(planning.get(reverse("planning_together", args=[asked.pk])))
    assert "1 of these messages does not leave: the team is paused, or the weeks are quiet." in line


def test_whoever_has_left_the_team_is_not_told_of_the_pause(planning, cohort, team, paula, nia, asked):
    pause(team, cohort, 14, paula)
    nia.memberships.update(until=dt.datetime.now(dt.UTC))
    assert Briefing([asked]).no_longer(asked).reason == "may_not_know"
    assert "paused until" not in words_of(planning.get(reverse("planning_message", args=[asked.pk])))


def test_the_sender_gives_the_same_reason_and_it_stays_with_the_message(planning, cohort, team, paula, asked):
    assert Briefing([asked]).no_longer(asked) is None
    pause(team, cohort, 14, paula)
    move = Briefing([asked]).no_longer(asked)
    assert (move.to, move.reason) == (states.VOID, states.AT_REST)
    PlannedMessage.objects.filter(pk=asked.pk).update(state=move.to, reason=move.reason)
    page = words_of(planning.get(reverse("planning_message", args=[asked.pk])))
    assert causes.of_code(states.AT_REST) in page


def test_the_pages_keep_within_their_statements(planning, cohort, team, paula, asked, django_assert_max_num_queries):
    pause(team, cohort, 14, paula)
    for most, url in (
        (12, reverse("planning_outbox", args=[cohort.pk])),
        (18, reverse("planning_together", args=[asked.pk])),
        (18, reverse("planning_message", args=[asked.pk])),
    ):
        planning.get(url)
        with django_assert_max_num_queries(most):
            assert planning.get(url).status_code == 200
