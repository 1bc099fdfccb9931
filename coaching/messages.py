"""The kind of message that coaching sends. Never the words of a note."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coaching.models import TeamNote
from notifications import kinds


def _note(message) -> dict | None:
    note = TeamNote.objects.shown().select_related("by", "team__cohort__programme").filter(pk=message.source_id).first()
    if note is None or note.by is None:
        return None
    return {
        "writer": note.by.first_name,
        "team": note.team.name,
        "cohort": note.team.cohort,
        "programme": note.team.cohort.programme,
        "path": reverse("team_notes", args=[note.team_id]),
        "reply_to": note.team.cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key="coaching/note",
        template="coaching/emails/note",
        audience=_("You get this because you are in this team."),
        when=_("Once the time to take a note back unheard is over."),
        stops=_("The note is taken back or hidden, or the person cannot read it any more."),
        context=_note,
    )
)
