"""Registration for a public session: confirmed by mail, reminded, let in, told afterwards, erased."""

import datetime as dt
import re

import icalendar
import pytest
import vobject
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import sheets
from core.refusals import Refused
from enrolment.site import pages
from notifications.briefing import Briefing
from notifications.models import ConsentEntry, PlannedMessage
from notifications.wording import Gone, render
from sessions import cancelling, services
from sessions.models import Appearance, LearningSession, Recap, Registration, SessionRules, Speaker
from sessions.public import registration
from sessions.speaking import own_page as speaking
from tests import make

pytestmark = pytest.mark.django_db
MEETING = "https://zoom.us/j/123?pwd=canary"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TYPED = {"name": "Mina Okpik", "email": "Mina@Example.ca", "language": "en", "city": "iqaluit"}


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def cohort():
    programme = make.programme(slug_en="safety", slug_fr="securite")
    pages.write_defaults(programme=programme, publish=True)
    return make.open_cohort(programme=programme)


@pytest.fixture
def launch(cohort):
    return make.learning_session(
        cohort=cohort, kind="webinar", minutes_ahead=60 * 24 * 10, url=MEETING, title_en="Launch webinar",
        title_fr="Webinaire de lancement", is_public=True,
    )  # fmt: skip


@pytest.fixture
def mina(launch):
    """Return a registration that was confirmed."""
    registration.register(learning_session=launch, address="1.2.3.4", **TYPED)
    row = Registration.objects.get()
    registration.confirm(row=row)
    row.refresh_from_db()
    return row


def mails(kind):
    return list(PlannedMessage.objects.filter(kind=f"sessions/registration-{kind}").order_by("created_at"))


def link(row, what=""):
    return reverse(f"registration{what}", args=[registration.token_for(row)])


def test_nobody_is_registered_until_the_mailbox_confirms(client, launch):
    page = reverse("register", args=[launch.pk])
    assert "Launch webinar" in client.get(page).content.decode()
    assert client.post(page, TYPED).url == reverse("register_sent", args=[launch.pk])
    row = Registration.objects.get()
    assert (row.email, row.confirmed_at) == ("mina@example.ca", None)
    letter = render(mails("confirm")[0])
    path = re.search(r"/registration/[^/\s]+/", letter.plain).group()
    assert "mina" not in path.lower()
    assert "Yes, I am coming" in client.get(path).content.decode()
    assert Registration.objects.get().confirmed_at is None
    assert "Mina Okpik, you are registered." in client.post(path).content.decode()
    row.refresh_from_db()
    assert row.confirmed_at
    assert row.told_start == launch.starts_at
    said = ConsentEntry.objects.get()
    assert (said.recipient_key, said.said, said.what) == ("mina@example.ca", "asked", "registration 1")


def test_the_answer_is_the_same_for_a_mailbox_that_is_known(client, launch, mina):
    page = reverse("register", args=[launch.pk])
    known = client.post(page, {**TYPED, "name": "Somebody Else"})
    new = client.post(page, {**TYPED, "email": "new@example.ca"})
    assert (known.status_code, known.url) == (new.status_code, new.url)
    mina.refresh_from_db()
    assert mina.name == "Mina Okpik"
    assert "registered already" in render(mails("confirm")[-2]).plain


def test_a_mailbox_gets_few_mails_and_a_bad_form_keeps_what_was_typed(client, launch):
    page = reverse("register", args=[launch.pk])
    for _nth in range(9):
        assert client.post(page, TYPED).status_code == 302
    assert len(mails("confirm")) == registration.PER_MAILBOX
    text = client.post(page, {**TYPED, "email": "no address", "name": "www.spam.com"}).content.decode()
    assert "This is no e-mail address yet." in text
    assert "www.spam.com" in text


def test_a_session_that_is_not_public_or_has_ended_takes_nobody(client, launch):
    page = reverse("register", args=[launch.pk])
    LearningSession.objects.update(starts_at=timezone.now() - DAY)
    assert "Nobody can register" in client.get(page).content.decode()
    launch.refresh_from_db()
    with pytest.raises(Refused):
        registration.register(learning_session=launch, address="x", **TYPED)
    LearningSession.objects.update(is_public=False)
    assert client.get(page).status_code == 404


