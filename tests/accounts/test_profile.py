"""Me: what a person says about themselves, and who sees it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import seen, services
from accounts.models import User
from audit.models import Entry
from core.refusals import Refused

FIELDS = {"name": "Nia  Roy", "language": "fr", "city": "vancouver", "larger_text": "on"}


def test_visitors_are_sent_to_the_sign_in_page_and_back(client, db):
    for path in ("/me/", "/me/who-sees-me/"):
        assert client.get(path).url == f"/accounts/login/?next={path}"


def test_saving_the_profile(signed_in, nia):
    answer = signed_in.post("/me/", FIELDS)
    assert answer.status_code == 302
    nia.refresh_from_db()
    assert (nia.name, nia.language, nia.city, nia.time_zone) == ("Nia Roy", "fr", "vancouver", "America/Vancouver")
    assert nia.larger_text
    entry = Entry.objects.get(verb="person.profile_changed")
    assert entry.detail == {"fields": ["city", "language", "larger_text"]}, "no words, no names"


def test_no_field_gives_more_rights(signed_in, nia):
    """Every field of the model is posted; only those of the form change."""
    before = User.objects.values().get(pk=nia.pk)
    data = {field.name: "1" for field in User._meta.get_fields() if field.concrete}
    signed_in.post("/me/", {**data, **FIELDS})
    after = User.objects.values().get(pk=nia.pk)
    changed = {name for name in before if before[name] != after[name]}
    shown = {"show_work", "show_city", "show_email"}
    assert changed <= {"name", "language", "city", "time_zone", "larger_text"} | shown


@pytest.mark.parametrize(
    "bad", [{"name": "   "}, {"name": "x" * 121}, {"city": "atlantis"}, {"language": "de"}, {"name": ""}]
)
def test_what_cannot_be_saved_comes_back_with_its_error(signed_in, nia, bad):
    answer = signed_in.post("/me/", {**FIELDS, **bad})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    nia.refresh_from_db()
    assert nia.language == "en"


@pytest.mark.parametrize(
    "name",
    [
        "Hello http://evil.example/login",
        "WWW.evil.example",
        "nia@evil.example",
        "Nia \u202eyoR",
        "Nia\x01",
        "N\u200bia",
    ],
)
def test_a_name_that_would_be_a_link_or_hides_something_is_refused(signed_in, nia, name):
    page = signed_in.post("/me/", {**FIELDS, "name": name})
    assert page.status_code == 200
    assert page.context["form"].errors["name"]
    nia.refresh_from_db()
    assert nia.name == "Nia Roy"


@pytest.mark.parametrize("name", ["Dr. J.-P. O’Brien", "Ng", "Zoë 'Zed' Müller", "می\u200cخواهم"])
def test_names_are_names(signed_in, nia, name):
    assert signed_in.post("/me/", {**FIELDS, "name": name}).status_code == 302


def test_an_empty_name_is_asked_for_in_its_own_words(signed_in):
    assert "Write your name." in signed_in.post("/me/", {**FIELDS, "name": ""}).content.decode()


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/"])
def test_the_pages_about_signing_in_lead_back(signed_in, path):
    assert 'href="/me/">Back to my profile' in signed_in.get(path).content.decode()


def test_larger_text_is_a_class_of_the_page(signed_in, nia, rf):
    from accounts.context import person

    User.objects.filter(pk=nia.pk).update(larger_text=True)
    shown = signed_in.get("/me/").context["person"]
    assert shown.signed_in
    assert shown.html_class == "larger-text"
    visitor = person(rf.get("/"))["person"]
    assert (visitor.signed_in, visitor.html_class) == (False, "")


def test_reading_writes_nothing(signed_in, nia, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for path in ("/me/", "/me/who-sees-me/"):
        with CaptureQueriesContext(
            connection,
        ) as seen_:
            assert signed_in.get(path).status_code == 200
        assert not [q["sql"] for q in seen_ if not q["sql"].startswith("SELECT")]


def test_the_language_switch_is_a_post_and_stays(signed_in, nia):
    assert signed_in.get("/me/language/").status_code == 405
    answer = signed_in.post("/me/language/", {"language": "fr", "next": "/accounts/email/?x=1"})
    assert answer.status_code == 302
    assert answer.url.startswith("/fr/")
    assert answer.url.endswith("?x=1")
    nia.refresh_from_db()
    assert nia.language == "fr"
    assert signed_in.post("/me/language/", {"language": "xx", "next": "/me/"}).status_code == 302
    nia.refresh_from_db()
    assert nia.language == "fr"


@pytest.mark.parametrize("path", ["/me/", "/me/language/", "/me/draft/", "/me/draft/discard/"])
def test_without_a_token_nothing_is_done(nia, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(nia)
    before = User.objects.values().get(pk=nia.pk)
    assert client.post(path, {**FIELDS, "draft_key": "x"}).status_code == 403
    assert User.objects.values().get(pk=nia.pk) == before


def test_who_sees_me_has_the_rows_of_every_room(signed_in, nia, monkeypatch):
    monkeypatch.setattr(seen.who_sees_me, "_answers", dict(seen.who_sees_me._answers))
    seen.who_sees_me.add("forum", lambda user: [seen.Row("Your posts", ("your cohort",), f"for {user.name}", order=40)])
    page = signed_in.get("/me/who-sees-me/").content.decode()
    assert "Your posts" in page
    assert "for Nia Roy" in page
    assert "Sponsors never see a name beside attendance, a log or a post." in page
    assert "When and how often you sign in" in page
    assert page.index("Your e-mail address") < page.index("Your posts")


def test_welcome_is_noted_once(pierre):
    services.welcome(pierre, name="Pierre G.", language="fr", city="quebec", by=pierre)
    first = pierre.welcomed_at
    services.welcome(pierre, name="Pierre", language="fr", city="quebec", by=pierre)
    pierre.refresh_from_db()
    assert (pierre.welcomed_at, pierre.name) == (first, "Pierre")
    assert pierre.email is None, "no mailbox, and a member all the same"
    assert Entry.objects.filter(verb="person.welcomed").count() == 1
    with pytest.raises(Refused):
        services.welcome(pierre, name=" ", language="fr", city="quebec", by=pierre)


def test_two_people_without_mailbox(db):
    User.objects.create_user(None, name="A")
    User.objects.create_user("", name="B")
    assert User.objects.filter(email=None).count() == 2
