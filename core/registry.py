"""Where rooms meet without knowing each other: each room fills these slots in its ``apps.py``.

A lower room asks a slot; the answers come from rooms above it that it may not import.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


class Slot:
    """A named list of callables, in the order of the rooms that added them."""

    def __init__(self, name: str, doc: str) -> None:
        self.name, self.__doc__ = name, doc
        self._answers: dict[str, Callable[..., Any]] = {}

    def add(self, key: str, answer: Callable[..., Any]) -> None:
        """Let ``answer`` speak for ``key`` (a room, or a model's label). A second registration replaces the first."""
        self._answers[key] = answer

    def get(self, key: str) -> Callable[..., Any] | None:
        """Return the callable of ``key``, or None."""
        return self._answers.get(key)

    def keys(self) -> list[str]:
        return list(self._answers)

    def ask_all(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, Any]]:
        """Yield (key, answer) of everyone registered."""
        for key, answer in list(self._answers.items()):
            yield key, answer(*args, **kwargs)


@dataclass(frozen=True)
class Followed:
    """Something ahead that keeps its hour on the wall and is another moment now (an answer of ``moments_again``)."""

    what: str
    before: dt.datetime
    after: dt.datetime


@dataclass(frozen=True)
class Foreseen:
    """A message that one person of a role gets in the course of a series (an answer of ``series_of``).

    ``kind``: its key; ``at``: when; ``about``: what planners call what it speaks of (the title of a session), in the language
    that speaks now; ``occurrence`` and ``source`` (type and id): as it is or would be planned, for its sample.
    ``optional``: it only comes where something was not done or happens.
    ``is_news``: about a session that one is expected at, or what lets somebody join: it counts for no week.
    ``by_hand``: somebody of the planning team sends it by a press: it is no automatic mail.
    ``thing``: what is due, the same for all that speak of it; ``nudge``: it reminds of that, "before" or "after" it is due.
    ``minutes``: how long one is busy with what it asks for, where that is a survey.
    ``while_answered``: it comes each week only as long as the last ones were answered: it is counted beside all others.
    ``came``, ``missed``: the key of a session, where only who came to it, or only who did not, gets this: nobody gets both.
    """

    kind: str
    at: dt.datetime
    about: str = ""
    occurrence: str = ""
    source: tuple[str, str] | None = None
    optional: bool = False
    is_news: bool = False
    by_hand: bool = False
    thing: str = ""
    nudge: str = ""
    minutes: int = 0
    while_answered: bool = False
    came: str = ""
    missed: str = ""