def told_at(launch, *before: dt.timedelta):
    """Return the reminders, as they are read so long before the session begins."""
    for row, ahead in zip(mails("reminder"), before, strict=True):
        row.said_at = launch.starts_at - ahead
        yield row


def test_two_reminders_go_each_once(launch, mina):
    for before, expected in (
        (9 * DAY, 0), (2 * DAY - HOUR, 1), (DAY, 1), (dt.timedelta(minutes=50), 2), (dt.timedelta(minutes=1), 2),
    ):  # fmt: skip
        registration.sweep(now=launch.starts_at - before)
        assert len(mails("reminder")) == expected
    two_days, hour = (render(row) for row in told_at(launch, 2 * DAY - HOUR, dt.timedelta(minutes=50)))
    assert "It takes place in two days." in two_days.plain or "It takes place tomorrow." in two_days.plain
    assert "It begins within the hour." in hour.plain
    assert link(mina) in hour.plain
    assert "canary" not in two_days.plain + hour.plain


def test_whoever_registers_in_the_last_hour_is_sent_the_link_at_once(launch, mina):
    registration.sweep(now=launch.starts_at - dt.timedelta(minutes=20))
    assert len(mails("reminder")) == 1


def test_whoever_confirms_within_two_days_gets_the_last_reminder_alone(launch, mina):
    Registration.objects.filter(pk=mina.pk).update(confirmed_at=None, told_start=None)
    LearningSession.objects.filter(pk=launch.pk).update(starts_at=timezone.now() + DAY)
    row = Registration.objects.select_related("learning_session__cohort").get(pk=mina.pk)
    registration.confirm(row=row)
    registration.sweep(now=timezone.now())
    assert not mails("reminder")
    registration.sweep(now=row.learning_session.starts_at - dt.timedelta(minutes=50))
    assert len(mails("reminder")) == 1


def test_the_link_names_and_the_button_joins(client, launch, mina):
    page, join = link(mina), link(mina, "_join")
    assert client.post(join).status_code == 409
    LearningSession.objects.update(starts_at=timezone.now() + dt.timedelta(minutes=5))
    text = client.get(page).content.decode()
    assert "Join as Mina Okpik" in text
    assert "canary" not in text
    assert client.get(join).status_code == 302
    assert Registration.objects.get().joined_at is None
    answer = client.post(join)
    assert f"url={MEETING}" in answer.content.decode()
    assert answer.headers["Cache-Control"].startswith("no-store")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert Registration.objects.get().joined_at


def test_a_move_is_told_once_it_cannot_be_undone_and_reminds_anew(launch, mina):
    registration.sweep(now=launch.starts_at - DAY)
    services.move_session(
        learning_session=launch, to=launch.wall + 3 * DAY, by=make.planner(cohort=launch.cohort), reason="x"
    )
    registration.sweep()
    assert not mails("moved")
    later = timezone.now() + dt.timedelta(seconds=settings.UNDO_SECONDS + 5)
    for _nth in range(2):
        registration.sweep(now=later)
    assert len(mails("moved")) == 1
    assert "takes place at another time" in render(mails("moved")[0]).plain
    launch.refresh_from_db()
    registration.sweep(now=launch.starts_at - DAY)
    assert len(mails("reminder")) == 2


def test_a_cancelling_is_told_once_and_nothing_after_it(launch, mina):
    cancelling.cancel_session(learning_session=launch, by=make.planner(cohort=launch.cohort), reason="A strike.")
    registration.sweep()
    assert not mails("cancelled")
    for _nth in range(2):
        registration.sweep(now=timezone.now() + dt.timedelta(seconds=settings.UNDO_SECONDS + 5))
    assert len(mails("cancelled")) == 1
    assert "A strike." in render(mails("cancelled")[0]).plain
    registration.sweep(now=launch.starts_at - HOUR / 2)
    assert not mails("reminder")


