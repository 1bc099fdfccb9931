"""A form that meets an expired session comes back filled, to the same account, and is never sent by itself."""

from __future__ import annotations

import datetime
import html
import re

import pytest
import time_machine
from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.test import Client
from django.urls import path
from django.utils import timezone

from accounts import drafts, services
from accounts.decorators import never_parked, signed_in
from accounts.models import Draft, ParkedPost, User
from accounts.once import OncePerKey, answer_once
from config import urls
from core.forms import GuardedForm
from tests.accounts.conftest import PASSWORD
from tests.other_addresses import answered_by

DONE: list[dict] = []


class NoteForm(OncePerKey, forms.Form):
    title = forms.CharField()
    mood = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
    agreed = forms.BooleanField(required=False)
    pin = forms.CharField(required=False)


def drafted(request):
    form = NoteForm(request.POST or None)
    draft = drafts.offer(request, "drafted/new", form)
    answer = answer_once(request, form, lambda: DONE.append(form.answers()) or "/drafted/", draft=draft.key)
    kept = "This is your draft." if draft.kept_at else ""
    return answer or HttpResponse("".join(str(form[name]) for name in form.fields) + kept)


class FramedForm(GuardedForm):
    words = forms.CharField(widget=forms.Textarea)

    def readers_of(self, field_name):
        return ["your team (6)"]


def framed(request):
    form = FramedForm(request.POST or None)
    return HttpResponse(str(form["words"]))


def note(request):
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        DONE.append({"by": request.user.name, **form.answers()})
        return redirect("/note/")
    return HttpResponse(
        "".join(str(form[name]) for name in form.fields) + render(request, "403_csrf.html").content.decode()[:0]
    )


urlpatterns = [
    *urls.urlpatterns,
    path("note/", signed_in(note)),
    path("sealed/", signed_in(never_parked(note))),
    path("sealed-too/", never_parked(signed_in(note))),
    path("framed/", signed_in(framed)),
    path("drafted/", signed_in(drafted)),
    path("only-post/", signed_in(note)),
]
handler400, handler404, handler429 = urls.handler400, urls.handler404, urls.handler429
TYPED = {"title": "Rounds at <7>", "mood": "b", "agreed": "on", "pin": "482913"}
OURS = {"HTTP_ORIGIN": "http://testserver", "HTTP_REFERER": "http://testserver/note/"}


@pytest.fixture(autouse=True)
def own_pages():
    DONE.clear()
    with answered_by(__name__):
        yield


def sign_in(client, email="nia@example.org"):
    return client.post("/accounts/login/", {"login": email, "password": PASSWORD})


def expired(client) -> Client:
    """Sign in, look at a page, and let the session run out."""
    assert sign_in(client).status_code == 302
    assert client.get("/note/").status_code == 200
    del client.cookies["sessionid"]
    return client


def filled(client, where="/note/") -> bool:
    page = client.get(where).content.decode()
    return 'value="Rounds at &lt;7&gt;"' in page and '<option value="b" selected>' in page and "checked" in page


def test_the_whole_way(nia):
    client = expired(Client())
    answer = client.post("/note/", {**TYPED, "once": "8b0d2b52-0a7e-4c3b-8f6b-1e1f0f0e7c11"}, **OURS)
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/note/")
    assert answer.cookies["parked"]["httponly"]
    assert answer.cookies["parked"]["samesite"] == "Lax"
    row = ParkedPost.objects.get()
    assert row.user == nia
    assert "Rounds" not in row.sealed
    assert abs((row.expires_at - timezone.now()).total_seconds() - 1800) < 30
    assert not DONE
    sign_in(client)
    assert not DONE, "never sent by itself"
    assert filled(client)
    assert filled(client), "a reload loses nothing"
    page = client.get("/note/").content.decode()
    assert "482913" not in page
    assert DONE == []
    client.post("/note/", TYPED, **OURS)
    assert [one["title"] for one in DONE] == ["Rounds at <7>"]
    assert not ParkedPost.objects.exists()
    assert not filled(client)


