"""The same form twice does its work once, with real threads."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection

from accounts.models import SubmittedOnce, User
from accounts.once import OncePerKey, answer_once, do_once
from core.refusals import Refused


class WordForm(OncePerKey, forms.Form):
    word = forms.CharField()


def post(rf, user, data, **headers):
    request = rf.post("/", data, **headers)
    request.user = user
    return request


def test_where_nobody_is_signed_in_the_address_stands_nowhere_in_clear(rf, db):
    key = str(uuid.uuid4())

    def send():
        request = post(rf, AnonymousUser(), {"word": "a", "once": key})
        return answer_once(request, WordForm(request.POST), lambda: f"/join/guest/{uuid.uuid4()}/")

    first = send().url
    assert first.startswith("/join/guest/")
    assert send().url == first
    assert first not in SubmittedOnce.objects.get().result_url


def test_a_second_post_leads_where_the_first_led(rf, nia):
    key, made = str(uuid.uuid4()), []

    def send():
        request = post(rf, nia, {"word": "a", "once": key})
        form = WordForm(request.POST)

        def make():
            made.append(form.answers())
            return f"/result/{len(made)}/"

        return answer_once(request, form, make)

    assert [send().url, send().url] == ["/result/1/", "/result/1/"]
    assert made == [{"word": "a"}]


def test_every_form_has_a_key_of_its_own():
    keys = {WordForm()["once"].value() for _ in range(20)}
    assert len(keys) == 20
    assert {uuid.UUID(key).version for key in keys} == {4}
    assert 'type="hidden" name="once"' in str(WordForm())


def test_the_key_of_somebody_else_is_another_key(nia, pierre):
    key = uuid.uuid4()
    assert do_once(user=nia, key=key, make=lambda: "/a/") == "/a/"
    assert do_once(user=pierre, key=key, make=lambda: "/b/") == "/b/"
    assert do_once(user=None, key=key, make=lambda: "/c/") == "/c/"
    assert do_once(user=None, key=key, make=lambda: "/d/") == "/c/"


def test_a_refusal_stands_on_the_form_and_frees_the_key(rf, nia):
    key = str(uuid.uuid4())

    def refuse():
        User.objects.filter(pk=nia.pk).update(name="half done")
        raise Refused("No room.", field="word")

    request = post(rf, nia, {"word": "a", "once": key})
    form = WordForm(request.POST)
    assert answer_once(request, form, refuse) is None
    assert form.errors == {"word": ["No room."]}
    assert not SubmittedOnce.objects.exists()
    assert User.objects.get(pk=nia.pk).name == "Nia Roy"
    assert answer_once(request, WordForm(request.POST), lambda: "/ok/").url == "/ok/"


def test_pages_are_shown_where_nothing_was_sent(rf, nia):
    request = rf.get("/")
    request.user = nia
    assert answer_once(request, WordForm(), lambda: "/x/") is None
    request = post(rf, nia, {"word": ""})
    assert answer_once(request, WordForm(request.POST), lambda: "/x/") is None


def test_an_error_of_the_work_itself_is_not_hidden(nia):
    def make():
        User.objects.create(email=nia.email, name="double")
        return "/x/"

    with pytest.raises(IntegrityError):
        do_once(user=nia, key=uuid.uuid4(), make=make)
    assert not SubmittedOnce.objects.exists()


@pytest.mark.parametrize("once", ["", "nonsense", None])
def test_a_form_without_its_key(rf, db, once):
    request = post(rf, AnonymousUser(), {"word": "a"} if once is None else {"word": "a", "once": once})
    answer = answer_once(request, WordForm(request.POST), lambda: "/x/")
    assert answer is None if once == "nonsense" else answer.url == "/x/"


def test_htmx_takes_the_whole_page_along(rf, nia):
    request = post(rf, nia, {"word": "a"}, HTTP_HX_REQUEST="true")
    answer = answer_once(request, WordForm(request.POST), lambda: "/x/")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/x/")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first_refuses", [False, True])
def test_twenty_at_the_same_moment(first_refuses):
    user = User.objects.create_user(None, name="Tess")
    key, made, urls, lock = uuid.uuid4(), [], [], threading.Lock()
    ready = threading.Barrier(20)

    def make():
        with lock:
            made.append(threading.get_ident())
            turn = len(made)
        time.sleep(0.05)
        if first_refuses and turn == 1:
            raise Refused("not yet")
        User.objects.create_user(None, name="made")
        return f"/result/{turn}/"

    def run():
        ready.wait()
        try:
            urls.append(do_once(user=user, key=key, make=make))
        except Refused:
            urls.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.filter(name="made").count() == 1
    good = [url for url in urls if url != "refused"]
    assert len(good) == (19 if first_refuses else 20)
    assert len(set(good)) == 1
