"""The kinds of message there are. Each room registers its own in its `messages.py`, imported by `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from notifications.letters import Attached, CalendarPart
    from notifications.models import PlannedMessage

FIRST: Final = 0  # a person waits before the screen for it: sign-in codes
SOON: Final = 3
NORMAL: Final = 5
# The one kind that carries others (notifications.digests).
DIGEST: Final = "notifications/digest"


class Importance(IntEnum):
    """How much a message matters to its reader: who wants little mail still gets what is MUST (notifications.respect)."""

    MUST = 0
    NORMAL = 1
    EXTRA = 2


@dataclass(frozen=True)
class ShortText:
    """What a kind says in a text message, and for which occurrences alone: `words` returns a sentence and a link, given the row."""

    occurrences: frozenset[str]
    words: Callable[[PlannedMessage], tuple[str, str]]


@dataclass(frozen=True)
class Kind:
    """What is common to all messages of a kind.

    `key`: room and name, "sessions/reminder"; never changed once sent.
    `template`: begins the names of three templates, `.subject.txt`, `.txt` and `.html`.
    `audience`: one whole sentence, lazily translated, why the reader gets this; a `why` in the context goes before it.
    `when`, `stops`: one whole sentence each, lazily translated, for planners: when it is told, and what keeps it from leaving.
    `context`: given the row (its `recipient` loaded), returns what the templates need, or None when what it speaks of
    is gone or not true any more (the row becomes void). Called in the reader's language and time zone. What is said of days
    and hours counts from the row's `speaks_at`: a planner may send it before its hour, or look at it as it will be. Keys with a
    meaning here: `why`, `reply_to` (where answers go as long as no mail is read here), `reply_to_writer` (somebody's own address,
    always), `brand`, `footer` (name and postal address of the sender), `follows` (Message-IDs of a mail that it answers).
    `sources`: given source ids, returns what stands behind those that are still there: loaded once for all rows that
    leave together. `context` finds its own in `row.source`, and is not asked where it is gone (the row becomes void).
    `calendar`: given the row (its `source` loaded), returns what the calendar of its reader is told beside the words. Only
    asked where there is an address to send it to.
    `also_when_closed`: somebody asked for it, or has a right to it: it leaves for a scope that is closed as well.
    `untold_before`: that it waits is already the news (an answer with a minute of its own): its reader is not told of it
    before it leaves, not even by what they take along of their data.
    `words_stay_hidden`: it holds what stands on no page (the address of a meeting): planners see that it leaves, not its words.
    `at_most_once`: a second copy would harm (money, invitations, codes): when unsure, a person decides.
    `importance`: MUST leaves whatever its reader chose; NORMAL by mail unless they want only what they must know; EXTRA by
    mail only to who wants everything. What does not go by mail stands in the product, and in the digest.
    `keeps_hour`: it is of no use later (a code, the last reminder before a session): quiet hours do not keep it back.
    `matters`: given the row, returns its importance and whether it keeps its hour, where one kind has messages of several.
    `listed`: it stands in its reader's list in the product as well; not so what carries a code or a secret.
    `name`: what planners call the kind, lazily translated.
    `files`: given the row (its `source` loaded), returns what is attached to the letter. Only asked where it goes by mail.
    `thread`: given the row (its `source` loaded), returns what letters share that belong to one conversation ("team:<id>"),
    or "": mail programs then show them as one.
    `any_address`: it is sent to an address for the sake of that address (to confirm it, to answer a mail from it), though it
    is not known as its reader's. All others go to a reader's own mailboxes alone (notifications.mailboxes).
    `step`: given an occurrence, returns in words which of several messages of the kind it is ("two weeks before"), or "".
    `text`: as a text message as well, where there is a provider (notifications.channels); at most once, whatever the kind.
    `gather`: given the row, called when its turn to leave has come and before its words are made: what is carried by one
    message is marked there, so that no other carries it.
    """

    key: str
    template: str
    audience: Any
    context: Callable[[PlannedMessage], dict[str, Any] | None]
    at_most_once: bool = False
    priority: int = NORMAL
    sources: Callable[[Collection[str]], Mapping[str, Any]] | None = None
    calendar: Callable[[PlannedMessage], Sequence[CalendarPart]] | None = None
    also_when_closed: bool = False
    untold_before: bool = False
    words_stay_hidden: bool = False
    when: Any = ""
    stops: Any = ""
    importance: Importance = Importance.NORMAL
    keeps_hour: bool = False
    matters: Callable[[PlannedMessage], tuple[Importance, bool]] | None = None
    listed: bool = True
    name: Any = ""
    files: Callable[[PlannedMessage], Sequence[Attached]] | None = None
    thread: Callable[[PlannedMessage], str] | None = None
    gather: Callable[[PlannedMessage], None] | None = None
    text: ShortText | None = None
    any_address: bool = False
    step: Callable[[str], str] | None = None


def nothing_more(_message: PlannedMessage) -> dict[str, Any]:
    """Return what a letter is given whose words are the same for everybody (``context``)."""
    return {}


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make `kind` known and return it. Raises ValueError when another one has its key already."""
    if _kinds.setdefault(kind.key, kind) != kind:
        raise ValueError(f"two kinds of message are called {kind.key}")
    return kind


