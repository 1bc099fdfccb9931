"""Verbs of coaching: mark what was seen, write for the team, write for oneself, take back, hide, show."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from coaching.models import PrivateNote, TeamNote, Visit
from coaching.notes import may_hide
from collaborative import hiding
from collaborative.hideable import Why
from collaborative.models import TEAM_ROLES, Membership, Role, Team
from core.legible import legible
from core.refusals import Refused
from notifications import services as notifications


@transaction.atomic
def mark_seen(*, team: Team, by, until: dt.datetime | None = None) -> Visit:
    """Remember that ``by`` has taken in what happened in ``team`` until a moment (that of the page, or now).

    The mark never goes back: an old page that is sent late changes nothing.
    """
    _must_coach(team, by)
    until = min(until or timezone.now(), timezone.now())
    visit, made = Visit.objects.get_or_create(coach=by, team=team, defaults={"at": until})
    if not made:
        Visit.objects.filter(pk=visit.pk, at__lt=until).update(at=until)
        visit.refresh_from_db()
    return visit


@transaction.atomic
def write_note(*, team: Team, by, text: str) -> TeamNote:
    """Write a note for the team, and promise its members a mail that says so, once it cannot be taken back unheard.

    What happened in the team stays as new to its writer as it was.
    """
    _must_coach(team, by)
    note = TeamNote.objects.create(team=team, by=by, text=_words(text))
    note.refresh_from_db(fields=["created_at"])
    record("coaching.note_written", note, by=by, cohort_id=team.cohort_id, team=team.pk)
    _tell(note)
    return note


@transaction.atomic
def write_private_note(*, team: Team, by, text: str) -> PrivateNote:
    """Write a note that only ``by`` can read. No trail is kept of it: that there is one is theirs alone, too."""
    _must_coach(team, by)
    note = PrivateNote(team=team, author=by, text=_words(text))
    note.save(force_insert=True)
    return note


@transaction.atomic
def throw_away(*, note: PrivateNote, by) -> None:
    """Delete one's own private note."""
    PrivateNote.objects.of(by).filter(pk=note.pk).delete()


@transaction.atomic
def hide_note(*, note: TeamNote, by) -> TeamNote:
    """Hide a note at once for everybody. Its writer takes it back for good: the words are gone. A planner decides;
    a member of the team hides it until a planner has looked. Refuses everybody else.
    """
    note = _lock(note)
    if not may_hide(note, by, note.team):
        raise Refused(_("Only its writer, the team and the planning team can hide this note."))
    writer = note.by_id == by.pk
    why = hiding.why_hidden(note, by=by, cohort=note.team.cohort, writer=writer)
    if why is None:
        return note
    emptied = {"text": ""} if writer else {}
    _change(note, **hiding.hidden(by=by, why=why), **emptied)
    hiding.take_from_the_way(note, why)
    record("coaching.note_hidden", note, by=by, cohort_id=note.team.cohort_id, why=why.value)
    return note


@transaction.atomic
def show_note(*, note: TeamNote, by) -> TeamNote:
    """Show a note again that a member or a planner has hidden: a planner may, and at once the member who hid it.

    What its writer took back is gone.
    """
    note = _lock(note)
    hiding.must_show(note, by=by, cohort=note.team.cohort)
    if note.hidden_why == Why.WRITER:
        raise Refused(_("Its writer took this note back; the words are gone."))
    if note.hidden_why:
        _change(note, **hiding.SHOWN)
        record("coaching.note_shown", note, by=by, cohort_id=note.team.cohort_id)
        _tell(note, again=True)
    return note


# ---------------------------------------------------------------- inside


def _must_coach(team: Team, by) -> None:
    """Refuse who does not coach the team now, asked anew: a hand-over moves the right at once."""
    if not Membership.objects.current().filter(user=by, role=Role.COACH, team=team).exists():
        raise Refused(_("You do not coach this team any more."))


def _words(text: str) -> str:
    if not legible(text):
        raise Refused(_("There are no words in this yet."), field="text")
    return text.strip()


def _lock(note: TeamNote) -> TeamNote:
    return TeamNote.objects.select_for_update(of=["self"]).select_related("team__cohort").get(pk=note.pk)


def _change(note: TeamNote, **values) -> None:
    TeamNote.objects.filter(pk=note.pk).update(version=F("version") + 1, **values)
    note.refresh_from_db(fields=["version", "text", "hidden_at", "hidden_by", "hidden_why"])


def _tell(note: TeamNote, *, again: bool = False) -> None:
    """Promise the team's members a mail without the note's words; with ``again`` only those not told already."""
    members = Membership.objects.current().filter(team=note.team, role__in=TEAM_ROLES)
    people = User.objects.filter(pk__in=members.values("user")).order_by("pk")
    if note.by_id:
        people = people.exclude(pk=note.by_id)
    due = max(note.told_from, timezone.now())
    cohort = note.team.cohort
    if again:
        wanted = [
            notifications.Wanted(kind="coaching/note", to=one, due=due, occurrence="note", scope=cohort)
            for one in people
        ]
        notifications.replan(note, wanted, version=note.version, kinds_planned=["coaching/note"])
        return
    notifications.plan_many(
        "coaching/note", to=people, about=note, occurrence="note", due=due, version=note.version, scope=cohort
    )


# ---------------------------------------------------------------- a person's own


def data_of(user) -> dict:
    """Return everything this room keeps about a person: their notes, private ones included, and their marks."""
    return {
        "team_notes": list(
            TeamNote.objects.filter(by=user).values("team__name", "created_at", "text", "hidden_at", "hidden_why")
        ),
        "private_notes": list(PrivateNote.objects.of(user).values("team__name", "created_at", "text")),
        "marked_read": list(Visit.objects.filter(coach=user).values("team__name", "at")),
    }


@transaction.atomic
def forget(user) -> None:
    """Take the person out: private notes and marks go, shared notes are emptied and lose their name."""
    PrivateNote.objects.of(user).delete()
    Visit.objects.filter(coach=user).delete()
    for note in TeamNote.objects.filter(by=user).exclude(hidden_why=Why.WRITER):
        hide_note(note=note, by=user)
    TeamNote.objects.filter(by=user).update(by=None)
    TeamNote.objects.filter(hidden_by=user).update(hidden_by=None)