def test_nobody_else_gets_it(nia):
    tess = User.objects.create_user("tess@example.org", PASSWORD, name="Tess")
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=tess, email=tess.email, verified=True, primary=True)
    client = expired(Client())
    client.post("/note/", TYPED, **OURS)
    sign_in(client, tess.email)
    assert client.get("/note/").status_code == 200
    assert not filled(client)
    other = Client()
    other.force_login(nia)
    assert not filled(other), "bound to the cookie too"
    client.post("/accounts/logout/")
    sign_in(client)
    assert filled(client), "half an hour is not over"


def test_it_waits_half_an_hour(nia):
    client = expired(Client())
    client.post("/note/", TYPED, **OURS)
    sign_in(client)
    ParkedPost.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert not filled(client)
    assert services.sweep() == 1


def test_a_stale_token(nia):
    client = Client(enforce_csrf_checks=True)
    client.force_login(nia)
    client.get("/accounts/email/")
    answer = client.post("/note/", {**TYPED, "csrfmiddlewaretoken": "x" * 64}, **OURS)
    assert (answer.status_code, answer.url) == (302, "/note/")
    assert not DONE
    assert filled(client)


def test_a_stale_token_and_no_session(nia):
    client = Client(enforce_csrf_checks=True)
    client.force_login(nia)
    client.get("/note/")
    del client.cookies["sessionid"]
    answer = client.post("/note/", TYPED, **OURS)
    assert answer.url == "/accounts/login/?next=/note/"
    client.force_login(nia)
    assert filled(client)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "http://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {},
        {**OURS, "HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_REFERER": "http://evil.example/note/"},
    ],
)
def test_words_from_another_site_are_never_kept(nia, headers):
    client = Client(enforce_csrf_checks=True)
    client.force_login(nia)
    client.get("/note/")
    answer = client.post("/note/", TYPED, **headers)
    assert answer.status_code == 403
    assert not ParkedPost.objects.exists()


@pytest.mark.parametrize(
    "where",
    ["/sealed/", "/sealed-too/", "/accounts/password/change/", "/accounts/email/", "/admin/login/"],
)
def test_what_is_never_parked(nia, where):
    client = expired(Client())
    client.post(where, {**TYPED, "oldpassword": "a"}, **OURS)
    assert not ParkedPost.objects.exists()


def test_a_visitor_has_nothing_to_park(db):
    answer = Client().post("/note/", {"mood": "b"}, **OURS)
    assert answer.status_code == 302
    assert not ParkedPost.objects.exists()


# ---------------------------------------------------------------- what is kept nowhere stands in the answer


def shown(answer) -> str:
    """Return the words in the box of an answer that gives them back; "" where it does not."""
    found = re.search(r"<textarea[^>]* readonly>\n(.*?)</textarea>", answer.content.decode(), re.DOTALL)
    return html.unescape(found[1]) if found else ""


def test_after_signing_out_on_purpose_nothing_is_parked_and_the_words_stand_in_the_answer(nia):
    client = Client()
    sign_in(client)
    client.get("/note/")
    client.post("/accounts/logout/")
    answer = client.post("/note/", TYPED, **OURS)
    assert not ParkedPost.objects.exists()
    assert shown(answer) == "Rounds at <7>"
    assert "482913" not in answer.content.decode()


PRIVATE = "What only you may read is never kept anywhere else, not even for a minute."


def test_words_for_oneself_alone_are_kept_nowhere_and_stand_in_the_answer(nia):
    client = expired(Client())
    answer = client.post("/sealed/", TYPED, **OURS)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert shown(answer) == "Rounds at <7>"
    assert "You were signed out meanwhile, so this was not saved." in page
    assert PRIVATE in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert 'href="/accounts/login/?next=/note/" target="_blank"' in page
    assert not ParkedPost.objects.exists()
    assert not Draft.objects.exists()
    assert "parked" not in client.cookies
    assert not DONE


