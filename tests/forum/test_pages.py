"""The forum's doors and pages, through HTTP, without JavaScript."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import override

from collaborative import pace
from desk.demo import make
from forum import services
from forum.forms import PostForm
from forum.models import Post, Thread
from notifications.models import PlannedMessage

pytestmark = pytest.mark.django_db

READERS = ["paula", "colin", "cora", "tess", "nia", "otto", "pierre", "max", "fia"]
OUTSIDERS = ["sol", "sela", "fay", "stan", "olga", "pia", "root"]


def client_of(user):
    client = Client()
    fresh = type(user).objects.get(pk=user.pk)  # a role that ends may end the sessions bound to it
    client.force_login(fresh, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(name, *args):
    with override("en"):
        return reverse(name, args=args)


def pages_of(cast, question):
    cohort = cast.cohort.pk
    return {
        "forum": address("forum", cohort),
        "board": address("forum_board", cohort, "ask"),
        "new": address("forum_new", cohort, "ask"),
        "thread": address("forum_thread", cohort, "ask", question.pk),
    }


def once():
    return str(uuid.uuid4())


def test_nested_addresses_must_belong_together(cast, question):
    elsewhere = make.thread(board=make.board(cohort=cast.other_cohort), by=cast.olga)
    client = client_of(cast.nia)
    wrong = [
        address("forum_thread", cast.cohort.pk, "tried", question.pk),
        address("forum_thread", cast.other_cohort.pk, "ask", question.pk),
        address("forum_thread", cast.cohort.pk, "ask", elsewhere.pk),
        address("forum_thread", cast.other_cohort.pk, "ask", elsewhere.pk),
        address("forum_board", cast.cohort.pk, "safe"),
        address("forum_new", cast.cohort.pk, "nope"),
    ]
    for url in wrong:
        assert client.get(url).status_code == 404, url
    for page in ("x", "-1", "99999999", "²"):
        assert (
            client.get(address("forum_thread", cast.cohort.pk, "ask", question.pk), {"after": page}).status_code == 404
        )


def test_home_leads_to_the_only_forum_or_asks(cast):
    client = client_of(cast.nia)
    assert client.get(address("forum_home")).url == address("forum", cast.cohort.pk)
    make.coach(team=cast.far_team, user=cast.nia)
    page = client.get(address("forum_home")).content.decode()
    assert address("forum", cast.cohort.pk) in page
    assert address("forum", cast.other_cohort.pk) in page
    assert "No forum yet" in client_of(cast.stan).get(address("forum_home")).content.decode()


def test_the_box_says_who_reads_and_has_no_title(cast):
    page = client_of(cast.nia).get(address("forum_new", cast.cohort.pk, "ask")).content.decode()
    line = "Read by: 4 people in 2 teams, their coaches (2), mentors and faculty (2) and the planning team (1). Not by sponsors."
    assert line in page
    assert "call 4321" in page
    assert page.index(line) < page.index("<textarea")
    assert page.count("<textarea") == 1
    assert 'type="text"' not in page
    assert "We tried …" in page


def test_ask_answer_take_back(cast):
    nia, joan = client_of(cast.nia), client_of(cast.otto)
    asked = nia.post(
        address("forum_new", cast.cohort.pk, "ask"), {"text": "How do you ask on nights?\nNo huddle.", "once": once()}
    )
    thread = Thread.objects.get()
    assert asked.url == address("forum_thread", cast.cohort.pk, "ask", thread.pk), "from its top, where the toast is"
    page = nia.get(asked.url).content.decode()
    assert re.search(r"Posted\. You can take it back until \d+:\d\d; nobody has been told yet\.", page)
    assert "<h1>" in page
    assert "How do you ask on nights?" in page

    answered = joan.post(asked.url, {"text": "At the kettle.", "once": once()})
    assert answered.url.endswith("#post-2")
    (message,) = PlannedMessage.objects.filter(kind="forum/reply").waiting()
    assert message.recipient == cast.nia
    back = joan.post(address("forum_take_back", Post.objects.get(number=2).pk))
    page = back.content.decode()
    assert back.status_code == 200
    assert "Taken back." in page
    assert "At the kettle.</textarea>" in page, "nothing typed is lost: the words stand in the box"
    assert not PlannedMessage.objects.filter(kind="forum/reply").waiting().exists()
    assert "At the kettle" not in nia.get(asked.url).content.decode()
    assert "Taken back by its writer" in nia.get(asked.url).content.decode()


def test_a_question_of_one_line_stands_once(cast):
    client, url = client_of(cast.nia), address("forum_new", cast.cohort.pk, "ask")

    def times(text: str, words: str) -> int:
        page = client.get(client.post(url, {"text": text, "once": once()}).url).content.decode()
        return page.split("</h1>")[1].split('id="write"')[0].count(words)

    assert times("How do you ask on nights & days?", "on nights &amp; days?") == 0
    assert times("Who *else* does?", "<em>else</em>") == 1, "what the title cannot show stands under it"
    assert times(f"{'Long ' * 40}question", "question</p>") == 1


def test_the_answer_box_speaks_of_an_answer(cast, question):
    url = address("forum_thread", cast.cohort.pk, "ask", question.pk)
    page = client_of(cast.otto).get(url).content.decode()
    assert ">Answer Nia<" in page
    assert "Here, it helped to …" in page
    assert "Has anyone …?" not in page
    begun = client_of(cast.otto).post(url, {"start": "here", "text": "ask first."}).content.decode()
    assert "Here, it helped to ask first.</textarea>" in begun
    assert ">Add to what you wrote<" in client_of(cast.nia).get(url).content.decode()
    services.hide(post=question.posts.get(), by=cast.paula)
    assert ">Write an answer<" in client_of(cast.otto).get(url).content.decode()


def test_only_so_many_posts_in_ten_minutes_and_the_words_stay(cast, question, monkeypatch):
    monkeypatch.setitem(pace.MOST, "forum", 3)
    client, url = client_of(cast.otto), address("forum_thread", cast.cohort.pk, "ask", question.pk)
    answers = [client.post(url, {"text": f"Answer {n}", "once": once()}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    page = answers[3].content.decode()
    assert "a great deal in a short time" in page
    assert "Answer 3</textarea>" in page
    asked = client.post(address("forum_new", cast.cohort.pk, "ask"), {"text": "And a question", "once": once()})
    assert asked.status_code == 200
    assert question.posts.count() == 4
    assert client_of(cast.nia).post(url, {"text": "Another account", "once": once()}).status_code == 302


def test_taking_back_a_question_gives_the_words_back_too(cast, question):
    page = client_of(cast.nia).post(address("forum_take_back", question.posts.get().pk)).content.decode()
    assert "How do you ask on nights?" in page
    page = client_of(cast.otto).get(address("forum", cast.cohort.pk)).content.decode()
    assert "on nights" not in page


def test_twice_is_once(cast, question):
    client, url = client_of(cast.otto), address("forum_thread", cast.cohort.pk, "ask", question.pk)
    form = {"text": "At the kettle.", "once": once()}
    first, second = client.post(url, form), client.post(url, form)
    assert first.url == second.url
    assert question.posts.count() == 2
    form = {"text": "Who else?", "once": once()}
    first, second = (client.post(address("forum_new", cast.cohort.pk, "ask"), form) for _ in range(2))
    assert first.url == second.url
    assert Thread.objects.count() == 2


def test_preview_and_beginnings_post_nothing_and_keep_the_text(cast, question):
    client, url = client_of(cast.otto), address("forum_thread", cast.cohort.pk, "ask", question.pk)
    page = client.post(url, {"text": "At the *kettle*.", "once": once(), "look": "1"}).content.decode()
    assert "<p>At the <em>kettle</em>.</p>" in page
    assert "At the *kettle*.</textarea>" in page
    page = client.post(url, {"text": "at ten.", "once": once(), "start": "tried"}).content.decode()
    assert "We tried at ten.</textarea>" in page
    page = client.post(url, {"text": "at ten.", "once": once(), "start": "nonsense"}).content.decode()
    assert "at ten.</textarea>" in page
    assert question.posts.count() == 1


def test_the_guard_asks_once_and_never_blocks(cast, question):
    client, url = client_of(cast.otto), address("forum_thread", cast.cohort.pk, "ask", question.pk)
    form = {"text": "J. T., room 12, told us the light frightens her.", "once": once()}
    asked = client.post(url, form)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "could point to one person" in page
    assert question.posts.count() == 1
    seen = re.search(r'name="guard_seen" value="([^"]+)"', page)[1]
    assert client.post(url, form | {"guard_seen": seen}).status_code == 302
    assert question.posts.count() == 2


@pytest.mark.parametrize(
    "text", ["", "   ", "x" * 100_000, "> > >", "[]()"], ids=["empty", "blank", "long", "marks", "link"]
)
def test_what_cannot_be_posted_gets_a_sentence_by_the_field(cast, question, text):
    client, url = client_of(cast.otto), address("forum_thread", cast.cohort.pk, "ask", question.pk)
    answer = client.post(url, {"text": text, "once": once()})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "invalid-feedback" in page
    assert escape(text) in page, "nothing typed is lost"
    assert question.posts.count() == 1


@pytest.mark.parametrize("sign", ["\x00", "\ud83d"])
def test_signs_that_cannot_be_kept_are_named_by_the_field(cast, question, sign):
    form = PostForm({"text": f"At the kettle.{sign}", "once": once()}, readers=["you"])
    assert not form.is_valid()
    assert "cannot be kept" in form.errors["text"][0]
    client, url = client_of(cast.otto), address("forum_thread", cast.cohort.pk, "ask", question.pk)
    body = f"text=At{sign}&look=1".encode("utf-8", "surrogatepass")
    assert client.post(url, body, content_type="application/x-www-form-urlencoded").status_code in (200, 400)
    assert question.posts.count() == 1


@pytest.mark.parametrize("path", ["forum", "forum_board", "forum_thread", "forum_new"])
def test_scripts_do_not_reach_a_page(cast, ask_board, path):
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    thread = make.thread(by=cast.nia, board=ask_board, text=f"{nasty}\n\n{nasty}\n\n[x](javascript:alert(1))")
    args = {"forum": [], "forum_board": ["ask"], "forum_new": ["ask"], "forum_thread": ["ask", thread.pk]}[path]
    page = client_of(cast.otto).get(address(path, cast.cohort.pk, *args)).content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_hide_and_show_from_the_page(cast, question):
    answer = make.post(thread=question, by=cast.otto, text="A word too much")
    url = address("forum_thread", cast.cohort.pk, "ask", question.pk)
    nia, paula = client_of(cast.nia), client_of(cast.paula)
    assert "Hide this" in nia.get(url).content.decode()
    nia.post(address("forum_hide", answer.pk))
    page = nia.get(url).content.decode()
    assert "Hidden until the planning team has looked" in page
    assert "A word too much" not in page
    assert "The planning team will look at it" in page
    waiting = paula.get(address("forum", cast.cohort.pk)).content.decode()
    assert "Waiting for your look" in waiting
    assert "Waiting for your look" not in client_of(cast.tess).get(address("forum", cast.cohort.pk)).content.decode()
    assert "A word too much" in paula.get(url).content.decode()
    assert nia.post(address("forum_show", answer.pk)).status_code == 302, "a slip is undone by the one who hid it"
    nia.post(address("forum_hide", answer.pk))
    type(answer).objects.filter(pk=answer.pk).update(hidden_at=timezone.now() - dt.timedelta(hours=1))
    assert nia.post(address("forum_show", answer.pk)).status_code == 403
    paula.post(address("forum_show", answer.pk))
    assert "A word too much" in nia.get(url).content.decode()
    assert "has looked at this" in nia.post(address("forum_hide", answer.pk), follow=True).content.decode()


def test_fifty_posts_a_page_and_they_do_not_shift(cast, question):
    make_many(question, cast.otto, 60)
    client, url = client_of(cast.nia), address("forum_thread", cast.cohort.pk, "ask", question.pk)
    first, second = client.get(url).content.decode(), client.get(url, {"after": 50}).content.decode()
    assert first.count('class="post') == 50
    assert second.count('class="post') == 11
    assert 'id="post-50"' in first
    assert 'id="post-51"' in second
    assert "Later answers" in first
    assert "Earlier answers" in second
    assert client.post(url, {"text": "Last", "once": once()}).url == f"{url}?after=50#post-62"


def make_many(thread, by, number):
    first = thread.last_number + 1
    Post.objects.bulk_create(
        Post(thread=thread, number=first + n, by=by, team=by.memberships.first().team, role="participant",
             language="en", text=f"Post {n}", html=f"<p>Post {n}</p>")
        for n in range(number)
    )  # fmt: skip
    Thread.objects.filter(pk=thread.pk).update(last_number=first + number - 1, post_count=first + number - 1)
    thread.refresh_from_db()


def statements(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries), [query["sql"][:140] for query in queries]


@pytest.mark.parametrize("name", ["nia", "paula", "pierre"])
def test_budget_of_the_pages(cast, question, ask_board, name):
    client = client_of(getattr(cast, name))
    pages = pages_of(cast, question)
    few = {door: statements(client, url) for door, url in pages.items()}
    for n in range(30):
        person = make.member(team=make.team(cohort=cast.cohort), name=f"Writer {n}")
        make.post(thread=question, by=person)
        make.thread(by=person, board=ask_board, text=f"Question {n}")
    many = {door: statements(client, url) for door, url in pages.items()}
    for door in pages:
        assert many[door][0] == few[door][0], (door, few[door][1], many[door][1])
        assert many[door][0] <= 9, (door, many[door][1])


def test_older_threads_are_behind_a_mark(cast, ask_board):
    for n in range(35):
        make.thread(by=cast.nia, board=ask_board, text=f"Question {n:02}")
    client, url = client_of(cast.otto), address("forum_board", cast.cohort.pk, "ask")
    first = client.get(url).content.decode()
    older = re.search(r'href="\?before=([^"]+)"', first)[1]
    second = client.get(url, {"before": older}).content.decode()
    assert [len(re.findall(r"Question \d\d", page)) for page in (first, second)] == [30, 5]
    assert client.get(url, {"before": "rubbish_1"}).status_code == 200


def test_the_mail_has_no_words_of_the_post(cast, question):
    from notifications.delivery import render

    answer = services.answer(thread=question, by=cast.otto, text="kettle-canary")
    letter = render(PlannedMessage.objects.about(answer).select_related("recipient").get())
    assert letter.subject == "Otto Reimer answered your question"
    for words in (letter.subject, letter.plain, letter.html):
        assert "canary" not in words
        assert "on nights" not in words
    assert address("forum_thread", cast.cohort.pk, "ask", question.pk) + "#post-2" in letter.plain


def test_french_words_say_that_they_are_french(cast, question):
    make.post(thread=question, by=cast.pierre, text="À la pause de trois heures.")
    page = client_of(cast.nia).get(address("forum_thread", cast.cohort.pk, "ask", question.pk)).content.decode()
    assert '<div class="body" dir="auto" lang="fr">' in page
    assert "patient or care partner" in page
