"""Not this week: one tap, for one task and one week; after two in a row the coach is told, kindly and once."""

from __future__ import annotations

import datetime as dt
import html
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from collaborative import not_this_week
from collaborative.models import Cohort, Membership, NotThisWeek, Pause, QuietWeek, SpentLink
from collaborative.not_this_week import TOLD, path_for, put_off, put_off_each
from collaborative.services import end_role
from core import registry
from core.refusals import Refused
from improvement import measuring, services
from improvement.activity import today_cards
from improvement.numbers_due import SOURCE
from improvement.weeks import day_at, monday_of
from notifications.by_hand import hold, send_now
from notifications.models import PlannedMessage, State
from notifications.wording import render
from tests.improvement.conftest import leaving
from tests.notifications.conftest import go
from tests.world import written

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


@pytest.fixture
def week(cast) -> dt.date:
    services.ensure_default_measure(cast.team)
    return not_this_week.week_of(cast.cohort)


def later(cast, week, person=None) -> NotThisWeek:
    person = person or cast.tess
    return not_this_week.not_this_week(person=person, task=SOURCE, about=cast.team.pk, week=week, by=person)


def url_of(cast, week, person=None) -> str:
    on = timezone.now().date()
    return path_for(person=person or cast.tess, task=SOURCE, about=cast.team.pk, week=week, on=on)


def told() -> list[PlannedMessage]:
    return list(PlannedMessage.objects.filter(kind=TOLD).select_related("recipient").order_by("recipient__name"))


def text_of(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


# ---------------------------------------------------------------- one tap


def test_looking_shows_a_button_and_pressing_it_puts_the_task_off_without_a_sign_in(client, cast, week):
    before = written()
    for _n in range(5):
        page = client.get(url_of(cast, week))
    assert written() == before
    assert "Not this week" in text_of(page)
    assert "You answer as Tess Holloway" in text_of(page)
    answer = client.post(url_of(cast, week))
    assert "You are not reminded of it again this week." in text_of(answer)
    row = NotThisWeek.objects.get()
    assert (row.person, row.task, row.about, row.week, row.team) == (cast.tess, SOURCE, cast.team.pk, week, cast.team)
    assert "sessionid" not in client.cookies
    assert Entry.objects.filter(verb="task.put_off", by=cast.tess, cohort_id=cast.cohort.pk).count() == 1


def test_it_can_be_said_in_french(client, cast, week):
    page = client.get(url_of(cast, week, cast.pierre))
    assert "Pas cette semaine" in text_of(page)


def test_a_second_mail_of_the_week_says_that_it_is_noted(client, cast, week, settings):
    later(cast, week)
    NotThisWeek.objects.update(created_at=timezone.now() - dt.timedelta(seconds=settings.UNDO_SECONDS + 1))
    page = client.get(url_of(cast, week))
    assert "You are not reminded of it again this week." in text_of(page)
    assert "<form" not in page.content.decode()


def test_it_is_of_one_person_one_task_and_one_week(cast, week):
    later(cast, week)
    asked = {"task": SOURCE, "about": cast.team.pk, "week": week}
    assert put_off(person=cast.tess, **asked)
    for other in (
        {"person": cast.nia}, {"task": "something.else"}, {"about": cast.other_team.pk}, {"week": week + WEEK},
    ):  # fmt: skip
        assert not put_off(**{"person": cast.tess, **asked, **other})
    assert put_off_each(SOURCE, [cast.team.pk, cast.other_team.pk]) == {(cast.tess.pk, cast.team.pk, week)}
    assert put_off_each(SOURCE, [cast.other_team.pk]) == set()


def test_said_twice_it_is_said_once(cast, week):
    assert later(cast, week).pk == later(cast, week).pk
    assert NotThisWeek.objects.count() == 1
    assert Entry.objects.filter(verb="task.put_off").count() == 1


def test_today_does_not_ask_either(cast, week):
    monday = monday_of(day_at(timezone.now(), cast.team)) - WEEK
    cast.team.created_at = timezone.now() - 4 * WEEK
    assert [one.week.start for one in today_cards(cast.tess, [cast.team])] == [monday]
    later(cast, monday)
    assert today_cards(cast.tess, [cast.team]) == []
    assert len(today_cards(cast.nia, [cast.team])) == 1, "somebody else of the team may still know"


def test_what_is_not_theirs_cannot_be_put_off(client, cast, week):
    for person in (cast.otto, cast.stan, cast.paula):
        with pytest.raises(Refused, match="not a task of yours"):
            later(cast, week, person)
        assert client.post(url_of(cast, week, person)).status_code == 410
    url = url_of(cast, week)
    end_role(membership=cast.team.memberships.get(user=cast.tess), by=cast.paula)
    assert client.post(url).status_code == 410
    assert not NotThisWeek.objects.exists()


def test_nothing_is_put_off_in_a_series_that_is_closed(client, cast, week):
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_at=timezone.now())
    assert "This series is closed" in text_of(client.post(url_of(cast, week)))
    assert not NotThisWeek.objects.exists()


