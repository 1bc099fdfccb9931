"""Writing to people of a cohort: the look before it goes, the press, the way back, and what its readers find."""

from __future__ import annotations

import datetime as dt
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from collaborative import announcing
from collaborative.addressing import Audience, reach_of
from collaborative.models import Announcement, Cohort
from core.time import wall_in
from notifications.models import PlannedMessage, Tick
from notifications.wording import render
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]


@pytest.fixture
def pierre(team):
    return make.partner(team=team, name="Pierre Cyr", language="fr", email=None)


@pytest.fixture
def planning(client, paula, nia, pierre):
    client.force_login(paula)
    return client


TYPED = {
    "subject_en": "A new room", "text_en": "We meet in the **blue** room.",
    "subject_fr": "Une autre salle", "text_fr": "Nous sommes dans la salle **bleue**.",
    "when": "now", "said": "",
}  # fmt: skip


def text_of_html(html: str, *, lines: bool = False):
    """Return the words of some HTML, as one line or as one for each element."""
    found = [" ".join(unescape(one).split()) for one in re.split(r"<[^>]+>", html)]
    return [one for one in found if one] if lines else " ".join(one for one in found if one)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def write(planning, cohort, **changes):
    return planning.post(reverse("planning_announcement_new", args=[cohort.pk]), TYPED | changes)


def here(row: Announcement) -> str:
    return reverse("planning_announcement", args=[row.pk])


def draft(planning, cohort, **changes) -> Announcement:
    assert write(planning, cohort, **changes).status_code == 302
    return Announcement.objects.latest("created_at")


def press(planning, row: Announcement):
    mark = planning.get(here(row)).context["look"].mark
    return planning.post(here(row), {"verb": "send", "confirm": mark})


def mails(row: Announcement):
    return PlannedMessage.objects.about(row).filter(kind__in=Announcement.KINDS)


def test_it_is_written_looked_at_and_sent_in_two_presses(planning, cohort):
    answer = write(planning, cohort)
    row = Announcement.objects.get()
    assert (answer.status_code, answer["Location"], mails(row).count()) == (302, here(row), 0)
    page = text_of(planning.get(here(row)))
    for words in (
        "This goes to 2 people", "1 in English, 1 in French", "1 of them has no mailbox and reads it in the product",
        "<strong>blue</strong>", "<strong>bleue</strong>", "Send to 2 people", "Everybody in the cohort",
    ):  # fmt: skip
        assert words in page
    page = text_of(planning.get(press(planning, row)["Location"]))
    assert "It is about to leave" in page
    assert "Waiting: 2" in page
    assert "Take it back" in page
    assert mails(row).filter(state="planned", channel="inbox").get().recipient.name == "Pierre Cyr"


def test_who_is_among_them_is_found_by_name(planning, cohort):
    row = draft(planning, cohort)
    page = text_of(planning.post(here(row), {"verb": "find", "name": "cyr"}))
    assert "Pierre Cyr" in page
    assert "on the site only" in page
    assert "Nobody of that name is among them" in text_of(planning.post(here(row), {"verb": "find", "name": "Olga"}))
    assert "Nia Roy" not in text_of(planning.get(here(row)))


def test_if_somebody_comes_before_the_press_it_says_so_and_shows_again(planning, cohort, team):
    row = draft(planning, cohort)
    mark = planning.get(here(row)).context["look"].mark
    make.member(team=team)
    answer = planning.post(here(row), {"verb": "send", "confirm": mark}, follow=True)
    assert "Not sent: the words or the people are others" in text_of(answer)
    assert "Send to 3 people" in text_of(answer)
    assert not mails(row).exists()


def test_a_press_without_a_look_sends_nothing(planning, cohort):
    row = draft(planning, cohort)
    for mark in ("", "x" * 24):
        planning.post(here(row), {"verb": "send", "confirm": mark})
    planning.get(here(row) + "?verb=send")
    assert not mails(row).exists()


def test_a_missing_language_is_named_beside_its_box_and_nothing_is_lost(planning, cohort):
    answer = write(planning, cohort, subject_fr="", text_fr="")
    form = answer.context["form"]
    assert "1 person of this audience reads French" in str(form.errors["subject_fr"])
    assert form["text_en"].value() == TYPED["text_en"]
    assert not Announcement.objects.exists()
    assert write(planning, cohort, subject_fr="", text_fr="", roles=["participant"]).status_code == 302