def find(key: str) -> Kind | None:
    """Return the kind called `key`, or None."""
    return _kinds.get(key)


def get(key: str) -> Kind:
    """Return the kind called `key`. Raises LookupError: planning something unknown is a mistake of the programmer."""
    if key not in _kinds:
        raise LookupError(f"no kind of message is called {key}: is the room's messages.py imported by its apps.py?")
    return _kinds[key]


def weight_of(row: PlannedMessage) -> tuple[Importance, bool]:
    """Return how much a message matters to its reader, and whether it keeps its hour even when that is a quiet one."""
    kind = get(row.kind)
    return kind.matters(row) if kind.matters is not None else (kind.importance, kind.keeps_hour)


def goes_alone(kind: Kind) -> bool:
    """Return whether what it brings cannot be put together with others: an entry for a calendar, a file, a secret, or others."""
    return not kind.listed or kind.at_most_once or any((kind.calendar, kind.files, kind.gather))


def unlisted() -> list[str]:
    """Return the keys of the kinds that stand in nobody's list in the product."""
    return [key for key, kind in _kinds.items() if not kind.listed]


def sent_once() -> list[str]:
    """Return the keys of the kinds that are never sent twice by themselves."""
    return [key for key, kind in _kinds.items() if kind.at_most_once]


def name_of(key: str) -> str:
    """Return what planners call the kind of this key, in the language that speaks now; the key where nobody knows it."""
    kind = find(key)
    return str(kind.name) if kind and kind.name else key


def step_of(key: str, occurrence: str) -> str:
    """Return in words which of several messages of its kind one is, in the language that speaks now; "" where that is no matter."""
    kind = find(key)
    return kind.step(occurrence) if kind and kind.step else ""


def every() -> list[Kind]:
    """Return every kind, by its key."""
    return [_kinds[key] for key in sorted(_kinds)]


def keys() -> list[str]:
    """Return the keys of every kind."""
    return sorted(_kinds)


def also_when_closed() -> list[str]:
    """Return the keys of the kinds that leave for a closed scope as well."""
    return [key for key, kind in _kinds.items() if kind.also_when_closed]


def untold_before() -> list[str]:
    """Return the keys of the kinds of which nobody is told before they leave."""
    return [key for key, kind in _kinds.items() if kind.untold_before]


def may_be_sent_again(key: str) -> bool:
    """Return whether a message of this kind is sent again when unsure; not so when nobody knows the kind any more."""
    kind = find(key)
    return kind is not None and not kind.at_most_once
