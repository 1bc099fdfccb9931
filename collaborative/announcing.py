"""Verbs of announcements: write, change, send after a look, take back while nobody has heard of it, correct, hide."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from collaborative import addressing, hiding
from collaborative.addressing import Audience, Reach
from collaborative.announced import PREVIEW
from collaborative.closing import must_be_open
from collaborative.models import Announcement, Cohort
from collaborative.pace import keep_pace
from core import limits
from core.language import language
from core.legible import legible
from core.refusals import Overtaken, Refused
from core.time import HourDoesNotExist, clock, to_utc
from notifications import kept
from notifications import services as notifications

# So long may it be late; who would read it after that reads it in the product.
KEPT_FOR = dt.timedelta(days=7)
FARTHEST = dt.timedelta(days=366)
# Previews to oneself in a day.
MOST_PREVIEWS, DAY = 20, 24 * 3600
_WORDS = ("subject_en", "subject_fr", "text_en", "text_fr")
_WHOM = ("is_must", "only_told", "wished_at")


class HasLeft(Refused):
    """It has left, so what was to be done with it cannot be done any more: only corrected."""


class NotAsSeen(Refused):
    """What would be sent, or to whom, is something else than what was looked at."""


@transaction.atomic
def write(
    *, cohort: Cohort, by, audience: Audience, corrects: Announcement | None = None, **values: Any
) -> Announcement:
    """Keep words as a draft, of which nobody hears. Refuses what a reader of theirs could not read, and where there is none."""
    keep_pace("announcement", by=by)
    must_be_open(cohort)
    row = Announcement(cohort=cohort, by=by, corrects=corrects, audience=audience.kept())
    _take_in(row, values)
    row.save()
    record("announcement.written", row, by=by)
    return row


@transaction.atomic
def change(*, announcement: Announcement, by, version: int, audience: Audience, **values: Any) -> Announcement:
    """Change what has not left. What was about to leave is a draft again, to be looked at and sent once more.

    Returns it as it stands then. Raises Overtaken where somebody changed it since ``version``.
    """
    row = _lock(announcement)
    if row.version != version:
        raise Overtaken(row)
    _must_be_here(row)
    _call_back(row, by=by)
    row.audience = audience.kept()
    _take_in(row, values)
    row.version += 1
    row.save()
    record("announcement.changed", row, by=by)
    return row


@transaction.atomic
def send(*, announcement: Announcement, by, mark: str) -> Announcement:
    """Let it leave: at its hour, never before it could be taken back (UNDO_SECONDS). Sent already, it stays as it is.

    ``mark``: what was looked at (``Reach.mark``). Raises NotAsSeen where its words or its people are others now.
    """
    row = _lock(announcement)
    if row.leaves_at is not None:
        return row
    must_be_open(row.cohort)
    reach = addressing.reach_of(row)
    must_be_read(row, reach)
    if mark != reach.mark(row):
        raise NotAsSeen(_("Not sent: the words or the people are others than those you had looked at. Look again."))
    now = timezone.now()
    earliest = now + dt.timedelta(seconds=settings.UNDO_SECONDS)
    if row.wished_at is not None and row.wished_at < now:
        raise Refused(_("Not sent: its hour has passed. Choose another one."))
    row.leaves_at, row.sent_by = max(earliest, row.wished_at or earliest), by
    row.save(update_fields=["leaves_at", "sent_by"])
    notifications.plan_many(
        row.kind,
        to=reach.people,
        about=row,
        due=row.leaves_at,
        occurrence="announced",
        version=row.version,
        not_after=row.leaves_at + KEPT_FOR,
        scope=row.cohort,
    )
    record("announcement.sent", row, by=by, people=reach.n, leaves_at=row.leaves_at)
    return row


@transaction.atomic
def take_back(*, announcement: Announcement, by) -> Announcement:
    """Make a draft again of what is about to leave. Refuses what has left, if only to one person."""
    row = _lock(announcement)
    if row.leaves_at is not None:
        _must_be_here(row)
        _call_back(row, by=by)
        row.version += 1
        row.save(update_fields=["leaves_at", "sent_by", "version"])
    return row


@transaction.atomic
def throw_away(*, announcement: Announcement, by) -> None:
    """Delete a draft. Refuses what was sent: it is taken back first."""
    row = _lock(announcement)
    _must_be_here(row)
    if row.leaves_at is not None:
        raise Refused(_("It is about to leave. Take it back first."))
    notifications.void(row, reason="taken_back", by=by)
    record("announcement.thrown_away", row, by=by)
    row.delete()


def send_me(*, announcement: Announcement, by) -> None:
    """Mail ``by`` how it reads in both languages. Refuses more than anybody needs in a day."""
    if not limits.spend("announcement-preview", by.pk, amount=MOST_PREVIEWS, seconds=DAY):
        raise Refused(_("You have had many previews today. Read it here, or try again tomorrow."))
    occurrence = uuid.uuid4().hex[:12]
    with transaction.atomic():
        notifications.post(PREVIEW, to=by, about=announcement, occurrence=occurrence, scope=announcement.cohort)


@transaction.atomic
def hide(*, announcement: Announcement, by) -> Announcement:
    """Hide what has left, at once for everybody; to whom it has not gone yet, it does not go.

    A reader's hiding waits for a look, and so do the mails; a planner's is a decision, and they are void.
    """
    row = _lock(announcement)
    why = hiding.why_hidden(row, by=by, cohort=row.cohort)
    if why is not None:
        Announcement.objects.filter(pk=row.pk).update(**hiding.hidden(by=by, why=why))
        hiding.take_from_the_way(row, why)
        record("announcement.hidden", row, by=by, why=why.value)
    return row


@transaction.atomic
def show(*, announcement: Announcement, by) -> Announcement:
    """Show again what was hidden: a planner may, and for a moment the reader who hid it.

    What was kept while a reader's hiding waited for a look goes on its way; after a planner's it is mailed to nobody.
    """
    row = _lock(announcement)
    hiding.must_show(row, by=by, cohort=row.cohort)
    if row.hidden_why:
        Announcement.objects.filter(pk=row.pk).update(**hiding.SHOWN)
        kept.let_go(row)
        record("announcement.shown", row, by=by)
    return row


def moment_of(wall: dt.datetime, cohort: Cohort) -> dt.datetime:
    """Return the moment of an hour typed on the cohort's clock. Refuses one that does not exist, has passed or is far off."""
    try:
        moment = to_utc(wall, cohort.time_zone)
    except HourDoesNotExist as skipped:
        after = clock(to_utc(skipped.next_valid, cohort.time_zone), cohort.time_zone, language())
        raise Refused(
            _("That night the clocks jump over this hour. The next time that exists is %(time)s.") % {"time": after},
            field="clock",
        ) from skipped
    now = timezone.now()
    if moment <= now:
        raise Refused(_("That moment has passed already. Choose one ahead."), field="day")
    if moment > now + FARTHEST:
        raise Refused(_("That is more than a year ahead. Choose an earlier day."), field="day")
    return moment


