"""An answer in the forum that comes by mail is posted as from the page; what may not stand there waits as a draft."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import drafts
from collaborative.models import Membership
from collaborative.pace import MOST
from collaborative.services import end_role
from core.forms import listing
from core.time import clock
from forum import replies, services
from forum.models import Post, Thread
from forum.reading import place_of, readers_of
from notifications import wording
from notifications.briefing import Briefing
from notifications.inbound.incoming import Incoming
from notifications.letters import Attached
from notifications.models import PlannedMessage
from notifications.services import plan
from tests import make
from tests.improvement.conftest import leaving

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast, question):
    """The mail that tells Nia of Otto's answer to her question."""
    post = make.post(thread=question, by=cast.otto, text="Ask at the huddle.")
    return PlannedMessage.objects.about(post).get(recipient=cast.nia)


def mail(message, words: str, *files, person=None) -> Incoming:
    person = person or message.recipient
    return Incoming(
        key=uuid.uuid4(), sender=person.email, person=person, subject="Re: an answer", words=words,
        everything=f"{words}\n\n> what we wrote", language=person.language, answers=message, files=files,
    )  # fmt: skip


def last_of(thread) -> Post:
    return thread.posts.order_by("number").last()


def not_posted(person) -> tuple[PlannedMessage, str]:
    """Return the one mail that says why, and its words."""
    (row,) = PlannedMessage.objects.filter(kind=replies.NOT_POSTED, recipient=person)
    return row, wording.render(row).plain


def test_it_stands_in_the_thread_in_its_writers_name_and_the_others_are_told(cast, question, told):
    assert replies.handle(mail(told, "We did, and it helped.")) == "posted"
    post = last_of(question)
    assert (post.by, post.team, post.text, post.number) == (cast.nia, cast.team, "We did, and it helped.", 3)
    (news,) = PlannedMessage.objects.about(post)
    assert (news.recipient, news.kind, news.due_at) == (cast.otto, "forum/reply", post.told_from)
    assert not PlannedMessage.objects.filter(kind=replies.NOT_POSTED).exists()


def test_many_answers_are_asked_for_at_once(cast, question):
    for _nth in range(8):
        make.thread(by=cast.nia, board=question.board)
    threads = Thread.objects.filter(board=question.board)
    posts = [make.post(thread=one, by=cast.tess, text="Yes.") for one in threads]
    rows = PlannedMessage.objects.filter(kind=replies.REPLY, recipient=cast.nia).select_related("recipient")
    many = list(rows.filter(source_id__in=[str(one.pk) for one in posts]))
    assert len(many) == 9

    def letters(some) -> int:
        with CaptureQueriesContext(connection) as asked:
            briefing = Briefing(some)
            said = [wording.render(one, briefing.said).plain for one in some]
        assert all("Tess" in one for one in said)
        return len(asked)

    letters(many)  # what the process keeps is read once
    assert letters(many) == letters(many[:1])


def test_it_can_be_taken_back_as_from_the_page(cast, question, told):
    replies.handle(mail(told, "We did."))
    post = last_of(question)
    assert services.take_back(post=post, by=cast.nia) == "We did."
    assert PlannedMessage.objects.about(post).waiting().count() == 0


def test_it_is_of_the_language_it_is_written_in(cast, question):
    post = make.post(thread=question, by=cast.pierre, text="Demandez.")
    told = PlannedMessage.objects.about(post).get(recipient=cast.nia)
    assert replies.handle(mail(told, "Merci beaucoup, nous avons essayé avec les infirmières.")) == "posted"
    assert last_of(question).language == "fr"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Her card is 1234-567-890, look her up.", "a person could be recognised"),
        ("Call me at 709-555-0199.", "a person could be recognised"),
        ("x" * (services.LONGEST + 1), "longer than fits"),
    ],
)
def test_what_the_page_would_ask_about_waits_as_a_draft(cast, question, told, client, words, why):
    assert replies.handle(mail(told, words)) == "not_posted"
    assert question.posts.count() == 2
    row, said = not_posted(cast.nia)
    assert why in said
    assert words not in said
    assert f"/forum/ask/{question.pk}/" in said
    assert (row.lang or cast.nia.language, row.scope_id) == ("en", str(cast.cohort.pk))
    client.force_login(cast.nia)
    page = client.get(f"/cohorts/{cast.cohort.pk}/forum/ask/{question.pk}/")
    assert page.context["form"].initial["text"].strip() == words


