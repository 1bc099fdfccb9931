"""Pause us: who may, for how long, who is told, and one message on the day of return."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from collaborative import pausing
from collaborative.dates import FreeNoLonger, KeepFree
from collaborative.line import today_in
from collaborative.models import Pause, QuietWeek
from collaborative.reschedule import reschedule, undo
from collaborative.services import end_role
from core.moments import read
from core.refusals import Refused
from core.time import day, forward_utc, wall_in
from notifications.models import PlannedMessage
from notifications.wording import render
from tests import make
from tests.improvement.conftest import leaving

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def today(cast) -> dt.date:
    return today_in(cast.cohort)


def pause(cast, today, days: int = 9) -> Pause:
    return pausing.pause(team=cast.team, reason="outbreak", until=today + days * DAY, by=cast.tess)


def planned(kind: str) -> list[PlannedMessage]:
    return list(PlannedMessage.objects.filter(kind=kind, state="planned").select_related("recipient"))


def test_its_coaches_are_told_once_and_the_team_is_welcomed_back_once(cast, today):
    row = pause(cast, today)
    assert sorted(one.recipient.name for one in planned("collaborative/paused")) == ["Colin MacLeod", "Cora Penney"]
    back = planned("collaborative/back")
    assert sorted(one.recipient.name for one in back) == ["Nia Roy", "Pierre Cyr", "Tess Holloway"]
    assert {wall_in(one.due_at, cast.cohort.time_zone) for one in back} == {
        dt.datetime.combine(today + 10 * DAY, dt.time(9))
    }
    assert Entry.objects.filter(verb="team.paused", by=cast.tess, cohort_id=cast.cohort.pk).count() == 1

    pausing.pause(team=cast.team, reason="outbreak", until=today + 20 * DAY, by=cast.nia)
    assert len(planned("collaborative/paused")) == 2, "a longer pause is not told again"
    assert {wall_in(one.due_at, cast.cohort.time_zone).date() for one in planned("collaborative/back")} == {
        today + 21 * DAY
    }
    assert list(Pause.objects.values_list("pk", "starts_on", "ends_on")) == [(row.pk, today, today + 20 * DAY)]


def test_the_coach_who_pauses_is_not_told(cast, today):
    pausing.pause(team=cast.team, reason="other", until=today + DAY, by=cast.colin)
    assert [one.recipient for one in planned("collaborative/paused")] == [cast.cora]


def test_the_return_waits_for_the_end_of_the_quiet_weeks(cast, today):
    QuietWeek.objects.create(
        cohort=cast.cohort, starts_on=today + 8 * DAY, ends_on=today + 14 * DAY, name_en="Holidays", name_fr="Fêtes"
    )
    pause(cast, today)
    assert {wall_in(one.due_at, cast.cohort.time_zone).date() for one in planned("collaborative/back")} == {
        today + 15 * DAY
    }


def returns(cast) -> set[dt.date]:
    return {wall_in(one.due_at, cast.cohort.time_zone).date() for one in planned("collaborative/back")}


def test_days_that_become_quiet_put_the_return_off_and_back(cast, today):
    pause(cast, today)
    free = KeepFree(cast.cohort, today + 10 * DAY, today + 12 * DAY, "Holidays", "Fêtes")
    reschedule(free, by=cast.paula, dry_run=True)
    assert returns(cast) == {today + 10 * DAY}, "a preview changes nothing"
    moved = reschedule(free, by=cast.paula)
    assert returns(cast) == {today + 13 * DAY}
    undo(reschedule=moved.reschedule, by=cast.paula)
    assert returns(cast) == {today + 10 * DAY}
    reschedule(free, by=cast.paula)
    reschedule(FreeNoLonger(QuietWeek.objects.get()), by=cast.paula)
    assert returns(cast) == {today + 10 * DAY}
    assert len(planned("collaborative/back")) == 3


def test_a_new_break_before_the_welcome_puts_it_off_and_is_one_message(cast, today):
    QuietWeek.objects.create(
        cohort=cast.cohort, starts_on=today - DAY, ends_on=today + 2 * DAY, name_en="Holidays", name_fr="Fêtes"
    )
    earlier = Pause.objects.create(
        team=cast.team, reason="other", starts_on=today - 9 * DAY, ends_on=today - 2 * DAY, by=cast.tess
    )
    pausing.plan_return(earlier)
    assert returns(cast) == {today + 3 * DAY}
    new = pause(cast, today, days=20)
    assert returns(cast) == {today + 21 * DAY}
    assert {one.source_id for one in planned("collaborative/back")} == {str(new.pk)}
    pausing.resume(pause=new, by=cast.tess)
    assert returns(cast) == {today + 3 * DAY}, "the new one was none: the first welcome waits again"


def test_who_came_while_a_welcome_that_has_left_is_worked_out_again_gets_none(cast, today):
    row = pause(cast, today)
    PlannedMessage.objects.filter(kind="collaborative/back").update(state="sent", sent_at=timezone.now())
    make.member(team=cast.team, name="Newly There")
    reschedule(KeepFree(cast.cohort, today + 10 * DAY, today + 12 * DAY, "Holidays", "Fêtes"), by=cast.paula)
    assert planned("collaborative/back") == []
    assert row.ends_on == today + 9 * DAY


def test_it_says_where_to_pick_up(cast, today):
    make.tried_change(team=cast.team, by=cast.nia, title="One question at the huddle")
    pause(cast, today)
    letter = render(next(one for one in planned("collaborative/back") if one.recipient == cast.nia))
    assert letter.subject == f"Welcome back, {cast.team.name}"
    assert "You were trying: “One question at the huddle”." in letter.plain
    assert f"Next: {cast.next_session.title}" in letter.plain
    for one in planned("collaborative/paused"):
        assert f"{cast.team.name} is paused until" in render(one).plain


def test_it_names_the_next_session_at_the_readers_own_hour_first(cast, today):
    cast.nia.city, cast.nia.time_zone = "", "Pacific/Auckland"
    cast.nia.save()
    pause(cast, today)
    row = next(one for one in planned("collaborative/back") if one.recipient == cast.nia)
    row.refresh_from_db()
    moment = read(cast.next_session.starts_at, cast.cohort, row.recipient, lang="en")
    assert moment.theirs
    assert f"Next: {cast.next_session.title}, {moment.mine} ({moment.theirs})." in render(row).plain


def test_changing_a_pause_begins_with_the_one_that_runs(cast, today):
    client, url = Client(), reverse("team_pause", args=[cast.team.pk])
    client.force_login(cast.tess)
    latest = day(today + 42 * DAY, "en", weekday=False)
    page = client.get(url)
    assert f"{latest} at the latest" in page.content.decode()
    assert "Change the pause" not in page.content.decode()
    assert "Choose the last day of the pause." in client.post(url, {"reason": "outbreak"}).content.decode()
    row = pause(cast, today)
    page = client.get(url)
    assert f"{cast.team.name} is paused until {day(row.ends_on, 'en', weekday=False)}" in page.content.decode()
    assert reverse("team_resume", args=[cast.team.pk]) in page.content.decode()
    form = page.context["form"]
    assert (form["reason"].value(), form["until"].value()) == (row.reason, row.ends_on)


def test_an_early_return_is_told_at_once(cast, today):
    row = pause(cast, today)
    Pause.objects.update(starts_on=today - DAY)
    pausing.resume(pause=row, by=cast.tess)
    row.refresh_from_db()
    assert (row.ends_on, row.ended_by) == (today - DAY, cast.tess)
    assert len(planned("collaborative/back")) == 3
    # Whoever lets it go on in the night does not wake it.
    morning = forward_utc(dt.datetime.combine(today, pausing.HOUR), cast.cohort.time_zone)
    assert all(morning <= one.due_at <= max(morning, timezone.now()) for one in planned("collaborative/back"))
    pausing.resume(pause=row, by=cast.tess)
    assert Entry.objects.filter(verb="team.resumed").count() == 1


def test_a_pause_taken_back_on_its_first_day_was_none(cast, today):
    pausing.resume(pause=pause(cast, today), by=cast.tess)
    assert not Pause.objects.exists()
    assert planned("collaborative/back") == planned("collaborative/paused") == []


# ---------------------------------------------------------------- who was told of a pause hears that it ended early


def left(kind: str = "collaborative/paused") -> None:
    PlannedMessage.objects.filter(kind=kind, state="planned").update(state="sent", sent_at=timezone.now())


def began_yesterday(row: Pause) -> Pause:
    Pause.objects.filter(pk=row.pk).update(starts_on=row.starts_on - DAY)
    return row


def told_of_the_end() -> list:
    return sorted(one.recipient.name for one in planned(pausing.ENDED))


@pytest.mark.parametrize("first_day", [True, False])
def test_coaches_who_were_told_hear_once_that_it_ended_early(cast, today, first_day):
    row = pause(cast, today)
    left()
    if not first_day:
        began_yesterday(row)
    pausing.resume(pause=row, by=cast.tess)
    assert told_of_the_end() == ["Colin MacLeod", "Cora Penney"]
    if not first_day:
        pausing.resume(pause=row, by=cast.tess)
        assert len(planned(pausing.ENDED)) == 2, "ended twice it is told once"
    letter = leaving(planned(pausing.ENDED)[0])
    assert letter.subject == f"{cast.team.name} ends its break early"
    assert f"its break was ended early, on {day(today, 'en', weekday=False)}." in letter.plain
    assert reverse("team", args=[cast.team.pk]) in letter.plain


@pytest.mark.parametrize("first_day", [True, False])
@pytest.mark.parametrize("state", ["planned", "held"])
def test_ended_before_anybody_was_told_nobody_hears_either_of_the_two(cast, today, first_day, state):
    row = pause(cast, today)
    PlannedMessage.objects.filter(kind=pausing.PAUSED).update(state=state)
    if not first_day:
        began_yesterday(row)
    pausing.resume(pause=row, by=cast.tess)
    assert set(PlannedMessage.objects.filter(kind=pausing.PAUSED).values_list("state", flat=True)) == {"void"}
    assert not PlannedMessage.objects.filter(kind=pausing.ENDED).exists()
    assert len(planned("collaborative/back")) == (0 if first_day else 3)


def test_each_coach_hears_what_they_do_not_know_yet(cast, today):
    pausing.pause(team=cast.team, reason="other", until=today + 9 * DAY, by=cast.colin)
    row = began_yesterday(Pause.objects.get())
    pausing.resume(pause=row, by=cast.tess)
    assert told_of_the_end() == ["Colin MacLeod"], "he knows of it, having decided it; no mail has told Cora"


def test_a_coach_who_ends_it_is_not_told(cast, today):
    row = pause(cast, today)
    left()
    pausing.resume(pause=row, by=cast.cora)
    assert told_of_the_end() == ["Colin MacLeod"]


def test_a_pause_that_is_over_by_itself_is_told_to_no_coach(cast, today):
    row = pause(cast, today)
    left()
    Pause.objects.filter(pk=row.pk).update(starts_on=today - 3 * DAY, ends_on=today - DAY)
    pausing.resume(pause=row, by=cast.tess)
    assert told_of_the_end() == []


def test_a_new_break_takes_back_the_news_of_the_end_of_the_first(cast, today):
    row = began_yesterday(pause(cast, today))
    left()
    pausing.resume(pause=row, by=cast.tess)
    assert len(told_of_the_end()) == 2
    new = pause(cast, today, days=3)
    assert told_of_the_end() == []
    assert len(planned(pausing.PAUSED)) == 2, "it lasts until another day"
    pausing.resume(pause=new, by=cast.tess)
    assert planned(pausing.PAUSED) == []
    assert told_of_the_end() == ["Colin MacLeod", "Cora Penney"], "they still know of the first one"


def test_who_does_not_coach_the_team_any_more_does_not_hear_of_the_end(cast, today):
    row = pause(cast, today)
    left()
    pausing.resume(pause=row, by=cast.tess)
    end_role(membership=cast.team.memberships.get(user=cast.cora), by=cast.paula)
    rows = PlannedMessage.objects.filter(kind=pausing.ENDED).select_related("recipient")
    assert [one.recipient for one in rows if leaving(one)] == [cast.colin]


def test_it_reads_in_french(cast, today):
    row = pause(cast, today)
    left()
    pausing.resume(pause=row, by=cast.tess)
    type(cast.colin).objects.filter(pk=cast.colin.pk).update(language="fr")
    (one,) = [one for one in planned(pausing.ENDED) if one.recipient == cast.colin]
    letter = leaving(one)
    assert letter.subject == f"{cast.team.name} met fin à sa pause plus tôt que prévu"
    assert "Votre tableau en parle de nouveau, comme avant." in letter.plain


@pytest.mark.parametrize(("days", "says"), [(-1, "Choose today"), (43, "Six weeks")])
def test_days_that_are_refused(cast, today, days, says):
    with pytest.raises(Refused, match=says) as refused:
        pause(cast, today, days)
    assert refused.value.field == "until"
    assert pause(cast, today, 42).ends_on == today + 42 * DAY


def test_a_team_that_is_not_at_work_is_not_paused(cast, today):
    cast.cohort.closed_at = timezone.now()
    cast.cohort.save()
    with pytest.raises(Refused, match="not at work"):
        pause(cast, today)


def test_who_left_the_team_hears_nothing_more_of_it(cast, today):
    row = pause(cast, today)
    asked = [(cast.nia, str(row.pk)), (cast.colin, str(row.pk)), (cast.stan, str(row.pk))]
    assert pausing.may_hear_of(asked) == {(cast.nia.pk, str(row.pk)), (cast.colin.pk, str(row.pk))}


def test_from_the_team_page_and_back(cast, today):
    client = Client()
    client.force_login(cast.tess)
    home = reverse("team", args=[cast.team.pk])
    assert "Pause us" in client.get(home).content.decode()
    answer = client.post(reverse("team_pause", args=[cast.team.pk]), {"reason": "outbreak", "until": "tomorrow"})
    assert "This is no date yet" in answer.content.decode()
    until = (today + 3 * DAY).isoformat()
    client.post(reverse("team_pause", args=[cast.team.pk]), {"reason": "outbreak", "until": until})
    page = client.get(home).content.decode()
    assert "Paused until" in page
    assert "Go on today" in page
    client.post(reverse("team_resume", args=[cast.team.pk]))
    assert "Paused until" not in client.get(home).content.decode()
    nia = Client()
    nia.force_login(cast.nia)
    assert "Pause us" not in nia.get(home).content.decode()


def test_the_return_follows_the_law_of_clocks(cast, today, capsys):
    pause(cast, today)
    rows = PlannedMessage.objects.filter(kind="collaborative/back")
    right = rows.first().due_at
    rows.update(due_at=right - dt.timedelta(hours=1), next_attempt_at=right - dt.timedelta(hours=1))
    call_command("rederive")
    said = capsys.readouterr().out
    assert "pauses: 1 moments follow" in said
    assert f"welcome back of {cast.team.name}: {right - dt.timedelta(hours=1):%Y-%m-%d %H:%M} → " in said
    assert {(one.due_at, one.next_attempt_at) for one in planned("collaborative/back")} == {(right, right)}
    assert len(planned("collaborative/back")) == 3
    call_command("rederive")
    assert "pauses" not in capsys.readouterr().out
