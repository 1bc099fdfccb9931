"""The page of somebody who speaks, what it takes, what it tells, and what becomes of it."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
import time_machine
import vobject
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from collaborative.reschedule import undo
from core.refusals import Overtaken, Refused
from files import services as files
from files.models import StoredFile
from notifications import by_hand
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from sessions import cancelling, materials, people, services
from sessions.models import Appearance, LearningSession, Material, Slides, Speaker
from sessions.speaking import links as speaker_links
from sessions.speaking import mail as speaker_mail
from sessions.speaking import own_page as speaking
from sessions.speaking import speakers
from surveys import passing_on
from surveys.models import Round
from tests import make
from tests.files import nasty

pytestmark = pytest.mark.django_db
MEETING = "https://zoom.us/j/77"


@pytest.fixture
def planned(cast):
    row = cast.next_session
    services.set_meeting_address(learning_session=row, url=MEETING, by=cast.paula)
    return row


@pytest.fixture
def ada(cast, planned) -> Appearance:
    """Ada speaks from Winnipeg."""
    speaker = Speaker.objects.create(
        programme=cast.programme, name="Ada Roy", email="Ada@Example.org", city="winnipeg", language="en"
    )
    return Appearance.objects.create(learning_session=planned, speaker=speaker, introduced_by="Paula", minutes=20)


def url(appearance: Appearance, name: str = "speaker_page", *more) -> str:
    return reverse(name, args=[speaker_links.token_for(appearance), *more])


def sent(name="slides.pdf", more: bytes = b""):
    return nasty.sent(nasty.pdf(more), name)


def waiting(appearance: Appearance) -> list[str]:
    rows = PlannedMessage.objects.about(appearance).waiting().order_by("due_at", "kind")
    return [f"{row.kind.removeprefix('sessions/speaker-')} {row.occurrence}".split(" 20")[0] for row in rows]


# ---------------------------------------------------------------- the page


def test_the_page_says_both_clocks_and_never_the_address(cast, planned, ada, client):
    page = client.get(url(ada)).content.decode()
    for words in ("in Winnipeg", "Paula introduces you.", "You have 20 minutes."):
        assert words in page
    assert MEETING not in page
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(("minutes", "stands"), [(-60, False), (-5, True), (30, True), (60 * 24, False)])
def test_the_number_to_call_stands_there_while_the_room_is_open(planned, ada, client, minutes, stands):
    LearningSession.objects.filter(pk=planned.pk).update(dial_in="1 855 555-0188,,123#")
    with time_machine.travel(planned.starts_at + dt.timedelta(minutes=minutes)):
        assert ("555-0188" in client.get(url(ada)).content.decode()) is stands


def test_looking_changes_nothing(ada, client, django_assert_max_num_queries):
    before = Appearance.objects.values().get()
    with django_assert_max_num_queries(12):
        client.get(url(ada))
    assert Appearance.objects.values().get() == before
    for name in ("speaker_slides", "speaker_access", "speaker_who", "speaker_consent", "speaker_join"):
        assert client.get(url(ada, name)).status_code == 405


def test_slides_have_versions_and_a_wrong_file_is_said_beside_the_box(ada, client):
    assert client.post(url(ada, "speaker_slides"), {"slides-language": "en", "slides-file": sent()}).status_code == 302
    client.post(url(ada, "speaker_slides"), {"slides-language": "en", "slides-file": sent("v2.pdf", b"%2\n")})
    page = client.get(url(ada)).content.decode()
    assert page.index("English, version 2") < page.index("English, version 1")
    wrong = nasty.sent(nasty.office("docx"), "talk.docx")
    answer = client.post(url(ada, "speaker_slides"), {"slides-language": "fr", "slides-file": wrong})
    assert "taken here: PDF, PowerPoint" in str(answer.context["slides_form"].errors["file"])
    first = Slides.objects.get(number=1)
    got = client.get(url(ada, "speaker_version", first.pk))
    assert b"".join(got.streaming_content) == nasty.pdf()
    assert got["Content-Disposition"].startswith("attachment")


def test_the_same_upload_twice_is_one_version(ada, client):
    once = str(client.get(url(ada)).context["slides_form"]["once"].value())
    for _n in range(2):
        client.post(url(ada, "speaker_slides"), {"slides-language": "en", "slides-file": sent(), "slides-once": once})
    assert Slides.objects.count() == 1


def test_ticks_name_and_town(ada, client):
    client.post(url(ada, "speaker_access"), {"access-access": ["size", "aloud"], "access-version": "1"})
    who = {"who-spoken_name": "AH-da", "who-affiliation_en": "The clinic", "who-affiliation_fr": "La clinique"}
    client.post(url(ada, "speaker_who"), who | {"who-city": "gander", "who-version": "1"})
    row = Appearance.objects.select_related("speaker").get()
    assert row.access == ["size", "aloud"]
    assert (row.speaker.spoken_name, row.speaker.city) == ("AH-da", "gander")
    late = client.post(url(ada, "speaker_who"), who | {"who-spoken_name": "Ada", "who-version": "1"})
    assert late.status_code == 409
    assert "nothing is lost" in late.content.decode()
    with pytest.raises(Overtaken):
        speaking.tick(appearance=row, access=[], version=1)


def test_two_consents_apart_each_can_be_taken_back(ada, client):
    client.post(url(ada, "speaker_consent"), {"to": "recording", "says": "yes"})
    ada.refresh_from_db()
    assert ada.recording_agreed_at
    assert ada.publication_agreed_at is None
    assert "You agreed on" in client.get(url(ada)).content.decode()
    client.post(url(ada, "speaker_consent"), {"to": "recording", "says": "no"})
    ada.refresh_from_db()
    assert ada.recording_agreed_at is None
    assert client.post(url(ada, "speaker_consent"), {"to": "all", "says": "yes"}).status_code == 422


def test_the_button_to_join_from_when_the_room_opens(planned, ada, client):
    early = client.post(url(ada, "speaker_join"))
    assert early.status_code == 409
    assert MEETING not in early.content.decode()
    with time_machine.travel(planned.starts_at - dt.timedelta(minutes=5)):
        assert "Join as a speaker" in client.get(url(ada)).content.decode()
        answer = client.post(url(ada, "speaker_join"))
        assert MEETING in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    assert not planned.attendance.exists()


# ---------------------------------------------------------------- the link


def test_a_link_of_before_a_cut_one_and_an_ended_one(cast, ada, client):
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    old = url(ada)
    ada = speaker_mail.send_page(appearance=ada, by=cast.paula, new_link=True)
    assert client.get(old).status_code == 410
    assert client.get(url(ada)).status_code == 200
    assert client.get(reverse("speaker_page", args=["cut-off"])).status_code == 404
    ada = speaker_mail.end_link(appearance=ada, by=cast.paula)
    assert client.get(url(ada)).status_code == 410
    assert waiting(ada) == []


def test_it_opens_until_sixty_days_after(planned, ada, client):
    for days, status in ((59, 200), (61, 410)):
        with time_machine.travel(planned.ends_at + dt.timedelta(days=days)):
            assert client.get(url(ada)).status_code == status


# ---------------------------------------------------------------- what she is told


def test_nothing_leaves_before_the_page_is_sent_and_then_the_ladder(cast, planned, ada):
    assert waiting(ada) == []
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    told = waiting(ada)
    assert told[0].startswith("page")
    assert told[-3:] == ["reminder T-1h", "reminder T+1d", "ratings T+8d"]
    mail = render(PlannedMessage.objects.about(ada).get(kind="sessions/speaker-page"))
    assert "in Winnipeg" in mail.plain
    assert url(ada) in mail.plain
    assert MEETING not in mail.plain + mail.html
    Speaker.objects.update(email="")
    with pytest.raises(Refused, match="Enter an e-mail address"):
        speaker_mail.send_page(appearance=ada, by=cast.paula)


def test_slides_are_asked_for_only_where_there_are_none(cast, planned, ada):
    with time_machine.travel(planned.starts_at - dt.timedelta(days=20)):
        speaker_mail.send_page(appearance=ada, by=cast.paula)
        asking = PlannedMessage.objects.about(ada).get(occurrence="T-2w")
        assert "no slides of yours yet" in render(asking).plain
        speaking.send_slides(appearance=ada, language="en", file=sent())
        with pytest.raises(Gone):
            render(PlannedMessage.objects.get(pk=asking.pk))


def asked_about(cast, planned, many: int = 5) -> Round:
    """Let so many have answered after the session, the last two with a sentence about trying; their answers can be read."""
    survey = make.survey(cohort=cast.cohort, moment="session")
    put = make.survey_round(
        survey=survey, opened=9, closes_in=-1, about=str(planned.pk), mixed_at=timezone.now(), name_en=planned.title_en
    )
    make.survey_answers(round=put, many=many - 2, worth=5)
    for sentence in ("I ask the night shift first.", "Je pose la question au rapport."):
        make.survey_answers(round=put, worth=5, **{"try": sentence})
    return put


def pass_on(put: Round, by, *sentences: str) -> Round:
    keys = [str(one.pk) for one in passing_on.sentences_of(put) if one.text in sentences]
    assert len(keys) == len(sentences)
    put.refresh_from_db()
    return passing_on.pass_on(row=put, keys=keys, version=put.version, by=by)


def test_what_people_said_leaves_only_from_five_on_once_it_can_be_read(cast, planned, ada):
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    row = PlannedMessage.objects.about(ada).get(occurrence="T+8d")
    put = asked_about(cast, planned, many=4)
    with pytest.raises(Gone):
        render(row)
    make.survey_answers(round=put, many=1, worth=5)
    mail = render(PlannedMessage.objects.get(pk=row.pk))
    for words in (mail.plain, mail.html):
        assert "Was this session worth your time?" in words
        assert "5 answers" in words
        assert "night shift" not in words, "no planner has passed it on"
    Round.objects.update(mixed_at=None)
    with pytest.raises(Gone):
        render(PlannedMessage.objects.get(pk=row.pk))


def test_what_people_will_try_stands_in_the_mail_that_still_waits_and_on_the_page(cast, planned, ada, client):
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    put = asked_about(cast, planned)
    pass_on(put, cast.paula, "I ask the night shift first.")
    assert not [one for one in waiting(ada) if one.startswith("tries")], "the mail with the ratings brings it"
    mail = render(PlannedMessage.objects.about(ada).get(occurrence="T+8d"))
    with time_machine.travel(planned.ends_at + dt.timedelta(days=9)):
        page = client.get(url(ada)).content.decode()
    for words in (mail.plain, mail.html, page):
        assert "I ask the night shift first." in words
        assert "Je pose la question" not in words
        assert "5 answers" in words
    before = client.get(url(ada)).content.decode()
    assert "night shift" not in before, "the page says it once the session is over"


def test_what_is_passed_on_after_the_ratings_has_a_mail_of_its_own_that_can_be_taken_back(cast, planned, ada):
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    put = asked_about(cast, planned)
    PlannedMessage.objects.about(ada).filter(occurrence="T+8d").update(state="sent", sent_at=timezone.now())
    pass_on(put, cast.paula, "I ask the night shift first.")
    row = PlannedMessage.objects.about(ada).get(kind="sessions/speaker-tries")
    assert row.due_at > timezone.now(), "there is time to take it back"
    mail = render(row)
    for words in (mail.plain, mail.html):
        assert "I ask the night shift first." in words
    assert planned.title_en in mail.subject
    pass_on(put, cast.paula)
    with pytest.raises(Gone):
        render(PlannedMessage.objects.get(pk=row.pk))
    pass_on(put, cast.paula, "Je pose la question au rapport.")
    assert PlannedMessage.objects.about(ada).filter(kind="sessions/speaker-tries").count() == 1, "once"


def test_what_people_will_try_waits_on_with_the_link_that_holds(cast, planned, ada):
    ada = speaker_mail.send_page(appearance=ada, by=cast.paula)
    put = asked_about(cast, planned)
    PlannedMessage.objects.about(ada).filter(occurrence="T+8d").update(state="sent", sent_at=timezone.now())
    pass_on(put, cast.paula, "I ask the night shift first.")
    tries = PlannedMessage.objects.about(ada).filter(kind="sessions/speaker-tries")
    due = tries.get().due_at

    def stands_with_todays_link() -> bool:
        row = tries.waiting().get()
        return row.due_at == due and url(ada) in render(row).plain

    ada = speaker_mail.send_page(appearance=ada, by=cast.paula, new_link=True)
    assert stands_with_todays_link()
    assert tries.filter(state="void").count() == 1
    ada = speaker_mail.end_link(appearance=ada, by=cast.paula)
    assert not tries.waiting().exists()
    ada = speaker_mail.send_page(appearance=ada, by=cast.paula)
    assert stands_with_todays_link()
    speakers.change_speaker(
        speaker=ada.speaker, version=ada.speaker.version, by=cast.paula, email="ada@elsewhere.example"
    )
    assert not tries.waiting().exists()
    ada.refresh_from_db()
    ada = speaker_mail.send_page(appearance=ada, by=cast.paula)
    assert stands_with_todays_link()
    assert tries.waiting().get().address == "ada@elsewhere.example"
    tries.waiting().update(state="sent", sent_at=timezone.now())
    speaker_mail.send_page(appearance=ada, by=cast.paula, new_link=True)
    assert not tries.waiting().exists(), "told once"


def test_what_a_planner_stopped_of_what_people_try_stays_unsaid_with_a_new_link(cast, planned, ada):
    ada = speaker_mail.send_page(appearance=ada, by=cast.paula)
    put = asked_about(cast, planned)
    PlannedMessage.objects.about(ada).filter(occurrence="T+8d").update(state="sent", sent_at=timezone.now())
    pass_on(put, cast.paula, "I ask the night shift first.")
    tries = PlannedMessage.objects.about(ada).filter(kind="sessions/speaker-tries")
    by_hand.drop(tries.get(), by=cast.paula, reason="Wrong sentence")
    speaker_mail.send_page(appearance=ada, by=cast.paula, new_link=True)
    assert not tries.waiting().exists()


def test_who_has_no_page_is_told_nothing_of_what_people_try(cast, planned, ada):
    pass_on(asked_about(cast, planned), cast.paula, "I ask the night shift first.")
    assert waiting(ada) == []


def test_the_page_with_what_people_said_takes_few_statements(cast, planned, ada, client, django_assert_max_num_queries):
    put = asked_about(cast, planned)
    pass_on(put, cast.paula, "I ask the night shift first.", "Je pose la question au rapport.")
    with time_machine.travel(planned.ends_at + dt.timedelta(days=9)), django_assert_max_num_queries(12):
        client.get(url(ada))


def test_she_hears_that_it_moved_and_of_cancelling(cast, planned, ada):
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    services.move_session(learning_session=planned, to=planned.wall + dt.timedelta(days=2), by=cast.paula, reason="x")
    assert "moved moved" in waiting(ada)
    mail = render(PlannedMessage.objects.about(ada).waiting().get(kind="sessions/speaker-moved"))
    assert "Before:" in mail.plain
    planned.refresh_from_db()
    cancelling.cancel_session(learning_session=planned, by=cast.paula, reason="A storm")
    assert waiting(ada) == ["cancelled cancelled"]
    assert "Why: A storm" in render(PlannedMessage.objects.about(ada).waiting().get()).plain
    cancelling.restore_session(learning_session=planned, by=cast.paula)
    assert "cancelled cancelled" not in waiting(ada)
    assert "reminder T-1h" in waiting(ada)


def entry_of(mail):
    (part,) = mail.calendar
    (other,) = icalendar.Calendar.from_ical(part.text).walk("VEVENT")
    calendar = vobject.readOne(part.text)
    event = calendar.vevent
    assert (str(other["UID"]), int(other["SEQUENCE"])) == (event.uid.value, int(event.sequence.value))
    return calendar.method.value, event


def test_her_calendar_follows_her_session(cast, planned, ada):
    def letter(kind):
        return render(PlannedMessage.objects.about(ada).waiting().get(kind=f"sessions/speaker-{kind}"))

    Speaker.objects.update(city="st-johns")
    ada.refresh_from_db()
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    mail = letter("page")
    method, event = entry_of(mail)
    assert (method, event.uid.value) == ("REQUEST", f"{planned.pk}@localhost")
    assert event.dtstart.value == planned.starts_at
    assert event.attendee.value == "mailto:ada@example.org"
    assert event.description.value.split("\n")[0].count("in St. John's (") == 1
    first = int(event.sequence.value)
    text = mail.calendar[0].text.replace("\r\n ", "")
    for secret in (speaker_links.token_for(ada), MEETING, "Ada", "Paula"):
        assert secret not in text
    services.move_session(learning_session=planned, to=planned.wall + dt.timedelta(minutes=8), by=cast.paula)
    planned.refresh_from_db()
    method, event = entry_of(letter("moved"))
    assert (method, event.dtstart.value, int(event.sequence.value)) == ("REQUEST", planned.starts_at, first + 1)
    cancelling.cancel_session(learning_session=planned, by=cast.paula, reason="A storm")
    method, event = entry_of(letter("cancelled"))
    assert (method, event.status.value, int(event.sequence.value)) == ("CANCEL", "CANCELLED", first + 2)
    assert event.uid.value == f"{planned.pk}@localhost"


def test_moved_there_and_back_before_she_heard_it_has_not_moved(cast, planned, ada):
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    wall = planned.wall
    for to in (wall + dt.timedelta(days=1), wall):
        row = LearningSession.objects.get(pk=planned.pk)
        services.move_session(learning_session=row, to=to, by=cast.paula)
    assert "moved moved" not in waiting(ada)


def test_a_move_taken_back_tells_nobody(cast, planned, ada):
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    moved = services.move_session(
        learning_session=planned, to=planned.wall + dt.timedelta(days=2), by=cast.paula, reason="x"
    )
    undo(reschedule=moved.reschedule, by=cast.paula)
    assert "moved moved" not in waiting(ada)
    assert "reminder T-1h" in waiting(ada)


def test_under_another_address_nothing_leaves_before_the_page_is_sent_there(cast, ada):
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    old = url(ada)
    speakers.change_speaker(speaker=ada.speaker, by=cast.paula, version=1, email="ada@elsewhere.ca")
    ada.refresh_from_db()
    assert waiting(ada) == []
    assert ada.page_sent_at is None
    assert old != url(ada)


def test_in_french_all_of_it(cast, planned, ada):
    Speaker.objects.update(language="fr")
    ada.refresh_from_db()
    speaker_mail.send_page(appearance=Appearance.objects.select_related("speaker").get(), by=cast.paula)
    row = PlannedMessage.objects.about(ada).get(kind="sessions/speaker-page")
    assert row.lang == "fr"
    assert "/fr/" in render(row).plain


# ---------------------------------------------------------------- the planning team


def test_slides_become_a_material_once_she_agreed(cast, planned, ada):
    speaking.send_slides(appearance=ada, language="en", file=sent())
    with pytest.raises(Refused, match="has not agreed to publication"):
        speaking.publish_slides(appearance=ada, by=cast.paula)
    speaking.consent(appearance=ada, to="publication", agrees=True)
    one = speaking.publish_slides(appearance=ada, by=cast.paula)
    assert (one.only_in, one.title_en) == ("en", f"{planned.title_en} (Ada Roy)")
    speaking.send_slides(appearance=ada, language="fr", file=sent("diapos.pdf"))
    speaking.send_slides(appearance=ada, language="en", file=sent("v2.pdf"))
    again = speaking.publish_slides(appearance=ada, by=cast.paula)
    assert again.pk == one.pk
    assert (again.only_in, again.file_en.name, again.file_fr.name) == ("", "v2.pdf", "diapos.pdf")
    speaking.consent(appearance=ada, to="publication", agrees=False)
    with pytest.raises(Refused, match="has not agreed to publication"):
        materials.publish(material=Material.objects.get(), by=cast.paula)
    assert materials.of_session(planned, published=True) == []


def test_the_buttons_of_the_planning_team(cast, planned, ada, client):
    client.force_login(cast.paula)
    press = reverse("planning_speaker_page", args=[planned.pk, ada.pk])
    people_page = reverse("planning_session_people", args=[planned.pk])
    assert "page not sent" in client.get(people_page).content.decode()
    client.post(press, {"do": "send"})
    assert "Send the page again" in client.get(people_page).content.decode()
    client.post(press, {"do": "end"})
    assert "link ended" in client.get(people_page).content.decode()
    assert client.post(press, {"do": "nonsense"}).status_code == 302
    made = speaking.send_slides(appearance=ada, language="en", file=sent())
    got = client.get(reverse("planning_speaker_slides", args=[planned.pk, ada.pk, made.pk]))
    assert got.status_code == 200
    client.force_login(cast.nia)
    assert client.post(press, {"do": "send"}).status_code == 403


def test_taken_out_of_the_session_her_slides_are_taken_back(cast, planned, ada):
    for lang in ("en", "fr"):
        speaking.send_slides(appearance=ada, language=lang, file=sent(f"{lang}.pdf"))
    speaking.consent(appearance=ada, to="publication", agrees=True)
    material = speaking.publish_slides(appearance=ada, by=cast.paula)
    ours = materials.change(
        material=material, by=cast.paula, version=material.version, kind="slides", title_en="Slides", title_fr="Diapos",
        only_in="", file_fr=sent("ours.pdf"),
    )  # fmt: skip
    speakers.take_out(appearance=ada, by=cast.paula)
    assert not Slides.objects.exists()
    now = Material.objects.get()
    assert (now.pk, now.published_at, now.file_en, now.file_fr) == (ours.pk, None, None, ours.file_fr)
    assert Entry.objects.filter(verb="material.unpublished", about_id=str(ours.pk)).exists()


def test_a_material_that_was_all_hers_goes_with_her(cast, planned, ada):
    speaking.send_slides(appearance=ada, language="en", file=sent())
    speaking.consent(appearance=ada, to="publication", agrees=True)
    speaking.publish_slides(appearance=ada, by=cast.paula)
    speakers.take_out(appearance=ada, by=cast.paula)
    assert not Material.objects.exists()
    assert files.sweep() == 1


def test_forgotten_her_slides_go_also_where_they_were_published(cast, ada):
    speaking.send_slides(appearance=ada, language="en", file=sent())
    speaking.consent(appearance=ada, to="publication", agrees=True)
    speaking.publish_slides(appearance=ada, by=cast.paula)
    assert people.data_of_address("ada@example.org")["slides_sent"]
    token = url(ada)
    people.forget_address("ada@example.org")
    assert not Slides.objects.exists()
    assert not Material.objects.exists()
    assert files.sweep() == 1
    assert not StoredFile.objects.exists()
    row = Appearance.objects.select_related("speaker").get()
    assert row.speaker.name == ""
    assert speaker_links.find(token.strip("/").split("/")[-1]) is None


# ---------------------------------------------------------------- what her calendar shows beside what stands


def page_sent(appearance: Appearance, by) -> None:
    speaker_mail.send_page(appearance=appearance, by=by)
    left(appearance, "page")


def left(appearance: Appearance, kind: str) -> None:
    """Let the mail of this kind have left now."""
    now = timezone.now()
    rows = PlannedMessage.objects.about(appearance).waiting().filter(kind=f"sessions/speaker-{kind}")
    assert rows.update(state="sent", begun_at=now, sent_at=now) == 1


def move(learning_session, by, **by_how_much):
    row = LearningSession.objects.get(pk=learning_session.pk)
    return services.move_session(learning_session=row, to=row.wall + dt.timedelta(**by_how_much), by=by)


def letter(appearance: Appearance, kind: str):
    return render(PlannedMessage.objects.about(appearance).waiting().get(kind=f"sessions/speaker-{kind}"))


def test_that_it_moved_still_waits_after_somebody_corrects_her_name(cast, planned, ada):
    page_sent(ada, cast.paula)
    move(planned, cast.paula, days=1)
    speaker_mail.settle_speaker(ada.speaker)
    assert waiting(ada).count("moved moved") == 1
    assert "Before:" in letter(ada, "moved").plain
    left(ada, "moved")
    speaker_mail.settle_speaker(ada.speaker)
    assert "moved moved" not in waiting(ada), "once"


def test_what_follows_a_move_names_who_speaks_and_is_told(cast, planned, ada, client):
    client.force_login(cast.paula)
    to = planned.wall + dt.timedelta(days=1)
    typed = {"day": to.date().isoformat(), "clock": f"{to:%H:%M}", "reason": "A storm"}
    page = reverse("session_move", args=[planned.pk])
    assert "told as well" not in client.post(page, typed).content.decode(), "her page was not sent"
    page_sent(ada, cast.paula)
    assert f"Who speaks there is told as well: {ada.speaker.name}." in client.post(page, typed).content.decode()


def test_a_second_move_taken_back_leaves_the_first_to_be_told(cast, planned, ada):
    page_sent(ada, cast.paula)
    move(planned, cast.paula, days=1)
    second = move(planned, cast.paula, hours=1)
    undo(reschedule=second.reschedule, by=cast.paula)
    planned.refresh_from_db()
    assert waiting(ada).count("moved moved") == 1
    assert entry_of(letter(ada, "moved"))[1].dtstart.value == planned.starts_at


def test_moved_cancelled_and_restored_she_hears_that_it_moved(cast, planned, ada):
    page_sent(ada, cast.paula)
    move(planned, cast.paula, days=1)
    cancelling.cancel_session(learning_session=planned, by=cast.paula, reason="A storm")
    assert waiting(ada) == ["cancelled cancelled"]
    cancelling.restore_session(learning_session=planned, by=cast.paula)
    assert waiting(ada).count("moved moved") == 1
    assert "cancelled cancelled" not in waiting(ada)


def test_a_page_sent_between_a_move_and_its_undoing_is_put_right(cast, planned, ada):
    first = move(planned, cast.paula, days=1)
    page_sent(ada, cast.paula)
    undo(reschedule=first.reschedule, by=cast.paula)
    planned.refresh_from_db()
    assert entry_of(letter(ada, "moved"))[1].dtstart.value == planned.starts_at


def test_a_page_that_has_not_left_goes_with_what_is_true_then(cast, planned, ada):
    speaker_mail.send_page(appearance=ada, by=cast.paula)
    move(planned, cast.paula, days=1)
    planned.refresh_from_db()
    assert waiting(ada).count("page") == 1
    assert entry_of(letter(ada, "page"))[1].dtstart.value == planned.starts_at
    left(ada, "page")
    with pytest.raises(Gone):
        letter(ada, "moved")


def test_her_calendar_hears_of_another_length_and_title_in_one_quiet_mail(cast, planned, ada):
    page_sent(ada, cast.paula)

    def change(**values):
        version = LearningSession.objects.get(pk=planned.pk).details_version
        services.change_details(learning_session=planned, by=cast.paula, version=version, **values)

    change(minutes=planned.minutes + 30)
    change(title_en="New name")
    change(title_fr="Autre nom", prework_en="Read it.")
    (row,) = PlannedMessage.objects.about(ada).waiting().filter(kind="sessions/speaker-changed")
    assert row.due_at > timezone.now() + dt.timedelta(minutes=9)
    mail = render(row)
    assert f"It now takes {planned.minutes + 30} minutes, not {planned.minutes}." in mail.plain
    assert f"before: “{planned.title_en}”" in mail.plain
    method, event = entry_of(mail)
    assert method == "REQUEST"
    assert event.dtend.value == planned.ends_at + dt.timedelta(minutes=30)
    assert event.summary.value.startswith("New name")
    change(minutes=planned.minutes, title_en=planned.title_en)
    assert not [one for one in waiting(ada) if one.startswith("changed")], "in her language nothing is other"


# ---------------------------------------------------------------- what is said of days and hours is true when it leaves


def test_a_reminder_counts_from_when_it_leaves(cast, planned, ada):
    page_sent(ada, cast.paula)
    row = PlannedMessage.objects.about(ada).get(kind="sessions/speaker-reminder", occurrence="T-1h")
    for before, says in (
        (dt.timedelta(minutes=50), "You speak within the hour."),
        (dt.timedelta(days=4), "You speak in 4 days."),
        (dt.timedelta(days=28), "A date to keep free."),
    ):
        row.said_at = planned.starts_at - before
        mail = render(row)
        assert says in mail.plain
        assert says in mail.html


@pytest.mark.parametrize("occurrence", ["T+1d", "T+1d~2.1"])
def test_thanks_that_leave_before_the_end_do_not_speak_of_what_was(cast, planned, ada, occurrence):
    page_sent(ada, cast.paula)
    row = PlannedMessage.objects.about(ada).get(kind="sessions/speaker-reminder", occurrence="T+1d")
    row.occurrence = occurrence
    for at, is_said in ((planned.starts_at, False), (planned.ends_at, True)):
        row.said_at = at
        mail = render(row)
        assert mail.subject.startswith("Thank you for speaking")
        assert ("people took something home" in mail.plain) == ("people took something home" in mail.html) == is_said