def entry_of(mail):
    """The method of the one calendar in a mail and its entry, read by both libraries."""
    (part,) = mail.calendar
    calendar = vobject.readOne(part.text)
    (other,) = icalendar.Calendar.from_ical(part.text).walk("VEVENT")
    event = calendar.vevent
    assert (str(other["UID"]), int(other["SEQUENCE"])) == (event.uid.value, int(event.sequence.value))
    assert calendar.method.value == part.method
    return part.method, event


def test_nothing_is_put_into_a_calendar_before_the_mailbox_confirms(launch):
    registration.register(learning_session=launch, address="1.2.3.4", **TYPED)
    assert render(mails("confirm")[0]).calendar == ()
    assert not mails("done")


def test_a_mail_that_leaves_late_puts_nothing_into_a_calendar_that_has_begun(launch, mina):
    LearningSession.objects.filter(pk=launch.pk).update(starts_at=timezone.now() - dt.timedelta(minutes=1))
    assert render(mails("done")[0]).calendar == ()


def test_a_calendar_of_somebody_from_outside_follows_the_session(launch, mina):
    LearningSession.objects.filter(pk=launch.pk).update(dial_in="1 855 555-0188, 123#")
    SessionRules.objects.create(programme=launch.cohort.programme, dial_in_is_told=True)
    paula = make.planner(cohort=launch.cohort)
    later = timezone.now() + dt.timedelta(seconds=settings.UNDO_SECONDS + 5)
    mail = render(mails("done")[0])
    method, event = entry_of(mail)
    assert (method, event.uid.value, event.sequence.value) == ("REQUEST", f"{launch.pk}@localhost", "0")
    assert event.dtstart.value == launch.starts_at
    assert event.attendee.value == "mailto:mina@example.ca"
    assert event.attendee.params["RSVP"] == ["FALSE"]
    assert event.url.value.endswith(reverse("register", args=[launch.pk]))
    text = mail.calendar[0].text.replace("\r\n ", "")
    for secret in (registration.token_for(mina), "canary", "Mina", "0188"):
        assert secret not in text
    services.move_session(learning_session=launch, to=launch.wall + dt.timedelta(minutes=8), by=paula)
    registration.sweep()
    assert not mails("moved"), "it can be undone"
    for _nth in range(2):
        registration.sweep(now=later)
    (row,) = mails("moved")
    launch.refresh_from_db()
    method, event = entry_of(render(row))
    assert (method, event.dtstart.value, event.sequence.value) == ("REQUEST", launch.starts_at, "1")
    cancelling.cancel_session(learning_session=launch, by=paula, reason="A strike.")
    registration.sweep(now=later)
    method, event = entry_of(render(mails("cancelled")[0]))
    assert (method, event.uid.value) == ("CANCEL", f"{launch.pk}@localhost")
    assert (event.status.value, event.sequence.value) == ("CANCELLED", "2")


def test_who_types_a_confirmed_mailbox_again_takes_nothing_back_and_fills_no_calendar(launch, mina):
    registration.sweep(now=launch.starts_at - dt.timedelta(minutes=50))
    waits = [*mails("done"), *mails("reminder")]
    assert len(waits) == 2
    for nth in (2, 3):
        registration.register(learning_session=launch, address="1.2.3.4", **TYPED)
        assert len(mails("confirm")) == nth
    briefing = Briefing(waits)
    assert [briefing.no_longer(row) for row in waits] == [None, None]
    assert "registered already" in render(mails("confirm")[-1]).plain
    assert render(mails("confirm")[-1]).calendar == ()