# ---------------------------------------------------------------- what is done already


def say(cast, week, value, measure=None):
    measure = measure or cast.team.measures.get(fills_itself=True)
    services.record_number(measure=measure, by=cast.nia, period_start=week, value=Decimal(value))


def test_what_is_saved_already_is_said_and_cannot_be_put_off(client, cast, week):
    say(cast, week, 7)
    saved = "Every number of the week of"
    for answer in (client.get(url_of(cast, week)), client.post(url_of(cast, week))):
        assert saved in text_of(answer)
        assert "Safety conversations" not in text_of(answer), "whoever holds the link learns no number"
        assert "<form" not in answer.content.decode()
    with pytest.raises(Refused, match=saved):
        later(cast, week)
    assert not NotThisWeek.objects.exists()
    assert "Tous les chiffres de la semaine du" in text_of(client.get(url_of(cast, week, cast.pierre)))
    later(cast, week - WEEK)


def test_as_long_as_one_number_is_missing_the_week_can_be_put_off(client, cast, week):
    huddles = measuring.add_measure(team=cast.team, by=cast.tess, name="Huddles held", kind="count")
    say(cast, week, 7)
    assert "<form" in client.get(url_of(cast, week)).content.decode()
    later(cast, week)
    say(cast, week, 4, huddles)
    page = text_of(client.get(url_of(cast, week)))
    assert "Every number of the week of" in page
    assert "Remind me after all" not in page, "a number stands: nobody is reminded of it"


# ---------------------------------------------------------------- two in a row


def test_after_two_weeks_in_a_row_the_coaches_are_told_kindly_and_once(cast, week):
    later(cast, week - 2 * WEEK)
    assert told() == []
    later(cast, week - WEEK)
    assert [one.recipient for one in told()] == [cast.colin, cast.cora]
    letter = render(told()[0])
    assert letter.subject == f"{cast.team.name} may need a hand"
    said = "“not this week” was said two weeks in a row, by one person or by two, about this: this week’s number."
    assert said in " ".join(letter.plain.split())
    assert "nobody has done anything wrong" in letter.plain
    assert "Tess" not in letter.plain, "the team, not a person"
    assert reverse("team", args=[cast.team.pk]) in letter.plain
    later(cast, week)
    assert len(told()) == 2, "a third week is not told again"


def test_two_of_the_team_in_two_weeks_are_two_in_a_row_for_the_task(cast, week):
    later(cast, week - WEEK)
    later(cast, week, cast.nia)
    assert len(told()) == 2


def test_the_same_week_twice_or_a_week_between_is_not_two_in_a_row(cast, week):
    later(cast, week - 2 * WEEK)
    later(cast, week)
    later(cast, week, cast.nia)
    assert told() == []


def test_a_week_that_was_done_after_all_is_none_of_the_two(cast, week):
    later(cast, week - 2 * WEEK)
    say(cast, week - 2 * WEEK, 7)
    later(cast, week - WEEK)
    assert told() == []
    later(cast, week)
    assert len(told()) == 2, "the two after it are"


