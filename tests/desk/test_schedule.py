"""Pages where planners make cohorts, move dates, plan their own work, and change the template."""

import datetime as dt
import re
from calendar import MONDAY, SUNDAY, TUESDAY

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from collaborative import dates, shaping, tasks
from collaborative.holidays import nth_weekday
from collaborative.line import today_in
from collaborative.models import Cohort, Membership, PlanningTask, Reschedule
from collaborative.reschedule import reschedule
from collaborative.services import give_role
from core.time import day as day_words
from sessions.models import LearningSession
from tests import make

pytestmark = pytest.mark.django_db

YEAR = timezone.now().year + 1
FIRST = nth_weekday(YEAR, 9, TUESDAY, 1)
THANKSGIVING = nth_weekday(YEAR, 10, MONDAY, 2)
CLOCKS_CHANGE = nth_weekday(YEAR + 1, 3, SUNDAY, 2)
LATE = next(day for day in (dt.date(YEAR, 12, n) for n in (21, 22, 23)) if day.weekday() < 5)


def after(days: int) -> str:
    """Return a day counted from the first, as a browser sends it."""
    return (FIRST + dt.timedelta(days=days)).isoformat()


@pytest.fixture
def cohort():
    return make.cohort(first_day=timezone.now().date() + dt.timedelta(weeks=11))


@pytest.fixture
def paula(client, cohort):
    person = make.planner(cohort=cohort, name="Paula")
    client.force_login(person)
    return person


def boxes(page, name="form") -> dict:
    """Return what a browser would send for a form as it is shown, without its buttons."""
    form = page.context[name]
    found = {}
    for field in form:
        value = field.value()
        if value not in (None, "", False):
            found[field.html_name] = "on" if value is True else str(value)
    return found


CHOICE = {
    "source": "template", "first_day": FIRST.isoformat(), "takes": "teams", "name_en": "Wave 6", "name_fr": "Vague 6",
    "campaign_en": "Patient Safety Week", "campaign_fr": "Semaine de la sécurité", "seats": "18", "city": "halifax",
}  # fmt: skip


def choose(client, cohort, **more):
    address = reverse("planning_new_cohort", args=[cohort.programme_id])
    answer = client.post(address, {**CHOICE, **more})
    assert answer.status_code == 302, answer.context["form"].errors
    return answer.url


def mark(page) -> str:
    return page.context["draft"].mark if "draft" in page.context else page.context["effects"].mark


# ---------------------------------------------------------------- a new cohort


def test_from_the_template_to_a_cohort_that_runs_in_three_presses(client, cohort, paula):
    address = choose(client, cohort, third_period="on", congress="on")
    page = client.get(address)
    assert Cohort.objects.count() == 1, "nothing is made yet"
    answer = client.post(address, boxes(page) | {"confirm": mark(page)})
    made = Cohort.objects.get(name_en="Wave 6")
    assert answer.url == reverse("planning_dates", args=[made.pk])
    assert (made.first_day, made.seats, made.city, made.time_zone) == (FIRST, 18, "halifax", "America/Halifax")
    assert (made.campaign_fr, made.takes) == ("Semaine de la sécurité", "teams")
    assert list(made.phases.in_order().values_list("key", flat=True))[-4:] == ["ls3", "ap3", "congress", "wrap-up"]
    assert LearningSession.objects.filter(cohort=made).count() == 4
    assert made.tasks.count() > 30
    assert made.quiet_weeks.get().starts_on == dt.date(YEAR, 12, 20)
    assert client.get(reverse("planning_cohort", args=[made.pk])).status_code == 200, "who made it plans it"
    assert made.announced_at is None, "no visitor is told before somebody presses"


def test_a_new_cohort_is_planned_by_whom_one_leaves_ticked(client, cohort, paula):
    benoit, ada = make.planner(cohort=cohort, name="Benoît"), make.planner(cohort=cohort, name="Ada")
    address = choose(client, cohort)
    page = client.get(address)
    assert page.context["form"]["planners"].value() == [str(ada.pk), str(benoit.pk)], "all are ticked"
    client.post(address, boxes(page) | {"planners": [str(benoit.pk)], "confirm": mark(page)})
    made = Cohort.objects.get(name_en="Wave 6")
    assert {one.user.name for one in made.memberships.select_related("user")} == {"Paula", "Benoît"}