def test_boxes_narrow_and_the_page_says_whom_it_is_for(planning, cohort, team):
    row = draft(planning, cohort, roles=["partner"], teams=[str(team.pk)], subject_en="", text_en="")
    page = text_of(planning.get(here(row)))
    assert "Patient and care partners · 2 West" in page
    assert "This goes to 1 person" in page
    far = make.team(cohort=make.cohort())
    assert "teams" in write(planning, cohort, teams=[str(far.pk)]).context["form"].errors


def test_an_hour_is_asked_for_and_read_on_the_cohorts_clock(planning, cohort):
    form = write(planning, cohort, when="later").context["form"]
    assert {"day", "clock"} <= form.errors.keys()
    on = (timezone.now() + dt.timedelta(days=3)).date()
    row = draft(planning, cohort, when="later", day=on.isoformat(), clock="09:00")
    assert wall_in(row.wished_at, cohort.time_zone) == dt.datetime.combine(on, dt.time(9))
    press(planning, row)
    row.refresh_from_db()
    assert row.leaves_at == row.wished_at


def test_an_hour_that_has_passed_by_then_takes_the_button_away(planning, cohort):
    row = draft(planning, cohort)
    Announcement.objects.update(wished_at=timezone.now() - dt.timedelta(minutes=1))
    page = text_of(planning.get(here(row)))
    assert "Its hour has passed" in page
    assert "Send to" not in page


def test_taken_back_and_changed_from_the_page(planning, cohort):
    row = draft(planning, cohort)
    press(planning, row)
    planning.post(here(row), {"verb": "back"})
    assert set(mails(row).values_list("state", flat=True)) == {"void"}
    press(planning, row)
    change = reverse("planning_announcement_change", args=[row.pk])
    assert "It is about to leave" in text_of(planning.get(change))
    row.refresh_from_db()
    answer = planning.post(change, TYPED | {"text_en": "Other words", "fr_stays": "on", "version": row.version})
    assert answer["Location"] == here(row)
    assert "Send to 2 people" in text_of(planning.get(here(row)))
    assert not mails(row).filter(state="planned").exists()


def test_two_who_change_it_both_read_both(planning, cohort, paula):
    row = draft(planning, cohort)
    words = {name: TYPED[name] for name in ("subject_en", "text_en", "subject_fr", "text_fr")}
    rest = {"audience": Audience(), "is_must": False, "only_told": False, "wished_at": None}
    announcing.change(announcement=row, by=paula, version=1, **rest, **words | {"text_en": "Theirs"})
    url = reverse("planning_announcement_change", args=[row.pk])
    answer = planning.post(url, TYPED | {"text_en": "Mine", "fr_stays": "on", "version": "1"})
    assert answer.status_code == 409
    assert "Theirs" in text_of(answer)
    assert "Mine" in text_of(answer)


def test_a_preview_comes_to_oneself_and_a_draft_can_go(planning, cohort, paula):
    row = draft(planning, cohort)
    planning.post(here(row), {"verb": "me"})
    assert PlannedMessage.objects.about(row).get().recipient == paula
    answer = planning.post(here(row), {"verb": "away"})
    assert answer["Location"] == reverse("planning_announcements", args=[cohort.pk])
    assert not Announcement.objects.exists()


def leave(row: Announcement) -> None:
    past = timezone.now() - dt.timedelta(minutes=1)
    Announcement.objects.filter(pk=row.pk).update(leaves_at=past)
    mails(row).update(state="sent", sent_at=past)


def test_once_it_has_left_it_can_be_corrected_to_those_who_got_it(planning, cohort, team):
    row = draft(planning, cohort)
    press(planning, row)
    leave(row)
    make.member(team=team)
    page = text_of(planning.get(here(row)))
    assert "It has left" in page
    assert "Sent: 2" in page
    url = reverse("planning_announcement_correct", args=[row.pk])
    assert TYPED["text_en"] in planning.get(url).content.decode()
    planning.post(url, TYPED | {"goes_to": "told", "text_en": "The green room.", "fr_stays": "on"})
    correction = Announcement.objects.latest("created_at")
    page = text_of(planning.get(here(correction)))
    assert "Those who got what it corrects" in page
    assert "Send to 2 people" in page
    planning.post(url, TYPED | {"goes_to": "chosen", "text_en": "The green room, all.", "fr_stays": "on"})
    assert reach_of(Announcement.objects.latest("created_at")).n == 3


