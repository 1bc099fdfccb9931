"""Calendars to subscribe to: a secret address each, found by its hash alone, dead with the next request once it must be.

What a feed says is written once and kept in the cache under what it was made from; whoever asks again for the same gets
the same text, or only hears that nothing has changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Membership
from collaborative.querysets import SPONSORS, teams_of
from core import ics, registry
from core.refusals import Refused
from sessions.calendars.entries import SAID_FOR
from sessions.models import CalendarFeed

KEPT_SECONDS: Final = 24 * 3600
# 43 signs of 64: nobody tries them all.
SECRET_OCTETS: Final = 32


@dataclass(frozen=True)
class Written:
    """A feed as text, what it was made from, what it is known by, and since when it says this."""

    revision: str
    text: str
    etag: str
    since: dt.datetime


@dataclass(frozen=True)
class Offer:
    """A calendar that a person can have: their own (``team`` None) or that of a team, and the feed if there is one."""

    team: Any
    feed: CalendarFeed | None


def offers_to(user) -> list[Offer]:
    """Return the calendars that ``user`` can have, their own first."""
    feeds = {feed.team_id: feed for feed in CalendarFeed.objects.filter(person=user)}
    return [Offer(team, feeds.get(team.pk if team else None)) for team in (None, *teams_of(user))]


def find_team(user, team_id):
    """Return the team of ``user`` with this key (as it was sent), None where they belong to none such."""
    try:
        return teams_of(user).filter(pk=UUID(team_id)).first()
    except ValueError:
        return None


def team_named(user, team_id: str):
    """Return the team of ``user`` that a form names, None where it names none (it is their own calendar). Refuses others."""
    team = find_team(user, team_id)
    if team_id and team is None:
        raise Refused(_("This team is none of yours."))
    return team


@transaction.atomic
def make(*, person, team=None, by) -> str:
    """Give ``person`` a new secret for their calendar (or that of ``team``) and return it: it is kept nowhere.

    An address that was given before opens nothing any more. Refuses a team of others.
    """
    if team is not None and not Membership.objects.current().filter(user=person, team=team).exists():
        raise Refused(_("This team is none of yours."))
    secret = secrets.token_urlsafe(SECRET_OCTETS)
    values = {"secret_hash": _hash(secret), "read_on": None}
    feed, made = CalendarFeed.objects.update_or_create(person=person, team=team, defaults=values)
    record("calendar.made" if made else "calendar.renewed", feed, by=by)
    return secret


@transaction.atomic
def end(*, person, team=None, by) -> None:
    """Let an address open nothing any more. Done twice, it is done once."""
    for feed in CalendarFeed.objects.filter(person=person, team=team):
        record("calendar.ended", feed, by=by)
        feed.delete()


@transaction.atomic
def end_all(user, by) -> None:
    """End every feed of somebody who has left everything (answers ``registry.offboard``)."""
    for feed in CalendarFeed.objects.filter(person=user):
        record("calendar.ended", feed, by=by)
        feed.delete()


def address_of(secret: str) -> str:
    """Return where a calendar finds the feed of this secret."""
    return settings.SITE_URL + reverse("calendar_feed", args=[secret])


def webcal_of(secret: str) -> str:
    """Return the same as a link that opens the calendar program of the device."""
    return "webcal:" + address_of(secret).partition(":")[2]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True)
class Opened:
    """A feed that somebody's secret opens now: whose it is, in which language and on whose clock it speaks.

    ``made_from`` is another text whenever what it tells is.
    """

    pk: UUID
    person_id: UUID
    team_id: UUID | None
    read_on: dt.date | None
    language: str
    time_zone: str
    city: str
    made_from: str | None

    @property
    def revision(self) -> str:
        """Return in short what the feed is made from."""
        facts = "\n".join((self.language, self.time_zone, self.city, self.made_from or ""))
        return hashlib.sha256(facts.encode()).hexdigest()


_FIND: Final = """
SELECT asked.*, (SELECT string_agg(line, chr(10) ORDER BY line COLLATE "C") FROM ({rooms}) AS said(line))
FROM (
    SELECT f.id, f.person_id, f.team_id, f.read_on, u.language, u.time_zone, u.city
    FROM learning_sessions_calendarfeed f JOIN accounts_user u ON u.id = f.person_id
    WHERE f.secret_hash = %(secret)s AND u.is_active AND EXISTS (
        SELECT 1 FROM collaborative_membership m
        WHERE m.user_id = f.person_id AND (f.team_id IS NULL OR m.team_id = f.team_id)
          AND (m.until IS NULL OR m.until > statement_timestamp()) AND m.since <= statement_timestamp())
) AS asked
"""  # nosec B608 # what rooms say by themselves; every value is a parameter


def find(secret: str) -> Opened | None:
    """Return the feed that this secret opens now. One statement.

    None for a wrong one, and where the account is closed, the person has left everything, or has left that team.
    """
    rooms = " UNION ALL ".join(f"({sql})" for _room, sql in registry.calendar_revision.ask_all())
    given: dict[str, Any] = {"secret": _hash(secret), "since": timezone.now() - SAID_FOR, "sponsors": list(SPONSORS)}
    with connection.cursor() as cursor:
        cursor.execute(_FIND.format(rooms=rooms), given)
        row = cursor.fetchone()
    return Opened(*row) if row else None


def place_of(feed: Opened) -> str:
    """Return where the cache keeps what the feed said last."""
    return f"calendar:{feed.pk}"


def written(feed: Opened, kept: Written | None) -> Written:
    """Return what the feed says now, in the language and on the clock of its person. ``kept``: what it said last."""
    revision = feed.revision
    if kept is None or kept.revision != revision:
        kept = _write(feed, revision)
        cache.set(place_of(feed), kept, KEPT_SECONDS)
    return kept


def note_reading(feed: Opened) -> None:
    """Remember the day on which a calendar asked, for whoever wonders whether it does."""
    today = timezone.localdate()
    if feed.read_on != today:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_on=today)


def _write(opened: Opened, revision: str) -> Written:
    feed = CalendarFeed.objects.select_related("person", "team").get(pk=opened.pk)
    with translation.override(feed.person.language):
        entries = [
            entry for _room, found in registry.calendar_entries.ask_all(feed.person, feed.team) for entry in found
        ]
        text = ics.calendar(entries, name=_name(feed))
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    return Written(revision, text, etag, timezone.now().replace(microsecond=0))


def _name(feed: CalendarFeed) -> str:
    return feed.team.name if feed.team else _("My sessions")
