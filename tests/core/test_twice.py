"""The same press again leads where the first led; everything else is a press of its own."""

from __future__ import annotations

import threading
from urllib.parse import urlencode

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from core.twice import Twice


class Place:
    """Takes forms, counts them, and leads to a page of its own for each."""

    def __init__(self, answer=None, *, works=lambda nth: None) -> None:
        self.done, self.answer, self.works = 0, answer, works
        self.twice = Twice(self.inside)

    def inside(self, request):
        early = self.twice.process_view(request, None, (), {})
        if early is not None:
            return early
        self.done += 1
        nth = self.done
        self.works(nth)
        return self.answer or HttpResponseRedirect(f"/done/{nth}/")

    def press(self, path="/form/", *, token="of one page", htmx=False, **words):
        body = urlencode({**words, **({"csrfmiddlewaretoken": token} if token else {})})
        more = {"headers": {"hx-request": "true"}} if htmx else {}
        request = RequestFactory().post(path, body, content_type="application/x-www-form-urlencoded", **more)
        return self.twice(request)


def test_a_second_press_leads_where_the_first_led():
    place = Place()
    assert [place.press(word="a").url for _again in range(3)] == ["/done/1/"] * 3
    assert place.done == 1


def test_other_words_another_page_another_address_are_other_presses():
    place = Place()
    place.press(word="a")
    place.press(word="b")
    place.press(word="a", token="of the page drawn anew")
    place.press("/other/", word="a")
    assert place.done == 4


def test_what_has_no_token_and_what_led_nowhere_is_not_remembered():
    place = Place()
    assert place.press(token="").url != place.press(token="").url
    for shown in (HttpResponse("errors"), HttpResponse(status=204)):
        place = Place(shown)
        place.press()
        place.press()
        assert place.done == 2


def test_a_part_that_htmx_asked_for_leads_there_too():
    place = Place(HttpResponse(status=204, headers={"HX-Redirect": "/done/"}))
    place.press(htmx=True)
    again = place.press(htmx=True)
    assert (again.status_code, again.headers["HX-Redirect"], place.done) == (204, "/done/", 1)


def test_what_broke_can_be_pressed_again():
    def breaks_once(nth):
        if nth == 1:
            raise RuntimeError

    place = Place(works=breaks_once)
    with pytest.raises(RuntimeError):
        place.press()
    assert place.press().url == "/done/2/"


def test_the_second_waits_for_the_first():
    begun, go_on = threading.Event(), threading.Event()

    def slowly(_nth):
        begun.set()
        assert go_on.wait(5)

    place, led = Place(works=slowly), []
    presses = [threading.Thread(target=lambda: led.append(place.press().url)) for _twice in range(2)]
    presses[0].start()
    assert begun.wait(5)
    presses[1].start()
    go_on.set()
    for press in presses:
        press.join(5)
    assert led == ["/done/1/"] * 2
    assert place.done == 1


def test_without_a_cache_every_press_is_taken_at_once(settings):
    settings.CACHES = {"default": {"BACKEND": "tests.core.test_twice.Away"}}
    place = Place()
    assert [place.press().url, place.press().url] == ["/done/1/", "/done/2/"]


class Away(DummyCache):
    """What core.cache answers while Redis is away: nothing is found, nothing is kept."""

    def add(self, *args, **kwargs) -> bool:
        return False
