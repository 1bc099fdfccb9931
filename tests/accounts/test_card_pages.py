"""Coming in with a card: the first visit, every visit after that, and what a shared phone keeps."""

from __future__ import annotations

import time

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import card_views, cards, sessions_policy
from accounts.models import MemberCard, User
from tests import make
from tests.accounts.conftest import PROVE, last_secret, let_pass

pytestmark = pytest.mark.django_db
EMAIL, PIN_ASKED = "/accounts/email/", "/accounts/reauthenticate/pin/"
PIN = "482913"
FIRST = {"name": "Rosa Lind", "language": "fr", "city": "gaspe", "pin": PIN, "shared": "on"}


@pytest.fixture
def rosa() -> User:
    """Rosa belongs to a team and has no mailbox."""
    return make.member(name="Rosa", email=None, welcomed_at=None)


@pytest.fixture
def code(rosa) -> str:
    return cards.issue(user=rosa, by=rosa)[1]


@pytest.fixture
def phone() -> Client:
    return Client()


def come_in(phone: Client, code: str, *, pin: str = "", shared: bool = True):
    return phone.post("/card/", {"code": code, "pin": pin, **({"shared": "on"} if shared else {})})


def begin(phone: Client, code: str, **otherwise):
    assert come_in(phone, code).headers["Location"] == "/card/first/"
    return phone.post("/card/first/", {**FIRST, **otherwise})


def test_the_first_visit_and_the_next(phone, rosa, code):
    page = phone.get("/card/")
    assert page.headers["Cache-Control"].endswith("private")
    assert 'name="shared"' in page.content.decode()
    answer = begin(phone, code.lower())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/aujourdhui/")
    rosa.refresh_from_db()
    assert (rosa.name, rosa.language, rosa.city, rosa.time_zone) == ("Rosa Lind", "fr", "gaspe", "America/Toronto")
    assert rosa.email is None
    assert rosa.welcomed_at
    assert phone.get("/fr/aujourdhui/").status_code == 200

    other_phone = Client()
    assert come_in(other_phone, code, pin=PIN).headers["Location"] == "/fr/aujourdhui/"
    assert other_phone.get("/fr/aujourdhui/").status_code == 200


def test_the_code_stands_in_no_address_and_in_no_readable_session(phone, code):
    come_in(phone, code)
    kept = str(dict(phone.session))
    assert code not in kept
    assert cards.tidy(code) not in kept
    begin(phone, code)
    assert "card" not in phone.session


def test_without_first_typing_a_code_there_is_no_first_visit(phone):
    assert phone.get("/card/first/").headers["Location"] == "/card/"
    assert phone.post("/card/first/", FIRST).headers["Location"] == "/card/"


def test_the_first_visit_must_be_made_soon_after_typing(phone, code, monkeypatch):
    come_in(phone, code)
    later = time.time() + 301
    monkeypatch.setattr(card_views.time, "time", lambda: later)
    late = phone.post("/card/first/", FIRST).headers["Location"]
    assert late.startswith("/card/?")
    assert "The code was typed a while ago" in phone.get(late).content.decode()
    assert "The code was typed a while ago" not in phone.get("/card/").content.decode()


def test_whoever_comes_next_to_the_device_finds_no_code_there(phone, code):
    come_in(phone, code)
    phone.get("/card/")
    assert phone.get("/card/first/").headers["Location"] == "/card/"
    assert phone.post("/card/first/", FIRST).headers["Location"] == "/card/"


def test_a_pin_that_is_none_loses_nothing_typed(phone, code):
    answer = begin(phone, code, pin="111111")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This PIN is too easy to guess" in page
    assert 'value="Rosa Lind"' in page
    assert not MemberCard.objects.get().is_chosen
    assert User.objects.get(name="Rosa").welcomed_at is None, "both or neither"


def test_whatever_is_wrong_is_said_with_one_sentence(rosa, code):
    begin(Client(), code)

    def told(code: str, pin: str) -> list[str]:
        answer = come_in(Client(), code, pin=pin)
        assert answer.status_code == 200
        return answer.context["form"].errors["pin"]

    wrong_pin, unknown = told(code, "000001"), told("0000-0000", "000001")
    for _try in range(6):
        resting = told(code, "000001")
    right_but_resting = told(code, PIN)
    MemberCard.objects.update(revoked_at=timezone.now())
    revoked = told(code, PIN)
    assert wrong_pin == unknown == resting == right_but_resting == revoked
    assert wrong_pin[0].startswith("This code and this PIN do not go together.")


def test_a_code_without_pin_tells_only_whether_a_first_visit_waits(rosa, code):
    begin(Client(), code)
    used, unknown = (come_in(Client(), one).context["form"].errors["code"] for one in (code, "0000-0000"))
    assert used == unknown


def test_who_chose_a_second_factor_or_has_the_back_office_does_not_come_in_with_a_card(rosa, code):
    begin(Client(), code)
    User.objects.update(is_staff=True)
    assert come_in(Client(), code, pin=PIN).context["form"].errors