def test_another_length_or_title_reaches_a_calendar_from_outside_in_one_quiet_mail(launch, mina):
    paula = make.planner(cohort=launch.cohort)
    later = timezone.now() + dt.timedelta(seconds=settings.UNDO_SECONDS + 5)

    def left(kind):
        now = timezone.now()
        row = mails(kind)[-1]
        PlannedMessage.objects.filter(pk=row.pk).update(state="sent", begun_at=now, sent_at=now)

    def change(**values):
        version = LearningSession.objects.get(pk=launch.pk).details_version
        services.change_details(learning_session=launch, by=paula, version=version, **values)

    change(title_en="Before the mail left")
    registration.sweep(now=later)
    assert not mails("changed"), "the mail that waits tells it"
    left("done")
    change(minutes=launch.minutes + 30)
    change(title_en="New name")
    registration.sweep()
    assert not mails("changed"), "it may be changed back"
    for _nth in range(2):
        registration.sweep(now=later)
    (row,) = mails("changed")
    mail = render(row)
    assert f"It now takes {launch.minutes + 30} minutes, not {launch.minutes}." in mail.plain
    assert "before: “Before the mail left”" in mail.plain
    # The rest of the token says in which second it was made.
    assert registration.token_for(mina).partition(":")[0] in mail.plain
    method, event = entry_of(mail)
    assert (method, event.uid.value) == ("REQUEST", f"{launch.pk}@localhost")
    assert event.dtend.value == launch.ends_at + dt.timedelta(minutes=30)
    assert event.summary.value.startswith("New name")
    left("changed")
    change(title_fr="Autre nom", prework_en="Read it.")
    registration.sweep(now=later)
    assert len(mails("changed")) == 1, "in her language nothing is other"
    change(title_en="Newest name")
    registration.sweep(now=later)
    assert "before: “New name”" in render(mails("changed")[-1]).plain


def test_a_late_move_of_a_public_session_is_told_before_it_begins(cohort):
    near = make.learning_session(cohort=cohort, minutes_ahead=15, is_public=True)
    registration.register(learning_session=near, address="1.2.3.4", **TYPED)
    registration.confirm(row=Registration.objects.get())
    services.move_session(learning_session=near, to=near.wall - dt.timedelta(minutes=5), by=make.planner(cohort=cohort))
    registration.sweep()
    assert len(mails("moved")) == 1


def test_no_recording_comes_by_mail_before_its_speaker_has_agreed(launch, mina):
    speaker = Speaker.objects.create(programme=launch.cohort.programme, name="Ada Lund")
    row = Appearance.objects.create(learning_session=launch, speaker=speaker)
    LearningSession.objects.update(starts_at=timezone.now() - DAY)
    Recap.objects.create(
        learning_session=launch, recording_en="https://video.example.org/1", published_at=timezone.now()
    )
    speaking.consent(appearance=row, to="publication", agrees=True)
    registration.sweep()
    assert not mails("recording")
    speaking.consent(appearance=row, to="recording", agrees=True)
    registration.sweep()
    assert len(mails("recording")) == 1
    speaking.consent(appearance=row, to="recording", agrees=False)
    with pytest.raises(Gone):
        render(mails("recording")[0])


def test_the_recording_comes_by_mail_with_an_application_filled_in(client, cohort, launch, mina):
    LearningSession.objects.update(starts_at=timezone.now() - DAY)
    registration.sweep()
    assert not mails("recording")
    Recap.objects.create(
        learning_session=launch, recording_en="https://video.example.org/1", published_at=timezone.now()
    )
    for _nth in range(2):
        registration.sweep()
    assert len(mails("recording")) == 1
    letter = render(mails("recording")[0])
    assert "https://video.example.org/1" in letter.plain
    path = re.search(r"/apply/\S+", letter.plain).group()
    assert "mina" not in path.lower()
    form = client.get(path).content.decode()
    assert 'value="Mina Okpik"' in form
    assert 'value="mina@example.ca"' in form
    assert 'value="Mina Okpik"' not in client.get(path[:-4] + "abcd").content.decode()


def test_withdrawing_erases_and_says_so(client, mina):
    page = link(mina, "_withdraw")
    assert "Erase my registration" in client.get(page).content.decode()
    assert Registration.objects.exists()
    assert "erased" in client.post(page).content.decode()
    assert not Registration.objects.exists()
    assert client.get(link(mina)).status_code == 404
    assert not PlannedMessage.objects.filter(address="mina@example.ca").exclude(state="planned").exists()


