"""The page of the doctor: each line, good and bad."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from audit.models import Entry
from collaborative.models import Membership, Programme
from desk import backup, doctor
from notifications import services, webpush
from notifications.models import PlannedMessage, Tick
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    settings.DEMO = False
    monkeypatch.setenv("SECRET_KEY", settings.SECRET_KEY)


def ago(**how):
    return timezone.now() - dt.timedelta(**how)


@pytest.mark.parametrize(("how_long", "state"), [({"seconds": 40}, "good"), ({"minutes": 6}, "BAD"), (None, "BAD")])
def test_last_tick(how_long, state):
    if how_long:
        Tick.objects.create(pk=1, last_tick=ago(**how_long))
    assert doctor.last_tick().state == state


@pytest.mark.parametrize(("minutes", "state"), [(2, "good"), (30, "BAD")])
def test_oldest_due_message(minutes, state):
    assert doctor.oldest_due() == doctor.Row("oldest due message", "good", "nothing is due")
    services.post("enrolment/invitation", to=make.person(), about=("trial.thing", "x"))
    PlannedMessage.objects.update(next_attempt_at=ago(minutes=minutes))
    assert doctor.oldest_due().state == state


def test_paused_and_held():
    assert doctor.sending().state == "good"
    services.pause_sending(reason="restored from a backup")
    assert doctor.sending().state == "BAD"
    assert "restored from a backup" in doctor.sending().seen
    services.post("enrolment/invitation", to=make.person(), about=("trial.thing", "x"))
    assert doctor.held_messages().state == "good"
    PlannedMessage.objects.update(state="held")
    assert doctor.held_messages().state == "note"


@pytest.mark.parametrize(
    ("line", "verb", "young", "old"),
    [
        (doctor.last_backup, backup.MADE, {"hours": 20}, {"hours": 30}),
        (doctor.last_drill, backup.DRILLED, {"days": 60}, {"days": 120}),
        (doctor.last_drill, backup.RESTORED, {"days": 60}, {"days": 120}),
    ],
)
def test_last_backup_and_last_drill(line, verb, young, old):
    assert (line().state, line().seen) == ("BAD", "never")
    Entry.objects.create(verb=verb, about_type="notifications.tick", about_id="1", at=ago(**old))
    assert line().state == "BAD"
    Entry.objects.create(verb=verb, about_type="notifications.tick", about_id="1", at=ago(**young))
    assert line().state == "good"


def test_second_factors_are_red_below_two():
    cohort = make.cohort()
    planners = [make.planner(cohort=cohort, name=f"Planner {n}") for n in range(3)]
    for planner, state in zip(planners, ["BAD", "good", "good"], strict=True):
        Authenticator.objects.create(user=planner, type="totp", data={})
        Authenticator.objects.create(user=planner, type="recovery_codes", data={})
        assert doctor.second_factors().state == state
    assert doctor.second_factors().seen == "3 of 3 planners have one"


def test_french_that_is_missing_in_a_row(settings):
    settings.LOCALE_PATHS = []
    make.programme()
    assert doctor.french().state == "good"
    Programme.objects.update(tagline_fr="")
    assert doctor.french().seen == "1 texts are there in English only"


def test_french_that_nobody_compiled(settings, tmp_path):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid "Yes"\nmsgstr "Oui"\n')
    settings.LOCALE_PATHS = [tmp_path]
    assert doctor.french().state == "BAD"
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, Catalog(locale="fr"))
    assert doctor.french().state == "good"


def test_rights_that_nobody_uses_and_people_without_a_role():
    planner, stranger = make.planner(), make.person("Stan")
    assert (doctor.unused_rights().state, doctor.without_role().state) == ("good", "good")
    Membership.objects.update(since=ago(days=200))
    get_user_model().objects.update(created_at=ago(days=200))
    assert doctor.unused_rights().seen.startswith("1 people")
    assert doctor.without_role().seen == "1 for six months"
    get_user_model().objects.filter(pk=planner.pk).update(last_login=ago(days=3))
    get_user_model().objects.filter(pk=stranger.pk).update(is_active=False)
    assert (doctor.unused_rights().state, doctor.without_role().state) == ("good", "good")


def test_the_mode_of_the_secret_key(monkeypatch, settings, tmp_path):
    assert doctor.secret_key().state == "good"
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret-key"))
    file = tmp_path / "secret-key"
    file.write_text(settings.SECRET_KEY)
    for mode, state in ((0o644, "BAD"), (0o600, "good")):
        file.chmod(mode)
        assert doctor.secret_key().state == state
    settings.SECRET_KEY = "short"
    assert doctor.secret_key().state == "BAD"


def test_the_key_of_push_services(settings, tmp_path):
    settings.DATA_DIR, settings.VAPID_PRIVATE_KEY = tmp_path, ""
    assert doctor.push_key().state == doctor.NOTE
    webpush.make_key()
    assert doctor.push_key().state == doctor.GOOD
    (tmp_path / "push-key").write_text("sesame")
    assert doctor.push_key().state == doctor.BAD
    settings.VAPID_PRIVATE_KEY = "sesame too"
    assert doctor.push_key().state == doctor.BAD


def test_time_zones_database_and_disk(monkeypatch):
    assert [doctor.time_zones().state, doctor.database().state] == ["good", "good"]
    monkeypatch.setattr(doctor.importlib.metadata, "version", lambda name: "2021.1")
    assert doctor.time_zones().state == "BAD"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'audit' AND name LIKE '0002%%'")
    assert doctor.database().repair == "Run `manage.py migrate`."
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: type("U", (), {"free": 10, "total": 100}))
    assert doctor.disk().state == "BAD"


def test_what_cannot_be_looked_at_is_bad_and_the_page_goes_on(monkeypatch, capsys):
    def broken():
        raise OSError

    monkeypatch.setattr(doctor, "LINES", (broken, doctor.sending))
    with pytest.raises(SystemExit) as end:
        call_command("doctor")
    assert end.value.code == 1
    page = capsys.readouterr().out
    assert "BAD   broken   could not be looked at (OSError)" in page
    assert "good  sending  not paused" in page
    assert page.endswith("1 of 2 need somebody.\n")


def test_all_good_ends_with_zero(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "LINES", (doctor.sending,))
    call_command("doctor")
    assert capsys.readouterr().out == "good  sending  not paused\n\nAll 1 are in order.\n"