@pytest.mark.parametrize("back", [0, 1])
def test_what_is_done_before_the_coach_is_told_keeps_it_back_and_the_next_two_are_told(cast, week, back):
    later(cast, week - 3 * WEEK)
    later(cast, week - 2 * WEEK)
    assert all(leaving(one) for one in told())
    say(cast, week - (2 + back) * WEEK, 7)
    hold(PlannedMessage.objects.exclude(kind=TOLD), by=cast.paula)
    send_now(PlannedMessage.objects.filter(kind=TOLD), by=cast.paula)
    go()
    assert {one.state for one in told()} == {State.VOID}
    later(cast, week - WEEK)
    later(cast, week)
    assert [one.recipient for one in told() if leaving(one)] == [cast.colin, cast.cora]
    assert len(told()) == 4, "once"


def test_the_first_of_the_two_is_taken_back_before_the_coach_is_told(cast, week):
    first = later(cast, week - WEEK)
    later(cast, week)
    assert all(leaving(one) for one in told())
    not_this_week.take_back(put_off_id=first.pk, by=cast.tess)
    assert len(told()) == 2
    assert not any(leaving(one) for one in told())


@pytest.mark.parametrize("how", ["pause", "quiet"])
def test_weeks_of_peace_do_not_break_the_row(cast, week, how):
    rest = {"starts_on": week - WEEK, "ends_on": week - dt.timedelta(days=1)}
    if how == "pause":
        Pause.objects.create(team=cast.team, reason="outbreak", **rest)
    else:
        QuietWeek.objects.create(cohort=cast.cohort, name_en="Holidays", name_fr="Fêtes", **rest)
    later(cast, week - 2 * WEEK)
    later(cast, week)
    assert len(told()) == 2


def test_who_does_not_coach_the_team_any_more_does_not_hear_of_it(cast, week):
    later(cast, week - WEEK)
    later(cast, week)
    Membership.objects.filter(user=cast.colin).update(until=timezone.now())
    assert [one.recipient for one in told() if leaving(one)] == [cast.cora]


def test_a_task_of_nobodys_team_tells_no_coach(cast, week, monkeypatch):
    monkeypatch.setattr(not_this_week.tasks, "_answers", dict(not_this_week.tasks._answers))
    not_this_week.tasks.add(
        "trial.task",
        lambda about: not_this_week.Task("the room", cast.cohort, "/", lambda person: person == cast.paula),
    )
    for back in (2, 1):
        not_this_week.not_this_week(
            person=cast.paula, task="trial.task", about=cast.cohort.pk, week=week - back * WEEK, by=cast.paula
        )
    assert NotThisWeek.objects.filter(team=None).count() == 2
    assert told() == []


# ---------------------------------------------------------------- taken back


def test_taken_back_within_its_minutes_no_coach_hears_of_it(cast, week):
    later(cast, week - WEEK)
    row = later(cast, week)
    assert all(one.due_at > timezone.now() for one in told()), "not before it can be taken back no more"
    not_this_week.take_back(put_off_id=row.pk, by=cast.tess)
    assert {one.state for one in told()} == {State.VOID}
    assert not put_off(person=cast.tess, task=SOURCE, about=cast.team.pk, week=week)
    assert Entry.objects.filter(verb="task.put_off_undone", by=cast.tess, cohort_id=cast.cohort.pk).count() == 1
    not_this_week.take_back(put_off_id=row.pk, by=cast.tess)
    assert Entry.objects.filter(verb="task.put_off_undone").count() == 1
    later(cast, week)
    assert [one.recipient for one in told() if one.state == State.PLANNED] == [cast.colin, cast.cora]


def test_who_else_put_it_off_in_that_week_still_counts(cast, week):
    later(cast, week - WEEK)
    row = later(cast, week)
    later(cast, week, cast.nia)
    not_this_week.take_back(put_off_id=row.pk, by=cast.tess)
    assert [one.recipient for one in told() if one.state == State.PLANNED] == [cast.colin, cast.cora]


