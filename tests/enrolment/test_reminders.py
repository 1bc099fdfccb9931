"""Reminders to people who were asked and are not here yet: two at most, and they stop by themselves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaborative.models import Membership, Pause, QuietWeek
from core.time import wall_in
from enrolment import links, reminders, services
from enrolment.models import VALID_FOR, Invitation
from enrolment.permissions import standing, stands
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ZONE = "America/Toronto"


@pytest.fixture
def asked(cast) -> Invitation:
    return services.invite(team=cast.team, by=cast.tess, role="participant", name="Ana Petit", email="ana@example.org")


def age(invitation: Invitation, days: float) -> None:
    """Let the invitation have been sent that many days ago."""
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() + VALID_FOR - days * DAY)
    invitation.refresh_from_db()


def planned() -> list[PlannedMessage]:
    return list(PlannedMessage.objects.filter(kind=reminders.KIND, state="planned").order_by("due_at"))


def test_five_days_after_at_a_decent_hour(cast, asked):
    sent_on = wall_in(asked.expires_at - VALID_FOR, ZONE).date()
    wanted = reminders.reminders_wanted(asked, [])
    assert [(one.occurrence, wall_in(one.due, ZONE)) for one in wanted] == [
        ("day-5", dt.datetime.combine(sent_on + 5 * DAY, dt.time(10))),
    ]


def test_a_tick_plans_it_two_days_ahead_and_once(cast, asked):
    age(asked, 2)
    assert reminders.sweep() == 0
    age(asked, 4)
    assert [reminders.sweep(), reminders.sweep()] == [1, 0]
    assert [one.occurrence for one in planned()] == ["day-5"]
    for days in (6, 7, 10):
        age(asked, days)
        assert reminders.sweep() == 0, "never a second"


def test_a_renewed_invitation_is_not_reminded_of_again(cast, asked):
    age(asked, 4)
    reminders.sweep()
    PlannedMessage.objects.filter(kind=reminders.KIND).update(state="sent", sent_at=timezone.now())
    services.send_again(invitation=asked, version=asked.version, by=cast.tess)
    age(asked, 4)
    assert reminders.sweep() == 0


def test_what_waits_is_void_once_the_invitation_is_taken_up(cast, asked):
    age(asked, 4)
    reminders.sweep()
    token = links.token_for(asked.pk, asked.version, mailed_to="ana@example.org")
    services.accept(found=services.find(token), name="Ana Petit", language="en", city="st-johns")
    assert planned() == []


def test_and_once_it_is_taken_back(cast, asked):
    age(asked, 4)
    reminders.sweep()
    services.revoke(invitation=asked, by=cast.tess)
    assert planned() == []


def test_nobody_is_reminded_of_what_has_run_out_or_is_over(cast, asked):
    age(asked, 14)
    assert reminders.sweep() == 0
    age(asked, 4)
    cast.cohort.closed_at = timezone.now()
    cast.cohort.save()
    assert reminders.sweep() == 0


def test_without_a_mailbox_nobody_is_reminded(cast):
    rosa = services.invite(team=cast.team, by=cast.tess, role="participant", name="Rosa")
    age(rosa, 4)
    assert reminders.sweep() == 0


def test_days_of_peace_put_it_off(cast, asked):
    sent_on = wall_in(asked.expires_at - VALID_FOR, ZONE).date()
    quiet = QuietWeek.objects.create(
        cohort=cast.cohort, starts_on=sent_on + 4 * DAY, ends_on=sent_on + 6 * DAY, name_en="Holidays", name_fr="Fêtes"
    )
    rests = reminders.rests_into([Invitation.objects.with_place().get(pk=asked.pk)])[cast.team.pk]
    days = [wall_in(one.due, ZONE).date() - sent_on for one in reminders.reminders_wanted(asked, rests)]
    assert days == [7 * DAY]
    quiet.ends_on = sent_on + 8 * DAY
    quiet.save()
    rests = reminders.rests_into([Invitation.objects.with_place().get(pk=asked.pk)])[cast.team.pk]
    assert [wall_in(one.due, ZONE).date() - sent_on for one in reminders.reminders_wanted(asked, rests)] == [9 * DAY]


def test_a_team_that_is_paused_meanwhile_asks_nobody(cast, asked):
    age(asked, 4)
    reminders.sweep()
    (row,) = planned()
    letter = render(row)
    assert letter.subject == f"Your place in the team {cast.team.name} is still free"
    assert "Perhaps our first mail came at a bad moment." in letter.plain
    assert "This is the last time we ask." not in letter.plain
    today = wall_in(timezone.now(), ZONE).date()
    Pause.objects.create(team=cast.team, reason="outbreak", starts_on=today, ends_on=today)
    with pytest.raises(Gone):
        render(row)


def test_in_a_quiet_week_nobody_who_was_asked_into_the_series_is_reminded(cast):
    asked = services.invite(cohort=cast.cohort, by=cast.paula, role="faculty", name="Fil", email="fil@example.org")
    age(asked, 4)
    reminders.sweep()
    (row,) = planned()
    assert "somebody asked you to take part in this series" in render(row).plain, "into no team"
    today = wall_in(timezone.now(), ZONE).date()
    QuietWeek.objects.create(cohort=cast.cohort, starts_on=today, ends_on=today, name_en="Holidays", name_fr="Fêtes")
    with pytest.raises(Gone):
        render(row)


def test_one_reminder_costs_as_much_as_thirty(cast):
    """By leads and planners into teams of their own and into the cohort, a sponsor in each organisation."""

    def ask(n: int) -> None:
        for nth in range(n):
            team = make.team(cohort=cast.cohort, unit=make.unit(organisation=make.organisation()))
            lead = make.member(team=team, role="lead")
            for by, role, where in (
                (lead, "participant", {"team": team}),
                (cast.paula, "sponsor", {"team": team}),
                (cast.paula, "faculty", {"cohort": cast.cohort}),
            ):
                asked = services.invite(by=by, role=role, name="Ana", email=f"{role}{n}-{nth}@example.org", **where)
                age(asked, 4)

    costs = []
    for n in (1, 30):
        ask(n)
        with CaptureQueriesContext(connection) as statements:
            assert reminders.sweep() == 3 * n
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 12, costs


def test_who_could_not_invite_any_more_is_not_spoken_for(cast):
    """A lead who leads no more, a planner of a sponsor whose organisation takes part elsewhere by now."""
    lead = make.member(team=cast.team, role="lead")
    by_lead = services.invite(team=cast.team, by=lead, role="participant", name="Ana", email="ana@example.org")
    sponsor = services.invite(team=cast.team, by=cast.paula, role="sponsor", name="Sol", email="sol@example.org")
    for one in (by_lead, sponsor):
        age(one, 2)
    rows = Invitation.objects.with_place()
    assert standing(rows) == {by_lead.pk, sponsor.pk} == {one.pk for one in rows.all() if stands(one)}
    Membership.objects.filter(user=lead).update(until=timezone.now())
    make.team(cohort=make.cohort(), unit=make.unit(organisation=cast.team.unit.organisation))
    assert standing(rows.all()) == set() == {one.pk for one in rows.all() if stands(one)}
    assert reminders.sweep() == 0


def test_a_constant_number_of_statements_where_nothing_is_due(cast, asked, django_assert_max_num_queries):
    for nth in range(12):
        one = services.invite(
            team=cast.team, by=cast.paula, role="participant", name=f"Ana {nth}", email=f"a{nth}@example.org"
        )
        age(one, 2)
    reminders.sweep()
    with django_assert_max_num_queries(8):
        reminders.sweep()