def must_be_read(row: Announcement, reach: Reach) -> None:
    """Refuse what nobody gets, or what somebody of its audience could not read in their language."""
    if not reach.n and row.only_told:
        raise Refused(_("Nobody of this series got what it corrects. Choose whom it is for."), field="goes_to")
    if not reach.n:
        raise Refused(_("Nobody is in this audience. Choose others."), field="roles")
    for lang in ("en", "fr"):
        if (n := reach.reading(lang)) and not row.speaks(lang):
            box = f"text_{lang}" if getattr(row, f"subject_{lang}") else f"subject_{lang}"
            raise Refused(_unread(lang, n), field=box)


def _unread(lang: str, n: int) -> str:
    if lang == "fr":
        words = ngettext(
            "%(n)d person of this audience reads French: write it in French too.",
            "%(n)d people of this audience read French: write it in French too.",
            n,
        )
    else:
        words = ngettext(
            "%(n)d person of this audience reads English: write it in English too.",
            "%(n)d people of this audience read English: write it in English too.",
            n,
        )
    return words % {"n": n}


# ---------------------------------------------------------------- inside


def _take_in(row: Announcement, values: dict[str, Any]) -> None:
    """Put what was typed into the row. Refuses half a language, and what its people could not read."""
    for name in (*_WORDS, *_WHOM):
        setattr(row, name, values[name])
    if row.only_told and row.corrects_id is None:
        row.only_told = False
    for lang in ("en", "fr"):
        for name, other in (("subject", "text"), ("text", "subject")):
            typed, twin = getattr(row, f"{name}_{lang}"), getattr(row, f"{other}_{lang}")
            if typed and not legible(typed):
                raise Refused(_("There are no words in this yet."), field=f"{name}_{lang}")
            if twin and not typed:
                raise Refused(_("Write something here, then try again."), field=f"{name}_{lang}")
    if not (row.text_en or row.text_fr):
        raise Refused(_("Write something here, then try again."), field=f"text_{language()}")
    if (first := row.corrects) and all(getattr(first, name) == getattr(row, name) for name in _WORDS):
        raise Refused(
            _(
                "Not one word differs from what it corrects. What others are to read as well is an announcement of its own."
            ),
            field=f"text_{language() if row.speaks(language()) else 'en' if row.text_en else 'fr'}",
        )
    must_be_read(row, addressing.reach_of(row))


def _call_back(row: Announcement, *, by) -> None:
    """Void what waits about it, and make it a draft. The caller counts its version up."""
    notifications.void(row, reason="taken_back", by=by)
    if row.leaves_at is not None:
        row.leaves_at = row.sent_by = None
        record("announcement.taken_back", row, by=by)


def _must_be_here(row: Announcement) -> None:
    """Refuse what has left: by its hour, or because the planning team let a part of it go sooner."""
    if row.waits_past_its_hour:
        raise HasLeft(
            _("Its hour has come, and on the site it can be read. Hide it there to stop its messages, or correct it.")
        )
    if row.state == "left":
        raise HasLeft(_("It has left. Write a correction, to those who got it or to everybody."))


def _lock(announcement: Announcement) -> Announcement:
    rows = Announcement.objects.select_for_update(of=("self",)).select_related("cohort__programme", "corrects")
    return rows.get(pk=announcement.pk)


# ---------------------------------------------------------------- a person's own


def data_of(user) -> dict[str, Any]:
    """Return the announcements that ``user`` wrote."""
    rows = Announcement.objects.filter(by=user).order_by("created_at")
    return {"announcements": list(rows.values("cohort__name_en", *_WORDS, "leaves_at"))}


@transaction.atomic
def forget(user) -> None:
    """Take the person out. Drafts go; what was sent was the planning team's word, and stays without their name."""
    Announcement.objects.filter(by=user, leaves_at=None).delete()
    for name in ("by", "sent_by", "hidden_by"):
        Announcement.objects.filter(**{name: user}).update(**{name: None})