def test_typed_while_it_left_the_words_stand_in_its_correction(planning, cohort):
    row = draft(planning, cohort, roles=["participant", "partner"])
    press(planning, row)
    row.refresh_from_db()
    leave(row)
    typed = TYPED | {"text_en": "We meet in the green room.", "version": row.version, "roles": ["partner"]}
    answer = planning.post(reverse("planning_announcement_change", args=[row.pk]), typed)
    correct = reverse("planning_announcement_correct", args=[row.pk])
    page = text_of(answer)
    assert (answer.status_code, f'action="{correct}"' in page) == (409, True)
    assert "It has left. Nothing you typed is lost" in page
    form = answer.context["form"]
    assert (form["text_en"].value(), form["text_fr"].value()) == ("We meet in the green room.", TYPED["text_fr"])
    assert (form["roles"].value(), form["goes_to"].value()) == (["partner"], "told")
    row.refresh_from_db()
    assert row.text_en == TYPED["text_en"]
    sent_on = {name: form[name].value() for name in ("text_en", "goes_to", "roles", "once")}
    both = planning.post(correct, TYPED | sent_on)
    assert "Below you chose others than those who got it." in text_of(both), "neither choice is dropped without a word"
    assert both.context["form"]["roles"].value() == ["partner"]
    planning.post(correct, TYPED | sent_on | {"goes_to": "chosen", "fr_stays": "on"})
    assert Announcement.objects.get(corrects=row).text_en == "We meet in the green room."


def test_the_hour_that_is_over_is_not_asked_of_the_correction_one_typed_anew_is(planning, cohort):
    on = (timezone.now() + dt.timedelta(days=3)).date()
    later = {"when": "later", "day": on.isoformat(), "clock": "09:00"}
    row = draft(planning, cohort, **later)
    press(planning, row)
    row.refresh_from_db()
    mails(row).update(state="sent", sent_at=timezone.now())
    url = reverse("planning_announcement_change", args=[row.pk])
    form = planning.post(url, TYPED | later | {"version": row.version}).context["form"]
    assert (form["when"].value(), form["day"].value()) == ("now", None)
    form = planning.post(url, TYPED | later | {"clock": "11:30", "version": row.version}).context["form"]
    assert (form["when"].value(), form["clock"].value()) == ("later", "11:30")


def test_sent_sooner_from_the_outbox_it_has_left_and_can_be_corrected(planning, client, cohort, nia, pierre):
    row = draft(planning, cohort)
    press(planning, row)
    one = mails(row).get(recipient=nia)
    PlannedMessage.objects.filter(pk=one.pk).update(state="sent", sent_at=timezone.now())
    page = text_of(planning.get(here(row)))
    correct = reverse("planning_announcement_correct", args=[row.pk])
    assert "Some of it has left" in page
    assert correct in page
    assert "Take it back" not in page
    assert "Change it" not in page
    assert "What still waits leaves then" in page
    assert "partly left" in text_of(planning.get(reverse("planning_announcements", args=[cohort.pk])))
    assert planning.get(correct).status_code == 200
    answer = planning.post(here(row), {"verb": "away"}, follow=True)
    assert "It has left. Write a correction" in text_of(answer)
    read = reverse("cohort_announcement", args=[cohort.pk, row.pk])
    client.force_login(pierre)
    assert client.get(read).status_code == 404, "his has not left yet"
    client.force_login(nia)
    assert client.get(read).status_code == 200, "her mail leads there"
    assert read in client.get(reverse("cohort", args=[cohort.pk])).content.decode()


def test_what_still_waits_can_be_taken_back_whatever_was_sent_of_an_earlier_version(planning, cohort, nia):
    row = draft(planning, cohort)
    press(planning, row)
    Announcement.objects.update(version=2)
    mails(row).filter(recipient=nia).update(state="sent", sent_at=timezone.now())
    assert "Take it back" in text_of(planning.get(here(row)))


def corrected(planning, row: Announcement, **changes) -> Announcement:
    url = reverse("planning_announcement_correct", args=[row.pk])
    planning.post(url, TYPED | {"goes_to": "told", "text_en": "The green room.", "fr_stays": "on"} | changes)
    return Announcement.objects.get(corrects=row)


def test_the_look_shows_every_word_of_the_mail(planning, cohort, paula):
    first = draft(planning, cohort)
    press(planning, first)
    leave(first)
    row = corrected(planning, first, subject_en="Not the blue room")
    page = planning.get(here(row)).content.decode()
    shown = text_of_html(page[page.index('id="in-en"') : page.index('id="in-fr"')])
    press(planning, row)
    letter = render(mails(row).get(recipient__name="Nia Roy"))
    for words in text_of_html(letter.html[letter.html.index("<h1") :], lines=True):
        assert words in shown
    assert "This corrects what we wrote under “A new room”." in shown
    assert f"The planning team of {cohort.name}" in shown
    assert 'href="http' not in page[page.index('id="in-en"') : page.index('id="reach"')], "links are their reader's own"