def test_like_an_earlier_cohort_with_every_date_shifted(client, cohort, paula):
    first_day = cohort.first_day + dt.timedelta(weeks=30)
    address = choose(client, cohort, source=str(cohort.pk), first_day=first_day.isoformat())
    page = client.get(address)
    client.post(address, boxes(page) | {"confirm": mark(page)})
    made = Cohort.objects.get(name_en="Wave 6")
    shifted = [
        (key, on + dt.timedelta(weeks=30)) for key, on in cohort.phases.in_order().values_list("key", "starts_on")
    ]
    assert list(made.phases.in_order().values_list("key", "starts_on")) == shifted


def test_a_copy_on_another_weekday_says_so(client, cohort, paula):
    first_day = cohort.first_day + dt.timedelta(weeks=30, days=1)
    page = client.get(choose(client, cohort, source=str(cohort.pk), first_day=first_day.isoformat()))
    assert "all its weekdays move along" in page.content.decode()


def test_weekends_holidays_and_late_december_are_flagged(client, cohort, paula):
    address = choose(client, cohort)
    page = client.get(address)
    sent = boxes(page) | {"on-ls1": THANKSGIVING.isoformat(), "on-ls2": after(81), "on-ls3": LATE.isoformat()}
    sent.pop("december")
    page = client.post(address, sent)
    flags = {row.name: row.flags for row in page.context["draft"].phases}
    assert flags["Session 1"] == ["Thanksgiving"]
    assert flags["Session 2"] == ["weekend"]
    assert flags["Session 3"] == ["around the turn of the year: many are away"]
    again = client.post(address, sent | {"december": "on"})
    assert {row.name: row.flags for row in again.context["draft"].phases}["Session 3"] == ["kept free: late December"]


def test_only_dates_that_were_seen_are_made(client, cohort, paula):
    address = choose(client, cohort)
    page = client.get(address)
    sent = boxes(page) | {"on-ls2": after(85)}
    shown = client.post(address, sent | {"confirm": mark(page)})
    assert shown.status_code == 200
    assert "you changed dates since you looked" in shown.content.decode()
    assert Cohort.objects.count() == 1
    answer = client.post(address, boxes(shown) | {"confirm": mark(shown)})
    assert answer.status_code == 302
    made = Cohort.objects.get(name_en="Wave 6")
    assert made.phases.get(key="ap1").ends_on == FIRST + dt.timedelta(days=84)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"on-ls2": after(24)}, "on-ls2"),
        ({"on-ls1": after(-1)}, "on-ls1"),
        ({"on-ls1": ""}, "on-ls1"),
        ({"on-ls3": after(999)}, "on-ls3"),
        ({"on-ls1": CLOCKS_CHANGE.isoformat(), "at-ls1": "02:30"}, "at-ls1"),
        ({"apply_until": after(-99)}, "apply_until"),
        ({"answers_on": after(-99)}, "answers_on"),
        ({"answers_on": after(40)}, "answers_on"),
        ({"from-ap1": after(8)}, "from-ap1"),
        ({"to-ap1": after(90)}, "to-ap1"),
    ],
)
def test_dates_out_of_order_are_refused_beside_their_box_and_nothing_is_lost(client, cohort, paula, change, field):
    address = choose(client, cohort)
    page = client.get(address)
    sent = boxes(page) | change
    answer = client.post(address, sent | {"confirm": mark(page)})
    assert answer.status_code == 200
    form = answer.context["form"]
    assert field in form.errors
    assert all(form[name].value() == value for name, value in change.items())
    assert Cohort.objects.count() == 1


def test_sent_twice_one_cohort_is_made(client, cohort, paula):
    address = choose(client, cohort)
    page = client.get(address)
    sent = boxes(page) | {"confirm": mark(page)}
    assert client.post(address, sent).url == client.post(address, sent).url
    assert Cohort.objects.filter(name_en="Wave 6").count() == 1


def test_names_and_form_wait_in_the_boxes_when_one_goes_back(client, cohort, paula):
    page = client.get(choose(client, cohort, congress="on"))
    page = client.get(page.context["back"])
    sent = boxes(page)
    assert (sent["name_fr"], sent["seats"], sent["congress"]) == ("Vague 6", "18", "on")


