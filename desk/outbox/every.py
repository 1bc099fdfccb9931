"""Every kind of message that the installed rooms have, described from the registry, with a sample from real ones."""

from __future__ import annotations

import copy
import dataclasses
import logging

from django.utils.translation import gettext_lazy as _

from core.places import sort_key
from desk.outbox.lists import Preview, as_it_reads
from notifications import kinds
from notifications.models import MessageQuerySet, PlannedMessage
from notifications.wording import Said, load_sources

log = logging.getLogger(__name__)

LANGUAGES = ("en", "fr")
# Of so many of the latest one is looked for that can still be shown.
_TRIED = 5


@dataclasses.dataclass(frozen=True)
class Described:
    """A kind of message in words. ``is_urgent``: it goes before others; ``is_hidden``: no page shows its words."""

    key: str
    name: str
    audience: str
    when: str
    stops: str
    at_most_once: bool
    is_urgent: bool
    also_when_closed: bool
    is_hidden: bool

    @property
    def room(self) -> str:
        return self.key.partition("/")[0]

    @property
    def part(self) -> str:
        """Return what stands behind its room in an address."""
        return self.key.partition("/")[2]


def described(key: str) -> Described | None:
    """Return the kind of this key in words, None where there is none."""
    kind = kinds.find(key)
    if kind is None:
        return None
    return Described(
        kind.key, str(kind.name), str(kind.audience), str(kind.when), str(kind.stops), kind.at_most_once,
        kind.priority < kinds.NORMAL, kind.also_when_closed, kind.words_stay_hidden,
    )  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Room:
    """The kinds of message of one room, under what people call it."""

    key: str
    name: str
    kinds: list[Described]


_ROOMS = {
    "account": _("Signing in and your account"),
    "enrolment": _("Applying and joining"),
    "collaborative": _("Teams and series"),
    "sessions": _("Sessions"),
    "surveys": _("Surveys"),
    "improvement": _("Numbers"),
    "coaching": _("Coaching"),
    "forum": _("The forum"),
    "notifications": _("Mail itself"),
    "desk": _("Planning"),
}


def by_room() -> list[Room]:
    """Return every kind, those of a room together, in order of their names; of those of one name the first.

    The rooms come as people come to know them; one without words of its own last, by its key.
    """
    found: dict[str, dict[str, Described]] = {}
    for key in kinds.keys():  # noqa: SIM118  (a function, not a dict)
        if (one := described(key)) is not None:
            found.setdefault(one.room, {}).setdefault(one.name, one)
    order = [*_ROOMS, *(key for key in found if key not in _ROOMS)]
    return [
        Room(key, str(_ROOMS.get(key, key)), sorted(found[key].values(), key=lambda one: sort_key(one.name)))
        for key in order
        if key in found
    ]


def samples(rows: MessageQuerySet) -> list[Preview]:
    """Return the latest of these messages that can still be shown, in each language; [] where none can."""
    latest = rows.select_related("recipient").order_by("-created_at", "id")[:_TRIED]
    each = [[_in(row, lang) for lang in LANGUAGES] for row in latest]
    said, every_one = Said(), [one for both in each for one in both]
    try:
        load_sources(every_one)
    except Exception:  # a room that cannot say what its messages are about shows no sample; the page stands
        log.exception("what messages %s are about could not be loaded", [row.pk for row in latest])
        return []
    said.load_words(every_one)
    for both in each:
        found = [as_it_reads(one, said) for one in both]
        shown = [one for one in found if one and not one.is_broken]
        if len(shown) == len(LANGUAGES):
            return shown
    return []


def _in(row: PlannedMessage, lang: str) -> PlannedMessage:
    """Return the message as if its reader read this language."""
    made = copy.copy(row)
    made.lang = lang
    if row.recipient is not None:
        made._state = copy.copy(row._state)
        made._state.fields_cache = dict(row._state.fields_cache)
        made.recipient = copy.copy(row.recipient)
        made.recipient.language = lang
    return made