def test_a_corrected_one_says_so_to_planners_readers_and_in_the_list(planning, client, cohort, team, nia):
    first = draft(planning, cohort)
    press(planning, first)
    leave(first)
    row = corrected(planning, first)
    assert "A correction is a draft:" in text_of(planning.get(here(first)))
    read = reverse("cohort_announcement", args=[cohort.pk, first.pk])
    assert "corrected" not in text_of(planning.get(read))
    press(planning, row)
    leave(row)
    page = text_of(planning.get(here(first)))
    assert f'Corrected: <a href="{here(row)}">' in page
    assert f'<a href="{here(first)}">' in text_of(planning.get(here(row)))
    listed = text_of(planning.get(reverse("planning_announcements", args=[cohort.pk])))
    assert (listed.count("a correction"), listed.count("was corrected")) == (1, 1)
    client.force_login(nia)
    right = reverse("cohort_announcement", args=[cohort.pk, row.pk])
    assert f'This was corrected: <a href="{right}">' in text_of(client.get(read))
    assert "was corrected" in text_of(client.get(reverse("cohort", args=[cohort.pk])))
    client.force_login(make.member(team=team))
    late = text_of(client.get(read))
    assert "This was corrected. Ask the planning team" in late, "who came later does not read the correction"
    assert right not in late


def test_the_subject_of_what_was_hidden_goes_out_no_more_with_its_correction(planning, client, cohort, nia):
    first = draft(planning, cohort, subject_en="Mrs Secretname fell", subject_fr="Mme Secretname")
    press(planning, first)
    leave(first)
    row = corrected(planning, first, goes_to="chosen", subject_en="A wrong name")
    press(planning, row)
    assert "Secretname" in render(mails(row).get(recipient=nia)).plain
    client.force_login(nia)
    client.post(reverse("cohort_announcement_hide", args=[cohort.pk, first.pk]))
    letter = render(mails(row).get(recipient=nia))
    assert "This corrects what we wrote before" in letter.plain
    assert "Secretname" not in letter.plain + letter.html
    leave(row)
    read = text_of(client.get(reverse("cohort_announcement", args=[cohort.pk, row.pk])))
    assert "This corrects what we wrote before" in read
    assert "Secretname" not in read


def test_a_correction_of_what_was_hidden_begins_without_its_words(planning, cohort, paula):
    first = draft(planning, cohort, subject_en="Mrs Secretname fell")
    press(planning, first)
    leave(first)
    begin = reverse("planning_announcement_correct", args=[first.pk])
    assert "Secretname" in planning.get(begin).content.decode()
    announcing.hide(announcement=first, by=paula)
    assert not {"subject_en", "text_en", "subject_fr", "text_fr"} & planning.get(begin).context["form"].initial.keys()


def test_a_hidden_correction_corrects_nothing(planning, client, cohort, nia, paula):
    first = draft(planning, cohort)
    press(planning, first)
    leave(first)
    row = corrected(planning, first)
    press(planning, row)
    leave(row)
    announcing.hide(announcement=row, by=paula)
    client.force_login(nia)
    page = text_of(client.get(reverse("cohort_announcement", args=[cohort.pk, first.pk])))
    assert "This was corrected" not in page


def test_a_correction_of_what_nobody_got_says_so_beside_the_choice(planning, cohort):
    row = draft(planning, cohort)
    press(planning, row)
    leave(row)
    mails(row).update(state="dead")
    url = reverse("planning_announcement_correct", args=[row.pk])
    form = planning.post(url, TYPED | {"goes_to": "told", "text_en": "The green room.", "fr_stays": "on"}).context[
        "form"
    ]
    assert "Nobody of this series got what it corrects" in str(form.errors["goes_to"])
    assert "roles" not in form.errors
    assert (
        planning.post(url, TYPED | {"goes_to": "chosen", "text_en": "The green room.", "fr_stays": "on"}).status_code
        == 302
    )


def test_the_way_back_leads_through_planning_and_the_hour_is_asked_of_what_leaves_later(planning, cohort):
    page = text_of(planning.get(reverse("planning_announcement_new", args=[cohort.pk])))
    crumbs = page[page.index('class="crumbs"') : page.index("</nav>", page.index('class="crumbs"'))]
    assert f'href="{reverse("planning")}"' in crumbs
    later = page[page.index('class="only-later"') :]
    assert later.index('name="day"') < later.index('name="clock"') < later.index('name="is_must"')


