"""Certificates: earned by the programme's rule, given once, checked by anybody, taken back; all of them in one file."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from audit.models import Entry
from core.refusals import Refused
from jobs import services as jobs
from jobs.models import Job
from notifications.models import PlannedMessage
from sessions.attendance import certificates, programme_rules
from sessions.models import Certificate, Followed, SessionRules
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def told_at_once(settings):
    settings.UNDO_SECONDS = 0


@pytest.fixture
def held(cast):
    """Two sessions of 90 minutes that are over."""
    make_one = lambda before: make.learning_session(  # noqa: E731
        cohort=cast.cohort, minutes_ahead=-before, minutes=90, kind="learning"
    )
    return [make_one(3000), make_one(300)]


def come(cast, person, *sessions):
    for one in sessions:
        make.attendance(learning_session=one, person=person, team=cast.team)


def due(cast) -> dict:
    return {one.person.name: (one.sessions, one.hours) for one in certificates.standing_of(cast.cohort).due}


def rule(cast, **values):
    SessionRules.objects.update_or_create(programme=cast.programme, defaults=values)


def test_the_rule_is_the_programmes_sessions_or_hours(cast, held):
    come(cast, cast.nia, *held)
    come(cast, cast.tess, held[0])
    assert due(cast) == {"Nia Roy": (2, Decimal("3.0"))}
    rule(cast, certificate_for="hours", certificate_least=Decimal("1.5"))
    assert set(due(cast)) == {"Nia Roy", "Tess Holloway"}
    rule(cast, certificate_for="hours", certificate_least=Decimal("3.5"))
    assert due(cast) == {}


def test_catching_up_counts_where_the_programme_says_so(cast, held):
    come(cast, cast.nia, held[0])
    for one in held:
        Followed.objects.create(learning_session=one, person=cast.nia, at=timezone.now())
    assert due(cast) == {}
    rule(cast, catching_up_counts=True)
    assert due(cast) == {"Nia Roy": (2, Decimal("3.0"))}


def test_what_is_cancelled_ahead_or_an_office_hour_does_not_count(cast, held):
    office = make.learning_session(cohort=cast.cohort, minutes_ahead=-100, kind="office")
    called_off = make.learning_session(cohort=cast.cohort, minutes_ahead=-100, kind="learning")
    type(called_off).objects.filter(pk=called_off.pk).update(cancelled_at=timezone.now())
    come(cast, cast.nia, held[0], office, called_off, cast.next_session)
    assert due(cast) == {}


def test_who_has_no_account_any_more_or_only_helps_the_team_is_owed_none(cast, held):
    coach = make.coach(team=cast.team)
    for person in (cast.nia, coach):
        come(cast, person, *held)
    assert set(due(cast)) == {"Nia Roy"}
    type(cast.nia).objects.filter(pk=cast.nia.pk).update(is_active=False)
    assert due(cast) == {}


@pytest.mark.parametrize(
    ("minutes", "en", "fr"),
    [(60, "1 hour in all", "1 heure en tout"), (90, "1.5 hours", "1,5 heure"), (120, "2 hours", "2 heures")],
)
def test_hours_are_written_as_each_language_counts_them(cast, minutes, en, fr):
    one = make.learning_session(cohort=cast.cohort, minutes_ahead=-3000, minutes=minutes, kind="learning")
    rule(cast, certificate_least=Decimal("1"))
    come(cast, cast.nia, one)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    row = Certificate.objects.get()
    for language, words in (("en", en), ("fr", fr)):
        row.person.language = language
        with override(language):
            assert words in certificates.facts_of(row)["took_part"]


def test_they_are_given_once_and_each_person_is_written_to(client, cast, held):
    come(cast, cast.nia, *held)
    come(cast, cast.pierre, *held)
    client.force_login(cast.paula)
    url = reverse("planning_certificates", args=[cast.cohort.pk])
    assert "2 mails wait" in client.get(url, {"look": 1}).content.decode()
    seen = certificates.standing_of(cast.cohort).mark
    for _press in range(2):
        client.post(url, {"seen": seen})
    assert sorted(Certificate.objects.values_list("name", "hours")) == [("Nia Roy", 3), ("Pierre Cyr", 3)]
    sent = PlannedMessage.objects.filter(kind="sessions/certificate")
    assert {one.recipient for one in sent} == {cast.nia, cast.pierre}
    assert "Nobody waits for one" in client.get(url).content.decode()


def test_nothing_is_given_that_was_not_looked_at(client, cast, held):
    come(cast, cast.nia, *held)
    seen = certificates.standing_of(cast.cohort).mark
    come(cast, cast.pierre, *held)
    client.force_login(cast.paula)
    url = reverse("planning_certificates", args=[cast.cohort.pk])
    for sent in ({}, {"seen": seen}):
        assert "has changed in the meantime" in client.post(url, sent, follow=True).content.decode()
    assert not Certificate.objects.exists()


def test_until_its_mails_leave_one_press_takes_a_batch_back(client, cast, held, settings):
    settings.UNDO_SECONDS = 600
    come(cast, cast.nia, *held)
    come(cast, cast.pierre, *held)
    client.force_login(cast.paula)
    url = reverse("planning_certificates", args=[cast.cohort.pk])
    client.post(url, {"seen": certificates.standing_of(cast.cohort).mark})
    (batch,) = certificates.standing_of(cast.cohort).fresh
    mails = PlannedMessage.objects.filter(kind="sessions/certificate", state="planned")
    assert min(one.due_at for one in mails) >= batch.until
    assert not certificates.certificates_of(cast.nia).exists()
    assert "Take all 2 back" in client.get(url).content.decode()
    for _press in range(2):
        text = client.post(url, {"undo": batch.key}, follow=True).content.decode()
    assert "mails of these have left" not in text
    assert not Certificate.objects.exists()
    assert not mails.all().exists()
    assert Entry.objects.filter(verb="certificate.ungiven").count() == 2
    assert set(due(cast)) == {"Nia Roy", "Pierre Cyr"}


def test_a_batch_of_which_a_mail_is_leaving_stays(cast, held, settings):
    settings.UNDO_SECONDS = 600
    come(cast, cast.nia, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    (batch,) = certificates.standing_of(cast.cohort).fresh
    PlannedMessage.objects.filter(kind="sessions/certificate").update(state="sent", sent_at=timezone.now())
    with pytest.raises(Refused, match="have left"):
        certificates.take_back_together(cohort=cast.cohort, key=batch.key, by=cast.paula)
    assert Certificate.objects.filter(revoked_at=None).exists()


def test_once_the_mails_have_left_a_batch_stays(client, cast, held):
    come(cast, cast.nia, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    key = Certificate.objects.get().created_at.isoformat()
    client.force_login(cast.paula)
    url = reverse("planning_certificates", args=[cast.cohort.pk])
    assert "mails of these have left" in client.post(url, {"undo": key}, follow=True).content.decode()
    assert client.post(url, {"undo": "yesterday\x00"}).status_code == 302
    assert Certificate.objects.filter(revoked_at=None).exists()


def test_it_names_the_sessions_as_they_were_then(cast, held):
    come(cast, cast.pierre, held[0])
    Followed.objects.create(learning_session=held[1], person=cast.pierre, at=timezone.now())
    rule(cast, catching_up_counts=True)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    type(held[0]).objects.filter(pk=held[0].pk).update(title_fr="Autre chose")
    row = Certificate.objects.get()
    with override("fr"):
        facts = certificates.facts_of(row)
    first, second = [title for _day, title in facts["counted"]]
    assert first == held[0].title_fr
    assert second.startswith(f"{held[1].title_fr} (")
    assert "2 séances" in facts["took_part"]
    assert facts["by"] == row.cohort.programme.name_fr
    with override("fr"):
        assert facts["check"].endswith(reverse("certificate_check"))


def test_a_certificate_is_a_pdf_in_the_persons_language_for_them_and_the_planners(client, cast, held):
    come(cast, cast.pierre, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    row = Certificate.objects.get()
    url = reverse("certificate", args=[row.pk])
    for who, status in ((cast.pierre, 200), (cast.paula, 200), (cast.nia, 404), (cast.pia, 404)):
        client.force_login(who)
        assert client.get(url).status_code == status, who.name
    client.force_login(cast.pierre)
    made = client.get(url).content
    assert made.startswith(b"%PDF")
    assert b"/Lang(fr-CA)" in made
    assert certificates.printed(row.code) in client.get(reverse("my_certificates")).content.decode()


def test_anybody_checks_one_by_its_code_however_it_is_typed(client, cast, held):
    come(cast, cast.nia, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    row = Certificate.objects.get()
    url = reverse("certificate_check")
    text = client.get(url, {"code": f" {certificates.printed(row.code).lower()} "}).content.decode()
    assert "is valid" in text
    assert "Nia Roy" in text
    assert "no certificate with this code" in client.get(url, {"code": "BCDF-GHJK-MNPQ"}).content.decode()
    assert "no certificate" in client.get(url, {"code": "x" * 30}).content.decode()
    certificates.revoke(certificate=row, reason="A mistake of ours", by=cast.paula)
    text = client.get(url, {"code": row.code}).content.decode()
    assert "taken back" in text
    assert "Nia Roy" not in text
    assert "mistake" not in text


def test_codes_are_not_tried_without_end(client, monkeypatch):
    monkeypatch.setattr("sessions.views.certificates.CHECKS_A_MINUTE", 3)
    statuses = [client.get(reverse("certificate_check"), {"code": "B" * 12}).status_code for _n in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_what_was_taken_back_is_not_given_again_by_the_same_press(client, cast, held):
    come(cast, cast.nia, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    client.force_login(cast.paula)
    row = Certificate.objects.get()
    url = reverse("planning_certificate_revoke", args=[cast.cohort.pk, row.pk])
    assert client.post(url, {"reason": ""}).status_code == 200
    client.post(url, {"reason": "She was not there."})
    assert certificates.give(cohort=cast.cohort, by=cast.paula) == 0
    assert not PlannedMessage.objects.filter(kind="sessions/certificate", state="planned").exists()


def test_taking_back_what_was_just_given_leaves_the_files_of_before(cast, held, settings):
    settings.UNDO_SECONDS = 600
    come(cast, cast.nia, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    Certificate.objects.update(created_at=timezone.now() - dt.timedelta(hours=1))
    before = certificates.ask_for_all(cohort=cast.cohort, by=cast.paula)
    come(cast, cast.pierre, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    Job.objects.filter(pk=before.pk).update(created_at=timezone.now() - dt.timedelta(minutes=30))
    certificates.ask_for_all(cohort=cast.cohort, by=cast.paula)
    (batch,) = certificates.standing_of(cast.cohort).fresh
    assert certificates.take_back_together(cohort=cast.cohort, key=batch.key, by=cast.paula) == 1
    assert list(Job.objects.all()) == [before], "it cannot hold any of these"


def test_no_file_of_before_holds_one_that_was_taken_back(client, cast, held):
    come(cast, cast.nia, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    certificates.ask_for_all(cohort=cast.cohort, by=cast.paula)
    jobs.work()
    certificates.revoke(certificate=Certificate.objects.get(), reason="Not there", by=cast.paula)
    assert not Job.objects.exists()


def test_what_was_taken_back_is_given_again_to_who_is_chosen(client, cast, held):
    come(cast, cast.nia, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    old = Certificate.objects.get()
    certificates.revoke(certificate=old, reason="A mistake", by=cast.paula)
    client.force_login(cast.paula)
    page = reverse("planning_certificates", args=[cast.cohort.pk])
    again = reverse("planning_certificate_give_again", args=[cast.cohort.pk, old.pk])
    assert again in client.get(page).content.decode()
    for _press in range(2):
        client.post(again)
    new = Certificate.objects.get(revoked_at=None)
    assert (new.person, new.sessions, new.hours) == (cast.nia, 2, 3)
    assert new.code != old.code
    assert PlannedMessage.objects.filter(kind="sessions/certificate", source_id=str(new.pk), state="planned").exists()
    assert again not in client.get(page).content.decode()


def test_what_was_taken_back_is_not_given_again_to_who_has_not_earned_it(client, cast, held):
    come(cast, cast.nia, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    old = Certificate.objects.get()
    certificates.revoke(certificate=old, reason="She was not there", by=cast.paula)
    held[0].attendance.all().delete()
    client.force_login(cast.paula)
    again = reverse("planning_certificate_give_again", args=[cast.cohort.pk, old.pk])
    assert again not in client.get(reverse("planning_certificates", args=[cast.cohort.pk])).content.decode()
    assert "has not earned one" in client.post(again, follow=True).content.decode()
    assert not Certificate.objects.filter(revoked_at=None).exists()


def test_with_another_name_it_is_given_again_and_the_old_one_taken_back(client, cast, held):
    come(cast, cast.nia, *held)
    certificates.give(cohort=cast.cohort, by=cast.paula)
    old = Certificate.objects.get()
    client.force_login(cast.paula)
    page = reverse("planning_certificates", args=[cast.cohort.pk])
    again = reverse("planning_certificate_give_again", args=[cast.cohort.pk, old.pk])
    assert again not in client.get(page).content.decode()
    assert "with this name already" in client.post(again, follow=True).content.decode()
    type(cast.nia).objects.filter(pk=cast.nia.pk).update(name="Nia Roy-Hall")
    held[0].attendance.all().delete()
    assert "Now called Nia Roy-Hall" in client.get(page).content.decode()
    client.post(again)
    new = Certificate.objects.get(revoked_at=None)
    assert (new.name, new.sessions, new.hours) == ("Nia Roy-Hall", 2, 3)
    old.refresh_from_db()
    assert "name was corrected" in old.revoke_reason


def test_all_of_a_cohort_in_one_file(client, cast, held):
    come(cast, cast.nia, *held)
    come(cast, cast.pierre, *held)
    client.force_login(cast.paula)
    url = reverse("planning_certificates_all", args=[cast.cohort.pk])
    assert "No certificate has been given" in client.post(url, follow=True).content.decode()
    certificates.give(cohort=cast.cohort, by=cast.paula)
    client.post(url)
    jobs.work()
    job = Job.objects.get()
    with zipfile.ZipFile(io.BytesIO(bytes(job.result))) as archive:
        assert len(archive.namelist()) == 2
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    file = reverse("my_file", args=[job.pk])
    assert client.get(file).status_code == 200
    cast.paula.memberships.filter(role="planner").update(until=timezone.now())
    assert client.get(file).status_code == 404, "it goes with the role"
    certificates.forget(cast.nia)
    assert not Job.objects.exists()


def test_the_rules_of_a_programme_are_changed_by_who_plans_it(client, cast):
    client.force_login(cast.paula)
    url = reverse("planning_session_rules", args=[cast.programme.pk])
    sent = {
        "version": 1,
        "least_percent": 70,
        "catching_up_counts": "on",
        "certificate_for": "hours",
        "certificate_least": "4.5",
    }
    assert client.post(url, sent).status_code == 302
    now = programme_rules.rules_of(cast.programme.pk)
    assert (now.least_percent, now.catching_up_counts, now.certificate_for, now.certificate_least, now.version) == (
        70, True, "hours", Decimal("4.5"), 2
    )  # fmt: skip
    assert client.post(url, {**sent, "least_percent": 10}).status_code == 409
    client.force_login(cast.colin)
    assert client.get(url).status_code == 404
