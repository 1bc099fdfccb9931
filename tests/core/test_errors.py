"""What people meet when something goes wrong: plain words, both languages, a way back."""

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.template import loader
from django.test import RequestFactory
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from core import answers

PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "405.html", "413.html", "429.html"]
STILL = ["500.html", "maintenance.html"]


def _nobody():
    raise AssertionError("an error page asked who reads")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_a_way_back_that_asks_nobody(name, lang):
    request = RequestFactory().get("/nowhere/")
    request.user = SimpleLazyObject(_nobody)
    with translation.override(lang):
        html = loader.get_template(name).render({}, request)
    assert f'<html lang="{lang}-CA"' in html
    assert html.count("<h1") == 1
    assert 'class="lead-line"' in html
    assert 'class="btn btn-primary"' in html
    assert "csrfmiddlewaretoken" not in html


def test_who_is_not_signed_in_is_not_sent_to_today_by_the_page_about_too_many_tries():
    page = answers.too_many(RequestFactory().post("/nowhere/")).content.decode()
    assert "/today/" not in page
    assert "Front page" in page


@pytest.mark.parametrize("name", STILL)
def test_the_still_pages_speak_both_languages_and_need_nothing(name):
    html = loader.get_template(name).render()
    assert 'lang="en-CA"' in html
    assert 'lang="fr-CA"' in html
    assert 'href="/"' in html
    assert 'href="/fr/"' in html
    source = loader.get_template(name).template.source
    assert "{%" not in source
    assert "{{" not in source


@pytest.mark.parametrize(
    ("exception", "status"),
    [(None, 400), (SuspiciousOperation(), 400), (RequestDataTooBig(), 413), (TooManyFieldsSent(), 413)],
)
def test_what_is_too_large_has_a_page_of_its_own(exception, status):
    request = RequestFactory().post("/nowhere/")
    assert answers.bad_request(request, exception).status_code == status


def test_a_page_that_is_not_there(client):
    answer = client.get("/there/is/no/such/page/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert "sessionid" not in answer.cookies


def test_the_gallery_is_there_for_who_builds_and_opens_no_session(client, settings):
    assert client.get("/design/").status_code == 404
    settings.DEMO = True
    answer = client.get("/design/")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.django_db
def test_more_is_for_people_who_are_signed_in(client):
    answer = client.get("/more/")
    assert answer.status_code == 302