def test_its_readers_find_it_in_the_cohort_in_their_language(planning, client, cohort, nia, pierre):
    row = draft(planning, cohort, roles=["partner"])
    press(planning, row)
    room, page = reverse("cohort", args=[cohort.pk]), reverse("cohort_announcement", args=[cohort.pk, row.pk])
    client.force_login(pierre)
    assert client.get(page).status_code == 404
    leave(row)
    assert page in client.get(room).content.decode()
    with override("fr"):
        french = reverse("cohort_announcement", args=[cohort.pk, row.pk])
    assert "<strong>bleue</strong>" in client.get(french).content.decode()
    client.force_login(nia)
    assert client.get(page).status_code == 404
    assert page not in client.get(room).content.decode()


def test_a_reader_hides_it_and_a_planner_shows_it_again(planning, client, cohort, nia, paula):
    row = draft(planning, cohort)
    press(planning, row)
    leave(row)
    address = [cohort.pk, row.pk]
    client.force_login(nia)
    client.post(reverse("cohort_announcement_hide", args=address))
    page = text_of(client.get(reverse("cohort_announcement", args=address)))
    assert "We meet in the" not in page
    assert (
        reverse("cohort_announcement", args=address)
        not in client.get(reverse("cohort", args=[cohort.pk])).content.decode()
    )
    client.force_login(paula)
    assert "An announcement" in text_of(client.get(reverse("planning_hidden", args=[cohort.pk])))
    client.post(reverse("cohort_announcement_show", args=address))
    client.force_login(nia)
    assert "We meet in the" in text_of(client.get(reverse("cohort_announcement", args=address)))


def test_the_outbox_names_it_by_its_subject_and_so_does_the_way_of_one_message(planning, cohort, nia, paula):
    row, other = draft(planning, cohort), draft(planning, cohort, subject_en="Bring your sheet", text_en="Both pages.")
    for one in (row, other):
        announcing.send(announcement=one, by=paula, mark=reach_of(one).mark(one))
    one = PlannedMessage.objects.about(row).to(nia).get()
    outbox = reverse("planning_outbox", args=[cohort.pk])
    room, story = reverse("planning_cohort", args=[cohort.pk]), reverse("planning_message", args=[one.pk])
    name = "Announcement: A new room"
    for url in (outbox, room, story, reverse("planning_together", args=[one.pk])):
        assert name in text_of(planning.get(url)), url
    for url in (outbox, room):
        assert "Announcement: Bring your sheet" in text_of(planning.get(url)), "two of one minute are two lines"
    assert name in text_of(planning.post(outbox, {"name": "Nia"}, follow=True))
    sheet = planning.get(reverse("planning_messages", args=[cohort.pk]))
    (cells,) = load_workbook(io.BytesIO(b"".join(sheet))).worksheets
    assert name in [cell.value for cell in cells["B"]]
    with override("fr"):
        url = reverse("planning_message", args=[one.pk])
    assert "Annonce : Une autre salle" in text_of(planning.get(url))


def test_what_leaves_together_is_counted_once_each_after_a_change(planning, cohort, nia, pierre, paula):
    row = draft(planning, cohort)
    announcing.send(announcement=row, by=paula, mark=reach_of(row).mark(row))
    row = announcing.take_back(announcement=row, by=paula)
    row = announcing.send(announcement=row, by=paula, mark=reach_of(row).mark(row))
    waiting = PlannedMessage.objects.about(row).waiting()
    people = waiting.count()
    assert people == 2
    page = text_of(planning.get(reverse("planning_together", args=[waiting.first().pk])))
    assert "For 2 people" in page


def test_a_hidden_one_is_named_by_its_kind_alone(planning, cohort, nia, paula):
    row = draft(planning, cohort)
    announcing.send(announcement=row, by=paula, mark=reach_of(row).mark(row))
    url = reverse("planning_message", args=[PlannedMessage.objects.about(row).to(nia).get().pk])
    assert "A new room" in text_of(planning.get(url))
    Announcement.objects.filter(pk=row.pk).update(leaves_at=timezone.now())
    announcing.hide(announcement=row, by=paula)
    page = text_of(planning.get(url))
    assert "A new room" not in page
    assert "<h1>Announcement</h1>" in page