@pytest.mark.parametrize(
    ("more", "field"),
    [({"first_day": "2020-01-01"}, "first_day"), ({"first_day": "2199-01-01"}, "first_day"), ({"seats": "0"}, "seats"),
     ({"source": "00000000-0000-0000-0000-000000000000"}, "source"), ({"name_fr": ""}, "name_fr")],
)  # fmt: skip
def test_a_choice_that_makes_no_sense_is_refused(client, cohort, paula, more, field):
    address = reverse("planning_new_cohort", args=[cohort.programme_id])
    answer = client.post(address, {**CHOICE, **more})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors


def test_an_address_of_dates_without_a_choice_leads_back(client, cohort, paula):
    answer = client.get(reverse("planning_new_cohort_dates", args=[cohort.programme_id]) + "?first_day=x")
    assert answer.status_code == 302


def test_a_planner_of_the_programme_gets_no_role_of_their_own_for_a_cohort(client, cohort):
    pat = make.person("Pat")
    give_role(user=pat, role="planner", by=None, programme=cohort.programme)
    client.force_login(pat)
    address = choose(client, cohort)
    page = client.get(address)
    client.post(address, boxes(page) | {"confirm": mark(page)})
    assert Membership.objects.filter(user=pat).count() == 1


def test_the_chooser_and_the_room_lead_to_a_new_cohort(client, cohort, paula):
    link = reverse("planning_new_cohort", args=[cohort.programme_id])
    assert link in client.get(reverse("planning_cohort", args=[cohort.pk])).content.decode()
    make.planner(cohort=make.cohort(programme=cohort.programme), user=paula)
    assert link in client.get(reverse("planning")).content.decode()


# ---------------------------------------------------------------- dates


def look(client, address, **sent):
    page = client.post(address, {"reason": "The hall is taken.", **sent})
    assert page.status_code == 200
    assert page.context["effects"], page.context["form"].errors
    return page


def confirm(client, address, page, **sent):
    return client.post(address, {"reason": "The hall is taken.", **sent, "confirm": mark(page)})


def test_the_whole_cohort_moves_after_a_look_with_a_reason_and_back_again(client, cohort, paula):
    make.member(team=make.team(cohort=cohort))
    address, later = reverse("planning_shift", args=[cohort.pk]), cohort.first_day + dt.timedelta(days=7)
    page = look(client, address, days=later.isoformat())
    effects = page.context["effects"]
    assert [row.name for row in effects.dates][:5] == [
        "First day", "First day to apply", "Last day to apply", "Answers leave", "Session 1",
    ]  # fmt: skip
    assert (effects.told, effects.reminded) == (2, 2)
    assert effects.tasks
    cohort.refresh_from_db()
    assert cohort.first_day != later
    answer = confirm(client, address, page, days=later.isoformat())
    assert answer.url == reverse("planning_dates", args=[cohort.pk])
    cohort.refresh_from_db()
    assert cohort.first_day == later
    page = client.get(answer.url)
    assert "The hall is taken." in page.content.decode()
    [(change, moved)] = page.context["dates"].changes
    assert (moved[0].name, moved[4].name) == ("First day", "Session 1")
    assert f"First day · {moved[0].before} → {moved[0].after}" in page.content.decode()
    client.post(reverse("planning_dates_undo", args=[cohort.pk, change.pk]))
    cohort.refresh_from_db()
    assert cohort.first_day == later - dt.timedelta(days=7)


def test_a_look_says_which_days_are_bad_ones(client, cohort, paula):
    saturday = cohort.first_day + dt.timedelta(days=(5 - cohort.first_day.weekday()) % 7 or 7)
    page = look(client, reverse("planning_shift", args=[cohort.pk]), days=saturday.isoformat())
    assert "weekend" in page.context["effects"].dates[0].flags
    row = cohort.learning_sessions.order_by("starts_at").first()
    sunday = row.day + dt.timedelta(days=6 - row.day.weekday())
    sent = {"day": sunday.isoformat(), "clock": "12:00", "reason": "The hall is taken."}
    preview = client.post(reverse("session_move", args=[row.pk]), sent).context["preview"]
    assert "weekend" in preview.flags


@pytest.mark.parametrize(("days", "words"), [
    (-1, "2 applications are being written. From the moment you confirm they cannot be sent any more."),
    (3, "2 applications are being written and have fewer days left."),
])  # fmt: skip
def test_closing_earlier_says_how_many_are_still_writing(client, cohort, paula, days, words):
    for _ in range(2):
        make.application(cohort=cohort, state="draft")
    today = today_in(cohort)
    cohort.apply_from, cohort.apply_until = today - dt.timedelta(days=20), today + dt.timedelta(days=10)
    cohort.answers_on = today + dt.timedelta(days=20)
    cohort.save()
    address = reverse("planning_enrolment_days", args=[cohort.pk])
    kept = {"apply_from": cohort.apply_from.isoformat(), "answers_on": cohort.answers_on.isoformat()}
    page = look(client, address, **kept, apply_until=(today + dt.timedelta(days=days)).isoformat())
    assert words in page.content.decode()
    page = look(client, address, **kept, apply_until=(today + dt.timedelta(days=12)).isoformat())
    assert "being written" not in page.content.decode()


