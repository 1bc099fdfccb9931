""" "Not this week" as the answer to a mail about tasks or pre-work: the rule of its link, noted in one mail."""

from __future__ import annotations

import datetime as dt
import re
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from collaborative import not_this_week, prework_mail, tasks, tasks_mail
from collaborative.later_replies import read
from collaborative.models import Cohort, NotThisWeek
from collaborative.put_off_by_mail import NOTED
from collaborative.services import end_role
from notifications import states
from notifications.briefing import Briefing
from notifications.inbound import addresses
from notifications.inbound.receiving import receive
from notifications.models import Conversation, InboundFile, PlannedMessage
from notifications.services import post
from notifications.wording import Gone, render

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def _takes_mail(settings):
    settings.INBOUND_ADDRESS = "answers@collaborative.example"


def left(kind: str, to, about: tuple[str, object], cohort, *, ago: dt.timedelta = dt.timedelta()) -> PlannedMessage:
    """Return a mail that has left, so long ago."""
    row = post(kind, to=to, about=(about[0], str(about[1])), scope=cohort)
    at = timezone.now() - ago
    PlannedMessage.objects.filter(pk=row.pk).update(state=states.SENT, sent_at=at, due_at=at)
    row.refresh_from_db()
    return row


@pytest.fixture
def prework(cast) -> PlannedMessage:
    """What Tess was told to get ready with her team."""
    return left(prework_mail.KIND, cast.tess, (prework_mail.SOURCE, cast.team.pk), cast.cohort)


@pytest.fixture
def of_planners(cast) -> PlannedMessage:
    """The week's tasks, as Paula got them."""
    return left(tasks_mail.KIND, cast.paula, (tasks_mail.SOURCE, cast.cohort.pk), cast.cohort)


