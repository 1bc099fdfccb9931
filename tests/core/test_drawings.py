"""A drawing is drawn once from the same things, and never handed to others."""

import gc
import weakref
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from core.drawings import drawn, fixed, remembered


class Thing:
    """Something to make a drawing of, that can be watched."""


def test_once_from_the_same_things(settings):
    times = []

    def draw():
        times.append(1)
        return mark_safe("<svg>")

    of = ("test_once", object())
    assert remembered(of, draw) == remembered(of, draw) == "<svg>"
    assert len(times) == 1
    with translation.override("fr"):
        remembered(of, draw)
    assert len(times) == 2
    settings.DEBUG = True
    remembered(of, draw)
    assert len(times) == 3


def test_what_was_drawn_holds_on_to_nothing():
    thing = Thing()
    watched = weakref.ref(thing)
    remembered(("test_holds", 1), lambda thing=thing: str(thing))
    del thing
    gc.collect()
    assert watched() is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<b>", mark_safe("<b>")),
        (1, True),
        (1, Decimal(1)),
        ([1, 2], [2, 1]),
        ({"a": 1}, {"b": 1}),
        ([("a", 1)], [("a", "1")]),
        (None, ""),
    ],
)
def test_equal_is_not_always_the_same(one, other):
    assert fixed(one) != fixed(other)
    assert fixed(one) == fixed(one)
    assert hash(fixed(one)) == hash(fixed(one))


def test_lazy_words_are_read_in_the_present_language():
    word = gettext_lazy("Today")
    assert fixed(word) == fixed("Today")
    with translation.override("fr"):
        assert fixed(word) != fixed("Today")


def test_a_component_escapes_what_is_not_safe():
    assert "&lt;b&gt;" in drawn("badge", text="<b>", kind="good")
    assert "<b>" in drawn("badge", text=mark_safe("<b>"), kind="good")
    assert "is-info" in drawn("badge", text="<b>", kind="info")
