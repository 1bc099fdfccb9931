"""From a row to a letter: in the reader's language and by the reader's clock, from what is true now."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from django.conf import settings
from django.template import Context, Engine, Template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from core import registry
from core.words import STANDARD, Words, speaking, spoken
from notifications import kinds, mailboxes, tokens
from notifications.inbound.addresses import answer_address
from notifications.letters import Letter, one_line, parted
from notifications.models import PlannedMessage

# The use of the token with which a reader wants no more mails of a kind, and what stands in its place in words for many.
STOP: Final = "stop"
_TOKEN: Final = "0" * 34


@dataclass(frozen=True)
class Stranger:
    """A reader without account, with what templates ask of a reader."""

    email: str
    language: str
    time_zone: str
    name: str = ""
    first_name: str = ""
    city: str = ""
    pk: None = None


class Gone(Exception):
    """The kind says that what the message speaks about is not there any more."""


def reader_of(row: PlannedMessage) -> Any:
    """Return who will read it: the person, or a stand-in with the row's language for an address without account."""
    if row.recipient is not None:
        return row.recipient
    return Stranger(row.address, row.lang or settings.LANGUAGE_CODE, row.tz or "America/Toronto")


def load_sources(rows: Iterable[PlannedMessage]) -> None:
    """Set `source` of the rows whose kind loads it for many at once; None where it is gone."""
    by_kind = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    for key, group in by_kind.items():
        kind = kinds.find(key)
        if kind is not None and kind.sources is not None:
            there = kind.sources({row.source_id for row in group})
            for row in group:
                row.source = there.get(row.source_id)


def render(row: PlannedMessage, said: Said | None = None, *, files: bool = True) -> Letter:
    """Return the letter as its reader should get it at the row's `speaks_at`: their language, their clock, its programme's words.

    Raises Gone, or anything. `said`: what was said to others who are told at the same time. Give it only with rows whose
    sources and words are loaded. `files`: whether what is attached is made too; not where only the words are wanted.
    """
    kind, reader = kinds.get(row.kind), reader_of(row)
    if said is None:
        said = Said()
        load_sources([row])
        said.load_words([row])
    if kind.sources is not None and row.source is None:
        raise Gone
    clock = timezone.override(zoneinfo.ZoneInfo(reader.time_zone))
    with translation.override(reader.language), clock, speaking(said.words_of(row)):
        found = kind.context(row)
        if found is None:
            raise Gone
        words = {
            "site_url": settings.SITE_URL, "why": str(kind.audience), "brand": gettext(_sender_name()),
            "lang": reader.language, "html_lang": f"{reader.language}-CA", "kind_note": said.note_of(row, reader.language),
            **found,
        }  # fmt: skip
        address = row.address or getattr(reader, "email", None) or ""
        astray = mailboxes.is_astray(row)
        words |= _foot(row, reader, words, astray=astray)
        words["subject"] = one_line(said.again(f"{kind.template}.subject.txt", words, reader, autoescape=False))
        stop = tokens.token_of(row.pk, STOP)
        return Letter(
            subject=words["subject"],
            plain=said.again(f"{kind.template}.txt", words, reader, autoescape=False).replace(_TOKEN, stop),
            html=said.again(f"{kind.template}.html", words, reader).replace(_TOKEN, stop),
            message_id=row.message_id,
            sender=_sender(settings.DEFAULT_FROM_EMAIL, reader.language),
            to=address,
            to_name=reader.name,
            reply_to=_reply_to(row, kind, found, astray=astray),
            follows=tuple(found.get("follows") or ()),
            language=reader.language,
            calendar=tuple(kind.calendar(row)) if kind.calendar and address else (),
            path=found.get("path") or "",
            unsubscribe=words["stop_url"].replace(_TOKEN, stop),
            files=tuple(kind.files(row)) if files and kind.files and address else (),
            references=_thread_id(kind.thread(row)) if kind.thread else "",
        )


def _reply_to(row: PlannedMessage, kind: kinds.Kind, found: dict[str, Any], *, astray: bool) -> str:
    """Return where an answer goes: to an address that names this message, else to whom the kind says.

    Not every mailbox may answer in its reader's name: of a letter that is ``astray``, people read the answer.
    """
    if found.get("reply_to_writer"):
        return found["reply_to_writer"]
    # Whoever answers a code has the wrong mail before them.
    is_code = kind.at_most_once and kind.key.startswith("account/")
    return ("" if is_code or astray else answer_address(row)) or found.get("reply_to") or ""


