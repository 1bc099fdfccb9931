"""The kind of message that coaching sends. Never the words of a note."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coaching.models import TeamNote
from collaborative import team_talk
from notifications import kinds
from notifications.inbound.addresses import takes_mail

KIND = "coaching/note"


def _notes(source_ids: Collection[str]) -> dict[str, TeamNote]:
    rows = TeamNote.objects.shown().select_related("by", "team__cohort__programme").filter(pk__in=source_ids)
    return {str(one.pk): one for one in rows}


def _note(message) -> dict | None:
    note: TeamNote = message.source
    if note.by is None:
        return None
    return {
        "writer": note.by.first_name,
        "team": note.team.name,
        "cohort": note.team.cohort,
        "programme": note.team.cohort.programme,
        "path": reverse("team_notes", args=[note.team_id]),
        "takes_mail": takes_mail(),
        "reply_to": note.team.cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key=KIND,
        name=_("A note from the coach"),
        template="coaching/emails/note",
        audience=_("You get this because you are in this team."),
        when=_("Once the time to take a note back unheard is over."),
        stops=_("The note is taken back or hidden, or the person cannot read it any more."),
        context=_note,
        sources=_notes,
        thread=lambda message: team_talk.thread_of(message.source.team_id),
    )
)
# What a coach writes to a team, the team and its coaches talk about.
team_talk.answered_by_team(KIND)