def test_so_they_do_with_a_stale_token(nia):
    client = Client(enforce_csrf_checks=True)
    client.force_login(nia)
    client.get("/note/")
    answer = client.post("/sealed/", TYPED, **OURS)
    assert shown(answer) == "Rounds at <7>"
    assert "The page had waited too long, so this was not saved." in answer.content.decode()
    assert 'href="/note/" target="_blank"' in answer.content.decode()
    assert shown(client.post("/sealed/", TYPED, HTTP_ORIGIN="http://evil.example")) == ""


def test_a_button_that_nothing_is_kept_of_says_that_nothing_was_done(nia):
    client = expired(Client())
    answer = client.post("/sealed/", {"mood": "b"}, **OURS)
    assert answer.status_code == 302
    assert "so nothing was done yet." in client.get(answer.url).content.decode()


def test_a_button_that_has_no_page_leads_back_to_where_it_stood(nia):
    client = expired(Client())
    answer = client.post("/only-post/", TYPED, **{**OURS, "HTTP_REFERER": "http://testserver/note/?tab=2"})
    assert answer.url == "/accounts/login/?next=/note/%3Ftab%3D2"
    sign_in(client)
    assert filled(client, "/note/?tab=2")


SIGNED_OUT = "You were signed out meanwhile, so nothing was done yet. Press the button again."
WAITED = "The page had waited too long, so nothing was done yet. Press the button again."
HERE_IT_IS = "Here is what you wrote. It is not saved yet: read it again, then save."


def said(client, where) -> list[str]:
    found = [str(one) for one in client.get(where).wsgi_request._messages]
    client.cookies.pop("messages", None)  # the page of this test prints none, so that they would wait for the next one
    return found


def test_a_button_without_words_leads_back_and_says_so_once(nia):
    client = expired(Client())
    answer = client.post("/only-post/", {}, **OURS)
    assert answer.url == "/accounts/login/?next=/note/"
    assert "You were signed out meanwhile. Nothing is lost" in client.get(answer.url).content.decode()
    sign_in(client)
    assert said(client, "/note/") == [SIGNED_OUT]
    assert said(client, "/note/") == []


def test_a_tap_that_no_box_takes_says_so_too(nia):
    client = expired(Client())
    client.post("/only-post/", {"with_whom": "colleague"}, **OURS)
    client.get("/accounts/login/")
    sign_in(client)
    assert said(client, "/note/") == [SIGNED_OUT]
    assert said(client, "/note/") == []


def test_a_button_with_a_stale_token(nia):
    client = Client(enforce_csrf_checks=True)
    client.force_login(nia)
    client.get("/note/")
    answer = client.post("/only-post/", {}, **OURS)
    assert (answer.status_code, answer.url) == (302, "/note/")
    assert said(client, "/note/") == [WAITED]


def test_the_sentence_about_words_is_said_once_and_the_words_stay(nia):
    client = expired(Client())
    client.post("/note/", TYPED, **OURS)
    client.get("/accounts/login/")
    sign_in(client)
    assert said(client, "/note/") == [HERE_IT_IS]
    assert said(client, "/note/") == []
    assert filled(client)
    client.post("/note/", TYPED, **OURS)
    assert len(DONE) == 1
    assert not ParkedPost.objects.exists()


def test_a_page_that_is_opened_leads_back_to_itself(db):
    answer = Client().get("/note/?week=2", HTTP_REFERER="http://testserver/elsewhere/")
    assert answer.url == "/accounts/login/?next=/note/%3Fweek%3D2"


def test_htmx_sends_the_whole_page_to_the_sign_in(nia):
    client = expired(Client())
    answer = client.post("/note/", TYPED, HTTP_HX_REQUEST="true", **OURS)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/note/"
    assert ParkedPost.objects.count() == 1


