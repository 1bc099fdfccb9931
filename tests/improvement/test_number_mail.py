"""A number comes back with the answer to the mail that asked for it: taken, confirmed, and nothing of anybody else undone."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from audit.models import Entry
from collaborative.models import Cohort, NotThisWeek
from collaborative.services import end_role
from core import registry
from improvement import measuring, number_link, services
from improvement.axis import spoken_number
from improvement.forms import WeekForm
from improvement.models import DataPoint, DataPointCorrection, Measure
from improvement.numbers_due import KIND, owed_by, plan_coming
from improvement.replies import LATER, TAKEN, UNCLEAR, handle
from notifications.inbound.incoming import Incoming
from notifications.letters import Attached
from notifications.models import PlannedMessage
from tests.improvement.conftest import MONDAY, leaving


@pytest.fixture(autouse=True)
def _mail_is_read(settings):
    settings.INBOUND_ADDRESS = "answers@example.org"


@pytest.fixture
def asked(world) -> PlannedMessage:
    plan_coming()
    row = PlannedMessage.objects.get(kind=KIND, occurrence=MONDAY.isoformat())
    PlannedMessage.objects.filter(pk=row.pk).update(state="sent", sent_at=timezone.now())
    return PlannedMessage.objects.select_related("recipient").get(pk=row.pk)


def answer(words: str, to: PlannedMessage, person=None, files: tuple[Attached, ...] = ()) -> str | None:
    person = person or to.recipient
    return handle(
        Incoming(
            key=uuid.uuid4(), sender=person.email, person=person, subject="Re: How many", words=words, everything=words,
            language=person.language, answers=to, files=files,
        )
    )  # fmt: skip


def told(kind: str) -> list[PlannedMessage]:
    return list(PlannedMessage.objects.filter(kind=kind).select_related("recipient").order_by("created_at"))


def point(world, measure=None) -> DataPoint:
    return DataPoint.objects.get(measure=measure or world.measure, period_start=MONDAY)


def log(world, times: int) -> None:
    for _n in range(times):
        services.log_conversation(
            team=world.team, by=world.nia, with_whom="colleague", client_key=uuid.uuid4(), again=True
        )


def huddles(world):
    return measuring.add_measure(team=world.team, by=world.tess, name="Huddles held", kind="percent")


def test_the_number_stands_with_how_it_came_and_is_confirmed_once(world, asked):
    assert answer("7\n\nThanks, Tess", asked) == "number_taken"
    row = point(world)
    assert (row.value, row.by, row.method, row.way) == (Decimal(7), world.tess, "typed", "mail")
    (one,) = told(TAKEN)
    letter = leaving(one)
    assert one.recipient == world.tess
    assert letter.subject == "Taken: 7 conversations for the week of 14 December"
    assert "Safety conversations a week: 7 conversations" in letter.plain
    assert "Wrong?" in letter.plain
    assert told(UNCLEAR) == []


def test_it_is_a_reply_of_this_room_in_the_registry(world, asked):
    assert registry.handle_reply.get("improvement/number") is handle


def test_ok_agrees_with_the_log_as_it_is_now(world, asked):
    log(world, 3)
    assert answer("OK", asked) == "number_taken"
    row = point(world)
    assert (row.value, row.method, row.way) == (Decimal(3), "log", "mail")
    assert answer("oui", asked) == "number_taken"
    assert DataPointCorrection.objects.count() == 0, "the same again changes nothing"


def test_several_measures_in_lines(world, asked):
    rate = huddles(world)
    assert answer("conversations 7\nhuddles 3 of 4", asked) == "number_taken"
    assert (point(world).value, point(world, rate).value) == (Decimal(7), Decimal(75))
    letter = leaving(told(TAKEN)[0])
    assert letter.subject == "Taken: your numbers for the week of 14 December"
    assert "Huddles held: 75%" in letter.plain


def test_a_bare_number_answers_what_the_subject_asked(world, asked):
    rate = huddles(world)
    services.record_number(measure=world.measure, by=world.nia, period_start=MONDAY, value=Decimal(5))
    DataPoint.objects.update(at=asked.sent_at - dt.timedelta(hours=1))
    assert answer("40", asked) == "number_taken"
    assert (point(world).value, point(world, rate).value) == (Decimal(5), Decimal(40))


def test_n_a_is_a_reason_and_no_zero(world, asked):
    assert answer("n/a", asked) == "number_taken"
    assert (point(world).value, point(world).missing_reason) == (None, "not_collected")
    assert leaving(told(TAKEN)[0]).subject == "Taken: not collected for the week of 14 December"


def test_a_number_of_somebody_else_is_not_written_over(world, asked):
    services.record_number(measure=world.measure, by=world.nia, period_start=MONDAY, value=Decimal(9))
    assert answer("7", asked) == "number_stands"
    assert (point(world).value, point(world).by) == (Decimal(9), world.nia)
    (one,) = told(UNCLEAR)
    letter = leaving(one)
    assert letter.subject == "Which one is right? Your number for the week of 14 December"
    assert "Nia has entered 9, and you wrote 7. Which one is right?" in letter.plain
    assert f"/teams/{world.team.pk}/numbers/" in letter.plain


def test_the_same_number_from_somebody_else_is_no_quarrel(world, asked):
    services.record_number(measure=world.measure, by=world.nia, period_start=MONDAY, value=Decimal(7))
    assert answer("7", asked) == "number_taken"
    assert point(world).by == world.nia
    assert told(UNCLEAR) == []


def test_ones_own_number_is_put_right_by_answering_the_confirmation(world, asked):
    answer("7", asked)
    assert answer("8", told(TAKEN)[0]) == "number_taken"
    assert point(world).value == 8
    assert DataPointCorrection.objects.get().value == 7
    first, second = told(TAKEN)
    assert leaving(first) is None, "only the last of them is told"
    assert leaving(second).subject.startswith("Taken: 8 ")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("about 7-9", "more than one number"), ("about 7", "It sounds like a guess"), ("7 of 5", "one number alone"),
        ("7.5", "“Safety conversations a week” is counted in whole numbers: 7 or 8, not 7.5."), ("OK", "nothing to agree with"), ("no", "0 if there was none"), ("12 %", "not in percent"),
    ],
)  # fmt: skip
def test_what_is_unclear_gets_one_clear_answer_with_a_link_that_works(world, asked, client, words, says):
    assert answer(words, asked) == "number_unclear"
    assert not DataPoint.objects.exists()
    PlannedMessage.objects.filter(kind=UNCLEAR).update(
        due_at=timezone.now()
    )  # the database's own clock stands elsewhere
    (one,) = told(UNCLEAR)
    letter = leaving(one)
    assert letter.subject == "Not taken yet: your number for the week of 14 December"
    assert f"You wrote: “{words}”." in letter.plain
    assert says in letter.plain
    link = next(word for word in letter.plain.split() if "/answer/" in word)
    assert "You answer as Tess Test" in client.get(link[link.index("/answer/") :]).content.decode()
    assert told(TAKEN) == []


def link_in(letter) -> str:
    return next(word for word in letter.plain.split() if "/answer/" in word).partition("/answer/")[2]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("about 13", "It sounds like a guess"),
        ("-3", "“Safety conversations a week” is a count: a whole number from 0 on."),
    ],
)
def test_where_a_number_stands_already_it_is_named_and_can_be_changed_without_signing_in(
    world, asked, client, words, says
):
    assert answer("12", asked) == "number_taken"
    assert answer(words, told(TAKEN)[0]) == "number_unclear"
    PlannedMessage.objects.filter(kind=UNCLEAR).update(due_at=timezone.now())
    letter = leaving(told(UNCLEAR)[0])
    assert letter.subject == "Not changed: your number for the week of 14 December"
    assert says in letter.plain
    assert "A part is not more" not in letter.plain
    for form in (letter.plain, letter.html):
        assert "12 stands for that week; it was not changed." in form
    path = f"/answer/{link_in(letter)}"
    page = client.get(path).content.decode()
    assert "You answer as Tess Test" in page
    assert 'value="12"' in page
    assert "Saved for the week of" in client.post(path, {WeekForm.box(world.measure): "13"}).content.decode()
    assert (point(world).value, point(world).way) == (Decimal(13), "link")


def test_the_link_of_the_first_mail_does_not_change_what_was_answered_by_mail(world, asked, client):
    PlannedMessage.objects.filter(pk=asked.pk).update(due_at=timezone.now())
    path = f"/answer/{link_in(leaving(asked))}"
    answer("12", asked)
    assert "The number of this week is there already." in client.get(path).content.decode()
    client.post(path, {WeekForm.box(world.measure): "13"})
    assert point(world).value == 12


def test_with_the_link_to_change_ones_own_number_nobody_elses_is_changed(world, asked, client):
    answer("12", asked)
    answer("about 13", asked)
    PlannedMessage.objects.filter(kind=UNCLEAR).update(due_at=timezone.now())
    path = f"/answer/{link_in(leaving(told(UNCLEAR)[0]))}"
    services.record_number(
        measure=world.measure, by=world.nia, period_start=MONDAY, value=Decimal(9), seen=point(world).deed
    )
    assert "The number of this week is there already." in client.get(path).content.decode()
    client.post(path, {WeekForm.box(world.measure): "13"})
    assert (point(world).value, point(world).by) == (Decimal(9), world.nia)


def test_of_several_the_one_that_was_meant_is_named_and_its_link_shows_no_other(world, asked, client):
    rate = huddles(world)
    services.record_number(measure=rate, by=world.tess, period_start=MONDAY, value=Decimal(40))
    assert answer("about 7", asked) == "number_unclear"
    first = leaving(told(UNCLEAR)[0])
    assert first.subject.startswith("Not taken yet: ")
    assert "stands" not in first.plain
    assert answer("huddles: about 50 %", asked) == "number_unclear"
    second = leaving(told(UNCLEAR)[1])
    assert second.subject.startswith("Not changed: ")
    assert "For that week there stands: Huddles held: 40%. Nothing of it was changed." in second.plain
    PlannedMessage.objects.filter(kind=UNCLEAR).update(due_at=timezone.now())
    page = client.get(f"/answer/{link_in(leaving(told(UNCLEAR)[1]))}").content.decode()
    assert f'name="{WeekForm.box(rate)}"' in page
    assert WeekForm.box(world.measure) not in page


def test_what_stands_is_named_in_french(world, asked):
    type(world.tess).objects.filter(pk=world.tess.pk).update(language="fr")
    world.tess.refresh_from_db()
    asked.recipient = world.tess
    answer("12", asked)
    answer("-3", asked)
    letter = leaving(told(UNCLEAR)[0])
    assert letter.subject == "Rien n'a changé\u00a0: votre chiffre pour la semaine du 14 décembre"
    assert "se compte\u00a0: un nombre entier, à partir de 0." in letter.plain
    assert "Pour cette semaine-là, 12 est inscrit; rien n'a changé." in letter.plain


def test_a_negative_count_is_told_what_a_count_is(world, asked):
    answer("-3", asked)
    letter = leaving(told(UNCLEAR)[0])
    assert letter.subject.startswith("Not taken yet: ")
    assert "is a count: a whole number from 0 on." in letter.plain
    assert "A part is not more" not in letter.plain


def test_what_was_written_stays_sealed_until_it_has_left(world, asked):
    answer("about 7-9", asked)
    assert "about 7-9" not in told(UNCLEAR)[0].secret
    PlannedMessage.objects.filter(kind=UNCLEAR).update(secret="")
    assert leaving(told(UNCLEAR)[0]) is None


def test_more_conversations_than_a_ward_can_have_are_refused_in_words(world, asked):
    assert answer("70000", asked) == "number_unclear"
    assert "There may be a digit too many" in leaving(told(UNCLEAR)[0]).plain
    assert not DataPoint.objects.exists()


def test_of_several_numbers_all_are_saved_or_none(world, asked):
    """The other order too: whichever of the two is refused, the mail says which, and that nothing was saved."""
    rate = huddles(world)
    for words in ("conversations 70000\nhuddles 3 of 4", "huddles 3 of 4\nconversations 70000"):
        assert answer(words, asked) == "number_unclear"
        assert not DataPoint.objects.exists()
    letter = leaving(told(UNCLEAR)[-1])
    assert f"You wrote: “Safety conversations a week: {spoken_number(70000)}”." in letter.plain
    assert "There may be a digit too many" in letter.plain
    assert "Nothing of this answer was saved." in letter.plain
    assert told(TAKEN) == []
    assert answer("conversations 7\nhuddles 3 of 4", asked) == "number_taken"
    assert (point(world).value, point(world, rate).value) == (Decimal(7), Decimal(75))


def test_words_beside_a_number_that_is_refused_are_read_by_people(world, asked):
    assert answer("70000\n\nCan we move our call to Thursday?", asked) is None
    Cohort.objects.update(closed_at=timezone.now() - dt.timedelta(days=60))
    assert answer("7\n\nCan we move our call to Thursday?", asked) is None
    assert not DataPoint.objects.exists()
    assert len(told(UNCLEAR)) == 2


@pytest.mark.parametrize("by_link", [False, True])
def test_several_are_saved_in_the_order_in_which_everybody_saves(world, asked, by_link):
    """By key, whatever is asked first: two who save the same at once wait for each other, and never in a ring."""
    rate = huddles(world)
    Measure.objects.filter(pk=rate.pk).update(id=uuid.UUID(int=1))
    rate = Measure.objects.get(name_en="Huddles held")
    owed = owed_by(world.team, MONDAY)
    assert [one.measure for one in owed] == [world.measure, rate]
    if by_link:
        form = WeekForm({WeekForm.box(world.measure): "7", WeekForm.box(rate): "75"}, owed=owed)
        assert form.is_valid()
        said = number_link.save(form, team=world.team, week=MONDAY, by=world.tess)
        assert said.index("conversations") < said.index("Huddles"), "the thanks speak in the order of the question"
    else:
        assert answer("conversations 7\nhuddles 3 of 4", asked) == "number_taken"
    saved = Entry.objects.filter(verb="number.recorded").order_by("pk").values_list("about_id", flat=True)
    assert list(saved) == [str(rate.pk), str(world.measure.pk)]


@pytest.mark.parametrize("words", ["can't, sick kid", "I have 2 sick kids", "room 7 is closed", "", "x" * 3000])
def test_what_is_no_number_goes_to_people(world, asked, words):
    assert answer(words, asked) is None
    assert not DataPoint.objects.exists()
    assert told(TAKEN) == told(UNCLEAR) == []


def test_an_unclear_number_with_a_question_is_answered_and_read_by_people(world, asked):
    assert answer("7 or 8, call me", asked) is None
    assert [len(told(kind)) for kind in (TAKEN, UNCLEAR)] == [0, 1]
    assert not DataPoint.objects.exists()


def test_a_question_beside_the_number_reaches_people_and_the_number_is_taken(world, asked):
    assert answer("7\n\nAlso, can we move our call to Thursday?", asked) is None
    assert point(world).value == 7
    assert len(told(TAKEN)) == 1


@pytest.mark.parametrize("who", ["nia", "stan", "paula"])
def test_only_whom_we_asked_is_listened_to(world, asked, who):
    assert answer("7", asked, getattr(world, who)) is None
    assert not DataPoint.objects.exists()


def test_who_is_in_the_team_no_more_enters_nothing(world, asked):
    end_role(membership=world.team.memberships.get(role="lead"), by=world.paula)
    assert answer("7", asked) is None
    assert not DataPoint.objects.exists()


def test_a_closed_series_takes_no_number_and_says_so(world, asked):
    Cohort.objects.update(closed_at=timezone.now() - dt.timedelta(days=60))
    assert answer("7", asked) == "number_unclear"
    assert not DataPoint.objects.exists()
    assert "This series is closed." in leaving(told(UNCLEAR)[0]).plain


def test_an_answer_a_week_later_is_about_the_week_that_was_asked_for(world, asked, clock):
    clock.shift(dt.timedelta(days=8))
    assert answer("7", asked) == "number_taken"
    assert point(world).period_start == MONDAY


def test_a_mail_about_something_else_is_not_ours(world):
    row = PlannedMessage(
        kind="sessions/reminder", source_type="learning_sessions.learningsession", recipient=world.tess
    )
    assert answer("7", row) is None


def test_it_speaks_french_to_who_reads_french(world, asked):
    type(world.tess).objects.filter(pk=world.tess.pk).update(language="fr")
    world.tess.refresh_from_db()
    asked.recipient = world.tess
    assert answer("7,5", asked) == "number_unclear"
    assert answer("sept", asked) == "number_taken"
    assert leaving(told(TAKEN)[0]).subject == "C'est noté\u00a0: 7 conversations pour la semaine du 14 décembre"
    unclear = leaving(told(UNCLEAR)[0]).plain
    assert "Vous avez écrit\u00a0: «\u00a07,5\u00a0»." in unclear
    assert "se compte en nombres entiers\u00a0: 7 ou 8, pas 7,5." in unclear


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [("1", "1 conversation for", "1 conversation pour"), ("0", "0 conversations for", "0 conversation pour"),
     ("2", "2 conversations for", "2 conversations pour")],
)  # fmt: skip
def test_one_conversation_is_one(world, asked, value, english, french):
    answer(value, asked)
    (row,) = told(TAKEN)
    assert english in leaving(row).subject
    type(world.tess).objects.filter(pk=world.tess.pk).update(language="fr")
    PlannedMessage.objects.filter(pk=row.pk).update(lang="fr")
    (row,) = told(TAKEN)
    assert french in leaving(row).subject


@pytest.mark.parametrize(
    "words",
    ["Pas cette semaine, désolée", "Not this week, sorry.", "pas cette semaine svp", "not this week please",
     "Hello,\n\nNOT THIS WEEK\n\nThanks,\nTess", "Désolée, pas cette semaine."],
)  # fmt: skip
def test_not_this_week_is_said_by_answering_as_with_the_link(world, asked, words):
    assert answer(words, asked) == "number_put_off"
    row = NotThisWeek.objects.get()
    assert (row.person, row.about, row.week) == (world.tess, world.team.pk, MONDAY)
    assert not DataPoint.objects.exists()
    letter = leaving(told(LATER)[0])
    assert letter.subject == "Noted: not in the week of 14 December"
    assert "You are not reminded of it again this week." in letter.plain
    assert answer("8", told(LATER)[0]) == "number_taken", "a number is welcome all the same"


def test_what_confirms_it_takes_it_back_for_some_minutes(world, asked, clock, settings, client):
    assert answer("Not this week", asked) == "number_put_off"
    # The database knows another day than the clock of this test.
    PlannedMessage.objects.filter(kind=LATER).update(due_at=timezone.now())
    (row,) = told(LATER)
    link = re.search(r"A slip\?.*?https?://[^/]+(/\S+)", leaving(row).plain, re.S)[1]
    assert link in leaving(row).html
    assert "Taken back." in client.post(link, {"back": "on"}).content.decode()
    assert not NotThisWeek.objects.exists()
    assert leaving(row) is None, "it is not true any more"
    assert answer("Not this week", asked) == "number_put_off"
    clock.shift(settings.UNDO_SECONDS + 1)
    assert "A slip?" not in leaving(told(LATER)[-1]).plain


def test_not_this_week_of_a_week_that_is_saved_says_so_and_puts_nothing_off(world, asked):
    assert answer("7", asked) == "number_taken"
    assert answer("Not this week", asked) == "number_put_off"
    assert not NotThisWeek.objects.exists()
    letter = leaving(told(LATER)[0])
    assert letter.subject == "Already saved: your number for the week of 14 December"
    assert "Safety conversations a week: 7" in letter.plain
    assert "Would you still like to say it?" not in letter.plain


@pytest.mark.parametrize(
    "words",
    ["Not this week.\n\nCan we move our call to Thursday?", "Not this week, can you call me?", "Not this week, we're swamped.",
     "Not this week. I am leaving the team on Friday."],
)  # fmt: skip
def test_not_this_week_with_a_question_is_put_off_and_read_by_people(world, asked, words):
    assert answer(words, asked) is None
    assert NotThisWeek.objects.count() == 1
    assert len(told(LATER)) == 1


TALLY = Attached("counts.pdf", "application/pdf", b"%PDF-1.4")
LOGO = Attached("logo.png", "image/png", b"\x89PNG")


def test_not_this_week_with_a_file_is_put_off_and_read_by_people(world, asked):
    assert answer("Not this week", asked, files=(TALLY,)) is None
    assert NotThisWeek.objects.count() == 1


def test_a_number_with_a_file_is_taken_and_read_by_people_with_a_logo_it_is_only_taken(world, asked):
    assert answer("7", asked, files=(TALLY,)) is None
    assert world.measure.points.get().value == 7
    assert len(told(TAKEN)) == 1
    assert answer("8", asked, files=(LOGO,)) == "number_taken"


@pytest.mark.parametrize(
    "words", ["Not this week's number", "It is not this week that counts", "pas cette semaine, mais 7 avant"]
)
def test_what_only_sounds_like_not_this_week_puts_nothing_off(world, asked, words):
    answer(words, asked)
    assert not NotThisWeek.objects.exists()
    assert told(LATER) == []


def test_not_this_week_of_a_closed_series_says_so(world, asked):
    Cohort.objects.update(closed_at=timezone.now() - dt.timedelta(days=60))
    assert answer("Not this week", asked) == "number_unclear"
    assert "This series is closed." in leaving(told(UNCLEAR)[0]).plain


# ---------------------------------------------------------------- the link in that mail


def later_link(letter) -> str:
    """Return where the mail about the week's numbers lets its reader put them off with one press."""
    return re.search(r"Not this week:\s+https?://[^/]+(/\S+)", letter.plain)[1]


def test_its_link_puts_the_week_off_and_the_page_after_it_takes_that_back(world, asked, client):
    link = later_link(leaving(asked))
    page = client.post(link).content.decode()
    assert "Noted. You are not reminded of it again this week." in page
    assert "Remind me after all" in page
    assert NotThisWeek.objects.get().week == MONDAY
    page = client.post(link, {"back": "on"}).content.decode()
    assert "Taken back. A reminder that was still to come this week comes as before." in page
    assert not NotThisWeek.objects.exists()
