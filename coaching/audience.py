"""Who reads a note for the team, in words and counts."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.audience import audience, audience_of, planning_team


def readers_of_note(team, writer) -> list[str]:
    """Return ["the team (6)", "its other coach (1)", "the planning team (3)"] for a writer who coaches ``team``."""
    opens = getattr(team, "opens", None)  # at hand on a coach's own page (coaching/brief.py)
    if opens is None:
        found = audience_of(team, but=writer)
    else:
        found = audience((one["role"], one["who"], one["name"]) for one in opens if one["who"] != str(writer.pk))
    phrases = [_("the team (%(count)d)") % {"count": found.members}]
    if others := len(found.coaches):
        phrases.append(
            ngettext("its other coach (%(count)d)", "its other coaches (%(count)d)", others) % {"count": others}
        )
    return phrases + planning_team(found)