def test_words_in_their_frame_come_back(nia):
    client = expired(Client())
    client.post("/framed/", {"words": "We tried <at last>"}, HTTP_ORIGIN="http://testserver")
    sign_in(client)
    assert "We tried &lt;at last&gt;" in client.get("/framed/").content.decode()


def test_another_form_takes_nothing(nia):
    client = expired(Client())
    client.post("/note/", {"title": "Rounds at <7>"}, **OURS)
    sign_in(client)
    assert 'value="Rounds' not in client.get("/note/").content.decode(), "a field of this form is missing"


def test_too_much_is_not_parked(nia):
    client = expired(Client())
    client.post("/note/", {**TYPED, "title": "x" * 250_000}, **OURS)
    assert not ParkedPost.objects.exists()
    assert not Draft.objects.exists()


# ---------------------------------------------------------------- a form that keeps drafts as well

OF_DRAFTED = {"HTTP_ORIGIN": "http://testserver", "HTTP_REFERER": "http://testserver/drafted/"}
KEYS = {"draft_key": "drafted/new", "draft_back": "/drafted/"}
OLDER = {"title": "Rounds", "mood": "a"}


def box(client) -> str:
    return re.search(r'<input[^>]*name="title"[^>]*>', client.get("/drafted/").content.decode())[0]


def with_an_older_draft(nia, **kwargs) -> Client:
    client = Client(**kwargs)
    client.force_login(nia)
    client.get("/note/")
    drafts.save(nia, "drafted/new", as_sent({**OLDER, **KEYS}))
    assert 'value="Rounds"' in box(client)
    return client


def as_sent(words: dict[str, str]):
    return drafts.as_sent({name: [value] for name, value in words.items()})


@pytest.mark.parametrize("door", ["/drafted/", "/me/draft/"], ids=["sent", "save draft, without JavaScript"])
@pytest.mark.parametrize("why", ["signed out", "stale token"])
def test_what_was_typed_last_wins_over_the_older_draft(nia, door, why):
    client = with_an_older_draft(nia, enforce_csrf_checks=why == "stale token")
    if why == "signed out":
        del client.cookies["sessionid"]
    client.post(door, {**TYPED, **KEYS}, **OF_DRAFTED)
    if why == "signed out":
        sign_in(client)
    assert not DONE
    assert filled(client, "/drafted/")
    page = client.get("/drafted/").content.decode()
    assert "This is your draft." not in page
    assert "482913" not in page


def test_and_what_was_typed_after_it_wins_over_that(nia):
    client = with_an_older_draft(nia)
    del client.cookies["sessionid"]
    client.post("/drafted/", {**TYPED, **KEYS}, **OF_DRAFTED)
    sign_in(client)
    assert filled(client, "/drafted/")
    client.post("/me/draft/", {**TYPED, **KEYS, "title": "Rounds at eight"}, HTTP_HX_REQUEST="true", **OF_DRAFTED)
    assert 'value="Rounds at eight"' in box(client)


@pytest.mark.parametrize("door", ["/drafted/", "/me/draft/"])
def test_once_it_is_sent_neither_comes_back(nia, door):
    client = with_an_older_draft(nia)
    del client.cookies["sessionid"]
    client.post(door, {**TYPED, **KEYS}, **OF_DRAFTED)
    sign_in(client)
    client.get("/drafted/")
    client.post("/drafted/", {**TYPED, **KEYS}, **OF_DRAFTED)
    assert len(DONE) == 1
    assert "value=" not in box(client)
    assert not ParkedPost.objects.exists()


def test_start_afresh_is_fresh(nia):
    client = with_an_older_draft(nia)
    del client.cookies["sessionid"]
    client.post("/drafted/", {**TYPED, **KEYS}, **OF_DRAFTED)
    sign_in(client)
    client.post("/me/draft/", {**TYPED, **KEYS}, **OF_DRAFTED)
    client.post("/me/draft/discard/", KEYS, **OF_DRAFTED)
    assert "value=" not in box(client)


