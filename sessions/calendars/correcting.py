"""Calendars that were told something else than what stands now: who has such a one, and the one quiet mail that puts it right.

A session remembers what it said before each change (``stood``), the diary remembers when each person was written to last:
together they say what a person's calendar shows, whatever was changed, and changed back, in between.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db.models import Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import Reschedule
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage
from notifications.services import Wanted
from sessions import reminders
from sessions.calendars.inviting import REQUESTS
from sessions.models import LearningSession
from sessions.querysets import expected_at, taking_place

CHANGED: Final = "sessions/changed"
TOGETHER: Final = "sessions/moved-together"
# More changes than anybody makes of one session; the oldest are forgotten first.
_MOST_KEPT: Final = 60
# A move longer than this is not told in minutes.
_IN_MINUTES: Final = dt.timedelta(hours=2)


class Facts(NamedTuple):
    """What an entry says that people go by."""

    starts_at: dt.datetime
    minutes: int
    title_en: str
    title_fr: str

    def read_in(self, language: str) -> tuple[dt.datetime, int, str]:
        """Return what of it a reader of this language sees."""
        return self.starts_at, self.minutes, self.title_fr if language == "fr" else self.title_en


def facts_of(learning_session: LearningSession) -> Facts:
    """Return what its entry says now."""
    one = learning_session
    return Facts(one.starts_at, one.minutes, one.title_en, one.title_fr)


def remember(learning_session: LearningSession, facts: Facts | None = None) -> None:
    """Keep what its entry has said until now (``facts``; None: what it says as it stands). To be called before a change."""
    # Who changes something else of it at the same moment waits, or has been here: the row knows more than the object.
    learning_session.refresh_from_db(
        fields=["stood", "minutes", "title_en", "title_fr", "details_version"],
        from_queryset=LearningSession.objects.select_for_update(),
    )
    facts = facts or facts_of(learning_session)
    line = [timezone.now().isoformat(), facts.starts_at.isoformat(), *facts[1:]]
    learning_session.stood = [*learning_session.stood, line][-_MOST_KEPT:]
    LearningSession.objects.filter(pk=learning_session.pk).update(stood=learning_session.stood)


def said_at(learning_session: LearningSession, moment: dt.datetime) -> Facts:
    """Return what its entry said at ``moment``."""
    for until, starts_at, *others in learning_session.stood:
        if dt.datetime.fromisoformat(until) > moment:
            return Facts(dt.datetime.fromisoformat(starts_at), *others)
    return facts_of(learning_session)


# ---------------------------------------------------------------- who is told


def settle(learning_session: LearningSession) -> None:
    """Let one mail wait for everybody whose calendar shows something else than what stands now.

    Called again it replaces what it planned before: several changes are one mail, and one that is taken back is none.
    """
    wanted = corrections_wanted(learning_session, ())
    notifications.replan(learning_session, wanted, version=learning_session.version, kinds_planned=[CHANGED])


def corrections_wanted(learning_session: LearningSession, others: Iterable[Wanted]) -> list[Wanted]:
    """Return the mails that put calendars right, but for those who hear of it anyway (``others``: what waits, or will)."""
    if not (learning_session.is_ahead and learning_session.stood):
        return []
    # What a sender has in hand may have been written before the change: whoever gets it is told, unless it was not.
    told, about_to_hear = _written_to([learning_session], among=(*states.MAY_HAVE_ARRIVED, states.CLAIMED))[
        learning_session.pk
    ]
    about_to_hear |= {one.to.pk for one in others if one.kind in REQUESTS}
    concerned = [key for key, at in told.items() if key not in about_to_hear and _is_past(learning_session, at)]
    if not concerned:
        return []
    now = facts_of(learning_session)
    starts = {now.starts_at, *(said_at(learning_session, told[key]).starts_at for key in concerned)}
    due = reminders.word_leaves(timezone.now(), *starts, window=settings.UNDO_SECONDS)
    return [
        Wanted(
            kind=CHANGED,
            to=person,
            due=due,
            # Each change of an entry has its number: what was said of the one before does not stand for this one.
            occurrence=f"changed-{learning_session.sequence}",
            not_after=learning_session.ends_at,
            scope=learning_session.cohort,
        )
        for person in expected_at(learning_session).filter(pk__in=concerned)
        if person.email
        and said_at(learning_session, told[person.pk]).read_in(person.language) != now.read_in(person.language)
    ]


def _is_past(learning_session: LearningSession, at: dt.datetime) -> bool:
    return said_at(learning_session, at) != facts_of(learning_session)


class WrittenTo(NamedTuple):
    """When each person was last written to with the entry of a session, and to whom such a mail will leave."""

    told: dict[Any, dt.datetime]
    waiting: set[Any]


def _written_to(
    learning_sessions: Collection[LearningSession], *, among: Collection[str] = states.MAY_HAVE_ARRIVED
) -> dict[Any, WrittenTo]:
    """Return who was written to about each of these sessions, by their keys. Two statements, however many.

    ``among``: the states of what counts as written.
    """
    found = {one.pk: WrittenTo({}, set()) for one in learning_sessions}
    if not found:
        return found
    label = LearningSession._meta.label_lower
    by_key = {str(one.pk): one for one in learning_sessions}
    of_several = _changes_of(learning_sessions)
    about = Q(kind__in=(*REQUESTS, CHANGED), source_type=label, source_id__in=by_key) | Q(
        kind=TOGETHER, source_type=Reschedule._meta.label_lower, source_id__in=of_several
    )
    rows = PlannedMessage.objects.filter(
        about, recipient__isnull=False, state__in=(*states.MAY_HAVE_ARRIVED, *states.TAKEN_BACK)
    )
    # The words were made when the sender came to it.
    at = Coalesce("begun_at", "sent_at", "updated_at")
    columns = ("source_id", "recipient", "kind", "state", "source_version", at)
    for source, person, kind, state, version, moment in rows.order_by().values_list(*columns):
        for key in of_several[source] if kind == TOGETHER else [source]:
            one = by_key[key]
            told, waiting = found[one.pk]
            if state in among:
                told[person] = max(moment, told.get(person, moment))
            elif kind == TOGETHER or (kind != CHANGED and version == one.version):
                waiting.add(person)
    return found


def _changes_of(learning_sessions: Collection[LearningSession]) -> dict[str, set[str]]:
    """Return the keys of all changes of dates that touched one of these sessions, each with those of the sessions."""
    label, asked = LearningSession._meta.label_lower, {str(one.pk) for one in learning_sessions}
    rows = Reschedule.objects.filter(cohort__in={one.cohort_id for one in learning_sessions}).order_by()
    found = {
        str(pk): asked & {one["id"] for one in ledger if one["model"] == label}
        for pk, ledger in rows.values_list("pk", "ledger")
    }
    return {key: touched for key, touched in found.items() if touched}


def heard_of_the_last_move(learning_session: LearningSession) -> bool:
    """Return whether people have been told of the last move of a session that stands, or are about to be with others."""
    label = LearningSession._meta.label_lower
    mine = [{"model": label, "id": str(learning_session.pk), "field": "starts_at"}]
    changes = Reschedule.objects.filter(cohort=learning_session.cohort_id, undone_at=None, ledger__contains=mine)
    last = changes.order_by("-created_at").first()
    if last is None:
        return True
    of_it = PlannedMessage.objects.about(learning_session).filter(
        kind="sessions/moved", state__in=states.MAY_HAVE_ARRIVED
    )
    if of_it.filter(created_at__gte=last.created_at).exists():
        return True
    # What waits about the change itself is not taken back by what happens to one of its sessions.
    return (
        PlannedMessage.objects.about(last)
        .filter(kind=TOGETHER, state__in=(*states.MAY_HAVE_ARRIVED, *states.TAKEN_BACK))
        .exists()
    )


# ---------------------------------------------------------------- those without an account


def outside_told(rows: Collection[Any], kinds: Collection[str]) -> dict[str, dt.datetime]:
    """Return when each of these rows (who speaks, who registered) was last written to with the entry, by their keys.

    ``kinds``: the mails that bring it. Whoever was never sent it is left out. One statement.
    """
    found = PlannedMessage.objects.filter(_about_each(rows), kind__in=kinds, state__in=states.MAY_HAVE_ARRIVED)
    last = found.order_by().values_list("source_id").annotate(at=Max(Coalesce("begun_at", "sent_at", "updated_at")))
    return dict(last)


def outside_waiting(rows: Collection[Any], kinds: Collection[str]) -> set[str]:
    """Return the keys of those of these rows for whom such a mail waits."""
    waits = PlannedMessage.objects.filter(_about_each(rows), kind__in=kinds, state__in=states.TAKEN_BACK)
    return set(waits.order_by().values_list("source_id", flat=True))


def _about_each(rows: Collection[Any]) -> Q:
    labels = {one._meta.label_lower for one in rows}
    return Q(source_type__in=labels, source_id__in=[str(one.pk) for one in rows])


# ---------------------------------------------------------------- what they are told


def sources(source_ids: Collection[str]) -> dict[str, Any]:
    """Return the sessions that take place, each with when each person was written to (``told``), by their keys."""
    found = taking_place(source_ids)
    written_to = _written_to(found.values())
    for one in found.values():
        one.told = written_to[one.pk].told
    return found


@dataclasses.dataclass(frozen=True)
class Difference:
    """What a calendar shows beside what stands: start, minutes and title as it shows them, and as they are."""

    shown: tuple[dt.datetime, int, str]
    stands: tuple[dt.datetime, int, str]

    @property
    def words(self) -> tuple[str, ...]:
        """Return its parts in words, in the language that speaks now: it may be found before anybody speaks."""
        return tuple(_words(self.shown, self.stands))

    @property
    def before(self) -> dt.datetime | None:
        """Return the start that the calendar shows, None where that is right."""
        return self.shown[0] if self.shown[0] != self.stands[0] else None

    @property
    def is_small(self) -> bool:
        """Return whether nobody has to plan another day for it."""
        return not reminders.tells_people(self.shown[0], self.stands[0])


def difference(learning_session: LearningSession, reader) -> Difference | None:
    """Return what the calendar of ``reader`` shows that is not so any more, None where it is right (see ``sources``)."""
    at = learning_session.told.get(reader.pk)  # type: ignore[attr-defined]
    if at is None:
        return None
    return difference_since(learning_session, at, reader.language)


def difference_since(learning_session: LearningSession, at: dt.datetime, language: str) -> Difference | None:
    """Return what has changed of its entry since ``at`` for who reads ``language``, None where nothing has."""
    before = said_at(learning_session, at).read_in(language)
    after = facts_of(learning_session).read_in(language)
    return Difference(before, after) if before != after else None


def _words(before: tuple[dt.datetime, int, str], after: tuple[dt.datetime, int, str]) -> Iterable[str]:
    if before[0] != after[0]:
        yield _start_in_words(before[0], after[0])
    if before[1] != after[1]:
        words = ngettext(
            "It now takes %(after)d minute, not %(before)d.",
            "It now takes %(after)d minutes, not %(before)d.",
            after[1],
        )
        yield words % {"before": before[1], "after": after[1]}
    if before[2] != after[2]:
        yield _("It has another title; before: “%(title)s”.") % {"title": before[2]}


def _start_in_words(before: dt.datetime, after: dt.datetime) -> str:
    if abs(after - before) > _IN_MINUTES:
        return _("It takes place at another time.")
    minutes = math.ceil(abs(after - before).total_seconds() / 60)
    if after < before:
        words = ngettext("It starts %(n)d minute earlier.", "It starts %(n)d minutes earlier.", minutes)
    else:
        words = ngettext("It starts %(n)d minute later.", "It starts %(n)d minutes later.", minutes)
    return words % {"n": minutes}


def changes_after_undo(learning_session: LearningSession, ledger: list[dict]) -> None:
    """Keep what the entry said until a move was taken back, as the move's ``ledger`` tells it."""
    key = str(learning_session.pk)
    moved = [one["after"] for one in ledger if one["id"] == key and one["field"] == "starts_at"]
    if moved:
        facts = facts_of(learning_session)._replace(starts_at=dt.datetime.fromisoformat(moved[-1]))
        remember(learning_session, facts)