def _foot(row: PlannedMessage, reader: Any, words: dict[str, Any], *, astray: bool) -> dict[str, str]:
    """Return what stands under the words: who sends, and the way to fewer mails.

    The token in that way is filled in afterwards, so that the words are the same for all who are told the same. It is its
    reader's own: in a letter that is ``astray`` there is none.
    """
    may_stop = kinds.weight_of(row)[0] != kinds.Importance.MUST and not astray
    chooses = row.recipient is not None and not may_stop and kinds.get(row.kind).listed
    return {
        "footer": words.get("footer") or _footer(words["brand"]),
        "stop_url": settings.SITE_URL + _stop_path(reader.language) if may_stop else "",
        "choose_url": settings.SITE_URL + _choose_path(reader.language) if chooses else "",
    }


def _footer(brand: str) -> str:
    return f"{brand}, {settings.POSTAL_ADDRESS}" if settings.POSTAL_ADDRESS else ""


@cache
def _stop_path(language: str) -> str:
    with translation.override(language):
        return reverse("stop_mail", args=[_TOKEN])


@cache
def _choose_path(language: str) -> str:
    with translation.override(language):
        return reverse("my_choices")


def _thread_id(key: str) -> str:
    """Return the Message-ID that stands for a conversation (of no letter: each reader has copies of their own); "" for none."""
    if not key:
        return ""
    return f"<thread.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{settings.SITE_HOST}>"


@cache
def _template(name: str) -> Template:
    return Engine.get_default().get_template(name)


@cache
def _sender_name() -> str:
    return parted(settings.DEFAULT_FROM_EMAIL)[0]


@lru_cache(maxsize=8)
def _sender(setting: str, _language: str) -> str:
    """Return who sends, in the reader's language (the present one) where the name is one that we know."""
    name, address = parted(setting)
    return f"{gettext(name)} <{address}>" if name else address


class _Asked:
    """A reader in a template, who keeps what was asked of them: words that asked nothing else are another's as well."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._answers: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        value = self._answers[name] = getattr(self._reader, name)
        return value

    def _itself(self) -> Any:
        self._answers[""] = self._reader
        return self._reader

    def __str__(self) -> str:
        return str(self._itself())

    def __eq__(self, other: object) -> bool:
        return self._itself() == other

    def __hash__(self) -> int:
        return hash(self._itself())


class Said:
    """The words of letters that leave together, so that a template is drawn once for all who are told the same.

    Words are another reader's too only where everything the template was given is the same, and everything it asked
    of the first reader has the same answer for the other.
    """

    def __init__(self) -> None:
        self._said: dict[tuple, list[tuple[dict[str, Any], dict[str, Any], str]]] = defaultdict(list)
        self._words: dict[tuple[str, str], Words] = {}
        self._notes: dict[tuple[str, str, str], dict[str, str]] = {}

    def load_words(self, rows: Iterable[PlannedMessage]) -> None:
        """Ask how letters of the scopes of these rows speak, and what their planners put above them, for all at once."""
        by_type = defaultdict(set)
        for row in rows:
            by_type[row.scope_type].add(row.scope_id)
        for scope_type, keys in by_type.items():
            if (words_of := registry.words_of.get(scope_type)) is not None:
                self._words |= {(scope_type, key): words for key, words in words_of(keys).items()}
            if (note_of := registry.note_of.get(scope_type)) is not None:
                self._notes |= {(scope_type, *which): note for which, note in note_of(keys).items()}

    def words_of(self, row: PlannedMessage) -> Words:
        """Return the words of a letter: its programme's, or the standard."""
        return self._words.get((row.scope_type, row.scope_id), STANDARD)

    def note_of(self, row: PlannedMessage, language: str) -> str:
        """Return what the planners of its scope put above letters of this kind, "" where that is nothing."""
        return self._notes.get((row.scope_type, row.scope_id, row.kind), {}).get(language, "")

    def again(self, name: str, given: dict[str, Any], reader: Any, *, autoescape: bool = True) -> str:
        """Return what the template `name` says to `reader` in the present language, words and time zone."""
        before = self._said[name, reader.language, reader.time_zone, spoken()]
        for was_given, answers, text in before:
            if _all_same(was_given, given) and all(
                _same(answer, getattr(reader, asked) if asked else reader) for asked, answer in answers.items()
            ):
                return text
        asked = _Asked(reader)
        text = _template(name).render(Context({**given, "reader": asked}, autoescape=autoescape))
        before.append((dict(given), asked._answers, text))
        return text


def _all_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())


def _same(one: Any, other: Any) -> bool:
    # The type as well: text that is marked as safe equals text that is not.
    return one is other or (type(one) is type(other) and one == other)