def answer(words: str, to: PlannedMessage, *, sender: str = "", file: str = "") -> str:
    """Send these words, and a file of this name, as the answer to a mail; return what became of them."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender or to.recipient.email, addresses.answer_address(to)
    mail["Subject"], mail["Message-ID"] = "Re: What is left", f"<{timezone.now().timestamp()}@mail.example>"
    mail.set_content(words)
    if file:
        mail.add_attachment(b"%PDF-1.4 a list", maintype="application", subtype="pdf", filename=file)
    return receive(mail.as_bytes(), envelope=sender or to.recipient.email)


def noted() -> list[PlannedMessage]:
    return list(PlannedMessage.objects.filter(kind=NOTED).select_related("recipient").order_by("created_at"))


def leaving(row: PlannedMessage):
    """Return the letter as it leaves now, None where it does not."""
    briefing = Briefing([row])
    if briefing.no_longer(row):
        return None
    try:
        return render(row, briefing.said)
    except Gone:
        return None


# ---------------------------------------------------------------- said by answering


@pytest.mark.parametrize(
    "words",
    ["Not this week", "not this week, sorry", "Hello,\n\nNOT THIS WEEK.\n\nThanks,\nTess", "Pas cette semaine, désolée"],
)  # fmt: skip
def test_it_is_said_by_answering_and_noted_in_one_mail(cast, prework, words):
    assert answer(words, prework) == "collaborative/later/put_off"
    row = NotThisWeek.objects.get()
    week = not_this_week.week_of(cast.cohort)
    assert (row.person, row.task, row.about, row.week) == (cast.tess, prework_mail.TASK, cast.team.pk, week)
    assert not Conversation.objects.exists()
    (told,) = noted()
    letter = leaving(told)
    assert told.recipient == cast.tess
    assert letter.subject == "Noted: not this week"
    assert "You are not reminded of it again this week." in letter.plain
    assert f"what {cast.team.name} gets ready for the first session" in letter.plain


def test_a_planner_puts_the_tasks_of_the_week_off_in_french_too(cast, of_planners):
    cast.paula.language = "fr"
    cast.paula.save()
    assert answer("Pas cette semaine", of_planners) == "collaborative/later/put_off"
    row = NotThisWeek.objects.get()
    assert (row.person, row.task, row.about, row.team) == (cast.paula, tasks_mail.TASK, cast.cohort.pk, None)
    letter = leaving(noted()[0])
    assert letter.subject == "C'est noté\xa0: pas cette semaine"
    assert letter.language == "fr"


def test_what_waits_of_that_week_does_not_leave_any_more(cast, of_planners):
    tasks.add_task(cohort=cast.cohort, text="Book the speaker", due_on=timezone.now().date(), by=cast.paula)
    waiting = post(
        tasks_mail.KIND,
        to=cast.paula,
        about=(tasks_mail.SOURCE, str(cast.cohort.pk)),
        occurrence="x",
        scope=cast.cohort,
    )
    assert leaving(waiting) is not None
    answer("Not this week", of_planners)
    assert leaving(waiting) is None


def test_an_answer_to_a_mail_of_another_week_puts_nothing_off_and_is_for_people(cast):
    old = left(prework_mail.KIND, cast.tess, (prework_mail.SOURCE, cast.team.pk), cast.cohort, ago=WEEK)
    assert answer("Not this week", old) == "people"
    assert not NotThisWeek.objects.exists()
    assert noted() == []
    assert Conversation.objects.get().person == cast.tess


def test_the_week_is_that_of_the_cohort_and_begins_on_its_monday(cast, prework):
    monday = dt.datetime.combine(not_this_week.week_of(cast.cohort), dt.time(), ZoneInfo(cast.cohort.time_zone))
    rows = PlannedMessage.objects.filter(pk=prework.pk)
    rows.update(sent_at=monday - dt.timedelta(minutes=1))
    assert answer("Not this week", prework) == "people"
    rows.update(sent_at=monday)
    assert answer("Not this week", prework) == "collaborative/later/put_off"


def test_the_same_rule_tells_the_coaches_after_two_weeks(cast, prework):
    before = not_this_week.week_of(cast.cohort) - WEEK
    key = {"person": cast.tess, "task": prework_mail.TASK, "about": cast.team.pk}
    not_this_week.not_this_week(**key, week=before, by=cast.tess)
    answer("Not this week", prework)
    told = PlannedMessage.objects.filter(kind=not_this_week.TOLD)
    assert {row.recipient for row in told} == {cast.colin, cast.cora}


def test_the_mail_says_that_it_can_be_answered_where_mail_is_read(cast, of_planners, settings):
    tasks.add_task(cohort=cast.cohort, text="Book the speaker", due_on=timezone.now().date(), by=cast.paula)
    assert "Answer with these three words" in render(of_planners).plain
    assert "Or answer this mail with" in render(of_planners).html
    settings.INBOUND_ADDRESS = ""
    assert "Answer with these three words" not in render(of_planners).plain
    assert "Or answer this mail with" not in render(of_planners).html


# ---------------------------------------------------------------- for people


def test_what_else_is_in_it_is_read_by_people_and_it_is_put_off_all_the_same(cast, prework):
    assert answer("Not this week.\n\nCan you call me about the binder?", prework) == "people"
    assert NotThisWeek.objects.count() == 1
    assert len(noted()) == 1
    assert Conversation.objects.get().person == cast.tess


def test_a_file_beside_it_is_read_by_people_and_it_is_put_off_all_the_same(cast, prework):
    assert answer("Not this week", prework, file="list.pdf") == "people"
    assert NotThisWeek.objects.count() == 1
    assert len(noted()) == 1
    assert InboundFile.objects.count() == 1


@pytest.mark.parametrize(
    "words",
    ["Not this week's list", "We do it next week", "Is it not this week?", "pas cette semaine, mais 7 avant", "OK"],
)
def test_what_only_sounds_like_it_is_for_people_alone(cast, prework, words):
    assert answer(words, prework) == "people"
    assert not NotThisWeek.objects.exists()
    assert noted() == []


def test_nobody_else_says_it(cast, prework):
    assert answer("Not this week", prework, sender=cast.nia.email) == "other_sender"
    assert not NotThisWeek.objects.exists()


def test_who_does_not_lead_any_more_and_a_closed_series_are_for_people(cast, prework, of_planners):
    end_role(membership=cast.team.memberships.get(user=cast.tess), by=cast.paula)
    assert answer("Not this week", prework) == "people"
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_at=timezone.now())
    assert answer("Not this week", of_planners) == "people"
    assert not NotThisWeek.objects.exists()
    assert noted() == []


def test_a_mail_as_old_as_a_link_that_works_no_more_puts_nothing_off(cast):
    old = left(
        prework_mail.KIND, cast.tess, (prework_mail.SOURCE, cast.team.pk), cast.cohort, ago=dt.timedelta(days=15)
    )
    assert answer("Not this week", old) == "people"
    assert not NotThisWeek.objects.exists()


# ---------------------------------------------------------------- a slip


def test_the_mail_that_notes_it_leads_to_where_it_is_taken_back(client, cast, prework):
    answer("Not this week", prework)
    letter = leaving(noted()[0])
    path = re.search(r"https?://[^/\s]+(/answer/\S+)", letter.plain)[1]
    assert path in letter.html
    page = client.get(path)
    assert "Remind me after all" in page.content.decode()
    assert NotThisWeek.objects.count() == 1, "looking changes nothing"


def test_no_way_back_is_promised_where_it_is_too_late(cast, prework, settings):
    answer("Not this week", prework)
    assert "For some minutes you can ask" in leaving(noted()[0]).plain
    NotThisWeek.objects.update(created_at=timezone.now() - dt.timedelta(seconds=settings.UNDO_SECONDS + 1))
    answer("Not this week", prework)
    first, again = (leaving(row) for row in noted())
    for letter in (first, again):
        assert "You are not reminded of it again this week." in letter.plain
        assert "For some minutes you can ask" not in letter.plain
        assert "A slip?" not in letter.html


def test_to_whom_the_task_does_not_belong_any_more_nothing_is_noted(cast, prework):
    answer("Not this week", prework)
    end_role(membership=cast.team.memberships.get(user=cast.tess), by=cast.paula)
    assert leaving(noted()[0]) is None


def test_what_was_taken_back_is_not_noted_any_more(cast, prework):
    answer("Not this week", prework)
    not_this_week.take_back(put_off_id=NotThisWeek.objects.get().pk, by=cast.tess)
    assert leaving(PlannedMessage.objects.get(kind=NOTED)) is None


def test_the_coaches_hear_of_it_and_nobody_else_but_who_said_it(cast, prework):
    answer("Not this week", prework)
    row = NotThisWeek.objects.get()
    people = [cast.tess, cast.colin, cast.nia, cast.paula]
    may = not_this_week.may_hear_of([(one, str(row.pk)) for one in people])
    assert {key for key, _row in may} == {cast.tess.pk, cast.colin.pk}


# ---------------------------------------------------------------- how it is read


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("Not this week", False), ("Hi Sam and team,\nnot this week\nBest,\nMarie-Ève", False),
        ("Bonjour,\n\npas cette semaine\n\nMerci et bonne journée", False), ("Not this week?", True),
        ("Sorry, not this week\nThe binder is lost.", True),
        ("Not this week. I am leaving the team on Friday.", True), ("Not this week, please phone me about Marie", True),
        ("Pas cette semaine, mon père est mort", True), ("Not this week, sorry - thanks, Marie-Ève", False),
        ("Not this week.\n\nSo sorry!", True), ("Pas cette semaine.\n\nDésolés, merci", False), ("Désolé\nPas cette semaine", False),
    ],
)  # fmt: skip
def test_the_words_around_it_are_no_rest_and_the_others_are(words, rest):
    assert read(words, names=["Marie-Ève Roy", "Sam"]).rest is rest


@pytest.mark.parametrize(
    "words", ["", "Hello", "7", "7\nnot this week", "It is not this week that counts", "this week"]
)
def test_other_words_are_something_else(words):
    assert read(words) is None
