"""What one reader sees of a shared note, and may do with it."""

from __future__ import annotations

import dataclasses

from django.utils.translation import gettext as _

from coaching.models import TeamNote, Why
from collaborative.permissions import belongs, plans
from forum.reading import said


@dataclasses.dataclass(frozen=True)
class Seen:
    note: TeamNote
    name: str
    when: str
    state: str
    text: str
    may_take_back: bool
    may_hide: bool
    may_show: bool
    may_keep_hidden: bool


def seen(note: TeamNote, reader, team) -> Seen:
    """Return ``note`` of ``team`` as ``reader`` sees it: hidden words are only for planners, who decide on them."""
    hidden, mine, planner = note.hidden_why, note.by_id == reader.pk, plans(reader, team.cohort)
    readable = not hidden or (planner and hidden != Why.WRITER)
    return Seen(
        note=note,
        name=(note.by.name if note.by else _("Somebody who has left")) if readable else "",
        when=said(note.created_at, reader),
        state=str(Why(hidden).label) if hidden else "",
        text=note.text if readable else "",
        may_take_back=mine and hidden != Why.WRITER,
        may_hide=not hidden and not mine and (planner or belongs(reader, team)),
        may_show=planner and hidden in (Why.READER, Why.PLANNER),
        may_keep_hidden=planner and hidden == Why.READER and not mine,
    )
