"""Who is asked for a second factor, who must have one, and what opens with it."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import second_factor, services
from accounts.models import User
from audit.models import Entry
from collaborative.models import Membership
from core import moments
from notifications.models import PlannedMessage
from tests import make
from tests.accounts.conftest import PASSWORD, PROVE, digits, give_factor, last_secret, let_pass

pytestmark = pytest.mark.django_db

ACTIVATE, ADMIN = "/accounts/2fa/totp/activate/", "/admin/"
QUESTION = "Protect what you can see"


def set_up(client: Client, url: str = ACTIVATE):
    """Open the page, enter the digits of its key, and return the answer."""
    secret = client.get(url).context["form"].secret
    return client.post(url, {"code": digits(secret)})


def next_of(answer) -> list[str]:
    return parse_qs(urlsplit(answer.headers["Location"]).query).get("next", [])


@pytest.fixture
def cohort():
    return make.cohort()


@pytest.fixture
def planning(cohort) -> str:
    return reverse("planning_cohort", args=[cohort.pk])


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


@pytest.fixture
def her(paula) -> Client:
    client = Client()
    client.force_login(paula)
    return client


@pytest.fixture
def ada():
    """Ada looks after the installation."""
    return make.person("Ada Root", is_staff=True, is_superuser=True)


@pytest.fixture
def ada_in(ada) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def held_for(user, days: int) -> None:
    """Let this person's roles have begun so many days ago."""
    Membership.objects.filter(user=user).update(since=timezone.now() - dt.timedelta(days=days, minutes=1))


# ---------------------------------------------------------------- the back office


def test_staff_without_one_are_led_to_set_it_up_and_back(ada_in):
    assert ada_in.get(ADMIN, follow=True).redirect_chain[-1] == (f"{ACTIVATE}?next=%2Fadmin%2F", 302)
    answer = set_up(ada_in, f"{ACTIVATE}?next=/admin/")
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/?next=%2Fadmin%2F"
    codes = ada_in.get(answer.headers["Location"])
    assert codes.status_code == 200, "no second digits are asked for at once"
    assert 'href="/admin/"' in codes.content.decode()
    assert ada_in.get(ADMIN).status_code == 200


def test_staff_who_have_one_use_it_in_this_very_session(ada_in, ada):
    secret = give_factor(ada)
    asked = ada_in.get(ADMIN, follow=True)
    assert urlsplit(asked.redirect_chain[-1][0]).path == "/accounts/2fa/reauthenticate/"
    page = asked.redirect_chain[-1][0]
    assert ada_in.post(page, {"code": "000000"}).status_code == 200
    assert ada_in.get(ADMIN).status_code == 302
    assert ada_in.post(page, {"code": digits(secret)}).headers["Location"] == ADMIN
    assert ada_in.get(ADMIN).status_code == 200
    other = Client()
    other.force_login(ada)
    assert other.get(ADMIN).status_code == 302, "another session has not used it"


def test_the_sign_in_itself_asks_for_the_digits(client, ada):
    ada.set_password(PASSWORD)
    ada.save()
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    secret = give_factor(ada)
    answer = client.post(f"/accounts/login/?next={ADMIN}", {"login": ada.email, "password": PASSWORD, "next": ADMIN})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get(ADMIN).status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": digits(secret)}).headers["Location"] == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_switching_it_off_closes_the_back_office_in_every_session(ada_in, ada):
    set_up(ada_in)
    assert ada_in.get(ADMIN).status_code == 200
    assert ada_in.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert urlsplit(ada_in.get(ADMIN, follow=True).redirect_chain[-1][0]).path == ACTIVATE
    assert not Authenticator.objects.exists(), "recovery codes go with it"