def test_pages_cost_no_more_than_any_other(planning, cohort, team, django_assert_max_num_queries):
    row = draft(planning, cohort, teams=[str(team.pk)])
    with django_assert_max_num_queries(12):
        planning.get(here(row))
    press(planning, row)
    with django_assert_max_num_queries(12):
        planning.get(here(row))
    for name in ("planning_announcements", "planning_announcement_new", "cohort"):
        with django_assert_max_num_queries(12):
            planning.get(reverse(name, args=[cohort.pk]))


def test_what_a_reader_has_hidden_stands_by_itself_in_the_outbox_until_somebody_has_looked(planning, cohort):
    row = draft(planning, cohort)
    press(planning, row)
    Announcement.objects.update(leaves_at=timezone.now() - dt.timedelta(minutes=1))
    row.refresh_from_db()
    reader = mails(row).first().recipient
    announcing.hide(announcement=row, by=reader)
    outbox = text_of(planning.get(reverse("planning_outbox", args=[cohort.pk])))
    part = outbox.partition("Hidden by a reader, until the planning team has looked")[2]
    assert "2 people" in part.partition("Leaving")[0]
    assert "Did not arrive" not in outbox
    message = text_of(planning.get(reverse("planning_message", args=[mails(row).first().pk])))
    assert message.count("A reader has hidden what it speaks of: it waits until the planning team has looked.") == 3
    assert "Try again" not in message
    assert reader.name not in message.partition("What became of it")[2], "who hid it is nobody's business here"
    planning.post(reverse("cohort_announcement_show", args=[cohort.pk, row.pk]))
    assert set(mails(row).values_list("state", flat=True)) == {"planned"}


def held_until_tomorrow(planning, cohort) -> Announcement:
    on = (timezone.now() + dt.timedelta(days=2)).date()
    row = draft(planning, cohort, when="later", day=on.isoformat(), clock="09:00")
    press(planning, row)
    planning.post(reverse("planning_together", args=[mails(row).first().pk]), {"verb": "hold"})
    assert set(mails(row).values_list("state", flat=True)) == {"held"}
    row.refresh_from_db()
    return row


def words_of(answer) -> str:
    return text_of_html(answer.content.decode().partition("<main")[2])


@pytest.mark.parametrize("its_hour_has_come", [False, True])
def test_what_is_all_held_back_is_said_to_be_so_before_its_hour_and_after(
    planning, client, cohort, nia, paula, its_hour_has_come
):
    row = held_until_tomorrow(planning, cohort)
    if its_hour_has_come:
        Announcement.objects.update(leaves_at=timezone.now() - dt.timedelta(hours=1))
    page = words_of(planning.get(here(row)))
    assert "It is held back" in page
    assert "Nobody has got it, and nobody gets it before the planning team lets it go." in page
    assert ("It has left" in page, "It is about to leave" in page) == (False, False)
    assert ("Take it back" in page, "Correct it" in page) == (True, False)
    one = mails(row).order_by("next_attempt_at", "pk").first()
    let_go = reverse("planning_together", args=[one.pk])
    assert f'<a href="{let_go}">Look at what is held back and let it go</a>' in text_of(planning.get(here(row)))
    listed = words_of(planning.get(reverse("planning_announcements", args=[cohort.pk])))
    assert "held back for now" in listed
    assert ("has left" in listed, "about to leave" in listed) == (False, False)
    read = reverse("cohort_announcement", args=[cohort.pk, row.pk])
    client.force_login(nia)
    assert client.get(read).status_code == 404, "nobody has got it, so nobody reads it"
    assert read not in client.get(reverse("cohort", args=[cohort.pk])).content.decode()
    client.force_login(paula)
    planning.post(let_go, {"verb": "release"})
    page = words_of(planning.get(here(row)))
    assert ("Its hour has come, and all of it still waits" if its_hour_has_come else "It is about to leave") in page


def test_what_is_held_back_past_its_hour_can_be_taken_back(planning, cohort):
    row = held_until_tomorrow(planning, cohort)
    Announcement.objects.update(leaves_at=timezone.now() - dt.timedelta(hours=1))
    assert "Taken back. Nobody has got it" in text_of(planning.post(here(row), {"verb": "back"}, follow=True))
    assert set(mails(row).values_list("state", flat=True)) == {"void"}


def test_a_held_correction_is_called_so_beside_what_it_corrects(planning, cohort):
    first = draft(planning, cohort)
    press(planning, first)
    leave(first)
    row = corrected(planning, first)
    press(planning, row)
    mails(row).update(state="held", reason="held_by_person")
    Announcement.objects.filter(pk=row.pk).update(leaves_at=timezone.now() - dt.timedelta(seconds=1))
    assert "A correction is held back:" in words_of(planning.get(here(first)))
    assert "was corrected" not in words_of(planning.get(reverse("planning_announcements", args=[cohort.pk])))