def test_what_changed_since_the_look_is_shown_first(client, cohort, paula):
    address = reverse("planning_shift", args=[cohort.pk])
    later = (cohort.first_day + dt.timedelta(days=7)).isoformat()
    page = look(client, address, days=later)
    reschedule(dates.EnrolmentDays(cohort, None, None, None), by=None)
    answer = confirm(client, address, page, days=later)
    assert answer.status_code == 200
    assert "Not done" in answer.content.decode()
    assert Reschedule.objects.count() == 1


def test_a_change_without_a_reason_is_refused_and_nothing_is_lost(client, cohort, paula):
    address = reverse("planning_enrolment_days", args=[cohort.pk])
    sent = {"apply_from": after(-70), "apply_until": after(-71), "answers_on": "", "reason": ""}
    page = client.post(address, sent)
    assert "reason" in page.context["form"].errors
    assert page.context["form"]["apply_from"].value() == sent["apply_from"]


def test_each_kind_of_date_is_moved_from_the_page(client, cohort, paula):
    ap1, ls1 = cohort.phases.get(key="ap1"), cohort.phases.get(key="ls1")
    pinned = (ls1.starts_on + dt.timedelta(days=4)).isoformat()
    on = cohort.first_day.isoformat()
    until = (cohort.apply_until + dt.timedelta(days=1)).isoformat()
    for name, args, sent in [
        ("planning_stretch", [cohort.pk, ap1.pk], {"start": pinned}),
        ("planning_quiet_new", [cohort.pk], {"starts_on": on, "ends_on": on, "name_en": "Rest", "name_fr": "Repos"}),
        ("planning_enrolment_days", [cohort.pk], {"apply_until": until, "answers_on": until}),
    ]:
        address = reverse(name, args=args)
        assert confirm(client, address, look(client, address, **sent), **sent).status_code == 302
    quiet = cohort.quiet_weeks.get()
    address = reverse("planning_quiet_remove", args=[cohort.pk, quiet.pk])
    confirm(client, address, look(client, address))
    page = client.get(reverse("planning_dates", args=[cohort.pk])).content.decode()
    assert "set by hand" in page
    assert not cohort.quiet_weeks.exists()
    assert Reschedule.objects.filter(by=paula, reason="The hall is taken.").count() == 4


def test_a_cohort_under_way_moves_what_lies_ahead_by_days(client):
    cohort = make.cohort()
    client.force_login(make.planner(cohort=cohort))
    address = reverse("planning_shift", args=[cohort.pk])
    second = cohort.learning_sessions.get(phase__key="ls2")
    page = look(client, address, days="7")
    confirm(client, address, page, days="7")
    assert LearningSession.objects.get(pk=second.pk).day == second.day + dt.timedelta(days=7)


def test_too_late_to_undo_is_said(client, cohort, paula):
    done = reschedule(dates.Shift(cohort, 7), by=paula)
    Reschedule.objects.update(created_at=timezone.now() - dt.timedelta(hours=1))
    answer = client.post(reverse("planning_dates_undo", args=[cohort.pk, done.reschedule.pk]), follow=True)
    assert "too late" in answer.content.decode()
    cohort.refresh_from_db()


# ---------------------------------------------------------------- tasks


