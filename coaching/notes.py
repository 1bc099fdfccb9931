"""What one reader sees of a shared note, and may do with it; and the notes that wait for the planning team."""

from __future__ import annotations

import dataclasses

from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.models import TeamNote
from collaborative.hiding import May, Named, may
from collaborative.permissions import belongs, plans
from core.moments import said


@dataclasses.dataclass(frozen=True)
class Seen:
    note: TeamNote
    name: str
    when: str
    state: str
    text: str
    may: May


def seen(note: TeamNote, reader, team) -> Seen:
    """Return ``note`` of ``team`` as ``reader`` sees it: hidden words are only for planners, who decide on them."""
    planner = plans(reader, team.cohort)
    can = may(note, mine=note.by_id == reader.pk, planner=planner)
    return Seen(
        note=note,
        name=(note.by.name if note.by else _("Somebody who has left")) if can.read else "",
        when=said(note.created_at, reader),
        state=note.hidden_words,
        text=note.text if can.read else "",
        may=dataclasses.replace(can, hide=can.hide and may_hide(note, reader, team)),
    )


def may_hide(note: TeamNote, user, team) -> bool:
    """Is ``user`` one of those who may hide a note for ``team``: its writer, the team, the planning team?"""
    return note.by_id == user.pk or belongs(user, team) or plans(user, team.cohort)


def notes_awaiting_look(cohort):
    """Return the notes for the teams of a cohort that somebody of the team has hidden, the latest first."""
    return TeamNote.objects.filter(team__cohort=cohort).awaiting_look().select_related("team").order_by("-hidden_at")


def waiting_line(note: TeamNote) -> Named:
    """Return how a list names a note that waits for a planner's look."""
    return _("A coach’s note"), note.team.name, reverse("team_notes", args=[note.team_id])