def test_a_page_that_keeps_words_while_signed_out_keeps_its_promise(nia):
    client = with_an_older_draft(nia)
    del client.cookies["sessionid"]
    answer = client.post("/me/draft/", {**TYPED, **KEYS}, HTTP_HX_REQUEST="true", **OF_DRAFTED)
    assert "Your words stay here: save, sign in, and find them again." in answer.content.decode()
    assert not ParkedPost.objects.exists(), "the page has them: they are kept when its button is pressed"
    client.post("/drafted/", {**TYPED, **KEYS}, **OF_DRAFTED)
    sign_in(client)
    assert filled(client, "/drafted/")


def test_a_page_whose_token_is_stale_says_that_it_keeps_no_draft(nia):
    client = with_an_older_draft(nia, enforce_csrf_checks=True)
    answer = client.post("/me/draft/", {**TYPED, **KEYS}, HTTP_HX_REQUEST="true", **OF_DRAFTED)
    assert answer.status_code == 200
    assert "This page has waited too long to keep drafts." in answer.content.decode()
    assert drafts.load(nia, "drafted/new")["title"] == "Rounds"


def test_a_draft_that_may_not_be_kept_is_not_parked(nia, monkeypatch):
    monkeypatch.setattr(drafts, "_never", {"sealed"})
    client = expired(Client())
    answer = client.post("/me/draft/", {**TYPED, "draft_key": "sealed/1"}, **OURS)
    assert not ParkedPost.objects.exists()
    assert shown(answer) == "Rounds at <7>"


# ---------------------------------------------------------------- how long a session lasts


@pytest.fixture
def strict(monkeypatch):
    from accounts import sessions_policy

    monkeypatch.setattr(sessions_policy.strict, "_answers", {"here": lambda user: user.name == "Nia Roy"})


START = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)


def pages(client, steps: list[float]) -> list[int]:
    """Ask for a page after so many minutes each; return the statuses."""
    found = []
    with time_machine.travel(START, tick=False) as clock:
        sign_in(client)
        for minutes in steps:
            clock.shift(datetime.timedelta(minutes=minutes))
            found.append(client.get("/note/").status_code)
    return found


def test_planners_are_asked_again_after_thirty_idle_minutes(nia, strict):
    assert pages(Client(), [29, 29, 29]) == [200, 200, 200]
    assert pages(Client(), [29, 31, 1]) == [200, 302, 302]
    assert pages(Client(), [31]) == [302]


def test_and_after_twelve_hours_in_any_case(nia, strict):
    assert pages(Client(), [20] * 37) == [200] * 36 + [302]


def test_everybody_else_stays(nia):
    assert pages(Client(), [29, 31, 60 * 24 * 13]) == [200, 200, 200]


def test_the_last_page_is_remembered_in_no_table(nia, strict, django_assert_num_queries):
    from django.contrib.sessions.models import Session

    client = Client()
    sign_in(client)
    before = list(Session.objects.values())
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=10)):
        client.get("/note/")
    assert list(Session.objects.values()) == before
    assert client.cookies["seen"]["httponly"]


def test_the_memory_of_one_session_is_none_of_another(nia, strict):
    client = Client()
    with time_machine.travel(START, tick=False) as clock:
        sign_in(client)
        clock.shift(datetime.timedelta(minutes=25))
        client.get("/note/")
        fresh = client.cookies["seen"].value
        other = Client()
        clock.move_to(START)
        sign_in(other)
        clock.shift(datetime.timedelta(minutes=40))
        other.cookies["seen"] = fresh
        assert other.get("/note/").status_code == 302


def test_a_planners_words_survive_the_thirty_minutes(nia, strict):
    client = Client()
    with time_machine.travel(START, tick=False) as clock:
        sign_in(client)
        client.get("/note/")
        clock.shift(datetime.timedelta(minutes=31))
        assert client.post("/note/", TYPED, **OURS).url == "/accounts/login/?next=/note/"
        sign_in(client)
        assert filled(client)
        assert not DONE
