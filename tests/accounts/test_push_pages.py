"""The switch on the page of messages: what it says to whom, what the browser sends with it, and what ends it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import Device
from notifications import webpush
from notifications.models import PushSubscription
from tests import make
from tests.accounts.conftest import let_pass
from tests.accounts.test_devices import IPHONE, browser
from tests.push_service import PushService

pytestmark = pytest.mark.django_db

SWITCH = "Tell me on this device too"


@pytest.fixture(autouse=True)
def _own_push(settings, tmp_path):
    settings.DATA_DIR, settings.PUSH_HOSTS = tmp_path, ["127.0.0.1"]
    webpush.make_key()


@pytest.fixture
def service():
    with PushService() as running:
        yield running


@pytest.fixture
def make_other(client):
    client.force_login(make.person("Otto"))
    return client


def shown(client: Client, lang: str = "en") -> str:
    return " ".join(client.get("/me/messages/" if lang == "en" else "/fr/moi/messages/").content.decode().split())


def test_without_script_the_page_says_that_the_browser_cannot(nia):
    page = shown(browser(nia))
    can = page[page.index('data-push-when="can"') - 200 : page.index('data-push-when="can"')]
    assert "hidden" in can
    assert '<p data-push-when="cannot">This browser cannot be told.' in page
    for later in ("denied", "failed"):
        assert f'<p hidden tabindex="-1" data-push-when="{later}">' in page
    assert f'data-key="{webpush.public_key()}"' in page
    assert 'data-worker="/push-worker.js"' in page


@pytest.mark.parametrize("wrong", ["none", "no key", "no text", "not ours"])
def test_without_a_key_the_page_says_that_it_cannot_be_told_and_writes_nothing(nia, settings, tmp_path, wrong):
    file = tmp_path / "push-key"
    if wrong == "none":
        file.unlink()
    elif wrong == "no key":
        settings.VAPID_PRIVATE_KEY = "sesame, which is no key"
    elif wrong == "no text":
        file.write_bytes(b"\xff\xfe\x00")
    else:
        settings.DATA_DIR = tmp_path / "push-key" / "below a file"
    page = shown(browser(nia))
    assert '<p data-push-when="cannot">This browser cannot be told.' in page
    assert SWITCH not in page
    assert file.exists() is (wrong != "none")


def test_a_browser_is_told_from_then_on_in_the_language_of_the_page(nia, service):
    phone = browser(nia, IPHONE)
    answer = phone.post("/fr/moi/messages/appareil/", service.browser().said, follow=True)
    assert "Cet appareil vous dira quand quelque chose vous attend." in answer.content.decode()
    (row,) = PushSubscription.objects.all()
    assert (row.user, row.language, row.device) == (nia, "fr", "Safari, iPhone")
    page = shown(phone)
    assert SWITCH not in page
    assert "this browser" in page
    assert "data-push-end" in page
    assert SWITCH in shown(browser(nia)), "another browser has its own"


def test_what_stands_in_the_table_beside_it_opens_no_session(nia, service):
    phone = browser(nia)
    phone.post(reverse("push_begin"), service.browser().said)
    (row,) = PushSubscription.objects.all()
    assert phone.session.session_key not in str(row.__dict__)


@pytest.mark.parametrize("wrong", [
    {"endpoint": "https://169.254.169.254/latest/meta-data"}, {"endpoint": ""}, {"p256dh": "no"}, {"auth": ""},
    {"endpoint": "x" * 100_000}, {"p256dh": "\x00"},
])  # fmt: skip
def test_what_no_browser_of_ours_would_send_is_refused_with_a_sentence(nia, service, wrong):
    answer = browser(nia).post(reverse("push_begin"), {**service.browser().said, **wrong}, follow=True)
    assert answer.status_code == 200
    assert "toast" in answer.content.decode()
    assert not PushSubscription.objects.exists()
    assert service.asked == []


def test_on_a_computer_that_others_use_too_it_is_not_offered_and_not_done(nia, service):
    ward = browser(nia, shared="on")
    page = shown(ward)
    assert "Others use this device too: it is told nothing." in page
    assert SWITCH not in page
    ward.post(reverse("push_begin"), service.browser().said)
    assert not PushSubscription.objects.exists()


def test_each_is_ended_by_its_owner_alone(nia, make_other, service):
    phone, desk = browser(nia, IPHONE), browser(nia)
    for client in (phone, desk):
        client.post(reverse("push_begin"), service.browser().said)
    row = PushSubscription.objects.get(device="Safari, iPhone")
    assert make_other.post(reverse("push_end", args=[row.pk])).status_code == 404
    desk.post(reverse("push_end", args=[row.pk]))
    assert [one.device for one in PushSubscription.objects.all()] == ["Firefox, Windows"]
    assert desk.post(reverse("push_end", args=[row.pk])).status_code == 404


def test_it_ends_with_a_sign_out_there(nia, service):
    phone, desk = browser(nia, IPHONE), browser(nia)
    for client in (phone, desk):
        client.post(reverse("push_begin"), service.browser().said)
    phone.post(reverse("account_logout"))
    assert [one.device for one in PushSubscription.objects.all()] == ["Firefox, Windows"]


def test_it_ends_where_one_is_signed_out_from_elsewhere(nia, service):
    phone, desk = browser(nia, IPHONE), browser(nia)
    for client in (phone, desk):
        client.post(reverse("push_begin"), service.browser().said)
    device = Device.objects.get(session_key=phone.session.session_key)
    desk.post(reverse("end_device", args=[device.pk]))
    assert [one.device for one in PushSubscription.objects.all()] == ["Firefox, Windows"]
    phone = browser(nia, IPHONE)
    phone.post(reverse("push_begin"), service.browser().said)
    desk.post(reverse("end_other_devices"))
    assert [one.device for one in PushSubscription.objects.all()] == ["Firefox, Windows"]


def test_it_ends_with_its_session_at_the_latest(nia, service):
    now = timezone.now()
    browser(nia, IPHONE).post(reverse("push_begin"), service.browser().said)
    make.planner(cohort=make.cohort(), user=nia)
    desk = browser(nia)
    desk.post(reverse("push_begin"), service.browser().said)
    ends = {row.device: row.ends_at - now for row in PushSubscription.objects.all()}
    assert abs(ends["Safari, iPhone"] - dt.timedelta(days=14)) < dt.timedelta(minutes=5)
    assert abs(ends["Firefox, Windows"] - dt.timedelta(hours=12)) < dt.timedelta(minutes=5), "planners sign in sooner"
    PushSubscription.objects.update(ends_at=now)
    assert SWITCH in shown(desk), "it can be asked for once more"


def test_a_page_of_a_session_that_has_run_out_ends_it_at_once(nia, service):
    phone = browser(nia)
    phone.post(reverse("push_begin"), service.browser().said)
    let_pass(phone, minutes=14 * 24 * 60 + 1)
    assert phone.get(reverse("my_messages")).status_code == 302
    assert not PushSubscription.objects.exists()


def test_whoever_is_signed_out_everywhere_is_told_nowhere(nia, service):
    browser(nia, IPHONE).post(reverse("push_begin"), service.browser().said)
    services.end_sessions(nia, by=None)
    assert not PushSubscription.objects.exists()


def test_the_worker_stands_at_the_root_for_all_pages_and_opens_no_session(client):
    answer = client.get("/push-worker.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    assert b"showNotification" in answer.content
    assert client.post("/push-worker.js").status_code == 405
    page = client.get("/trust/")
    assert "worker-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_page_asks_as_much_for_many_browsers_as_for_none(nia, service, django_assert_max_num_queries):
    here = browser(nia)
    for client in (browser(nia), browser(nia), browser(nia)):
        client.post(reverse("push_begin"), service.browser().said)
    with django_assert_max_num_queries(12):
        here.get("/me/messages/")