def test_a_task_is_put_on_the_list_once_given_away_done_and_not_done(client, cohort, paula):
    pia = make.planner(cohort=cohort, name="Pia")
    here = reverse("planning_tasks", args=[cohort.pk])
    sent = boxes(client.get(here)) | {"text": "Bake a cake", "due_on": today_in(cohort).isoformat()}
    assert client.post(here, sent).url == client.post(here, sent).url == here
    task = PlanningTask.objects.get(text_en="Bake a cake")
    assert "Bake a cake" in [row.text for row in client.get(here).context["plan"].now]
    address = reverse("planning_task", args=[cohort.pk, task.pk])
    later = today_in(cohort) + dt.timedelta(days=30)
    sent = boxes(client.get(address)) | {"assignee": str(pia.pk), "pinned_on": later.isoformat()}
    assert client.post(address, sent).status_code == 302
    task.refresh_from_db()
    assert (task.assignee, task.due_on) == (pia, later)
    client.post(reverse("planning_task_tick", args=[cohort.pk, task.pk]))
    page = client.get(here)
    assert page.context["plan"].done[0] == task
    assert reverse("planning_task_untick", args=[cohort.pk, task.pk]) in page.content.decode()
    client.post(reverse("planning_task_untick", args=[cohort.pk, task.pk]))
    task.refresh_from_db()
    assert task.done_at is None


def test_two_planners_who_change_one_task_see_what_the_other_set(client, cohort, paula):
    pia = make.planner(cohort=cohort, name="Pia")
    task = cohort.tasks.first()
    address = reverse("planning_task", args=[cohort.pk, task.pk])
    mine = boxes(client.get(address))
    theirs = today_in(cohort) + dt.timedelta(days=30)
    tasks.change_task(task=task, assignee=pia, pinned_on=theirs, version=1, by=pia)
    answer = client.post(address, mine | {"assignee": str(paula.pk)})
    assert answer.status_code == 409
    assert [words for _label, words in answer.context["theirs"]] == ["Pia", day_words(theirs, "en")]
    task.refresh_from_db()
    assert (task.assignee, task.pinned_on) == (pia, theirs)
    assert client.post(address, boxes(answer)).status_code == 302
    task.refresh_from_db()
    assert (task.assignee, task.pinned_on) == (paula, None)


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"text": ""}, "text"), ({"due_on": "soon"}, "due_on"), ({"due_on": "2199-01-01"}, "due_on")],
)
def test_a_task_that_makes_no_sense_is_refused(client, cohort, paula, sent, field):
    answer = client.post(
        reverse("planning_tasks", args=[cohort.pk]), {"text": "Bake", "due_on": cohort.first_day.isoformat(), **sent}
    )
    assert field in answer.context["form"].errors


def test_a_stranger_to_the_cohort_cannot_be_given_a_task(client, cohort, paula):
    answer = client.post(
        reverse("planning_task", args=[cohort.pk, cohort.tasks.first().pk]),
        {"assignee": str(make.person().pk), "version": "1"},
    )
    assert "assignee" in answer.context["form"].errors


def test_what_is_due_this_week_stands_in_the_planning_room_and_on_today(client):
    cohort = make.cohort()
    client.force_login(make.planner(cohort=cohort))
    tasks.add_task(cohort=cohort, text="Bake", due_on=today_in(cohort), by=None)
    room = client.get(reverse("planning_cohort", args=[cohort.pk])).content.decode()
    assert "1 task of the planning team is due this week" in room
    assert reverse("planning_tasks", args=[cohort.pk]) in room
    assert client.get(reverse("today")).context["today"].needs == 1


# ---------------------------------------------------------------- the template


def test_the_template_is_worked_out_for_a_sample_day(client, cohort, paula):
    address = reverse("planning_template", args=[cohort.programme_id])
    near = today_in(cohort) + dt.timedelta(days=70)
    page = client.get(address, {"first_day": near.isoformat()})
    assert page.context["rows"][0].start == near
    wrong = client.get(address, {"first_day": "<script>"})
    assert "is not a day near today" in wrong.content.decode()


def test_a_phase_and_a_task_of_the_template_are_changed(client, cohort, paula):
    programme = cohort.programme
    phase, task = programme.template.get(key="ls2"), programme.template_tasks.first()
    address = reverse("planning_template_phase", args=[programme.pk, phase.pk])
    sent = boxes(client.get(address))
    assert client.post(address, sent | {"start_offset": "85", "name_en": "Second"}).status_code == 302
    phase.refresh_from_db()
    assert (phase.start_offset, phase.name_en, phase.version) == (85, "Second", 2)
    address = reverse("planning_template_task", args=[programme.pk, task.pk])
    sent = boxes(client.get(address))
    assert client.post(address, sent | {"offset": "-3"}).status_code == 302
    address = reverse("planning_template_task_new", args=[programme.pk])
    sent = boxes(client.get(address)) | {"text_en": "Bake", "text_fr": "Cuire", "anchor": "ls1"}
    assert client.post(address, sent).url == client.post(address, sent).url
    added = programme.template_tasks.get(text_en="Bake")
    page = client.post(reverse("planning_template_task_take_out", args=[programme.pk, added.pk]), follow=True)
    assert [task.text_en for task in page.context["out"].tasks] == ["Bake"]
    later = client.get(page.request["PATH_INFO"]).content.decode()  # the way back is there tomorrow as well
    assert reverse("planning_template_task_put_back", args=[programme.pk, added.pk]) in later
    page = client.post(reverse("planning_template_task_put_back", args=[programme.pk, added.pk]), follow=True)
    assert page.context["out"].tasks == []
    assert programme.template_tasks.standing().filter(pk=added.pk).exists()


