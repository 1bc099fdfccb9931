"""Who reads a note for the team, in words and counts."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.audience import audience_of, planning_team


def readers_of_note(team, writer) -> list[str]:
    """Return ["the team (6)", "its other coach (1)", "the planning team (3)"] for a writer who coaches ``team``."""
    audience = audience_of(team, but=writer)
    phrases = [_("the team (%(count)d)") % {"count": audience.members}]
    if others := len(audience.coaches):
        phrases.append(
            ngettext("its other coach (%(count)d)", "its other coaches (%(count)d)", others) % {"count": others}
        )
    return phrases + planning_team(audience)
