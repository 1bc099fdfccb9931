"""The rules of the forum, without HTTP."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from collaborative.models import Membership, Report
from collaborative.services import end_role
from core import registry
from core.refusals import Refused
from desk.demo import make
from forum import services
from forum.models import Board, Post, Thread
from forum.querysets import audience_of, cohorts_with_forum
from forum.reading import page_of, readers_of, title_of
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.states import Move

OUTSIDERS = ["sol", "sela", "fay", "stan", "olga", "pia", "root"]
READERS = ["paula", "colin", "cora", "tess", "nia", "otto", "pierre", "max", "fia"]

pytestmark = pytest.mark.django_db


def told(post):
    return {row.recipient_id for row in PlannedMessage.objects.about(post).waiting()}


def test_every_cohort_has_its_boards_from_the_first_day(cast):
    assert sorted(cast.cohort.boards.values_list("key", flat=True)) == ["ask", "tried"]
    services.make_boards(cohort=cast.cohort)
    assert Board.objects.filter(cohort=cast.cohort).count() == 2


def test_who_reads(cast, question):
    for name in READERS:
        person = getattr(cast, name)
        assert list(cohorts_with_forum(person)) == [cast.cohort], name
        assert Post.objects.visible_to(person).count() == 1, name
    for name in OUTSIDERS:
        person = getattr(cast, name)
        assert cast.cohort not in cohorts_with_forum(person), name
        assert not Board.objects.visible_to(person).filter(cohort=cast.cohort).exists(), name
        assert not Thread.objects.visible_to(person).exists(), name
        assert not Post.objects.visible_to(person).exists(), name


def test_the_audience_line_counts_those_who_read(cast):
    from accounts.models import User

    counts = audience_of(cast.cohort)
    readers = [user for user in User.objects.all() if cast.cohort in cohorts_with_forum(user)]
    assert counts == {"members": 4, "teams": 2, "coaches": 2, "planners": 1, "others": 2}
    assert sum(counts.values()) - counts["teams"] == len(readers)
    # Somebody with two roles is one reader.
    make.coach(team=cast.other_team, user=cast.colin)
    make.planner(cohort=cast.cohort, user=cast.colin)
    assert audience_of(cast.cohort) == counts
    assert readers_of(cast.cohort)[0] == "4 people in 2 teams"


def test_a_person_who_leaves_reads_no_more(cast, question):
    end_role(membership=Membership.objects.get(user=cast.otto), by=cast.tess)
    assert not Post.objects.visible_to(cast.otto).exists()
    with pytest.raises(Refused):
        services.answer(thread=question, by=cast.otto, text="Still here")


@pytest.mark.parametrize("name", OUTSIDERS)
def test_outsiders_do_not_write(cast, question, ask_board, name):
    person = getattr(cast, name)
    with pytest.raises(Refused):
        services.answer(thread=question, by=person, text="Hello")
    with pytest.raises(Refused):
        services.ask(board=ask_board, by=person, text="Hello")
    assert Post.objects.count() == 1


def test_a_question_an_answer_and_a_mail(cast, question):
    answer = services.answer(thread=question, by=cast.otto, text="At the *kettle*.")
    question.refresh_from_db()
    assert (answer.number, answer.team, answer.role) == (2, cast.other_team, "participant")
    assert answer.html == "<p>At the <em>kettle</em>.</p>"
    assert (question.title, question.post_count, question.answers) == ("How do you ask on nights?", 2, 1)
    assert question.last_post_at == answer.created_at
    (message,) = PlannedMessage.objects.about(answer)
    assert (message.kind, message.recipient, message.occurrence) == ("forum/reply", cast.nia, "reply")
    assert message.due_at - answer.created_at == dt.timedelta(seconds=900)
    assert (message.scope_type, message.scope_id) == ("collaborative.cohort", str(cast.cohort.pk))


def test_a_question_tells_nobody(cast, question):
    assert told(question.posts.get()) == set()


def sent(*posts):
    """Let the mails about these posts leave."""
    for post in posts:
        PlannedMessage.objects.about(post).waiting().update(state="sent", sent_at=timezone.now())


def test_earlier_repliers_are_told_and_the_writer_never(cast, question):
    answer = make.post(thread=question, by=cast.otto)
    sent(answer)
    last = make.post(thread=question, by=cast.colin)
    assert told(last) == {cast.nia.pk, cast.otto.pk}
    sent(last)
    mine = make.post(thread=question, by=cast.nia)
    assert told(mine) == {cast.otto.pk, cast.colin.pk}


def test_one_mail_about_a_thread_waits_for_a_person(cast, question):
    first = make.post(thread=question, by=cast.otto)
    for n in range(5):
        make.post(thread=question, by=cast.otto, text=f"And another {n}")
    assert told(first) == {cast.nia.pk}
    assert PlannedMessage.objects.filter(kind="forum/reply").count() == 1
    other = make.thread(board=question.board, by=cast.nia)
    assert told(make.post(thread=other, by=cast.otto)) == {cast.nia.pk}, "another thread has a mail of its own"
    sent(first)
    assert told(make.post(thread=question, by=cast.otto)) == {cast.nia.pk}, "what comes after the mail is told again"


@pytest.mark.parametrize("gone", ["taken back", "hidden"])
def test_who_waited_for_a_post_that_is_gone_hears_of_the_next(cast, question, gone):
    first = make.post(thread=question, by=cast.otto)
    hers = make.post(thread=question, by=cast.nia)
    second, third = make.post(thread=question, by=cast.colin), make.post(thread=question, by=cast.colin)
    assert [told(post) for post in (first, hers, second, third)] == [{cast.nia.pk}, {cast.otto.pk}, set(), set()]
    if gone == "hidden":
        services.hide(post=first, by=cast.paula)
    else:
        services.take_back(post=first, by=cast.otto)
    assert [told(post) for post in (first, hers, second, third)] == [set(), {cast.otto.pk}, {cast.nia.pk}, set()]
    if gone == "hidden":
        services.show(post=first, by=cast.paula)
        assert told(first) == set(), "she hears of it by the mail about the next one"


def test_telling_thirty_takes_as_many_statements_as_telling_one(cast, question):
    with CaptureQueriesContext(connection) as one:
        first = services.answer(thread=question, by=cast.tess, text="One")
    sent(first)
    for number in range(29):
        member = make.member(team=cast.other_team, name=f"Member {number}")
        Post.objects.create(thread=question, number=100 + number, by=member, role="participant", language="en")
    Thread.objects.filter(pk=question.pk).update(last_number=200)
    with CaptureQueriesContext(connection) as thirty:
        answer = services.answer(thread=question, by=cast.otto, text="Thirty")
    assert len(told(answer)) == 31
    assert len(thirty) == len(one)


def test_the_right_to_know_is_asked_again_when_the_mail_leaves(cast, question):
    answer = make.post(thread=question, by=cast.otto)
    may, versions = registry.may_receive.get("forum.post"), registry.current_version.get("forum.post")
    key = str(answer.pk)
    # Nobody hears of what they wrote themself.
    assert may([(one, key) for one in (cast.nia, cast.otto, cast.sol)]) == {(cast.nia.pk, key)}
    assert versions([key]) == {key: 1}
    end_role(membership=Membership.objects.get(user=cast.nia), by=cast.tess)
    assert may([(cast.nia, key)]) == set()


def test_taking_back_destroys_the_words_and_the_mail(cast, question):
    answer = make.post(thread=question, by=cast.otto, text="J. T. was frightened")
    assert services.take_back(post=answer, by=cast.otto) == "J. T. was frightened"
    answer.refresh_from_db()
    assert (answer.text, answer.html, answer.hidden_why, answer.version) == ("", "", "writer", 2)
    assert told(answer) == set()
    assert registry.current_version.get("forum.post")([str(answer.pk)]) == {}
    question.refresh_from_db()
    assert question.post_count == 1
    assert services.take_back(post=answer, by=cast.otto) == ""


def test_taking_back_a_question_takes_its_title_too(cast, question):
    services.take_back(post=question.posts.get(), by=cast.nia)
    question.refresh_from_db()
    assert (question.title, question.post_count, question.hidden_why) == ("", 0, "writer")
    assert title_of(question) == "A post that its writer took back"
    with connection.cursor() as cursor:
        for table in ("forum_post", "forum_thread", "audit_entry", "planned_message"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", ["%on nights%"])
            assert cursor.fetchone() == (0,), table


def test_only_the_writer_takes_back(cast, question):
    for person in (cast.paula, cast.tess, cast.colin):
        with pytest.raises(Refused):
            services.take_back(post=question.posts.get(), by=person)


def test_a_reader_hides_at_once_and_a_planner_shows_again(cast, question):
    answer = make.post(thread=question, by=cast.otto)
    services.hide(post=answer, by=cast.tess)
    answer.refresh_from_db()
    assert (answer.hidden_why, answer.hidden_by, bool(answer.text)) == ("reader", cast.tess, True)
    assert told(answer) == set()
    (shown,) = [one for one in page_of(question, cast.nia).posts if one.post == answer]
    assert (shown.state, shown.html, shown.name) == ("Hidden until the planning team has looked", "", "")
    (shown,) = [one for one in page_of(question, cast.otto).posts if one.post == answer]
    assert shown.html == "", "its writer waits as well"
    (shown,) = [one for one in page_of(question, cast.paula).posts if one.post == answer]
    assert shown.html
    assert shown.may.show

    services.show(post=answer, by=cast.paula)
    answer.refresh_from_db()
    assert (answer.hidden_why, answer.hidden_at, answer.version) == ("", None, 3)
    assert told(answer) == {cast.nia.pk}
    with pytest.raises(Refused, match="has looked at this"):
        services.hide(post=answer, by=cast.tess)


def test_a_planner_hides_and_only_planners_show(cast, question):
    first = question.posts.get()
    services.hide(post=first, by=cast.paula)
    question.refresh_from_db()
    assert question.hidden_why == "planner"
    assert title_of(question) == "A hidden post"
    assert title_of(question, planner=True) == "How do you ask on nights?"
    for person in (cast.nia, cast.tess, cast.colin):
        with pytest.raises(Refused):
            services.show(post=first, by=person)
    services.show(post=first, by=cast.paula)
    question.refresh_from_db()
    assert title_of(question) == "How do you ask on nights?"


def test_while_an_answer_is_hidden_its_mail_waits_and_is_not_lost(cast, question):
    answer = make.post(thread=question, by=cast.otto)
    mail = PlannedMessage.objects.about(answer)
    services.hide(post=answer, by=cast.tess)
    assert mail.values_list("state", "reason").get() == ("held", "hidden")
    assert Briefing([mail.get()]).no_longer(mail.get()) == Move("held", "hidden")
    services.show(post=answer, by=cast.paula)
    assert told(answer) == {cast.nia.pk}
    services.hide(post=answer, by=cast.paula)
    assert mail.values_list("state", "reason").get(source_version=3) == ("void", "hidden_by_planner")


def test_answers_to_a_hidden_question_are_told_all_the_same(cast, question):
    answer = make.post(thread=question, by=cast.otto)
    services.hide(post=question.posts.get(number=1), by=cast.tess)
    mail = PlannedMessage.objects.about(answer).get()
    assert Briefing([mail]).no_longer(mail) is None, "the answer can be read, and says nothing of the question"


def test_what_was_told_is_not_told_again_after_a_hiding(cast, question):
    answer = make.post(thread=question, by=cast.otto)
    PlannedMessage.objects.about(answer).update(state="sent", sent_at=timezone.now())
    services.hide(post=answer, by=cast.paula)
    services.show(post=answer, by=cast.paula)
    assert told(answer) == set()


def test_a_reader_hides_five_an_hour(cast, question):
    posts = [make.post(thread=question, by=cast.otto, text=f"Number {n}") for n in range(6)]
    for post in posts[:5]:
        services.hide(post=post, by=cast.nia)
    with pytest.raises(Refused, match="several things"):
        services.hide(post=posts[5], by=cast.nia)
    posts[5].refresh_from_db()
    assert posts[5].hidden_why == ""
    Report.objects.update(created_at=timezone.now() - dt.timedelta(minutes=61))
    services.hide(post=posts[5], by=cast.nia)


def test_the_trail_holds_no_words(cast, question):
    answer = make.post(thread=question, by=cast.otto, text="kettle-canary")
    services.hide(post=answer, by=cast.nia)
    services.show(post=answer, by=cast.paula)
    services.take_back(post=answer, by=cast.otto)
    verbs = Entry.objects.filter(about_id=str(answer.pk)).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["forum.answered", "forum.hidden", "forum.shown", "forum.taken_back"]
    assert not any("canary" in str(entry.detail) for entry in Entry.objects.all())


@pytest.mark.parametrize(
    "text", ["", "   ", "> > >", "[](https://x.example)", "\n\n", "\u200b\u200b", "\u2060 \u3164", "**\u200b**"]
)
def test_a_post_without_words_is_refused(cast, question, text):
    with pytest.raises(Refused):
        services.answer(thread=question, by=cast.otto, text=text)


def test_a_first_line_that_shows_nothing_is_no_title(cast, ask_board):
    post = services.ask(board=ask_board, by=cast.nia, text="\u200b\nHow do you ask on nights?")
    assert post.thread.title.strip("\u200b ") == "How do you ask on nights?"


def test_a_coach_and_a_mentor_write_as_themselves(cast, ask_board):
    from forum.lists import page_of_board

    for person in (cast.colin, cast.max):
        post = services.ask(board=ask_board, by=person, text=f"A question by {person.name}")
        assert (post.team, post.thread.team) == (None, None)
        line = page_of_board(ask_board, cast.nia, "").lines[0]
        assert line.who == person.name == page_of(post.thread, cast.nia).posts[0].name


def test_who_cannot_read_a_post_cannot_hide_it(cast, question):
    for person in (cast.olga, cast.sol, cast.stan):
        with pytest.raises(Refused, match="cannot read"):
            services.hide(post=question.posts.get(), by=person)
    assert not Report.objects.exists()


def test_a_closed_series_is_read_only(cast, question):
    cast.cohort.closed_at = timezone.now()
    cast.cohort.save()
    question.board.cohort.refresh_from_db()
    with pytest.raises(Refused, match="closed"):
        services.answer(thread=question, by=cast.otto, text="Late")


def test_the_database_refuses_nonsense(cast, question):
    with pytest.raises(IntegrityError), transaction.atomic():
        question.posts.update(hidden_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        question.posts.update(hidden_at=timezone.now(), hidden_why="writer")
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(thread=question, number=1, by=cast.otto, role="participant", language="en")


def test_my_data_and_forgetting(cast, question):
    make.post(thread=question, by=cast.otto, text="My words")
    mine = registry.data_of.get("forum")(cast.otto)
    assert [post["text"] for post in mine["posts"]] == ["My words"]
    registry.forget.get("forum")(cast.otto)
    assert registry.data_of.get("forum")(cast.otto)["posts"] == []
    (shown,) = page_of(question, cast.nia).posts[1:]
    assert (shown.state, shown.name, shown.post.text) == ("Taken back by its writer", "", "")