def test_a_draft_that_is_there_already_is_kept_before_it(cast, question, told):
    replies.handle(mail(told, "Call 709-555-0199."))
    replies.handle(mail(told, "Or call 709-555-0123."))
    typed = drafts.load(cast.nia, replies.draft_of(question))["text"]
    assert typed == "Call 709-555-0199.\n\nOr call 709-555-0123."


def test_what_is_too_long_even_for_a_draft_is_read_by_people(cast, question, told):
    assert replies.handle(mail(told, "x" * (drafts.MOST_BYTES - 100))) == "not_posted"
    assert replies.handle(mail(told, "y" * 200)) == "posted", "what fits still stands there"
    assert replies.handle(mail(told, "z" * (drafts.MOST_BYTES + 1))) is None
    assert replies.handle(mail(told, "Call 709-555-0199. " * 10)) is None, (
        "it does not fit under what waits there already"
    )
    assert PlannedMessage.objects.filter(kind=replies.NOT_POSTED).count() == 1, (
        "nobody is told that words wait which do not"
    )
    assert "z" not in drafts.load(cast.nia, replies.draft_of(question))["text"]


def test_without_words_it_is_said_and_with_a_file_alone_people_look(cast, question, told):
    assert replies.handle(mail(told, " \n")) == "not_posted"
    assert "no words of yours" in not_posted(cast.nia)[1]
    assert replies.handle(mail(told, "", Attached("plan.pdf", "application/pdf", b"x"))) is None


# ---------------------------------------------------------------- its writer is told that it stands there


def stands(person) -> PlannedMessage:
    """Return the one mail that says so."""
    return PlannedMessage.objects.get(kind=replies.STANDS, recipient=person)


def test_its_writer_is_told_at_once_who_reads_it_and_how_it_is_taken_back(cast, question, told, client):
    replies.handle(mail(told, "We did, and it helped."))
    row, post = stands(cast.nia), last_of(question)
    assert row.due_at <= timezone.now()
    letter = leaving(row)
    plain = " ".join(letter.plain.split())
    assert letter.subject == "Your answer stands in “Ask and answer”"
    assert "it helped" not in letter.plain + letter.html + letter.subject, "a mailbox is not the forum"
    assert f"Read by: {listing(readers_of(cast.cohort))}." in plain
    until = clock(post.told_from, cast.nia.time_zone, "en")
    assert f"Nobody is told of it before {until}. You can take it back until then and later" in plain
    assert f"/forum/ask/{question.pk}/#post-{post.number}" in plain
    assert "attached" not in plain
    client.force_login(cast.nia)
    page = client.get(place_of(post).partition("#")[0]).content.decode()
    assert f'id="post-{post.number}"' in page
    assert reverse("forum_take_back", args=[post.pk]) in page
    assert not PlannedMessage.objects.filter(kind=replies.STANDS).exclude(pk=row.pk).exists()


def test_it_is_told_in_its_writers_language(cast, question):
    post = make.post(thread=question, by=cast.pierre, text="Demandez.")
    again = make.post(thread=question, by=cast.nia, text="Oui.")
    told = PlannedMessage.objects.about(again).get(recipient=cast.pierre)
    assert replies.handle(mail(told, "We tried it with the night shift and it helped.")) == "posted"
    assert last_of(question).language == "en"
    letter = leaving(stands(cast.pierre))
    assert "est dans la conversation, sous «\u00a0Questions et réponses\u00a0», avec votre nom" in letter.plain
    assert "Lu par\u00a0:" in letter.plain
    assert post.by == cast.pierre


@pytest.mark.parametrize("how", ["taken back", "reader", "planner"])
def test_taken_back_or_hidden_first_it_is_not_told(cast, question, told, how):
    replies.handle(mail(told, "We did."))
    post, row = last_of(question), stands(cast.nia)
    assert leaving(row)
    if how == "taken back":
        services.take_back(post=post, by=cast.nia)
    else:
        services.hide(post=post, by=cast.tess if how == "reader" else cast.paula)
    assert leaving(row) is None


def test_who_has_no_role_there_any_more_and_who_did_not_write_it_is_not_told(cast, question, told):
    replies.handle(mail(told, "We did."))
    post = last_of(question)
    stray = plan(replies.STANDS, to=cast.otto, about=(replies.STANDS_SOURCE, post.pk), due=None, scope=cast.cohort)
    assert leaving(stray) is None
    row = stands(cast.nia)
    assert leaving(row)
    end_role(membership=Membership.objects.get(user=cast.nia, team=cast.team), by=cast.tess)
    assert leaving(row) is None


