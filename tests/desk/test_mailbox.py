"""The planners' shared inbox: a reply reaches a person, nobody answers over another, and nobody else sees it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from email.message import EmailMessage

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import drafts
from audit.models import Entry
from collaborative.models import Cohort
from collaborative.services import give_role
from desk.mailbox import lists
from notifications import wording
from notifications.inbound import addresses, conversations
from notifications.inbound.receiving import receive
from notifications.models import Conversation, InboundMail, PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db

LIST = "/planning/mail/"


@pytest.fixture
def paula(cast, client):
    client.force_login(cast.paula)
    return client


@pytest.fixture
def waits(cast):
    """Nia has written to those who plan her cohort."""
    return make.mail_conversation(
        cohort=cast.cohort, person=cast.nia, subject="Session 2", words="Sick kid, cannot come."
    )


def page_of(row) -> str:
    return f"{LIST}{row.pk}/"


def names(answer) -> list[str]:
    return [one.name for one in answer.context["lines"]]


def waited(row, **since) -> Conversation:
    """Let a conversation wait for so long."""
    Conversation.objects.filter(pk=row.pk).update(waits_since=timezone.now() - dt.timedelta(**since))
    return row


def answer(client, row, words="See you at session 3.", version=None, **more):
    version = Conversation.objects.get(pk=row.pk).version if version is None else version
    return client.post(page_of(row), {"verb": "answer", "words": words, "version": version, **more})


# ---------------------------------------------------------------- from a mail to its answer


def test_a_reply_reaches_a_person_and_the_person_an_answer(cast, paula, settings):
    settings.INBOUND_ADDRESS = "answers@example.org"
    EmailAddress.objects.create(user=cast.nia, email=cast.nia.email, verified=True, primary=True)
    reminder = PlannedMessage.objects.about(cast.next_session).filter(recipient=cast.nia).first()

    def writes(words: str) -> str:
        mail = EmailMessage()
        mail["From"], mail["To"] = f"Nia Roy <{cast.nia.email}>", addresses.answer_address(reminder)
        mail["Subject"], mail["Message-ID"] = "Re: Session 2", f"<{uuid.uuid4().hex}@example.org>"
        mail.set_content(f"{words}\n\nOn Tuesday, the series wrote:\n> Session 2 is on Tuesday.\n")
        return receive(mail.as_bytes())

    assert writes("Can't, sick kid.") == "people"
    row = Conversation.objects.get()
    assert names(paula.get(LIST)) == ["Nia Roy"]
    page = paula.get(page_of(row)).content.decode()
    assert "Can&#x27;t, sick kid." in page
    assert "nurse, " in page, "who she is stands beside her name"
    assert answer(paula, row, "Get well! The recap comes to you.").url == page_of(row)
    message = PlannedMessage.objects.get(kind=conversations.ANSWER)
    letter = wording.render(message)
    assert (message.recipient, letter.subject) == (cast.nia, "Re: Session 2")
    assert "Get well! The recap comes to you.\n\nPaula Whitford" in letter.plain
    assert names(paula.get(LIST)) == []
    assert names(paula.get(f"{LIST}?show=mine")) == ["Nia Roy"]
    writes("Thank you!")
    assert names(paula.get(LIST)) == ["Nia Roy"]
    verbs = list(Entry.objects.filter(verb__startswith="conversation.").values_list("verb", "by"))
    assert verbs == [("conversation.answered", cast.paula.pk)]


# ---------------------------------------------------------------- who


def test_who_plans_sees_what_is_theirs_and_what_is_nobodys(cast):
    theirs = make.mail_conversation(cohort=cast.cohort, person=cast.nia)
    nobodys = make.mail_conversation(address="mina@clinic.example")
    of_programme = make.mail_conversation(address="who@clinic.example")
    Conversation.objects.filter(pk=of_programme.pk).update(
        scope_type="collaborative.programme", scope_id=str(cast.programme.pk)
    )
    seen = {"paula": {theirs, nobodys, of_programme}, "pia": {nobodys, of_programme}}
    for name, person in cast.people.items():
        client = Client()
        client.force_login(person)
        assert client.get(LIST).status_code == (200 if name in seen else 404), name
        for row in (theirs, nobodys, of_programme):
            assert client.get(page_of(row)).status_code == (200 if row in seen.get(name, ()) else 404), (name, row)
            if row not in seen.get(name, ()):
                assert client.post(page_of(row), {"verb": "close"}).status_code == 404, name
    assert set(Conversation.objects.values_list("state", flat=True)) == {"open"}


def test_whose_role_is_named_only_where_one_plans(cast, paula):
    row = make.mail_conversation(person=cast.olga, cohort=None)
    make.member(team=cast.other_team, user=cast.olga)
    (line,) = paula.get(LIST).context["lines"]
    assert (line.name, line.role) == ("Olga Ivanova", f"team member, {cast.other_team.name}")
    assert line.row == row


# ---------------------------------------------------------------- the list


def test_who_waits_longest_comes_first_and_each_list_has_its_own(cast, paula):
    early, late = (make.mail_conversation(cohort=cast.cohort, person=one) for one in (cast.nia, cast.pierre))
    waited(early, days=2)
    waited(late, hours=2)
    done = make.mail_conversation(cohort=cast.cohort, person=cast.tess)
    conversations.close(done, by=cast.paula)
    conversations.take(late, by=cast.paula)
    assert names(paula.get(LIST)) == ["Nia Roy", "Pierre Cyr"]
    assert names(paula.get(f"{LIST}?show=mine")) == ["Pierre Cyr"]
    assert set(names(paula.get(f"{LIST}?show=all"))) == {"Nia Roy", "Pierre Cyr", "Tess Holloway"}
    assert names(paula.get(f"{LIST}?show=nonsense&page=x")) == ["Nia Roy", "Pierre Cyr"]
    page = paula.get(LIST).content.decode()
    assert "Paula Whitford sees to it" in page
    assert "Nobody sees to it" in page


def test_a_mail_is_found_by_a_word_a_name_or_an_address(cast, paula):
    by_word = make.mail_conversation(cohort=cast.cohort, person=cast.nia, words="The parking is full.")
    by_name = make.mail_conversation(cohort=cast.cohort, person=cast.pierre, words="Bonjour.")
    by_address = make.mail_conversation(address="mina@clinic.example", words="Hello.")
    answered = make.mail_conversation(cohort=cast.cohort, person=cast.tess, words="Where?")
    conversations.answer(answered, words="On the ward.", by=cast.paula)
    found = {
        word: {one.row for one in paula.post(LIST, {"word": word}).context["lines"]}
        for word in ("parking", "PIERRE c", "@clinic", "the ward", "nowhere")
    }
    assert list(found.values()) == [{by_word}, {by_name}, {by_address}, {answered}, set()]
    make.mail_conversation(cohort=cast.other_cohort, person=cast.olga, words="parking")
    assert [one.row for one in paula.post(LIST, {"word": "parking"}).context["lines"]] == [by_word]


def test_one_cohort_alone_and_what_is_nobodys(cast, paula):
    make.mail_conversation(cohort=cast.cohort, person=cast.nia)
    make.mail_conversation(address="mina@clinic.example")
    another = make.cohort(programme=cast.programme)
    make.planner(cohort=another, user=cast.paula)
    make.mail_conversation(cohort=another, person=cast.tess)
    found = paula.get(f"{LIST}?cohort={cast.cohort.pk}")
    assert set(names(found)) == {"Nia Roy", "mina@clinic.example"}
    assert len(names(paula.get(LIST))) == 3
    for other in (cast.other_cohort.pk, "nonsense"):
        assert paula.get(f"{LIST}?cohort={other}").status_code == 404


def test_a_thousand_conversations_cost_what_one_costs(cast, paula):
    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert paula.get(url).status_code == 200
        return len(asked)

    row = make.mail_conversation(cohort=cast.cohort, person=cast.nia)
    row.mails.get().files.create(name="a.pdf", content_type="x", size=1, data=b"x")
    conversations.answer(row, words="Yes.", by=cast.paula)
    few = [cost(url) for url in (f"{LIST}?show=all", page_of(row), reverse("planning_cohort", args=[cast.cohort.pk]))]
    rows = [
        Conversation(
            person=cast.pierre, address="x@example.org", subject=f"S{nth}", scope_type=lists.SCOPE,
            scope_id=str(cast.cohort.pk), waits_since=timezone.now(),
        )
        for nth in range(1000)
    ]  # fmt: skip
    Conversation.objects.bulk_create(rows)
    InboundMail.objects.bulk_create(
        InboundMail(once=str(nth), conversation=one, words="Hello") for nth, one in enumerate(rows)
    )
    many = [cost(url) for url in (f"{LIST}?show=all", page_of(row), reverse("planning_cohort", args=[cast.cohort.pk]))]
    assert many == few
    assert max(many) <= 12
    assert len(names(paula.get(f"{LIST}?show=all&page=40"))) == lists.PAGE


# ---------------------------------------------------------------- one conversation


def test_own_words_first_and_the_whole_mail_behind_them(cast, paula, waits):
    make_file = waits.mails.get().files.create(name="plan <b>.pdf", content_type="text/html", size=9, data=b"<script>x")
    page = paula.get(page_of(waits)).content.decode()
    assert page.index("Sick kid, cannot come.") < page.index("<details") < page.index("&gt; What we wrote before")
    assert "plan &lt;b&gt;.pdf" in page
    file = paula.get(f"{page_of(waits)}files/{make_file.pk}/")
    assert file.content == b"<script>x"
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert (file.headers["X-Content-Type-Options"], "sandbox" in file.headers["Content-Security-Policy"]) == (
        "nosniff", True,
    )  # fmt: skip


def test_opening_it_marks_nothing_and_seen_is_said_by_a_press(cast, paula, waits):
    paula.get(page_of(waits))
    waits.refresh_from_db()
    assert waits.is_unread
    for verb in ("seen", "take"):
        Conversation.objects.update(is_unread=True)
        paula.post(page_of(waits), {"verb": verb})
        waits.refresh_from_db()
        assert not waits.is_unread, verb
    assert waits.owner == cast.paula


def test_take_close_and_reopen_leave_a_trail(cast, paula, waits):
    for verb in ("take", "take", "close", "close", "reopen", "reopen"):
        assert paula.post(page_of(waits), {"verb": verb}).url == page_of(waits)
    waits.refresh_from_db()
    assert (waits.state, waits.owner) == ("open", cast.paula)
    trail = Entry.objects.filter(verb__startswith="conversation.").order_by("pk").values_list("verb", "by")
    assert list(trail) == [(f"conversation.{verb}", cast.paula.pk) for verb in ("taken", "closed", "reopened")]


def in_trail() -> list[tuple]:
    rows = Entry.objects.filter(verb__startswith="conversation.").order_by("pk")
    return [(one.verb.removeprefix("conversation."), one.by_id, one.detail) for one in rows]


def give(client, row, to, *, seen: str):
    return client.post(page_of(row), {"verb": "give", "to": str(to.pk), "seen": seen}, follow=True)


def test_who_has_it_lets_it_go_pressed_twice_as_well(cast, paula, waits):
    assert 'value="let_go"' not in paula.get(page_of(waits)).content.decode(), "nobody has it"
    conversations.take(waits, by=cast.paula)
    assert 'value="let_go"' in paula.get(page_of(waits)).content.decode()
    for _press in range(2):
        answered = paula.post(page_of(waits), {"verb": "let_go"}, follow=True)
        assert "You have let it go" in answered.content.decode()
    waits.refresh_from_db()
    assert waits.owner is None
    assert "Nobody sees to it" in paula.get(LIST).content.decode()
    assert [verb for verb, *_rest in in_trail()] == ["taken", "let_go"]


def test_what_somebody_else_took_over_meanwhile_is_not_let_go(cast, paula, waits):
    petra = make.planner(cohort=cast.cohort, name="Petra Voss")
    conversations.take(waits, by=cast.paula)
    conversations.take(waits, by=petra)
    answered = paula.post(page_of(waits), {"verb": "let_go"}, follow=True)
    assert "Meanwhile Petra Voss sees to it." in answered.content.decode()
    waits.refresh_from_db()
    assert waits.owner == petra


def test_it_is_given_to_another_planner_pressed_twice_as_well(cast, paula, waits):
    petra = make.planner(cohort=cast.cohort, name="Petra Voss")
    for _press in range(2):
        answered = give(paula, waits, petra, seen="")
        assert answered.redirect_chain[-1][0] == page_of(waits)
    waits.refresh_from_db()
    assert (waits.owner, waits.is_unread) == (petra, False)
    assert in_trail() == [("given", cast.paula.pk, {"to": str(petra.pk)})]
    assert "Petra Voss sees to it" in paula.get(LIST).content.decode()
    theirs = Client()
    theirs.force_login(petra)
    assert names(theirs.get(f"{LIST}?show=mine")) == ["Nia Roy"]
    assert give(theirs, waits, cast.paula, seen=str(petra.pk)).status_code == 200
    waits.refresh_from_db()
    assert waits.owner == cast.paula


def test_of_two_who_give_it_at_once_the_second_reads_who_has_it(cast, paula, waits):
    petra, pam = (make.planner(cohort=cast.cohort, name=name) for name in ("Petra Voss", "Pam Ito"))
    late = Client()
    late.force_login(petra)
    give(paula, waits, pam, seen="")
    answered = give(late, waits, cast.paula, seen="")
    assert "Meanwhile Pam Ito sees to it. Look again." in answered.content.decode()
    waits.refresh_from_db()
    assert waits.owner == pam
    conversations.let_go(waits, by=pam)
    assert "Meanwhile it was let go" in give(late, waits, cast.paula, seen=str(pam.pk)).content.decode()


def test_what_was_closed_meanwhile_is_neither_given_nor_let_go(cast, paula, waits):
    petra = make.planner(cohort=cast.cohort, name="Petra Voss")
    conversations.take(waits, by=cast.paula)
    conversations.close(waits, by=petra)
    for answered in (
        give(paula, waits, petra, seen=str(cast.paula.pk)),
        paula.post(page_of(waits), {"verb": "let_go"}, follow=True),
    ):
        assert "Meanwhile it was closed." in answered.content.decode()
    waits.refresh_from_db()
    assert waits.owner == cast.paula


@pytest.mark.parametrize("verb", ["take", "seen", "close"])
def test_what_is_typed_stays_when_another_button_is_pressed(paula, waits, verb):
    page = paula.get(page_of(waits)).content.decode()
    assert f'form="answer" name="verb" value="{verb}"' in page
    typed = {"words": "We count on you.", "version": waits.version}
    answered = paula.post(page_of(waits), {"verb": verb, **typed}, follow=True)
    assert "We count on you." in answered.content.decode()
    assert not waits.answers.exists()
    waits.refresh_from_db()
    shown = str(answered.context["form"]["version"].value())
    assert shown == str(waits.version), "one's own press is nothing that happened while one wrote"


def test_they_are_listed_as_people_sort_names(cast, waits):
    for name in ("Zoé Roy", "Élodie Roy", "Emma Roy"):
        make.planner(cohort=cast.cohort, name=name)
    names = lists.others_who_may_see(waits, cast.paula, lists.cohorts_of(cast.paula)).values()
    assert list(names) == ["Élodie Roy", "Emma Roy", "Zoé Roy"]


def test_it_is_given_to_nobody_who_may_not_see_it(cast, paula, waits):
    assert "Give it to" not in paula.get(page_of(waits)).content.decode(), "nobody else plans here"
    petra = make.planner(cohort=cast.cohort, name="Petra Voss")
    gone = make.planner(cohort=cast.cohort, name="Gone Away")
    gone.is_active = False
    gone.save()
    whole = make.person(name="Wanda Whole")
    give_role(user=whole, role="planner", by=None, programme=cast.programme)
    give_form = paula.get(page_of(waits)).context["give"]
    assert [name for _key, name in give_form.fields["to"].choices] == ["Choose somebody", "Petra Voss", "Wanda Whole"]
    for to in (cast.nia, cast.pia, gone, cast.paula):
        answered = paula.post(page_of(waits), {"verb": "give", "to": str(to.pk), "seen": ""})
        assert answered.context["give"].errors.keys() == {"to"}
        assert "<details open" in answered.content.decode()
    of_programme, nobodys = make.mail_conversation(address="who@clinic.example"), make.mail_conversation()
    Conversation.objects.filter(pk=of_programme.pk).update(
        scope_type="collaborative.programme", scope_id=str(cast.programme.pk)
    )
    for row in (of_programme, nobodys):
        offered = dict(paula.get(page_of(row)).context["give"].fields["to"].choices)
        assert {"", str(petra.pk), str(whole.pk)} == set(offered), "those with whom she plans"
        assert all(Conversation.objects.visible_to(one).filter(pk=row.pk).exists() for one in (petra, whole))
    Conversation.objects.filter(pk=waits.pk).update(
        owner=whole, state="closed", waits_since=None, closed_at=timezone.now()
    )
    assert 'value="give"' not in paula.get(page_of(waits)).content.decode()


def test_two_who_answer_at_once_both_see_it_and_nothing_is_lost(cast, paula, waits):
    other = make.planner(cohort=cast.cohort, name="Petra Voss")
    late = Client()
    late.force_login(other)
    answer(paula, waits, "From Paula.", version=0)
    refused = answer(late, waits, "From Petra.", version=0)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Something happened here while you were writing" in page
    assert "From Paula." in page
    assert refused.context["form"]["words"].value() == "From Petra."
    assert list(waits.answers.values_list("words", flat=True)) == ["From Paula."]
    version = refused.context["form"]["version"].value()
    assert answer(late, waits, "From Petra.", version=version).status_code == 302
    assert list(waits.answers.values_list("words", "by__name")) == [
        ("From Paula.", "Paula Whitford"), ("From Petra.", "Petra Voss"),
    ]  # fmt: skip


def test_pressed_twice_it_is_sent_once(cast, paula, waits):
    key = str(uuid.uuid4())
    for _press in range(2):
        assert answer(paula, waits, version=0, once=key).status_code == 302
    assert PlannedMessage.objects.filter(kind=conversations.ANSWER).count() == 1


def test_an_answer_is_taken_back_within_its_minutes_and_its_words_are_a_draft(cast, paula, waits):
    url = page_of(waits)
    page = paula.post(
        url, {"verb": "answer", "words": "See you then.", "version": Conversation.objects.get().version}, follow=True
    ).content.decode()
    assert "Until then you can take it back." in page
    undo = set(re.findall(r'action="([^"]+/answers/[^"]+/undo/)"', page))
    assert len(undo) == 1, "the message and the answer itself lead to one place"
    assert page.count(undo.copy().pop()) == 2
    drafts.save(cast.paula, f"desk/mail/{waits.pk}", QueryDict("words=And%20one%20thing%20more"))
    for _press in range(2):
        answered = paula.post(undo.copy().pop(), follow=True)
        assert answered.redirect_chain[0][0] == url
        assert answered.context["form"].initial["words"] == "See you then.\n\nAnd one thing more"
    assert "Taken back: nothing was sent." in answered.content.decode()
    assert PlannedMessage.objects.get(kind=conversations.ANSWER).state == "void"
    assert names(paula.get(LIST)) == ["Nia Roy"], "she waits as before"
    assert answer(paula, waits, "See you at session 4.").status_code == 302
    assert PlannedMessage.objects.filter(kind=conversations.ANSWER, state="planned").count() == 1


def test_only_its_writer_takes_it_back_and_not_once_it_has_left(cast, paula, waits):
    answer(paula, waits)
    written = waits.answers.get()
    paula.get(page_of(waits))  # with the message that it can be taken back
    url = reverse("planning_mail_answer_undo", args=[waits.pk, written.pk])
    petra = Client()
    petra.force_login(make.planner(cohort=cast.cohort, name="Petra Voss"))
    assert url not in petra.get(page_of(waits)).content.decode()
    assert "Leaves" in petra.get(page_of(waits)).content.decode()
    assert "Only the one who wrote it can take it back." in petra.post(url, follow=True).content.decode()
    PlannedMessage.objects.filter(kind=conversations.ANSWER).update(state="sent", sent_at=timezone.now())
    assert url not in paula.get(page_of(waits)).content.decode()
    assert "It has left already." in paula.post(url, follow=True).content.decode()
    assert waits.answers.count() == 1


def test_where_its_draft_would_be_too_long_it_stands_as_it_was(cast, paula, waits, monkeypatch):
    answer(paula, waits)
    monkeypatch.setattr("accounts.drafts.MOST_BYTES", 5)
    page = paula.post(reverse("planning_mail_answer_undo", args=[waits.pk, waits.answers.get().pk]), follow=True)
    assert "too long for a draft" in page.content.decode()
    assert PlannedMessage.objects.get(kind=conversations.ANSWER).state == "planned"


def test_what_cannot_be_sent_comes_back_with_a_sentence(cast, paula, waits):
    for words, said in (("", "Write something here"), ("x" * 10_001, "10000 characters fit here")):
        refused = answer(paula, waits, words)
        assert said in refused.content.decode()
        assert refused.context["form"]["words"].value() == words
    asked = answer(paula, waits, "Call Nia at 709-555-0199.")
    assert asked.context["form"].guards
    assert not waits.answers.exists()


def test_the_page_says_which_language_its_writer_reads_and_who_reads_the_answer(cast, paula):
    row = make.mail_conversation(cohort=cast.cohort, person=cast.pierre)
    page = paula.get(page_of(row)).content.decode()
    assert "Pierre Cyr reads French: answer in French." in page
    assert "Read by: Pierre Cyr and the planning team (1)." in page
    stranger = make.mail_conversation(address="mina@clinic.example")
    assert "mina@clinic.example reads English" in paula.get(page_of(stranger)).content.decode()


def test_an_answer_that_came_back_says_so(cast, paula, waits):
    answer(paula, waits)
    PlannedMessage.objects.filter(kind=conversations.ANSWER).update(state="dead", reason="bad_address")
    message = PlannedMessage.objects.get(kind=conversations.ANSWER)
    page = paula.get(page_of(waits)).content.decode()
    assert "Could not be delivered" in page
    assert reverse("planning_message", args=[message.pk]) in page


def test_the_list_and_the_room_show_how_the_mail_begins(cast, paula, waits):
    InboundMail.objects.filter(conversation=waits).update(words="\n  Sick   kid, cannot come.\nSee you!\n" + "x" * 5000)
    [line] = paula.get(LIST).context["lines"]
    assert line.begins == "Sick kid, cannot come."
    assert "Sick kid, cannot come." in paula.get(LIST).content.decode()
    room = paula.get(reverse("planning_cohort", args=[cast.cohort.pk])).content.decode()
    assert "“Sick kid, cannot come.”" in room
    [found] = paula.post(LIST, {"word": "sick"}).context["lines"]
    assert found.begins == line.begins


@pytest.mark.parametrize(
    ("words", "begins"),
    [("", ""), (None, ""), (" \n\t\n", ""), ("a\r\nb", "a"), ("w" * 200, "w" * 119 + "…")],
    ids=["nothing", "erased", "blank", "two lines", "long"],
)
def test_of_a_mail_the_first_line_in_which_something_stands_is_shown(words, begins):
    assert lists.first_line(words) == begins


def test_who_got_what_is_one_press_away(cast, paula, waits):
    page = paula.get(page_of(waits)).content.decode()
    assert f'action="{reverse("planning_outbox", args=[cast.cohort.pk])}"' in page
    assert "What Nia Roy got from here" in page


def test_whoever_was_forgotten_cannot_be_answered(cast, paula, waits):
    Conversation.objects.filter(pk=waits.pk).update(
        person=None, address="", subject="", state="closed", waits_since=None, closed_at=timezone.now(),
        emptied_at=timezone.now(),
    )  # fmt: skip
    waits.mails.update(words="", everything="", sender="", person=None, emptied_at=timezone.now())
    page = paula.get(page_of(waits)).content.decode()
    assert "there is nobody to answer" in page
    assert "Its words were erased." in page


# ---------------------------------------------------------------- in the planning room


def test_the_planning_room_says_how_many_wait_and_since_when(cast, paula, waits):
    room = reverse("planning_cohort", args=[cast.cohort.pk])
    waited(make.mail_conversation(address="mina@clinic.example"), days=3)
    make.mail_conversation(cohort=cast.other_cohort, person=cast.olga)
    need = next(one for one in paula.get(room).context["needs"] if one.icon == "mail")
    assert need.text == "2 mails wait for an answer"
    assert need.evidence.startswith("The first one since ")
    assert paula.get(need.url).status_code == 200
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_at=timezone.now())
    assert [one.icon for one in paula.get(room).context["needs"]] == ["mail"], "people write after the end as well"
    for row in Conversation.objects.all():
        conversations.close(row, by=cast.paula)
    assert not any(one.icon == "mail" for one in paula.get(room).context["needs"])


def test_the_messages_of_a_cohort_lead_to_it(cast, paula):
    page = paula.get(reverse("planning_outbox", args=[cast.cohort.pk])).content.decode()
    assert f"{LIST}?cohort={cast.cohort.pk}" in page


def test_in_french(cast, client):
    cast.paula.language = "fr"
    cast.paula.save()
    client.force_login(cast.paula)
    row = make.mail_conversation(cohort=cast.cohort, person=cast.pierre, subject="")
    page = client.get("/fr/planification/courriels/").content.decode()
    assert "Attend une réponse" in page
    assert "Sans objet" in page
    thread = client.get(f"/fr/planification/courriels/{row.pk}/").content.decode()
    assert "Pierre Cyr lit le français\xa0: répondez en français." in thread
