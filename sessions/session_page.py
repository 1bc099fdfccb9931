"""What stands on a session's own page, for whoever reads it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative.models import Cohort
from collaborative.permissions import plans
from core.language import language
from core.moments import read
from sessions import cancelling, evaluation, materials
from sessions.attendance import recaps
from sessions.coming import answers as coming
from sessions.models import AttendanceSource, SessionKind
from sessions.querysets import may_be_undone_by
from sessions.room import beside, guests, joining, sound
from sessions.shown import shown
from sessions.tabs import next_pages

# Those at which anybody is missed; nobody writes down what was said in an office hour.
_WITH_RECAP = (SessionKind.LEARNING, SessionKind.WEBINAR, SessionKind.CONGRESS)


def page_of(learning_session: Any, user, *, refused: str = "") -> dict[str, Any]:
    """Return what the page shows to ``user`` of a session read ``with_numbers``.

    Each part takes a statement or two, and all together twelve at most.
    """
    now, cohort = timezone.now(), learning_session.cohort
    expected, planner = joining.is_expected(learning_session, user), plans(user, cohort)
    state = learning_session.state_at(now)
    if cohort.closed_at and state not in ("over", "cancelled"):
        state = "closed"
    room = beside.room_of(learning_session, user) if expected and learning_session.opens_at <= now else None
    fresh = now - learning_session.changed_at < dt.timedelta(seconds=settings.UNDO_SECONDS)
    undoable = may_be_undone_by(user, learning_session).first() if planner and fresh and state != "over" else None
    return {
        "learning_session": learning_session,
        "cohort": cohort,
        "crumbs": [{"text": cohort.name, "url": reverse("cohort", args=[cohort.pk])}, {"text": learning_session.title}],
        "state": state,
        # What the room does concerns those who come.
        "state_words": _state_words(learning_session, state, now, expected=expected),
        "looks_again": learning_session.looks_again(now) if expected and state != "closed" else "",
        "opens": _hour(learning_session.opens_at, cohort, user),
        "shown": shown(learning_session, user),
        "restore_until": (
            _hour(learning_session.cancelled_for_good_at, cohort, user)
            if planner and cancelling.may_be_restored(learning_session)
            else ""
        ),
        "materials": materials.of_session(learning_session, published=True),
        "recap": recaps.way_to(
            learning_session.has_recap, came=not expected or learning_session.counts or learning_session.waits
        )
        if state == "over"
        else "",
        "recap_to_come": state == "over"
        and not (learning_session.has_recap or cohort.closed_at)
        and learning_session.kind in _WITH_RECAP,
        "coming": coming.panel(learning_session, user) if state in ("ahead", "soon", "open") else None,
        "survey": evaluation.waits_after(learning_session, user) if expected else None,
        "expected": expected,
        "room": room,
        "joined": learning_session.noted_as == AttendanceSource.JOIN,
        "attendance_words": _attendance_words(learning_session, state),
        "tries_sound": expected and sound.may_be_tried(learning_session, now),
        "admits": state == "open" and guests.may_admit(learning_session, user),
        "planner": planner,
        "next_pages": next_pages(learning_session, now) if planner else [],
        "tally": joining.tally(learning_session) if planner else None,
        "undoable": undoable,
        "undo_until": undoable and _hour(undoable.open_until, cohort, user),
        "refused": refused,
    }


def _state_words(learning_session, state: str, now: dt.datetime, *, expected: bool) -> str:
    """Return how far the session is, for those who come; for everybody that it is over, or will not be."""
    if state == "closed":
        return _("This series has ended")
    return learning_session.state_words(now) if expected or state in ("over", "cancelled") else ""


def _attendance_words(learning_session, state: str) -> str:
    """Return what is noted of the reader, "" where nothing is."""
    if not learning_session.noted_as:
        return ""
    if learning_session.waits:
        return _("You are noted; your team’s lead has still to confirm it.")
    if not learning_session.counts:
        return _("You were there for a part of it, too short to count.")
    if state == "over":
        return _("You were there, and it counts.")
    if learning_session.noted_as != AttendanceSource.JOIN:
        return _("You are noted as present.")
    return _("You have joined; your attendance is noted.")


def _hour(moment: dt.datetime, cohort: Cohort, user) -> str:
    """Return the hour on the reader's clock, with its place."""
    return read(moment, cohort, user, lang=language(), dated=False).mine