def test_thirty_days_later_and_unconfirmed_after_seven_they_are_erased(launch, mina):
    registration.register(learning_session=launch, address="x", **{**TYPED, "email": "two@example.ca"})
    registration.sweep(now=timezone.now() + 8 * DAY)
    assert [row.email for row in Registration.objects.all()] == ["mina@example.ca"]
    registration.sweep(now=launch.ends_at + 29 * DAY)
    assert Registration.objects.exists()
    registration.sweep(now=launch.ends_at + 31 * DAY)
    assert not Registration.objects.exists()
    assert not ConsentEntry.objects.exists()


@pytest.mark.parametrize("token", ["x", "%00", "a:b:c", "é" * 300])
def test_a_link_of_nobodys_making_leads_nowhere(client, token):
    for what in ("", "_join", "_withdraw"):
        assert client.get(reverse(f"registration{what}", args=[token])).status_code == 404
        assert client.post(reverse(f"registration{what}", args=[token])).status_code == 404


def test_the_first_page_of_the_series_names_it_while_it_is_ahead(client, cohort, launch, django_assert_max_num_queries):
    page = pages.address(cohort.programme, "overview", "en")
    with django_assert_max_num_queries(6):
        text = client.get(page).content.decode()
    assert "Launch webinar" in text
    assert reverse("register", args=[launch.pk]) in text
    LearningSession.objects.filter(pk=launch.pk).update(starts_at=timezone.now() - DAY)
    assert reverse("register", args=[launch.pk]) not in client.get(page).content.decode()


def test_planners_open_it_and_read_who_comes(client, cohort, launch, mina):
    client.force_login(make.planner(cohort=cohort, language="en"))
    page = reverse("planning_session_registered", args=[launch.pk])
    text = client.get(page).content.decode()
    assert "1 person has registered." in text
    assert "Mina Okpik" in text
    lines = [line.cells for line in sheets.read(client.get(page, {"as": "xlsx"}).content)]
    assert lines[1] == ("Mina Okpik", "mina@example.ca", "English", "Iqaluit")
    client.post(page, {"public": "no"})
    assert not LearningSession.objects.get(pk=launch.pk).is_public
    client.post(page, {"public": "yes"})
    assert LearningSession.objects.get(pk=launch.pk).is_public


def test_a_round_takes_as_many_statements_for_two_as_for_forty(launch, mina):
    def cost(extra, when):
        Registration.objects.bulk_create(
            Registration(
                learning_session=launch, name=f"N{n}", email=f"n{n}.{when}@example.ca", language="fr",
                confirmed_at=timezone.now(), told_start=launch.starts_at,
            )
            for n in range(extra)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            registration.sweep(now=launch.starts_at - dt.timedelta(hours=when))
        return len(asked)

    assert cost(1, 40) == cost(38, 30)


def test_after_a_standstill_nobody_hears_of_what_is_over(launch, mina):
    registration.sweep(now=launch.starts_at - 2 * DAY + HOUR)
    registration.sweep(now=launch.starts_at - dt.timedelta(minutes=50))
    two_days, hour = mails("reminder")
    assert two_days.not_after == launch.starts_at
    assert hour.not_after == launch.ends_at, "who is late finds the way in"
    assert {row.not_after for row in [*mails("confirm"), *mails("done")]} == {launch.ends_at}
    cancelling.cancel_session(learning_session=launch, reason="", by=None)
    registration.sweep(now=launch.starts_at - HOUR)
    assert [row.not_after for row in mails("cancelled")] == [launch.ends_at]
    LearningSession.objects.filter(pk=launch.pk).update(starts_at=timezone.now() - 3 * DAY)
    Registration.objects.update(last_told_at=None, version=9)
    launch.refresh_from_db()
    before = PlannedMessage.objects.count()
    registration.sweep()
    assert PlannedMessage.objects.count() == before