def test_after_its_minutes_or_by_somebody_else_it_stays(cast, week, settings):
    row = later(cast, week)
    not_this_week.take_back(put_off_id=row.pk, by=cast.nia)
    assert NotThisWeek.objects.count() == 1
    NotThisWeek.objects.update(created_at=timezone.now() - dt.timedelta(seconds=settings.UNDO_SECONDS + 1))
    with pytest.raises(Refused, match="too late"):
        not_this_week.take_back(put_off_id=row.pk, by=cast.tess)
    assert NotThisWeek.objects.count() == 1


# ---------------------------------------------------------------- taken back on the page of the link


def press(client, url, **typed):
    """Press the one button that the page shows; return the page that comes."""
    return client.post(url, typed)


def test_after_pressing_the_page_offers_to_take_it_back_by_one_press(client, cast, week):
    url = url_of(cast, week)
    page = press(client, url).content.decode()
    assert re.search(r'<form method="post"[^>]*>\s*<input type="hidden" name="back" value="on">', page)
    assert "Remind me after all" in page
    assert "With this link your answer can be changed until" in page
    back = text_of(press(client, url, back="on"))
    assert "Taken back. A reminder that was still to come this week comes as before." in back
    assert not NotThisWeek.objects.exists()
    assert "Not this week" in back, "and it can be said again"
    press(client, url)
    assert NotThisWeek.objects.count() == 1


def test_the_same_press_twice_is_one_press(client, cast, week):
    url = url_of(cast, week)
    assert [press(client, url).status_code for _n in range(2)] == [200, 200]
    assert NotThisWeek.objects.count() == 1
    assert [press(client, url, back="on").status_code for _n in range(2)] == [200, 200]
    assert not NotThisWeek.objects.exists()
    assert Entry.objects.filter(verb="task.put_off_undone").count() == 1


def test_the_page_that_is_opened_again_offers_it_for_some_minutes_alone(client, cast, week, settings):
    url = url_of(cast, week)
    press(client, url)
    assert "Remind me after all" in text_of(client.get(url))
    past = timezone.now() - dt.timedelta(seconds=settings.UNDO_SECONDS + 1)
    NotThisWeek.objects.update(created_at=past)
    SpentLink.objects.update(used_at=past)
    page = client.get(url).content.decode()
    assert "Remind me after all" not in page
    assert "<form" not in page
    press(client, url, back="on")
    assert NotThisWeek.objects.count() == 1


def test_who_reads_french_takes_it_back_in_french(client, cast, week):
    url = url_of(cast, week, cast.pierre)
    page = press(client, url)
    assert "C'est noté." in text_of(page)
    assert "Finalement, faites-moi un rappel" in text_of(page)
    back = text_of(press(client, url, back="on"))
    assert "C'est repris. S'il restait un rappel à venir cette semaine, il viendra comme avant." in back


def test_what_was_put_off_elsewhere_a_moment_ago_is_taken_back_with_the_link_too(client, cast, week):
    row = later(cast, week)
    url = url_of(cast, week)
    assert "Remind me after all" in text_of(client.get(url))
    press(client, url, back="on")
    assert not NotThisWeek.objects.filter(pk=row.pk).exists()


def test_taken_back_by_the_link_no_coach_hears_of_it(client, cast, week):
    later(cast, week - WEEK)
    url = url_of(cast, week)
    press(client, url)
    assert [one.recipient for one in told() if leaving(one)] == [cast.colin, cast.cora]
    press(client, url, back="on")
    assert {one.state for one in told()} == {State.VOID}


# ---------------------------------------------------------------- a person's own


def test_it_is_told_to_its_person_and_forgotten_with_them(cast, week):
    later(cast, week)
    data = registry.data_of.get("not_this_week")(cast.tess)
    assert [(row["task"], row["week"]) for row in data["not_this_week"]] == [(SOURCE, week)]
    registry.forget.get("not_this_week")(cast.tess)
    assert not NotThisWeek.objects.exists()