data_of = Slot("data_of", "room -> fn(user) -> dict of everything this room keeps about a person")
forget = Slot("forget", "room -> fn(user) -> None: empty what this room keeps about a person")
data_of_address = Slot(
    "data_of_address", "room -> fn(address) -> dict of what this room keeps about somebody without an account"
)
forget_address = Slot(
    "forget_address", "room -> fn(address) -> None: empty what this room keeps about somebody without an account"
)
may_receive = Slot(
    "may_receive",
    "source type (model label) -> fn(pairs of (user, source id)) -> the set of (user's key, source id) of those who have "
    "the right to know; asked just before messages leave, for as many as leave together",
)
hidden_for_now = Slot(
    "hidden_for_now",
    "source type -> fn(source ids) -> the set of those whose words a reader has hidden and nobody of the planning team has looked "
    "at; asked just before messages leave: what speaks of them is held until somebody has",
)
left_in_peace = Slot(
    "left_in_peace",
    "scope type -> fn(messages, moment or None) -> dict of their keys to why, in words: those that do not leave at this moment (None: "
    "at their hour), since a team is paused or weeks are quiet; asked just before messages leave, and by the outbox",
)
current_version = Slot(
    "current_version",
    "source type -> fn(source ids) -> dict of source id to version, without those that are gone; what is older is void",
)
words_of = Slot(
    "words_of",
    "scope type (model label) -> fn(scope ids) -> dict of scope id to core.words.Words: how letters of this scope speak",
)
note_of = Slot(
    "note_of",
    "scope type (model label) -> fn(scope ids) -> dict of (scope id, kind of message) to dict of language to the paragraph that "
    "stands above the words of such letters; asked once for all that leave together",
)
names_of = Slot(
    "names_of",
    "source type -> fn(user, source ids) -> a queryset of (source id as text, its name in English, in French) of those of which "
    "this person may know now, in no order: what their messages are about, for a list of them. All are asked in one statement",
)
series_of = Slot(
    "series_of",
    "room -> fn(cohort, role) -> the messages of this room that one person of a role gets from invitation to three months after "
    "the end, as Foreseen, in no order: worked out by the rules that plan them, whatever the day is",
)
what_moves = Slot(
    "what_moves",
    "room -> fn(change, ledger) -> fn(moved) or None: let the room's own rows follow a change of dates, through the ledger; "
    "what it returns is called once all dates stand, to tell people and to add to moved.consequences",
)
hand_over = Slot(
    "hand_over", "room -> fn(membership, to_user): give what this role still had to do to whoever steps in for it"
)
offboard = Slot("offboard", "room -> fn(user, by): end now what a person without any role left must not have open")
moments_again = Slot(
    "moments_again",
    "room -> fn() -> list of Followed: work every moment ahead out again from the wall time and the zone in which it was "
    "typed, since the law of clocks may have changed; returns those that are another moment now",
)
calendar_entries = Slot(
    "calendar_entries",
    "room -> fn(user, team or None) -> iterable of core.ics.Entry: what stands in this person's calendar, or in what they "
    "see of this team's, in the language that speaks now",
)
calendar_revision = Slot(
    "calendar_revision",
    "room -> fn() -> a SELECT of one text a row, of which one is another text whenever the room's calendar_entries are; it "
    "may name asked.person_id, asked.team_id (or null), and the parameters since (what was cancelled earlier is not told any "
    "more) and sponsors. All rooms are asked in one statement",
)
keeps_open = Slot(
    "keeps_open", "room -> fn(cohort) -> a sentence why the cohort cannot be closed now, or an empty text"
)
ends_with = Slot(
    "ends_with",
    "room -> fn(cohort) -> list of (icon, sentence): what of this room ends or stops when the cohort is closed, with its "
    "counts; shown before",
)
closed_for_good = Slot(
    "closed_for_good",
    "room -> fn(cohort): end what a closed cohort must not have open; called once its closing cannot be undone any more, "
    "in one transaction for all rooms, once",
)
cohort_of = Slot(
    "cohort_of", "name of a part of an address -> fn(value) -> Q that finds the cohort to which its page belongs"
)
scope_closed = Slot(
    "scope_closed",
    "scope type -> fn(scope ids) -> dict of those that are closed to the seconds for which that can be undone (0: for good)",
)
handle_reply = Slot(
    "handle_reply",
    "room -> fn(mail: notifications.inbound.incoming.Incoming) -> a short code of what became of it, or None where it is not "
    "this room's: do what a mail asks that answers one of the room's messages. Rooms are asked in the order of their "
    "registration; what nobody takes goes to the planners' shared inbox. It runs in the transaction that stores the mail; "
    "what it raises undoes its own work alone, and people get the mail",
)
scopes_planned = Slot(
    "scopes_planned",
    "scope type -> fn(user) -> the keys, as texts, of the scopes of this type whose planning team the person is on now",
)
person_of_address = Slot(
    "person_of_address",
    "room -> fn(address in lower case) -> the person with an open account who has confirmed this address, or None",
)
addresses_confirmed = Slot(
    "addresses_confirmed",
    "room -> fn(keys of people) -> dict of key to the set of addresses, in lower case, that this person has confirmed",
)
text_numbers = Slot(
    "text_numbers",
    "room -> fn(keys of people) -> dict of key to telephone number for text messages, of those who want them; no room keeps any "
    "yet (docs/decisions/0022-channels.md)",
)
team_tabs = Slot("team_tabs", "tab key -> fn(user, team) -> dict(text, url, order) or None when not for this person")
planning_tabs = Slot(
    "planning_tabs",
    "tab key -> fn(user, cohort) -> dict(text, url, order, perhaps group) or None; asked for those who plan the cohort",
)