def day_of(moment: dt.datetime, cohort: Cohort) -> str:
    return f" {wall_in(moment, cohort.time_zone).day} "


@pytest.fixture(params=["silent", "paused", "slow"])
def stands_still(request, db):
    """Return what a page says where nothing is sent now, or nothing yet."""
    long_ago, now = timezone.now() - dt.timedelta(minutes=20), timezone.now()
    how, says = {
        "silent": ({"last_tick": long_ago}, "No message leaves: what sends them is silent"),
        "paused": ({"last_tick": now, "paused_at": long_ago}, "No message leaves: sending is paused"),
        "slow": ({"last_tick": now}, "It goes as soon as its turn comes"),
    }[request.param]
    Tick.objects.update_or_create(pk=Tick.THE_ONE, defaults=how)
    return says


def test_past_its_hour_while_all_of_it_waits_it_is_not_said_to_have_left(planning, client, cohort, nia, stands_still):
    row = draft(planning, cohort)
    press(planning, row)
    row.refresh_from_db()
    Announcement.objects.update(leaves_at=timezone.now() - dt.timedelta(minutes=1))
    page = words_of(planning.get(here(row)))
    assert "Its hour has come, and all of it still waits" in page
    assert stands_still in page
    assert "On the site, those whom it is for can read it already." in page
    assert "It has left" not in page
    listed = words_of(planning.get(reverse("planning_announcements", args=[cohort.pk])))
    assert "its hour has come, it still waits" in listed
    assert ("has left" in listed, "No message leaves" in listed) == (False, "No message leaves" in stands_still)
    typed = TYPED | {"text_en": "Other.", "text_fr": "Autre.", "version": row.version}
    too_late = words_of(planning.post(reverse("planning_announcement_change", args=[row.pk]), typed))
    assert "Its hour has come, and on the site it can be read. Nothing you typed is lost" in too_late
    back = text_of(planning.post(here(row), {"verb": "back"}, follow=True))
    assert "Hide it there to stop its messages, or correct it." in back
    client.force_login(nia)
    assert client.get(reverse("cohort_announcement", args=[cohort.pk, row.pk])).status_code == 200


def test_hidden_past_its_hour_it_is_not_said_to_go(planning, cohort, paula):
    row = draft(planning, cohort)
    press(planning, row)
    Announcement.objects.update(leaves_at=timezone.now() - dt.timedelta(minutes=1))
    announcing.hide(announcement=row, by=paula)
    assert "It goes as soon as" not in words_of(planning.get(here(row)))
    assert set(mails(row).values_list("state", flat=True)) == {"void"}


WORDS = ["subject_en", "text_en", "subject_fr", "text_fr"]


def boxes(answer, within: list[str]) -> list[str]:
    """Return the names of these boxes in the order of the page."""
    return [
        one for one in re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', answer.content.decode()) if one in within
    ]


def test_the_boxes_in_the_planners_own_language_come_first(planning, cohort):
    url = reverse("planning_announcement_new", args=[cohort.pk])
    assert boxes(planning.get(url), WORDS) == WORDS
    theirs = Client()
    theirs.force_login(make.planner(cohort=cohort, language="fr"))
    with override("fr"):
        in_french = theirs.get(reverse("planning_announcement_new", args=[cohort.pk]))
    assert boxes(in_french, WORDS) == WORDS[2:] + WORDS[:2]
    assert in_french.context["form"].fields["text_en"].help_text, "what holds for both stands below the last"
    assert write(planning, cohort).status_code == 302
    row = Announcement.objects.get()
    assert {name: getattr(row, name) for name in WORDS} == {name: TYPED[name] for name in WORDS}


@pytest.mark.parametrize(("changed", "left"), [("en", "fr"), ("fr", "en")])
def test_changed_in_one_language_alone_it_is_asked_once_whether_the_other_is_right(planning, cohort, changed, left):
    row = draft(planning, cohort)
    url = reverse("planning_announcement_change", args=[row.pk])
    assert f'name="{left}_stays"' not in planning.get(url).content.decode()
    typed = TYPED | {"version": row.version, f"text_{changed}": "Other words."}
    answer = planning.post(url, typed)
    assert answer.context["form"].errors.keys() == {f"{left}_stays"}
    page = answer.content.decode()
    assert page.index(f'name="text_{left}"') < page.index(f'name="{left}_stays"')
    assert f'name="{changed}_stays"' not in page
    row.refresh_from_db()
    assert getattr(row, f"text_{changed}") == TYPED[f"text_{changed}"]
    assert planning.post(url, typed | {f"{left}_stays": "on"})["Location"] == here(row)
    row.refresh_from_db()
    assert getattr(row, f"text_{changed}") == "Other words."


