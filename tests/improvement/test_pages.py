"""The pages: what stands on them, who gets in, what a second press does, and how many statements they need."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from collaborative import pace, pausing
from collaborative.models import Cohort, NotThisWeek, QuietWeek, Team
from core.registry import data_of, forget
from improvement import activity, measuring, number_link, numbers_due, services
from improvement.models import DataPoint, DataPointCorrection, Measure, SafetyConversation, TriedChange
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY
from tests.improvement.test_conversations import log

LAST = MONDAY - WEEK


@pytest.fixture
def tried(world):
    return services.try_change(team=world.team, by=world.nia, title="One question", plan="Joan, mornings")


@pytest.fixture
def number(world):
    return services.record_number(measure=world.measure, by=world.tess, period_start=LAST, value=Decimal(7)).point


def words(response) -> str:
    text = re.sub(r"<(svg|script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def doors(world, tried, number, conversation) -> dict[str, tuple[str, dict]]:
    """Every door of the room, with what it takes to open it by POST."""
    team, measure = world.team.pk, world.measure.pk
    key = {"client_key": str(uuid.uuid4()), "with_whom": "leader"}
    version = {"version": tried.version}
    return {
        "log": (reverse("log_conversation_for", args=[team]), key),
        "saved": (reverse("conversation_saved", args=[conversation.pk]), {"about": "learning"}),
        "log undo": (reverse("conversation_undo", args=[conversation.pk]), {}),
        "conversations": (reverse("team_conversations", args=[team]), {}),
        "tries": (reverse("tries", args=[team]), {}),
        "new try": (reverse("try_new", args=[team]), {"title": "X", "started": "yes"}),
        "try": (reverse("try", args=[team, tried.pk]), {"what_happened": "It rained.", **version}),
        "change try": (reverse("try_change", args=[team, tried.pk]), {"title": "Y", **version}),
        "start try": (reverse("try_start", args=[team, tried.pk]), version),
        "decide try": (reverse("try_decide", args=[team, tried.pk]), {"decision": "adopt", **version}),
        "numbers": (reverse("numbers", args=[team]), {}),
        "new measure": (reverse("measure_new", args=[team]), {"name": "X", "kind": "count", "direction": "up"}),
        "number": (reverse("number", args=[team, measure]), {"period": str(LAST), "value": "9"}),
        "number undo": (reverse("number_undo", args=[team, measure, number.deed]), {}),
    }


DOORS = [
    "log", "saved", "log undo", "conversations", "tries", "new try", "try", "change try", "start try", "decide try",
    "numbers", "new measure", "number", "number undo",
]  # fmt: skip
ONLY_READ = {"conversations", "tries", "numbers"}
READ = ONLY_READ | {"try", "number"}


def rows() -> tuple:
    return tuple(
        list(model.objects.order_by("pk").values())
        for model in (SafetyConversation, TriedChange, Measure, DataPoint, DataPointCorrection)
    )


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", ["stan", "olga", "sol", "fay"])
def test_other_peoples_teams_do_not_exist(world, as_, tried, number, door, who):
    url, data = doors(world, tried, number, log(world))[door]
    before, browser = rows(), as_(getattr(world, who))
    assert [browser.get(url).status_code, browser.post(url, data).status_code] == [404, 404]
    assert rows() == before


@pytest.mark.parametrize("door", DOORS)
def test_a_signed_out_visitor_is_sent_to_sign_in_before_anything(world, client, tried, number, door):
    url, data = doors(world, tried, number, log(world))[door]
    before = rows()
    for answer in (client.get(url), client.post(url, data)):
        assert (answer.status_code, reverse("account_login") in answer.url) == (302, True)
    assert rows() == before


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", ["colin", "paula"])
def test_coach_and_planner_read_and_never_write(world, as_, tried, number, door, who):
    url, data = doors(world, tried, number, log(world))[door]
    before, browser = rows(), as_(getattr(world, who))
    got, posted = browser.get(url), browser.post(url, data)
    assert got.status_code == (200 if door in READ else 403)
    assert posted.status_code == (405 if door in ONLY_READ else 403)
    assert rows() == before
    if door in READ:
        main = got.content.decode().split("<main")[1].split("</main>")[0]
        buttons = re.findall(r'<form[^>]* action="([^"]+)"', main)
        assert all(url.endswith("/hide/") for url in buttons), "a button that may not be pressed is not shown"


@pytest.mark.parametrize("door", ["saved", "log undo"])
def test_what_one_person_logged_is_changed_by_nobody_else_in_the_team(world, as_, tried, number, door):
    url, data = doors(world, tried, number, log(world))[door]
    before, browser = rows(), as_(world.tess)
    assert [browser.get(url).status_code, browser.post(url, data).status_code] == [403, 403]
    assert rows() == before


def test_a_measure_of_another_team_is_not_reached_through_ones_own(world, as_, number):
    url = reverse("number", args=[world.other_team.pk, world.measure.pk])
    assert as_(world.olga).get(url).status_code == 404
    assert as_(world.olga).post(url, {"period": str(LAST), "value": "1"}).status_code == 404


# ---------------------------------------------------------------- logging


def test_the_tap_is_the_save(world, as_):
    browser = as_(world.nia)
    page = browser.get(reverse("log_conversation"))
    html = page.content.decode()
    assert re.findall(r'<button class="choice" type="submit" name="with_whom" value="(\w+)">', html) == [
        "colleague", "leader", "patient", "family",
    ]  # fmt: skip
    assert "With whom?" in words(page)
    assert "One tap saves it. No names, no form." in words(page)
    assert "A resident someone living here" in words(page)
    assert "This is not an incident line: on your unit, call 4321." in words(page)
    key = re.search(r'name="client_key" value="([^"]+)"', html)[1]
    url = reverse("log_conversation_for", args=[world.team.pk])
    first = browser.post(url, {"with_whom": "patient", "client_key": key})
    conversation = SafetyConversation.objects.get()
    assert (first.status_code, first.url) == (303, reverse("conversation_saved", args=[conversation.pk]))
    second = browser.post(url, {"with_whom": "patient", "client_key": key})
    assert (second.status_code, second.url) == (303, first.url)
    assert SafetyConversation.objects.count() == 1
    saved = words(browser.get(first.url))
    assert (
        "Saved. Thank you. With a resident. That makes 1 conversation on your unit this week. Undo for 10 minutes"
        in saved
    )
    assert "Add a word, or leave it there" in saved
    assert "Read by: your team (3), your coach Colin and the planning team (1)." in saved
    assert "No names of people, please. This is not an incident line: on your unit, call 4321." in saved


def test_a_second_thumb_is_asked(world, as_):
    browser, url = as_(world.nia), reverse("log_conversation_for", args=[world.team.pk])
    browser.post(url, {"with_whom": "leader", "client_key": str(uuid.uuid4())})
    asked = browser.post(url, {"with_whom": "leader", "client_key": str(uuid.uuid4())})
    assert asked.status_code == 200
    assert "Another one? With a leader. That was saved a moment ago. Yes, another one No, just the one" in words(asked)
    assert SafetyConversation.objects.count() == 1
    key = re.search(r'name="client_key" value="([^"]+)"', asked.content.decode())[1]
    assert browser.post(url, {"with_whom": "leader", "client_key": key, "again": "1"}).status_code == 303
    assert SafetyConversation.objects.count() == 2


def test_an_old_page_pressed_again_says_that_it_is_saved(world, as_, clock):
    browser, url = as_(world.nia), reverse("log_conversation_for", args=[world.team.pk])
    data = {"with_whom": "leader", "client_key": str(uuid.uuid4())}
    browser.post(url, data)
    clock.shift(60)
    again = browser.post(url, data)
    assert again.url.endswith("?already=1")
    assert "This one is saved already." in words(browser.get(again.url))
    assert "It was another one" in words(browser.get(again.url))


def test_undo_is_a_form(world, as_):
    browser, conversation = as_(world.nia), log(world)
    url = reverse("conversation_undo", args=[conversation.pk])
    for _press in range(2):
        assert browser.post(url).url == reverse("log_conversation_for", args=[world.team.pk])
    assert "Taken back. It does not count any more." in words(browser.get(reverse("log_conversation")))
    assert "Taken back" in words(browser.get(reverse("conversation_saved", args=[conversation.pk])))


def test_after_ten_minutes_there_is_no_undo_on_the_page(world, as_, clock):
    conversation = log(world)
    clock.shift(601)
    browser = as_(world.nia)
    assert "for 10 minutes" not in words(browser.get(reverse("conversation_saved", args=[conversation.pk])))
    browser.post(reverse("conversation_undo", args=[conversation.pk]))
    assert SafetyConversation.objects.get().undone_at is None


def test_the_three_follow_ups_are_one_form(world, as_):
    browser, conversation = as_(world.nia), log(world)
    url = reverse("conversation_saved", args=[conversation.pk])
    data = {"about": "operations", "will_change": "done", "sentence": "The hall light is off after ten."}
    done = browser.post(url, data)
    assert done.url == reverse("team_conversations", args=[world.team.pk])
    page = words(browser.get(done.url))
    assert "The hall light is off after ten. 16 December · What worries us now · Change: yes, already" in page
    assert "Nia" not in page.split("What was talked about")[1].split("Help")[0]
    assert browser.post(url, {**data, "another": "1"}).url == reverse("log_conversation_for", args=[world.team.pk])


def test_several_teams_are_chosen_from_and_none_is_said_kindly(world, as_):
    from collaborative.services import give_role

    assert "You are not in a team at the moment" in words(as_(world.paula).get(reverse("log_conversation")))
    give_role(user=world.nia, role="participant", by=None, team=world.other_team)
    page = as_(world.nia).get(reverse("log_conversation"))
    assert "For which team?" in words(page)
    assert page.content.decode().count('class="choice"') == 2


@pytest.mark.parametrize("bad", [{}, {"with_whom": "nobody"}, {"client_key": "x"}, {"with_whom": "x" * 100_000}])
def test_a_broken_tap_saves_nothing_and_says_so(world, as_, bad):
    data = {"with_whom": "leader", "client_key": str(uuid.uuid4()), **bad} if bad else {"csrf": "1"}
    answer = as_(world.nia).post(reverse("log_conversation_for", args=[world.team.pk]), data)
    assert answer.status_code == 422
    assert "That tap did not reach us whole." in words(answer)
    assert not SafetyConversation.objects.exists()


# ---------------------------------------------------------------- tries


def test_try_a_change_and_press_save_twice(world, as_):
    browser, url = as_(world.nia), reverse("try_new", args=[world.team.pk])
    html = browser.get(url).content.decode()
    key = re.search(r'name="once" value="([^"]+)"', html)[1]
    data = {"title": "One question at the huddle", "prediction": "Five in seven", "started": "yes", "once": key}
    first, second = browser.post(url, data), browser.post(url, data)
    tried = TriedChange.objects.get()
    assert first.url == second.url == reverse("try", args=[world.team.pk, tried.pk])
    page = words(browser.get(first.url))
    assert "One question at the huddle" in page
    assert "What we expect Five in seven" in page
    assert "We tried it One minute." in page
    cards = words(browser.get(reverse("tries", args=[world.team.pk])))
    assert "One question at the huddle We expect: Five in seven Plan Doing Learned Next We tried it" in cards


def test_only_so_many_of_a_kind_in_ten_minutes(world, as_, tried, number, monkeypatch):
    for kind in ("conversation", "try", "number"):
        monkeypatch.setitem(pace.MOST, kind, 1)
    browser, known = as_(world.nia), doors(world, tried, number, log(world))
    for door in ("log", "new try", "number"):
        url, data = known[door]
        for press in range(2):
            fresh = {name: str(uuid.uuid4()) for name in ("client_key", "once") if name in data}
            before, answer = rows(), browser.post(url, {**data, **fresh, "again": "1", "period": str(MONDAY)})
            assert ("a great deal in a short time" in answer.content.decode()) is (press == 1), door
            assert (rows() == before) is (press == 1), door


def test_quotation_marks_inside_others_are_of_the_other_kind(world, as_):
    first = services.try_change(team=world.team, by=world.nia, title="Ask « Et vous? » and “You?”")
    second = services.try_change(team=world.team, by=world.nia, title="Next", previous=first)
    browser = as_(world.nia)
    assert "goes on from “Ask « Et vous? » and ‘You?’”" in words(
        browser.get(reverse("try", args=[world.team.pk, second.pk]))
    )
    with override("fr"):
        page = words(browser.get(reverse("try", args=[world.team.pk, second.pk])))
    assert "Ask “Et vous?” and “You?”" in page


def test_from_trying_to_deciding(world, as_, tried):
    browser, url = as_(world.nia), reverse("try", args=[world.team.pk, tried.pk])
    told = browser.post(url, {"what_happened": "Six of seven.", "matched": "yes", "version": "1"})
    assert told.url == url
    page = words(browser.get(url))
    assert "What happened Six of seven. As expected? Yes" in page
    assert "What next? One tap. Letting go is learning too. Keep it" in page
    decide = reverse("try_decide", args=[world.team.pk, tried.pk])
    browser.post(decide, {"decision": "adapt", "version": "2"})
    page = browser.get(url)
    assert "What we do next To be changed Write down the next version" in words(page)
    next_form = browser.get(f"{reverse('try_new', args=[world.team.pk])}?after={tried.pk}")
    assert "The next version of “One question”." in words(next_form)
    assert 'value="One question"' not in next_form.content.decode(), "the next version has a name of its own"


@pytest.mark.parametrize(("door", "field"), [("try", "what_happened"), ("change try", "plan")])
def test_two_writers_see_both_texts_and_lose_none(world, as_, tried, number, door, field):
    url, data = doors(world, tried, number, log(world))[door]
    data = {**data, field: "Nia wrote this long text."}
    services.change_plan(tried=tried, by=world.tess, version=1, title="One question", plan="Tess wrote this first.")
    browser = as_(world.nia)
    answer = browser.post(url, data)
    assert answer.status_code == 409
    assert "Tess saved this while you were writing." in words(answer)
    assert "Tess wrote this first." in words(answer)
    assert "Nia wrote this long text." in words(answer)
    version = re.search(r'name="version" value="(\d+)"', answer.content.decode())[1]
    assert browser.post(url, {**data, "version": version}).status_code == 302
    assert getattr(TriedChange.objects.get(), field) == "Nia wrote this long text."


@pytest.mark.parametrize(
    ("door", "field"),
    [
        ("saved", "sentence"), ("new try", "title"), ("new try", "plan"), ("try", "what_happened"),
        ("change try", "prediction"), ("new measure", "name"), ("number", "value"), ("number", "period"),
        ("number", "seen"), ("try", "version"), ("decide try", "version"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["x" * 100_000, "9" * 100_000, "a\x00b", "\x00"])
def test_text_that_cannot_be_kept_is_said_and_never_breaks(world, as_, tried, number, door, field, text):
    url, data = doors(world, tried, number, log(world))[door]
    before = rows()
    answer = as_(world.nia).post(url, {**data, field: text})
    assert answer.status_code < 500
    assert rows() == before
    if answer.status_code == 200 and field not in ("version",):
        assert "invalid-feedback" in answer.content.decode()


# ---------------------------------------------------------------- numbers


def test_a_number_is_saved_said_and_taken_back(world, as_):
    browser = as_(world.nia)
    services.log_conversation(team=world.team, by=world.nia, with_whom="leader", client_key=uuid.uuid4())
    numbers = reverse("numbers", args=[world.team.pk])
    html = browser.get(numbers).content.decode()
    assert "Week of 14 December so far" in html
    assert re.search(r'name="value"[^>]* value="1"', html), "the log's count is offered"
    url = reverse("number", args=[world.team.pk, world.measure.pk])
    saved = browser.post(url, {"period": str(LAST), "value": "12", "seen": ""})
    assert (saved.status_code, saved.url) == (302, numbers)
    page = browser.get(numbers)
    assert "Saved: 12 for the week of 7 December." in words(page)
    assert ">12</text>" in page.content.decode()
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', page.content.decode())[1]
    for _press in range(2):
        assert browser.post(undo).status_code == 302
    assert not DataPoint.objects.exists()


@pytest.mark.parametrize(("typed", "value"), [("12,5", "12.5"), ("12.5", "12.5"), (" 40 % ", "40"), ("0", "0")])
def test_numbers_as_people_type_them(world, as_, typed, value):
    measure = measuring.add_measure(team=world.team, by=world.nia, name="Share", kind="percent")
    as_(world.nia).post(reverse("number", args=[world.team.pk, measure.pk]), {"period": str(LAST), "value": typed})
    assert DataPoint.objects.get().value == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-3", "There cannot be fewer than none."),
        ("two", "Type a whole number, such as 12."),
        ("1001", "More than 1000 conversations on one unit in a week?"),
        ("12.3456", "Three decimals are enough."),
        ("", "Type a number, or say why there is none."),
        ("NaN", "Type a whole number, such as 12."),
        ("1e999", "This number is too big to be kept here."),
        ("1 000 000 000", "This number is too big to be kept here."),
    ],
)
def test_a_number_that_cannot_be_stays_in_the_box_with_a_sentence(world, as_, typed, said):
    answer = as_(world.nia).post(
        reverse("number", args=[world.team.pk, world.measure.pk]), {"period": str(LAST), "value": typed}
    )
    assert answer.status_code == 422
    assert said in words(answer)
    assert f'value="{typed}"' in answer.content.decode()
    assert not DataPoint.objects.exists()


def test_why_there_is_no_number(world, as_):
    measure = measuring.add_measure(team=world.team, by=world.nia, name="Falls")
    url = reverse("number", args=[world.team.pk, measure.pk])
    as_(world.nia).post(url, {"period": str(LAST), "value": "7", "missing": "not_collected"})
    assert (DataPoint.objects.get().value, DataPoint.objects.get().missing_reason) == (None, "not_collected")


def test_which_one_is_right(world, as_, number):
    browser, url = as_(world.nia), reverse("number", args=[world.team.pk, world.measure.pk])
    asked = browser.post(url, {"period": str(LAST), "value": "9", "seen": ""})
    assert asked.status_code == 409
    assert "Tess saved a different number a moment ago. Week of 7 December: 7. Yours is 9." in words(asked)
    seen = re.search(r'name="seen" value="([^"]+)"', asked.content.decode())[1]
    assert browser.post(url, {"period": str(LAST), "value": "9", "seen": seen}).status_code == 302
    assert DataPoint.objects.get().value == 9


def test_another_week_is_a_link_and_nonsense_falls_back(world, as_, number):
    browser, url = as_(world.nia), reverse("number", args=[world.team.pk, world.measure.pk])
    assert "Week of 30 November" in words(browser.get(f"{url}?week=2026-11-30"))
    for week in ("2026-12-15", "2027-01-04", "0001-01-01", "x"):
        assert "Week of 14 December so far" in words(browser.get(f"{url}?week={week}"))


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_next_never_leaves_the_house(world, as_, wish):
    url = reverse("number", args=[world.team.pk, world.measure.pk])
    answer = as_(world.nia).post(url, {"period": str(LAST), "value": "3", "next": wish})
    assert answer.url == reverse("numbers", args=[world.team.pk])
    assert as_(world.nia).post(url, {"period": str(LAST), "value": "3", "next": "/today/"}).url == "/today/"


def test_four_fields_add_a_measure_in_ones_own_language(world, as_):
    with override("fr"):
        url = reverse("measure_new", args=[world.team.pk])
        browser = as_(world.pierre)
        key = re.search(r'name="once" value="([^"]+)"', browser.get(url).content.decode())[1]
        data = {"name": "Chutes", "kind": "count", "direction": "down", "goal": "2", "once": key}
        browser.post(url, data)
        browser.post(url, data)
    measure = Measure.objects.get(fills_itself=False)
    assert (measure.name_en, measure.name_fr, measure.goal, measure.direction) == ("", "Chutes", Decimal(2), "down")


# ---------------------------------------------------------------- forgetting, activity


def test_forgetting_keeps_counts_and_takes_names_and_words(world, tried):
    services.learn_from_change(tried=tried, by=world.tess, version=1, what_happened="Tess saw it.", matched="yes")
    conversation = log(world)
    services.add_to_conversation(conversation=conversation, by=world.nia, about="learning", sentence="Nia said.")
    services.record_number(measure=world.measure, by=world.nia, period_start=LAST, value=Decimal(7))
    services.record_number(measure=world.measure, by=world.tess, period_start=LAST, value=Decimal(8))
    kept = data_of.get("improvement")(world.nia)
    assert kept["conversations"][0]["sentence"] == "Nia said."
    assert [len(kept[key]) for key in ("tries_written", "tries_learned_from", "numbers", "numbers_before_correction")] == [
        1, 0, 0, 1,
    ]  # fmt: skip
    forget.get("improvement")(world.nia)
    assert not any(data_of.get("improvement")(world.nia).values())
    conversation.refresh_from_db()
    assert (conversation.by, conversation.sentence, conversation.about) == (None, "", "learning")
    tried.refresh_from_db()
    assert (str(tried), tried.plan, tried.what_happened) == ("A change we tried", "", "Tess saw it.")
    assert services.logged_in_week(world.team, MONDAY) == 1
    forget.get("improvement")(world.tess)
    world.nia.delete()
    assert DataPoint.objects.get().value == 8


def test_what_happened_since(world, clock, tried, django_assert_num_queries):
    moment = tried.changed_at
    clock.shift(3600)
    log(world)
    log(world, whom="leader")
    services.record_number(measure=world.measure, by=world.tess, period_start=LAST, value=Decimal(7))
    clock.shift(60)
    services.learn_from_change(tried=tried, by=world.tess, version=1, what_happened="It rained.")
    with django_assert_num_queries(1):
        found = activity.since([world.team.pk, world.other_team.pk], moment)
    assert [(row.kind, row.text, row.count) for row in found] == [
        ("try", "Learned from: One question", 1),
        ("number", "Safety conversations a week: 7 for the week of 7 December", 1),
        ("conversations", "2 conversations logged", 2),
    ] or found[1].at == found[2].at
    assert activity.since([world.other_team.pk], moment) == []


def test_todays_one_thing(world, clock, django_assert_num_queries):
    clock.shift(-7 * 24 * 3600)
    for _n in range(12):
        log(world, again=True)
    clock.shift(7 * 24 * 3600)
    teams = list(Team.objects.belonging_to(world.nia).with_rests().select_related("unit", "cohort"))
    with django_assert_num_queries(3):
        (card,) = activity.today_cards(world.nia, teams)
    assert card.question == "How many conversations last week?"
    assert card.detail == "Your unit logged 12 from 7 to 13 December. Right? Then just save."
    assert (card.period, card.value, card.label) == ("2026-12-07", "12", "Conversations")
    services.record_number(measure=world.measure, by=world.nia, period_start=LAST, value=Decimal(12))
    assert activity.today_cards(world.nia, teams) == []


def test_not_this_week_on_today_is_the_rule_of_the_mail_and_can_be_undone(world, clock, as_):
    browser, today = as_(world.nia), reverse("today")
    page = browser.get(today)
    assert "How many conversations last week?" in words(page)
    form = re.search(
        r'action="([^"]+/numbers/later/)".*?name="period" value="([^"]+)".*?</form>', page.content.decode(), re.S
    )
    assert "Not this week" in form[0]
    page = browser.post(form[1], {"period": form[2]}, follow=True)
    assert "Noted. You are not asked again for the number of that week." in words(page)
    assert "How many conversations last week?" not in words(page)
    row = NotThisWeek.objects.get()
    assert (row.person, row.task, row.about, row.week) == (world.nia, numbers_due.SOURCE, world.team.pk, LAST)
    assert "How many conversations last week?" in words(as_(world.tess).get(today)), "it is of one person"
    undo = re.search(r'action="([^"]+/undo/)"', page.content.decode())[1]
    for _n in range(2):
        page = browser.post(undo, follow=True)
        assert "Taken back. What stood before stands again." in words(page)
        assert "How many conversations last week?" in words(page)
    assert not NotThisWeek.objects.exists()


@pytest.mark.parametrize(
    ("period", "why"),
    [
        ("2026-12-08", "A week begins on a Monday."),
        ("2099-01-05", "That week has not begun yet."),
        ("soon", "Something in this form cannot be read. Open the page again."),
    ],
)
def test_not_this_week_of_no_such_week_is_refused_in_words(world, clock, as_, period, why):
    page = as_(world.nia).post(reverse("number_later", args=[world.team.pk]), {"period": period}, follow=True)
    assert why in words(page)
    assert not NotThisWeek.objects.exists()


def test_nothing_is_owed_before_the_series_has_had_a_week(world, clock):
    clock.move_to(services.timezone.now().replace(month=12, day=2))
    teams = list(Team.objects.belonging_to(world.nia).select_related("unit", "cohort"))
    assert activity.today_cards(world.nia, teams) == []


def test_a_team_that_joined_this_week_owes_nothing_for_the_last(world, clock):
    joined = services.timezone.now()
    Team.objects.filter(pk=world.team.pk).update(created_at=joined)
    teams = list(Team.objects.belonging_to(world.nia).select_related("unit", "cohort"))
    assert activity.today_cards(world.nia, teams) == []
    clock.shift(7 * 24 * 3600)
    assert [card.period for card in activity.today_cards(world.nia, teams)] == ["2026-12-14"]


# ---------------------------------------------------------------- while a team is left in peace

MINE = "no number is asked for, and you can type one all the same."


@pytest.mark.parametrize("what", ["pause", "quiet"])
def test_the_pages_of_numbers_say_that_nothing_is_asked_for_and_take_a_number(world, as_, what):
    pages = [reverse("numbers", args=[world.team.pk]), reverse("number", args=[world.team.pk, world.measure.pk])]
    nia = as_(world.nia)

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            nia.get(url)
        return len(asked)

    assert not any("all the same" in words(nia.get(url)) for url in pages)
    before = [cost(url) for url in pages]
    until = MONDAY + 2 * WEEK
    if what == "pause":
        pausing.pause(team=world.team, reason="outbreak", until=until, by=world.tess)
        since = "Paused until 28 December"
    else:
        QuietWeek.objects.create(cohort=world.cohort, starts_on=MONDAY, ends_on=until, name_en="H", name_fr="F")
        since = "Quiet weeks until 28 December"
    for url in pages:
        assert f"{since}: {MINE}" in words(nia.get(url))
        assert f"{since}: no number is asked for, and the team can type one all the same." in words(
            as_(world.colin).get(url)
        )
    assert [cost(url) for url in pages] == before
    nia.post(pages[1], {"period": str(MONDAY), "value": "4", "seen": ""})
    assert DataPoint.objects.get().value == 4
    Cohort.objects.update(closed_at=services.timezone.now())
    assert "all the same" not in words(nia.get(pages[0]))


def test_a_member_who_reads_french_is_told_so_in_french(world, as_):
    pausing.pause(team=world.team, reason="outbreak", until=MONDAY + 2 * WEEK, by=world.tess)
    with override("fr"):
        url = reverse("numbers", args=[world.team.pk])
    page = words(as_(world.pierre).get(url)).replace("\xa0", " ").replace("&#x27;", "'")
    assert "En pause jusqu'au 28 décembre : aucun chiffre n'est demandé" in page


def test_the_link_of_a_mail_says_that_a_paused_team_is_asked_for_nothing(world, client):
    link = number_link.path_for(team=world.team, person=world.tess, week=MONDAY, on=MONDAY)
    assert "all the same" not in words(client.get(link))
    pausing.pause(team=world.team, reason="outbreak", until=MONDAY + 2 * WEEK, by=world.tess)
    assert f"Paused until 28 December: {MINE}" in words(client.get(link))


# ---------------------------------------------------------------- statements


@pytest.mark.parametrize("page", ["log_conversation", "team_conversations", "tries", "numbers"])
def test_a_page_needs_the_same_few_statements_for_one_row_and_for_thirty(
    world, as_, page, django_assert_max_num_queries
):
    browser = as_(world.nia)
    url = reverse(page, args=[] if page == "log_conversation" else [world.team.pk])

    def fill(rows: int) -> None:
        for n in range(rows):
            row = log(world, again=True)
            services.add_to_conversation(conversation=row, by=world.nia, sentence=f"Sentence {n}")
            services.try_change(team=world.team, by=world.nia, title=f"Try {n}")
            measure = measuring.add_measure(team=world.team, by=world.nia, name=f"M {n}")
            services.record_number(measure=measure, by=world.nia, period_start=LAST, value=Decimal(n))

    counts = []
    for more in (1, 29):
        fill(more)
        with django_assert_max_num_queries(12) as asked:
            assert browser.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_single_pages_stay_within_twelve_statements(world, as_, tried, number, django_assert_max_num_queries):
    conversation = log(world)
    browser = as_(world.nia)
    for name, args in [
        ("conversation_saved", [conversation.pk]),
        ("try", [world.team.pk, tried.pk]),
        ("try_new", [world.team.pk]),
        ("try_change", [world.team.pk, tried.pk]),
        ("measure_new", [world.team.pk]),
        ("number", [world.team.pk, world.measure.pk]),
        ("number_line", [world.team.pk, world.measure.pk]),
        ("number_point", [world.team.pk, world.measure.pk, MONDAY.isoformat()]),
        ("chart_event", [world.team.pk]),
        ("numbers_paste", [world.team.pk]),
        ("measure_definition", [world.team.pk, world.measure.pk]),
        ("cohort_charts", [world.cohort.pk]),
    ]:
        with django_assert_max_num_queries(12):
            assert browser.get(reverse(name, args=args)).status_code == 200


@pytest.mark.parametrize("measures", [1, 8])
def test_eight_charts_of_36_points_take_as_many_statements_as_one(world, as_, measures, django_assert_max_num_queries):
    made = [measuring.add_measure(team=world.team, by=world.tess, name=f"M{n}") for n in range(measures)]
    DataPoint.objects.bulk_create(
        DataPoint(measure=one, period_start=MONDAY - back * WEEK, value=Decimal(3 + back % 5))
        for one in made
        for back in range(1, 37)
    )
    browser = as_(world.nia)
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("numbers", args=[world.team.pk])).content.decode()
    assert page.count('class="rc is-wide"') == measures
    with django_assert_max_num_queries(12):
        browser.get(reverse("team", args=[world.team.pk]))


def test_a_decision_is_taken_back_from_the_toast(world, as_):
    tried = services.try_change(team=world.team, by=world.nia, title="One question")
    tried = services.learn_from_change(tried=tried, by=world.nia, version=1, what_happened="They answered.")
    nia, args = as_(world.nia), [world.team.pk, tried.pk]
    page = nia.post(reverse("try_decide", args=args), {"decision": "abandon", "version": tried.version}, follow=True)
    assert "Saved: you let it go. That is learning too." in words(page)
    undo = reverse("try_undecide", args=[*args, tried.version + 1])
    assert f'action="{undo}"' in page.content.decode()
    assert "Only the one who decided" in words(as_(world.tess).post(undo, follow=True))
    for _press in range(2):
        page = nia.post(undo, follow=True)
        assert "Nothing is decided yet." in words(page)
        assert "What next?" in words(page)
    tried.refresh_from_db()
    assert (tried.state, tried.decision, tried.decided_on, tried.decided_by) == ("learned", "", None, None)
    nia.post(reverse("try_decide", args=args), {"decision": "adopt", "version": tried.version})
    assert "changed since" in words(nia.post(undo, follow=True)), "an old toast takes nothing newer back"


def test_what_was_expected_is_not_written_after_the_result(world, as_):
    tried = services.try_change(team=world.team, by=world.nia, title="One question", prediction="Silence")
    change = reverse("try_change", args=[world.team.pk, tried.pk])
    nia = as_(world.nia)
    assert "What do you expect?" in words(nia.get(change))
    tried = services.learn_from_change(tried=tried, by=world.nia, version=1, what_happened="They answered.")
    assert "What do you expect?" not in words(nia.get(change))
    nia.post(change, {"title": "Another name", "plan": "", "prediction": "Answers", "version": tried.version})
    tried.refresh_from_db()
    assert (tried.title, tried.prediction) == ("Another name", "Silence")


def test_words_that_are_changed_have_a_page_of_their_own(world, as_):
    logged = log(world)
    nia, url = as_(world.nia), reverse("conversation_saved", args=[logged.pk])
    assert "Saved. Thank you." in words(nia.get(url))
    services.add_to_conversation(conversation=logged, by=world.nia, sentence="We talked.")
    page = words(nia.get(url))
    assert "Change your words With a colleague." in page
    assert "Saved. Thank you." not in page


@pytest.mark.parametrize("week", ["2020-01-06", "2126-01-07", "rubbish", "2026-12-15"])
def test_a_week_that_cannot_be_says_so(world, as_, week):
    number = reverse("number", args=[world.team.pk, world.measure.pk])
    page = words(as_(world.nia).get(f"{number}?week={week}"))
    assert "The week in the address is not one that can have a number." in page
    assert "not one that can have a number" not in words(as_(world.nia).get(number))


def test_coaches_and_planners_read_of_the_team_not_of_theirs(world, as_):
    for name, mine, theirs in (("numbers", "What your team counts", "What the team counts"),
                               ("tries", "changes your team tries", "changes the team tries")):  # fmt: skip
        url = reverse(name, args=[world.team.pk])
        assert mine in words(as_(world.nia).get(url))
        assert theirs in words(as_(world.colin).get(url))
        assert theirs in words(as_(world.paula).get(url))
