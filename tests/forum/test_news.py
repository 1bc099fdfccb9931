"""What is new in the forum, once a week: numbers of boards, to those who read and did not write it."""

import datetime as dt

import pytest

from collaborative.models import QuietWeek
from collaborative.services import end_role
from core.time import forward_utc
from forum import news
from forum.models import Thread
from forum.services import hide
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from tests import make

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2027, 2, 15)
READERS = {"paula", "colin", "cora", "tess", "nia", "otto", "pierre", "max", "fia"}


def at(hour: int, day: dt.date = MONDAY) -> dt.datetime:
    return forward_utc(dt.datetime.combine(day, dt.time(hour)), "America/Toronto")


@pytest.fixture
def question(cast):
    """A question of Nia's, begun on the Thursday before."""
    assert cast.cohort.time_zone == "America/Toronto"
    thread = make.thread(by=cast.nia, board=make.board(cohort=cast.cohort))
    Thread.objects.filter(pk=thread.pk).update(created_at=at(12, MONDAY - dt.timedelta(days=4)))
    return thread


def of(person) -> PlannedMessage:
    return PlannedMessage.objects.get(kind=news.KIND, recipient=person)


def test_it_is_planned_once_on_monday_morning_for_all_who_read(cast, question):
    assert news.sweep(at(5)) == 0
    assert news.sweep(at(6)) == len(READERS)
    assert news.sweep(at(7)) == 0
    told = set(PlannedMessage.objects.filter(kind=news.KIND).values_list("recipient", flat=True))
    assert told == {getattr(cast, name).pk for name in READERS}


@pytest.mark.parametrize("hours", [-24, 24, 48])
def test_not_on_another_day(cast, question, hours):
    assert news.sweep(at(6) + dt.timedelta(hours=hours)) == 0


def test_nothing_where_nothing_is_new(cast, question):
    assert news.sweep(at(6, MONDAY + dt.timedelta(days=7))) == 0


def test_a_quiet_week_is_quiet(cast, question):
    QuietWeek.objects.create(cohort=cast.cohort, starts_on=MONDAY, ends_on=MONDAY + dt.timedelta(days=6))
    assert news.sweep(at(6)) == 0


def test_it_tells_numbers_and_boards_and_no_words_of_anybody(cast, question):
    story = make.thread(by=cast.tess, board=make.board(cohort=cast.cohort, key="tried"))
    Thread.objects.filter(pk=story.pk).update(created_at=at(9, MONDAY - dt.timedelta(days=1)))
    news.sweep(at(6))
    english, french = render(of(cast.otto)), render(of(cast.pierre))
    assert "“Ask and answer”: 1 new conversation" in english.plain
    assert "“What we tried”: 1 new conversation" in english.plain
    assert question.title not in english.plain
    assert cast.nia.name not in english.plain
    assert french.subject == "Nouveau dans le forum cette semaine"
    assert "“Ask and answer”" not in render(of(cast.nia)).plain, "what she began herself is no news to her"


def test_what_is_hidden_or_ones_own_is_no_news(cast, question):
    news.sweep(at(6))
    with pytest.raises(Gone):
        render(of(cast.nia))
    render(of(cast.otto))
    hide(post=question.posts.get(), by=cast.paula)
    with pytest.raises(Gone):
        render(of(cast.otto))


def test_who_left_is_not_told(cast, question):
    news.sweep(at(6))
    row = of(cast.otto)
    assert Briefing([row]).no_longer(row) is None
    end_role(membership=cast.otto.memberships.get(), by=cast.paula)
    move = Briefing([row]).no_longer(row)
    assert move is not None
    assert move.reason == "may_not_know"


def test_it_is_worked_out_by_the_clock_of_the_cohort(cast, question):
    # Monday at one in the morning in Toronto is Monday; in UTC the Sunday evening before would be too.
    Thread.objects.update(created_at=at(1))
    assert news.sweep(at(6)) == 0
    assert news.sweep(at(6, MONDAY + dt.timedelta(days=7))) == len(READERS)


def test_twenty_readers_ask_as_much_as_one(cast, question, django_assert_num_queries):
    news.sweep(at(6))
    rows = list(PlannedMessage.objects.filter(kind=news.KIND))
    briefings = []
    for some in (rows[:1], rows):
        briefing = Briefing(some)
        with django_assert_num_queries(0):
            for row in some:
                if row.recipient_id != cast.nia.pk:
                    render(row, briefing.said)
        briefings.append(briefing)