def test_a_phase_is_added_once_where_it_belongs(client, cohort, paula):
    programme = cohort.programme
    address = reverse("planning_template_session_new", args=[programme.pk])
    sent = boxes(client.get(address)) | {
        "name_en": "Halfway", "name_fr": "Mi-parcours", "after": "ls2", "start_offset": "90",
    }  # fmt: skip
    assert client.post(address, sent).url == client.post(address, sent).url
    page = client.get(reverse("planning_template", args=[programme.pk]))
    assert [row.phase.name_en for row in page.context["rows"]][3:5] == ["Session 2", "Halfway"]
    wrong = client.post(address, boxes(client.get(address)) | {"name_en": "X", "name_fr": "Y", "start_offset": "20"})
    assert "must come after" in str(wrong.context["form"].errors["start_offset"])
    address = reverse("planning_template_stretch_new", args=[programme.pk])
    sent = boxes(client.get(address)) | {"name_en": "Rest", "name_fr": "Repos", "start_anchor": "wrap-up"}
    assert client.post(address, sent | {"end_offset": "3"}).status_code == 302


def test_taking_a_phase_out_says_what_goes_with_it_and_can_be_taken_back(client, cohort, paula):
    programme = cohort.programme
    phase = programme.template.get(key="ls2")
    address = reverse("planning_template_phase_take_out", args=[programme.pk, phase.pk])
    page = client.get(address)
    goes = page.context["goes"]
    assert [row.key for row in goes.hanging] == ["ap1", "ap2"]
    assert f"{len(goes.tasks)} tasks of the planning team" in page.content.decode()
    shaping.add_template_task(programme=programme, text_en="Bake", text_fr="Cuire", anchor="ls2", offset=1, by=None)
    again = client.post(address, {"confirm": goes.mark})
    assert "something here is another" in again.content.decode()
    page = client.post(address, {"confirm": again.context["goes"].mark}, follow=True)
    assert page.context["out"].phases == [(phase, len(goes.tasks) + 1)]
    assert "Session 2" not in [row.phase.name_en for row in page.context["rows"]]
    page = client.post(reverse("planning_template_phase_put_back", args=[programme.pk, phase.pk]), follow=True)
    assert [row.phase.key for row in page.context["rows"]][3] == "ls2"


def test_a_circle_in_the_template_is_refused_beside_its_box(client, cohort, paula):
    phase = cohort.programme.template.get(key="ls1")
    address = reverse("planning_template_phase", args=[cohort.programme_id, phase.pk])
    answer = client.post(address, boxes(client.get(address)) | {"start_anchor": "pre-work"})
    assert "circle" in str(answer.context["form"].errors["start_anchor"])


def test_of_two_who_change_a_phase_neither_loses_words(client, cohort, paula):
    phase = cohort.programme.template.get(key="ls1")
    address = reverse("planning_template_phase", args=[cohort.programme_id, phase.pk])
    sent = boxes(client.get(address)) | {"say_en": "Speak."}
    shaping.change_phase(phase=phase, version=1, by=None, say_en="Listen.")
    answer = client.post(address, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Listen." in page
    assert "Speak." in page
    again = {**sent, "version": re.search(r'name="version" value="(\d+)"', page)[1]}
    assert client.post(address, again).status_code == 302
    phase.refresh_from_db()
    assert phase.say_en == "Speak."


def test_others_find_none_of_it(cohort):
    other = Client()
    other.force_login(make.planner(cohort=make.cohort(programme=make.programme(slug_en="another"))))
    for name in ("planning_new_cohort", "planning_template"):
        assert other.get(reverse(name, args=[cohort.programme_id])).status_code == 404
    for name in ("planning_dates", "planning_tasks", "planning_shift"):
        assert other.get(reverse(name, args=[cohort.pk])).status_code == 404