def test_forty_colleagues_behind_one_address_come_in_after_some_mistakes():
    ward = [make.member(email=None, name=f"Aide {n}") for n in range(40)]
    codes = [cards.issue(user=one, by=one)[1] for one in ward]
    for code in codes:
        for _slip in range(4):
            assert come_in(Client(), "0000-0000").status_code == 200
        assert come_in(Client(), code).status_code == 302


def test_guessing_codes_from_one_address_ends(code, monkeypatch):
    monkeypatch.setitem(card_views.WRONG, "amount", 3)
    answers = [come_in(Client(), "0000-0000").status_code for _guess in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert come_in(Client(), code).status_code == 429, "a right guess is not told from a wrong one"


# ---------------------------------------------------------------- the phone of others


def test_on_a_shared_phone_nothing_is_kept(phone, code):
    begin(phone, code)
    phone.get("/fr/aujourdhui/")
    session = phone.cookies[settings.SESSION_COOKIE_NAME]
    assert session["expires"] == session["max-age"] == "", "it ends with the browser"
    assert not phone.cookies.get(sessions_policy.OWNER_COOKIE)


def test_a_shared_phone_signs_out_after_half_an_hour_of_rest(phone, code, monkeypatch):
    begin(phone, code)
    began = time.time()
    for minutes, status in ((20, 200), (40, 200), (71, 302)):
        monkeypatch.setattr(sessions_policy.time, "time", lambda minutes=minutes: began + minutes * 60)
        assert phone.get("/fr/aujourdhui/").status_code == status, minutes


def test_the_next_person_is_not_given_what_the_one_before_sent_too_late(phone, rosa, code):
    nia = make.member(name="Nia Roy")
    phone.force_login(nia)
    phone.get("/today/")
    whose = phone.cookies[sessions_policy.OWNER_COOKIE].value
    phone = Client()
    phone.cookies[sessions_policy.OWNER_COOKIE] = whose
    begin(phone, code)
    phone.get("/fr/aujourdhui/")
    assert not phone.cookies[sessions_policy.OWNER_COOKIE].value


def test_on_ones_own_phone_one_stays(phone, code):
    assert begin(phone, code, shared="").status_code == 302
    assert int(phone.cookies[settings.SESSION_COOKIE_NAME]["max-age"]) == settings.SESSION_COOKIE_AGE


def add_address(phone: Client):
    return phone.post(EMAIL, {"email": "rosa@example.org", "action_add": "1"})


def test_who_has_just_come_in_with_a_card_adds_an_address_and_keeps_everything(phone, rosa, code):
    begin(phone, code)
    assert add_address(phone).headers["Location"] == EMAIL
    roles = list(rosa.memberships.values_list("pk", flat=True))
    phone.post(last_secret("account/confirm-email"))
    rosa.refresh_from_db()
    assert rosa.email == "rosa@example.org"
    assert list(rosa.memberships.values_list("pk", flat=True)) == roles
    assert come_in(Client(), code, pin=PIN).status_code == 302


def test_on_a_phone_left_open_the_pin_is_asked_before_an_address_is_added(phone, rosa, code):
    begin(phone, code)
    let_pass(phone, minutes=6)
    asked = add_address(phone).headers["Location"]
    assert asked.startswith(PIN_ASKED)
    page = phone.get(asked).content.decode()
    assert 'name="pin"' in page
    assert 'name="password"' not in page
    assert "This is not your PIN" in phone.post(asked, {"pin": "000111"}).content.decode()
    assert not EmailAddress.objects.filter(user=rosa).exists()
    phone.post(asked, {"pin": PIN})
    assert EmailAddress.objects.filter(user=rosa, email="rosa@example.org").exists(), "it is not typed again"
    assert phone.get(f"{PIN_ASKED}?next=/me/").status_code == 200


def test_wrong_pins_are_counted_together_with_those_of_the_sign_in(phone, rosa, code):
    begin(phone, code)
    let_pass(phone, minutes=6)
    for _try in range(3):
        phone.post(PIN_ASKED, {"pin": "000111"})
    for _try in range(2):
        come_in(Client(), code, pin="000111")
    assert "Too many wrong PINs" in phone.post(PIN_ASKED, {"pin": PIN}).content.decode()
    assert add_address(phone).headers["Location"].startswith(PIN_ASKED)


def test_whatever_page_asks_leads_a_cardholder_to_the_pin_and_nobody_else(phone, code, nia, pierre):
    begin(phone, code)
    let_pass(phone, minutes=6)
    for page in ("/accounts/reauthenticate/", PROVE):
        assert phone.get(page, follow=True).redirect_chain[-1][0].startswith(PIN_ASKED)
    for person in (nia, pierre):
        phone.force_login(person)
        assert phone.get(PIN_ASKED).status_code == 302
        assert phone.post(PIN_ASKED, {"pin": PIN}).status_code == 302


@pytest.mark.parametrize(
    "page", ["/accounts/password/set/", "/accounts/2fa/totp/activate/", "/accounts/2fa/passkeys/add/"]
)
def test_with_a_card_alone_no_other_way_to_sign_in_is_made_that_would_shut_the_card_out(phone, code, page):
    begin(phone, code)
    answer = phone.get(page, follow=True)
    assert answer.redirect_chain == [(EMAIL, 302)]
    assert "Add an e-mail address first" in answer.content.decode()
    assert page not in phone.get("/me/").content.decode()
