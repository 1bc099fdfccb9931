"""The places of the product: the rail on a desk, the bar on a phone, and the page behind "More".

Each room registers its own in its ``apps.py``; ``base.html`` draws those that are for this person:

    navigation.register(Place(key="forum", label=_("Forum"), icon="messages-square", url="forum", order=30, bar=True))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

ON_THE_BAR = 3  # and "More" makes four


def _everybody(user: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Place:
    """One place. ``url`` is a route name without arguments; ``match`` are patterns of route names that belong to it."""

    key: str
    label: Any
    icon: str
    url: str
    order: int
    shown: Callable[[Any], bool] = _everybody
    bar: bool = False
    match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """A place as this person meets it on this page."""

    key: str
    label: str
    icon: str
    url: str
    here: bool
    bar: bool


_places: dict[str, Place] = {}


def register(place: Place) -> None:
    """Add a place. A second one with the same key replaces the first."""
    _places[place.key] = place


def all_places() -> list[Place]:
    """Return every place in the order of the rail."""
    return sorted(_places.values(), key=lambda place: (place.order, place.key))


def doors(request: HttpRequest, here: str = "") -> list[Door]:
    """Return the places for this person, the current one marked: ``here`` if a page says so, else by its route."""
    match = getattr(request, "resolver_match", None)
    route = match.view_name if match else ""
    found: list[Door] = []
    marked = False
    for place in all_places():
        if not place.shown(request.user):
            continue
        try:
            url = reverse(place.url)
        except NoReverseMatch:  # a room that is not wired in yet has no door; tests/core/test_look.py watches
            continue
        patterns = (place.url, *place.match)
        on = place.key == here if here else bool(route) and any(fnmatchcase(route, one) for one in patterns)
        found.append(Door(place.key, str(place.label), place.icon, url, on and not marked, place.bar))
        marked = marked or on
    return found


def on_the_bar(every: list[Door]) -> list[Door]:
    """Return the three for the thumb: those that asked for the bar, filled up in the order of the rail."""
    first = [door for door in every if door.bar][:ON_THE_BAR]
    rest = [door for door in every if door not in first]
    chosen = [*first, *rest[: ON_THE_BAR - len(first)]]
    return [door for door in every if door in chosen]