@pytest.mark.parametrize("path", [ADMIN, "/admin/accounts/user/", "/admin/login/?next=/admin/"])
def test_nobody_else_comes_near(client, paula, path):
    assert client.get(path, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    client.force_login(paula)
    give_factor(paula)
    assert client.get(path, follow=True).status_code == 403


def test_the_way_back_is_never_another_site(ada_in):
    for evil in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        answer = ada_in.get("/admin/login/", {"next": evil})
        assert next_of(answer) == ["/admin/"]
    answer = set_up(ada_in, f"{ACTIVATE}?next=https://evil.example/")
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/"
    page = ada_in.get("/accounts/2fa/recovery-codes/?next=https://evil.example/").content.decode()
    assert 'href="https://evil' not in page
    assert "go on" not in page


def test_whoever_has_a_password_shows_it_first_and_still_comes_back(ada_in, ada):
    ada.set_password(PASSWORD)
    ada.save()
    ada_in.force_login(ada)
    asked = ada_in.get(ADMIN, follow=True).redirect_chain[-1][0]
    assert urlsplit(asked).path == "/accounts/reauthenticate/"
    page = ada_in.post(asked, {"password": PASSWORD}).headers["Location"]
    assert page == f"{ACTIVATE}?next=%2Fadmin%2F"
    assert set_up(ada_in, page).headers["Location"] == "/accounts/2fa/recovery-codes/?next=%2Fadmin%2F"
    assert ada_in.get(ADMIN).status_code == 200


# ---------------------------------------------------------------- who plans


def test_a_planner_is_asked_where_planning_begins_and_told_from_when(her, paula, planning, cohort):
    page = her.get(planning).content.decode()
    assert QUESTION in page
    assert moments.read(second_factor.needed_from(paula), paula, paula, lang="en").mine in page
    assert QUESTION in her.get(reverse("planning"), follow=True).content.decode()
    for elsewhere in (reverse("enrol", args=[cohort.pk]), reverse("today")):
        assert QUESTION not in her.get(elsewhere).content.decode()


def test_not_now_is_until_the_next_sign_in(her, paula, planning):
    answer = her.post("/me/second-step/later/", {"next": planning})
    assert answer.headers["Location"] == planning
    assert QUESTION not in her.get(planning).content.decode()
    again = Client()
    again.force_login(paula)
    assert QUESTION in again.get(planning).content.decode()
    assert her.post("/me/second-step/later/", {"next": "https://evil.example/"}).headers["Location"] == "/today/"


def test_whoever_has_one_is_not_asked(client, paula, planning):
    give_factor(paula)
    client.force_login(paula)
    assert QUESTION not in client.get(planning).content.decode()


def test_one_set_up_on_another_device_counts_here_too(her, paula, planning):
    her.get(planning)
    give_factor(paula)
    assert her.get(f"{ACTIVATE}?next={planning}").headers["Location"] == planning
    assert QUESTION not in her.get(planning).content.decode()
    held_for(paula, 15)
    assert her.get("/today/").status_code == 200


def test_nobody_else_is_ever_asked(cast, client):
    for who in ("colin", "tess", "nia", "pierre", "sol", "fay", "stan"):
        assert second_factor.needed_from(cast.people[who]) is None, who


def test_after_the_days_of_grace_every_page_leads_to_setting_it_up(her, paula, planning):
    held_for(paula, 15)
    for path in (planning, "/today/", "/forum/"):
        answer = her.get(path)
        assert (urlsplit(answer.headers["Location"]).path, next_of(answer)) == (ACTIVATE, [path])
    for path in ("/me/", "/me/who-sees-me/", "/accounts/logout/", ACTIVATE):
        assert her.get(path).status_code == 200
    set_up(her, f"{ACTIVATE}?next={planning}")
    assert her.get(planning).status_code == 200


def test_the_days_of_grace_are_the_installations(her, paula, planning, settings):
    held_for(paula, 13)
    assert her.get(planning).status_code == 200
    settings.SECOND_FACTOR_DAYS = 7
    assert her.get(planning).status_code == 302


def test_a_part_of_a_page_takes_the_whole_page_there(her, paula, planning):
    held_for(paula, 15)
    answer = her.get(planning, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert urlsplit(answer.headers["HX-Redirect"]).path == ACTIVATE


def test_what_was_typed_meanwhile_comes_back(her, paula, cohort):
    held_for(paula, 15)
    page = reverse("enrol", args=[cohort.pk])
    typed = {
        "organisation": "Maple Grove", "province": "ON", "sector": "acute", "unit": "", "city": "", "team": "",
        "language": "en", "incident_route": "", "place_asked": "",
    }  # fmt: skip
    headers = {"Referer": f"http://testserver{page}", "Sec-Fetch-Site": "same-origin"}
    assert next_of(her.post(page, typed, headers=headers)) == [page]
    set_up(her, f"{ACTIVATE}?next={page}")
    assert 'value="Maple Grove"' in her.get(page).content.decode()


def test_whoever_plans_no_more_is_free_again(her, paula):
    held_for(paula, 15)
    Membership.objects.update(until=timezone.now())
    assert her.get("/today/").status_code == 200


def test_whoever_signed_in_long_ago_shows_first_who_they_are(her, paula, planning):
    let_pass(her, minutes=6)
    page = f"{ACTIVATE}?next={planning}"
    asked = her.get(page)
    assert urlsplit(asked.headers["Location"]).path == PROVE
    assert her.post(PROVE + "?" + urlsplit(asked.headers["Location"]).query, {"send": "1"}).status_code == 302
    back = her.post(asked.headers["Location"], {"code": last_secret("account/login-code")})
    assert back.headers["Location"] == page
    assert set_up(her, page).status_code == 302
    assert second_factor.is_set_up(paula)


def test_in_the_demo_it_is_asked_and_never_demanded(her, paula, planning, settings):
    settings.DEMO = True
    held_for(paula, 400)
    page = her.get(planning)
    assert page.status_code == 200
    assert "In a real series it is needed after 14 days" in page.content.decode()


def test_setting_it_up_needs_the_right_digits_and_tells_the_person(her, paula, django_capture_on_commit_callbacks):
    her.get(ACTIVATE)
    wrong = her.post(ACTIVATE, {"code": "12"})
    assert wrong.status_code == 200
    assert not Authenticator.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        set_up(her)
    assert PlannedMessage.objects.filter(kind="account/notice-totp-activated", recipient=paula).exists()
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert stored.startswith("gAAAA"), "sealed: a copy of the database opens nobody's account"


# ---------------------------------------------------------------- a lost phone


def test_the_owner_takes_a_lost_one_off(her, paula, planning):
    give_factor(paula)
    call_command("remove_second_factor", paula.email.upper())
    assert not Authenticator.objects.filter(user=paula).exists()
    assert Entry.objects.filter(verb="person.second_factor_removed", about_id=str(paula.pk)).exists()
    assert PlannedMessage.objects.filter(kind="account/notice-totp-deactivated", recipient=paula).exists()
    assert her.get(planning).status_code == 302, "who held the lost phone is signed out"


def test_there_is_nothing_to_take_off(paula):
    with pytest.raises(CommandError, match="no second factor"):
        call_command("remove_second_factor", paula.email)
    with pytest.raises(CommandError, match="Nobody here has"):
        call_command("remove_second_factor", "who@example.org")


def test_it_is_told_in_what_is_kept_about_a_person(paula):
    give_factor(paula)
    told = services.data_of(User.objects.get(pk=paula.pk))["second_factors"]
    assert sorted(one["type"] for one in told) == ["recovery_codes", "totp"]
    assert "secret" not in str(told)