def test_a_correction_in_one_language_alone_is_asked_about_and_what_has_one_language_is_not(planning, cohort):
    first = draft(planning, cohort)
    press(planning, first)
    leave(first)
    url = reverse("planning_announcement_correct", args=[first.pk])
    typed = TYPED | {"goes_to": "told", "text_fr": "La salle verte."}
    assert "You changed the French and not the English." in text_of(planning.post(url, typed))
    assert not Announcement.objects.filter(corrects=first).exists()
    assert planning.post(url, typed | {"en_stays": "on"}).status_code == 302
    alone = draft(planning, cohort, subject_fr="", text_fr="", roles=["participant"])
    change = reverse("planning_announcement_change", args=[alone.pk])
    only_one = TYPED | {"subject_fr": "", "text_fr": "", "roles": ["participant"], "version": alone.version}
    assert planning.post(change, only_one | {"text_en": "Other words."})["Location"] == here(alone)


def test_what_was_begun_stands_in_the_list_of_who_wrote_it_alone_and_can_be_thrown_away(
    planning, client, cohort, paula
):
    url = reverse("planning_announcements", args=[cohort.pk])
    first = draft(planning, cohort)
    press(planning, first)
    leave(first)
    anew, correct = (
        reverse("planning_announcement_new", args=[cohort.pk]),
        reverse("planning_announcement_correct", args=[first.pk]),
    )
    assert "Draft, not finished" not in words_of(planning.get(url))
    for page, subject in ((anew, ""), (correct, "Not the blue room")):
        key = planning.get(page).context["draft"].key
        typed = {"draft_key": key, "draft_back": page, "subject_en": subject, "text_en": "Bring your charts."}
        planning.post(reverse("draft"), typed)
    listed = planning.get(url)
    begun = [(one.subject, one.url) for one in listed.context["begun"]]
    assert begun == [("Not the blue room", correct), ("Bring your charts.", anew)]
    assert words_of(listed).count("Throw it away") == 2
    assert all(f'href="{address}"' in listed.content.decode() for _subject, address in begun)
    assert planning.get(anew).context["form"]["text_en"].value() == "Bring your charts."
    client.force_login(make.planner(cohort=cohort))
    assert client.get(url).context["begun"] == [], "nobody else sees it"
    client.force_login(paula)
    for one in listed.context["begun"]:
        gone = planning.post(reverse("draft_discard"), {"draft_key": one.key, "draft_back": url})
        assert gone["Location"] == url
    assert planning.get(url).context["begun"] == []


def test_what_went_in_part_says_so_with_the_day_of_the_first(planning, cohort, nia):
    row = draft(planning, cohort)
    press(planning, row)
    sent, hour = timezone.now() - dt.timedelta(days=2), timezone.now() + dt.timedelta(days=2)
    Announcement.objects.update(leaves_at=hour)
    mails(row).filter(recipient=nia).update(state="sent", sent_at=sent)
    url = reverse("planning_announcements", args=[cohort.pk])

    def listed() -> str:
        return words_of(planning.get(url)).partition("A new room")[2]

    assert "partly left" in listed()
    assert day_of(sent, cohort) in listed().replace(",", " ")
    assert day_of(hour, cohort) not in listed().replace(",", " ")
    assert "Some of it has left" in words_of(planning.get(here(row)))
    mails(row).filter(state="planned").update(state="held", reason="held_by_person")
    assert "partly left" in listed()
    page = words_of(planning.get(here(row)))
    assert "Some of it is held back. Nobody gets that before the planning team lets it go." in page
    assert "Look at what is held back and let it go" in page
    mails(row).update(state="sent", sent_at=sent, reason="")
    assert "has left" in listed()
    assert day_of(sent, cohort) in listed().replace(",", " "), "all of it left before its hour"
    assert "It has left" in words_of(planning.get(here(row)))


def test_many_in_the_list_cost_no_more_than_one(planning, cohort, django_assert_num_queries):
    url = reverse("planning_announcements", args=[cohort.pk])
    held_until_tomorrow(planning, cohort)
    planning.get(url)
    with CaptureQueriesContext(connection) as asked:
        planning.get(url)
    n = len(asked)
    for _nth in range(3):
        press(planning, draft(planning, cohort))
    with django_assert_num_queries(n):
        planning.get(url)
