"""Coming in with a card: the first visit, every visit after that, and what a shared phone keeps."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import card_views, cards, sessions_policy
from accounts.models import MemberCard, User
from tests import make

pytestmark = pytest.mark.django_db
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
    later = time.time() + 1801
    monkeypatch.setattr(card_views.time, "time", lambda: later)
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


def test_adding_an_address_later_keeps_the_person(phone, rosa, code):
    begin(phone, code)
    rosa.refresh_from_db()
    roles = list(rosa.memberships.values_list("pk", flat=True))
    rosa.email = "rosa@example.org"
    rosa.save()
    assert come_in(Client(), code, pin=PIN).status_code == 302
    assert list(User.objects.get(email="rosa@example.org").memberships.values_list("pk", flat=True)) == roles
