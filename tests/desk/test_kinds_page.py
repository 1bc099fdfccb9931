"""The page of every kind of message: a heading for each room, and a way to jump there."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from desk.outbox import every
from notifications import kinds
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]


@pytest.fixture
def cohort():
    return make.cohort()


@pytest.fixture
def text(client, cohort) -> str:
    client.force_login(make.planner(cohort=cohort))
    return client.get(reverse("planning_kinds", args=[cohort.pk])).content.decode()


def test_every_room_has_a_heading_and_a_link_that_leads_to_it(text):
    rooms = every.by_room()
    heads = re.findall(r'<h2 id="(room-[a-z]+)"[^>]*>([^<]+)<', text)
    assert [(key, name.strip()) for key, name in heads] == [(f"room-{room.key}", room.name) for room in rooms]
    nav = re.search(r'<nav [^>]*aria-label="On this page">.*?</nav>', text, re.S)[0]
    assert re.findall(r'href="#([a-z-]+)"', nav) == [key for key, _name in heads]


def test_each_kind_stands_under_its_own_room_alone(text):
    for room in every.by_room():
        section = text.partition(f'aria-labelledby="room-{room.key}"')[2].partition("</section>")[0]
        assert section.count("<li>") == len(room.kinds)
        assert all(f"/{room.key}/{kind.part}/" in section for kind in room.kinds)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_room_is_called_by_its_key(lang):
    with override(lang):
        rooms = every.by_room()
    assert {kind.room for room in rooms for kind in room.kinds} == {key.partition("/")[0] for key in kinds.keys()}  # noqa: SIM118
    assert all(room.name[0].isupper() for room in rooms), [room.name for room in rooms]
    assert len({room.name for room in rooms}) == len(rooms)
