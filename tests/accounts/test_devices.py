"""Where I am signed in, trusted browsers, and computers that others use too."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import devices, drafts, services, sessions_policy, trusted
from accounts.models import Device
from accounts.sessions_policy import SINCE
from tests import make
from tests.accounts.conftest import PASSWORD, digits, give_factor, last_secret

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0"
TABLET = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36"
LOGIN = "/accounts/login/"


def browser(nia, agent: str = FIREFOX, **more) -> Client:
    """Return a browser in which Nia has just signed in."""
    client = Client(headers={"user-agent": agent})
    assert client.post(LOGIN, {"login": nia.email, "password": PASSWORD, **more}).status_code == 302
    return client


def inside(client: Client) -> bool:
    return client.get("/me/").status_code == 200


# ---------------------------------------------------------------- the list


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, ("Firefox", "Windows")), (IPHONE, ("Safari", "iPhone")), (EDGE, ("Edge", "Windows")),
        (TABLET, ("Samsung Internet", "Android")), ("curl/8", ("", "")), ("", ("", "")), ("x" * 10_000, ("", "")),
    ],
)  # fmt: skip
def test_a_browser_has_a_name_that_its_owner_knows(agent, words):
    assert devices.words_of(agent) == words


def test_the_list_names_each_browser_and_where_one_is(nia):
    phone, desk = browser(nia, IPHONE), browser(nia)
    page = desk.get(reverse("my_devices")).content.decode()
    assert page.index("Firefox, Windows") < page.index("Safari, iPhone")
    assert page.count("this browser") == 1
    assert "last used on" in page
    assert re.search(r"\d\d:\d\d", page.split("<main")[1].split("</main")[0]) is None, "a day, never an hour"
    assert inside(phone)


def test_no_address_and_no_hour_is_kept(nia):
    browser(nia)
    kept = Session.objects.get(session_key=Device.objects.get().session_key).get_decoded()
    assert kept["device"][:2] == ["Firefox", "Windows"]
    assert kept["used"] == timezone.now().date().isoformat()
    assert "127.0.0.1" not in str(kept)


def test_one_is_ended(nia):
    phone, desk = browser(nia, IPHONE), browser(nia)
    there = Device.objects.earliest("pk")
    assert desk.post(reverse("end_device", args=[there.pk])).url == reverse("my_devices")
    assert (inside(phone), inside(desk)) == (False, True)
    assert not Device.objects.filter(pk=there.pk).exists()


def test_the_own_one_is_ended_like_signing_out(nia):
    desk = browser(nia)
    assert desk.post(reverse("end_device", args=[Device.objects.get().pk])).url == LOGIN
    assert not inside(desk)
    assert not Device.objects.exists()


def test_nobody_elses_can_be_ended(nia, client):
    browser(nia)
    client.force_login(make.person("Stan Novak"))
    assert client.post(reverse("end_device", args=[Device.objects.get(user=nia).pk])).status_code == 404
    assert Device.objects.filter(user=nia).exists()


def test_everywhere_but_here(nia):
    phone, desk = browser(nia, IPHONE), browser(nia)
    unlisted = browser(nia)
    Device.objects.latest("pk").delete()
    assert desk.post(reverse("end_other_devices")).status_code == 302
    assert (inside(phone), inside(unlisted), inside(desk)) == (False, False, True)
    assert Device.objects.count() == 1
    assert len(devices.list_of(desk.get("/me/").wsgi_request, nia)) == 1


def test_a_new_password_leaves_this_browser_on_the_list(nia):
    desk = browser(nia)
    words = {"oldpassword": PASSWORD, "password1": "another-long-lantern", "password2": "another-long-lantern"}
    assert desk.post("/accounts/password/change/", words).status_code == 302
    page = desk.get(reverse("my_devices")).content.decode()
    assert "this browser" in page
    assert page.count("Firefox, Windows") == 1


def test_signing_out_takes_it_off(nia):
    browser(nia).post("/accounts/logout/")
    assert not Device.objects.exists()


def test_what_has_run_out_is_swept(nia):
    browser(nia)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(minutes=1))
    services.sweep()
    assert not Device.objects.exists()


def test_the_list_costs_the_same_for_many(nia):
    desk, costs = browser(nia), []
    for more in (0, 6):
        for _nth in range(more):
            browser(nia)
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse("my_devices"))
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 12


def test_a_new_day_is_noted_once_and_nobody_stays_for_ever(nia):
    desk = browser(nia)
    session = desk.session
    session["used"] = "2026-01-01"
    session.save()
    desk.get("/today/")
    assert desk.session["used"] == timezone.now().date().isoformat()
    session = desk.session
    session[SINCE] -= 15 * 24 * 3600
    session.save()
    assert not inside(desk)


# ---------------------------------------------------------------- a browser that is trusted


@pytest.fixture
def secret(nia) -> str:
    return give_factor(nia)


def second_step(client: Client, secret: str, **more) -> None:
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": digits(secret), **more}).status_code == 302
    assert inside(client)


def signs_in_at_once(client: Client, nia, password: str = PASSWORD) -> bool:
    """Sign out and in again; say whether no digits were asked for."""
    client.post("/accounts/logout/")
    client.post(LOGIN, {"login": nia.email, "password": password})
    return inside(client)


def test_a_trusted_browser_asks_for_no_digits_for_thirty_days(nia, secret):
    desk = browser(nia)
    second_step(desk, secret, trust="1")
    assert desk.cookies[trusted.COOKIE]["max-age"] == 30 * 24 * 3600
    assert desk.cookies[trusted.COOKIE]["httponly"]
    assert signs_in_at_once(desk, nia)
    assert not inside(browser(nia)), "another browser asks"


def test_without_the_tick_it_asks_again(nia, secret):
    desk = browser(nia)
    second_step(desk, secret)
    assert not signs_in_at_once(desk, nia)


def test_trust_is_one_persons_own(nia, secret):
    desk = browser(nia)
    second_step(desk, secret, trust="1")
    desk.post("/accounts/logout/")
    other = make.person("Otto Reimer", email="otto@example.org", password=PASSWORD)
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    give_factor(other)
    desk.post(LOGIN, {"login": other.email, "password": PASSWORD})
    assert not inside(desk)


def test_signing_out_everywhere_ends_the_trust(nia, secret):
    desk = browser(nia)
    second_step(desk, secret, trust="1")
    desk.post(reverse("end_other_devices"))
    assert not signs_in_at_once(desk, nia)


def test_a_new_password_ends_it(nia, secret):
    desk = browser(nia)
    second_step(desk, secret, trust="1")
    nia.set_password("another-long-lantern")
    nia.save()
    assert not signs_in_at_once(desk, nia, "another-long-lantern")


def test_another_app_ends_it(nia, secret):
    desk = browser(nia)
    second_step(desk, secret, trust="1")
    nia.authenticator_set.all().delete()
    give_factor(nia)
    assert not signs_in_at_once(desk, nia)


def test_a_forged_cookie_says_nothing(nia, secret):
    desk = browser(nia)
    for value in ("", "x", "W10:1abc:zzz"):
        desk.cookies[trusted.COOKIE] = value
        assert not signs_in_at_once(desk, nia)


# ---------------------------------------------------------------- a shared computer


def test_a_shared_computer_keeps_nothing(nia):
    desk = browser(nia, shared="1")
    cookie = desk.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", ""), "it ends with the browser"
    assert sessions_policy.OWNER_COOKIE not in desk.cookies
    page = desk.get("/today/").content.decode()
    assert "Shared computer" in page
    assert "Shared computer" not in browser(nia).get("/today/").content.decode()


def test_it_ends_after_half_an_hour_of_rest(nia):
    desk = browser(nia, shared="1")
    desk.get("/today/")
    session = desk.session
    session[SINCE] -= 31 * 60
    session.save()
    assert inside(desk), "a page was asked for just now"
    del desk.cookies[sessions_policy.SEEN_COOKIE]
    assert not inside(desk)


def test_a_code_signs_in_on_a_shared_computer_too(nia):
    desk = Client()
    desk.post("/accounts/login/code/", {"login": nia.email, "shared": "1"})
    desk.post("/accounts/login/code/confirm/", {"code": last_secret("account/login-code")})
    assert "Shared computer" in desk.get("/today/").content.decode()
    assert desk.cookies["sessionid"]["max-age"] == ""


def test_the_tick_is_kept_after_a_mistake_and_can_be_taken_away(nia):
    desk = Client()
    page = desk.post(LOGIN, {"login": nia.email, "password": "wrong", "shared": "1"}).content.decode()
    assert re.search(r'name="shared"[^>]* checked', page)
    desk.post(LOGIN, {"login": nia.email, "password": PASSWORD})
    assert "Shared computer" not in desk.get("/today/").content.decode()


def test_a_shared_computer_is_never_trusted(nia, secret):
    desk = browser(nia, shared="1")
    assert 'name="trust"' not in desk.get("/accounts/2fa/authenticate/").content.decode()
    second_step(desk, secret, trust="1")
    assert trusted.COOKIE not in desk.cookies


def test_drafts_do_not_come_up_on_a_shared_computer(nia):
    team = make.team()
    make.member(team=team, user=nia)
    page = reverse("try_new", args=[team.pk])
    own = browser(nia)
    key = re.search(r'name="draft_key" value="([^"]+)"', own.get(page).content.decode()).group(1)
    drafts.save(nia, key, drafts.as_sent({"title": ["canarywren"]}))
    assert "canarywren" in own.get(page).content.decode()
    assert "canarywren" not in browser(nia, shared="1").get(page).content.decode()