def test_who_posts_on_the_page_gets_no_mail_and_the_others_hear_as_before(cast, question, told):
    make.post(thread=question, by=cast.nia, text="We did.")
    assert not PlannedMessage.objects.filter(kind=replies.STANDS).exists()
    replies.handle(mail(told, "And it helped."))
    services.take_back(post=last_of(question), by=cast.nia)
    later = make.post(thread=question, by=cast.otto, text="Good.")
    heard = {one.recipient for one in PlannedMessage.objects.about(later).waiting()}
    assert heard <= {cast.nia}


def test_when_the_others_have_been_told_no_hour_is_named(cast, question, told):
    replies.handle(mail(told, "We did."))
    Post.objects.filter(by=cast.nia).update(created_at=timezone.now() - dt.timedelta(days=1))
    plain = leaving(stands(cast.nia)).plain
    assert "Nobody is told of it before" not in plain
    assert "You can take it back on its page:" in plain


def test_planners_find_a_sample_among_the_kinds(cast, question, told, client):
    replies.handle(mail(told, "We did."))
    client.force_login(cast.paula)
    page = client.get(reverse("planning_kind", args=[cast.cohort.pk, "forum", "stands"])).content.decode()
    assert "Your answer stands in “Ask and answer”" in page
    assert "Votre réponse est dans «" in page


def test_what_was_attached_does_not_stand_there_and_the_same_mail_says_so(cast, question, told):
    assert replies.handle(mail(told, "Here is our plan.", Attached("plan.pdf", "application/pdf", b"x"))) == "posted"
    assert last_of(question).text == "Here is our plan."
    letter = leaving(stands(cast.nia))
    assert letter.subject == "Your answer stands in “Ask and answer”, without the file"
    assert "What you attached does not: files cannot be put there." in " ".join(letter.plain.split())
    assert not PlannedMessage.objects.filter(kind=replies.NOT_POSTED).exists(), "one mail"
    logo = Attached("image001.png", "image/png", b"x" * 4000)
    assert replies.handle(mail(told, "And one more thing.", logo)) == "posted"
    newest = PlannedMessage.objects.filter(kind=replies.STANDS).order_by("created_at").last()
    assert leaving(newest).subject == "Your answer stands in “Ask and answer”"


def test_a_closed_series_and_a_hidden_conversation_are_told_kindly(cast, question, told):
    services.take_back(post=question.posts.get(number=1), by=cast.nia)
    assert replies.handle(mail(told, "Thank you.")) == "not_posted"
    hidden, said = not_posted(cast.nia)
    assert "taken back or hidden" in said
    type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(closed_at=timezone.now())
    assert replies.handle(mail(told, "Thank you.")) == "not_posted"
    (closed,) = PlannedMessage.objects.filter(kind=replies.NOT_POSTED).exclude(pk=hidden.pk)
    assert "The series is closed" in wording.render(closed).plain
    assert question.posts.count() == 2


def test_who_may_not_write_there_any_more_is_told_so_without_a_link(cast, question, told):
    end_role(membership=Membership.objects.get(user=cast.nia, team=cast.team), by=cast.tess)
    assert replies.handle(mail(told, "Thank you.")) == "not_posted"
    said = not_posted(cast.nia)[1]
    assert "You have no role there any more" in said
    assert str(question.pk) not in said
    assert drafts.load(cast.nia, replies.draft_of(question)) is None


def test_faster_than_anybody_writes_it_waits(cast, question, told, monkeypatch):
    monkeypatch.setitem(MOST, "forum", 1)
    assert replies.handle(mail(told, "One.")) == "posted"
    assert replies.handle(mail(told, "Two.")) == "not_posted"
    assert drafts.load(cast.nia, replies.draft_of(question))["text"] == "Two."


def test_other_mails_are_not_the_forums(cast, question, told):
    other = PlannedMessage.objects.about(cast.next_session).filter(recipient=cast.nia).first()
    assert replies.handle(mail(other, "We did.")) is None
    assert replies.handle(mail(told, "We did.", person=cast.tess)) is None
    assert question.posts.count() == 2


def test_a_board_that_is_not_named_here_is_never_answered_by_mail(cast, question, told, monkeypatch):
    monkeypatch.setattr(replies, "BY_MAIL", frozenset())
    assert replies.handle(mail(told, "We did.")) is None
    assert Thread.objects.get(pk=question.pk).post_count == 2


def test_the_mail_says_that_it_can_be_answered_where_mail_is_read(told, settings):
    settings.INBOUND_ADDRESS = ""
    assert "answer this mail" not in wording.render(told).plain
    settings.INBOUND_ADDRESS = "answers@example.org"
    assert "answer this mail: what you write then stands in the conversation" in wording.render(told).plain
