"""The door: what a known and an unknown address see is the same, links come from SITE_URL, and there is a limit."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import services
from accounts.models import SubmittedOnce, User
from core.refusals import Refused
from notifications import delivery
from notifications.models import PlannedMessage
from tests.accounts.conftest import PASSWORD, digits, give_factor, last_secret, without_tokens

LOGIN, CODE, CONFIRM, RESET = (
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/login/code/confirm/",
    "/accounts/password/reset/",
)


def sign_in(client: Client, email: str = "nia@example.org", password: str = PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def test_a_password_signs_in(client, nia):
    answer = sign_in(client)
    assert (answer.status_code, answer.url) == (302, reverse("today"))
    assert client.get("/me/").status_code == 200


def test_a_code_signs_in_and_confirms_the_address(client, nia, mailoutbox):
    EmailAddress.objects.all().delete()
    assert client.post(CODE, {"email": "Nia@Example.org"}).url == CONFIRM
    code = last_secret("account/login-code")
    assert code.replace("-", "").isdigit()
    assert len(code) == 9
    assert client.post(CONFIRM, {"code": code.replace("-", " ")}).status_code == 302
    assert client.get("/me/").status_code == 200
    assert EmailAddress.objects.get(user=nia).verified
    assert not mailoutbox, "nothing is sent inside a request"


def test_the_code_stands_only_sealed_in_the_diary_and_runs_out_with_it(client, nia):
    client.post(CODE, {"email": nia.email})
    row = PlannedMessage.objects.get(kind="account/login-code")
    code = last_secret("account/login-code")
    assert code not in row.secret
    assert 14 * 60 < (row.not_after - row.created_at).total_seconds() <= 15 * 60 + 1
    letter = delivery.render(row)
    assert letter.subject == "Your code to sign in"
    assert code in letter.plain
    assert code in letter.html
    assert code not in letter.subject


def test_a_code_is_dead_after_five_wrong_ones(client, nia):
    client.post(CODE, {"email": nia.email})
    code = last_secret("account/login-code")
    for _ in range(5):
        client.post(CONFIRM, {"code": "0000-0000" if code != "0000-0000" else "1111-1111"})
    client.post(CONFIRM, {"code": code})
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (LOGIN, lambda email: {"login": email, "password": "not-the-word"}),
        (CODE, lambda email: {"email": email}),
        (RESET, lambda email: {"email": email}),
    ],
)
def test_known_and_unknown_addresses_get_the_same_answer(nia, path, data):
    seen = []
    for email in (nia.email, "who@example.org"):
        client = Client()
        client.get(path)
        answer = client.post(path, data(email), follow=True)
        body = without_tokens(answer.content).replace(email, "ADDRESS")
        headers = {name: value for name, value in answer.headers.items() if name not in ("Content-Length", "Expires")}
        seen.append((answer.redirect_chain, answer.status_code, body, headers, sorted(client.cookies)))
    assert seen[0] == seen[1]


def test_an_unknown_address_is_told_so_by_mail_only(client, db):
    client.post(CODE, {"email": "who@example.org"})
    row = PlannedMessage.objects.get()
    assert (row.kind, row.address, row.recipient_id) == ("account/unknown-address", "who@example.org", None)
    assert "There is no account with it" in delivery.render(row).plain


def test_a_new_password_by_link(client, nia):
    other = Client()
    other.force_login(nia)
    client.post(RESET, {"email": nia.email})
    path = last_secret("account/password-reset")
    row = PlannedMessage.objects.get(kind="account/password-reset")
    assert f"http://localhost:8000{path}" in delivery.render(row).plain
    for _ in range(5):  # a mail scanner reads the link
        scanner = Client()
        scanner.get(path, follow=True)
    form = client.get(path).url
    answer = client.post(form, {"password1": "a-new-and-long-word", "password2": "a-new-and-long-word"})
    assert answer.status_code == 302
    assert other.get("/me/").status_code == 302, "sessions of before are over"
    assert sign_in(Client(), password="a-new-and-long-word").status_code == 302
    assert client.get(path).status_code == 200, "used: the page says so instead of a form"
    assert b"password1" not in client.get(path).content


def test_an_address_is_confirmed_by_pressing_not_by_reading(client, nia):
    EmailAddress.objects.update(verified=False)
    sign_in(client)
    path = last_secret("account/confirm-email")
    for _ in range(5):
        assert Client().get(path).status_code == 200
    assert not EmailAddress.objects.get().verified
    Client().post(path)
    assert EmailAddress.objects.get().verified


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
@pytest.mark.parametrize("path", [RESET, CODE])
def test_a_false_host_never_gets_into_a_mail(client, nia, header, path):
    answer = client.post(path, {"email": nia.email}, **{header: "evil.example"})
    if header == "HTTP_HOST":
        assert answer.status_code == 400
    for row in PlannedMessage.objects.all():
        letter = delivery.render(row)
        assert "evil.example" not in letter.plain + letter.html


def test_the_reset_link_is_in_the_readers_language(client, nia):
    User.objects.filter(pk=nia.pk).update(language="fr")
    client.post(RESET, {"email": nia.email})
    assert last_secret("account/password-reset").startswith("/fr/")


def test_nobody_signs_up(client, db):
    answer = client.post(
        "/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD, "is_staff": "1", "role": "planner"}
    )
    assert answer.status_code == 200
    assert not User.objects.exists()


def test_a_hundred_wrong_passwords_meet_the_limit_before_the_twentieth(client, nia):
    codes = [sign_in(client, password=f"wrong-{n}").status_code for n in range(100)]
    assert codes.index(429) < 20
    assert set(codes[codes.index(429) :]) == {429}
    assert sign_in(Client()).status_code == 429, "the right one neither, for a while"


def test_three_mails_an_hour_reach_one_address(nia):
    for _ in range(50):
        Client().post(RESET, {"email": nia.email})
        Client().post(CODE, {"email": nia.email})
    assert PlannedMessage.objects.filter(kind="account/password-reset").count() == 3
    assert PlannedMessage.objects.filter(kind="account/login-code").count() == 3


def test_three_hundred_people_behind_one_address_sign_in(db):
    people = [User(email=f"p{n}@example.org", name=f"P {n}") for n in range(300)]
    for one in people:
        one.set_password(PASSWORD)
    User.objects.bulk_create(people)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in people]
    )
    assert {sign_in(Client(), email=one.email).status_code for one in people} == {302}


def test_a_session_from_before_the_sign_in_is_not_the_one_after(client, nia):
    client.get(LOGIN)
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client)
    assert client.cookies["sessionid"].value != planted
    stranger = Client()
    stranger.cookies["sessionid"] = planted
    assert stranger.get("/me/").status_code == 302


def test_signing_out_and_back_in_and_old_cookies(client, nia):
    sign_in(client)
    old = client.cookies["sessionid"].value
    assert client.get("/accounts/logout/").status_code == 200, "reading does not sign out"
    assert client.get("/me/").status_code == 200
    client.post("/accounts/logout/")
    stranger = Client()
    stranger.cookies["sessionid"] = old
    assert stranger.get("/me/").status_code == 302


def test_ending_sessions_signs_out_everywhere(signed_in, nia):
    services.end_sessions(nia, by=nia)
    assert signed_in.get("/me/").status_code == 302


def test_a_closed_account_is_out_in_the_next_request(signed_in, nia):
    User.objects.filter(pk=nia.pk).update(is_active=False)
    assert signed_in.get("/me/").status_code == 302


@pytest.fixture
def request_of_nobody(rf, db):
    request = rf.get("/")
    request.user = AnonymousUser()
    request.session = SessionStore()
    request.session.create()
    return request


def test_a_link_signs_in_whoever_chose_nothing_more(request_of_nobody, pierre, nia):
    planted = request_of_nobody.session.session_key
    services.sign_in_after_link(request_of_nobody, pierre)
    assert request_of_nobody.user == pierre
    assert request_of_nobody.session.session_key != planted
    with pytest.raises(Refused):
        services.sign_in_after_link(request_of_nobody, nia)


def test_a_link_confirms_only_the_address_it_went_to(request_of_nobody, pierre):
    pierre.email = "pierre@example.org"
    pierre.save()
    services.sign_in_after_link(request_of_nobody, pierre, mailed_to="old@example.org")
    assert not EmailAddress.objects.filter(verified=True).exists()
    services.sign_in_after_link(request_of_nobody, pierre, mailed_to="Pierre@Example.org")
    assert EmailAddress.objects.get(verified=True).email == "pierre@example.org"


def test_the_back_office_uses_the_same_door(client, nia):
    answer = client.get("/admin/login/?next=/admin/")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")
    assert client.post("/admin/login/", {"username": nia.email, "password": PASSWORD}).status_code == 302
    sign_in(client)
    assert client.get("/admin/", follow=True).status_code == 403
    User.objects.update(is_staff=True, is_superuser=True)
    client.post("/accounts/2fa/reauthenticate/?next=/admin/", {"code": digits(give_factor(nia))})
    assert client.get("/admin/").status_code == 200
    assert b"Last login" not in client.get(f"/admin/accounts/user/{nia.pk}/change/").content


def test_changing_the_password_tells_the_person(signed_in, nia):
    answer = signed_in.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "another-long-word", "password2": "another-long-word"},
    )
    assert answer.status_code == 302
    row = PlannedMessage.objects.get(kind="account/notice-password-changed")
    assert delivery.render(row).subject == "Your password was changed."


def test_every_mail_can_be_written(nia, db):
    from accounts import messages

    for prefix in messages._MAILS:
        messages.post(prefix, email=nia.email, user=nia, secret="/accounts/x/" if "code" not in prefix else "1234-5678")
    for row in PlannedMessage.objects.all():
        for language in ("en", "fr"):
            row.recipient.language = language
            letter = delivery.render(row)
            assert letter.subject
            assert len(letter.plain) > 60
            assert "{{" not in letter.plain + letter.html


# ---------------------------------------------------------------- the link in the mail with the code


def link_in_the_mail(client, nia) -> str:
    """Ask for a code and return the path of the link that its mail carries."""
    client.post(CODE, {"email": nia.email})
    row = PlannedMessage.objects.filter(kind="account/login-code").latest("created_at")
    letter = delivery.render(row)
    path = re.search(r"http://localhost:8000(/\S*/link/\S+)", letter.plain)[1]
    assert f"http://localhost:8000{path}" in letter.html
    return path


def test_the_link_shows_a_button_and_the_button_signs_in_once(client, nia):
    EmailAddress.objects.all().delete()
    path = link_in_the_mail(client, nia)
    for _ in range(5):  # a mail scanner reads it, on another machine
        scanner = Client()
        page = scanner.get(path)
        assert page.status_code == 200
        assert "Welcome back, Nia" in page.content.decode()
        assert scanner.get("/me/").status_code == 302
    assert SubmittedOnce.objects.count() == 0
    phone = Client()
    answer = phone.post(path)
    assert (answer.status_code, answer.url) == (302, reverse("today"))
    assert phone.get("/me/").status_code == 200
    assert EmailAddress.objects.get(user=nia).verified
    for method in ("get", "post"):
        again = getattr(Client(), method)(path)
        assert again.status_code == 410
        assert b"This link no longer works" in again.content


def test_who_typed_the_code_has_used_the_link_up(client, nia):
    path = link_in_the_mail(client, nia)
    client.post(CONFIRM, {"code": last_secret("account/login-code")})
    assert client.get("/me/").status_code == 200
    assert Client().post(path).status_code == 410


def test_who_used_the_link_has_used_the_code_up(client, nia):
    path = link_in_the_mail(client, nia)
    code = last_secret("account/login-code")
    Client().post(path)
    answer = client.post(CONFIRM, {"code": code}, follow=True)
    assert "You have signed in since this code was sent." in answer.content.decode()
    assert client.get("/me/").status_code == 302


def new_password(nia):
    nia.set_password("another-long-word")
    nia.save()


def another_address(nia):
    EmailAddress.objects.update(email="nia@elsewhere.example")
    User.objects.filter(pk=nia.pk).update(email="nia@elsewhere.example")


@pytest.mark.parametrize(
    "change", [new_password, another_address, lambda nia: services.end_sessions(nia, by=nia)],
    ids=["password", "address", "signed out everywhere"],
)  # fmt: skip
def test_the_link_ends_with_what_it_rests_on(client, nia, change):
    path = link_in_the_mail(client, nia)
    assert Client().get(path).status_code == 200
    change(nia)
    assert Client().get(path).status_code == 410
    assert Client().post(path).status_code == 410


def test_the_link_to_a_second_address_ends_when_it_is_removed(client, nia):
    second = EmailAddress.objects.create(user=nia, email="nia@home.example", verified=True)
    client.post(CODE, {"email": second.email})
    letter = delivery.render(PlannedMessage.objects.get(kind="account/login-code"))
    path = re.search(r"http://localhost:8000(/\S*/link/\S+)", letter.plain)[1]
    assert "Welcome back, Nia" in Client().get(path).content.decode()
    second.delete()
    assert Client().post(path).status_code == 410


def test_a_refused_post_leaves_no_key_in_the_log(client, nia, caplog):
    path = link_in_the_mail(client, nia)
    headers = {"Referer": f"https://other.example{path}", "Origin": f"https://other.example{path}"}
    for more in ({}, headers):
        assert Client(enforce_csrf_checks=True).post(path, headers=more).status_code == 403
    token = path.rstrip("/").rsplit("/", 1)[1]
    assert token not in caplog.text
    assert [record.getMessage().split(": ")[0] for record in caplog.records if record.name == "web"] == [
        "token refused in accounts/login/link/<str:token>/"
    ] * 2


def test_the_link_runs_out_with_the_code(client, nia):
    path = link_in_the_mail(client, nia)
    PlannedMessage.objects.update(not_after=timezone.now())
    assert Client().post(path).status_code == 410


def test_a_closed_account_has_no_link(client, nia):
    path = link_in_the_mail(client, nia)
    User.objects.update(is_active=False)
    assert Client().post(path).status_code == 410


def test_the_link_is_no_way_round_the_second_step(client, nia):
    secret = give_factor(nia)
    path = link_in_the_mail(client, nia)
    phone = Client()
    answer = phone.post(path)
    assert answer.url == reverse("mfa_authenticate")
    assert phone.get("/me/").status_code == 302
    phone.post(answer.url, {"code": digits(secret)})
    assert phone.get("/me/").status_code == 200


@pytest.mark.parametrize("token", ["x", "a:b", "🙂", "x" * 2000])
def test_a_link_that_is_none_of_ours(client, db, token):
    assert client.get(reverse("sign_in_by_link", args=[token])).status_code == 410
    assert client.post(reverse("sign_in_by_link", args=[token])).status_code == 410


def test_page_and_mail_say_the_same_of_how_long(client, nia):
    client.post(CODE, {"email": nia.email})
    assert "It works once, for 15 minutes." in client.get(CONFIRM).content.decode()
    assert "It works once, for 15 minutes." in delivery.render(PlannedMessage.objects.get()).plain


# ---------------------------------------------------------------- the page


def test_a_code_comes_first_and_a_password_second(client, db):
    page = client.get(LOGIN).content.decode()
    assert page.index("Send me a code") < page.index('type="password"') < page.index("Sign in with my password")
    assert page.count('name="login"') == 1, "one box for the address"


def test_enter_signs_in_with_a_password_and_asks_for_a_code_without_one(client, nia):
    page = client.get(LOGIN).content.decode()
    first = re.search(r'<button[^>]*type="submit" form="sign-in"[^>]*>', page)[0]
    assert 'name="enter"' in first
    assert "formaction" not in first
    assert sign_in(Client(), enter="1").url == reverse("today")
    assert client.post(LOGIN, {"login": nia.email, "password": "", "enter": "1"}).url == CONFIRM
    assert "One thing needs a look" in Client().post(LOGIN, {"login": "nia", "enter": "1"}).content.decode()


def test_the_button_for_a_code_sends_the_box_of_the_page(client, nia):
    assert client.post(CODE, {"login": nia.email, "password": ""}).url == CONFIRM
    page = Client().post(CODE, {"login": "nia", "password": ""}).content.decode()
    assert "This address is not complete" in page
    assert 'value="nia"' in page


def test_a_wrong_password_is_told_beside_it_with_the_next_step(client, nia):
    page = sign_in(client, password="wrong").content.decode()
    assert "Try again, or have a code sent to you." in page
    assert page.count(f'value="{nia.email}"') == 1


def test_a_wrong_code_is_told_with_the_next_step(client, nia):
    client.post(CODE, {"email": nia.email})
    page = client.post(CONFIRM, {"code": "0000-0000"}).content.decode()
    assert "This is not the code." in page
    assert "Send a new code" in page


def test_a_new_code_is_really_sent_and_the_page_says_so(client, nia):
    client.post(f"{CODE}?next=/me/", {"login": nia.email})
    first = last_secret("account/login-code")
    answer = client.post(CONFIRM, {"send": "1", "next": "/me/"}, follow=True)
    assert answer.redirect_chain == [(f"{CONFIRM}?next=%2Fme%2F", 302)]
    assert "A new code is on its way." in answer.content.decode()
    assert PlannedMessage.objects.filter(kind="account/login-code").count() == 2
    client.post(CONFIRM, {"code": first})
    assert client.get("/me/").status_code == 302, "the code before is void"
    answer = client.post(CONFIRM, {"code": last_secret("account/login-code"), "next": "/me/"})
    assert answer.url == "/me/"
    assert client.get("/me/").status_code == 200


def test_new_codes_have_the_limit_of_all_codes_and_the_page_says_so(nia):
    seen = []
    for email in (nia.email, "who@example.org"):
        client = Client()
        client.post(CODE, {"login": email})
        pages = [client.post(CONFIRM, {"send": "1"}, follow=True).content for _ in range(3)]
        assert [b"Three mails an hour reach one address." in page for page in pages] == [False, False, True]
        seen.append([without_tokens(page).replace(email, "ADDRESS") for page in pages])
    assert seen[0] == seen[1], "known or not"
    assert PlannedMessage.objects.filter(kind="account/login-code").count() == 3
    assert PlannedMessage.objects.filter(kind="account/unknown-address").count() == 3


def test_every_way_in_stays_open_while_a_code_waits(client, nia, pierre):
    client.post(CODE, {"login": "mistyped@example.org"})
    page = client.get(CONFIRM).content.decode()
    assert f'href="{LOGIN}">Another address</a>' in page
    assert client.get("/me/").url == f"{LOGIN}?next=/me/"
    page = client.get(f"{LOGIN}?next=/me/").content.decode()
    assert "mistyped@example.org" not in page
    assert 'type="password"' in page
    assert f'href="{CONFIRM}?next=/me/">I have a code</a>' in page
    assert client.get(CODE).status_code == 200
    client.post(CODE, {"login": nia.email})
    assert nia.email in client.get(CONFIRM).content.decode()
    assert sign_in(client, next="/me/").url == "/me/"
    assert client.get("/me/").status_code == 200
    assert "I have a code" not in Client().get(LOGIN).content.decode()


def test_the_second_step_still_comes_before_anything_else(client, nia):
    give_factor(nia)
    sign_in(client)
    assert client.get(LOGIN).url == reverse("mfa_authenticate")


def test_whoever_tried_a_password_too_often_is_offered_a_code(client, nia):
    while (answer := sign_in(client, password="wrong", next="/me/")).status_code != 429:
        pass
    page = answer.content.decode()
    assert "Go to Today" not in page
    assert f'<form class="actions" method="post" action="{CODE}">' in page
    sent = dict(re.findall(r'<input type="hidden" name="(login|next)" value="([^"]*)">', page))
    assert client.post(CODE, sent).url == f"{CONFIRM}?next=%2Fme%2F"
    client.post(CONFIRM, {"code": last_secret("account/login-code")})
    assert client.get("/me/").status_code == 200


def test_whoever_signs_out_is_told_at_once(signed_in):
    answer = signed_in.post("/accounts/logout/", follow=True)
    assert answer.redirect_chain == [(LOGIN, 302)]
    assert "You are signed out." in answer.content.decode()


def test_the_other_language_leads_on_to_the_page_in_that_language(client, db):
    page = client.get(f"{LOGIN}?next=/me/").content.decode()
    assert 'href="/fr/comptes/connexion/?next=/fr/moi/"' in page


OLD_WORDS = re.compile(
    r"e-mail|Account Inactive|Sign-In|email address|Current Password|\(again\)|Successfully|mot de passe \?",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", [
    "account_login", "account_request_login_code", "account_reset_password", "account_reset_password_done",
    "account_inactive", "account_signup", "account_email_verification_sent", "account_reset_password_from_key_done",
    "account_email", "account_change_password", "account_set_password", "mfa_index", "account_reauthenticate",
    "prove_by_code",
])  # fmt: skip
def test_the_french_pages_say_courriel(client, nia, name):
    User.objects.filter(pk=nia.pk).update(language="fr")
    if name in ("account_email", "account_change_password", "mfa_index", "account_reauthenticate"):
        sign_in(client)
    if name in ("account_set_password", "prove_by_code"):
        client.post(CODE, {"email": nia.email})
        client.post(CONFIRM, {"code": last_secret("account/login-code")})
        User.objects.filter(pk=nia.pk).update(password="!")
        client.force_login(User.objects.get(pk=nia.pk))
    with override("fr"):
        page = client.get(reverse(name), follow=True)
        sent = client.post(reverse(name), {"email": "x", "login": "x"}, follow=True)
    for body in (page, sent):
        words = re.sub(r"<[^>]+>", " ", body.content.decode())
        assert not OLD_WORDS.search(words), OLD_WORDS.search(words)


def test_by_link_too_a_shared_computer_keeps_nobody(client, nia):
    path = link_in_the_mail(client, nia)
    computer = Client()
    assert 'name="shared"' in computer.get(path).content.decode()
    computer.post(path, {"shared": "1"})
    assert computer.get("/me/").status_code == 200
    assert not computer.cookies["sessionid"]["max-age"], "it ends with the browser"
