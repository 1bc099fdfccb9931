"""A tap is a conversation: once, counted, taken back within ten minutes, on the unit's own day."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Entry
from collaborative.services import give_role
from core.refusals import Refused
from improvement import services
from improvement.models import Measure, SafetyConversation
from improvement.services import AskAgain, add_to_conversation, log_conversation, logged_in_week, undo_conversation
from tests.improvement.conftest import MONDAY, make_team


def log(world, who=None, whom="colleague", key=None, **more) -> SafetyConversation:
    return log_conversation(
        team=world.team, by=who or world.nia, with_whom=whom, client_key=key or uuid.uuid4(), **more
    ).conversation


def test_with_whom_alone_counts_fully(world):
    conversation = log(world)
    assert (conversation.on, conversation.via, conversation.sentence) == (dt.date(2026, 12, 16), "signed_in", "")
    assert logged_in_week(world.team, MONDAY) == 1
    entry = Entry.objects.get(verb="conversation.logged")
    assert (entry.by, entry.cohort_id, entry.about_id) == (world.nia, world.cohort.pk, str(conversation.pk))


def test_the_same_press_twice_is_one_conversation(world):
    key = uuid.uuid4()
    first = log_conversation(team=world.team, by=world.nia, with_whom="leader", client_key=key)
    second = log_conversation(team=world.team, by=world.nia, with_whom="leader", client_key=key)
    assert first.conversation == second.conversation
    assert (first.first_time, second.first_time) == (True, False)
    assert logged_in_week(world.team, MONDAY) == 1


def test_two_buttons_of_one_page_are_two_conversations(world):
    key = uuid.uuid4()
    assert log(world, whom="leader", key=key) != log(world, whom="family", key=key)


def test_a_key_opens_nobody_elses_conversation(world):
    key = uuid.uuid4()
    assert log(world, key=key) != log(world, world.tess, key=key)


def test_the_same_button_within_three_seconds_asks(world, clock):
    first = log(world)
    clock.shift(dt.timedelta(seconds=2.9))
    with pytest.raises(AskAgain) as asked:
        log(world)
    assert asked.value.conversation == first
    log(world, again=True)
    log(world, whom="leader")  # another button is another conversation
    log(world, world.tess)  # and another person has a thumb of her own
    assert logged_in_week(world.team, MONDAY) == 4


def test_after_three_seconds_it_is_another_one(world, clock):
    log(world)
    clock.shift(dt.timedelta(seconds=3))
    log(world)
    assert logged_in_week(world.team, MONDAY) == 2


def test_one_taken_back_is_no_reason_to_ask(world):
    undo_conversation(conversation=log(world), by=world.nia)
    log(world)
    assert logged_in_week(world.team, MONDAY) == 1


def test_undo_for_ten_minutes(world, clock):
    conversation = log(world)
    add_to_conversation(conversation=conversation, by=world.nia, sentence="The hall light.")
    clock.shift(dt.timedelta(minutes=10))
    undo_conversation(conversation=conversation, by=world.nia)
    undo_conversation(conversation=conversation, by=world.nia)
    conversation.refresh_from_db()
    assert conversation.undone_at
    assert conversation.sentence == "", "what was taken back is not kept"
    assert logged_in_week(world.team, MONDAY) == 0
    assert Entry.objects.filter(verb="conversation.undone").count() == 1


def test_no_undo_after_ten_minutes_and_none_by_another(world, clock):
    conversation = log(world)
    with pytest.raises(Refused):
        undo_conversation(conversation=conversation, by=world.tess)
    clock.shift(dt.timedelta(minutes=10, seconds=1))
    with pytest.raises(Refused, match="10 minutes"):
        undo_conversation(conversation=conversation, by=world.nia)
    assert logged_in_week(world.team, MONDAY) == 1


def test_the_minutes_of_undo_are_those_of_the_settings(world, clock, settings, as_):
    settings.UNDO_SECONDS = 180
    conversation = log(world)
    page = as_(world.nia).get(reverse("conversation_saved", args=[conversation.pk]))
    assert "for 3 minutes" in page.content.decode()
    clock.shift(dt.timedelta(minutes=3, seconds=1))
    with pytest.raises(Refused, match="3 minutes have passed"):
        undo_conversation(conversation=conversation, by=world.nia)


def test_words_are_added_changed_and_taken_away(world):
    conversation = log(world)
    add = {"conversation": conversation, "by": world.nia}
    add_to_conversation(**add, about="operations", will_change="will_try", sentence="  The hall light.  ")
    conversation.refresh_from_db()
    assert (conversation.about, conversation.will_change, conversation.sentence) == (
        "operations", "will_try", "The hall light.",
    )  # fmt: skip
    assert Entry.objects.filter(verb="conversation.added_to").get().detail["fields"] == [
        "about", "will_change", "sentence",
    ]  # fmt: skip
    add_to_conversation(**add)
    conversation.refresh_from_db()
    assert (conversation.about, conversation.sentence) == ("", "")
    with pytest.raises(Refused):
        add_to_conversation(conversation=conversation, by=world.tess, sentence="Not mine")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(st.tuples(st.sampled_from(["colleague", "leader", "patient", "family"]), st.booleans()), max_size=12)
)
def test_the_count_is_what_was_logged_and_not_taken_back(world, deeds):
    SafetyConversation.objects.all().delete()
    for whom, taken_back in deeds:
        conversation = log(world, whom=whom, again=True)
        if taken_back:
            undo_conversation(conversation=conversation, by=world.nia)
    assert logged_in_week(world.team, MONDAY) == sum(not taken_back for _whom, taken_back in deeds)


@pytest.mark.parametrize(
    ("city", "before", "after"),
    [
        ("st-johns", "2026-12-14T03:29:00", "2026-12-14T03:30:00"),
        ("vancouver", "2026-12-14T06:59:00", "2026-12-14T07:00:00"),
    ],
)
def test_a_week_turns_at_midnight_on_the_ward(world, clock, city, before, after):
    team = make_team(world.cohort, name=city, city=city)
    give_role(user=world.nia, role="participant", by=None, team=team)
    for moment in (before, after):
        clock.move_to(dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC))
        log_conversation(team=team, by=world.nia, with_whom="family", client_key=uuid.uuid4())
    assert logged_in_week(team, MONDAY - dt.timedelta(days=7)) == 1
    assert logged_in_week(team, MONDAY) == 1


def test_a_team_with_somebody_in_it_has_its_first_measure_once(world):
    assert Measure.objects.filter(team=world.team, fills_itself=True).count() == 1
    assert services.ensure_default_measure(world.team) == world.measure
    lonely = make_team(world.cohort, name="4 North")
    assert not lonely.measures.exists()
    give_role(user=world.stan, role="participant", by=None, team=lonely)
    give_role(user=world.nia, role="participant", by=None, team=lonely)
    assert [m.name_en for m in lonely.measures.all()] == ["Safety conversations a week"]
